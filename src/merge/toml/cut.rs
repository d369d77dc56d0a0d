//! Keys out of a text: the inverse of writing them, whatever the user did around them since.

use std::ops::Range;

use super::super::text::{Edit, cut, eol_at, eol_before, line_start, splice};
use super::super::{Container, ContainerOrigin, Path, Step};
use super::tree::{Kind, key_start};
use super::{Spot, Toml};
use crate::error::Result;
use crate::order;

impl Toml<'_> {
    /// Takes the keys out, each with its line and the comment on it; comments on lines of their
    /// own stay, since nobody can tell whose they are.
    pub(in super::super) fn cut(&self, paths: &[&Path]) -> Result<String> {
        let mut ranges = Vec::new();
        let mut lists: Vec<(usize, Vec<usize>)> = Vec::new();
        for path in paths {
            let Spot::Here(node) = self.locate(&path.0) else { continue };
            let holder = self.tree.holder(node);
            match self.tree.nodes[holder].kind {
                Kind::Array | Kind::Inline => match lists.iter_mut().find(|(other, _)| *other == holder) {
                    Some((_, nodes)) => nodes.push(node),
                    None => lists.push((holder, vec![node])),
                },
                _ if self.is_value(node) => ranges.push(self.line(node)),
                _ => {}
            }
        }
        for (holder, nodes) in lists {
            self.list(holder).cut(&nodes, &mut ranges);
        }
        self.cut_lines(ranges)
    }

    /// The lines of a value, from the line end before them on.
    fn line(&self, node: usize) -> Range<usize> {
        let node = &self.tree.nodes[node];
        let start = line_start(self.text, key_start(self.text, node.key_end));
        let tail = self.source().tail(node.range.end, self.text.len());
        eol_before(self.text, start.max(self.start()))..tail.line_end.unwrap_or(self.text.len())
    }

    /// Deletes lines, each from the line end before it on. The first ones of a text have none
    /// before them, and take the one after them along.
    fn cut_lines(&self, mut ranges: Vec<Range<usize>>) -> Result<String> {
        order::sort_by_key(&mut ranges, |range| range.start);
        let start = self.start();
        if eol_at(self.text, start).is_empty() {
            let top = ranges
                .iter()
                .fold(start, |top, range| if range.start <= top { top.max(range.end) } else { top });
            ranges.extend((top > start).then(|| start..top + eol_at(self.text, top).len()));
        }
        cut(self.text, ranges)
    }

    pub(in super::super) fn put_back(&self, container: &Container) -> Result<Option<String>> {
        let Spot::Here(node) = self.locate(&container.path.0) else { return Ok(None) };
        let step = container.path.0.last();
        match (self.tree.nodes[node].kind, &container.origin) {
            (Kind::Array | Kind::Inline, _) if !self.is_bare_list(node, step) => Ok(None),
            (Kind::Array | Kind::Inline, ContainerOrigin::Empty { inner }) => {
                splice(self.text, vec![Edit::replace(self.list(node).inner, inner.as_str())]).map(Some)
            }
            (Kind::Array | Kind::Inline, ContainerOrigin::Absent { .. }) => {
                self.cut(&[&container.path]).map(Some)
            }
            (Kind::Section, ContainerOrigin::Absent { before, after }) if node == 0 => {
                Ok(self.without_all(before, after))
            }
            (Kind::Section, ContainerOrigin::Empty { inner }) if node == 0 => self.top_put_back(inner),
            (Kind::Section, ContainerOrigin::Absent { before, .. }) => {
                let Some(bare) = self.bare_section(node, step) else { return Ok(None) };
                let above = &self.text[..bare.start];
                let ours = !before.is_empty() && above.ends_with(before.as_str());
                let start = if ours { bare.start - before.len() } else { eol_before(self.text, bare.start) };
                self.cut_lines(Vec::from([start..bare.end])).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn is_bare_list(&self, container: usize, step: Option<&Step>) -> bool {
        let list = self.list(container);
        let (Some(Step::Element { field, .. }), [only]) = (step, list.items.as_slice()) else {
            return self.text[list.inner].trim().is_empty();
        };
        let (before, after) =
            (&self.text[list.inner.start..only.start], &self.text[only.end..list.inner.end]);
        self.tree.nodes[only.node].name == *field
            && before.trim().is_empty()
            && after.trim().trim_start_matches(',').trim().is_empty()
    }

    /// The lines of a section in which nothing is left, comments included; the field that
    /// identifies an element does not count.
    fn bare_section(&self, node: usize, step: Option<&Step>) -> Option<Range<usize>> {
        let section = &self.tree.nodes[node];
        let mut end = section.range.end;
        match (step, section.children.as_slice()) {
            (_, []) => {}
            (Some(Step::Element { field, .. }), [only]) if self.tree.nodes[*only].name == *field => {
                let only = &self.tree.nodes[*only];
                let between = &self.text[end..key_start(self.text, only.key_end)];
                end = only.range.end;
                between.trim().is_empty().then_some(())?;
            }
            // Tables in it that have headers of their own do not need this one.
            (Some(Step::Key(_)), _) if self.tree.leaves(node).is_empty() => {}
            _ => return None,
        }
        let rest = &self.text[end..self.before_header(self.next_header(end))];
        let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
        rest.trim().is_empty().then_some(line_start(self.text, section.range.start)..end + line)
    }

    /// The text without the white space that is left of a file that we made.
    fn without_all(&self, before: &str, after: &str) -> Option<String> {
        let body = &self.text[self.start()..];
        if !body.trim().is_empty() {
            return None;
        }
        let body = body.strip_prefix(before).unwrap_or(body);
        let body = body.strip_suffix(after).unwrap_or(body);
        Some(format!("{}{body}", &self.text[..self.start()]))
    }

    /// The text as it began before us: white space alone, or a table right at its start.
    fn top_put_back(&self, inner: &str) -> Result<Option<String>> {
        let body = &self.text[self.start()..];
        let blank = &body[..body.len() - body.trim_start().len()];
        let is_ours = blank.len() > inner.len() && blank.trim_start_matches(['\r', '\n']) == inner;
        let is_back = self.is_blank() || (is_ours && self.tree.leaves(0).is_empty());
        if !is_back {
            return Ok(None);
        }
        let range = self.start()..self.start() + blank.len();
        splice(self.text, vec![Edit::replace(range, inner)]).map(Some)
    }
}
