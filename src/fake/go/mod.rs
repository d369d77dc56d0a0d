//! The Go server: exact paths, JSON refusals, authentication before routing below `/api/v2`.

mod account;
mod auth;
mod edge;
mod mcp;
mod token;

use serde_json::{Value, json};

use super::Dialect;
use super::exchange::{Reply, Request, escapes_are_valid};
use super::faults::Condition;
use super::json::Style;
use super::page;
use super::state::State;
use auth::Caller;

/// Answers one request as the Go server does.
pub(super) fn answer(state: &mut State, request: &Request) -> Reply {
    if !escapes_are_valid(&request.path) {
        return Reply::text(400, "text/plain; charset=utf-8", "400 Bad Request")
            .header("connection", "close");
    }
    let reply = if is_preflight(request) { preflight(request) } else { dispatch(state, request) };
    let reply = reply.header("vary", "Origin");
    if request.header("origin").is_none() || is_preflight(request) {
        return reply;
    }
    reply.header("access-control-allow-origin", "*").header("access-control-expose-headers", "Content-Length")
}

fn dispatch(state: &mut State, request: &Request) -> Reply {
    const METHODS: &[&str] =
        &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];
    if !METHODS.contains(&request.method.as_str()) {
        return Reply::empty(405);
    }
    let path = request.path.as_str();
    let mut caller = None;
    if state.world.edge.is_some() {
        match edge::admit(state, request) {
            Ok(admitted) => caller = admitted,
            Err(reply) => return reply,
        }
    }
    if let Some(reply) = health(state, request) {
        return reply;
    }
    if path.starts_with("/llm/") {
        let error = json!({"error": {
            "message": "the LLM gateway is not configured", "type": "service_unavailable",
            "code": "llm_gateway_not_configured",
        }});
        return Reply::json(503, &error, Style::Go);
    }
    let below_api = path.strip_prefix("/api/v2").filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let tools = super::mcp::split(path);
    if below_api.is_none() && tools.is_none() {
        return edge::login_routes(state, request, path).unwrap_or_else(not_found);
    }
    let caller = match caller.map_or_else(|| auth::caller(state, request), Ok) {
        Ok(caller) => caller,
        Err(refusal) => return refusal,
    };
    match (below_api, tools) {
        (Some(rest), _) => api(state, request, rest, caller),
        (None, Some((project, rest))) => mcp::answer(state, request, caller, project, rest),
        (None, None) => not_found(),
    }
}

/// Below `/api/v2`, which may stand twice.
fn api(state: &mut State, request: &Request, path: &str, caller: Caller) -> Reply {
    if let Some(rest) = path.strip_prefix("/api/v2").filter(|rest| rest.starts_with('/')) {
        return api(state, request, rest, caller).header("vary", "Origin");
    }
    let reply = route(state, request, path, caller);
    if path.starts_with("/auth/") || path == "/auth" { private(reply) } else { reply }
}

type Handler = fn(&mut State, &Request, Caller, &[&str]) -> Reply;

/// One rule of the router: `*` stands for one segment. The trailing slash counts.
struct Rule {
    pattern: &'static str,
    methods: &'static [(&'static str, Handler)],
    /// The `Allow` headers of a wrong method.
    allow: &'static [&'static str],
}

const READ: &[&str] = &["GET"];

#[rustfmt::skip]
const RULES: &[Rule] = &[
    Rule { pattern: "/auth/token/", methods: &[("GET", token::list), ("POST", token::create)], allow: &["GET", "POST"] },
    Rule { pattern: "/auth/token/*", methods: &[("GET", token::get), ("DELETE", token::delete)], allow: &["GET", "DELETE"] },
    Rule { pattern: "/auth/permissions/prompt_lib/*", methods: &[("GET", account::permissions)], allow: READ },
    Rule { pattern: "/social/author", methods: &[("GET", account::author)], allow: &["GET", "PUT"] },
    Rule { pattern: "/social/author/", methods: &[("GET", account::author)], allow: &["GET", "PUT"] },
    Rule { pattern: "/projects/project/*", methods: &[], allow: &["POST"] },
    Rule { pattern: "/projects/project/*/*", methods: &[("GET", account::projects)], allow: &["GET", "GET", "DELETE"] },
    Rule { pattern: "/projects/groups/prompt_lib", methods: &[("GET", account::groups)], allow: READ },
    Rule { pattern: "/configurations/models/*", allow: &["GET", "POST", "GET", "POST"],
        methods: &[("GET", account::models), ("POST", account::set_default_model)] },
    Rule { pattern: "/notifications/notifications/prompt_lib/*", methods: &[("GET", account::notifications)], allow: READ },
    Rule { pattern: "/elitea_core/internal_mcp_pat_status/prompt_lib/*/*", methods: &[("GET", account::token_status)],
        allow: READ },
];

