//! The table of IDEs, and what is found of them on this machine: their settings files, profiles,
//! projects, and the extensions and plugins that read ELITEA's keys.
//!
//! Nothing here writes. What a file is filled with is named by a template's id only.

mod git;
mod jetbrains;
mod local_history;
mod place;
mod platform;
mod table;
mod vscode;
mod workspace;
mod wsl;

use std::path::{Path, PathBuf};

pub use git::is_tracked;
pub use local_history::{Copy, local_history};
pub use place::{Spot, spot};
pub use platform::{Os, Platform};
pub use table::{Base, Family, IDES, Ide, JetBrains, VsCode, by_id};
pub use workspace::{settings_key, workspace, workspace_file, workspace_root};

/// Whose settings a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// One user's; every VS Code profile is one.
    User,
    /// A remote server's own.
    Machine,
    /// One workspace's.
    Workspace,
}

impl Scope {
    /// As it is written on the command line and in our files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Machine => "machine",
            Self::Workspace => "workspace",
        }
    }
}

/// Which prefix a reader's keys have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Generation {
    /// `alitacode.*`, `alita.xml`.
    Alita,
    /// `eliteacode.*`, `elitea.xml`.
    Elitea,
}

/// What reads the keys of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// The extension's id, or the plugin's folder.
    pub name: String,
    /// Its version, where it can be told.
    pub version: Option<String>,
    /// Which keys it reads.
    pub generation: Generation,
}

/// One settings file of one IDE at one scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The IDE's id; `vscode` and `jetbrains` stand for the whole family at workspace scope.
    pub ide: &'static str,
    /// The IDE's name for people.
    pub ide_name: String,
    /// The IDE's version, where it can be told.
    pub version: Option<String>,
    /// Whose settings it holds.
    pub scope: Scope,
    /// The VS Code profile's or the project's name.
    pub label: Option<String>,
    /// The file, whether it exists or not; its folder does, but for a workspace's `.vscode`.
    pub path: PathBuf,
    /// The workspace's root.
    pub root: Option<PathBuf>,
    /// The template whose keys it gets.
    pub template: &'static str,
    /// What reads it, if anything does.
    pub reader: Option<Reader>,
    /// Whether the file exists.
    pub exists: bool,
}

impl Target {
    /// Whether it is the file of VS Code's default profile, which also holds what goes for all
    /// profiles.
    pub fn is_default_profile(&self) -> bool {
        self.scope == Scope::User && self.label.is_none()
    }
}

/// A place where a target could have been, and why it is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The IDE's id.
    pub ide: &'static str,
    /// Where it was looked for.
    pub path: PathBuf,
    /// Whether the IDE is there at all.
    pub installed: bool,
    /// Why it is no target, in a few words.
    pub reason: String,
}

/// An installed IDE that has no settings file of its own at user scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Install {
    /// The IDE's id.
    pub ide: &'static str,
    /// The IDE's name for people, with its version.
    pub ide_name: String,
    /// Its version, as its folder is named.
    pub version: Option<String>,
    /// Its configuration folder.
    pub config: PathBuf,
    /// The plugin that reads ELITEA's keys.
    pub reader: Option<Reader>,
}

impl Install {
    /// Whether it is of the `IntelliJ` platform.
    pub fn is_jetbrains(&self) -> bool {
        by_id(self.ide).is_some_and(|ide| matches!(ide.family, Family::JetBrains(_)))
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Files that can be set up.
    pub targets: Vec<Target>,
    /// `JetBrains` IDEs; their files belong to projects.
    pub installs: Vec<Install>,
    /// Candidates that are no targets.
    pub skipped: Vec<Skipped>,
}

impl Found {
    fn skip(&mut self, ide: &'static str, path: impl Into<PathBuf>, reason: impl Into<String>) {
        self.skipped.push(Skipped { ide, path: path.into(), installed: true, reason: reason.into() });
    }

    fn absent(&mut self, ide: &'static str, path: impl Into<PathBuf>) {
        let reason = "not installed: there is no such folder".to_owned();
        self.skipped.push(Skipped { ide, path: path.into(), installed: false, reason });
    }
}

/// Every IDE of the table: the user's and machine's settings files of the VS Code family with
/// their profiles, the installed `JetBrains` IDEs, and every candidate that is neither.
pub fn find(platform: &Platform) -> Found {
    let mut found = Found::default();
    for ide in IDES {
        match &ide.family {
            Family::VsCode(row) => vscode::find(platform, ide, row, &mut found),
            Family::JetBrains(row) => jetbrains::find(platform, ide, row, &mut found),
        }
    }
    wsl::find(platform, &mut found);
    found
}

/// Projects from the recent lists of all `JetBrains` IDEs that still exist, the last used first.
pub fn recent_projects(platform: &Platform) -> Vec<PathBuf> {
    jetbrains::recent_projects(platform)
}

/// The names in a folder, sorted; none when it cannot be read.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

/// A version's numbers, for comparing: `0.4.1-universal` gives 0, 4, 1.
fn numbers(version: &str) -> Vec<u64> {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    core.split('.').map_while(|part| part.parse().ok()).collect()
}
