//! The new content, whole and on disk, beside the file that it will replace.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
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
    for path in leftovers(folder) {
        let _ = fs::remove_file(path);
    }
}

/// Whether a crash left temp files of ours in `folder`.
pub fn has_leftovers(folder: &Path) -> bool {
    leftovers(folder).next().is_some()
}

/// The temp files of ours that a crash left in `folder`.
pub fn leftovers(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    fs::read_dir(folder).into_iter().flatten().flatten().filter_map(|entry| {
        let process = maker(entry.file_name().to_str()?)?;
        let metadata = entry.metadata().ok()?;
        is_leftover(process, &metadata).then(|| entry.path())
    })
}

/// The number of the process that made a temp file of this name.
fn maker(name: &str) -> Option<u32> {
    name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.split_once('-')?.0.parse().ok()
}

fn is_leftover(process: u32, metadata: &fs::Metadata) -> bool {
    let age = metadata.modified().ok().and_then(|time| SystemTime::now().duration_since(time).ok());
    metadata.is_file() && (system::is_running(process) == Some(false) || age.is_some_and(|age| age > STALE))
}
