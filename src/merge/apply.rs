//! A patch into a text.

use serde_json::Value;

use super::document::{Document, Found, New, Write, is_empty};
use super::jsonc::same;
use super::patch::entries;
use super::secret::{holds_secret, is_placeholder, is_redacted};
use super::three_way::{Action, Current, Facts, decide};
use super::{
    Base, Choice, Container, ContainerOrigin, Entry, Format, Hold, KeyReport, Merged, Op, Origin, Outcome,
    Owned, OwnedKey, Patch, Path, Seal, Step,
};
use crate::error::{Error, Kind, Result};

/// Merges `patch` into `text`, which is empty for a file that does not exist. `owned` is what we
/// own in it, `choices` what the user decided about keys in conflict, gone or released.
///
/// # Errors
/// [`Kind::FileMalformed`] with its place where the file's IDE would not read the text as it
/// stands, [`Kind::FileRefused`] over 16 MiB, [`Kind::Usage`] for a path or value that the format
/// does not know. Nothing else fails: a key that cannot be written is a conflict in the report.
pub fn apply(
    text: &str,
    patch: &Patch,
    owned: &Owned,
    choices: &[(Path, Choice)],
    seal: &Seal,
) -> Result<Merged> {
    let entries = entries(patch)?;
    let mut document = Document::open(text, patch.format)?;
    let paths = entries.iter().map(|entry| &entry.path);
    document.focus(paths.chain(patch.downloads.iter().flatten()));
    let mut owned = if is_empty(text) { Owned::default() } else { owned.clone() };
    let pasted = pasted(&document, patch, &owned);
    let mut keys = Vec::new();
    let mut writes = Vec::new();
    for entry in entries {
        let new = wanted(entry)?;
        let found = document.find(&entry.path);
        let record = owned.keys.iter_mut().find(|key| key.path == entry.path);
        let value = value_of(&new, &entry.path, patch.format);
        let facts = Facts {
            hold: record.as_ref().map(|record| record.hold),
            current: current(&found, record.as_deref(), &value, patch.format, seal),
            wanted_is_base: record.as_ref().is_some_and(|record| record.base.is(&value, seal)),
            pasted: pasted.contains(&&entry.path),
            choice: choices.iter().find(|(path, _)| *path == entry.path).map(|(_, choice)| *choice),
        };
        let action = decide(facts);
        let raw = raw(text, &found);
        let record = remember(record, action, entry, base(&value, entry.secret, seal), raw);
        owned.keys.extend(record);
        keys.push(report(entry, action, &found, raw));
        if matches!(action, Action::Insert | Action::Update | Action::TakeOver) {
            writes.push(Write { path: &entry.path, new });
        }
    }
    keys.extend(refused(&document, patch));
    if writes.is_empty() {
        document.judge()?;
        return Ok(Merged { text: text.to_owned(), owned, keys });
    }
    let (merged, made) = document.write(&writes)?;
    note(&mut owned.containers, made);
    verify(&merged, patch.format, &writes).or_else(|error| document.judge().and(Err(error)))?;
    Ok(Merged { text: merged, owned, keys })
}

/// What is to be written for an entry.
fn wanted(entry: &Entry) -> Result<New> {
    match (&entry.op, entry.path.0.last()) {
        (Op::Set(value), Some(_)) => Ok(New::Value(value.clone())),
        (Op::Include, Some(Step::Member { .. })) => Ok(New::Member),
        _ => {
            Err(Error::new(Kind::Usage, format!("\"{}\" is not a place where a value can stand", entry.path)))
        }
    }
}

/// The value that the file will hold. XML knows strings only.
fn value_of(new: &New, path: &Path, format: Format) -> Value {
    match (new, path.0.last()) {
        (New::Value(value), _) if format == Format::Xml => plain(value).into(),
        (New::Value(value), _) => value.clone(),
        (New::Member, Some(Step::Member { member })) => member.as_str().into(),
        _ => Value::Null,
    }
}

fn current(found: &Found, record: Option<&OwnedKey>, wanted: &Value, format: Format, seal: &Seal) -> Current {
    match found {
        Found::Absent { parent_stands } => {
            Current::Absent { may_be_default: format == Format::Xml && *parent_stands }
        }
        Found::Blocked { .. } => Current::Blocked,
        Found::Declined => Current::Declined,
        Found::Value { value, .. } => Current::Present {
            is_base: record.is_some_and(|record| record.base.is(value, seal)),
            is_wanted: same(value, wanted),
            is_filler: value.as_str().is_some_and(|s| s.is_empty() || is_redacted(s) || is_placeholder(s)),
        },
    }
}

impl Base {
    /// Whether a value that stands in a file is what we wrote last.
    pub fn is(&self, value: &Value, seal: &Seal) -> bool {
        match self {
            Self::Value(base) => same(base, value),
            Self::Sealed(hash) => seal.hash(&plain(value)) == *hash,
        }
    }
}

fn base(value: &Value, secret: bool, seal: &Seal) -> Base {
    if secret { Base::Sealed(seal.hash(&plain(value))) } else { Base::Value(value.clone()) }
}

