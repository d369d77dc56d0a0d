//! The merge contract over real files, where they are at hand.

use std::fs;
use std::path::{Path as FilePath, PathBuf};

use elitea_helper::error::Kind;
use elitea_helper::merge::{
    self, Change, Entry, Format, KeyReport, Merged, Op, Outcome, Owned, Patch, Path, Seal, Step, jsonc, xml,
};
use jsonc_parser::{ParseOptions, parse_to_serde_value};
use serde_json::{Map, Value, json};

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");

pub(crate) fn files(folder: &str) -> Option<Vec<PathBuf>> {
    let folder = FilePath::new(SHARED).join("corpus").join(folder);
    let Ok(entries) = fs::read_dir(folder) else {
        println!("skipped: no ../shared");
        return None;
    };
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    Some(files)
}

fn seal() -> Seal {
    Seal::new(&[7; 32])
}

const SETTINGS: [&str; 12] = [
    "providerServerURL",
    "LLMServerUrl",
    "modelName",
    "LLMModelName",
    "authToken",
    "LLMAuthToken",
    "projectId",
    "integrationUid",
    "defaultViewMode",
    "verifySsl",
    "displayType",
    "debug",
];

pub(crate) fn settings_patch() -> Patch {
    let entries = SETTINGS.iter().enumerate().map(|(at, name)| Entry {
        path: Path::keys([&format!("eliteacode.{name}")]),
        op: Op::Set(if at == 6 { json!(25) } else { json!(format!("value \"{at}\"")) }),
        secret: name.ends_with("Token"),
    });
    Patch { format: Format::Settings, entries: entries.collect(), downloads: Vec::new() }
}

pub(crate) fn xml_patch() -> Patch {
    let entries = (0..8).map(|at| Entry {
        path: Path::keys(["EliteASettings", &format!("option{at}")]),
        op: Op::Set(json!(format!("value <{at}> & \"more\"\n"))),
        secret: false,
    });
    Patch { format: Format::Xml, entries: entries.collect(), downloads: Vec::new() }
}

/// Applies, checks that all keys were inserted, that again changes nothing, and that removal gives
/// the bytes back; gives the merged text.
pub(crate) fn round_trip(name: &str, text: &str, patch: &Patch) -> String {
    let applied = merge::apply(text, patch, &Owned::default(), &[], &seal()).unwrap();
    assert!(applied.keys.iter().all(|key| key.outcome == Outcome::Inserted), "{name}: {:?}", applied.keys);
    let again = merge::apply(&applied.text, patch, &applied.owned, &[], &seal()).unwrap();
    assert_eq!(again.text, applied.text, "{name}: applied twice");
    assert!(again.keys.iter().all(|key| key.outcome == Outcome::Unchanged), "{name}: {:?}", again.keys);
    assert_eq!(again.owned, applied.owned, "{name}");
    let removed = merge::remove(&applied.text, patch.format, &applied.owned, None, &seal()).unwrap();
    assert_eq!(removed.text, text, "{name}: insert, then remove; between them:\n{}", applied.text);
    assert_eq!(removed.owned, Owned::default(), "{name}");
    undo(name, text, patch, &applied);
    remove_after_user(name, text, patch, &applied);
    applied.text
}

/// A key that the user adds after ours stands, once ours are removed, as it would without them.
fn remove_after_user(name: &str, text: &str, patch: &Patch, applied: &Merged) {
    let mut entry = patch.entries[0].clone();
    let Some(last @ Step::Key(_)) = entry.path.0.last_mut() else { return };
    // A comma that trails on a line of its own is moved by whoever writes after it.
    if text.lines().any(|line| line.trim_start().starts_with(',') && !line.contains('"')) {
        return;
    }
    // In a TOML file of nothing but blanks these end up behind our last line, and go with it.
    if patch.format == Format::Toml && text.trim().is_empty() {
        return;
    }
    *last = Step::Key("the user's".to_owned());
    entry.op = Op::Set(json!("theirs"));
    let theirs = Patch { entries: vec![entry], ..patch.clone() };
    let alone = merge::apply(text, &theirs, &Owned::default(), &[], &seal()).unwrap();
    let after = merge::apply(&applied.text, &theirs, &Owned::default(), &[], &seal()).unwrap();
    let removed = merge::remove(&after.text, patch.format, &applied.owned, None, &seal()).unwrap();
    assert_eq!(
        removed.text, alone.text,
        "{name}: the user's key after ours; before removal:\n{}",
        after.text
    );
}

