//! What files are on Windows. `unix.rs` has the same functions for Linux and macOS.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Whether the system's usual file system takes `A` and `a` for one name.
pub(super) const FOLDS_CASE: bool = true;

/// A file's identity: the same for all its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileId {
    volume: u64,
    index: u64,
}

/// What is known of an open file besides its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) id: FileId,
    pub(super) len: u64,
    pub(super) modified: Option<SystemTime>,
    links: u64,
    read_only: bool,
}

impl Facts {
    pub(super) fn of(file: &File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        let found = winapi_util::file::information(file)?;
        Ok(Self {
            id: FileId { volume: found.volume_serial_number(), index: found.file_index() },
            len: metadata.len(),
            modified: metadata.modified().ok(),
            links: found.number_of_links(),
            read_only: metadata.permissions().readonly(),
        })
    }
}

/// What stands there instead of a file, with its article.
pub(super) fn kind(metadata: &Metadata) -> &'static str {
    match () {
        () if metadata.is_dir() => "a folder",
        () if metadata.is_symlink() => "a link",
        () => "something else",
    }
}

/// Opens for reading; others may go on reading, writing and renaming.
pub(super) fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Why this file may not be replaced.
pub(super) fn obstacle(_: &Path, facts: &Facts) -> Option<String> {
    if facts.links > 1 {
        return Some(format!("has {} names (hard links), and replacing it would part them", facts.links));
    }
    facts.read_only.then(|| "is read-only".to_owned())
}

/// Why no file may be made in this folder. A folder's read-only attribute means nothing on
/// Windows, and its access list is best asked by trying.
pub(super) fn folder_obstacle(_: &Path) -> Option<String> {
    None
}

/// Makes a new file. It inherits the folder's access list, which in a profile names its owner.
pub(super) fn create(path: &Path, _private: bool) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Attributes of the old file that the new one must have: none, as a read-only one is refused.
#[allow(clippy::unnecessary_wraps, reason = "on the other systems it can fail")]
pub(super) fn dress(_: &File, _: &Facts, _: &Path) -> io::Result<()> {
    Ok(())
}

/// `ERROR_ACCESS_DENIED`, `ERROR_SHARING_VIOLATION` and `ERROR_UNABLE_TO_REMOVE_REPLACED`: what
/// a virus scanner or a sync program causes for a moment.
const PASSING: [i32; 3] = [5, 32, 1175];

/// Puts `from` in the place of `to`, again for two seconds while somebody holds it open.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let mut pause = Duration::from_millis(10);
    loop {
        match fs::rename(from, to) {
            Err(error)
                if pause < Duration::from_secs(1)
                    && error.raw_os_error().is_some_and(|code| PASSING.contains(&code)) =>
            {
                std::thread::sleep(pause);
                pause *= 2;
            }
            result => return result,
        }
    }
}

/// Puts `from` at `to`, where nothing may stand: `AlreadyExists` otherwise.
pub(super) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    if to.exists() { Err(io::ErrorKind::AlreadyExists.into()) } else { rename(from, to) }
}

/// Windows has no such call.
pub(super) fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Windows has no such call for folders.
#[allow(clippy::unnecessary_wraps, reason = "on the other systems it can fail")]
pub(super) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes a folder, and those above it. It inherits the access list of the user's profile.
pub(super) fn create_private_folders(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Nothing to do: the access list is inherited.
#[allow(clippy::unnecessary_wraps, reason = "on the other systems it can fail")]
pub(super) fn make_private(_: &Path) -> io::Result<()> {
    Ok(())
}

/// A profile's access list names its owner alone, and what else a list says is not looked at.
pub(super) fn is_readable_by_others(_: &Path) -> bool {
    false
}

/// As [`is_readable_by_others`].
pub(super) fn is_open_to_others(_: &Path) -> bool {
    false
}

/// Whether a process runs; `None` if that cannot be told.
pub(super) fn is_running(_: u32) -> Option<bool> {
    None
}

/// Whether a real path lies in a real folder. Only long paths have the prefix `\\?\`.
pub(super) fn is_inside(path: &Path, folder: &Path) -> bool {
    let bare = |path: &Path| match path.to_str().and_then(|text| text.strip_prefix(r"\?")) {
        Some(rest) => PathBuf::from(rest),
        None => path.to_path_buf(),
    };
    bare(path).starts_with(bare(folder))
}

/// A path as people write it: without the `\\?\` that `canonicalize` puts before it, where the
/// path means the same without.
pub(super) fn plain(path: PathBuf) -> PathBuf {
    match path.to_str().and_then(|text| text.strip_prefix(r"\\?\")) {
        Some(rest) if rest.len() < 260 && rest.as_bytes().get(1) == Some(&b':') => PathBuf::from(rest),
        _ => path,
    }
}
