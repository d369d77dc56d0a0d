//! Plans, and what became of them.

use serde::{Deserialize, Serialize};

use super::error::Failure;

/// One config file of one IDE at one scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TargetRef {
    /// The IDE's id, as `--ide` takes it.
    pub ide: String,
    /// The IDE's name, as people know it.
    pub ide_name: String,
    /// `user`, `machine` or `workspace`.
    pub scope: String,
    /// The VS Code profile or the project, where it has a name.
    pub label: Option<String>,
    /// The file.
    pub path: String,
    /// The template that says which keys it gets.
    pub template: String,
}

/// How a target stands after a verb went over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum TargetState {
    /// Nothing to do.
    InOrder,
    /// It would change.
    Pending,
    /// It was changed.
    Written,
    /// At least one key is in conflict; the others are as they should be.
    Conflict,
    /// The editor holds the change unsaved; it counts once the file is saved.
    Unsaved,
    /// It was not touched, because of `error`.
    Refused,
}

/// One key of a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct KeyReport {
    /// The key as it is written in the file, or `component/option`.
    pub key: String,
    /// `inserted`, `updated`, `unchanged`, `adopted`, `takenOver`, `conflict`, `gone`, `released`,
    /// `removed`, `restored`, `left` or `refusedSecret` (a redacted token where no token may
    /// be written).
    pub outcome: String,
    /// What stands in the file instead, where the outcome is `conflict`; secrets masked.
    pub theirs: Option<String>,
}

/// One target of a plan, an apply, a removal or an undo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TargetReport {
    /// Which file.
    pub target: TargetRef,
    /// How it stands.
    pub state: TargetState,
    /// The keys that are ours or wanted.
    pub keys: Vec<KeyReport>,
    /// Unified diff, secrets masked; empty where nothing changes.
    pub diff: String,
    /// What the user should know about this target, such as why it gets no token.
    pub notes: Vec<String>,
    /// Why it was refused.
    pub error: Option<Failure>,
}

/// A candidate that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Skipped {
    /// The IDE's id.
    pub ide: String,
    /// The file or folder that was looked at.
    pub path: String,
    /// Whether the IDE is there at all.
    pub installed: bool,
    /// Why it was left out.
    pub reason: String,
}

/// What would change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Names exactly this plan: `apply --plan ID` carries it out or fails as stale.
    pub id: String,
    /// The targets.
    pub targets: Vec<TargetReport>,
    /// The candidates that were left out.
    pub skipped: Vec<Skipped>,
    /// What else the user should know.
    pub notes: Vec<String>,
}

/// What was changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Applied {
    /// The entry of the history, for `undo`; none where nothing was written.
    pub history: Option<String>,
    /// The targets.
    pub targets: Vec<TargetReport>,
    /// The candidates that were left out.
    pub skipped: Vec<Skipped>,
    /// What else the user should know.
    pub notes: Vec<String>,
}

/// The history, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct History {
    /// Its entries.
    pub entries: Vec<HistoryEntry>,
}

/// One entry of the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// Its id, as `undo` takes it.
    pub id: String,
    /// When.
    pub time: String,
    /// `apply`, `resolve`, `remove`, `undo`, `logout` or `rotate`.
    pub verb: String,
    /// The files that were written.
    pub files: Vec<String>,
    /// The entry that took this one back.
    pub undone: Option<String>,
}

impl KeyReport {
    /// Whether `resolve` may settle it: it is in conflict, deleted or released.
    pub fn is_open(&self) -> bool {
        matches!(self.outcome.as_str(), "conflict" | "gone" | "released")
    }
}

impl TargetReport {
    /// Whether this target keeps the whole from being in order.
    pub fn is_open(&self) -> bool {
        matches!(self.state, TargetState::Pending | TargetState::Conflict | TargetState::Refused)
    }
}

/// Which targets are meant; nothing named: the registered ones, and every IDE with a reader installed.
/// What `elitea/config/plan` and `elitea/config/remove` take.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct TargetParams {
    /// IDE ids, or `all`.
    pub ides: Vec<String>,
    /// `user`, `machine`, `workspace`.
    pub scopes: Vec<String>,
    /// The folder, or `.code-workspace`, whose workspace files are meant.
    pub workspace: Option<String>,
    /// Whether the projects that JetBrains IDEs list as recent are meant.
    pub recent: bool,
    /// Config files.
    pub paths: Vec<String>,
}

/// What `elitea/config/apply` takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct ApplyParams {
    /// The plan that is carried out or fails as stale; none: whatever the plan is now.
    pub plan: Option<String>,
    /// The targets.
    #[serde(flatten)]
    pub targets: TargetParams,
}

/// How a key in conflict is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Settle {
    /// The user's value stays, and is neither touched nor reported again.
    Keep,
    /// Ours is written.
    Take,
}

/// What `elitea/config/resolve` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ResolveParams {
    /// The keys, as reports name them.
    pub keys: Vec<String>,
    /// What becomes of them.
    pub choice: Settle,
    /// The targets.
    #[serde(flatten)]
    pub targets: TargetParams,
}

/// What `elitea/config/undo` takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct UndoParams {
    /// An entry of the history; none: the last one.
    pub id: Option<String>,
}
