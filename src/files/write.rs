//! Replacing a target whole, and only if it still is what was read.

use std::io::ErrorKind;
use std::path::Path;

use tempfile::TempPath;

use super::read::{Content, LIMIT, read_now, read_once, too_large};
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
    if snapshot.facts.is_some() {
        change_places(snapshot, temp)?;
    } else {
        temp::commit(temp, real, system::rename_new).map_err(|error| not_renamed(snapshot, &error))?;
    }
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
    let folder = folder_of(&snapshot.real)?;
    take_away(snapshot, folder)?;
    system::sync_folder(folder).map_err(|error| unsure(snapshot, &error))?;
    Ok(Outcome::Written)
}

/// Puts the temp file in the place of the old one. Another program may write that between the last
/// look at it and this moment: so the two change places, and what came out is looked at. If it is
/// not what should have been there, it is newer, and goes back the same way: at the end only what
/// was known is thrown away.
fn change_places(snapshot: &Snapshot, temp: TempPath) -> Result<()> {
    let real = &snapshot.real;
    let mut expected = Some((snapshot.facts.clone(), snapshot.bytes.clone()));
    let mut put = content(&temp);
    let mut is_ours = true;
    loop {
        match system::exchange(&temp, real) {
            Ok(()) => {}
            Err(error) if is_ours && error.kind() != ErrorKind::Unsupported => {
                return Err(not_renamed(snapshot, &error));
            }
            Err(_) => {
                temp::commit(temp, real, system::rename).map_err(|error| not_renamed(snapshot, &error))?;
                return if is_ours { Ok(()) } else { Err(changed(snapshot)) };
            }
        }
        let out = content(&temp);
        if out.is_some() && out == expected {
            break;
        }
        expected = std::mem::replace(&mut put, out);
        is_ours = false;
    }
    if is_ours { temp.close().map_err(|error| unsure(snapshot, &error)) } else { Err(changed(snapshot)) }
}

/// What a file holds, which others may still be writing; `None` if they do not come to an end.
fn content(path: &Path) -> Option<Content> {
    const TRIES: usize = 1000;
    for _ in 0..TRIES {
        if let Some(content) = read_once(path).ok()? {
            return Some(content);
        }
        std::thread::yield_now();
    }
    None
}

/// Takes the file away under a temp name first, so that it can be put back where another program
/// wrote it after the last look at it.
fn take_away(snapshot: &Snapshot, folder: &Path) -> Result<()> {
    let real = &snapshot.real;
    let refusal = |error: &std::io::Error| match error.kind() {
        ErrorKind::NotFound => changed(snapshot),
        _ => target_error("remove", real, error),
    };
    let aside = temp::name(folder).map_err(|error| refusal(&error))?;
    system::rename(real, &aside).map_err(|error| refusal(&error))?;
    if is_as_read(snapshot, &aside) {
        return aside.close().map_err(|error| refusal(&error));
    }
    match temp::commit(aside, real, system::rename_new) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(refusal(&error)),
        _ => Err(changed(snapshot)),
    }
}

/// Whether the file at `path`, which was the target, is what was read.
fn is_as_read(snapshot: &Snapshot, path: &Path) -> bool {
    content(path).is_some_and(|(facts, bytes)| facts == snapshot.facts && bytes == snapshot.bytes)
}

fn not_renamed(snapshot: &Snapshot, error: &std::io::Error) -> Error {
    match error.kind() {
        ErrorKind::AlreadyExists | ErrorKind::NotFound => changed(snapshot),
        _ => target_error("replace", &snapshot.real, error),
    }
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

/// The change is made, but the old file is still there under a temp name, or a loss of power may
/// take it back.
fn unsure(snapshot: &Snapshot, error: &std::io::Error) -> Error {
    let words = "was changed, but not all that belongs to it was done";
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