/// Undoes the merge, and a second one with other values after it.
fn undo(name: &str, text: &str, patch: &Patch, applied: &Merged) {
    let changes = |merged: &Merged| -> Vec<Change> {
        let change = |report: &KeyReport| Change {
            path: report.path.clone(),
            before: report.before.clone(),
            after: merged.owned.keys.iter().find(|key| key.path == report.path).map(|key| key.base.clone()),
            secret: false,
        };
        merged.keys.iter().map(change).collect()
    };
    let none = Owned::default();
    let (format, seal) = (patch.format, seal());
    let undone =
        merge::revert(&applied.text, format, &changes(applied), &applied.owned, &none, &seal).unwrap();
    assert_eq!((undone.text.as_str(), &undone.owned), (text, &none), "{name}: undone");
    let mut other = patch.clone();
    for entry in &mut other.entries {
        entry.secret = false;
        if let Op::Set(value) = &mut entry.op {
            *value = json!("another");
        }
    }
    let mut plain = applied.clone();
    if patch.entries.iter().any(|entry| entry.secret) {
        plain =
            merge::apply(text, &Patch { entries: plain_entries(patch), ..patch.clone() }, &none, &[], &seal)
                .unwrap();
    }
    let second = merge::apply(&plain.text, &other, &plain.owned, &[], &seal).unwrap();
    assert!(
        second.keys.iter().all(|key| matches!(key.outcome, Outcome::Updated | Outcome::Unchanged)),
        "{name}"
    );
    let back =
        merge::revert(&second.text, format, &changes(&second), &second.owned, &plain.owned, &seal).unwrap();
    assert_eq!((&back.text, &back.owned), (&plain.text, &plain.owned), "{name}: the second undone");
    let removed = merge::remove(&second.text, format, &second.owned, None, &seal).unwrap();
    assert_eq!(removed.text, text, "{name}: updated, then removed");
}

fn plain_entries(patch: &Patch) -> Vec<Entry> {
    patch.entries.iter().cloned().map(|entry| Entry { secret: false, ..entry }).collect()
}

/// How a merged text differs from the old one beyond whole lines of ours: a comma added to one
/// line, or one line edited in place.
fn foreign_lines_changed(before: &str, after: &str, is_ours: impl Fn(&str) -> bool) -> usize {
    let ours_out: Vec<_> = after.split_inclusive('\n').filter(|line| !is_ours(line)).collect();
    let old: Vec<_> = before.split_inclusive('\n').collect();
    if ours_out.len() != old.len() {
        return 1 + ours_out.len().abs_diff(old.len());
    }
    let differing: Vec<_> = old.iter().zip(&ours_out).filter(|(old, new)| old != new).collect();
    match differing.as_slice() {
        [(old, new)] if comma_added(old, new) => 0,
        other => other.len(),
    }
}

fn comma_added(old: &str, new: &str) -> bool {
    new.match_indices(',').any(|(at, _)| format!("{}{}", &new[..at], &new[at + 1..]) == old)
}

fn parse(text: &str) -> Option<Value> {
    let options = ParseOptions { allow_missing_commas: false, ..ParseOptions::default() };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    parse_to_serde_value::<Option<Value>>(text, &options).ok().map(Option::unwrap_or_default)
}

