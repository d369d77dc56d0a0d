//! Changing `config.toml`: the parser says where things stand, and text is spliced there, so that
//! every other byte stays. (`toml_edit` itself would change line ends and move comments.)

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde_json::Value;
use toml_edit::{InlineTable, Item, Table, TableLike};

use super::FORMAT;
use super::document::{Document, TargetRow, parse};
use super::settings::{Section, Setting};
use crate::error::{Error, Kind, Result};
use crate::files;

/// `config.toml` while it is being changed.
#[derive(Debug)]
pub struct Edit {
    path: PathBuf,
    text: String,
}

impl Edit {
    pub(super) fn new(path: &Path, text: String) -> Result<Self> {
        let document = Document::parse(path, &text)?;
        if document.format > FORMAT {
            let words =
                format!("{} has format {}, and this version knows {FORMAT}", path.display(), document.format);
            return Err(
                Error::new(Kind::FormatNewer, words).hint("update elitea-helper; the file was left as it is")
            );
        }
        Ok(Self { path: path.to_path_buf(), text })
    }

    /// The text as it is now.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Sets a setting; one of a profile in the profile of this name, which is made if need be.
    /// `value` is written as on a command line.
    ///
    /// # Errors
    /// `Usage` if there is no such setting, or if it may not hold this.
    pub fn set(&mut self, profile: &str, key: &str, value: &str) -> Result<()> {
        let setting = Setting::find(key)?;
        let value =
            setting.kind.parse(value).map_err(|words| Error::new(Kind::Usage, format!("{key} {words}")))?;
        self.put(&Spot { row: None, table: &section(setting, profile) }, setting.name, &value)
    }

    /// Takes a setting out, and tells whether it was there.
    ///
    /// # Errors
    /// `Usage` if there is no such setting.
    pub fn unset(&mut self, profile: &str, key: &str) -> Result<bool> {
        let setting = Setting::find(key)?;
        self.take(&Spot { row: None, table: &section(setting, profile) }, setting.name)
    }

    /// Makes this the profile that is meant when none is named.
    ///
    /// # Errors
    /// `Config` if it is written in a way that cannot be changed here.
    pub fn set_active(&mut self, profile: &str) -> Result<()> {
        self.put(&TOP, "active", &Value::from(profile))
    }

    /// Registers a target, or brings the row with its path up to date.
    ///
    /// # Errors
    /// `Config` if the list is written in a way that cannot be changed here.
    pub fn register(&mut self, target: &TargetRow) -> Result<()> {
        let Some(at) = self.find(&target.path)? else { return self.add(target) };
        if !self.has_row_tables()? {
            self.remove(at)?;
            return self.add(target);
        }
        for (key, value) in target.fields() {
            if value.is_empty() {
                self.take(&Spot { row: Some(at), table: &[] }, key)?;
            } else {
                self.put(&Spot { row: Some(at), table: &[] }, key, &Value::from(value))?;
            }
        }
        Ok(())
    }

    /// Takes the registered target with this path out, and tells whether it was there.
    ///
    /// # Errors
    /// `Config` if it is written in a way that cannot be changed here.
    pub fn unregister(&mut self, path: &Path) -> Result<bool> {
        let Some(at) = self.find(path)? else { return Ok(false) };
        self.remove(at)?;
        Ok(true)
    }

    /// The text, with the format number that every file of ours carries.
    pub(super) fn finish(mut self) -> Result<String> {
        if self.text.trim().is_empty() {
            return Ok(self.text);
        }
        if parse(&self.path, &self.text)?.get("format").is_none() {
            self.put(&TOP, "format", &Value::from(FORMAT))?;
        }
        let checked = Document::parse(&self.path, &self.text);
        checked.map_err(|error| Error::new(Kind::Internal, format!("a change would have broken {error}")))?;
        Ok(self.text)
    }

    /// The place among the rows of the target with this path.
    fn find(&self, path: &Path) -> Result<Option<usize>> {
        let targets = Document::parse(&self.path, &self.text)?.targets;
        let wanted = files::identity(path);
        Ok(targets.iter().position(|row| files::identity(&row.path) == wanted))
    }

