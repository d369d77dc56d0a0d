//! Rules about what an older generation of ELITEA's readers reads.

use super::fixes::{Step, Wanted, settle};
use super::quoted;
use crate::doctor::facts::Facts;
use crate::doctor::file::{FileFacts, Kind, Reader};
use crate::doctor::keys::{COMPONENTS, Occurrence};
use crate::doctor::rule::{Check, Found, Needs, Rule};
use crate::ide::Generation;
use crate::merge::{Step as PathStep, xml};
use crate::protocol::doctor::Severity;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "setting-legacy",
        severity: Severity::Warning,
        title: "a setting of the older extension",
        why: "ELITEA Code reads eliteacode. since version 0.4.0, and no longer alitacode.",
        help: "elitea-helper repair renames the setting where the new one is missing, takes it out where \
               the new one holds the same, and asks where they differ.",
        needs: Needs::Nothing,
        repairs: true,
        check: Check::File(settings),
    },
    Rule {
        id: "legacy-file",
        severity: Severity::Warning,
        title: "a project file of the older plugin",
        why: "The plugin that is installed reads elitea.xml and its component EliteASettings, and nothing else.",
        help: "elitea-helper repair renames the component where elitea.xml has an old one; for alita.xml, \
               elitea-helper apply writes elitea.xml beside it, and the old file can go.",
        needs: Needs::Nothing,
        repairs: true,
        check: Check::File(component),
    },
    Rule {
        id: "plugin-incompatible",
        severity: Severity::Warning,
        title: "an extension that cannot use the server",
        why: "It asks for addresses that the server no longer has, so every request of it fails.",
        help: "ELITEA Code up to 0.4.1 speaks /api/v1 only, which current servers do not have, and there is \
               no newer one. Use ELITEA through its MCP servers or its web page; elitea-helper remove takes \
               the settings out again.",
        needs: Needs::Nothing,
        repairs: false,
        check: Check::File(incompatible),
    },
];

/// What reads the file, if it is of the new generation.
fn new_reader(file: &FileFacts) -> Option<&Reader> {
    file.role.as_ref()?.reader.as_ref().filter(|reader| reader.generation == Generation::Elitea)
}

fn settings(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    let Some(reader) = new_reader(file) else { return };
    let is_legacy = |key: &&Occurrence| {
        key.generation == Generation::Alita && key.in_effect && !key.is_option() && key.setting().is_some()
    };
    let has_new = file.keys.iter().any(|key| key.generation == Generation::Elitea && key.in_place);
    let mut objects = Vec::new();
    for key in file.keys.iter().filter(is_legacy) {
        let name = format!("eliteacode.{}", key.short);
        let mut path = key.path.clone();
        if let Some(step) = path.0.last_mut() {
            *step = PathStep::Key(name.clone());
        }
        let words = format!("{} does not read {}, but {name}", reader.name, key.name);
        let Some(outer) = &key.outer else {
            let what = format!("rename {} to {name}", key.name);
            let renamed = Step::replace(file, &key.key, format!("\"{name}\""), what);
            let added = found.add(words).at(key.key.clone());
            settle(added, file, key, Wanted { name: &name, path: &path, renamed, sure: true });
            continue;
        };
        // One object, one finding.
        if objects.contains(&outer.start) {
            continue;
        }
        objects.push(outer.start);
        let added = found.add(words).at(outer.clone());
        if file.text[outer.clone()] == *"\"alitacode\"" && !has_new {
            let what = "rename alitacode to eliteacode";
            added.offer(what, Step::replace(file, outer, "\"eliteacode\"", what));
        } else {
            added.advice("write what is needed of it as eliteacode., and take it out");
        }
    }
}

fn component(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    let (Some(reader), Kind::Component) = (new_reader(file), file.kind) else { return };
    let Some(tree) = file.scanned.as_ref().and_then(|scanned| scanned.xml()) else { return };
    let [(new, _), (old, _)] = COMPONENTS;
    let named = |wanted: &str| {
        (0..tree.elements.len()).filter(|at| tree.is(&file.text, *at, "component")).find_map(|at| {
            let name = tree.attribute(&file.text, at, "name")?;
            (xml::decode(&file.text[name.clone()]) == wanted).then_some((at, name))
        })
    };
    let is_old_file = file.path.file_name().is_some_and(|name| name.eq_ignore_ascii_case("alita.xml"));
    let Some((element, name)) = named(old) else { return };
    if is_old_file {
        let added = found.add(format!("{} reads elitea.xml, and not this file", reader.name)).at(name);
        match file.root.as_ref() {
            Some(root) => {
                let project = format!("elitea-helper apply --ide jetbrains --workspace {}", quoted(root));
                added.command("write elitea.xml beside it; then this file can go", project)
            }
            None => added.advice("write elitea.xml beside it; then this file can go"),
        };
        return;
    }
    let added =
        found.add(format!("{} reads the component {new}, and not {old}", reader.name)).at(name.clone());
    if named(new).is_some() {
        let cut = Step::cut(file, &[tree.elements[element].start], &format!("take {old} out"));
        added.offer(format!("take {old} out"), cut).asks();
        return;
    }
    let what = format!("rename {old} to {new}");
    let renamed = Step::replace(file, &name, new, what.clone());
    let provider = file.keys.iter().find(|key| key.short == "provider" && key.text() == Some("ALITA_EYE"));
    let step = match provider {
        Some(key) => {
            let provider =
                Step::replace(file, &key.raw, "ELITEA_EYE", "name the provider as it is called now");
            renamed.and_then(|renamed| renamed.and(file, provider))
        }
        None => renamed,
    };
    added.offer(what, step);
}

/// One finding for each reader, at the first of the files that it reads.
fn incompatible(file: &FileFacts, facts: &Facts, found: &mut Found) {
    let reader = |file: &FileFacts| {
        let role = file.role.as_ref()?;
        let reader = role.reader.as_ref().filter(|reader| reader.fits_server == Some(false))?;
        let is_used = role.registered || file.keys.iter().any(|key| key.in_effect);
        is_used.then(|| (role.ide.clone(), reader.name.clone(), reader.version.clone()))
    };
    let Some(of_it) = reader(file) else { return };
    let first = facts.files.iter().find(|other| reader(other).as_ref() == Some(&of_it));
    if first.is_some_and(|first| first.path != file.path) {
        return;
    }
    let (_, name, version) = of_it;
    let version = version.map(|version| format!(" {version}")).unwrap_or_default();
    let server = facts.server.root.as_ref().map_or("the server", |server| server.as_str());
    let at = file.keys.iter().find(|key| key.in_effect).map_or(0..0, |key| key.key.clone());
    found
        .add(format!("{name}{version} cannot use {server}"))
        .at(at)
        .advice("use ELITEA through its MCP servers or its web page");
}
