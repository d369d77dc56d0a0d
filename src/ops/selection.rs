//! What is selected: server, project and model, completed by what the server reports.

use super::lists::{self, Listed};
use super::{Ctx, context};
use crate::auth::{Server, Token};
use crate::elitea::{Model, Models, Project, ProjectState};
use crate::error::{Error, Kind, Result};
use crate::template;

/// A selection that is complete enough to render.
pub(crate) struct Resolved {
    /// What templates take.
    pub(crate) selection: template::Selection,
    /// What the user should know, such as that the lists are old.
    pub(crate) notes: Vec<String>,
}

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

pub(super) fn qualified(model: &Model) -> String {
    format!("{}/{}", model.project_id, model.name)
}

pub(super) fn unknown_model(wanted: &str, models: &Models, project: u64) -> Error {
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
