//! `status`: account, token, selection, and every target in order or not.

use super::facts::{Held, of_server};
use super::login::who;
use super::plan::{jobs_with, token_use};
use super::sync::preview;
use super::targets::registered;
use super::{Ctx, doctor};
use crate::doctor::{Facts, Filter, check};
use crate::error::Result;
use crate::protocol::config::TargetReport;
use crate::protocol::doctor::Severity;
use crate::protocol::error::Failure;
use crate::protocol::selection::{Chosen, Selection};
use crate::protocol::status::{Status, TokenInUse};

/// How things stand. What cannot be found out is a problem in the report, not an error; what is a
/// problem is decided by the doctor's rules about server, token and selection.
///
/// # Errors
/// [`Config`](crate::error::Kind::Config) and [`Io`](crate::error::Kind::Io) where our own files
/// cannot be read.
pub async fn status(ctx: &Ctx) -> Result<Status> {
    let held = Held::of(ctx).await;
    let ((facts, _), targets) =
        tokio::join!(Box::pin(of_server(ctx, &held, false)), Box::pin(targets(ctx, &held)));
    let mut problems: Vec<Failure> = check(&facts, &Filter::default())
        .findings
        .iter()
        .filter(|finding| finding.severity != Severity::Info)
        .map(doctor::failure)
        .collect();
    let mut notes = ctx.config.warnings.clone();
    let targets = match targets {
        Ok((targets, more)) => {
            notes.extend(more);
            targets
        }
        Err(error) => {
            let failure = Failure::from(&error);
            if problems.iter().all(|problem| problem.code != failure.code) {
                problems.push(failure);
            }
            Vec::new()
        }
    };
    let exit = |failure: &Failure| {
        crate::error::TABLE.iter().find(|row| row.code == failure.code).map(|row| row.exit)
    };
    problems.sort_by_key(|problem| std::cmp::Reverse(exit(problem)));
    Ok(Status {
        selection: selection(ctx, &facts),
        token: token(&facts),
        account: facts.token.account.map(who),
        targets,
        problems,
        notes,
    })
}

fn selection(ctx: &Ctx, facts: &Facts) -> Selection {
    let chosen = |setting: &str, value: Option<String>| {
        value.map(|value| Chosen { value, source: ctx.source(setting), name: None })
    };
    let named = |id: u64| facts.listed.projects.iter().flatten().find(|project| project.id == id);
    let project = ctx.config.project().map(|id| Chosen {
        value: id.to_string(),
        source: ctx.source("project"),
        name: named(id).map(|project| project.name.clone()),
    });
    let model = chosen("model", ctx.config.model().map(|(owner, name)| format!("{owner}/{name}")));
    let default = facts.listed.default_model.as_ref().map(|(owner, name)| Chosen {
        value: format!("{owner}/{name}"),
        source: "the project's default".to_owned(),
        name: None,
    });
    Selection {
        profile: ctx.config.profile().to_owned(),
        server: chosen("server", ctx.config.server()),
        project,
        model: model.or(default),
    }
}

fn token(facts: &Facts) -> Option<TokenInUse> {
    facts.token.stored.as_ref().map(|stored| TokenInUse {
        name: stored.name.clone(),
        store: stored.store.to_owned(),
        expires: stored.expires.clone(),
        days_left: stored.days_left,
        state: stored.state,
    })
}

/// Every registered target, as a plan sees it.
async fn targets(ctx: &Ctx, held: &Held) -> Result<(Vec<TargetReport>, Vec<String>)> {
    let sites = registered(ctx)?;
    if sites.is_empty() {
        return Ok((Vec::new(), vec!["no IDE is set up yet: elitea-helper apply".into()]));
    }
    held.server.clone()?;
    let (jobs, notes) = jobs_with(ctx, sites, token_use(ctx, held.token.clone())?).await?;
    let (_, reports) = preview(ctx, &jobs)?;
    Ok((reports, notes))
}
