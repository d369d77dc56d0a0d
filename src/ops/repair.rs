//! `repair`: mends what the doctor finds in files, as far as that has one possible outcome or a
//! person chooses, and brings registered targets in order by the way.

use std::path::PathBuf;

use super::doctor::{Shown, shown};
use super::plan::jobs_for;
use super::recover::recover;
use super::sync::{Desired, Job, carry_out, preview};
use super::targets::{Site, TargetArgs, identity, registered, to_set_up};
use super::{Ctx, facts};
use crate::doctor::{self, Chosen, Facts, FileFacts, Filter, Mending};
use crate::error::{Error, Kind, Result};
use crate::files;
use crate::ide::Scope;
use crate::merge::{Format, Path as Key};
use crate::protocol::config::{TargetRef, TargetReport, TargetState};
use crate::protocol::doctor::{Finding, Repaired, RepairedFile, Severity};

/// Decides on a finding with several ways to mend it: the way's number from 0, or none.
pub type Choose<'c> = dyn FnMut(&Finding) -> Result<Option<usize>> + 'c;

/// A repair that is ready to be carried out.
pub struct Repair {
    jobs: Vec<Job>,
    /// What it would do.
    pub preview: Repaired,
}

impl Repair {
    /// Whether it would change anything.
    pub fn changes(&self) -> bool {
        self.preview.files.iter().any(|file| !file.report.diff.is_empty() && file.report.error.is_none())
    }
}

/// Looks at the files that are meant (none named: all that the doctor looks at), and works out what
/// mends them.
///
/// # Errors
/// What keeps a file that was named from being found or read, and what `choose` fails with.
pub async fn repair(ctx: &Ctx, args: &TargetArgs, choose: &mut Choose<'_>) -> Result<Repair> {
    recover(ctx, "repair")?;
    let (facts, meant) = gathered(ctx, args).await?;
    let wanted = wanted(ctx, &facts).await;
    let mut repair = Repair { jobs: Vec::new(), preview: Repaired { history: None, files: Vec::new() } };
    let is_meant = |file: &&FileFacts| {
        file.exists && meant.as_ref().is_none_or(|meant| meant.contains(&identity(&file.path)))
    };
    for file in facts.files.iter().filter(is_meant) {
        let mending = mended(file, &facts, choose)?;
        let known = wanted.iter().find(|job| identity(&job.site.path) == identity(&file.path));
        // What was emptied may be restored as long as nothing is written to it.
        let is_open = mending.left.iter().any(|left| left.is_choice() && left.severity == Severity::Error);
        let then = known.filter(|_| is_pending(file) && !is_open).map(|job| Box::new(job.desired.clone()));
        let site = known.map_or_else(|| site(file), |job| job.site.clone());
        if mending.mended.is_empty() && then.is_none() {
            let report = in_order(&site);
            repair.preview.files.push(outcome(&mending, &facts, report));
            continue;
        }
        let job = job(file, &mending, then, known, site)?;
        let (_, mut reports) = preview(ctx, std::slice::from_ref(&job))?;
        let Some(report) = reports.pop() else { continue };
        repair.preview.files.push(outcome(&mending, &facts, report));
        repair.jobs.push(job);
    }
    Ok(repair)
}

/// Carries a repair out: one entry of the history, and a backup of every file.
///
/// # Errors
/// What keeps our own folder from being written. A file that cannot be written, or that changed
/// since it was looked at, is an entry of the report.
pub fn carry_out_repair(ctx: &Ctx, repair: Repair) -> Result<Repaired> {
    let Repair { jobs, preview: mut repaired } = repair;
    let synced = carry_out(ctx, "repair", &jobs)?;
    for report in synced.reports {
        let of_it = |file: &&mut RepairedFile| file.report.target.path == report.target.path;
        if let Some(file) = repaired.files.iter_mut().find(of_it) {
            file.report = report;
        }
    }
    repaired.history = synced.history;
    Ok(repaired)
}

/// The facts, and the files that are meant, by identity; none: all of them.
async fn gathered(ctx: &Ctx, args: &TargetArgs) -> Result<(Facts, Option<Vec<String>>)> {
    if args.is_empty() {
        return Ok((facts::of_machine(ctx).await?, None));
    }
    let by_flags = TargetArgs { paths: Vec::new(), ..args.clone() };
    let sites = if by_flags.is_empty() { Vec::new() } else { to_set_up(ctx, &by_flags)?.sites };
    let paths: Vec<PathBuf> = args.paths.iter().map(|path| ctx.absolute(path)).collect();
    if let Some(absent) = paths.iter().find(|path| path.symlink_metadata().is_err()) {
        return Err(Error::new(Kind::Usage, format!("there is no file {}", absent.display())));
    }
    let meant: Vec<String> =
        sites.iter().map(|site| &site.path).chain(&paths).map(|path| identity(path)).collect();
    let kept = registered(ctx)?;
    if sites.is_empty() && kept.iter().all(|site| !meant.contains(&identity(&site.path))) {
        return Ok((facts::of_files(ctx, &paths)?, Some(meant)));
    }
    let mut facts = facts::of_machine(ctx).await?;
    let is_known = |path: &PathBuf| facts.files.iter().any(|file| identity(&file.path) == identity(path));
    let strangers: Vec<PathBuf> = paths.into_iter().filter(|path| !is_known(path)).collect();
    facts.files.extend(facts::of_files(ctx, &strangers)?.files);
    Ok((facts, Some(meant)))
}

