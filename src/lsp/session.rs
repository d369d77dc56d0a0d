//! One client from `initialize` on: who it is, what it can, and how it is told things.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use serde_json::Value;
use tokio::sync::{Notify, mpsc};
use tower_lsp::lsp_types::{ClientCapabilities, InitializeParams, MessageType, Url};
use tower_lsp::{Client, lsp_types};

use super::buffers::Held;
use super::calls::Calls;
use super::diagnostics::Look;
use super::documents::Documents;
use super::help::Markup;
use super::knowledge::Knowledge;
use super::lifetime::Parent;
use super::positions::Encoding;
use super::tasks;
use crate::error::{Error, Kind, Result};
use crate::ops::{Buffers, Shell, Steps};
use crate::protocol::PROTOCOL;
use crate::protocol::handshake::ClientHello;
use crate::protocol::status::{StatusChange, StatusKind};

/// What is known of the client, and what belongs to it.
#[derive(Debug)]
pub(super) struct Session {
    /// The way to it.
    pub(super) client: Client,
    /// The steps of all its calls.
    pub(super) steps: Steps,
    /// The calls that it is told the progress of, by the token.
    pub(super) told: Calls<String>,
    /// The files that it has open.
    pub(super) documents: Documents,
    /// What it holds of them unsaved that is ours.
    pub(super) held: Held,
    /// What is known besides, for help in them.
    pub(super) knowledge: Knowledge,
    /// Wakes whoever looks after the status.
    pub(super) changed: Notify,
    /// Told when the process that started us is gone.
    pub(super) orphaned: Arc<Notify>,
    /// How things stand, where somebody has just found that out.
    pub(super) stands: mpsc::UnboundedSender<StatusChange>,
    looks: mpsc::UnboundedSender<Look>,
    base: ShellBox,
    met: OnceLock<Met>,
    tokens: AtomicU64,
}

/// What `initialize` told.
#[derive(Debug, Default)]
struct Met {
    hello: ClientHello,
    folder: Option<PathBuf>,
    is_ours: bool,
    can: Abilities,
}

/// What the client can do.
#[derive(Clone, Copy, Debug, Default)]
struct Abilities {
    make_progress: bool,
    show_documents: bool,
    pull_diagnostics: bool,
    refresh_diagnostics: bool,
    version_edits: bool,
    apply_edits: bool,
    markup_of_completions: Markup,
    markup_of_hovers: Markup,
}

impl Abilities {
    fn of(client: &ClientCapabilities) -> Self {
        let (window, workspace) = (client.window.as_ref(), client.workspace.as_ref());
        let document = client.text_document.as_ref();
        let is = |told: Option<bool>| told.unwrap_or_default();
        Self {
            make_progress: is(window.and_then(|window| window.work_done_progress)),
            show_documents: window
                .and_then(|window| window.show_document.as_ref())
                .is_some_and(|show| show.support),
            pull_diagnostics: document.is_some_and(|document| document.diagnostic.is_some()),
            refresh_diagnostics: is(workspace
                .and_then(|workspace| workspace.diagnostic.as_ref())
                .and_then(|diagnostic| diagnostic.refresh_support)),
            version_edits: is(workspace
                .and_then(|workspace| workspace.workspace_edit.as_ref())
                .and_then(|edit| edit.document_changes)),
            apply_edits: is(workspace.and_then(|workspace| workspace.apply_edit)),
            markup_of_completions: Markup::choose(
                document
                    .and_then(|document| document.completion.as_ref())
                    .and_then(|completion| completion.completion_item.as_ref())
                    .and_then(|item| item.documentation_format.as_ref()),
            ),
            markup_of_hovers: Markup::choose(
                document
                    .and_then(|document| document.hover.as_ref())
                    .and_then(|hover| hover.content_format.as_ref()),
            ),
        }
    }
}

/// A shell, which may hold a proxy's password.
struct ShellBox(Shell);

impl std::fmt::Debug for ShellBox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shell")
    }
}

impl Session {
    /// A session with nobody yet.
    pub(super) fn new(
        client: Client,
        shell: Shell,
        stands: mpsc::UnboundedSender<StatusChange>,
        looks: mpsc::UnboundedSender<Look>,
    ) -> Self {
        Self {
            client,
            steps: shell.steps.clone(),
            told: Calls::default(),
            documents: Documents::default(),
            held: Held::default(),
            knowledge: Knowledge::default(),
            changed: Notify::new(),
            orphaned: Arc::default(),
            stands,
            looks,
            base: ShellBox(shell),
            met: OnceLock::new(),
            tokens: AtomicU64::new(1),
        }
    }

    /// Takes what `initialize` says. Neither disk nor network nor keychain is touched.
    pub(super) fn meet(&self, params: &InitializeParams) {
        let hello = hello(params);
        if let Some(editor) = &hello.editor {
            tracing::info!(name = editor.name, version = editor.version, "an editor connects");
        }
        let folders = params.workspace_folders.iter().flatten().map(|folder| &folder.uri);
        #[allow(deprecated, reason = "older clients send nothing else")]
        let mut folders = folders.chain(params.root_uri.as_ref());
        let folder = folders.find_map(|uri| uri.to_file_path().ok());
        let offered = params.capabilities.general.as_ref().and_then(|all| all.position_encodings.as_deref());
        self.documents.agree(Encoding::choose(offered.unwrap_or_default()));
        let is_ours = params.initialization_options.as_ref().is_some_and(|all| all.get("elitea").is_some());
        let can = Abilities::of(&params.capabilities);
        let _ = self.met.set(Met { hello, folder, is_ours, can });
        if let Some(parent) = params.process_id.and_then(Parent::find) {
            let orphaned = Arc::clone(&self.orphaned);
            tasks::beside(async move {
                parent.gone().await;
                orphaned.notify_one();
            });
        }
    }

