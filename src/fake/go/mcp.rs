//! MCP on the Go server: every JSON-RPC answer is HTTP 200, a notification 202.

use serde_json::{Value, json};

use super::auth::Caller;
use super::{error, guarded_error, json_reply};
use crate::fake::exchange::{Reply, Request};
use crate::fake::mcp::{self, Scope, Unknown};
use crate::fake::state::State;

/// Protocol versions that are answered with themselves; any other gets the newest.
const PROTOCOLS: &[&str] = &["2024-11-05", "2025-03-26", "2025-06-18"];
const NEWEST: &str = "2025-06-18";

pub(super) fn answer(state: &State, request: &Request, caller: Caller, project: &str, rest: &str) -> Reply {
    match request.method.as_str() {
        "POST" => {}
        "GET" => {
            return error(405, "The server does not offer an SSE stream at this endpoint")
                .header("allow", "POST");
        }
        _ => return Reply::empty(405).header("allow", "GET").header("allow", "POST"),
    }
    let Some(project) = super::account::number(Some(&project)).filter(|id| *id > 0) else {
        return guarded_error(400, "invalid project id");
    };
    if state.project(project).is_none_or(|found| !found.members.contains_key(&caller.user)) {
        return guarded_error(403, "forbidden");
    }
    let scope = match Scope::parse(rest) {
        Ok(scope) => scope,
        Err(Unknown::Category(name)) => return error(400, &format!("unknown category: {name}")),
        Err(Unknown::Entity(name)) => {
            let kinds = "agent, application, pipeline, toolkit";
            return error(400, &format!("unknown entity type: {name}. Valid types: {kinds}"));
        }
    };
    match rpc(state, &request.body, project, scope) {
        Some(body) => json_reply(200, &body),
        None => Reply::empty(202),
    }
}

/// The JSON-RPC answer; none for a notification.
fn rpc(state: &State, body: &[u8], project: u64, scope: Scope) -> Option<Value> {
    let failed = |id: &Value, code: i32, text: &str| {
        Some(json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": text}}))
    };
    let Ok(call) = serde_json::from_slice::<Value>(body) else {
        return failed(&Value::Null, -32700, "invalid JSON");
    };
    if call.is_array() {
        let text = "JSON-RPC batches are not supported; send one message per request";
        return failed(&Value::Null, -32600, text);
    }
    let id = call.get("id").unwrap_or(&Value::Null);
    let Some(method) = call.get("method").and_then(Value::as_str).filter(|_| call["jsonrpc"] == "2.0") else {
        return failed(id, -32600, "not a JSON-RPC 2.0 request");
    };
    if id.is_null() {
        return None;
    }
    let params = &call["params"];
    let result = match method {
        "initialize" => {
            let asked = params["protocolVersion"].as_str().filter(|asked| PROTOCOLS.contains(asked));
            mcp::initialize(scope, asked.unwrap_or(NEWEST), &json!({"tools": {"listChanged": false}}))
        }
        "ping" => json!({}),
        "tools/list" if state.project(project).is_none_or(|found| !found.schema) => {
            return failed(id, -32603, "tool listing is temporarily unavailable");
        }
        "tools/list" => mcp::tools(state, project, scope),
        "tools/call" => {
            let Some(name) = params["name"].as_str() else {
                return failed(id, -32602, "tools/call requires a 'name' parameter");
            };
            match mcp::call(state, project, scope, name, &params["arguments"]) {
                Some(result) => result,
                None => return failed(id, -32602, &format!("unknown tool: {name}")),
            }
        }
        _ => return failed(id, -32601, &format!("'{method}' is not supported by this server")),
    };
    Some(json!({"jsonrpc": "2.0", "id": id, "result": result}))
}
