//! What can stand where the cursor is.

use super::spot::{Spot, Wants};
use super::values::Asked;
use super::words::code;
use super::{Completions, Suggestion, SuggestionKind, within};
use crate::doctor::facts::Facts;
use crate::doctor::file::FileFacts;
use crate::doctor::settings::{OPTIONS, SETTINGS, Setting, Type};

/// The settings that nobody sets by hand: ELITEA Code gives this one a fixed text of its own.
const NOT_SET: &[&str] = &["selectIntegration"];

/// What can stand at a byte of the file's text, broken or not. Never a token.
pub fn complete(file: &FileFacts, facts: &Facts, at: usize) -> Completions {
    let at = within(&file.text, at);
    let Some(spot) = Spot::at(file, at) else {
        return Completions { range: at..at, complete: true, ..Completions::default() };
    };
    let (items, complete) = match &spot.wants {
        Wants::Value { setting, before } => values(&spot, Asked { setting, before, file, facts }),
        Wants::Name { .. } => (names(&spot, file, facts), true),
    };
    Completions { range: spot.range, comma_at: spot.comma_at, items, complete }
}

fn values(spot: &Spot, asked: Asked<'_>) -> (Vec<Suggestion>, bool) {
    let known = asked.candidates();
    let mut items = Vec::new();
    for candidate in known.items {
        let Some(insert) = spot.form.value(&candidate.value) else { continue };
        items.push(Suggestion {
            filter: Some(spot.form.filter(&candidate.label)),
            label: candidate.label,
            detail: candidate.detail,
            docs: candidate.docs,
            insert,
            kind: candidate.kind,
            preselect: candidate.preselect,
            sort: items.len(),
        });
    }
    (items, known.complete)
}

fn names(spot: &Spot, file: &FileFacts, facts: &Facts) -> Vec<Suggestion> {
    let Wants::Name { before, elsewhere, generation, with_value } = &spot.wants else { return Vec::new() };
    let table: &'static [Setting] = if before.ends_with('/') { OPTIONS } else { SETTINGS };
    // What is being typed is there, but does not count as present.
    let is_typed = |key: &std::ops::Range<usize>| key.start <= spot.range.end && spot.range.start <= key.end;
    let is_present = |setting: &Setting| {
        let mut of_it = file.keys.iter().filter(|key| key.generation == *generation);
        of_it.any(|key| key.short == setting.name && key.in_place && !is_typed(&key.key))
    };
    let mut items = Vec::new();
    for setting in table {
        let is_wanted = setting.read && setting.holds != Type::Token && !NOT_SET.contains(&setting.name);
        if !is_wanted || is_present(setting) {
            continue;
        }
        let whole = format!("{before}{}", setting.name);
        let Some(name) = whole.get(*elsewhere..) else { continue };
        let value = with_value.then(|| Asked { setting, before, file, facts }.usual());
        let Some(insert) = spot.form.name(name, value.as_ref()) else { continue };
        items.push(Suggestion {
            label: name.to_owned(),
            detail: Some(setting.does.to_owned()),
            docs: Some(format!("{}\n\n{}", code(&whole), setting.does)),
            insert,
            kind: SuggestionKind::Setting,
            preselect: false,
            sort: items.len(),
            filter: Some(spot.form.filter(name)),
        });
    }
    items
}
