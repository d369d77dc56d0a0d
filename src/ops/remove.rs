//! `remove`: our keys out again, each back to its origin.

use std::collections::BTreeSet;

use super::Ctx;
use super::recover::recover;
use super::sync::{Desired, Job, carry_out};
use super::targets::{Site, TargetArgs, identity, registered_named};
use crate::config::Config;
use crate::error::Result;
use crate::files;
use crate::protocol::config::Applied;
use crate::template;

/// Takes our keys out of the registered targets that are meant (all when none is named), and
/// no longer keeps those targets in order.
///
/// # Errors
/// Whatever keeps the targets from being found. A file that cannot be written is an entry of the
/// report, not an error.
pub fn remove(ctx: &Ctx, args: &TargetArgs) -> Result<Applied> {
    recover(ctx, "remove")?;
    let sites = registered_named(ctx, args)?;
    let mut jobs: Vec<Job> = sites.into_iter().map(|site| removal(ctx, site)).collect();
    let orphaned = orphaned_guards(ctx, &jobs)?;
    jobs.extend(orphaned);
    let _step = ctx.steps.begin();
    let synced = carry_out(ctx, "remove", &jobs)?;
    Config::edit(&ctx.config_dir, |edit| {
        let done = jobs.iter().zip(&synced.reports).filter(|(_, report)| report.error.is_none());
        for (job, _) in done {
            edit.unregister(&job.site.path)?;
            let id = identity(&job.site.path);
            for row in ctx.config.targets().iter().filter(|row| identity(&row.path) == id) {
                edit.unregister(&row.path)?;
            }
        }
        Ok(())
    })?;
    Ok(Applied { history: synced.history, targets: synced.reports, skipped: Vec::new(), notes: Vec::new() })
}

fn removal(ctx: &Ctx, site: Site) -> Job {
    // A manifest that cannot be read is that target's refusal, and `sync` reports it.
    let known = ctx.state.manifest(&files::real_path(&site.path)).ok();
    let format = match known.and_then(|manifest| manifest.syntax) {
        Some(format) => format,
        None => match template::load(&site.target.template, Some(&ctx.template_dir())) {
            Ok(template) => template.format(),
            Err(error) => return Job::nothing(error, site),
        },
    };
    Job { site, desired: Desired::Remove { only: None }, format, secrets: Vec::new(), notes: Vec::new() }
}

/// The files that only keep token keys out of Settings Sync for targets that hold none any more.
fn orphaned_guards(ctx: &Ctx, removed: &[Job]) -> Result<Vec<Job>> {
    let gone: BTreeSet<&std::path::Path> = removed.iter().map(|job| job.site.path.as_path()).collect();
    let manifests = ctx.state.manifests()?;
    let still_secret: BTreeSet<&str> = manifests
        .iter()
        .filter(|manifest| !gone.contains(manifest.path.as_path()) && manifest.holds_secret())
        .map(|manifest| manifest.ide.as_str())
        .collect();
    let orphaned = manifests
        .iter()
        .filter(|manifest| manifest.is_auxiliary() && !gone.contains(manifest.path.as_path()))
        .filter(|manifest| !still_secret.contains(manifest.ide.as_str()))
        .map(|manifest| removal(ctx, Site::remembered(manifest)));
    Ok(orphaned.collect())
}
