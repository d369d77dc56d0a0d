//! A change that an editor holds unsaved. Who owns what is recorded when the file is saved and read
//! back; closed without saving, the change has never been.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use super::Ctx;
use super::buffers::{self, Buffers, Refusal, dressed, same_text};
use super::prepare::{Prepared, Unsaved, settled};
use super::record::{described, holes};
use super::recover::recover;
use super::report::{report, unwritable};
use super::sync::{Desired, Job};
use super::targets::Site;
use super::undo;
use crate::error::Result;
use crate::files;
use crate::merge::{self, Change, Format, Hold, Owned, OwnedKey, Path, Seal};
use crate::protocol::config::{TargetReport, TargetState};
use crate::state::{Entry, FileChange, Manifest};

/// What the user is told of a change that the editor holds.
const HELD: &str = "the editor holds the change, unsaved: it counts once the file is saved";

/// A change that an editor holds unsaved. Its `Debug` form leaves the texts out, which may hold a token.
#[derive(Clone)]
pub struct UnsavedEdit {
    site: Site,
    format: Format,
    verb: String,
    before: Arc<String>,
    after: String,
    /// Whether nothing but the change is between the two texts.
    is_whole: bool,
    owned_before: Owned,
    owned_after: Owned,
    changes: Vec<Change>,
    /// The targets that the verb registers, where this is one.
    registered: Vec<PathBuf>,
    /// The entry of the history that is taken back once this is saved.
    undoes: Option<String>,
}

impl std::fmt::Debug for UnsavedEdit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "UnsavedEdit({} {})", self.verb, self.site.path.display())
    }
}

impl UnsavedEdit {
    /// The text with the change.
    pub fn after(&self) -> &str {
        &self.after
    }

    /// Whether a text holds all of the change, whatever else is in it.
    pub fn stands_in(&self, text: &str) -> bool {
        let paths = self.paths();
        let [before, after, now] =
            [&self.before, self.after.as_str(), text].map(|text| values(text, self.format, &paths));
        let (Some(before), Some(after), Some(now)) = (before, after, now) else { return false };
        same_text(text, &self.after)
            || before
                .iter()
                .zip(&after)
                .zip(&now)
                .all(|((before, after), now)| before == after || now == after)
    }

    /// What we own, as soon as `text` is in the file: of each key that the text holds as the change left
    /// it what we own after that, of the others what we own as it is. And those keys.
    pub(super) fn settled(&self, owned: &Owned, text: &str) -> (Owned, Vec<Path>) {
        let paths = self.paths();
        if same_text(text, &self.after) && *owned == self.owned_before {
            return (self.owned_after.clone(), paths);
        }
        let [before, after, now] =
            [&self.before, self.after.as_str(), text].map(|text| values(text, self.format, &paths));
        let (Some(before), Some(after), Some(now)) = (before, after, now) else {
            return (owned.clone(), Vec::new());
        };
        // That a key is the user's own from now on holds for whatever value they gave it.
        let is_released =
            |path: &Path| key_of(&self.owned_after, path).is_some_and(|key| key.hold == Hold::Released);
        let texts = before.iter().zip(&after).zip(&now);
        // A change of which nothing is there was never made, or was taken back.
        let mut changed = texts.clone().filter(|((before, after), _)| before != after).peekable();
        if changed.peek().is_some() && changed.all(|((_, after), now)| after != now) {
            return (owned.clone(), Vec::new());
        }
        let standing: Vec<Path> = paths
            .into_iter()
            .zip(texts)
            .filter(|(path, ((before, after), now))| now == after || (before == after && is_released(path)))
            .map(|(path, _)| path)
            .collect();
        let mut owned = owned.clone();
        if standing.is_empty() {
            return (owned, standing);
        }
        for path in &standing {
            let at = owned.keys.iter().position(|key| key.path == *path);
            match (at, key_of(&self.owned_after, path)) {
                (Some(at), Some(new)) => {
                    owned.keys.splice(at..=at, [new.clone()]);
                }
                (Some(at), None) => {
                    owned.keys.remove(at);
                }
                (None, new) => owned.keys.extend(new.cloned()),
            }
        }
        let is_in = |owned: &Owned, path: &Path| owned.containers.iter().any(|other| other.path == *path);
        owned.containers.retain(|container| {
            !is_in(&self.owned_before, &container.path) || is_in(&self.owned_after, &container.path)
        });
        for container in &self.owned_after.containers {
            if !is_in(&owned, &container.path) {
                owned.containers.push(container.clone());
            }
        }
        (owned, standing)
    }

    /// The keys whose value or owner it changes.
    fn paths(&self) -> Vec<Path> {
        let mut paths: Vec<Path> = self.changes.iter().map(|change| change.path.clone()).collect();
        let (before, after) = (&self.owned_before, &self.owned_after);
        for key in before.keys.iter().chain(&after.keys) {
            if key_of(before, &key.path) != key_of(after, &key.path) && !paths.contains(&key.path) {
                paths.push(key.path.clone());
            }
        }
        paths
    }
}

