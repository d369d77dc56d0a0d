//! The catalogue of models, as the Python server and the Go server with configurations build it.

use std::cmp::Reverse;

use serde_json::{Map, Value, json};

use super::state::State;
use super::world::{Configuration, DefaultModel};
use crate::order;

/// One server's way with odd rows.
#[derive(Clone, Copy)]
pub(super) struct Quirks {
    /// A row without label, context window or `supports_vision` breaks the whole answer (Python);
    /// otherwise it is left out or completed (Go).
    pub strict: bool,
}

/// The answer cannot be built: one row is broken.
pub(super) struct Broken;

/// Sections whose items carry a display name.
const NAMED: &[&str] = &["embedding", "image_generation", "asr", "tts"];
/// The section without display names.
const UNNAMED: &str = "vectorstorage";

struct Item<'a> {
    row: &'a Configuration,
    name: String,
    body: Map<String, Value>,
}

/// The reply to `GET /configurations/models/{project}`.
pub(super) fn catalogue(
    state: &State,
    project: u64,
    include_shared: bool,
    section: &str,
    quirks: Quirks,
) -> Result<Value, Broken> {
    let public = state.world.public_project;
    let mut items = Vec::new();
    for row in &state.world.configurations {
        let foreign = include_shared && row.shared && row.project_id == public;
        if row.section == section && row.status_ok && (row.project_id == project || foreign) {
            items.extend(item(row, quirks)?);
        }
    }
    keep_largest(&mut items);
    order::sort_by_key(&mut items, |item| (!item.row.shared, sort_name(item)));

    let default =
        resolve(state, project, section, &items, |_| true).or_else(|| fallback(&items, project, quirks));
    let mut answer = Map::new();
    answer.insert("total".to_owned(), items.len().into());
    let bodies = items.iter().enumerate().map(|(index, item)| {
        let mut body = item.body.clone();
        body.insert("default".to_owned(), (default == Some(index)).into());
        Value::Object(body)
    });
    answer.insert("items".to_owned(), bodies.collect());
    let chosen = default.and_then(|index| items.get(index));
    answer.insert("default_model_name".to_owned(), chosen.map(|item| item.name.as_str()).into());
    answer.insert("default_model_project_id".to_owned(), chosen.map(|item| item.row.project_id).into());
    if section == "llm" {
        for tier in ["low_tier", "high_tier"] {
            let flagged = |item: &Item| item.body.get(tier) == Some(&Value::Bool(true));
            let chosen =
                resolve(state, project, &format!("llm_{tier}"), &items, flagged).map(|index| &items[index]);
            let (name, owner) =
                chosen.map_or((json!(""), json!("")), |item| (json!(item.name), json!(item.row.project_id)));
            answer.insert(format!("{tier}_default_model_name"), name);
            answer.insert(format!("{tier}_default_model_project_id"), owner);
        }
    }
    Ok(Value::Object(answer))
}

/// The item that the project's setting, or else the public project's, points to.
fn resolve(
    state: &State,
    project: u64,
    section: &str,
    items: &[Item],
    allowed: impl Fn(&Item) -> bool,
) -> Option<usize> {
    let setting =
        |of: u64| state.world.defaults.iter().find(|set| set.project == of && set.section == section);
    let set = setting(project).or_else(|| setting(state.world.public_project))?;
    items.iter().position(|item| item.name == set.name && item.row.project_id == set.owner && allowed(item))
}

/// The default where no setting applies: the project's first unshared item, else the first item.
fn fallback(items: &[Item], project: u64, quirks: Quirks) -> Option<usize> {
    let own = |item: &Item| !item.row.shared && item.row.project_id == project;
    let indices = || 0..items.len();
    let first_own = indices().filter(|index| own(&items[*index]));
    let first_own = if quirks.strict {
        first_own.min_by_key(|index| items[*index].name.clone())
    } else {
        first_own.min_by_key(|index| items[*index].row.id)
    };
    first_own.or_else(|| indices().min_by_key(|index| items[*index].name.clone()))
}

fn sort_name(item: &Item) -> String {
    let label = item.row.label.as_deref().filter(|label| !label.is_empty()).unwrap_or(&item.name);
    label.to_lowercase()
}

/// Of rows with one name in one project only the one with the most output tokens stays.
fn keep_largest(items: &mut Vec<Item>) {
    let tokens = |item: &Item| item.body.get("max_output_tokens").and_then(Value::as_i64);
    order::sort_by_key(items, |item| (item.row.project_id, item.name.clone(), Reverse(tokens(item))));
    items.dedup_by(|next, kept| next.row.project_id == kept.row.project_id && next.name == kept.name);
}

