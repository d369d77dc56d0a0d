//! What is wanted of a file: keys and values, without a word on how to write them.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, Kind as ErrorKind, Result};

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
    /// TOML: a key is in the table of this name, however that is written.
    Toml,
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

/// The entries of a patch that say what one key becomes. Those for the field that identifies an
/// element say nothing: it is made with the element, and goes with it.
///
/// # Errors
/// [`Usage`](ErrorKind::Usage) for a path that leads nowhere, for two entries of one key, and for
/// one inside a value that another entry writes as a whole.
pub(super) fn entries(patch: &Patch) -> Result<Vec<&Entry>> {
    let mut entries = Vec::new();
    let mut spots = Vec::new();
    for entry in &patch.entries {
        shape(&entry.path, patch.format)?;
        if !identifies(entry)? {
            spots.push((spelled_out(&entry.path, patch.format), &entry.path));
            entries.push(entry);
        }
    }
    spots.sort();
    for pair in spots.windows(2) {
        let [(outer, path), (inner, other)] = pair else { continue };
        if inner == outer {
            return Err(wrong(format!("{other} is in one patch twice")));
        }
        if inner.starts_with(outer) {
            return Err(wrong(format!("{other} is inside {path}, which the same patch writes as a whole")));
        }
        let parts = outer.iter().zip(inner).find(|(one, other)| one != other);
        if parts.is_some_and(|(one, other)| is_key(one) != is_key(other)) {
            return Err(wrong(format!("{path} needs an object where {other} needs an array")));
        }
    }
    Ok(entries)
}

fn wrong(message: String) -> Error {
    Error::new(ErrorKind::Usage, message).hint("correct the template that the patch comes from")
}

/// A path has a first step, which is a key unless an array may be the whole file; an element has
/// keys, and a member is the end of it.
fn shape(path: &Path, format: Format) -> Result<()> {
    let nowhere = || Err(wrong(format!("\"{path}\" is not a place where a value can stand")));
    match path.0.first() {
        Some(Step::Key(_)) => {}
        Some(_) if format == Format::Jsonc => {}
        _ => return nowhere(),
    }
    for pair in path.0.windows(2) {
        match pair {
            [Step::Member { .. }, _] => return nowhere(),
            [Step::Element { .. }, next] if !matches!(next, Step::Key(_)) => return nowhere(),
            _ => {}
        }
    }
    if matches!(path.0.last(), Some(Step::Element { .. })) { nowhere() } else { Ok(()) }
}

fn is_key(step: &Step) -> bool {
    matches!(step, Step::Key(_))
}

/// Whether an entry is the field by which its element is found.
fn identifies(entry: &Entry) -> Result<bool> {
    let [.., Step::Element { field, value }, Step::Key(key)] = entry.path.0.as_slice() else {
        return Ok(false);
    };
    match &entry.op {
        _ if key != field => Ok(false),
        Op::Set(wanted) if wanted.as_str() == Some(value) => Ok(true),
        _ => Err(wrong(format!(
            "{} cannot become anything else, since its element is found by it",
            entry.path
        ))),
    }
}

/// The path with each dotted key as the keys it stands for, where the format does so.
fn spelled_out(path: &Path, format: Format) -> Vec<Step> {
    let parts = |step: &Step| match step {
        Step::Key(key) if format == Format::Settings => {
            key.split('.').map(|part| Step::Key(part.to_owned())).collect()
        }
        other => vec![other.clone()],
    };
    path.0.iter().flat_map(parts).collect()
}
