//! Reads, locks and writes files. Nothing else in the crate writes to disk.
//!
//! Two sorts of files come through here. A *target* belongs to the user or the IDE: it is read
//! into a [`Snapshot`], and replaced whole, only if it still is what was read. Our *own* files
//! (`*_private`) are readable by their owner alone.
#![allow(clippy::disallowed_methods, reason = "the only writer")]

mod check;
mod folders;
mod lock;
mod own;
mod read;
mod resolve;
#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod system;
mod temp;
mod write;

pub use check::{check_writable, is_open_to_others, is_readable_by_others};
pub use folders::{create_parents, missing_parents, remove_empty_folders, remove_folders};
pub use lock::{Lock, is_noted, lock};
pub use own::{
    Durability, create_private, create_private_dir, move_aside, read_private, remove_private, write_private,
    write_private_as,
};
pub(crate) use read::hash;
pub use read::{LIMIT, Snapshot, read};
pub use resolve::{Reach, identity, real_path};
pub use system::FileId;
pub use temp::{clean_leftovers, has_leftovers, leftovers};
pub use write::{Outcome, delete, replace};

use std::path::Path;

use crate::error::{Error, Kind};

/// A file that may not be read or written: `path` and what is the matter with it.
fn refused(path: &Path, words: impl std::fmt::Display) -> Error {
    Error::new(Kind::FileRefused, format!("{} {words}", path.display()))
}

/// What the system says about a target, as a refusal where the reason lies in the file.
fn target_error(doing: &str, path: &Path, error: &std::io::Error) -> Error {
    use std::io::ErrorKind as Io;
    match error.kind() {
        Io::PermissionDenied
        | Io::ReadOnlyFilesystem
        | Io::NotADirectory
        | Io::InvalidFilename
        | Io::ResourceBusy
        | Io::CrossesDevices
        | Io::StorageFull
        | Io::QuotaExceeded => {
            Error::new(Kind::FileRefused, format!("cannot {doing} {}: {error}", path.display()))
        }
        _ => Error::io(doing, path, error),
    }
}
