//! MCP on the Python server: what is no proper request is HTTP 400, `ping` included.

use serde_json::{Value, json};

use super::compact;
use crate::fake::exchange::{Reply, Request};
use crate::fake::json::Style;
use crate::fake::mcp::{self, Scope};
use crate::fake::page;
use crate::fake::state::{Principal, State};

/// The one protocol version that the server speaks.
const PROTOCOL: &str = "2024-11-05";

pub(super) fn answer(
    state: &State,
    request: &Request,
    principal: Principal,
    project: &str,
    rest: &str,
) -> Reply {
    let number = project.parse::<u64>().ok().filter(|_| !rest.ends_with('/'));
    let Some(project) = number else { return Reply::html(405, page::error(405)) };
    if request.method != "POST" {
        return refused(405, &json!({"error": "The server does not offer an SSE stream at this endpoint"}));
    }
    let member = |id| state.project(project).is_some_and(|project| project.members.contains_key(&id));
    if !matches!(principal, Principal::User(id) if member(id)) {
        return refused(403, &json!({"error": "No project access"}));
    }
    let Ok(scope) = Scope::parse(rest) else {
        return refused(400, &json!({"error": format!("Unknown tag: '{}'", rest.trim_start_matches('/'))}));
    };
    let Ok(call) = serde_json::from_slice::<Value>(&request.body) else {
        return refused(400, &json!({"details": "not JSON", "error": "Invalid JSON-RPC message format"}));
    };
    let Some(id) = call.get("id").filter(|id| !id.is_null()) else { return compact(&json!({})) };
    let params = &call["params"];
    let result = match call["method"].as_str() {
        Some("initialize") => mcp::initialize(scope, PROTOCOL, &capabilities()),
        Some("tools/list") => mcp::tools(state, project, scope),
        Some("tools/call") => {
            let name = params["name"].as_str().unwrap_or_default();
            mcp::call(state, project, scope, name, &params["arguments"]).unwrap_or_else(|| {
                json!({"content": [{"type": "text", "text": format!("Unknown tool: {name}")}], "isError": true})
            })
        }
        _ => {
            return refused(
                400,
                &json!({"details": "not a known request", "error": "Invalid request format"}),
            );
        }
    };
    compact(&json!({"id": id, "jsonrpc": "2.0", "result": result}))
}

fn capabilities() -> Value {
    json!({
        "experimental": {},
        "logging": {},
        "prompts": {"listChanged": false},
        "resources": {"listChanged": false, "subscribe": false},
        "tools": {"listChanged": true},
    })
}

fn refused(status: u16, body: &Value) -> Reply {
    Reply::json(status, body, Style::PythonCompact)
}
