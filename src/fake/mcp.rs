//! The MCP endpoint, `/app/{project}/mcp`: what both servers share of it. Each dialect wraps the outcome
//! in its own way.

use serde_json::{Value, json};

use super::state::State;
use super::world::Tool;

/// What part of a project a client connects to, from the path behind `mcp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope<'a> {
    /// Everything that is offered.
    All,
    /// One category: `applications` or `toolkits`.
    Category(&'a str),
    /// One entity, offered or not.
    Entity(&'a str, u64),
}

/// Kinds of entities, each with its category.
const ENTITIES: &[(&str, &str)] = &[
    ("agent", "applications"),
    ("application", "applications"),
    ("pipeline", "applications"),
    ("toolkit", "toolkits"),
];

impl<'a> Scope<'a> {
    /// The scope that the path names; the error is what is not known.
    pub(super) fn parse(rest: &'a str) -> Result<Self, Unknown<'a>> {
        let rest = rest.trim_matches('/');
        if rest.is_empty() {
            return Ok(Self::All);
        }
        if ENTITIES.iter().any(|(_, category)| *category == rest) {
            return Ok(Self::Category(rest));
        }
        let Some((kind, id)) = rest.split_once('/').and_then(|(kind, id)| Some((kind, id.parse().ok()?)))
        else {
            return Err(Unknown::Category(rest));
        };
        let found = ENTITIES.iter().find(|(known, _)| *known == kind);
        found.map(|(_, category)| Self::Entity(category, id)).ok_or(Unknown::Entity(kind))
    }

    fn covers(self, tool: &Tool) -> bool {
        match self {
            Self::All => tool.offered,
            Self::Category(category) => tool.offered && tool.category == category,
            Self::Entity(category, id) => tool.category == category && tool.id == id && !tool.hidden,
        }
    }

    /// The server's name and its instructions.
    fn names(self) -> (String, String) {
        match self {
            Self::Entity("toolkits", id) => {
                (format!("ELITEA-TOOLKIT-{id}"), format!("ELITEA Toolkit (ID: {id})"))
            }
            Self::Entity(_, id) => {
                (format!("ELITEA-APPLICATION-{id}"), format!("ELITEA Application (ID: {id})"))
            }
            _ => ("ELITEA MCP SERVER".to_owned(), "ELITEA".to_owned()),
        }
    }
}

/// A path that names nothing.
#[derive(Debug)]
pub(super) enum Unknown<'a> {
    Category(&'a str),
    Entity(&'a str),
}

/// The project of `/app/{project}/mcp...` and what follows; the project may not be a number.
pub(super) fn split(path: &str) -> Option<(&str, &str)> {
    let (project, rest) = path.strip_prefix("/app/")?.split_once('/')?;
    let rest = rest.strip_prefix("mcp")?;
    (rest.is_empty() || rest.starts_with('/')).then_some((project, rest))
}

/// The result of `initialize`.
pub(super) fn initialize(scope: Scope, protocol: &str, capabilities: &Value) -> Value {
    let (name, instructions) = scope.names();
    json!({
        "capabilities": capabilities,
        "instructions": instructions,
        "protocolVersion": protocol,
        "serverInfo": {"name": name, "version": "0.1.0"},
    })
}

/// The result of `tools/list`.
pub(super) fn tools(state: &State, project: u64, scope: Scope) -> Value {
    let tools = state.world.tools.iter().filter(|tool| tool.project == project && scope.covers(tool));
    json!({"tools": tools.map(|tool| tool.definition.clone()).collect::<Value>()})
}

/// The result of `tools/call`: the tool's arguments, given back. None when there is no such tool.
pub(super) fn call(
    state: &State,
    project: u64,
    scope: Scope,
    name: &str,
    arguments: &Value,
) -> Option<Value> {
    let mut tools = state.world.tools.iter().filter(|tool| tool.project == project && scope.covers(tool));
    tools.find(|tool| tool.definition.get("name").and_then(Value::as_str) == Some(name))?;
    let text = format!("{name} was called with {arguments}");
    Some(json!({"content": [{"type": "text", "text": text}], "isError": false}))
}