    /// What a verb is told of the world.
    ///
    /// # Errors
    /// [`Kind::ProtocolMismatch`] where the client speaks another protocol.
    pub(super) fn shell(self: &Arc<Self>) -> Result<Shell> {
        if let Some(error) = self.mismatch() {
            return Err(error);
        }
        let buffers: Arc<dyn Buffers> = Arc::<Self>::clone(self);
        let mut shell = Shell { buffers: Some(buffers), ..self.base.0.clone() };
        if let Some(met) = self.met.get() {
            shell.cwd.clone_from(&met.folder);
            shell.proxy.clone_from(&met.hello.proxy);
            shell.ca_file = met.hello.ca_file.as_ref().map(PathBuf::from);
        }
        Ok(shell)
    }

    /// Why this client cannot be served, where it cannot.
    pub(super) fn mismatch(&self) -> Option<Error> {
        let theirs = self.met.get()?.hello.protocol.filter(|theirs| *theirs != PROTOCOL)?;
        let (old, hint) = if theirs > PROTOCOL {
            ("this helper", "update elitea-helper, or remove the setting that names an older one")
        } else {
            ("the editor's extension", "update the ELITEA extension or plugin of this editor")
        };
        let words = format!(
            "{old} is too old: the extension speaks protocol {theirs}, elitea-helper {} speaks {PROTOCOL}",
            env!("CARGO_PKG_VERSION")
        );
        Some(Error::new(Kind::ProtocolMismatch, words).hint(hint))
    }

    /// Shows a person a message, once.
    pub(super) async fn show(&self, error: &Error) {
        let hint = error.hint.as_ref().map(|hint| format!(". {}", sentence(hint))).unwrap_or_default();
        self.client.show_message(MessageType::ERROR, format!("ELITEA: {error}{hint}")).await;
    }

    fn can(&self) -> Abilities {
        self.met.get().map(|met| met.can).unwrap_or_default()
    }

    /// Whether the client can make tokens for progress.
    pub(super) fn makes_progress(&self) -> bool {
        self.can().make_progress
    }

    /// Whether the client can open pages.
    pub(super) fn shows_documents(&self) -> bool {
        self.can().show_documents
    }

    /// Whether the client asks for diagnostics, so that they are not pushed.
    pub(super) fn pulls_diagnostics(&self) -> bool {
        self.can().pull_diagnostics
    }

    /// Whether it can be told to ask anew.
    pub(super) fn can_refresh(&self) -> bool {
        self.can().refresh_diagnostics
    }

    /// Whether it checks the version of what it changes.
    pub(super) fn versions_edits(&self) -> bool {
        self.can().version_edits
    }

    /// Whether it takes changes from us, and leaves alone what is not of the version that they are for.
    pub(super) fn takes_edits(&self) -> bool {
        self.can().apply_edits && self.can().version_edits
    }

    /// How it shows what is said of a suggestion.
    pub(super) fn markup_of_completions(&self) -> Markup {
        self.can().markup_of_completions
    }

    /// How it shows what is said of a place.
    pub(super) fn markup_of_hovers(&self) -> Markup {
        self.can().markup_of_hovers
    }

    /// Whether it is made for this helper, and so has commands of its own.
    pub(super) fn is_ours(&self) -> bool {
        self.met.get().is_some_and(|met| met.is_ours)
    }

    /// An open file has changed.
    pub(super) fn look_at(&self, uri: Url) {
        let _ = self.looks.send(Look::At(uri));
    }

    /// What is known around the open files has changed.
    pub(super) fn look_at_all(&self) {
        self.documents.forget_bases();
        let _ = self.looks.send(Look::All);
    }

    /// A token for progress that was never used.
    pub(super) fn next_token(&self) -> String {
        format!("elitea/{}", self.tokens.fetch_add(1, Ordering::Relaxed))
    }

    /// A change takes long.
    pub(super) fn tell_busy(&self, what: &'static str) {
        self.tell_standing(StatusChange { kind: StatusKind::Busy, message: what.to_owned(), command: None });
    }

    /// It was found out how things stand.
    pub(super) fn tell_standing(&self, change: StatusChange) {
        let _ = self.stands.send(change);
    }

    /// A change has ended, so that the status may be another.
    pub(super) fn look_again(&self) {
        self.changed.notify_one();
    }
}

/// What a client of ours says, in either place: some libraries cannot change the capabilities.
fn hello(params: &InitializeParams) -> ClientHello {
    let experimental = params.capabilities.experimental.as_ref().and_then(|all| all.get("elitea"));
    let options = params.initialization_options.as_ref().and_then(|all| all.get("elitea"));
    let read = |value: Option<&Value>| {
        let value = super::methods::normalised(value.cloned());
        serde_json::from_value::<ClientHello>(value).unwrap_or_else(|_| {
            tracing::warn!("what the client says about itself is not understood");
            ClientHello::default()
        })
    };
    let (first, second) = (read(options), read(experimental));
    ClientHello {
        protocol: first.protocol.or(second.protocol),
        editor: first.editor.or(second.editor).or_else(|| params.client_info.as_ref().map(named)),
        proxy: first.proxy.or(second.proxy).filter(|proxy| !proxy.is_empty()),
        ca_file: first.ca_file.or(second.ca_file).filter(|file| !file.is_empty()),
    }
}

fn named(client: &lsp_types::ClientInfo) -> crate::protocol::handshake::Editor {
    crate::protocol::handshake::Editor { name: client.name.clone(), version: client.version.clone() }
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
