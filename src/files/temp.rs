//! The new content, whole and on disk, beside the file that it will replace.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use tempfile::{Builder, TempPath};

use super::system;

const PREFIX: &str = ".elitea-helper-";
const SUFFIX: &str = ".tmp";

/// From this age on a temp file is one of a crash, whatever process has its number now.
const STALE: Duration = Duration::from_secs(60);

/// Writes `bytes` to a new temp file in `folder`, which goes away unless it is renamed.
pub(super) fn write(
    folder: &Path,
    bytes: &[u8],
    private: bool,
    finish: impl FnOnce(&File) -> io::Result<()>,
) -> io::Result<TempPath> {
    let prefix = format!("{PREFIX}{}-", std::process::id());
    let named = Builder::new()
        .prefix(&prefix)
        .suffix(SUFFIX)
        .make_in(folder, |path| system::create(path, private))?;
    let (mut file, path) = named.into_parts();
    file.write_all(bytes)?;
    finish(&file)?;
    Ok(path)
}

/// A name for a temp file in `folder`, made by putting an empty one there.
pub(super) fn name(folder: &Path) -> io::Result<TempPath> {
    write(folder, &[], true, |_| Ok(()))
}

/// Renames the temp file, after which there is nothing to clean up.
pub(super) fn commit(
    mut temp: TempPath,
    to: &Path,
    rename: fn(&Path, &Path) -> io::Result<()>,
) -> io::Result<()> {
    rename(&temp, to)?;
    temp.disable_cleanup(true);
    Ok(())
}

/// Removes the temp files of ours that a crash left in `folder`. A folder that cannot be read
/// has none.
pub fn clean_leftovers(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if let Some(process) = name.to_str().and_then(maker)
            && entry.metadata().is_ok_and(|metadata| is_leftover(process, &metadata))
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The number of the process that made a temp file of this name.
fn maker(name: &str) -> Option<u32> {
    name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.split_once('-')?.0.parse().ok()
}

fn is_leftover(process: u32, metadata: &fs::Metadata) -> bool {
    let age = metadata.modified().ok().and_then(|time| SystemTime::now().duration_since(time).ok());
    metadata.is_file() && (system::is_running(process) == Some(false) || age.is_some_and(|age| age > STALE))
}
