//! A text of any format as the merge sees it: find, write, cut, put back.

use std::ops::Range;

use serde_json::Value;

use super::jsonc::Jsonc;
use super::text::BOM;
use super::toml::Toml;
use super::xml::Xml;
use super::{Container, Format, Path};
use crate::error::Result;

/// What stands at a path.
pub(super) enum Found {
    /// A value, at these bytes.
    Value {
        /// The value's bytes; in XML those between the quotes of the attribute.
        raw: Range<usize>,
        /// What they mean.
        value: Value,
    },
    /// Nothing.
    Absent {
        /// Whether the container it would be in is there.
        parent_stands: bool,
    },
    /// Something that is neither a value nor a place for one; it is never replaced.
    Blocked {
        /// Its bytes.
        raw: Range<usize>,
    },
    /// The array holds `-member`: the user does not want the member in it.
    Declined,
}

/// What is to be written at a path.
#[derive(Clone)]
pub(super) enum New {
    /// A value, in the file's own layout.
    Value(Value),
    /// These bytes, which stood there once.
    Raw(String),
    /// The string that the path ends with.
    Member,
}

/// One key to be written.
pub(super) struct Write<'p> {
    pub(super) path: &'p Path,
    pub(super) new: New,
}

/// A scanned text.
pub(super) enum Document<'t> {
    Jsonc(Jsonc<'t>),
    Xml(Xml<'t>),
    Toml(Toml<'t>),
}

impl<'t> Document<'t> {
    /// Scans `text`. Fails with the place of the first fault.
    pub(super) fn open(text: &'t str, format: Format) -> Result<Self> {
        Ok(match format {
            Format::Settings => Self::Jsonc(Jsonc::open(text, true)?),
            Format::Jsonc => Self::Jsonc(Jsonc::open(text, false)?),
            Format::Xml => Self::Xml(Xml::open(text)?),
            Format::Toml => Self::Toml(Toml::open(text)?),
        })
    }

    /// Scans `text`, faults or not. Good for reading only.
    pub(super) fn tolerant(text: &'t str, format: Format) -> Self {
        match format {
            Format::Settings => Self::Jsonc(Jsonc::tolerant(text, true)),
            Format::Jsonc => Self::Jsonc(Jsonc::tolerant(text, false)),
            Format::Xml => Self::Xml(Xml::tolerant(text)),
            Format::Toml => Self::Toml(Toml::tolerant(text)),
        }
    }

    /// Makes `find` and `write` quick for these paths.
    pub(super) fn focus<'p>(&mut self, paths: impl Iterator<Item = &'p Path>) {
        match self {
            Self::Jsonc(document) => document.focus(paths),
            Self::Xml(document) => document.focus(paths),
            Self::Toml(_) => {}
        }
    }

    /// Asks the format's library whether the text is valid.
    pub(super) fn judge(&self) -> Result<()> {
        match self {
            Self::Jsonc(document) => document.judge(),
            Self::Xml(document) => document.judge(),
            // What opens is valid.
            Self::Toml(_) => Ok(()),
        }
    }

    pub(super) fn find(&self, path: &Path) -> Found {
        match self {
            Self::Jsonc(document) => document.find(path),
            Self::Xml(document) => document.find(path),
            Self::Toml(document) => document.find(path),
        }
    }

    /// The bytes of every value at `path`, those that a later one shadows included.
    pub(super) fn ranges(&self, path: &Path) -> Vec<Range<usize>> {
        match self {
            Self::Jsonc(document) => document.ranges(path),
            Self::Xml(document) => document.ranges(path),
            Self::Toml(document) => document.ranges(path),
        }
    }

    /// The same with what they mean.
    pub(super) fn standing(&self, path: &Path) -> Vec<(Range<usize>, Value)> {
        match self {
            Self::Jsonc(document) => document.standing(path),
            Self::Xml(document) => document.standing(path),
            Self::Toml(document) => document.standing(path),
        }
    }

    /// Writes all keys in one go. Also gives the containers that it made or filled.
    pub(super) fn write(&self, writes: &[Write<'_>]) -> Result<(String, Vec<Container>)> {
        match self {
            Self::Jsonc(document) => document.write(writes),
            Self::Xml(document) => document.write(writes),
            Self::Toml(document) => document.write(writes),
        }
    }

    /// Takes all these keys out in one go.
    pub(super) fn cut(&self, paths: &[&Path]) -> Result<String> {
        match self {
            Self::Jsonc(document) => document.cut(paths),
            Self::Xml(document) => document.cut(paths),
            Self::Toml(document) => document.cut(paths),
        }
    }

    /// The text with one container as it was before us, if nothing is left in it.
    pub(super) fn put_back(&self, container: &Container) -> Result<Option<String>> {
        match self {
            Self::Jsonc(document) => document.put_back(container),
            Self::Xml(document) => document.put_back(container),
            Self::Toml(document) => document.put_back(container),
        }
    }

    /// Where the container stands, for going from the inner to the outer ones.
    pub(super) fn container_start(&self, path: &Path) -> Option<usize> {
        match self {
            Self::Jsonc(document) => document.container_start(path),
            Self::Xml(document) => document.container_start(path),
            Self::Toml(document) => document.container_start(path),
        }
    }
}

/// Whether a file with this text counts as empty: nothing but white space.
pub(super) fn is_empty(text: &str) -> bool {
    text.strip_prefix(BOM).unwrap_or(text).trim().is_empty()
}
