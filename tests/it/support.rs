//! Where the tests run, and how they start a program there.
#![allow(dead_code, reason = "an area takes what it needs")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Variables that name a folder for programs of any system, and that folder below the home.
const FOLDERS: &[(&str, &str)] = &[
    ("HOME", ""),
    ("USERPROFILE", ""),
    ("ELITEA_HELPER_HOME", ""),
    ("ELITEA_HELPER_CONFIG_DIR", "elitea-config"),
    ("ELITEA_HELPER_STATE_DIR", "elitea-state"),
    ("XDG_CONFIG_HOME", ".config"),
    ("XDG_DATA_HOME", ".local/share"),
    ("XDG_STATE_HOME", ".local/state"),
    ("XDG_CACHE_HOME", ".cache"),
    ("APPDATA", "AppData/Roaming"),
    ("LOCALAPPDATA", "AppData/Local"),
];

/// Variables that a child keeps: where temporary files go, and what Windows and Wine cannot start without.
const KEPT: &[&str] = &["TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "WINEPREFIX", "WINEDEBUG", "WINEDLLOVERRIDES"];

/// The built helper in this home: nothing else of the user's reaches it, and its input is empty.
pub(crate) fn helper(home: &Path) -> Command {
    let mut command = program(Path::new(env!("CARGO_BIN_EXE_elitea-helper")));
    command.env_clear().stdin(Stdio::null()).current_dir(home);
    command.env("PATH", if cfg!(windows) { r"C:\Windows\system32" } else { "/usr/bin:/bin" });
    command.envs(KEPT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    // Piece by piece, so that Windows gets its own separators.
    let folder = |below: &str| below.split('/').fold(home.to_path_buf(), |path, part| path.join(part));
    command.envs(FOLDERS.iter().map(|(name, below)| (name, folder(below))));
    command
}

/// A program built for the tests' own system. `$CHILD_RUNNER` starts it where the system cannot (an
/// emulator, with its options after spaces); under Wine it just starts.
pub(crate) fn program(path: &Path) -> Command {
    let runner = std::env::var("CHILD_RUNNER").unwrap_or_default();
    let mut words = runner.split_whitespace();
    match words.next() {
        Some(runner) => {
            let mut command = Command::new(runner);
            command.args(words).arg(path);
            command
        }
        None => Command::new(path),
    }
}

/// Where the IDEs of a home keep their folders on this system.
pub(crate) fn config_folder(home: &Path) -> PathBuf {
    home.join(if cfg!(target_os = "macos") {
        "Library/Application Support"
    } else if cfg!(windows) {
        "AppData/Roaming"
    } else {
        ".config"
    })
}

/// The folder of anchors beside the repository, which is not everywhere.
pub(crate) fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.join("shared");
    if !folder.is_dir() {
        println!("skipped: no ../shared");
        return None;
    }
    Some(folder)
}

/// Whether Windows is Wine's, some of whose file operations are not what Windows does.
pub(crate) fn under_wine() -> bool {
    std::env::var_os("UNDER_WINE").is_some()
}

/// Whether these tests have run on this very system before, with a binary that is built differently:
/// `tests/run` says so. What is long and asks nothing of the build need not run twice.
pub(crate) fn is_repetition() -> bool {
    let is_one = std::env::var_os("ELITEA_TESTS_REPEAT").is_some();
    if is_one {
        println!("skipped: ran already, with another build");
    }
    is_one
}

#[test]
fn the_helper_sees_only_its_own_home() {
    let home = tempfile::tempdir().unwrap();
    for (name, value) in helper(home.path()).get_envs() {
        let (name, value) = (name.to_str().unwrap(), value.unwrap());
        let known = name == "PATH" || KEPT.contains(&name) || Path::new(value).starts_with(home.path());
        assert!(known, "{name} is {}", value.display());
    }
    let output = helper(home.path()).arg("--version").output().unwrap();
    let version = concat!("elitea-helper ", env!("CARGO_PKG_VERSION"));
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), version, "{output:?}");
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0, "--version has made a file");
}
