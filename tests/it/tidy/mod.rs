//! The house rules: who imports whom, who may print, write or use the network, and what may not be
//! in the tree. Clippy holds some of them too (`.clippy.toml`), by type instead of by name.

mod examples;
mod rules;
mod source;
mod tables;

use std::path::Path;

use rules::RULES;
use source::Source;

/// What was built or fetched, and git's own.
const NOT_OURS: &[&str] = &[".git", ".gradle", "build", "dist", "node_modules", "out", "target"];

#[test]
fn the_tree_is_tidy() {
    let mut tree = Vec::new();
    collect(Path::new(env!("CARGO_MANIFEST_DIR")), "", &mut tree);
    assert!(tree.iter().any(|source| source.path == "src/lib.rs"), "the sources were not found");
    let mut report = String::new();
    for rule in RULES {
        let found = (rule.check)(&tree);
        if !found.is_empty() {
            report += &format!("\n{}, but:\n  {}", rule.says, found.join("\n  "));
        }
    }
    assert!(report.is_empty(), "{report}\n");
}

/// Reads every text file below `folder`.
fn collect(folder: &Path, prefix: &str, tree: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type().unwrap();
        if NOT_OURS.contains(&name.as_str()) {
            continue;
        }
        if kind.is_dir() {
            collect(&entry.path(), &format!("{path}/"), tree);
        } else if kind.is_file()
            && let Ok(text) = std::fs::read_to_string(entry.path())
        {
            tree.push(Source::new(&path, &text));
        }
    }
}
