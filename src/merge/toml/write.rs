//! New values into a text, and not one other byte changed.

use super::super::document::{New, Write};
use super::super::text::{Edit, eol_before, eol_near, is_blank, line_indent, line_start, splice};
use super::super::{Container, ContainerOrigin, Path, Step};
use super::layout::{self, Body, EQUALS, Fresh, item, key};
use super::tree::{Kind, key_start, line_end};
use super::{Spot, Toml};
use crate::error::{Error, Kind as ErrorKind, Result};
use crate::order;

/// A container with what is missing in it, and where it stands.
struct Host<'p> {
    node: usize,
    path: &'p [Step],
    fresh: Vec<Fresh>,
}

/// The edits of one go. At one place lines come before sections, and sections of inner tables
/// before those of outer ones, since a section ends where the next one begins.
#[derive(Default)]
struct Plan {
    edits: Vec<Edit>,
    sections: Vec<(usize, Edit)>,
    containers: Vec<Container>,
}

impl Toml<'_> {
    pub(in super::super) fn write(&self, writes: &[Write<'_>]) -> Result<(String, Vec<Container>)> {
        let mut plan = Plan::default();
        let mut hosts: Vec<Host<'_>> = Vec::new();
        for write in writes {
            match self.locate(&write.path.0) {
                Spot::Here(node) => plan.edits.push(self.replacement(node, write)?),
                Spot::Missing { host, rest, depth } => {
                    let at = hosts.iter().position(|other| other.node == host).unwrap_or_else(|| {
                        hosts.push(Host { node: host, path: &write.path.0[..depth], fresh: Vec::new() });
                        hosts.len() - 1
                    });
                    if let Some((first, rest)) = rest.split_first() {
                        grow(&mut hosts[at].fresh, first, rest, write)?;
                    }
                }
                Spot::Blocked(_) | Spot::Declined => {
                    return Err(Error::new(ErrorKind::Internal, format!("no place for {}", write.path)));
                }
            }
        }
        let from_nothing = !hosts.is_empty() && self.is_blank();
        if from_nothing {
            plan.containers.push(self.whole());
        }
        for host in hosts {
            self.add(host, &mut plan);
        }
        order::sort_by_key(&mut plan.sections, |(depth, _)| std::cmp::Reverse(*depth));
        plan.edits.extend(plan.sections.into_iter().map(|(_, edit)| edit));
        if from_nothing && self.start() == self.text.len() {
            plan.edits.push(Edit::insert(self.start(), "\n"));
        }
        Ok((splice(self.text, plan.edits)?, plan.containers))
    }

    /// A text without anything in it, as it is to be put back.
    fn whole(&self) -> Container {
        let blank = self.text[self.start()..].to_owned();
        let origin = match blank.is_empty() {
            true => ContainerOrigin::Absent { before: String::new(), after: "\n".to_owned() },
            false => ContainerOrigin::Empty { inner: blank },
        };
        Container { path: Path(Vec::new()), origin }
    }

    /// Whether there is nothing in the text but white space.
    pub(super) fn is_blank(&self) -> bool {
        self.text[self.start()..].trim().is_empty()
    }

    fn replacement(&self, node: usize, write: &Write<'_>) -> Result<Edit> {
        let range = self.tree.nodes[node].range.clone();
        let text = match &write.new {
            New::Value(value) => layout::value_like(value, &self.text[range.clone()])?,
            other => written(other, write.path.0.last())?,
        };
        Ok(Edit::replace(range, text))
    }

    fn add(&self, host: Host<'_>, plan: &mut Plan) {
        let is_dotted = self.tree.nodes[host.node].kind == Kind::Dotted;
        let holder = if is_dotted { self.tree.holder(host.node) } else { host.node };
        match self.tree.nodes[holder].kind {
            Kind::Array | Kind::Inline => self.add_items(holder, &host, plan),
            Kind::Tables => self.add_sections(&host, plan),
            _ if holder != host.node => self.add_lines(holder, &host, plan),
            _ => {
                let (lines, sections) = host.fresh.into_iter().partition(|fresh| !is_section(fresh));
                let (node, path) = (host.node, host.path);
                self.add_lines(holder, &Host { node, path, fresh: lines }, plan);
                self.add_sections(&Host { node, path, fresh: sections }, plan);
            }
        }
    }

    /// Adds items to an array or an inline table, for the latter with the dotted prefix.
    fn add_items(&self, holder: usize, host: &Host<'_>, plan: &mut Plan) {
        let prefix = self.prefix(holder, host.node);
        let list = self.list(holder);
        note_lists(&mut plan.containers, host.path, &host.fresh);
        let items: Vec<_> = host.fresh.iter().map(|fresh| format!("{prefix}{}", item(fresh))).collect();
        if let Some(room) = list.room("    ", false) {
            plan.edits.extend(room.comma_at.map(|at| Edit::insert(at, ",")));
            plan.edits.push(Edit::insert(room.at, room.fill(items.into_iter())));
            return;
        }
        if let Some(last) = list.last_comment() {
            let own = line_indent(self.text, self.tree.nodes[holder].range.start);
            let room = list.room_after(&last, "    ", own);
            plan.edits.push(Edit::insert(room.at, room.fill(items.into_iter())));
            return;
        }
        let origin = ContainerOrigin::Empty { inner: self.text[list.inner.clone()].to_owned() };
        note(&mut plan.containers, Container { path: Path(host.path.to_vec()), origin });
        let pad = if self.tree.nodes[holder].kind == Kind::Inline { " " } else { "" };
        plan.edits.push(Edit::replace(list.inner, format!("{pad}{}{pad}", items.join(", "))));
    }

    /// Adds lines to the body of a section, for a dotted table with its prefix.
    fn add_lines(&self, holder: usize, host: &Host<'_>, plan: &mut Plan) {
        if host.fresh.is_empty() {
            return;
        }
        if self.tree.nodes[holder].kind == Kind::Implicit {
            self.add_header(host, plan);
            return;
        }
        let prefix = self.prefix(holder, host.node);
        note_lists(&mut plan.containers, host.path, &host.fresh);
        let last = self.tree.leaves(host.node).pop();
        let (indent, equals) = last.map_or(("", EQUALS), |last| self.style(last));
        let mut lines = Vec::new();
        host.fresh.iter().for_each(|fresh| render(fresh, &prefix, equals, &mut lines));
        let after = match last {
            Some(last) => Some(self.tree.nodes[last].range.end),
            None if holder > 0 => Some(self.tree.nodes[holder].range.end),
            None => self.end_before(self.start()),
        };
        if let Some(after) = after {
            let at = self.source().tail(after, self.text.len()).line_end.unwrap_or(self.text.len());
            let eol = eol_near(self.text, at);
            let added = lines.iter().map(|line| format!("{eol}{indent}{line}")).collect::<String>();
            plan.edits.push(Edit::insert(at, added));
            return;
        }
        self.add_top(&lines, plan);
    }

    /// Adds lines above everything else.
    fn add_top(&self, lines: &[String], plan: &mut Plan) {
        let (start, eol) = (self.start(), eol_near(self.text, self.start()));
        let rest = &self.text[start..];
        if self.is_blank() {
            plan.edits.push(Edit::insert(start, lines.join(eol)));
            return;
        }
        let leading = &rest[..rest.len() - rest.trim_start().len()];
        let mut added = format!("{}{eol}", lines.join(eol));
        if !leading.contains(['\r', '\n']) {
            added.push_str(eol);
            let origin = ContainerOrigin::Empty { inner: leading.to_owned() };
            note(&mut plan.containers, Container { path: Path(Vec::new()), origin });
        }
        plan.edits.push(Edit::insert(start, added));
    }

    /// Adds the header of a table that has none so far, with its lines.
    fn add_header(&self, host: &Host<'_>, plan: &mut Plan) {
        let (at, mut sections) = self.room(host, plan);
        sections.one(host.path, false, &host.fresh);
        let edit = Edit::insert(at, sections.text);
        plan.sections.push((host.path.len(), edit));
    }

    fn add_sections(&self, host: &Host<'_>, plan: &mut Plan) {
        if host.fresh.is_empty() {
            return;
        }
        let (at, mut sections) = self.room(host, plan);
        host.fresh.iter().for_each(|fresh| sections.all(host.path, fresh));
        let edit = Edit::insert(at, sections.text);
        plan.sections.push((host.path.len(), edit));
    }

    /// Where new sections in a table go: after everything that is in it.
    fn room<'p>(&self, host: &Host<'_>, plan: &'p mut Plan) -> (usize, Sections<'p>) {
        let inside = if host.node == 0 { self.text.len() } else { self.tree.end(host.node) };
        let end = self.end_before(inside).map(|end| line_end(self.text, end));
        let at = end.unwrap_or(self.start());
        let eol = eol_near(self.text, at).to_owned();
        let before = if self.is_dense() { eol.clone() } else { eol.repeat(2) };
        let is_top = end.is_none() && plan.edits.is_empty();
        (at, Sections { eol, before, is_top, text: String::new(), containers: &mut plan.containers })
    }

    /// The dotted keys from a table to a dotted one in it.
    fn prefix(&self, holder: usize, node: usize) -> String {
        let mut prefix = String::new();
        let mut at = node;
        while at != holder {
            prefix.insert_str(0, &format!("{}.", key(&self.tree.nodes[at].name)));
            at = self.tree.nodes[at].parent;
        }
        prefix
    }

    /// The indentation of a value's line, and what stands between its key and the value.
    fn style(&self, node: usize) -> (&str, &str) {
        let node = &self.tree.nodes[node];
        let start = key_start(self.text, node.key_end);
        let indent = self.text[line_start(self.text, start)..start].trim_start_matches('\u{feff}');
        let equals = &self.text[node.key_end..node.range.start];
        (indent, if matches!(equals, "=" | "= " | " =") { equals } else { EQUALS })
    }

    /// The end of the last line with anything on it between `from` and the header after it, not
    /// counting the comments right above that header; `None` if there is none.
    fn end_before(&self, from: usize) -> Option<usize> {
        let limit = self.before_header(self.next_header(from));
        let before = &self.text[self.start()..limit];
        let end = self.start() + before.trim_end().len();
        (end > self.start()).then_some(end)
    }

    /// Where the comment lines right above a header start; the end of the text has none.
    pub(super) fn before_header(&self, header: usize) -> usize {
        if header == self.text.len() {
            return header;
        }
        let mut start = line_start(self.text, header);
        loop {
            let above = eol_before(self.text, start);
            if above == start {
                return start.max(self.start());
            }
            let line = line_start(self.text, above);
            if !self.text[line..above].trim_start_matches(['\u{feff}', ' ', '\t']).starts_with('#') {
                return start;
            }
            start = line;
        }
    }

    /// Whether the file puts no blank lines before its headers.
    fn is_dense(&self) -> bool {
        let above = |header: &usize| {
            let start = self.before_header(*header);
            let end = eol_before(self.text, start);
            (end > self.start()).then(|| !is_blank(&self.text[line_start(self.text, end)..end]))
        };
        let seen: Vec<_> = self.tree.headers.iter().filter_map(above).collect();
        !seen.is_empty() && seen.iter().all(|dense| *dense)
    }
}

