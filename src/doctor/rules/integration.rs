//! Rules about the integration that files name: it has to fit the model.

use super::apply_command;
use super::fixes::Step;
use crate::doctor::facts::Facts;
use crate::doctor::file::FileFacts;
use crate::doctor::keys::Occurrence;
use crate::doctor::rule::{Added, Check, Found, Needs, Rule};
use crate::elitea::Model;
use crate::protocol::doctor::Severity;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "integration-empty",
        severity: Severity::Warning,
        title: "a model without its integration",
        why: "The server finds a model by its integration; without one every request fails.",
        help: "Copying the settings from the page's preview leaves integrationUid empty. elitea-helper apply \
               writes the one that belongs to the selected model; it is made of the id of the project that \
               owns the model, and the model's name.",
        needs: Needs::Nothing,
        repairs: true,
        check: Check::File(empty),
    },
    Rule {
        id: "integration-stale",
        severity: Severity::Warning,
        title: "an integration of another model",
        why: "The server takes the integration and the model's name together; where they do not fit, it \
              refuses the request or uses another model.",
        help: "Decide for one of the two. On current servers the integration is the id of the project that \
               owns the model, an underscore, and the model's name. elitea-helper apply writes both as the \
               selection says.",
        needs: Needs::Nothing,
        repairs: true,
        check: Check::File(stale),
    },
];

/// What ELITEA Code declares as the default, which is no integration.
const HINT: &str = "Integration UUID goes here";

/// The integration in effect, and the model that goes with it, of each generation in the file.
fn pairs(file: &FileFacts) -> Vec<(&Occurrence, Option<&Occurrence>)> {
    let is_uid = |key: &&Occurrence| key.in_effect && key.short == "integrationUid";
    let model = |uid: &Occurrence| {
        let name = if uid.is_option() { "llmCustomModelName" } else { "LLMModelName" };
        file.keys.iter().find(|key| key.in_effect && key.name == uid.named(name))
    };
    file.keys.iter().filter(is_uid).map(|uid| (uid, model(uid))).collect()
}

/// The integration of the model that the file names, where the server's list leaves no doubt.
fn listed<'f>(file: &FileFacts, model: Option<&Occurrence>, facts: &'f Facts) -> Option<&'f Model> {
    let name = model?.text()?;
    let project = file.keys.iter().rfind(|key| key.in_effect && key.short == "projectId")?;
    let id = project.value.as_u64().or_else(|| project.text()?.parse().ok())?;
    if facts.selected.project != Some(id) {
        return None;
    }
    let mut named = facts.listed.models.as_ref()?.iter().filter(|model| model.name == name);
    named.next().filter(|_| named.next().is_none())
}

fn empty(file: &FileFacts, facts: &Facts, found: &mut Found) {
    for (uid, model) in pairs(file) {
        let is_empty = uid.text().is_some_and(|text| text.trim().is_empty() || text == HINT);
        if !is_empty || file.is_reported(uid) {
            continue;
        }
        let added = found.add(format!("{} names no integration", uid.name)).at(uid.raw.clone());
        match listed(file, model, facts) {
            Some(model) => {
                added.offer(
                    format!("set it to {}", model.integration_uid()),
                    set(file, uid, &model.integration_uid()),
                );
            }
            None => select(added, file),
        }
    }
}

fn stale(file: &FileFacts, facts: &Facts, found: &mut Found) {
    for (uid, model) in pairs(file) {
        let (Some(text), false) = (uid.text(), file.is_reported(uid)) else { continue };
        let Some(name) = model.and_then(|model| model.text()).filter(|name| !name.trim().is_empty()) else {
            continue;
        };
        if text.trim().is_empty() || text == HINT {
            continue;
        }
        let parts = text.split_once('_').filter(|(owner, _)| owner.parse::<u64>().is_ok());
        let known = listed(file, model, facts);
        if let Some(known) = known.filter(|known| known.integration_uid() != text) {
            let right = known.integration_uid();
            found
                .add(format!("{} is {text}, and the model {name} has {right}", uid.name))
                .at(uid.raw.clone())
                .offer(format!("set it to {right}"), set(file, uid, &right));
            continue;
        }
        let Some((owner, of)) = parts.filter(|(_, of)| *of != name && known.is_none()) else { continue };
        let Some(model) = model else { continue };
        let right = format!("{owner}_{name}");
        found
            .add(format!("{} belongs to the model {of}, and {} is {name}", uid.name, model.name))
            .at(uid.raw.clone())
            .offer(format!("set {} to {right}", uid.name), set(file, uid, &right))
            .offer(format!("set {} to {of}", model.name), set(file, model, of));
    }
}

fn set(file: &FileFacts, key: &Occurrence, value: &str) -> Option<Step> {
    let raw = super::written(file, key, value);
    Step::replace(file, &key.raw, raw, format!("set {}", key.name))
}

fn select(added: Added<'_>, file: &FileFacts) {
    match apply_command(file) {
        Some(command) => added.command("write the one of the selected model", command),
        None => added
            .command("see the integrations of the models, each as owner and name", "elitea-helper models"),
    };
}
