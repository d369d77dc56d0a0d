//! The tokens of a text up to the first place where it is no XML any more.

use std::ops::Range;

use super::super::super::text::{self, BOM};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `<name>`
    Start,
    /// `<name />`
    Empty,
    /// `</name>`
    End,
    /// Words.
    Text,
    /// A comment.
    Comment,
    /// A CDATA section.
    Cdata,
    /// A processing instruction, or the declaration.
    Instruction,
}

/// A token with its place; white space is none.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
    /// The name of a tag.
    pub(super) name: Range<usize>,
    /// Whether a start tag has attributes.
    pub(super) attributes: bool,
    /// The blanks before it, if it is the first on its line; the first line counts.
    pub(super) indent: Option<Range<usize>>,
    /// The blanks at the start of its line.
    pub(super) line: Range<usize>,
}

/// The first damage in a text.
#[derive(Clone, Debug)]
pub(super) enum Damage {
    /// No tag can be read here.
    Tag(usize),
    /// A comment, CDATA section or instruction that does not end, or that says what it must not.
    Section(usize),
    /// The second of two attributes of one name; the ranges are both with their blanks, and
    /// whether they say the same.
    Twice(Range<usize>, Range<usize>, bool),
    /// A document type.
    DocumentType(usize),
}

/// What a text holds.
#[derive(Default)]
pub(super) struct Lexed {
    pub(super) tokens: Vec<Token>,
    /// Where an `&` starts no reference.
    pub(super) ampersands: Vec<usize>,
    /// The characters that no XML may hold.
    pub(super) controls: Vec<Range<usize>>,
    pub(super) damage: Option<Damage>,
    /// The blanks at the start of the line of the last token.
    line: Range<usize>,
}

/// A start or end tag: its kind, its end, its name and its attributes (name, value with quotes).
pub(super) struct Tag {
    pub(super) kind: Kind,
    pub(super) end: usize,
    pub(super) name: Range<usize>,
    pub(super) attributes: Vec<(Range<usize>, Range<usize>)>,
}

pub(super) fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':') || byte >= 0x80
}

pub(super) fn is_name(byte: u8) -> bool {
    is_name_start(byte) || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn name_at(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    is_name_start(*bytes.get(at)?).then_some(())?;
    let length = bytes[at..].iter().take_while(|byte| is_name(**byte)).count();
    Some(at..at + length)
}

fn spaces_at(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..].iter().take_while(|byte| is_space(**byte)).count()
}

/// The tag at `at`, if it is one without fault but for references.
pub(super) fn tag(text: &str, at: usize) -> Option<Tag> {
    let bytes = text.as_bytes();
    let is_end = bytes.get(at + 1) == Some(&b'/');
    let name = name_at(bytes, at + 1 + usize::from(is_end))?;
    let mut at = name.end;
    let mut attributes = Vec::new();
    loop {
        let next = spaces_at(bytes, at);
        match bytes.get(next..)? {
            [b'>', ..] => {
                let kind = if is_end { Kind::End } else { Kind::Start };
                return Some(Tag { kind, end: next + 1, name, attributes });
            }
            [b'/', b'>', ..] if !is_end => {
                return Some(Tag { kind: Kind::Empty, end: next + 2, name, attributes });
            }
            _ if is_end || next == at => return None,
            _ => {}
        }
        let key = name_at(bytes, next)?;
        let equals = spaces_at(bytes, key.end);
        (bytes.get(equals) == Some(&b'=')).then_some(())?;
        let open = spaces_at(bytes, equals + 1);
        let quote = *bytes.get(open).filter(|byte| matches!(byte, b'"' | b'\''))?;
        let length = bytes[open + 1..].iter().position(|byte| *byte == quote || *byte == b'<')?;
        (bytes[open + 1 + length] == quote).then_some(())?;
        at = open + length + 2;
        attributes.push((key, open..at));
    }
}

/// The sections that hold no elements, with how they start and end.
pub(super) const SECTIONS: [(&str, &str, Kind); 3] =
    [("<!--", "-->", Kind::Comment), ("<![CDATA[", "]]>", Kind::Cdata), ("<?", "?>", Kind::Instruction)];

/// The section at `at` and its end, if there is one without fault.
pub(super) fn section(text: &str, at: usize) -> Option<(Kind, usize)> {
    let rest = text.get(at..)?;
    let (open, close, kind) = SECTIONS.iter().find(|(open, ..)| rest.starts_with(open))?;
    let length = rest[open.len()..].find(close)?;
    let body = &rest[open.len()..open.len() + length];
    let sound = match kind {
        Kind::Comment => !body.contains("--") && !body.ends_with('-'),
        Kind::Instruction => body.as_bytes().first().is_some_and(|byte| is_name_start(*byte)),
        _ => true,
    };
    sound.then(|| (*kind, at + open.len() + length + close.len()))
}