/// New sections, one after the other.
struct Sections<'p> {
    eol: String,
    /// What comes before each of them.
    before: String,
    /// Whether the next one is the first thing in its file.
    is_top: bool,
    text: String,
    containers: &'p mut Vec<Container>,
}

impl Sections<'_> {
    /// The sections of something fresh: its own, and those of what is in it.
    fn all(&mut self, parent: &[Step], fresh: &Fresh) {
        let path = [parent, std::slice::from_ref(&fresh.step)].concat();
        match &fresh.body {
            Body::Array(elements) => elements.iter().for_each(|element| self.all(&path, element)),
            Body::Table(inner) => self.one(&path, matches!(fresh.step, Step::Element { .. }), inner),
            Body::Value(_) => {}
        }
    }

    fn one(&mut self, path: &[Step], is_element: bool, inner: &[Fresh]) {
        let (sections, lines): (Vec<_>, Vec<_>) = inner.iter().partition(|fresh| is_section(fresh));
        if is_element || !lines.is_empty() {
            let names = names(path);
            let mut block = vec![if is_element { format!("[[{names}]]") } else { format!("[{names}]") }];
            for fresh in &lines {
                render(fresh, "", EQUALS, &mut block);
            }
            let before = if self.is_top { String::new() } else { self.before.clone() };
            self.is_top = false;
            self.text.push_str(&before);
            self.text.push_str(&block.join(&self.eol));
            let origin = ContainerOrigin::Absent { before, after: String::new() };
            note(self.containers, Container { path: Path(path.to_vec()), origin });
            for fresh in lines {
                note_lists(self.containers, path, std::slice::from_ref(fresh));
            }
        }
        for fresh in sections {
            self.all(path, fresh);
        }
    }
}

