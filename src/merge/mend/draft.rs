//! A text on its way to being sound, with all that was done to it in terms of the broken one.

use std::ops::Range;

use super::{Change, Way};
use crate::order;

/// What one edit costs, in the measure by which ways are compared.
pub(super) const EDIT: u32 = 10;

/// A text after some changes.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) text: String,
    /// What was changed, in the order of the text; ranges are those of the broken text.
    pub(super) changes: Vec<Change>,
    /// How unlikely it is: [`EDIT`] for each damage that it takes for granted, and more where the
    /// layout speaks against it.
    pub(super) cost: u32,
    /// Whether a person must agree, however likely it is.
    pub(super) doubt: bool,
}

impl Draft {
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), changes: Vec::new(), cost: 0, doubt: false }
    }

    /// This draft after some more changes, which do not overlap; their ranges are those of its text.
    pub(super) fn then(&self, mut changes: Vec<Change>, cost: u32) -> Self {
        order::sort_by_key(&mut changes, |change| change.range.start);
        let (changes, text) = (self.merged(&changes), splice(&self.text, 0..self.text.len(), &changes));
        Self { text, changes, cost: self.cost + cost, doubt: self.doubt }
    }

    pub(super) fn doubted(mut self) -> Self {
        self.doubt = true;
        self
    }

    /// The old changes and the new ones in terms of the broken text; those that meet become one.
    fn merged(&self, new: &[Change]) -> Vec<Change> {
        // All of them by their ranges in the text of this draft.
        let mut all: Vec<(Range<usize>, Result<&Change, &Change>)> = Vec::new();
        let mut moved = Moved::default();
        for old in &self.changes {
            let start = moved.now(old.range.start);
            all.push((start..start + old.with.len(), Ok(old)));
            moved.by(old);
        }
        all.extend(new.iter().map(|new| (new.range.clone(), Err(new))));
        order::sort_by_key(&mut all, |(range, change)| (range.start, range.end, change.is_err()));
        let mut merged = Vec::with_capacity(all.len());
        let mut moved = Moved::default();
        let mut rest = all.as_slice();
        while let Some((first, _)) = rest.first() {
            let mut end = first.end;
            let meets = |range: &Range<usize>, end: usize| range.start < end && range.end > first.start;
            let mut count = 1;
            while let Some((range, _)) = rest.get(count).filter(|(range, _)| meets(range, end)) {
                end = end.max(range.end);
                count += 1;
            }
            let (group, others) = rest.split_at(count);
            rest = others;
            let from = moved.before(first.start);
            group.iter().filter_map(|(_, change)| change.ok()).for_each(|old| moved.by(old));
            let mut what: Vec<&str> = Vec::new();
            for (_, Ok(change) | Err(change)) in group {
                if !what.contains(&change.what.as_str()) {
                    what.push(&change.what);
                }
            }
            let news: Vec<_> = group.iter().filter_map(|(_, change)| change.err()).collect();
            merged.push(Change {
                range: from..moved.before(end),
                with: splice(&self.text, first.start..end, news),
                what: what.join(", "),
            });
        }
        merged
    }

    pub(super) fn into_way(self) -> Way {
        Way { text: self.text, changes: self.changes }
    }
}

/// How far a text has moved up to some place of it.
#[derive(Default)]
struct Moved {
    grown: usize,
    shrunk: usize,
}

impl Moved {
    fn by(&mut self, change: &Change) {
        self.grown += change.with.len();
        self.shrunk += change.range.len();
    }

    fn now(&self, before: usize) -> usize {
        before + self.grown - self.shrunk
    }

    fn before(&self, now: usize) -> usize {
        now + self.shrunk - self.grown
    }
}

/// A piece of a text after changes, which are in its order and do not overlap.
fn splice<'c>(text: &str, piece: Range<usize>, changes: impl IntoIterator<Item = &'c Change>) -> String {
    let mut out = String::with_capacity(piece.len());
    let mut done = piece.start;
    for change in changes {
        out.push_str(text.get(done..change.range.start).unwrap_or_default());
        out.push_str(&change.with);
        done = change.range.end;
    }
    out.push_str(text.get(done..piece.end).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(range: std::ops::Range<usize>, with: &str) -> Change {
        Change { range, with: with.to_owned(), what: with.to_owned() }
    }

    /// Whatever is done one after the other is one set of changes of the first text.
    #[test]
    fn changes_add_up() {
        let text = "0123456789";
        let pieces = ["", "a", "bcd"];
        let mut seed = 7_u32;
        let mut roll = |sides: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) as usize % sides
        };
        for _ in 0..20_000 {
            let mut draft = Draft::new(text);
            for _ in 0..4 {
                let start = roll(draft.text.len() + 1);
                let end = (start + roll(4)).min(draft.text.len());
                let mut expected = draft.text.clone();
                let with = pieces[roll(3)];
                expected.replace_range(start..end, with);
                draft = draft.then(vec![change(start..end, with)], EDIT);
                assert_eq!(draft.text, expected);
                let mut rebuilt = String::new();
                let mut done = 0;
                for one in &draft.changes {
                    assert!(
                        done <= one.range.start,
                        "{:?}",
                        draft.changes.iter().map(|c| c.range.clone()).collect::<Vec<_>>()
                    );
                    rebuilt.push_str(&text[done..one.range.start]);
                    rebuilt.push_str(&one.with);
                    done = one.range.end;
                }
                rebuilt.push_str(&text[done..]);
                assert_eq!(rebuilt, expected);
            }
        }
    }
}
