//! A change taken back: the bytes before it, or key by key where the file changed since.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Ctx;
use super::prepare::keep_absent;
use crate::error::{Error, Kind, Result};
use crate::files::Snapshot;
use crate::merge::{self, Base, Hold, Merged, Outcome, Owned, OwnedKey, Path, Seal};
use crate::state::{FileChange, Manifest};

/// The bytes before the change, if the file still has those that we left; else key by key.
pub(super) fn undo(
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
    if change.changes.is_empty() && change.owned_before == change.owned_after {
        return Err(lost(ctx, snapshot, change));
    }
    let (owned_before, changes) = with_current_token(change, &manifest.owned, token, seal);
    let merged =
        merge::revert(snapshot.text()?, change.format, &changes, &manifest.owned, &owned_before, seal)?;
    let merged = Merged { owned: give_back_holds(merged.owned, change), ..merged };
    let bytes =
        if change.created && merged.text.trim().is_empty() { None } else { keep_absent(snapshot, &merged) };
    Ok((merged, bytes))
}

/// The refusal to take back a repair of a text that was changed since: there is no key to go by.
fn lost(ctx: &Ctx, snapshot: &Snapshot, change: &FileChange) -> Error {
    let words = format!("{} was changed since it was repaired", snapshot.path.display());
    let error = Error::new(Kind::FileRefused, words);
    match &change.before.file {
        Some(name) => {
            error.hint(format!("what it held before is in {}", ctx.state.dir().join(name).display()))
        }
        None => error,
    }
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
