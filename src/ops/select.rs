//! `use`: changes what is selected.

use super::selection::{is_usable, lone_project, near, qualified, state_word, unknown_model};
use super::{Ctx, context, lists};
use crate::auth::{Server, Token};
use crate::config::Config;
use crate::elitea::{Model, Models, Project, ProjectState};
use crate::error::{Error, Kind, Result};
use crate::protocol::selection::{Chosen, Selection};

/// What `use` is asked for.
#[derive(Clone, Debug, Default)]
pub struct Use {
    /// A project's id or name.
    pub project: Option<String>,
    /// A model's name, or `owner/name`; `default` follows the project's default again.
    pub model: Option<String>,
}

/// The word with which `use --model` follows the project's default again.
const FOLLOW_DEFAULT: &str = "default";

/// Changes the selection of the active profile.
///
/// # Errors
/// [`Kind::Usage`] where a flag or the environment would shadow the change; [`Kind::ProjectUnknown`]
/// and [`Kind::ModelUnknown`] with near names; what the server answers.
pub async fn use_selection(ctx: &Ctx, wanted: &Use) -> Result<Selection> {
    for (asked, setting) in [(wanted.project.is_some(), "project"), (wanted.model.is_some(), "model")] {
        if asked {
            context::check_unhidden(ctx, setting)?;
        }
    }
    let server = ctx.server()?;
    let Some((token, _)) = ctx.token(&server).await? else { return Err(context::not_signed_in(&server)) };
    let project = match &wanted.project {
        Some(name) => Some(find_project(ctx, &server, &token, name).await?),
        None => None,
    };
    let in_project = match project.as_ref().map(|project| project.id).or_else(|| ctx.config.project()) {
        Some(id) => id,
        None => lone_project(ctx, &token).await?,
    };
    let models = lists::fetch_models(ctx, &server, &token, in_project).await?;
    let model = match wanted.model.as_deref() {
        None | Some(FOLLOW_DEFAULT) => None,
        Some(name) => Some(find_model(&models.value, name, in_project)?),
    };
    let stale = wanted.model.is_none()
        && ctx.config.model().is_some_and(|(owner, name)| {
            !models.value.items.iter().any(|m| m.project_id == owner && m.name == name)
        });
    let profile = ctx.config.profile().to_owned();
    let _step = ctx.steps.begin();
    Config::edit(&ctx.config_dir, |edit| {
        if project.is_some() {
            edit.set(&profile, "project", &in_project.to_string())?;
        }
        match &model {
            Some((owner, name)) => edit.set(&profile, "model", &format!("{owner}/{name}"))?,
            None if wanted.model.is_some() || stale => {
                edit.unset(&profile, "model")?;
            }
            None => {}
        }
        Ok(())
    })?;
    ctx.state.bump_generation()?;
    let source = format!("profile {profile}");
    let chosen = |value: String, name: Option<String>| Chosen { value, source: source.clone(), name };
    Ok(Selection {
        profile: profile.clone(),
        server: Some(Chosen { value: server.as_str().to_owned(), source: ctx.source("server"), name: None }),
        project: Some(chosen(in_project.to_string(), project.map(|project| project.name))),
        model: match (model, stale || wanted.model.is_some()) {
            (Some((owner, name)), _) => Some(chosen(format!("{owner}/{name}"), None)),
            (None, true) => models.value.default.map(|(owner, name)| Chosen {
                value: format!("{owner}/{name}"),
                source: "the project's default".into(),
                name: None,
            }),
            (None, false) => ctx.config.model().map(|(owner, name)| Chosen {
                value: format!("{owner}/{name}"),
                source: ctx.source("model"),
                name: None,
            }),
        },
    })
}

/// The project with this id or name: exactly, else by a unique prefix of the name.
async fn find_project(ctx: &Ctx, server: &Server, token: &Token, wanted: &str) -> Result<Project> {
    let listed = lists::fetch_projects(ctx, server, token).await?;
    let projects = listed.value.items;
    let named = |project: &&Project| project.id.to_string() == wanted || project.name == wanted;
    let mut found: Vec<&Project> = projects.iter().filter(named).collect();
    if found.is_empty() {
        found = projects
            .iter()
            .filter(|project| project.name.to_lowercase().starts_with(&wanted.to_lowercase()))
            .collect();
    }
    match found.as_slice() {
        [only] if is_usable(only) => Ok((*only).clone()),
        [only] => Err(Error::new(
            Kind::ProjectUnknown,
            format!("project {} {} cannot be used: it is {}", only.id, only.name, state_word(only.state)),
        )),
        [] => by_id_alone(ctx, server, token, wanted, &projects).await,
        several => {
            let mut error =
                Error::new(Kind::ProjectUnknown, format!("{wanted} fits {} projects", several.len()))
                    .hint("name it by its id: elitea-helper use --project ID");
            error.choices =
                several.iter().map(|project| format!("{} {}", project.id, project.name)).collect();
            Err(error)
        }
    }
}

/// A project that the server does not list may still be usable by its id: some deployments list
/// projects for browser sessions only.
async fn by_id_alone(
    ctx: &Ctx,
    server: &Server,
    token: &Token,
    wanted: &str,
    listed: &[Project],
) -> Result<Project> {
    let unknown = || {
        let near = near(wanted, listed.iter().map(|project| project.name.as_str()));
        let mut error = Error::new(Kind::ProjectUnknown, format!("the account has no project {wanted}"));
        error = error.hint(match near {
            Some(near) => format!("did you mean {near}? all of them: elitea-helper projects"),
            None => "list them: elitea-helper projects".to_owned(),
        });
        error.choices = listed.iter().map(|project| format!("{} {}", project.id, project.name)).collect();
        error
    };
    let Ok(id) = wanted.parse::<u64>() else { return Err(unknown()) };
    let client = ctx.client_with(server, Some(token))?;
    if client.projects().await?.note.is_none() {
        return Err(unknown());
    }
    client.models(id).await?;
    let name = format!("project {id}");
    Ok(Project {
        id,
        name,
        personal: false,
        public: false,
        state: ProjectState::Unlisted,
        groups: Vec::new(),
    })
}

/// The model with this name, or `owner/name`: exactly, else by a unique prefix.
fn find_model(models: &Models, wanted: &str, project: u64) -> Result<(u64, String)> {
    let exact = |model: &&Model| model.name == wanted || qualified(model) == wanted;
    let mut found: Vec<&Model> = models.items.iter().filter(exact).collect();
    if found.is_empty() {
        let prefix = wanted.to_lowercase();
        let fits = |text: &str| text.to_lowercase().starts_with(&prefix);
        found = models
            .items
            .iter()
            .filter(|m| fits(&m.name) || fits(&m.display_name) || fits(&qualified(m)))
            .collect();
    }
    match found.as_slice() {
        [only] => Ok((only.project_id, only.name.clone())),
        [] => Err(unknown_model(wanted, models, project)),
        several => {
            let mut error = Error::new(Kind::ModelUnknown, format!("{wanted} fits {} models", several.len()))
                .hint(format!(
                    "name its owner too, such as {}",
                    several.first().map(|m| qualified(m)).unwrap_or_default()
                ));
            error.choices = several.iter().map(|model| qualified(model)).collect();
            Err(error)
        }
    }
}
