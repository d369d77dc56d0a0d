//! A failure, as `--json` prints it and JSON-RPC's `data` carries it.

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// What happened, where, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// Stable name, such as `E_TOKEN_EXPIRED`.
    pub code: String,
    /// What happened.
    pub message: String,
    /// The file, where one is meant.
    pub file: Option<String>,
    /// Its line, from 1.
    pub line: Option<usize>,
    /// Its column, from 1, in Unicode scalar values.
    pub column: Option<usize>,
    /// What to do next.
    pub hint: Option<String>,
    /// What one may choose from, where a choice is missing.
    pub choices: Vec<String>,
    /// Whether the same call may succeed later without anybody changing anything.
    pub retryable: bool,
}

/// The document that stands in place of a report when a verb fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Failed {
    /// The failure.
    pub error: Failure,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let row = error.kind.row();
        Self {
            code: row.code.to_owned(),
            message: error.message.clone(),
            file: error.place.as_ref().and_then(|place| place.file.as_ref()).map(|f| f.display().to_string()),
            line: error.place.as_ref().map(|place| place.line),
            column: error.place.as_ref().map(|place| place.column),
            hint: error.hint.clone(),
            choices: error.choices.clone(),
            retryable: row.retryable,
        }
    }
}
