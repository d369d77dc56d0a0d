//! What we own in each target.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Pending;
use super::stored::{Found, newer, refuse_newer};
use super::{FORMAT, State};
use crate::error::Result;
use crate::files;
use crate::merge::{Base, Format, Hold, Owned};
use crate::order;

pub(super) const FOLDER: &str = "targets";

/// What we own in one target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The format number of this file of ours.
    #[serde(default)]
    pub format: u32,
    /// The target, links resolved.
    pub real: PathBuf,
    /// The target as it was named.
    pub path: PathBuf,
    /// The IDE's id.
    pub ide: String,
    /// `user`, `machine` or `workspace`.
    pub scope: String,
    /// The template's id; empty where we only keep token keys out of Settings Sync.
    pub template: String,
    /// The workspace that the target must stay in, for a target of a workspace.
    #[serde(default)]
    pub root: Option<PathBuf>,
    /// How the target is written.
    #[serde(default)]
    pub syntax: Option<Format>,
    /// Whether we created the file.
    #[serde(default)]
    pub created: bool,
    /// The folders that we made for it, the outermost first.
    #[serde(default)]
    pub created_dirs: Vec<PathBuf>,
    /// SHA-256 of the bytes that we left, in hexadecimal; `None` if we never wrote it.
    #[serde(default)]
    pub left: Option<String>,
    /// The keys.
    #[serde(default)]
    pub owned: Owned,
    /// A write that was begun; gone once it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<Pending>,
}

impl Manifest {
    /// The manifest of a target in which we own nothing.
    pub fn new(real: &Path) -> Self {
        Self {
            format: FORMAT,
            real: real.to_path_buf(),
            path: real.to_path_buf(),
            ide: String::new(),
            scope: String::new(),
            template: String::new(),
            root: None,
            syntax: None,
            created: false,
            created_dirs: Vec::new(),
            left: None,
            owned: Owned::default(),
            pending: None,
        }
    }

    /// Whether there is nothing to remember.
    pub fn is_empty(&self) -> bool {
        self.owned.keys.is_empty() && self.owned.containers.is_empty() && self.pending.is_none()
    }

    /// Whether there are keys that are ours, or that the user deleted.
    pub fn holds_keys(&self) -> bool {
        self.owned.keys.iter().any(|key| key.hold != Hold::Released)
    }

    /// Whether a secret of ours stands there.
    pub fn holds_secret(&self) -> bool {
        self.owned.keys.iter().any(|key| key.hold == Hold::Held && matches!(key.base, Base::Sealed(_)))
    }

    /// Whether we only keep token keys out of Settings Sync there.
    pub fn is_auxiliary(&self) -> bool {
        self.template.is_empty()
    }
}

/// The name under which files about a target are kept: 32 hexadecimal digits.
pub(super) fn key(real: &Path) -> String {
    let mut hash = files::hash(files::identity(real).as_bytes());
    hash.truncate(32);
    hash
}

impl State {
    /// What we own in the target with this real path; an empty manifest if nothing.
    ///
    /// # Errors
    /// `FormatNewer` if a newer version wrote it.
    pub fn manifest(&self, real: &Path) -> Result<Manifest> {
        let path = self.manifest_path(real);
        match self.load(&path)? {
            Found::Some(manifest) => Ok(manifest),
            Found::None => Ok(Manifest::new(real)),
            Found::Newer(format) => Err(newer(&path, format)),
        }
    }

    /// Remembers what we own in a target; forgets the target if that is nothing. Needs the lock.
    ///
    /// # Errors
    /// `FormatNewer` if a newer version wrote the one that is there; `Io` if it cannot be written.
    pub fn save_manifest(&self, manifest: &Manifest) -> Result<()> {
        let path = self.manifest_path(&manifest.real);
        if manifest.is_empty() {
            refuse_newer(&path)?;
            return files::remove_private(&path);
        }
        self.store(&path, &Manifest { format: FORMAT, ..manifest.clone() })
    }

    /// What we own in every target. Those that a newer version wrote are left out, with a warning.
    ///
    /// # Errors
    /// `Io` if one cannot be read.
    pub fn manifests(&self) -> Result<Vec<Manifest>> {
        let mut manifests = Vec::new();
        for path in self.list(FOLDER) {
            match self.load(&path)? {
                Found::Some(manifest) => manifests.push(manifest),
                Found::None => {}
                Found::Newer(format) => self.warn(newer(&path, format).message),
            }
        }
        order::sort_by(&mut manifests, |a: &Manifest, b: &Manifest| a.path.cmp(&b.path));
        Ok(manifests)
    }

    fn manifest_path(&self, real: &Path) -> PathBuf {
        self.dir.join(FOLDER).join(key(real)).with_extension("json")
    }
}