    fn add(&mut self, target: &TargetRow) -> Result<()> {
        let fields = target.fields().into_iter().filter(|(_, value)| !value.is_empty());
        let written = {
            let document = parse(&self.path, &self.text)?;
            document.get("target").and_then(Item::as_array).map(|rows| {
                let mut rows = rows.clone();
                rows.push(fields.clone().collect::<InlineTable>());
                (rows.span(), rows.to_string().trim().to_owned())
            })
        };
        if let Some((Some(span), rows)) = written {
            self.text.replace_range(span, &rows);
            return Ok(());
        }
        let lines = fields.map(|(key, value)| format!("{key} = {}", toml_edit::Value::from(value)));
        let lines: Vec<_> = std::iter::once("[[target]]".to_owned()).chain(lines).collect();
        self.append(&lines);
        Ok(())
    }

    fn remove(&mut self, at: usize) -> Result<()> {
        let range = {
            let document = parse(&self.path, &self.text)?;
            let item = document.get("target").ok_or_else(|| fixed("target"))?;
            if let Some(rows) = item.as_array() {
                let mut rows = rows.clone();
                rows.remove(at);
                let span = item.span().ok_or_else(|| fixed("target"))?;
                let written = rows.to_string().trim().to_owned();
                self.text.replace_range(span, &written);
                return Ok(());
            }
            let row =
                item.as_array_of_tables().and_then(|rows| rows.get(at)).ok_or_else(|| fixed("target"))?;
            let start = row.span().ok_or_else(|| fixed("target"))?.start;
            let end = last_end(row).unwrap_or(start);
            self.line_start(start)..self.line_end(end)
        };
        let range = self.with_blank_line(range);
        self.text.replace_range(range, "");
        Ok(())
    }

    fn has_row_tables(&self) -> Result<bool> {
        let document = parse(&self.path, &self.text)?;
        Ok(document.get("target").is_some_and(Item::is_array_of_tables))
    }

    /// Sets one value.
    fn put(&mut self, spot: &Spot<'_>, key: &str, value: &Value) -> Result<()> {
        let value = toml(value)?;
        let change = {
            let document = parse(&self.path, &self.text)?;
            plan(&document, spot, key, &value)?
        };
        match change {
            Change::Splice(span, text) => self.text.replace_range(span, &text),
            Change::After(at, line) => self.insert_line(self.line_end(at), &line),
            Change::Top(line) => self.insert_top(&line),
            Change::Section(lines) => self.append(&lines),
        }
        Ok(())
    }

    /// Takes one value out, with its line, and tells whether it was there.
    fn take(&mut self, spot: &Spot<'_>, key: &str) -> Result<bool> {
        let (range, text) = {
            let document = parse(&self.path, &self.text)?;
            let mut at: &dyn TableLike = spot.start(&document)?;
            let mut inline = None;
            for (depth, name) in spot.table.iter().enumerate() {
                let Some(item) = at.get(name) else { return Ok(false) };
                if let (None, Some(table), Some(span)) = (&inline, item.as_inline_table(), item.span()) {
                    inline = Some((span, table.clone(), depth + 1));
                }
                at = item.as_table_like().ok_or_else(|| fixed(name))?;
            }
            let Some((name, item)) = at.get_key_value(key) else { return Ok(false) };
            if let Some((span, mut table, depth)) = inline {
                unset_inline(&mut table, &spot.table[depth..], key);
                (span, table.to_string().trim().to_owned())
            } else {
                let start = name.span().ok_or_else(|| fixed(key))?.start;
                let end = item.span().ok_or_else(|| fixed(key))?.end;
                (self.line_start(start)..self.line_end(end), String::new())
            }
        };
        self.text.replace_range(range, &text);
        Ok(true)
    }