/// Whether something fresh is written with headers of its own.
fn is_section(fresh: &Fresh) -> bool {
    match &fresh.body {
        Body::Value(_) => false,
        Body::Table(_) => true,
        Body::Array(elements) => elements.iter().all(|element| matches!(element.step, Step::Element { .. })),
    }
}

/// The lines of something fresh, tables in it with dotted keys.
fn render(fresh: &Fresh, prefix: &str, equals: &str, lines: &mut Vec<String>) {
    let Step::Key(name) = &fresh.step else { return };
    match &fresh.body {
        Body::Table(inner) => {
            let prefix = format!("{prefix}{}.", key(name));
            for fresh in inner {
                render(fresh, &prefix, equals, lines);
            }
        }
        other => lines.push(format!("{prefix}{}{equals}{}", key(name), layout::body(other))),
    }
}

/// The keys of a path as a header has them.
fn names(path: &[Step]) -> String {
    let keys = path.iter().filter_map(|step| match step {
        Step::Key(name) => Some(key(name)),
        _ => None,
    });
    keys.collect::<Vec<_>>().join(".")
}

fn written(new: &New, last: Option<&Step>) -> Result<String> {
    match (new, last) {
        (New::Value(value), _) => layout::value(value),
        (New::Raw(raw), _) => Ok(raw.clone()),
        (New::Member, Some(Step::Member { member })) => layout::value(&member.as_str().into()),
        (New::Member, _) => Err(Error::new(ErrorKind::Internal, "a member has no name")),
    }
}

