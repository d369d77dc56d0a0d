//! Guesses about brackets, commas and colons.

use super::super::super::jsonc::{Expect, FaultKind, scan};
use super::super::super::text::{eol_at, line_start, skip_blanks};
use super::guess::{Family, Guess, Scene, change};
use super::reader::{Layer, width};

/// How many tokens back from a fault a bracket is looked for.
const NEAR: usize = 24;
/// How many lines that do not fit are looked at, and how many tokens before each.
const MISFITS: usize = 8;

/// Where brackets may be wrong: tokens, and whether nothing before them can be it.
pub(super) struct Spots {
    pub(super) tokens: Vec<usize>,
    pub(super) all: bool,
}

/// A comma or colon that is missing or too many, next to the fault.
pub(super) fn marks(scene: &Scene<'_>) -> Vec<Guess> {
    let mut guesses = Vec::new();
    let count = scene.count();
    let start = scene.stop.start;
    let state = scene.record.state(count);
    let inside = state.layer != 0;
    let byte = scene.byte(count);
    if inside && state.expect == Expect::Comma && !matches!(byte, Some(b',' | b':' | b'}' | b']') | None) {
        let at = scene.end_before(count);
        guesses.push(Guess::one(Family::Mark, at..at, ",", "put in the missing comma"));
    }
    if state.expect == Expect::Colon && !matches!(byte, Some(b',' | b':' | b'}' | b']') | None) {
        let at = scene.end_before(count);
        let spaced = scene.text.get(at..).is_some_and(|rest| rest.starts_with([' ', '\t', '\n', '\r']));
        let colon = if spaced { ":" } else { ": " };
        guesses.push(Guess::one(Family::Mark, at..at, colon, "put in the missing colon"));
    }
    for at in [Some(count), count.checked_sub(1)].into_iter().flatten() {
        let place = scene.start_of(at);
        match scene.byte(at) {
            Some(b',') if !scene.is_made(at) && inside => {
                guesses.push(Guess::one(Family::Mark, place..place + 1, "", "take out the extra comma"));
                if scene.record.state(at).expect == Expect::Colon {
                    guesses.push(Guess::one(
                        Family::Mark,
                        place..place + 1,
                        ":",
                        "write a colon for the comma",
                    ));
                }
            }
            Some(b':') if !scene.is_made(at) && inside => {
                guesses.push(Guess::one(Family::Mark, place..place + 1, "", "take out the extra colon"));
                if scene.record.state(at).expect == Expect::Comma {
                    guesses.push(Guess::one(
                        Family::Mark,
                        place..place + 1,
                        ",",
                        "write a comma for the colon",
                    ));
                }
            }
            _ => {}
        }
    }
    let signs: &[(&str, &str, Expect)] = &[
        ("=>", ":", Expect::Colon),
        (":=", ":", Expect::Colon),
        ("=", ":", Expect::Colon),
        ("：", ":", Expect::Colon),
        (";", ":", Expect::Colon),
        (".", ":", Expect::Colon),
        (";", ",", Expect::Comma),
        ("，", ",", Expect::Comma),
        (".", ",", Expect::Comma),
    ];
    for (sign, mark, expect) in signs {
        if inside && state.expect == *expect && scene.rest().starts_with(sign) {
            let what = if *mark == ":" { "write a colon" } else { "write a comma" };
            guesses.push(Guess::one(Family::Mark, start..start + sign.len(), *mark, what));
        }
    }
    guesses
}

/// The tokens at which a bracket may be missing, too many or of the wrong kind.
pub(super) fn spots(scene: &Scene<'_>) -> Spots {
    let count = scene.count();
    let tokens = &scene.record.tokens;
    let near = count.saturating_sub(NEAR);
    let mut spots: Vec<usize> = (near..=count).collect();
    // The items of the innermost container, and what opens those around it.
    let mut at = count;
    for _ in 0..NEAR {
        let Some(before) = at.checked_sub(1) else { break };
        let Some(token) = tokens.get(before) else { break };
        at = match token.byte {
            b'}' | b']' => opener_of(scene, before).unwrap_or(before),
            _ => before,
        };
        spots.extend([before, at]);
        if matches!(token.byte, b'{' | b'[') {
            break;
        }
    }
    let open = scene.record.open(count);
    spots.extend(open.iter().skip(1).rev().take(6).map(|layer| layer.opener));
    let mut all = near == 0;
    let mut misfit = 0;
    let mut before = (0, 0);
    for (at, token) in tokens.iter().enumerate() {
        let now = (token.after.misfits, token.after.loose);
        if now != before && misfit < MISFITS {
            misfit += 1;
            let line = tokens.iter().take(at).rposition(|token| token.first).unwrap_or(0);
            spots.extend(line.max(at.saturating_sub(NEAR))..=at + 1);
            all |= at - line <= NEAR && misfit == 1;
        }
        before = now;
    }
    spots.retain(|at| *at <= count);
    spots.sort_unstable();
    spots.dedup();
    Spots { tokens: spots, all }
}

