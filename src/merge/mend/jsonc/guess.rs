//! What might mend one fault: guesses, each a few small changes, not yet tried.

use std::ops::Range;

use super::super::Change;
use super::reader::{Record, Stop};

/// What a guess changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// One token that another language writes so.
    Word,
    /// A comma or a colon.
    Mark,
    /// A bracket.
    Bracket,
    /// A quote, or a backslash before one.
    Quote,
    /// What stands after the end.
    Tail,
}

/// A way to get past one fault.
#[derive(Clone)]
pub(super) struct Guess {
    pub(super) changes: Vec<Change>,
    pub(super) family: Family,
    /// Whether it may be certain, if it is the only one.
    pub(super) sure: bool,
}

impl Guess {
    pub(super) fn one(family: Family, range: Range<usize>, with: impl Into<String>, what: &str) -> Self {
        Self { changes: vec![change(range, with, what)], family, sure: true }
    }

    pub(super) fn unsure(mut self) -> Self {
        self.sure = false;
        self
    }

    /// What comes before others that change as many bytes: what takes out a quote, a backslash or
    /// one of two equal brackets, then what puts something in.
    pub(super) fn rank(&self, text: &str) -> u8 {
        let [change] = self.changes.as_slice() else { return 1 };
        let bytes = text.as_bytes();
        let same = |at: Option<usize>, gone: u8| at.is_some_and(|at| bytes.get(at) == Some(&gone));
        match bytes.get(change.range.clone()) {
            Some([b'"' | b'\\']) if change.with.is_empty() => 0,
            Some([gone]) if change.with.is_empty() => {
                let before = change.range.start.checked_sub(1);
                if same(before, *gone) || same(Some(change.range.end), *gone) { 0 } else { 2 }
            }
            _ => 1,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.changes.iter().map(|change| change.range.len() + change.with.len()).sum()
    }
}

pub(super) fn change(range: Range<usize>, with: impl Into<String>, what: &str) -> Change {
    Change { range, with: with.into(), what: what.to_owned() }
}

/// A fault and all that was read before it.
pub(super) struct Scene<'s> {
    pub(super) text: &'s str,
    /// The file's line end.
    pub(super) eol: &'s str,
    /// Whether there is more than one line.
    pub(super) many_lines: bool,
    pub(super) record: &'s Record,
    pub(super) stop: Stop,
    /// The changes made so far.
    pub(super) changes: &'s [Change],
}

impl<'s> Scene<'s> {
    /// The text from the faulty token on.
    pub(super) fn rest(&self) -> &'s str {
        self.text.get(self.stop.start..).unwrap_or_default()
    }

    /// How many tokens were read.
    pub(super) fn count(&self) -> usize {
        self.record.tokens.len()
    }

    /// Where token `at` starts; the faulty one comes after the last.
    pub(super) fn start_of(&self, at: usize) -> usize {
        self.record.tokens.get(at).map_or(self.stop.start, |token| token.start)
    }

    /// The token's first byte.
    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        match self.record.tokens.get(at) {
            Some(token) => Some(token.byte),
            None => self.text.as_bytes().get(self.stop.start).copied(),
        }
    }

    /// Whether token `at` was put in by a change.
    pub(super) fn is_made(&self, at: usize) -> bool {
        self.record.tokens.get(at).is_some_and(|token| token.start == token.end)
    }

    /// The end of the token before `at`.
    pub(super) fn end_before(&self, at: usize) -> usize {
        self.record.state(at).from
    }
}
