//! A changed text as edits of the protocol, and of no more than what differs.

use std::ops::Range;

use similar::DiffTag;
use tower_lsp::lsp_types::{
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit,
    WorkspaceEdit,
};

use super::documents::Snapshot;
use crate::auth;
use crate::{merge, ops};

/// What goes, and what comes in its place.
pub(super) type Change = (Range<usize>, String);

/// The changes that make `after` of `before`, line by line and no longer than they must be. None where
/// a token would have to cross the wire.
pub(super) fn changes(before: &str, after: &str) -> Option<Vec<Change>> {
    let (old, new) = (ops::lines(before), ops::lines(after));
    let starts = |lines: &[&str]| {
        let mut at = 0;
        let mut starts = vec![0];
        starts.extend(lines.iter().map(|line| {
            at += line.len();
            at
        }));
        starts
    };
    let (old_at, new_at) = (starts(&old), starts(&new));
    let mut changes = Vec::new();
    for op in ops::line_changes(&old, &new) {
        if op.tag() == DiffTag::Equal {
            continue;
        }
        let (lines, others) = (op.old_range(), op.new_range());
        let range = *old_at.get(lines.start)?..*old_at.get(lines.end)?;
        let with = after.get(*new_at.get(others.start)?..*new_at.get(others.end)?)?;
        let Some((inner, with)) = merge::difference(before.get(range.clone())?, with) else { continue };
        changes.push((range.start + inner.start..range.start + inner.end, with));
    }
    are_open(before, &changes).then_some(changes)
}

/// Whether none of the changes, which stand in the order of the text, sends a token or a piece of one:
/// what goes over the wire is looked at in the text that comes of it, since a piece alone tells nothing.
pub(super) fn are_open(before: &str, changes: &[Change]) -> bool {
    let (mut after, mut sent, mut done) = (String::with_capacity(before.len()), Vec::new(), 0);
    for (range, with) in changes {
        let Some(kept) = before.get(done..range.start) else { return false };
        after.push_str(kept);
        let start = after.len();
        after.push_str(with);
        sent.push(start..after.len());
        done = range.end;
    }
    after.push_str(before.get(done..).unwrap_or_default());
    let touches =
        |token: &Range<usize>| sent.iter().any(|sent| sent.start < token.end && token.start < sent.end);
    !auth::token_ranges(&after).iter().any(touches)
}

/// The changes of one file as the client takes them; with the version, where it understands that, so
/// that a text which has changed meanwhile is left alone.
pub(super) fn workspace_edit(at: &Snapshot, changes: &[Change], versioned: bool) -> WorkspaceEdit {
    let edits =
        changes.iter().map(|(range, with)| TextEdit { range: at.range(range), new_text: with.clone() });
    if versioned {
        let text_document =
            OptionalVersionedTextDocumentIdentifier { uri: at.uri.clone(), version: Some(at.version) };
        let edits = edits.map(OneOf::Left).collect();
        let changes = DocumentChanges::Edits(vec![TextDocumentEdit { text_document, edits }]);
        WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() }
    } else {
        WorkspaceEdit::new([(at.uri.clone(), edits.collect())].into())
    }
}

#[test]
fn only_what_differs_is_changed() {
    let before = "{\n  \"a\": 1,\n  // mine\n  \"b\": 2\n}\n";
    let after = "{\n  \"a\": 10,\n  // mine\n  \"b\": 2,\n  \"c\": 3\n}\n";
    let found = changes(before, after).unwrap_or_default();
    let mut text = before.to_owned();
    for (range, with) in found.iter().rev() {
        text.replace_range(range.clone(), with);
    }
    assert_eq!(text, after);
    assert!(found.iter().all(|(range, with)| range.is_empty() && with.len() < 12), "{found:?}");
    assert_eq!(changes(before, before), Some(Vec::new()));
}

#[test]
fn no_piece_of_a_token_is_sent() {
    let header = "eyJhbGciOiJIUzUxMiJ9.eyJ1dWlkIjoi";
    let line = |end: &str| format!("{{\n  \"t\": \"{header}{end}\"\n}}\n");
    assert_eq!(changes(&line("AAAAAAAA"), &line("BBBBBBBB")), None);
    let (before, after) = (line("AAAAAAAA"), line("AAAAAAAA").replace("{\n", "{\n  \"a\": 1,\n"));
    assert!(changes(&before, &after).is_some_and(|changes| changes.len() == 1));
}
