//! Guesses about the quotes, backslashes and line ends of strings.

use super::super::super::jsonc::FaultKind;
use super::super::super::text::{eol_at, line_start};
use super::guess::{Family, Guess, Scene, change};
use super::reader::width;
use super::words::is_quote;
use crate::order;

/// How far from the fault its line is looked at.
const WINDOW: usize = 400;
/// How much of a line is looked at for single tokens.
const LONG: usize = 4096;
/// How many guesses are made for one line; a fault shows soon after its cause.
const MANY: usize = 160;
/// How many lines a string may have been broken into.
const LINES: usize = 60;

/// The part of the fault's line that is looked at.
fn window(scene: &Scene<'_>) -> (usize, usize) {
    let text = scene.text;
    let (start, stop) = (scene.stop.start.min(text.len()), line_end(text, scene.stop.start));
    let line = line_start(text, start);
    let mut from = line.max(start.saturating_sub(WINDOW));
    let mut to = stop.min(start + WINDOW);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    (from, to)
}

/// Where the line of `at` ends.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len())
}

/// Where the line of `at` ends, if it does soon.
pub(super) fn near_end(text: &str, at: usize) -> usize {
    let mut end = at.saturating_add(LONG).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    line_end(text.get(..end).unwrap_or_default(), at)
}

/// One quote more or less on the line of the fault, or an escape for one.
pub(super) fn quotes(scene: &Scene<'_>) -> Vec<Guess> {
    let text = scene.text;
    let (from, to) = window(scene);
    let mut guesses = Vec::new();
    let put_in = |at: usize| Guess::one(Family::Quote, at..at, "\"", "put in the missing quote");
    let Some(line) = text.get(from..to) else { return guesses };
    let starts_line = from == line_start(text, from);
    let mut before = if starts_line { None } else { text[..from].chars().next_back() };
    // The last character that is not blank.
    let mut solid = before.filter(|char| !char.is_whitespace());
    // One quote of another kind may be a slip; more are strings of another language.
    let slips = line.chars().filter(|char| is_quote(*char)).count() <= 2;
    let padded = line.contains("{ ") || line.contains("[ ");
    // How wide the blanks before this character are.
    let mut blanks = 0;
    for (offset, char) in line.char_indices() {
        let at = from + offset;
        let rest = &text[at..];
        let blank_before = before.is_none_or(char::is_whitespace);
        if opens_here(solid) {
            // A string may start with blanks: where those begin that are more than the layout asks for.
            let is_more = blanks == expected_blanks(scene, solid, padded);
            if !char.is_whitespace() || is_more {
                guesses.push(put_in(at));
            }
        }
        if closes_here(rest) {
            // And it may end with some, though hardly before a comment.
            let is_pad = padded && blanks == 1 && rest.starts_with(['}', ']']);
            let is_end = rest.starts_with([',', ':', '}', ']']);
            if !blank_before || (is_end && !is_pad) {
                guesses.push(put_in(at));
            }
        }
        blanks = if char.is_whitespace() { blanks + width(&text[at..at + char.len_utf8()]) } else { 0 };
        match char {
            '"' => {
                guesses.push(Guess::one(Family::Quote, at..at + 1, "", "take out the extra quote"));
                if before == Some('\\') {
                    let what = "take out the backslash before the quote";
                    guesses.push(Guess::one(Family::Quote, at - 1..at, "", what));
                    let what = "double the backslash";
                    guesses.push(Guess::one(Family::Quote, at..at, "\\", what));
                } else {
                    let what = "put a backslash before the quote inside the string";
                    guesses.push(Guess::one(Family::Quote, at..at, "\\", what));
                }
            }
            other if slips && is_quote(other) => {
                let after = at + char.len_utf8();
                let range = at..after;
                if !opens_here(solid) && !closes_here(&text[after..]) {
                    (before, solid) = (Some(char), Some(char));
                    continue;
                }
                guesses.push(Guess::one(Family::Quote, range, "\"", "write a straight quote"));
            }
            _ => {}
        }
        before = Some(char);
        if !char.is_whitespace() {
            solid = Some(char);
        }
    }
    if before.is_some() && to == line_end(text, to) {
        guesses.push(put_in(to));
    }
    if guesses.len() > MANY {
        let place = |guess: &Guess| guess.changes.first().map_or(0, |change| change.range.start);
        order::sort_by_key(&mut guesses, |guess| place(guess).abs_diff(scene.stop.start));
        guesses.truncate(MANY);
    }
    inner(scene, from, to, &mut guesses);
    guesses
}

/// How wide the blanks are, in this file's layout, between what is before a string and the string.
fn expected_blanks(scene: &Scene<'_>, before: Option<char>, padded: bool) -> usize {
    let tokens = &scene.record.tokens;
    match before {
        None => {
            let open = scene.record.open(scene.count());
            open.last().and_then(|layer| layer.inner).unwrap_or(usize::MAX)
        }
        Some(':' | ',') => {
            let colon = tokens.iter().rev().skip(1).find(|token| token.byte == b':');
            let after = colon.and_then(|colon| scene.text.get(colon.end..)).unwrap_or(" ");
            after.len() - after.trim_start_matches(' ').len()
        }
        _ => usize::from(padded),
    }
}

fn opens_here(before: Option<char>) -> bool {
    before.is_none_or(|before| matches!(before, '{' | '[' | ',' | ':' | '/'))
}

fn closes_here(rest: &str) -> bool {
    let next = rest.trim_start_matches([' ', '\t']);
    let ends = next.is_empty() || next.starts_with(['\n', '\r', ',', ':', '}', ']']);
    ends || ["//", "/*"].iter().any(|comment| next.starts_with(comment) && next.len() < rest.len())
}

