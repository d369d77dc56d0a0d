//! How TOML is written, so that what is written into a file looks like the rest of it.

use serde_json::Value;

use super::super::Step;
use crate::error::{Error, Kind, Result};

/// Something to be written that is not there yet.
pub(super) struct Fresh {
    pub(super) step: Step,
    pub(super) body: Body,
}

/// What a fresh key or element holds.
pub(super) enum Body {
    /// A value as it is written.
    Value(String),
    /// A table made for what is in it.
    Table(Vec<Fresh>),
    /// An array of tables or strings made for what is in it.
    Array(Vec<Fresh>),
}

/// What stands between a key and its value, where a file has none to follow.
pub(super) const EQUALS: &str = " = ";

/// A fresh item of an array or of an inline table, on one line.
pub(super) fn item(fresh: &Fresh) -> String {
    match &fresh.step {
        Step::Key(name) => format!("{}{EQUALS}{}", key(name), body(&fresh.body)),
        Step::Element { .. } | Step::Member { .. } => body(&fresh.body),
    }
}

pub(super) fn body(body: &Body) -> String {
    match body {
        Body::Value(raw) => raw.clone(),
        Body::Table(members) => braces(&members.iter().map(item).collect::<Vec<_>>()),
        Body::Array(elements) => format!("[{}]", elements.iter().map(item).collect::<Vec<_>>().join(", ")),
    }
}

fn braces(members: &[String]) -> String {
    if members.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", members.join(", ")) }
}

/// A key, in quotes where it needs them.
pub(super) fn key(name: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !name.is_empty() && name.bytes().all(bare) { name.to_owned() } else { string(name) }
}

/// A string on one line. Every escape of JSON is one of TOML.
fn string(text: &str) -> String {
    Value::from(text).to_string().replace('\u{7f}', "\\u007F")
}

/// A value on one line.
///
/// # Errors
/// `Usage` for what TOML cannot hold.
pub(super) fn value(value: &Value) -> Result<String> {
    let cannot = |what: &str| Error::new(Kind::Usage, format!("TOML cannot hold {what}"));
    Ok(match value {
        Value::Null => return Err(cannot("null")),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) if number.is_u64() && !number.is_i64() => {
            return Err(cannot(&format!("an integer as large as {number}")));
        }
        Value::Number(number) => number.to_string(),
        Value::String(text) => string(text),
        Value::Array(elements) => {
            let elements = elements.iter().map(self::value).collect::<Result<Vec<_>>>()?;
            format!("[{}]", elements.join(", "))
        }
        Value::Object(members) => {
            let member = |(name, inner): (&String, &Value)| {
                Ok(format!("{}{EQUALS}{}", key(name), self::value(inner)?))
            };
            braces(&members.iter().map(member).collect::<Result<Vec<_>>>()?)
        }
    })
}

/// A value to be put in the place of another, in that one's layout: a literal string stays one,
/// and an array on several lines stays on several.
///
/// # Errors
/// As [`value`].
pub(super) fn value_like(new: &Value, old: &str) -> Result<String> {
    let literal = |text: &str| !text.contains(|char: char| char == '\'' || char.is_control());
    match new {
        Value::String(text) if old.starts_with('\'') && !old.starts_with("'''") && literal(text) => {
            Ok(format!("'{text}'"))
        }
        Value::Array(elements) if old.starts_with('[') && !elements.is_empty() => {
            let Some(start) = old.find(['\n', '\r']) else { return value(new) };
            let eol = if old[start..].starts_with("\r\n") { "\r\n" } else { "\n" };
            let blanks = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
            let line = &old[start + eol.len()..];
            let indent = &line[..blanks(line)];
            let last = &old[old.rfind('\n').map_or(0, |at| at + 1)..];
            let (close, trailing) = (&last[..blanks(last)], old[..old.len() - 1].trim_end().ends_with(','));
            let elements = elements.iter().map(value).collect::<Result<Vec<_>>>()?;
            let comma = if trailing { "," } else { "" };
            Ok(format!("[{eol}{indent}{}{comma}{eol}{close}]", elements.join(&format!(",{eol}{indent}"))))
        }
        _ => value(new),
    }
}