fn opener_of(scene: &Scene<'_>, closer: usize) -> Option<usize> {
    let layer = scene.record.state(closer).layer;
    scene.record.layers.get(layer).map(|layer| layer.opener)
}

/// One bracket more, less, or of another kind, at one of the spots.
pub(super) fn brackets(scene: &Scene<'_>, spots: &Spots) -> Vec<Guess> {
    let mut guesses = Vec::new();
    for &at in &spots.tokens {
        let byte = scene.byte(at);
        let state = scene.record.state(at);
        let place = scene.start_of(at);
        if let Some(byte @ (b'{' | b'}' | b'[' | b']')) = byte
            && !scene.is_made(at)
        {
            guesses.push(Guess::one(Family::Bracket, place..place + 1, "", "take out the extra bracket"));
            for other in [b'{', b'}', b'[', b']'] {
                if other != byte {
                    let with = char::from(other).to_string();
                    guesses.push(Guess::one(
                        Family::Bracket,
                        place..place + 1,
                        with,
                        "write the other bracket",
                    ));
                }
            }
            swapped(scene, at, byte, &mut guesses);
        }
        let open = scene.record.open(at);
        if let (Some(layer), true) = (open.last(), open.len() > 1)
            && matches!(state.expect, Expect::Comma | Expect::Item)
            && byte.is_some()
        {
            closer(scene, at, layer, &mut guesses);
        }
        let in_array = open.last().is_some_and(|layer| !layer.object);
        if state.expect == Expect::Value || (state.expect == Expect::Item && in_array) {
            for bracket in ["{", "["] {
                let (place, with) = opening_place(scene, at, bracket);
                let guess = Guess::one(Family::Bracket, place..place, with, "put in the missing bracket");
                guesses.push(guess);
            }
        }
    }
    pairs(scene, &mut guesses);
    guesses
}

/// `]}` for `}]`.
fn swapped(scene: &Scene<'_>, at: usize, byte: u8, guesses: &mut Vec<Guess>) {
    let place = scene.start_of(at);
    let rest = scene.text.get(place + 1..).unwrap_or_default();
    let next = rest.trim_start();
    let Some(&other) = next.as_bytes().first() else { return };
    if matches!((byte, other), (b'}', b']') | (b']', b'}')) {
        let next = place + 1 + rest.len() - next.len();
        let what = "put the two brackets in their order";
        let changes = vec![
            change(place..place + 1, char::from(other).to_string(), what),
            change(next..next + 1, char::from(byte).to_string(), what),
        ];
        guesses.push(Guess { changes, family: Family::Bracket, sure: true });
    }
}

/// Where an opening bracket goes before token `at`, and what is written for it.
fn opening_place(scene: &Scene<'_>, at: usize, bracket: &str) -> (usize, String) {
    let text = scene.text;
    let (end, next) = (scene.end_before(at), scene.start_of(at));
    let between = text.get(end..next).unwrap_or_default();
    let Some(line) = between.rfind(['\n', '\r']) else {
        let starts_text = at == 0 && between.is_empty();
        let eol = if starts_text && scene.many_lines { scene.eol } else { "" };
        return (next, format!("{bracket}{eol}"));
    };
    // A line that the bracket has left blank, right above.
    let line_start = |eol: usize| between[..eol].rfind(['\n', '\r']).map(|eol| eol + 1);
    let eol = if between[..line].ends_with('\r') { line - 1 } else { line };
    let above = line_start(eol).or_else(|| (at == 0).then_some(0));
    if let Some(above) = above
        && let Some(blank) = between.get(above..eol)
        && blank.trim().is_empty()
        && width(blank) < width(&between[line + 1..])
        && (at == 0 || !blank.is_empty())
    {
        return (end + eol, bracket.to_owned());
    }
    // Behind the colon of its key.
    if at.checked_sub(1).and_then(|before| scene.byte(before)) == Some(b':') {
        let blanks = between.len() - between.trim_start_matches([' ', '\t']).len();
        let pad = if blanks == 0 { " " } else { "" };
        return (end + blanks, format!("{pad}{bracket}"));
    }
    if at == 0 && between[line + 1..].is_empty() {
        return (next, format!("{bracket}{}", scene.eol));
    }
    (next, bracket.to_owned())
}

