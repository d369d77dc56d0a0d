//! The one path to the disk: apply, resolve, undo, remove, repair and rotation all come through
//! here. Read, merge, show; or lock, read, merge, back up, note, write, note again.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

use super::Ctx;
use super::desired::is_secret_entry;
use super::diff::unified;
use super::targets::Site;
use crate::error::{Error, Kind, Result};
use crate::files::{self, Snapshot};
use crate::merge::{self, Base, Choice, Format, Hold, Merged, Op, Outcome, Owned, Patch, Path, Seal};
use crate::protocol::config::{KeyReport, TargetReport, TargetState};
use crate::state::{Entry, FileChange, Manifest, Pending};

/// How often a file that changes under our hands is merged anew.
const TRIES: usize = 5;

/// What one target should become.
pub(crate) struct Job {
    /// The target.
    pub(crate) site: Site,
    /// What it should become.
    pub(crate) desired: Desired,
    /// How it is written.
    pub(crate) format: Format,
    /// The keys whose values are secret.
    pub(crate) secrets: Vec<Path>,
    /// What the user should know about it.
    pub(crate) notes: Vec<String>,
}

/// What is wanted of a file.
pub(crate) enum Desired {
    /// These keys.
    Patch {
        /// The keys.
        patch: Patch,
        /// Whether the patch is all that we want there, so that what we own besides goes.
        complete: bool,
        /// Whether secrets that we own stay although the patch does not name them.
        keep_secrets: bool,
        /// The file that must keep the token out of Settings Sync before it is written here.
        guard: Option<PathBuf>,
    },
    /// None of ours; or of ours only these.
    Remove {
        /// The keys; none: all.
        only: Option<Vec<Path>>,
    },
    /// What it was before this change.
    Undo {
        /// The change.
        change: Box<FileChange>,
        /// What stands in place of a token that we had written.
        token: Option<String>,
    },
}

/// A target read and merged, not yet written.
struct Prepared {
    snapshot: Snapshot,
    manifest: Manifest,
    /// The new bytes; none: the file goes.
    bytes: Option<Vec<u8>>,
    owned: Owned,
    keys: Vec<merge::KeyReport>,
    notes: Vec<String>,
}

impl Prepared {
    fn changes_file(&self) -> bool {
        self.bytes != self.snapshot.bytes
    }

    /// Whether the file is there afterwards and one that we created.
    fn is_ours(&self) -> bool {
        self.bytes.is_some() && (self.snapshot.bytes.is_none() || self.manifest.created)
    }

    fn conflicts(&self) -> bool {
        self.keys.iter().any(|key| matches!(key.outcome, Outcome::Conflict { .. }))
    }
}

/// What went over the targets.
pub(crate) struct Synced {
    /// The entry of the history, where anything was written.
    pub(crate) history: Option<String>,
    /// One report a job, in the order of the jobs.
    pub(crate) reports: Vec<TargetReport>,
}

/// What the jobs would change, and the id of exactly this plan.
pub(crate) fn preview(ctx: &Ctx, jobs: &[Job]) -> Result<(String, Vec<TargetReport>)> {
    let seal = ctx.state.seal()?;
    let mut unguarded = BTreeSet::new();
    let mut facts = String::new();
    let mut reports = Vec::new();
    for job in jobs {
        let report = match prepare(ctx, job, &seal, &unguarded) {
            Ok(prepared) => {
                describe(&mut facts, job, &prepared, &seal);
                let state = match (prepared.conflicts(), prepared.changes_file()) {
                    (true, _) => TargetState::Conflict,
                    (false, true) => TargetState::Pending,
                    (false, false) => TargetState::InOrder,
                };
                match writable(&prepared) {
                    Ok(()) => report(job, &prepared, state),
                    Err(error) => unwritable(job, &prepared, &error),
                }
            }
            Err(error) => refused(job, &error),
        };
        note_guard(job, &report, &mut unguarded);
        reports.push(report);
    }
    let mut id = files::hash(facts.as_bytes());
    id.truncate(12);
    Ok((id, reports))
}

fn writable(prepared: &Prepared) -> Result<()> {
    if prepared.changes_file() { files::check_writable(&prepared.snapshot) } else { Ok(()) }
}

