//! Keys out of a text: the inverse of writing them, whatever the user did around them since.

use super::super::text::{Edit, Extents, cut, splice};
use super::super::{Container, ContainerOrigin, Path, Step};
use super::locate::Spot;
use super::{Jsonc, Kind, Node};
use crate::error::Result;

impl Jsonc<'_> {
    /// Takes the keys out, each with its line and the comment on it; comments on lines of their
    /// own stay, since nobody can tell whose they are.
    pub(in super::super) fn cut(&self, paths: &[&Path]) -> Result<String> {
        let mut holders: Vec<(usize, Vec<usize>)> = Vec::new();
        for path in paths {
            let Spot::Here { node, holder: Some(holder) } = self.locate(&path.0) else { continue };
            match holders.iter_mut().find(|(other, _)| *other == holder) {
                Some((_, nodes)) => nodes.push(node),
                None => holders.push((holder, vec![node])),
            }
        }
        let mut ranges = Vec::new();
        for (holder, nodes) in holders {
            self.list(holder).cut(&nodes, &mut ranges);
        }
        cut(self.text, ranges)
    }

    /// The bytes that go with the properties and elements that start at these places, and their own
    /// bytes; `None` where one of them starts nowhere.
    pub(in super::super) fn extents(&self, starts: &[usize]) -> Option<Extents> {
        let mut holders: Vec<(usize, Vec<usize>)> = Vec::new();
        let mut wholes = Vec::new();
        for start in starts {
            let first = self.tree.nodes.binary_search_by_key(start, Node::start).ok()?;
            let is_key = self.tree.nodes[first].kind == Kind::Key;
            let node = first + usize::from(is_key);
            let holds = |at: &usize| self.tree.nodes[*at].next() > first;
            let holder = (0..first).rev().find(holds)?;
            wholes.push(*start..self.tree.nodes[node].end());
            match holders.iter_mut().find(|(other, _)| *other == holder) {
                Some((_, nodes)) => nodes.push(node),
                None => holders.push((holder, vec![node])),
            }
        }
        let mut ranges = Vec::new();
        for (holder, nodes) in holders {
            self.list(holder).cut(&nodes, &mut ranges);
        }
        Some(Extents { going: ranges, own: wholes })
    }

    pub(in super::super) fn put_back(&self, container: &Container) -> Result<Option<String>> {
        let Spot::Here { node, .. } = self.locate(&container.path.0) else { return Ok(None) };
        if !self.is_bare(node, container.path.0.last()) {
            return Ok(None);
        }
        let inner = self.inner(node);
        match &container.origin {
            ContainerOrigin::Empty { inner: origin } => {
                splice(self.text, vec![Edit::replace(inner, origin.as_str())]).map(Some)
            }
            ContainerOrigin::Absent { before, after } if container.path.0.is_empty() => {
                let range = self.tree.range(node);
                let lead = self.text[..range.start].ends_with(before.as_str()).then_some(before.len());
                let trail = self.text[range.end..].starts_with(after.as_str()).then_some(after.len());
                let range = range.start - lead.unwrap_or(0)..range.end + trail.unwrap_or(0);
                cut(self.text, vec![range]).map(Some)
            }
            ContainerOrigin::Absent { .. } => self.cut(&[&container.path]).map(Some),
            ContainerOrigin::Closed { .. } => Ok(None),
        }
    }

    /// Whether nothing is left in a container; the field that identifies an element does not count.
    fn is_bare(&self, container: usize, step: Option<&Step>) -> bool {
        let inner = self.inner(container);
        let items = self.items(container);
        let (Some(Step::Element { field, .. }), [only]) = (step, items.as_slice()) else {
            return self.text[inner].trim().is_empty();
        };
        let (before, after) = (&self.text[inner.start..only.start], &self.text[only.end..inner.end]);
        self.tree.string(self.text, only.node - 1) == field.as_str()
            && before.trim().is_empty()
            && after.trim().trim_start_matches(',').trim().is_empty()
    }
}
