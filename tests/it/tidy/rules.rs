//! The rules: each takes the whole tree and returns what is wrong with it, as `path:line: what`.

use std::collections::BTreeSet;

use super::source::{Source, is_word};
use super::tables::{
    DOORS, EVERYBODY_MAY_USE, LINES, LONGER, MACHINE_PATHS, MAY_USE, PUBLIC_REGISTRIES, README, REGISTRIES,
    UNFINISHED, VERSIONS,
};

pub(super) struct Rule {
    /// The rule in one sentence.
    pub says: &'static str,
    pub check: fn(&[Source]) -> Vec<String>,
}

pub(super) const RULES: &[Rule] = &[
    Rule { says: "a module uses only the modules below it", check: imports },
    Rule { says: "each outside thing has one door", check: doors },
    Rule { says: "a file is short", check: lengths },
    Rule { says: "the map in src/lib.rs has every module, and what it may use", check: map },
    Rule { says: "nothing is unfinished or switched off", check: unfinished },
    Rule { says: "no path of one machine", check: machine_paths },
    Rule { says: "packages come from the public registries", check: registries },
    Rule { says: "Cargo.lock is committed", check: lock_file },
    Rule { says: "the README names the commands", check: readme },
    Rule { says: "each dependency says what it is for", check: dependencies },
    Rule { says: "the version is one", check: versions },
];

fn imports(tree: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in tree {
        let Some(module) = source.module() else { continue };
        let Some((_, may_use)) = MAY_USE.iter().find(|(name, _)| *name == module) else {
            found.push(format!("{}: {module} has no row in MAY_USE", source.path));
            continue;
        };
        for (line, used) in modules_used(source) {
            let allowed = used == module
                || may_use.contains(&used)
                || (EVERYBODY_MAY_USE.contains(&used) && !EVERYBODY_MAY_USE.contains(&module));
            if !allowed {
                found.push(format!("{}:{line}: {module} may not use {used}", source.path));
            }
        }
    }
    found
}

/// What follows the crate's root in the paths of a file: `crate::x`, `crate::{x, y::z}`, enough `super`s.
fn modules_used(source: &Source) -> Vec<(usize, &str)> {
    let tokens = source.tokens();
    let token = |at: usize| tokens.get(at).map_or("", |(_, token)| *token);
    let mut used = Vec::new();
    for at in 0..tokens.len() {
        let mut next = at;
        let mut supers = 0;
        if at > 0 && token(at - 1) == "::" {
            continue;
        }
        while token(next) == "super" && token(next + 1) == "::" {
            supers += 1;
            next += 2;
        }
        if matches!(token(at), "crate" | "elitea_helper") && token(at + 1) == "::" {
            next = at + 2;
        } else if supers == 0 || supers < source.depth() {
            continue;
        }
        if token(next) != "{" {
            used.extend(tokens.get(next));
            continue;
        }
        let mut depth = 0;
        for (before, (line, name)) in (next..).zip(tokens.iter().skip(next + 1)) {
            match *name {
                "{" => depth += 1,
                "}" if depth == 0 => break,
                "}" => depth -= 1,
                _ if depth == 0 && matches!(token(before), "{" | ",") => used.push((*line, *name)),
                _ => {}
            }
        }
    }
    used
}

fn doors(tree: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in tree.iter().filter(|source| source.module().is_some()) {
        let tokens = source.tokens();
        for door in
            DOORS.iter().filter(|door| !door.places.iter().any(|place| source.path.starts_with(place)))
        {
            for name in door.names {
                let sought: Vec<&str> = name.split(' ').collect();
                for window in tokens.windows(sought.len()) {
                    if window.iter().map(|(_, token)| token).eq(&sought) {
                        let (path, line) = (&source.path, window[0].0);
                        found.push(format!("{path}:{line}: {} is for {:?}: {name}", door.thing, door.places));
                    }
                }
            }
        }
    }
    found
}

fn lengths(tree: &[Source]) -> Vec<String> {
    let code = ["rs", "ts", "kt", "kts", "js", "mjs", "py", "bash"];
    let is_code = |path: &str| path.rsplit_once('.').is_some_and(|(_, end)| code.contains(&end));
    tree.iter()
        .filter(|source| is_code(&source.path) && !is_case(source))
        .filter_map(|source| {
            let limit =
                LONGER.iter().find(|(path, _)| *path == source.path).map_or(LINES, |(_, lines)| *lines);
            let lines = source.text.lines().count();
            (lines > limit).then(|| format!("{}: {lines} lines, at most {limit}", source.path))
        })
        .collect()
}