#[test]
fn real_settings_keep_every_foreign_byte() {
    let (mut merged, mut refused, mut in_place) = (0, 0, 0);
    for folder in ["jsonc", "seq"] {
        for file in files(folder).into_iter().flatten() {
            let name = file.display().to_string();
            let text = String::from_utf8(fs::read(&file).unwrap()).unwrap();
            let patch = settings_patch();
            if let Err(error) = merge::check(&text, Format::Settings) {
                assert_eq!(error.kind, Kind::FileMalformed, "{name}");
                assert!(error.place.is_some(), "{name}: {error}");
                let same = merge::apply(&text, &patch, &Owned::default(), &[], &seal()).unwrap_err();
                assert_eq!((same.kind, same.place), (error.kind, error.place), "{name}");
                println!("refused: {name}: {}", error.message);
                refused += 1;
                continue;
            }
            let after = round_trip(&name, &text, &patch);
            let changed = foreign_lines_changed(&text, &after, |line| line.contains("eliteacode."));
            assert!(
                changed == 0 || text.trim().lines().count() < 2,
                "{name}: {changed} foreign lines changed"
            );
            in_place += usize::from(changed > 0);
            let mut expected =
                parse(&text).map_or_else(Map::new, |value| value.as_object().cloned().unwrap());
            for entry in &patch.entries {
                let Op::Set(value) = &entry.op else { continue };
                expected.insert(entry.path.name(), value.clone());
            }
            assert_eq!(parse(&after), Some(Value::Object(expected)), "{name}");
            merged += 1;
        }
    }
    println!("settings: {merged} merged, {in_place} of them edited in place, {refused} refused");
}

#[test]
fn real_project_files_keep_every_foreign_byte() {
    let (mut merged, mut refused, mut in_place) = (0, 0, 0);
    for file in files("idea").into_iter().flatten() {
        let name = file.display().to_string();
        let text = String::from_utf8(fs::read(&file).unwrap()).unwrap();
        let patch = xml_patch();
        let is_project = roxmltree::Document::parse(&text)
            .is_ok_and(|document| document.root_element().has_tag_name("project"));
        if !is_project {
            let error = merge::apply(&text, &patch, &Owned::default(), &[], &seal()).unwrap_err();
            assert_eq!(error.kind, Kind::FileMalformed, "{name}: {error}");
            assert!(error.place.is_some(), "{name}: {error}");
            refused += 1;
            continue;
        }
        let after = round_trip(&name, &text, &patch);
        let mut ours = false;
        let others = after.split_inclusive('\n').filter(|line| {
            let was_ours = ours;
            ours = line.contains("<component name=\"EliteASettings\">")
                || (ours && !line.contains("</component>"));
            !ours && !was_ours
        });
        in_place += usize::from(others.collect::<String>() != text);
        let document = roxmltree::Document::parse(&after).unwrap();
        for entry in &patch.entries {
            let Op::Set(Value::String(value)) = &entry.op else { continue };
            let option =
                document.descendants().find(|node| node.attribute("name") == Some(&entry.path.name()));
            assert_eq!(option.and_then(|option| option.attribute("value")), Some(value.as_str()), "{name}");
        }
        merged += 1;
    }
    println!("project files: {merged} merged, {in_place} of them edited in place, {refused} refused");
    assert_eq!(in_place, 0, "project files with foreign lines changed");
}

