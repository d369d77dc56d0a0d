//! The XML of `JetBrains` IDEs: a project of components, a component of options.

mod cut;
mod scan;
mod tree;
mod value;
mod write;

use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;

pub use scan::scan;
pub use tree::{Attribute, Element, Fault, FaultKind, MAX_DEPTH, Tree};
pub use value::{decode, encode};

use super::document::{Found, is_empty};
use super::text::{self, BOM, eol_at, skip_blanks};
use super::{Path, Step};
use crate::error::{Error, Kind, Place, Result};

/// A scanned text.
pub(super) struct Xml<'t> {
    text: &'t str,
    tree: Arc<Tree>,
    /// Where the components are that are looked for.
    focus: Vec<(String, Option<usize>)>,
}

impl<'t> Xml<'t> {
    pub(super) fn open(text: &'t str) -> Result<Self> {
        Self::tolerant(text).without_faults()
    }

    /// A text that was scanned before.
    pub(super) fn of(text: &'t str, tree: Arc<Tree>) -> Self {
        Self { text, tree, focus: Vec::new() }
    }

    /// Refuses what our scanner found wrong.
    pub(super) fn without_faults(self) -> Result<Self> {
        let (text, xml) = (self.text, self);
        if let Some(fault) = xml.tree.faults.first() {
            if fault.kind == FaultKind::TooLarge {
                return Err(Error::new(Kind::FileRefused, text::too_large(text)));
            }
            return Err(xml.malformed(fault.at, format!("not valid XML: {}", fault.kind.message())));
        }
        match xml.tree.root().map(|root| &xml.tree.elements[root]) {
            Some(root) if &text[root.name.clone()] != "project" => {
                let name = &text[root.name.clone()];
                let message = format!("the root element must be <project>, and this is <{name}>");
                Err(xml.malformed(root.start, message))
            }
            None if !is_empty(text) => {
                Err(xml.malformed(text.len(), "not valid XML: there is no element".into()))
            }
            _ => Ok(xml),
        }
    }

    pub(super) fn tolerant(text: &'t str) -> Self {
        Self::of(text, Arc::new(scan(text)))
    }

    /// Asks `roxmltree`, which knows no document types here.
    pub(super) fn judge(&self) -> Result<()> {
        if is_empty(self.text) {
            return Ok(());
        }
        let text = self.text.strip_prefix(BOM).unwrap_or(self.text);
        roxmltree::Document::parse(text).map(drop).map_err(|error| {
            let (line, column) = (error.pos().row as usize, error.pos().col as usize);
            let words = error.to_string();
            let words = words.split(" at ").next().unwrap_or(&words);
            Error::new(Kind::FileMalformed, format!("not valid XML: {words}"))
                .at(Place { file: None, line, column })
                .hint(HINT)
        })
    }

    fn malformed(&self, at: usize, message: String) -> Error {
        let stripped = self.text.strip_prefix(BOM);
        let at = at - stripped.map_or(0, |_| BOM.len().min(at));
        Error::new(Kind::FileMalformed, message).at(Place::of(stripped.unwrap_or(self.text), at)).hint(HINT)
    }

