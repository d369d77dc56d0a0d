//! A TOML text as a tree of values and of the tables around them, each with its place.
//! `toml_edit` reads the text; what it leaves out is looked up in it.

use std::ops::Range;

use serde_json::{Map, Number, Value, json};
use toml_edit::{ArrayOfTables, Document, InlineTable, Item as TomlItem, Table, Value as TomlValue};

use super::super::list::Item;
use super::super::text::{BOM, line_start, skip_blanks};
use crate::order;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A value that holds no others.
    Scalar,
    /// An array in brackets.
    Array,
    /// A table in braces.
    Inline,
    /// A table with a header of its own, an element of an array of tables, or the whole text.
    Section,
    /// A table that is made of dotted keys.
    Dotted,
    /// A table that is there because tables in it have headers.
    Implicit,
    /// An array of tables, each with its header.
    Tables,
}

/// A value or a table.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// The bytes of a value, of a section's header, or of one key of a dotted table.
    pub(super) range: Range<usize>,
    /// Where the last part of its key ends, for a value with a key.
    pub(super) key_end: usize,
    pub(super) parent: usize,
    /// Its key; empty for an element.
    pub(super) name: String,
    pub(super) children: Vec<usize>,
}

/// A scanned text. The first node is the root.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    pub(super) comments: Vec<Range<usize>>,
    /// Where each header starts, in order.
    pub(super) headers: Vec<usize>,
}

impl Tree {
    pub(super) fn of(document: &Document<&str>) -> Self {
        let text = document.raw();
        let start = if text.starts_with(BOM) { BOM.len() } else { 0 };
        let mut tree = Self { comments: comments(text), ..Self::default() };
        let root = tree.add(Kind::Section, Some(start..start), 0, 0, "");
        tree.table(document.as_table(), root);
        tree.headers.sort_unstable();
        tree
    }

    fn add(
        &mut self,
        kind: Kind,
        range: Option<Range<usize>>,
        key_end: usize,
        parent: usize,
        name: &str,
    ) -> usize {
        let node = self.nodes.len();
        let range = range.unwrap_or_default();
        let name = name.to_owned();
        self.nodes.push(Node { kind, range, key_end, parent, name, children: Vec::new() });
        if node > 0 {
            self.nodes[parent].children.push(node);
        }
        node
    }

    fn table(&mut self, table: &Table, at: usize) {
        for (name, item) in table {
            let key = table.get_key_value(name).and_then(|(key, _)| key.span());
            self.item(item, key, at, name);
        }
    }

    fn item(&mut self, item: &TomlItem, key: Option<Range<usize>>, parent: usize, name: &str) {
        match item {
            TomlItem::None => {}
            TomlItem::Value(value) => self.value(value, key.map_or(0, |key| key.end), parent, name),
            TomlItem::Table(table) => {
                let kind = match (table.is_dotted(), table.is_implicit()) {
                    (true, _) => Kind::Dotted,
                    (false, true) => Kind::Implicit,
                    (false, false) => Kind::Section,
                };
                if kind == Kind::Section {
                    self.headers.extend(table.span().map(|span| span.start));
                }
                let node = self.add(kind, table.span(), 0, parent, name);
                self.table(table, node);
            }
            TomlItem::ArrayOfTables(tables) => self.tables(tables, parent, name),
        }
    }

    fn tables(&mut self, tables: &ArrayOfTables, parent: usize, name: &str) {
        let node = self.add(Kind::Tables, tables.span(), 0, parent, name);
        for table in tables {
            self.headers.extend(table.span().map(|span| span.start));
            let element = self.add(Kind::Section, table.span(), 0, node, "");
            self.table(table, element);
        }
    }

    fn value(&mut self, value: &TomlValue, key_end: usize, parent: usize, name: &str) {
        match value {
            TomlValue::Array(array) => {
                let node = self.add(Kind::Array, array.span(), key_end, parent, name);
                array.iter().for_each(|element| self.value(element, 0, node, ""));
            }
            TomlValue::InlineTable(table) => {
                let kind = if table.is_dotted() { Kind::Dotted } else { Kind::Inline };
                let node = self.add(kind, table.span(), key_end, parent, name);
                self.inline(table, node);
            }
            scalar => {
                self.add(Kind::Scalar, scalar.span(), key_end, parent, name);
            }
        }
    }

    fn inline(&mut self, table: &InlineTable, at: usize) {
        for (name, value) in table {
            let key = table.get_key_value(name).and_then(|(key, _)| key.span());
            self.value(value, key.map_or(0, |key| key.end), at, name);
        }
    }

