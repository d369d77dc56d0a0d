//! What is remembered of a write: the target's manifest, and the history's word on the file.

use std::ops::Range;

use super::Ctx;
use super::prepare::Prepared;
use super::sync::Job;
use super::targets::Site;
use crate::error::Result;
use crate::files;
use crate::merge::{self, Base, Format, Outcome, Owned, Path, Seal};
use crate::state::{FileChange, Manifest};

/// SHA-256 of a file's bytes in hexadecimal, or `absent` where there is none.
pub(super) fn hash(bytes: Option<&[u8]>) -> String {
    bytes.map_or_else(|| "absent".to_owned(), files::hash)
}

/// What will be true of the target once it is written.
pub(super) fn manifest_for(job: &Job, prepared: &Prepared) -> Manifest {
    let mut manifest = described(prepared.manifest.clone(), &job.site, job.format);
    if prepared.bytes.is_some() {
        // Those that are there already and are ours, and those that the write makes.
        manifest.created_dirs.retain(|folder| folder.exists());
        manifest.created_dirs.extend(files::missing_parents(&prepared.snapshot.real));
    }
    manifest.created = prepared.is_ours();
    manifest.left = Some(hash(prepared.bytes.as_deref()));
    manifest.owned = prepared.owned.clone();
    manifest
}

/// A manifest that names its target as this site does, with no write that was begun.
pub(super) fn described(mut manifest: Manifest, site: &Site, format: Format) -> Manifest {
    let target = &site.target;
    manifest.path.clone_from(&site.path);
    manifest.root.clone_from(&site.root);
    manifest.ide.clone_from(&target.ide);
    manifest.scope.clone_from(&target.scope);
    manifest.syntax = Some(format);
    if !target.template.is_empty() {
        manifest.template.clone_from(&target.template);
    }
    manifest.pending = None;
    manifest
}

/// What the history keeps of this write.
pub(super) fn file_change(ctx: &Ctx, job: &Job, prepared: &Prepared, seal: &Seal) -> Result<FileChange> {
    let text = prepared.snapshot.text().unwrap_or_default();
    let holes = holes(text, job.format, &prepared.manifest.owned, seal);
    let before = ctx.state.backup(&prepared.snapshot.real, prepared.snapshot.bytes.as_deref(), &holes)?;
    let target = &job.site.target;
    Ok(FileChange {
        real: prepared.snapshot.real.clone(),
        path: job.site.path.clone(),
        root: job.site.root.clone(),
        ide: target.ide.clone(),
        scope: target.scope.clone(),
        template: target.template.clone(),
        format: job.format,
        before,
        after: hash(prepared.bytes.as_deref()),
        owned_before: prepared.manifest.owned.clone(),
        owned_after: prepared.owned.clone(),
        created: prepared.snapshot.bytes.is_none(),
        changes: prepared.changes(),
    })
}

/// Where the secrets that we wrote stand in a text, and at which keys. A backup leaves them out.
pub(super) fn holes(text: &str, format: Format, owned: &Owned, seal: &Seal) -> Vec<(Range<usize>, Path)> {
    let sealed = owned.keys.iter().filter_map(|key| match &key.base {
        Base::Sealed(base) => Some((&key.path, base)),
        Base::Value(_) => None,
    });
    sealed
        .filter(|(path, base)| holds_sealed(text, format, path, base, seal))
        .flat_map(|(path, _)| {
            let ranges = merge::ranges(text, format, std::slice::from_ref(path));
            ranges.into_iter().map(|range| (range, path.clone()))
        })
        .collect()
}

/// Whether the key still holds the secret that we wrote.
fn holds_sealed(text: &str, format: Format, path: &Path, base: &str, seal: &Seal) -> bool {
    let value = merge::get(text, format, path).ok().flatten();
    value.and_then(|value| value.as_str().map(|value| seal.hash(value) == base)).unwrap_or(false)
}

impl Prepared {
    /// The keys that this write changes, for an undo key by key.
    pub(super) fn changes(&self) -> Vec<merge::Change> {
        let base =
            |path: &Path| self.owned.keys.iter().find(|key| key.path == *path).map(|key| key.base.clone());
        let changed = self.keys.iter().filter(|key| is_change(&key.outcome));
        changed
            .map(|key| merge::Change {
                path: key.path.clone(),
                before: key.before.clone(),
                after: base(&key.path),
                secret: key.secret,
            })
            .collect()
    }
}

/// Whether a key's value becomes another one.
pub(super) fn is_change(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Inserted | Outcome::Updated | Outcome::TakenOver | Outcome::Removed | Outcome::Restored
    )
}
