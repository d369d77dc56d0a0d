//! The values that a setting can have, as far as they can be counted.

use serde_json::Value;

use super::SuggestionKind;
use super::words::{self, code};
use crate::auth::token_ranges;
use crate::doctor::facts::Facts;
use crate::doctor::file::FileFacts;
use crate::doctor::keys::Occurrence;
use crate::doctor::settings::{Setting, Type};
use crate::elitea::Model;

/// One value that a setting can have.
pub(super) struct Candidate {
    pub(super) value: Value,
    pub(super) label: String,
    pub(super) detail: Option<String>,
    pub(super) docs: Option<String>,
    pub(super) kind: SuggestionKind,
    pub(super) preselect: bool,
}

/// What is known about the values of a setting.
pub(super) struct Candidates {
    pub(super) items: Vec<Candidate>,
    /// False where a list of the server is not known.
    pub(super) complete: bool,
}

/// What ELITEA Code takes where a setting is missing (its `package.json`, 0.4.1), as JSON.
const DEFAULTS: &[(&str, &str)] = &[
    ("displayType", "\"append\""),
    ("verifySsl", "true"),
    ("enable", "true"),
    ("debug", "false"),
    ("customModelSize", "4096"),
    ("maxTokens", "1024"),
    ("temperature", "0.8"),
    ("topK", "40"),
    ("topP", "0.8"),
    ("serviceProviderForLLM", "\"ELITEA\""),
    ("apiVersion", "\"2023-12-01-preview\""),
];

/// What ELITEA's page writes for the plugin, whatever is selected there.
const WRITTEN: &[(&str, &str)] =
    &[("displayType", "SPLIT"), ("llmCustomModelEnabled", "true"), ("provider", "ELITEA_EYE")];

/// Where a value goes: whose setting it is, in which file, and what is known.
#[derive(Clone, Copy)]
pub(super) struct Asked<'f> {
    pub(super) setting: &'static Setting,
    /// What names begin with there: `eliteacode.`, `EliteASettings/`.
    pub(super) before: &'f str,
    pub(super) file: &'f FileFacts,
    pub(super) facts: &'f Facts,
}

