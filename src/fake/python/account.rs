//! Account, permissions, projects and models of the Python server.

use serde_json::{Value, json};

use super::{compact, server_fault, spaced};
use crate::fake::exchange::{Reply, Request};
use crate::fake::models::{self, Quirks};
use crate::fake::projects;
use crate::fake::state::{Principal, State};

const VIEW_PROJECTS: &str = "projects.projects.project.view";
const LIST_NOTIFICATIONS: &str = "models.notifications.notifications.list";
/// Keys of the profile, null unless the account filled them in.
const PROFILE: &[&str] =
    &["default_context_management", "default_summarization", "description", "personalization", "title"];

pub(super) fn author(state: &mut State, _: &Request, principal: Principal, _: &[&str]) -> Reply {
    match principal {
        Principal::User(id) => {
            let Some(body) = profile(state, id) else { return server_fault() };
            let now = state.now();
            state.authors.insert(id, now);
            compact(&body)
        }
        Principal::Public => compact(&public(Some(state.origin()))),
        Principal::Ownerless | Principal::Unknown => server_fault(),
    }
}

pub(super) fn user(state: &mut State, _: &Request, principal: Principal, _: &[&str]) -> Reply {
    let id = match principal {
        Principal::User(id) => id,
        Principal::Public => return compact(&public(None)),
        Principal::Ownerless | Principal::Unknown => return server_fault(),
    };
    // For a minute after an author call the account is remembered with everything that call added.
    let remembered = state.authors.get(&id).is_some_and(|since| state.is_fresh(*since));
    let Some(mut body) = (if remembered { profile(state, id) } else { account(state, id) }) else {
        return server_fault();
    };
    body["avatar"] = Value::Null;
    compact(&body)
}

fn account(state: &State, id: u64) -> Option<Value> {
    let user = state.user(id)?;
    Some(json!({
        "avatar": user.avatar,
        "email": user.email,
        "id": user.id,
        "last_login": user.last_login,
        "name": user.name.as_ref().unwrap_or(&user.email),
        "personal_project_id": user.personal_project,
        "suspended": user.suspended,
    }))
}

fn profile(state: &State, id: u64) -> Option<Value> {
    let mut body = account(state, id)?;
    body["api_url"] = state.origin().into();
    let user = state.user(id)?;
    for key in PROFILE {
        body[*key] = user.profile.get(*key).cloned().unwrap_or(Value::Null);
    }
    Some(body)
}

fn public(api_url: Option<&str>) -> Value {
    let mut body = json!({
        "avatar": null, "email": "public@platform.user", "id": null, "name": "Public", "personal_project_id": null,
    });
    if let Some(api_url) = api_url {
        body["api_url"] = api_url.into();
    }
    body
}

pub(super) fn permissions(state: &mut State, _: &Request, principal: Principal, params: &[&str]) -> Reply {
    let mode = params.first().copied().unwrap_or_default();
    let project = params.get(1).and_then(|id| id.parse().ok()).unwrap_or_default();
    let known = matches!(mode, "default" | "prompt_lib");
    compact(&json!(if known { permissions_of(state, principal, project) } else { Vec::new() }))
}

fn permissions_of(state: &State, principal: Principal, project: u64) -> Vec<&str> {
    match principal {
        Principal::User(id) => state.permissions(id, project),
        _ => Vec::new(),
    }
}

/// The account, if it has a right in a project; otherwise the refusal.
fn require(
    state: &State,
    principal: Principal,
    project: Option<u64>,
    permission: &str,
    mode: &str,
) -> Result<u64, Reply> {
    let held = project.map_or_else(Vec::new, |project| permissions_of(state, principal, project));
    match principal {
        Principal::User(id) if held.contains(&permission) => Ok(id),
        _ => Err(spaced(
            403,
            &json!({
                "ok": false, "error": "access_denied", "required": [permission], "mode": mode,
                "project_id": project, "current_permissions": held,
            }),
        )),
    }
}

