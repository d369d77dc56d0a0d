//! What stands between the frames and the library, so that its known traps are closed: parameters in
//! every form, panics, order, calling off, and the end.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::sink::{Sink, SinkExt as _};
use futures::stream::StreamExt as _;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Id, Request, Response};
use tower_lsp::{ExitedError, LspService};
use tower_service::Service as _;

use super::calls::{CALL, Call, Calls, failure};
use super::frames::{Damage, Frame};
use super::helper::{self, Helper};
use super::methods::normalised;
use super::session::Session;
use super::tasks;
use super::wire::Output;
use crate::ops::Shell;

/// What begins the name of every request of ours.
const OURS: &str = "elitea/";

/// The library's service, guarded.
pub(super) struct Guard {
    service: LspService<Helper>,
    replies: Pin<Box<dyn Sink<Response, Error = ExitedError> + Send>>,
    session: Arc<Session>,
    output: Output,
    calls: Calls<Id>,
    shut_down: Arc<AtomicBool>,
}

/// Whether the session goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    GoesOn,
    Ends,
}

impl Guard {
    /// A guarded service that writes to `output`.
    pub(super) fn new(shell: Shell, output: Output) -> (Self, Arc<Session>) {
        let (service, socket, session) = helper::service(shell);
        let (mut requests, replies) = socket.split();
        let to_client = output.clone();
        tasks::beside(async move {
            while let Some(request) = requests.next().await {
                to_client.send(&request);
            }
        });
        let guard = Self {
            service,
            replies: Box::pin(replies),
            session: Arc::clone(&session),
            output,
            calls: Calls::default(),
            shut_down: Arc::default(),
        };
        (guard, session)
    }

    /// Takes one frame. A notification is done before the next one is taken, so that they keep their
    /// order; a request is answered beside.
    pub(super) async fn take(&mut self, frame: Frame) -> Flow {
        let message = match frame {
            Frame::Message(message) => message,
            Frame::Damaged(damage) => {
                self.refuse_damage(damage);
                return Flow::GoesOn;
            }
        };
        let has = |name: &str| message.get(name).is_some();
        if has("method") {
            let id = message.get("id").cloned();
            return match serde_json::from_value::<Request>(message) {
                Ok(request) => self.request(request).await,
                Err(_) => {
                    let id = id.and_then(|id| serde_json::from_value(id).ok()).unwrap_or(Id::Null);
                    self.output.send(&Response::from_error(id, Error::invalid_request()));
                    Flow::GoesOn
                }
            };
        }
        if has("id") && (has("result") || has("error")) {
            self.reply(message).await;
        } else {
            // A batch, which the protocol does not have, or no message at all.
            self.output.send(&Response::from_error(Id::Null, Error::invalid_request()));
        }
        Flow::GoesOn
    }

    /// Waits until what may not be broken off is done, and calls everything else off.
    pub(super) async fn end(&self) {
        self.calls.call_all_off().await;
    }

    /// Whether the client said that it was about to end.
    pub(super) fn is_shut_down(&self) -> bool {
        self.shut_down.load(Ordering::SeqCst)
    }

    fn refuse_damage(&self, damage: Damage) {
        tracing::warn!("a message was skipped: {}", damage.words());
        let mut error = Error::parse_error();
        error.code = damage.code().into();
        error.message = damage.words().into();
        self.output.send(&Response::from_error(Id::Null, error));
    }

    /// A reply to a request of ours. One that nobody waits for, or that is not understood, is ignored.
    async fn reply(&mut self, message: Value) {
        match serde_json::from_value::<Response>(message) {
            Ok(response) => {
                let _ = self.replies.send(response).await;
            }
            Err(_) => tracing::warn!("a reply is not understood"),
        }
    }

    async fn request(&mut self, request: Request) -> Flow {
        match request.method() {
            "exit" => return Flow::Ends,
            "$/cancelRequest" => {
                let id = request.params().and_then(|params| params.get("id")).cloned();
                let id = id.and_then(|id| serde_json::from_value::<Id>(id).ok());
                if id.is_some_and(|id| self.calls.call_off(&id)) {
                    return Flow::GoesOn;
                }
            }
            "window/workDoneProgress/cancel" => {
                let token = request.params().and_then(|params| params.get("token"));
                if let Some(token) = token {
                    self.session.told.call_off(&token.to_string());
                }
                return Flow::GoesOn;
            }
            _ => {}
        }
        let ours = request.method().starts_with(OURS);
        let (method, id, params) = request.into_parts();
        let (is_initialize, is_shutdown) = (method == "initialize", method == "shutdown");
        let method_is_command = method == "workspace/executeCommand";
        let params = match params {
            params if ours => Some(normalised(params)),
            _ if is_shutdown => None,
            params if is_initialize => params.map(with_known_names),
            params => params,
        };
        let mut request = Request::build(method);
        if let Some(id) = id.clone() {
            request = request.id(id);
        }
        if let Some(params) = params {
            request = request.params(params);
        }
        let work = self.service.call(request.finish());
        let Some(id) = id else {
            // What a notification answers is nothing, and what it fails with is logged where it happens.
            let _ = tasks::done(work).await;
            return Flow::GoesOn;
        };
        let call = Call::new(&self.session.steps);
        let is_call = ours || method_is_command;
        let is_new = is_call && self.calls.add(id.clone(), call.clone());
        let work = tasks::done(CALL.scope(call, work));
        let (output, calls, shut_down) =
            (self.output.clone(), self.calls.clone(), Arc::clone(&self.shut_down));
        let answer = async move {
            let response = match work.await {
                Some(Ok(Some(response))) => response,
                // The library answers nothing to a request that begins with `$/` and is not known.
                Some(Ok(None)) => Response::from_error(id.clone(), Error::method_not_found()),
                Some(Err(_)) => Response::from_error(id.clone(), Error::invalid_request()),
                None => Response::from_error(id.clone(), failure()),
            };
            if is_shutdown && response.is_ok() {
                shut_down.store(true, Ordering::SeqCst);
            }
            if is_new {
                calls.remove(&id);
            }
            output.send(&response);
        };
        if is_initialize || is_shutdown {
            // What follows them depends on them.
            answer.await;
        } else {
            tasks::beside(answer);
        }
        Flow::GoesOn
    }
}

/// What a client says of itself, as the library reads it: it looks for `workspace.diagnostics` (LSP 3.17,
/// "Pull Diagnostics") under another name.
fn with_known_names(mut params: Value) -> Value {
    if let Some(workspace) = params.pointer_mut("/capabilities/workspace").and_then(Value::as_object_mut)
        && let Some(diagnostics) = workspace.remove("diagnostics")
    {
        workspace.insert("diagnostic".to_owned(), diagnostics);
    }
    params
}
