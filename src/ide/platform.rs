//! The system as a value, so that every system's paths can be worked out on any other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::{Error, Kind, Result};

/// An operating system, as far as paths differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Os {
    /// Linux, and other systems with XDG folders.
    Linux,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
}

impl Os {
    /// The system this program runs on.
    pub fn current() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "macos") {
            Self::MacOs
        } else {
            Self::Linux
        }
    }

    /// As it is written in a template's places.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Linux => "linux",
            Self::MacOs => "macos",
            Self::Windows => "windows",
        }
    }
}

/// Where things are on one system, for one user.
#[derive(Clone, Debug)]
pub struct Platform {
    /// The system.
    pub os: Os,
    /// The user's home folder.
    pub home: PathBuf,
    /// `$XDG_CONFIG_HOME`, `~/Library/Application Support`, `%APPDATA%`.
    pub config: PathBuf,
    /// `$XDG_DATA_HOME`, `~/Library/Application Support`, `%LOCALAPPDATA%`.
    pub data: PathBuf,
    /// The variables that IDEs look at, as far as they are set: those that move its files.
    pub vars: BTreeMap<String, String>,
    /// Whether this Linux runs inside Windows.
    pub wsl: bool,
    /// Where WSL shows the Windows drive.
    pub windows_drive: PathBuf,
}

/// The variables that move an IDE's files: a portable VS Code's folder, another base of all its
/// folders, a remote server's folder.
const VARIABLES: &[&str] = &["VSCODE_PORTABLE", "VSCODE_APPDATA", "VSCODE_AGENT_FOLDER"];

/// Overrides the home folder and everything below it.
const HOME_OVERRIDE: &str = "ELITEA_HELPER_HOME";

impl Platform {
    /// The system this program runs on. Where `ELITEA_HELPER_HOME` is set, every folder is
    /// derived from it and the real ones are not looked at.
    ///
    /// # Errors
    /// `Config` when there is no home folder.
    pub fn current(vars: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        let os = Os::current();
        let set = |name: &str| vars(name).filter(|value| !value.is_empty());
        let folder = |name: &str| set(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let mut platform = match set(HOME_OVERRIDE) {
            Some(home) => Self::at(os, &std::path::absolute(&home).unwrap_or_else(|_| PathBuf::from(home))),
            None => Self::real(os, &folder)?,
        };
        platform.wsl = os == Os::Linux && is_wsl();
        let kept = VARIABLES.iter().filter_map(|name| Some(((*name).to_owned(), set(name)?)));
        platform.vars = kept.collect();
        Ok(platform)
    }

    /// A system with its usual folders below `home`, no variables set, not inside Windows.
    pub fn at(os: Os, home: &Path) -> Self {
        let (config, data) = match os {
            Os::Linux => (".config", ".local/share"),
            Os::MacOs => ("Library/Application Support", "Library/Application Support"),
            Os::Windows => ("AppData/Roaming", "AppData/Local"),
        };
        Self {
            os,
            home: home.to_path_buf(),
            config: join(home, config),
            data: join(home, data),
            vars: BTreeMap::new(),
            wsl: false,
            windows_drive: PathBuf::from("/mnt/c"),
        }
    }

    fn real(os: Os, folder: &dyn Fn(&str) -> Option<PathBuf>) -> Result<Self> {
        let system = directories::BaseDirs::new();
        let home_name = if os == Os::Windows { "USERPROFILE" } else { "HOME" };
        let home = folder(home_name).or_else(|| system.as_ref().map(|dirs| dirs.home_dir().to_path_buf()));
        let home = home.filter(|home| home.is_absolute()).ok_or_else(|| {
            Error::new(Kind::Config, "this user has no home folder")
                .hint(format!("set {home_name} to an absolute path"))
        })?;
        let mut platform = Self::at(os, &home);
        let (config, data) = match os {
            Os::Linux => (folder("XDG_CONFIG_HOME"), folder("XDG_DATA_HOME")),
            Os::MacOs => (None, None),
            Os::Windows => (folder("APPDATA"), folder("LOCALAPPDATA")),
        };
        platform.config = config.unwrap_or(platform.config);
        platform.data = data.unwrap_or(platform.data);
        Ok(platform)
    }

    /// The path that a template's place means: `~` or `{home}`, `{config}`, `{data}` and `{ide}` stand at its
    /// start, `ide` being the IDE's user folder. `None` for any other start.
    pub fn expand(&self, place: &str, ide: Option<&Path>) -> Option<PathBuf> {
        let (start, rest) = place.split_once('/').unwrap_or((place, ""));
        let base = match start {
            "~" | "{home}" => &self.home,
            "{config}" => &self.config,
            "{data}" => &self.data,
            "{ide}" => ide?,
            _ => return None,
        };
        Some(join(base, rest))
    }

    pub(super) fn var(&self, name: &str) -> Option<PathBuf> {
        self.vars.get(name).map(PathBuf::from).filter(|path| path.is_absolute())
    }
}

/// A path below `base` with the system's own separators.
fn join(base: &Path, rest: &str) -> PathBuf {
    rest.split('/').filter(|part| !part.is_empty()).fold(base.to_path_buf(), |path, part| path.join(part))
}

/// WSL's kernel names its maker.
fn is_wsl() -> bool {
    std::fs::read_to_string("/proc/sys/kernel/osrelease")
        .is_ok_and(|release| release.to_ascii_lowercase().contains("microsoft"))
}
