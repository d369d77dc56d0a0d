//! For each rule, small trees that break it and small trees that keep it: a rule that finds nothing in a
//! bad tree holds nothing.

use super::rules::RULES;
use super::source::Source;

/// A tree: paths and texts.
type Tree = &'static [(&'static str, &'static str)];

struct Example {
    rule: &'static str,
    /// Each has exactly one finding.
    bad: &'static [Tree],
    good: &'static [Tree],
}

const EXAMPLES: &[Example] = &[
    Example {
        rule: "a module uses only the modules below it",
        bad: &[
            &[("src/merge/xml/scan.rs", "use crate::files::read;")],
            &[("src/files/write.rs", "use crate::{\n    error::{Error, Kind},\n    state::State,\n};")],
            &[("src/elitea/mod.rs", "fn f() { super::config::load() }")],
            &[("src/elitea/http.rs", "fn f() { super::super::config::load() }")],
            &[("src/ops/plan.rs", "use crate::cli;")],
            &[("src/error.rs", "use crate::merge::Path;")],
            &[("src/main.rs", "fn main() { elitea_helper::ops::plan() }")],
            &[("src/auth/mod.rs", "use crate::helper_of_all;")],
            &[("src/utils.rs", "")],
        ],
        good: &[
            &[(
                "src/merge/xml/scan.rs",
                "use crate::{error::{Error, Kind}, merge::Path};\nuse super::super::text;",
            )],
            &[("src/files/write.rs", "//! crate::cli\n// crate::cli\nconst S: &str = \"crate::cli\";")],
            &[("src/files/write.rs", "#[cfg(test)]\nmod tests {\n    use crate::cli::main;\n}")],
            &[("src/cli/mod.rs", "use crate::{ops, protocol::{self, Report}};\npub(crate) fn f() {}")],
            &[("src/main.rs", "fn main() { elitea_helper::cli::main() }")],
            &[("tests/it/main.rs", "use elitea_helper::merge;")],
        ],
    },
    Example {
        rule: "each outside thing has one door",
        bad: &[
            &[("src/ops/login.rs", "fn f() { let _ = reqwest::Client::new(); }")],
            &[("src/config/mod.rs", "use keyring::Entry;")],
            &[("src/lsp/mod.rs", "fn f() { println!(\"{}\", 1) }")],
            &[("src/fake/mod.rs", "fn f() { std::io::stdout().flush() }")],
            &[("src/state/mod.rs", "fn f() { std::fs::create_dir_all(path) }")],
            &[("src/ide/mod.rs", "fn f() { fs::File::create(path) }")],
            &[("src/fake/mod.rs", "use tempfile::TempDir;")],
            &[("src/ops/plan.rs", "fn f() { std::process::exit(1) }")],
        ],
        good: &[
            &[("src/elitea/http.rs", "use reqwest::Client;")],
            &[("src/auth/keychain.rs", "use keyring::Entry;")],
            &[("src/cli/show.rs", "fn f() { println!(\"{}\", 1); std::process::exit(1) }")],
            &[("src/lsp/mod.rs", "fn f() { std::io::stdout().lock() }")],
            &[("src/files/own.rs", "use std::fs::OpenOptions; fn f() { std::fs::rename(a, b) }")],
            &[(
                "src/ide/mod.rs",
                "fn f() { std::fs::read_to_string(path); files::write(path) } // println!()",
            )],
            &[("src/ide/mod.rs", "#[cfg(test)]\nmod tests { fn f() { std::fs::write(path, \"\") } }")],
            &[("tests/it/ide.rs", "fn f() { std::fs::write(path, \"\") }")],
        ],
    },
    Example {
        rule: "a file is short",
        bad: &[&[(
            "src/main.rs",
            "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\nfn main() {}\n",
        )]],
        good: &[&[(
            "src/cli.rs",
            "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\nfn main() {}\n",
        )]],
    },
    Example {
        rule: "the map in src/lib.rs has every module, and what it may use",
        bad: &[
            &[
                ("src/lib.rs", "//! | [`files`] | writes | |\npub mod merge; // | [`merge`] |"),
                ("src/merge/mod.rs", ""),
            ],
            &[("src/lib.rs", "//! | [`auth`] | tokens | [`files`], [`ide`] |"), ("src/auth.rs", "")],
            &[("src/lib.rs", "//! | [`auth`] | tokens | |"), ("src/auth.rs", "")],
        ],
        good: &[
            &[("src/lib.rs", "//! | [`auth`] | of [`ide`] | [`files`], [`error`] |"), ("src/auth.rs", "")],
            &[("src/lib.rs", "//! | [`ops`] | verbs | all below |"), ("src/ops/mod.rs", "")],
        ],
    },
    Example {
        rule: "nothing is unfinished or switched off",
        bad: &[
            &[("src/cli/mod.rs", concat!("// TO", "DO: colours"))],
            &[("editors/vscode/server.ts", concat!("// FIX", "ME"))],
            &[("src/cli/mod.rs", concat!("fn f() { unimple", "mented!() }"))],
            &[("tests/it/ide.rs", concat!("#[ig", "nore = \"slow\"]"))],
        ],
        good: &[
            &[("tests/data/merge/a.json", concat!("// TO", "DO: mine"))],
            &[("src/cli/mod.rs", "// done")],
        ],
    },
    Example {
        rule: "no path of one machine",
        bad: &[&[("README.md", "see /work/notes")], &[("tests/data/ide/a.json", "\"/root/project\"")]],
        good: &[&[("tests/data/ide/a.json", "\"/home/me/work/project\", \"${root}/root/project\"")]],
    },
    Example {
        rule: "packages come from the public registries",
        bad: &[
            &[("editors/vscode/.npmrc", "registry=https://npm.artifactory.example.com/api")],
            &[("Cargo.lock", "source = \"registry+https://mirror.example.com/index\"")],
            &[("editors/vscode/package-lock.json", "  \"resolved\": \"https://npm.example.com/a.tgz\",")],
        ],
        good: &[
            &[("Cargo.lock", "source = \"registry+https://github.com/rust-lang/crates.io-index\"")],
            &[(
                "editors/vscode/package-lock.json",
                "  \"resolved\": \"https://registry.npmjs.org/a.tgz\",\n  \"url\": \"https://example.com\"",
            )],
            &[("README.md", "https://elitea.example.com/app")],
        ],
    },
    Example {
        rule: "Cargo.lock is committed",
        bad: &[
            &[(".gitignore", "/target\n")],
            &[("Cargo.lock", "version = 4"), (".gitignore", "Cargo.lock\n")],
        ],
        good: &[&[("Cargo.lock", "version = 4"), (".gitignore", "/target\n")]],
    },
    Example {
        rule: "the README names the commands",
        bad: &[&[("README.md", "Run `tests/run`.")]],
        good: &[&[("README.md", "Try `cargo run --release -- demo`, test with `tests/run`.")]],
    },
    Example {
        rule: "each dependency says what it is for",
        bad: &[
            &[("Cargo.toml", "[dependencies]\nanyhow = \"1\" # errors\nclap = { version = \"4\" }\n")],
            &[("Cargo.toml", "[target.'cfg(unix)'.dependencies]\nrustix = \"1\" # \n")],
        ],
        good: &[&[(
            "Cargo.toml",
            "[package]\nname = \"a\"\n[dependencies]\nclap = \"4\" # the command line\n[lints]\na = 1\n",
        )]],
    },
    Example {
        rule: "the version is one",
        bad: &[
            &[
                ("Cargo.toml", "\nversion = \"1.2.3\"\n"),
                ("Cargo.lock", "\nname = \"elitea-helper\"\nversion = \"1.2.4\"\n"),
            ],
            &[
                ("Cargo.toml", "\nversion = \"1.2.3\"\n"),
                ("editors/vscode/package.json", "{\"version\": \"1.2\"}"),
            ],
            &[("Cargo.toml", "\nversion = \"1.2.3\"\n"), ("editors/vscode/package.json", "{}")],
        ],
        good: &[&[
            ("Cargo.toml", "\nversion = \"1.2.3\"\n"),
            ("editors/vscode/package.json", "{\"version\": \"1.2.3\"}"),
        ]],
    },
];

#[test]
fn each_rule_can_fail() {
    for rule in RULES {
        let example = EXAMPLES.iter().find(|example| example.rule == rule.says).expect(rule.says);
        let findings = |tree: Tree| {
            let sources: Vec<Source> = tree.iter().map(|(path, text)| Source::new(path, text)).collect();
            (rule.check)(&sources)
        };
        for tree in example.bad {
            assert_eq!(findings(tree).len(), 1, "{}: {tree:?}: {:?}", rule.says, findings(tree));
        }
        for tree in example.good {
            assert_eq!(findings(tree), [""; 0], "{}: {tree:?}", rule.says);
        }
    }
    assert_eq!(RULES.len(), EXAMPLES.len());
}
