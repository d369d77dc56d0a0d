//! The changes of a text that rules propose. None are proposed for a text that its IDE cannot read:
//! nobody knows what goes with what in it.

use std::ops::Range;

use serde_json::Value;

use crate::doctor::file::FileFacts;
use crate::doctor::keys::Occurrence;
use crate::doctor::mend::applied;
use crate::doctor::rule::Added;
use crate::merge::mend::Change;
use crate::merge::{Path, check, difference, jsonc, same};
use crate::order;

/// A few changes that make one step.
pub(super) struct Step {
    changes: Vec<Change>,
    /// Whether a comment goes with what is taken out.
    pub(super) loses_comment: bool,
}

impl Step {
    /// Other bytes in the place of these.
    pub(super) fn replace(
        file: &FileFacts,
        range: &Range<usize>,
        with: impl Into<String>,
        what: impl Into<String>,
    ) -> Option<Self> {
        let (inner, with) = difference(&file.text[range.clone()], &with.into())?;
        let range = range.start + inner.start..range.start + inner.end;
        let change = Change { range, with, what: what.into() };
        file.is_sound().then(|| Self { changes: vec![change], loses_comment: false })
    }

    /// The properties or elements that start at these bytes, taken out with their lines.
    pub(super) fn cut(file: &FileFacts, starts: &[usize], what: &str) -> Option<Self> {
        let cut = file.scanned.as_ref()?.cut(&file.text, starts).filter(|_| file.is_sound())?;
        let change = |range| Change { range, with: String::new(), what: what.to_owned() };
        Some(Self { changes: cut.ranges.into_iter().map(change).collect(), loses_comment: cut.loses_comment })
    }

    /// A value that is put where its reader looks.
    pub(super) fn put(file: &FileFacts, path: &Path, value: &Value, what: &str) -> Option<Self> {
        let (range, with) =
            file.scanned.as_ref()?.put(&file.text, path, value).filter(|_| file.is_sound())?;
        Some(Self { changes: vec![Change { range, with, what: what.to_owned() }], loses_comment: false })
    }

    /// A string in an array that is used as a set.
    pub(super) fn include(file: &FileFacts, path: &Path, what: &str) -> Option<Self> {
        let (range, with) = file.scanned.as_ref()?.include(&file.text, path).filter(|_| file.is_sound())?;
        Some(Self { changes: vec![Change { range, with, what: what.to_owned() }], loses_comment: false })
    }

    /// This step and another one at once; none where they touch the same bytes, or where what comes
    /// of both could not be read.
    pub(super) fn and(mut self, file: &FileFacts, other: Option<Self>) -> Option<Self> {
        let other = other?;
        self.changes.extend(other.changes);
        order::sort_by_key(&mut self.changes, |change| (change.range.start, change.range.end));
        self.loses_comment |= other.loses_comment;
        let apart = self.changes.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start);
        let is_sound = || {
            let text = applied(&file.text, &self.changes)?;
            file.kind.format().and_then(|format| check(&text, format).ok())
        };
        (apart && is_sound().is_some()).then_some(self)
    }
}

impl Added<'_> {
    /// Offers a step, if there is one.
    #[allow(clippy::return_self_not_must_use, reason = "what it says is kept in the finding")]
    pub(super) fn offer(self, title: impl Into<String>, step: Option<Step>) -> Self {
        match step {
            Some(step) if step.loses_comment => self.fix(title, step.changes).asks(),
            Some(step) => self.fix(title, step.changes),
            None => self,
        }
    }
}

/// Where what has to go for this key starts: the key, or the object that is there for it alone.
pub(super) fn start(file: &FileFacts, key: &Occurrence) -> usize {
    let alone = || {
        let outer = key.outer.as_ref()?;
        let tree = file.scanned.as_ref()?.jsonc()?;
        let mut at = tree.nodes.binary_search_by_key(&outer.start, jsonc::Node::start).ok()?;
        loop {
            let value = at + 1;
            let mut properties = tree.properties(value);
            match (properties.next(), properties.next()) {
                (Some((inner, _)), None) if tree.nodes[inner].start() == key.whole.start => {
                    return Some(outer.start);
                }
                (Some((inner, _)), None) => at = inner,
                _ => return None,
            }
        }
    };
    // An option's own bytes start at its tag, a property's at its name.
    alone().unwrap_or(key.whole.start)
}

/// What is done about a key that ought to be another one, or to stand somewhere else.
pub(super) struct Wanted<'w> {
    /// The key that its reader reads in its stead.
    pub(super) name: &'w str,
    /// Its path.
    pub(super) path: &'w Path,
    /// The same key in its place, if its name alone is wrong.
    pub(super) renamed: Option<Step>,
    /// Whether nobody need be asked before it takes effect there.
    pub(super) sure: bool,
}

/// Offers what makes a key count that does not: where the other one is there already and holds the
/// same, it goes; where the other one holds something else, a person says which of them is right.
pub(super) fn settle(added: Added<'_>, file: &FileFacts, key: &Occurrence, wanted: Wanted<'_>) {
    let out = || Step::cut(file, &[start(file, key)], &format!("take {} out", key.name));
    let line = file.line(key.key.start);
    let take_out = format!("take {} in line {line} out", key.name);
    let other = file.keys.iter().find(|other| other.in_effect && other.path == *wanted.path);
    match other {
        Some(other) if same(&other.value, &key.value) => {
            added.offer(take_out, out());
        }
        Some(other) => {
            let title = format!("give its value to {} in line {}", other.name, file.line(other.key.start));
            let given = Step::replace(
                file,
                &other.raw,
                super::copied(file, key, other),
                format!("change {}", other.name),
            );
            let both = given.and_then(|given| given.and(file, out()));
            added.offer(take_out, out()).offer(title, both).asks();
        }
        None => {
            let moved = || {
                let put = Step::put(file, wanted.path, &key.value, &format!("put {} in", wanted.name));
                put.and_then(|put| put.and(file, out()))
            };
            let (title, step) = match wanted.renamed {
                Some(step) => (format!("rename it to {}", wanted.name), Some(step)),
                None => (format!("put {} where it is read", wanted.name), moved()),
            };
            let added = added.offer(title, step);
            if !wanted.sure {
                added.offer(take_out, out()).asks();
            }
        }
    }
}
