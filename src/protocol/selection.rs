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
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SelectionParams {
    /// A project's id or name, or the unique beginning of its name.
    pub project: Option<String>,
    /// A model's name, or `owner/name`; `default` follows the project's default.
    pub model: Option<String>,
}
