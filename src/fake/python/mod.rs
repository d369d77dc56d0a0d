//! The Python server, of the current and of the v1 generation: a gate in front of everything, then
//! routes by pattern.

mod account;
mod gate;
mod mcp;
mod token;

use serde_json::{Value, json};

use super::Dialect;
use super::exchange::{Reply, Request, decode_path};
use super::faults::Condition;
use super::json::Style;
use super::page;
use super::state::{Principal, State};

/// Answers one request as the Python server does.
pub(super) fn answer(state: &mut State, request: &Request) -> Reply {
    if request.path == "/healthz" {
        return Reply::text(200, "text/plain", "OK\n");
    }
    if let Some(splash) = splash(state, request) {
        return splash;
    }
    let Some(path) = request.path.strip_prefix(state.world.prefix.as_str()) else {
        return Reply::text(404, "text/plain", "Not Found\n");
    };
    if request.condition == Condition::RedisDown {
        return server_fault().header("access-control-allow-origin", "*");
    }
    finish(behind_prefix(state, request, path))
}

fn behind_prefix(state: &mut State, request: &Request, path: &str) -> Reply {
    if request.method == "OPTIONS" {
        return preflight(state, request);
    }
    if let Some(route) = path.strip_prefix("/forward-auth/") {
        return gate::forward_auth(state, request, route);
    }
    if path == "/app/access_denied" {
        let status = if matches!(request.method.as_str(), "GET" | "HEAD") { 403 } else { 405 };
        return Reply::html(status, page::error(status));
    }
    match gate::admit(state, request) {
        Ok(principal) => route(state, request, path, principal),
        Err(refusal) => refusal,
    }
}

/// What every reply behind the start-up check carries.
fn finish(reply: Reply) -> Reply {
    reply.header_if_absent("access-control-allow-origin", "*").header("vary", "Cookie")
}

fn splash(state: &State, request: &Request) -> Option<Reply> {
    let (title, text, seconds) = match request.condition {
        Condition::Starting => ("Pylon - Booting", "Engine is starting, please wait...", 30),
        Condition::Maintenance if !gate::is_admin(state, request) => {
            ("Pylon - Maintenance", "Platform is under maintenance, please wait...", 120)
        }
        _ => return None,
    };
    let reply = Reply::html(503, page::splash(title, text, seconds))
        .header("cache-control", "no-store, no-cache, max-age=0, must-revalidate, proxy-revalidate")
        .header("expires", "0")
        .header("refresh", seconds.to_string())
        .header("retry-after", seconds.to_string());
    Some(reply)
}

fn preflight(state: &State, request: &Request) -> Reply {
    let reply = Reply::html(200, "")
        .header("access-control-allow-headers", "*")
        .header("access-control-allow-methods", "*")
        .header("access-control-allow-credentials", "true");
    if request.header("authorization").is_some() { reply } else { gate::forget_session(state, reply) }
}

fn route(state: &mut State, request: &Request, path: &str, principal: Principal) -> Reply {
    let decoded = decode_path(path);
    if decoded.starts_with("//") {
        return Reply::json(404, &json!({"error": NOT_FOUND}), Style::PythonCompact);
    }
    if let Some(rest) = decoded.strip_prefix("/api").filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        return api(state, request, rest, principal);
    }
    if let Some((project, rest)) = super::mcp::split(&decoded) {
        return mcp::answer(state, request, principal, project, rest);
    }
    match decoded.as_str() {
        app if app.starts_with("/app/") && !matches!(request.method.as_str(), "GET" | "HEAD") => {
            Reply::html(405, page::error(405))
        }
        "/" => {
            let target = format!("{}/app/", state.world.prefix);
            Reply::html(302, page::redirecting(&target)).header("location", target)
        }
        "/app" | "" => moved(request, &format!("{path}/"), state),
        app if app.starts_with("/app/") => {
            Reply::html(200, page::web_interface(&interface_config(state, request)))
        }
        _ => Reply::html(404, page::error(404)),
    }
}

