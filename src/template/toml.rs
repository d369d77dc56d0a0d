//! The keys and the strings of a fragment in TOML.

use std::ops::Range;

use toml_edit::{Document, InlineTable, Item, TableLike, Value};

use super::fragment::{Identity, Leaf, below, wrong};
use crate::error::Result;
use crate::merge::{self, Format, Path, Step};
use crate::order;

/// The keys of a fragment, in the order of its text.
///
/// # Errors
/// `Config` with the place in `text`, when it is not valid.
pub(super) fn leaves(text: &str, identity: &Identity, found: &mut Vec<Leaf>) -> Result<()> {
    let document = parse(text)?;
    let walk = Walk { text, identity };
    walk.table(document.as_table(), &Path(Vec::new()), found)?;
    order::sort_by_key(found, |leaf| leaf.range.start);
    Ok(())
}

/// The bytes of every string, in which placeholders may stand.
///
/// # Errors
/// `Config` with the place in `text`, when it is not valid, or has a placeholder where none can
/// stand.
pub(super) fn strings(text: &str) -> Result<Vec<Range<usize>>> {
    let document = parse(text)?;
    let mut found = Vec::new();
    table_strings(document.as_table(), &mut found);
    let literal = |range: &&Range<usize>| {
        text[range.start..].starts_with('\'') && text[range.start..range.end].contains("{{")
    };
    match found.iter().find(literal) {
        Some(range) => {
            Err(wrong(text, range.start, "a placeholder stands in a string with double quotes".to_owned()))
        }
        None => Ok(found),
    }
}

fn parse(text: &str) -> Result<Document<&str>> {
    Document::parse(text)
        .map_err(|error| wrong(text, error.span().map_or(0, |span| span.start), error.message().to_owned()))
}

fn table_strings(table: &dyn TableLike, found: &mut Vec<Range<usize>>) {
    for (_, item) in table.iter() {
        match item {
            Item::Value(value) => value_strings(value, found),
            Item::ArrayOfTables(tables) => tables.iter().for_each(|table| table_strings(table, found)),
            Item::Table(table) => table_strings(table, found),
            Item::None => {}
        }
    }
}

fn value_strings(value: &Value, found: &mut Vec<Range<usize>>) {
    match value {
        Value::String(_) => found.extend(value.span()),
        Value::Array(array) => array.iter().for_each(|element| value_strings(element, found)),
        Value::InlineTable(table) => table_strings(table, found),
        _ => {}
    }
}

struct Walk<'a> {
    text: &'a str,
    identity: &'a Identity,
}

impl Walk<'_> {
    fn table(&self, table: &dyn TableLike, at: &Path, found: &mut Vec<Leaf>) -> Result<()> {
        for (name, item) in table.iter() {
            let path = below(at, Step::Key(name.to_owned()));
            let field = self.identity.get(&path.to_string());
            match (item, field) {
                (Item::ArrayOfTables(tables), Some(field)) => {
                    tables
                        .iter()
                        .try_for_each(|table| self.element(table, table.span(), field, &path, found))?;
                }
                (Item::ArrayOfTables(tables), None) => {
                    let at = tables.span().map_or(0, |span| span.start);
                    return Err(wrong(
                        self.text,
                        at,
                        format!("{path} needs a field that tells its tables apart"),
                    ));
                }
                (Item::Value(Value::Array(array)), Some(field)) => {
                    let element = |value: &Value| {
                        let empty = InlineTable::new();
                        self.element(
                            value.as_inline_table().unwrap_or(&empty),
                            value.span(),
                            field,
                            &path,
                            found,
                        )
                    };
                    array.iter().try_for_each(element)?;
                }
                (Item::Value(Value::InlineTable(inner)), _) if !inner.is_empty() => {
                    self.table(inner, &path, found)?;
                }
                (Item::Table(inner), _) => self.table(inner, &path, found)?,
                (Item::Value(value), _) => self.leaf(value, path, found)?,
                (Item::None, _) => {}
            }
        }
        Ok(())
    }

    /// One table of an array whose tables are told apart by `field`.
    fn element(
        &self,
        table: &dyn TableLike,
        span: Option<Range<usize>>,
        field: &str,
        array: &Path,
        found: &mut Vec<Leaf>,
    ) -> Result<()> {
        let Some(value) = table.get(field).and_then(Item::as_str) else {
            let message = format!("an element of {array} has no string named {field}");
            return Err(wrong(self.text, span.map_or(0, |span| span.start), message));
        };
        self.table(
            table,
            &below(array, Step::Element { field: field.to_owned(), value: value.to_owned() }),
            found,
        )
    }

    fn leaf(&self, value: &Value, path: Path, found: &mut Vec<Leaf>) -> Result<()> {
        let range = value.span().unwrap_or_default();
        let unread = || wrong(self.text, range.start, format!("{path} cannot be read"));
        let value = merge::get(self.text, Format::Toml, &path)?.ok_or_else(unread)?;
        found.push(Leaf { path, value, range });
        Ok(())
    }
}
