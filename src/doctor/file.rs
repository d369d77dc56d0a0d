//! One file as the rules see it.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::keys::{Occurrence, occurrences};
use crate::error::Error;
use crate::ide::{self, Generation, Scope};
use crate::merge::mend::encoding::{Decoded, Encoding, decode};
use crate::merge::{self, Format, Path as KeyPath, Scanned};
use crate::protocol::config::{KeyReport, TargetReport};

/// What a file is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// VS Code's settings.
    Settings,
    /// A `.code-workspace`, which has settings under `settings`.
    CodeWorkspace,
    /// A JetBrains project file with our component.
    Component,
    /// The file of a tool that a template of the user's describes.
    Tool(Format),
    /// Any other text.
    Text,
}

impl Kind {
    /// What a file is by its name alone.
    pub fn by_name(path: &Path) -> Self {
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        match name.as_str() {
            _ if ide::settings_key(path).is_some() => Self::CodeWorkspace,
            "settings.json" => Self::Settings,
            "elitea.xml" | "alita.xml" => Self::Component,
            _ => Self::Text,
        }
    }

    /// How it is written; none where nothing is known of it.
    pub fn format(self) -> Option<Format> {
        match self {
            Self::Settings | Self::CodeWorkspace => Some(Format::Settings),
            Self::Component => Some(Format::Xml),
            Self::Tool(format) => Some(format),
            Self::Text => None,
        }
    }
}

/// Which target a file is.
#[derive(Clone, Debug)]
pub struct Role {
    /// The IDE's id.
    pub ide: String,
    /// The IDE's name.
    pub ide_name: String,
    /// Whose settings it holds.
    pub scope: Scope,
    /// What reads its keys.
    pub reader: Option<Reader>,
    /// Whether it is kept in order.
    pub registered: bool,
    /// How it stands against the selection, where that could be said.
    pub report: Option<TargetReport>,
    /// The keys that its IDE's default profile keeps out of Settings Sync; none where Settings Sync
    /// does not reach, or where that is not known.
    pub ignored_by_sync: Option<Vec<String>>,
}

/// What reads the keys of a file.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// Which keys it reads.
    pub generation: Generation,
    /// Whether it can use the server; none where that is not known.
    pub fits_server: Option<bool>,
}

/// What the disk says about a file besides its bytes.
#[derive(Clone, Default)]
pub struct Meta {
    /// Why it cannot be written, if that is so.
    pub unwritable: Option<String>,
    /// Whether other users of the machine can get at its bytes.
    pub readable_by_others: bool,
    /// Whether git tracks it; none where it is in no repository.
    pub tracked: Option<bool>,
    /// Temporary files that a crash left beside it.
    pub leftovers: Vec<PathBuf>,
    /// What became of the place it was in, where that is gone.
    pub gone: Option<String>,
    /// What it held before, the newest first; looked for only where nothing is left in it.
    pub earlier: Vec<Earlier>,
}

/// What a file held before.
#[derive(Clone)]
pub struct Earlier {
    /// The text.
    pub text: String,
    /// Who kept it, and when: `our backup of 2026-11-25 08:15`.
    pub kept: String,
}

