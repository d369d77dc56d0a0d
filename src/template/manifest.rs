//! `template.toml`: what a template's file is and where it belongs.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::{Error, Kind, Place, Result};
use crate::merge::{Format, Path, Step};

/// The form of `template.toml` that this version reads.
const FORMAT: i64 = 1;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    /// Judged by [`check_format`] before the rest is read.
    #[serde(rename = "format")]
    _format: i64,
    title: String,
    kind: Format,
    fragment: String,
    file: Option<String>,
    #[serde(default)]
    secrets: Vec<Keys>,
    #[serde(default)]
    downloads: Vec<String>,
    #[serde(default)]
    identity: BTreeMap<String, String>,
    #[serde(default)]
    place: Places,
    #[serde(default)]
    preview: Preview,
}

/// A path as people write it: one key, or the keys from the root.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Keys {
    One(String),
    Many(Vec<String>),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Places {
    user: Option<PlaceOf>,
    machine: Option<PlaceOf>,
    workspace: Option<PlaceOf>,
}

/// One place for every system, or one for each.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum PlaceOf {
    Every(String),
    Each { linux: Option<String>, macos: Option<String>, windows: Option<String> },
}

/// How the page's preview differs from its download.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Preview {
    pub(super) final_newline: bool,
}

impl Default for Preview {
    fn default() -> Self {
        Self { final_newline: true }
    }
}

/// `template.toml`, read and checked.
#[derive(Clone, Debug)]
pub(super) struct Manifest {
    pub(super) title: String,
    pub(super) format: Format,
    pub(super) fragment: String,
    pub(super) secrets: Vec<Path>,
    pub(super) downloads: Vec<String>,
    /// For each array of objects, by its keys joined with `/`: the field that tells elements apart.
    pub(super) identity: BTreeMap<String, String>,
    pub(super) preview: Preview,
    file: Option<String>,
    place: Places,
}

impl Manifest {
    /// # Errors
    /// `Config` with the place in `text`.
    pub(super) fn parse(text: &str) -> Result<Self> {
        check_format(text)?;
        let raw: Raw = toml_edit::de::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            Error::new(Kind::Config, error.message().trim().to_owned()).at(Place::of(text, offset))
        })?;
        for (field, name) in [("fragment", Some(&raw.fragment)), ("file", raw.file.as_ref())] {
            if name.is_some_and(|name| !is_file_name(name)) {
                return Err(wrong(text, field, format!("{field} must be a plain file name")));
            }
        }
        if let Some(place) = raw.place.bad() {
            let message = format!("{place:?} is no place for a file");
            return Err(wrong(text, "place", message).hint(
                "a user's or machine's file starts with {home}/, {config}/, {data}/ or {ide}/; a workspace's is relative to it",
            ));
        }
        Ok(Self {
            title: raw.title,
            format: raw.kind,
            fragment: raw.fragment,
            secrets: raw.secrets.into_iter().map(Keys::into_path).collect(),
            downloads: raw.downloads,
            identity: raw.identity,
            preview: raw.preview,
            file: raw.file,
            place: raw.place,
        })
    }

    pub(super) fn file_name(&self) -> &str {
        self.file.as_deref().unwrap_or(&self.fragment)
    }

    pub(super) fn place(&self, scope: &str, os: &str) -> Option<&str> {
        let scopes = [
            ("user", &self.place.user),
            ("machine", &self.place.machine),
            ("workspace", &self.place.workspace),
        ];
        let (_, place) = scopes.into_iter().find(|(name, _)| *name == scope)?;
        match place.as_ref()? {
            PlaceOf::Every(path) => Some(path),
            PlaceOf::Each { linux, macos, windows } => {
                let systems = [("linux", linux), ("macos", macos), ("windows", windows)];
                systems.into_iter().find(|(name, _)| *name == os)?.1.as_deref()
            }
        }
    }
}

impl Places {
    /// A place that leads anywhere else than its scope may.
    fn bad(&self) -> Option<&str> {
        let own = [&self.user, &self.machine].into_iter().flatten().flat_map(PlaceOf::all);
        let starts = ["~/", "{home}/", "{config}/", "{data}/", "{ide}/"];
        let mut own =
            own.filter(|place| !starts.iter().any(|start| place.strip_prefix(start).is_some_and(is_inside)));
        let mut shared = self.workspace.iter().flat_map(PlaceOf::all).filter(|place| !is_inside(place));
        own.next().or_else(|| shared.next())
    }
}

impl PlaceOf {
    fn all(&self) -> Vec<&str> {
        match self {
            Self::Every(place) => vec![place],
            Self::Each { linux, macos, windows } => {
                [linux, macos, windows].into_iter().flatten().map(String::as_str).collect()
            }
        }
    }
}

impl Keys {
    fn into_path(self) -> Path {
        let keys = match self {
            Self::One(key) => vec![key],
            Self::Many(keys) => keys,
        };
        Path(keys.into_iter().map(Step::Key).collect())
    }
}

/// A newer form is told apart before anything else is read, since its other keys may be unknown.
fn check_format(text: &str) -> Result<()> {
    let Ok(document) = toml_edit::Document::parse(text) else { return Ok(()) };
    match document.get("format").and_then(toml_edit::Item::as_integer) {
        Some(FORMAT) | None => Ok(()),
        Some(other) if other > FORMAT => Err(wrong(
            text,
            "format",
            format!("format {other} is newer than this program, which reads {FORMAT}"),
        )
        .hint("update elitea-helper, or eject the template again")),
        Some(other) => {
            Err(wrong(text, "format", format!("format {other} is unknown; this program reads {FORMAT}")))
        }
    }
}

/// A `Config` error at the value of `field`.
pub(super) fn wrong(text: &str, field: &str, message: String) -> Error {
    let span = toml_edit::Document::parse(text).ok().and_then(|document| document.get(field)?.span());
    Error::new(Kind::Config, message).at(Place::of(text, span.map_or(0, |span| span.start)))
}

/// Whether a path with `/` stays below the folder that it starts from.
fn is_inside(path: &str) -> bool {
    path.split('/').all(is_file_name)
}

fn is_file_name(name: &str) -> bool {
    !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\\', ':', '\0'])
}
