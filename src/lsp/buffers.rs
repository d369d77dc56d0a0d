//! The client as the editor that holds targets open: what it has of them, and changes that it is given
//! for texts that it has not saved. Ownership of such a change is recorded when the file is saved.

use std::collections::HashMap;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tower_lsp::jsonrpc;
use tower_lsp::lsp_types::{ApplyWorkspaceEditResponse, Url};

use super::documents::{Snapshot, is_config};
use super::edits::{changes, workspace_edit};
use super::session::Session;
use super::tasks;
use crate::files;
use crate::ops::{self, Buffer, Buffers, Ctx, Refusal, UnsavedEdit};
use crate::order;

/// How long the client may take to say whether it took a change.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long it may take after that until its text holds the change.
const CONFIRMED_WITHIN: Duration = Duration::from_secs(2);

/// What is remembered of the open files.
#[derive(Debug, Default)]
pub(super) struct Held(Mutex<HashMap<Url, File>>);

#[derive(Default)]
struct File {
    saved: Option<Arc<String>>,
    edits: Vec<Edit>,
}

impl std::fmt::Debug for File {
    /// The text may hold a token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("File").field("edits", &self.edits).finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct Edit {
    edit: Arc<UnsavedEdit>,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// The client was asked, and the sender tells whoever waits.
    Sent(Sender<Heard>),
    /// The client has it.
    Taken,
    /// The file was saved, and what we own in it is about to be recorded.
    Saved,
}

/// What those hear who wait for the client.
#[derive(Debug)]
enum Heard {
    Answered(jsonrpc::Result<ApplyWorkspaceEditResponse>),
    Changed,
    Closed,
}

impl Held {
    fn files(&self) -> MutexGuard<'_, HashMap<Url, File>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, uri: &Url, edit: &Arc<UnsavedEdit>, stage: Stage) {
        self.files().entry(uri.clone()).or_default().edits.push(Edit { edit: Arc::clone(edit), stage });
    }

    /// The client has taken it, and those before it are part of it; or it may still take it.
    fn is_taken(&self, uri: &Url, edit: &Arc<UnsavedEdit>, is_sure: bool) {
        let mut files = self.files();
        let Some(file) = files.get_mut(uri) else { return };
        let Some(at) = file.edits.iter().position(|held| Arc::ptr_eq(&held.edit, edit)) else { return };
        for held in file.edits.iter_mut().skip(at).take(1) {
            if matches!(held.stage, Stage::Sent(_)) {
                held.stage = Stage::Taken;
            }
        }
        if is_sure {
            file.edits.drain(..at);
        }
    }

    fn forget(&self, uri: &Url, edits: &[Arc<UnsavedEdit>]) {
        if let Some(file) = self.files().get_mut(uri) {
            file.edits.retain(|held| !edits.iter().any(|edit| Arc::ptr_eq(edit, &held.edit)));
        }
    }

    /// The text of a file has changed.
    pub(super) fn changed(&self, uri: &Url) {
        self.tell(uri, || Heard::Changed);
    }

    fn tell(&self, uri: &Url, heard: impl Fn() -> Heard) {
        for held in self.files().get(uri).into_iter().flat_map(|file| &file.edits) {
            if let Stage::Sent(waiting) = &held.stage {
                let _ = waiting.send(heard());
            }
        }
    }

    /// A file was closed: what was not saved is lost, and with it the changes of ours.
    pub(super) fn closed(&self, uri: &Url) {
        self.tell(uri, || Heard::Closed);
        self.files().remove(uri);
    }

    /// Nobody answers any more.
    pub(super) fn end(&self) {
        let uris: Vec<Url> = self.files().keys().cloned().collect();
        for uri in &uris {
            self.closed(uri);
        }
    }

    /// The changes that a file was saved with, which has this text. One that the client was asked for
    /// and does not have yet is none of them.
    fn saved(&self, uri: &Url, text: &str) -> Vec<Arc<UnsavedEdit>> {
        let mut files = self.files();
        let Some(file) = files.get_mut(uri) else { return Vec::new() };
        let is_there = |held: &Edit| matches!(held.stage, Stage::Sent(_)) && held.edit.stands_in(text);
        if let Some(at) = file.edits.iter().position(is_there) {
            // Those before it are part of it.
            file.edits.drain(..at);
        }
        let saved = file.edits.iter_mut().filter(|held| match &held.stage {
            Stage::Taken => true,
            Stage::Sent(_) => held.edit.stands_in(text),
            Stage::Saved => false,
        });
        saved
            .map(|held| {
                held.stage = Stage::Saved;
                Arc::clone(&held.edit)
            })
            .collect()
    }

    /// They could not be recorded, and are to be with the next save.
    fn unsaved(&self, uri: &Url) {
        for held in self.files().get_mut(uri).into_iter().flat_map(|file| &mut file.edits) {
            if matches!(held.stage, Stage::Saved) {
                held.stage = Stage::Taken;
            }
        }
    }
}

impl Buffers for Session {
    fn open(&self, real: &Path) -> Vec<Buffer> {
        let id = files::identity(real);
        let is_it = |path: &Path| files::identity(&files::real_path(path)) == id;
        let mut open = self.documents.all(|at| at.path.is_some());
        open.retain(|at| at.path.as_deref().is_some_and(is_it));
        order::sort_by(&mut open, |one, other| one.uri.cmp(&other.uri));
        let files = self.held.files();
        let buffer = |at: Snapshot| {
            let file = files.get(&at.uri);
            let edits = file.into_iter().flat_map(|file| &file.edits);
            Buffer {
                uri: at.uri.to_string(),
                version: at.version,
                text: at.text,
                saved: file.and_then(|file| file.saved.clone()),
                edits: edits.map(|held| Arc::clone(&held.edit)).collect(),
            }
        };
        open.into_iter().map(buffer).collect()
    }

