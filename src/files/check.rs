//! Whether a target may be written, told before anything is.

use std::path::Path;

use super::{Snapshot, refused, system};
use crate::error::{Error, Result};

/// Tells whether the target may be written. A file is never written in place, so that what
/// forbids a rename over it forbids the write.
///
/// # Errors
/// `FileRefused` with the reason: another owner, a hard link, a read-only or immutable file, a
/// mount point, a folder or file system that may not be written to.
pub fn check_writable(snapshot: &Snapshot) -> Result<()> {
    if let Some(words) = snapshot.facts.as_ref().and_then(|facts| system::obstacle(&snapshot.real, facts)) {
        return Err(explain(snapshot, &snapshot.real, &words));
    }
    let folder = snapshot.real.ancestors().skip(1).find(|folder| folder.exists());
    match folder.and_then(|folder| Some((folder, system::folder_obstacle(folder)?))) {
        Some((folder, words)) => Err(explain(snapshot, folder, &words)),
        None => Ok(()),
    }
}

/// Whether other users of the machine can read the file at this real path: its mode lets them, and so
/// do those of all folders above it. Always `false` on Windows, where access lists decide.
pub fn is_readable_by_others(real: &Path) -> bool {
    system::is_readable_by_others(real)
}

/// Whether the mode of a file or folder of ours lets anybody in but its owner.
pub fn is_open_to_others(path: &Path) -> bool {
    system::is_open_to_others(path)
}

fn explain(snapshot: &Snapshot, what: &Path, words: &str) -> Error {
    let error = if snapshot.path == what {
        refused(what, words)
    } else {
        refused(&snapshot.path, format_args!("cannot be written: {} {words}", what.display()))
    };
    error.hint("make the change by hand, or where the file comes from")
}
