//! New options into a project file, and not one other byte changed.

use std::ops::Range;

use serde_json::Value;

use super::super::document::{New, Write};
use super::super::text::{BOM, Edit, eol_near, indent, line_indent, skip_blanks, splice};
use super::super::{Container, ContainerOrigin, Path, Step};
use super::{Xml, value};
use crate::error::{Error, Kind, Result};

/// What the IDE puts before the root element of a project file.
const PROLOG: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

/// An option to be written: its name, and what stands between the quotes of its value.
type Fresh<'w> = (&'w str, String);

/// A component that an option goes into: the element if it is there, and its name.
struct Host<'w> {
    component: Option<usize>,
    name: &'w str,
    options: Vec<Fresh<'w>>,
}

impl Xml<'_> {
    pub(in super::super) fn write(&self, writes: &[Write<'_>]) -> Result<(String, Vec<Container>)> {
        let mut edits = Vec::new();
        let mut hosts: Vec<Host<'_>> = Vec::new();
        for write in writes {
            let [Step::Key(name), Step::Key(option)] = write.path.0.as_slice() else {
                let message = format!("in XML a key is a component and an option, and {} is not", write.path);
                return Err(Error::new(Kind::Usage, message));
            };
            let (component, existing) = self.locate(write.path);
            if let Some(range) = existing.and_then(|option| self.attribute(option, "value")) {
                let quote = if self.text[range.end..].starts_with('\'') { '\'' } else { '"' };
                edits.push(Edit::replace(range, encoded(write, quote)?));
                continue;
            }
            let fresh = (option.as_str(), encoded(write, '"')?);
            match hosts.iter_mut().find(|host| host.name == name) {
                Some(host) => host.options.push(fresh),
                None => hosts.push(Host { component, name, options: vec![fresh] }),
            }
        }
        let mut containers = Vec::new();
        let missing: Vec<_> = hosts.iter().filter(|host| host.component.is_none()).collect();
        for host in &hosts {
            if let Some(component) = host.component {
                self.add_options(component, host, &mut edits, &mut containers);
            }
        }
        match self.tree.root() {
            Some(root) => self.add_components(root, &missing, &mut edits, &mut containers),
            None => self.new_document(&missing, &mut edits, &mut containers),
        }
        Ok((splice(self.text, edits)?, containers))
    }

    fn new_document(&self, hosts: &[&Host<'_>], edits: &mut Vec<Edit>, containers: &mut Vec<Container>) {
        let start = if self.text.starts_with(BOM) { BOM.len() } else { 0 };
        let eol = eol_near(self.text, start);
        let components = hosts.iter().map(|host| format!("{eol}  {}", component(host, "  ", "  ", eol)));
        let components = components.collect::<Vec<_>>().concat();
        let before = format!("{PROLOG}{eol}");
        edits
            .push(Edit::insert(start, format!("{before}<project version=\"4\">{components}{eol}</project>")));
        let origin = ContainerOrigin::Absent { before, after: String::new() };
        containers.push(Container { path: Path(Vec::new()), origin });
        containers.extend(hosts.iter().map(|host| made(host.name)));
    }

    fn add_options(
        &self,
        component: usize,
        host: &Host<'_>,
        edits: &mut Vec<Edit>,
        containers: &mut Vec<Container>,
    ) {
        let last = self.tree.children(component).next_back();
        let items = host.options.iter().map(option).collect::<Vec<_>>();
        let render = |_: &str, _: &str, at: usize| items.get(at).cloned().unwrap_or_default();
        let path = Path(vec![Step::Key(host.name.to_owned())]);
        self.add(component, last, items.len(), &render, path, edits, containers);
    }

    /// New components keep to the order of names that the IDE writes.
    fn add_components(
        &self,
        root: usize,
        hosts: &[&Host<'_>],
        edits: &mut Vec<Edit>,
        containers: &mut Vec<Container>,
    ) {
        if hosts.is_empty() {
            return;
        }
        let inner = self.inner(root);
        if self.tree.children(root).next().is_none() && self.tree.last_piece(&inner).is_none() {
            let render = |indent: &str, eol: &str, at: usize| {
                hosts.get(at).map(|host| component(host, indent, self.unit(), eol)).unwrap_or_default()
            };
            self.add(root, None, hosts.len(), &render, Path(Vec::new()), edits, containers);
            containers.extend(hosts.iter().map(|host| made(host.name)));
            return;
        }
        for host in hosts {
            let render = |indent: &str, eol: &str, _: usize| component(host, indent, self.unit(), eol);
            let after = self.place_for(root, host.name);
            self.add(root, after, 1, &render, Path(Vec::new()), edits, containers);
            containers.push(made(host.name));
        }
    }

    /// The child after which a component of this name goes: in order if the others are, else last.
    fn place_for(&self, root: usize, name: &str) -> Option<usize> {
        let children: Vec<_> = self.tree.children(root).collect();
        let names: Vec<_> = children.iter().map(|child| self.name_of(*child).unwrap_or_default()).collect();
        let after = if names.is_sorted() {
            names.partition_point(|other| other.as_ref() <= name)
        } else {
            names.len()
        };
        // Before the first child there may be comments that belong to it; after it there are none.
        children.get(after.max(1) - 1).copied()
    }

    /// Adds children to an element: after one of its children, or where it has none.
    #[expect(clippy::too_many_arguments, reason = "one insertion, described once")]
    fn add(
        &self,
        parent: usize,
        after: Option<usize>,
        count: usize,
        render: &dyn Fn(&str, &str, usize) -> String,
        path: Path,
        edits: &mut Vec<Edit>,
        containers: &mut Vec<Container>,
    ) {
        let element = &self.tree.elements[parent];
        let inner = self.inner(parent);
        let anchor = after.map(|after| &self.tree.elements[after]).map(|after| after.start..after.end);
        let anchor = anchor.or_else(|| self.tree.last_piece(&inner));
        if let Some(anchor) = anchor {
            edits.push(self.after(&anchor, parent, count, render));
            return;
        }
        let lines = parent == 0 || indent(self.text, element.start).is_some();
        let eol = eol_near(self.text, element.start);
        let own = line_indent(self.text, element.start);
        let child = format!("{own}{}", self.unit());
        let (gap, close) = if lines {
            (format!("{eol}{child}"), format!("{eol}{own}"))
        } else {
            (String::new(), String::new())
        };
        let body: Vec<_> = (0..count).map(|at| format!("{gap}{}", render(&child, eol, at))).collect();
        let body = body.concat();
        if element.close.is_some() {
            let origin = ContainerOrigin::Empty { inner: self.text[inner.clone()].to_owned() };
            edits.push(Edit::replace(inner, format!("{body}{close}")));
            containers.push(Container { path, origin });
            return;
        }
        let tail = self.tag_tail(parent);
        let name = &self.text[element.name.clone()];
        let origin = ContainerOrigin::Closed { tail: self.text[tail.clone()].to_owned() };
        edits.push(Edit::replace(tail, format!(">{body}{close}</{name}>")));
        containers.push(Container { path, origin });
    }

    fn after(
        &self,
        anchor: &Range<usize>,
        parent: usize,
        count: usize,
        render: &dyn Fn(&str, &str, usize) -> String,
    ) -> Edit {
        let first = |child: &usize| indent(self.text, self.tree.elements[*child].start);
        let (comments_end, line_end) = self.tail(anchor.end);
        let ends_line =
            line_end.is_some() || self.text[skip_blanks(self.text, comments_end)..].starts_with("</");
        let lead = indent(self.text, anchor.start)
            .or_else(|| self.tree.children(parent).rev().find_map(|child| first(&child)))
            .filter(|_| ends_line);
        let Some(indent) = lead else {
            return Edit::insert(anchor.end, (0..count).map(|at| render("", "", at)).collect::<String>());
        };
        let at = line_end.unwrap_or(comments_end);
        let eol = eol_near(self.text, at);
        let added: Vec<_> =
            (0..count).map(|at| format!("{eol}{indent}{}", render(indent, eol, at))).collect();
        Edit::insert(at, added.concat())
    }

    /// What closes a start tag: the bytes after its last attribute.
    pub(super) fn tag_tail(&self, element: usize) -> Range<usize> {
        let element = &self.tree.elements[element];
        let last = element.attributes.last().map_or(element.name.end, |last| last.value.end + 1);
        last..element.open_end
    }
}

fn made(name: &str) -> Container {
    let origin = ContainerOrigin::Absent { before: String::new(), after: String::new() };
    Container { path: Path(vec![Step::Key(name.to_owned())]), origin }
}

/// A component on a line indented by `indent`; on one line where `eol` is empty.
fn component(host: &Host<'_>, indent: &str, unit: &str, eol: &str) -> String {
    let inner = if eol.is_empty() { String::new() } else { format!("{eol}{indent}{unit}") };
    let close = if eol.is_empty() { String::new() } else { format!("{eol}{indent}") };
    let options: Vec<_> = host.options.iter().map(|fresh| format!("{inner}{}", option(fresh))).collect();
    let options = options.concat();
    format!("<component name=\"{}\">{options}{close}</component>", value::encode(host.name, '"'))
}

fn option((name, value): &Fresh<'_>) -> String {
    format!("<option name=\"{}\" value=\"{value}\" />", value::encode(name, '"'))
}

fn encoded(write: &Write<'_>, quote: char) -> Result<String> {
    let value = match &write.new {
        New::Raw(raw) => return Ok(value::requote(raw, quote)),
        New::Value(Value::String(value)) => value.clone(),
        New::Value(value) => value.to_string(),
        New::Member => return Err(Error::new(Kind::Usage, "XML has no arrays that are used as sets")),
    };
    if !value::can_carry(&value) {
        let message = format!("the value of {} holds a character that XML cannot carry", write.path);
        return Err(Error::new(Kind::Usage, message));
    }
    Ok(value::encode(&value, quote))
}