    /// Makes `locate` quick for these paths.
    pub(super) fn focus<'p>(&mut self, paths: impl Iterator<Item = &'p Path>) {
        for path in paths {
            if let Some(Step::Key(name)) = path.0.first()
                && !self.focus.iter().any(|(known, _)| known == name)
            {
                self.focus.push((name.clone(), self.component(name)));
            }
        }
    }

    pub(super) fn find(&self, path: &Path) -> Found {
        let (Some(_), option) = self.locate(path) else {
            return Found::Absent { parent_stands: false };
        };
        let Some(option) = option else { return Found::Absent { parent_stands: path.0.len() == 2 } };
        let element = &self.tree.elements[option];
        match self.attribute(option, "value") {
            Some(raw) if self.is_bare(option) => {
                let value = value::decode(&self.text[raw.clone()]).into_owned();
                Found::Value { raw, value: value.into() }
            }
            _ => Found::Blocked { raw: element.start..element.end },
        }
    }

    pub(super) fn ranges(&self, path: &Path) -> Vec<Range<usize>> {
        let [Step::Key(component), Step::Key(option)] = path.0.as_slice() else { return Vec::new() };
        // In a broken text a component may stand anywhere.
        let components =
            (0..self.tree.elements.len()).filter(|at| self.is_named(*at, "component", component));
        let options = components.flat_map(|component| self.named(component, "option", option));
        options.filter_map(|option| self.attribute(option, "value")).collect()
    }

    /// The same with what they mean.
    pub(super) fn standing(&self, path: &Path) -> Vec<(Range<usize>, Value)> {
        let value = |raw: Range<usize>| {
            let value = decode(&self.text[raw.clone()]).into_owned().into();
            (raw, value)
        };
        self.ranges(path).into_iter().map(value).collect()
    }

    pub(super) fn container_start(&self, path: &Path) -> Option<usize> {
        self.container(path).map(|element| self.tree.elements[element].start)
    }

    /// The element of a container's path: the root, or a component.
    fn container(&self, path: &Path) -> Option<usize> {
        match path.0.as_slice() {
            [] => self.tree.root(),
            [_] => self.locate(path).0,
            _ => None,
        }
    }

    /// The component and the option that count: of those of one name, the last one.
    fn locate(&self, path: &Path) -> (Option<usize>, Option<usize>) {
        let key = |at: usize| match path.0.get(at) {
            Some(Step::Key(key)) => Some(key.as_str()),
            _ => None,
        };
        let Some(component) = key(0).and_then(|name| self.component(name)) else { return (None, None) };
        let option = key(1).and_then(|option| self.named(component, "option", option).pop());
        (Some(component), option)
    }

    fn component(&self, name: &str) -> Option<usize> {
        match self.focus.iter().find(|(known, _)| known == name) {
            Some((_, found)) => *found,
            None => self.named(self.tree.root()?, "component", name).pop(),
        }
    }

    /// The children of this tag whose attribute `name` has this value.
    fn named(&self, parent: usize, tag: &str, name: &str) -> Vec<usize> {
        self.tree.children(parent).filter(|child| self.is_named(*child, tag, name)).collect()
    }

    fn is_named(&self, element: usize, tag: &str, name: &str) -> bool {
        self.tree.is(self.text, element, tag) && self.name_of(element).is_some_and(|other| other == name)
    }

    fn name_of(&self, element: usize) -> Option<std::borrow::Cow<'_, str>> {
        self.attribute(element, "name").map(|raw| value::decode(&self.text[raw]))
    }

    fn attribute(&self, element: usize, name: &str) -> Option<Range<usize>> {
        self.tree.attribute(self.text, element, name)
    }

    /// What stands between the tags of an element; empty for `<name />`.
    fn inner(&self, element: usize) -> Range<usize> {
        let element = &self.tree.elements[element];
        element.open_end..element.close.unwrap_or(element.open_end)
    }

    /// Whether there is nothing in an element but white space.
    fn is_bare(&self, element: usize) -> bool {
        self.text[self.inner(element)].trim().is_empty()
    }

    /// The end of the comments after `from` on its line, and the end of that line if nothing
    /// else comes before it.
    fn tail(&self, from: usize) -> (usize, Option<usize>) {
        let mut end = from;
        loop {
            let at = skip_blanks(self.text, end);
            match self.tree.comments.binary_search_by_key(&at, |comment| comment.start) {
                Ok(comment) => end = self.tree.comments[comment].end,
                Err(_) => return (end, (!eol_at(self.text, at).is_empty()).then_some(at)),
            }
        }
    }

    /// One level of indentation in this file; two spaces where it has none, as the IDE writes.
    fn unit(&self) -> &str {
        let elements = self.tree.elements.iter().enumerate().take(1000);
        elements
            .filter(|(at, element)| element.next > at + 1)
            .find_map(|(at, element)| {
                let child = self.tree.elements.get(at + 1)?;
                text::unit(text::line_indent(self.text, element.start), text::indent(self.text, child.start)?)
            })
            .unwrap_or("  ")
    }
}

const HINT: &str = "mend it there, in its IDE or any editor; nothing was written";
