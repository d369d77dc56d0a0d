//! What is wanted of a file: keys and values, without a word on how to write them.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// VS Code's settings: JSONC where `"a.b": 1` and `"a": {"b": 1}` are one setting.
    Settings,
    /// Any other JSON with comments: a dot in a key means nothing.
    Jsonc,
    /// `JetBrains` XML: a path is a component's name, then an option's.
    Xml,
}

/// One step from a container to what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Step {
    /// A key of an object, a component of a project, an option of a component.
    Key(String),
    /// The element of an array whose `field` is `value`.
    Element {
        /// The field that identifies an element.
        field: String,
        /// What it holds in the element that is meant.
        value: String,
    },
    /// The string itself, as a member of an array that is used as a set.
    Member {
        /// The string.
        member: String,
    },
}

/// Where a key stands in its file, from the root.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// The path made of these keys.
    pub fn keys<const N: usize>(keys: [&str; N]) -> Self {
        Self(keys.into_iter().map(|key| Step::Key(key.to_owned())).collect())
    }

    /// This path below a key of the root.
    #[must_use]
    pub fn inside(&self, key: &str) -> Self {
        Self(std::iter::once(Step::Key(key.to_owned())).chain(self.0.iter().cloned()).collect())
    }

    /// The last key of the path, as people name it.
    pub fn name(&self) -> String {
        self.0.last().map(ToString::to_string).unwrap_or_default()
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => f.write_str(key),
            Self::Element { field, value } => write!(f, "[{field}={value}]"),
            Self::Member { member } => write!(f, "[{member}]"),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(_) if at > 0 => write!(f, "/{step}")?,
                _ => write!(f, "{step}")?,
            }
        }
        Ok(())
    }
}

/// What one key should become.
#[derive(Clone, PartialEq)]
pub enum Op {
    /// The key has this value. In XML the value is a string.
    Set(Value),
    /// The array at the path's parent holds the path's last [`Step::Member`].
    Include,
}

/// One key of a patch.
#[derive(Clone, PartialEq)]
pub struct Entry {
    /// Where it stands.
    pub path: Path,
    /// What it should become.
    pub op: Op,
    /// Whether the value is a secret: never shown, kept as a keyed hash.
    pub secret: bool,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.op {
            Op::Set(_) if self.secret => write!(f, "{} = ***", self.path),
            Op::Set(value) => write!(f, "{} = {value}", self.path),
            Op::Include => write!(f, "include {}", self.path),
        }
    }
}

/// The keys that one template yields for one selection, for one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    /// The file's format.
    pub format: Format,
    /// The keys, in the order in which new ones are written.
    pub entries: Vec<Entry>,
    /// The whole set of keys of each generation's download. A file that holds every key of one
    /// of them was pasted from ELITEA's page, and is taken over instead of being a conflict.
    pub downloads: Vec<Vec<Path>>,
}

impl Patch {
    /// The same keys below a key of the root.
    #[must_use]
    pub fn inside(mut self, key: &str) -> Self {
        let paths = self.entries.iter_mut().map(|entry| &mut entry.path);
        paths.chain(self.downloads.iter_mut().flatten()).for_each(|path| *path = path.inside(key));
        self
    }
}