/// A closing bracket before token `at`, as the container is laid out.
fn closer(scene: &Scene<'_>, at: usize, layer: &Layer, guesses: &mut Vec<Guess>) {
    let bracket = if layer.object { "}" } else { "]" };
    let what = "put in the missing bracket";
    let end = scene.end_before(at);
    let next = scene.start_of(at);
    let (place, with) = closing_place(scene, layer, end, next, bracket);
    let closing = change(place..place, with, what);
    let needs_comma = !matches!(scene.byte(at), Some(b',' | b'}' | b']' | b':') | None);
    // A whole line may be gone, bracket and comma.
    let is_line = text_breaks(scene, end, next);
    if needs_comma && is_line && scene.record.state(at).layer != 0 {
        let comma = change(place..place, ",", "put in the missing comma");
        let changes = vec![closing.clone(), comma];
        guesses.push(Guess { changes, family: Family::Bracket, sure: true });
    }
    guesses.push(Guess { changes: vec![closing], family: Family::Bracket, sure: true });
}

fn text_breaks(scene: &Scene<'_>, end: usize, next: usize) -> bool {
    scene.text.get(end..next).is_some_and(|between| between.contains(['\n', '\r']))
}

/// Where between `end` and `next` a closing bracket goes, and what is written for it.
pub(super) fn closing_place(
    scene: &Scene<'_>,
    layer: &Layer,
    end: usize,
    next: usize,
    bracket: &str,
) -> (usize, String) {
    let text = scene.text;
    let between = text.get(end..next).unwrap_or_default();
    if layer.inner.is_none() {
        let after_opener = scene.start_of(layer.opener) + 1;
        let padded = text.get(after_opener..).is_some_and(|rest| rest.starts_with(' ')) && end > after_opener;
        let blank = padded && between.starts_with(' ');
        return (
            end + usize::from(blank),
            if padded && !blank { format!(" {bracket}") } else { bracket.into() },
        );
    }
    // A line that was left by the bracket: blank but for its indentation.
    let mut at = end;
    while at < next {
        let Some(line) = text.get(at..next).and_then(|rest| rest.find(['\n', '\r'])) else { break };
        let start = at + line + eol_at(text, at + line).len();
        let stop = skip_blanks(text, start).min(next);
        let blank = text.get(start..stop).unwrap_or_default();
        let ends = stop == next || text.get(stop..).is_some_and(|rest| rest.starts_with(['\n', '\r']));
        let stands_alone =
            stop != next || matches!(text.as_bytes().get(stop), Some(b',' | b'}' | b']') | None);
        if ends && stands_alone && !blank.is_empty() && width(blank) == layer.indent {
            return (stop, bracket.to_owned());
        }
        at = start.max(at + 1);
    }
    let indent = indent_of(text, scene.start_of(layer.opener));
    let with = format!("{}{indent}{bracket}", scene.eol);
    // A comment on the last line stays on it.
    let line = between.find(['\n', '\r']).unwrap_or(between.len());
    let comment = between.get(..line).is_some_and(|line| line.trim_start().starts_with('/'));
    let place = if comment && line < between.len() { end + line } else { end };
    (place, with)
}

