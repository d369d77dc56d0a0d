//! A piece of a text as it reads with changes made, and the way back to the text's own places.

use std::borrow::Cow;

use super::super::Change;

pub(super) struct Segment<'t> {
    pub(super) text: Cow<'t, str>,
    /// Where it begins in the broken text.
    from: usize,
    /// How many changes were made before it.
    done: usize,
    /// Each change in it: where it starts and ends here, and where it ends in the broken text.
    made: Vec<Made>,
    end: usize,
    done_after: usize,
}

struct Made {
    start: usize,
    end: usize,
    at: usize,
    after: usize,
}

impl<'t> Segment<'t> {
    /// The text from `from` on, with the changes after the first `done`. It ends `reach` bytes after
    /// a change, or where the text does.
    pub(super) fn new(text: &'t str, from: usize, changes: &[Change], done: usize, reach: usize) -> Self {
        let rest = changes.get(done..).unwrap_or_default();
        let mut segment =
            Self { text: Cow::Borrowed(""), from, done, made: Vec::new(), end: text.len(), done_after: done };
        if rest.is_empty() {
            segment.text = Cow::Borrowed(text.get(from..).unwrap_or_default());
            return segment;
        }
        let mut out = String::new();
        let mut at = from;
        for change in rest {
            if !segment.made.is_empty() && change.range.start > at.saturating_add(reach) {
                break;
            }
            out.push_str(text.get(at..change.range.start).unwrap_or_default());
            let start = out.len();
            out.push_str(&change.with);
            segment.made.push(Made {
                start,
                end: out.len(),
                at: change.range.start,
                after: change.range.end,
            });
            at = change.range.end;
        }
        segment.done_after = done + segment.made.len();
        let next = changes.get(segment.done_after).map_or(text.len(), |change| change.range.start);
        let mut end = at.saturating_add(reach).min(next);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        segment.end = end.max(at);
        out.push_str(text.get(at..segment.end).unwrap_or_default());
        segment.text = Cow::Owned(out);
        segment
    }

    /// Whether the text ends with it.
    pub(super) fn is_last(&self, text: &str, changes: &[Change]) -> bool {
        self.end == text.len() && self.done_after == changes.len()
    }

    /// Where a token that starts at `at` starts in the broken text.
    pub(super) fn start(&self, at: usize) -> usize {
        let made = self.made.partition_point(|made| made.end <= at);
        let place = self.place(made, at);
        self.made.get(made).map_or(place, |next| place.min(next.at))
    }

    /// Where a token that ends at `at` ends in the broken text, and how many changes that takes.
    pub(super) fn end(&self, at: usize) -> (usize, usize) {
        let made = self.made.partition_point(|made| made.start < at);
        (self.place(made, at), self.done + made)
    }

    fn place(&self, made: usize, at: usize) -> usize {
        match made.checked_sub(1).and_then(|last| self.made.get(last)) {
            Some(last) => last.after + at.saturating_sub(last.end),
            None => self.from + at,
        }
    }
}
