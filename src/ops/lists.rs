//! `projects` and `models`: what the account can use, from the server or, offline, from what it
//! said last.

use jiff::Timestamp;

use super::Ctx;
use super::context::not_signed_in;
use super::selection::{is_usable, state_word};
use crate::auth::{Server, Token};
use crate::elitea::{Account, Cache, Client, Kept, Models, Projects};
use crate::error::{Error, Kind, Result};
use crate::protocol::model::{Model, ModelList};
use crate::protocol::project::{Project, ProjectList};

/// Something that the server listed.
pub(crate) struct Listed<T> {
    /// The list.
    pub(crate) value: T,
    /// Seconds since it was taken from the server; none: just now.
    pub(crate) age: Option<u64>,
}

/// The projects that the account can use.
///
/// # Errors
/// What keeps the token from being read, and what the server answers.
pub async fn projects(ctx: &Ctx) -> Result<ProjectList> {
    let server = ctx.server()?;
    let Some((token, _)) = ctx.token(&server).await? else { return Err(not_signed_in(&server)) };
    let listed = fetch_projects(ctx, &server, &token).await?;
    let current = ctx.config.project();
    let projects = listed.value.items.iter().map(|project| Project {
        id: project.id,
        name: project.name.clone(),
        personal: project.personal,
        unusable: (!is_usable(project)).then(|| state_word(project.state).to_owned()),
        current: current == Some(project.id),
    });
    Ok(ProjectList {
        projects: projects.collect(),
        notes: listed.value.note.into_iter().collect(),
        age: listed.age,
    })
}

/// The models of a project; of the selected one when none is named.
///
/// # Errors
/// What keeps the token from being read, [`Kind::ChoiceNeeded`] where no project is selected, and
/// what the server answers.
pub async fn models(ctx: &Ctx, project: Option<u64>) -> Result<ModelList> {
    let server = ctx.server()?;
    let Some((token, _)) = ctx.token(&server).await? else { return Err(not_signed_in(&server)) };
    let project = match project.or_else(|| ctx.config.project()) {
        Some(project) => project,
        None => super::selection::lone_project(ctx, &token).await?,
    };
    let listed = fetch_models(ctx, &server, &token, project).await?;
    let current = if ctx.config.project().is_none_or(|selected| selected == project) {
        ctx.config.model().or_else(|| listed.value.default.clone())
    } else {
        None
    };
    let models = listed.value.items.iter().map(|model| {
        let id = (model.project_id, model.name.clone());
        Model {
            name: model.name.clone(),
            display_name: model.display_name.clone(),
            owner: model.project_id,
            shared: model.shared,
            context_window: model.context_window,
            max_output_tokens: model.max_output_tokens,
            vision: model.supports_vision,
            reasoning: model.supports_reasoning,
            default: listed.value.default.as_ref() == Some(&id),
            current: current.as_ref() == Some(&id),
        }
    });
    Ok(ModelList { project, models: models.collect(), age: listed.age })
}

/// The projects from the server, or from the cache when offline.
pub(crate) async fn fetch_projects(ctx: &Ctx, server: &Server, token: &Token) -> Result<Listed<Projects>> {
    if ctx.offline {
        return last_projects(ctx, server, token);
    }
    let cache = ctx.cache(server);
    let client = ctx.client_with(server, Some(token))?;
    let value = client.projects().await?;
    let user = user(&client, &cache, token).await?;
    cache.save_projects(user.id, &value)?;
    Ok(Listed { value, age: None })
}

/// The models from the server, or from the cache when offline.
pub(crate) async fn fetch_models(
    ctx: &Ctx,
    server: &Server,
    token: &Token,
    project: u64,
) -> Result<Listed<Models>> {
    if ctx.offline {
        return last_models(ctx, server, token, project);
    }
    let cache = ctx.cache(server);
    let client = ctx.client_with(server, Some(token))?;
    let value = client.models(project).await?;
    let user = user(&client, &cache, token).await?;
    cache.save_models(user.id, project, &value)?;
    Ok(Listed { value, age: None })
}

/// The projects as they were when the server was last asked.
pub(crate) fn last_projects(ctx: &Ctx, server: &Server, token: &Token) -> Result<Listed<Projects>> {
    let cache = ctx.cache(server);
    kept(cache.account(token).and_then(|user| cache.projects(user.value.id)), "projects")
}

/// The models as they were when the server was last asked.
pub(crate) fn last_models(ctx: &Ctx, server: &Server, token: &Token, project: u64) -> Result<Listed<Models>> {
    let cache = ctx.cache(server);
    kept(cache.account(token).and_then(|user| cache.models(user.value.id, project)), "models")
}

/// Whose token it is: asked once a token.
async fn user(client: &Client, cache: &Cache, token: &Token) -> Result<Account> {
    if let Some(known) = cache.account(token) {
        return Ok(known.value);
    }
    let account = client.account().await?;
    cache.save_account(token, &account)?;
    Ok(account)
}

fn kept<T>(kept: Option<Kept<T>>, what: &str) -> Result<Listed<T>> {
    let kept = kept.ok_or_else(|| never_heard(what))?;
    let age = kept.age(Timestamp::now()).as_secs();
    Ok(Listed { value: kept.value, age: Some(age) })
}

fn never_heard(what: &str) -> Error {
    Error::new(Kind::Offline, format!("the {what} were never asked for while online"))
        .hint("run it once without --offline")
}

/// A length of time in its largest whole unit.
pub fn ago(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
