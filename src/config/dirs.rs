//! Where our own files live.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use crate::error::{Error, Kind, Result};

/// The folders of our own files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dirs {
    /// The folder of `config.toml` and of the user's templates.
    pub config: PathBuf,
    /// The folder of what we remember.
    pub state: PathBuf,
}

impl Dirs {
    /// Finds the folders: `--config-dir`, `ELITEA_HELPER_CONFIG_DIR` and
    /// `ELITEA_HELPER_STATE_DIR`, else where the system wants them. Nothing is made.
    ///
    /// # Errors
    /// `Config` if the user has no home folder and a folder is not named.
    pub fn find(config_dir: Option<&Path>, env: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        let named = |variable| env(variable).filter(|text| !text.is_empty()).map(PathBuf::from);
        let config = config_dir.map(Path::to_path_buf).or_else(|| named("ELITEA_HELPER_CONFIG_DIR"));
        let state = named("ELITEA_HELPER_STATE_DIR");
        let (config, state) = match (config, state) {
            (Some(config), Some(state)) => (config, state),
            (config, state) => {
                let system = ProjectDirs::from("", "", "elitea-helper")
                    .filter(|system| system.config_dir().is_absolute())
                    .ok_or_else(homeless)?;
                (
                    config.unwrap_or_else(|| system.config_dir().to_path_buf()),
                    state.unwrap_or_else(|| state_dir(&system)),
                )
            }
        };
        Ok(Self { config: absolute(&config)?, state: absolute(&state)? })
    }

    /// Our `config.toml`, whether it exists or not.
    pub fn config_file(&self) -> PathBuf {
        super::path(&self.config)
    }
}

/// The system's folder for state. macOS has one folder for everything, so ours gets its own name
/// inside.
fn state_dir(system: &ProjectDirs) -> PathBuf {
    let state = system.state_dir().unwrap_or_else(|| system.data_local_dir());
    if state == system.config_dir() { state.join("state") } else { state.to_path_buf() }
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|error| Error::io("find", path, &error))
}

fn homeless() -> Error {
    Error::new(Kind::Config, "there is no home folder to keep our files in")
        .hint("set ELITEA_HELPER_CONFIG_DIR and ELITEA_HELPER_STATE_DIR")
}
