//! A target read and merged, not yet written: what each wish makes of the file's text.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Ctx;
use super::desired::is_secret_entry;
use super::revert::undo;
use super::sync::{Desired, Job};
use crate::error::{Error, Kind, Result};
use crate::files::{self, Snapshot};
use crate::merge::{self, Base, Choice, Format, Hold, Merged, Op, Outcome, Owned, Patch, Path, Seal};
use crate::state::{Left, Manifest};

/// A target read and merged, not yet written.
pub(super) struct Prepared {
    pub(super) snapshot: Snapshot,
    pub(super) manifest: Manifest,
    /// Whether the manifest on disk still tells of a write that was begun.
    interrupted: bool,
    /// The new bytes; none: the file goes.
    pub(super) bytes: Option<Vec<u8>>,
    pub(super) owned: Owned,
    pub(super) keys: Vec<merge::KeyReport>,
    pub(super) notes: Vec<String>,
}

impl Prepared {
    pub(super) fn changes_file(&self) -> bool {
        self.bytes != self.snapshot.bytes
    }

    /// Whether anything has to be written, be it only what we remember.
    pub(super) fn changes_anything(&self) -> bool {
        self.changes_file() || self.interrupted || self.owned != self.manifest.owned
    }

    /// Whether the file is there afterwards and one that we created.
    pub(super) fn is_ours(&self) -> bool {
        self.bytes.is_some() && (self.snapshot.bytes.is_none() || self.manifest.created)
    }

    pub(super) fn conflicts(&self) -> bool {
        self.keys.iter().any(|key| matches!(key.outcome, Outcome::Conflict { .. }))
    }
}

/// Reads and merges one target.
pub(super) fn prepare(ctx: &Ctx, job: &Job, seal: &Seal, unguarded: &BTreeSet<PathBuf>) -> Result<Prepared> {
    let snapshot = files::read(&job.site.path, &job.site.reach())?;
    let manifest = ctx.state.manifest(&snapshot.real)?;
    let interrupted = manifest.pending.is_some();
    let (manifest, _) = settled(manifest, &snapshot, seal);
    let in_file = |error: Error| error.in_file(&job.site.path);
    let mut notes = job.notes.clone();
    let before = Before { ctx, snapshot: &snapshot, manifest: &manifest, seal, unguarded };
    let (merged, bytes) = match &job.desired {
        Desired::Mend { before: hash, text, then } => {
            if snapshot.hash() != *hash {
                return Err(changed_since(&snapshot));
            }
            match then {
                Some(then) => before.merged(text, then, job.format, &mut notes).map_err(in_file)?,
                None => {
                    let owned = manifest.owned.clone();
                    let merged = Merged { text: text.clone(), owned, keys: Vec::new() };
                    let bytes = text.clone().into_bytes();
                    (merged, Some(bytes))
                }
            }
        }
        desired => {
            let text = snapshot.text().map_err(in_file)?;
            before.merged(text, desired, job.format, &mut notes).map_err(in_file)?
        }
    };
    Ok(Prepared { snapshot, manifest, interrupted, bytes, owned: merged.owned, keys: merged.keys, notes })
}

/// What a merge starts from.
struct Before<'b> {
    ctx: &'b Ctx,
    snapshot: &'b Snapshot,
    manifest: &'b Manifest,
    seal: &'b Seal,
    unguarded: &'b BTreeSet<PathBuf>,
}

impl Before<'_> {
    /// What a wish makes of `text`, and the file's new bytes; none: the file goes.
    fn merged(
        &self,
        text: &str,
        desired: &Desired,
        format: Format,
        notes: &mut Vec<String>,
    ) -> Result<(Merged, Option<Vec<u8>>)> {
        let Self { ctx, snapshot, manifest, seal, unguarded } = *self;
        match desired {
            Desired::Patch { patch, choices, complete, keep_secrets, guard } => {
                let guarded = guard.as_ref().is_none_or(|guard| !unguarded.contains(guard));
                let (merged, patch) =
                    merge_patch(text, patch, &manifest.owned, choices, seal, guarded, notes)?;
                let merged =
                    if *complete { drop_obsolete(merged, &patch, *keep_secrets, seal)? } else { merged };
                let bytes = keep_absent(snapshot, &merged);
                Ok((merged, bytes))
            }
            Desired::Nothing(error) => Err(error.clone()),
            Desired::Remove { only } => {
                let merged = merge::remove(text, format, &manifest.owned, only.as_deref(), seal)?;
                let bytes = without_our_file(snapshot, manifest, &merged);
                Ok((merged, bytes))
            }
            Desired::Undo { change, token } => undo(ctx, snapshot, manifest, change, token.as_deref(), seal),
            Desired::Mend { .. } => Err(Error::new(Kind::Internal, "a mended text is not mended again")),
        }
    }
}

