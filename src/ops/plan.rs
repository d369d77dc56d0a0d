//! `plan` and `apply`: what would change in each target, and doing it.

use super::desired::{TokenUse, jobs, needs_v1};
use super::recover::recover;
use super::selection::resolve;
use super::sync::{Desired, Job, carry_out_registering, preview};
use super::targets::{TargetArgs, Targets, to_set_up};
use super::{Ctx, targets};
use crate::auth::{StoreKind, Token};
use crate::config::{Config, TargetRow};
use crate::error::{Error, Kind, Result};
use crate::protocol::config::{Applied, Plan, Skipped};

/// What would change in each target.
///
/// # Errors
/// Whatever keeps the selection or the targets from being found. A file that cannot be written is
/// an entry of the report, not an error.
pub async fn plan(ctx: &Ctx, args: &TargetArgs) -> Result<Plan> {
    let (jobs, skipped, notes) = prepare(ctx, args).await?;
    let (id, targets) = preview(ctx, &jobs)?;
    Ok(Plan { id, targets, skipped, notes })
}

/// Carries the plan out; with a plan's id exactly that one.
///
/// # Errors
/// As [`plan`], and [`Kind::PlanStale`] where the id no longer fits.
pub async fn apply(ctx: &Ctx, args: &TargetArgs, plan: Option<&str>) -> Result<Applied> {
    recover(ctx, "apply")?;
    let (jobs, skipped, notes) = prepare(ctx, args).await?;
    if let Some(wanted) = plan {
        let (id, _) = preview(ctx, &jobs)?;
        if id != wanted {
            return Err(Error::new(
                Kind::PlanStale,
                format!("plan {wanted} is stale: a file, the selection or the token changed since"),
            )
            .hint("look at the new one: elitea-helper plan"));
        }
    }
    let mut new = if args.is_empty() { Vec::new() } else { unregistered(ctx, &jobs) };
    let registered: Vec<_> = new.iter().map(|target| target.path.clone()).collect();
    let _step = ctx.steps.begin();
    let synced = carry_out_registering(ctx, "apply", &jobs, &registered)?;
    // Where nothing was written, no entry of the history could take the registration back of a target
    // that could not be.
    let refused = |row: &TargetRow| {
        let path = row.path.display().to_string();
        synced.reports.iter().any(|report| report.error.is_some() && report.target.path == path)
    };
    new.retain(|row| synced.history.is_some() || !refused(row));
    register(ctx, &new)?;
    Ok(Applied { history: synced.history, targets: synced.reports, skipped, notes })
}

/// The targets that are not registered yet.
fn unregistered(ctx: &Ctx, jobs: &[Job]) -> Vec<TargetRow> {
    let wanted = jobs.iter().filter(|job| !matches!(job.desired, Desired::Nothing(_)));
    let sites = wanted.map(|job| &job.site).filter(|site| !site.target.template.is_empty());
    sites
        .map(|site| TargetRow {
            path: site.path.clone(),
            ide: site.target.ide.clone(),
            scope: site.target.scope.clone(),
            template: site.target.template.clone(),
            root: site.root.clone(),
        })
        .filter(|row| !ctx.config.targets().contains(row) && !is_known_by_another_name(ctx, row))
        .collect()
}

/// Whether a file is registered already, through a link or by its real path.
fn is_known_by_another_name(ctx: &Ctx, row: &TargetRow) -> bool {
    let same = |other: &TargetRow| targets::identity(&other.path) == targets::identity(&row.path);
    ctx.config.targets().iter().any(|other| other.path != row.path && same(other))
}

/// Targets that were named are kept in order from now on.
fn register(ctx: &Ctx, rows: &[TargetRow]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    Config::edit(&ctx.config_dir, |edit| rows.iter().try_for_each(|row| edit.register(row)))?;
    Ok(())
}

async fn prepare(ctx: &Ctx, args: &TargetArgs) -> Result<(Vec<Job>, Vec<Skipped>, Vec<String>)> {
    let Targets { sites, skipped } = to_set_up(ctx, args)?;
    let (jobs, notes) = jobs_for(ctx, sites).await?;
    Ok((jobs, skipped, notes))
}

fn is_whole(ctx: &Ctx) -> bool {
    ctx.config.project().is_some() && ctx.config.model().is_some()
}

/// The jobs that bring these sites in order, with the token that counts now.
pub(crate) async fn jobs_for(ctx: &Ctx, sites: Vec<targets::Site>) -> Result<(Vec<Job>, Vec<String>)> {
    let server = ctx.server()?;
    let token = token_use(ctx, ctx.token(&server).await)?;
    jobs_with(ctx, sites, token).await
}

/// What is known of the token after a look into its store.
pub(crate) fn token_use(ctx: &Ctx, token: Result<Option<(Token, StoreKind)>>) -> Result<TokenUse> {
    match token {
        Ok(Some((token, _))) => Ok(TokenUse::Known(token)),
        Ok(None) => Ok(TokenUse::Missing),
        // Without the token the server cannot be asked, so the selection must be whole.
        Err(error) if error.kind == Kind::StoreUnavailable && is_whole(ctx) => {
            Ok(TokenUse::Unknown(error.to_string()))
        }
        Err(error) => Err(error),
    }
}

/// The jobs that bring these sites in order, with this token, whatever the environment holds.
pub(crate) async fn jobs_with(
    ctx: &Ctx,
    sites: Vec<targets::Site>,
    token: TokenUse,
) -> Result<(Vec<Job>, Vec<String>)> {
    // Where nothing is to be set up, the selection need not be complete.
    if sites.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let server = ctx.server()?;
    let known = match &token {
        TokenUse::Known(token) => Some(token),
        _ => None,
    };
    let resolved = resolve(ctx, &server, known).await?;
    let speaks_v1 = match known {
        Some(token) if !ctx.offline && sites.iter().any(|site| needs_v1(ctx, site)) => {
            Some(ctx.client_with(&server, Some(token))?.has_v1(resolved.selection.project).await?)
        }
        _ => None,
    };
    let jobs = jobs(ctx, sites, &resolved.selection, &token, speaks_v1)?;
    Ok((jobs, resolved.notes))
}
