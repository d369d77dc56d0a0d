//! Replacing a target whole, and only if it still is what was read.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::read::{LIMIT, read_now, too_large};
use super::{Snapshot, check_writable, refused, system, target_error, temp};
use crate::error::{Error, Kind, Result};

/// What a write did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The file is new on disk.
    Written,
    /// The file already was so, and was not touched.
    Unchanged,
}

/// Puts `new` in the place of what was read, keeping links, mode, group and extended attributes.
/// Whatever happens, the file is the old one or the new one, whole. Its folder must exist.
///
/// # Errors
/// `FileBusy` if the file changed since it was read, or right after; `FileRefused` as
/// [`check_writable`] says, or if it cannot be renamed over.
pub fn replace(snapshot: &Snapshot, new: &[u8]) -> Result<Outcome> {
    if snapshot.bytes.as_deref() == Some(new) {
        return Ok(Outcome::Unchanged);
    }
    if new.len() as u64 > LIMIT {
        return Err(too_large(&snapshot.path));
    }
    check_writable(snapshot)?;
    let real = &snapshot.real;
    let folder = folder_of(real)?;
    temp::clean_leftovers(folder);
    let temp = temp::write(folder, new, snapshot.facts.is_some(), |file| {
        if let Some(facts) = &snapshot.facts {
            system::dress(file, facts, real)?;
        }
        file.sync_all()
    })
    .map_err(|error| target_error("write beside", real, &error))?;
    recheck(snapshot)?;
    let rename = if snapshot.facts.is_some() { system::rename } else { system::rename_new };
    temp::commit(temp, real, rename).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists | ErrorKind::NotFound => changed(snapshot),
        _ => target_error("replace", real, &error),
    })?;
    system::sync_folder(folder).map_err(|error| unsure(snapshot, &error))?;
    match read_now(&snapshot.path, &snapshot.reach) {
        Ok(now) if now.bytes.as_deref() == Some(new) => Ok(Outcome::Written),
        Ok(_) | Err(Error { kind: Kind::FileBusy, .. }) => Err(overwritten(snapshot)),
        Err(error) => Err(error),
    }
}

/// Removes a file that we created, if it still is what was read.
///
/// # Errors
/// As [`replace`]; `FileRefused` for a file that was reached through a link, which would be left
/// leading nowhere.
pub fn delete(snapshot: &Snapshot) -> Result<Outcome> {
    if snapshot.bytes.is_none() {
        return Ok(Outcome::Unchanged);
    }
    if snapshot.linked {
        return Err(refused(&snapshot.path, format_args!("is a link to {}", snapshot.real.display()))
            .hint("remove the link and the file by hand"));
    }
    check_writable(snapshot)?;
    recheck(snapshot)?;
    fs::remove_file(&snapshot.real).map_err(|error| match error.kind() {
        ErrorKind::NotFound => changed(snapshot),
        _ => target_error("remove", &snapshot.real, &error),
    })?;
    let folder = folder_of(&snapshot.real)?;
    system::sync_folder(folder).map_err(|error| unsure(snapshot, &error))?;
    Ok(Outcome::Written)
}

/// Compares the file with what was read, at the last moment before it is written.
fn recheck(snapshot: &Snapshot) -> Result<()> {
    let now = read_now(&snapshot.path, &snapshot.reach)?;
    let same = now.real == snapshot.real && now.facts == snapshot.facts && now.bytes == snapshot.bytes;
    if same { Ok(()) } else { Err(changed(snapshot)) }
}

fn changed(snapshot: &Snapshot) -> Error {
    Error::new(
        Kind::FileBusy,
        format!("{} changed while it was about to be written", snapshot.path.display()),
    )
    .hint("try again")
}

/// The change is made, but a loss of power may still take it back.
fn unsure(snapshot: &Snapshot, error: &std::io::Error) -> Error {
    let words = "was changed, and the system fails to put the change on disk";
    Error::new(Kind::Io, format!("{} {words}: {error}", snapshot.path.display()))
        .hint("look after the disk, and run the command again")
}

fn overwritten(snapshot: &Snapshot) -> Error {
    let words = "was overwritten by another program right after we wrote it";
    Error::new(Kind::FileBusy, format!("{} {words}", snapshot.path.display()))
        .hint("close the file in other programs and try again")
}

fn folder_of(real: &Path) -> Result<&Path> {
    let folder = real.parent().unwrap_or(real);
    if folder.is_dir() { Ok(folder) } else { Err(refused(folder, "does not exist")) }
}
