//! Values whose name says that they are secret: in JSON, XML, `.env` files and command lines, in one
//! line or several, in comments, in files with mistakes.

use std::ops::Range;

use super::is_candidate;

/// Words in a name that say its value is a secret.
const SECRET_WORDS: &[&str] = &[
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "apikey",
    "api_key",
    "api-key",
    "accesskey",
    "access_key",
    "access-key",
    "privatekey",
    "private_key",
    "private-key",
    "credential",
    "authorization",
];

/// Names with such a word that speak of the pieces of a text.
const OTHER_TOKENS: &[&str] =
    &["tokencolor", "semantictoken", "tokenscope", "tokentype", "tokenmodifier", "tokeniz"];

/// Longest name that is looked at, in bytes.
const NAME: usize = 128;

/// Whether a name says that its value is secret.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let last = name.rsplit(['.', '/']).next().unwrap_or(&name);
    SECRET_WORDS.iter().any(|word| last.contains(word))
        && !OTHER_TOKENS.iter().any(|word| last.contains(word))
}

/// The values behind `name:`, `name=`, `"--name",` and `--name `.
pub(super) fn values(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find([':', '=', ',', ' ']).map(|found| at + found) {
        at = found + 1;
        let Some(name) = name_before(text, found) else { continue };
        let is_flag = name.trim_start_matches(['"', '\'']).starts_with("--");
        let separates = match text.as_bytes()[found] {
            b':' | b'=' => true,
            _ => is_flag,
        };
        if separates && is_secret(name) {
            at = at.max(value_behind(text, found + 1, &mut ranges));
        }
    }
    ranges
}

/// The name that ends before `end`, without its quotes.
fn name_before(text: &str, end: usize) -> Option<&str> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/');
    let bytes = text.as_bytes();
    let mut stop = end;
    while stop > 0 && end - stop < NAME && matches!(bytes[stop - 1], b' ' | b'\t' | b'"' | b'\'') {
        stop -= 1;
    }
    let mut start = stop;
    while start > 0 && stop - start < NAME && is_part(bytes[start - 1]) {
        start -= 1;
    }
    text.get(start..stop).filter(|name| !name.is_empty())
}

/// Adds what stands at `at`: a string, the strings of an array, or a bare word. Returns its end.
fn value_behind(text: &str, at: usize, ranges: &mut Vec<Range<usize>>) -> usize {
    let start = at + text[at..].len() - text[at..].trim_start().len();
    match text.as_bytes().get(start) {
        Some(b'"' | b'\'') => {
            let range = string(text, start);
            let end = range.end;
            ranges.extend(Some(range).filter(|range| is_candidate(&text[range.clone()])));
            // The closing quote may begin the next name where this one was left open.
            end
        }
        Some(b'[') => array(text, start + 1, ranges),
        _ => bare(text, at, ranges),
    }
}

/// The inside of the string whose quote stands at `quote`, to the same quote or the end.
fn string(text: &str, quote: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let mut end = quote + 1;
    while end < bytes.len() && bytes[end] != bytes[quote] {
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    let mut end = end.min(bytes.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    quote + 1..end
}

fn array(text: &str, start: usize, ranges: &mut Vec<Range<usize>>) -> usize {
    let mut at = start;
    while let Some(found) = text[at..].find(['"', ']', '{', '[']).map(|found| at + found) {
        if text.as_bytes()[found] != b'"' {
            return found;
        }
        let range = string(text, found);
        at = (range.end + 1).min(text.len());
        ranges.extend(Some(range).filter(|range| is_candidate(&text[range.clone()])));
        if !text.is_char_boundary(at) {
            return at - 1;
        }
    }
    text.len()
}

/// A word without quotes, on the same line; prose and numbers are none.
fn bare(text: &str, at: usize, ranges: &mut Vec<Range<usize>>) -> usize {
    let rest = &text[at..];
    let start = at + rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let is_end =
        |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"' | '\'' | '}' | ']' | '<' | '>' | ')');
    let word = text[start..].split(is_end).next().unwrap_or_default();
    let has = |test: fn(&u8) -> bool| word.as_bytes().iter().any(test);
    let range = start..start + word.len();
    let end = range.end;
    if is_candidate(word) && has(u8::is_ascii_alphabetic) && has(u8::is_ascii_digit) {
        ranges.push(range);
    }
    end
}

/// In XML, the `value` of a tag whose `name` is that of a secret, and the text in an element that is
/// named so.
pub(super) fn in_tags(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find('<').map(|found| at + found) {
        let tag = Tag::read(text, open + 1);
        at = tag.end.max(open + 1);
        if tag.value("name").is_some_and(|name| is_secret(&text[name])) {
            ranges.extend(tag.value("value").filter(|value| is_candidate(&text[value.clone()])));
        }
        if text[at..].starts_with('>') && is_secret(tag.name) {
            let start = at + 1;
            let end = text[start..].find('<').map_or(start, |found| start + found);
            ranges.extend(Some(start..end).filter(|inner| is_candidate(text[inner.clone()].trim())));
            at = end;
        }
    }
    ranges
}

/// A tag: its name, its attributes, and where its `>` stands.
struct Tag<'t> {
    name: &'t str,
    attributes: Vec<(&'t str, Range<usize>)>,
    end: usize,
}

impl<'t> Tag<'t> {
    fn read(text: &'t str, start: usize) -> Self {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
        let word = |at: usize| text[at..].split(|c| !is_part(c)).next().unwrap_or_default();
        let blank = |at: usize| text.len() - text[at..].trim_start().len();
        let mut tag = Self { name: word(start), attributes: Vec::new(), end: start };
        let mut at = start + tag.name.len();
        loop {
            at = blank(at);
            let name = word(at);
            let equals = blank(at + name.len());
            if name.is_empty() || !text[equals..].starts_with('=') {
                tag.end = at + name.len();
                return tag;
            }
            let quote = blank(equals + 1);
            if !text[quote..].starts_with(['"', '\'']) {
                tag.end = quote;
                return tag;
            }
            let sign = &text[quote..=quote];
            let end = text[quote + 1..].find(sign).map_or(text.len(), |found| quote + 1 + found);
            tag.attributes.push((name, quote + 1..end));
            at = (end + 1).min(text.len());
        }
    }

    fn value(&self, name: &str) -> Option<Range<usize>> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
    }
}
