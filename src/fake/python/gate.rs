//! The gate: every request passes it before routing. Refused requests are redirected, to the login page
//! without a credential, to the denial page with a bad one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{NOT_FOUND, message, requested_origin, server_fault};
use crate::fake::exchange::{Reply, Request};
use crate::fake::faults::Condition;
use crate::fake::state::{Principal, State, random_uuid};
use crate::fake::{jwt, page};

/// The cookie of a browser session.
const SESSION: &str = "centry_auth_session";

/// Who asks, or the refusal.
pub(super) fn admit(state: &mut State, request: &Request) -> Result<Principal, Reply> {
    match request.condition {
        Condition::PublicUser => return Ok(Principal::Public),
        Condition::AuthServiceDown => return Ok(Principal::Unknown),
        _ => {}
    }
    let headers: Vec<&str> = request.header_values("authorization").collect();
    let down = request.condition == Condition::DatabaseDown;
    if let Some(user) = request.cookie(SESSION).and_then(|value| state.world.sessions.get(value)).copied() {
        // The real gate remembers the success under the header alone, however bad the header is.
        if let [header] = headers[..] {
            remember(state, header, Principal::User(user));
        }
        return Ok(Principal::User(user));
    }
    let header = match headers[..] {
        [] => return Err(sign_in(state, request)),
        [header] => header,
        _ => return Err(denied(state)),
    };
    if let Some((principal, since)) = state.good.get(header)
        && state.is_fresh(*since)
    {
        return if down && request.path.starts_with("/api") { Err(server_fault()) } else { Ok(*principal) };
    }
    if down {
        return Err(denied(state));
    }
    let Some(principal) = bearer(state, header) else { return Err(denied(state)) };
    remember(state, header, principal);
    Ok(principal)
}

/// Whether the request comes from an administrator of the platform, whom maintenance does not stop.
pub(super) fn is_admin(state: &State, request: &Request) -> bool {
    let principal = request.header("authorization").and_then(|header| bearer(state, header));
    matches!(principal, Some(Principal::User(id)) if state.user(id).is_some_and(|user| user.admin))
}

fn remember(state: &mut State, header: &str, principal: Principal) {
    let now = state.now();
    state.good.insert(header.to_owned(), (principal, now));
}

/// The owner of the credential: `Bearer` in any case with one space, or Basic with the token as user.
fn bearer(state: &State, header: &str) -> Option<Principal> {
    let (scheme, credential) = header.trim_end().split_once(' ')?;
    let token = match scheme.to_ascii_lowercase().as_str() {
        "bearer" => credential.to_owned(),
        "basic" => {
            let decoded = String::from_utf8(STANDARD.decode(credential).ok()?).ok()?;
            decoded.split_once(':')?.0.to_owned()
        }
        _ => return None,
    };
    match state.find_token(&token)?.user_id {
        None => Some(Principal::Ownerless),
        Some(user) => state.user(user).map(|user| Principal::User(user.id)),
    }
}

fn sign_in(state: &State, request: &Request) -> Reply {
    let url = format!("{}{}", requested_origin(request), request.target());
    forget_session(state, login_redirect(state, &url))
}

fn login_redirect(state: &State, url: &str) -> Reply {
    let target = jwt::target(&state.world.key, url);
    let location = format!("{}/forward-auth/{}/login?target_to={target}", state.origin(), state.world.login);
    Reply::html(302, page::redirecting(&location)).header("location", location)
}

fn denied(state: &State) -> Reply {
    forget_session(state, denial(state))
}

fn denial(state: &State) -> Reply {
    if !state.world.denied_page {
        return Reply::html(403, "Access Denied");
    }
    let location = format!("{}/access_denied", state.origin());
    Reply::html(302, page::redirecting(&location)).header("location", location)
}

/// Clears the session cookie of the main server.
pub(super) fn forget_session(state: &State, reply: Reply) -> Reply {
    let domain = state.origin().rsplit("//").next().unwrap_or_default();
    let domain = domain.split(':').next().unwrap_or_default();
    reply.header(
        "set-cookie",
        format!(
            "centry_main_session=; Domain={domain}; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/"
        ),
    )
}

/// The authentication service's own routes, below `/forward-auth/`.
pub(super) fn forward_auth(state: &State, request: &Request, route: &str) -> Reply {
    if request.condition == Condition::AuthServiceDown {
        return Reply::html(404, page::error(404));
    }
    let title = if state.world.login == "auth_oidc" { "OIDC HTTP Post Request" } else { "Centry login" };
    let reply = match route {
        "login" => new_session(login_redirect(state, &format!("{}/", state.origin()))),
        "auth" => checked(state, request),
        _ if route == format!("{}/login", state.world.login) => {
            let reply = Reply::html(200, page::login(title));
            if state.world.login == "auth_oidc" { new_session(reply) } else { reply }
        }
        _ => message(404, NOT_FOUND),
    };
    reply.header("server", "Centry")
}

/// What a reverse proxy asks before it lets a request pass.
fn checked(state: &State, request: &Request) -> Reply {
    let asked_by_proxy = request.header("x-forwarded-uri").is_some();
    let known = request.header("authorization").and_then(|header| bearer(state, header)).is_some();
    if asked_by_proxy && known { Reply::html(200, "OK") } else { denial(state) }
}

fn new_session(reply: Reply) -> Reply {
    reply.header("set-cookie", format!("{SESSION}={}; HttpOnly; Path=/", random_uuid()))
}