#[test]
fn our_scanner_and_the_libraries_agree() {
    let strict = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let (mut both, mut neither, mut skipped) = (0, 0, 0);
    for folder in ["jsonc", "seq", "jsontestsuite"] {
        for file in files(folder).into_iter().flatten() {
            let Ok(text) = String::from_utf8(fs::read(&file).unwrap()) else { continue };
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let tree = jsonc::scan(&text);
            let judged = text.strip_prefix('\u{feff}').unwrap_or(&text);
            let theirs =
                jsonc_parser::parse_to_ast(judged, &jsonc_parser::CollectOptions::default(), &strict);
            match (tree.faults.is_empty(), theirs) {
                (true, Ok(theirs)) => {
                    assert_eq!(
                        tree.root().map(|root| tree.value(&text, root)),
                        theirs.value.map(value),
                        "{name}"
                    );
                    both += 1;
                }
                (false, Err(_)) => neither += 1,
                (true, Err(error)) => {
                    assert!(!tree.lone_surrogates.is_empty(), "{name}: only they refuse: {error}");
                    skipped += 1;
                }
                (false, Ok(_)) => {
                    println!("only we refuse: {name}: {:?}", tree.faults[0].kind);
                    let known = [jsonc::FaultKind::ControlCharacter, jsonc::FaultKind::UnclosedString];
                    assert!(known.contains(&tree.faults[0].kind), "{name}");
                    skipped += 1;
                }
            }
        }
    }
    println!("JSON: {both} read alike, {neither} refused by both, {skipped} differ as they should");
    let mut agreed = 0;
    for file in files("idea").into_iter().flatten() {
        let text = String::from_utf8(fs::read(&file).unwrap()).unwrap();
        let tree = xml::scan(&text);
        let theirs = roxmltree::Document::parse(&text);
        let Ok(theirs) = theirs else { continue };
        assert!(tree.faults.is_empty(), "{}: {:?}", file.display(), tree.faults);
        let elements: Vec<_> =
            theirs.descendants().filter(roxmltree::Node::is_element).map(|node| node.range()).collect();
        let ours: Vec<_> = tree.elements.iter().map(|element| element.start..element.end).collect();
        assert_eq!(ours, elements, "{}", file.display());
        agreed += 1;
    }
    println!("XML: {agreed} read alike");
}

/// `jsonc-parser`'s tree as a value, the last duplicate winning.
fn value(theirs: jsonc_parser::ast::Value<'_>) -> Value {
    use jsonc_parser::ast::Value as Ast;
    match theirs {
        Ast::StringLit(string) => Value::String(string.value.into_owned()),
        Ast::NumberLit(number) => serde_json::from_str(number.value).unwrap_or_else(|_| json!(number.value)),
        Ast::BooleanLit(boolean) => Value::Bool(boolean.value),
        Ast::NullKeyword(_) => Value::Null,
        Ast::Array(array) => Value::Array(array.elements.into_iter().map(value).collect()),
        Ast::Object(object) => {
            let members = object.properties.into_iter();
            Value::Object(members.map(|member| (member.name.into_string(), value(member.value))).collect())
        }
    }
}

#[test]
fn the_parser_suite_is_judged_as_vs_code_does() {
    let (mut read, mut refused) = (0, 0);
    for file in files("jsontestsuite").into_iter().flatten() {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let Ok(text) = String::from_utf8(fs::read(&file).unwrap()) else { continue };
        match merge::check(&text, Format::Settings) {
            Ok(()) => {
                round_trip(&name, &text, &settings_patch());
                read += 1;
            }
            Err(error) => {
                assert!(error.place.is_some(), "{name}: {error}");
                let root = jsonc::scan(&text).nodes.first().map(|node| node.kind);
                assert!(!name.starts_with("y_") || root != Some(jsonc::Kind::Object), "{name}: {error}");
                refused += 1;
            }
        }
    }
    println!("parser suite: {read} read, {refused} refused");
}

/// Paths of all objects (as hosts of a new key) and arrays that plain keys lead to.
fn containers(value: &Value, path: &mut Vec<Step>, found: &mut Vec<(Vec<Step>, bool)>) {
    match value {
        Value::Object(members) => {
            found.push((path.clone(), true));
            for (key, value) in members {
                path.push(Step::Key(key.clone()));
                containers(value, path, found);
                path.pop();
            }
        }
        Value::Array(_) => found.push((path.clone(), false)),
        _ => {}
    }
}

