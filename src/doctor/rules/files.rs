//! Rules about files as a whole: whether they can be read and written.

use crate::doctor::facts::Facts;
use crate::doctor::file::FileFacts;
use crate::doctor::rule::{Check, Found, Needs, Rule};
use crate::error::Error;
use crate::merge::mend::{Mended, Way, markers, mend};
use crate::protocol::doctor::Severity;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "file-malformed",
        severity: Severity::Error,
        title: "a file that its IDE cannot read",
        why: "Its IDE ignores the file, or what stands behind the fault, and nothing is written to it.",
        help: "Mend the file at the place that is named, in its IDE or any editor. elitea-helper repair \
           mends what has one possible outcome, and asks where there are several; it shows the diff \
           first, keeps a backup, and elitea-helper undo takes it back.",
        needs: Needs::Nothing,
        repairs: true,
        check: Check::File(malformed),
    },
    Rule {
        id: "conflict-markers",
        severity: Severity::Error,
        title: "a conflict that version control left",
        why: "The lines of both sides stand in the file with marks between them, and its IDE reads neither.",
        help: "Decide for one side: elitea-helper repair shows both, and takes the one that you choose. Where \
               both sides say the same, it takes it unasked.",
        needs: Needs::Nothing,
        repairs: true,
        check: Check::File(conflict),
    },
];

fn malformed(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    let (Some(error), Some(format)) = (&file.malformed, file.kind.format()) else { return };
    // Those have rules of their own.
    if is_marked(file) || is_blank(&file.text) {
        return;
    }
    report(file, error, mend(&file.text, format), found);
}

/// Adds what keeps a file from being read, with the ways to mend it.
fn report(file: &FileFacts, error: &Error, mended: Mended, found: &mut Found) {
    let at = error.place.as_ref().map_or(0, |place| file.offset(place.line, place.column));
    let added = found.add(error.message.clone()).at(at..at);
    match mended {
        Mended::Sound => {}
        Mended::Certain(way) => {
            added.fix(titled(&way), way.changes);
        }
        Mended::Choice(ways) => {
            ways.into_iter().fold(added, |added, way| added.fix(titled(&way), way.changes)).asks();
        }
        Mended::Beyond(beyond) => {
            let advice = beyond.hint.unwrap_or_else(|| "mend it there, in its IDE or any editor".to_owned());
            added.advice(advice);
        }
    }
}

/// What a way does, each step once.
fn titled(way: &Way) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for change in &way.changes {
        if !steps.contains(&change.what.as_str()) {
            steps.push(&change.what);
        }
    }
    steps.join(", ")
}

/// Whether version control left its marks where they are no comment.
fn is_marked(file: &FileFacts) -> bool {
    !file.is_sound() && !markers::find(&file.text).is_empty()
}

/// Whether there is nothing in a text but zeros and white space.
fn is_blank(text: &str) -> bool {
    text.chars().all(|char| char == '\0' || char == '\u{feff}' || char.is_whitespace())
}

fn conflict(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    let conflicts =
        if file.is_sound() && file.kind.format().is_some() { Vec::new() } else { markers::find(&file.text) };
    let Some(first) = conflicts.first() else { return };
    let more = match conflicts.len() {
        1 => String::new(),
        count => format!(", and {} more", count - 1),
    };
    let whole =
        if first.sides.is_some() { "a conflict was left here" } else { "a conflict's mark was left here" };
    let line = file.text[first.range.clone()].lines().next().map_or(0, str::len);
    let at = first.range.start..first.range.start + line;
    let added = found.add(format!("{whole} by version control{more}")).at(at);
    match file.kind.format().map(|format| markers::ways(&file.text, format)) {
        Some(Mended::Certain(way)) => {
            added.fix(titled(&way), way.changes);
        }
        Some(Mended::Choice(ways)) => {
            ways.into_iter().fold(added, |added, way| added.fix(titled(&way), way.changes)).asks();
        }
        Some(Mended::Beyond(error)) => {
            let advice =
                error.hint.unwrap_or_else(|| "keep the lines of one side, and take out the rest".to_owned());
            added.advice(advice);
        }
        Some(Mended::Sound) | None => {
            added.advice("keep the lines of one side, and take out the rest and the marks");
        }
    }
}
