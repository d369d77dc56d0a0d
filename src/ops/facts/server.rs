//! What the store and the server say: the token, the account, projects and models.

use std::time::Duration;

use jiff::Timestamp;

use super::super::Ctx;
use super::super::lists::{self, Listed as Heard};
use super::super::token::{date, expiry, state};
use crate::auth::{Server, StoreKind, Token};
use crate::doctor::{self, Facts, StoredToken, Verdict};
use crate::elitea::{Limits, Models, Probe, Projects, TokenInfo};
use crate::error::{Error, Kind, Result};

/// How long is waited before a server that did not answer well is asked again: what was the matter may
/// have passed.
const PAUSE: Duration = Duration::from_millis(300);

/// The server and the token, read once: a keychain may ask a person.
pub(crate) struct Held {
    /// The server of the selection.
    pub(crate) server: Result<Server>,
    /// Its token, and where that is kept.
    pub(crate) token: Result<Option<(Token, StoreKind)>>,
}

impl Held {
    /// Reads them.
    pub(crate) async fn of(ctx: &Ctx) -> Self {
        let server = ctx.server();
        let token = match &server {
            Ok(server) => ctx.token(server).await,
            Err(_) => Ok(None),
        };
        Self { server, token }
    }
}

/// What is set, what the token says of itself, and what the server answers; the second says whether
/// the server has the `/api/v1` that old readers need, if it was asked that.
pub(crate) async fn of_server(ctx: &Ctx, held: &Held, needs_v1: bool) -> (Facts, Option<bool>) {
    let mut facts = Facts { offline: ctx.offline, ..Facts::default() };
    facts.selected.project = ctx.config.project();
    facts.selected.project_source = ctx.source("project");
    facts.selected.model = ctx.config.model();
    facts.selected.model_source = ctx.source("model");
    facts.selected.unverified = !ctx.config.verify_ssl();
    facts.server.typed = ctx.config.server();
    facts.server.source = ctx.source("server");
    let server = match &held.server {
        Ok(server) => server,
        Err(error) => {
            facts.unasked = Some("no server".to_owned());
            if facts.server.typed.is_some() {
                facts.server.failure = Some(error.clone());
            }
            return (facts, None);
        }
    };
    facts.server.root = Some(server.clone());
    facts.server.route = Some(ctx.network().route(server, &ctx.env));
    let mut speaks_v1 = None;
    match &held.token {
        Ok(Some((token, kind))) => {
            let (info, answer) = ask(ctx, server, token, needs_v1, &mut facts).await;
            speaks_v1 = answer;
            facts.token.stored = Some(stored(token, *kind, info));
            facts.token.hidden_store = hidden_store(ctx, server, token, *kind).await;
        }
        Ok(None) => {
            facts.unasked = Some("not signed in".to_owned());
            if !ctx.offline {
                reach(ctx, server, None, &mut facts).await;
            }
        }
        Err(error) => {
            facts.unasked = Some("no token".to_owned());
            match error.kind {
                Kind::TokenMalformed => facts.token.malformed = Some(error.clone()),
                _ => facts.token.store_failure = Some(error.clone()),
            }
            if !ctx.offline {
                reach(ctx, server, None, &mut facts).await;
            }
        }
    }
    (facts, speaks_v1)
}

fn stored(token: &Token, kind: StoreKind, info: Option<TokenInfo>) -> StoredToken {
    let expires = expiry(info.as_ref(), token);
    let now = Timestamp::now();
    StoredToken {
        token: token.clone(),
        store: kind.row().name,
        plain: kind == StoreKind::File,
        state: state(&expires, now),
        expires: date(&expires),
        days_left: expires.days_left(now),
        name: info.and_then(|info| info.name),
    }
}

