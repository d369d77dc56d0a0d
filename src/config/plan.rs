//! Where in `config.toml` a value is written, and how.

use std::ops::Range;

use serde_json::Value;
use toml_edit::{InlineTable, Item, Table, TableLike};

use super::document::json;
use crate::error::{Error, Kind, Result};

/// Where a value stands: a table of the file, or of the `row`th `[[target]]`.
pub(super) struct Spot<'a> {
    pub(super) row: Option<usize>,
    pub(super) table: &'a [&'a str],
}

impl Spot<'_> {
    /// What the file says now, if it is a plain value.
    pub(super) fn value(&self, document: &toml_edit::Document<&str>, key: &str) -> Option<Value> {
        let mut at: &dyn TableLike = self.start(document).ok()?;
        for name in self.table {
            at = at.get(name)?.as_table_like()?;
        }
        json(at.get(key)?)
    }

    /// The table where the path begins.
    pub(super) fn start<'d>(&self, document: &'d toml_edit::Document<&str>) -> Result<&'d Table> {
        let Some(row) = self.row else { return Ok(document.as_table()) };
        let rows = document.get("target").and_then(Item::as_array_of_tables);
        rows.and_then(|rows| rows.get(row)).ok_or_else(|| fixed("target"))
    }
}

/// What to do to the text.
pub(super) enum Change {
    /// Put this in the place of these bytes.
    Splice(Range<usize>, String),
    /// Add a line after the one of this byte.
    After(usize, String),
    /// Add a line before everything else.
    Top(String),
    /// Add lines at the end.
    Section(Vec<String>),
}

/// How to write a value.
pub(super) fn plan(
    document: &toml_edit::Document<&str>,
    spot: &Spot<'_>,
    key: &str,
    value: &toml_edit::Value,
) -> Result<Change> {
    let section = || Change::Section(vec![format!("[{}]", names(spot.table)), format!("{key} = {value}")]);
    let mut at = spot.start(document)?;
    // How many names of the path the nearest header has; the rest is written with dots.
    let mut header = 0;
    for (depth, name) in spot.table.iter().enumerate() {
        let Some(item) = at.get(name) else { return Ok(section()) };
        if item.is_inline_table() {
            let span = item.span().ok_or_else(|| fixed(name))?;
            let mut table = own(document.raw(), span.clone()).ok_or_else(|| fixed(name))?;
            set_inline(&mut table, &spot.table[depth + 1..], key, value);
            return Ok(Change::Splice(span, table.to_string()));
        }
        at = item.as_table().ok_or_else(|| fixed(name))?;
        if !at.is_dotted() && !at.is_implicit() {
            header = depth + 1;
        }
    }
    if let Some(span) = at.get(key).and_then(Item::span) {
        return Ok(Change::Splice(span, value.to_string()));
    }
    let heading = if header == spot.table.len() { at.span().map(|span| span.start) } else { None };
    let heading = heading.filter(|_| spot.row.is_some() || header > 0);
    match own_end(at).or(heading) {
        Some(end) => Ok(Change::After(end, format!("{}{key} = {value}", dotted(&spot.table[header..])))),
        None if spot.table.is_empty() => Ok(Change::Top(format!("{key} = {value}"))),
        None => Ok(section()),
    }
}

/// A value by itself, its spaces and comments with it: those of a parsed document are only
/// references into its text.
pub(super) fn own(text: &str, span: Range<usize>) -> Option<toml_edit::Value> {
    text.get(span)?.parse().ok()
}

fn set_inline(table: &mut toml_edit::Value, path: &[&str], key: &str, value: &toml_edit::Value) {
    let Some(table) = table.as_inline_table_mut() else { return };
    if let Some((name, rest)) = path.split_first() {
        return set_inline(table.entry(*name).or_insert_with(|| InlineTable::new().into()), rest, key, value);
    }
    let mut value = value.clone();
    if let Some(old) = table.get(key) {
        *value.decor_mut() = old.decor().clone();
    } else if let Some((_, last)) = table.iter_mut().last() {
        // The space before the brace stays there.
        let space =
            last.decor().suffix().and_then(toml_edit::RawString::as_str).unwrap_or_default().to_owned();
        last.decor_mut().set_suffix("");
        *value.decor_mut() = toml_edit::Decor::new(" ", space);
    }
    table.insert(key, value);
}

/// Takes a value out of a table written on one line.
pub(super) fn unset_inline(table: &mut toml_edit::Value, path: &[&str], key: &str) {
    let Some(table) = table.as_inline_table_mut() else { return };
    match path.split_first() {
        None => {
            table.remove(key);
        }
        Some((name, rest)) => {
            if let Some(inner) = table.get_mut(name) {
                unset_inline(inner, rest, key);
            }
        }
    }
}

/// Where the last value written under a table's own header ends.
fn own_end(table: &dyn TableLike) -> Option<usize> {
    let ends = table.iter().filter_map(|(_, item)| match item {
        Item::Value(value) => value.span().map(|span| span.end),
        Item::Table(inner) if inner.is_dotted() => own_end(inner),
        _ => None,
    });
    ends.max()
}

/// Where the last value of a table ends, its inner tables included.
pub(super) fn last_end(table: &dyn TableLike) -> Option<usize> {
    let ends = table.iter().filter_map(|(_, item)| match item.as_table() {
        Some(inner) => last_end(inner),
        None => item.span().map(|span| span.end),
    });
    ends.max()
}

fn dotted(table: &[&str]) -> String {
    if table.is_empty() { String::new() } else { format!("{}.", names(table)) }
}

fn names(table: &[&str]) -> String {
    table.iter().map(|name| toml_edit::Key::new(*name).to_string()).collect::<Vec<_>>().join(".")
}

/// A value as TOML has it.
pub(super) fn toml(value: &Value) -> Result<toml_edit::Value> {
    match value {
        Value::String(text) => Ok(toml_edit::Value::from(text.as_str())),
        Value::Bool(flag) => Ok(toml_edit::Value::from(*flag)),
        other => other.as_i64().map(toml_edit::Value::from).ok_or_else(|| fixed("the value")),
    }
}

/// The refusal to change what is written in an unusual way.
pub(super) fn fixed(what: &str) -> Error {
    Error::new(Kind::Config, format!("{what} is written in a way that cannot be changed here"))
        .hint("change it by hand")
}
