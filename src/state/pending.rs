//! A write that was begun. It is noted before the file changes, so that after a crash between the
//! two the manifest can be made to fit the file, whichever of both it is.

use serde::{Deserialize, Serialize};

use super::Manifest;
use crate::merge::{self, Base, Format, Origin, Owned, Path, Seal};

/// What will be true of a target once a write is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// SHA-256 of the old bytes, in hexadecimal; `absent` for no file.
    #[serde(default)]
    pub before: String,
    /// SHA-256 of the new bytes, in hexadecimal; `absent` where the file goes.
    pub after: String,
    /// What we own then.
    pub owned: Owned,
    /// Whether the file is one that we created.
    pub created: bool,
    /// The id of the history's entry that tells of the write.
    #[serde(default)]
    pub entry: String,
}

/// A file as it was found after a write that may not have been done.
#[derive(Clone, Copy)]
pub struct Left<'t> {
    /// SHA-256 of its bytes, in hexadecimal; `absent` for no file.
    pub hash: &'t str,
    /// Its text.
    pub text: &'t str,
    /// The key of the hashes of secrets.
    pub seal: &'t Seal,
}

impl Manifest {
    /// The manifest that fits the file, and whether the noted write was done. Where others wrote
    /// the file since, a value that only our write put there shows that it was.
    #[must_use]
    pub fn settled(mut self, left: Left<'_>) -> (Self, bool) {
        let Some(pending) = self.pending.take() else { return (self, false) };
        let done = match left.hash {
            hash if hash == pending.after => true,
            hash if hash == pending.before => false,
            _ => self.syntax.is_some_and(|format| shows(&self.owned, &pending.owned, left, format)),
        };
        if done {
            self.left = Some(pending.after);
            self.owned = pending.owned;
            self.created = pending.created;
        }
        (self, done)
    }
}

/// Whether the file holds at any key what we wrote there, and not what was there before.
fn shows(before: &Owned, after: &Owned, left: Left<'_>, format: Format) -> bool {
    let paths = before.keys.iter().chain(&after.keys).map(|key| &key.path);
    paths
        .into_iter()
        .any(|path| holds(after, before, path, left, format) && !holds(before, after, path, left, format))
}

/// Whether the file holds at `path` what it does when we own `owned`: our value, or where we own
/// none what stood there before us, as the other of the two remembers it.
fn holds(owned: &Owned, other: &Owned, path: &Path, left: Left<'_>, format: Format) -> bool {
    let find = |owned: &Owned| owned.keys.iter().find(|key| key.path == *path).cloned();
    if let Some(key) = find(owned) {
        return is_base(&key.base, path, left, format);
    }
    let range = merge::ranges(left.text, format, std::slice::from_ref(path)).pop();
    let raw = range.and_then(|range| left.text.get(range));
    match find(other).map(|key| key.origin) {
        Some(Origin::Raw(origin)) => raw == Some(origin.as_str()),
        Some(Origin::Absent | Origin::Secret) => raw.is_none(),
        None => false,
    }
}

fn is_base(base: &Base, path: &Path, left: Left<'_>, format: Format) -> bool {
    let Ok(Some(value)) = merge::get(left.text, format, path) else { return false };
    match base {
        Base::Value(base) => value == *base,
        Base::Sealed(base) => value.as_str().is_some_and(|value| left.seal.hash(value) == *base),
    }
}
