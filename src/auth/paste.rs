//! What people paste, undone: encodings of shells, quotes, prefixes, whole lines of a settings file.

use crate::error::{Error, Kind, Result};

/// Longest paste that is looked at, in bytes; a token is 207 or 226 characters long.
const LIMIT: usize = 64 * 1024;

/// Quotes, brackets and commas that come along when text is copied from a page, a file or a shell.
const WRAPPINGS: &[char] =
    &['"', '\'', '`', '\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}', '<', '>', ',', ';'];

/// The text of a paste: UTF-8 or, as PowerShell's pipes give it, UTF-16 with or without a byte
/// order mark.
///
/// # Errors
/// [`Kind::TokenMalformed`] for bytes that are no text, and for far too much of it.
pub(super) fn text(pasted: &[u8]) -> Result<String> {
    if pasted.len() > LIMIT {
        return Err(Error::new(Kind::TokenMalformed, "what was given is far too long for a token")
            .hint("give the token alone; it is about 220 characters long"));
    }
    let decoded = match pasted {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        [first, 0, ..] if *first != 0 => utf16(pasted, u16::from_le_bytes),
        [0, second, ..] if *second != 0 => utf16(pasted, u16::from_be_bytes),
        _ => String::from_utf8(pasted.to_vec()).ok(),
    };
    decoded.ok_or_else(|| {
        Error::new(Kind::TokenMalformed, "what was given is not text")
            .hint("copy the token again from the page that shows it")
    })
}

/// A lone byte at the end is half of a line end that a pipe cut off.
fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    String::from_utf16(&units).ok()
}

/// The token inside of a pasted text. A token holds no space, quote, `=` or `:`, so whatever stands
/// before one of these is a name (`ELITEA_TOKEN=`, `"eliteacode.authToken":`, `Authorization:`).
pub(super) fn unwrapped(text: &str) -> &str {
    let mut rest = trimmed(text);
    loop {
        let next = peeled(rest);
        if next.len() == rest.len() {
            return rest;
        }
        rest = next;
    }
}

fn peeled(text: &str) -> &str {
    if let Some(rest) = after_word(text, "bearer").or_else(|| after_word(text, "export")) {
        return rest;
    }
    match text.split_once([':', '=']) {
        Some((name, value)) if is_name(name) && !value.starts_with("//") => trimmed(value),
        _ => text,
    }
}

fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let head = text.get(..word.len())?;
    let rest = &text[word.len()..];
    (head.eq_ignore_ascii_case(word) && rest.starts_with(char::is_whitespace)).then(|| trimmed(rest))
}

fn is_name(name: &str) -> bool {
    let allowed =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\'' | '$' | ' ');
    name.len() <= 64 && name.chars().all(allowed)
}

/// Without white space, quotes, and the invisible characters that web pages and chats add.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace()
            || c.is_control()
            || WRAPPINGS.contains(&c)
            || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
    })
}
