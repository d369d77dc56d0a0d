//! A template and a selection in, a file or a patch out.
//!
//! A template is a folder: `template.toml` says what the file is, a fragment beside it is the
//! file itself with placeholders. Both [`Template::render`] and [`Template::patch`] read the
//! filled fragment, so that they cannot differ. The only disk access is reading a user's own
//! templates in [`load`].

mod builtin;
mod fragment;
mod manifest;
mod placeholder;
mod toml;

use std::path::{Path as FilePath, PathBuf};

use crate::error::{Error, Kind, Result};
use crate::merge::{self, Entry, Format, Op, Patch, Path};
use fragment::{Fragment, Leaf};
use manifest::Manifest;
use placeholder::Context;

/// What ELITEA's page writes where no token exists yet (`SettingsPreview.jsx`).
pub const TOKEN_PLACEHOLDER: &str = "Your_Personal_Token";

/// The name of the file that describes a template.
pub const MANIFEST_NAME: &str = "template.toml";

/// What a template is filled with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The deployment root, without a slash at its end.
    pub server: String,
    /// Id of the selected project.
    pub project: u64,
    /// The model's name.
    pub model: String,
    /// Id of the project that owns the model.
    pub model_project: u64,
    /// The integration's own id, which old servers have; none: owner and name make it up.
    pub integration: Option<String>,
    /// Whether certificates are verified.
    pub verify_ssl: bool,
}

impl Selection {
    /// What settings files call the integration's uid.
    fn integration_uid(&self) -> String {
        self.integration.clone().unwrap_or_else(|| format!("{}_{}", self.model_project, self.model))
    }
}

/// One tool's file: which keys it gets, and how a whole new file looks.
#[derive(Clone, Debug)]
pub struct Template {
    id: String,
    source: Option<PathBuf>,
    manifest: Manifest,
    fragment: Fragment,
    downloads: Vec<Vec<Path>>,
}

/// The built-in templates.
pub fn ids() -> &'static [&'static str] {
    builtin::IDS
}

/// The files of a built-in template, each with its name and text, as `eject` writes them.
pub fn sources(id: &str) -> Option<&'static [(&'static str, &'static str)]> {
    builtin::find(id)
}

/// Every template there is: the built-in ones, then those that only the user has, by name.
pub fn available(user_dir: Option<&FilePath>) -> Vec<String> {
    let mut own: Vec<String> = user_dir
        .and_then(|dir| std::fs::read_dir(dir).ok())
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().join(MANIFEST_NAME).is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|id| is_id(id) && builtin::find(id).is_none())
        .collect();
    own.sort();
    builtin::IDS.iter().map(|id| (*id).to_owned()).chain(own).collect()
}

/// The template `id`: the user's own where `user_dir` has a folder of that name, else the
/// built-in one.
///
/// # Errors
/// `Usage` when there is no such template; `Config`, with file, line and column, when its
/// `template.toml` or its fragment is wrong.
pub fn load(id: &str, user_dir: Option<&FilePath>) -> Result<Template> {
    if !is_id(id) {
        return Err(unknown(id, user_dir));
    }
    if let Some(folder) = user_dir.map(|dir| dir.join(id)).filter(|folder| folder.is_dir()) {
        return load_folder(id, &folder);
    }
    let Some(files) = builtin::find(id) else { return Err(unknown(id, user_dir)) };
    let place = PathBuf::from("templates").join(id);
    let read = |name: &str| {
        files.iter().find(|(file, _)| *file == name).map(|(_, text)| (*text).to_owned()).ok_or_else(|| {
            Error::new(Kind::Config, format!("the built-in template {id} has no file named {name}"))
        })
    };
    build(id, None, &place, &read)
}

/// The template in `folder`, as `template check` reads it.
///
/// # Errors
/// As [`load`].
pub fn load_folder(id: &str, folder: &FilePath) -> Result<Template> {
    let read = |name: &str| {
        let path = folder.join(name);
        let text = std::fs::read_to_string(&path).map_err(|error| {
            Error::new(Kind::Config, format!("cannot read {}: {error}", path.display())).hint(format!(
                "a template's folder holds {MANIFEST_NAME} and the fragment that it names; \
                 `elitea-helper template eject` makes one to start from"
            ))
        })?;
        Ok(text.trim_start_matches('\u{FEFF}').to_owned())
    };
    build(id, Some(folder.to_path_buf()), folder, &read)
}

fn build(
    id: &str,
    source: Option<PathBuf>,
    place: &FilePath,
    read: &dyn Fn(&str) -> Result<String>,
) -> Result<Template> {
    let manifest_path = place.join(MANIFEST_NAME);
    let text = read(MANIFEST_NAME)?;
    let manifest = Manifest::parse(&text).map_err(|error| error.in_file(&manifest_path))?;
    let fragment_path = place.join(&manifest.fragment);
    let fragment_text = read(&manifest.fragment)?;
    let fragment = Fragment::parse(fragment_text, manifest.format, &manifest.identity)
        .map_err(|error| error.in_file(&fragment_path))?;
    let secrets: Vec<Path> = manifest.secrets.clone();
    fragment.check_secrets(&secrets).map_err(|(path, problem)| {
        manifest::wrong(&text, "secrets", format!("{path} {problem}")).in_file(&manifest_path)
    })?;
    let mut downloads = Vec::new();
    for name in &manifest.downloads {
        let keys = download_keys(name).ok_or_else(|| {
            let message = format!("{name} in downloads is not a built-in template");
            manifest::wrong(&text, "downloads", message).in_file(&manifest_path)
        })?;
        downloads.push(keys?);
    }
    Ok(Template { id: id.to_owned(), source, manifest, fragment, downloads })
}

