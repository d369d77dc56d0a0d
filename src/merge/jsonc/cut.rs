//! Keys out of a text: the inverse of writing them, whatever the user did around them since.

use std::ops::Range;

use super::super::text::{Edit, cut, eol_before, line_start, skip_blanks, skip_blanks_back, splice};
use super::super::{Container, ContainerOrigin, Path, Step};
use super::locate::Spot;
use super::{Item, Jsonc};
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
            self.cut_from(holder, &nodes, &mut ranges);
        }
        cut(self.text, ranges)
    }

    fn cut_from(&self, holder: usize, nodes: &[usize], ranges: &mut Vec<Range<usize>>) {
        let items = self.items(holder);
        let close = self.inner(holder).end;
        let limit = |at: usize| items.get(at + 1).map_or(close, |next| next.start);
        let commas: Vec<_> =
            items.iter().enumerate().map(|(at, item)| self.comma(item.end, limit(at))).collect();
        let trails = commas.last().is_some_and(Option::is_some);
        let mut doomed = vec![false; items.len()];
        let (mut at, mut last_kept) = (0, 0);
        while at < items.len() {
            let run = items[at..].iter().take_while(|item| nodes.contains(&item.node)).count();
            if run > 0 {
                self.doom_commas(&items, trails, at..at + run, &mut doomed);
            } else {
                last_kept = at;
            }
            at += run.max(1);
        }
        for (at, item) in items.iter().enumerate().filter(|(_, item)| nodes.contains(&item.node)) {
            // A comma that trails is no leading one, though it may stand at the start of a line.
            let leads = self.lead(item.start).is_some_and(|lead| lead.comma.is_none() || !trails);
            ranges.push(self.extent(
                *item,
                leads,
                commas[at].zip(Some(doomed[at])),
                limit(at),
                at < last_kept,
            ));
        }
        for (comma, _) in commas.iter().zip(&doomed).filter(|(_, doomed)| **doomed) {
            ranges.extend(comma.map(|comma| comma..comma + 1));
        }
    }

    /// Which commas go with a run of neighbours: those after them, or those before them where
    /// they are the last ones and no comma trails, or where the file's commas lead.
    fn doom_commas(&self, items: &[Item], trails: bool, run: Range<usize>, doomed: &mut [bool]) {
        let is_last = run.end == items.len();
        let leads = self.lead(items[run.start].start).is_some_and(|lead| lead.comma.is_some());
        let before = run.start > 0 && (if is_last { !trails } else { leads });
        for at in run {
            doomed[if before { at - 1 } else { at }] = true;
        }
    }

    /// The bytes that go with an item: its line if it is the `first` of one, else the blanks before
    /// it. `comma` is the comma after it and whether that goes too; `more` says whether items that
    /// stay come after it.
    fn extent(
        &self,
        item: Item,
        first: bool,
        comma: Option<(usize, bool)>,
        limit: usize,
        more: bool,
    ) -> Range<usize> {
        let start = if first {
            eol_before(self.text, line_start(self.text, item.start))
        } else {
            skip_blanks_back(self.text, item.start)
        };
        let same_line = |comma: usize| !self.text[item.end..comma].contains(['\n', '\r']);
        let end = match comma.filter(|(comma, _)| same_line(*comma)) {
            Some((_, false)) => return start..item.end,
            Some((comma, true)) => comma + 1,
            None => item.end,
        };
        let tail = self.tail(end, limit);
        match (first, tail.line_end) {
            (_, None) if more && !self.text[end..limit].contains(['\n', '\r']) => {
                item.start..skip_blanks(self.text, end)
            }
            (true, Some(line_end)) => start..line_end,
            (true, None) => start..tail.comments_end,
            (false, _) => start..end,
        }
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
