//! The marks that version control leaves in a text where two sides did not merge.
//!
//! Git's three styles (merge, diff3, zdiff3) and those of others who write the same lines. One conflict
//! inside another, as git writes it into the common base, is part of the side it stands in.

use std::ops::Range;

use super::super::Format;
use super::draft::Draft;
use super::meaning::same;
use super::{Change, Mended, mend};
use crate::error::{Error, Kind, Place};
use crate::order;

/// The characters of a mark, at least.
const LENGTH: usize = 7;
/// How many ways are shown.
const MAX_WAYS: usize = 5;
/// How many conflicts inside each other are followed.
const MAX_DEPTH: usize = 8;

/// One side of a conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Its bytes, whole lines.
    pub range: Range<usize>,
    /// What its mark calls it: a branch, a commit, `HEAD`; may be empty.
    pub label: String,
}

/// A conflict, or a mark that is left of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// All its bytes, from the first mark to after the last one's line end.
    pub range: Range<usize>,
    /// The first side, the common base if it was written down, and the second side; `None` where
    /// the marks do not belong together.
    pub sides: Option<(Side, Option<Side>, Side)>,
}

/// A line that is a mark: its character, how long it is, and its label.
struct Mark<'t> {
    char: u8,
    length: usize,
    label: &'t str,
    line: Range<usize>,
}

/// A conflict that is not at its end yet.
struct Frame<'t> {
    start: Mark<'t>,
    base: Option<Mark<'t>>,
    middle: Option<Mark<'t>>,
}

/// The conflicts in a text, in its order. A line of `=` outside a conflict is none.
pub fn find(text: &str) -> Vec<Conflict> {
    let mut found: Vec<Conflict> = Vec::new();
    let mut frames: Vec<Frame<'_>> = Vec::new();
    let mut loose: Option<Mark<'_>> = None;
    for mark in marks(text) {
        let outside = frames.is_empty();
        let open = frames.last_mut().filter(|frame| frame.start.length == mark.length);
        match (mark.char, open) {
            (b'<', _) => frames.push(Frame { start: mark, base: None, middle: None }),
            (b'|', Some(frame)) if frame.base.is_none() && frame.middle.is_none() => frame.base = Some(mark),
            (b'=', Some(frame)) if frame.middle.is_none() => frame.middle = Some(mark),
            (b'=', None) if outside => loose = Some(mark),
            (b'>', Some(_)) => {
                let Some(frame) = frames.pop() else { continue };
                match whole(frame, &mark) {
                    Ok(conflict) => {
                        found.retain(|inner| inner.range.start < conflict.range.start);
                        found.push(conflict);
                    }
                    Err(frame) => found.extend(rest(frame).chain([left(&mark)])),
                }
            }
            (b'>', None) if outside => {
                found.extend(loose.take().iter().map(left));
                found.push(left(&mark));
            }
            _ => {}
        }
        if found
            .last()
            .is_some_and(|last| loose.as_ref().is_some_and(|mark| last.range.start > mark.line.start))
        {
            loose = None;
        }
    }
    found.extend(frames.into_iter().flat_map(rest));
    order::sort_by_key(&mut found, |conflict| conflict.range.start);
    found
}

fn whole<'t>(frame: Frame<'t>, end: &Mark<'t>) -> Result<Conflict, Frame<'t>> {
    let Some(middle) = &frame.middle else { return Err(frame) };
    let side = |from: &Mark<'_>, to: &Mark<'_>, label: &str| Side {
        range: from.line.end..to.line.start,
        label: label.to_owned(),
    };
    let ours = side(&frame.start, frame.base.as_ref().unwrap_or(middle), frame.start.label);
    let base = frame.base.as_ref().map(|base| side(base, middle, base.label));
    let theirs = side(middle, end, end.label);
    Ok(Conflict { range: frame.start.line.start..end.line.end, sides: Some((ours, base, theirs)) })
}

/// A mark that is left of a conflict.
fn left(mark: &Mark<'_>) -> Conflict {
    Conflict { range: mark.line.clone(), sides: None }
}

fn rest(frame: Frame<'_>) -> impl Iterator<Item = Conflict> {
    [Some(frame.start), frame.base, frame.middle].into_iter().flatten().map(|mark| left(&mark))
}