fn map(tree: &[Source]) -> Vec<String> {
    let root = text(tree, "src/lib.rs");
    let map: Vec<&str> = root.lines().filter(|line| line.starts_with("//!")).collect();
    let modules: BTreeSet<&str> = tree.iter().filter_map(Source::module).collect();
    let mut found = Vec::new();
    for module in modules.into_iter().filter(|module| !matches!(*module, "lib" | "main")) {
        let Some(row) = map.iter().find(|line| line.starts_with(&format!("//! | [`{module}`] |"))) else {
            found.push(format!("src/lib.rs: {module} has no row in the map"));
            continue;
        };
        let may_use = row.rsplit('|').nth(1).unwrap_or_default();
        if may_use.contains("everything") || may_use.contains("all below") {
            continue;
        }
        let said: BTreeSet<&str> =
            may_use.split('`').skip(1).step_by(2).filter(|name| !EVERYBODY_MAY_USE.contains(name)).collect();
        let held = MAY_USE
            .iter()
            .find(|(name, _)| *name == module)
            .map(|(_, names)| names.iter().copied().collect());
        if held.is_some_and(|held: BTreeSet<&str>| held != said) {
            found.push(format!("src/lib.rs: the map says that {module} may use {said:?}, not as MAY_USE"));
        }
    }
    found
}

fn unfinished(tree: &[Source]) -> Vec<String> {
    tree.iter()
        .filter(|source| !is_case(source))
        .flat_map(|source| source.lines_with(UNFINISHED, "unfinished"))
        .collect()
}

fn machine_paths(tree: &[Source]) -> Vec<String> {
    let home = std::env::var("HOME").ok().filter(|home| home.len() > 3).map(|home| format!("{home}/"));
    let paths: Vec<&str> = MACHINE_PATHS.iter().copied().chain(home.as_deref()).collect();
    let mut found = Vec::new();
    for source in tree.iter().filter(|source| !is_rule(source)) {
        for (line, text) in (1..).zip(source.text.lines()) {
            // `/home/me/work/x` and `$HOME/work/x` are nobody's.
            let free = |at| !text[..at].ends_with(|c| is_word(c) || matches!(c, '.' | '~' | '}' | ')' | '-'));
            let stands = |path: &str| text.match_indices(path).any(|(at, _)| free(at));
            if let Some(path) = paths.iter().find(|path| stands(path)) {
                found.push(format!("{}:{line}: {path}", source.path));
            }
        }
    }
    found
}

fn registries(tree: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in tree.iter().filter(|source| !is_rule(source) && !is_case(source)) {
        let lock = source.path.ends_with(".lock") || source.path.ends_with("package-lock.json");
        for (line, text) in (1..).zip(source.text.lines()) {
            for (at, _) in text.match_indices("https://").chain(text.match_indices("http://")) {
                let url = &text[at..];
                let host = url.split('/').nth(2).unwrap_or_default();
                let wrong = match lock {
                    true => {
                        let names_source = text.starts_with("source = ") || text.contains("\"resolved\":");
                        names_source && !PUBLIC_REGISTRIES.iter().any(|public| url.starts_with(public))
                    }
                    false => REGISTRIES.iter().any(|piece| host.contains(piece)),
                };
                if wrong {
                    found.push(format!("{}:{line}: {host}", source.path));
                }
            }
        }
    }
    found
}

fn lock_file(tree: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    if text(tree, "Cargo.lock").is_empty() {
        found.push("Cargo.lock is missing".to_owned());
    }
    if text(tree, ".gitignore").contains("Cargo.lock") {
        found.push(".gitignore: Cargo.lock is ignored".to_owned());
    }
    found
}

fn readme(tree: &[Source]) -> Vec<String> {
    let readme = text(tree, "README.md");
    README
        .iter()
        .filter(|words| !readme.contains(**words))
        .map(|words| format!("README.md: no {words}"))
        .collect()
}

fn dependencies(tree: &[Source]) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for (line, text) in (1..).zip(text(tree, "Cargo.toml").lines()) {
        if text.starts_with('[') {
            inside = text.ends_with("dependencies]");
        } else if inside && text.contains('=') && !text.starts_with('#') {
            let why = text.rsplit_once(" # ").map(|(_, why)| why.trim());
            if why.is_none_or(str::is_empty) {
                found.push(format!("Cargo.toml:{line}: {text}"));
            }
        }
    }
    found
}

fn versions(tree: &[Source]) -> Vec<String> {
    let mut ours = None;
    let mut found = Vec::new();
    for (path, before) in VERSIONS {
        let text = text(tree, path);
        let version = text.split_once(before).and_then(|(_, rest)| rest.split(['"', '<', '\n']).next());
        match (version, ours) {
            (None, _) if text.is_empty() => {}
            (None, _) => found.push(format!("{path}: no version after {before:?}")),
            (Some(version), None) => ours = Some(version),
            (Some(version), Some(ours)) if version == ours => {}
            (Some(version), Some(ours)) => found.push(format!("{path}: {version}, not {ours}")),
        }
    }
    found
}

fn text<'a>(tree: &'a [Source], path: &str) -> &'a str {
    tree.iter().find(|source| source.path == path).map_or("", |source| &source.text)
}

/// Whether a file is a test's data, whose words are somebody else's.
fn is_case(source: &Source) -> bool {
    source.path.starts_with("tests/data/")
}

/// Whether a file is one of these, which name what they forbid.
fn is_rule(source: &Source) -> bool {
    source.path.starts_with("tests/it/tidy/")
}
