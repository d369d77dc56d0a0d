//! Targets that an editor has open. A file without unsaved changes is written, and the editor reloads
//! it; one with unsaved changes is changed in the editor, and never on the disk.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use super::mask::mask;
use super::unsaved::UnsavedEdit;
use crate::error::{Error, Kind, Result};
use crate::files::Snapshot;

/// The way to the editor that a language client belongs to.
pub trait Buffers: Send + Sync {
    /// The buffers in which the editor has the file with this real path open.
    fn open(&self, real: &Path) -> Vec<Buffer>;

    /// Remembers that the file was found to hold what this buffer holds.
    fn note_saved(&self, buffer: &Buffer);

    /// Gives the editor a change of a buffer, and waits for its answer. From the moment that the change
    /// is sent it is among [`Buffer::edits`]: the editor may save it before it answers.
    ///
    /// # Errors
    /// Why the buffer does not hold the change.
    fn edit(&self, buffer: &Buffer, edit: Arc<UnsavedEdit>) -> std::result::Result<(), Refusal>;
}

/// A file as an editor has it. Its `Debug` form leaves the text out, which may hold a token.
#[derive(Clone)]
pub struct Buffer {
    /// Its address, as the editor names it.
    pub uri: String,
    /// Its version, as the editor counts.
    pub version: i32,
    /// Its text.
    pub text: Arc<String>,
    /// The text that the file was last known to share with it; none: that was never seen.
    pub saved: Option<Arc<String>>,
    /// The changes that the editor took and that were not read back from the file yet, the oldest first.
    pub edits: Vec<Arc<UnsavedEdit>>,
}

impl std::fmt::Debug for Buffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Buffer({} {})", self.uri, self.version)
    }
}

/// Why an editor does not hold a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It said so, for this reason.
    Refused(Option<String>),
    /// It did not answer within this many seconds.
    NoAnswer(u64),
    /// It closed the file meanwhile.
    Closed,
    /// The file has another text there by now.
    Changed,
    /// It cannot check which version of a text a change is for.
    Unable,
    /// A token would have to go through it.
    Secret,
}

/// How a target stands in the editor.
#[derive(Default)]
pub(super) struct Open {
    /// The buffer with unsaved changes.
    pub(super) unsaved: Option<Buffer>,
    /// Changes of ours that were not read back from the file yet.
    pub(super) edits: Vec<Arc<UnsavedEdit>>,
}

/// Looks whether the editor has a target open.
pub(super) fn look(buffers: Option<&dyn Buffers>, snapshot: &Snapshot) -> Result<Open> {
    let open = buffers.map(|buffers| buffers.open(&snapshot.real)).unwrap_or_default();
    // What is no text the editor has read as another one, in an encoding that we do not know.
    let (Some(buffers), Ok(text)) = (buffers, snapshot.text()) else { return Ok(Open::default()) };
    let mut found = Open::default();
    for buffer in open {
        found.edits.extend(buffer.edits.iter().cloned());
        if same_text(&buffer.text, text) {
            buffers.note_saved(&buffer);
            continue;
        }
        if let Some(saved) = &buffer.saved {
            // The editor is about to reload it.
            if same_text(&buffer.text, saved) {
                continue;
            }
            if !same_text(saved, text) {
                return Err(split(snapshot));
            }
        }
        if found.unsaved.is_some() {
            let words = format!("the editor has {} open twice, with unsaved changes", shown(snapshot));
            return Err(Error::new(Kind::FileRefused, words).hint("save one of them, and close the other"));
        }
        found.unsaved = Some(buffer);
    }
    Ok(found)
}

/// The refusal of a file of which the disk and the editor hold different changes: only a person knows
/// which of them is to stay.
fn split(snapshot: &Snapshot) -> Error {
    let words =
        format!("{} has unsaved changes in the editor, and was changed on the disk since", shown(snapshot));
    Error::new(Kind::FileRefused, words)
        .hint("save it in the editor or reload it there, whichever is to stay, and run this again")
}

fn shown(snapshot: &Snapshot) -> String {
    snapshot.path.display().to_string()
}

/// The refusal of what may not go through the editor.
pub(super) fn save_first(path: &Path, why: &str) -> Error {
    let words = format!("{} has unsaved changes in the editor, and {why}", path.display());
    Error::new(Kind::FileRefused, words).hint("save it in the editor first, and run this again")
}

/// A refusal as it is reported.
pub(super) fn failure(refusal: &Refusal, path: &Path) -> Error {
    let path_shown = path.display();
    let save = "save the file in the editor, and run this again";
    match refusal {
        Refusal::Refused(reason) => {
            let reason = reason.as_ref().map(|reason| format!(": {}", mask(reason, &[], "")));
            let words = format!("the editor did not take the change of {path_shown}");
            Error::new(Kind::FileRefused, words + &reason.unwrap_or_default()).hint(save)
        }
        Refusal::NoAnswer(seconds) => {
            let words = format!(
                "the editor did not say within {seconds} s whether it took the change of {path_shown}"
            );
            Error::new(Kind::FileBusy, words).hint(format!("look whether it shows a question, then {save}"))
        }
        Refusal::Closed => {
            Error::new(Kind::FileBusy, format!("{path_shown} was closed in the editor without the change"))
                .hint("run this again: it is written to the file now")
        }
        Refusal::Changed => {
            let words = format!("{path_shown} was changed in the editor at the same moment");
            Error::new(Kind::FileBusy, words).hint("run this again")
        }
        Refusal::Unable => {
            let words = "this editor cannot check that its text is still the one that a change is made for";
            save_first(path, words)
        }
        Refusal::Secret => save_first(path, "a token is never sent through the editor"),
    }
}

/// Whether two texts are the same but for a byte order mark and line ends, which editors hide and even
/// out.
pub fn same_text(one: &str, other: &str) -> bool {
    one == other || plain(one) == plain(other)
}

fn plain(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix(BOM).unwrap_or(text);
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// A text with the byte order mark and the line ends of another one, where that has only one kind.
pub(super) fn dressed(text: &str, like: &str) -> String {
    let mark = if like.starts_with(BOM) { BOM } else { "" };
    let lines = plain(text);
    let returns = like.matches("\r\n").count();
    if returns > 0 && returns == like.matches('\n').count() {
        format!("{mark}{}", lines.replace('\n', "\r\n"))
    } else {
        format!("{mark}{lines}")
    }
}

const BOM: &str = "\u{feff}";

#[test]
fn marks_and_line_ends_make_no_difference() {
    for (one, other, same) in [
        ("a\nb\n", "a\r\nb\r\n", true),
        ("a\nb\n", "\u{feff}a\rb\r\n", true),
        ("a\nb\n", "a\nb", false),
        ("a\n\nb", "a\r\nb", false),
        ("", "\u{feff}", true),
    ] {
        assert_eq!(same_text(one, other), same, "{one:?} {other:?}");
    }
    assert_eq!(dressed("a\nb", "\u{feff}x\r\ny\r\n"), "\u{feff}a\r\nb");
    assert_eq!(dressed("\u{feff}a\r\nb", "x\ny"), "a\nb");
}
