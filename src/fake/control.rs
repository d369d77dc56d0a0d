//! `/_fake/...`, which no real server has: faults, clock and log for tests in other processes, and the
//! page where a person who tries the demo makes a token.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::exchange::{Reply, Request};
use super::faults::Fault;
use super::json::Style;
use super::page::{self, Row};
use super::state::State;

/// Where the web interface makes tokens.
const TOKEN_PAGES: &[&str] = &["/app/settings/tokens", "/app/settings/create-personal-token"];

/// The reply to a request that is not for the imitated server.
pub(super) fn answer(state: &mut State, request: &Request) -> Option<Reply> {
    let path = request.path.as_str();
    if state.world.token_page
        && request.method == "GET"
        && request.wants_html()
        && request.header("authorization").is_none()
        && TOKEN_PAGES.contains(&path.trim_end_matches('/'))
    {
        return Some(Reply::html(200, token_page(state, None)));
    }
    let route = path.strip_prefix("/_fake/")?;
    Some(match (request.method.as_str(), route) {
        ("GET", "faults") => shown(&json!(state.faults)),
        ("PUT", "faults") => set_faults(state, &request.body),
        ("DELETE", "faults") => {
            state.faults.clear();
            Reply::empty(204)
        }
        ("PUT" | "POST", "clock") => advance(state, &request.body),
        ("GET", "requests") => shown(&json!(state.seen)),
        ("DELETE", "requests") => {
            state.seen.clear();
            Reply::empty(204)
        }
        ("POST", "tokens") if came_from_page(state, request) => make_token(state, &request.body),
        ("POST", "tokens") => refused(403, "this form is for the page of this server only"),
        _ => refused(404, "there is no such control; see faults, clock, requests, tokens"),
    })
}

fn shown(value: &Value) -> Reply {
    Reply::json(200, value, Style::Go)
}

fn refused(status: u16, text: &str) -> Reply {
    Reply::json(status, &json!({"error": text}), Style::Go)
}

fn set_faults(state: &mut State, body: &[u8]) -> Reply {
    match serde_json::from_slice::<Vec<Fault>>(body) {
        Ok(rules) => {
            state.faults = rules;
            shown(&json!(state.faults))
        }
        Err(error) => refused(400, &format!("faults are a JSON list of rules: {error}")),
    }
}

fn advance(state: &mut State, body: &[u8]) -> Reply {
    let body: Option<Value> = serde_json::from_slice(body).ok();
    match body.as_ref().and_then(|body| body.get("advance")).and_then(Value::as_i64) {
        Some(seconds) => {
            state.advance(seconds);
            shown(&json!({"now": state.now().to_string()}))
        }
        None => refused(400, "say {\"advance\": seconds}"),
    }
}

/// Any web page can make a browser post here; only this server's own page may.
fn came_from_page(state: &State, request: &Request) -> bool {
    let host = request.header("host").unwrap_or_default();
    let local = format!("http://{host}") == state.url || host.starts_with("localhost:");
    let origin = request.header("origin");
    state.world.token_page && local && origin.is_none_or(|origin| origin == format!("http://{host}"))
}

fn make_token(state: &mut State, body: &[u8]) -> Reply {
    let field = |name: &str| {
        url::form_urlencoded::parse(body).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let days = field("days").and_then(|days| days.parse().ok()).filter(|days| (1..=36_500).contains(days));
    let expires = days.map(|days: i64| state.now().saturating_add(SignedDuration::from_hours(days * 24)));
    let user = state.world.main_user;
    let row = state.create_token(field("name"), Some(user), expires, None);
    let token = state.token_of(&row);
    Reply::html(200, token_page(state, Some(&token))).header("cache-control", "no-store")
}

fn token_page(state: &State, made: Option<&str>) -> String {
    let user = state.user(state.world.main_user);
    let name = user.map_or("nobody", |user| user.name.as_deref().unwrap_or(&user.email));
    let mine = state.world.tokens.iter().filter(|row| row.user_id == Some(state.world.main_user));
    let rows: Vec<Row> = mine
        .map(|row| Row {
            name: row.name.clone().unwrap_or_default(),
            token: state.redacted(row),
            expires: row
                .expires
                .as_deref()
                .map_or_else(|| "never".to_owned(), |at| at.chars().take(10).collect()),
        })
        .collect();
    page::tokens(name, &rows, made)
}

/// The user name of Basic credentials, where clients put the token.
pub(super) fn basic_user(credentials: &str) -> Option<String> {
    let decoded = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
    decoded.split(':').next().map(str::to_owned)
}
