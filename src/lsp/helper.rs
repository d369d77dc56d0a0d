//! The language server as the library sees it: the life of a session, and the routes of its requests.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionProviderCapability, CodeActionResponse,
    CompletionOptions, CompletionParams, CompletionResponse, DiagnosticOptions, DiagnosticServerCapabilities,
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DidSaveTextDocumentParams, DocumentDiagnosticParams, DocumentDiagnosticReport,
    DocumentDiagnosticReportResult, ExecuteCommandOptions, ExecuteCommandParams,
    FullDocumentDiagnosticReport, Hover, HoverParams, HoverProviderCapability, InitializeParams,
    InitializeResult, InitializedParams, RelatedFullDocumentDiagnosticReport, SaveOptions,
    ServerCapabilities, ServerInfo, TextDocumentSyncCapability, TextDocumentSyncKind,
    TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
};
use tower_lsp::{ClientSocket, LanguageServer, LspService};

use super::actions::{self, Abilities, actions};
use super::calls::answer;
use super::diagnostics::{self, Look, diagnostics, read};
use super::methods::METHODS;
use super::session::Session;
use super::{buffers, commands, help, knowledge, status, tasks};
use crate::ops::Shell;
use crate::protocol::PROTOCOL;
use crate::protocol::handshake::ServerHello;
use crate::protocol::status::StatusChange;

/// The server's handlers.
#[derive(Debug)]
pub(super) struct Helper {
    session: Arc<Session>,
    heard: std::sync::Mutex<Option<Heard>>,
}

/// What is waiting for those who look after it from `initialized` on.
#[derive(Debug)]
struct Heard {
    stands: mpsc::UnboundedReceiver<StatusChange>,
    looks: mpsc::UnboundedReceiver<Look>,
}

/// The service with every route, the way to the client, and the session.
pub(super) fn service(shell: Shell) -> (LspService<Helper>, ClientSocket, Arc<Session>) {
    let mut builder = LspService::build(|client| {
        let (stands, heard_stands) = mpsc::unbounded_channel();
        let (looks, heard_looks) = mpsc::unbounded_channel();
        let heard = Heard { stands: heard_stands, looks: heard_looks };
        Helper { session: Arc::new(Session::new(client, shell, stands, looks)), heard: Some(heard).into() }
    });
    for method in METHODS {
        builder = builder.custom_method(method.name, move |helper: &Helper, params: Value| {
            answer(Arc::clone(&helper.session), method, params)
        });
    }
    let (service, socket) = builder.finish();
    let session = Arc::clone(&service.inner().session);
    (service, socket, session)
}

#[tower_lsp::async_trait]
impl LanguageServer for Helper {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        self.session.meet(&params);
        let hello = ServerHello {
            protocol: PROTOCOL,
            methods: METHODS.iter().map(|method| method.name.to_owned()).collect(),
        };
        let experimental = json!({"elitea": hello});
        let name = "elitea-helper".to_owned();
        Ok(InitializeResult {
            capabilities: ServerCapabilities { experimental: Some(experimental), ..self.capabilities() },
            server_info: Some(ServerInfo { name, version: Some(env!("CARGO_PKG_VERSION").to_owned()) }),
        })
    }

    async fn initialized(&self, _: InitializedParams) {
        let heard = self.heard.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        let session = Arc::clone(&self.session);
        // A handler never waits for the client.
        tasks::beside(async move {
            if let Some(error) = session.mismatch() {
                session.show(&error).await;
            } else if let Some(heard) = heard {
                tasks::beside(knowledge::keep(Arc::clone(&session)));
                tasks::beside(diagnostics::push(Arc::clone(&session), heard.looks));
                status::watch(session, heard.stands).await;
            }
        });
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        let uri = params.text_document.uri.clone();
        self.session.documents.add(params.text_document);
        buffers::opened(&self.session, &uri);
        self.session.look_at(uri);
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let (document, changes) = (params.text_document, params.content_changes);
        if self.session.documents.change(&document.uri, document.version, changes) {
            self.session.held.changed(&document.uri);
            self.session.look_at(document.uri);
        } else {
            tracing::warn!("a change of a document that is not open was left out");
        }
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.session.documents.forget_base(&params.text_document.uri);
        buffers::saved(&self.session, &params.text_document.uri);
        self.session.look_at(params.text_document.uri);
        // How the file stands to the selection is known of the bytes that it had.
        self.session.knowledge.renew();
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        for change in params.changes {
            self.session.documents.forget_base(&change.uri);
            self.session.look_at(change.uri);
        }
        self.session.knowledge.renew();
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.session.documents.remove(&params.text_document.uri);
        self.session.held.closed(&params.text_document.uri);
        self.session.look_at(params.text_document.uri);
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        let read = read(&self.session, &params.text_document.uri).await;
        let items = match &read {
            Some(read) => diagnostics(read).await,
            None => Vec::new(),
        };
        let full_document_diagnostic_report = FullDocumentDiagnosticReport { result_id: None, items };
        let report =
            RelatedFullDocumentDiagnosticReport { related_documents: None, full_document_diagnostic_report };
        Ok(DocumentDiagnosticReport::Full(report).into())
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let Some(read) = read(&self.session, &params.text_document.uri).await else { return Ok(None) };
        let session = &self.session;
        let abilities = Abilities { versioned_edits: session.versions_edits(), commands: true };
        let work = move || actions(&read, &read.at.bytes(params.range), &params.context, abilities);
        Ok(tasks::on_thread(work).await)
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        Ok(help::complete(&self.session, params.text_document_position).await)
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        Ok(help::hover(&self.session, params.text_document_position_params).await)
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        commands::execute(Arc::clone(&self.session), params).await
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }
}

impl Helper {
    /// What is offered to the client that was met.
    fn capabilities(&self) -> ServerCapabilities {
        let session = &self.session;
        let save = SaveOptions { include_text: Some(false) };
        let sync = TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(save)),
            ..TextDocumentSyncOptions::default()
        };
        let kinds = vec![CodeActionKind::QUICKFIX, CodeActionKind::new(actions::FIX_ALL)];
        let code_actions = CodeActionOptions { code_action_kinds: Some(kinds), ..Default::default() };
        let triggers = ["\"", ":", ".", " "].map(str::to_owned).to_vec();
        let completions = CompletionOptions { trigger_characters: Some(triggers), ..Default::default() };
        // Names of commands are global in VS Code, so an extension of ours has its own.
        let commands = ExecuteCommandOptions { commands: commands::names(), ..Default::default() };
        // What stands in one file may be hidden by another one.
        let diagnostics = DiagnosticOptions {
            identifier: Some(diagnostics::SOURCE.to_owned()),
            inter_file_dependencies: true,
            ..Default::default()
        };
        ServerCapabilities {
            position_encoding: Some(session.documents.encoding().name()),
            text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
            completion_provider: Some(completions),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            code_action_provider: Some(CodeActionProviderCapability::Options(code_actions)),
            diagnostic_provider: session
                .pulls_diagnostics()
                .then_some(DiagnosticServerCapabilities::Options(diagnostics)),
            execute_command_provider: (!session.is_ours()).then_some(commands),
            ..ServerCapabilities::default()
        }
    }
}
