//! The note of a rotation under way: the name of the token that is being asked for, written
//! before it is asked for, so that a lost reply can be found and cleaned up.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{FORMAT, State};
use crate::error::{Error, Kind, Result};
use crate::files::{self, Lock};

pub(super) const NOTE: &str = "rotation.json";
const LOCK: &str = "rotation";

#[derive(Serialize, Deserialize)]
struct Note {
    format: u32,
    name: String,
}

impl State {
    /// Lets one helper rotate at a time; unlike the lock of the writes it is held while the server
    /// is asked.
    ///
    /// # Errors
    /// `Locked`, with the holder, where another rotation takes longer than `patience`.
    pub fn rotation_lock(&self, patience: Duration) -> Result<Lock> {
        files::lock(&self.dir().join(LOCK), "token rotate", patience)
    }

    /// Notes the name of the token that is about to be asked for.
    ///
    /// # Errors
    /// `Io` if it cannot be written.
    pub fn note_rotation(&self, name: &str) -> Result<()> {
        let note = Note { format: FORMAT, name: name.to_owned() };
        let bytes =
            serde_json::to_vec(&note).map_err(|error| Error::new(Kind::Internal, error.to_string()))?;
        files::write_private(&self.dir().join(NOTE), &bytes)
    }

    /// The name noted by a rotation that did not end.
    ///
    /// # Errors
    /// `Io` if the note cannot be read. One that is damaged counts as none.
    pub fn noted_rotation(&self) -> Result<Option<String>> {
        let bytes = files::read_private(&self.dir().join(NOTE))?;
        Ok(bytes.and_then(|bytes| serde_json::from_slice::<Note>(&bytes).ok()).map(|note| note.name))
    }

    /// The rotation is done.
    ///
    /// # Errors
    /// `Io` if the note cannot be removed.
    pub fn forget_rotation(&self) -> Result<()> {
        files::remove_private(&self.dir().join(NOTE))
    }
}