/// Bytes that are not simply UTF-8.
#[derive(Clone)]
pub enum Bytes {
    /// They are text in another encoding, or have this many NULs behind their end.
    Encoded(&'static str, usize),
    /// They are text in one of these encodings, of which the first is the likeliest.
    Doubtful(Vec<(&'static str, String)>),
    /// They are nothing but so many NULs.
    Nuls(usize),
    /// They are no text.
    Binary,
}

/// One file as the rules see it. What stands unsaved in an editor is given as text too.
#[derive(Clone)]
pub struct FileFacts {
    /// The file.
    pub path: PathBuf,
    /// What it is.
    pub kind: Kind,
    /// Which target it is, if it is one.
    pub role: Option<Role>,
    /// The workspace that it belongs to, if it does.
    pub root: Option<PathBuf>,
    /// What the disk says about it.
    pub meta: Meta,
    /// Whether there is a file.
    pub exists: bool,
    /// Its text, as its bytes are most likely meant.
    pub text: String,
    /// What is wrong with its bytes; none where they are UTF-8 without a NUL at the end.
    pub bytes: Option<Bytes>,
    /// Every occurrence of a key of ours, in the order of the text.
    pub keys: Vec<Occurrence>,
    /// What keeps its IDE from reading it.
    pub malformed: Option<Error>,
    /// The text as it was read; none where nothing is known of its format.
    pub scanned: Option<Scanned>,
    /// Where its lines start.
    lines: Vec<usize>,
}

impl FileFacts {
    /// A file with these bytes; none: there is no file.
    pub fn new(path: &Path, kind: Kind, bytes: Option<&[u8]>) -> Self {
        let (text, bad) = read(bytes.unwrap_or_default());
        let mut file = Self {
            path: path.to_path_buf(),
            kind,
            role: None,
            root: None,
            meta: Meta::default(),
            exists: bytes.is_some(),
            text,
            bytes: bad,
            keys: Vec::new(),
            malformed: None,
            scanned: None,
            lines: Vec::new(),
        };
        file.read();
        file
    }

    /// The same file with another text.
    #[must_use]
    pub fn with_text(&self, text: &str) -> Self {
        let mut file =
            Self { text: text.to_owned(), bytes: None, keys: Vec::new(), malformed: None, ..self.clone() };
        file.read();
        file
    }

    /// The same file by another of its paths.
    #[must_use]
    pub fn at(&self, path: &Path) -> Self {
        Self { path: path.to_path_buf(), ..self.clone() }
    }

    /// Whether it may be shared with others.
    pub fn is_workspace(&self) -> bool {
        self.root.is_some()
            || self.role.as_ref().is_some_and(|role| role.scope == Scope::Workspace)
            || matches!(self.kind, Kind::CodeWorkspace | Kind::Component)
            || self.path.parent().and_then(Path::file_name).is_some_and(|folder| {
                [".vscode", ".idea"].iter().any(|known| folder.eq_ignore_ascii_case(known))
            })
    }

    /// Whether its IDE reads it as it stands, so that it can be said which key counts.
    pub fn is_sound(&self) -> bool {
        self.malformed.is_none() && self.bytes.is_none()
    }

    /// Whether the plan for it says of this key that it has to change.
    pub fn is_reported(&self, key: &Occurrence) -> bool {
        let report = self.role.as_ref().and_then(|role| role.report.as_ref());
        let of_it = |known: &&KeyReport| known.key == key.path.to_string();
        report.and_then(|report| report.keys.iter().find(of_it)).is_some_and(|key| {
            matches!(key.outcome.as_str(), "inserted" | "updated" | "takenOver" | "conflict")
        })
    }

    /// The line, from 1, of a byte of the text.
    pub fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at).max(1)
    }

    /// The byte at a line and a column, both from 1, as the errors of a format count them: without the
    /// byte order mark.
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let bom = self.text.len() - self.text.trim_start_matches('\u{feff}').len();
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len()).max(bom);
        self.text[start..]
            .char_indices()
            .nth(column.saturating_sub(1))
            .map_or(self.text.len(), |(at, _)| start + at)
    }

    /// The value in effect of a key, by its name without the prefix of its generation.
    pub fn in_effect<'f>(&'f self, name: &str) -> Option<&'f Occurrence> {
        self.keys.iter().rev().find(|key| key.short == name && key.in_effect)
    }

    /// The bytes of a key's value, whichever of its spellings counts.
    pub fn range_of(&self, path: &KeyPath) -> Option<Range<usize>> {
        self.scanned.as_ref()?.in_effect(&self.text, std::slice::from_ref(path)).pop().flatten()
    }

    fn read(&mut self) {
        self.lines = std::iter::once(0).chain(merge::line_starts(&self.text, 0)).collect();
        let Some(format) = self.kind.format() else { return };
        let scanned = Scanned::new(&self.text, format);
        self.malformed = scanned.check(&self.text).err();
        self.keys = occurrences(&self.text, self.kind, &scanned);
        self.scanned = Some(scanned);
    }
}

/// The bytes as text, and what is wrong with them.
fn read(bytes: &[u8]) -> (String, Option<Bytes>) {
    let lossy = || String::from_utf8_lossy(bytes).into_owned();
    match decode(bytes) {
        Decoded::Certain(text) if text.encoding == Encoding::Utf8 && text.nuls == 0 => (text.text, None),
        Decoded::Certain(text) => (text.text, Some(Bytes::Encoded(text.encoding.name(), text.nuls))),
        Decoded::Choice { texts, .. } => {
            let texts: Vec<_> = texts.into_iter().map(|text| (text.encoding.name(), text.text)).collect();
            let likeliest = texts.first().map_or_else(lossy, |(_, text)| text.clone());
            (likeliest, Some(Bytes::Doubtful(texts)))
        }
        Decoded::Nothing { nuls } => (String::new(), Some(Bytes::Nuls(nuls))),
        Decoded::Beyond { .. } => (lossy(), Some(Bytes::Binary)),
    }
}
