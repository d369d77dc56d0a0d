//! The files that the client has open, as it has them: unsaved, and broken half-way through typing.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tower_lsp::lsp_types::{Position, Range, TextDocumentContentChangeEvent, TextDocumentItem, Url};

use super::positions::{Encoding, Lines};
use crate::doctor::{self, Facts, FileFacts, Filter, Finding};

/// The open files of one client.
#[derive(Debug, Default)]
pub(super) struct Documents {
    open: Mutex<HashMap<Url, Document>>,
    encoding: OnceLock<Encoding>,
}

/// One open file as it is now.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    /// Its address, as the client gave it.
    pub(super) uri: Url,
    /// Where it is on the disk; none where it is nowhere there.
    pub(super) path: Option<PathBuf>,
    /// Its version.
    pub(super) version: i32,
    /// Its text.
    pub(super) text: Arc<String>,
    lines: Arc<Lines>,
    encoding: Encoding,
}

#[derive(Debug)]
struct Document {
    snapshot: Snapshot,
    /// The file as it lies on the disk, for what a text does not say; it goes when something else than
    /// the text has changed.
    base: Option<Arc<Base>>,
    read: Option<Arc<Read>>,
}

/// What is known of a file besides its text.
pub(super) struct Base {
    /// The file.
    pub(super) file: FileFacts,
    /// The machine around it.
    pub(super) facts: Arc<Facts>,
}

impl std::fmt::Debug for Base {
    /// A file may hold a token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Base")
    }
}

/// An open file that was read: what it says, and what is wrong with it.
pub(super) struct Read {
    /// The text that was read.
    pub(super) at: Snapshot,
    /// What it says.
    pub(super) file: FileFacts,
    /// What is known besides.
    pub(super) base: Arc<Base>,
    glance: OnceLock<Vec<Finding>>,
    findings: OnceLock<Vec<Finding>>,
}

impl std::fmt::Debug for Read {
    /// A file may hold a token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Read({} {})", self.at.uri, self.at.version)
    }
}

impl Read {
    /// Reads a text.
    pub(super) fn new(at: Snapshot, base: Arc<Base>) -> Self {
        let file = base.file.with_text(&at.text);
        Self { at, file, base, glance: OnceLock::new(), findings: OnceLock::new() }
    }

    /// Whether it is a config file that we know, and not one of the same name: it lies where an IDE
    /// looks, or has keys of ELITEA's readers.
    pub(super) fn is_known(&self) -> bool {
        self.file.role.is_some() || !self.file.keys.is_empty()
    }

    /// What the doctor says of it, without the ways to mend that take long to find.
    pub(super) fn glance(&self) -> &[Finding] {
        self.glance.get_or_init(|| self.judged(&Filter::at_a_glance()))
    }

    /// What the doctor says of it.
    pub(super) fn findings(&self) -> &[Finding] {
        self.findings.get_or_init(|| self.judged(&Filter::default()))
    }

    fn judged(&self, filter: &Filter) -> Vec<Finding> {
        if self.is_known() { doctor::check_file(&self.file, &self.base.facts, filter) } else { Vec::new() }
    }
}

impl Snapshot {
    /// The byte at a position.
    pub(super) fn offset(&self, position: Position) -> usize {
        self.lines.offset(&self.text, position, self.encoding)
    }

    /// The bytes of a range.
    pub(super) fn bytes(&self, range: Range) -> std::ops::Range<usize> {
        self.lines.bytes(&self.text, range, self.encoding)
    }

    /// The range of some bytes.
    pub(super) fn range(&self, bytes: &std::ops::Range<usize>) -> Range {
        self.lines.range(&self.text, bytes, self.encoding)
    }
}

impl Documents {
    /// What characters are, from here on.
    pub(super) fn agree(&self, encoding: Encoding) {
        let _ = self.encoding.set(encoding);
    }

    /// What characters are.
    pub(super) fn encoding(&self) -> Encoding {
        self.encoding.get().copied().unwrap_or_default()
    }

    fn open(&self) -> MutexGuard<'_, HashMap<Url, Document>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A file was opened.
    pub(super) fn add(&self, item: TextDocumentItem) {
        let snapshot = Snapshot {
            path: path(&item.uri),
            uri: item.uri.clone(),
            version: item.version,
            lines: Arc::new(Lines::of(&item.text)),
            text: Arc::new(item.text),
            encoding: self.encoding(),
        };
        self.open().insert(item.uri, Document { snapshot, base: None, read: None });
    }

