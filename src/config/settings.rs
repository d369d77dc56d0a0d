//! The table of all that can be set.

use serde_json::Value;

use super::DEFAULT_PROFILE;
use crate::error::{Error, Kind as ErrorKind, Result};

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Its name to people: `server`, `network.proxy`.
    pub key: &'static str,
    /// The table of `config.toml` in which it stands.
    pub section: Section,
    /// Its name in that table.
    pub name: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// Its value where nothing sets it, as one would write it; `None` for no value.
    pub default: Option<&'static str>,
    /// The environment variable that sets it.
    pub env: Option<&'static str>,
    /// The flag that sets it, without its dashes.
    pub flag: Option<&'static str>,
    /// What it does, in a sentence without a full stop.
    pub doc: &'static str,
}

/// A table of `config.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The top of the file, outside of all tables.
    Top,
    /// `[profile.NAME]`.
    Profile,
    /// `[network]`.
    Network,
    /// `[policy]`.
    Policy,
}

/// What a setting may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text that is not empty.
    Text,
    /// The address of a server. Whether it is one is looked at when it is set or used.
    Server,
    /// The path of a file.
    File,
    /// `true` or `false`.
    Bool,
    /// A whole number from 1.
    Number,
    /// A whole number of seconds, from 1 to an hour.
    Seconds,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A model as `owner project/name`, such as `1/gpt-5.1`.
    Model,
}

const PROFILE: Setting = Setting {
    key: "",
    section: Section::Profile,
    name: "",
    kind: Kind::Text,
    default: None,
    env: None,
    flag: None,
    doc: "",
};
const NETWORK: Setting = Setting { section: Section::Network, ..PROFILE };

/// Every setting, in the order in which they are listed.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "active",
        section: Section::Top,
        name: "active",
        default: Some(DEFAULT_PROFILE),
        flag: Some("profile"),
        doc: "The profile that is meant when none is named",
        ..PROFILE
    },
    Setting {
        key: "server",
        name: "server",
        kind: Kind::Server,
        env: Some("ELITEA_DEPLOYMENT_URL"),
        flag: Some("server"),
        doc: "Address of the ELITEA server",
        ..PROFILE
    },
    Setting {
        key: "project",
        name: "project",
        kind: Kind::Number,
        env: Some("ELITEA_PROJECT_ID"),
        flag: Some("project"),
        doc: "Id of the project",
        ..PROFILE
    },
    Setting {
        key: "model",
        name: "model",
        kind: Kind::Model,
        flag: Some("model"),
        doc: "The model, as OWNER_PROJECT_ID/NAME; without it the project's default is followed",
        ..PROFILE
    },
    Setting {
        key: "store",
        name: "store",
        kind: Kind::Choice(&["keychain", "file", "env"]),
        default: Some("keychain"),
        doc: "Where the token is kept",
        ..PROFILE
    },
    Setting {
        key: "verify_ssl",
        name: "verify_ssl",
        kind: Kind::Bool,
        default: Some("true"),
        doc: "Whether the IDEs are told to check the server's certificate",
        ..PROFILE
    },
    Setting { key: "network.proxy", name: "proxy", doc: "Address of the proxy", ..NETWORK },
    Setting {
        key: "network.ca_file",
        name: "ca_file",
        kind: Kind::File,
        doc: "PEM file with certificates that are trusted besides the system's",
        ..NETWORK
    },
    Setting {
        key: "network.connect_timeout",
        name: "connect_timeout",
        kind: Kind::Seconds,
        default: Some("5"),
        doc: "Seconds for a connection to the server to be made",
        ..NETWORK
    },
    Setting {
        key: "network.timeout",
        name: "timeout",
        kind: Kind::Seconds,
        default: Some("30"),
        doc: "Seconds for one request to the server",
        ..NETWORK
    },
    Setting {
        key: "policy.write_token",
        section: Section::Policy,
        name: "write_token",
        kind: Kind::Choice(&["auto", "always", "never"]),
        default: Some("auto"),
        doc: "Whether the token is written into settings files of VS Code",
        ..PROFILE
    },
];

