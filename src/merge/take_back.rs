//! Taking back what we wrote: all of it, or one earlier merge.

use super::apply::{note, verify, wrong};
use super::document::{Document, Found, New, Write};
use super::{
    Base, Change, Container, Format, Hold, KeyReport, Merged, Origin, Outcome, Owned, OwnedKey, Path, Seal,
};
use crate::error::Result;
use crate::order;

/// Takes our keys out of `text`, each back to what stood there before us; with `only`, just
/// these. A key that the user changed is left and no longer ours.
///
/// # Errors
/// As [`apply`](super::apply()).
pub fn remove(
    text: &str,
    format: Format,
    owned: &Owned,
    only: Option<&[Path]>,
    seal: &Seal,
) -> Result<Merged> {
    let mut document = Document::open(text, format)?;
    document.judge()?;
    document.focus(owned.keys.iter().map(|key| &key.path));
    let in_scope = |key: &OwnedKey| only.is_none_or(|only| only.contains(&key.path));
    let (scope, kept): (Vec<_>, Vec<_>) = owned.keys.iter().partition(|key| in_scope(key));
    let mut steps = Steps::default();
    for key in scope {
        let found = document.find(&key.path);
        let ours = matches!(&found, Found::Value { value, .. } if key.base.is(value, seal));
        let outcome = match (&key.origin, &found) {
            _ if key.hold == Hold::Released => Outcome::Released,
            (_, Found::Absent { .. }) => Outcome::Gone,
            _ if !ours => Outcome::Left,
            (Origin::Absent | Origin::Secret, _) => steps.cut(&key.path),
            (Origin::Raw(raw), _) => steps.restore(&key.path, raw),
        };
        let secret = matches!(key.base, Base::Sealed(_));
        steps.report(text, &key.path, outcome, secret, &found);
    }
    let (text, left, _) = steps.carry_out(&document, format, owned.containers.clone())?;
    let containers = if kept.is_empty() { Vec::new() } else { left };
    let owned = Owned { keys: kept.into_iter().cloned().collect(), containers };
    Ok(Merged { text, owned, keys: steps.keys })
}

/// Takes one earlier merge back key by key: `changes` is what it did, `owned_now` what we own,
/// `owned_before` what we owned before it. A key that the user changed since is left.
///
/// # Errors
/// As [`apply`](super::apply()).
pub fn revert(
    text: &str,
    format: Format,
    changes: &[Change],
    owned_now: &Owned,
    owned_before: &Owned,
    seal: &Seal,
) -> Result<Merged> {
    let mut document = Document::open(text, format)?;
    document.judge()?;
    document.focus(changes.iter().map(|change| &change.path));
    let mut steps = Steps::default();
    let mut keys = owned_now.keys.clone();
    for change in changes {
        let found = document.find(&change.path);
        let untouched = match (&change.after, &found) {
            (None, Found::Absent { .. }) => true,
            (Some(_), Found::Absent { parent_stands }) => format == Format::Xml && *parent_stands,
            (Some(base), Found::Value { value, .. }) => base.is(value, seal),
            _ => false,
        };
        let outcome = match (&change.before, &found) {
            _ if !untouched => Outcome::Left,
            (Some(raw), _) => steps.restore(&change.path, raw),
            (None, Found::Value { .. }) => steps.cut(&change.path),
            (None, _) => Outcome::Unchanged,
        };
        if outcome == Outcome::Left {
            keys.iter_mut().filter(|key| key.path == change.path).for_each(|key| key.hold = Hold::Released);
        } else {
            keys.retain(|key| key.path != change.path);
            keys.extend(owned_before.keys.iter().find(|key| key.path == change.path).cloned());
        }
        steps.report(text, &change.path, outcome, change.secret, &found);
    }
    let before = &owned_before.containers;
    let is_new = |container: &&Container| !before.iter().any(|other| other.path == container.path);
    let candidates = owned_now.containers.iter().filter(is_new).cloned().collect();
    let (text, left, made) = steps.carry_out(&document, format, candidates)?;
    let mut containers = before.clone();
    note(&mut containers, left);
    note(&mut containers, made);
    if keys.is_empty() {
        containers.clear();
    }
    Ok(Merged { text, owned: Owned { keys, containers }, keys: steps.keys })
}

/// What is to be done, collected key by key.
#[derive(Default)]
struct Steps<'p> {
    cuts: Vec<&'p Path>,
    writes: Vec<Write<'p>>,
    keys: Vec<KeyReport>,
}

impl<'p> Steps<'p> {
    fn cut(&mut self, path: &'p Path) -> Outcome {
        self.cuts.push(path);
        Outcome::Removed
    }

    fn restore(&mut self, path: &'p Path, raw: &str) -> Outcome {
        self.writes.push(Write { path, new: New::Raw(raw.to_owned()) });
        Outcome::Restored
    }

    fn report(&mut self, text: &str, path: &Path, outcome: Outcome, secret: bool, found: &Found) {
        let before = match found {
            Found::Value { raw, .. } if !secret => text.get(raw.clone()).map(str::to_owned),
            _ => None,
        };
        let was_present = matches!(found, Found::Value { .. });
        self.keys.push(KeyReport { path: path.clone(), outcome, secret, before, was_present });
    }

    /// Writes, cuts, and puts back the `candidates` that are left empty. Gives the text, the
    /// candidates still in it, and the containers made by writing.
    fn carry_out(
        &self,
        document: &Document<'_>,
        format: Format,
        mut candidates: Vec<Container>,
    ) -> Result<(String, Vec<Container>, Vec<Container>)> {
        let (mut text, made) = document.write(&self.writes)?;
        if !self.writes.is_empty() {
            verify(&text, format, &self.writes)?;
        }
        if !self.cuts.is_empty() {
            text = match self.writes.as_slice() {
                [] => document.cut(&self.cuts)?,
                _ => Document::open(&text, format)?.cut(&self.cuts)?,
            };
        }
        let mut left = Vec::new();
        loop {
            let document = Document::open(&text, format).map_err(|error| wrong(&error.to_string()))?;
            order::sort_by_key(&mut candidates, |candidate| document.container_start(&candidate.path));
            let Some(inner) = candidates.pop() else {
                document.judge().map_err(|error| wrong(&error.to_string()))?;
                break;
            };
            match document.put_back(&inner)? {
                Some(smaller) => text = smaller,
                None => left.push(inner),
            }
        }
        Ok((text, left, made))
    }
}
