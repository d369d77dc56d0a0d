//! The settings file as ELITEA's web page offers it.

use serde::{Deserialize, Serialize};

/// A rendered file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rendered {
    /// The template.
    pub template: String,
    /// The name that the page gives the download.
    pub file_name: String,
    /// The bytes. The page's own placeholder stands for the token unless the token was asked for.
    pub text: String,
}
