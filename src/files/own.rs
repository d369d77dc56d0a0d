//! Our own files: for their owner alone, whole at every instant.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::read::LIMIT;
use super::{system, temp};
use crate::error::{Error, Kind, Result};

/// How sure a write must be to survive a loss of power. Whole it is in either case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// It is on disk when the call returns.
    OnDisk,
    /// It gets there within seconds; a loss of power before may bring the old file back.
    Soon,
}

/// Makes a folder of ours, and those above it that are missing, for the owner alone.
///
/// # Errors
/// `Io` if the system refuses.
pub fn create_private_dir(path: &Path) -> Result<()> {
    system::create_private_folders(path)
        .and_then(|()| system::make_private(path))
        .map_err(|error| Error::io("make the folder", path, &error))
}

/// Reads a file of ours; `None` if there is none.
///
/// # Errors
/// `Io` if the system refuses, or if it is larger than any file of ours.
pub fn read_private(path: &Path) -> Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| {
        let length = file.metadata()?.len().min(LIMIT * 2);
        bytes.reserve(usize::try_from(length).unwrap_or_default() + 1);
        file.take(LIMIT * 2).read_to_end(&mut bytes)
    });
    match read {
        Ok(_) if bytes.len() as u64 == LIMIT * 2 => {
            Err(Error::new(Kind::Io, format!("{} is too large to be a file of ours", path.display())))
        }
        Ok(_) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("read", path, &error)),
    }
}

/// Writes a file of ours, and makes the folders above it; on disk when the call returns.
///
/// # Errors
/// `Io` if the system refuses.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    write_private_as(path, bytes, Durability::OnDisk)
}

/// As [`write_private`], with a choice of durability.
///
/// # Errors
/// `Io` if the system refuses.
pub fn write_private_as(path: &Path, bytes: &[u8], durability: Durability) -> Result<()> {
    put(path, bytes, durability, system::rename).map_err(|error| Error::io("write", path, &error))
}

/// Writes a file of ours where there is none yet; `false`, and nothing is written, if there is.
///
/// # Errors
/// `Io` if the system refuses.
pub fn create_private(path: &Path, bytes: &[u8]) -> Result<bool> {
    match put(path, bytes, Durability::OnDisk, system::rename_new) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(Error::io("write", path, &error)),
    }
}

fn put(
    path: &Path,
    bytes: &[u8],
    durability: Durability,
    rename: fn(&Path, &Path) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    if !folder.exists() {
        system::create_private_folders(folder)?;
    }
    let on_disk = durability == Durability::OnDisk;
    let temp = temp::write(folder, bytes, true, |file| if on_disk { file.sync_all() } else { Ok(()) })?;
    temp::commit(temp, path, rename)?;
    if on_disk { system::sync_folder(folder) } else { Ok(()) }
}

/// Removes a file of ours; that it does not exist is no error.
///
/// # Errors
/// `Io` if the system refuses.
pub fn remove_private(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io("remove", path, &error)),
        _ => Ok(()),
    }
}

/// Renames a damaged file of ours to `<name>.damaged-<n>` beside it, so that nothing is lost, and
/// returns the new path.
///
/// # Errors
/// `Io` if the system refuses.
pub fn move_aside(path: &Path) -> Result<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for number in 1..=1000 {
        let aside = path.with_file_name(format!("{name}.damaged-{number}"));
        match system::rename_new(path, &aside) {
            Ok(()) => return Ok(aside),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Error::io("move aside", path, &error)),
        }
    }
    Err(Error::new(Kind::Io, format!("too many damaged copies beside {}", path.display()))
        .hint("remove the files whose names contain `.damaged-`"))
}
