//! Attribute values: what they mean, and how the IDE writes them.

use std::borrow::Cow;

/// The value of an attribute from what stands between its quotes: entities and character
/// references resolved, raw line ends and tabs read as spaces (XML 1.0, section 3.3.3).
pub fn decode(raw: &str) -> Cow<'_, str> {
    if !raw.bytes().any(|byte| matches!(byte, b'&' | b'\n' | b'\r' | b'\t')) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(char) = rest.chars().next() {
        let (decoded, length) = match char {
            '&' => reference(rest).unwrap_or(('&', 1)),
            '\r' if rest.starts_with("\r\n") => (' ', 2),
            '\n' | '\r' | '\t' => (' ', 1),
            _ => (char, char.len_utf8()),
        };
        out.push(decoded);
        rest = &rest[length..];
    }
    Cow::Owned(out)
}

/// The entities of XML itself; there are no others without a document type.
const ENTITIES: [(&str, char); 5] =
    [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&apos;", '\'')];

fn reference(text: &str) -> Option<(char, usize)> {
    if let Some((entity, char)) = ENTITIES.iter().find(|(entity, _)| text.starts_with(entity)) {
        return Some((*char, entity.len()));
    }
    let end = text.find(';')?;
    let digits = text.get(2..end).filter(|_| text.starts_with("&#"))?;
    let code = match digits.strip_prefix('x') {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    Some((char::from_u32(code)?, end + 1))
}

/// A value as the `JDOMUtil.escapeText` of the IDEs writes it, for an attribute in `quote`s.
pub fn encode(value: &str, quote: char) -> String {
    let mut out = String::with_capacity(value.len());
    for char in value.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' if quote == '\'' => out.push_str("&apos;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            _ => out.push(char),
        }
    }
    out
}

/// Raw bytes of an attribute that stood in other quotes, made to fit into `quote`s.
pub(super) fn requote(raw: &str, quote: char) -> String {
    let entity = if quote == '"' { "&quot;" } else { "&apos;" };
    raw.replace(quote, entity)
}

/// Whether XML 1.0 can carry every character of a value.
pub(super) fn can_carry(value: &str) -> bool {
    value.chars().all(|char| {
        matches!(char, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
    })
}
