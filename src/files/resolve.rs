//! Where a path really leads: links followed one by one, so that a broken chain can be named.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{refused, system, target_error};
use crate::error::{Error, Kind, Result};

/// As many links in a row as Linux follows (`path_resolution(7)`).
const MAX_LINKS: usize = 40;

/// How far links may lead from the path that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Anywhere: a user keeps a settings file where they like and links to it.
    User,
    /// Not out of this folder: a workspace comes from others.
    Inside(PathBuf),
}

/// A path with every link resolved.
pub(super) struct Resolved {
    /// The real path. Its last parts need not exist.
    pub(super) real: PathBuf,
    /// Whether the file itself (not only a folder above) was reached through a link.
    pub(super) linked: bool,
}

/// What makes two paths one target: the real path, in one case where the system's file systems
/// fold case by default.
pub fn identity(real: &Path) -> String {
    let text = match real.to_str() {
        Some(text) => text.to_owned(),
        None => real.as_os_str().as_encoded_bytes().escape_ascii().to_string(),
    };
    if system::FOLDS_CASE { text.to_lowercase() } else { text }
}

/// The path with every link resolved; as it is where that cannot be done.
pub fn real_path(path: &Path) -> PathBuf {
    follow(path).map_or_else(|_| path.to_path_buf(), |resolved| resolved.real)
}

/// Follows every link of `path`.
///
/// # Errors
/// `FileRefused` for a loop, a link to nothing, and a path that leads out of its `reach`.
pub(super) fn resolve(path: &Path, reach: &Reach) -> Result<Resolved> {
    let resolved = follow(path)?;
    let Reach::Inside(root) = reach else { return Ok(resolved) };
    let root = fs::canonicalize(root)
        .map(system::plain)
        .map_err(|error| target_error("find the workspace", root, &error))?;
    if system::is_inside(&resolved.real, &root) {
        return Ok(resolved);
    }
    Err(refused(
        path,
        format_args!("leads out of the workspace {} to {}", root.display(), resolved.real.display()),
    )
    .hint("replace the link by a file of the workspace's own"))
}

fn follow(path: &Path) -> Result<Resolved> {
    let asked = std::path::absolute(path).map_err(|error| target_error("find", path, &error))?;
    let mut chain = vec![settle(&asked)?];
    while let Some(at) = chain.last() {
        let metadata = match fs::symlink_metadata(at) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == ErrorKind::NotFound && chain.len() == 1 => break,
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(dangling(&asked, at)),
            Err(error) => return Err(target_error("look at", at, &error)),
        };
        if !metadata.is_symlink() {
            break;
        }
        if chain.len() > MAX_LINKS {
            return Err(endless(&asked, &chain));
        }
        let link = fs::read_link(at).map_err(|error| target_error("read the link", at, &error))?;
        let next = settle(&at.parent().unwrap_or(at).join(link))?;
        if chain.contains(&next) {
            chain.push(next);
            return Err(endless(&asked, &chain));
        }
        chain.push(next);
    }
    let linked = chain.len() > 1;
    let real = chain.pop().unwrap_or(asked);
    Ok(Resolved { real, linked })
}

fn dangling(asked: &Path, missing: &Path) -> Error {
    refused(asked, format_args!("is a link to {}, which does not exist", missing.display()))
        .hint("create the file that the link names, or remove the link")
}

fn endless(asked: &Path, chain: &[PathBuf]) -> Error {
    let shown: Vec<_> = chain.iter().take(4).map(|at| at.display().to_string()).collect();
    refused(asked, format_args!("is a link that leads in a circle: {}", shown.join(" -> ")))
        .hint("remove one of the links")
}

/// The path with its folder's links resolved; its own last part is left as it is.
fn settle(path: &Path) -> Result<PathBuf> {
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) => Ok(real_folder(folder)?.join(name)),
        _ => Err(refused(path, "is not the name of a file")),
    }
}

/// The real path of a folder, the parts of it that do not exist left as they are.
fn real_folder(folder: &Path) -> Result<PathBuf> {
    let mut missing = Vec::new();
    let mut at = folder;
    loop {
        match fs::canonicalize(at) {
            Ok(real) if real.is_dir() => {
                return Ok(missing.iter().rev().fold(system::plain(real), |path, part| path.join(part)));
            }
            Ok(_) => return Err(refused(at, "is not a folder")),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                return Err(Error::new(
                    Kind::FileRefused,
                    format!("cannot follow {}: {error}", at.display()),
                ));
            }
        }
        if fs::symlink_metadata(at).is_ok_and(|metadata| metadata.is_symlink()) {
            return Err(refused(at, "is a link to a folder that does not exist"));
        }
        match (at.parent(), at.file_name()) {
            (Some(parent), Some(name)) => {
                missing.push(name);
                at = parent;
            }
            _ => return Err(refused(at, "does not exist")),
        }
    }
}
