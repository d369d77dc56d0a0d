//! Rules about files as a whole: whether they can be read and written.

use super::quoted;
use crate::doctor::facts::Facts;
use crate::doctor::file::FileFacts;
use crate::doctor::rule::{Check, Found, Needs, Rule};
use crate::merge::mend::{Mended, mend};
use crate::protocol::doctor::Severity;

pub(super) const RULES: &[Rule] = &[Rule {
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
}];

fn malformed(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    let (Some(error), Some(format)) = (&file.malformed, file.kind.format()) else { return };
    let ways = match mend(&file.text, format) {
        Mended::Sound => return,
        Mended::Certain(way) => vec![way],
        Mended::Choice(ways) => ways,
        Mended::Beyond(beyond) => {
            let at = error.place.as_ref().map_or(0, |place| offset(&file.text, place.line, place.column));
            let advice = beyond.hint.unwrap_or_else(|| "mend it there, in its IDE or any editor".to_owned());
            found.add(error.message.clone()).at(at..at).advice(advice);
            return;
        }
    };
    let at = error.place.as_ref().map_or(0, |place| offset(&file.text, place.line, place.column));
    let mut added = found.add(error.message.clone()).at(at..at);
    for way in ways {
        let title = way.changes.iter().map(|change| change.what.as_str()).collect::<Vec<_>>().join(", ");
        added = added.fix(title, way.changes);
    }
    added.command("mend it", format!("elitea-helper repair {}", quoted(&file.path)));
}

/// The byte at a line and a column, both from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let starts = text.match_indices('\n').map(|(at, _)| at + 1);
    let start = std::iter::once(0).chain(starts).nth(line.saturating_sub(1)).unwrap_or(text.len());
    text[start..].char_indices().nth(column.saturating_sub(1)).map_or(text.len(), |(at, _)| start + at)
}
