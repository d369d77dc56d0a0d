//! How things stand.

use serde::{Deserialize, Serialize};

use super::auth::Account;
use super::config::TargetReport;
use super::error::Failure;
use super::selection::Selection;
use super::token::TokenState;

/// Account, token, selection, and every target in order or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// The selection in effect.
    pub selection: Selection,
    /// The account; none: not signed in, or the server did not answer.
    pub account: Option<Account>,
    /// The token in use.
    pub token: Option<TokenInUse>,
    /// The targets that are kept in order.
    pub targets: Vec<TargetReport>,
    /// What keeps it from being in order, worst first.
    pub problems: Vec<Failure>,
    /// What else the user should know.
    pub notes: Vec<String>,
}

/// The token in use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenInUse {
    /// Its name on the server.
    pub name: Option<String>,
    /// The store that keeps it.
    pub store: String,
    /// When it expires; none for never.
    pub expires: Option<String>,
    /// Whole days until then; negative when past.
    pub days_left: Option<i64>,
    /// How it stands.
    pub state: TokenState,
}

/// Whether everything is in order, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum StatusKind {
    /// All is in order.
    Ok,
    /// It works, but something should be looked at.
    Warning,
    /// Something does not work.
    Error,
    /// No token is stored.
    SignedOut,
    /// The server cannot be reached.
    Offline,
    /// The helper is at work.
    Busy,
}

/// What `elitea/status/didChange` tells the client, for its status bar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct StatusChanged {
    /// How things stand.
    pub kind: StatusKind,
    /// The same in one sentence.
    pub message: String,
    /// The method that deals with it, where there is one.
    pub command: Option<String>,
}
