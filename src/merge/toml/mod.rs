//! TOML: `toml_edit` reads the text and says where things stand, and text is spliced there.
//! (`toml_edit` itself would drop the byte order mark, change line ends and move comments.)

mod cut;
mod layout;
mod tree;
mod write;

use std::ops::Range;

use serde_json::Value;
use toml_edit::Document;

use super::document::Found;
use super::list::{Commented, List};
use super::text::{self, BOM, MAX_BYTES, skip_blanks};
use super::{Path, Step};
use crate::error::{Error, Kind as ErrorKind, Place, Result};
use tree::{Kind, Tree};

/// A scanned text.
pub(super) struct Toml<'t> {
    text: &'t str,
    tree: Tree,
}

/// Where a path leads.
enum Spot<'p> {
    /// To this value or table.
    Here(usize),
    /// To nothing: `rest` are the steps that are missing in `host`, `depth` counts those before.
    Missing { host: usize, rest: &'p [Step], depth: usize },
    /// To something that is no container of the right kind.
    Blocked(usize),
    /// To an array that holds `-member`.
    Declined,
}

impl<'t> Toml<'t> {
    pub(super) fn open(text: &'t str) -> Result<Self> {
        if text.len() > MAX_BYTES {
            return Err(Error::new(ErrorKind::FileRefused, text::too_large(text)));
        }
        let document = Document::parse(text).map_err(|error| {
            let words = error.message().trim().replace('\n', ", ");
            let at = error.span().map_or(0, |span| span.start);
            let bom = if text.starts_with(BOM) { BOM.len() } else { 0 };
            Error::new(ErrorKind::FileMalformed, format!("not valid TOML: {words}"))
                .at(Place::of(&text[bom..], at.saturating_sub(bom)))
                .hint("mend it by hand; nothing was written")
        })?;
        Ok(Self { text, tree: Tree::of(&document) })
    }

    pub(super) fn tolerant(text: &'t str) -> Self {
        Self::open(text).unwrap_or_else(|_| Self { text, tree: Tree::default() })
    }

    pub(super) fn find(&self, path: &Path) -> Found {
        match self.locate(&path.0) {
            Spot::Here(node) if self.is_value(node) => {
                Found::Value { raw: self.tree.nodes[node].range.clone(), value: self.value(node) }
            }
            Spot::Here(node) | Spot::Blocked(node) => {
                Found::Blocked { raw: self.tree.nodes[node].range.clone() }
            }
            Spot::Missing { rest, .. } => Found::Absent { parent_stands: rest.len() == 1 },
            Spot::Declined => Found::Declined,
        }
    }

    /// Whether a node has its bytes in one piece.
    fn is_value(&self, node: usize) -> bool {
        matches!(self.tree.nodes[node].kind, Kind::Scalar | Kind::Array | Kind::Inline)
    }

    fn value(&self, node: usize) -> Value {
        let raw = &self.text[self.tree.nodes[node].range.clone()];
        raw.parse().map_or(Value::Null, |value| tree::meaning(&value))
    }

    fn locate<'p>(&self, path: &'p [Step]) -> Spot<'p> {
        let mut node = 0;
        for (depth, step) in path.iter().enumerate() {
            let kind = self.tree.nodes[node].kind;
            let fits = match step {
                Step::Key(_) => !matches!(kind, Kind::Scalar | Kind::Array | Kind::Tables),
                Step::Element { .. } => matches!(kind, Kind::Array | Kind::Tables),
                Step::Member { .. } => kind == Kind::Array,
            };
            if !fits {
                return Spot::Blocked(node);
            }
            if matches!(step, Step::Member { member } if self.child(node, &Step::Member { member: format!("-{member}") }).is_some())
            {
                return Spot::Declined;
            }
            match self.child(node, step) {
                Some(child) => node = child,
                None => return Spot::Missing { host: node, rest: &path[depth..], depth },
            }
        }
        Spot::Here(node)
    }

    fn child(&self, parent: usize, step: &Step) -> Option<usize> {
        let is = |node: usize, wanted: &str| {
            self.tree.nodes[node].kind == Kind::Scalar && self.value(node) == wanted
        };
        self.tree.nodes[parent].children.iter().copied().find(|child| match step {
            Step::Key(key) => self.tree.nodes[*child].name == *key,
            Step::Element { field, value } => self.tree.nodes[*child]
                .children
                .iter()
                .any(|inner| self.tree.nodes[*inner].name == *field && is(*inner, value)),
            Step::Member { member } => is(*child, member),
        })
    }

    /// The bytes of the values at a path; in a text that is not valid those of all keys of its
    /// last name.
    pub(super) fn ranges(&self, path: &Path) -> Vec<Range<usize>> {
        if !self.tree.nodes.is_empty() {
            return match self.locate(&path.0) {
                Spot::Here(node) if self.is_value(node) => vec![self.tree.nodes[node].range.clone()],
                _ => Vec::new(),
            };
        }
        let Some(Step::Key(name)) = path.0.last() else { return Vec::new() };
        self.text
            .match_indices(name.as_str())
            .filter_map(|(at, _)| self.value_after(at + name.len()))
            .collect()
    }

    /// The value at a path, with its bytes.
    pub(super) fn standing(&self, path: &Path) -> Vec<(Range<usize>, Value)> {
        match self.find(path) {
            Found::Value { raw, value } => vec![(raw, value)],
            _ => Vec::new(),
        }
    }

    /// The bytes of what looks like a value after a key that ends at `at`.
    fn value_after(&self, at: usize) -> Option<Range<usize>> {
        let rest = &self.text[at..];
        let quoted = at + rest.len() - rest.strip_prefix(['"', '\'']).unwrap_or(rest).len();
        let equals = skip_blanks(self.text, quoted);
        self.text[equals..].starts_with('=').then_some(())?;
        let start = skip_blanks(self.text, equals + 1);
        let end = match self.text.as_bytes().get(start)? {
            b'"' | b'\'' => tree::string_end(self.text, start),
            _ => tree::line_end(self.text, start),
        };
        Some(start..end)
    }

    pub(super) fn container_start(&self, path: &Path) -> Option<usize> {
        match self.locate(&path.0) {
            Spot::Here(node) => Some(self.tree.nodes[node].range.start),
            _ => None,
        }
    }

    fn source(&self) -> Commented<'_> {
        Commented { text: self.text, comments: &self.tree.comments }
    }

    /// The items of an array or of an inline table.
    fn list(&self, container: usize) -> List<'_> {
        let range = &self.tree.nodes[container].range;
        let items = self.tree.items(self.text, container);
        List { source: self.source(), items, inner: range.start + 1..range.end - 1 }
    }

    /// Where the text begins, after the byte order mark.
    fn start(&self) -> usize {
        if self.text.starts_with(BOM) { BOM.len() } else { 0 }
    }

    /// Where the next header after `from` starts, or the text ends.
    fn next_header(&self, from: usize) -> usize {
        let next = self.tree.headers.partition_point(|header| *header < from);
        self.tree.headers.get(next).copied().unwrap_or(self.text.len())
    }
}
