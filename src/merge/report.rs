//! What a merge did, key by key.

use serde::{Deserialize, Serialize};

use super::{Base, Owned, Path};

/// A merged text. Its `Debug` form leaves the text out, which may hold a token.
#[derive(Clone, PartialEq)]
pub struct Merged {
    /// The text; equal to the one given when nothing is to be written.
    pub text: String,
    /// What we own in it.
    pub owned: Owned,
    /// What became of each key.
    pub keys: Vec<KeyReport>,
}

impl std::fmt::Debug for Merged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Merged").field("keys", &self.keys).finish_non_exhaustive()
    }
}

/// What became of one key.
#[derive(Clone, PartialEq)]
pub struct KeyReport {
    /// The key.
    pub path: Path,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether its value is a secret.
    pub secret: bool,
    /// The raw bytes of the value before; `None` if it was absent or is a secret.
    pub before: Option<String>,
    /// Whether there was a value before.
    pub was_present: bool,
}

impl std::fmt::Debug for KeyReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {:?}", self.path, self.outcome)
    }
}

/// What became of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Written where nothing was.
    Inserted,
    /// Written over what we wrote last, or over a stand-in.
    Updated,
    /// As it should be.
    Unchanged,
    /// As it should be, and ours from now on.
    Adopted,
    /// Written over a download that was pasted as a whole.
    TakenOver,
    /// The user's value differs and stays, until it is settled.
    Conflict {
        /// The raw text in the file, `***` where it is a secret.
        theirs: String,
    },
    /// The user took it out; it stays out.
    Gone,
    /// The user keeps it; it is not ours.
    Released,
    /// Taken out.
    Removed,
    /// Given back what stood there before us.
    Restored,
    /// The user changed it or declined it; it stays as it is.
    Left,
    /// A redacted token where no token may be written; it is left alone.
    RefusedSecret,
}

/// What the user decided about a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The user's value stays and the key is released.
    Keep,
    /// Ours is written.
    Take,
}

/// What one earlier merge did to a key, for taking it back.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The key.
    pub path: Path,
    /// The raw bytes of the value before; `None` if it was absent.
    pub before: Option<String>,
    /// What was written; `None` if the key was taken out.
    pub after: Option<Base>,
    /// Whether the value is a secret.
    #[serde(default)]
    pub secret: bool,
}

impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "change of {}", self.path)
    }
}