pub(super) fn projects(state: &mut State, request: &Request, principal: Principal, params: &[&str]) -> Reply {
    let project = params.first().and_then(|id| id.parse().ok()).filter(|id| *id != 0);
    match require(state, principal, project, VIEW_PROJECTS, "default") {
        Ok(user) => list_projects(state, user, request),
        Err(refusal) => refusal,
    }
}

pub(super) fn projects_of_administration(
    state: &mut State,
    request: &Request,
    principal: Principal,
    params: &[&str],
) -> Reply {
    match principal {
        Principal::User(id) if state.user(id).is_some_and(|user| user.admin) => {
            list_projects(state, id, request)
        }
        _ => {
            let project: Option<u64> = params.first().and_then(|id| id.parse().ok());
            spaced(
                403,
                &json!({
                    "ok": false, "error": "access_denied", "required": [VIEW_PROJECTS], "mode": "administration",
                    "project_id": project, "current_permissions": [],
                }),
            )
        }
    }
}

fn list_projects(state: &State, user: u64, request: &Request) -> Reply {
    match projects::list(state, user, state.world.public_project, request) {
        Ok(list) => spaced(200, &list),
        Err(projects::Unreadable) => server_fault(),
    }
}

pub(super) fn groups(state: &mut State, _: &Request, _: Principal, _: &[&str]) -> Reply {
    spaced(200, &json!(state.world.groups))
}

pub(super) fn models(state: &mut State, request: &Request, principal: Principal, params: &[&str]) -> Reply {
    let project = params.first().and_then(|id| id.parse().ok()).unwrap_or_default();
    let exists = state.project(project).is_some_and(|project| project.schema);
    if principal == Principal::Ownerless || !exists {
        return server_fault();
    }
    let shared = request.param_or_empty("include_shared").eq_ignore_ascii_case("true");
    let section = request.param("section").unwrap_or_else(|| "llm".to_owned()).to_lowercase();
    match models::catalogue(state, project, shared, &section, Quirks { strict: true }) {
        Ok(body) => spaced(200, &body),
        Err(models::Broken) => server_fault(),
    }
}

pub(super) fn set_default_model(
    state: &mut State,
    request: &Request,
    _: Principal,
    params: &[&str],
) -> Reply {
    let project = params.first().and_then(|id| id.parse().ok()).unwrap_or_default();
    match models::set_default(state, project, &request.body) {
        Some(()) => spaced(200, &json!({"result": "success"})),
        None => spaced(400, &json!({"error": "validation error for SetDefaultModel"})),
    }
}

pub(super) fn notifications(state: &mut State, _: &Request, principal: Principal, params: &[&str]) -> Reply {
    let project = params.first().and_then(|id| id.parse().ok());
    match require(state, principal, project, LIST_NOTIFICATIONS, "prompt_lib") {
        Ok(_) => spaced(200, &json!({"total": 0, "rows": []})),
        Err(refusal) => refusal,
    }
}

pub(super) fn token_status(_: &mut State, _: &Request, _: Principal, params: &[&str]) -> Reply {
    let internal = params.get(1).is_some_and(|kind| kind.contains("elitea"));
    spaced(200, &json!({"internal": internal, "state": "VALID"}))
}

/// Integrations of a project and of the platform, on a server of the v1 generation.
pub(super) fn integrations(state: &mut State, request: &Request, _: Principal, params: &[&str]) -> Reply {
    let project: Option<u64> = params.first().and_then(|id| id.parse().ok());
    let section = request.param("section");
    let rows = state.world.integrations.iter().filter(|row| {
        let owner = row.get("project_id").and_then(Value::as_u64);
        let fits = section.as_deref().is_none_or(|section| row.get("section") == Some(&Value::from(section)));
        fits && (owner.is_none() || owner == project)
    });
    spaced(200, &rows.cloned().collect())
}
