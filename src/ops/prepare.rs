//! A target read and merged, not yet written: what each wish makes of the file's text.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::Ctx;
use super::buffers::{self, Buffer, Buffers, Open, save_first};
use super::desired::is_secret_entry;
use super::record::is_change;
use super::revert::undo;
use super::sync::{Desired, Job};
use super::unsaved::UnsavedEdit;
use crate::error::{Error, Kind, Result};
use crate::files::{self, Snapshot};
use crate::merge::{self, Base, Choice, Format, Hold, Merged, Op, Outcome, Owned, Patch, Path, Seal};
use crate::state::{Left, Manifest};

/// Why the token keys of a file with unsaved changes are not written.
pub(super) const TOKEN_KEYS: &str = "its token keys never go through the editor";

/// What the user is told of a change of a file that has unsaved ones.
const GOES_TO_EDITOR: &str = "it has unsaved changes in the editor, so this one is made there, too";

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
    /// What the editor holds of it unsaved; then the snapshot has the editor's text for its bytes.
    pub(super) unsaved: Option<Unsaved>,
}

/// A target of which an editor holds unsaved changes.
pub(super) struct Unsaved {
    pub(super) buffer: Buffer,
    /// Whether token keys would have to be changed, too.
    pub(super) withheld: bool,
    /// Whether the file on the disk keeps the token keys out of Settings Sync, as far as it has to.
    pub(super) guards: bool,
    /// The changes of ours in it that were not saved, with the keys that are still as they left them.
    pub(super) edits: Vec<(Arc<UnsavedEdit>, Vec<Path>)>,
    /// What we own in the file on the disk.
    pub(super) owned_on_disk: Owned,
    /// Whether a change of who owns a key is worth noting by itself.
    decides: bool,
}

impl Prepared {
    pub(super) fn changes_file(&self) -> bool {
        self.bytes != self.snapshot.bytes
    }

    /// Whether anything has to be written, be it only what we remember.
    pub(super) fn changes_anything(&self) -> bool {
        if self.unsaved.is_some() {
            return self.is_for_editor();
        }
        self.changes_file() || self.interrupted || self.owned != self.manifest.owned
    }

    /// Whether it is a change that goes into the editor. What we own of a text that was not saved is
    /// nothing to remember by itself.
    pub(super) fn is_for_editor(&self) -> bool {
        let decides = |unsaved: &Unsaved| unsaved.decides && self.owned != self.manifest.owned;
        self.unsaved.as_ref().is_some_and(|unsaved| self.changes_file() || decides(unsaved))
    }

    /// Whether the file is there afterwards and one that we created.
    pub(super) fn is_ours(&self) -> bool {
        self.bytes.is_some() && (self.snapshot.bytes.is_none() || self.manifest.created)
    }

    pub(super) fn conflicts(&self) -> bool {
        self.keys.iter().any(|key| matches!(key.outcome, Outcome::Conflict { .. }))
    }
}

/// Reads and merges one target: its text is the editor's where that has unsaved changes.
pub(super) fn prepare(ctx: &Ctx, job: &Job, seal: &Seal, unguarded: &BTreeSet<PathBuf>) -> Result<Prepared> {
    let prepared = prepared(ctx, job, seal, unguarded, ctx.buffers.as_deref())?;
    let decides_only = |unsaved: &Unsaved| unsaved.edits.is_empty() && !prepared.changes_file();
    if prepared.unsaved.as_ref().is_some_and(decides_only) && prepared.is_for_editor() {
        // What the user decides without a change of any text need not wait for one to be saved.
        let on_disk = self::prepared(ctx, job, seal, unguarded, None)?;
        if !on_disk.changes_file() {
            return Ok(on_disk);
        }
    }
    Ok(prepared)
}

