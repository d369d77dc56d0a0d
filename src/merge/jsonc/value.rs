//! What the scanned text means: keys and values, decoded as VS Code decodes them.

use std::borrow::Cow;

use serde_json::{Map, Number, Value};

use super::scan::hex;
use super::tree::{Kind, Tree};

impl Tree {
    /// The text of a key or string, escapes decoded. A lone surrogate becomes U+FFFD.
    pub fn string<'t>(&self, text: &'t str, node: usize) -> Cow<'t, str> {
        let raw = &text[self.range(node)];
        let inner = raw.strip_prefix('"').unwrap_or(raw);
        unescape(inner.strip_suffix('"').unwrap_or(inner))
    }

    /// The value of a node. Of keys that stand twice, the last one counts. A number that fits no
    /// number type is given as its text.
    pub fn value(&self, text: &str, node: usize) -> Value {
        match self.nodes[node].kind {
            Kind::Object => Value::Object(self.members(text, node)),
            Kind::Array => {
                Value::Array(self.elements(node).map(|element| self.value(text, element)).collect())
            }
            Kind::Key | Kind::String => Value::String(self.string(text, node).into_owned()),
            Kind::Number => number(&text[self.range(node)]),
            Kind::Bool => Value::Bool(&text[self.range(node)] == "true"),
            Kind::Null | Kind::Bad => Value::Null,
        }
    }

    fn members(&self, text: &str, object: usize) -> Map<String, Value> {
        self.properties(object)
            .map(|(key, value)| (self.string(text, key).into_owned(), self.value(text, value)))
            .collect()
    }
}

fn number(raw: &str) -> Value {
    raw.parse::<Number>().map_or_else(|_| Value::String(raw.to_owned()), Value::Number)
}

fn unescape(inner: &str) -> Cow<'_, str> {
    let Some(first) = inner.find('\\') else { return Cow::Borrowed(inner) };
    let bytes = inner.as_bytes();
    let mut out = String::with_capacity(inner.len());
    out.push_str(&inner[..first]);
    let mut at = first;
    while let Some(rest) = inner.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(escape) = rest.strip_prefix('\\') else {
            let end = rest.find('\\').unwrap_or(rest.len());
            out.push_str(&rest[..end]);
            at += end;
            continue;
        };
        let (char, length) = match escape.chars().next() {
            Some('b') => ('\u{8}', 2),
            Some('f') => ('\u{c}', 2),
            Some('n') => ('\n', 2),
            Some('r') => ('\r', 2),
            Some('t') => ('\t', 2),
            Some('u') => unit(bytes, at),
            Some(char) => (char, 1 + char.len_utf8()),
            None => ('\\', 1),
        };
        out.push(char);
        at += length;
    }
    Cow::Owned(out)
}

/// The character of the `\u` escape at `at`, and the bytes that it takes.
fn unit(bytes: &[u8], at: usize) -> (char, usize) {
    match (hex(bytes, at), hex(bytes, at + 6)) {
        (Some(high @ 0xd800..0xdc00), Some(low @ 0xdc00..0xe000)) => {
            let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
            (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12)
        }
        (Some(code), _) => (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 6),
        (None, _) => ('u', 2),
    }
}

/// Whether two values are one to a reader: numbers by what they amount to, objects without order.
pub fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| same(value, other)))
        }
        _ => left == right,
    }
}
