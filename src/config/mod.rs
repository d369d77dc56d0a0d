//! Our own settings, each with the source of its value.
//!
//! [`SETTINGS`] is the table of all that can be set, [`SOURCES`] the table of all that can set
//! it, the strongest first. `config.toml` is edited by splicing text, so that comments, order and
//! line ends stay.

mod dirs;
mod document;
mod edit;
mod plan;
mod settings;
mod sources;

pub use dirs::Dirs;
pub use document::TargetRow;
pub use edit::Edit;
pub use settings::{Kind as SettingKind, SETTINGS, Section, Setting, near};
pub use sources::{Resolved, SOURCES, Source, SourceKind, SourceRow};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::error::{Error, Kind, Result};
use crate::files::{self, Reach};
use document::Document;

/// The format number of `config.toml`.
pub const FORMAT: u32 = 1;

/// The profile that is meant when none is named.
pub const DEFAULT_PROFILE: &str = "default";

/// What the command line says about settings.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--profile`.
    pub profile: Option<String>,
    /// `--server`.
    pub server: Option<String>,
    /// `--project`, as a number.
    pub project: Option<u64>,
    /// `--model`, as `owner project/name`.
    pub model: Option<String>,
}

impl Flags {
    /// The value of the flag with this name, without its dashes.
    fn value(&self, flag: &str) -> Option<Value> {
        match flag {
            "profile" => self.profile.clone().map(Value::from),
            "server" => self.server.clone().map(Value::from),
            "project" => self.project.map(Value::from),
            "model" => self.model.clone().map(Value::from),
            _ => None,
        }
    }
}

/// What settings are made from.
pub struct Inputs<'a> {
    /// The folder of `config.toml`.
    pub config_dir: &'a Path,
    /// The command line.
    pub flags: Flags,
    /// The environment.
    pub env: &'a dyn Fn(&str) -> Option<String>,
}

/// Whether tokens are written into settings files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteToken {
    /// Where the reader is installed and takes the token from nowhere else.
    Auto,
    /// Into every user- and machine-scope file.
    Always,
    /// Nowhere.
    Never,
}

/// How the server is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// The proxy's address.
    pub proxy: Option<String>,
    /// A PEM file with certificates that are trusted besides the system's.
    pub ca_file: Option<PathBuf>,
    /// For a connection to be made.
    pub connect_timeout: Duration,
    /// For a whole request.
    pub timeout: Duration,
}

/// All settings, as they are for the chosen profile.
#[derive(Debug)]
pub struct Config {
    dir: PathBuf,
    profile: String,
    document: Document,
    flags: Flags,
    environment: BTreeMap<&'static str, Value>,
    /// What is odd in `config.toml` but does no harm, in sentences for people.
    pub warnings: Vec<String>,
}

impl Config {
    /// Reads `config.toml`; that there is none is no error.
    ///
    /// # Errors
    /// `Config`, with the place, for broken TOML, a value of a wrong type, and an environment
    /// variable that holds no such value; `FileRefused` if the file is no file.
    pub fn load(inputs: &Inputs<'_>) -> Result<Self> {
        let path = path(inputs.config_dir);
        let text = read(&path)?.1;
        let document = Document::parse(&path, &text)?;
        let active = document.active.clone();
        let mut config = Self {
            dir: inputs.config_dir.to_path_buf(),
            profile: inputs.flags.profile.clone().or(active).unwrap_or_else(|| DEFAULT_PROFILE.to_owned()),
            warnings: document.warnings.clone(),
            document,
            flags: inputs.flags.clone(),
            environment: environment(inputs.env)?,
        };
        config.check_flags()?;
        if config.flags.profile.is_none() && config.document.active.is_some() && !config.profile_exists() {
            let near =
                near(&config.profile, config.profiles()).map(|name| format!("; did you mean {name:?}?"));
            let near = near.unwrap_or_default();
            config.warnings.push(format!(
                "{}: the active profile {:?} does not exist{near}",
                path.display(),
                config.profile
            ));
        }
        Ok(config)
    }

