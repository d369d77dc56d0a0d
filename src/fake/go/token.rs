//! Personal access tokens of the Go server.

use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use super::auth::Caller;
use super::{error, json_reply, nested_error};
use crate::fake::exchange::{Reply, Request, parse_json};
use crate::fake::faults::Condition;
use crate::fake::state::{State, parse_time, unit_seconds};
use crate::fake::world::TokenRow;
use crate::order;

/// Limits of a POST, in bytes.
const MAX_BODY: usize = 4096;
const MAX_NAME: usize = 768;

const BAD_BODY: &str = "invalid request body";

pub(super) fn list(state: &mut State, _: &Request, caller: Caller, _: &[&str]) -> Reply {
    let mut rows: Vec<&TokenRow> = own(state, caller).collect();
    if rows.iter().any(|row| row.uuid.as_deref().is_some_and(|uuid| !is_uuid(uuid))) {
        return error(500, "failed to list tokens");
    }
    order::sort_by_key(&mut rows, |row| row.id);
    json_reply(200, &rows.into_iter().map(|row| item(row, &state.redacted(row))).collect())
}

pub(super) fn get(state: &mut State, _: &Request, caller: Caller, params: &[&str]) -> Reply {
    let uuid = params.first().copied().unwrap_or_default();
    if !is_uuid(uuid) {
        return error(400, "invalid token UUID");
    }
    match own(state, caller).find(|row| row.uuid.as_deref() == Some(uuid)) {
        Some(row) => json_reply(200, &item(row, &state.redacted(row))),
        None => error(400, "token not found"),
    }
}

pub(super) fn delete(state: &mut State, request: &Request, caller: Caller, params: &[&str]) -> Reply {
    let uuid = params.first().copied().unwrap_or_default();
    if !is_uuid(uuid) {
        return error(400, "invalid token UUID");
    }
    let row = state.world.tokens.iter().find(|row| row.uuid.as_deref() == Some(uuid));
    let Some(row) = row else { return error(400, "token not found") };
    if row.user_id != Some(caller.user) {
        return error(403, "token belongs to another user");
    }
    if request.condition == Condition::DatabaseReadOnly {
        return error(500, "failed to delete token");
    }
    state.world.tokens.retain(|row| row.uuid.as_deref() != Some(uuid));
    Reply::empty(204)
}

pub(super) fn create(state: &mut State, request: &Request, caller: Caller, _: &[&str]) -> Reply {
    match made(state, request, caller) {
        Ok(row) => json_reply(200, &item(&row, &state.token_of(&row))),
        Err(refusal) => refusal,
    }
}

fn made(state: &mut State, request: &Request, caller: Caller) -> Result<TokenRow, Reply> {
    let refused = |text: &str| error(400, text);
    let body = body_of(request).ok_or_else(|| refused(BAD_BODY))?;
    let name = match body.get("name") {
        None => return Err(refused("Name is required")),
        Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name.clone()),
        Some(_) => return Err(refused(BAD_BODY)),
    };
    if name.as_ref().is_some_and(|name| name.len() > MAX_NAME) {
        return Err(refused("invalid token name"));
    }
    let lifetime = lifetime(body.get("expires")).map_err(refused)?;
    let project = bound_project(state, caller, body.get("project_id"))?;
    let unwritable = name.as_ref().is_some_and(|name| name.contains('\0'));
    if unwritable || request.condition == Condition::DatabaseReadOnly {
        return Err(error(500, "failed to create token"));
    }
    let expires = lifetime.map(|lifetime| state.now().saturating_add(lifetime));
    Ok(state.create_token(name, Some(caller.user), expires, project))
}

/// The body's object with its keys in lower case, as Go matches them; null counts as empty.
fn body_of(request: &Request) -> Option<Map<String, Value>> {
    if request.body.len() > MAX_BODY {
        return None;
    }
    match parse_json(&String::from_utf8_lossy(&request.body)).0.ok()? {
        Value::Null => Some(Map::new()),
        Value::Object(map) => Some(lower_keys(map)),
        _ => None,
    }
}

fn lower_keys(map: Map<String, Value>) -> Map<String, Value> {
    map.into_iter().map(|(key, value)| (key.to_lowercase(), value)).collect()
}

fn lifetime(expires: Option<&Value>) -> Result<Option<SignedDuration>, &'static str> {
    let expires = match expires {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(expires)) => lower_keys(expires.clone()),
        Some(_) => return Err(BAD_BODY),
    };
    let measure = match expires.get("measure") {
        None | Some(Value::Null) => "",
        Some(Value::String(measure)) => measure,
        Some(_) => return Err(BAD_BODY),
    };
    let value = match expires.get("value") {
        None | Some(Value::Null) => return Err("expires must have value"),
        Some(value) => value.as_i64().ok_or(BAD_BODY)?,
    };
    let unit = unit_seconds(measure).ok_or("invalid expires measure")?;
    // Go counts durations in nanoseconds of 64 bits.
    let nanoseconds = i128::from(value) * i128::from(unit) * 1_000_000_000;
    let nanoseconds = i64::try_from(nanoseconds).map_err(|_| "expires value is out of range")?;
    Ok(Some(SignedDuration::from_nanos(nanoseconds)))
}

fn bound_project(state: &State, caller: Caller, project: Option<&Value>) -> Result<Option<u64>, Reply> {
    let id = match project {
        None | Some(Value::Null) => return Ok(None),
        Some(project) => project.as_u64().filter(|id| *id > 0).ok_or_else(|| {
            nested_error(
                400,
                "project_id must be a positive integer",
                "invalid_request_error",
                "invalid_project_id",
            )
        })?,
    };
    let member =
        state.project(id).is_some_and(|found| !found.suspended && found.members.contains_key(&caller.user));
    if member {
        return Ok(Some(id));
    }
    let text = format!("token owner is not a member of project {id}");
    Err(nested_error(403, &text, "permission_error", "project_forbidden"))
}

fn own(state: &State, caller: Caller) -> impl Iterator<Item = &TokenRow> {
    state.world.tokens.iter().filter(move |row| row.user_id == Some(caller.user))
}

/// The canonical form, 8-4-4-4-12 hexadecimal digits.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12] && groups.concat().bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn item(row: &TokenRow, token: &str) -> Value {
    json!({
        "id": row.id,
        "uuid": row.uuid,
        "expires": row.expires.as_deref().and_then(rfc3339),
        "user_id": row.user_id,
        "name": row.name,
        "project_id": row.project_id,
        "token": token,
    })
}

/// RFC 3339 with `Z`, a fraction without trailing zeros, or none.
fn rfc3339(expires: &str) -> Option<String> {
    let at = parse_time(expires)?;
    let fraction = format!(".{:06}", at.subsec_nanosecond() / 1000);
    let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
    Some(format!("{}{fraction}Z", at.strftime("%Y-%m-%dT%H:%M:%S")))
}