/// What the server says of the token, and what can be selected there.
async fn ask(
    ctx: &Ctx,
    server: &Server,
    token: &Token,
    needs_v1: bool,
    facts: &mut Facts,
) -> (Option<TokenInfo>, Option<bool>) {
    let project = facts.selected.project;
    if ctx.offline {
        facts.unasked = Some("offline".to_owned());
        remembered(ctx, server, token, facts);
        return (None, None);
    }
    if !reach(ctx, server, Some(token), facts).await {
        facts.unasked = Some("no answer".to_owned());
        remembered(ctx, server, token, facts);
        return (None, None);
    }
    let client = ctx.client_with(server, Some(token));
    let checked = match &client {
        Ok(client) => client.check_token().await,
        Err(error) => Err(error.clone()),
    };
    let (account, info) = match checked {
        Ok(checked) => checked,
        Err(error) => {
            judge(error, facts);
            remembered(ctx, server, token, facts);
            return (None, None);
        }
    };
    facts.server.says.clone_from(&account.api_url);
    facts.token.account = Some(account);
    facts.token.verdict = Some(Verdict::Good);
    let models = async {
        match project {
            Some(project) => Some(lists::fetch_models(ctx, server, token, project).await),
            None => None,
        }
    };
    let speaks_v1 = async {
        match (&client, project) {
            (Ok(client), Some(project)) if needs_v1 => client.has_v1(project).await.ok(),
            _ => None,
        }
    };
    let (projects, models, speaks_v1) =
        tokio::join!(lists::fetch_projects(ctx, server, token), models, speaks_v1);
    listed(projects.ok(), models.and_then(Result::ok), facts);
    (Some(info), speaks_v1)
}

/// Whether an error is about the token or about the server.
fn judge(error: Error, facts: &mut Facts) {
    match error.kind {
        Kind::TokenRejected | Kind::TokenExpired | Kind::TokenMissing => {
            facts.unasked = Some("token refused".to_owned());
            facts.token.verdict = Some(Verdict::Bad(error));
        }
        _ => {
            facts.unasked = Some("no answer".to_owned());
            facts.server.failure = Some(error);
        }
    }
}

/// Whether an ELITEA server answers, in a few seconds at most; if not, why.
async fn reach(ctx: &Ctx, server: &Server, token: Option<&Token>, facts: &mut Facts) -> bool {
    let network = ctx.network();
    let probe = Probe { network: &network, token, vars: &ctx.env, limits: Limits::default() };
    let mut found = probe.run(server.as_str()).await;
    if doctor::failure(&found).is_some_and(|error| error.kind.row().retryable) {
        tokio::time::sleep(PAUSE).await;
        found = probe.run(server.as_str()).await;
    }
    facts.server.clock = found.clock;
    facts.server.failure = doctor::failure(&found);
    facts.server.failure.is_none()
}

/// What the server listed when it was last asked.
fn remembered(ctx: &Ctx, server: &Server, token: &Token, facts: &mut Facts) {
    let projects = lists::last_projects(ctx, server, token).ok();
    let models =
        facts.selected.project.and_then(|project| lists::last_models(ctx, server, token, project).ok());
    listed(projects, models, facts);
}

fn listed(projects: Option<Heard<Projects>>, models: Option<Heard<Models>>, facts: &mut Facts) {
    let ages = [projects.as_ref().and_then(|heard| heard.age), models.as_ref().and_then(|heard| heard.age)];
    facts.listed.remembered = ages.iter().any(Option::is_some);
    facts.listed.heard = ages.into_iter().flatten().max().map(|age| format!("{} ago", lists::ago(age)));
    if let Some(heard) = projects {
        facts.listed.whole = heard.value.note.is_none();
        facts.listed.projects = Some(heard.value.items);
    }
    if let Some(heard) = models {
        facts.listed.default_model = heard.value.default;
        facts.listed.models = Some(heard.value.items);
    }
}

/// The store whose token `ELITEA_TOKEN` hides. One that no login ever chose is not opened for that.
async fn hidden_store(ctx: &Ctx, server: &Server, token: &Token, kind: StoreKind) -> Option<&'static str> {
    if kind != StoreKind::Env {
        return None;
    }
    ctx.config.profile_value(ctx.config.profile(), "store")?;
    let store = ctx.store().ok().filter(|store| store.kind() != StoreKind::Env)?;
    let hidden = store.get(server, ctx.attended).await.ok()??;
    (hidden != *token).then(|| store.kind().row().name)
}