    /// The same settings as `config.toml` has them by now.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn reload(&self, env: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        Self::load(&Inputs { config_dir: &self.dir, flags: self.flags.clone(), env })
    }

    /// Where `config.toml` stands.
    pub fn path(&self) -> PathBuf {
        path(&self.dir)
    }

    /// Whether a newer version wrote `config.toml`, which is then read only as far as understood.
    pub fn is_newer(&self) -> bool {
        self.document.format > FORMAT
    }

    /// The chosen profile's name; it need not exist yet.
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// Whether the chosen profile stands in `config.toml`.
    pub fn profile_exists(&self) -> bool {
        self.document.profiles.contains(&self.profile)
    }

    /// The names of all profiles, in the file's order.
    pub fn profiles(&self) -> impl Iterator<Item = &str> {
        self.document.profiles.iter().map(String::as_str)
    }

    /// What a profile, chosen or not, says about a setting.
    pub fn profile_value(&self, profile: &str, key: &str) -> Option<&Value> {
        self.document.value(Some(profile), key).map(|found| &found.value)
    }

    /// The registered targets, in the file's order.
    pub fn targets(&self) -> &[TargetRow] {
        &self.document.targets
    }

    /// The registered target that was registered with this path.
    pub fn target(&self, path: &Path) -> Option<&TargetRow> {
        let wanted = files::identity(path);
        self.targets().iter().find(|row| files::identity(&row.path) == wanted)
    }

    /// A setting's value, where it comes from, and what it hides.
    ///
    /// # Errors
    /// `Usage`, with a near name, if there is no such setting.
    pub fn get(&self, key: &str) -> Result<Resolved> {
        Ok(self.resolve(Setting::find(key)?))
    }

    /// The same for a setting that is known.
    pub fn resolve(&self, setting: &'static Setting) -> Resolved {
        sources::resolve(self, setting)
    }

    /// What would hide a value that is set in `config.toml`, if anything does.
    pub fn shadowing(&self, key: &str) -> Option<Source> {
        let setting = Setting::find(key).ok()?;
        sources::above_profile(self, setting)
    }

    /// The server, as it was written.
    pub fn server(&self) -> Option<String> {
        self.text("server")
    }

    /// The project's id.
    pub fn project(&self) -> Option<u64> {
        self.value("project").as_u64()
    }

    /// The model: its owner project's id, and its name.
    pub fn model(&self) -> Option<(u64, String)> {
        let text = self.text("model")?;
        let (project, name) = text.split_once('/')?;
        Some((project.parse().ok()?, name.to_owned()))
    }

    /// Whether the readers are told to check the server's certificate.
    pub fn verify_ssl(&self) -> bool {
        self.value("verify_ssl").as_bool().unwrap_or(true)
    }

    /// The name of the store of the profile's token.
    pub fn store(&self) -> String {
        self.text("store").unwrap_or_default()
    }

    /// Whether tokens are written into settings files.
    pub fn write_token(&self) -> WriteToken {
        match self.text("policy.write_token").as_deref() {
            Some("always") => WriteToken::Always,
            Some("never") => WriteToken::Never,
            _ => WriteToken::Auto,
        }
    }

    /// How the server is reached.
    pub fn network(&self) -> Network {
        let seconds = |key| Duration::from_secs(self.value(key).as_u64().unwrap_or_default());
        Network {
            proxy: self.text("network.proxy"),
            ca_file: self.text("network.ca_file").map(PathBuf::from),
            connect_timeout: seconds("network.connect_timeout"),
            timeout: seconds("network.timeout"),
        }
    }

    /// Changes `config.toml`, making it if need be, and tells whether anything changed. When the
    /// file changes meanwhile, `change` is done again on what it then is.
    ///
    /// # Errors
    /// `FormatNewer` if a newer version wrote the file; `Config` if it is not valid; what `change`
    /// returns; `FileRefused` and `FileBusy` as [`files::replace`].
    pub fn edit(
        config_dir: &Path,
        mut change: impl FnMut(&mut Edit) -> Result<()>,
    ) -> Result<files::Outcome> {
        const TRIES: usize = 5;
        let path = path(config_dir);
        let mut outcome = Err(Error::new(Kind::FileBusy, format!("{} keeps changing", path.display())));
        for _ in 0..TRIES {
            let (snapshot, text) = read(&path)?;
            let mut edit = Edit::new(&path, text)?;
            change(&mut edit)?;
            outcome = write(&snapshot, &edit.finish()?);
            if !matches!(&outcome, Err(error) if error.kind == Kind::FileBusy) {
                break;
            }
        }
        outcome
    }

    fn value(&self, key: &str) -> Value {
        self.get(key).map(|resolved| resolved.value).unwrap_or_default()
    }

    fn text(&self, key: &str) -> Option<String> {
        self.value(key).as_str().map(str::to_owned)
    }

    fn check_flags(&self) -> Result<()> {
        for setting in SETTINGS {
            let Some((flag, value)) = setting.flag.and_then(|flag| Some((flag, self.flags.value(flag)?)))
            else {
                continue;
            };
            // A model may be named without its owner here; whoever uses the flag looks it up.
            if setting.kind != SettingKind::Model {
                let checked = setting.kind.check(&value);
                checked.map_err(|words| Error::new(Kind::Usage, format!("--{flag} {words}")))?;
            }
        }
        Ok(())
    }
}

fn path(config_dir: &Path) -> PathBuf {
    config_dir.join("config.toml")
}

fn read(path: &Path) -> Result<(files::Snapshot, String)> {
    let snapshot = files::read(path, &Reach::User)?;
    let text = snapshot.text().map_err(|error| Error { kind: Kind::Config, ..error })?.to_owned();
    Ok((snapshot, text))
}

/// A new file is private; an old one keeps its mode, and a link to it stays a link.
fn write(snapshot: &files::Snapshot, text: &str) -> Result<files::Outcome> {
    if snapshot.bytes.is_some() {
        return files::replace(snapshot, text.as_bytes());
    }
    if text.is_empty() {
        return Ok(files::Outcome::Unchanged);
    }
    if files::create_private(&snapshot.real, text.as_bytes())? {
        return Ok(files::Outcome::Written);
    }
    Err(Error::new(Kind::FileBusy, format!("{} was just made by another", snapshot.path.display())))
}

/// The settings that the environment holds. An empty variable is none.
fn environment(env: &dyn Fn(&str) -> Option<String>) -> Result<BTreeMap<&'static str, Value>> {
    let mut values = BTreeMap::new();
    for setting in SETTINGS {
        let Some(variable) = setting.env else { continue };
        let Some(text) = env(variable).filter(|text| !text.trim().is_empty()) else { continue };
        let value = setting.kind.parse(text.trim()).map_err(|words| {
            Error::new(Kind::Config, format!("the environment variable {variable} {words}"))
                .hint(format!("correct {variable}, or unset it"))
        })?;
        values.insert(setting.key, value);
    }
    Ok(values)
}
