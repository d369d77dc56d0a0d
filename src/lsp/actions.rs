//! Quick fixes and fix-all: the doctor's ways to mend what it found, as edits of the open text.

use std::ops::Range;

use serde_json::json;
use tower_lsp::lsp_types::{
    CodeAction, CodeActionContext, CodeActionKind, CodeActionOrCommand, Command, Diagnostic, NumberOrString,
};

use super::diagnostics::{SOURCE, diagnostic};
use super::documents::Read;
use super::edits::{self, Change};
use crate::doctor::{self, Chosen, Filter, Finding};

/// The kind of the action that mends all that can be mended unasked.
pub(super) const FIX_ALL: &str = "source.fixAll.elitea";

/// What the client can do with an action.
#[derive(Clone, Copy, Debug)]
pub(super) struct Abilities {
    /// Whether it checks the version of what it changes.
    pub(super) versioned_edits: bool,
    /// Whether it knows our commands.
    pub(super) commands: bool,
}

/// What can be done about these bytes. What the client shows beside them is meant, too: an editor whose
/// cursor cannot stand behind the end of a line names all that it shows on that line.
pub(super) fn actions(
    read: &Read,
    at: &Range<usize>,
    context: &CodeActionContext,
    abilities: Abilities,
) -> Vec<CodeActionOrCommand> {
    let mut offered = Vec::new();
    if is_asked(context, "quickfix") {
        let touches = |finding: &Finding| {
            let range = finding.range.clone().unwrap_or(0..0);
            range.start <= at.end && at.start <= range.end
        };
        for finding in read.findings() {
            let told = told(read, finding, context);
            if told.is_none() && !touches(finding) {
                continue;
            }
            let fixes = finding.fixes.iter().enumerate();
            offered.extend(fixes.filter_map(|(number, fix)| {
                let changes: Vec<Change> =
                    fix.changes.iter().map(|change| (change.range.clone(), change.with.clone())).collect();
                let preferred = number == 0 && finding.is_safe();
                edit(read, &headed(&fix.title), CodeActionKind::QUICKFIX, &changes, abilities).map(|action| {
                    CodeAction { diagnostics: told.clone(), is_preferred: Some(preferred), ..action }
                })
            }));
            if abilities.commands {
                offered.extend(by_command(read, finding).into_iter().map(|command| CodeAction {
                    title: command.title.clone(),
                    kind: Some(CodeActionKind::QUICKFIX),
                    diagnostics: told.clone(),
                    command: Some(command),
                    ..CodeAction::default()
                }));
            }
        }
    }
    if is_asked(context, FIX_ALL) {
        offered.extend(fix_all(read, abilities));
    }
    offered.into_iter().map(CodeActionOrCommand::CodeAction).collect()
}

/// Whether a kind is among those that were asked for, which stand for all below them.
fn is_asked(context: &CodeActionContext, kind: &str) -> bool {
    let Some(only) = &context.only else { return true };
    only.iter().any(|asked| {
        let rest = kind.strip_prefix(asked.as_str());
        asked.as_str().is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// Mends all that has one possible outcome.
fn fix_all(read: &Read, abilities: Abilities) -> Option<CodeAction> {
    if !read.findings().iter().any(Finding::is_safe) {
        return None;
    }
    let mended = doctor::mend(&read.file, &read.base.facts, &Filter::default(), &mut |_, _| Chosen::Leave);
    let changes = edits::changes(&read.at.text, &mended.file.text)?;
    let title = "Mend all that ELITEA's doctor can mend unasked";
    edit(read, title, CodeActionKind::new(FIX_ALL), &changes, abilities)
}

/// The words of a fix as an entry of a menu.
fn headed(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

/// The action of these changes; none where there are none, or a token would cross the wire.
fn edit(
    read: &Read,
    title: &str,
    kind: CodeActionKind,
    changes: &[Change],
    abilities: Abilities,
) -> Option<CodeAction> {
    if changes.is_empty() || !edits::are_open(&read.at.text, changes) {
        return None;
    }
    Some(CodeAction {
        title: title.to_owned(),
        kind: Some(kind),
        edit: Some(edits::workspace_edit(&read.at, changes, abilities.versioned_edits)),
        ..CodeAction::default()
    })
}

/// What mends a finding that no edit of the text mends: the two sides of a conflict, or the plan.
fn by_command(read: &Read, finding: &Finding) -> Vec<Command> {
    let report = read.file.role.as_ref().and_then(|role| role.report.as_ref());
    if finding.rule.id != "setting-drift" {
        return Vec::new();
    }
    let conflicts = report.iter().flat_map(|report| &report.keys).filter(|key| key.outcome == "conflict");
    let paths = [&read.file.path];
    match conflicts.map(|key| &key.key).find(|key| Some(*key) == finding.key.as_ref()) {
        Some(key) => [("keep", "Keep my value of"), ("take", "Put the selection's value back into")]
            .into_iter()
            .map(|(choice, words)| {
                let argument = json!({"keys": [key], "choice": choice, "paths": paths});
                Command::new(format!("{words} {key}"), "elitea.resolve".into(), Some(vec![argument]))
            })
            .collect(),
        None => {
            let title = "Bring this file in order".to_owned();
            vec![Command::new(title, "elitea.apply".into(), Some(vec![json!({"paths": paths})]))]
        }
    }
}

/// What the client showed of a finding.
fn told(read: &Read, finding: &Finding, context: &CodeActionContext) -> Option<Vec<Diagnostic>> {
    let ours = diagnostic(read, finding);
    let is_it = |shown: &&Diagnostic| {
        shown.source.as_deref() == Some(SOURCE)
            && shown.code.as_ref().map(code) == ours.code.as_ref().map(code)
            && shown.range == ours.range
    };
    let shown: Vec<_> = context.diagnostics.iter().filter(is_it).cloned().collect();
    (!shown.is_empty()).then_some(shown)
}

fn code(code: &NumberOrString) -> String {
    match code {
        NumberOrString::Number(number) => number.to_string(),
        NumberOrString::String(text) => text.clone(),
    }
}