    /// Where the line of byte `at` begins.
    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(self.bom(), |newline| newline + 1)
    }

    /// Where the line of byte `at` ends, after its line end.
    fn line_end(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |newline| at + newline + 1)
    }

    fn bom(&self) -> usize {
        if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
    }

    /// The line end that the file uses first.
    fn newline(&self) -> &'static str {
        match self.text.split_once('\n') {
            Some((line, _)) if line.ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }

    fn insert_line(&mut self, at: usize, line: &str) {
        let newline = self.newline();
        let before = if at > self.bom() && !self.text[..at].ends_with('\n') { newline } else { "" };
        self.text.insert_str(at, &format!("{before}{line}{newline}"));
    }

    /// Adds a line before everything else, and a blank one between it and what follows.
    fn insert_top(&mut self, line: &str) {
        let newline = self.newline();
        let at = self.bom();
        let blank = if self.text[at..].is_empty() || self.text[at..].starts_with(['\r', '\n']) {
            ""
        } else {
            newline
        };
        self.text.insert_str(at, &format!("{line}{newline}{blank}"));
    }

    /// Adds lines at the end, after a blank one.
    fn append(&mut self, lines: &[String]) {
        let newline = self.newline();
        if self.text.len() > self.bom() {
            if !self.text.ends_with('\n') {
                self.text.push_str(newline);
            }
            self.text.push_str(newline);
        }
        for line in lines {
            self.text.push_str(line);
            self.text.push_str(newline);
        }
    }

    /// The lines of `range`, and one blank line beside them, so that none piles up.
    fn with_blank_line(&self, range: Range<usize>) -> Range<usize> {
        let after = self.line_end(range.end.min(self.text.len()));
        if range.end < self.text.len() && self.text[range.end..after].trim().is_empty() {
            return range.start..after;
        }
        let before = if range.start > self.bom() { self.line_start(range.start - 1) } else { range.start };
        if range.end == self.text.len() && self.text[before..range.start].trim().is_empty() {
            return before..range.end;
        }
        range
    }
}

/// Where a value stands: a table of the file, or of the `row`th `[[target]]`.
struct Spot<'a> {
    row: Option<usize>,
    table: &'a [&'a str],
}

const TOP: Spot<'static> = Spot { row: None, table: &[] };

impl Spot<'_> {
    fn start<'d>(&self, document: &'d toml_edit::Document<&str>) -> Result<&'d Table> {
        let Some(row) = self.row else { return Ok(document.as_table()) };
        let rows = document.get("target").and_then(Item::as_array_of_tables);
        rows.and_then(|rows| rows.get(row)).ok_or_else(|| fixed("target"))
    }
}

/// What to do to the text.
enum Change {
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
fn plan(
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
        if let (Some(table), Some(span)) = (item.as_inline_table(), item.span()) {
            let mut table = table.clone();
            set_inline(&mut table, &spot.table[depth + 1..], key, value);
            return Ok(Change::Splice(span, table.to_string().trim().to_owned()));
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

fn section<'a>(setting: &Setting, profile: &'a str) -> Vec<&'a str> {
    match setting.section {
        Section::Profile => vec!["profile", profile],
        other => vec![other.name()],
    }
}

fn set_inline(inline: &mut InlineTable, table: &[&str], key: &str, value: &toml_edit::Value) {
    match table.split_first() {
        None => {
            inline.insert(key, value.clone());
        }
        Some((name, rest)) => {
            let inner = inline.entry(*name).or_insert_with(|| InlineTable::new().into());
            if let Some(inner) = inner.as_inline_table_mut() {
                set_inline(inner, rest, key, value);
            }
        }
    }
}

fn unset_inline(inline: &mut InlineTable, table: &[&str], key: &str) {
    match table.split_first() {
        None => {
            inline.remove(key);
        }
        Some((name, rest)) => {
            if let Some(inner) = inline.get_mut(name).and_then(toml_edit::Value::as_inline_table_mut) {
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
fn last_end(table: &dyn TableLike) -> Option<usize> {
    let ends = table.iter().filter_map(|(_, item)| match item.as_table() {
        Some(inner) => last_end(inner),
        None => item.span().map(|span| span.end),
    });
    ends.max()
}

fn dotted(table: &[&str]) -> String {
    table.iter().map(|name| format!("{}.", toml_edit::Key::new(*name))).collect()
}

fn names(table: &[&str]) -> String {
    table.iter().map(|name| toml_edit::Key::new(*name).to_string()).collect::<Vec<_>>().join(".")
}

fn toml(value: &Value) -> Result<toml_edit::Value> {
    match value {
        Value::String(text) => Ok(toml_edit::Value::from(text.as_str())),
        Value::Bool(flag) => Ok(toml_edit::Value::from(*flag)),
        other => other.as_i64().map(toml_edit::Value::from).ok_or_else(|| fixed("the value")),
    }
}

fn fixed(what: &str) -> Error {
    Error::new(Kind::Config, format!("{what} is written in a way that cannot be changed here"))
        .hint("change it by hand")
}