/// Whether an `&` starts a reference.
pub(super) fn is_reference(rest: &str) -> bool {
    let end = rest.bytes().take(12).position(|byte| byte == b';');
    let Some(name) = end.and_then(|end| rest.get(1..end)) else { return false };
    let code = match name.strip_prefix('#') {
        Some(digits) => match digits.strip_prefix('x') {
            Some(hex) if hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                u32::from_str_radix(hex, 16).ok()
            }
            None if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok(),
            _ => None,
        },
        None => return matches!(name, "lt" | "gt" | "amp" | "quot" | "apos"),
    };
    code.and_then(char::from_u32).is_some_and(is_carried)
}

/// Whether XML 1.0 can carry a character.
pub(super) fn is_carried(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Reads `text` up to its first damage.
pub(super) fn lex(text: &str) -> Lexed {
    let mut lexed = Lexed::default();
    let mut at = if text.starts_with(BOM) { BOM.len() } else { 0 };
    while at < text.len() && lexed.damage.is_none() {
        at = match text[at..].find('<') {
            Some(0) => lexed.markup(text, at),
            length => lexed.words(text, at..length.map_or(text.len(), |length| at + length)),
        };
    }
    // U+FFFE and U+FFFF begin with 0xef.
    let is_doubtful = |byte: u8| byte == 0xef || (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r'));
    if text.bytes().any(is_doubtful) {
        let wrong = text.char_indices().filter(|(_, char)| !is_carried(*char));
        lexed.controls = wrong.map(|(start, char)| start..start + char.len_utf8()).collect();
    }
    lexed
}

impl Lexed {
    fn words(&mut self, text: &str, range: Range<usize>) -> usize {
        let words = &text[range.clone()];
        let start = range.start + words.len() - words.trim_start().len();
        let trimmed = words.trim();
        if !trimmed.is_empty() {
            self.references(text, start..start + trimmed.len());
            self.push(text, Kind::Text, start..start + trimmed.len(), 0..0, false);
        }
        range.end
    }

    fn markup(&mut self, text: &str, at: usize) -> usize {
        let rest = &text[at..];
        if SECTIONS.iter().any(|(open, ..)| rest.starts_with(open)) {
            let Some((kind, end)) = section(text, at) else {
                self.damage = Some(Damage::Section(at));
                return at;
            };
            self.push(text, kind, at..end, 0..0, false);
            return end;
        }
        if rest.len() >= 9 && rest.as_bytes()[..9].eq_ignore_ascii_case(b"<!DOCTYPE") {
            self.damage = Some(Damage::DocumentType(at));
            return at;
        }
        let Some(tag) = tag(text, at) else {
            self.damage = Some(Damage::Tag(at));
            return at;
        };
        for (key, value) in &tag.attributes {
            self.references(text, value.clone());
            let twin = |(other, _): &&(Range<usize>, Range<usize>)| {
                other.start < key.start && text[other.clone()] == text[key.clone()]
            };
            if let Some((other, first)) = tag.attributes.iter().find(twin) {
                let same = text[first.start + 1..first.end - 1] == text[value.start + 1..value.end - 1];
                let blanks = |key: &Range<usize>| {
                    key.start - (text[..key.start].len() - text[..key.start].trim_end().len())
                };
                self.damage = Some(Damage::Twice(blanks(other)..first.end, blanks(key)..value.end, same));
                return at;
            }
        }
        self.push(text, tag.kind, at..tag.end, tag.name, !tag.attributes.is_empty());
        tag.end
    }

    fn references(&mut self, text: &str, range: Range<usize>) {
        let bare = text[range.clone()].match_indices('&').map(|(at, _)| range.start + at);
        self.ampersands.extend(bare.filter(|at| !is_reference(&text[*at..])));
    }

    fn push(&mut self, text: &str, kind: Kind, range: Range<usize>, name: Range<usize>, attributes: bool) {
        let last = self.tokens.last().map_or(0, |last| last.range.start);
        if let Some(eol) = text[last..range.start].rfind(['\n', '\r']) {
            let start = last + eol + 1;
            self.line = start..text::skip_blanks(text, start);
        } else if self.tokens.is_empty() {
            let start = if text.starts_with(BOM) { BOM.len() } else { 0 };
            self.line = start..text::skip_blanks(text, start);
        }
        // Blanks, then this token: whatever else is on the line comes after it.
        let indent = (self.line.end == range.start).then(|| self.line.clone());
        self.tokens.push(Token { kind, range, name, attributes, indent, line: self.line.clone() });
    }
}
