//! Mends a file's text as far as the rules know how.

use super::engine::{Filter, check_file};
use super::facts::Facts;
use super::file::FileFacts;
use super::rule::Finding;
use crate::merge::mend::Change;

/// How often a text is looked at anew; each time at least one finding goes.
const ROUNDS: usize = 200;

/// What a person answers to a finding with several ways to mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// This one of its ways.
    Way(usize),
    /// None: it stays.
    Leave,
}

/// What became of a text.
pub struct Mending {
    /// The text as it is now.
    pub file: FileFacts,
    /// What was done, in the imperative.
    pub mended: Vec<String>,
    /// What is left, worst first.
    pub left: Vec<Finding>,
}

/// Mends what has one possible outcome, and asks `choose` about the rest, until nothing is left
/// that could be mended.
pub fn mend(
    file: &FileFacts,
    facts: &Facts,
    filter: &Filter,
    choose: &mut dyn FnMut(&FileFacts, &Finding) -> Chosen,
) -> Mending {
    let mut file = file.clone();
    let mut mended = Vec::new();
    let mut refused: Vec<(&'static str, String)> = Vec::new();
    for _ in 0..ROUNDS {
        let findings = check_file(&file, facts, filter);
        let is_refused = |finding: &Finding| {
            refused.iter().any(|(id, words)| *id == finding.rule.id && *words == finding.message)
        };
        let safe = findings.iter().find(|finding| finding.is_safe());
        let fix = match safe {
            Some(finding) => finding.fixes[0].clone(),
            None => match findings.iter().find(|finding| finding.is_choice() && !is_refused(finding)) {
                None => return Mending { file, mended, left: findings },
                Some(finding) => match choose(&file, finding) {
                    Chosen::Way(way) if way < finding.fixes.len() => finding.fixes[way].clone(),
                    _ => {
                        refused.push((finding.rule.id, finding.message.clone()));
                        continue;
                    }
                },
            },
        };
        let Some(text) = applied(&file.text, &fix.changes) else {
            let left = check_file(&file, facts, filter);
            return Mending { file, mended, left };
        };
        mended.push(fix.title);
        file = file.with_text(&text);
    }
    let left = check_file(&file, facts, filter);
    Mending { file, mended, left }
}

/// The text with these changes, which stand in its order; none where they do not fit it.
pub(super) fn applied(text: &str, changes: &[Change]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for Change { range, with, .. } in changes {
        out.push_str(text.get(done..range.start)?);
        out.push_str(with);
        done = range.end;
    }
    out.push_str(text.get(done..)?);
    Some(out)
}