fn route(state: &mut State, request: &Request, path: &str, caller: Caller) -> Reply {
    let Some((rule, params)) = RULES.iter().find_map(|rule| Some((rule, params(rule.pattern, path)?))) else {
        return not_found();
    };
    match rule.methods.iter().find(|(name, _)| *name == request.method) {
        Some((_, handler)) => handler(state, request, caller, &params),
        None => rule.allow.iter().fold(Reply::empty(405), |reply, method| reply.header("allow", *method)),
    }
}

fn params<'a>(pattern: &str, path: &'a str) -> Option<Vec<&'a str>> {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    if pattern.len() != path.len() {
        return None;
    }
    let mut params = Vec::new();
    for (want, have) in pattern.into_iter().zip(path) {
        match want {
            "*" if !have.is_empty() => params.push(have),
            literal if literal == have => {}
            _ => return None,
        }
    }
    Some(params)
}

fn health(state: &State, request: &Request) -> Option<Reply> {
    let (database, redis) = match request.condition {
        Condition::DatabaseDown => ("unavailable", "ok"),
        Condition::RedisDown => ("ok", "unavailable"),
        _ => ("ok", "ok"),
    };
    let ready = database == "ok" && redis == "ok";
    let (status, body) = match request.path.as_str() {
        "/healthz" => (200, json!({"status": "ok"})),
        "/startupz" => (200, json!({"status": "started"})),
        "/readyz" => {
            let mut checks = json!({"db": database});
            if state.dialect == Dialect::Go {
                checks["redis"] = redis.into();
            }
            let status = if ready { "ready" } else { "not_ready" };
            (if ready { 200 } else { 503 }, json!({"status": status, "checks": checks}))
        }
        _ => return None,
    };
    if request.method != "GET" {
        return Some(Reply::empty(405).header("allow", "GET"));
    }
    Some(json_reply(status, &body).header("cache-control", "no-store"))
}

fn is_preflight(request: &Request) -> bool {
    request.method == "OPTIONS"
        && request.header("origin").is_some()
        && request.header("access-control-request-method").is_some()
}

fn preflight(request: &Request) -> Reply {
    let reply = Reply::empty(200)
        .header("vary", "Access-Control-Request-Method")
        .header("vary", "Access-Control-Request-Headers");
    let method = request.header("access-control-request-method").unwrap_or_default();
    if !matches!(method, "GET" | "POST" | "PUT" | "PATCH" | "DELETE") {
        return reply;
    }
    reply
        .header("access-control-allow-origin", "*")
        .header("access-control-allow-headers", "Authorization, Content-Type")
        .header("access-control-allow-methods", method)
        .header("access-control-max-age", "300")
}

fn private(reply: Reply) -> Reply {
    reply.header("cache-control", "no-store").header("pragma", "no-cache")
}

fn json_reply(status: u16, body: &Value) -> Reply {
    Reply::json(status, body, Style::Go)
}

fn error(status: u16, text: &str) -> Reply {
    json_reply(status, &json!({"error": text}))
}

/// An error that comes from a shared helper, which forbids guessing the type.
fn guarded_error(status: u16, text: &str) -> Reply {
    error(status, text).header("x-content-type-options", "nosniff")
}

fn nested_error(status: u16, text: &str, kind: &str, code: &str) -> Reply {
    json_reply(status, &json!({"error": {"message": text, "type": kind, "code": code}}))
}

fn not_found() -> Reply {
    Reply::text(404, "text/plain; charset=utf-8", "404 page not found\n")
        .header("x-content-type-options", "nosniff")
}

/// The anchor that Go's redirects have as body.
fn found(location: &str) -> Reply {
    let body = format!("<a href=\"{}\">Found</a>.\n\n", super::exchange::escape_html(location));
    Reply::html(302, body).header("location", location)
}

/// The login form.
fn login_page() -> Reply {
    Reply::html(200, page::login("Centry login"))
}
