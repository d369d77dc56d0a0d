//! A list in brackets, in any layout: an object, an array, a table on one line. What goes with an
//! item that is taken out, and where new ones have room. Shared by the formats that have commas.

use std::ops::Range;

use super::text::{
    eol_at, eol_before, eol_near, indent, is_blank, line_indent, line_start, skip_blanks, skip_blanks_back,
};

/// A child of a container: a property from its key on, or an element.
#[derive(Clone, Copy)]
pub(super) struct Item {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The node of its value.
    pub(super) node: usize,
}

/// What follows an item on its line.
pub(super) struct Tail {
    /// After the last comment of the line, or where the search began.
    pub(super) comments_end: usize,
    /// Where the line ends, if nothing but blanks and comments come before that.
    pub(super) line_end: Option<usize>,
    /// Whether the last comment ends only with its line.
    pub(super) line_comment: bool,
}

/// What stands before an item on its line, if it is the first one there.
pub(super) struct Lead<'t> {
    /// The blanks at the start of the line.
    pub(super) indent: &'t str,
    /// The start of the line with a comma in it, in files whose commas lead.
    pub(super) comma: Option<&'t str>,
}

/// A text and where its comments are, in order.
#[derive(Clone, Copy)]
pub(super) struct Commented<'t> {
    pub(super) text: &'t str,
    pub(super) comments: &'t [Range<usize>],
}

impl<'t> Commented<'t> {
    /// Reads the blanks and comments from `from` to the end of the line, or to `limit`.
    pub(super) fn tail(&self, from: usize, limit: usize) -> Tail {
        let mut tail = Tail { comments_end: from, line_end: None, line_comment: false };
        loop {
            let at = skip_blanks(self.text, tail.comments_end);
            let Some(end) = self.comment_end(at).filter(|_| at < limit) else {
                let ends = at < limit && !eol_at(self.text, at).is_empty();
                tail.line_end = ends.then_some(at);
                return tail;
            };
            tail.line_comment = !self.text[at..].starts_with("/*");
            tail.comments_end = end;
        }
    }

    /// The end of the comment that starts at `at`.
    pub(super) fn comment_end(&self, at: usize) -> Option<usize> {
        let found = self.comments.binary_search_by_key(&at, |comment| comment.start).ok()?;
        self.comments.get(found).map(|comment| comment.end)
    }

    /// The comma after an item that ends at `from`, before `limit`.
    pub(super) fn comma(&self, from: usize, limit: usize) -> Option<usize> {
        let mut at = from;
        while at < limit {
            match self.text.as_bytes()[at] {
                b',' => return Some(at),
                b'/' | b'#' => at = self.comment_end(at)?,
                _ => at += 1,
            }
        }
        None
    }

    pub(super) fn lead(&self, at: usize) -> Option<Lead<'t>> {
        if let Some(indent) = indent(self.text, at) {
            return Some(Lead { indent, comma: None });
        }
        let start = line_start(self.text, at);
        let before = &self.text[start..at];
        let (indent, gap) = before.split_once(',')?;
        (start > 0 && is_blank(indent) && is_blank(gap)).then_some(Lead { indent, comma: Some(before) })
    }
}

/// The items between two brackets.
pub(super) struct List<'t> {
    pub(super) source: Commented<'t>,
    pub(super) items: Vec<Item>,
    /// What stands between the brackets.
    pub(super) inner: Range<usize>,
}

/// Where new items go, and what stands around them.
pub(super) struct Room<'t> {
    pub(super) at: usize,
    /// Whether they stay on the line.
    pub(super) inline: bool,
    pub(super) eol: &'t str,
    /// The blanks at the start of a new line.
    pub(super) indent: String,
    /// What comes before each of them.
    gap: String,
    /// Where a comma is missing so far.
    pub(super) comma_at: Option<usize>,
    between: &'static str,
    end: &'static str,
}

impl Room<'_> {
    /// The text to be put in for these items.
    pub(super) fn fill(&self, items: impl Iterator<Item = String>) -> String {
        let items: Vec<_> = items.map(|item| format!("{}{item}", self.gap)).collect();
        items.join(self.between) + self.end
    }
}