/// Carries the jobs out under the lock.
pub(crate) fn carry_out(ctx: &Ctx, verb: &str, jobs: &[Job]) -> Result<Synced> {
    let seal = ctx.state.seal()?;
    let _lock = ctx.state.lock(verb)?;
    let mut entry = ctx.state.new_entry(verb);
    let mut unguarded = BTreeSet::new();
    let mut reports = Vec::new();
    for job in jobs {
        let report =
            write(ctx, job, &seal, &unguarded, &mut entry).unwrap_or_else(|error| refused(job, &error));
        note_guard(job, &report, &mut unguarded);
        reports.push(report);
    }
    let history = (!entry.files.is_empty()).then(|| entry.id.clone());
    if history.is_some() {
        ctx.state.bump_generation()?;
    }
    Ok(Synced { history, reports })
}

/// Remembers a file that could not be made to keep the token keys out of Settings Sync.
fn note_guard(job: &Job, report: &TargetReport, unguarded: &mut BTreeSet<PathBuf>) {
    let ignores = report.keys.iter().filter(|key| key.key.starts_with("settingsSync."));
    let failed = report.state == TargetState::Refused
        || ignores.clone().any(|key| matches!(key.outcome.as_str(), "conflict" | "left" | "gone"));
    if failed {
        unguarded.insert(job.site.path.clone());
    }
}

/// Reads and merges one target.
fn prepare(ctx: &Ctx, job: &Job, seal: &Seal, unguarded: &BTreeSet<PathBuf>) -> Result<Prepared> {
    let snapshot = files::read(&job.site.path, &job.site.reach())?;
    let manifest = ctx.state.manifest(&snapshot.real)?.settled(&snapshot.hash());
    let in_file = |error: Error| error.in_file(&job.site.path);
    let text = snapshot.text().map_err(in_file)?;
    let mut notes = job.notes.clone();
    let (merged, bytes) = match &job.desired {
        Desired::Patch { patch, complete, keep_secrets, guard } => {
            let guarded = guard.as_ref().is_none_or(|guard| !unguarded.contains(guard));
            let (merged, patch) =
                merge_patch(text, patch, &manifest.owned, seal, guarded, &mut notes).map_err(in_file)?;
            let merged = if *complete {
                drop_obsolete(merged, &patch, *keep_secrets, seal).map_err(in_file)?
            } else {
                merged
            };
            let bytes = keep_absent(&snapshot, &merged);
            (merged, bytes)
        }
        Desired::Remove { only } => {
            let merged =
                merge::remove(text, job.format, &manifest.owned, only.as_deref(), seal).map_err(in_file)?;
            let bytes = without_our_file(&snapshot, &manifest, &merged);
            (merged, bytes)
        }
        Desired::Undo { change, token } => {
            undo(ctx, &snapshot, &manifest, change, token.as_deref(), seal).map_err(in_file)?
        }
    };
    Ok(Prepared { snapshot, manifest, bytes, owned: merged.owned, keys: merged.keys, notes })
}

/// The patch merged, and what of it was wanted: without its secrets where the keys cannot be kept
/// out of Settings Sync.
fn merge_patch<'a>(
    text: &str,
    patch: &'a Patch,
    owned: &Owned,
    seal: &Seal,
    guarded: bool,
    notes: &mut Vec<String>,
) -> Result<(Merged, Cow<'a, Patch>)> {
    let choices: &[(Path, Choice)] = &[];
    let merged = merge::apply(text, patch, owned, choices, seal)?;
    let included = |merged: &Merged| {
        merged.keys.iter().all(|key| {
            let is_include =
                patch.entries.iter().any(|entry| entry.path == key.path && entry.op == Op::Include);
            !is_include || !matches!(key.outcome, Outcome::Conflict { .. } | Outcome::Left | Outcome::Gone)
        })
    };
    if !patch.entries.iter().any(is_secret_entry) || (guarded && included(&merged)) {
        return Ok((merged, Cow::Borrowed(patch)));
    }
    notes.push(
        "no token is written: settingsSync.ignoredSettings does not keep the token keys out of Settings Sync"
            .into(),
    );
    let mut without = patch.clone();
    without.entries.retain(|entry| !is_secret_entry(entry));
    Ok((merge::apply(text, &without, owned, choices, seal)?, Cow::Owned(without)))
}

