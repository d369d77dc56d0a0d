//! Tokens inside of other text, found by how they begin, so that no text shows one.

use std::borrow::Cow;
use std::ops::Range;

/// What stands in place of a token.
const MASK: &str = "***";

/// How tokens begin, in lower case: `{"alg":` and `{"typ":` in base64url, the claims behind another
/// header, and `eyJhbGciOi` once more in base64, as in an `Authorization: Basic` header.
const STARTS: &[&str] = &["eyjhbgcioi", "eyj0exaioi", ".eyj", "zxlkagjhy2lpa"];

/// The text with `***` for everything in it that begins as a token, however it is cut, wrapped or
/// followed by something else, also where it was changed to lower case.
pub fn hide_tokens(text: &str) -> Cow<'_, str> {
    let ranges = token_ranges(text);
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for range in ranges {
        shown.push_str(&text[at..range.start]);
        shown.push_str(MASK);
        at = range.end;
    }
    shown.push_str(&text[at..]);
    Cow::Owned(shown)
}

/// The byte ranges that [`hide_tokens`] replaces, in order.
pub fn token_ranges(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut ranges = Vec::new();
    let mut from = 0;
    // Every start has a `j`, which few words of a large file have.
    while let Some(at) = memchr::memchr2(b'j', b'J', &bytes[from..]).map(|at| from + at) {
        let before = bytes[from..at].iter().rev().take_while(|byte| is_part(**byte)).count();
        let behind = bytes[at..].iter().take_while(|byte| is_part(**byte)).count();
        let word = at - before..at + behind;
        if let Some(start) = start(&bytes[word.clone()]) {
            ranges.push(word.start + start..word.end);
        }
        from = word.end;
    }
    ranges
}

/// Whether a word of base64url and dots goes on with this byte.
fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+' | b'=')
}

/// Where in a word of base64url and dots a token begins.
fn start(word: &[u8]) -> Option<usize> {
    if word.len() < 16 {
        return None;
    }
    let lower = String::from_utf8(word.to_ascii_lowercase()).ok()?;
    let first = STARTS.iter().filter_map(|start| lower.find(start)).min()?;
    // Behind a header of another kind stand the claims; the header goes too.
    if lower[first..].starts_with('.') {
        Some(lower.find("eyj").unwrap_or(first).min(first))
    } else {
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_hidden_in_any_company() {
        let token = "eyJhbGciOiJIUzUxMiJ9.eyJ1dWlkIjoieCJ9.AAAA-_AAAA";
        let cases = [
            (format!("no: Bearer {token}"), "no: Bearer ***"),
            (format!("x{token}.more, and"), "x***, and"),
            (format!("https://{}/a", token.to_lowercase()), "https://***/a"),
            (format!("{{\"{token}\":[\"{}\"]}}", &token[..30]), "{\"***\":[\"***\"]}"),
            ("a eyJraWQiOiJ4In0.eyJ1dWlkIjoieCJ9.AAAA é".to_owned(), "a *** é"),
            ("Basic ZXlKaGJHY2lPaUpJVXpVeE1pSjkuZXlK=".to_owned(), "Basic ***"),
        ];
        for (text, shown) in cases {
            assert_eq!(hide_tokens(&text), shown);
        }
        assert!(STARTS.iter().all(|start| start.contains('j')));
        for plain in ["", "keyJumpToTheNextThingOfThisKind", "eyJ", "é…", "settings.keys"] {
            assert_eq!(hide_tokens(plain), plain);
        }
    }

    #[test]
    fn a_long_word_takes_no_longer_than_its_length() {
        let long = "eyJ.".repeat(250_000);
        let begun = std::time::Instant::now();
        assert_eq!(hide_tokens(&long), MASK);
        assert!(begun.elapsed() < std::time::Duration::from_secs(5), "{:?}", begun.elapsed());
    }
}
