//! Rules about what settings hold against what is selected, and what is safe.

use std::ops::Range;

use super::fixes::Step;
use super::{quoted, word};
use crate::doctor::facts::Facts;
use crate::doctor::file::{FileFacts, Kind};
use crate::doctor::rule::{Check, Found, Needs, Rule};
use crate::protocol::doctor::Severity;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "ssl-disabled",
        severity: Severity::Warning,
        title: "certificates are not verified",
        why: "Anyone on the way to a server can read and change what is sent, for every extension in the same \
              process, and the token with it.",
        help: "Set verifySsl to true. If the server's certificate is not trusted then, give its authority to \
               the system's certificate store, or name its file in NODE_EXTRA_CA_CERTS before the IDE \
               starts. ELITEA's page writes false for no need.",
        needs: Needs::Nothing,
        repairs: true,
        check: Check::File(unverified),
    },
    Rule {
        id: "setting-drift",
        severity: Severity::Warning,
        title: "a setting that is not as the selection says",
        why: "The IDE uses another server, project or model than the one that is selected.",
        help: "Bring the file in order: elitea-helper apply. A value that you changed yourself is a \
               conflict, and stays until elitea-helper resolve says whose it is to be.",
        needs: Needs::Nothing,
        repairs: true,
        check: Check::File(drift),
    },
];

fn unverified(file: &FileFacts, facts: &Facts, found: &mut Found) {
    let is_off = |value: &serde_json::Value| *value == false || value.as_str() == Some("false");
    for key in file.keys.iter().filter(|key| key.in_effect && key.short == "verifySsl") {
        if !is_off(&key.value) || key.is_option() {
            continue;
        }
        let words = format!("{} is off: certificates are not verified", key.name);
        if facts.selected.unverified {
            // It was decided, and apply would write it again.
            let added = found.add(words).at(key.raw.clone()).mild();
            added.command("verify them again", "elitea-helper config set verify_ssl true");
            continue;
        }
        let step = Step::replace(file, &key.raw, "true", format!("set {} to true", key.name));
        found.add(words).at(key.raw.clone()).offer("set it to true", step).asks();
    }
}

fn drift(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    let Some(report) = file.role.as_ref().and_then(|role| role.report.as_ref()) else { return };
    for key in &report.keys {
        let known = file.keys.iter().find(|known| known.in_effect && known.path.to_string() == key.key);
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
                format!("elitea-helper resolve {} --take {file_name}", word(&key.key)),
            ),
            _ => continue,
        };
        let at = known.map_or_else(|| home(file), |known| known.raw.clone());
        found.add(format!("{} {words}", key.key)).at(at).of_key(&key.key).command(advice, command);
    }
}

/// Where settings that are missing would stand: the bracket or the tag that holds them.
fn home(file: &FileFacts) -> Range<usize> {
    let Some(scanned) = &file.scanned else { return 0..0 };
    if let Some(tree) = scanned.xml() {
        let component = (0..tree.elements.len()).find(|at| tree.is(&file.text, *at, "component"));
        let element = component.or_else(|| tree.root()).map(|at| &tree.elements[at]);
        return element.map_or(0..0, |element| element.start..element.open_end);
    }
    let Some((tree, root)) = scanned.jsonc().and_then(|tree| Some((tree, tree.root()?))) else { return 0..0 };
    let settings = tree
        .properties(root)
        .filter(|(key, _)| file.kind == Kind::CodeWorkspace && tree.string(&file.text, *key) == "settings")
        .last();
    let start = tree.nodes[settings.map_or(root, |(_, value)| value)].start();
    start..start + 1
}
