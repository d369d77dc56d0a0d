//! Personal access tokens of the Python server.

use jiff::SignedDuration;
use jiff::civil::DateTime;
use serde_json::{Value, json};

use super::{compact, message, server_fault, spaced};
use crate::fake::exchange::{Reply, Request, parse_json};
use crate::fake::json::Style;
use crate::fake::state::{Principal, State, parse_time, unit_seconds};
use crate::fake::world::TokenRow;

const UNREADABLE: &str = "The browser (or proxy) sent a request that this server could not understand.";
const NOT_JSON: &str =
    "Did not attempt to load JSON data because the request Content-Type was not 'application/json'.";

pub(super) fn list(state: &mut State, _: &Request, principal: Principal, _: &[&str]) -> Reply {
    let rows = state.world.tokens.iter().filter(|row| match principal {
        Principal::User(id) => row.user_id == Some(id),
        // The public user sees everybody's tokens.
        _ => true,
    });
    match principal {
        Principal::User(_) | Principal::Public => {
            compact(&rows.map(|row| item(row, &state.redacted(row))).collect::<Value>())
        }
        Principal::Ownerless | Principal::Unknown => server_fault(),
    }
}

pub(super) fn get(state: &mut State, _: &Request, principal: Principal, params: &[&str]) -> Reply {
    if matches!(principal, Principal::Ownerless | Principal::Unknown) {
        return server_fault();
    }
    let uuid = params.first().copied().unwrap_or_default();
    let Some(row) = look_up(state, uuid) else { return not_found(uuid) };
    // A row that is only remembered cannot be shown.
    if !exists(state, uuid) {
        return server_fault();
    }
    compact(&item(&row, &state.redacted(&row)))
}

pub(super) fn delete(state: &mut State, _: &Request, principal: Principal, params: &[&str]) -> Reply {
    if matches!(principal, Principal::Ownerless | Principal::Unknown) {
        return server_fault();
    }
    let uuid = params.first().copied().unwrap_or_default();
    let Some(row) = look_up(state, uuid) else { return not_found(uuid) };
    if !matches!(principal, Principal::User(id) if row.user_id == Some(id)) {
        return Reply::json(403, &Value::Null, Style::PythonSpaced);
    }
    state.world.tokens.retain(|row| row.uuid.as_deref() != Some(uuid));
    Reply::empty(204).header("content-type", "application/json")
}

pub(super) fn delete_nothing(_: &mut State, _: &Request, _: Principal, _: &[&str]) -> Reply {
    server_fault()
}

pub(super) fn create(state: &mut State, request: &Request, principal: Principal, _: &[&str]) -> Reply {
    let media = request.header("content-type").unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if media != "application/json" && !(media.starts_with("application/") && media.ends_with("+json")) {
        return message(415, NOT_JSON);
    }
    let text = String::from_utf8_lossy(&request.body);
    let (Ok(body), lone_surrogate) = parse_json(&text) else { return message(400, UNREADABLE) };
    let user = match principal {
        Principal::User(id) => Some(id),
        Principal::Public => None,
        Principal::Ownerless | Principal::Unknown => return server_fault(),
    };
    let Value::Object(body) = body else { return server_fault() };
    let Some(name) = body.get("name") else { return refused("Name is required") };
    let expires = match lifetime(body.get("expires"), state.now()) {
        Ok(expires) => expires,
        Err(Bad::Request(text)) => return refused(text),
        Err(Bad::Crash) => return server_fault(),
    };
    let Some(name) = stored_name(name).filter(|_| !lone_surrogate) else { return server_fault() };
    let row = state.create_token(name, user, expires, None);
    compact(&item(&row, &state.token_of(&row)))
}

/// The name as the database takes it: a number or boolean as text, an array in braces. The outer none
/// is a crash.
#[expect(clippy::option_option, reason = "null is a name of its own")]
fn stored_name(name: &Value) -> Option<Option<String>> {
    Some(match name {
        Value::Null => None,
        Value::String(text) if text.contains('\0') => return None,
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(name.to_string()),
        Value::Array(items) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            Some(format!("{{{}}}", items.join(",")))
        }
        Value::Object(_) => return None,
    })
}

enum Bad {
    Request(&'static str),
    Crash,
}

/// When a token of this `expires` ends.
fn lifetime(expires: Option<&Value>, now: DateTime) -> Result<Option<DateTime>, Bad> {
    let expires = match expires {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(expires)) if !expires.is_empty() => expires,
        Some(_) => return Err(Bad::Crash),
    };
    let measure = expires.get("measure").ok_or(Bad::Request("expires must have \"measure\" key"))?;
    let value = expires.get("value").ok_or(Bad::Request("expires must have \"value\" key"))?;
    let unit = match measure {
        Value::Array(_) | Value::Object(_) => return Err(Bad::Crash),
        Value::String(name) => unit_seconds(name),
        _ => None,
    };
    let unit =
        unit.ok_or(Bad::Request("expires measure be in {'minutes', 'hours', 'days', 'seconds', 'weeks'}"))?;
    let seconds = integer(value)?.checked_mul(unit).ok_or(Bad::Crash)?;
    let at = now.checked_add(SignedDuration::from_secs(seconds)).map_err(|_| Bad::Crash)?;
    if (1..=9999).contains(&at.year()) { Ok(Some(at)) } else { Err(Bad::Crash) }
}

/// Python's `int()`.
fn integer(value: &Value) -> Result<i64, Bad> {
    const NOT_INT: Bad = Bad::Request("expires must be int, got <class 'dict'>");
    match value {
        Value::Bool(flag) => Ok(i64::from(*flag)),
        Value::Number(number) => {
            #[expect(clippy::cast_possible_truncation, reason = "int() truncates")]
            let truncated = number.as_f64().filter(|float| float.abs() < 1e15).map(|float| float as i64);
            number.as_i64().or(truncated).ok_or(Bad::Crash)
        }
        Value::String(text) => text.trim().parse().map_err(|_| NOT_INT),
        _ => Err(Bad::Crash),
    }
}

/// The row, from the table or from what was looked up within the last minute.
fn look_up(state: &mut State, uuid: &str) -> Option<TokenRow> {
    let found = state.world.tokens.iter().find(|row| row.uuid.as_deref() == Some(uuid)).cloned();
    if let Some(row) = found {
        let now = state.now();
        state.rows.insert(uuid.to_owned(), (row.clone(), now));
        return Some(row);
    }
    let (row, since) = state.rows.get(uuid)?;
    state.is_fresh(*since).then(|| row.clone())
}

fn exists(state: &State, uuid: &str) -> bool {
    state.world.tokens.iter().any(|row| row.uuid.as_deref() == Some(uuid))
}

fn item(row: &TokenRow, token: &str) -> Value {
    let expires = row.expires.as_deref().and_then(parse_time);
    json!({
        "expires": expires.map(|at| at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()),
        "id": row.id,
        "name": row.name,
        "token": token,
        "user_id": row.user_id,
        "uuid": row.uuid,
    })
}

fn refused(text: &str) -> Reply {
    spaced(400, &json!({"error": text}))
}

fn not_found(uuid: &str) -> Reply {
    refused(&format!("token with uid {uuid} not found"))
}
