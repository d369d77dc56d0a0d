//! The models that a project can use, out of three shapes of answer.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answers::{self, flag, id, text};
use super::classify::unreadable;
use super::client::Client;
use super::dialect::Dialect;
use super::http::Reply;
use crate::error::{Kind, Result};

/// A model, identified by its owner project and its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools)] // they are the server's
pub struct Model {
    /// The name that requests carry.
    pub name: String,
    /// The name for people.
    pub display_name: String,
    /// The project that owns it.
    pub project_id: u64,
    /// Whether the owner shares it with others.
    pub shared: bool,
    /// Whether the server calls it the project's default.
    pub default: bool,
    /// Tokens that it takes in and gives out together.
    pub context_window: Option<u64>,
    /// Tokens that it gives out at most.
    pub max_output_tokens: Option<u64>,
    /// Whether it reads images.
    pub supports_vision: bool,
    /// Whether it reasons.
    pub supports_reasoning: bool,
    /// Whether its provider speaks the protocol of `OpenAI`.
    pub openai_compatible: bool,
    /// The integration's own id on old servers.
    pub integration: Option<String>,
}

impl Model {
    /// The integration uid of settings files: `{owner}_{name}`, on old servers a UUID.
    pub fn integration_uid(&self) -> String {
        self.integration.clone().unwrap_or_else(|| format!("{}_{}", self.project_id, self.name))
    }
}

/// The models of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Models {
    /// In the server's order.
    pub items: Vec<Model>,
    /// Owner and name of the default as the server reports it; none where it reports none.
    pub default: Option<(u64, String)>,
}

impl Models {
    /// The default model, where the server reports one and lists it.
    pub fn default_model(&self) -> Option<&Model> {
        let (owner, name) = self.default.as_ref()?;
        self.items.iter().find(|model| model.project_id == *owner && model.name == *name)
    }
}

impl Client {
    /// The language models that this project can use, shared ones included.
    ///
    /// # Errors
    /// [`Kind::ProjectUnknown`] for a project that the server does not know, [`Kind::Forbidden`]
    /// for one that the account may not use.
    pub async fn models(&self, project: u64) -> Result<Models> {
        if self.dialect.get() == Some(&Dialect::V1) {
            return self.integrations(project).await;
        }
        let path = format!("/configurations/models/{project}?include_shared=true&section=llm");
        let reply = self.ask(&path).await?;
        if reply.status == 404 && self.dialect().await? == Dialect::V1 {
            return self.integrations(project).await;
        }
        let answer = self.read("the list of models", &path, &reply, decode).await;
        answer.map_err(|mut error| {
            if error.kind == Kind::Forbidden || reply.status == 404 {
                error.hint = Some("choose another project: elitea-helper projects lists them".to_owned());
            }
            if reply.status == 404 {
                error.kind = Kind::ProjectUnknown;
                error.message = format!("the server has no models for project {project}");
            }
            if reply.status == 500 {
                error.hint = Some(
                    "the server also answers so for a project that does not exist, and for one damaged model"
                        .to_owned(),
                );
            }
            error
        })
    }

    async fn integrations(&self, project: u64) -> Result<Models> {
        let path = format!("/integrations/integrations/default/{project}?section=ai");
        let reply = self.ask(&path).await?;
        let items = self.read("the list of models", &path, &reply, answers::list).await?;
        Ok(Models {
            items: items.iter().flat_map(|item| of_integration(item, project)).collect(),
            default: None,
        })
    }
}

fn decode(reply: &Reply) -> Result<Models> {
    let answer = answers::object(reply)?;
    let Some(items) = answer.get("items").and_then(Value::as_array) else {
        return Err(unreadable(reply, None));
    };
    // The plain shape lists models of every kind, whatever was asked for.
    let is_llm =
        |item: &&Value| item.get("section").and_then(Value::as_str).is_none_or(|section| section == "llm");
    let mut items: Vec<Model> = items.iter().filter(is_llm).filter_map(model).collect();
    let named = text(&answer, "default_model_name");
    let default = id(&answer, "default_model_project_id").zip(named).or_else(|| {
        items.iter().find(|model| model.default).map(|model| (model.project_id, model.name.clone()))
    });
    for model in &mut items {
        model.default =
            default.as_ref().is_some_and(|(owner, name)| *owner == model.project_id && *name == model.name);
    }
    Ok(Models { items, default })
}

/// The catalogue has the model's facts in the item; the plain shape in `data`, and calls the
/// configuration by `name`.
fn model(item: &Value) -> Option<Model> {
    let data = item.get("data").filter(|data| data.is_object());
    let facts = data.unwrap_or(item);
    let name = text(facts, "name")?;
    let label = if data.is_some() { text(item, "config_name") } else { text(item, "display_name") };
    Some(Model {
        display_name: label.unwrap_or_else(|| name.clone()),
        name,
        project_id: id(item, "project_id")?,
        shared: flag(item, "shared"),
        default: flag(item, "default") || flag(item, "is_default"),
        context_window: id(facts, "context_window"),
        max_output_tokens: id(facts, "max_output_tokens"),
        supports_vision: flag(facts, "supports_vision"),
        supports_reasoning: flag(facts, "supports_reasoning"),
        openai_compatible: flag(facts, "openai_compatible"),
        integration: None,
    })
}

/// An old server's integration holds several models; `token_limit` is a number or `{input, output}`.
fn of_integration(item: &Value, asked: u64) -> Vec<Model> {
    let config = item.get("config").unwrap_or(&Value::Null);
    let models = item.get("settings").and_then(|settings| settings.get("models")).and_then(Value::as_array);
    let can_chat = |model: &&Value| {
        let can = model.get("capabilities");
        can.is_none_or(|can| flag(can, "chat_completion") || flag(can, "completion"))
    };
    let one = |model: &Value| {
        let name = text(model, "name").or_else(|| text(model, "id"))?;
        let limit = model.get("token_limit").unwrap_or(&Value::Null);
        let provider = text(config, "name").map_or(String::new(), |provider| format!(" ({provider})"));
        Some(Model {
            display_name: format!("{name}{provider}"),
            name,
            project_id: id(item, "project_id").unwrap_or(asked),
            shared: flag(config, "is_shared"),
            default: false,
            context_window: limit.as_u64().or_else(|| id(limit, "input")),
            max_output_tokens: id(limit, "output"),
            supports_vision: false,
            supports_reasoning: false,
            openai_compatible: false,
            integration: text(item, "uid"),
        })
    };
    models.into_iter().flatten().filter(can_chat).filter_map(one).collect()
}
