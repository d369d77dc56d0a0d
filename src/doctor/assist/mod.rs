//! Help while a file is being written: what can stand at a place, and what stands there.
//!
//! Both work on text that is broken half-way through typing. Where the cursor is, [`spot`] says; what
//! can stand there, [`values`].

mod complete;
mod hover;
mod jsonc;
mod spot;
mod values;
mod words;
mod xml;

use std::ops::Range;

pub use complete::complete;
pub use hover::about;

/// What can stand at a place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Completions {
    /// The bytes that a suggestion replaces: on one line, around the place.
    pub range: Range<usize>,
    /// The byte, before that range, at which a comma is wanting; it goes in with any of the suggestions.
    pub comma_at: Option<usize>,
    /// The suggestions, in no order of their own.
    pub items: Vec<Suggestion>,
    /// False while lists of the server are not known that would add to them.
    pub complete: bool,
}

/// One thing that can stand at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// As it is listed, plain text.
    pub label: String,
    /// What tells it from others, in a few words of plain text.
    pub detail: Option<String>,
    /// What it is, in Markdown.
    pub docs: Option<String>,
    /// What comes in place of the range: plain text, with the quotes, brackets and commas that the place
    /// needs.
    pub insert: String,
    /// What it is.
    pub kind: SuggestionKind,
    /// Whether it is the likeliest.
    pub preselect: bool,
    /// Its place among the others, from 0.
    pub sort: usize,
    /// What the text from the start of the range to the cursor is compared with; none: the label.
    pub filter: Option<String>,
}

/// What is suggested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuggestionKind {
    /// A model's name.
    Model,
    /// A project's id.
    Project,
    /// The integration that goes with a model.
    Integration,
    /// Another value.
    Value,
    /// The name of a setting.
    Setting,
}

/// What stands at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Its bytes.
    pub range: Range<usize>,
    /// What is to be said of it.
    pub markdown: String,
}

/// The place in a text that is meant by a byte, whatever its number.
fn within(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
