//! What a target held before a write. The tokens that we wrote are cut out.

use std::collections::HashSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{State, id, manifest};
use crate::error::{Error, Kind, Result};
use crate::files::{self, Durability};
use crate::merge;
use crate::order;

pub(super) const FOLDER: &str = "backups";

/// How many backups a target keeps, besides those that the history needs.
const KEPT: usize = 50;

/// Where to find what a target held, and what was cut out of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Backup {
    /// SHA-256 of all the bytes, those cut out included, in hexadecimal; `absent` for no file.
    pub hash: String,
    /// The backup's path inside the state folder; `None` for no file.
    pub file: Option<String>,
    /// SHA-256 of the bytes that were kept.
    #[serde(default)]
    pub kept: String,
    /// What was cut out, from the front to the back.
    #[serde(default)]
    pub holes: Vec<Hole>,
}

impl Backup {
    /// The backup of a target that did not exist.
    pub fn absent() -> Self {
        Self { hash: "absent".to_owned(), file: None, kept: String::new(), holes: Vec::new() }
    }
}

/// One secret that was cut out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hole {
    /// Where it stood, in bytes of what was kept.
    pub offset: usize,
    /// The key whose value it was.
    pub path: merge::Path,
}

impl State {
    /// Keeps what a target holds. `holes` are the byte ranges of the values, quotes and all, of
    /// secrets that we wrote. Needs the lock.
    ///
    /// # Errors
    /// `Io` if the backup cannot be written; `Internal` if a hole lies outside of the bytes.
    pub fn backup(
        &self,
        real: &Path,
        bytes: Option<&[u8]>,
        holes: &[(Range<usize>, merge::Path)],
    ) -> Result<Backup> {
        let Some(bytes) = bytes else { return Ok(Backup::absent()) };
        let (kept, holes) = cut(bytes, holes)?;
        let hash = files::hash(&kept);
        let folder = format!("{FOLDER}/{}", manifest::key(real));
        let end = format!("-{}.bak", &hash[..8]);
        let same = self.backups(&folder).into_iter().rev().find(|file| {
            file.ends_with(&end)
                && files::read_private(&self.dir.join(file)).is_ok_and(|old| old.as_ref() == Some(&kept))
        });
        let file = match same {
            Some(file) => file,
            None => self.write_backup(&folder, &end, &kept)?,
        };
        Ok(Backup { hash: files::hash(bytes), file: Some(file), kept: hash, holes })
    }

    fn write_backup(&self, folder: &str, end: &str, kept: &[u8]) -> Result<String> {
        files::create_private_dir(&self.dir)?;
        // As the names of entries do, so do these sort by time, whatever the clock does: the
        // newest one is never pruned.
        let newest = self.backups(folder).pop();
        let newest = newest.as_deref().and_then(|file| file.rsplit('/').next()?.get(..id::LENGTH));
        let file = format!("{folder}/{}{end}", id::next(Timestamp::now(), newest));
        // A loss of power right after may cost the backup (its hash tells), never the target. To
        // wait for the disk would double the time of every write.
        files::write_private_as(&self.dir.join(&file), kept, Durability::Soon)?;
        self.prune_backups(folder);
        Ok(file)
    }

    /// Puts a backup together again; `None` if there was no file. `secret` gives the text that
    /// now stands for a key's value, as it is written in the file (quotes and all).
    ///
    /// # Errors
    /// `Io` if the backup is gone or damaged; `TokenMissing` if `secret` has nothing for a hole.
    pub fn restore(
        &self,
        backup: &Backup,
        secret: &dyn Fn(&merge::Path) -> Option<String>,
    ) -> Result<Option<Vec<u8>>> {
        let Some(file) = &backup.file else { return Ok(None) };
        let path = self.dir.join(file);
        let kept = files::read_private(&path)?
            .ok_or_else(|| Error::new(Kind::Io, format!("the backup {} is gone", path.display())))?;
        let damaged = || Error::new(Kind::Io, format!("the backup {} is damaged", path.display()));
        if files::hash(&kept) != backup.kept {
            return Err(damaged());
        }
        let mut bytes = Vec::with_capacity(kept.len());
        let mut from = 0;
        for hole in &backup.holes {
            let words = || {
                format!("the backup leaves out the token of {}, and there is none to put there", hole.path)
            };
            let value = secret(&hole.path)
                .ok_or_else(|| Error::new(Kind::TokenMissing, words()).hint("run `elitea-helper login`"))?;
            bytes.extend_from_slice(kept.get(from..hole.offset).ok_or_else(damaged)?);
            bytes.extend_from_slice(value.as_bytes());
            from = hole.offset;
        }
        bytes.extend_from_slice(kept.get(from..).ok_or_else(damaged)?);
        Ok(Some(bytes))
    }

    /// The backups of one target, inside the state folder, the oldest first.
    fn backups(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.dir.join(folder)) else { return Vec::new() };
        let paths = entries.flatten().map(|entry| entry.path());
        let paths = paths.filter(|path| path.extension().is_some_and(|end| end == "bak"));
        let names = paths.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()));
        let mut backups: Vec<_> = names.map(|name| format!("{folder}/{name}")).collect();
        backups.sort();
        backups
    }

    /// Removes a target's oldest backups beyond [`KEPT`] that the history does not need.
    fn prune_backups(&self, folder: &str) {
        files::clean_leftovers(&self.dir.join(folder));
        let backups = self.backups(folder);
        if backups.len() <= KEPT {
            return;
        }
        let Some(needed) = self.needed_backups() else { return };
        let spare = backups.iter().take(backups.len() - KEPT).filter(|file| !needed.contains(*file));
        for file in spare {
            let _ = files::remove_private(&self.dir.join(file));
        }
    }

    /// Removes backups that the dropped part of the history alone needed; a target's newest stays.
    pub(super) fn drop_backups(&self, dropped: &HashSet<String>) {
        let Some(needed) = self.needed_backups() else { return };
        for file in dropped.difference(&needed) {
            let folder = PathBuf::from(file).parent().map(|folder| folder.to_string_lossy().into_owned());
            let newest = folder.and_then(|folder| self.backups(&folder).pop());
            if newest.as_ref() != Some(file) {
                let _ = files::remove_private(&self.dir.join(file));
            }
        }
    }
}

/// The bytes without the holes, and where the holes were in what is left.
fn cut(bytes: &[u8], holes: &[(Range<usize>, merge::Path)]) -> Result<(Vec<u8>, Vec<Hole>)> {
    let mut sorted: Vec<_> = holes.iter().collect();
    order::sort_by_key(&mut sorted, |(range, _)| (range.start, range.end));
    let mut kept = Vec::with_capacity(bytes.len());
    let mut left = Vec::new();
    let mut from = 0;
    for (range, path) in sorted {
        let Some(between) = bytes.get(from..range.start).filter(|_| range.end <= bytes.len()) else {
            return Err(Error::new(Kind::Internal, format!("the value of {path} lies outside of its file")));
        };
        kept.extend_from_slice(between);
        left.push(Hole { offset: kept.len(), path: path.clone() });
        from = range.end;
    }
    kept.extend_from_slice(bytes.get(from..).unwrap_or_default());
    Ok((kept, left))
}
