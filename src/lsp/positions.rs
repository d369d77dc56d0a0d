//! Bytes of a text as lines and characters of the protocol, and back.

use std::ops::Range;

use tower_lsp::lsp_types::{self, Position, PositionEncodingKind};

use crate::merge;

/// What a character of the protocol is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    /// A unit of UTF-16, as the protocol wants it where nothing else was agreed on.
    #[default]
    Utf16,
    /// A byte of UTF-8.
    Utf8,
}

impl Encoding {
    /// The one to use, of those that a client offers in the order it prefers them.
    pub(super) fn choose(offered: &[PositionEncodingKind]) -> Self {
        if offered.contains(&PositionEncodingKind::UTF8) { Self::Utf8 } else { Self::Utf16 }
    }

    /// Its name in the protocol.
    pub(super) fn name(self) -> PositionEncodingKind {
        match self {
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf8 => PositionEncodingKind::UTF8,
        }
    }

    fn length(self, char: char) -> usize {
        match self {
            Self::Utf16 => char.len_utf16(),
            Self::Utf8 => char.len_utf8(),
        }
    }
}

/// Where the lines of a text start, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lines(Vec<usize>);

impl Lines {
    /// Those of a text.
    pub(super) fn of(text: &str) -> Self {
        let mut lines = Self(vec![0]);
        lines.edited(text, 0);
        lines
    }

    /// Looks anew at everything behind this byte, in front of which the text has not changed.
    pub(super) fn edited(&mut self, text: &str, from: usize) {
        // A line that starts right there starts elsewhere when a line feed comes behind its return.
        self.0.truncate(self.0.partition_point(|start| *start < from).max(1));
        let start = self.0.last().copied().unwrap_or_default();
        self.0.extend(merge::line_starts(text, start));
    }

    /// The byte at a position. One behind the end of its line is the end of the line, one behind the
    /// last line is the end of the text, as the protocol wants it.
    pub(super) fn offset(&self, text: &str, position: Position, encoding: Encoding) -> usize {
        let line = position.line as usize;
        let Some(start) = self.0.get(line).copied() else { return text.len() };
        let end = self.0.get(line + 1).copied().unwrap_or(text.len());
        let line = text.get(start..end).unwrap_or_default().trim_end_matches(['\r', '\n']);
        let mut left = position.character as usize;
        for (at, char) in line.char_indices() {
            let length = encoding.length(char);
            // Inside of a character is before it.
            if left < length {
                return start + at;
            }
            left -= length;
        }
        start + line.len()
    }

    /// The position of a byte.
    pub(super) fn position(&self, text: &str, at: usize, encoding: Encoding) -> Position {
        let line = self.0.partition_point(|start| *start <= at).saturating_sub(1);
        let start = self.0.get(line).copied().unwrap_or_default();
        let before = text.get(start..at).unwrap_or_default();
        let character: usize = before.chars().map(|char| encoding.length(char)).sum();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Position::new(number(line), number(character))
    }

    /// The bytes of a range.
    pub(super) fn bytes(&self, text: &str, range: lsp_types::Range, encoding: Encoding) -> Range<usize> {
        let start = self.offset(text, range.start, encoding);
        start..self.offset(text, range.end, encoding).max(start)
    }

    /// The range of some bytes.
    pub(super) fn range(&self, text: &str, bytes: &Range<usize>, encoding: Encoding) -> lsp_types::Range {
        let at = |at| self.position(text, at, encoding);
        lsp_types::Range::new(at(bytes.start), at(bytes.end))
    }
}

#[test]
fn positions_and_bytes_stand_for_each_other() {
    let text = "a\u{e9}\u{1f600}b\r\nc\rd\n";
    let lines = Lines::of(text);
    assert_eq!(lines.0, [0, 10, 12, 14]);
    for encoding in [Encoding::Utf8, Encoding::Utf16] {
        for at in text.char_indices().map(|(at, _)| at).filter(|at| *at != 9).chain([text.len()]) {
            let position = lines.position(text, at, encoding);
            assert_eq!(lines.offset(text, position, encoding), at, "{encoding:?} {at} {position:?}");
        }
    }
    assert_eq!(lines.position(text, 7, Encoding::Utf16), Position::new(0, 4));
    assert_eq!(lines.position(text, 7, Encoding::Utf8), Position::new(0, 7));
    assert_eq!(lines.offset(text, Position::new(0, 3), Encoding::Utf16), 3, "inside of a pair");
    assert_eq!(lines.offset(text, Position::new(0, 99), Encoding::Utf16), 8, "behind the line");
    assert_eq!(lines.offset(text, Position::new(99, 0), Encoding::Utf16), text.len());
}

#[test]
fn lines_that_were_edited_are_those_of_the_text() {
    let texts = ["", "\n", "\r", "\r\n", "ab\ncd\r\nef\rgh", "\n\r\n\r"];
    for before in texts {
        for at in 0..=before.len() {
            for with in texts {
                for end in at..=before.len() {
                    let mut text = before.to_owned();
                    let mut lines = Lines::of(&text);
                    text.replace_range(at..end, with);
                    lines.edited(&text, at);
                    assert_eq!(lines, Lines::of(&text), "{before:?} {at}..{end} {with:?}");
                }
            }
        }
    }
}
