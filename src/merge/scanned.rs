//! A text that is read once, for those who ask much about it and change little of it at a time.

use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;

use super::document::{Document, Found, New, Write};
use super::jsonc::{self, Jsonc};
use super::text::{Extents, is_blank, united};
use super::xml::{self, Xml};
use super::{Format, Path};
use crate::error::Result;

/// What a text holds. It goes with the text that it was made of and with no other.
#[derive(Clone)]
pub struct Scanned {
    format: Format,
    tree: Tree,
}

#[derive(Clone)]
enum Tree {
    Jsonc(Arc<jsonc::Tree>),
    Xml(Arc<xml::Tree>),
    /// Is read anew for each question.
    Other,
}

/// What goes when something is taken out of a text, and what is kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The bytes that go, in order.
    pub ranges: Vec<Range<usize>>,
    /// Whether a comment that stands inside of what is taken out goes with it.
    pub loses_comment: bool,
}

impl Scanned {
    /// Reads a text, broken or not.
    pub fn new(text: &str, format: Format) -> Self {
        let tree = match format {
            Format::Settings | Format::Jsonc => Tree::Jsonc(Arc::new(jsonc::scan(text))),
            Format::Xml => Tree::Xml(Arc::new(xml::scan(text))),
            Format::Toml => Tree::Other,
        };
        Self { format, tree }
    }

    /// The values of JSON with comments.
    pub fn jsonc(&self) -> Option<&jsonc::Tree> {
        match &self.tree {
            Tree::Jsonc(tree) => Some(tree),
            _ => None,
        }
    }

    /// The elements of XML.
    pub fn xml(&self) -> Option<&xml::Tree> {
        match &self.tree {
            Tree::Xml(tree) => Some(tree),
            _ => None,
        }
    }

    /// As [`super::check`].
    ///
    /// # Errors
    /// As [`super::check`].
    pub fn check(&self, text: &str) -> Result<()> {
        match &self.tree {
            Tree::Jsonc(tree) => {
                let jsonc = Jsonc::of(text, Arc::clone(tree), self.format == Format::Settings);
                jsonc.judge_faults()?;
                jsonc.judge()
            }
            Tree::Xml(tree) => {
                let xml = Xml::of(text, Arc::clone(tree)).without_faults()?;
                xml.judge()
            }
            Tree::Other => super::check(text, self.format),
        }
    }

    /// The bytes of the values at these paths that count for their reader; none where nothing does.
    pub fn in_effect(&self, text: &str, paths: &[Path]) -> Vec<Option<Range<usize>>> {
        let mut document = self.document(text);
        document.focus(paths.iter());
        let raw = |path| match document.find(path) {
            Found::Value { raw, .. } => Some(raw),
            _ => None,
        };
        paths.iter().map(raw).collect()
    }

    /// What goes with the properties or elements that start at these bytes: their lines, their commas,
    /// but no comment that stands beside them. None where one of them starts nowhere, or in a text
    /// with faults, in which nobody knows what goes with what.
    pub fn cut(&self, text: &str, starts: &[usize]) -> Option<Cut> {
        let (extents, comments) = match &self.tree {
            Tree::Jsonc(tree) if tree.faults.is_empty() => {
                let jsonc = Jsonc::of(text, Arc::clone(tree), self.format == Format::Settings);
                (jsonc.extents(starts)?, &tree.comments)
            }
            Tree::Xml(tree) if tree.faults.is_empty() => {
                (Xml::of(text, Arc::clone(tree)).extents(starts)?, &tree.comments)
            }
            _ => return None,
        };
        Some(spared(text, extents, comments))
    }

    /// What puts a value at a path, in the file's own layout: the bytes that go, and what comes in
    /// their place. None where there is no place for it, or where it stands already.
    pub fn put(&self, text: &str, path: &Path, value: &Value) -> Option<(Range<usize>, String)> {
        self.write(text, path, New::Value(value.clone()))
    }

    /// The same for a string that an array holds as its member.
    pub fn include(&self, text: &str, path: &Path) -> Option<(Range<usize>, String)> {
        self.write(text, path, New::Member)
    }

    fn write(&self, text: &str, path: &Path, new: New) -> Option<(Range<usize>, String)> {
        let document = self.document(text);
        match document.find(path) {
            Found::Blocked { .. } | Found::Declined => return None,
            Found::Value { .. } | Found::Absent { .. } => {}
        }
        let (after, _) = document.write(&[Write { path, new }]).ok()?;
        difference(text, &after)
    }

    fn document<'t>(&self, text: &'t str) -> Document<'t> {
        match &self.tree {
            Tree::Jsonc(tree) => {
                Document::Jsonc(Jsonc::of(text, Arc::clone(tree), self.format == Format::Settings))
            }
            Tree::Xml(tree) => Document::Xml(Xml::of(text, Arc::clone(tree))),
            Tree::Other => Document::tolerant(text, self.format),
        }
    }
}

/// The one change that makes `after` of `before`; none where they are the same.
pub fn difference(before: &str, after: &str) -> Option<(Range<usize>, String)> {
    if before == after {
        return None;
    }
    let same = |left: &mut dyn Iterator<Item = char>, right: &mut dyn Iterator<Item = char>| -> usize {
        left.zip(right).take_while(|(left, right)| left == right).map(|(char, _)| char.len_utf8()).sum()
    };
    let head = same(&mut before.chars(), &mut after.chars());
    let tail = same(&mut before[head..].chars().rev(), &mut after[head..].chars().rev());
    Some((head..before.len() - tail, after[head..after.len() - tail].to_owned()))
}

/// The ranges without the comments beside what is taken out. Where a comment is spared, the line
/// that it stands on is too.
fn spared(text: &str, extents: Extents, comments: &[Range<usize>]) -> Cut {
    let Extents { going, own } = extents;
    let (mut left, mut loses_comment) = (Vec::new(), false);
    for range in going {
        let first = comments.partition_point(|comment| comment.start < range.start);
        let inside = comments[first..].iter().take_while(|comment| comment.end <= range.end);
        let is_part = |comment: &Range<usize>| {
            own.iter().any(|whole| whole.start <= comment.start && comment.end <= whole.end)
        };
        let (lost, kept): (Vec<_>, Vec<_>) = inside.cloned().partition(is_part);
        loses_comment |= !lost.is_empty();
        // With a comment its line stays, and what is before the property on it.
        let mut at = match own.iter().find(|whole| range.contains(&whole.start)) {
            Some(whole) if !kept.is_empty() => whole.start,
            _ => range.start,
        };
        for comment in kept {
            left.extend((at < comment.start).then_some(at..comment.start));
            at = comment.end;
        }
        left.extend((!is_blank(&text[at..range.end])).then_some(at..range.end));
    }
    Cut { ranges: united(left), loses_comment }
}