/// Puts one write into the list of what is missing in a container, with the containers on its way.
fn grow(list: &mut Vec<Fresh>, first: &Step, rest: &[Step], write: &Write<'_>) -> Result<()> {
    let Some((next, rest)) = rest.split_first() else {
        let body = Body::Value(written(&write.new, Some(first))?);
        list.push(Fresh { body, step: first.clone() });
        return Ok(());
    };
    let at = match list.iter().position(|fresh| fresh.step == *first) {
        Some(at) => at,
        None => {
            list.push(Fresh { step: first.clone(), body: container(first, next)? });
            list.len() - 1
        }
    };
    match &mut list[at].body {
        Body::Table(inner) | Body::Array(inner) => grow(inner, next, rest, write),
        Body::Value(_) => Ok(()),
    }
}

fn container(step: &Step, next: &Step) -> Result<Body> {
    Ok(match (step, next) {
        (Step::Element { field, value }, _) => {
            let identity = Body::Value(layout::value(&value.as_str().into())?);
            Body::Table(vec![Fresh { step: Step::Key(field.clone()), body: identity }])
        }
        (_, Step::Key(_)) => Body::Table(Vec::new()),
        _ => Body::Array(Vec::new()),
    })
}

/// Notes the arrays and inline tables that are made on the way to what is fresh.
fn note_lists(containers: &mut Vec<Container>, parent: &[Step], fresh: &[Fresh]) {
    for one in fresh {
        let mut path = parent.to_vec();
        path.push(one.step.clone());
        if let Body::Table(inner) | Body::Array(inner) = &one.body {
            let origin = ContainerOrigin::Absent { before: String::new(), after: String::new() };
            note(containers, Container { path: Path(path.clone()), origin });
            note_lists(containers, &path, inner);
        }
    }
}

fn note(containers: &mut Vec<Container>, container: Container) {
    if !containers.iter().any(|other| other.path == container.path) {
        containers.push(container);
    }
}
