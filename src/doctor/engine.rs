//! Asks the rules.

use super::facts::Facts;
use super::file::FileFacts;
use super::rule::{Finding, Found, Needs, Rule};
use super::rules::ALL;
use crate::error::{Error, Kind, Result};
use crate::order;
use crate::protocol::doctor::SkippedRule;

/// Every rule, in the order of the table.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    ALL.iter().flat_map(|rules| rules.iter())
}

/// Which rules are asked.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    only: Vec<String>,
    skip: Vec<String>,
    without_fixes: bool,
}

impl Filter {
    /// Only these, if any are named, and none of those.
    ///
    /// # Errors
    /// [`Kind::Usage`] for an id that no rule has, with a near one.
    pub fn new(only: &[String], skip: &[String]) -> Result<Self> {
        for id in only.iter().chain(skip) {
            rule(id)?;
        }
        Ok(Self { only: only.to_vec(), skip: skip.to_vec(), without_fixes: false })
    }

    /// All rules, but without those ways to mend that take long to find: for a text at each keystroke.
    pub fn at_a_glance() -> Self {
        Self { without_fixes: true, ..Self::default() }
    }

    fn takes(&self, rule: &Rule) -> bool {
        let named = |ids: &[String]| ids.iter().any(|id| id == rule.id);
        (self.only.is_empty() || named(&self.only)) && !named(&self.skip)
    }
}

/// The rule of this id.
///
/// # Errors
/// [`Kind::Usage`], with a near id.
pub fn rule(id: &str) -> Result<&'static Rule> {
    rules().find(|rule| rule.id == id).ok_or_else(|| {
        let near = rules()
            .map(|rule| (strsim::damerau_levenshtein(rule.id, id), rule.id))
            .min()
            .filter(|(distance, _)| *distance <= 4);
        Error::new(Kind::Usage, format!("no rule has the id {id}")).hint(match near {
            Some((_, near)) => format!("did you mean {near}?"),
            None => "list them: elitea-helper doctor --list".to_owned(),
        })
    })
}

/// What came of asking.
pub struct Outcome {
    /// What was found, worst first.
    pub findings: Vec<Finding>,
    /// The rules that could not be asked, with the reason.
    pub skipped: Vec<SkippedRule>,
}

/// Asks every rule about the machine and its files.
pub fn check(facts: &Facts, filter: &Filter) -> Outcome {
    let mut outcome = Outcome { findings: Vec::new(), skipped: Vec::new() };
    for rule in rules().filter(|rule| filter.takes(rule)) {
        if let Some(reason) = wanting(rule, facts) {
            // Who asks about files alone knows that nobody else was asked.
            if !facts.files_only {
                let (rule, reason) = (rule.id.to_owned(), reason.to_owned());
                outcome.skipped.push(SkippedRule { rule, reason });
            }
            continue;
        }
        if let Some(check) = rule.check.machine().filter(|_| !facts.files_only) {
            let mut found = Found::new(rule, None, !filter.without_fixes);
            check(facts, &mut found);
            outcome.findings.extend(found.finish());
        }
        for file in &facts.files {
            ask(rule, file, facts, filter, &mut outcome.findings);
        }
    }
    sort(&mut outcome.findings);
    outcome
}

/// Asks the rules that look at files about one file.
pub fn check_file(file: &FileFacts, facts: &Facts, filter: &Filter) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in rules().filter(|rule| filter.takes(rule) && wanting(rule, facts).is_none()) {
        ask(rule, file, facts, filter, &mut findings);
    }
    sort(&mut findings);
    findings
}

/// Why what a rule needs is not known.
fn wanting<'f>(rule: &Rule, facts: &'f Facts) -> Option<&'f str> {
    let known = match rule.needs {
        Needs::Nothing => true,
        Needs::Network => !facts.offline,
        Needs::Server => facts.unasked.is_none(),
        Needs::Lists => facts.listed.projects.is_some() || facts.listed.models.is_some(),
    };
    (!known).then(|| facts.unasked.as_deref().unwrap_or(if facts.offline { "offline" } else { "not listed" }))
}

fn ask(rule: &'static Rule, file: &FileFacts, facts: &Facts, filter: &Filter, findings: &mut Vec<Finding>) {
    let Some(check) = rule.check.file() else { return };
    let mut found = Found::new(rule, Some(&file.path), !filter.without_fixes);
    check(file, facts, &mut found);
    findings.extend(found.finish());
}

/// Worst first, then as the table and the files have them.
fn sort(findings: &mut Vec<Finding>) {
    order::sort_by_key(findings, |finding| finding.severity);
}
