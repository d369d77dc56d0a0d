//! The table of all that can set a setting.

use std::fmt;
use std::path::PathBuf;

use serde_json::Value;

use super::Config;
use super::settings::{Section, Setting};

/// What sort of thing set a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// The administrator's file, for a key that it locks.
    Locked,
    /// The command line.
    Flag,
    /// The environment.
    Environment,
    /// A workspace's `.elitea.toml`, for targets of that workspace.
    Workspace,
    /// The user's `config.toml`.
    Profile,
    /// The administrator's file.
    Machine,
    /// Nothing.
    BuiltIn,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What sort of thing set it.
    pub kind: SourceKind,
    /// The flag, the variable or the profile, where there is one.
    pub name: Option<String>,
    /// The file, where it is one.
    pub file: Option<PathBuf>,
    /// The line in that file, from 1.
    pub line: Option<usize>,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.as_deref().unwrap_or_default();
        match (self.kind, &self.file, self.line) {
            (SourceKind::Flag, ..) => write!(f, "the flag {name}"),
            (SourceKind::Environment, ..) => write!(f, "the environment variable {name}"),
            (_, Some(file), Some(line)) => write!(f, "{}:{line}", file.display()),
            (_, Some(file), None) => write!(f, "{}", file.display()),
            _ => f.write_str("the built-in default"),
        }
    }
}

/// A setting's value and its story.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// The setting's key.
    pub key: &'static str,
    /// The value that counts; `Null` if nothing sets it and it has no default.
    pub value: Value,
    /// What set it.
    pub source: Source,
    /// The values that it hides, the strongest first.
    pub shadowed: Vec<(Value, Source)>,
}

/// One row of [`SOURCES`].
#[derive(Debug)]
pub struct SourceRow {
    /// What sort of thing it is.
    pub kind: SourceKind,
    /// The same for people.
    pub doc: &'static str,
    look: fn(&Config, &Setting) -> Option<(Value, Source)>,
}

/// All that can set a setting, the strongest first.
pub const SOURCES: &[SourceRow] = &[
    SourceRow { kind: SourceKind::Locked, doc: "a key that the administrator's file locks", look: nothing },
    SourceRow { kind: SourceKind::Flag, doc: "a flag", look: flag },
    SourceRow { kind: SourceKind::Environment, doc: "the environment", look: environment },
    SourceRow { kind: SourceKind::Workspace, doc: "the workspace's .elitea.toml", look: nothing },
    SourceRow { kind: SourceKind::Profile, doc: "config.toml", look: profile },
    SourceRow { kind: SourceKind::Machine, doc: "the administrator's file", look: nothing },
    SourceRow { kind: SourceKind::BuiltIn, doc: "the built-in default", look: built_in },
];

/// The value that counts, and those that it hides.
pub(super) fn resolve(config: &Config, setting: &'static Setting) -> Resolved {
    let mut found = SOURCES.iter().filter_map(|row| (row.look)(config, setting));
    let unset = || (Value::Null, plain(SourceKind::BuiltIn));
    let (value, source) = found.next().unwrap_or_else(unset);
    Resolved { key: setting.key, value, source, shadowed: found.collect() }
}

/// The strongest source above the profile that has a value.
pub(super) fn above_profile(config: &Config, setting: &Setting) -> Option<Source> {
    let mut above = SOURCES.iter().take_while(|row| row.kind != SourceKind::Profile);
    above.find_map(|row| (row.look)(config, setting)).map(|(_, source)| source)
}

fn plain(kind: SourceKind) -> Source {
    Source { kind, name: None, file: None, line: None }
}

fn nothing(_: &Config, _: &Setting) -> Option<(Value, Source)> {
    None
}

fn flag(config: &Config, setting: &Setting) -> Option<(Value, Source)> {
    let flag = setting.flag?;
    let source = Source { name: Some(format!("--{flag}")), ..plain(SourceKind::Flag) };
    Some((config.flags.value(flag)?, source))
}

fn environment(config: &Config, setting: &Setting) -> Option<(Value, Source)> {
    let value = config.environment.get(setting.key)?.clone();
    Some((value, Source { name: setting.env.map(str::to_owned), ..plain(SourceKind::Environment) }))
}

fn profile(config: &Config, setting: &Setting) -> Option<(Value, Source)> {
    let profile = (setting.section == Section::Profile).then_some(config.profile.as_str());
    let found = config.document.value(profile, setting.key)?;
    let source = Source {
        kind: SourceKind::Profile,
        name: profile.map(str::to_owned),
        file: Some(config.path()),
        line: Some(found.line),
    };
    Some((found.value.clone(), source))
}

fn built_in(_: &Config, setting: &Setting) -> Option<(Value, Source)> {
    let value = setting.default_value();
    (!value.is_null()).then(|| (value, plain(SourceKind::BuiltIn)))
}
