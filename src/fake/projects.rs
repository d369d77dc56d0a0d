//! The list of projects, which both servers build alike.

use serde_json::{Value, json};

use super::exchange::Request;
use super::state::State;
use super::world::Project;
use crate::order;

/// What the caller asked for cannot be read; both servers answer 500.
pub(super) struct Unreadable;

/// The projects of a user, in the order of their ids. `hidden` is the project that `check_public_role`
/// hides from users who do not administer it.
pub(super) fn list(state: &State, user: u64, hidden: u64, request: &Request) -> Result<Value, Unreadable> {
    let limit = page_param(request, "limit")?.unwrap_or(usize::MAX);
    let offset = page_param(request, "offset")?.unwrap_or(0);
    let search = request.param_or_empty("search").to_lowercase();
    let check = !request.param_or_empty("check_public_role").is_empty();
    let mut projects: Vec<&Project> = state.world.projects.iter().collect();
    order::sort_by_key(&mut projects, |project| project.id);
    // The page is cut before membership is looked at, as the servers do.
    let page = projects.into_iter().filter(|project| matches(&project.name.to_lowercase(), &search));
    let page = page.skip(offset).take(limit);
    let roles = |project: &Project| project.members.get(&user).cloned();
    let visible = page.filter(|project| {
        roles(project)
            .is_some_and(|roles| !(check && project.id == hidden) || roles.iter().any(|role| role == "admin"))
    });
    Ok(visible.map(row).collect())
}

fn row(project: &Project) -> Value {
    json!({
        "id": project.id,
        "name": project.name,
        "owner_id": project.owner_id,
        "plugins": project.plugins,
        "keycloak_groups": {},
        "create_success": project.create_success,
        "suspended": project.suspended,
        "groups": project.groups,
    })
}

fn page_param(request: &Request, name: &str) -> Result<Option<usize>, Unreadable> {
    request.param(name).map(|value| value.parse().map_err(|_| Unreadable)).transpose()
}

/// SQL's `ILIKE '%pattern%'`, with `%` and `_` inside the pattern.
fn matches(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let pattern: Vec<char> = format!("%{pattern}%").chars().collect();
    like(&text, &pattern)
}

fn like(text: &[char], pattern: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('%', rest)) => (0..=text.len()).any(|skip| like(&text[skip..], rest)),
        Some(('_', rest)) => text.split_first().is_some_and(|(_, text)| like(text, rest)),
        Some((char, rest)) => {
            text.split_first().is_some_and(|(first, text)| first == char && like(text, rest))
        }
    }
}
