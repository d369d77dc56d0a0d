//! A rule, and what it finds.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::facts::Facts;
use super::file::FileFacts;
use super::rules::quoted;
use crate::error::{Error, Kind};
use crate::merge::mend::Change;
use crate::order;
use crate::protocol::doctor::Severity;

/// What a check looks at.
#[derive(Clone, Copy)]
pub enum Check {
    /// The machine as a whole.
    Machine(fn(&Facts, &mut Found)),
    /// One file.
    File(fn(&FileFacts, &Facts, &mut Found)),
    /// The machine as a whole, and each file.
    Both(fn(&Facts, &mut Found), fn(&FileFacts, &Facts, &mut Found)),
}

impl Check {
    /// What it asks about the machine.
    pub(super) fn machine(self) -> Option<fn(&Facts, &mut Found)> {
        match self {
            Self::Machine(check) | Self::Both(check, _) => Some(check),
            Self::File(_) => None,
        }
    }

    /// What it asks about a file.
    pub(super) fn file(self) -> Option<fn(&FileFacts, &Facts, &mut Found)> {
        match self {
            Self::File(check) | Self::Both(_, check) => Some(check),
            Self::Machine(_) => None,
        }
    }
}

/// What has to be known before a rule can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing but the files.
    Nothing,
    /// That the network was used, whatever came of it.
    Network,
    /// What the server answers to the token.
    Server,
    /// What the server lists, now or when it was last asked.
    Lists,
}

/// One row of the table of rules.
pub struct Rule {
    /// Its id in kebab-case, which never changes.
    pub id: &'static str,
    /// How bad what it finds is.
    pub severity: Severity,
    /// What it finds, in a few words.
    pub title: &'static str,
    /// Why that matters, in a sentence or two.
    pub why: &'static str,
    /// What to do about it, in a few sentences.
    pub help: &'static str,
    /// What has to be known.
    pub needs: Needs,
    /// Whether `repair` can mend it, at least sometimes.
    pub repairs: bool,
    /// The check.
    pub check: Check,
}

/// One way to mend a finding in its file.
#[derive(Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in the imperative.
    pub title: String,
    /// The changes of the text, in its order.
    pub changes: Vec<Change>,
}

impl Fix {
    /// How many bytes go or come.
    pub fn bytes_changed(&self) -> usize {
        self.changes.iter().map(|change| change.range.len() + change.with.len()).sum()
    }
}

/// One thing that is not as it should be.
#[derive(Clone)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// How bad it is: as bad as its rule says, or worth knowing only.
    pub severity: Severity,
    /// The class of failure that it is for a command that needs what is wrong.
    pub kind: Kind,
    /// What is wrong, in one sentence without a full stop; no secret in it.
    pub message: String,
    /// The file, if it is in one.
    pub file: Option<PathBuf>,
    /// The bytes of the file's text.
    pub range: Option<Range<usize>>,
    /// The key that it is about, as reports name it, where it says how that stands against the plan.
    pub key: Option<String>,
    /// The ways to mend it in the file; the one that changes the fewest bytes stands first.
    pub fixes: Vec<Fix>,
    /// Whether a person has to be asked, even where there is one way only.
    pub asks: bool,
    /// The command that mends it, where that is no repair of the file's text.
    pub command: Option<String>,
    /// What that command does, in the imperative.
    pub advice: Option<String>,
}

impl Finding {
    /// Whether it may be mended unasked: there is one way, and nobody need be asked about it.
    pub fn is_safe(&self) -> bool {
        self.fixes.len() == 1 && !self.asks
    }

    /// Whether it can be mended, and a person has to say so.
    pub fn is_choice(&self) -> bool {
        !self.fixes.is_empty() && !self.is_safe()
    }
}

/// Where a check puts its findings.
pub struct Found {
    rule: &'static Rule,
    file: Option<PathBuf>,
    wants_fixes: bool,
    findings: Vec<Finding>,
}

impl Found {
    /// For the findings of a rule, in a file or in none.
    pub(super) fn new(rule: &'static Rule, file: Option<&Path>, wants_fixes: bool) -> Self {
        Self { rule, file: file.map(Path::to_path_buf), wants_fixes, findings: Vec::new() }
    }

