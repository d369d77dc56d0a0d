//! What the doctor found, and what a repair did.

use serde::{Deserialize, Serialize};

use super::config::TargetReport;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// It does not work.
    Error,
    /// It works by luck, not for long, or not safely.
    Warning,
    /// Worth knowing; nothing has to be done.
    Info,
}

/// Everything the doctor found, worst first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DoctorReport {
    /// The findings, worst first.
    pub findings: Vec<Finding>,
    /// The rules that were not asked, with the reason.
    pub skipped: Vec<SkippedRule>,
    /// The files that were looked at.
    pub files: Vec<String>,
}

/// A rule that was not asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SkippedRule {
    /// The rule's id.
    pub rule: String,
    /// Why.
    pub reason: String,
}

/// One thing that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The rule's id, which never changes.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop; secrets masked.
    pub message: String,
    /// Where, if it is in a file.
    pub place: Option<FindingPlace>,
    /// Why it matters.
    pub why: String,
    /// What mends it.
    pub fix: Option<Fix>,
    /// The command that explains the rule.
    pub explain: String,
}

/// Where a finding is. Lines and columns count from 1, columns in Unicode scalar values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FindingPlace {
    /// The file.
    pub file: String,
    /// Line of the first character; none: the file as a whole.
    pub line: Option<usize>,
    /// Column of the first character.
    pub column: Option<usize>,
    /// Line after the last character.
    pub end_line: Option<usize>,
    /// Column after the last character.
    pub end_column: Option<usize>,
    /// The lines around it, as a code frame shows them.
    pub excerpt: Option<Excerpt>,
}

/// Some lines of a file, secrets masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Excerpt {
    /// The number of the first line.
    pub line: usize,
    /// The lines.
    pub text: String,
    /// Where in `text` the finding starts, in bytes of UTF-8.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// What mends a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Fix {
    /// What it does, in the imperative.
    pub title: String,
    /// Whether it may be done unasked: it has one possible outcome.
    pub safe: bool,
    /// The command that does it, or that asks which of several ways to take.
    pub command: Option<String>,
    /// The ways there are, fewest changed bytes first, where a person has to choose.
    pub ways: Vec<String>,
}

/// One row of the table of rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RuleInfo {
    /// The id.
    pub id: String,
    /// How bad its findings are.
    pub severity: Severity,
    /// What it finds, in a few words.
    pub title: String,
    /// Why that matters.
    pub why: String,
    /// What to do about it.
    pub help: String,
    /// Whether the server has to be asked for it.
    pub needs_server: bool,
    /// Whether `repair` can mend what it finds.
    pub repairs: bool,
}

/// The rules of the doctor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RuleList {
    /// All of them, in the order of the table.
    pub rules: Vec<RuleInfo>,
}

/// What a repair did, or would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Repaired {
    /// The entry of the history, for `undo`; none where nothing was written.
    pub history: Option<String>,
    /// The files.
    pub files: Vec<RepairedFile>,
}

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RepairedFile {
    /// The file with its diff and how it stands now.
    pub report: TargetReport,
    /// What was mended, in the imperative.
    pub mended: Vec<String>,
    /// What is left, worst first.
    pub left: Vec<Finding>,
}

/// A support report that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Bundle {
    /// Where.
    pub path: String,
    /// How long it is.
    pub bytes: usize,
}

/// What `elitea/doctor/run` takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct RunParams {
    /// Only these files; none: the whole machine.
    pub paths: Vec<String>,
    /// Only these rules; none: all.
    pub only: Vec<String>,
    /// All but these rules.
    pub skip: Vec<String>,
}

/// What `elitea/doctor/repair` takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct RepairParams {
    /// Whether it only tells what it would do.
    pub check: bool,
    /// The ways that a person chose.
    pub choices: Vec<RepairChoice>,
    /// The targets; nothing named: all files that the doctor looks at.
    #[serde(flatten)]
    pub targets: super::config::TargetParams,
}

/// The way that a person chose to mend a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RepairChoice {
    /// The finding's rule.
    pub rule: String,
    /// The file that it is in.
    pub file: String,
    /// Its line, where a file has several findings of the rule.
    #[serde(default)]
    pub line: Option<usize>,
    /// The way's number among the fix's `ways`, from 0.
    pub way: usize,
}

/// What `elitea/doctor/bundle` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct BundleParams {
    /// The file to write, where none may be yet.
    pub path: String,
}
