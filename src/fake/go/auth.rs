//! Who calls the Go server: `X-API-Key` first, then the first `Authorization`, then the session cookie.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::nested_error;
use crate::fake::exchange::{Reply, Request};
use crate::fake::faults::Condition;
use crate::fake::state::State;

/// Somebody whom the server knows.
#[derive(Clone, Copy)]
pub(super) struct Caller {
    /// The account.
    pub user: u64,
    /// How the account was told, for routes that take sessions only.
    pub by: Means,
}

/// How a caller proved who it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    Key,
    Header,
    Session,
}

pub(super) const BAD_TOKEN: &str = "token validation failed";
pub(super) const BAD_KEY: &str = "invalid api key";

/// The caller, or the refusal.
pub(super) fn caller(state: &State, request: &Request) -> Result<Caller, Reply> {
    if let Some(key) = request.header("x-api-key").filter(|key| !key.is_empty()) {
        let user = live_user(state, request, key).ok_or_else(|| refused(BAD_KEY))?;
        return Ok(Caller { user, by: Means::Key });
    }
    if let Some(header) = request.header("authorization").filter(|header| !header.is_empty()) {
        let token = token_in(header, false).map_err(refused)?;
        let user = live_user(state, request, &token).ok_or_else(|| refused(BAD_TOKEN))?;
        return Ok(Caller { user, by: Means::Header });
    }
    let session = request.cookie("elitea_session").and_then(|value| state.world.sessions.get(value));
    let user = *session.ok_or_else(|| refused("missing authorization header"))?;
    let active = state.user(user).is_some_and(|user| !user.suspended);
    if !active || request.condition == Condition::DatabaseDown {
        return Err(refused("authenticated principal is inactive"));
    }
    Ok(Caller { user, by: Means::Session })
}

/// The token in an `Authorization` header; the scheme's case counts unless an edge reads it.
pub(super) fn token_in(header: &str, at_edge: bool) -> Result<String, &'static str> {
    const UNSUPPORTED: &str = "unsupported authorization scheme";
    let (scheme, credential) = header.split_once(' ').ok_or(UNSUPPORTED)?;
    let scheme = if at_edge { scheme.to_ascii_lowercase() } else { scheme.to_owned() };
    match scheme.as_str() {
        "Bearer" => Ok(credential.to_owned()),
        "bearer" if at_edge => Ok(credential.to_owned()),
        "Basic" | "basic" if at_edge || scheme == "Basic" => {
            let decoded = STANDARD.decode(credential).map_err(|_| "invalid basic auth encoding")?;
            let decoded = String::from_utf8_lossy(&decoded).into_owned();
            Ok(decoded.split(':').next().unwrap_or_default().to_owned())
        }
        _ => Err(UNSUPPORTED),
    }
}

/// The active owner of a live token.
pub(super) fn live_user(state: &State, request: &Request, token: &str) -> Option<u64> {
    if request.condition == Condition::DatabaseDown {
        return None;
    }
    let user = state.user(state.find_token(token)?.user_id?)?;
    (!user.suspended).then_some(user.id)
}

/// The refusal of a route that takes browser sessions only.
pub(super) fn session_only(caller: Caller) -> Option<Reply> {
    match caller.by {
        Means::Session => None,
        Means::Key => Some(refused(BAD_KEY)),
        Means::Header => Some(refused(BAD_TOKEN)),
    }
}

fn refused(text: &str) -> Reply {
    nested_error(401, text, "authentication_error", "unauthenticated")
}
