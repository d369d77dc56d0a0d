//! `status`: account, token, selection, and every target in order or not.

use jiff::Timestamp;

use super::login::who;
use super::plan::jobs_for;
use super::sync::preview;
use super::targets::registered;
use super::token::{date, expiry, state};
use super::{Ctx, lists};
use crate::auth::{Server, StoreKind, Token};
use crate::elitea::{Expiry, TokenInfo};
use crate::error::{Error, Kind, Result, TABLE};
use crate::protocol::auth::Account;
use crate::protocol::config::TargetReport;
use crate::protocol::error::Failure;
use crate::protocol::selection::{Chosen, Selection};
use crate::protocol::status::{Status, StatusChange, StatusCommand, StatusKind, TokenInUse};
use crate::protocol::token::TokenState;

/// How things stand. What cannot be found out is a problem in the report, not an error.
///
/// # Errors
/// [`Kind::Config`] and [`Kind::Io`] where our own files cannot be read.
pub async fn status(ctx: &Ctx) -> Result<Status> {
    let mut status = Status {
        selection: selection(ctx),
        account: None,
        token: None,
        targets: Vec::new(),
        problems: Vec::new(),
        notes: ctx.config.warnings.clone(),
    };
    let mut problems: Vec<Error> = Vec::new();
    match ctx.server() {
        Ok(server) => match ctx.token(&server).await {
            Ok(Some((token, kind))) => account(ctx, &server, &token, kind, &mut status, &mut problems).await,
            Ok(None) => problems.push(super::context::not_signed_in(&server)),
            Err(error) => problems.push(error),
        },
        Err(error) => problems.push(error),
    }
    match targets(ctx).await {
        Ok((targets, notes)) => {
            status.targets = targets;
            status.notes.extend(notes);
        }
        Err(error) => {
            if problems.iter().all(|problem| problem.kind != error.kind) {
                problems.push(error);
            }
        }
    }
    problems.sort_by_key(|problem| std::cmp::Reverse(problem.kind.row().exit));
    status.problems = problems.iter().map(Failure::from).collect();
    Ok(status)
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

fn selection(ctx: &Ctx) -> Selection {
    let chosen = |setting: &str, value: Option<String>| {
        value.map(|value| Chosen { value, source: ctx.source(setting), name: None })
    };
    Selection {
        profile: ctx.config.profile().to_owned(),
        server: chosen("server", ctx.config.server()),
        project: chosen("project", ctx.config.project().map(|id| id.to_string())),
        model: chosen("model", ctx.config.model().map(|(owner, name)| format!("{owner}/{name}"))),
    }
}

/// Account and token, and the names of what is selected.
async fn account(
    ctx: &Ctx,
    server: &Server,
    token: &Token,
    kind: StoreKind,
    status: &mut Status,
    problems: &mut Vec<Error>,
) {
    let mut info: Option<TokenInfo> = None;
    if !ctx.offline {
        match ask(ctx, server, token).await {
            Ok((account, found)) => {
                status.account = Some(account);
                info = Some(found);
            }
            Err(error) => problems.push(error),
        }
    }
    let expires = expiry(info.as_ref(), token);
    let now = Timestamp::now();
    let state = state(&expires, now);
    problems.extend(expiry_problem(server, state, &expires));
    status.token = Some(TokenInUse {
        name: info.and_then(|info| info.name),
        store: kind.row().name.to_owned(),
        expires: date(&expires),
        days_left: expires.days_left(now),
        state,
    });
    if let (Some(project), Ok(listed)) =
        (&mut status.selection.project, lists::fetch_projects(ctx, server, token).await)
    {
        let found = listed.value.items.iter().find(|candidate| candidate.id.to_string() == project.value);
        project.name = found.map(|project| project.name.clone());
    }
    if status.selection.model.is_none() {
        status.selection.model = default_model(ctx, server, token).await;
    }
}

async fn ask(ctx: &Ctx, server: &Server, token: &Token) -> Result<(Account, TokenInfo)> {
    let client = ctx.client_with(server, Some(token))?;
    let (account, info) = client.check_token().await?;
    Ok((who(account), info))
}

async fn default_model(ctx: &Ctx, server: &Server, token: &Token) -> Option<Chosen> {
    let listed = lists::fetch_models(ctx, server, token, ctx.config.project()?).await.ok()?;
    let (owner, name) = listed.value.default?;
    Some(Chosen { value: format!("{owner}/{name}"), source: "the project's default".into(), name: None })
}

/// A server in another time zone writes dates that are hours off: within a day only the server
/// itself can say that a token is over.
fn expiry_problem(server: &Server, state: TokenState, expires: &Expiry) -> Option<Error> {
    let at = date(expires)?;
    match state {
        TokenState::Expired => Some(
            Error::new(Kind::TokenExpired, format!("the token expired at {at}"))
                .hint(format!("sign in with a new one: elitea-helper login --server {}", server.as_str())),
        ),
        TokenState::Expiring => Some(
            Error::new(Kind::Findings, format!("the token expires at {at}"))
                .hint("make a new one everywhere: elitea-helper token rotate"),
        ),
        TokenState::Active | TokenState::Never => None,
    }
}

/// Every registered target, as a plan sees it.
async fn targets(ctx: &Ctx) -> Result<(Vec<TargetReport>, Vec<String>)> {
    let sites = registered(ctx)?;
    if sites.is_empty() {
        return Ok((Vec::new(), vec!["no IDE is set up yet: elitea-helper apply".into()]));
    }
    let (jobs, notes) = jobs_for(ctx, sites).await?;
    let (_, reports) = preview(ctx, &jobs)?;
    Ok((reports, notes))
}
