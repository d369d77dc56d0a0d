//! A developer's home with 20 targets, and a fake ELITEA server beside it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use elitea_helper::fake::{Dialect, Server, World};

use crate::generated::settings;

/// The program as it is shipped, where the benchmark is built for release.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_elitea-helper");

/// VS Code's profiles, the default one included, and as many JetBrains projects.
const HALF: usize = 10;

/// Bytes of each settings file.
const SETTINGS: usize = 10_000;

/// All targets.
pub(crate) const TARGETS: usize = 2 * HALF;

/// The home.
pub(crate) struct Home {
    /// Removed at the end.
    folder: tempfile::TempDir,
    server: Server,
}

impl Home {
    /// Lays the home out and signs in. It lies on the disk of the build, since a folder for temporary
    /// files may be in memory.
    pub(crate) fn new() -> Self {
        let folder =
            tempfile::Builder::new().prefix("home-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let server = Server::launch(Dialect::Python, 0, World::demo().unwrap()).unwrap();
        let home = Self { folder, server };
        home.lay_out();
        home
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Each target, whether it is there yet or not.
    pub(crate) fn targets(&self) -> Vec<PathBuf> {
        let user = self.user_folder();
        let profile = |number| match number {
            0 => user.join("settings.json"),
            _ => user.join(format!("profiles/p{number}/settings.json")),
        };
        (0..HALF).map(profile).chain((0..HALF).map(|number| self.project(number))).collect()
    }

    fn user_folder(&self) -> PathBuf {
        self.path().join(match std::env::consts::OS {
            "macos" => "Library/Application Support/Code/User",
            "windows" => "AppData/Roaming/Code/User",
            _ => ".config/Code/User",
        })
    }

    fn project(&self, number: usize) -> PathBuf {
        self.path().join(format!("projects/{number}/.idea/elitea.xml"))
    }

    /// The home as it is before anything was applied: signed in, the project chosen.
    pub(crate) fn lay_out(&self) {
        let _ = fs::remove_dir_all(self.path());
        let extensions = self.path().join(".vscode/extensions");
        write(&extensions.join("projectalita.alitacode-0.5.0/package.json"), "{}");
        let reader = r#"[{"identifier":{"id":"projectalita.alitacode"},"version":"0.5.0",
            "relativeLocation":"projectalita.alitacode-0.5.0","metadata":{"isApplicationScoped":true}}]"#;
        write(&extensions.join("extensions.json"), reader);
        let profiles: Vec<String> = (1..HALF)
            .map(|number| format!(r#"{{"location":"p{number}","name":"Profile {number}"}}"#))
            .collect();
        let storage = format!(r#"{{"userDataProfiles":[{}]}}"#, profiles.join(","));
        write(&self.user_folder().join("globalStorage/storage.json"), &storage);
        let (json, xml) = (settings(SETTINGS), "<project version=\"4\">\n</project>\n");
        for target in self.targets() {
            write(&target, if target.extension().is_some_and(|end| end == "xml") { xml } else { &json });
        }
        self.log_in();
        let mut choose = self.command(PROGRAM);
        let (project, _) = self.server.projects().swap_remove(0);
        let output = choose.args(["use", "--project", &project.to_string()]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        // What was laid out reaches the disk now, and not at the first fsync that is measured.
        let _ = Command::new("sync").status();
    }

    fn log_in(&self) {
        let mut command = self.command(PROGRAM);
        command.args(["login", "--server", self.server.url(), "--token-stdin", "--store", "file"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), self.server.token().as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
    }

    /// A program that sees this home and nothing of the one who measures.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let kept = std::env::vars().filter(|(name, _)| {
            matches!(name.to_uppercase().as_str(), "PATH" | "SYSTEMROOT" | "TEMP" | "TMP" | "TMPDIR")
        });
        command
            .env_clear()
            .envs(kept)
            .env("HOME", self.path())
            .env("ELITEA_HELPER_HOME", self.path())
            .env("ELITEA_HELPER_CONFIG_DIR", self.path().join("elitea-config"))
            .env("ELITEA_HELPER_STATE_DIR", self.path().join("elitea-state"))
            .current_dir(self.path());
        command
    }

    /// `apply`, naming the projects, which registers them.
    pub(crate) fn first_apply(&self) -> Vec<String> {
        let mut arguments = vec!["apply".to_owned(), "--ide".to_owned(), "vscode".to_owned()];
        arguments.extend((0..HALF).map(|number| self.project(number).display().to_string()));
        arguments
    }

    /// How many requests the server has had.
    pub(crate) fn requests(&self) -> usize {
        self.server.requests().len()
    }

    /// How many targets hold what they should.
    pub(crate) fn in_order(&self) -> usize {
        let holds = |path: &PathBuf| {
            let text = fs::read_to_string(path).unwrap();
            text.contains("eliteacode.projectId") || text.contains("EliteASettings")
        };
        self.targets().iter().filter(|path| holds(path)).count()
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
