//! The one path to the disk: apply, resolve, undo, remove, repair and rotation all come through
//! here. Read, merge, show; or lock, read, merge, back up, note, write, note again.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Ctx;
use super::prepare::{Prepared, prepare};
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
            Self::Remove { .. } | Self::Nothing(_) => false,
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
                    (true, _) => TargetState::Conflict,
                    (false, true) => TargetState::Pending,
                    (false, false) => TargetState::InOrder,
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
    let _lock = ctx.state.lock(verb)?;
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
            if prepared.owned != prepared.manifest.owned {
                if job.desired.decides_ownership() {
                    note_decision(ctx, job, &prepared, seal, entry)?;
                }
                remember(ctx, job, &prepared, Vec::new())?;
            }
            let state = if prepared.conflicts() { TargetState::Conflict } else { TargetState::InOrder };
            return Ok(report(job, &prepared, state));
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
/// the old file or the new one, and a manifest that fits either.
fn commit(ctx: &Ctx, job: &Job, prepared: &Prepared, seal: &Seal, entry: &mut Entry) -> Result<()> {
    let change = file_change(ctx, job, prepared, seal)?;
    entry.files.push(change);
    match noted_write(ctx, job, prepared, entry) {
        Ok(made) => remember(ctx, job, prepared, made),
        Err(error) => {
            entry.files.pop();
            if entry.files.is_empty() {
                ctx.state.forget(entry)?;
            } else {
                ctx.state.record(entry)?;
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
    let made = files::create_parents(real, job.site.stop_at(real))?;
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

/// The keys that this write changed, for an undo key by key. A token that took the place of
/// another is not among them: an old one never comes back.
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
        .map(|key| {
            (
                key.was_present,
                merge::Change {
                    path: key.path.clone(),
                    before: key.before.clone(),
                    after: base(&key.path),
                    secret: key.secret,
                },
            )
        })
        .filter(|(was_present, change)| !(change.secret && *was_present && change.after.is_some()))
        .map(|(_, change)| change)
        .collect()
}

/// Adds to a plan's id all that it stands on: the file, its bytes, what is ours in it, and what is
/// wanted of it.
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
        Desired::Nothing(error) => error.to_string(),
        Desired::Remove { only } => format!("remove {only:?}"),
        Desired::Undo { change, .. } => format!("undo to {}", change.after),
    };
    let owned = serde_json::to_string(&prepared.manifest.owned).unwrap_or_default();
    for part in [prepared.snapshot.real.display().to_string(), prepared.snapshot.hash(), owned, wanted] {
        facts.push_str(&part);
        facts.push('\0');
    }
}