    fn note_saved(&self, buffer: &Buffer) {
        let Ok(uri) = Url::parse(&buffer.uri) else { return };
        let mut files = self.held.files();
        // Whether it is still open is asked under the same lock under which a closed one is forgotten.
        if self.documents.snapshot(&uri).is_some() {
            files.entry(uri).or_default().saved = Some(Arc::clone(&buffer.text));
        }
    }

    fn edit(&self, buffer: &Buffer, edit: Arc<UnsavedEdit>) -> Result<(), Refusal> {
        if !self.takes_edits() {
            return Err(Refusal::Unable);
        }
        let uri = Url::parse(&buffer.uri).map_err(|_| Refusal::Closed)?;
        let at = self.documents.snapshot(&uri).ok_or(Refusal::Closed)?;
        if at.version != buffer.version || at.text != buffer.text {
            return Err(Refusal::Changed);
        }
        let changes = changes(&at.text, edit.after()).ok_or(Refusal::Secret)?;
        if changes.is_empty() {
            let (nobody, _) = channel();
            self.held.keep(&uri, &edit, Stage::Sent(nobody));
            self.held.is_taken(&uri, &edit, true);
            return Ok(());
        }
        let (tell, heard) = channel();
        self.held.keep(&uri, &edit, Stage::Sent(tell.clone()));
        let client = self.client.clone();
        let wanted = workspace_edit(&at, &changes, true);
        // The request lives on when nobody waits for it any more, or a late answer would find nobody.
        tasks::beside(async move {
            let _ = tell.send(Heard::Answered(client.apply_edit(wanted).await));
        });
        let taken = self.wait(&at, &edit, &heard);
        match taken {
            Ok(()) | Err(Refusal::NoAnswer(_)) => self.held.is_taken(&uri, &edit, taken.is_ok()),
            Err(_) => self.held.forget(&uri, &[edit]),
        }
        taken
    }
}

impl Session {
    /// Waits until the client says that it took a change, and its text holds it. This is a thread for
    /// blocking work: the loop goes on meanwhile.
    fn wait(&self, at: &Snapshot, edit: &UnsavedEdit, heard: &Receiver<Heard>) -> Result<(), Refusal> {
        let patience = patience();
        let until = Instant::now() + patience;
        loop {
            match heard.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(Heard::Answered(Ok(answer))) if answer.applied => break,
                Ok(Heard::Answered(Ok(answer))) => return Err(Refusal::Refused(answer.failure_reason)),
                Ok(Heard::Answered(Err(error))) => {
                    return Err(Refusal::Refused(Some(error.message.into_owned())));
                }
                Ok(Heard::Changed) => {}
                Ok(Heard::Closed) | Err(RecvTimeoutError::Disconnected) => return Err(Refusal::Closed),
                Err(RecvTimeoutError::Timeout) => return Err(Refusal::NoAnswer(patience.as_secs())),
            }
        }
        let until = Instant::now() + CONFIRMED_WITHIN.min(patience);
        loop {
            let now = self.documents.snapshot(&at.uri).ok_or(Refusal::Closed)?;
            if now.version != at.version && edit.stands_in(&now.text) {
                return Ok(());
            }
            match heard.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(Heard::Closed) | Err(RecvTimeoutError::Disconnected) => return Err(Refusal::Closed),
                Ok(_) => {}
                // Some editors say so of whatever they skip.
                Err(RecvTimeoutError::Timeout) if now.version == at.version => {
                    let words = "it said that it did, but its text is as it was";
                    return Err(Refusal::Refused(Some(words.to_owned())));
                }
                Err(RecvTimeoutError::Timeout) => return Err(Refusal::Changed),
            }
        }
    }
}

/// A file was opened: whether the disk holds the same is found out beside.
pub(super) fn opened(session: &Arc<Session>, uri: &Url) {
    let Some(path) = session.documents.snapshot(uri).and_then(|at| at.path) else { return };
    if is_config(&path) {
        let session = Arc::clone(session);
        tasks::thread(move || compare(&session, &path));
    }
}

/// A file was saved: what we own in it from now on is recorded beside.
pub(super) fn saved(session: &Arc<Session>, uri: &Url) {
    let Some(Snapshot { path: Some(path), text, .. }) = session.documents.snapshot(uri) else { return };
    let edits = session.held.saved(uri, &text);
    if edits.is_empty() && !is_config(&path) {
        return;
    }
    let step = session.steps.begin();
    let (session, uri) = (Arc::clone(session), uri.clone());
    tasks::thread(move || {
        compare(&session, &path);
        if !edits.is_empty() {
            match session.shell().and_then(|shell| ops::settle(&Ctx::new(&shell)?, &edits)) {
                Ok(()) => session.held.forget(&uri, &edits),
                Err(error) => {
                    tracing::warn!("what is ours in {} is not recorded: {error}", path.display());
                    session.held.unsaved(&uri);
                }
            }
            session.look_again();
        }
        drop(step);
    });
}

fn compare(session: &Session, path: &Path) {
    if let Err(error) = ops::compare(session, path) {
        tracing::debug!("{} is not compared: {error}", path.display());
    }
}

/// How long the client may take; a test may say how many milliseconds.
fn patience() -> Duration {
    #[cfg(debug_assertions)]
    if let Some(asked) = std::env::var("ELITEA_HELPER_TEST_PATIENCE").ok().and_then(|ms| ms.parse().ok()) {
        return Duration::from_millis(asked);
    }
    PATIENCE
}
