//! `$/progress` of a call that takes long. Nobody waits for the client: it may never answer.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::oneshot;
use tower_lsp::lsp_types::notification::Notification;
use tower_lsp::lsp_types::request::WorkDoneProgressCreate;
use tower_lsp::lsp_types::{NumberOrString, WorkDoneProgressCreateParams};

use super::calls::Call;
use super::methods::Method;
use super::session::Session;
use super::tasks;

/// `$/progress`, with values as they go over the wire.
enum Told {}

impl Notification for Told {
    type Params = Value;
    const METHOD: &'static str = "$/progress";
}

/// The progress of one call.
pub(super) struct Progress {
    ended: Option<oneshot::Sender<()>>,
}

impl Progress {
    /// Begins to tell of a call: under the token that its request gave, else under one of ours where
    /// the client can make it.
    pub(super) fn begin(
        session: &Arc<Session>,
        method: &'static Method,
        token: Option<Value>,
        call: Call,
    ) -> Self {
        let given = token.filter(|token| token.is_string() || token.is_i64());
        if given.is_none() && !session.makes_progress() {
            return Self { ended: None };
        }
        let (ended, mut end) = oneshot::channel();
        let session = Arc::clone(session);
        tasks::beside(async move {
            let token = match given {
                Some(token) => token,
                None => {
                    let name = session.next_token();
                    let token = NumberOrString::String(name.clone());
                    let params = WorkDoneProgressCreateParams { token };
                    if session.client.send_request::<WorkDoneProgressCreate>(params).await.is_err() {
                        return;
                    }
                    Value::String(name)
                }
            };
            // The client may have taken longer than the call.
            if !matches!(end.try_recv(), Err(oneshot::error::TryRecvError::Empty)) {
                return;
            }
            let key = token.to_string();
            session.told.add(key.clone(), call);
            let begin = json!({"kind": "begin", "title": method.title, "cancellable": true});
            session.client.send_notification::<Told>(json!({"token": token, "value": begin})).await;
            let _ = end.await;
            session.told.remove(&key);
            session.client.send_notification::<Told>(json!({"token": token, "value": {"kind": "end"}})).await;
        });
        Self { ended: Some(ended) }
    }

    /// The call has ended.
    pub(super) fn end(self) {
        if let Some(ended) = self.ended {
            let _ = ended.send(());
        }
    }
}
