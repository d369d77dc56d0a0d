//! `login`: takes a token, checks it against the server, stores it.

use super::lists::fetch_projects;
use super::selection::is_usable;
use super::token::{date, expiry};
use super::{Ctx, discover};
use crate::auth::{Server, Store, StoreKind, Token};
use crate::config::{Config, SourceKind};
use crate::elitea::{self, Client, TokenInfo};
use crate::error::{Error, Kind, Result};
use crate::protocol::auth::{Account, LoggedIn, TokenPage};

/// What `login` is asked for.
pub struct Login {
    /// The server, where one is named.
    pub server: Option<String>,
    /// The token, or what names one.
    pub given: Given,
    /// The store, where one is named.
    pub store: Option<String>,
}

/// Where the token of a `login` comes from. It has no `Debug` form: what was pasted is a secret.
pub enum Given {
    /// It was pasted or piped.
    Pasted(Vec<u8>),
    /// `discover` found it under this id.
    Found(String),
}

/// The page on which a person makes a token.
///
/// # Errors
/// [`Kind::Usage`] where no server is named or set.
pub fn token_page(ctx: &Ctx, server: Option<&str>) -> Result<TokenPage> {
    let server = server_of(ctx, server)?;
    Ok(TokenPage { server: server.as_str().to_owned(), page: server.page("settings/create-personal-token") })
}

fn server_of(ctx: &Ctx, named: Option<&str>) -> Result<Server> {
    match named {
        Some(named) => Server::parse(named),
        None => ctx.server(),
    }
}

/// Checks the token and stores it; the profile uses it from now on.
///
/// # Errors
/// [`Kind::TokenMalformed`] for anything that is not a token, [`Kind::Usage`] and
/// [`Kind::ChoiceNeeded`] for a found one that is gone or goes to no known server, what the server
/// answers, and
/// [`Kind::StoreUnavailable`] with the choices where the store cannot be used.
pub async fn login(ctx: &Ctx, asked: &Login) -> Result<LoggedIn> {
    let named = asked.server.as_deref();
    let (server, token) = match &asked.given {
        Given::Pasted(pasted) => (server_of(ctx, named)?, Token::parse(pasted)?),
        Given::Found(id) => discover::take(ctx, id, named)?,
    };
    let kind = match &asked.store {
        Some(store) => StoreKind::parse(store)?,
        None => ctx.store_kind()?,
    };
    if kind == StoreKind::Env {
        return Err(Error::new(Kind::Usage, "the store env is read from ELITEA_TOKEN and cannot be written")
            .hint("set ELITEA_TOKEN and ELITEA_DEPLOYMENT_URL instead of signing in, or choose --store keychain or --store file"));
    }
    hidden_by_environment(ctx, &server)?;
    let client = ctx.client_with(&server, Some(&token))?;
    // What cannot be noted in config.toml is not begun.
    Config::edit(&ctx.config_dir, |_| Ok(()))?;
    let store = Store::new(kind, &ctx.config_dir);
    store.probe(ctx.attended).await?;
    let (account, info) = check(&client, &server, &token).await?;
    let _step = ctx.steps.begin();
    store.set(&server, &token, ctx.attended).await?;
    let mut notes = forget_elsewhere(ctx, kind, &server).await;
    let profile = ctx.config.profile().to_owned();
    let moved = ctx.profile_server().is_some_and(|old| Server::parse(&old).ok().as_ref() != Some(&server));
    let lone = lone_project(ctx, &server, &token, &mut notes).await;
    let project = if moved { lone } else { ctx.config.project().or(lone) };
    Config::edit(&ctx.config_dir, |edit| {
        edit.set(&profile, "server", server.as_str())?;
        edit.set(&profile, "store", kind.row().name)?;
        if moved {
            edit.unset(&profile, "project")?;
            edit.unset(&profile, "model")?;
        }
        match project {
            Some(project) if moved || ctx.config.project().is_none() => {
                edit.set(&profile, "project", &project.to_string())
            }
            _ => Ok(()),
        }
    })?;
    if moved {
        notes.push(
            "the server is another one: project and model of the old one are no longer selected".into(),
        );
    }
    if ctx.token_of_environment(&server).await?.is_some() {
        notes.push("ELITEA_TOKEN is set, and is used instead of the stored token as long as it is".into());
    }
    if kind.row().plain {
        notes.push(format!("the store {} is {}", kind.row().name, kind.row().description));
    }
    ctx.state.bump_generation()?;
    Ok(LoggedIn {
        server: server.as_str().to_owned(),
        account: who(account),
        store: kind.row().name.to_owned(),
        expires: date(&expiry(info.as_ref(), &token)),
        profile,
        project,
        notes,
    })
}

/// An account as it is reported.
pub(crate) fn who(account: elitea::Account) -> Account {
    Account { id: account.id.to_string(), email: account.email.unwrap_or_default(), name: account.name }
}

/// Whose token it is, and what the server knows of it. Being let in proves little: the Python
/// server lets a deleted token in for a while, fails when asked for it, and only leaves it out of
/// its list. A server that cannot tell refuses nothing.
async fn check(
    client: &Client,
    server: &Server,
    token: &Token,
) -> Result<(elitea::Account, Option<TokenInfo>)> {
    if token.claims().uuid.is_none() {
        return Ok((client.account().await?, None));
    }
    match client.check_token().await {
        Ok((account, info)) => Ok((account, Some(info))),
        Err(error) if error.kind == Kind::TokenRejected => Err(error),
        Err(_) => {
            let account = client.account().await?;
            let listed = client.tokens().await.unwrap_or_default();
            if listed.is_empty() || listed.iter().any(|info| info.is(token)) {
                return Ok((account, None));
            }
            Err(Error::new(Kind::TokenRejected, "the server does not know this token any more")
                .hint(format!("make a new token at {}", server.page("settings/create-personal-token"))))
        }
    }
}

/// A sign-in that the environment would hide from every later command is refused.
fn hidden_by_environment(ctx: &Ctx, server: &Server) -> Result<()> {
    let resolved = ctx.config.get("server")?;
    let all = std::iter::once((resolved.value, resolved.source)).chain(resolved.shadowed);
    for (value, source) in all {
        let named = value.as_str().unwrap_or_default();
        if source.kind == SourceKind::Environment && Server::parse(named)? != *server {
            return Err(Error::new(
                Kind::Usage,
                format!("the server comes from {source}, which would hide {}", server.as_str()),
            )
            .hint("unset it first, then sign in again"));
        }
    }
    Ok(())
}

/// A token that moved from one store to another leaves the old one.
async fn forget_elsewhere(ctx: &Ctx, kind: StoreKind, server: &Server) -> Vec<String> {
    let Ok(old) = ctx.store_kind() else { return Vec::new() };
    if old == kind || old == StoreKind::Env || ctx.profile_server().is_none() {
        return Vec::new();
    }
    match Store::new(old, &ctx.config_dir).delete(server, ctx.attended).await {
        Ok(_) => Vec::new(),
        Err(error) => vec![format!("the token may still be in the store {}: {error}", old.row().name)],
    }
}

/// The project, where the account can use only one. A failure here does not undo a sign-in.
async fn lone_project(ctx: &Ctx, server: &Server, token: &Token, notes: &mut Vec<String>) -> Option<u64> {
    match fetch_projects(ctx, server, token).await {
        Ok(listed) => {
            let mut usable = listed.value.items.iter().filter(|project| is_usable(project));
            let first = usable.next()?;
            if usable.next().is_some() { None } else { Some(first.id) }
        }
        Err(error) => {
            notes.push(format!("the projects could not be listed: {error}"));
            None
        }
    }
}
