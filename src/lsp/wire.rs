//! Standard input and output. Each has a thread of its own, so that neither a client that is silent nor
//! one that does not read keeps the loop or the end of the process waiting.

use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::{Notify, mpsc, oneshot};

use crate::auth::hide_tokens;

/// How long the last messages may take to be written.
const PATIENCE: Duration = Duration::from_millis(500);

/// Pieces of standard input that may wait to be looked at.
const WAITING: usize = 16;

enum Order {
    Write(String),
    End(oneshot::Sender<()>),
}

/// Where messages to the client go.
#[derive(Clone, Debug)]
pub(super) struct Output {
    orders: std::sync::mpsc::Sender<Order>,
    broken: Arc<Notify>,
}

impl Output {
    /// Standard output.
    pub(super) fn stdout() -> Self {
        let (orders, todo) = std::sync::mpsc::channel::<Order>();
        let broken = Arc::new(Notify::new());
        let told = Arc::clone(&broken);
        let work = move || {
            let mut stdout = std::io::stdout().lock();
            for order in todo {
                match order {
                    Order::Write(text) => {
                        let head = format!("Content-Length: {}\r\n\r\n", text.len());
                        let written = stdout
                            .write_all(head.as_bytes())
                            .and_then(|()| stdout.write_all(text.as_bytes()));
                        if written.and_then(|()| stdout.flush()).is_err() {
                            told.notify_one();
                            return;
                        }
                    }
                    Order::End(ended) => {
                        let _ = ended.send(());
                        return;
                    }
                }
            }
        };
        if std::thread::Builder::new().name("stdout".to_owned()).spawn(work).is_err() {
            broken.notify_one();
        }
        Self { orders, broken }
    }

    /// Sends a message. What looks like a token is hidden, whatever brought it there.
    pub(super) fn send<T: Serialize>(&self, message: &T) {
        match serde_json::to_string(message) {
            Ok(text) => {
                // Nobody listens any more: the loop hears of it from `broken`.
                let _ = self.orders.send(Order::Write(hide_tokens(&text).into_owned()));
            }
            Err(error) => tracing::error!("a message cannot be written as JSON: {error}"),
        }
    }

    /// Waits until nobody reads any more.
    pub(super) async fn broken(&self) {
        self.broken.notified().await;
    }

    /// Waits until all that was sent is written, as long as a client that does not read is given.
    pub(super) async fn end(&self) {
        let (ended, end) = oneshot::channel();
        if self.orders.send(Order::End(ended)).is_ok() {
            let _ = tokio::time::timeout(PATIENCE, end).await;
        }
    }
}

/// Standard input in pieces; it ends where the input ends.
pub(super) fn stdin() -> mpsc::Receiver<Vec<u8>> {
    let (pieces, input) = mpsc::channel(WAITING);
    let work = move || {
        let mut buffer = vec![0; 64 * 1024];
        let mut stdin = std::io::stdin().lock();
        loop {
            match stdin.read(&mut buffer) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => return,
                Ok(count) => {
                    let piece = buffer.get(..count).unwrap_or_default().to_vec();
                    if pieces.blocking_send(piece).is_err() {
                        return;
                    }
                }
            }
        }
    };
    // Without the thread the input has ended.
    let _ = std::thread::Builder::new().name("stdin".to_owned()).spawn(work);
    input
}
