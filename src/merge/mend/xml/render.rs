//! Plans as changes of the text, in its own layout.

use super::super::super::text::{eol_at, eol_near, is_blank, line_start};
use super::super::Change;
use super::lex::Kind;
use super::nest::{Fix, Nest};

/// The changes that carry out a plan.
pub(super) fn changes(nest: &Nest<'_>, fixes: &[Fix]) -> Vec<Change> {
    // Those at one place are in the order of the plan: the inner element is closed first.
    let mut changes: Vec<Change> = Vec::new();
    for fix in fixes {
        let Some(mut next) = change(nest, fix) else { continue };
        let on_line = next.range.start > 0 && line_start(nest.text, next.range.start) == next.range.start;
        let is_twin = |other: &&Change| other.range == next.range && other.with.ends_with('>');
        if let (Some(twin), Fix::Close { .. }, true) = (changes.iter().find(is_twin), fix, on_line) {
            // The line that is left is taken already.
            let at = twin.range.end;
            next =
                Change { range: at..at, with: format!("{}{}", eol_near(nest.text, at), next.with), ..next };
        }
        changes.push(next);
    }
    changes
}

fn change(nest: &Nest<'_>, fix: &Fix) -> Option<Change> {
    let text = nest.text;
    let token = |at: usize| nest.tokens.get(at);
    Some(match fix {
        Fix::Close { element, before } if *before == element + 1 && token(*before).is_some() => {
            let end = token(*element)?.range.end - 1;
            let blank = text[..end].ends_with([' ', '\t', '\n', '\r']);
            let what = format!("put in the missing `/` of <{}>", nest.name(*element));
            Change { range: end..end, with: if blank { "/" } else { " /" }.to_owned(), what }
        }
        Fix::Close { element, before } => close(nest, *element, *before)?,
        Fix::Open { before, tag, like } => {
            let next = token(*before)?;
            let at = next.range.start;
            let (at, with) = match (nest.indent(*like), &next.indent) {
                (Some(own), Some(line)) if line.start > 0 => {
                    (line.start, format!("{own}<{tag}>{}", eol_near(text, at)))
                }
                _ => (at, format!("<{tag}>")),
            };
            Change {
                range: at..at,
                with,
                what: format!("put in a start tag <{tag}>; its attributes are lost"),
            }
        }
        Fix::Drop(at) => {
            let token = token(*at)?;
            let piece = match token.kind {
                Kind::Text | Kind::Cdata => "the words outside the root element".to_owned(),
                _ => format!("the stray end tag </{}>", nest.name(*at)),
            };
            let range = with_line(text, token.range.start, token.range.end);
            Change { range, with: String::new(), what: format!("take out {piece}") }
        }
        Fix::Comment(at) => {
            let range = token(*at)?.range.clone();
            let with = format!("<!-- {} -->", &text[range.clone()]);
            Change { range, with, what: "make the words outside the root element a comment".to_owned() }
        }
        Fix::Rename(at, name) => {
            let range = token(*at)?.name.clone();
            let what = format!("rename the tag `{}` to `{name}`", &text[range.clone()]);
            Change { range, with: name.clone(), what }
        }
        Fix::ToEnd(at) => {
            let start = token(*at)?.range.start + 1;
            let what = format!("put in the missing `/` of </{}>", nest.name(*at));
            Change { range: start..start, with: "/".to_owned(), what }
        }
    })
}

/// An end tag: on a line of its own if what it closes starts and is filled by lines.
fn close(nest: &Nest<'_>, element: usize, before: usize) -> Option<Change> {
    let text = nest.text;
    let name = nest.name(element);
    let what = format!("put in the missing end tag </{name}>");
    let last = nest.tokens.get(before.checked_sub(1)?)?.range.end;
    let next = nest.tokens.get(before).map_or(text.len(), |token| token.range.start);
    let own = nest.indent(element);
    let in_lines = before == element + 1 || nest.indent(element + 1).is_some();
    let starts_line = nest.tokens.get(before).is_none_or(|token| token.indent.is_some());
    let (Some(own), true, true) = (own, in_lines, starts_line) else {
        return Some(Change { range: last..last, with: format!("</{name}>"), what });
    };
    let tag = format!("{own}</{name}>");
    // A line that is left of the lost tag is where it goes.
    let at_end = nest.tokens.get(before).is_none();
    let eols = text[last..next].match_indices(['\n', '\r']).map(|(at, _)| last + at);
    let starts = eols.map(|eol| eol + eol_at(text, eol).len());
    for start in starts {
        let gap = text.get(start..next).unwrap_or_default();
        let line = gap.find(['\n', '\r']);
        let blanks = &gap[..line.unwrap_or(gap.len())];
        if line.is_some() && !blanks.is_empty() && blanks == own
            || line.is_none() && at_end && is_blank(blanks)
        {
            return Some(Change { range: start..start + blanks.len(), with: tag, what });
        }
    }
    Some(Change { range: last..last, with: format!("{}{tag}", eol_near(text, last)), what })
}

/// The range with its line, if nothing else is on it.
fn with_line(text: &str, start: usize, end: usize) -> std::ops::Range<usize> {
    let line = line_start(text, start);
    let rest = &text[end..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let eol = eol_at(text, end + blanks).len();
    let at_end = end + blanks == text.len();
    if line == 0 || !is_blank(&text[line..start]) || (eol == 0 && !at_end) {
        return start..end;
    }
    if at_end {
        let before = super::super::super::text::eol_before(text, line);
        return before..text.len();
    }
    line..end + blanks + eol
}
