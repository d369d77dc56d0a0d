//! Placeholders: `{{name}}` is text, `{{name|number}}` and `{{name|bool}}` are values.

use std::ops::Range;

use serde_json::Value;

use super::{Selection, nearest};
use crate::error::{Error, Kind, Place, Result};
use crate::merge::Format;

/// What placeholders take their values from.
pub(super) struct Context<'a> {
    pub(super) selection: &'a Selection,
    pub(super) token: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Type {
    Text,
    Number,
    Bool,
}

struct Row {
    name: &'static str,
    of: Type,
    value: fn(&Context<'_>) -> Value,
}

const TOKEN: &str = "token";

static TABLE: &[Row] = &[
    Row { name: "server.url", of: Type::Text, value: |c| c.selection.server.as_str().into() },
    Row { name: "project.id", of: Type::Number, value: |c| c.selection.project.into() },
    Row { name: "model.name", of: Type::Text, value: |c| c.selection.model.as_str().into() },
    Row { name: "model.project", of: Type::Number, value: |c| c.selection.model_project.into() },
    Row { name: "integration.uid", of: Type::Text, value: |c| c.selection.integration_uid().into() },
    Row { name: "verify_ssl", of: Type::Bool, value: |c| c.selection.verify_ssl.into() },
    Row { name: TOKEN, of: Type::Text, value: |c| c.token.into() },
];

static FILTERS: &[(&str, Type)] = &[("number", Type::Number), ("bool", Type::Bool)];

/// One placeholder in a fragment: these bytes are replaced by its value.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) range: Range<usize>,
    row: usize,
    of: Type,
}

impl Slot {
    pub(super) fn is_token(&self) -> bool {
        TABLE[self.row].name == TOKEN
    }

    /// The value, written for the format.
    ///
    /// # Errors
    /// `Config` when the format cannot hold it.
    pub(super) fn write(&self, format: Format, context: &Context<'_>) -> Result<String> {
        let row = &TABLE[self.row];
        let value = (row.value)(context);
        if self.of != Type::Text {
            return Ok(value.to_string());
        }
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match format {
            // Every escape of JSON is one of TOML.
            Format::Settings | Format::Jsonc | Format::Toml => Ok(json_inner(text)),
            Format::Xml => xml_attribute(&text).ok_or_else(|| {
                Error::new(Kind::Config, format!("{} holds a character that XML cannot hold", row.name))
                    .hint("choose another model or server address")
            }),
        }
    }
}

/// The placeholders within `range` of a fragment, which is one value as it is written, quotes
/// included.
///
/// # Errors
/// `Config` with the place of the placeholder.
pub(super) fn slots(text: &str, range: &Range<usize>, format: Format) -> Result<Vec<Slot>> {
    let mut found = Vec::new();
    let mut at = range.start;
    while let Some(start) = text[at..range.end].find("{{").map(|offset| at + offset) {
        let wrong = |message: String| Error::new(Kind::Config, message).at(Place::of(text, start));
        let Some(end) = text[start..range.end].find("}}").map(|offset| start + offset + 2) else {
            return Err(wrong("a placeholder is not closed with }}".to_owned()));
        };
        let inner = &text[start + 2..end - 2];
        let (name, filter) =
            inner.split_once('|').map_or((inner, None), |(name, filter)| (name, Some(filter)));
        let (name, filter) = (name.trim(), filter.map(str::trim));
        let Some(row) = TABLE.iter().position(|row| row.name == name) else {
            return Err(wrong(format!("unknown placeholder {name:?}")).hint(known(name)));
        };
        let mut slot = Slot { range: start..end, row, of: Type::Text };
        if let Some(filter) = filter {
            let Some((_, of)) = FILTERS.iter().find(|(name, _)| *name == filter) else {
                return Err(
                    wrong(format!("unknown filter {filter:?}")).hint("the filters are number and bool")
                );
            };
            if TABLE[row].of != *of {
                return Err(wrong(format!("{name} is not a {filter}")));
            }
            slot.of = *of;
            // In JSON a number or boolean takes the place of the whole string; in XML every
            // value is a string.
            if format != Format::Xml {
                if start != range.start + 1 || end + 1 != range.end {
                    return Err(wrong(format!("{name}|{filter} must be the whole value")));
                }
                slot.range = range.clone();
            }
        }
        found.push(slot);
        at = end;
    }
    Ok(found)
}

fn known(name: &str) -> String {
    match nearest(name, TABLE.iter().map(|row| row.name)) {
        Some(near) => format!("did you mean {near}?"),
        None => format!(
            "the placeholders are {}",
            TABLE.iter().map(|row| row.name).collect::<Vec<_>>().join(", ")
        ),
    }
}

/// A JSON string without its quotes, escaped as ECMAScript's `JSON.stringify` does.
fn json_inner(text: String) -> String {
    let quoted = Value::String(text).to_string();
    quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned()
}

/// An attribute's value as the IDE itself escapes it (`JDOMUtil.escapeText`): a quote, `&`, `<`
/// and `>` by name, line ends and tabs by number. `None` for a character outside XML 1.0's `Char`.
fn xml_attribute(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            '\0'..' ' | '\u{FFFE}' | '\u{FFFF}' => return None,
            _ => out.push(c),
        }
    }
    Some(out)
}
