//! `elitea/status/didChange`: tells the client when things stand differently, whoever changed them.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tower_lsp::lsp_types::notification::Notification;

use super::session::Session;
use super::tasks;
use crate::ops::{self, Ctx, Shell};
use crate::protocol::error::Failure;
use crate::protocol::status::{StatusChange, StatusKind};

/// How often it is looked whether another helper changed something.
const INTERVAL: Duration = Duration::from_secs(2);

/// The notification.
enum DidChange {}

impl Notification for DidChange {
    type Params = StatusChange;
    const METHOD: &'static str = "elitea/status/didChange";
}

/// Looks after the status as long as the process lives. Nothing is told before the first change, so
/// that the keychain is left alone until somebody wants something.
pub(super) async fn watch(session: Arc<Session>, mut stands: mpsc::UnboundedReceiver<StatusChange>) {
    let mut seen = generation(&session).await;
    let mut told = None;
    let mut asked = Asked::default();
    loop {
        tokio::select! {
            () = tokio::time::sleep(INTERVAL) => {
                let now = generation(&session).await;
                if now == seen {
                    continue;
                }
                seen = now;
            }
            () = session.changed.notified() => seen = generation(&session).await,
            Some(change) = stands.recv() => {
                tell(&session, change, &mut told).await;
                continue;
            }
            answer = &mut asked.answer, if asked.is_open => {
                asked.is_open = false;
                if let Ok(change) = answer {
                    tell(&session, change, &mut told).await;
                }
                continue;
            }
        }
        session.knowledge.renew();
        session.look_at_all();
        // A server that does not answer must not hold back what has changed since.
        if let Ok(shell) = session.shell() {
            asked = Asked::of(shell);
        }
    }
}

/// The question how things stand, which ends when nobody waits for it any more.
struct Asked {
    answer: oneshot::Receiver<StatusChange>,
    is_open: bool,
}

impl Default for Asked {
    /// Nothing was asked yet.
    fn default() -> Self {
        Self { answer: oneshot::channel().1, is_open: false }
    }
}

impl Asked {
    fn of(shell: Shell) -> Self {
        let (mut tells, answer) = oneshot::channel();
        tasks::beside(async {
            let ask = async move || {
                let change = tokio::select! {
                    change = standing(&shell) => change,
                    () = tells.closed() => return,
                };
                let _ = tells.send(change);
            };
            tasks::verb(ask).await;
        });
        Self { answer, is_open: true }
    }
}

async fn tell(session: &Session, change: StatusChange, told: &mut Option<StatusChange>) {
    if told.as_ref() != Some(&change) {
        session.client.send_notification::<DidChange>(change.clone()).await;
        *told = Some(change);
    }
}

/// How things stand now.
async fn standing(shell: &Shell) -> StatusChange {
    let status = async {
        let ctx = Ctx::new(shell)?;
        ops::status(&ctx).await
    };
    match status.await {
        Ok(status) => ops::summary(&status),
        Err(error) => {
            StatusChange { kind: StatusKind::Error, message: Failure::from(&error).message, command: None }
        }
    }
}

/// The number that grows with each change; none where it cannot be read.
async fn generation(session: &Arc<Session>) -> Option<u64> {
    let shell = session.shell().ok()?;
    tasks::on_thread(move || ops::generation(&shell).ok()).await.flatten()
}

#[test]
fn the_notification_is_the_one_that_is_published() {
    use crate::protocol::methods;
    let published = methods::find(DidChange::METHOD).map(|method| (method.kind, method.params));
    assert_eq!(published, Some((methods::Kind::Notification, "StatusChange")));
}