fn key_of<'o>(owned: &'o Owned, path: &Path) -> Option<&'o OwnedKey> {
    owned.keys.iter().find(|key| key.path == *path)
}

/// The value at each path; none where the text cannot be read.
fn values(text: &str, format: Format, paths: &[Path]) -> Option<Vec<Option<Value>>> {
    let standing = merge::standing(text, format, paths).ok()?;
    let counting = |all: Vec<merge::Standing>| all.into_iter().find(|one| one.counts).map(|one| one.value);
    Some(standing.into_iter().map(counting).collect())
}

/// The changes of one verb on their way to the editor.
pub(super) struct HandOver<'a> {
    pub(super) ctx: &'a Ctx,
    pub(super) verb: &'a str,
    /// The targets that the verb registers.
    pub(super) registered: &'a [PathBuf],
    /// Whether all that the verb does besides is done.
    pub(super) is_last: bool,
    /// Why the editor is not asked again.
    pub(super) silent: Option<Refusal>,
}

impl HandOver<'_> {
    /// Gives the editor what was prepared for one of its buffers. Never under the lock: the editor may
    /// take its time.
    pub(super) fn give(&mut self, job: &Job, prepared: &Prepared) -> TargetReport {
        let Some(unsaved) = &prepared.unsaved else {
            return report(job, prepared, TargetState::InOrder);
        };
        let edit = Arc::new(self.edit(job, prepared, unsaved));
        let buffer = &unsaved.buffer;
        let given = match (&self.silent, &self.ctx.buffers) {
            (Some(silent), _) => Err(silent.clone()),
            (None, Some(buffers)) => buffers.edit(buffer, edit),
            (None, None) => Err(Refusal::Closed),
        };
        match given {
            Ok(()) => {
                let mut report = report(job, prepared, TargetState::Unsaved);
                report.notes.insert(0, HELD.to_owned());
                report
            }
            Err(refusal) => {
                let error = buffers::failure(&refusal, &job.site.path);
                // An editor that is asked once more would keep everything waiting once more.
                if matches!(refusal, Refusal::NoAnswer(_)) {
                    self.silent = Some(refusal);
                }
                unwritable(job, prepared, &error)
            }
        }
    }

    /// The change, with those in it that were not saved before it: at the end they are one.
    fn edit(&self, job: &Job, prepared: &Prepared, unsaved: &Unsaved) -> UnsavedEdit {
        let text = &unsaved.buffer.text;
        let (before, is_whole) = match unsaved.edits.as_slice() {
            [] => (text, true),
            [(first, _)] => (&first.before, first.is_whole && first.after == **text),
            [(first, _), ..] => (&first.before, false),
        };
        let earlier = unsaved.edits.iter().flat_map(|(edit, standing)| {
            edit.changes.iter().filter(|change| standing.contains(&change.path)).cloned()
        });
        let mut changes: Vec<Change> = Vec::new();
        for change in earlier.chain(prepared.changes()) {
            match changes.iter_mut().find(|known| known.path == change.path) {
                Some(known) => known.after = change.after,
                None => changes.push(change),
            }
        }
        changes.retain(|change| change.before.is_some() || change.after.is_some());
        let registered = unsaved.edits.iter().flat_map(|(edit, _)| &edit.registered);
        let registered = registered.chain(self.registered.iter().filter(|path| **path == job.site.path));
        let after = prepared.bytes.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
        UnsavedEdit {
            site: job.site.clone(),
            format: job.format,
            verb: self.verb.to_owned(),
            before: Arc::clone(before),
            after: after.into_owned(),
            is_whole,
            owned_before: unsaved.owned_on_disk.clone(),
            owned_after: prepared.owned.clone(),
            changes,
            registered: registered.cloned().collect(),
            undoes: match &job.desired {
                Desired::Undo { entry, .. } if self.is_last => Some(entry.clone()),
                _ => None,
            },
        }
    }
}

/// Records what we own in a file that an editor has saved with changes of ours in it, so that they are
/// in the history and can be taken back. Of a change that was not saved nothing is recorded.
///
/// # Errors
/// What keeps the file from being read, and our own folder from being written.
pub fn settle(ctx: &Ctx, edits: &[Arc<UnsavedEdit>]) -> Result<()> {
    let Some(first) = edits.first() else { return Ok(()) };
    recover(ctx, &first.verb)?;
    let seal = ctx.state.seal()?;
    let mut undone = Vec::new();
    {
        let _lock = ctx.state.lock(&first.verb)?;
        for edit in edits {
            if let Some(entry) = record(ctx, edit, &seal)? {
                undone.extend(edit.undoes.clone().map(|id| (id, entry)));
            }
        }
        ctx.state.bump_generation()?;
    }
    for (id, by) in undone {
        undo::mark(ctx, &ctx.state.entry(&id)?, Some(by))?;
    }
    Ok(())
}

