//! Who owns a key: what we wrote last (base), what stood there before us (origin), and what may
//! therefore be done with what stands there now.

use std::fmt;

use ring::hmac;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Path;

/// What we own in one file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Owned {
    /// The keys that we wrote, with what became of them since.
    #[serde(default)]
    pub keys: Vec<OwnedKey>,
    /// The containers that we made or filled, so that removal can put them back.
    #[serde(default)]
    pub containers: Vec<Container>,
}

/// One key that we wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnedKey {
    /// Where it stands.
    pub path: Path,
    /// What we wrote last.
    pub base: Base,
    /// What stood there before us.
    pub origin: Origin,
    /// Whether it is still ours.
    #[serde(default)]
    pub hold: Hold,
}

/// What we wrote last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Base {
    /// The value.
    Value(Value),
    /// A keyed hash of the value, which is a secret.
    Sealed(String),
}

/// What stood at a key before us.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Nothing.
    Absent,
    /// These bytes.
    Raw(String),
    /// A secret, which is never kept; removal takes the key out.
    Secret,
}

/// Whether a key is still ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hold {
    /// It is.
    #[default]
    Held,
    /// The user deleted it; it stays gone until taken again.
    Gone,
    /// The user keeps it; we neither touch nor report it.
    Released,
}

/// A container that we made or filled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Container {
    /// Where it stands; the root's path is empty.
    pub path: Path,
    /// What to put back when nothing is left in it.
    pub origin: ContainerOrigin,
}

/// How a container looked before us.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContainerOrigin {
    /// It did not exist. These bytes came with it, before and after.
    Absent {
        /// Before its first byte.
        before: String,
        /// After its last byte.
        after: String,
    },
    /// It was empty, with these bytes between its brackets.
    Empty {
        /// The bytes.
        inner: String,
    },
    /// It was an XML element that closed itself.
    Closed {
        /// What closed it: `/>` and the blanks before that.
        tail: String,
    },
}

/// The key with which secrets are hashed: the manifest can tell whether a token is the one we
/// wrote, and nobody can try tokens against it without the key.
pub struct Seal(hmac::Key);

impl Seal {
    /// A seal with this key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The keyed hash of `secret`, in hexadecimal.
    pub fn hash(&self, secret: &str) -> String {
        hmac::sign(&self.0, secret.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(***)")
    }
}
