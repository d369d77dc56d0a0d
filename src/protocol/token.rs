//! The life of tokens.

use serde::{Deserialize, Serialize};

use super::config::TargetReport;

/// How a token stands, as ELITEA's own page says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum TokenState {
    /// It never expires.
    Never,
    /// More than seven days are left.
    Active,
    /// Seven days or fewer are left.
    Expiring,
    /// Its time is over.
    Expired,
}

/// One token of the account. The secret is never part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// The public handle; none where the server keeps none.
    pub uuid: Option<String>,
    /// The name; names may occur twice.
    pub name: Option<String>,
    /// When it expires; none for never.
    pub expires: Option<String>,
    /// Whole days until then; negative when past.
    pub days_left: Option<i64>,
    /// How it stands.
    pub state: TokenState,
    /// Whether it is the one in use here.
    pub in_use: bool,
    /// Whether a helper made it.
    pub ours: bool,
}

/// The tokens of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenList {
    /// The tokens, in the server's order.
    pub tokens: Vec<Token>,
}

/// A token that was made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// The token, without its secret.
    pub token: Token,
    /// The store that keeps it now.
    pub store: String,
    /// The secret, only where it was asked for by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("format" = "password")))]
    pub secret: Option<String>,
}

// A log may print the `Debug` form; the secret is left out of it.
impl std::fmt::Debug for Created {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Created")
            .field("token", &self.token)
            .field("store", &self.store)
            .field("secret", &self.secret.as_ref().map(|_| "***"))
            .finish()
    }
}

/// A token that was replaced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Rotated {
    /// The new token.
    pub token: Token,
    /// What became of the old one: `lives on until ...`, `deleted`, or why it could not be deleted.
    pub old: String,
    /// The store that keeps the new one.
    pub store: String,
    /// The files that hold the new one now, and those that could not be written.
    pub targets: Vec<TargetReport>,
    /// What else the user should know.
    pub notes: Vec<String>,
}

/// A token that was deleted on the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Revoked {
    /// The token.
    pub token: Token,
    /// What else the user should know.
    pub notes: Vec<String>,
}

/// What `elitea/token/create` takes. The secret never comes back: the helper stores it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateParams {
    /// Its name: letters, digits, `_` and `-`.
    pub name: String,
    /// How long it lives: `30d` (when left out), `12h`, `4w` or `never`.
    #[serde(default)]
    pub expires: Option<String>,
}

/// What `elitea/token/rotate` takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct RotateParams {
    /// How long the new token lives: `30d` (when left out), `12h`, `4w` or `never`.
    pub expires: Option<String>,
    /// Whether the old token is deleted once the new one is everywhere.
    pub delete_old: bool,
}

/// What `elitea/token/revoke` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RevokeParams {
    /// The token's uuid, or a name that occurs once.
    pub token: String,
    /// Whether a person agreed to delete a token that no helper made.
    #[serde(default)]
    pub confirmed: bool,
}