/// Every key of a built-in template's file; `None` when there is no such template.
fn download_keys(id: &str) -> Option<Result<Vec<Path>>> {
    let files = builtin::find(id)?;
    let text = |name: &str| files.iter().find(|(file, _)| *file == name).map(|(_, text)| *text);
    let keys = |manifest: Manifest| {
        let fragment = text(&manifest.fragment).unwrap_or_default().to_owned();
        Ok(Fragment::parse(fragment, manifest.format, &manifest.identity)?.keys())
    };
    Some(Manifest::parse(text(MANIFEST_NAME)?).and_then(keys))
}

impl Template {
    /// The name of its folder.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it sets up, in a few words.
    pub fn title(&self) -> &str {
        &self.manifest.title
    }

    /// The user's folder that it was read from; `None` for a built-in one.
    pub fn source(&self) -> Option<&FilePath> {
        self.source.as_deref()
    }

    /// The whole file for this selection, as ELITEA's page offers it. Without a token the page's
    /// placeholder stands in its place; a redacted token counts as none and is never written.
    ///
    /// # Errors
    /// `Config` when a value holds a character that the file's format cannot hold.
    pub fn render(&self, selection: &Selection, token: Option<&str>) -> Result<String> {
        let mut text = self.fill(selection, token)?;
        if token.is_none() && !self.manifest.preview.final_newline && text.ends_with('\n') {
            text.pop();
        }
        Ok(text)
    }

    /// The keys that this selection wants in the file. Without a token, or with a redacted one,
    /// the secret keys are left out.
    ///
    /// # Errors
    /// As [`Template::render`].
    pub fn patch(&self, selection: &Selection, token: Option<&str>) -> Result<Patch> {
        let filled = self.fill(selection, token)?;
        let with_secrets = token.is_some_and(is_usable);
        let entries = fragment::leaves(&filled, self.manifest.format, &self.manifest.identity)?
            .into_iter()
            .map(|Leaf { path, value, .. }| {
                let secret = self.manifest.secrets.contains(&path);
                Entry { path, op: Op::Set(value), secret }
            })
            .filter(|entry| with_secrets || !entry.secret)
            .collect();
        Ok(Patch { format: self.manifest.format, entries, downloads: self.downloads.clone() })
    }

    /// How the file is written.
    pub fn format(&self) -> Format {
        self.manifest.format
    }

    /// The file's own name.
    pub fn file_name(&self) -> &str {
        self.manifest.file_name()
    }

    /// The keys that hold a secret.
    pub fn secret_paths(&self) -> Vec<Path> {
        self.manifest.secrets.clone()
    }

    /// Every key of the file, secret ones included, in the file's order. A path that passes
    /// through an array names the element as the fragment does, with its placeholders.
    pub fn keys(&self) -> Vec<Path> {
        self.fragment.keys()
    }

    /// Where the file is, as a pattern: `~` or `{home}`, `{config}`, `{data}` and `{ide}` stand at its start
    /// for the home, configuration, data and IDE user folders; a workspace's pattern is relative
    /// to the workspace. `scope` is `user`, `machine` or `workspace`; `os` is `linux`, `macos` or
    /// `windows`. `None` where this tool has no file of that scope.
    pub fn place(&self, scope: &str, os: &str) -> Option<&str> {
        self.manifest.place(scope, os)
    }

    fn fill(&self, selection: &Selection, token: Option<&str>) -> Result<String> {
        let token = token.filter(|token| is_usable(token)).unwrap_or(TOKEN_PLACEHOLDER);
        self.fragment.fill(&Context { selection, token })
    }
}

/// Whether this may be written as a token: a redacted one (`...` and the last letters, as the
/// server's list shows it) and the page's placeholder would only destroy a good one.
fn is_usable(token: &str) -> bool {
    !token.is_empty() && !merge::is_redacted(token) && !merge::is_placeholder(token)
}

/// A template's id is a plain folder name: it never leads out of the user's template folder.
fn is_id(id: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    id.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()) && id.chars().all(plain)
}

fn unknown(id: &str, user_dir: Option<&FilePath>) -> Error {
    let known = available(user_dir);
    let near = nearest(id, known.iter().map(String::as_str));
    let hint = match near {
        Some(name) => format!("did you mean {name}?"),
        None => format!("the templates are {}", known.join(", ")),
    };
    let mut error = Error::new(Kind::Usage, format!("there is no template named {id:?}")).hint(hint);
    error.choices = known;
    error
}

/// The name that `word` was most likely meant to be.
fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|name| (strsim::jaro_winkler(word, name), name))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