#[test]
fn every_container_of_real_files_gives_its_bytes_back() {
    let (mut hosts, mut keys) = (0, 0);
    for folder in ["jsonc", "seq"] {
        for file in files(folder).into_iter().flatten() {
            let name = file.display().to_string();
            let text = fs::read_to_string(&file).unwrap();
            if merge::check(&text, Format::Jsonc).is_err() {
                continue;
            }
            let mut found = Vec::new();
            containers(&parse(&text).unwrap(), &mut Vec::new(), &mut found);
            let step = found.len() / 4 + 1;
            for (path, is_object) in found.into_iter().step_by(step) {
                let entry = |at: usize| {
                    let mut path = path.clone();
                    let name = format!("new {at}");
                    path.push(if is_object { Step::Key(name) } else { Step::Member { member: name } });
                    let op = if is_object { Op::Set(json!({"a": [1, "b"]})) } else { Op::Include };
                    Entry { path: Path(path), op, secret: false }
                };
                let entries = (0..3).map(entry).collect();
                round_trip(&name, &text, &Patch { format: Format::Jsonc, entries, downloads: Vec::new() });
                hosts += 1;
            }
            keys += take_each_out(&name, &text);
        }
    }
    println!("{hosts} containers filled and emptied, {keys} keys taken out");
}

/// Takes each root key out and compares with the value without it.
fn take_each_out(name: &str, text: &str) -> usize {
    let old = parse(text).unwrap();
    let Some(members) = old.as_object() else { return 0 };
    let tree = jsonc::scan(text);
    if tree.properties(0).count() != members.len() {
        return 0;
    }
    for (key, value) in members.iter().step_by(members.len() / 8 + 1) {
        let path = Path(vec![Step::Key(key.clone())]);
        let wanted = Patch {
            format: Format::Jsonc,
            entries: vec![Entry { path: path.clone(), op: Op::Set(value.clone()), secret: true }],
            downloads: Vec::new(),
        };
        let adopted = merge::apply(text, &wanted, &Owned::default(), &[], &seal()).unwrap();
        assert_eq!(adopted.text, text, "{name}");
        let removed = merge::remove(text, Format::Jsonc, &adopted.owned, None, &seal()).unwrap();
        let mut left = members.clone();
        left.shift_remove(key);
        assert_eq!(
            parse(&removed.text),
            Some(Value::Object(left)),
            "{name} without {key}:\n{}",
            removed.text
        );
    }
    members.len().min(8)
}

/// What ELITEA's page offers as a download, pasted and then merged over.
#[test]
fn downloads_are_taken_over_as_one() {
    let mut taken = 0;
    for release in ["current", "release-2.0.1"] {
        let Ok(folders) = fs::read_dir(FilePath::new(SHARED).join("downloads").join(release)) else {
            println!("skipped: no ../shared");
            return;
        };
        for file in folders.flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap()) {
            let file = file.unwrap().path();
            let name = file.display().to_string();
            let text = fs::read_to_string(&file).unwrap();
            let is_json = file.extension().is_some_and(|kind| kind == "json");
            let format = if is_json { Format::Settings } else { Format::Xml };
            if merge::check(&text, format).is_err() {
                assert!(name.contains("-odd"), "{name} is well formed");
                continue;
            }
            let paths: Vec<_> = if is_json {
                parse(&text).unwrap().as_object().unwrap().keys().map(|key| Path::keys([key])).collect()
            } else {
                let document = roxmltree::Document::parse(&text).unwrap();
                let named =
                    |tag: &'static str| document.descendants().filter(move |node| node.has_tag_name(tag));
                let component = named("component").next().and_then(|node| node.attribute("name")).unwrap();
                named("option")
                    .filter_map(|node| node.attribute("name"))
                    .map(|name| Path::keys([component, name]))
                    .collect()
            };
            let entry = |path: &Path| Entry {
                path: path.clone(),
                op: Op::Set(json!("ours")),
                secret: path.name().ends_with("Token"),
            };
            let patch = Patch { format, entries: paths.iter().map(entry).collect(), downloads: vec![paths] };
            let merged = merge::apply(&text, &patch, &Owned::default(), &[], &seal()).unwrap();
            assert!(
                merged.keys.iter().all(|key| key.outcome == Outcome::TakenOver),
                "{name}: {:?}",
                merged.keys
            );
            assert_eq!(merged.text.lines().count(), text.lines().count(), "{name}");
            taken += 1;
        }
    }
    println!("{taken} downloads taken over");
}
