//! The only writer of files.

use std::io::Write;
use std::path::Path;

use crate::error::{Error, Kind, Result};

/// Writes a file of our own: whole or not at all, mode 0600, in folders of mode 0700 that are
/// made where they are missing.
///
/// # Errors
/// [`Kind::Io`] when the system refuses; the old file then stands as it was.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let dir = path
        .parent()
        .ok_or_else(|| Error::new(Kind::Io, format!("{} is not a place for a file", path.display())))?;
    create_private_dir(dir)?;
    let refused = |error: &std::io::Error| Error::io("write", path, error);
    let mut file = tempfile::Builder::new()
        .prefix(".elitea-helper-")
        .tempfile_in(dir)
        .map_err(|error| refused(&error))?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(|error| refused(&error))?;
    file.persist(path).map_err(|error| refused(&error.error))?;
    Ok(())
}

fn create_private_dir(dir: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(|error| Error::io("create", dir, &error))
}
