//! Signing in and out.

use serde::{Deserialize, Serialize};

use super::config::TargetReport;

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

/// What `elitea/auth/login` takes: the one request that carries a token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LoginParams {
    /// The token as it was pasted.
    #[cfg_attr(test, schemars(extend("format" = "password")))]
    pub token: String,
    /// The server; none: that of the selection.
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
            .field("token", &"***")
            .field("server", &self.server)
            .field("store", &self.store)
            .finish()
    }
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
