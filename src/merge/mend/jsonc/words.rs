//! Guesses about single tokens: what other languages write otherwise.

use super::super::super::jsonc::{Expect, FaultKind};
use super::guess::{Family, Guess, Scene};
use super::quotes::{line_end, near_end};

/// How many lines a comment may take that is not closed.
const COMMENT_LINES: usize = 12;

/// What opens a string elsewhere, and what closes it.
const QUOTES: &[(char, &[char])] = &[
    ('\'', &['\'', '"']),
    ('`', &['`', '\'']),
    ('“', &['”', '“', '"']),
    ('”', &['”', '"']),
    ('„', &['“', '”', '"']),
    ('‘', &['’', '‘', '\'']),
    ('’', &['’']),
    ('«', &['»', '"']),
    ('″', &['″', '"']),
];

/// Words with a meaning, ours, and whether that is all that they can mean.
const WORDS: &[(&str, &str, bool)] = &[
    ("True", "true", true),
    ("TRUE", "true", true),
    ("False", "false", true),
    ("FALSE", "false", true),
    ("None", "null", true),
    ("Null", "null", true),
    ("NULL", "null", true),
    ("nil", "null", false),
    ("undefined", "null", false),
    ("NaN", "null", false),
    ("Infinity", "null", false),
    ("-Infinity", "null", false),
    ("+Infinity", "null", false),
    ("yes", "true", false),
    ("no", "false", false),
    ("on", "true", false),
    ("off", "false", false),
];

/// What the faulty token may be in another language.
pub(super) fn words(scene: &Scene<'_>) -> Vec<Guess> {
    let mut guesses = Vec::new();
    let (start, rest) = (scene.stop.start, scene.rest());
    let Some(first) = rest.chars().next() else { return guesses };
    if scene.stop.kind == FaultKind::ControlCharacter {
        return vec![control(scene)];
    }
    if scene.stop.kind == FaultKind::UnclosedComment {
        return closed_comment(scene);
    }
    if scene.stop.kind == FaultKind::MissingValue {
        let at = scene.end_before(scene.count());
        let spaced = scene.text[at..].starts_with(' ');
        let (at, with) = if spaced { (at + 1, "null") } else { (at, " null") };
        guesses.push(Guess::one(Family::Word, at..at, with, "write null for the missing value").unsure());
    }
    if let Some((_, closes)) = QUOTES.iter().find(|(open, _)| *open == first) {
        quoted(scene, first, closes, &mut guesses);
    }
    if is_invisible(first) {
        let length = rest.len() - rest.trim_start_matches(is_invisible).len();
        guesses.push(Guess::one(Family::Word, start..start + length, "", "take out an invisible character"));
        return guesses;
    }
    let line = &rest[..near_end(rest, 0)];
    if first == '#' || line.starts_with("--") || line.starts_with("<!--") {
        let length = line.len() - line.trim_start_matches(['#', '-', '<', '!']).len();
        let holds_item = line.contains(':') && line.contains('"');
        let guess =
            Guess::one(Family::Word, start..start + length, "//", "write the comment with two slashes");
        guesses.push(if holds_item || first != '#' { guess.unsure() } else { guess });
    }
    if first == '/' && !line.starts_with("//") && !line.starts_with("/*") {
        let holds_item = line.contains(['"', '{', '[', '}', ']']);
        let guess = Guess::one(Family::Word, start..start, "/", "put in the second slash of the comment");
        guesses.push(if holds_item || line.contains("*/") { guess.unsure() } else { guess });
        guesses.push(Guess::one(Family::Mark, start..start + 1, "", "take out the slash").unsure());
        if line.contains("*/") {
            guesses.push(Guess::one(Family::Word, start + 1..start + 1, "*", "open the comment").unsure());
        }
    }
    let state = scene.record.state(scene.count());
    let word = word(rest);
    let end = start + word.len();
    let is_value = matches!(state.expect, Expect::Value | Expect::Item);
    let key =
        state.expect == Expect::Item && scene.record.open(scene.count()).last().is_some_and(|l| l.object);
    if word.is_empty() {
        return guesses;
    }
    if key || scene.stop.kind == FaultKind::BareKey {
        bare_key(scene, line, word, &mut guesses);
    } else if is_value {
        for (theirs, ours, sure) in WORDS {
            if word == *theirs {
                let what = format!("write {ours} for {theirs}");
                let guess = Guess::one(Family::Word, start..end, *ours, &what);
                guesses.push(if *sure { guess } else { guess.unsure() });
            }
        }
        if let Some((number, sure)) = number(word) {
            let guess = Guess::one(Family::Word, start..end, number, "write the number as JSON does");
            guesses.push(if sure { guess } else { guess.unsure() });
        }
        if guesses.iter().any(|guess| guess.sure) {
            return guesses;
        }
        let stop = line.find([',', '}', ']']).unwrap_or(line.len());
        let bare = line[..stop].split("//").next().unwrap_or_default().trim_end();
        if !bare.contains('"') && !bare.contains('\\') && !bare.is_empty() {
            let with = format!("\"{bare}\"");
            guesses.push(
                Guess::one(Family::Word, start..start + bare.len(), with, "put the text into quotes")
                    .unsure(),
            );
        }
    }
    guesses
}

/// A block comment that ends with one of the next lines.
fn closed_comment(scene: &Scene<'_>) -> Vec<Guess> {
    let mut guesses = Vec::new();
    let text = scene.text;
    let mut at = scene.stop.start;
    for _ in 0..COMMENT_LINES {
        let end = line_end(text, at);
        let stop = text[..end].trim_end_matches([' ', '\t']).len();
        guesses.push(Guess::one(Family::Word, stop..stop, " */", "close the comment").unsure());
        at = end + 1 + usize::from(text[end..].starts_with("\r\n"));
        if at >= text.len() {
            break;
        }
    }
    guesses
}

