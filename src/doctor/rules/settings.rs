//! Rules about single settings of ELITEA's readers.

use super::quoted;
use crate::doctor::facts::Facts;
use crate::doctor::file::FileFacts;
use crate::doctor::rule::{Check, Found, Needs, Rule};
use crate::merge::{Path, Step};
use crate::protocol::doctor::Severity;

pub(super) const RULES: &[Rule] = &[Rule {
    id: "setting-drift",
    severity: Severity::Warning,
    title: "a setting that is not as the selection says",
    why: "The IDE uses another server, project or model than the one that is selected.",
    help: "Bring the file in order: elitea-helper apply. A value that you changed yourself is a \
           conflict, and stays until elitea-helper resolve says whose it is to be.",
    needs: Needs::Nothing,
    repairs: true,
    check: Check::File(drift),
}];

fn drift(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    let Some(report) = file.role.as_ref().and_then(|role| role.report.as_ref()) else { return };
    for key in &report.keys {
        let path = Path(key.key.split('/').map(|step| Step::Key(step.to_owned())).collect());
        let file_name = quoted(&file.path);
        let (words, advice, command) = match key.outcome.as_str() {
            "inserted" => ("is missing", "bring it in order", format!("elitea-helper apply {file_name}")),
            "updated" => (
                "is not as the selection says",
                "bring it in order",
                format!("elitea-helper apply {file_name}"),
            ),
            "conflict" => (
                "was changed by somebody else",
                "say whose it is to be: --keep, or --take",
                format!("elitea-helper resolve {} --take {file_name}", key.key),
            ),
            _ => continue,
        };
        let added = found.add(format!("{} {words}", key.key)).command(advice, command);
        if let Some(range) = file.range_of(&path) {
            added.at(range);
        }
    }
}
