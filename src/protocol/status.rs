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

/// What `elitea/status/didChange` tells: how things stand, in a word and a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct StatusChange {
    /// In a word.
    pub kind: StatusKind,
    /// In a sentence without a full stop.
    pub message: String,
    /// What a click on it should do.
    pub command: Option<StatusCommand>,
}

/// How things stand, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum StatusKind {
    /// All is in order.
    Ok,
    /// It works, but something wants attention.
    Warning,
    /// It does not work.
    Error,
    /// No token is stored.
    SignedOut,
    /// The server cannot be reached.
    Offline,
    /// A change is under way.
    Busy,
}

/// Something to offer beside a status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct StatusCommand {
    /// What it does, in the imperative.
    pub title: String,
    /// The request of this protocol that does it, such as `elitea/auth/login`.
    pub method: String,
}