fn marks(text: &str) -> impl Iterator<Item = Mark<'_>> {
    let bytes = text.as_bytes();
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    std::iter::from_fn(move || {
        while at < text.len() {
            let start = at;
            let words_end = bytes[at..].iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let words_end = words_end.map_or(text.len(), |length| at + length);
            at = words_end + super::super::text::eol_at(text, words_end).len();
            let char = bytes[start];
            if !matches!(char, b'<' | b'|' | b'=' | b'>') {
                continue;
            }
            let words = &text[start..words_end];
            let length = words.bytes().take_while(|byte| *byte == char).count();
            let label = &words[length..];
            let fits = label.is_empty() || label.starts_with([' ', '\t']);
            if length >= LENGTH && fits && (char != b'=' || label.trim().is_empty()) {
                return Some(Mark { char, length, label: label.trim(), line: start..at });
            }
        }
        None
    })
}

/// Which side is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pick {
    First,
    Base,
    Second,
}

/// The ways out of the conflicts in `text`: one side of all of them, where that is sound or can be
/// mended. The common base is offered only where neither side is. Without a conflict the text is
/// mended as it is.
pub fn ways(text: &str, format: Format) -> Mended {
    let conflicts = find(text);
    let Some(first) = conflicts.first() else { return mend(text, format) };
    let whole = conflicts.iter().all(|conflict| conflict.sides.is_some());
    let mut drafts = taken(text, format, Pick::First);
    let certain = drafts.len() == 1;
    let second = taken(text, format, Pick::Second);
    if let ([one], [other]) = (drafts.as_slice(), second.as_slice())
        && whole
        && certain
        && !one.doubt
        && !other.doubt
        && same(&one.text, &other.text, format)
    {
        return Mended::Certain(one.clone().into_way());
    }
    drafts.extend(second);
    if drafts.is_empty() {
        drafts = taken(text, format, Pick::Base);
    }
    let mut shown: Vec<Draft> = Vec::new();
    for draft in drafts {
        if shown.iter().all(|other| other.text != draft.text) {
            shown.push(draft);
        }
    }
    shown.truncate(MAX_WAYS);
    order::sort_by_key(&mut shown, bytes);
    if shown.is_empty() {
        let message = match whole {
            true => "these conflict markers stand around text that is not valid on either side",
            false => "this conflict marker has lost the others that belong to it",
        };
        let at = conflicts.iter().find(|conflict| conflict.sides.is_none()).unwrap_or(first).range.start;
        let hint = "keep the lines of one side, take out the rest and the markers";
        return Mended::Beyond(Error::new(Kind::FileMalformed, message).at(Place::of(text, at)).hint(hint));
    }
    Mended::Choice(shown.into_iter().map(Draft::into_way).collect())
}

fn bytes(draft: &Draft) -> usize {
    draft.changes.iter().map(|change| change.range.len() + change.with.len()).sum()
}

/// The text with one side of each conflict, mended if need be.
fn taken(text: &str, format: Format, pick: Pick) -> Vec<Draft> {
    let mut draft = Draft::new(text);
    for _ in 0..MAX_DEPTH {
        let conflicts = find(&draft.text);
        if conflicts.is_empty() {
            break;
        }
        let changes: Option<Vec<_>> = conflicts.iter().map(|conflict| take(conflict, pick)).collect();
        let Some(changes) = changes else { return Vec::new() };
        draft = draft.then(changes.into_iter().flatten().collect(), 0);
    }
    if !find(&draft.text).is_empty() {
        return Vec::new();
    }
    match mend(&draft.text, format) {
        Mended::Sound => vec![draft],
        Mended::Certain(way) => vec![draft.then(way.changes, 0)],
        Mended::Choice(ways) => {
            ways.into_iter().take(2).map(|way| draft.then(way.changes, 0).doubted()).collect()
        }
        Mended::Beyond(_) => Vec::new(),
    }
}

/// What goes when one side is taken; `None` if there is no such side.
fn take(conflict: &Conflict, pick: Pick) -> Option<Vec<Change>> {
    let cut = |range: Range<usize>, what: &str| Change { range, with: String::new(), what: what.to_owned() };
    let Some((ours, base, theirs)) = &conflict.sides else {
        return Some(vec![cut(conflict.range.clone(), "take out the conflict marker")]);
    };
    let alike = ours.label == theirs.label;
    let named = |side: &Side, otherwise: &str| match side.label.as_str() {
        label if alike || label.is_empty() => format!("take the {otherwise} side"),
        label => format!("take {label}'s side"),
    };
    let (side, what) = match pick {
        Pick::First => (ours, named(ours, "first")),
        Pick::Base => (base.as_ref()?, "take the common base".to_owned()),
        Pick::Second => (theirs, named(theirs, "second")),
    };
    let (start, end) = (conflict.range.start, conflict.range.end);
    Some(vec![cut(start..side.range.start, &what), cut(side.range.end..end, &what)])
}
