//! Lines, line ends and splices of a text, shared by the formats.

use std::ops::Range;

use crate::error::{Error, Kind, Result};
use crate::order;

/// Files larger than this are refused: 16 MiB.
pub(super) const MAX_BYTES: usize = 16 * 1024 * 1024;

/// What to say of a larger file.
pub(super) fn too_large(text: &str) -> String {
    format!("the file has {} bytes; more than 16 MiB are not read", text.len())
}

/// U+FEFF at the start of a file is its encoding's mark, no part of its text.
pub(super) const BOM: &str = "\u{feff}";

/// A piece of text to be put in the place of a range.
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

impl Edit {
    pub(super) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { range: at..at, text: text.into() }
    }

    pub(super) fn replace(range: Range<usize>, text: impl Into<String>) -> Self {
        Self { range, text: text.into() }
    }
}

/// Carries out all edits at once; those at one position stay in their order.
pub(super) fn splice(text: &str, mut edits: Vec<Edit>) -> Result<String> {
    order::sort_by_key(&mut edits, |edit| edit.range.start);
    let grown: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut out = String::with_capacity(text.len() + grown);
    let mut done = 0;
    for edit in edits {
        let kept = text.get(done..edit.range.start).ok_or_else(overlap)?;
        out.push_str(kept);
        out.push_str(&edit.text);
        done = edit.range.end;
    }
    out.push_str(text.get(done..).ok_or_else(overlap)?);
    Ok(out)
}

/// Deletes the union of these ranges.
pub(super) fn cut(text: &str, ranges: Vec<Range<usize>>) -> Result<String> {
    splice(text, united(ranges).into_iter().map(|range| Edit::replace(range, "")).collect())
}

/// These ranges in order, those that touch as one.
pub(super) fn united(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    order::sort_by_key(&mut ranges, |range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

fn overlap() -> Error {
    Error::new(Kind::Internal, "two edits of one text overlap")
}

/// Where the line of `at` starts.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |eol| eol + 1)
}

/// What is taken out of a text.
pub(super) struct Extents {
    /// The bytes that go.
    pub(super) going: Vec<Range<usize>>,
    /// The bytes of what is taken out itself, without what goes with it.
    pub(super) own: Vec<Range<usize>>,
}

/// The blanks from the start of the line to `at`, if there is nothing else and a line above.
pub(super) fn indent(text: &str, at: usize) -> Option<&str> {
    let start = line_start(text, at);
    let before = &text[start..at];
    (start > 0 && is_blank(before)).then_some(before)
}

/// The blanks at the start of the line of `at`.
pub(super) fn line_indent(text: &str, at: usize) -> &str {
    let line = &text[line_start(text, at)..at];
    let line = line.strip_prefix(BOM).unwrap_or(line);
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// The line end at `at`, empty if there is none.
pub(super) fn eol_at(text: &str, at: usize) -> &str {
    let rest = &text.as_bytes()[at..];
    let length = match rest {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    };
    &text[at..at + length]
}

/// Where the line end before the line that starts at `start` begins.
pub(super) fn eol_before(text: &str, start: usize) -> usize {
    match &text.as_bytes()[..start] {
        [.., b'\r', b'\n'] => start - 2,
        [.., b'\r' | b'\n'] => start - 1,
        _ => start,
    }
}

/// The line end to use for a new line after the line of `at`: that line's own, else the one
/// above, else `\n`.
pub(super) fn eol_near(text: &str, at: usize) -> &str {
    let end = text.as_bytes()[at..].iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    if let Some(end) = end {
        return eol_at(text, at + end);
    }
    match line_start(text, at) {
        0 => "\n",
        start => &text[eol_before(text, start)..start],
    }
}

/// Where the blanks that start at `at` end.
pub(super) fn skip_blanks(text: &str, at: usize) -> usize {
    at + text.as_bytes()[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// Where the blanks that end at `at` start.
pub(super) fn skip_blanks_back(text: &str, at: usize) -> usize {
    at - text.as_bytes()[..at].iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// Whether there is nothing but spaces and tabs.
pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}

/// What one level of indentation is, given a container's own indent and its content's.
pub(super) fn unit<'t>(outer: &str, inner: &'t str) -> Option<&'t str> {
    inner.strip_prefix(outer).filter(|unit| !unit.is_empty())
}

/// Where lines start behind this byte, which is the start of one: after a line feed, a carriage return,
/// or both together.
pub fn line_starts(text: &str, from: usize) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let ends = memchr::memchr2_iter(b'\n', b'\r', bytes.get(from..).unwrap_or_default());
    let is_whole = move |at: &usize| bytes.get(*at) == Some(&b'\n') || bytes.get(at + 1) != Some(&b'\n');
    ends.map(move |at| from + at).filter(is_whole).map(|at| at + 1)
}
