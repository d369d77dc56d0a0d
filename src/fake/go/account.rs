//! Account, permissions, projects and models of the Go server.

use serde_json::{Value, json};

use super::auth::{Caller, session_only};
use super::{error, guarded_error, json_reply};
use crate::fake::Dialect;
use crate::fake::exchange::{Reply, Request};
use crate::fake::faults::Condition;
use crate::fake::models::{self, Quirks};
use crate::fake::projects::{self, Unreadable};
use crate::fake::state::State;

const VIEW_PROJECTS: &str = "projects.projects.project.view";
const LIST_CONFIGURATIONS: &str = "configurations.configurations.list";
const EDIT_CONFIGURATIONS: &str = "configurations.configuration.update";
const LIST_NOTIFICATIONS: &str = "models.notifications.notifications.list";
const FORBIDDEN: &str = "insufficient permissions";
const FAULT: &str = "internal server error";

pub(super) fn author(state: &mut State, _: &Request, caller: Caller, _: &[&str]) -> Reply {
    let Some(user) = state.user(caller.user) else { return error(500, FAULT) };
    let member_of = state.world.projects.iter().filter(|project| project.members.contains_key(&user.id));
    let project = user.personal_project.or_else(|| member_of.map(|project| project.id).min());
    let text = |key: &str| user.profile.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut body = json!({
        "id": user.id.to_string(),
        "name": user.name.as_ref().unwrap_or(&user.email),
        "email": user.email,
        "avatar": user.avatar.as_deref().unwrap_or_default(),
        "description": text("description"),
        "personal_project_id": project.map_or_else(String::new, |id| id.to_string()),
    });
    if let Some(personalization) = user.profile.get("personalization").filter(|value| !value.is_null()) {
        body["personalization"] = personalization.clone();
    }
    json_reply(200, &body)
}

pub(super) fn permissions(state: &mut State, _: &Request, caller: Caller, params: &[&str]) -> Reply {
    let held =
        number(params.first()).map_or_else(Vec::new, |project| live_permissions(state, caller, project));
    let items = held.into_iter().map(|name| json!({"name": name, "description": "", "enabled": true}));
    json_reply(200, &items.collect())
}

/// The caller's permissions in a project, none while it is suspended.
fn live_permissions(state: &State, caller: Caller, project: u64) -> Vec<&str> {
    let live = state.project(project).is_some_and(|project| !project.suspended);
    if live { state.permissions(caller.user, project) } else { Vec::new() }
}

fn require(
    state: &State,
    request: &Request,
    caller: Caller,
    project: Option<u64>,
    permission: &str,
) -> Result<u64, Reply> {
    if request.condition == Condition::DatabaseReadOnly {
        return Err(guarded_error(500, "permission resolution failed"));
    }
    project
        .filter(|project| live_permissions(state, caller, *project).contains(&permission))
        .ok_or_else(|| guarded_error(403, FORBIDDEN))
}

pub(super) fn projects(state: &mut State, request: &Request, caller: Caller, params: &[&str]) -> Reply {
    if params == ["default", "1"] {
        let refusal = if state.dialect == Dialect::GoPlain {
            session_only(caller)
        } else {
            require(state, request, caller, Some(1), VIEW_PROJECTS).err()
        };
        if let Some(refusal) = refusal {
            return refusal;
        }
    }
    let id = number(params.get(1)).filter(|id| (1..=i32::MAX.unsigned_abs().into()).contains(id));
    let Some(id) = id else { return guarded_error(500, FAULT) };
    match projects::list(state, caller.user, id, request) {
        Ok(list) => json_reply(200, &list),
        Err(Unreadable) => guarded_error(500, FAULT),
    }
}

pub(super) fn groups(state: &mut State, _: &Request, _: Caller, _: &[&str]) -> Reply {
    json_reply(200, &json!({"items": state.world.groups, "total": state.world.groups.len()}))
}

pub(super) fn models(state: &mut State, request: &Request, caller: Caller, params: &[&str]) -> Reply {
    let project = match require(state, request, caller, number(params.first()), LIST_CONFIGURATIONS) {
        Ok(project) => project,
        Err(refusal) => return refusal,
    };
    if state.dialect == Dialect::GoPlain {
        return json_reply(200, &models::plain(state, project));
    }
    if state.project(project).is_none_or(|project| !project.schema) {
        return error(500, FAULT);
    }
    let shared = request.param_or_empty("include_shared").eq_ignore_ascii_case("true");
    let section = request.param("section").filter(|section| !section.is_empty());
    let section = section.unwrap_or_else(|| "llm".to_owned()).to_lowercase();
    match models::catalogue(state, project, shared, &section, Quirks { strict: false }) {
        Ok(body) => json_reply(200, &body),
        Err(models::Broken) => error(500, FAULT),
    }
}

pub(super) fn set_default_model(
    state: &mut State,
    request: &Request,
    caller: Caller,
    params: &[&str],
) -> Reply {
    if state.dialect == Dialect::GoPlain {
        return guarded_error(503, "default models cannot be set in this deployment");
    }
    let project = match require(state, request, caller, number(params.first()), EDIT_CONFIGURATIONS) {
        Ok(project) => project,
        Err(refusal) => return refusal,
    };
    match models::set_default(state, project, &request.body) {
        Some(()) => json_reply(200, &json!({"result": "success"})),
        None => error(400, "invalid request body"),
    }
}

pub(super) fn notifications(state: &mut State, request: &Request, caller: Caller, params: &[&str]) -> Reply {
    let refusal = match state.dialect {
        Dialect::GoPlain => session_only(caller),
        _ => require(state, request, caller, number(params.first()), LIST_NOTIFICATIONS).err(),
    };
    refusal.unwrap_or_else(|| json_reply(200, &json!({"total": 0, "rows": []})))
}

pub(super) fn token_status(_: &mut State, _: &Request, _: Caller, params: &[&str]) -> Reply {
    let internal = params.get(1).is_some_and(|kind| kind.contains("elitea"));
    json_reply(200, &json!({"internal": internal, "state": "VALID"}))
}

/// A path segment of digits.
pub(super) fn number(segment: Option<&&str>) -> Option<u64> {
    let segment = *segment?;
    segment.bytes().all(|byte| byte.is_ascii_digit()).then(|| segment.parse().ok()).flatten()
}
