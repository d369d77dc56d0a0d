//! What each command did, so that it can be listed and taken back.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::stored::{Found, newer};
use super::{Backup, FORMAT, State, id};
use crate::error::{Error, Kind, Result};
use crate::files;
use crate::merge::{Change, Format, Owned};

pub(super) const FOLDER: &str = "history";

/// How many entries are kept.
pub const HISTORY: usize = 100;

/// What one command did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When, short and sortable: `20261125-081502-a1b2`.
    pub id: String,
    /// When, as RFC 3339 has it, in UTC.
    pub time: String,
    /// The command.
    pub verb: String,
    /// What it did to each file.
    pub files: Vec<FileChange>,
    /// The targets that it registered.
    #[serde(default)]
    pub registered: Vec<PathBuf>,
    /// The id of the entry that took this one back.
    #[serde(default)]
    pub undone: Option<String>,
}

/// What a command did to one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileChange {
    /// The target, links resolved.
    pub real: PathBuf,
    /// The target as it was named.
    pub path: PathBuf,
    /// The workspace that the target must stay in, for a target of a workspace.
    #[serde(default)]
    pub root: Option<PathBuf>,
    /// The IDE's id.
    pub ide: String,
    /// `user`, `machine` or `workspace`.
    pub scope: String,
    /// The template's id.
    pub template: String,
    /// How the file is written.
    pub format: Format,
    /// What it held before.
    pub before: Backup,
    /// SHA-256 of what it held after, in hexadecimal; `absent` for no file.
    pub after: String,
    /// What we owned before.
    #[serde(default)]
    pub owned_before: Owned,
    /// What we owned after.
    #[serde(default)]
    pub owned_after: Owned,
    /// Whether the command created the file.
    #[serde(default)]
    pub created: bool,
    /// Key by key.
    #[serde(default)]
    pub changes: Vec<Change>,
}

/// An entry as it lies on disk.
#[derive(Serialize, Deserialize)]
struct Stored<E> {
    #[serde(default)]
    format: u32,
    entry: E,
}

impl State {
    /// A new entry for this moment, with an id that sorts after all others. Needs the lock.
    pub fn new_entry(&self, verb: &str) -> Entry {
        let now = Timestamp::now();
        let paths = self.list(FOLDER);
        let newest = paths.last().and_then(|path| path.file_stem()).and_then(|name| name.to_str());
        Entry {
            id: id::next(now, newest),
            time: format!("{now:.0}"),
            verb: verb.to_owned(),
            files: Vec::new(),
            registered: Vec::new(),
            undone: None,
        }
    }

    /// Writes an entry, or writes it anew, and drops the oldest beyond [`HISTORY`] with the backups
    /// that they alone needed. Needs the lock.
    ///
    /// # Errors
    /// `Io` if it cannot be written.
    pub fn record(&self, entry: &Entry) -> Result<()> {
        self.store(&self.entry_path(&entry.id)?, &Stored { format: FORMAT, entry })?;
        let paths = self.list(FOLDER);
        let mut dropped = HashSet::new();
        for path in paths.iter().take(paths.len().saturating_sub(HISTORY)) {
            if let Ok(Found::Some(Stored { entry, .. })) = self.load::<Stored<Entry>>(path) {
                dropped.extend(entry.files.into_iter().filter_map(|change| change.before.file));
                files::remove_private(path)?;
            }
        }
        if !dropped.is_empty() {
            self.drop_backups(&dropped);
        }
        Ok(())
    }

    /// Takes an entry out that came to nothing, with its backups. Needs the lock.
    ///
    /// # Errors
    /// `Io` if it cannot be removed.
    pub fn forget(&self, entry: &Entry) -> Result<()> {
        files::remove_private(&self.entry_path(&entry.id)?)
    }

    /// Takes the change of one file, which was not made after all, out of an entry; the entry goes
    /// with its last one. Needs the lock.
    ///
    /// # Errors
    /// `Io` if the entry cannot be written.
    pub fn forget_change(&self, id: &str, real: &Path) -> Result<()> {
        let Ok(mut entry) = self.entry(id) else { return Ok(()) };
        entry.files.retain(|change| change.real != real);
        if entry.files.is_empty() { self.forget(&entry) } else { self.record(&entry) }
    }

    /// Every entry, the newest first. Those that a newer version wrote are left out, with a
    /// warning.
    ///
    /// # Errors
    /// `Io` if one cannot be read.
    pub fn history(&self) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for path in self.list(FOLDER).into_iter().rev() {
            match self.load::<Stored<Entry>>(&path)? {
                Found::Some(stored) => entries.push(stored.entry),
                Found::None => {}
                Found::Newer(format) => self.warn(newer(&path, format).message),
            }
        }
        Ok(entries)
    }

    /// The entry with this id.
    ///
    /// # Errors
    /// `Usage` if there is none; `FormatNewer` if a newer version wrote it.
    pub fn entry(&self, id: &str) -> Result<Entry> {
        let path = self.entry_path(id)?;
        match self.load::<Stored<Entry>>(&path)? {
            Found::Some(stored) => Ok(stored.entry),
            Found::None => Err(unknown(id)),
            Found::Newer(format) => Err(newer(&path, format)),
        }
    }

    /// The backups that the history needs; `None` if a part of it cannot be read, and may need any.
    pub(super) fn needed_backups(&self) -> Option<HashSet<String>> {
        let mut needed = HashSet::new();
        for path in self.list(FOLDER) {
            match self.load::<Stored<Entry>>(&path) {
                Ok(Found::Some(stored)) => {
                    needed.extend(stored.entry.files.into_iter().filter_map(|f| f.before.file));
                }
                Ok(Found::None) => {}
                Ok(Found::Newer(_)) | Err(_) => return None,
            }
        }
        Some(needed)
    }

    fn entry_path(&self, id: &str) -> Result<PathBuf> {
        if id::is_valid(id) { Ok(self.dir.join(FOLDER).join(format!("{id}.json"))) } else { Err(unknown(id)) }
    }
}

fn unknown(id: &str) -> Error {
    Error::new(Kind::Usage, format!("the history has no entry {id:?}"))
        .hint("`elitea-helper history` lists the entries")
}
