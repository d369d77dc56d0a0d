//! `editors/protocol.json` and what the editors' clients make of it are as the types of this module say.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may end there")]

mod kotlin;
mod model;
mod schema;
mod typescript;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use model::Model;
pub(super) use schema::Schemas;

/// The command that writes the files anew.
const COMMAND: &str = "PROTOCOL=write cargo test --lib protocol";

const SCHEMA: &str = "editors/protocol.json";
const TYPESCRIPT: &str = "editors/vscode/src/protocol.ts";
const KOTLIN: &str = "editors/jetbrains/plugin/src/main/kotlin/ai/elitea/helper/protocol/Protocol.kt";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Compares the file with what it should hold, or writes it where [`COMMAND`] asks for that.
#[allow(clippy::disallowed_methods, reason = "it writes into the repository, when a developer asks for it")]
fn assert_published(path: &str, text: &str) {
    let file = root().join(path);
    if std::env::var("PROTOCOL").as_deref() == Ok("write") {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
        return;
    }
    let is = std::fs::read_to_string(file).unwrap_or_default().replace("\r\n", "\n");
    let line = (1..).zip(is.lines().zip(text.lines())).find(|(_, (is, should))| is != should);
    let shown = line.map_or_else(String::new, |(line, (is, should))| {
        format!("\n  line {line} is:        {is}\n  line {line} should be: {should}")
    });
    assert!(is == text, "{path} is not what src/protocol says; write it anew: {COMMAND}{shown}");
}

#[test]
fn the_schema_is_what_the_types_say() {
    let text = serde_json::to_string_pretty(&schema::document()).unwrap() + "\n";
    assert_published(SCHEMA, &text);
}

#[test]
fn typescript_mirrors_the_schema() {
    assert_published(TYPESCRIPT, &typescript::mirror(&Model::read(&schema::document()), COMMAND));
}

#[test]
fn kotlin_mirrors_the_schema() {
    assert_published(KOTLIN, &kotlin::mirror(&Model::read(&schema::document()), COMMAND));
}

/// Each type that can be printed or sent is published once, under a name of its own.
#[test]
fn no_type_is_left_out() {
    let mut declared = Vec::new();
    for entry in std::fs::read_dir(root().join("src/protocol")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            declared.extend(wire_types(&path));
        }
    }
    declared.sort();
    assert!(declared.windows(2).all(|two| two[0] != two[1]), "a name occurs twice: {declared:?}");
    let document = schema::document();
    let published: BTreeSet<String> = document["$defs"].as_object().unwrap().keys().cloned().collect();
    let declared: BTreeSet<String> = declared.into_iter().collect();
    let missing: Vec<_> = declared.difference(&published).collect();
    assert!(missing.is_empty(), "no row of the table of methods leads to {missing:?}");
    let foreign: Vec<_> = published.difference(&declared).collect();
    assert!(foreign.is_empty(), "not declared in src/protocol: {foreign:?}");
}

/// The types of a file that serde writes or reads.
fn wire_types(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut names = Vec::new();
    let mut is_wire = false;
    for line in text.lines() {
        let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        match words.as_slice() {
            [_, _, "derive", ..] | [_, "derive", ..] => {
                is_wire |= words.contains(&"Serialize") || words.contains(&"Deserialize");
            }
            ["pub", "struct" | "enum", name, ..] if std::mem::take(&mut is_wire) => {
                names.push((*name).to_owned());
            }
            _ => {}
        }
    }
    names
}

#[test]
fn everything_is_described() {
    let document = schema::document();
    assert!(!document.to_string().contains("*/"), "a mirror's comment would end there");
    let mut bare = Vec::new();
    for (name, schema) in document["$defs"].as_object().unwrap() {
        let fields = schema["properties"].as_object().into_iter().flatten();
        let words = schema["oneOf"].as_array().into_iter().flatten();
        let parts = fields
            .map(|(field, schema)| (field.as_str(), schema))
            .chain(words.map(|word| (word["const"].as_str().unwrap_or_default(), word)))
            .chain([("", schema)]);
        for (part, schema) in parts {
            if schema["description"].as_str().unwrap_or_default().is_empty() {
                bare.push(format!("{name} {part}"));
            }
        }
    }
    for method in super::methods::METHODS {
        if method.says.is_empty() {
            bare.push(method.name.to_owned());
        }
    }
    assert_eq!(bare, [""; 0], "without a description");
}

#[test]
fn method_names_are_in_order() {
    let mut seen = BTreeSet::new();
    for method in super::methods::METHODS {
        let parts: Vec<&str> = method.name.split('/').collect();
        assert!(matches!(parts.as_slice(), ["elitea", _, _]), "{}: not elitea/<noun>/<verb>", method.name);
        assert!(seen.insert(method.name), "{} occurs twice", method.name);
        assert_eq!(super::methods::find(method.name), Some(method));
    }
}
