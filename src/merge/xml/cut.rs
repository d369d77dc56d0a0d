//! Options out of a project file: the inverse of writing them.

use std::ops::Range;

use super::super::text::{Edit, Extents, cut, eol_before, indent, line_start, skip_blanks, splice};
use super::super::{Container, ContainerOrigin, Path};
use super::Xml;
use crate::error::Result;

impl Xml<'_> {
    pub(in super::super) fn cut(&self, paths: &[&Path]) -> Result<String> {
        let options = paths.iter().filter_map(|path| self.locate(path).1);
        cut(self.text, options.map(|option| self.extent(option)).collect())
    }

    /// The bytes that go with an element: its line and the comment on it, if it has one alone.
    fn extent(&self, element: usize) -> Range<usize> {
        let element = &self.tree.elements[element];
        if indent(self.text, element.start).is_none() {
            return element.start..element.end;
        }
        let (comments_end, line_end) = self.tail(element.end);
        let line = eol_before(self.text, line_start(self.text, element.start));
        let next = &self.text[skip_blanks(self.text, comments_end)..];
        match line_end {
            Some(line_end) => line..line_end,
            None if next.starts_with("</") => line..comments_end,
            None => element.start..skip_blanks(self.text, element.end),
        }
    }

    /// The bytes that go with the elements that start at these places, and their own bytes; `None`
    /// where one of them starts nowhere.
    pub(in super::super) fn extents(&self, starts: &[usize]) -> Option<Extents> {
        let (mut ranges, mut wholes) = (Vec::new(), Vec::new());
        for start in starts {
            let found = self.tree.elements.binary_search_by_key(start, |element| element.start).ok()?;
            ranges.push(self.extent(found));
            wholes.push(*start..self.tree.elements[found].end);
        }
        Some(Extents { going: ranges, own: wholes })
    }

    pub(in super::super) fn put_back(&self, container: &Container) -> Result<Option<String>> {
        let Some(found) = self.container(&container.path).filter(|found| self.is_bare(*found)) else {
            return Ok(None);
        };
        let element = &self.tree.elements[found];
        match &container.origin {
            ContainerOrigin::Empty { inner } if element.close.is_some() => {
                splice(self.text, vec![Edit::replace(self.inner(found), inner.as_str())]).map(Some)
            }
            ContainerOrigin::Closed { tail } if element.close.is_some() => {
                splice(self.text, vec![Edit::replace(self.tag_tail(found).start..element.end, tail.as_str())])
                    .map(Some)
            }
            ContainerOrigin::Empty { .. } | ContainerOrigin::Closed { .. } => Ok(None),
            ContainerOrigin::Absent { before, after } if found == 0 => {
                let lead =
                    if self.text[..element.start].ends_with(before.as_str()) { before.len() } else { 0 };
                let trail =
                    if self.text[element.end..].starts_with(after.as_str()) { after.len() } else { 0 };
                let range = element.start - lead..element.end + trail;
                splice(self.text, vec![Edit::replace(range, "")]).map(Some)
            }
            ContainerOrigin::Absent { .. } => {
                splice(self.text, vec![Edit::replace(self.extent(found), "")]).map(Some)
            }
        }
    }
}