impl Asked<'_> {
    fn is_option(&self) -> bool {
        self.before.ends_with('/')
    }

    /// The value in effect of a setting beside it.
    fn beside(&self, short: &str) -> Option<&Occurrence> {
        let name = format!("{}{short}", self.before);
        self.file.keys.iter().rev().find(|key| key.in_effect && key.name == name)
    }

    /// Every value that is known.
    pub(super) fn candidates(&self) -> Candidates {
        let (projects, models) = (&self.facts.listed.projects, &self.facts.listed.models);
        let (items, complete) = match (self.setting.name, self.setting.holds) {
            (_, Type::Token) => (Vec::new(), true),
            ("LLMModelName" | "modelName" | "llmCustomModelName", _) => (self.models(), models.is_some()),
            ("integrationUid", _) => (self.integrations(), models.is_some()),
            ("projectId", _) => (self.projects(), projects.is_some()),
            (_, Type::Address) => (self.addresses(), true),
            (_, Type::Bool) => (self.fixed(&["true", "false"]), true),
            (_, Type::OneOf(names)) => {
                let written: Vec<String> = names.iter().map(|name| Value::from(*name).to_string()).collect();
                (self.fixed(&written.iter().map(String::as_str).collect::<Vec<_>>()), true)
            }
            _ => (self.fixed(&[]), true),
        };
        Candidates { items, complete }
    }

    /// A value that does no harm where a name goes in with one.
    pub(super) fn usual(&self) -> Value {
        let mut known = self.candidates().items;
        let at = known.iter().position(|candidate| candidate.preselect);
        let is_sure = !matches!(self.setting.holds, Type::Text | Type::Count);
        match at.or((is_sure && !known.is_empty()).then_some(0)) {
            Some(at) => known.swap_remove(at).value,
            None if self.setting.holds == Type::Count => Value::from(1),
            None => Value::from(""),
        }
    }

    /// The default, as JSON.
    fn default(&self) -> Option<String> {
        if self.is_option() {
            let written = WRITTEN.iter().find(|(name, _)| *name == self.setting.name);
            let value = written.map(|(_, value)| match (*value, self.before) {
                ("ELITEA_EYE", "AlitaSettings/") => "ALITA_EYE",
                (value, _) => value,
            })?;
            return Some(if value == "true" { value.to_owned() } else { Value::from(value).to_string() });
        }
        DEFAULTS.iter().find(|(name, _)| *name == self.setting.name).map(|(_, value)| (*value).to_owned())
    }

    /// These values, as JSON, and the default.
    fn fixed(&self, values: &[&str]) -> Vec<Candidate> {
        let default = self.default();
        let mut all: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        if let Some(default) = default.as_ref().filter(|default| !all.contains(default)) {
            all.push(default.clone());
        }
        let word = if self.is_option() { "as ELITEA's page writes it" } else { "default" };
        let candidate = |written: String| {
            let value: Value = serde_json::from_str(&written).ok()?;
            let is_default = default.as_ref() == Some(&written);
            Some(Candidate {
                label: value.as_str().map_or(written, str::to_owned),
                detail: is_default.then(|| word.to_owned()),
                docs: None,
                kind: SuggestionKind::Value,
                preselect: is_default,
                value,
            })
        };
        all.into_iter().filter_map(candidate).collect()
    }

    fn addresses(&self) -> Vec<Candidate> {
        let root = self.facts.server.root.iter().filter(|root| token_ranges(root.as_str()).is_empty());
        let candidate = |root: &crate::auth::Server| Candidate {
            value: root.as_str().into(),
            label: words::plain(root.as_str()),
            detail: Some("the server that is selected".to_owned()),
            docs: None,
            kind: SuggestionKind::Value,
            preselect: true,
        };
        root.map(candidate).collect()
    }

    fn projects(&self) -> Vec<Candidate> {
        let candidate = |project: &crate::elitea::Project| {
            let is_selected = self.facts.selected.project == Some(project.id);
            let mut docs = vec![format!("Project {} {}", project.id, code(&project.name))];
            docs.extend(words::unusable(project).map(|why| format!("It cannot be used: {why}.")));
            if project.public {
                docs.push("Everybody shares it; most accounts can run nothing in it.".to_owned());
            }
            docs.extend(is_selected.then(|| "It is the one that is selected.".to_owned()));
            docs.extend(words::age(self.facts));
            Candidate {
                value: project.id.into(),
                label: format!("{} {}", project.id, words::plain(&project.name)),
                detail: Some(words::project_detail(project)),
                docs: Some(docs.join("\n\n")),
                kind: SuggestionKind::Project,
                preselect: is_selected && words::unusable(project).is_none(),
            }
        };
        let (usable, others): (Vec<_>, Vec<_>) = self
            .facts
            .listed
            .projects
            .iter()
            .flatten()
            .partition(|project| words::unusable(project).is_none());
        usable.into_iter().chain(others).map(candidate).collect()
    }

    /// The models that can be named; what looks like a token is none.
    fn listed(&self) -> impl Iterator<Item = &Model> {
        let models = self.facts.listed.models.iter().flatten();
        models.filter(|model| token_ranges(&model.integration_uid()).is_empty())
    }

    /// Which of the models is the likeliest: the selected one, else the default.
    fn likeliest(&self) -> Option<(u64, &str)> {
        let selected = &self.facts.selected;
        let is_listed = |owner: u64, name: &str| {
            self.listed().any(|model| model.project_id == owner && model.name == name)
        };
        let chosen = selected.model.as_ref().filter(|(owner, name)| is_listed(*owner, name));
        let default = || self.listed().find(|model| words::is_default(model, self.facts));
        chosen
            .map(|(owner, name)| (*owner, name.as_str()))
            .or_else(|| default().map(|model| (model.project_id, model.name.as_str())))
    }

    fn models(&self) -> Vec<Candidate> {
        let likeliest = self.likeliest();
        let uid = self.beside("integrationUid");
        let candidate = |model: &Model| {
            let mut docs = vec![code(&model.name), words::model(model, self.facts)];
            docs.extend(self.other_project());
            let own = model.integration_uid();
            if let Some((key, text)) = uid.and_then(|key| Some((key, key.text()?)))
                && text != own
            {
                docs.push(format!(
                    "{} in this file is {}, which does not go with this model: it needs {}.",
                    code(&key.name),
                    code(text),
                    code(&own)
                ));
            }
            docs.extend(words::age(self.facts));
            Candidate {
                value: model.name.as_str().into(),
                label: words::plain(&model.name),
                detail: Some(words::model_detail(model, self.facts)),
                docs: Some(docs.join("\n\n")),
                kind: SuggestionKind::Model,
                preselect: likeliest == Some((model.project_id, &model.name)),
            }
        };
        self.listed().map(candidate).collect()
    }

    fn integrations(&self) -> Vec<Candidate> {
        let key = self.beside(if self.is_option() { "llmCustomModelName" } else { "LLMModelName" });
        let named = key.and_then(|key| key.text()).filter(|name| !name.is_empty());
        let mut of_name = self.listed().filter(|model| Some(model.name.as_str()) == named);
        let likeliest = of_name.next().map(|model| (model.project_id, model.name.as_str()));
        let likeliest = match named {
            Some(_) => likeliest.filter(|_| of_name.next().is_none()),
            None => self.likeliest(),
        };
        let candidate = |model: &Model| {
            let uid = model.integration_uid();
            let mut docs = vec![format!("The integration of {}", code(&model.name))];
            docs.push(words::model(model, self.facts));
            docs.extend(self.other_project());
            if let (Some(key), Some(name)) = (key, named)
                && name != model.name
            {
                docs.push(format!(
                    "{} in this file is {}, which does not go with this integration.",
                    code(&key.name),
                    code(name)
                ));
            }
            docs.extend(words::age(self.facts));
            Candidate {
                value: uid.as_str().into(),
                label: words::plain(&uid),
                detail: Some(format!(
                    "{}, {}",
                    words::plain(&model.name),
                    words::model_detail(model, self.facts)
                )),
                docs: Some(docs.join("\n\n")),
                kind: SuggestionKind::Integration,
                preselect: likeliest == Some((model.project_id, &model.name)),
            }
        };
        self.listed().map(candidate).collect()
    }

    /// That the file names another project than the one whose models are known.
    fn other_project(&self) -> Option<String> {
        let own = self.beside("projectId").and_then(id)?;
        let asked = self.facts.selected.project.filter(|asked| *asked != own)?;
        Some(format!(
            "This is what project {} can use; this file names project {}.",
            words::project_by_id(asked, self.facts),
            words::project_by_id(own, self.facts)
        ))
    }
}

/// A value as an id, also where it is written as text.
pub(super) fn id(key: &Occurrence) -> Option<u64> {
    key.value.as_u64().or_else(|| key.text()?.trim().parse().ok())
}