/// A string as it is, anything else as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The bytes in the file that the user should see, or get back.
fn raw<'t>(text: &'t str, found: &Found) -> Option<&'t str> {
    match found {
        Found::Value { raw, .. } | Found::Blocked { raw } => text.get(raw.clone()),
        Found::Absent { .. } | Found::Declined => None,
    }
}

/// Brings the record of a key in line with what is done; gives a new record to be added.
fn remember(
    record: Option<&mut OwnedKey>,
    action: Action,
    entry: &Entry,
    base: Base,
    raw: Option<&str>,
) -> Option<OwnedKey> {
    let hold = match action {
        Action::Conflict | Action::Leave | Action::Nothing => return None,
        Action::Gone => Hold::Gone,
        Action::Release => Hold::Released,
        Action::Insert | Action::Update | Action::TakeOver | Action::Adopt => Hold::Held,
    };
    let origin = match raw {
        None => Origin::Absent,
        Some(raw) if entry.secret || holds_secret(raw) => Origin::Secret,
        Some(raw) => Origin::Raw(raw.to_owned()),
    };
    let Some(record) = record else {
        return Some(OwnedKey { path: entry.path.clone(), base, origin, hold });
    };
    if hold == Hold::Held {
        if record.hold == Hold::Released {
            record.origin = origin;
        }
        record.base = base;
    }
    record.hold = hold;
    None
}

fn report(entry: &Entry, action: Action, found: &Found, raw: Option<&str>) -> KeyReport {
    let outcome = match action {
        Action::Insert => Outcome::Inserted,
        Action::Update => Outcome::Updated,
        Action::TakeOver => Outcome::TakenOver,
        Action::Adopt => Outcome::Adopted,
        Action::Nothing => Outcome::Unchanged,
        Action::Conflict => Outcome::Conflict { theirs: shown(raw.unwrap_or_default(), entry.secret) },
        Action::Gone => Outcome::Gone,
        Action::Release => Outcome::Released,
        Action::Leave => Outcome::Left,
    };
    let shows = |raw: &&str| !entry.secret && matches!(found, Found::Value { .. }) && !holds_secret(raw);
    let before = raw.filter(shows);
    KeyReport {
        path: entry.path.clone(),
        outcome,
        secret: entry.secret,
        before: before.map(str::to_owned),
        was_present: matches!(found, Found::Value { .. }),
    }
}

fn shown(raw: &str, secret: bool) -> String {
    if secret || holds_secret(raw) { "***".to_owned() } else { raw.to_owned() }
}

/// The keys of every download that stands in the file as a whole, with none of it written by us.
fn pasted<'p>(document: &Document<'_>, patch: &'p Patch, owned: &Owned) -> Vec<&'p Path> {
    let stands = |path: &Path| {
        matches!(document.find(path), Found::Value { .. }) && !owned.keys.iter().any(|key| key.path == *path)
    };
    let whole = |download: &&Vec<Path>| !download.is_empty() && download.iter().all(stands);
    patch.downloads.iter().filter(whole).flatten().collect()
}

/// Reports the redacted tokens at keys of a download for which the patch has no token.
fn refused(document: &Document<'_>, patch: &Patch) -> Vec<KeyReport> {
    let mut reports: Vec<KeyReport> = Vec::new();
    for path in patch.downloads.iter().flatten() {
        if patch.entries.iter().any(|entry| entry.path == *path)
            || reports.iter().any(|one| one.path == *path)
        {
            continue;
        }
        if let Found::Value { value: Value::String(value), .. } = document.find(path)
            && is_redacted(&value)
        {
            reports.push(KeyReport {
                path: path.clone(),
                outcome: Outcome::RefusedSecret,
                secret: true,
                before: None,
                was_present: true,
            });
        }
    }
    reports
}

/// Adds containers to those known. What is known of one is replaced, unless we made it: then that
/// it was empty for a while says nothing.
pub(super) fn note(known: &mut Vec<Container>, made: Vec<Container>) {
    for container in made {
        let ours = |other: &Container| {
            other.path == container.path && matches!(other.origin, ContainerOrigin::Absent { .. })
        };
        if !matches!(container.origin, ContainerOrigin::Absent { .. }) && known.iter().any(ours) {
            continue;
        }
        known.retain(|other| other.path != container.path);
        known.push(container);
    }
}

/// Holds a merged text against what was to be written: it must be valid, and its readers must
/// find these values.
pub(super) fn verify(text: &str, format: Format, writes: &[Write<'_>]) -> Result<()> {
    let mut document = Document::open(text, format).map_err(|error| wrong(&error.to_string()))?;
    document.judge().map_err(|error| wrong(&error.to_string()))?;
    document.focus(writes.iter().map(|write| write.path));
    for write in writes {
        let found = document.find(write.path);
        let good = match (&found, &write.new) {
            (Found::Value { .. }, New::Raw(_)) => true,
            (Found::Value { value, .. }, new) => same(value, &value_of(new, write.path, format)),
            _ => false,
        };
        if !good {
            return Err(wrong(&format!("{} did not take", write.path)));
        }
    }
    Ok(())
}

/// A fault in a text that we made ourselves, which is therefore not written.
pub(super) fn wrong(what: &str) -> Error {
    Error::new(Kind::Internal, format!("the merged text would be wrong: {what}"))
}
