//! The one path to the disk: apply, resolve, undo, remove, repair and rotation all come through
//! here. Read, merge, show; or lock, read, merge, back up, note, write, note again.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Ctx;
use super::prepare::{Prepared, prepare, settled};
use super::report::{refused, report, unwritable};
use super::targets::Site;
use crate::error::{Error, Kind, Result};
use crate::files;
use crate::merge::{self, Base, Choice, Format, Op, Outcome, Patch, Path, Seal};
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
        /// What stands in place of a token that we had written.
        token: Option<String>,
    },
}

impl Desired {
    /// Whether a change of who owns a key is worth an entry of the history by itself.
    fn decides_ownership(&self) -> bool {
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
        let report = match prepare(ctx, job, &seal, &unguarded) {
            Ok(prepared) => {
                describe(&mut facts, job, &prepared, &seal);
                let state = match (prepared.conflicts(), prepared.changes_file()) {
                    (false, true) => TargetState::Pending,
                    _ => settled_state(&prepared),
                };
                match writable(job, &prepared) {
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

fn writable(job: &Job, prepared: &Prepared) -> Result<()> {
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
    carry_out_registering(ctx, verb, jobs, Vec::new())
}

/// [`carry_out`] for a verb that registers these targets besides.
pub(crate) fn carry_out_registering(
    ctx: &Ctx,
    verb: &str,
    jobs: &[Job],
    registered: Vec<PathBuf>,
) -> Result<Synced> {
    let seal = ctx.state.seal()?;
    if let Some(reports) = nothing_to_write(ctx, jobs, &seal) {
        return Ok(Synced { history: None, reports });
    }
    let _lock = ctx.state.lock(verb)?;
    let _step = ctx.steps.begin();
    files::clean_leftovers(&ctx.config_dir);
    let mut entry = Entry { registered, ..ctx.state.new_entry(verb) };
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

/// The reports of jobs that would write nothing, read without the lock; none where one would, where
/// another helper is writing, or where a crash has left something to clean up.
fn nothing_to_write(ctx: &Ctx, jobs: &[Job], seal: &Seal) -> Option<Vec<TargetReport>> {
    if ctx.state.is_unsettled() || files::has_leftovers(&ctx.config_dir) {
        return None;
    }
    let mut unguarded = BTreeSet::new();
    let mut reports = Vec::new();
    for job in jobs {
        let report = match prepare(ctx, job, seal, &unguarded) {
            Ok(prepared) => {
                let folder = prepared.snapshot.real.parent();
                if prepared.changes_anything() || folder.is_some_and(files::has_leftovers) {
                    return None;
                }
                report(job, &prepared, settled_state(&prepared))
            }
            Err(error) if error.kind == Kind::FileBusy => return None,
            Err(error) => refused(job, &error),
        };
        note_guard(job, &report, &mut unguarded);
        reports.push(report);
    }
    Some(reports)
}

/// The state of a target that holds what it should, or what the user wants instead.
fn settled_state(prepared: &Prepared) -> TargetState {
    if prepared.conflicts() { TargetState::Conflict } else { TargetState::InOrder }
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
            if prepared.changes_anything() {
                if job.desired.decides_ownership() && prepared.owned != prepared.manifest.owned {
                    note_decision(ctx, job, &prepared, seal, entry)?;
                }
                ctx.state.save_manifest(&manifest_for(job, &prepared))?;
            }
            return Ok(report(job, &prepared, settled_state(&prepared)));
        }
        if let Err(error) = writable(job, &prepared) {
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

/// SHA-256 of a file's bytes in hexadecimal, or `absent` where there is none.
fn hash(bytes: Option<&[u8]>) -> String {
    bytes.map_or_else(|| "absent".to_owned(), files::hash)
}

/// What will be true of the target once it is written.
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
    if prepared.bytes.is_some() {
        // Those that are there already and are ours, and those that the write makes.
        manifest.created_dirs.retain(|folder| folder.exists());
        manifest.created_dirs.extend(files::missing_parents(&prepared.snapshot.real));
    }
    manifest.pending = None;
    manifest.created = prepared.is_ours();
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
