//! A machine for a test: a home of its own, a fake ELITEA server, and the real program in it.
#![allow(dead_code, reason = "an area takes what it needs, and some areas are one system's")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use elitea_helper::fake::{Dialect, Server, World};

use crate::support;

/// A home, a server, and the variables that the program sees.
pub(crate) struct Machine {
    home: tempfile::TempDir,
    pub(crate) server: Server,
    pub(crate) vars: Vec<(String, String)>,
    pub(crate) cwd: PathBuf,
}

/// What came of one run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Machine {
    /// An empty home, and a server of this dialect with the demo's world.
    pub(crate) fn new(dialect: Dialect) -> Self {
        let mut home = tempfile::Builder::new();
        home.prefix("elitea-test-");
        // As most systems make a home today: no other user can look into it.
        #[cfg(unix)]
        home.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let home = home.tempdir().unwrap();
        let server = Server::launch(dialect, 0, World::demo().unwrap()).unwrap();
        let cwd = home.path().to_path_buf();
        Self { home, server, vars: Vec::new(), cwd }
    }

    /// The home.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// A file of the home, named as on Linux; elsewhere at the place that stands for it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        match name.strip_prefix(".config/") {
            Some(rest) => support::config_folder(self.home()).join(rest),
            None => self.home().join(name),
        }
    }

    /// The folder of `config.toml`.
    pub(crate) fn config_dir(&self) -> PathBuf {
        self.home().join("elitea-config")
    }

    /// The state folder.
    pub(crate) fn state_dir(&self) -> PathBuf {
        self.home().join("elitea-state")
    }

    /// Writes a file as its user does.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// The program, seeing this home and nothing of the one who tests.
    pub(crate) fn command(&self) -> Command {
        let mut command = support::helper(self.home());
        command.envs(self.vars.iter().map(|(name, value)| (name, value))).current_dir(&self.cwd);
        command
    }

    /// Another program, seeing the same.
    #[cfg(target_os = "linux")]
    pub(crate) fn command_of(&self, program: &str) -> Command {
        let helper = self.command();
        let mut command = Command::new(program);
        command.env_clear().current_dir(&self.cwd);
        command.envs(helper.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command
    }

    /// Runs the program.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, "")
    }

    /// Runs the program with this standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Ran {
        let mut child = self
            .command()
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that ends without reading its input is not at fault.
        let _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n"),
            stderr: String::from_utf8(output.stderr).unwrap().replace("\r\n", "\n"),
        }
    }

    /// Signs in with the server's own token, kept in the file store.
    pub(crate) fn log_in(&self) {
        let ran = self.run_with(
            &["login", "--server", self.server.url(), "--token-stdin", "--store", "file"],
            self.server.token(),
        );
        assert_eq!(ran.code, 0, "{ran:?}");
    }
}
