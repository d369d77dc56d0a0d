//! The projects of an account.

use serde::{Deserialize, Serialize};

/// The projects that the account can use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProjectList {
    /// The projects, in the server's order.
    pub projects: Vec<Project>,
    /// What the user should know about the list.
    pub notes: Vec<String>,
    /// Seconds since the list was taken from the server; none: just now.
    pub age: Option<u64>,
}

/// One project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Project {
    /// The server's id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Whether it is the account's personal project.
    pub personal: bool,
    /// Why it cannot be used, where it cannot: `suspended` or `not ready`.
    pub unusable: Option<String>,
    /// Whether it is the selected one.
    pub current: bool,
}
