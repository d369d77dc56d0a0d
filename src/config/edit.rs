//! Changing `config.toml`: the parser says where things stand, and text is spliced there, so that
//! every other byte stays. (`toml_edit` itself would change line ends and move comments.)

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde_json::Value;
use toml_edit::{Array, InlineTable, Item, TableLike};

use super::FORMAT;
use super::document::{Document, TargetRow, parse};
use super::plan::{Change, Spot, fixed, last_end, own, plan, toml, unset_inline};
use super::settings::{Section, Setting};
use crate::error::{Error, Kind, Result};
use crate::files;

/// `config.toml` while it is being changed.
#[derive(Debug)]
pub struct Edit {
    path: PathBuf,
    before: String,
    text: String,
}

impl Edit {
    /// Begins to change this text of the file at `path`. Pure: [`super::Config::edit`] reads and
    /// writes.
    ///
    /// # Errors
    /// `FormatNewer` if a newer version wrote it; `Config`, with the place, if it is not valid.
    pub fn new(path: &Path, text: String) -> Result<Self> {
        let document = Document::parse(path, &text)?;
        if document.format > FORMAT {
            let words =
                format!("{} has format {}, and this version knows {FORMAT}", path.display(), document.format);
            return Err(
                Error::new(Kind::FormatNewer, words).hint("update elitea-helper; the file was left as it is")
            );
        }
        Ok(Self { path: path.to_path_buf(), before: text.clone(), text })
    }

    /// The text as it is now.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Sets a setting; one of a profile in the profile of this name, which is made if need be. For others
    /// the name means nothing.
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

    /// Registers a target, or brings the row with its path up to date.
    ///
    /// # Errors
    /// `Config` if the list is written in a way that cannot be changed here.
    pub fn register(&mut self, target: &TargetRow) -> Result<()> {
        let Some(at) = self.find(&target.path)? else { return self.add(target) };
        if self.row_array()?.is_some() {
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

    /// The changed text, with the format number that every file of ours carries.
    ///
    /// # Errors
    /// `Internal` if the changes have broken it.
    pub fn finish(mut self) -> Result<String> {
        if self.text == self.before {
            return Ok(self.text);
        }
        if parse(&self.path, &self.text)?.get("format").is_none() {
            self.insert_top(&format!("format = {FORMAT}"));
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
        if let Some((span, mut rows)) = self.row_array()? {
            rows.push(fields.collect::<InlineTable>());
            self.replace_array(span, &rows);
            return Ok(());
        }
        let lines = fields.map(|(key, value)| format!("{key} = {}", toml_edit::Value::from(value)));
        let lines: Vec<_> = std::iter::once("[[target]]".to_owned()).chain(lines).collect();
        self.append(&lines);
        Ok(())
    }

    fn remove(&mut self, at: usize) -> Result<()> {
        if let Some((span, mut rows)) = self.row_array()? {
            rows.remove(at);
            self.replace_array(span, &rows);
            return Ok(());
        }
        let range = {
            let document = parse(&self.path, &self.text)?;
            let row = Spot { row: Some(at), table: &[] }.start(&document)?;
            let start = row.span().ok_or_else(|| fixed("target"))?.start;
            self.line_start(start)..self.line_end(last_end(row).unwrap_or(start))
        };
        let range = self.with_blank_line(range);
        self.text.replace_range(range, "");
        Ok(())
    }

    /// Arrays are written anew with line feeds alone; the file's own line ends are put back.
    fn replace_array(&mut self, span: Range<usize>, rows: &Array) {
        let written = rows.to_string().replace("\r\n", "\n").replace('\n', self.newline());
        self.text.replace_range(span, written.trim());
    }

    /// The targets, where they are written as an array.
    fn row_array(&self) -> Result<Option<(Range<usize>, Array)>> {
        let document = parse(&self.path, &self.text)?;
        let span = document.get("target").filter(|item| item.is_array()).and_then(Item::span);
        let array = span.and_then(|span| Some((span.clone(), own(&self.text, span)?.as_array()?.clone())));
        Ok(array)
    }

    /// Sets one value.
    fn put(&mut self, spot: &Spot<'_>, key: &str, value: &Value) -> Result<()> {
        let change = {
            let document = parse(&self.path, &self.text)?;
            if spot.value(&document, key).as_ref() == Some(value) {
                return Ok(());
            }
            let value = toml(value)?;
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
                if inline.is_none() && item.is_inline_table() {
                    inline =
                        item.span().and_then(|span| Some((span.clone(), own(&self.text, span)?, depth + 1)));
                }
                at = item.as_table_like().ok_or_else(|| fixed(name))?;
            }
            let Some((name, item)) = at.get_key_value(key) else { return Ok(false) };
            if let Some((span, mut table, depth)) = inline {
                unset_inline(&mut table, &spot.table[depth..], key);
                (span, table.to_string())
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

    /// Adds a line before everything else, and a blank one before a table or a comment.
    fn insert_top(&mut self, line: &str) {
        let newline = self.newline();
        let at = self.bom();
        let blank = if self.text[at..].starts_with(['[', '#']) { newline } else { "" };
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

fn section<'a>(setting: &Setting, profile: &'a str) -> Vec<&'a str> {
    match setting.section {
        Section::Top => Vec::new(),
        Section::Profile => vec!["profile", profile],
        other => vec![other.name()],
    }
}