    /// The table or array whose brackets or lines hold a node: dotted tables have none.
    pub(super) fn holder(&self, node: usize) -> usize {
        let mut at = self.nodes[node].parent;
        while self.nodes[at].kind == Kind::Dotted {
            at = self.nodes[at].parent;
        }
        at
    }

    /// The values in a table, those of its dotted tables included, in the order of the text.
    pub(super) fn leaves(&self, table: usize) -> Vec<usize> {
        let mut found = Vec::new();
        self.gather(table, &mut found);
        order::sort_by_key(&mut found, |node| self.nodes[*node].range.start);
        found
    }

    fn gather(&self, table: usize, found: &mut Vec<usize>) {
        for child in &self.nodes[table].children {
            match self.nodes[*child].kind {
                Kind::Scalar | Kind::Array | Kind::Inline => found.push(*child),
                Kind::Dotted => self.gather(*child, found),
                Kind::Section | Kind::Implicit | Kind::Tables => {}
            }
        }
    }

    /// Where the last byte of a table, with all tables in it, ends.
    pub(super) fn end(&self, node: usize) -> usize {
        let own = &self.nodes[node];
        let own_end = match own.kind {
            Kind::Dotted | Kind::Implicit | Kind::Tables => 0,
            _ => own.range.end,
        };
        own.children.iter().map(|child| self.end(*child)).max().map_or(own_end, |end| end.max(own_end))
    }

    /// The items in the brackets of an array or an inline table.
    pub(super) fn items(&self, text: &str, container: usize) -> Vec<Item> {
        let keyed = self.nodes[container].kind == Kind::Inline;
        let mut from = self.nodes[container].range.start + 1;
        let mut items = Vec::new();
        for node in self.leaves(container) {
            let range = self.nodes[node].range.clone();
            let start = if keyed { self.start_after(text, from) } else { range.start };
            items.push(Item { start, end: range.end, node });
            from = range.end;
        }
        items
    }

    /// Where the next item starts after the end of another.
    fn start_after(&self, text: &str, from: usize) -> usize {
        let mut at = from;
        loop {
            match text.as_bytes().get(at) {
                Some(b' ' | b'\t' | b'\r' | b'\n' | b',') => at += 1,
                Some(b'#') => match self.comments.binary_search_by_key(&at, |comment| comment.start) {
                    Ok(comment) => at = self.comments[comment].end,
                    Err(_) => return at,
                },
                _ => return at,
            }
        }
    }
}

/// Where the key of a value on a line of its own starts.
pub(super) fn key_start(text: &str, key_end: usize) -> usize {
    let start = line_start(text, key_end);
    let bom = if text[start..].starts_with(BOM) { BOM.len() } else { 0 };
    skip_blanks(text, start + bom)
}

/// The comments of a text, which need not be valid.
pub(super) fn comments(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'#' => {
                let end = line_end(text, at);
                found.push(at..end);
                at = end;
            }
            b'"' | b'\'' => at = string_end(text, at),
            _ => at += 1,
        }
    }
    found
}

pub(super) fn line_end(text: &str, at: usize) -> usize {
    text.as_bytes()[at..]
        .iter()
        .position(|byte| matches!(byte, b'\n' | b'\r'))
        .map_or(text.len(), |eol| at + eol)
}

/// The end of the string that starts at `at`; one that is not closed ends with its line, or with
/// the text if it may have several.
pub(super) fn string_end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let quote = bytes[at];
    let long = bytes[at..].starts_with(&[quote; 3]);
    let mut end = at + if long { 3 } else { 1 };
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'\\' if quote == b'"' => end += 2,
            b'\n' | b'\r' if !long => return end,
            _ if *byte != quote => end += 1,
            _ if !long => return end + 1,
            _ if bytes[end..].starts_with(&[quote; 3]) => {
                // Up to two more quotes belong to the string itself.
                let run = bytes[end..].iter().take(5).take_while(|byte| **byte == quote).count();
                return end + run;
            }
            _ => end += 1,
        }
    }
    text.len()
}

/// What a value means. JSON has no dates and no infinity; they are told apart from strings.
pub(super) fn meaning(value: &TomlValue) -> Value {
    match value {
        TomlValue::String(text) => text.value().as_str().into(),
        TomlValue::Integer(number) => (*number.value()).into(),
        TomlValue::Float(number) => Number::from_f64(*number.value())
            .map_or_else(|| json!({ "float": number.value().to_string() }), Value::Number),
        TomlValue::Boolean(flag) => (*flag.value()).into(),
        TomlValue::Datetime(time) => json!({ "datetime": time.value().to_string() }),
        TomlValue::Array(array) => array.iter().map(meaning).collect(),
        TomlValue::InlineTable(table) => {
            let members = table.iter().map(|(key, value)| (key.to_owned(), meaning(value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
    }
}
