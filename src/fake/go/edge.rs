//! A `ForwardAuth` edge in front of the Go server, and the login routes behind it.

use serde_json::json;
use url::form_urlencoded::byte_serialize;

use super::auth::{Caller, Means, live_user, token_in};
use super::{found, json_reply, login_page, private};
use crate::fake::Dialect;
use crate::fake::exchange::{Reply, Request};
use crate::fake::faults::Condition;
use crate::fake::jwt;
use crate::fake::state::{State, random_uuid};

/// The cookie of a browser that signs in.
const BROWSER: &str = "elitea_browser_auth";

/// Lets a request pass, with the caller where the edge found it; otherwise the edge's own reply.
pub(super) fn admit(state: &State, request: &Request) -> Result<Option<Caller>, Reply> {
    let open = ["/llm/", "/forward-auth/", "/internal/", "/healthz", "/readyz", "/startupz"];
    if open.iter().any(|prefix| request.path.starts_with(prefix)) {
        return Ok(None);
    }
    let origin = state.world.edge.as_deref().unwrap_or_default();
    let unavailable = || hardened(Reply::text(503, "text/plain; charset=utf-8", "Service Unavailable"));
    let Some(header) = request.header("authorization") else {
        if request.condition == Condition::RedisDown && request.cookie(BROWSER).is_some() {
            return Err(unavailable());
        }
        let target: String = byte_serialize(request.target().as_bytes()).collect();
        let reply = hardened(found(&format!("{origin}/forward-auth/login?target_to={target}")));
        return Err(if request.cookie(BROWSER).is_some() { forget_browser(reply) } else { reply });
    };
    let denied = || hardened(found(&format!("{origin}/app/access_denied")));
    let token = token_in(header, true).map_err(|_| denied())?;
    if request.condition == Condition::DatabaseDown && jwt::verify(&state.world.key, &token).is_some() {
        return Err(unavailable());
    }
    let user = live_user(state, request, &token).ok_or_else(denied)?;
    Ok(Some(Caller { user, by: Means::Header }))
}

/// Routes outside `/api/v2` that have to do with signing in.
pub(super) fn login_routes(state: &State, request: &Request, path: &str) -> Option<Reply> {
    let form = state.dialect == Dialect::Go;
    let down = matches!(request.condition, Condition::RedisDown);
    Some(match path {
        "/forward-auth/login" if form && down => {
            hardened(Reply::text(503, "text/plain; charset=utf-8", "Service Unavailable"))
        }
        "/forward-auth/login" if form => {
            let reply = found(&format!("/forward-auth/auth_form/login?target_to={}", random_uuid()));
            let cookie = format!("{BROWSER}=v1.{}; Path=/; HttpOnly; Secure; SameSite=Lax", random_uuid());
            hardened(reply).header("set-cookie", cookie)
        }
        "/forward-auth/login" => found("/forward-auth/auth_oidc/login"),
        "/forward-auth/auth_form/login" if form && request.cookie(BROWSER).is_some() => {
            hardened(login_page())
        }
        "/forward-auth/auth_form/login" if form => {
            forget_browser(hardened(Reply::text(400, "text/plain; charset=utf-8", "Bad Request")))
        }
        "/forward-auth/info" => private(session_info(state, request)),
        "/auth" => private(Reply::html(403, "Access Denied")),
        _ => return None,
    })
}

fn session_info(state: &State, request: &Request) -> Reply {
    let session = request.cookie("elitea_session").and_then(|value| state.world.sessions.get(value));
    json_reply(
        200,
        &match session.and_then(|user| state.user(*user)) {
            Some(user) => json!({"authenticated": true, "email": user.email, "user_id": user.id.to_string()}),
            None => json!({"authenticated": false}),
        },
    )
}

fn forget_browser(reply: Reply) -> Reply {
    reply.header(
        "set-cookie",
        format!("{BROWSER}=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly; Secure; SameSite=Lax"),
    )
}

/// The headers of everything that the edge answers itself.
fn hardened(reply: Reply) -> Reply {
    private(reply)
        .header("content-security-policy", "default-src 'none'")
        .header("referrer-policy", "no-referrer")
        .header("server", "Centry")
        .header("x-content-type-options", "nosniff")
        .header("x-frame-options", "DENY")
}
