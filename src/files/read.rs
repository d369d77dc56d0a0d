//! Reading a target: what it held at one moment, with all that tells whether it changed since.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fmt, fs, io, thread};

use ring::digest;

use super::resolve::{Reach, Resolved, resolve};
use super::system::{self, Facts, FileId};
use super::{refused, target_error};
use crate::error::{Error, Kind, Place, Result};

/// The largest file that is read or written, in bytes: 16 MiB.
pub const LIMIT: u64 = 16 * 1024 * 1024;

/// VS Code empties a workspace file before it writes it again, so that an empty file may be one
/// half of a write. It is looked at again after these pauses, while it is younger than
/// [`FRESH`].
const PAUSES: [Duration; 3] =
    [Duration::from_millis(50), Duration::from_millis(100), Duration::from_millis(200)];

/// How old an empty file must be for its emptiness to be believed at once.
const FRESH: Duration = Duration::from_secs(2);

/// How often a file that changes while it is read is read again.
const TRIES: usize = 5;

/// A target at one moment. Its `Debug` form leaves the content out, which may hold a token.
#[derive(Clone)]
pub struct Snapshot {
    /// The path as it was asked for.
    pub path: PathBuf,
    /// The same with every link resolved.
    pub real: PathBuf,
    /// The content; `None` if there is no file.
    pub bytes: Option<Vec<u8>>,
    /// The file's identity; two paths with one identity are one file.
    pub id: Option<FileId>,
    /// Owner, mode, length, time, as far as the system has them.
    pub(super) facts: Option<Facts>,
    /// How far links were allowed to lead.
    pub(super) reach: Reach,
    /// Whether the file was reached through a link to it.
    pub(super) linked: bool,
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.bytes.as_ref().map(Vec::len);
        f.debug_struct("Snapshot").field("real", &self.real).field("length", &length).finish_non_exhaustive()
    }
}

impl Snapshot {
    /// The content as text, with its byte order mark if it has one; empty if there is no file.
    ///
    /// # Errors
    /// `FileMalformed`, with the place, if it is not UTF-8 or holds a NUL.
    pub fn text(&self) -> Result<&str> {
        let bytes = self.bytes.as_deref().unwrap_or_default();
        let (offset, words, hint) =
            match (std::str::from_utf8(bytes), bytes.iter().position(|byte| *byte == 0)) {
                (Ok(text), None) => return Ok(text),
                _ if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") => {
                    (0, "is written in UTF-16, not UTF-8", "save it with the encoding UTF-8")
                }
                (_, Some(0)) if bytes.iter().all(|byte| *byte == 0) => (
                    0,
                    "holds nothing but NUL bytes, as a crash of the system leaves them",
                    "restore it from a backup, or delete it: nothing in it can be read",
                ),
                (_, Some(nul)) => {
                    (nul, "holds a NUL byte, so it is not UTF-8 text", "save it with the encoding UTF-8")
                }
                (Err(error), None) => {
                    (error.valid_up_to(), "holds bytes that are not UTF-8", "save it with the encoding UTF-8")
                }
            };
        let before = String::from_utf8_lossy(&bytes[..offset]);
        Err(Error::new(Kind::FileMalformed, format!("{} {words}", self.path.display()))
            .at(Place { file: Some(self.path.clone()), ..Place::of(&before, before.len()) })
            .hint(hint))
    }

    /// SHA-256 of the content in hexadecimal, or `absent` if there is no file.
    pub fn hash(&self) -> String {
        self.bytes.as_deref().map_or_else(|| "absent".to_owned(), hash)
    }

    /// Whether this is an empty file that may be about to be filled.
    fn may_be_half_written(&self) -> bool {
        let Some(modified) = self.facts.as_ref().and_then(|facts| facts.modified) else { return false };
        let age = SystemTime::now().duration_since(modified).unwrap_or_default();
        self.bytes.as_ref().is_some_and(Vec::is_empty) && age < FRESH
    }
}

/// SHA-256 of `bytes` in hexadecimal.
pub(crate) fn hash(bytes: &[u8]) -> String {
    use std::fmt::Write;
    digest::digest(&digest::SHA256, bytes).as_ref().iter().fold(
        String::with_capacity(64),
        |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        },
    )
}

/// Reads a target. That it does not exist is no error.
///
/// # Errors
/// `FileRefused` if it is no regular file, is larger than [`LIMIT`], is reached through a broken
/// link or lies out of `reach`; `FileBusy` if it does not hold still.
pub fn read(path: &Path, reach: &Reach) -> Result<Snapshot> {
    for pause in PAUSES {
        let snapshot = read_now(path, reach)?;
        if !snapshot.may_be_half_written() {
            return Ok(snapshot);
        }
        thread::sleep(pause);
    }
    read_now(path, reach)
}

/// Reads a target without waiting for one that is empty.
pub(super) fn read_now(path: &Path, reach: &Reach) -> Result<Snapshot> {
    let Resolved { real, linked } = resolve(path, reach)?;
    for _ in 0..TRIES {
        let Some((facts, bytes)) = read_once(&real)? else { continue };
        return Ok(Snapshot {
            path: path.to_path_buf(),
            real,
            bytes,
            id: facts.as_ref().map(|facts| facts.id),
            facts,
            reach: reach.clone(),
            linked,
        });
    }
    Err(Error::new(Kind::FileBusy, format!("{} changes faster than it can be read", path.display()))
        .hint("try again when the program that writes it is done"))
}

pub(super) type Content = (Option<Facts>, Option<Vec<u8>>);

/// One attempt; `None` if the file changed meanwhile.
pub(super) fn read_once(real: &Path) -> Result<Option<Content>> {
    // The kind is looked at before opening: to open some devices is to use them.
    match fs::symlink_metadata(real) {
        Ok(metadata) if !metadata.is_file() => {
            return Err(refused(real, format_args!("is {}, not a file", system::kind(&metadata))));
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some((None, None))),
        Err(error) => return Err(target_error("look at", real, &error)),
    }
    let attempt = || -> io::Result<Option<(Facts, Vec<u8>)>> {
        let file = system::open(real)?;
        let before = Facts::of(&file)?;
        let mut bytes = Vec::with_capacity(usize::try_from(before.len.min(LIMIT)).unwrap_or_default() + 1);
        (&file).take(LIMIT + 1).read_to_end(&mut bytes)?;
        let same = Facts::of(&file)? == before && bytes.len() as u64 == before.len.min(LIMIT + 1);
        Ok(same.then_some((before, bytes)))
    };
    match attempt() {
        Ok(Some((_, bytes))) if bytes.len() as u64 > LIMIT => Err(too_large(real)),
        Ok(content) => Ok(content.map(|(facts, bytes)| (Some(facts), Some(bytes)))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(target_error("read", real, &error)),
    }
}

/// The refusal of a file beyond [`LIMIT`].
pub(super) fn too_large(path: &Path) -> Error {
    refused(path, format_args!("is larger than {} MiB", LIMIT / 1024 / 1024))
}
