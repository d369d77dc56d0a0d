//! The calls that are under way: running a verb beside the loop, and calling it off.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use tokio::sync::watch;
use tower_lsp::jsonrpc;

use super::methods::{Effect, Method};
use super::progress::Progress;
use super::reply;
use super::session::Session;
use super::tasks;
use crate::error::{Error, Kind, Result};
use crate::ops::{self, Ctx, Steps};
use crate::protocol::status::Status;

/// After how long a call is worth telling that it goes on.
const PATIENCE: Duration = Duration::from_millis(300);

/// How long calls that were called off are waited for at the end.
const LAST: Duration = Duration::from_millis(50);

tokio::task_local! {
    /// The call that a task answers.
    pub(super) static CALL: Call;
}

/// One call.
#[derive(Clone, Debug)]
pub(super) struct Call {
    off: Arc<watch::Sender<bool>>,
    steps: Steps,
}

impl Call {
    /// A call that shares the process's steps.
    pub(super) fn new(steps: &Steps) -> Self {
        Self { off: Arc::new(watch::Sender::new(false)), steps: steps.of_another_call() }
    }

    /// Calls it off. One that has begun a step runs to its end all the same.
    pub(super) fn call_off(&self) {
        self.off.send_replace(true);
    }

    /// Waits until it is called off, for as long as that may still be done.
    async fn called_off(&self) {
        let mut off = self.off.subscribe();
        let told = off.wait_for(|off| *off).await.is_ok();
        if !told || self.steps.have_begun() {
            std::future::pending::<()>().await;
        }
    }
}

/// The calls under way, by what a client calls them off with.
#[derive(Clone, Debug)]
pub(super) struct Calls<K>(Arc<Mutex<HashMap<K, Call>>>);

impl<K> Default for Calls<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Eq + Hash + Clone> Calls<K> {
    /// Adds a call; whether the key was free.
    pub(super) fn add(&self, key: K, call: Call) -> bool {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let free = !calls.contains_key(&key);
        if free {
            calls.insert(key, call);
        }
        free
    }

    /// Takes a call away.
    pub(super) fn remove(&self, key: &K) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    /// Calls one off; whether it is under way.
    pub(super) fn call_off(&self, key: &K) -> bool {
        let calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        calls.get(key).map(Call::call_off).is_some()
    }

    /// Calls all off, and gives them a moment to end.
    pub(super) async fn call_all_off(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().for_each(Call::call_off);
        let empty = || self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty();
        let ended = async {
            while !empty() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let _ = tokio::time::timeout(LAST, ended).await;
    }
}

/// Answers a request with a verb.
pub(super) async fn answer(
    session: Arc<Session>,
    method: &'static Method,
    params: Value,
) -> jsonrpc::Result<Value> {
    let call = CALL.try_with(Clone::clone).unwrap_or_else(|_| Call::new(&session.steps));
    let token = params.get("workDoneToken").cloned();
    let work = run(&session, method, params, call.clone());
    let mut work = std::pin::pin!(work);
    let done = match tokio::time::timeout(PATIENCE, &mut work).await {
        Ok(done) => done,
        Err(_) => {
            let progress = Progress::begin(&session, method, token, call);
            if method.effect == Effect::Writes {
                session.tell_busy(method.title);
            }
            let done = work.await;
            progress.end();
            done
        }
    };
    if method.effect == Effect::Writes {
        session.look_again();
    }
    if let Ok(done) = &done {
        session.knowledge.want();
        // Whoever asked how things stand is told in a word, too: a status bar shows that.
        if method.name == "elitea/status/get"
            && let Ok(status) = Status::deserialize(done)
        {
            session.tell_standing(ops::summary(&status));
        }
    }
    done
}

/// Runs a verb on a thread for blocking work: it reads and writes files.
async fn run(
    session: &Arc<Session>,
    method: &'static Method,
    params: Value,
    call: Call,
) -> jsonrpc::Result<Value> {
    let mut shell = session.shell().map_err(|error| reply::error(&error))?;
    shell.steps = call.steps.clone();
    // A prompt of the keychain that nobody asked for is not waited for.
    shell.attended = method.effect == Effect::Writes;
    let work = move || async move {
        let work = verb(method, &shell, params);
        tokio::select! {
            biased;
            done = work => Some(done),
            () = call.called_off() => None,
        }
    };
    match tasks::verb(work).await {
        Some(Some(Ok(value))) => Ok(value),
        Some(Some(Err(error))) => Err(reply::error(&error)),
        Some(None) => Err(jsonrpc::Error::request_cancelled()),
        None => Err(failure()),
    }
}

async fn verb(method: &'static Method, shell: &ops::Shell, params: Value) -> Result<Value> {
    #[cfg(debug_assertions)]
    fail_for_a_test(method.name);
    let ctx = Ctx::new(shell)?;
    if shell.flags.profile.is_some() && method.name != "elitea/auth/login" {
        ops::check_profile(&ctx)?;
    }
    let done = (method.run)(&ctx, params).await;
    for warning in ctx.state.take_warnings() {
        tracing::warn!("{warning}");
    }
    done
}

/// The answer to a request whose task failed of itself. The panic's place is logged where it happens.
pub(super) fn failure() -> jsonrpc::Error {
    let error = Error::new(Kind::Internal, "the helper failed of itself; this request was not answered")
        .hint("please report this with the place in the source that its log names");
    reply::error(&error)
}

/// Panics in the method that this variable names, so that a test can see what becomes of the others.
#[cfg(debug_assertions)]
fn fail_for_a_test(method: &str) {
    let named = std::env::var("ELITEA_HELPER_TEST_PANIC").is_ok_and(|named| named == method);
    assert!(!named, "as the test asked for");
}
