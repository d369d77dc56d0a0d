//! New values into a text, and not one other byte changed.

use std::ops::Range;

use super::super::document::Write;
use super::super::list::Room;
use super::super::text::{BOM, Edit, eol_near, line_indent, splice};
use super::super::{Container, ContainerOrigin, Path, Step};
use super::layout::{Body, Fresh, Style};
use super::locate::Spot;
use super::{Jsonc, Kind, New};
use crate::error::{Error, Kind as ErrorKind, Result};

impl Jsonc<'_> {
    pub(in super::super) fn write(&self, writes: &[Write<'_>]) -> Result<(String, Vec<Container>)> {
        let mut edits = Vec::new();
        let mut containers = Vec::new();
        let mut hosts: Vec<(usize, Vec<Fresh>)> = Vec::new();
        let mut root = Vec::new();
        for write in writes {
            match self.locate(&write.path.0) {
                Spot::Here { node, .. } => edits.push(self.replacement(node, write)),
                Spot::Missing { host, first, rest, depth } => {
                    note_fresh(&mut containers, write.path, depth);
                    note_empty(&mut containers, self.empty(host), write.path, depth, &first);
                    let at = hosts.iter().position(|(other, _)| *other == host).unwrap_or_else(|| {
                        hosts.push((host, Vec::new()));
                        hosts.len() - 1
                    });
                    grow(&mut hosts[at].1, first, rest.get(1..).unwrap_or_default(), write);
                }
                Spot::NoRoot => {
                    note_fresh(&mut containers, write.path, 0);
                    if let Some((first, rest)) = write.path.0.split_first() {
                        grow(&mut root, first.clone(), rest, write);
                    }
                }
                Spot::Blocked(_) | Spot::Declined => {
                    return Err(Error::new(ErrorKind::Internal, format!("no place for {}", write.path)));
                }
            }
        }
        if !root.is_empty() {
            containers.insert(0, self.new_root(root, &mut edits));
        }
        for (host, fresh) in hosts {
            self.add(host, fresh, &mut edits);
        }
        Ok((splice(self.text, edits)?, containers))
    }

    fn replacement(&self, node: usize, write: &Write<'_>) -> Edit {
        let range = self.tree.range(node);
        let inline = !self.has_lines(node);
        let eol = eol_near(self.text, range.start);
        let style = Style { eol, unit: self.unit(), colon: self.colon(&[]), inline };
        let indent = line_indent(self.text, range.start);
        let text = style.body(&body(write.new.clone(), write.path.0.last()), indent);
        Edit::replace(range, text)
    }

    /// The white space in an empty container; `None` if there is anything else in it.
    fn empty(&self, container: usize) -> Option<&str> {
        let inner = &self.text[self.inner(container)];
        inner.trim().is_empty().then_some(inner)
    }

    fn new_root(&self, fresh: Vec<Fresh>, edits: &mut Vec<Edit>) -> Container {
        let start = if self.text.starts_with(BOM) { BOM.len() } else { 0 };
        let eol = eol_near(self.text, start);
        let style = Style { eol, unit: self.unit(), colon: ": ", inline: false };
        let body = style.body(&Body::Object(fresh), "");
        let [at, before, after] = match self.tree.comments.last() {
            None => [start, 0, 0],
            Some(_) if self.text.ends_with(['\n', '\r']) => [self.text.len(), 0, 1],
            Some(_) => [self.text.len(), 1, 0],
        };
        let (before, after) = (eol.repeat(before), eol.repeat(after));
        edits.push(Edit::insert(at, format!("{before}{body}{after}")));
        Container { path: Path(Vec::new()), origin: ContainerOrigin::Absent { before, after } }
    }

    /// Adds in the style of the items that are there.
    fn add(&self, host: usize, fresh: Vec<Fresh>, edits: &mut Vec<Edit>) {
        let list = self.list(host);
        let colon = self.colon(&list.items);
        if let Some(room) = list.room(self.unit(), colon.ends_with(':')) {
            edits.extend(room.comma_at.map(|at| Edit::insert(at, ",")));
            self.put(&room, colon, &fresh, edits);
            return;
        }
        let own = line_indent(self.text, self.tree.nodes[host].start());
        match list.last_comment() {
            Some(last) => self.put(&list.room_after(&last, self.unit(), own), colon, &fresh, edits),
            None => self.fill_blank(list.inner, host, fresh, edits),
        }
    }

    fn put(&self, room: &Room<'_>, colon: &str, fresh: &[Fresh], edits: &mut Vec<Edit>) {
        let style = Style { eol: room.eol, unit: self.unit(), colon, inline: room.inline };
        let items = fresh.iter().map(|fresh| style.item(fresh, &room.indent));
        edits.push(Edit::insert(room.at, room.fill(items)));
    }

    fn fill_blank(&self, inner: Range<usize>, host: usize, fresh: Vec<Fresh>, edits: &mut Vec<Edit>) {
        let inline = !self.has_lines(host);
        let blank = &self.text[inner.clone()];
        let first = blank.find(['\n', '\r']).map_or(inner.end, |at| inner.start + at);
        let eol = eol_near(self.text, first);
        let style = Style { eol, unit: self.unit(), colon: self.colon(&[]), inline };
        let object = self.tree.nodes[host].kind == Kind::Object;
        let body = if object { Body::Object(fresh) } else { Body::Array(fresh) };
        let text = style.body(&body, line_indent(self.text, inner.start - 1));
        edits.push(Edit::replace(inner.start - 1..inner.end + 1, text));
    }
}

