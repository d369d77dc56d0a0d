//! A write that was begun. It is noted before the file changes, so that after a crash between the
//! two the manifest fits the file, whichever of both it is.

use serde::{Deserialize, Serialize};

use super::Manifest;
use crate::merge::Owned;

/// What will be true of a target once a write is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// SHA-256 of the new bytes, in hexadecimal; `absent` where the file goes.
    pub after: String,
    /// What we own then.
    pub owned: Owned,
    /// Whether the file is one that we created.
    pub created: bool,
}

impl Manifest {
    /// The manifest that fits a file with this hash: the noted write is taken as done where the
    /// file holds what it was to write, and as never done otherwise.
    #[must_use]
    pub fn settled(mut self, hash: &str) -> Self {
        if let Some(pending) = self.pending.take()
            && pending.after == hash
        {
            self.left = Some(pending.after);
            self.owned = pending.owned;
            self.created = pending.created;
        }
        self
    }
}