fn prepared(
    ctx: &Ctx,
    job: &Job,
    seal: &Seal,
    unguarded: &BTreeSet<PathBuf>,
    editor: Option<&dyn Buffers>,
) -> Result<Prepared> {
    let mut snapshot = files::read(&job.site.path, &job.site.reach())?;
    let manifest = ctx.state.manifest(&snapshot.real)?;
    let mut interrupted = manifest.pending.is_some();
    let (mut manifest, _) = settled(manifest, &snapshot, seal);
    let in_file = |error: Error| error.in_file(&job.site.path);
    let mut notes = job.notes.clone();
    let Open { unsaved, edits } = buffers::look(editor, &snapshot)?;
    let guards = unsaved.is_none() || guards(snapshot.text().map_err(in_file)?, &job.desired);
    if let Some(buffer) = &unsaved {
        snapshot.bytes = Some(buffer.text.as_bytes().to_vec());
        interrupted = false;
    }
    let owned_on_disk = manifest.owned.clone();
    let mut held = Vec::new();
    for edit in edits {
        let (owned, standing) = edit.settled(&manifest.owned, snapshot.text().map_err(in_file)?);
        manifest.owned = owned;
        if !standing.is_empty() {
            held.push((edit, standing));
        }
    }
    let before = Before { ctx, snapshot: &snapshot, manifest: &manifest, seal, unguarded };
    if let Some(buffer) = unsaved {
        let decides = job.desired.decides_ownership();
        let (merged, withheld) = before.merged_unsaved(job, &mut notes).map_err(in_file)?;
        let bytes = Some(merged.text.into_bytes());
        let unsaved = Some(Unsaved { buffer, withheld, guards, edits: held, owned_on_disk, decides });
        let (owned, keys) = (merged.owned, merged.keys);
        return Ok(Prepared { snapshot, manifest, interrupted, bytes, owned, keys, notes, unsaved });
    }
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
    let (owned, keys) = (merged.owned, merged.keys);
    Ok(Prepared { snapshot, manifest, interrupted, bytes, owned, keys, notes, unsaved: None })
}

/// Whether a text keeps out of Settings Sync all that it is wanted to.
fn guards(text: &str, desired: &Desired) -> bool {
    let Desired::Patch { patch, .. } = desired else { return true };
    let mut included = patch.entries.iter().filter(|entry| entry.op == Op::Include);
    included.all(|entry| matches!(merge::get(text, patch.format, &entry.path), Ok(Some(_))))
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
            Desired::Undo { change, token, .. } => {
                undo(ctx, snapshot, manifest, change, token.as_deref(), seal)
            }
            Desired::Mend { .. } => Err(Error::new(Kind::Internal, "a mended text is not mended again")),
        }
    }

    /// What a wish makes of a text that an editor holds unsaved, and whether token keys, which never go
    /// through the editor, were left out of it.
    fn merged_unsaved(&self, job: &Job, notes: &mut Vec<String>) -> Result<(Merged, bool)> {
        let path = &job.site.path;
        if matches!(job.desired, Desired::Mend { .. }) {
            return Err(save_first(path, "is mended on the disk"));
        }
        let text = self.snapshot.text()?;
        let mut more = Vec::new();
        let (merged, bytes) = self.merged(text, &job.desired, job.format, &mut more)?;
        let withheld = merged.keys.iter().any(|key| key.secret && is_change(&key.outcome));
        let merged = match &job.desired {
            _ if !withheld && bytes.is_none() => {
                return Err(save_first(path, "the file would go, which is nothing that the editor can do"));
            }
            _ if !withheld => {
                notes.append(&mut more);
                merged
            }
            Desired::Patch { patch, choices, complete, guard, .. } => {
                notes.push(format!("save the file and run this again: {TOKEN_KEYS}"));
                let mut patch = patch.clone();
                patch.entries.retain(|entry| !is_secret_entry(entry));
                let (choices, guard) = (choices.clone(), guard.clone());
                let open = Desired::Patch { patch, choices, complete: *complete, keep_secrets: true, guard };
                self.merged(text, &open, job.format, notes)?.0
            }
            _ => return Err(save_first(path, TOKEN_KEYS)),
        };
        if merged.text != text {
            notes.push(GOES_TO_EDITOR.to_owned());
        }
        Ok((merged, withheld))
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