    /// It was changed, in this order; whether it is open.
    pub(super) fn change(
        &self,
        uri: &Url,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
    ) -> bool {
        let mut open = self.open();
        let Some(document) = open.get_mut(uri) else { return false };
        document.read = None;
        let Snapshot { version: old, text, lines, encoding, .. } = &mut document.snapshot;
        *old = version;
        let (text, lines) = (Arc::make_mut(text), Arc::make_mut(lines));
        for change in changes {
            match change.range {
                None => {
                    *text = change.text;
                    *lines = Lines::of(text);
                }
                Some(range) => {
                    let bytes = lines.bytes(text, range, *encoding);
                    text.replace_range(bytes.clone(), &change.text);
                    lines.edited(text, bytes.start);
                }
            }
        }
        true
    }

    /// It was closed.
    pub(super) fn remove(&self, uri: &Url) {
        self.open().remove(uri);
    }

    /// Something else than a text has changed: the files on the disk, or what is known around them.
    pub(super) fn forget_bases(&self) {
        for document in self.open().values_mut() {
            (document.base, document.read) = (None, None);
        }
    }

    /// The same for one file, which was saved.
    pub(super) fn forget_base(&self, uri: &Url) {
        if let Some(document) = self.open().get_mut(uri) {
            (document.base, document.read) = (None, None);
        }
    }

    /// A file as it is now; none where it is not open.
    pub(super) fn snapshot(&self, uri: &Url) -> Option<Snapshot> {
        self.open().get(uri).map(|document| document.snapshot.clone())
    }

    /// The open files for which this holds.
    pub(super) fn all(&self, is_meant: impl Fn(&Snapshot) -> bool) -> Vec<Snapshot> {
        self.open().values().map(|document| &document.snapshot).filter(|at| is_meant(at)).cloned().collect()
    }

    /// What was found out about a file as it is now, if that was done.
    pub(super) fn read(&self, uri: &Url) -> Option<Arc<Read>> {
        self.open().get(uri)?.read.clone()
    }

    /// What was found out about it besides its text, if that was done.
    pub(super) fn base(&self, uri: &Url) -> Option<Arc<Base>> {
        self.open().get(uri)?.base.clone()
    }

    /// Keeps what was found out, unless the file has changed since, or what is known around it: `known`.
    pub(super) fn keep(&self, read: &Arc<Read>, known: &Arc<Facts>) {
        let mut open = self.open();
        let Some(document) = open.get_mut(&read.at.uri) else { return };
        if !Arc::ptr_eq(&read.base.facts, known) {
            return;
        }
        let base = document.base.get_or_insert_with(|| Arc::clone(&read.base));
        if Arc::ptr_eq(base, &read.base) && Arc::ptr_eq(&document.snapshot.text, &read.at.text) {
            document.read = Some(Arc::clone(read));
        }
    }
}

/// Where a document is on the disk. VS Code gives its own user settings another scheme than the
/// workspace's, with the same path behind it.
fn path(uri: &Url) -> Option<PathBuf> {
    match uri.scheme() {
        "file" => uri.to_file_path().ok(),
        "vscode-userdata" => {
            let mut file = Url::parse("file:///").ok()?;
            file.set_path(uri.path());
            file.to_file_path().ok()
        }
        _ => None,
    }
}

/// Whether a file is one that help is given in, by its name.
pub(super) fn is_config(path: &Path) -> bool {
    doctor::Kind::by_name(path).format().is_some()
}

#[test]
fn both_schemes_of_settings_are_the_same_file() {
    let disk = |uri: &str| Url::parse(uri).ok().as_ref().and_then(path);
    let (file, userdata) = if cfg!(windows) {
        ("file:///c%3A/Users/a%20b/settings.json", "vscode-userdata:/c%3A/Users/a%20b/settings.json")
    } else {
        ("file:///home/a%20b/settings.json", "vscode-userdata:/home/a%20b/settings.json")
    };
    assert!(disk(file).is_some());
    assert_eq!(disk(file), disk(userdata));
    assert_eq!(disk("untitled:settings.json"), None);
}
