//! Texts that their IDE cannot read, mended. Pure.
//!
//! A way to mend a text is a set of small edits after which the format's judge accepts it. No key,
//! value or comment that could still be read is lost on the way. Where one way alone is possible,
//! it may be taken unasked; where there are several, a person chooses.

mod draft;
pub mod encoding;
mod jsonc;
pub mod markers;
mod meaning;
mod xml;

use std::ops::Range;

use super::Format;
use super::document::Document;
use crate::error::Error;

/// One small change on the way to a sound text.
#[derive(Clone, PartialEq, Eq)]
pub struct Change {
    /// The bytes of the broken text that go; empty where something is put in.
    pub range: Range<usize>,
    /// What comes in their place.
    pub with: String,
    /// What it does, in the imperative: `put in the missing comma`.
    pub what: String,
}

/// One way to mend a text.
#[derive(Clone, PartialEq, Eq)]
pub struct Way {
    /// The sound text.
    pub text: String,
    /// What makes it of the broken one, in the order of the text.
    pub changes: Vec<Change>,
}

impl Way {
    /// How many bytes go or come.
    pub fn bytes_changed(&self) -> usize {
        self.changes.iter().map(|change| change.range.len() + change.with.len()).sum()
    }
}

/// What can be done about a text.
pub enum Mended {
    /// Nothing is wrong with it.
    Sound,
    /// It can only have been this.
    Certain(Way),
    /// It may have been any of these; fewest changed bytes first.
    Choice(Vec<Way>),
    /// It cannot be mended safely; the error names the place to look at and why.
    Beyond(Error),
}

/// Finds the ways to mend `text`.
pub fn mend(text: &str, format: Format) -> Mended {
    let fault = match Document::open(text, format).and_then(|document| document.judge()) {
        Ok(()) => return Mended::Sound,
        Err(error) => error,
    };
    match format {
        Format::Settings | Format::Jsonc => jsonc::mend(text, format, fault),
        Format::Xml => xml::mend(text, fault),
        Format::Toml => Mended::Beyond(fault),
    }
}