/// Takes out what we own and the patch no longer names.
fn drop_obsolete(merged: Merged, patch: &Patch, keep_secrets: bool, seal: &Seal) -> Result<Merged> {
    let obsolete: Vec<Path> = merged
        .owned
        .keys
        .iter()
        .filter(|key| key.hold == Hold::Held && !(keep_secrets && matches!(key.base, Base::Sealed(_))))
        .filter(|key| !matches!(key.path.0.last(), Some(merge::Step::Member { .. })))
        .filter(|key| patch.entries.iter().all(|entry| entry.path != key.path))
        .map(|key| key.path.clone())
        .collect();
    if obsolete.is_empty() {
        return Ok(merged);
    }
    let mut keys = merged.keys;
    let mut without = merge::remove(&merged.text, patch.format, &merged.owned, Some(&obsolete), seal)?;
    keys.append(&mut without.keys);
    Ok(Merged { keys, ..without })
}

/// A file that does not exist and gets no key stays away.
fn keep_absent(snapshot: &Snapshot, merged: &Merged) -> Option<Vec<u8>> {
    if snapshot.bytes.is_none() && merged.text.is_empty() {
        None
    } else {
        Some(merged.text.clone().into_bytes())
    }
}

/// A file that we created and that is empty again goes.
fn without_our_file(snapshot: &Snapshot, manifest: &Manifest, merged: &Merged) -> Option<Vec<u8>> {
    if snapshot.bytes.is_none() || (manifest.created && merged.text.trim().is_empty()) {
        None
    } else {
        Some(merged.text.clone().into_bytes())
    }
}