/// The configuration of the web interface: `/app` of its own address becomes `/api/v2`.
fn interface_config(state: &State, request: &Request) -> String {
    let base = format!("{}/app", state.world.prefix);
    format!(
        "{{\"vite_server_url\": \"{}{}/api/v2\", \"vite_base_uri\": \"{base}\", \"vite_public_project_id\": {}, \
         \"vite_socket_path\": \"/socket.io/\", \"vite_socket_server\": \"/\", \"default_release\": \"latest\", \
         \"allow_project_own_llms\": true, \"blocked_toolkits\": []}}",
        requested_origin(request),
        state.world.prefix,
        state.world.public_project,
    )
}

type Handler = fn(&mut State, &Request, Principal, &[&str]) -> Reply;

/// One rule of the router. `*` in a pattern stands for one segment, `#` for one of digits.
struct Rule {
    /// Without the leading and the trailing slash.
    pattern: &'static str,
    /// API versions that have it.
    versions: &'static [&'static str],
    /// Whether a server of the v1 generation has it, under `v1`.
    legacy: bool,
    /// Without a trailing slash the address moves to the one with it.
    needs_slash: bool,
    /// What answers other methods of the usual ones: 404, or 405 naming these.
    only: Option<&'static str>,
    methods: &'static [(&'static str, Handler)],
}

const V2: &[&str] = &["v2"];
const BOTH: &[&str] = &["v1", "v2"];
const EVERY_METHOD: &str = "OPTIONS, HEAD, DELETE, PUT, PATCH, GET, POST";
const GET_ONLY: Option<&str> = Some("OPTIONS, HEAD, GET");

#[rustfmt::skip]
const RULES: &[Rule] = &[
    Rule { pattern: "auth/token", versions: V2, legacy: true, needs_slash: true, only: None,
        methods: &[("GET", token::list), ("POST", token::create), ("DELETE", token::delete_nothing)] },
    Rule { pattern: "auth/token/*", versions: V2, legacy: true, needs_slash: false, only: None,
        methods: &[("GET", token::get), ("POST", token::create), ("DELETE", token::delete)] },
    Rule { pattern: "auth/user", versions: V2, legacy: true, needs_slash: true, only: None, methods: &[("GET", account::user)] },
    Rule { pattern: "auth/user/*", versions: V2, legacy: true, needs_slash: false, only: None, methods: &[("GET", account::user)] },
    Rule { pattern: "auth/permissions/*/#", versions: V2, legacy: true, needs_slash: false, only: GET_ONLY,
        methods: &[("GET", account::permissions)] },
    Rule { pattern: "social/author", versions: BOTH, legacy: true, needs_slash: true, only: None, methods: &[("GET", account::author)] },
    Rule { pattern: "social/author/default", versions: BOTH, legacy: true, needs_slash: false, only: None,
        methods: &[("GET", account::author)] },
    Rule { pattern: "projects/project", versions: V2, legacy: true, needs_slash: true, only: None, methods: &[("GET", account::projects)] },
    Rule { pattern: "projects/project/default", versions: V2, legacy: true, needs_slash: false, only: None,
        methods: &[("GET", account::projects)] },
    Rule { pattern: "projects/project/default/#", versions: V2, legacy: true, needs_slash: false, only: None,
        methods: &[("GET", account::projects)] },
    Rule { pattern: "projects/project/administration/#", versions: V2, legacy: true, needs_slash: false, only: None,
        methods: &[("GET", account::projects_of_administration)] },
    Rule { pattern: "projects/groups/prompt_lib", versions: V2, legacy: false, needs_slash: false, only: GET_ONLY,
        methods: &[("GET", account::groups)] },
    Rule { pattern: "configurations/models/#", versions: V2, legacy: false, needs_slash: false, only: None,
        methods: &[("GET", account::models), ("POST", account::set_default_model)] },
    Rule { pattern: "notifications/notifications/prompt_lib/#", versions: BOTH, legacy: false, needs_slash: false, only: None,
        methods: &[("GET", account::notifications)] },
    Rule { pattern: "elitea_core/internal_mcp_pat_status/prompt_lib/#/*", versions: V2, legacy: false, needs_slash: false, only: GET_ONLY,
        methods: &[("GET", account::token_status)] },
    Rule { pattern: "integrations/integrations/default/#", versions: &[], legacy: true, needs_slash: false, only: None,
        methods: &[("GET", account::integrations)] },
];

