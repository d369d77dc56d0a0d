//! The IDEs of this machine.

use serde::{Deserialize, Serialize};

use super::config::{Skipped, TargetRef};

/// Every IDE found, and every candidate that was not one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct IdeList {
    /// IDEs that are installed, with their settings folder.
    pub installed: Vec<Installed>,
    /// The config files of them.
    pub targets: Vec<FoundTarget>,
    /// The candidates that were left out.
    pub skipped: Vec<Skipped>,
}

/// One installed IDE.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Installed {
    /// The IDE's id.
    pub ide: String,
    /// The IDE's name.
    pub ide_name: String,
    /// Its version, where the settings folder tells.
    pub version: Option<String>,
    /// The settings folder.
    pub path: String,
    /// What reads the keys there.
    pub reader: Option<Reader>,
}

/// What reads the keys of a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Reader {
    /// Its name.
    pub name: String,
    /// Its version, where it is known.
    pub version: Option<String>,
}

/// One config file that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FoundTarget {
    /// Which file.
    #[serde(flatten)]
    pub target: TargetRef,
    /// What reads its keys; none: nothing that is installed.
    pub reader: Option<Reader>,
    /// Whether the file exists.
    pub exists: bool,
    /// Whether it is kept in order.
    pub registered: bool,
}
