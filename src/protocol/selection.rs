//! What is selected.

use serde::{Deserialize, Serialize};

/// The selection in effect, each part with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Selection {
    /// Our profile.
    pub profile: String,
    /// The deployment root.
    pub server: Option<Chosen>,
    /// The project's id.
    pub project: Option<Chosen>,
    /// The model as `owner/name`; none: the project's default is followed.
    pub model: Option<Chosen>,
}

/// A value and the source that won.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Chosen {
    /// The value.
    pub value: String,
    /// The source, such as `flag`, `environment ELITEA_PROJECT_ID` or `profile default`.
    pub source: String,
    /// Its name, where the server has told one.
    pub name: Option<String>,
}

/// What `elitea/selection/set` takes. What is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct SetParams {
    /// A project's id or name, or the unique beginning of its name.
    pub project: Option<IdOrName>,
    /// A model's name, or `owner/name`; `default` follows the project's default.
    pub model: Option<String>,
}

/// A project as a client names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum IdOrName {
    /// Its id.
    Id(u64),
    /// Its name, or its id as text.
    Name(String),
}

impl std::fmt::Display for IdOrName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id(id) => write!(f, "{id}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}
