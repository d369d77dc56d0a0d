//! A throw-away home with IDEs as people have them: comments, tabs, CRLF, a linked dotfile, a
//! profile, a project.
#![allow(clippy::disallowed_methods, reason = "it lays out a home of its own; no file of a user is here")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result};

/// VS Code's settings: comments, a trailing comma, tabs.
const VSCODE: &str = "// my settings, under version control\n{\n\t\"editor.fontSize\": 14, // readable\n\t\"files.autoSave\": \"off\",\n\n\t/* the team's rules */\n\t\"editor.rulers\": [80, 120],\n\t\"[python]\": { \"editor.tabSize\": 4 },\n}\n";

/// The settings of a VS Code profile: no final newline.
const PROFILE: &str = "{\n  \"workbench.colorTheme\": \"Solarized Light\"\n}";

/// The extensions of that profile, as VS Code lists them.
const EXTENSIONS: &str = r#"[{"identifier":{"id":"projectalita.alitacode"},"version":"0.5.0"}]"#;

/// Cursor's settings: CRLF line ends.
const CURSOR: &str =
    "{\r\n    \"cursor.cpp.enablePartialAccepts\": true,\r\n    \"window.zoomLevel\": 1\r\n}\r\n";

/// The settings of Insiders, a dotfile behind a link.
const INSIDERS: &str = "{\n  // linked from ~/dotfiles\n  \"telemetry.telemetryLevel\": \"off\"\n}\n";

/// A JetBrains project's own file, which nobody but the IDE writes.
const MISC: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<project version=\"4\">\n  <component name=\"ProjectRootManager\" version=\"2\" />\n</project>";

/// A pasted, hand-changed file of ELITEA's plugin, with a comment.
const ELITEA: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<project version=\"4\">\n  <component name=\"EliteASettings\">\n    <!-- asked the platform team -->\n    <option name=\"temperature\" value=\"0.2\" />\n  </component>\n</project>";

/// The extension that reads the keys, newer than the last one that speaks only `/api/v1`.
const READER: &str = "projectalita.alitacode-0.5.0";

/// The home, which goes when it is dropped.
pub(super) struct Home {
    dir: tempfile::TempDir,
    server: String,
    start: BTreeMap<PathBuf, Vec<u8>>,
}

impl Home {
    /// Lays a home out.
    pub(super) fn lay_out(server: &str) -> Result<Self> {
        let dir = tempfile::Builder::new()
            .prefix("elitea-demo-")
            .tempdir()
            .context("no folder for a throw-away home")?;
        let mut home = Self { dir, server: server.to_owned(), start: BTreeMap::new() };
        write(&home.settings("Code"), VSCODE)?;
        write(&home.user("Code").join("profiles/3f2a1c/settings.json"), PROFILE)?;
        let profiles = r#"{"userDataProfiles":[{"location":"3f2a1c","name":"Work"}]}"#;
        write(&home.user("Code").join("globalStorage/storage.json"), profiles)?;
        write(&home.root().join(".vscode/extensions").join(READER).join("package.json"), "{}")?;
        write(&home.user("Code").join("profiles/3f2a1c/extensions.json"), EXTENSIONS)?;
        write(&home.settings("Cursor"), CURSOR)?;
        home.dotfile()?;
        write(&home.project().join(".idea/misc.xml"), MISC)?;
        write(&home.elitea(), ELITEA)?;
        home.start = home.files()?;
        Ok(home)
    }

    /// Insiders' settings, behind a link where the system has links for everybody.
    fn dotfile(&self) -> Result<()> {
        if cfg!(windows) {
            return write(&self.insiders(), INSIDERS);
        }
        let real = self.root().join("dotfiles/vscode/settings.json");
        write(&real, INSIDERS)?;
        fs::create_dir_all(self.user("Code - Insiders"))?;
        #[cfg(unix)]
        std::os::unix::fs::symlink(&real, self.insiders())?;
        Ok(())
    }

    pub(super) fn root(&self) -> &Path {
        self.dir.path()
    }

    /// Where the IDEs keep their folders on this system.
    fn config(&self) -> PathBuf {
        let config = if cfg!(target_os = "macos") {
            "Library/Application Support"
        } else if cfg!(windows) {
            "AppData/Roaming"
        } else {
            ".config"
        };
        self.root().join(config)
    }

