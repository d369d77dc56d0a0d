//! `doctor`: what is wrong, where, why, and what mends it.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::mask::{MASK, mask, secrets};
use super::{Ctx, facts};
use crate::doctor::{self, Facts, FileFacts, Filter, Rule};
use crate::error::{Error, Place, Result};
use crate::protocol::doctor::{DoctorReport, Excerpt, Finding, FindingPlace, Fix, RuleInfo, RuleList};
use crate::protocol::error::Failure;

/// A line that is longer is not shown, in bytes.
const LONGEST_EXCERPT: usize = 4096;

/// Which rules are asked, about what.
#[derive(Clone, Debug, Default)]
pub struct Doctor {
    /// Only these files, and the config files in these folders; none: the whole machine.
    pub paths: Vec<PathBuf>,
    /// Only these rules; none: all.
    pub only: Vec<String>,
    /// All but these rules.
    pub skip: Vec<String>,
}

/// Asks every rule.
///
/// # Errors
/// [`Usage`](crate::error::Kind::Usage) for a rule that is not known, and what keeps a file that was
/// named from being read. What is wrong with the machine is a finding, not an error.
pub async fn doctor(ctx: &Ctx, asked: &Doctor) -> Result<DoctorReport> {
    let filter = Filter::new(&asked.only, &asked.skip)?;
    let facts = if asked.paths.is_empty() {
        let mut facts = facts::of_machine(ctx).await?;
        // What was found damaged on the way is one more thing to tell.
        facts.own.damaged = ctx.state.take_warnings();
        facts
    } else {
        facts::of_files(ctx, &asked.paths)?
    };
    let outcome = doctor::check(&facts, &filter);
    let mut texts: HashMap<&Path, Shown<'_>> = HashMap::new();
    let mut findings = Vec::with_capacity(outcome.findings.len());
    for finding in &outcome.findings {
        let file = finding.file.as_deref().and_then(|path| facts.files.iter().find(|file| file.path == path));
        let file = file.map(|file| &*texts.entry(&file.path).or_insert_with(|| Shown::of(file)));
        findings.push(shown(finding, file));
    }
    Ok(DoctorReport { findings, skipped: outcome.skipped, files: files(&facts) })
}

/// The table of rules.
pub fn rule_list() -> RuleList {
    RuleList { rules: doctor::rules().map(info).collect() }
}

/// One rule.
///
/// # Errors
/// [`Usage`](crate::error::Kind::Usage), with a near id.
pub fn explain_rule(id: &str) -> Result<RuleInfo> {
    doctor::rule(id).map(info)
}

fn info(rule: &Rule) -> RuleInfo {
    RuleInfo {
        id: rule.id.to_owned(),
        severity: rule.severity,
        title: rule.title.to_owned(),
        why: rule.why.to_owned(),
        help: rule.help.to_owned(),
        needs_server: rule.needs != doctor::Needs::Nothing,
        repairs: rule.repairs,
    }
}

/// A finding about the machine as a failure: a command that needs what is wrong fails so.
pub(super) fn failure(finding: &doctor::Finding) -> Failure {
    let mut error = Error::new(finding.kind, mask(&finding.message, &[], ""));
    error.hint = finding.advice.as_ref().map(|advice| match &finding.command {
        Some(command) => format!("{advice}: {command}"),
        None => advice.clone(),
    });
    Failure::from(&error)
}

fn files(facts: &Facts) -> Vec<String> {
    facts.files.iter().filter(|file| file.exists).map(|file| file.path.display().to_string()).collect()
}

/// A file of which excerpts are shown, and the secrets in it, which are looked for once.
pub(super) struct Shown<'f> {
    file: &'f FileFacts,
    secrets: Vec<Range<usize>>,
}

impl<'f> Shown<'f> {
    pub(super) fn of(file: &'f FileFacts) -> Self {
        let known: Vec<_> =
            file.keys.iter().filter(|key| key.is_secret()).map(|key| key.raw.clone()).collect();
        let secrets = secrets(&file.text, &known).into_iter().map(|(span, _)| span).collect();
        Self { file, secrets }
    }
}

/// A finding as it crosses the wire, without an excerpt of its file.
pub fn told(finding: &doctor::Finding) -> Finding {
    shown(finding, None)
}

/// A finding as it crosses the wire.
pub(super) fn shown(finding: &doctor::Finding, file: Option<&Shown<'_>>) -> Finding {
    let place = finding.file.as_deref().map(|path| place(path, finding.range.as_ref(), file));
    let ways = if finding.is_safe() { &[] } else { finding.fixes.as_slice() };
    let fix = finding.advice.clone().map(|title| Fix {
        title,
        safe: finding.is_safe(),
        command: finding.command.clone(),
        ways: ways.iter().map(|fix| fix.title.clone()).collect(),
    });
    Finding {
        rule: finding.rule.id.to_owned(),
        severity: finding.severity,
        message: mask(&finding.message, &[], ""),
        place,
        why: finding.rule.why.to_owned(),
        fix,
        explain: format!("elitea-helper doctor --explain {}", finding.rule.id),
    }
}

fn place(path: &Path, range: Option<&Range<usize>>, shown: Option<&Shown<'_>>) -> FindingPlace {
    let mut place = FindingPlace {
        file: path.display().to_string(),
        line: None,
        column: None,
        end_line: None,
        end_column: None,
        excerpt: None,
    };
    if let (Some(range), Some(shown)) = (range, shown) {
        let file = shown.file;
        // The byte order mark is no character of the first line.
        let bom = file.text.len() - file.text.trim_start_matches('\u{feff}').len();
        let at = |offset: usize| Place::of(&file.text[bom..], offset.saturating_sub(bom));
        let (start, end) = (at(range.start), at(range.end));
        (place.line, place.column) = (Some(start.line), Some(start.column));
        (place.end_line, place.end_column) = (Some(end.line), Some(end.column));
        place.excerpt = excerpt(shown, range);
    }
    place
}

/// The lines of a finding with one before and one after, secrets masked.
fn excerpt(shown: &Shown<'_>, range: &Range<usize>) -> Option<Excerpt> {
    let text = shown.file.text.as_str();
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |at| at + 1);
    let line_end = |at: usize| text[at..].find('\n').map_or(text.len(), |end| at + end);
    let first = line_start(range.start);
    let start = if first == 0 { 0 } else { line_start(first - 1) };
    let last = line_end(range.end.max(range.start));
    let end = if last == text.len() { last } else { line_end(last + 1) };
    if end - start > LONGEST_EXCERPT {
        return None;
    }
    let spans: Vec<Range<usize>> = shown
        .secrets
        .iter()
        .map(|span| span.start.max(start)..span.end.min(end))
        .filter(|span| span.start < span.end)
        .collect();
    let mut shown = String::with_capacity(end - start);
    let mut at = start;
    for span in &spans {
        shown.push_str(&text[at..span.start]);
        shown.push_str(MASK);
        at = span.end;
    }
    shown.push_str(&text[at..end]);
    Some(Excerpt {
        line: text[..start].matches('\n').count() + 1,
        text: shown,
        start: masked_offset(range.start, start, &spans),
        end: masked_offset(range.end, start, &spans),
    })
}

/// Where a byte of the text is found in the excerpt that starts at `start`; one inside of a secret is
/// found where its mask starts.
fn masked_offset(offset: usize, start: usize, spans: &[Range<usize>]) -> usize {
    let before = spans.iter().take_while(|span| span.start < offset);
    before.fold(offset - start, |at, span| {
        at + MASK.len().min(offset.min(span.end) - span.start) - (offset.min(span.end) - span.start)
    })
}