/// The refusal of a mended text whose file is no longer the one that was looked at.
fn changed_since(snapshot: &Snapshot) -> Error {
    let words = format!("{} changed since it was looked at", snapshot.path.display());
    Error::new(Kind::PlanStale, words).hint("run the command again")
}

/// The manifest that fits what was read, after a write that may not have been done.
pub(super) fn settled(manifest: Manifest, snapshot: &Snapshot, seal: &Seal) -> (Manifest, bool) {
    manifest.settled(Left { hash: &snapshot.hash(), text: snapshot.text().unwrap_or_default(), seal })
}

/// The patch merged, and what of it was wanted: without its secrets where the keys cannot be kept
/// out of Settings Sync.
fn merge_patch<'a>(
    text: &str,
    patch: &'a Patch,
    owned: &Owned,
    choices: &[(Path, Choice)],
    seal: &Seal,
    guarded: bool,
    notes: &mut Vec<String>,
) -> Result<(Merged, Cow<'a, Patch>)> {
    let merged = merge::apply(text, patch, owned, choices, seal)?;
    let included = |merged: &Merged| {
        merged.keys.iter().all(|key| {
            let is_include =
                patch.entries.iter().any(|entry| entry.path == key.path && entry.op == Op::Include);
            !is_include || !matches!(key.outcome, Outcome::Conflict { .. } | Outcome::Left | Outcome::Gone)
        })
    };
    if !patch.entries.iter().any(is_secret_entry) || (guarded && included(&merged)) {
        return Ok((merged, Cow::Borrowed(patch)));
    }
    notes.push(
        "no token is written: settingsSync.ignoredSettings does not keep the token keys out of Settings Sync"
            .into(),
    );
    let mut without = patch.clone();
    without.entries.retain(|entry| !is_secret_entry(entry));
    Ok((merge::apply(text, &without, owned, choices, seal)?, Cow::Owned(without)))
}

/// Takes out what we own and the patch no longer names.
fn drop_obsolete(merged: Merged, patch: &Patch, keep_secrets: bool, seal: &Seal) -> Result<Merged> {
    let obsolete: Vec<Path> = merged
        .owned
        .keys
        .iter()
        .filter(|key| key.hold == Hold::Held && !(keep_secrets && matches!(key.base, Base::Sealed(_))))
        .filter(|key| !matches!(key.path.0.last(), Some(merge::Step::Member { .. })))
        .filter(|key| patch.entries.iter().all(|entry| entry.path != key.path))
        .map(|key| key.path.clone())
        .collect();
    if obsolete.is_empty() {
        return Ok(merged);
    }
    let mut keys = merged.keys;
    let mut without = merge::remove(&merged.text, patch.format, &merged.owned, Some(&obsolete), seal)?;
    keys.append(&mut without.keys);
    Ok(Merged { keys, ..without })
}

/// A file that does not exist and gets no key stays away.
pub(super) fn keep_absent(snapshot: &Snapshot, merged: &Merged) -> Option<Vec<u8>> {
    if snapshot.bytes.is_none() && merged.text.is_empty() {
        None
    } else {
        Some(merged.text.clone().into_bytes())
    }
}

/// A file that we created and that is empty again goes.
fn without_our_file(snapshot: &Snapshot, manifest: &Manifest, merged: &Merged) -> Option<Vec<u8>> {
    if snapshot.bytes.is_none() || (manifest.created && merged.text.trim().is_empty()) {
        None
    } else {
        Some(merged.text.clone().into_bytes())
    }
}