    fn user(&self, name: &str) -> PathBuf {
        self.config().join(name).join("User")
    }

    pub(super) fn settings(&self, name: &str) -> PathBuf {
        self.user(name).join("settings.json")
    }

    pub(super) fn profile(&self) -> PathBuf {
        self.user("Code").join("profiles/3f2a1c/settings.json")
    }

    pub(super) fn insiders(&self) -> PathBuf {
        self.settings("Code - Insiders")
    }

    pub(super) fn project(&self) -> PathBuf {
        self.root().join("work/shop")
    }

    pub(super) fn elitea(&self) -> PathBuf {
        self.project().join(".idea/elitea.xml")
    }

    pub(super) fn own_config(&self) -> PathBuf {
        self.root().join("elitea-config")
    }

    fn own_state(&self) -> PathBuf {
        self.root().join("elitea-state")
    }

    /// The helper, which sees this home and nothing of the user's environment.
    pub(super) fn command(&self, helper: &Path, runner: Option<&str>) -> Command {
        let mut command = match runner {
            Some(runner) => {
                let mut words = runner.split(' ');
                let mut command = Command::new(words.next().unwrap_or_default());
                command.args(words).arg(helper);
                command
            }
            None => Command::new(helper),
        };
        command
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| {
                let name = name.to_string_lossy().to_uppercase();
                matches!(name.as_str(), "PATH" | "SYSTEMROOT" | "TEMP" | "TMP" | "TMPDIR")
                    || name.starts_with("WINE")
            }))
            .env("HOME", self.root())
            .env("ELITEA_HELPER_HOME", self.root())
            .env("ELITEA_HELPER_CONFIG_DIR", self.own_config())
            .env("ELITEA_HELPER_STATE_DIR", self.own_state())
            .current_dir(self.root());
        command
    }

    /// A text with this home as `~` and the server as it is known.
    pub(super) fn shorten(&self, text: &str) -> String {
        text.replace(&self.root().display().to_string(), "~").replace(&self.server, "http://elitea.demo")
    }

    /// Every file of the home but ours, with its bytes; a link is the bytes of where it leads.
    pub(super) fn files(&self) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.root().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder)? {
                let path = entry?.path();
                if path == self.own_config() || path == self.own_state() {
                    continue;
                }
                if path.is_symlink() {
                    files.insert(path.clone(), fs::read_link(&path)?.into_os_string().into_encoded_bytes());
                } else if path.is_dir() {
                    folders.push(path);
                } else {
                    files.insert(path.clone(), fs::read(&path)?);
                }
            }
        }
        Ok(files)
    }

    /// How the home looked at the start.
    pub(super) fn start(&self) -> &BTreeMap<PathBuf, Vec<u8>> {
        &self.start
    }

    /// The files of the home, ours too, that hold `needle`.
    pub(super) fn holding(&self, needle: &str) -> Result<Vec<PathBuf>> {
        let mut holding = Vec::new();
        let mut folders = vec![self.root().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder)? {
                let path = entry?.path();
                if path.is_symlink() {
                    continue;
                }
                if path.is_dir() {
                    folders.push(path);
                } else if String::from_utf8_lossy(&fs::read(&path)?).contains(needle) {
                    holding.push(path);
                }
            }
        }
        holding.sort();
        Ok(holding)
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, text).with_context(|| format!("cannot lay out {}", path.display()))
}

/// What a file holds.
pub(super) fn read(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(String::from_utf8(bytes)?)
}

/// Changes a file as its user does, in an editor.
pub(super) fn edit(path: &Path, from: &str, to: &str) -> Result<()> {
    let text = read(path)?;
    anyhow::ensure!(text.contains(from), "{} does not hold {from}", path.display());
    write(path, &text.replacen(from, to, 1))
}

/// Runs a command with this input to its end.
pub(super) fn finish(mut command: Command, input: &str) -> Result<Output> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that ends without reading its input is not at fault.
        let _ = stdin.write_all(input.as_bytes());
    }
    Ok(child.wait_with_output()?)
}
