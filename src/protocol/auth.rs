//! Signing in and out.

use serde::{Deserialize, Serialize};

use super::config::TargetReport;
use super::token::TokenState;

/// What a sign-in did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LoggedIn {
    /// The deployment root that the token belongs to.
    pub server: String,
    /// Who the token signs in.
    pub account: Account,
    /// The store that keeps the token.
    pub store: String,
    /// When the token expires; none for never.
    pub expires: Option<String>,
    /// Our profile that now uses it.
    pub profile: String,
    /// The project, where one is selected.
    pub project: Option<u64>,
    /// What else the user should know.
    pub notes: Vec<String>,
}

/// An account as the server knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The server's id of the user.
    pub id: String,
    /// The e-mail address.
    pub email: String,
    /// The display name; may be empty.
    pub name: String,
}

/// What a sign-out did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LoggedOut {
    /// The deployment root that the token belonged to.
    pub server: String,
    /// Whether a token was stored and is gone now.
    pub forgotten: bool,
    /// Whether the server deleted the token.
    pub revoked: bool,
    /// The files that a token key was taken out of, and those where that failed.
    pub targets: Vec<TargetReport>,
    /// What else the user should know.
    pub notes: Vec<String>,
}

/// What `elitea/auth/login` takes: the one request that may carry a token. Either `token` or `found` is
/// given.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LoginParams {
    /// The token as it was pasted.
    #[serde(default)]
    #[cfg_attr(test, schemars(extend("format" = "password")))]
    pub token: Option<String>,
    /// The id of a token that `elitea/auth/discover` found.
    #[serde(default)]
    pub found: Option<String>,
    /// The server; none: for a pasted token that of the selection, for a found one that beside it.
    #[serde(default)]
    pub server: Option<String>,
    /// The store, `keychain` or `file`; none: that of the profile.
    #[serde(default)]
    pub store: Option<String>,
}

// A log may print the `Debug` form; the secret is left out of it.
impl std::fmt::Debug for LoginParams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoginParams")
            .field("token", &self.token.as_ref().map(|_| "***"))
            .field("found", &self.found)
            .field("server", &self.server)
            .field("store", &self.store)
            .finish()
    }
}

/// The tokens that lie about on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Discovered {
    /// Each token once.
    pub tokens: Vec<FoundToken>,
    /// What could not be looked at, and what else the user should know.
    pub notes: Vec<String>,
}

/// A token that lies about. The secret is never part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FoundToken {
    /// What `elitea/auth/login` takes in its place; the same for this token on this machine.
    pub id: String,
    /// Everywhere it stands.
    pub places: Vec<TokenPlace>,
    /// The root of the server that stands beside it; none where there is none, or where there are several.
    pub server: Option<String>,
    /// When it expires, as it says itself; none for never.
    pub expires: Option<String>,
    /// Whole days until then; negative when past.
    pub days_left: Option<i64>,
    /// How it stands, as it says itself; only the server knows whether it was deleted.
    pub state: TokenState,
    /// Whether it is the one in use here.
    pub in_use: bool,
}

/// Where a token stands: in a file, or in a variable of the environment. Lines and columns count from 1,
/// columns in Unicode scalar values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenPlace {
    /// The file.
    pub file: Option<String>,
    /// The line of its first character.
    pub line: Option<usize>,
    /// The column of its first character.
    pub column: Option<usize>,
    /// The name of the setting, header or variable that it is the value of.
    pub key: Option<String>,
    /// The variable of the environment.
    pub variable: Option<String>,
}

/// What `elitea/auth/logout` takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct LogoutParams {
    /// Whether the server deletes the token too.
    pub revoke: bool,
}

/// What `elitea/auth/page` takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct PageParams {
    /// The server, as people type it; none: the one of the selection.
    pub server: Option<String>,
}

/// Where a token is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenPage {
    /// The server, as its root.
    pub server: String,
    /// The address of its page, for a browser.
    pub page: String,
}