const NOT_FOUND: &str = "The requested URL was not found on the server. If you entered the URL manually please check your \
                         spelling and try again.";

fn api(state: &mut State, request: &Request, rest: &str, principal: Principal) -> Reply {
    let merged = merge_slashes(rest);
    let Some((rule, params, has_slash)) = find(&merged, state.dialect) else {
        return message(404, NOT_FOUND);
    };
    if merged != rest {
        let target = format!("{}/api{merged}", state.world.prefix);
        return moved(request, &target, state);
    }
    if rule.needs_slash && !has_slash {
        return moved(request, &format!("{}/", request.path), state);
    }
    if request.condition == Condition::DatabaseDown {
        return server_fault();
    }
    let method = if request.method == "HEAD" { "GET" } else { request.method.as_str() };
    if let Some((_, handler)) = rule.methods.iter().find(|(name, _)| *name == method) {
        return handler(state, request, principal, &params);
    }
    let usual = matches!(method, "GET" | "POST" | "PUT" | "PATCH" | "DELETE");
    match rule.only.or((!usual).then_some(EVERY_METHOD)) {
        Some(allow) => {
            message(405, "The method is not allowed for the requested URL.").header("allow", allow)
        }
        None => message(404, NOT_FOUND),
    }
}

/// The rule for what follows `/api`, its parameters, and whether the path ends in a slash.
fn find(path: &str, dialect: Dialect) -> Option<(&'static Rule, Vec<&str>, bool)> {
    let path = path.strip_prefix('/')?;
    let (version, path) = path.split_once('/')?;
    let bare = path.strip_suffix('/').unwrap_or(path);
    let segments: Vec<&str> = bare.split('/').collect();
    let served = |rule: &&Rule| match dialect {
        Dialect::V1 => rule.legacy && version == "v1",
        _ => rule.versions.contains(&version),
    };
    RULES.iter().filter(served).find_map(|rule| {
        let pattern: Vec<&str> = rule.pattern.split('/').collect();
        if pattern.len() != segments.len() {
            return None;
        }
        let mut params = Vec::new();
        for (want, have) in pattern.iter().zip(&segments) {
            match *want {
                "*" if !have.is_empty() => params.push(*have),
                "#" if !have.is_empty() && have.bytes().all(|byte| byte.is_ascii_digit()) => {
                    params.push(*have);
                }
                literal if literal == *have => {}
                _ => return None,
            }
        }
        Some((rule, params, bare.len() < path.len()))
    })
}

fn merge_slashes(path: &str) -> String {
    let mut merged = String::with_capacity(path.len());
    for char in path.chars() {
        if char != '/' || !merged.ends_with('/') {
            merged.push(char);
        }
    }
    merged
}

/// The origin that the client asked, as far as proxies told.
fn requested_origin(request: &Request) -> String {
    let scheme = request.header("x-forwarded-proto").unwrap_or("http");
    let host = request.header("x-forwarded-host").or_else(|| request.header("host")).unwrap_or("localhost");
    format!("{scheme}://{host}")
}

/// 308 to another path of the same origin, with the same query.
fn moved(request: &Request, path: &str, state: &State) -> Reply {
    let path = if path.starts_with(state.world.prefix.as_str()) {
        path.to_owned()
    } else {
        format!("{}{path}", state.world.prefix)
    };
    let query = request.query.as_ref().map_or_else(String::new, |query| format!("?{query}"));
    let location = format!("{}{path}{query}", requested_origin(request));
    Reply::html(308, page::redirecting(&location)).header("location", location)
}

fn compact(value: &Value) -> Reply {
    Reply::json(200, value, Style::PythonCompact)
}

fn spaced(status: u16, value: &Value) -> Reply {
    Reply::json(status, value, Style::PythonSpaced)
}

fn message(status: u16, text: &str) -> Reply {
    spaced(status, &json!({"message": text}))
}

fn server_fault() -> Reply {
    message(500, "Internal Server Error")
}
