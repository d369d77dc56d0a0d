//! Where values come from: of our own settings, and of the keys in the files of IDEs.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::config::TargetRef;
use super::error::Failure;

/// Where our own `config.toml` stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ConfigPath {
    /// The file.
    pub path: String,
    /// Whether it exists.
    pub exists: bool,
}

/// Settings of ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SettingList {
    /// The settings, in the order of the table of settings.
    pub settings: Vec<Setting>,
}

/// A setting of ours and its story.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Setting {
    /// Its key: `server`, `network.proxy`.
    pub key: String,
    /// What it does, in a sentence without a full stop.
    pub doc: String,
    /// What it may hold, for people.
    pub expected: String,
    /// The value that counts, secrets masked; null where nothing sets it and it has no default.
    pub value: Value,
    /// What set it.
    pub source: SettingSource,
    /// The values that it hides, the strongest first.
    pub hidden: Vec<HiddenSetting>,
}

/// What sets a setting of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SettingSource {
    /// `locked`, `flag`, `environment`, `workspace`, `config` (the user's `config.toml`), `machine`
    /// or `builtIn`.
    pub kind: String,
    /// The flag, the variable or the profile, where there is one.
    pub name: Option<String>,
    /// The file, where it is one.
    pub file: Option<String>,
    /// The line in that file, from 1.
    pub line: Option<usize>,
    /// All of that, for people.
    pub text: String,
}

/// A value that a stronger source hides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct HiddenSetting {
    /// The value, secrets masked.
    pub value: Value,
    /// What set it.
    pub source: SettingSource,
}

/// What `config set` and `config unset` did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SettingChanged {
    /// Our `config.toml`.
    pub file: String,
    /// Whether the file was changed; it is not where it says so already.
    pub changed: bool,
    /// The setting as it is from now on.
    pub setting: Setting,
}

/// What `explain` found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Explained {
    /// The settings of ours that are meant.
    pub settings: Vec<Setting>,
    /// The keys of IDEs that are meant, once for each window in which one could be in effect.
    pub keys: Vec<KeyStory>,
    /// The files that cannot be read, with the place.
    pub unreadable: Vec<Unreadable>,
}

/// One key in one window of one IDE.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct KeyStory {
    /// The key as it is written in the file, or `component/option`.
    pub key: String,
    /// Where it is looked at.
    pub window: Window,
    /// The value in effect, secrets masked; null where no file sets it, so that its reader's own
    /// default counts.
    pub value: Value,
    /// Whether every file of the window could be read, so that there is no more to it.
    pub complete: bool,
    /// Every value that stands in the files of the window, the strongest first.
    pub sources: Vec<KeySource>,
    /// The files from which the user took the key out after we had written it.
    pub deleted: Vec<String>,
}

/// A way in which an IDE's files come together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Window {
    /// The IDE's id.
    pub ide: String,
    /// The IDE's name.
    pub ide_name: String,
    /// The VS Code profile; none: the default one. In JetBrains IDEs the project.
    pub label: Option<String>,
    /// Whether the IDE runs on another machine and only its server on this one: the settings of its
    /// user are there, and not known here.
    pub remote: bool,
    /// The folder or the `.code-workspace` that is open; none: no workspace.
    pub opened: Option<String>,
}

/// One value in one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct KeySource {
    /// Which file.
    pub target: TargetRef,
    /// Line of the value, from 1.
    pub line: usize,
    /// Column of the value, from 1, in Unicode scalar values.
    pub column: usize,
    /// The value, secrets masked.
    pub value: Value,
    /// What becomes of it.
    pub standing: Standing,
    /// Who wrote it.
    pub author: Author,
}

/// What becomes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// It is in effect.
    InEffect,
    /// A stronger file says something, too.
    Overridden,
    /// Something further down in the same file takes its place.
    Duplicate,
    /// The default profile's value goes for all profiles (`workbench.settings.applyToAllProfiles`).
    OfAllProfiles,
    /// A folder's file says nothing about such a key while a `.code-workspace` is open.
    NotOfFolders,
}

/// Who wrote a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Author {
    /// Who.
    pub who: Who,
    /// When we wrote this key last, where the history still tells.
    pub last_write: Option<LastWrite>,
}

/// Who wrote a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Who {
    /// We did.
    Helper,
    /// The user, over what we had written.
    UserSince,
    /// The user, who told us to keep off the key.
    UserKept,
    /// The user or another program; we never wrote this key.
    User,
    /// It cannot be told, as what we remember of the file was written by a newer version.
    Unknown,
}

/// A write of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LastWrite {
    /// The history's entry.
    pub history: String,
    /// When.
    pub time: String,
    /// What we did: `apply`, `rotate`, ...
    pub verb: String,
}

/// A file that cannot be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Unreadable {
    /// Which file.
    pub target: TargetRef,
    /// Why, and where.
    pub error: Failure,
}

/// What `elitea/config/explain` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExplainParams {
    /// A setting of ours, a key of a reader's, the beginning of some, or `elitea` for all.
    pub key: String,
}
