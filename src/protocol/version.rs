//! What this program is.

use serde::{Deserialize, Serialize};

/// Version, protocol, commit and what was compiled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// The release.
    pub version: String,
    /// The protocol's number.
    pub protocol: u32,
    /// The commit it was built from, where the build said so.
    pub commit: Option<String>,
    /// The stores of tokens that it knows.
    pub stores: Vec<String>,
}
