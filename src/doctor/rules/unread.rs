//! The rule about settings that nothing reads: misspelled, or in the wrong place.

use super::fixes::{Step, Wanted, settle};
use crate::doctor::facts::Facts;
use crate::doctor::file::{FileFacts, Kind};
use crate::doctor::keys::{Occurrence, PREFIXES};
use crate::doctor::rule::{Check, Found, Needs, Rule};
use crate::doctor::settings::{is_same_name, near};
use crate::ide::Scope;
use crate::merge::{Path, Step as PathStep, xml};
use crate::protocol::doctor::Severity;

pub(super) const RULES: &[Rule] = &[Rule {
    id: "setting-unread",
    severity: Severity::Warning,
    title: "a setting that nothing reads",
    why: "It looks as if it were set, and has no effect.",
    help: "Settings of ELITEA Code begin with eliteacode. and stand at the root of settings.json, in a \
           .code-workspace under \"settings\"; options of the plugin stand in its component. \
           elitea-helper repair puts right what has one possible outcome: letters in the wrong case, and \
           settings beside \"settings\" of a .code-workspace. It asks about the rest.",
    needs: Needs::Nothing,
    repairs: true,
    check: Check::File(check),
}];

fn check(file: &FileFacts, facts: &Facts, found: &mut Found) {
    for key in &file.keys {
        if key.in_list {
            continue;
        }
        if !key.in_place && is_exact(key) {
            misplaced(file, key, found);
        } else if key.setting().is_none() || !is_exact(key) {
            misspelled(file, key, found);
        }
    }
    loose_options(file, found);
    without_reader(file, facts, found);
}

/// Whether its prefix is written as it is read.
fn is_exact(key: &Occurrence) -> bool {
    key.is_option() || PREFIXES.iter().any(|(prefix, _)| key.name.starts_with(prefix))
}

/// A key that stands where nothing looks for it.
fn misplaced(file: &FileFacts, key: &Occurrence, found: &mut Found) {
    let in_workspace = file.kind == Kind::CodeWorkspace;
    let place = match key.inside.as_deref() {
        None if in_workspace => "beside \"settings\"".to_owned(),
        None => "at the root of a list".to_owned(),
        // All of it is repeated, and the last one counts.
        Some("settings") if in_workspace => return,
        Some(inside) if key.is_option() => format!("in a {inside} that is not at the root"),
        Some(inside) => format!("inside \"{inside}\""),
    };
    let added = found.add(format!("{} stands {place}, where nothing reads it", key.name)).at(key.key.clone());
    let sure = in_workspace && key.inside.is_none();
    if !key.is_option() {
        settle(added, file, key, Wanted { name: &key.name, path: &key.path, renamed: None, sure });
    }
}

/// A key whose name nobody knows. Which options the plugin has is not known, so one needs a near name.
fn misspelled(file: &FileFacts, key: &Occurrence, found: &mut Found) {
    let Some(meant) = near(key.table(), &key.short) else {
        if !key.is_option() {
            found
                .add(format!("{} is no setting that is known", key.name))
                .at(key.key.clone())
                .advice("take it out, unless something of yours reads it");
        }
        return;
    };
    let start = PREFIXES.iter().find(|(_, generation)| *generation == key.generation);
    let name = match start {
        Some((prefix, _)) if !key.is_option() => format!("{prefix}.{}", meant.name),
        _ => key.named(meant.name),
    };
    let mut path = key.path.clone();
    let last = if key.is_option() { meant.name } else { &name };
    if let Some(step) = path.0.last_mut() {
        *step = PathStep::Key(last.to_owned());
    }
    let added = found.add(format!("nothing reads {}; {name} is read", key.name)).at(key.key.clone());
    let renamed = renamed(file, key, &name, meant.name);
    let sure = is_same_name(&key.short, meant.name);
    settle(added, file, key, Wanted { name: &name, path: &path, renamed, sure });
}

/// The same key under another name, if its own spelling leaves room for that.
fn renamed(file: &FileFacts, key: &Occurrence, name: &str, short: &str) -> Option<Step> {
    let what = format!("rename {} to {name}", key.name);
    if key.is_option() {
        return Step::replace(file, &key.key, short, what);
    }
    match &key.outer {
        None => Step::replace(file, &key.key, format!("\"{name}\""), what),
        // In an object of the prefix's name the last part alone is the key.
        Some(_) if file.text[key.key.clone()].trim_matches('"') == key.short && is_exact(key) => {
            Step::replace(file, &key.key, format!("\"{short}\""), what)
        }
        Some(_) => None,
    }
}

/// Options of the page's that stand directly in the project, in no component.
fn loose_options(file: &FileFacts, found: &mut Found) {
    let Some(tree) = file.scanned.as_ref().and_then(|scanned| scanned.xml()) else { return };
    let Some(root) = tree.root().filter(|_| file.kind == Kind::Component) else { return };
    let text = &file.text;
    let component = crate::doctor::keys::COMPONENTS
        .iter()
        .find(|(name, _)| file.keys.iter().any(|key| key.in_place && key.name.starts_with(name)))
        .map(|(name, _)| *name);
    for option in tree.children(root).filter(|at| tree.is(text, *at, "option")) {
        let [name, value] = ["name", "value"].map(|attribute| tree.attribute(text, option, attribute));
        let (Some(name), Some(value)) = (name, value) else { continue };
        let short = xml::decode(&text[name.clone()]).into_owned();
        if crate::doctor::settings::OPTIONS.iter().all(|known| known.name != short) {
            continue;
        }
        let added = found
            .add(format!("the option {short} stands in no component, where nothing reads it"))
            .at(name.clone());
        let Some(component) = component else { continue };
        let element = &tree.elements[option];
        let key = Occurrence {
            name: short.clone(),
            short: short.clone(),
            value: xml::decode(&text[value.clone()]).into_owned().into(),
            key: name,
            raw: value,
            whole: element.start..element.end,
            path: Path::keys([component, &short]),
            ..file.keys[0].clone()
        };
        let name = format!("{component}/{short}");
        settle(added, file, &key, Wanted { name: &name, path: &key.path, renamed: None, sure: false });
    }
}

/// A user's file with keys in an IDE that has nothing that reads them. One that is kept in order is
/// meant to have them.
fn without_reader(file: &FileFacts, facts: &Facts, found: &mut Found) {
    // Who asks about files alone did not look at what is installed.
    let Some(role) = file.role.as_ref().filter(|_| !facts.files_only) else { return };
    let of_user = file.kind == Kind::Settings && role.scope != Scope::Workspace;
    if role.reader.is_some() || role.registered || !of_user {
        return;
    }
    let keys: Vec<&Occurrence> = file.keys.iter().filter(|key| key.in_effect).collect();
    if let Some(first) = keys.first() {
        let more = match keys.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        found
            .add(format!("nothing that is installed in {} reads {}{more}", role.ide_name, first.name))
            .mild()
            .at(first.key.clone())
            .advice("take them out, or install the extension that reads them");
    }
}
