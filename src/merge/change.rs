//! What one write did to one key, as much as is needed to take it back.

use serde::{Deserialize, Serialize};

use super::{Base, Path};

/// What one write did to one key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Where the key stands.
    pub path: Path,
    /// The raw bytes of the value before; `None` if the key was absent, or is secret.
    pub before: Option<String>,
    /// What was written; `None` if the key was taken out.
    pub after: Option<Base>,
    /// Whether the value is a secret.
    #[serde(default)]
    pub secret: bool,
}