/// The blanks that the line of `at` starts with.
pub(super) fn indent_of(text: &str, at: usize) -> &str {
    let start = line_start(text, at);
    let line = text.get(start..at).unwrap_or_default();
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Both brackets of one container.
fn pairs(scene: &Scene<'_>, guesses: &mut Vec<Guess>) {
    let (count, start) = (scene.count(), scene.stop.start);
    let byte = scene.byte(count);
    let state = scene.record.state(count);
    let open = scene.record.open(count);
    let Some(layer) = open.last() else { return };
    if matches!(byte, Some(b'}' | b',')) && state.expect == Expect::Colon {
        let Some(end) = scene.rest().find('}').map(|end| start + end) else { return };
        let opener = scene.start_of(layer.opener);
        let what = "write the brackets of a list";
        let changes = vec![change(opener..opener + 1, "[", what), change(end..end + 1, "]", what)];
        guesses.push(Guess { changes, family: Family::Bracket, sure: false });
    }
    if byte == Some(b'{') && layer.object && matches!(state.expect, Expect::Item | Expect::Comma) {
        let inner = scan(scene.rest());
        let Some(end) = inner.nodes.first().map(|inner| start + inner.end()) else { return };
        let what = "take out the brackets around the keys";
        let mut changes = vec![change(start..start + 1, "", what), change(end - 1..end, "", what)];
        if state.expect == Expect::Comma {
            let at = scene.end_before(count);
            changes.insert(0, change(at..at, ",", "put in the missing comma"));
        }
        guesses.push(Guess { changes, family: Family::Bracket, sure: false });
    }
    let in_root = layer.id == 0;
    if in_root && (byte == Some(b':') || scene.stop.kind == FaultKind::UnknownWord) && count <= 1 {
        let text = scene.text;
        let what = "put the braces around the keys";
        let (at, with) = opening_place(scene, 0, "{");
        let content = text.trim_end().len();
        let closing =
            if text[..content].contains(['\n', '\r']) { format!("{}}}", scene.eol) } else { "}".into() };
        let changes = vec![change(at..at, with, what), change(content..content, closing, what)];
        guesses.push(Guess { changes, family: Family::Bracket, sure: true });
    }
}

/// The brackets that are missing at the end of the text.
pub(super) fn end(scene: &Scene<'_>) -> Option<Guess> {
    let count = scene.count();
    let open = scene.record.open(count);
    let state = scene.record.state(count);
    if scene.stop.kind != FaultKind::Unclosed
        || scene.stop.start != scene.text.len()
        || open.len() < 2
        || !matches!(state.expect, Expect::Comma | Expect::Item)
    {
        return None;
    }
    let text = scene.text;
    let content = text.trim_end_matches([' ', '\t', '\n', '\r', '\0']).len().max(state.from);
    let tail = text.get(content..).unwrap_or_default();
    let blank_line = tail.rfind(['\n', '\r']).map(|line| &tail[line + 1..]);
    let last_line = text.get(line_start(text, content)..content).unwrap_or_default();
    let after_comment = content > state.from && last_line.contains("//");
    let what = "put in the missing bracket";
    let mut changes = Vec::new();
    let mut replaced = content..content;
    for (at, layer) in open.iter().enumerate().skip(1).rev() {
        let bracket = if layer.object { "}" } else { "]" };
        let opener = scene.start_of(layer.opener);
        let indent = indent_of(text, opener);
        let own_line = layer.inner.is_some() || (changes.is_empty() && after_comment);
        let with = if own_line {
            if changes.is_empty() && blank_line.is_some_and(|blank| !blank.is_empty() && blank == indent) {
                replaced = text.len()..text.len();
                bracket.to_owned()
            } else {
                format!("{}{indent}{bracket}", scene.eol)
            }
        } else {
            let padded = text.get(opener + 1..).is_some_and(|rest| rest.starts_with(' '));
            if padded && layer.opener + 1 < count { format!(" {bracket}") } else { bracket.to_owned() }
        };
        let mut range = replaced.clone();
        let mut with = with;
        if at == 1 && range.start == content && !tail.is_empty() {
            range.end = text.len();
            let eol = tail.find(['\n', '\r']).map_or("", |line| eol_at(tail, line));
            with.push_str(eol);
        }
        changes.push(change(range, with, what));
    }
    let cut = content == text.len()
        && scene
            .record
            .tokens
            .last()
            .is_some_and(|last| !matches!(last.byte, b'"' | b'{' | b'[' | b'}' | b']' | b','));
    // A number at the very end may have lost digits.
    Some(Guess { changes, family: Family::Bracket, sure: !cut })
}