fn item(row: &Configuration, quirks: Quirks) -> Result<Option<Item<'_>>, Broken> {
    let data = |key: &str| row.data.get(key).filter(|value| !value.is_null());
    let unnamed = row.section == UNNAMED;
    let name = if unnamed { Some(row.title.as_str()) } else { data("name").and_then(Value::as_str) };
    let (Some(name), true) = (name, unnamed || row.label.is_some()) else {
        return if quirks.strict { Err(Broken) } else { Ok(None) };
    };
    let mut body = Map::new();
    body.insert("name".to_owned(), name.into());
    if !unnamed {
        body.insert("display_name".to_owned(), row.label.as_deref().into());
    }
    body.insert("project_id".to_owned(), row.project_id.into());
    body.insert("shared".to_owned(), row.shared.into());
    let complete = match row.section.as_str() {
        "llm" if quirks.strict => strict_limits(row, &mut body)?,
        "llm" => lenient_limits(row, &mut body),
        section => section == UNNAMED || NAMED.contains(&section),
    };
    Ok(complete.then(|| Item { row, name: name.to_owned(), body }))
}

/// Python: a missing `max_output_tokens` loses the model, other gaps break the answer.
fn strict_limits(row: &Configuration, body: &mut Map<String, Value>) -> Result<bool, Broken> {
    let window = row.data.get("context_window").and_then(number).ok_or(Broken)?;
    let Some(output) = row.data.get("max_output_tokens").and_then(number) else { return Ok(false) };
    let vision = row.data.get("supports_vision").filter(|value| !value.is_null()).ok_or(Broken)?;
    let flag = |key: &str| row.data.get(key).cloned().unwrap_or(Value::Bool(false));
    let high =
        if row.data.get("mid_tier") == Some(&Value::Bool(true)) { json!(true) } else { flag("high_tier") };
    body.insert("context_window".to_owned(), window.into());
    body.insert("max_output_tokens".to_owned(), output.into());
    body.insert("supports_reasoning".to_owned(), flag("supports_reasoning"));
    body.insert("supports_vision".to_owned(), vision.clone());
    body.insert("low_tier".to_owned(), flag("low_tier"));
    body.insert("high_tier".to_owned(), high);
    body.insert("openai_compatible".to_owned(), flag("openai_compatible"));
    Ok(true)
}

/// Go: null and missing become defaults, a wrong type loses the model.
fn lenient_limits(row: &Configuration, body: &mut Map<String, Value>) -> bool {
    for (key, default) in [("context_window", 128_000), ("max_output_tokens", 16_000)] {
        match row.data.get(key) {
            None | Some(Value::Null) => body.insert(key.to_owned(), default.into()),
            Some(Value::Number(number)) => body.insert(key.to_owned(), number.clone().into()),
            Some(_) => return false,
        };
    }
    let flags = ["supports_reasoning", "supports_vision", "low_tier", "high_tier", "openai_compatible"];
    for key in flags {
        let flag = row.data.get(key).and_then(Value::as_bool).unwrap_or(key == "supports_vision");
        body.insert(key.to_owned(), flag.into());
    }
    true
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// The plain shape of a Go server without the configurations routes: every model of the project itself,
/// whatever its section and health.
pub(super) fn plain(state: &State, project: u64) -> Value {
    let rows = state.world.configurations.iter();
    let items: Vec<Value> = rows
        .filter(|row| row.project_id == project && row.kind.ends_with("_model"))
        .map(|row| {
            json!({
                "id": row.id, "name": row.title, "type": row.kind, "project_id": project.to_string(),
                "section": row.section, "is_default": false, "config_id": row.id, "config_name": row.title,
                "data": row.data,
            })
        })
        .collect();
    let total = items.len();
    json!({"items": items, "total": total})
}

/// Sets a project's default model from the body of a POST; none when a field is missing.
pub(super) fn set_default(state: &mut State, project: u64, body: &[u8]) -> Option<()> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let name = body.get("name")?.as_str()?.to_owned();
    let owner = body.get("target_project_id")?.as_u64()?;
    let section = body.get("section").and_then(Value::as_str).unwrap_or("llm").to_owned();
    let defaults = &mut state.world.defaults;
    defaults.retain(|set| set.project != project || set.section != section);
    defaults.push(DefaultModel { project, section, name, owner });
    Some(())
}
