//! JSON files with a format number, read with care.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{FORMAT, State, history, manifest, rotation};
use crate::error::{Error, Kind, Result};
use crate::files::{self, Durability};

/// All that is read of a file before its format is known to be ours. One without a number is older
/// than all of them.
#[derive(Deserialize)]
struct Numbered {
    #[serde(default)]
    format: u32,
}

/// What a file of ours was found to be.
pub(super) enum Found<T> {
    None,
    Some(T),
    /// A newer version wrote it, with this format number.
    Newer(u32),
}

impl State {
    /// Reads a file. One that cannot be understood is moved aside, with a warning.
    pub(super) fn load<T: DeserializeOwned>(&self, path: &Path) -> Result<Found<T>> {
        let Some(bytes) = files::read_private(path)? else { return Ok(Found::None) };
        let error = match serde_json::from_slice::<Numbered>(&bytes) {
            Ok(Numbered { format }) if format > FORMAT => return Ok(Found::Newer(format)),
            Ok(_) => match serde_json::from_slice(&bytes) {
                Ok(value) => return Ok(Found::Some(value)),
                Err(error) => error,
            },
            Err(error) => error,
        };
        let aside = files::move_aside(path)?;
        self.warn(format!("{} was damaged ({error}) and is now {}", path.display(), aside.display()));
        Ok(Found::None)
    }

    /// Writes a file, unless a newer version wrote the one that is there.
    pub(super) fn store<T: Serialize>(&self, path: &Path, value: &T) -> Result<()> {
        let old = refuse_newer(path)?;
        let mut bytes = serde_json::to_vec(value)
            .map_err(|error| Error::new(Kind::Io, format!("cannot write {}: {error}", path.display())))?;
        bytes.push(b'\n');
        if old.as_ref() == Some(&bytes) {
            return Ok(());
        }
        files::create_private_dir(&self.dir)?;
        files::write_private_as(path, &bytes, Durability::Soon)
    }

    /// The files here that a newer version wrote.
    pub fn newer(&self) -> Vec<PathBuf> {
        let folders = [manifest::FOLDER, history::FOLDER].map(|folder| self.list(folder));
        let all = folders.into_iter().flatten().chain([self.dir.join(rotation::NOTE)]);
        all.filter(|path| refuse_newer(path).is_err_and(|error| error.kind == Kind::FormatNewer)).collect()
    }

    /// The JSON files of one of our folders, by name.
    pub(super) fn list(&self, folder: &str) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(self.dir.join(folder)) else { return Vec::new() };
        let paths = entries.flatten().map(|entry| entry.path());
        let mut paths: Vec<_> =
            paths.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
        paths.sort();
        paths
    }
}

/// Reads what is about to be written over, and refuses that for what a newer version wrote.
pub(super) fn refuse_newer(path: &Path) -> Result<Option<Vec<u8>>> {
    let Some(bytes) = files::read_private(path)? else { return Ok(None) };
    match serde_json::from_slice::<Numbered>(&bytes) {
        Ok(Numbered { format }) if format > FORMAT => Err(newer(path, format)),
        _ => Ok(Some(bytes)),
    }
}

/// The refusal of a file that a newer version wrote.
pub(super) fn newer(path: &Path, format: u32) -> Error {
    let words = format!("{} has format {format}, and this version knows {FORMAT}", path.display());
    Error::new(Kind::FormatNewer, words).hint("update elitea-helper; the file was left as it is")
}
