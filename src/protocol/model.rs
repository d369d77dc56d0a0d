//! The models of a project.

use serde::{Deserialize, Serialize};

/// The models that a project can use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ModelList {
    /// The project.
    pub project: u64,
    /// Its models, in the server's order.
    pub models: Vec<Model>,
    /// Seconds since the list was taken from the server; none: just now.
    pub age: Option<u64>,
}

/// One model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[allow(clippy::struct_excessive_bools)] // facts that the server lists one by one
pub struct Model {
    /// The name that identifies it together with its owner.
    pub name: String,
    /// The name that people know it by.
    pub display_name: String,
    /// The project that owns it.
    pub owner: u64,
    /// Whether it is another project's, shared with this one.
    pub shared: bool,
    /// Tokens that fit into one conversation.
    pub context_window: Option<u64>,
    /// Tokens of the longest answer.
    pub max_output_tokens: Option<u64>,
    /// Whether it reads images.
    pub vision: bool,
    /// Whether it reasons before it answers.
    pub reasoning: bool,
    /// Whether the server names it as the project's default.
    pub default: bool,
    /// Whether it is the one in effect.
    pub current: bool,
}

/// What `elitea/model/list` takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct ModelListParams {
    /// The project; none: the selected one.
    pub project: Option<u64>,
}