/// What the registered targets should become, where that can be said.
async fn wanted(ctx: &Ctx, facts: &Facts) -> Vec<Job> {
    if !facts.files.iter().any(is_pending) {
        return Vec::new();
    }
    let Ok(sites) = registered(ctx) else { return Vec::new() };
    jobs_for(ctx, sites).await.map(|(jobs, _)| jobs).unwrap_or_default()
}

/// Whether a plan would change the file, or cannot read it as it is.
fn is_pending(file: &FileFacts) -> bool {
    let report = file.role.as_ref().and_then(|role| role.report.as_ref());
    report.is_some_and(|report| {
        matches!(report.state, TargetState::Pending | TargetState::Refused | TargetState::Conflict)
    })
}

fn mended(file: &FileFacts, facts: &Facts, choose: &mut Choose<'_>) -> Result<Mending> {
    let mut failure = None;
    let mending = doctor::mend(file, facts, &Filter::default(), &mut |file, finding| {
        let chosen =
            if failure.is_some() { Ok(None) } else { choose(&shown(finding, Some(&Shown::of(file)))) };
        chosen
            .unwrap_or_else(|error| {
                failure = Some(error);
                None
            })
            .map_or(Chosen::Leave, Chosen::Way)
    });
    failure.map_or(Ok(mending), Err)
}

/// The job that writes a mended text, and what is wanted of its target besides.
fn job(
    file: &FileFacts,
    mending: &Mending,
    then: Option<Box<Desired>>,
    known: Option<&Job>,
    site: Site,
) -> Result<Job> {
    let snapshot = files::read(&file.path, &site.reach())?;
    let now = FileFacts::new(&file.path, file.kind, snapshot.bytes.as_deref());
    if now.text != file.text {
        let words = format!("{} changed since it was looked at", file.path.display());
        return Ok(Job::nothing(Error::new(Kind::PlanStale, words).hint("run the command again"), site));
    }
    let mut secrets: Vec<Key> =
        file.keys.iter().filter(|key| key.is_secret()).map(doctor::Occurrence::path).collect();
    secrets.extend(known.into_iter().flat_map(|job| job.secrets.clone()));
    Ok(Job {
        desired: Desired::Mend { before: snapshot.hash(), text: mending.file.text.clone(), then },
        format: file.kind.format().unwrap_or(Format::Jsonc),
        secrets,
        notes: Vec::new(),
        site,
    })
}

/// The site of a file that is no target.
fn site(file: &FileFacts) -> Site {
    let role = file.role.as_ref();
    let workspace = if file.is_workspace() { Scope::Workspace } else { Scope::User };
    Site {
        target: TargetRef {
            ide: role.map_or_else(String::new, |role| role.ide.clone()),
            ide_name: role.map_or_else(|| "file".to_owned(), |role| role.ide_name.clone()),
            scope: role.map_or(workspace, |role| role.scope).as_str().to_owned(),
            label: None,
            path: file.path.display().to_string(),
            template: String::new(),
        },
        path: file.path.clone(),
        root: file.root.clone(),
        reader: None,
    }
}

fn in_order(site: &Site) -> TargetReport {
    TargetReport {
        target: site.target.clone(),
        state: TargetState::InOrder,
        keys: Vec::new(),
        diff: String::new(),
        notes: Vec::new(),
        error: None,
    }
}

/// What became of a file, with what is left in it. What the plan brings in order is not left.
fn outcome(mending: &Mending, facts: &Facts, report: TargetReport) -> RepairedFile {
    let mut file = mending.file.clone();
    if let Some(role) = &mut file.role
        && report.error.is_none()
        && let Some(known) = &mut role.report
    {
        known.keys.retain(|key| !matches!(key.outcome.as_str(), "inserted" | "updated"));
    }
    let left = doctor::check_file(&file, facts, &Filter::default());
    let mut mended = mending.mended.clone();
    let ours =
        report.keys.iter().filter(|key| matches!(key.outcome.as_str(), "inserted" | "updated" | "takenOver"));
    mended.extend(ours.map(|key| format!("set {} as the selection says", key.key)));
    let file = Shown::of(&file);
    RepairedFile { report, mended, left: left.iter().map(|finding| shown(finding, Some(&file))).collect() }
}