fn body(new: New, last: Option<&Step>) -> Body {
    match (new, last) {
        (New::Value(value), _) => Body::Value(value),
        (New::Raw(raw), _) => Body::Raw(raw),
        (New::Member, Some(Step::Member { member })) => Body::Value(member.as_str().into()),
        (New::Member, _) => Body::Value(serde_json::Value::Null),
    }
}

/// Puts one write into the list of what is missing in a container, with the containers on its way.
fn grow(list: &mut Vec<Fresh>, first: Step, rest: &[Step], write: &Write<'_>) {
    let Some((next, rest)) = rest.split_first() else {
        list.push(Fresh { body: body(write.new.clone(), Some(&first)), step: first });
        return;
    };
    let at = list.iter().position(|fresh| fresh.step == first).unwrap_or_else(|| {
        let body = match (&first, next) {
            (Step::Element { field, value }, _) => {
                let identity = Body::Value(value.as_str().into());
                Body::Object(vec![Fresh { step: Step::Key(field.clone()), body: identity }])
            }
            (_, Step::Key(_)) => Body::Object(Vec::new()),
            _ => Body::Array(Vec::new()),
        };
        list.push(Fresh { step: first, body });
        list.len() - 1
    });
    if let Body::Object(inner) | Body::Array(inner) = &mut list[at].body {
        grow(inner, next.clone(), rest, write);
    }
}

/// Notes the containers that a write makes on its way, from step `depth` on.
fn note_fresh(containers: &mut Vec<Container>, path: &Path, depth: usize) {
    for length in depth + 1..path.0.len() {
        let origin = ContainerOrigin::Absent { before: String::new(), after: String::new() };
        note(containers, Container { path: Path(path.0[..length].to_vec()), origin });
    }
}

/// Notes an empty container that a write fills.
fn note_empty(containers: &mut Vec<Container>, inner: Option<&str>, path: &Path, depth: usize, first: &Step) {
    let Some(inner) = inner else { return };
    let mut host = path.0[..depth].to_vec();
    // A nested spelling: the object stands for the first parts of the dotted key.
    if let (Some(Step::Key(whole)), Step::Key(rest)) = (path.0.get(depth), first)
        && let Some(parts) = whole.strip_suffix(rest.as_str()).and_then(|parts| parts.strip_suffix('.'))
    {
        host.push(Step::Key(parts.to_owned()));
    }
    note(
        containers,
        Container { path: Path(host), origin: ContainerOrigin::Empty { inner: inner.to_owned() } },
    );
}

fn note(containers: &mut Vec<Container>, container: Container) {
    if !containers.iter().any(|other| other.path == container.path) {
        containers.push(container);
    }
}
