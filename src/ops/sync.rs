//! The one path to the disk: apply, resolve, undo, remove, repair and rotation all come through
//! here. Read, merge, show; or lock, read, merge, back up, note, write, note again. What an editor holds
//! unsaved is changed there instead, once the lock is free.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Ctx;
use super::buffers::save_first;
use super::prepare::{Prepared, TOKEN_KEYS, prepare, settled};
use super::record::{file_change, hash, manifest_for};
use super::report::{refused, report, unwritable};
use super::targets::Site;
use super::unsaved::HandOver;
use crate::error::{Error, Kind, Result};
use crate::files;
use crate::merge::{Choice, Format, Op, Patch, Path, Seal};
use crate::protocol::config::{TargetReport, TargetState};
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

impl Job {
    /// A job that only says why there is nothing to do.
    pub(crate) fn nothing(why: Error, site: Site) -> Self {
        let desired = Desired::Nothing(why);
        Self { site, desired, format: Format::Jsonc, secrets: Vec::new(), notes: Vec::new() }
    }
}

/// What is wanted of a file.
#[derive(Clone)]
pub(crate) enum Desired {
    /// These keys.
    Patch {
        /// The keys.
        patch: Patch,
        /// What the user decided about keys in conflict, deleted or released.
        choices: Vec<(Path, Choice)>,
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
    /// Nothing: what is wanted cannot be said, for this reason.
    Nothing(Error),
    /// A mended text in place of the one that was looked at.
    Mend {
        /// SHA-256 of the bytes that were looked at.
        before: String,
        /// The mended text.
        text: String,
        /// What is wanted of it besides.
        then: Option<Box<Desired>>,
    },
    /// What it was before this change.
    Undo {
        /// The change.
        change: Box<FileChange>,
        /// The entry of the history that it is in.
        entry: String,
        /// What stands in place of a token that we had written.
        token: Option<String>,
    },
}

impl Desired {
    /// Whether a change of who owns a key is worth an entry of the history by itself.
    pub(super) fn decides_ownership(&self) -> bool {
        match self {
            Self::Patch { choices, .. } => !choices.is_empty(),
            Self::Remove { .. } | Self::Nothing(_) | Self::Mend { .. } => false,
            Self::Undo { .. } => true,
        }
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
        let prepared = prepare(ctx, job, &seal, &unguarded);
        let report = match &prepared {
            Ok(prepared) => {
                describe(&mut facts, job, prepared, &seal);
                let state = match (prepared.conflicts(), prepared.changes_file()) {
                    (false, true) => TargetState::Pending,
                    _ => settled_state(prepared),
                };
                match writable(job, prepared) {
                    Ok(()) => report(job, prepared, state),
                    Err(error) => unwritable(job, prepared, &error),
                }
            }
            Err(error) => refused(job, error),
        };
        note_guard(job, prepared.as_ref().ok(), &report, &mut unguarded);
        reports.push(report);
    }
    let mut id = files::hash(facts.as_bytes());
    id.truncate(12);
    Ok((id, reports))
}

fn writable(job: &Job, prepared: &Prepared) -> Result<()> {
    if let Some(unsaved) = &prepared.unsaved {
        // The editor writes it. Where there is more to do than the token keys, a note tells of those.
        return if unsaved.withheld && !prepared.changes_file() {
            Err(save_first(&job.site.path, TOKEN_KEYS))
        } else {
            Ok(())
        };
    }
    if !prepared.changes_file() {
        return Ok(());
    }
    let folder = job.site.stop_at(&prepared.snapshot.real);
    if prepared.bytes.is_some() && !folder.exists() {
        let words = format!("{} does not exist, and is not ours to make", folder.display());
        return Err(Error::new(Kind::FileRefused, words).hint(format!(
            "start {} once, so that it makes it; or: elitea-helper remove \"{}\"",
            job.site.target.ide_name,
            job.site.path.display()
        )));
    }
    files::check_writable(&prepared.snapshot)
}

/// Carries the jobs out under the lock.
pub(crate) fn carry_out(ctx: &Ctx, verb: &str, jobs: &[Job]) -> Result<Synced> {
    carry_out_registering(ctx, verb, jobs, &[])
}

/// [`carry_out`] for a verb that registers these targets besides.
pub(crate) fn carry_out_registering(
    ctx: &Ctx,
    verb: &str,
    jobs: &[Job],
    registered: &[PathBuf],
) -> Result<Synced> {
    let seal = ctx.state.seal()?;
    if let Some(reports) = nothing_to_write(ctx, jobs, &seal) {
        return Ok(Synced { history: None, reports });
    }
    let lock = ctx.state.lock(verb)?;
    let _step = ctx.steps.begin();
    files::clean_leftovers(&ctx.config_dir);
    let mut entry = Entry { registered: registered.to_owned(), ..ctx.state.new_entry(verb) };
    let mut unguarded = BTreeSet::new();
    let mut reports = Vec::new();
    let mut unsaved = Vec::new();
    for (at, job) in jobs.iter().enumerate() {
        let done = write(ctx, job, &seal, &unguarded, &mut entry);
        let (report, prepared) = match done {
            Ok((report, prepared)) => (report, Some(prepared)),
            Err(error) => (refused(job, &error), None),
        };
        note_guard(job, prepared.as_ref(), &report, &mut unguarded);
        reports.push(report);
        unsaved.extend(prepared.filter(Prepared::is_for_editor).map(|prepared| (at, job, prepared)));
    }
    let history = (!entry.files.is_empty()).then(|| entry.id.clone());
    if history.is_some() {
        ctx.state.bump_generation()?;
    }
    drop(lock);
    let is_last = unsaved.len() == 1 && reports.iter().all(|report| report.error.is_none());
    let mut editor = HandOver { ctx, verb, registered, is_last, silent: None };
    for (at, job, prepared) in unsaved {
        let report = editor.give(job, &prepared);
        reports.splice(at..=at, [report]);
    }
    Ok(Synced { history, reports })
}

/// The reports of jobs that would write nothing, read without the lock; none where one would, where
/// another helper is writing, or where a crash has left something to clean up.
fn nothing_to_write(ctx: &Ctx, jobs: &[Job], seal: &Seal) -> Option<Vec<TargetReport>> {
    if ctx.state.is_unsettled() || files::has_leftovers(&ctx.config_dir) {
        return None;
    }
    let mut unguarded = BTreeSet::new();
    let mut reports = Vec::new();
    for job in jobs {
        let prepared = prepare(ctx, job, seal, &unguarded);
        let report = match &prepared {
            Ok(prepared) => {
                let folder = prepared.snapshot.real.parent();
                if prepared.changes_anything() || folder.is_some_and(files::has_leftovers) {
                    return None;
                }
                left_alone(job, prepared)
            }
            Err(error) if error.kind == Kind::FileBusy => return None,
            Err(error) => refused(job, error),
        };
        note_guard(job, prepared.as_ref().ok(), &report, &mut unguarded);
        reports.push(report);
    }
    Some(reports)
}

/// The report of a target in which nothing is changed.
fn left_alone(job: &Job, prepared: &Prepared) -> TargetReport {
    match writable(job, prepared) {
        Ok(()) => report(job, prepared, settled_state(prepared)),
        Err(error) => unwritable(job, prepared, &error),
    }
}

/// The state of a target that holds what it should, or what the user wants instead.
fn settled_state(prepared: &Prepared) -> TargetState {
    match &prepared.unsaved {
        _ if prepared.conflicts() => TargetState::Conflict,
        Some(unsaved) if !unsaved.edits.is_empty() => TargetState::Unsaved,
        _ => TargetState::InOrder,
    }
}

/// Remembers a file that could not be made to keep the token keys out of Settings Sync. One that does
/// so only in the editor does not yet.
fn note_guard(
    job: &Job,
    prepared: Option<&Prepared>,
    report: &TargetReport,
    unguarded: &mut BTreeSet<PathBuf>,
) {
    let ignores = report.keys.iter().filter(|key| key.key.starts_with("settingsSync."));
    let failed = match prepared.and_then(|prepared| prepared.unsaved.as_ref()) {
        Some(unsaved) => !unsaved.guards,
        None => report.state == TargetState::Refused,
    };
    let failed =
        failed || ignores.clone().any(|key| matches!(key.outcome.as_str(), "conflict" | "left" | "gone"));
    if failed {
        unguarded.insert(job.site.path.clone());
    }
}

/// Writes one target, merging anew as long as somebody else writes it at the same time.
fn write(
    ctx: &Ctx,
    job: &Job,
    seal: &Seal,
    unguarded: &BTreeSet<PathBuf>,
    entry: &mut Entry,
) -> Result<(TargetReport, Prepared)> {
    for _ in 0..TRIES {
        let prepared = prepare(ctx, job, seal, unguarded)?;
        if prepared.unsaved.is_some() {
            return Ok((left_alone(job, &prepared), prepared));
        }
        if let Some(folder) = prepared.snapshot.real.parent() {
            files::clean_leftovers(folder);
        }
        if !prepared.changes_file() {
            if prepared.changes_anything() {
                if job.desired.decides_ownership() && prepared.owned != prepared.manifest.owned {
                    note_decision(ctx, job, &prepared, seal, entry)?;
                }
                ctx.state.save_manifest(&manifest_for(job, &prepared))?;
            }
            return Ok((report(job, &prepared, settled_state(&prepared)), prepared));
        }
        if let Err(error) = writable(job, &prepared) {
            return Ok((unwritable(job, &prepared, &error), prepared));
        }
        match commit(ctx, job, &prepared, seal, entry) {
            Err(error) if error.kind == Kind::FileBusy => continue,
            Err(error) => return Err(error),
            Ok(()) => {}
        }
        let state = if prepared.conflicts() { TargetState::Conflict } else { TargetState::Written };
        return Ok((report(job, &prepared, state), prepared));
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

/// Notes a change of ownership that leaves the file as it is, so that it can be undone.
fn note_decision(ctx: &Ctx, job: &Job, prepared: &Prepared, seal: &Seal, entry: &mut Entry) -> Result<()> {
    let change = file_change(ctx, job, prepared, seal)?;
    entry.files.push(change);
    ctx.state.record(entry).inspect_err(|_| {
        entry.files.pop();
    })
}

/// Notes what is about to happen, does it, and notes that it happened. A crash in between leaves
/// the old file or the new one, and a note from which the next command finds out which.
fn commit(ctx: &Ctx, job: &Job, prepared: &Prepared, seal: &Seal, entry: &mut Entry) -> Result<()> {
    let change = file_change(ctx, job, prepared, seal)?;
    entry.files.push(change);
    let then = manifest_for(job, prepared);
    let Err(error) = noted_write(ctx, job, prepared, &then, entry) else {
        return ctx.state.save_manifest(&then);
    };
    if is_done(ctx, job, prepared, seal) {
        // The file is new, whatever failed after that. What others wrote since is their affair; what
        // failed is done by the next command, which finds the note.
        return if error.kind == Kind::FileBusy { ctx.state.save_manifest(&then) } else { Err(error) };
    }
    entry.files.pop();
    if entry.files.is_empty() {
        ctx.state.forget(entry)?;
    } else {
        ctx.state.record(entry)?;
    }
    ctx.state.save_manifest(&prepared.manifest)?;
    Err(error)
}

/// Whether a write that failed was done nevertheless.
fn is_done(ctx: &Ctx, job: &Job, prepared: &Prepared, seal: &Seal) -> bool {
    let Ok(manifest) = ctx.state.manifest(&prepared.snapshot.real) else { return false };
    let now = files::read(&job.site.path, &job.site.reach());
    now.is_ok_and(|now| settled(manifest, &now, seal).1)
}

/// Notes the write, after which the manifest is to be `then`, and does it.
fn noted_write(ctx: &Ctx, job: &Job, prepared: &Prepared, then: &Manifest, entry: &Entry) -> Result<()> {
    let real = &prepared.snapshot.real;
    let pending = Pending {
        before: prepared.snapshot.hash(),
        after: hash(prepared.bytes.as_deref()),
        owned: then.owned.clone(),
        created: then.created,
        entry: entry.id.clone(),
    };
    let old = &prepared.manifest;
    ctx.state.save_manifest(&Manifest {
        owned: old.owned.clone(),
        left: old.left.clone(),
        created: old.created,
        pending: Some(pending),
        ..then.clone()
    })?;
    // After the note, which says whether to believe the entry.
    ctx.state.record(entry)?;
    let Some(bytes) = &prepared.bytes else {
        files::delete(&prepared.snapshot)?;
        return files::remove_folders(&then.created_dirs);
    };
    let made = files::create_parents(real, job.site.stop_at(real))?;
    files::replace(&prepared.snapshot, bytes).map(|_| ()).inspect_err(|_| {
        files::remove_empty_folders(&made);
    })
}

/// Adds to a plan's id all that it stands on: the file, its bytes, what is ours in it, and what is
/// wanted of it.
fn describe(facts: &mut String, job: &Job, prepared: &Prepared, seal: &Seal) {
    let wanted = wanted(&job.desired, seal);
    let owned = serde_json::to_string(&prepared.manifest.owned).unwrap_or_default();
    for part in [prepared.snapshot.real.display().to_string(), prepared.snapshot.hash(), owned, wanted] {
        facts.push_str(&part);
        facts.push('\0');
    }
}

/// What is wanted, in words that differ where it does.
fn wanted(desired: &Desired, seal: &Seal) -> String {
    match desired {
        Desired::Patch { patch, .. } => patch
            .entries
            .iter()
            .map(|entry| match &entry.op {
                Op::Set(value) => format!("{}={}", entry.path, seal.hash(&value.to_string())),
                Op::Include => entry.path.to_string(),
            })
            .collect::<Vec<_>>()
            .join("\n"),
        Desired::Nothing(error) => error.to_string(),
        Desired::Remove { only } => format!("remove {only:?}"),
        Desired::Mend { text, then, .. } => {
            let then = then.as_ref().map(|then| wanted(then, seal)).unwrap_or_default();
            format!("mend to {} and {then}", files::hash(text.as_bytes()))
        }
        Desired::Undo { change, .. } => format!("undo to {}", change.after),
    }
}
