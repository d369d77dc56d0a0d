//! A target read and merged, not yet written: what each wish makes of the file's text.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

use super::Ctx;
use super::desired::is_secret_entry;
use super::sync::{Desired, Job};
use crate::error::{Error, Result};
use crate::files::{self, Snapshot};
use crate::merge::{self, Base, Choice, Hold, Merged, Op, Outcome, Owned, OwnedKey, Patch, Path, Seal};
use crate::state::{FileChange, Left, Manifest};

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
    let text = snapshot.text().map_err(in_file)?;
    let mut notes = job.notes.clone();
    let (merged, bytes) = match &job.desired {
        Desired::Patch { patch, choices, complete, keep_secrets, guard } => {
            let guarded = guard.as_ref().is_none_or(|guard| !unguarded.contains(guard));
            let (merged, patch) =
                merge_patch(text, patch, &manifest.owned, choices, seal, guarded, &mut notes)
                    .map_err(in_file)?;
            let merged = if *complete {
                drop_obsolete(merged, &patch, *keep_secrets, seal).map_err(in_file)?
            } else {
                merged
            };
            let bytes = keep_absent(&snapshot, &merged);
            (merged, bytes)
        }
        Desired::Nothing(error) => return Err(error.clone()),
        Desired::Remove { only } => {
            let merged =
                merge::remove(text, job.format, &manifest.owned, only.as_deref(), seal).map_err(in_file)?;
            let bytes = without_our_file(&snapshot, &manifest, &merged);
            (merged, bytes)
        }
        Desired::Undo { change, token } => {
            undo(ctx, &snapshot, &manifest, change, token.as_deref(), seal).map_err(in_file)?
        }
    };
    Ok(Prepared { snapshot, manifest, interrupted, bytes, owned: merged.owned, keys: merged.keys, notes })
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
fn keep_absent(snapshot: &Snapshot, merged: &Merged) -> Option<Vec<u8>> {
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

/// The bytes before the change, if the file still has those that we left; else key by key.
fn undo(
    ctx: &Ctx,
    snapshot: &Snapshot,
    manifest: &Manifest,
    change: &FileChange,
    token: Option<&str>,
    seal: &Seal,
) -> Result<(Merged, Option<Vec<u8>>)> {
    let untouched = snapshot.hash() == change.after;
    let fillable = token.is_some() || change.before.holes.is_empty();
    if untouched && fillable {
        let bytes =
            ctx.state.restore(&change.before, &|_| token.map(|token| Value::from(token).to_string()))?;
        let text = match &bytes {
            Some(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            None => String::new(),
        };
        let mut owned = change.owned_before.clone();
        keep_later_decisions(&mut owned, change, &manifest.owned);
        if let Some(token) = token {
            let sealed = seal.hash(token);
            for key in &mut owned.keys {
                if let Base::Sealed(base) = &mut key.base {
                    base.clone_from(&sealed);
                }
            }
        }
        let keys = change.changes.iter().map(restored).collect();
        return Ok((Merged { text, owned, keys }, bytes));
    }
    let (owned_before, changes) = with_current_token(change, &manifest.owned, token, seal);
    let merged =
        merge::revert(snapshot.text()?, change.format, &changes, &manifest.owned, &owned_before, seal)?;
    let merged = Merged { owned: give_back_holds(merged.owned, change), ..merged };
    let bytes =
        if change.created && merged.text.trim().is_empty() { None } else { keep_absent(snapshot, &merged) };
    Ok((merged, bytes))
}

/// What the user decided to keep after the change stays decided.
fn keep_later_decisions(owned: &mut Owned, change: &FileChange, now: &Owned) {
    let was_released = |path: &Path| {
        change.owned_after.keys.iter().any(|key| key.path == *path && key.hold == Hold::Released)
    };
    for key in now.keys.iter().filter(|key| key.hold == Hold::Released && !was_released(&key.path)) {
        owned.keys.retain(|other| other.path != key.path);
        owned.keys.push(key.clone());
    }
}

/// The keys whose value the change left alone, but not who owns them: each as before the change,
/// unless that changed again since.
fn give_back_holds(mut owned: Owned, change: &FileChange) -> Owned {
    fn of<'o>(owned: &'o Owned, path: &Path) -> Option<&'o OwnedKey> {
        owned.keys.iter().find(|key| key.path == *path)
    }
    let (before, after) = (&change.owned_before, &change.owned_after);
    let paths: BTreeSet<&Path> = before.keys.iter().chain(&after.keys).map(|key| &key.path).collect();
    let untouched = |path: &&Path| change.changes.iter().all(|change| change.path != **path);
    for path in paths.into_iter().filter(untouched) {
        let (old, new) = (of(before, path), of(after, path));
        // A token that took the place of another has no change either, and stays ours.
        let is_our_token =
            new.is_some_and(|key| key.hold == Hold::Held && matches!(key.base, Base::Sealed(_)));
        if old != new && of(&owned, path) == new && !is_our_token {
            owned.keys.retain(|key| key.path != *path);
            owned.keys.extend(old.cloned());
        }
    }
    owned
}

/// What the change did and what we owned before it, with the tokens of then replaced by the one of
/// now: the token that we wrote last stands for the one that this change wrote, and where we had
/// written one before, the current one comes back. Without a token none comes back.
fn with_current_token(
    change: &FileChange,
    now: &Owned,
    token: Option<&str>,
    seal: &Seal,
) -> (Owned, Vec<merge::Change>) {
    let is_token = |key: &&merge::OwnedKey| matches!(key.base, Base::Sealed(_));
    let held = |path: &Path| {
        now.keys.iter().filter(is_token).find(|key| key.path == *path && key.hold == Hold::Held)
    };
    let had_one = |path: &Path| change.owned_before.keys.iter().filter(is_token).any(|key| key.path == *path);
    let with_current = |change: &merge::Change| {
        if !change.secret {
            return change.clone();
        }
        let after = held(&change.path).map(|key| key.base.clone()).or_else(|| change.after.clone());
        let before = token.filter(|_| had_one(&change.path)).map(|token| Value::from(token).to_string());
        merge::Change { before, after, ..change.clone() }
    };
    let changes = change.changes.iter().map(with_current).collect();
    let mut owned = change.owned_before.clone();
    owned.keys.retain(|key| token.is_some() || !is_token(&key));
    for key in &mut owned.keys {
        if let (Base::Sealed(base), Some(token)) = (&mut key.base, token) {
            *base = seal.hash(token);
        }
    }
    (owned, changes)
}

fn restored(change: &merge::Change) -> merge::KeyReport {
    let outcome =
        if change.before.is_none() && !change.secret { Outcome::Removed } else { Outcome::Restored };
    merge::KeyReport {
        path: change.path.clone(),
        outcome,
        secret: change.secret,
        before: None,
        was_present: true,
    }
}
