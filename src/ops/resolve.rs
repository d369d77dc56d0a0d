//! `resolve`: the user decides about keys in conflict, deleted or released.

use std::path::PathBuf;

use super::Ctx;
use super::desired::is_secret_entry;
use super::plan::jobs_for;
use super::selection::near;
use super::sync::{Desired, Job, carry_out, preview};
use super::targets::{TargetArgs, Targets, files_among, to_set_up};
use crate::error::{Error, Kind, Result};
use crate::merge::{Choice, Op};
use crate::protocol::config::{Applied, TargetReport};

/// Settles the keys among `words`, in the targets among them and in `args`: [`Choice::Keep`]
/// releases them, [`Choice::Take`] writes ours. A key that is in order is left as it is.
///
/// # Errors
/// [`Kind::Usage`] for a key that none of the targets has, with the nearest one and those that are
/// open; and whatever keeps the selection or the targets from being found.
pub async fn resolve(ctx: &Ctx, words: &[String], choice: Choice, args: &TargetArgs) -> Result<Applied> {
    let (files, keys) = files_among(ctx, words);
    if keys.is_empty() {
        return Err(Error::new(Kind::Usage, "no key is named")
            .hint("name one as reports print it: elitea-helper resolve KEY --keep"));
    }
    let mut args = args.clone();
    args.paths.extend(files.into_iter().map(PathBuf::from));
    let Targets { sites, skipped } = to_set_up(ctx, &args)?;
    let (jobs, notes) = jobs_for(ctx, sites).await?;
    let (_, reports) = preview(ctx, &jobs)?;
    check(&keys, &reports)?;
    let mut settling: Vec<Job> = Vec::new();
    for (job, report) in jobs.into_iter().zip(&reports) {
        settling.extend(settle(job, report, &keys, choice));
    }
    // What keeps a token out of Settings Sync is needed only where one is written.
    let writes_secret = settling.iter().any(|job| {
        matches!(&job.desired, Desired::Patch { patch, .. } if patch.entries.iter().any(is_secret_entry))
    });
    if !writes_secret || choice == Choice::Keep {
        settling.retain(|job| {
            let Desired::Patch { patch, .. } = &job.desired else { return false };
            patch.entries.iter().any(|entry| keys.contains(&&entry.path.to_string()))
        });
    }
    let synced = carry_out(ctx, "resolve", &settling)?;
    Ok(Applied { history: synced.history, targets: synced.reports, skipped, notes })
}

/// The job that does nothing but settle these keys; none where it has none of them. One that was
/// refused stays, to say why.
fn settle(mut job: Job, report: &TargetReport, keys: &[&String], choice: Choice) -> Option<Job> {
    let unread = report.error.is_some() && report.keys.is_empty();
    let is_open = |key: &str| unread || report.keys.iter().any(|known| known.key == key && known.is_open());
    let Desired::Patch { patch, choices, complete, .. } = &mut job.desired else { return None };
    *complete = false;
    patch.downloads.clear();
    patch.entries.retain(|entry| {
        let key = entry.path.to_string();
        let named = keys.contains(&&key) && is_open(&key);
        if named {
            choices.push((entry.path.clone(), choice));
        }
        named || (entry.op == Op::Include && choice == Choice::Take)
    });
    job.notes.clear();
    (!patch.entries.is_empty()).then_some(job)
}

/// Refuses a key that no target has. One that may be in a file that cannot be read is let pass.
fn check(keys: &[&String], reports: &[TargetReport]) -> Result<()> {
    let all = || reports.iter().flat_map(|report| &report.keys);
    let is_unknown = |key: &&&String| all().all(|known| known.key != ***key);
    let Some(unknown) = keys.iter().find(is_unknown) else { return Ok(()) };
    if reports.iter().any(|report| report.error.is_some()) {
        return Ok(());
    }
    let mut open: Vec<String> = all().filter(|key| key.is_open()).map(|key| key.key.clone()).collect();
    open.sort();
    open.dedup();
    let near = near(unknown, all().map(|key| key.key.as_str()));
    let near = near.map(|near| format!("did you mean {near}? ")).unwrap_or_default();
    let listed = if open.is_empty() { "none".to_owned() } else { open.join(", ") };
    let mut error = Error::new(Kind::Usage, format!("no target has a key {unknown}"))
        .hint(format!("{near}keys that can be settled: {listed}"));
    error.choices = open;
    Err(error)
}