/// Whether a string of another language starts so.
pub(super) fn is_quote(char: char) -> bool {
    char == '»' || QUOTES.iter().any(|(open, _)| *open == char)
}

fn is_invisible(char: char) -> bool {
    matches!(char, '\0' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{ad}' | '\u{202a}'..='\u{202e}')
        || (char.is_control() && !char.is_whitespace())
        || matches!(char, '\u{85}')
}

/// The run of characters that the scanner takes for a word.
fn word(rest: &str) -> &str {
    let inside = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$' | '.' | '+' | '-');
    &rest[..rest.find(|char| !inside(char)).unwrap_or(rest.len())]
}

fn bare_key(scene: &Scene<'_>, line: &str, word: &str, guesses: &mut Vec<Guess>) {
    let start = scene.stop.start;
    let what = "put the key into quotes";
    let after = line[word.len()..].trim_start();
    let next = after.chars().next();
    if matches!(next, Some(':' | '=' | '"')) || after.is_empty() {
        let end = start + word.len();
        guesses.push(Guess::one(Family::Word, start..end, format!("\"{word}\""), what));
    } else if let Some(colon) = line.find(':') {
        let key = line[..colon].trim_end();
        if !key.contains(['"', '\\', ',', '{', '}']) {
            let with = format!("\"{key}\"");
            guesses.push(Guess::one(Family::Word, start..start + key.len(), with, what).unsure());
        }
    }
    if !line.contains(['"', ':', '{', '}', '[', ']', ',']) {
        let what = "make the words a comment";
        guesses.push(Guess::one(Family::Word, start..start, "// ", what).unsure());
    }
}

/// A string in other quotes.
fn quoted(scene: &Scene<'_>, open: char, closes: &[char], guesses: &mut Vec<Guess>) {
    let (start, rest) = (scene.stop.start, scene.rest());
    let line = &rest[..near_end(rest, 0)];
    let end = line.char_indices().skip(1).find(|(at, char)| {
        let is_end = closes.contains(char) && !line[..*at].ends_with('\\');
        is_end && ends_string(&line[at + char.len_utf8()..])
    });
    if let Some((end, close)) = end {
        let inner = &line[open.len_utf8()..end];
        let mut with = String::with_capacity(inner.len() + 2);
        with.push('"');
        let mut escaped = false;
        for char in inner.chars() {
            match char {
                '\'' if escaped => {
                    with.pop();
                    with.push('\'');
                }
                '"' if !escaped => with.push_str("\\\""),
                other => with.push(other),
            }
            escaped = char == '\\' && !escaped;
        }
        with.push('"');
        let range = start..start + end + close.len_utf8();
        let guess = Guess::one(Family::Word, range, with, "write the string in double quotes");
        // A quote of the other kind may belong to another string.
        let is_pair = close != '"';
        guesses.push(if is_pair { guess } else { guess.unsure() });
    }
}

fn ends_string(rest: &str) -> bool {
    let rest = rest.trim_start();
    rest.is_empty()
        || rest.starts_with([',', ':', '}', ']', '=', ';'])
        || rest.starts_with("//")
        || rest.starts_with("/*")
}

/// A number of another language, and whether it can only be this one.
fn number(word: &str) -> Option<(String, bool)> {
    let (sign, digits) = match word.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", word.strip_prefix('+').unwrap_or(word)),
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        let value = u64::from_str_radix(hex, 16).ok()?;
        return Some((format!("{sign}{value}"), true));
    }
    if let Some(fraction) = digits.strip_prefix('.') {
        return is_digits(fraction).then(|| (format!("{sign}0.{fraction}"), true));
    }
    if let Some(whole) = digits.strip_suffix('.') {
        return is_digits(whole).then(|| (format!("{sign}{whole}"), !whole.starts_with('0') || whole == "0"));
    }
    if digits.contains('_') {
        let plain = digits.replace('_', "");
        return is_digits(&plain).then(|| (format!("{sign}{plain}"), false));
    }
    if is_digits(digits) && digits.len() > 1 && digits.starts_with('0') {
        let plain = digits.trim_start_matches('0');
        return Some((format!("{sign}{}", if plain.is_empty() { "0" } else { plain }), false));
    }
    // `+1`, `+1.5`
    (word.starts_with('+') && digits.parse::<f64>().is_ok() && digits.bytes().next()?.is_ascii_digit()).then(
        || {
            (
                digits.to_owned(),
                !digits.starts_with('0') || !digits[1..].starts_with(|c: char| c.is_ascii_digit()),
            )
        },
    )
}

/// A control character in a string, as an escape.
fn control(scene: &Scene<'_>) -> Guess {
    let at = scene.stop.at;
    let rest = scene.text.get(at..).unwrap_or_default();
    let byte = rest.bytes().next().unwrap_or_default();
    let what = "write the control character as an escape";
    match byte {
        b'\t' => Guess::one(Family::Word, at..at + 1, "\\t", "write the tab in the string as \\t"),
        0x08 => Guess::one(Family::Word, at..at + 1, "\\b", what),
        0x0c => Guess::one(Family::Word, at..at + 1, "\\f", what),
        0 => {
            let length = rest.len() - rest.trim_start_matches('\0').len();
            Guess::one(Family::Word, at..at + length, "", "take out the NUL bytes in the string").unsure()
        }
        byte => Guess::one(Family::Word, at..at + 1, format!("\\u{byte:04x}"), what),
    }
}