impl<'t> List<'t> {
    /// The room after the last item, in the style of the items that are there; `None` where there
    /// is none. `tight` says that the file puts no space after its colons.
    pub(super) fn room(&self, unit: &str, tight: bool) -> Option<Room<'t>> {
        let (text, last, close) = (self.source.text, *self.items.last()?, self.inner.end);
        let comma = self.source.comma(last.end, close);
        let tail = self.source.tail(comma.map_or(last.end, |comma| comma + 1), close);
        let lead = self.items.iter().rev().find_map(|item| self.source.lead(item.start));
        let leading_comma = lead.as_ref().and_then(|lead| lead.comma).filter(|_| comma.is_none());
        let inline = lead.is_none() && !tail.line_comment;
        let at = if inline { tail.comments_end } else { tail.line_end.unwrap_or(tail.comments_end) };
        let eol = eol_near(text, at);
        let fallback = || format!("{}{unit}", line_indent(text, last.start));
        let indent = lead.map_or_else(fallback, |lead| lead.indent.to_owned());
        let gap = match (inline, leading_comma) {
            (true, _) => self.gap(tight).to_owned(),
            (false, Some(comma)) => format!("{eol}{comma}"),
            (false, None) => format!("{eol}{indent}"),
        };
        let comma_at = (comma.is_none() && leading_comma.is_none()).then_some(last.end);
        let between = if leading_comma.is_some() { "" } else { "," };
        let end = if comma.is_some() { "," } else { "" };
        Some(Room { at, inline, eol, indent, gap, comma_at, between, end })
    }

    /// The room after the last comment of a list without items. `own` is the indentation of the
    /// list itself.
    pub(super) fn room_after(&self, comment: &Range<usize>, unit: &str, own: &str) -> Room<'t> {
        let text = self.source.text;
        let tail = self.source.tail(comment.end, self.inner.end);
        let lead = indent(text, comment.start);
        let inline = lead.is_none() && text[comment.clone()].starts_with("/*");
        let at = if inline { tail.comments_end } else { tail.line_end.unwrap_or(tail.comments_end) };
        let eol = eol_near(text, at);
        let indent = lead.map_or_else(|| format!("{own}{unit}"), str::to_owned);
        let gap = if inline { " ".to_owned() } else { format!("{eol}{indent}") };
        Room { at, inline, eol, indent, gap, comma_at: None, between: ",", end: "" }
    }

    /// The last comment between the brackets.
    pub(super) fn last_comment(&self) -> Option<Range<usize>> {
        let before = self.source.comments.partition_point(|comment| comment.end <= self.inner.end);
        let last = self.source.comments.get(before.checked_sub(1)?)?;
        (last.start >= self.inner.start).then(|| last.clone())
    }

    /// What stands between two items on one line.
    fn gap(&self, tight: bool) -> &'t str {
        let [.., before, last] = self.items.as_slice() else {
            return if tight { "" } else { " " };
        };
        let comma = self.source.comma(before.end, last.start);
        let gap = comma.and_then(|comma| self.source.text.get(comma + 1..last.start));
        gap.filter(|gap| is_blank(gap)).unwrap_or(" ")
    }

    /// The bytes that go with these nodes.
    pub(super) fn cut(&self, nodes: &[usize], ranges: &mut Vec<Range<usize>>) {
        let items = &self.items;
        let limit = |at: usize| items.get(at + 1).map_or(self.inner.end, |next| next.start);
        let commas: Vec<_> =
            items.iter().enumerate().map(|(at, item)| self.source.comma(item.end, limit(at))).collect();
        let trails = commas.last().is_some_and(Option::is_some);
        let mut doomed = vec![false; items.len()];
        let (mut at, mut last_kept) = (0, 0);
        while at < items.len() {
            let run = items[at..].iter().take_while(|item| nodes.contains(&item.node)).count();
            if run > 0 {
                self.doom_commas(trails, at..at + run, &mut doomed);
            } else {
                last_kept = at;
            }
            at += run.max(1);
        }
        for (at, item) in items.iter().enumerate().filter(|(_, item)| nodes.contains(&item.node)) {
            // A comma that trails is no leading one, though it may stand at the start of a line.
            let leads = self.source.lead(item.start).is_some_and(|lead| lead.comma.is_none() || !trails);
            let comma = commas[at].zip(Some(doomed[at]));
            let range = self.extent(*item, leads, comma, limit(at), at < last_kept);
            ranges.push(self.without_comment_end(range));
        }
        for (comma, _) in commas.iter().zip(&doomed).filter(|(_, doomed)| **doomed) {
            ranges.extend(comma.map(|comma| comma..comma + 1));
        }
    }

    /// Which commas go with a run of neighbours: those after them, or those before them where
    /// they are the last ones and no comma trails, or where the file's commas lead.
    fn doom_commas(&self, trails: bool, run: Range<usize>, doomed: &mut [bool]) {
        let is_last = run.end == self.items.len();
        let leads = self.source.lead(self.items[run.start].start).is_some_and(|lead| lead.comma.is_some());
        let before = run.start > 0 && (if is_last { !trails } else { leads });
        for at in run {
            doomed[if before { at - 1 } else { at }] = true;
        }
    }

    /// A comment that ends with its line must not swallow what comes after the range.
    fn without_comment_end(&self, range: Range<usize>) -> Range<usize> {
        let (text, comments) = (self.source.text, self.source.comments);
        let ends = comments.binary_search_by_key(&range.start, |comment| comment.end);
        let is_line = ends.is_ok_and(|at| !text[comments[at].clone()].starts_with("/*"));
        let eol =
            if is_line && eol_at(text, range.end).is_empty() { eol_at(text, range.start).len() } else { 0 };
        range.start + eol..range.end
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
        let text = self.source.text;
        let start = if first {
            eol_before(text, line_start(text, item.start))
        } else {
            skip_blanks_back(text, item.start)
        };
        let same_line = |comma: usize| !text[item.end..comma].contains(['\n', '\r']);
        let end = match comma.filter(|(comma, _)| same_line(*comma)) {
            Some((_, false)) => return start..item.end,
            Some((comma, true)) => comma + 1,
            None => item.end,
        };
        let tail = self.source.tail(end, limit);
        match (first, tail.line_end) {
            (_, None) if more && !text[end..limit].contains(['\n', '\r']) => {
                item.start..skip_blanks(text, end)
            }
            (true, Some(line_end)) => start..line_end,
            (true, None) => start..tail.comments_end,
            (false, _) => start..end,
        }
    }
}
