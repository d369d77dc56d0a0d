//! Rules about files as a whole: whether they can be read and written.

use crate::doctor::facts::Facts;
use crate::doctor::file::{Bytes, FileFacts, Kind};
use crate::doctor::rule::{Check, Found, Needs, Rule};
use crate::error::Error;
use crate::merge::difference;
use crate::merge::mend::{Change, Mended, Way, markers, mend};
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
        id: "file-empty",
        severity: Severity::Error,
        title: "a file that lost what it held",
        why: "A crash of the system or a full disk leaves files empty, or filled with NUL bytes; every setting \
              in them is gone.",
        help: "elitea-helper repair offers what the file held before: from our backups, in which a token is \
               left out, and from the Local History of VS Code and its relatives. If the file was emptied on \
               purpose, nothing has to be done.",
        needs: Needs::Nothing,
        repairs: true,
        check: Check::File(empty),
    },
    Rule {
        id: "file-encoding",
        severity: Severity::Error,
        title: "a file that is not UTF-8",
        why: "Its IDE reads UTF-8, and sees other characters than were meant, or none of the file.",
        help: "Save the file as UTF-8. elitea-helper repair does that where the encoding is certain, as with \
               UTF-16 of Windows PowerShell, and asks where it is a guess.",
        needs: Needs::Nothing,
        repairs: true,
        check: Check::File(encoding),
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
    if is_marked(file) || is_blank(&file.text) || file.bytes.is_some() {
        return;
    }
    if found.wants_fixes() {
        report(file, error, mend(&file.text, format), found);
    } else {
        found.add(error.message.clone()).at(place(file, error));
    }
}

fn place(file: &FileFacts, error: &Error) -> std::ops::Range<usize> {
    let at = error.place.as_ref().map_or(0, |place| file.offset(place.line, place.column));
    at..at
}

/// Adds what keeps a file from being read, with the ways to mend it.
fn report(file: &FileFacts, error: &Error, mended: Mended, found: &mut Found) {
    let added = found.add(error.message.clone()).at(place(file, error));
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
    file.malformed.is_some() && !markers::find(&file.text).is_empty()
}

/// Whether nothing is left in a text; what a crash left of a file is NUL bytes.
fn is_blank(text: &str) -> bool {
    text.chars().all(|char| char == '\0' || char == '\u{feff}' || char.is_whitespace())
}

/// A file with nothing in it is what an IDE starts with, unless it held something before, or a crash
/// emptied it. A project file is never empty.
fn empty(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    if !file.exists || file.kind.format().is_none() || !is_blank(&file.text) {
        return;
    }
    let nuls = match file.bytes {
        Some(Bytes::Nuls(nuls)) => nuls,
        _ => file.text.matches('\0').count(),
    };
    let words = match nuls {
        0 if file.kind == Kind::Component => "the file is empty, which its IDE takes for damage".to_owned(),
        0 if file.meta.earlier.is_empty() => return,
        0 => "the file is empty, and was not before".to_owned(),
        count => format!("there is nothing in the file but {count} NUL bytes, as a crash leaves them"),
    };
    let mut added = found.add(words).at(0..0);
    if file.meta.earlier.is_empty() {
        let advice = match file.kind {
            Kind::Component => "delete it, or write it anew with elitea-helper apply",
            _ => "restore it from a backup, or delete it",
        };
        added.advice(advice);
        return;
    }
    for earlier in &file.meta.earlier {
        let what = format!("restore {}", earlier.kept);
        let change = Change { range: 0..file.text.len(), with: earlier.text.clone(), what: what.clone() };
        added = added.fix(what, vec![change]);
    }
    added.asks();
}

fn encoding(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    let (Some(bytes), true) = (&file.bytes, file.kind.format().is_some()) else { return };
    match bytes {
        // That nothing is left of it is another rule's.
        Bytes::Nuls(_) => {}
        Bytes::Encoded(name, 0) => {
            found
                .add(format!("the file is written in {name}, and its IDE reads UTF-8"))
                .at(0..0)
                .fix("save it as UTF-8", Vec::new());
        }
        Bytes::Encoded(_, nuls) => {
            let end = file.text.len();
            found
                .add(format!("behind the end of the text stand {nuls} NUL bytes, as a crash leaves them"))
                .at(end..end)
                .fix("take them off", Vec::new());
        }
        Bytes::Doubtful(texts) => {
            let mut added = found.add("some bytes of the file are no UTF-8").at(first_beyond(&file.text));
            for (at, (name, text)) in texts.iter().enumerate() {
                let mixed = if texts[..at].iter().any(|(other, _)| other == name) {
                    ", where they are no UTF-8"
                } else {
                    ""
                };
                let title = format!("read them as {name}{mixed}, and save it as UTF-8");
                let change = difference(&file.text, text);
                let change = change.map(|(range, with)| Change { range, with, what: title.clone() });
                added = added.fix(title, change.into_iter().collect());
            }
            added.asks();
        }
        Bytes::Binary => {
            found
                .add("the file is no text in any encoding that is known")
                .at(0..0)
                .advice("restore it from a backup, or delete it");
        }
    }
}

/// The first character that is not in ASCII.
fn first_beyond(text: &str) -> std::ops::Range<usize> {
    let char = text.char_indices().find(|(_, char)| !char.is_ascii());
    char.map_or(0..0, |(at, char)| at..at + char.len_utf8())
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
