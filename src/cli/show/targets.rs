//! One target for people: what it is, how it stands, its diff.

use crate::cli::page::{Page, Style};
use crate::protocol::config::{KeyReport, TargetReport, TargetState};

/// A target's line, its keys that need a word, and its diff where it is shown.
pub(super) fn report(page: &mut Page, report: &TargetReport, diff: bool) {
    report_with(page, report, diff, word_on);
}

/// What became of the keys that were to be settled.
pub(super) fn settled(page: &mut Page, report: &TargetReport) {
    report_with(page, report, false, |page, key| {
        let word = match key.outcome.as_str() {
            "released" => "yours; it is neither touched nor reported again",
            "inserted" | "updated" | "adopted" => "ours",
            "conflict" => "something else stands in its place, and has to be changed by hand",
            _ => return,
        };
        page.put(Style::Good, "    ").put(Style::Warn, &key.key).line(Style::Plain, &format!(": {word}"));
    });
}

fn report_with(page: &mut Page, report: &TargetReport, diff: bool, word_on: fn(&mut Page, &KeyReport)) {
    let (style, word) = match report.state {
        TargetState::InOrder => (Style::Good, "in order"),
        TargetState::Pending => (Style::Warn, "would change"),
        TargetState::Written => (Style::Good, "written"),
        TargetState::Conflict => (Style::Warn, "conflict"),
        TargetState::Unsaved => (Style::Warn, "unsaved"),
        TargetState::Refused => (Style::Bad, "refused"),
    };
    let target = &report.target;
    page.put(style, &format!("{word:<12}")).text("  ").put(Style::Bold, &target.ide_name);
    page.text(&format!(" {}", target.scope));
    if let Some(label) = &target.label {
        page.text(&format!(" ({label})"));
    }
    page.text("  ").put(Style::Dim, &target.path).end();
    // What may not be written is shown for whoever makes the change by hand.
    if diff || report.state == TargetState::Refused {
        show_diff(page, &report.diff);
    }
    // Of a file that was not written only what is open is so.
    for key in report.keys.iter().filter(|key| report.state != TargetState::Refused || key.is_open()) {
        word_on(page, key);
    }
    let notes: &[String] = if report.state == TargetState::InOrder { &[] } else { &report.notes };
    for note in notes {
        page.put(Style::Dim, "    note: ").line(Style::Plain, note);
    }
    if let Some(error) = &report.error {
        let place = match (error.line, error.column) {
            (Some(line), Some(column)) => match &error.file {
                Some(file) if *file != target.path => format!("{file}:{line}:{column}: "),
                _ => format!("line {line}, column {column}: "),
            },
            _ => String::new(),
        };
        page.put(Style::Bad, "    ").line(Style::Bad, &format!("{place}{}", error.message));
        if let Some(hint) = &error.hint {
            page.put(Style::Place, "    hint: ").line(Style::Plain, hint);
        }
    }
}

/// The commands that settle what is open.
pub(super) fn settle(page: &mut Page, report: &TargetReport) {
    let keys = |outcome: &str| {
        let keys = report.keys.iter().filter(|key| key.outcome == outcome);
        keys.map(|key| typed(&key.key)).collect::<Vec<_>>().join(" ")
    };
    let (conflicts, gone) = (keys("conflict"), keys("gone"));
    for (word, keys, flag) in [
        ("keep yours", &conflicts, "--keep"),
        ("take ours", &conflicts, "--take"),
        ("get back what you deleted", &gone, "--take"),
    ] {
        if !keys.is_empty() {
            let command = format!("elitea-helper resolve {keys} {flag} \"{}\"", report.target.path);
            page.put(Style::Place, &format!("    {word}: ")).line(Style::Plain, &command);
        }
    }
}

/// A key as a shell takes it.
fn typed(key: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
    if key.chars().all(plain) { key.to_owned() } else { format!("\"{key}\"") }
}

/// The outcomes that the user did not ask for, in words.
fn word_on(page: &mut Page, key: &KeyReport) {
    let word = match key.outcome.as_str() {
        "conflict" => format!(
            "you changed it{}; your value stays",
            key.theirs.as_ref().map(|theirs| format!(" to {theirs}")).unwrap_or_default()
        ),
        "gone" => "you deleted it; it stays gone".into(),
        "takenOver" => "taken over from a pasted download".into(),
        "refusedSecret" => "a redacted token, which no server takes; it stays".into(),
        "left" => "you changed it since; it stays and is yours".into(),
        _ => return,
    };
    page.put(Style::Warn, "    ").put(Style::Warn, &key.key).line(Style::Plain, &format!(": {word}"));
}

fn show_diff(page: &mut Page, diff: &str) {
    for line in diff.lines() {
        let style = match line.as_bytes().first() {
            Some(b'+') if line.starts_with("+++") => Style::Dim,
            Some(b'-') if line.starts_with("---") => Style::Dim,
            Some(b'+') => Style::Add,
            Some(b'-') => Style::Delete,
            Some(b'@') => Style::Place,
            _ => Style::Plain,
        };
        page.text("    ").line(style, line.trim_end_matches('\r'));
    }
}

/// How many targets stand how.
pub(super) fn summary(page: &mut Page, reports: &[TargetReport], skipped: usize) {
    let count = |state: TargetState| reports.iter().filter(|report| report.state == state).count();
    let mut parts = Vec::new();
    for (state, word) in [
        (TargetState::Pending, "to change"),
        (TargetState::Conflict, "in conflict"),
        (TargetState::Unsaved, "not saved yet"),
        (TargetState::Refused, "refused"),
        (TargetState::InOrder, "in order"),
    ] {
        match count(state) {
            0 => {}
            n => parts.push(format!("{n} {word}")),
        }
    }
    if skipped > 0 {
        parts.push(format!("{skipped} left out"));
    }
    page.line(Style::Bold, &parts.join(", "));
}
