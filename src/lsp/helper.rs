//! The language server as the library sees it: the life of a session, and the routes of its requests.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::{
    InitializeParams, InitializeResult, InitializedParams, ServerCapabilities, ServerInfo,
};
use tower_lsp::{ClientSocket, LanguageServer, LspService};

use super::calls::answer;
use super::methods::METHODS;
use super::session::Session;
use super::status;
use crate::ops::Shell;
use crate::protocol::PROTOCOL;
use crate::protocol::handshake::ServerHello;

/// The server's handlers.
#[derive(Debug)]
pub(super) struct Helper {
    session: Arc<Session>,
    busy: std::sync::Mutex<Option<mpsc::UnboundedReceiver<&'static str>>>,
}

/// The service with every route, the way to the client, and the session.
pub(super) fn service(shell: Shell) -> (LspService<Helper>, ClientSocket, Arc<Session>) {
    let mut builder = LspService::build(|client| {
        let (busy, heard) = mpsc::unbounded_channel();
        Helper { session: Arc::new(Session::new(client, shell, busy)), busy: Some(heard).into() }
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
            capabilities: ServerCapabilities { experimental: Some(experimental), ..Default::default() },
            server_info: Some(ServerInfo { name, version: Some(env!("CARGO_PKG_VERSION").to_owned()) }),
        })
    }

    async fn initialized(&self, _: InitializedParams) {
        let heard = self.busy.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        let session = Arc::clone(&self.session);
        // A handler never waits for the client.
        tokio::spawn(async move {
            if let Some(error) = session.mismatch() {
                session.show(&error).await;
            } else if let Some(heard) = heard {
                status::watch(session, heard).await;
            }
        });
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }
}