impl Setting {
    /// The setting with this key.
    ///
    /// # Errors
    /// `Usage`, with a near name, if there is none.
    pub fn find(key: &str) -> Result<&'static Self> {
        if let Some(setting) = SETTINGS.iter().find(|setting| setting.key == key) {
            return Ok(setting);
        }
        let error = Error::new(ErrorKind::Usage, format!("there is no setting {key:?}"));
        Err(match near(key, SETTINGS.iter().map(|setting| setting.key)) {
            Some(name) => error.hint(format!("did you mean {name:?}?")),
            None => error.hint("list them: elitea-helper config get"),
        })
    }

    /// The value where nothing sets it; `Null` for none.
    pub fn default_value(&self) -> Value {
        self.default.and_then(|text| self.kind.parse(text).ok()).unwrap_or_default()
    }
}

impl Section {
    /// The section's name in `config.toml`; empty for the top of the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Top => "",
            Self::Profile => "profile",
            Self::Network => "network",
            Self::Policy => "policy",
        }
    }

    /// The settings of this section.
    pub fn settings(self) -> impl Iterator<Item = &'static Setting> {
        SETTINGS.iter().filter(move |setting| setting.section == self)
    }
}

impl Kind {
    /// What is wrong with `value`, as words that follow the setting's name.
    ///
    /// # Errors
    /// The words.
    pub fn check(self, value: &Value) -> std::result::Result<(), String> {
        let fits = match self {
            Self::Text | Self::Server | Self::File => {
                value.as_str().is_some_and(|text| !text.trim().is_empty())
            }
            Self::Bool => value.is_boolean(),
            Self::Number => value.as_u64().is_some_and(|number| number > 0),
            Self::Seconds => value.as_u64().is_some_and(|number| (1..=3600).contains(&number)),
            Self::Choice(words) => value.as_str().is_some_and(|text| words.contains(&text)),
            Self::Model => {
                value.as_str().and_then(|text| text.split_once('/')).is_some_and(|(project, name)| {
                    project.parse::<u64>().is_ok_and(|number| number > 0) && !name.is_empty()
                })
            }
        };
        if fits { Ok(()) } else { Err(format!("must be {}, not {value}", self.expected())) }
    }

    /// The value that `text` stands for on a command line or in the environment.
    ///
    /// # Errors
    /// What is wrong with it, as words that follow the setting's name.
    pub fn parse(self, text: &str) -> std::result::Result<Value, String> {
        let value = match self {
            Self::Bool => text.parse().map_or_else(|_| Value::from(text), Value::Bool),
            Self::Number | Self::Seconds => {
                text.parse::<u64>().map_or_else(|_| Value::from(text), Value::from)
            }
            Self::Text | Self::Server | Self::File | Self::Choice(_) | Self::Model => Value::from(text),
        };
        self.check(&value).map(|()| value)
    }

    /// What it may hold, for people.
    pub fn expected(self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Server => "the address of a server".to_owned(),
            Self::File => "the path of a file".to_owned(),
            Self::Bool => "true or false".to_owned(),
            Self::Number => "a whole number from 1".to_owned(),
            Self::Seconds => "a whole number of seconds from 1 to 3600".to_owned(),
            Self::Choice(words) => format!("one of {}", words.join(", ")),
            Self::Model => "OWNER_PROJECT_ID/NAME, such as \"1/gpt-5.1\"".to_owned(),
        }
    }
}

/// The name among `names` that is most like `word`, if one is like it at all.
pub fn near<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LIKE: f64 = 0.8;
    let likeness = |name: &str| strsim::jaro_winkler(&word.to_lowercase(), &name.to_lowercase());
    let scored = names.into_iter().map(|name| (likeness(name), name)).filter(|(score, _)| *score >= LIKE);
    scored.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}
