//! What is selected: server, project, model, and `use`, which changes it.

use super::lists::{self, Listed};
use super::{Ctx, context};
use crate::auth::{Server, Token};
use crate::config::Config;
use crate::elitea::{Model, Models, Project, ProjectState};
use crate::error::{Error, Kind, Result};
use crate::protocol::selection::{Chosen, Selection};
use crate::template;

/// A selection that is complete enough to render.
pub(crate) struct Resolved {
    /// What templates take.
    pub(crate) selection: template::Selection,
    /// What the user should know, such as that the lists are old.
    pub(crate) notes: Vec<String>,
}

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

/// The selection in effect, completed by what the server reports: a lone usable project is taken,
/// and the project's default model is followed where none is chosen. Nothing is guessed.
///
/// # Errors
/// [`Kind::ChoiceNeeded`] where a choice is missing; [`Kind::ModelUnknown`] where the chosen model
/// is not one of the project's; what the server answers.
pub(crate) async fn resolve(ctx: &Ctx, server: &Server, token: Option<&Token>) -> Result<Resolved> {
    let project = match ctx.config.project() {
        Some(project) => project,
        None => lone_project(ctx, signed_in(server, token)?).await?,
    };
    let chosen = ctx.config.model();
    let mut notes = Vec::new();
    let ((owner, name), integration) = match token {
        Some(token) => match (lists::fetch_models(ctx, server, token, project).await, chosen) {
            (Ok(listed), chosen) => {
                notes.extend(listed.age_note("models"));
                let chosen = choose_model(&listed.value, chosen, project)?;
                let integration = integration(&listed.value, &chosen);
                (chosen, integration)
            }
            (Err(error), Some(chosen)) if error.kind == Kind::Offline => {
                notes.push("offline: whether the project still has this model was not checked".into());
                (chosen, None)
            }
            (Err(error), _) => return Err(error),
        },
        None => (chosen.ok_or_else(|| context::not_signed_in(server))?, None),
    };
    let selection = template::Selection {
        server: server.as_str().to_owned(),
        project,
        model: name,
        model_project: owner,
        integration,
        verify_ssl: ctx.config.verify_ssl(),
    };
    Ok(Resolved { selection, notes })
}

fn signed_in<'a>(server: &Server, token: Option<&'a Token>) -> Result<&'a Token> {
    token.ok_or_else(|| context::not_signed_in(server))
}

pub(crate) async fn lone_project(ctx: &Ctx, token: &Token) -> Result<u64> {
    let server = ctx.server()?;
    let listed = lists::fetch_projects(ctx, &server, token).await?;
    let usable: Vec<&Project> = listed.value.items.iter().filter(|project| is_usable(project)).collect();
    match usable.as_slice() {
        [only] => Ok(only.id),
        [] => Err(Error::new(Kind::ProjectUnknown, "the account has no project that can be used")
            .hint("ask for access to a project, or name one by its id: elitea-helper use --project ID")),
        _ => {
            let choices = usable.iter().map(|project| format!("{} {}", project.id, project.name)).collect();
            Err(Error::choice("--project", "no project is selected, and the account has several", choices)
                .hint("choose one: elitea-helper use --project ID"))
        }
    }
}

/// The chosen model if the project has it, else the default that the server reports.
fn choose_model(models: &Models, chosen: Option<(u64, String)>, project: u64) -> Result<(u64, String)> {
    if let Some((owner, name)) = chosen {
        if models.items.iter().any(|model| model.project_id == owner && model.name == name) {
            return Ok((owner, name));
        }
        return Err(unknown_model(&format!("{owner}/{name}"), models, project));
    }
    models.default.clone().ok_or_else(|| {
        if models.items.is_empty() {
            return Error::new(Kind::ModelUnknown, format!("project {project} has no model"))
                .hint("choose another project: elitea-helper projects");
        }
        let message = format!("no model is chosen, and the server reports no default for project {project}");
        Error::choice("--model", message, models.items.iter().map(qualified).collect())
            .hint("choose one: elitea-helper use --model NAME")
    })
}

/// The id of the model's integration, where the server has such ids.
fn integration(models: &Models, (owner, name): &(u64, String)) -> Option<String> {
    let model = models.items.iter().find(|model| model.project_id == *owner && model.name == *name)?;
    model.integration.clone()
}

fn qualified(model: &Model) -> String {
    format!("{}/{}", model.project_id, model.name)
}

fn unknown_model(wanted: &str, models: &Models, project: u64) -> Error {
    let names: Vec<String> = models.items.iter().map(qualified).collect();
    let near = near(wanted, names.iter().map(String::as_str)).or_else(|| {
        models.items.iter().find(|m| near(wanted, std::iter::once(m.name.as_str())).is_some()).map(qualified)
    });
    let mut error = Error::new(Kind::ModelUnknown, format!("project {project} has no model {wanted}"));
    error = error.hint(match near {
        Some(near) => format!("did you mean {near}? all of them: elitea-helper models"),
        None => "list them: elitea-helper models".to_owned(),
    });
    error.choices = names;
    error
}

/// Changes the selection of the active profile.
///
/// # Errors
/// [`Kind::Usage`] where a flag or the environment would shadow the change; [`Kind::ProjectUnknown`]
/// and [`Kind::ModelUnknown`] with near names; what the server answers.
pub async fn use_selection(ctx: &Ctx, wanted: &Use) -> Result<Selection> {
    for (asked, setting) in [(wanted.project.is_some(), "project"), (wanted.model.is_some(), "model")] {
        if let (true, Some(source)) = (asked, ctx.config.shadowing(setting)) {
            return Err(Error::new(
                Kind::Usage,
                format!("the {setting} comes from {source}, which would hide the change"),
            )
            .hint("take it out there first, then run this again"));
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

/// The candidate nearest to what was typed, if any is near enough to be meant: one that holds it,
/// else the likest.
pub(crate) fn near<'a>(typed: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let typed = typed.to_lowercase();
    let likeness = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        if typed.len() > 2 && candidate.contains(&typed) {
            1.0
        } else {
            strsim::jaro_winkler(&typed, &candidate)
        }
    };
    candidates
        .map(|candidate| (likeness(candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate.to_owned())
}

/// Whether a project can be selected.
pub(crate) fn is_usable(project: &Project) -> bool {
    matches!(project.state, ProjectState::Ready | ProjectState::Unlisted)
}

/// Why a project cannot be selected.
pub(crate) fn state_word(state: ProjectState) -> &'static str {
    match state {
        ProjectState::Suspended => "suspended",
        ProjectState::Unfinished => "not ready",
        ProjectState::Ready | ProjectState::Unlisted => "usable",
    }
}

impl<T> Listed<T> {
    /// What to say of a list that is not fresh.
    pub(crate) fn age_note(&self, what: &str) -> Option<String> {
        self.age.map(|seconds| {
            format!("the {what} are as of {} ago; the server was not asked", lists::ago(seconds))
        })
    }
}
