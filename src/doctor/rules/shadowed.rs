//! The rule about settings that another one hides.

use super::fixes::{Step, Wanted, settle, start};
use crate::doctor::facts::Facts;
use crate::doctor::file::{FileFacts, Kind};
use crate::doctor::keys::{Occurrence, PREFIXES};
use crate::doctor::rule::{Check, Found, Needs, Rule};
use crate::ide::Scope;
use crate::merge::same;
use crate::protocol::doctor::Severity;

pub(super) const RULES: &[Rule] = &[Rule {
    id: "setting-shadowed",
    severity: Severity::Warning,
    title: "a setting that another one hides",
    why: "It is there and does not count; a change of it has no effect.",
    help: "\"eliteacode.projectId\": 7 and \"eliteacode\": {\"projectId\": 7} are one setting, of which the \
           later one counts, and an object \"eliteacode\" replaces every eliteacode. key above it. Keep one \
           spelling. A workspace's settings win over the user's: take them out of the workspace if the \
           selection is meant to count there.",
    needs: Needs::Nothing,
    repairs: true,
    check: Check::File(check),
}];

fn check(file: &FileFacts, facts: &Facts, found: &mut Found) {
    if file.is_sound() {
        for key in file.keys.iter().filter(|key| key.in_place && !key.in_effect && !key.is_option()) {
            in_file(file, key, found);
        }
    }
    over_user(file, facts, found);
}

/// A key that another spelling of it, or an object that stands for its prefix, replaces.
fn in_file(file: &FileFacts, key: &Occurrence, found: &mut Found) {
    let counts = file.keys.iter().find(|other| other.in_effect && other.path == key.path);
    match counts {
        // A repeated key, or one in a repeated object, is another rule's.
        Some(other) if other.outer.is_some() == key.outer.is_some() => {}
        Some(other) => {
            let line = file.line(other.key.start);
            let words =
                format!("{} does not count: it stands again in line {line}, spelled otherwise", key.name);
            let added = found.add(words).at(key.key.clone());
            settle(added, file, key, Wanted { name: &key.name, path: &key.path, renamed: None, sure: false });
        }
        None => {
            let repeated = file.keys.iter().any(|other| {
                other.outer == key.outer && other.path == key.path && other.key.start > key.key.start
            });
            let Some((line, what)) = replacing(file, key).filter(|_| !repeated) else { return };
            let words = format!("{} does not count: {what} in line {line} replaces it", key.name);
            let added = found.add(words).at(key.key.clone());
            let put = Step::put(file, &key.path, &key.value, &format!("put {} in there", key.name));
            let cut = || Step::cut(file, &[start(file, key)], &format!("take {} out", key.name));
            added
                .offer("put it into that object", put.and_then(|put| put.and(file, cut())))
                .offer("take it out", cut())
                .asks();
        }
    }
}

/// What stands for the prefix of a dotted key further down.
fn replacing(file: &FileFacts, key: &Occurrence) -> Option<(usize, String)> {
    if key.outer.is_some() {
        return None;
    }
    let tree = file.scanned.as_ref()?.jsonc()?;
    let (prefix, _) = PREFIXES.iter().find(|(_, generation)| *generation == key.generation)?;
    let keys = tree.nodes.iter().enumerate().filter(|(_, node)| node.kind == crate::merge::jsonc::Kind::Key);
    let holder = tree.nodes.iter().enumerate().rfind(|(_, node)| {
        node.kind == crate::merge::jsonc::Kind::Object
            && node.start() < key.whole.start
            && key.whole.end < node.end()
    })?;
    let within = holder.0..holder.1.next();
    keys.filter(|(at, node)| within.contains(at) && node.start() > key.whole.start)
        .filter(|(at, _)| tree.properties(holder.0).any(|(own, _)| own == *at))
        .find(|(at, _)| tree.string(&file.text, *at) == *prefix)
        .map(|(_, node)| (file.line(node.start()), format!("\"{prefix}\"")))
}

/// A workspace's value that wins over another one of the user's. What is kept in order is meant so.
fn over_user(file: &FileFacts, facts: &Facts, found: &mut Found) {
    let is_workspace =
        |file: &FileFacts| file.role.as_ref().is_some_and(|role| role.scope == Scope::Workspace);
    let of_vscode = matches!(file.kind, Kind::Settings | Kind::CodeWorkspace);
    if !of_vscode || !is_workspace(file) || file.role.as_ref().is_some_and(|role| role.registered) {
        return;
    }
    let users: Vec<&FileFacts> = facts
        .files
        .iter()
        .filter(|other| other.kind == Kind::Settings && !is_workspace(other) && other.role.is_some())
        .collect();
    for key in file.keys.iter().filter(|key| key.in_effect) {
        let hidden = users.iter().find(|user| {
            let counts = user.keys.iter().find(|other| other.in_effect && other.name == key.name);
            counts.is_some_and(|other| !same(&other.value, &key.value))
        });
        if let Some(user) = hidden {
            found
                .add(format!("{} hides another value in {}", key.name, user.path.display()))
                .at(key.key.clone())
                .advice("take it out here, if the user's settings are to count in this workspace");
        }
    }
}