/// The bytes before the change, if the file still has those that we left; else key by key.
fn undo(
    ctx: &Ctx,
    snapshot: &Snapshot,
    manifest: &Manifest,
    change: &FileChange,
    token: Option<&str>,
    seal: &Seal,
) -> Result<(Merged, Option<Vec<u8>>)> {
    let untouched = snapshot.hash() == change.after;
    let fillable = token.is_some() || change.before.holes.is_empty();
    if untouched && fillable {
        let bytes =
            ctx.state.restore(&change.before, &|_| token.map(|token| Value::from(token).to_string()))?;
        let text = match &bytes {
            Some(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            None => String::new(),
        };
        let mut owned = change.owned_before.clone();
        if let Some(token) = token {
            let sealed = seal.hash(token);
            for key in &mut owned.keys {
                if let Base::Sealed(base) = &mut key.base {
                    base.clone_from(&sealed);
                }
            }
        }
        let keys = change.changes.iter().map(restored).collect();
        return Ok((Merged { text, owned, keys }, bytes));
    }
    let merged = merge::revert(
        snapshot.text()?,
        change.format,
        &change.changes,
        &manifest.owned,
        &change.owned_before,
        seal,
    )?;
    let bytes =
        if change.created && merged.text.trim().is_empty() { None } else { keep_absent(snapshot, &merged) };
    Ok((merged, bytes))
}

fn restored(change: &merge::Change) -> merge::KeyReport {
    let outcome =
        if change.before.is_none() && !change.secret { Outcome::Removed } else { Outcome::Restored };
    merge::KeyReport {
        path: change.path.clone(),
        outcome,
        secret: change.secret,
        before: None,
        was_present: true,
    }
}

/// Writes one target, merging anew as long as somebody else writes it at the same time.
fn write(
    ctx: &Ctx,
    job: &Job,
    seal: &Seal,
    unguarded: &BTreeSet<PathBuf>,
    entry: &mut Entry,
) -> Result<TargetReport> {
    for _ in 0..TRIES {
        let prepared = prepare(ctx, job, seal, unguarded)?;
        if let Some(folder) = prepared.snapshot.real.parent() {
            files::clean_leftovers(folder);
        }
        if !prepared.changes_file() {
            if prepared.owned != prepared.manifest.owned {
                remember(ctx, job, &prepared, Vec::new())?;
            }
            let state = if prepared.conflicts() { TargetState::Conflict } else { TargetState::InOrder };
            return Ok(report(job, &prepared, state));
        }
        if let Err(error) = files::check_writable(&prepared.snapshot) {
            return Ok(unwritable(job, &prepared, &error));
        }
        match commit(ctx, job, &prepared, seal, entry) {
            Err(error) if error.kind == Kind::FileBusy => continue,
            Err(error) => return Err(error),
            Ok(()) => {}
        }
        let state = if prepared.conflicts() { TargetState::Conflict } else { TargetState::Written };
        return Ok(report(job, &prepared, state));
    }
    Err(Error::new(
        Kind::FileBusy,
        format!(
            "{} was changed by another program {TRIES} times while it was being written",
            job.site.path.display()
        ),
    )
    .hint("close the program that writes it, and run the command again"))
}

/// Notes what is about to happen, does it, and notes that it happened. A crash in between leaves
/// the old file or the new one, and a manifest that fits either.
fn commit(ctx: &Ctx, job: &Job, prepared: &Prepared, seal: &Seal, entry: &mut Entry) -> Result<()> {
    let change = file_change(ctx, job, prepared, seal)?;
    entry.files.push(change);
    match noted_write(ctx, job, prepared, entry) {
        Ok(made) => remember(ctx, job, prepared, made),
        Err(error) => {
            entry.files.pop();
            if entry.files.is_empty() {
                ctx.state.forget(entry)?
            } else {
                ctx.state.record(entry)?
            }
            ctx.state.save_manifest(&prepared.manifest)?;
            Err(error)
        }
    }
}

/// Notes the write, does it, and returns the folders made for it.
fn noted_write(ctx: &Ctx, job: &Job, prepared: &Prepared, entry: &Entry) -> Result<Vec<PathBuf>> {
    ctx.state.record(entry)?;
    let mut noted = manifest_for(job, prepared);
    noted.owned.clone_from(&prepared.manifest.owned);
    noted.left.clone_from(&prepared.manifest.left);
    noted.created = prepared.manifest.created;
    noted.pending = Some(Pending {
        after: hash(prepared.bytes.as_deref()),
        owned: prepared.owned.clone(),
        created: prepared.is_ours(),
    });
    ctx.state.save_manifest(&noted)?;
    let Some(bytes) = &prepared.bytes else {
        files::delete(&prepared.snapshot)?;
        files::remove_empty_folders(&prepared.manifest.created_dirs);
        return Ok(Vec::new());
    };
    let real = &prepared.snapshot.real;
    let above = real.parent().and_then(std::path::Path::parent).unwrap_or(real);
    let made = files::create_parents(real, job.site.root.as_deref().unwrap_or(above))?;
    match files::replace(&prepared.snapshot, bytes) {
        Ok(_) => Ok(made),
        Err(error) => {
            files::remove_empty_folders(&made);
            Err(error)
        }
    }
}

/// Saves what we own now. `made` are the folders that were made for the file.
fn remember(ctx: &Ctx, job: &Job, prepared: &Prepared, made: Vec<PathBuf>) -> Result<()> {
    let mut manifest = manifest_for(job, prepared);
    manifest.created = prepared.is_ours();
    if !made.is_empty() {
        manifest.created_dirs = made;
    }
    ctx.state.save_manifest(&manifest)
}

/// SHA-256 of a file's bytes in hexadecimal, or `absent` where there is none.
fn hash(bytes: Option<&[u8]>) -> String {
    bytes.map_or_else(|| "absent".to_owned(), files::hash)
}

fn manifest_for(job: &Job, prepared: &Prepared) -> Manifest {
    let target = &job.site.target;
    let mut manifest = prepared.manifest.clone();
    manifest.path.clone_from(&job.site.path);
    manifest.root.clone_from(&job.site.root);
    manifest.ide.clone_from(&target.ide);
    manifest.scope.clone_from(&target.scope);
    manifest.syntax = Some(job.format);
    if !target.template.is_empty() {
        manifest.template.clone_from(&target.template);
    }
    manifest.pending = None;
    manifest.left = Some(hash(prepared.bytes.as_deref()));
    manifest.owned = prepared.owned.clone();
    manifest
}

/// What the history keeps of this write.
fn file_change(ctx: &Ctx, job: &Job, prepared: &Prepared, seal: &Seal) -> Result<FileChange> {
    let text = prepared.snapshot.text().unwrap_or_default();
    let ours: Vec<Path> = prepared
        .manifest
        .owned
        .keys
        .iter()
        .filter_map(|key| match &key.base {
            Base::Sealed(base) => Some((key.path.clone(), base)),
            Base::Value(_) => None,
        })
        .filter(|(path, base)| holds_sealed(text, job.format, path, base, seal))
        .map(|(path, _)| path)
        .collect();
    let holes: Vec<_> = ours
        .iter()
        .flat_map(|path| {
            merge::ranges(text, job.format, std::slice::from_ref(path))
                .into_iter()
                .map(|range| (range, path.clone()))
        })
        .collect();
    let before = ctx.state.backup(&prepared.snapshot.real, prepared.snapshot.bytes.as_deref(), &holes)?;
    let target = &job.site.target;
    Ok(FileChange {
        real: prepared.snapshot.real.clone(),
        path: job.site.path.clone(),
        root: job.site.root.clone(),
        ide: target.ide.clone(),
        scope: target.scope.clone(),
        template: target.template.clone(),
        format: job.format,
        before,
        after: hash(prepared.bytes.as_deref()),
        owned_before: prepared.manifest.owned.clone(),
        owned_after: prepared.owned.clone(),
        created: prepared.snapshot.bytes.is_none(),
        changes: changes(prepared),
    })
}

/// Whether the key still holds the secret that we wrote.
fn holds_sealed(text: &str, format: Format, path: &Path, base: &str, seal: &Seal) -> bool {
    let value = merge::get(text, format, path).ok().flatten();
    value.and_then(|value| value.as_str().map(|value| seal.hash(value) == base)).unwrap_or(false)
}

/// The keys that this write changed, for an undo key by key.
fn changes(prepared: &Prepared) -> Vec<merge::Change> {
    let base =
        |path: &Path| prepared.owned.keys.iter().find(|key| key.path == *path).map(|key| key.base.clone());
    prepared
        .keys
        .iter()
        .filter(|key| {
            matches!(
                key.outcome,
                Outcome::Inserted
                    | Outcome::Updated
                    | Outcome::TakenOver
                    | Outcome::Removed
                    | Outcome::Restored
            )
        })
        .map(|key| merge::Change {
            path: key.path.clone(),
            before: key.before.clone(),
            after: base(&key.path),
            secret: key.secret,
        })
        .collect()
}

fn report(job: &Job, prepared: &Prepared, state: TargetState) -> TargetReport {
    let before = prepared.snapshot.text().unwrap_or_default();
    let after = prepared.bytes.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    let mut secrets = job.secrets.clone();
    secrets.extend(
        prepared
            .manifest
            .owned
            .keys
            .iter()
            .filter(|key| matches!(key.base, Base::Sealed(_)))
            .map(|key| key.path.clone()),
    );
    TargetReport {
        target: job.site.target.clone(),
        state,
        keys: prepared.keys.iter().map(key_report).collect(),
        diff: unified(&job.site.path, before, &after, job.format, &secrets),
        notes: prepared.notes.clone(),
        error: None,
    }
}

/// The report of a target that may not be written, with the change for whoever makes it by hand.
fn unwritable(job: &Job, prepared: &Prepared, error: &Error) -> TargetReport {
    let diff = report(job, prepared, TargetState::Refused).diff;
    TargetReport { diff, notes: prepared.notes.clone(), ..refused(job, error) }
}

/// The report of a target that was not touched.
pub(crate) fn refused(job: &Job, error: &Error) -> TargetReport {
    TargetReport {
        target: job.site.target.clone(),
        state: TargetState::Refused,
        keys: Vec::new(),
        diff: String::new(),
        notes: job.notes.clone(),
        error: Some(error.into()),
    }
}

fn key_report(key: &merge::KeyReport) -> KeyReport {
    let theirs = match &key.outcome {
        Outcome::Conflict { theirs } if !key.secret => Some(super::mask::mask(theirs, &[], "")),
        Outcome::Conflict { .. } => Some(super::mask::MASK.to_owned()),
        _ => None,
    };
    KeyReport { key: key.path.to_string(), outcome: name(&key.outcome).to_owned(), theirs }
}

/// An outcome as the wire names it.
fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Inserted => "inserted",
        Outcome::Updated => "updated",
        Outcome::Unchanged => "unchanged",
        Outcome::Adopted => "adopted",
        Outcome::TakenOver => "takenOver",
        Outcome::Conflict { .. } => "conflict",
        Outcome::Gone => "gone",
        Outcome::Released => "released",
        Outcome::Removed => "removed",
        Outcome::Restored => "restored",
        Outcome::Left => "left",
        Outcome::RefusedSecret => "refusedSecret",
    }
}

/// Adds to a plan's id all that it stands on: the file, its bytes, and what is wanted of it.
fn describe(facts: &mut String, job: &Job, prepared: &Prepared, seal: &Seal) {
    let wanted = match &job.desired {
        Desired::Patch { patch, .. } => patch
            .entries
            .iter()
            .map(|entry| match &entry.op {
                Op::Set(value) => format!("{}={}", entry.path, seal.hash(&value.to_string())),
                Op::Include => entry.path.to_string(),
            })
            .collect::<Vec<_>>()
            .join("\n"),
        Desired::Remove { only } => format!("remove {only:?}"),
        Desired::Undo { change, .. } => format!("undo to {}", change.after),
    };
    for part in [prepared.snapshot.real.display().to_string(), prepared.snapshot.hash(), wanted] {
        facts.push_str(&part);
        facts.push('\0');
    }
}
