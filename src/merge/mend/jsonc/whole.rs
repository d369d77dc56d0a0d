//! What is wrong with a text as a whole: what was pasted around it, and what disks leave in it.

use super::super::Change;
use super::guess::change;
use crate::order;

/// What can be said of a text before it is read.
pub(super) enum Wrapping {
    /// These changes are needed in any case; whether they are certain.
    Changes(Vec<Change>, bool),
    /// Nothing can be done, for this reason, shown at this place.
    Hopeless(&'static str, usize),
}

/// Looks at the start and the end of `text`.
pub(super) fn unwrap(text: &str) -> Wrapping {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    if let Some(at) = conflict(text) {
        return Wrapping::Hopeless("a merge left its conflict markers here; settle that first", at);
    }
    let is_void = |char: char| char == '\0' || char.is_whitespace();
    if text[start..].trim_matches(is_void).is_empty() && text.contains('\0') {
        return Wrapping::Hopeless(
            "the file holds nothing but NUL bytes; only a copy can bring it back",
            start,
        );
    }
    let mut changes = Vec::new();
    let mut sure = true;
    let kept = text.trim_end_matches(is_void).len();
    let mut end = text.len();
    if let Some(nul) = text[kept..].find('\0') {
        let last = text[kept..].rfind('\0').unwrap_or(nul);
        changes.push(change(kept + nul..kept + last + 1, "", "take out the NUL bytes at the end"));
        end = kept + nul;
    }
    let leading = text[start..].len() - text[start..].trim_start_matches('\0').len();
    if leading > 0 {
        changes.push(change(start..start + leading, "", "take out the NUL bytes at the start"));
    }
    fence(text, start + leading, end, &mut changes, &mut sure);
    order::sort_by_key(&mut changes, |change| change.range.start);
    Wrapping::Changes(changes, sure)
}

/// The first conflict marker of a merge, where the second is there too.
fn conflict(text: &str) -> Option<usize> {
    let marker = |sign: &str, from: usize| {
        let rest = text.get(from..)?;
        if rest.starts_with(sign) {
            return Some(from);
        }
        rest.match_indices(sign).map(|(at, _)| from + at).find(|at| text[..*at].ends_with(['\n', '\r']))
    };
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let ours = marker("<<<<<<< ", start)?;
    let between = marker("=======", ours)?;
    marker(">>>>>>> ", between).map(|_| ours)
}

/// The fence of a code block that was pasted along.
fn fence(text: &str, start: usize, end: usize, changes: &mut Vec<Change>, sure: &mut bool) {
    let body = &text[start..end];
    let lead = body.len() - body.trim_start().len();
    let Some(open) = body[lead..].starts_with("```").then_some(start + lead) else { return };
    let line = text[open..end].find(['\n', '\r']).map_or(end, |line| open + line);
    let language = text[open..line].trim_start_matches('`').trim();
    if !language.chars().all(|char| char.is_ascii_alphanumeric()) {
        return;
    }
    let after = line + if text[line..].starts_with("\r\n") { 2 } else { usize::from(line < end) };
    let what = "take out the fence of a code block";
    changes.push(change(open..after, "", what));
    let rest = &text[after..end];
    let Some(close) = rest.rfind("```").map(|close| after + close) else { return };
    if !text[..close].trim_end_matches([' ', '\t']).ends_with(['\n', '\r', '}', ']']) {
        return;
    }
    let prose = text[close + 3..end].trim();
    *sure &= prose.is_empty();
    let stop = if prose.is_empty() { close + 3 } else { close + 3 + text[close + 3..end].trim_end().len() };
    changes.push(change(close..stop, "", what));
}
