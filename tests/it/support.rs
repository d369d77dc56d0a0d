//! What the tests share: a home of their own, the helper started in it, and where they run.
#![allow(dead_code, reason = "an area takes what it needs")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A temporary home with all the folders that a system's programs ask for; it goes when dropped.
pub(crate) struct Home {
    dir: tempfile::TempDir,
}

/// Variables that name a folder of the home, for every system at once.
const FOLDERS: &[(&str, &str)] = &[
    ("HOME", "home"),
    ("USERPROFILE", "home"),
    ("ELITEA_HELPER_HOME", "home"),
    ("XDG_CONFIG_HOME", "home/.config"),
    ("XDG_DATA_HOME", "home/.local/share"),
    ("XDG_STATE_HOME", "home/.local/state"),
    ("XDG_CACHE_HOME", "home/.cache"),
    ("XDG_RUNTIME_DIR", "run"),
    ("APPDATA", "home/AppData/Roaming"),
    ("LOCALAPPDATA", "home/AppData/Local"),
    ("ELITEA_HELPER_CONFIG_DIR", "helper/config"),
    ("ELITEA_HELPER_STATE_DIR", "helper/state"),
    ("TMPDIR", "tmp"),
    ("TEMP", "tmp"),
    ("TMP", "tmp"),
];

/// Folders that a user's session has before any program runs; the others appear when they are needed.
const MADE: &[&str] = &["home", "run", "tmp"];

/// Variables of the surroundings without which a child cannot start at all.
const INHERITED: &[&str] = &["SYSTEMROOT", "WINEPREFIX", "WINEDEBUG", "WINEDLLOVERRIDES"];

impl Home {
    /// An empty home.
    pub(crate) fn new() -> Self {
        let dir = tempfile::Builder::new().prefix("elitea-helper-test-").tempdir().unwrap();
        for folder in MADE {
            std::fs::create_dir(dir.path().join(folder)).unwrap();
        }
        Self { dir }
    }

    /// The user's home folder.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder("HOME")
    }

    /// The folder that this variable names for the helper, such as `XDG_CONFIG_HOME`.
    pub(crate) fn folder(&self, variable: &str) -> PathBuf {
        let (_, folder) = FOLDERS.iter().find(|(name, _)| *name == variable).expect(variable);
        // Piece by piece, so that Windows gets its own separators.
        folder.split('/').fold(self.dir.path().to_path_buf(), |path, part| path.join(part))
    }

    /// Writes a file below the user's home folder, with the folders above it.
    pub(crate) fn write(&self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// The built helper in this home: no variable of the user's reaches it, and its input is empty.
    pub(crate) fn helper(&self) -> Command {
        let mut command = helper();
        command.envs(FOLDERS.iter().map(|(name, _)| (name, self.folder(name)))).current_dir(self.path());
        command
    }
}

/// The built helper with an almost empty environment, started by `$CHILD_RUNNER` where programs of this
/// system need one (an emulator; under Wine they just start).
fn helper() -> Command {
    let binary = env!("CARGO_BIN_EXE_elitea-helper");
    let mut command = match std::env::var_os("CHILD_RUNNER") {
        Some(runner) => {
            let mut command = Command::new(runner);
            command.arg(binary);
            command
        }
        None => Command::new(binary),
    };
    command.env_clear().stdin(std::process::Stdio::null());
    command.env("PATH", if cfg!(windows) { r"C:\Windows\system32" } else { "/usr/bin:/bin" });
    command.envs(INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command
}

/// What a command printed and how it ended, in one text for assertions.
pub(crate) fn transcript(output: &Output) -> String {
    let text = |bytes| String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let code = output.status.code().map_or("killed".to_owned(), |code| code.to_string());
    format!("exit {code}\n--- stdout\n{}--- stderr\n{}", text(&output.stdout), text(&output.stderr))
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

/// Whether Windows is Wine's: some of its file operations are not what Windows does.
pub(crate) fn under_wine() -> bool {
    std::env::var_os("UNDER_WINE").is_some()
}

#[test]
fn the_helper_sees_only_its_own_home() {
    let home = Home::new();
    let command = home.helper();
    let variables: Vec<_> =
        command.get_envs().filter_map(|(name, value)| Some((name.to_str()?, value?))).collect();
    for (name, value) in &variables {
        let known =
            *name == "PATH" || INHERITED.contains(name) || Path::new(value).starts_with(home.dir.path());
        assert!(known, "{name} is {}", value.display());
    }
    assert!(home.folder("ELITEA_HELPER_STATE_DIR").starts_with(home.dir.path()));
    let output = home.helper().arg("--version").output().unwrap();
    assert!(output.status.success(), "{}", transcript(&output));
    assert!(!home.folder("ELITEA_HELPER_CONFIG_DIR").exists(), "--version has made a folder");
}
