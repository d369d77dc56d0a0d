//! The settings file as ELITEA's web page offers it.

use serde::{Deserialize, Serialize};

/// A rendered file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Rendered {
    /// The template.
    pub template: String,
    /// The name that the page gives the download.
    pub file_name: String,
    /// The bytes. The page's own placeholder stands for the token unless the token was asked for.
    pub text: String,
}

// A log may print the `Debug` form; the text, which may hold a token, is left out of it.
impl std::fmt::Debug for Rendered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rendered")
            .field("template", &self.template)
            .field("file_name", &self.file_name)
            .finish_non_exhaustive()
    }
}

/// What `elitea/settings/render` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RenderParams {
    /// The template: `vscode`, `jetbrains`, or one of the user's own.
    pub ide: String,
    /// Refused where it is true: a token never crosses the wire to a client.
    #[serde(default)]
    pub with_token: bool,
}
