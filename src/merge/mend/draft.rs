//! A text on its way to being sound, with all that was done to it in terms of the broken one.

use super::{Change, Way};

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
        let mut next = self.clone();
        // From the end of the text, so that the ranges of those to come stay right. Of two at one
        // place the later one in the list is done first, and so ends up behind the other.
        changes.sort_by_key(|change| change.range.start);
        for change in changes.into_iter().rev() {
            next.change(change);
        }
        next.cost += cost;
        next
    }

    pub(super) fn doubted(mut self) -> Self {
        self.doubt = true;
        self
    }

    fn change(&mut self, change: Change) {
        let (start, end) = (change.range.start, change.range.end);
        let (mut before, mut after) = (Vec::new(), Vec::new());
        let (mut prefix, mut suffix, mut whats) = (String::new(), String::new(), Vec::new());
        // How far the text has grown and shrunk before a place.
        let (mut grown, mut shrunk) = (0, 0);
        let (mut from, mut to): (Option<usize>, Option<usize>) = (None, None);
        for one in self.changes.drain(..) {
            let here = one.range.start + grown - shrunk;
            let there = here + one.with.len();
            if !after.is_empty() || (here >= end && there > start) {
                after.push(one);
                continue;
            }
            if there > start {
                from.get_or_insert_with(
                    || if here <= start { one.range.start } else { start + shrunk - grown },
                );
                prefix.push_str(one.with.get(..start.saturating_sub(here)).unwrap_or_default());
                to = (there >= end).then_some(one.range.end);
                suffix.push_str(one.with.get(end.saturating_sub(here)..).unwrap_or_default());
            }
            grown += one.with.len();
            shrunk += one.range.len();
            match there > start {
                true => whats.push(one.what),
                false => before.push(one),
            }
        }
        let range =
            from.unwrap_or_else(|| start + shrunk - grown)..to.unwrap_or_else(|| end + shrunk - grown);
        self.text.replace_range(start..end, &change.with);
        if !whats.contains(&change.what) {
            whats.push(change.what);
        }
        before.push(Change { range, with: prefix + &change.with + &suffix, what: whats.join(", ") });
        before.extend(after);
        self.changes = before;
    }

    pub(super) fn into_way(self) -> Way {
        Way { text: self.text, changes: self.changes }
    }
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
