//! JSON with comments, as VS Code reads it.

mod cut;
mod judge;
mod layout;
mod locate;
mod scan;
mod tree;
mod value;
mod write;

use std::ops::Range;
use std::sync::Arc;

pub use judge::OPTIONS;
pub use scan::scan;
pub(super) use scan::{Expect, Frame, Sink, read};
pub use tree::{Fault, FaultKind, Kind, MAX_DEPTH, Node, Tree};
pub use value::same;

use super::document::{Found, New};
use super::list::Item;
use super::{Path, Step};
use crate::error::Result;
use locate::Spot;

/// A scanned text.
pub(super) struct Jsonc<'t> {
    text: &'t str,
    tree: Arc<Tree>,
    /// Whether `"a.b": 1` and `"a": {"b": 1}` are one setting.
    settings: bool,
    focus: Focus,
}

/// The root's properties that a set of paths can mean, so that a file with many thousands of keys
/// is walked once and not once per key.
#[derive(Default)]
struct Focus {
    /// The first parts of the paths' first keys.
    parts: Vec<String>,
    /// The properties whose keys begin with one of them, in the order of the text.
    properties: Vec<(usize, usize)>,
}

impl<'t> Jsonc<'t> {
    pub(super) fn open(text: &'t str, settings: bool) -> Result<Self> {
        let jsonc = Self::tolerant(text, settings);
        jsonc.judge_faults()?;
        Ok(jsonc)
    }

    /// Refuses what our scanner found wrong.
    pub(super) fn judge_faults(&self) -> Result<()> {
        judge::faults(self.text, &self.tree, self.settings)
    }

    pub(super) fn tolerant(text: &'t str, settings: bool) -> Self {
        Self::of(text, Arc::new(scan(text)), settings)
    }

    /// A text that was scanned before.
    pub(super) fn of(text: &'t str, tree: Arc<Tree>, settings: bool) -> Self {
        Self { text, tree, settings, focus: Focus::default() }
    }

    /// Makes `find` and `write` quick for these paths.
    pub(super) fn focus<'p>(&mut self, paths: impl Iterator<Item = &'p Path>) {
        for path in paths {
            if let Some(Step::Key(key)) = path.0.first() {
                let part = locate::first_part(key);
                if !self.focus.parts.iter().any(|known| known == part) {
                    self.focus.parts.push(part.to_owned());
                }
            }
        }
        let Some(root) = self.tree.root() else { return };
        let properties = self.tree.properties(root).filter(|(key, _)| self.may_mean(*key));
        self.focus.properties = properties.collect();
    }

    /// Whether a key begins with one of the parts in focus, or cannot be compared as it stands.
    fn may_mean(&self, key: usize) -> bool {
        let raw = &self.text[self.tree.range(key)];
        // In a broken text a key may have no quotes, or be missing.
        let name = raw.strip_prefix('"').unwrap_or(raw);
        raw.contains('\\') || self.focus.parts.iter().any(|part| name.starts_with(part.as_str()))
    }

    pub(super) fn judge(&self) -> Result<()> {
        judge::judge(self.text, &self.tree)
    }

    pub(super) fn find(&self, path: &Path) -> Found {
        match self.locate(&path.0) {
            Spot::Here { node, .. } => {
                Found::Value { raw: self.tree.range(node), value: self.tree.value(self.text, node) }
            }
            Spot::Missing { rest, .. } => Found::Absent { parent_stands: rest.len() == 1 },
            Spot::NoRoot => Found::Absent { parent_stands: false },
            Spot::Blocked(node) => Found::Blocked { raw: self.tree.range(node) },
            Spot::Declined => Found::Declined,
        }
    }

    pub(super) fn container_start(&self, path: &Path) -> Option<usize> {
        match self.locate(&path.0) {
            Spot::Here { node, .. } => Some(self.tree.nodes[node].start()),
            _ => None,
        }
    }
}

impl Jsonc<'_> {
    fn items(&self, container: usize) -> Vec<Item> {
        let item = |first: usize, node: usize| Item {
            start: self.tree.nodes[first].start(),
            end: self.tree.nodes[node].end(),
            node,
        };
        match self.tree.nodes[container].kind {
            Kind::Object => self.tree.properties(container).map(|(key, value)| item(key, value)).collect(),
            _ => self.tree.elements(container).map(|element| item(element, element)).collect(),
        }
    }

    /// What stands between the brackets of a container.
    fn inner(&self, container: usize) -> Range<usize> {
        let node = self.tree.nodes[container];
        node.start() + 1..node.end() - 1
    }
}
