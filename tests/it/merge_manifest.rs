//! Every file of the corpus by its manifest: merged where its IDE reads it, else refused; and the
//! splicers over those too, through patches that fit them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path as FilePath, PathBuf};

use elitea_helper::error::Kind;
use elitea_helper::merge::{self, Entry, Format, Op, Owned, Patch, Path, Seal, Step, jsonc};
use serde_json::json;

use crate::merge_corpus::{files, round_trip, settings_patch, xml_patch};

/// How many files there are besides those that the manifest lists.
const UNLISTED: [(&str, usize); 3] = [("seq", 60), ("jsontestsuite", 318), ("cases", 1)];

/// How many files of a folder must have run.
pub(crate) fn expected(folder: &str) -> usize {
    if let Some((_, count)) = UNLISTED.iter().find(|(name, _)| *name == folder) {
        return *count;
    }
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus/MANIFEST.tsv");
    let manifest = fs::read_to_string(manifest).unwrap_or_default();
    manifest.lines().filter(|line| line.starts_with(&format!("{folder}/"))).count()
}

fn seal() -> Seal {
    Seal::new(&[7; 32])
}

fn read(file: &FilePath) -> Option<String> {
    String::from_utf8(fs::read(file).unwrap()).ok()
}

/// What a file is refused for: both by a check and by a merge, at one place.
fn refused(name: &str, text: &str, patch: &Patch) -> Option<(usize, usize)> {
    let error = merge::check(text, patch.format).err()?;
    let same = merge::apply(text, patch, &Owned::default(), &[], &seal()).unwrap_err();
    assert_eq!((error.kind, same.kind), (Kind::FileMalformed, Kind::FileMalformed), "{name}: {error}");
    assert_eq!(error.place, same.place, "{name}");
    let place = error.place.unwrap_or_else(|| panic!("{name}: no place"));
    assert!(place.line >= 1 && place.line <= text.lines().count().max(1), "{name}: {}", place.line);
    Some((place.line, place.column))
}

/// A key inside the elements of an array, a string in it, and a key of an object.
fn generic(text: &str) -> Patch {
    let element = Step::Element { field: "made up".to_owned(), value: "x".to_owned() };
    let key = |name: &str| Step::Key(name.to_owned());
    let set = |path: Vec<Step>| Entry { path: Path(path), op: Op::Set(json!({"a": [1]})), secret: false };
    let root = jsonc::scan(text).nodes.first().map(|node| node.kind);
    let entries = if root == Some(jsonc::Kind::Array) {
        let member = Path(vec![Step::Member { member: "a string".to_owned() }]);
        vec![
            set(vec![element.clone(), key("new")]),
            set(vec![element, key("nested"), key("new")]),
            Entry { path: member, op: Op::Include, secret: false },
        ]
    } else {
        vec![set(vec![key("made up"), element, key("new")]), set(vec![key("made"), key("up")])]
    };
    Patch { format: Format::Jsonc, entries, downloads: Vec::new() }
}

/// The patch for the settings of a workspace file, which has them one level down.
fn workspace_patch() -> Patch {
    let mut patch = settings_patch();
    for entry in &mut patch.entries {
        entry.path.0.insert(0, Step::Key("settings".to_owned()));
    }
    patch
}

#[test]
fn every_json_file_is_merged_or_refused() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut broken = Vec::new();
    for folder in ["jsonc", "seq", "jsontestsuite"] {
        let Some(files) = files(folder) else { return };
        let mut ran = 0;
        for file in files {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            ran += 1;
            let Some(text) = read(&file) else {
                *counts.entry("no text").or_default() += 1;
                continue;
            };
            let patch = if name.contains(".code-workspace") { workspace_patch() } else { settings_patch() };
            let mut outcome = "merged";
            match refused(&name, &text, &patch) {
                None => drop(round_trip(&name, &text, &patch)),
                Some(_) => outcome = "refused",
            }
            *counts.entry(outcome).or_default() += 1;
            // Whatever is in it, an object and an array take a patch that fits them.
            let patch = generic(&text);
            match refused(&name, &text, &patch) {
                None if outcome == "refused" => {
                    round_trip(&name, &text, &patch);
                    *counts.entry("refused as settings, merged as what they are").or_default() += 1;
                }
                None => drop(round_trip(&name, &text, &patch)),
                Some((line, column)) if folder == "jsonc" => broken.push(format!("{name}:{line}:{column}")),
                Some(_) => {}
            }
        }
        assert!(ran >= expected(folder), "{folder}: {ran} files of {}", expected(folder));
    }
    println!("JSON files: {counts:?}; broken ones of the real files:\n{}", broken.join("\n"));
}

/// The text with its root element renamed to the one that settings need.
pub(crate) fn as_project(text: &str) -> Option<String> {
    let document = roxmltree::Document::parse(text).ok()?;
    let (name, range) = (document.root_element().tag_name().name(), document.root_element().range());
    let (before, element, after) = (&text[..range.start], &text[range.clone()], &text[range.end..]);
    let element = element.strip_prefix(&format!("<{name}"))?;
    let element = match element.trim_end().strip_suffix('>')?.trim_end().strip_suffix(name) {
        Some(inner) => format!("{inner}project>"),
        None => element.to_owned(),
    };
    Some(format!("{before}<project{element}{after}"))
}

#[test]
fn every_xml_file_is_merged_or_refused() {
    let Some(files) = files("idea") else { return };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let ran: Vec<PathBuf> = files;
    for file in &ran {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let text = read(file).unwrap();
        if refused(&name, &text, &xml_patch()).is_none() {
            round_trip(&name, &text, &xml_patch());
            *counts.entry("merged").or_default() += 1;
            continue;
        }
        *counts.entry("refused").or_default() += 1;
        // The splicer takes what is in them all the same.
        if let Some(text) = as_project(&text) {
            round_trip(&name, &text, &xml_patch());
            *counts.entry("refused, merged under another root").or_default() += 1;
        }
    }
    assert!(ran.len() >= expected("idea"), "idea: {} files of {}", ran.len(), expected("idea"));
    println!("XML files: {counts:?}");
}