/// Records one change as far as the file holds it; gives the entry of the history. Needs the lock.
fn record(ctx: &Ctx, edit: &UnsavedEdit, seal: &Seal) -> Result<Option<String>> {
    let snapshot = files::read(&edit.site.path, &edit.site.reach())?;
    let (manifest, _) = settled(ctx.state.manifest(&snapshot.real)?, &snapshot, seal);
    let (Ok(text), Some(bytes)) = (snapshot.text(), &snapshot.bytes) else { return Ok(None) };
    let (owned, paths) = edit.settled(&manifest.owned, text);
    let changes: Vec<Change> =
        edit.changes.iter().filter(|change| paths.contains(&change.path)).cloned().collect();
    if owned == manifest.owned {
        return Ok(None);
    }
    let before = dressed(&edit.before, text);
    let holes = holes(&before, edit.format, &manifest.owned, seal);
    // Where the user changed more besides, only keys can be taken back, and not the whole text: as long
    // as this is not what the file holds.
    let is_whole = edit.is_whole && same_text(text, &edit.after);
    let after = if is_whole { bytes.as_slice() } else { before.as_bytes() };
    let target = &edit.site.target;
    let change = FileChange {
        real: snapshot.real.clone(),
        path: edit.site.path.clone(),
        root: edit.site.root.clone(),
        ide: target.ide.clone(),
        scope: target.scope.clone(),
        template: target.template.clone(),
        format: edit.format,
        before: ctx.state.backup(&snapshot.real, Some(before.as_bytes()), &holes)?,
        after: files::hash(after),
        owned_before: manifest.owned.clone(),
        owned_after: owned.clone(),
        created: false,
        changes,
    };
    let manifest = described(manifest, &edit.site, edit.format);
    ctx.state.save_manifest(&Manifest { owned, left: Some(files::hash(bytes)), ..manifest })?;
    let entry =
        Entry { files: vec![change], registered: edit.registered.clone(), ..ctx.state.new_entry(&edit.verb) };
    ctx.state.record(&entry)?;
    Ok(Some(entry.id))
}

/// Looks whether the file that was opened or saved holds what the editor has.
///
/// # Errors
/// What keeps the file from being read.
pub fn compare(editor: &dyn Buffers, path: &std::path::Path) -> Result<()> {
    let snapshot = files::read(path, &files::Reach::User)?;
    buffers::look(Some(editor), &snapshot).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merge::{Base, Origin};
    use crate::protocol::config::TargetRef;

    fn owned(keys: &[(&str, &str)]) -> Owned {
        let key = |(name, value): &(&str, &str)| OwnedKey {
            path: Path::keys([name]),
            base: Base::Value((*value).into()),
            origin: Origin::Absent,
            hold: Hold::Held,
        };
        Owned { keys: keys.iter().map(key).collect(), containers: Vec::new() }
    }

    fn edit(before: &str, after: &str, owned_before: Owned, owned_after: Owned) -> UnsavedEdit {
        let target = TargetRef {
            ide: "vscode".into(),
            ide_name: "VS Code".into(),
            scope: "user".into(),
            label: None,
            path: "settings.json".into(),
            template: "settings".into(),
        };
        UnsavedEdit {
            site: Site { target, path: "settings.json".into(), root: None, reader: None },
            format: Format::Settings,
            verb: "apply".into(),
            before: Arc::new(before.into()),
            after: after.into(),
            owned_before,
            owned_after,
            changes: Vec::new(),
            is_whole: true,
            registered: Vec::new(),
            undoes: None,
        }
    }

    /// What is in the file decides, key by key.
    #[test]
    fn only_what_was_saved_becomes_ours() {
        let before = r#"{"old": "ours", "mine": 1}"#;
        let after = r#"{"mine": 1, "a": "x", "b": "y"}"#;
        let (was, then) = (owned(&[("old", "ours")]), owned(&[("a", "x"), ("b", "y")]));
        let edit = edit(before, after, was.clone(), then.clone());
        let cases = [
            (after, &[("a", "x"), ("b", "y")] as &[_], true),
            ("\u{feff}{\"mine\": 1, \"a\": \"x\", \"b\": \"y\"}\r\n", &[("a", "x"), ("b", "y")], true),
            (before, &[("old", "ours")], false),
            (r#"{"mine": 2, "a": "x", "b": "z"}"#, &[("a", "x")], false),
            (r#"{"old": "ours", "a": "x"}"#, &[("old", "ours"), ("a", "x")], false),
            ("{", &[("old", "ours")], false),
        ];
        for (text, keys, stands) in cases {
            assert_eq!(edit.settled(&was, text).0, owned(keys), "{text}");
            assert_eq!(edit.stands_in(text), stands, "{text}");
        }
    }
}