    /// Whether the ways to mend are wanted where they take long to find.
    pub(super) fn wants_fixes(&self) -> bool {
        self.wants_fixes
    }

    /// Adds a finding; what is returned says more about it.
    pub fn add(&mut self, message: impl Into<String>) -> Added<'_> {
        self.findings.push(Finding {
            rule: self.rule,
            severity: self.rule.severity,
            kind: Kind::Findings,
            message: message.into(),
            file: self.file.clone(),
            range: None,
            key: None,
            fixes: Vec::new(),
            asks: false,
            command: None,
            advice: None,
        });
        let last = self.findings.len() - 1;
        Added(&mut self.findings[last])
    }

    /// Adds what an error says: its message, and its hint as advice.
    pub fn add_error(&mut self, error: &Error) -> Added<'_> {
        let added = self.add(error.message.clone()).kind(error.kind);
        match &error.hint {
            Some(hint) => added.advice(hint.clone()),
            None => added,
        }
    }

    /// All of them.
    pub(super) fn finish(mut self) -> Vec<Finding> {
        for finding in &mut self.findings {
            order::sort_by_key(&mut finding.fixes, Fix::bytes_changed);
            let (Some(file), Some(first)) = (&finding.file, finding.fixes.first()) else { continue };
            if finding.advice.is_none() {
                let several = || "decide which way to mend it".to_owned();
                let title = if finding.fixes.len() == 1 { first.title.clone() } else { several() };
                finding.advice = Some(title);
                finding.command = Some(format!("elitea-helper repair {}", quoted(file)));
            }
        }
        self.findings
    }
}

/// A finding that was just added.
pub struct Added<'f>(&'f mut Finding);

impl Added<'_> {
    /// Says that it is worth knowing, and that nothing has to be done.
    #[allow(clippy::return_self_not_must_use, reason = "what it says is kept in the finding")]
    pub fn mild(self) -> Self {
        self.0.severity = Severity::Info;
        self
    }

    /// Says which class of failure it is.
    #[allow(clippy::return_self_not_must_use, reason = "what it says is kept in the finding")]
    pub fn kind(self, kind: Kind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Says where it is in the file.
    #[allow(clippy::return_self_not_must_use, reason = "what it says is kept in the finding")]
    pub fn at(self, range: Range<usize>) -> Self {
        self.0.range = Some(range);
        self
    }

    /// Says of which key it tells how it stands against the plan.
    #[allow(clippy::return_self_not_must_use, reason = "what it says is kept in the finding")]
    pub fn of_key(self, key: &str) -> Self {
        self.0.key = Some(key.to_owned());
        self
    }

    /// Says in which file it is, for a check of the whole machine.
    #[allow(clippy::return_self_not_must_use, reason = "what it says is kept in the finding")]
    pub fn in_file(self, file: &Path) -> Self {
        self.0.file = Some(file.to_path_buf());
        self
    }

    /// Gives one more way to mend it.
    #[allow(clippy::return_self_not_must_use, reason = "what it says is kept in the finding")]
    pub fn fix(self, title: impl Into<String>, changes: Vec<Change>) -> Self {
        self.0.fixes.push(Fix { title: title.into(), changes });
        self
    }

    /// Says that a person has to be asked before it is mended.
    #[allow(clippy::return_self_not_must_use, reason = "what it says is kept in the finding")]
    pub fn asks(self) -> Self {
        self.0.asks = true;
        self
    }

    /// Gives the command that mends it, and what that does, in the imperative.
    #[allow(clippy::return_self_not_must_use, reason = "what it says is kept in the finding")]
    pub fn command(self, advice: impl Into<String>, command: impl Into<String>) -> Self {
        self.0.advice = Some(advice.into());
        self.0.command = Some(command.into());
        self
    }

    /// Says what to do where no command does it.
    #[allow(clippy::return_self_not_must_use, reason = "what it says is kept in the finding")]
    pub fn advice(self, advice: impl Into<String>) -> Self {
        self.0.advice = Some(advice.into());
        self
    }
}
