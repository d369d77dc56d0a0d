//! `config get`, `set` and `unset`: our own settings, each with its source.

use super::context::{Shell, check_unhidden, env};
use super::mask::{mask, mask_value};
use super::{Ctx, selection};
use crate::auth::{Server, token_ranges};
use crate::config::{self, Config, Dirs, SETTINGS, SettingKind, Source, SourceKind};
use crate::error::{Error, Kind, Result};
use crate::files::Outcome;
use crate::protocol::explain::{
    ConfigPath, HiddenSetting, Setting, SettingChanged, SettingList, SettingSource,
};

/// Where `config.toml` stands. Nothing is read, so that a broken file is found, too.
///
/// # Errors
/// [`Kind::Config`] where the system knows no folder for it.
pub fn config_path(shell: &Shell) -> Result<ConfigPath> {
    let path = Dirs::find(shell.config_dir.as_deref(), &env)?.config_file();
    Ok(ConfigPath { exists: path.exists(), path: path.display().to_string() })
}

/// One setting.
///
/// # Errors
/// [`Kind::Usage`], with a near name, if there is no such setting.
pub fn setting(ctx: &Ctx, key: &str) -> Result<Setting> {
    Ok(story(&ctx.config, config::Setting::find(key)?))
}

/// Every setting.
pub fn settings(ctx: &Ctx) -> SettingList {
    SettingList { settings: SETTINGS.iter().map(|setting| story(&ctx.config, setting)).collect() }
}

/// Sets a setting in `config.toml`; one of a profile in the chosen one.
///
/// # Errors
/// [`Kind::Usage`] where there is no such setting, where it may not hold this, and where a flag or
/// the environment would hide the change; what keeps `config.toml` from being changed.
pub fn set_setting(ctx: &Ctx, key: &str, value: &str) -> Result<SettingChanged> {
    let setting = config::Setting::find(key)?;
    let value = written(ctx, setting, value)?;
    check_unhidden(ctx, key)?;
    let edited = Config::edit(&ctx.config_dir, |edit| edit.set(ctx.config.profile(), key, &value));
    // What it may not hold is repeated in the words, and may be a secret in the wrong place.
    let outcome = edited.map_err(|error| Error { message: mask(&error.message, &[], ""), ..error })?;
    changed(ctx, setting, outcome)
}

/// Takes a setting out of `config.toml`. What sets it from then on is told.
///
/// # Errors
/// [`Kind::Usage`] where there is no such setting; what keeps `config.toml` from being changed.
pub fn unset_setting(ctx: &Ctx, key: &str) -> Result<SettingChanged> {
    let setting = config::Setting::find(key)?;
    let outcome = Config::edit(&ctx.config_dir, |edit| edit.unset(ctx.config.profile(), key).map(drop))?;
    changed(ctx, setting, outcome)
}

/// The value as it is written: an address without what does not belong to it, a path that means the
/// same everywhere, the name of a profile that there is.
fn written(ctx: &Ctx, setting: &config::Setting, value: &str) -> Result<String> {
    let value = value.trim();
    if !token_ranges(value).is_empty() {
        return Err(Error::new(Kind::Usage, format!("{}: there is a token in it", setting.key))
            .hint("no setting holds a token; sign in with it: elitea-helper login"));
    }
    let named = |error: Error| Error { message: format!("{}: {}", setting.key, error.message), ..error };
    match setting.kind {
        SettingKind::Server => Ok(Server::parse(value).map_err(named)?.as_str().to_owned()),
        SettingKind::File if !value.is_empty() => {
            Ok(ctx.absolute(std::path::Path::new(value)).display().to_string())
        }
        _ if setting.key == "active" && !ctx.config.profiles().any(|name| name == value) => {
            let hint = match selection::near(value, ctx.config.profiles()) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("make it by signing in: elitea-helper login --profile {value} --server URL"),
            };
            Err(Error::new(Kind::Usage, format!("there is no profile {value}")).hint(hint))
        }
        _ => Ok(value.to_owned()),
    }
}

fn changed(ctx: &Ctx, setting: &'static config::Setting, outcome: Outcome) -> Result<SettingChanged> {
    let config = ctx.config.reload(&ctx.env)?;
    Ok(SettingChanged {
        file: config.path().display().to_string(),
        changed: outcome != Outcome::Unchanged,
        setting: story(&config, setting),
    })
}

/// A setting as it is reported.
pub(super) fn story(config: &Config, setting: &'static config::Setting) -> Setting {
    let resolved = config.resolve(setting);
    let hidden = resolved
        .shadowed
        .iter()
        .map(|(value, from)| HiddenSetting { value: mask_value(value, false), source: source(from) });
    Setting {
        key: setting.key.to_owned(),
        doc: setting.doc.to_owned(),
        expected: setting.kind.expected(),
        hidden: hidden.collect(),
        value: mask_value(&resolved.value, false),
        source: source(&resolved.source),
    }
}

fn source(source: &Source) -> SettingSource {
    let kind = match source.kind {
        SourceKind::Locked => "locked",
        SourceKind::Flag => "flag",
        SourceKind::Environment => "environment",
        SourceKind::Workspace => "workspace",
        SourceKind::Profile => "config",
        SourceKind::Machine => "machine",
        SourceKind::BuiltIn => "builtIn",
    };
    SettingSource {
        kind: kind.to_owned(),
        name: source.name.clone(),
        file: source.file.as_ref().map(|file| file.display().to_string()),
        line: source.line,
        text: source.to_string(),
    }
}
