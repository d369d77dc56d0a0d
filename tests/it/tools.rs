//! Tools that a user's templates add need no code: what the journeys call theirs is named nowhere in
//! the program.

use std::collections::BTreeSet;
use std::path::Path;

/// The ids of the templates that a journey lays out.
fn ids(journey: &str) -> impl Iterator<Item = &str> {
    let laid = journey.lines().filter_map(|line| line.strip_prefix("file elitea-config/templates/"));
    laid.filter_map(|rest| rest.split('/').next())
}

fn texts(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            texts(&path, found);
        } else {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap().to_lowercase()));
        }
    }
}

#[test]
fn the_names_of_added_tools_are_nowhere_in_the_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut journeys = Vec::new();
    texts(&root.join("tests/data/journeys"), &mut journeys);
    let made_up: BTreeSet<&str> = journeys
        .iter()
        .filter(|(path, _)| {
            Path::new(path).file_name().is_some_and(|name| name.to_string_lossy().starts_with("tool-"))
        })
        .flat_map(|(_, text)| ids(text))
        .filter(|id| id.contains(['q', 'z']))
        .collect();
    assert!(made_up.len() > 2, "{made_up:?}");
    let mut program = Vec::new();
    texts(&root.join("src"), &mut program);
    texts(&root.join("templates"), &mut program);
    for (path, text) in &program {
        let named: Vec<_> = made_up.iter().filter(|id| text.contains(**id)).collect();
        assert!(named.is_empty(), "{path} names {named:?}");
    }
}