/// Two quotes inside a string, both without their backslash.
fn inner(scene: &Scene<'_>, from: usize, to: usize, guesses: &mut Vec<Guess>) {
    let line = &scene.text[from..to];
    let bare = |at: &usize| *at == 0 || line.as_bytes()[*at - 1] != b'\\';
    let quotes: Vec<usize> =
        line.match_indices('"').map(|(at, _)| at).filter(bare).map(|at| from + at).collect();
    if quotes.len() > 16 {
        return;
    }
    let what = "put a backslash before the quote inside the string";
    for nth in 0..quotes.len() {
        for count in [2, 4] {
            let Some(escaped) = quotes.get(nth..nth + count) else { continue };
            let changes = escaped.iter().map(|at| change(*at..*at, "\\", what)).collect();
            guesses.push(Guess { changes, family: Family::Quote, sure: true });
        }
    }
}

/// A string that was broken into lines.
pub(super) fn broken(scene: &Scene<'_>) -> Vec<Guess> {
    let mut guesses = Vec::new();
    if scene.stop.kind != FaultKind::UnclosedString {
        return guesses;
    }
    let text = scene.text;
    let mut ends = Vec::new();
    let mut at = line_end(text, scene.stop.start);
    for _ in 0..LINES {
        let eol = eol_at(text, at).len();
        if eol == 0 {
            return guesses;
        }
        ends.push(at..at + eol);
        let next = line_end(text, at + eol);
        let line = &text[at + eol..next];
        at = next;
        if has_quote(line) {
            break;
        }
    }
    let escapes = |range: &std::ops::Range<usize>| {
        text[range.clone()].chars().map(|char| if char == '\r' { "\\r" } else { "\\n" }).collect::<String>()
    };
    let all = |what: &str, with: &dyn Fn(&std::ops::Range<usize>) -> String| Guess {
        changes: ends.iter().map(|range| change(range.clone(), with(range), what)).collect(),
        family: Family::Quote,
        sure: false,
    };
    guesses.push(all("take out the line break in the string", &|_| String::new()));
    guesses.push(all("write a space for the line break in the string", &|_| " ".to_owned()));
    let plain = |range: &std::ops::Range<usize>| escapes(range).replace("\\r\\n", "\\n");
    guesses.push(all("write the line break in the string as \\n", &plain));
    guesses
}

/// Whether a quote without a backslash stands on the line.
fn has_quote(line: &str) -> bool {
    let mut escaped = false;
    for byte in line.bytes() {
        match byte {
            b'"' if !escaped => return true,
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    false
}

/// A backslash that starts no escape: all of the string's, or this one.
pub(super) fn backslashes(scene: &Scene<'_>) -> Vec<Guess> {
    let mut guesses = Vec::new();
    let (text, start, at) = (scene.text, scene.stop.start, scene.stop.at);
    let stop = line_end(text, start);
    let Some(line) = text.get(start + 1..stop) else { return guesses };
    // Every quote on the line may be the string's end, if a backslash before it counts as one.
    let ends = line.match_indices('"').map(|(end, _)| start + 1 + end).filter(|end| *end > at).take(6);
    for end in ends {
        let found = escapes(&text[start + 1..end]);
        let single: Vec<_> = found.iter().filter(|(_, kind)| *kind != Escape::Backslash).collect();
        let what = "double the backslash";
        let double = |chosen: &[&(usize, Escape)], sure: bool| Guess {
            changes: chosen
                .iter()
                .map(|(offset, _)| change(start + 1 + offset..start + 1 + offset, "\\", what))
                .collect(),
            family: Family::Word,
            sure,
        };
        let path = is_path(&text[start + 1..end]);
        let bad: Vec<_> = single.iter().copied().filter(|(_, kind)| *kind == Escape::Bad).collect();
        let only_bad = bad.len() == single.len();
        let has_double = found.len() > single.len();
        let all_meant = path && !has_double;
        // `\'` and `\x41` are escapes elsewhere.
        let foreign = bad.iter().any(|(offset, _)| {
            let next = text[start + 2 + offset..end].chars().next();
            !path && next.is_none_or(|next| matches!(next, '\'' | 'x' | 'u' | '0' | 'v' | 'a' | 'e' | '\\'))
        });
        guesses.push(double(&single, !foreign));
        if !only_bad && !all_meant {
            guesses.push(double(&bad, false));
        }
        if foreign {
            let what = "take out the backslash";
            let out =
                |(offset, _): &&(usize, Escape)| change(start + 1 + offset..start + 2 + offset, "", what);
            guesses.push(Guess { changes: bad.iter().map(out).collect(), family: Family::Word, sure: false });
        }
    }
    guesses
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Escape {
    Good,
    Bad,
    /// `\\`
    Backslash,
}

/// The escapes of a string, as far as single ones are readable.
fn escapes(inner: &str) -> Vec<(usize, Escape)> {
    let bytes = inner.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte != b'\\' {
            at += 1;
            continue;
        }
        let kind = match bytes.get(at + 1) {
            Some(b'\\') => Escape::Backslash,
            Some(b'"' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Escape::Good,
            Some(b'u')
                if bytes.get(at + 2..at + 6).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) =>
            {
                Escape::Good
            }
            _ => Escape::Bad,
        };
        found.push((at, kind));
        at += if kind == Escape::Bad { 1 } else { 2 };
    }
    found
}

/// Whether a string starts as a Windows path does.
fn is_path(inner: &str) -> bool {
    let bytes = inner.as_bytes();
    let drive = bytes.first().is_some_and(u8::is_ascii_alphabetic) && bytes.get(1) == Some(&b':');
    (drive && bytes.get(2) == Some(&b'\\')) || inner.contains(":\\") || inner.starts_with('%')
}
