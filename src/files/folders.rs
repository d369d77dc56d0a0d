//! Folders above a target: made when they are missing, removed when we made them.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{refused, system, target_error};
use crate::error::Result;

/// The folders above `path` that do not exist, the outermost first.
pub fn missing_parents(path: &Path) -> Vec<PathBuf> {
    let folder = path.parent().unwrap_or(path);
    let mut missing: Vec<_> =
        folder.ancestors().take_while(|folder| !folder.exists()).map(Path::to_path_buf).collect();
    missing.reverse();
    missing
}

/// Makes the missing folders above `path` (a snapshot's real path), but none at or above
/// `stop_at`, which must exist: a folder of an IDE that is not installed is never made. Returns
/// the folders made, the outermost first.
///
/// # Errors
/// `FileRefused` if `stop_at` does not exist, is not above `path`, or may not be written to.
pub fn create_parents(path: &Path, stop_at: &Path) -> Result<Vec<PathBuf>> {
    let stop = fs::canonicalize(stop_at).map(system::plain).map_err(|error| match error.kind() {
        ErrorKind::NotFound => refused(stop_at, "does not exist, and is not ours to make"),
        _ => target_error("find", stop_at, &error),
    })?;
    let folder = path.parent().unwrap_or(path);
    if !system::is_inside(folder, &stop) {
        return Err(refused(path, format_args!("is not inside {}", stop.display())));
    }
    let mut made = Vec::new();
    for folder in &missing_parents(path) {
        match fs::create_dir(folder) {
            Ok(()) => made.push(folder.clone()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists && folder.is_dir() => {}
            Err(error) => {
                remove_empty_folders(&made);
                return Err(target_error("make the folder", folder, &error));
            }
        }
        if let Some(above) = folder.parent() {
            system::sync_folder(above).map_err(|error| target_error("write", above, &error))?;
        }
    }
    Ok(made)
}

/// Removes those of the folders (the outermost first, as [`create_parents`] returned them) that
/// are empty, and returns the ones that are left.
pub fn remove_empty_folders(made: &[PathBuf]) -> Vec<PathBuf> {
    let mut left: Vec<_> =
        made.iter().rev().filter(|folder| fs::remove_dir(folder).is_err()).cloned().collect();
    left.retain(|folder| folder.exists());
    left.reverse();
    left
}
