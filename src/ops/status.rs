//! `status`: account, token, selection, and every target in order or not.

use super::facts::{Held, of_server};
use super::login::who;
use super::plan::{jobs_with, token_use};
use super::sync::preview;
use super::targets::registered;
use super::{Ctx, doctor};
use crate::doctor::{Facts, Filter, check};
use crate::error::{Error, Kind, Result, TABLE};
use crate::order;
use crate::protocol::config::TargetReport;
use crate::protocol::doctor::Severity;
use crate::protocol::error::Failure;
use crate::protocol::selection::{Chosen, Selection};
use crate::protocol::status::{Status, StatusChange, StatusCommand, StatusKind, TokenInUse};

/// How things stand. What cannot be found out is a problem in the report, not an error; what is a
/// problem is decided by the doctor's rules about server, token and selection.
///
/// # Errors
/// [`Config`](crate::error::Kind::Config) and [`Io`](crate::error::Kind::Io) where our own files
/// cannot be read.
pub async fn status(ctx: &Ctx) -> Result<Status> {
    let held = Held::of(ctx).await;
    let (facts, _) = Box::pin(of_server(ctx, &held, false)).await;
    let targets = Box::pin(targets(ctx, &held, facts.server.failure.as_ref())).await;
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
    order::sort_by_key(&mut problems, |problem| std::cmp::Reverse(exit(problem)));
    Ok(Status {
        selection: selection(ctx, &facts),
        token: token(&facts),
        account: facts.token.account.map(who),
        targets,
        problems,
        notes,
    })
}

/// The status in a word and a sentence, for an editor's status bar.
pub fn summary(status: &Status) -> StatusChange {
    let command = |title: &str, method: &str| {
        Some(StatusCommand { title: title.to_owned(), method: method.to_owned() })
    };
    let sign_in = || command("Sign in", "elitea/auth/login");
    let (open, all) = (status.targets.iter().filter(|target| target.is_open()).count(), status.targets.len());
    let Some(problem) = status.problems.first() else {
        if open > 0 {
            let message = format!("{open} of {all} config files are not in order");
            let command = command("Show what would change", "elitea/config/plan");
            return StatusChange { kind: StatusKind::Warning, message, command };
        }
        let name = |chosen: &Option<Chosen>| chosen.as_ref().map(|chosen| chosen.value.clone());
        let words =
            [status.account.as_ref().map(|account| account.name.clone()), name(&status.selection.model)];
        let words: Vec<String> = words.into_iter().flatten().filter(|word| !word.is_empty()).collect();
        let message = if words.is_empty() { "in order".to_owned() } else { words.join(", ") };
        return StatusChange { kind: StatusKind::Ok, message, command: None };
    };
    let row = TABLE.iter().find(|row| row.code == problem.code);
    let (kind, command) = match row.map(|row| (row.kind, row.exit)) {
        Some((Kind::TokenMissing, _)) => (StatusKind::SignedOut, sign_in()),
        _ if status.selection.server.is_none() => (StatusKind::SignedOut, sign_in()),
        Some((Kind::Unreachable | Kind::Timeout | Kind::Offline, _)) => (StatusKind::Offline, None),
        Some((Kind::ChoiceNeeded, _)) => {
            (StatusKind::Warning, command("Choose project and model", "elitea/selection/set"))
        }
        Some((_, 3)) => (StatusKind::Error, sign_in()),
        Some((_, 1)) => (StatusKind::Warning, command("Look for what is wrong", "elitea/doctor/run")),
        _ => (StatusKind::Error, command("Look for what is wrong", "elitea/doctor/run")),
    };
    StatusChange { kind, message: problem.message.clone(), command }
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
async fn targets(
    ctx: &Ctx,
    held: &Held,
    failure: Option<&Error>,
) -> Result<(Vec<TargetReport>, Vec<String>)> {
    let sites = registered(ctx)?;
    if sites.is_empty() {
        return Ok((Vec::new(), vec!["no IDE is set up yet: elitea-helper apply".into()]));
    }
    held.server.clone()?;
    // A server that does not answer is not waited for twice.
    failure.cloned().map_or(Ok(()), Err)?;
    let (jobs, notes) = jobs_with(ctx, sites, token_use(ctx, held.token.clone())?).await?;
    let (_, reports) = preview(ctx, &jobs)?;
    Ok((reports, notes))
}
