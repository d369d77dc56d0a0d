//! What is known of the machine and of what the server lists, for help in open files. As long as
//! nobody asked for anything, that is nothing: the keychain is left alone.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};

use super::session::Session;
use super::tasks;
use crate::doctor::Facts;
use crate::ops;

/// After how long the server is asked anew for what it lists.
const RENEWED_AFTER: Duration = Duration::from_secs(10 * 60);

/// How long an answer may wait for what is known without the network.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is known.
pub(super) struct Knowledge {
    facts: Mutex<Arc<Facts>>,
    is_wanted: AtomicBool,
    wanted: Notify,
    gathered: watch::Sender<u64>,
}

impl std::fmt::Debug for Knowledge {
    /// Facts hold the token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Knowledge")
    }
}

impl Default for Knowledge {
    fn default() -> Self {
        Self {
            facts: Mutex::new(Arc::new(ops::nothing_known())),
            is_wanted: AtomicBool::new(false),
            wanted: Notify::new(),
            gathered: watch::Sender::new(0),
        }
    }
}

impl Knowledge {
    /// What is known now.
    pub(super) fn facts(&self) -> Arc<Facts> {
        Arc::clone(&self.facts.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Somebody works with us: from here on it is kept up to date.
    pub(super) fn want(&self) {
        if !self.is_wanted.swap(true, Ordering::SeqCst) {
            self.wanted.notify_one();
        }
    }

    /// The same, and waits a moment until something is known.
    pub(super) async fn wait(&self) {
        self.want();
        let mut gathered = self.gathered.subscribe();
        let _ = tokio::time::timeout(PATIENCE, gathered.wait_for(|count| *count > 0)).await;
    }

    /// Something has changed: what is known is looked at anew, if anybody wants it.
    pub(super) fn renew(&self) {
        if self.is_wanted.load(Ordering::SeqCst) {
            self.wanted.notify_one();
        } else {
            self.replace(ops::nothing_known());
        }
    }

    fn replace(&self, facts: Facts) {
        *self.facts.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(facts);
    }
}

/// Keeps it up to date as long as the process lives.
pub(super) async fn keep(session: Arc<Session>) {
    let mut asked: Option<Instant> = None;
    loop {
        session.knowledge.wanted.notified().await;
        gather(&session).await;
        if asked.is_none_or(|asked| asked.elapsed() > RENEWED_AFTER) {
            asked = Some(Instant::now());
            let Ok(shell) = session.shell() else { continue };
            let work = move || async move { ops::ask_for_lists(&shell).await };
            if tasks::verb(work).await.is_some() {
                gather(&session).await;
            }
        }
    }
}

async fn gather(session: &Arc<Session>) {
    let Ok(shell) = session.shell() else { return };
    match tasks::verb(move || async move { ops::known(&shell).await }).await {
        Some(Ok(facts)) => session.knowledge.replace(facts),
        Some(Err(error)) => tracing::warn!("help in open files knows nothing: {error}"),
        None => tracing::error!("help in open files knows nothing: the helper failed of itself"),
    }
    session.knowledge.gathered.send_modify(|count| *count += 1);
    session.look_at_all();
}
