//! The house rules as data.

/// What every module may use; these use nothing.
pub(super) const EVERYBODY_MAY_USE: &[&str] = &["error", "order"];

/// Which modules of ours each module may use besides, from the bottom up. Itself goes without saying.
pub(super) const MAY_USE: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("order", &[]),
    ("protocol", &[]),
    ("merge", &[]),
    ("files", &[]),
    ("template", &["merge"]),
    ("auth", &["files"]),
    ("ide", &["files"]),
    ("state", &["files", "merge"]),
    ("config", &["auth", "files"]),
    ("elitea", &["auth", "files"]),
    ("doctor", &["auth", "elitea", "ide", "merge", "protocol"]),
    (
        "ops",
        &["auth", "config", "doctor", "elitea", "files", "ide", "merge", "protocol", "state", "template"],
    ),
    ("fake", &[]),
    (
        "lsp",
        &[
            "auth", "config", "doctor", "elitea", "files", "ide", "merge", "ops", "protocol", "state",
            "template",
        ],
    ),
    (
        "cli",
        &[
            "auth", "config", "doctor", "elitea", "fake", "files", "ide", "lsp", "merge", "ops", "protocol",
            "state", "template",
        ],
    ),
    ("lib", &[]),
    ("main", &["cli"]),
];

/// One door to an outside thing: what it is called in code, and the files that may call it.
pub(super) struct Door {
    /// What comes through it, for the message.
    pub thing: &'static str,
    /// Sequences of tokens that name it.
    pub names: &'static [&'static str],
    /// Files and folders (these end with a slash) that may name it.
    pub places: &'static [&'static str],
}

pub(super) const DOORS: &[Door] = &[
    Door {
        thing: "the network",
        names: &["reqwest ::", "use reqwest ;", "use reqwest as"],
        places: &["src/elitea/"],
    },
    Door {
        thing: "the keychain",
        names: &["keyring ::", "use keyring ;", "use keyring as"],
        places: &["src/auth/"],
    },
    Door {
        thing: "printing",
        names: &["print !", "println !", "eprint !", "eprintln !"],
        places: &["src/cli/", "src/main.rs"],
    },
    Door {
        // The language server's messages go to standard output too.
        thing: "standard output",
        names: &["stdout ( )", "stderr ( )"],
        places: &["src/cli/", "src/lsp/", "src/main.rs"],
    },
    Door {
        thing: "writing files",
        names: &[
            "fs :: copy",
            "fs :: create_dir",
            "fs :: create_dir_all",
            "fs :: hard_link",
            "fs :: remove_dir",
            "fs :: remove_dir_all",
            "fs :: remove_file",
            "fs :: rename",
            "fs :: set_permissions",
            "fs :: symlink",
            "fs :: symlink_dir",
            "fs :: symlink_file",
            "fs :: write",
            "File :: create",
            "File :: create_new",
            "File :: options",
            "OpenOptions",
            "tempfile ::",
            "use tempfile ;",
        ],
        // The demo lays out a throw-away home of its own.
        places: &["src/files/", "src/fake/demo/home.rs"],
    },
    Door { thing: "ending the process", names: &["process :: exit"], places: &["src/main.rs", "src/cli/"] },
];

/// Most lines of a file, and the files with a limit of their own. The clients' types are made from the protocol.
pub(super) const LINES: usize = 500;
pub(super) const LONGER: &[(&str, usize)] = &[
    ("src/main.rs", 40),
    ("editors/vscode/src/protocol.ts", 1500),
    ("editors/jetbrains/plugin/src/main/kotlin/ai/elitea/helper/protocol/Protocol.kt", 1500),
];

/// Words that mark unfinished work, each in two halves so that this file does not hold them.
pub(super) const UNFINISHED: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
    concat!("db", "g!("),
    concat!("#[ig", "nore"),
];

/// Folders of one machine. A path is meant when nothing like a name stands before it.
pub(super) const MACHINE_PATHS: &[&str] = &["/work/", "/root/"];

/// Pieces of host names that serve packages. They belong into lock files only, and there only as
/// the public ones.
pub(super) const REGISTRIES: &[&str] =
    &["artifactory", "crates.io", "jfrog", "npmjs", "proxy.golang", "pypi", "registry."];

/// Sources that a lock file may name.
pub(super) const PUBLIC_REGISTRIES: &[&str] =
    &["https://github.com/rust-lang/crates.io-index", "https://registry.npmjs.org/"];

/// What the README must say, since nothing else tells a newcomer.
pub(super) const README: &[&str] = &["tests/run", "cargo run --release -- demo"];

/// Where the version is stated: the file, and what stands right before it. `Cargo.toml` decides.
pub(super) const VERSIONS: &[(&str, &str)] = &[
    ("Cargo.toml", "\nversion = \""),
    ("Cargo.lock", "\nname = \"elitea-helper\"\nversion = \""),
    ("editors/vscode/package.json", "\"version\": \""),
    ("editors/vscode/package-lock.json", "\"version\": \""),
    ("editors/jetbrains/gradle.properties", "\nversion="),
    ("editors/jetbrains/build.gradle.kts", "\nversion = \""),
    ("editors/jetbrains/pom.xml", "<artifactId>elitea-helper</artifactId>\n  <version>"),
];
