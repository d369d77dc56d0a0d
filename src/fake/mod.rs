//! A fake ELITEA server: real HTTP on loopback, the dialects of the real servers, and every failure on
//! demand. The demo, the tests and the editors' tests use it; recordings of real servers hold it to the
//! truth.
//!
//! | file | what |
//! |---|---|
//! | `world` | the state as data; `demo.json` is the demo's |
//! | `state` | the running state: clock, tokens, what the servers remember |
//! | `python/` | the Python server, of the current and the v1 generation |
//! | `go/` | the Go server, with the catalogue of models or without |
//! | `models`, `projects`, `mcp` | what the servers build alike |
//! | `faults` | rules that make requests fail |
//! | `control` | `/_fake/...`: faults, clock, log of requests, the page where a person makes a token |
//! | `demo/` | the journey in a throw-away home |
//! | `wire` | HTTP |
//! | `json`, `jwt`, `page`, `exchange` | printing JSON, signing tokens, HTML, request and reply |
//!
//! Nothing here is shared with the client that it tests.

mod control;
mod demo;
mod exchange;
pub mod faults;
mod go;
mod json;
mod jwt;
mod mcp;
mod models;
mod page;
mod projects;
mod python;
mod state;
mod wire;
pub mod world;

use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use crate::error::{Error, Kind, Result};
use state::State;

pub use demo::{Demo, STEPS, run as demo};
pub use faults::{Canned, Condition, Effect, Fault};
pub use world::World;

/// Which server is imitated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// The current Python server.
    Python,
    /// The Go server with form authentication and the catalogue of models.
    Go,
    /// The Go server with OIDC only: plain models, the default list of projects for sessions only.
    GoPlain,
    /// A Python server of the v1 generation: `/api/v1` with integrations, no `/api/v2`.
    V1,
}

impl Dialect {
    /// Every dialect with its name on the command line.
    pub const NAMES: &[(&str, Self)] =
        &[("python", Self::Python), ("go", Self::Go), ("go-plain", Self::GoPlain), ("v1", Self::V1)];
}

impl FromStr for Dialect {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let found = Self::NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, dialect)| *dialect).ok_or_else(|| {
            let names: Vec<&str> = Self::NAMES.iter().map(|(name, _)| *name).collect();
            Error::new(Kind::Usage, format!("there is no dialect {name:?}"))
                .hint(format!("choose one of {}", names.join(", ")))
        })
    }
}

/// A request as the server saw it. A token itself is never kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The method.
    pub method: String,
    /// The request target: path and query.
    pub path: String,
    /// The names of the headers, lower case, in the order received.
    pub headers: Vec<String>,
    /// Whether a credential was sent.
    pub credential: bool,
    /// The `uuid` claim of the token that was sent, if it was one.
    pub token: Option<String>,
    /// Where a token stood that is no place for one: `target`, `body`, or a header's name.
    #[serde(default)]
    pub misplaced: Vec<String>,
}

/// A running server. It runs on a thread of its own, so that a test may block, and stops when dropped.
pub struct Server {
    url: String,
    state: Arc<Mutex<State>>,
    token: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server on `127.0.0.1`; port 0 takes a free one.
    ///
    /// # Errors
    /// [`Kind::Usage`] for a world that makes no sense, [`Kind::Io`] when the port is taken.
    #[expect(clippy::unused_async, reason = "callers need not know that nothing is waited for")]
    pub async fn start(dialect: Dialect, port: u16, world: World) -> Result<Self> {
        Self::launch(dialect, port, world)
    }

    /// [`Self::start`] for callers that are not async.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn launch(dialect: Dialect, port: u16, world: World) -> Result<Self> {
        let failed = |error: std::io::Error| {
            Error::new(Kind::Io, format!("the fake server cannot listen on port {port}: {error}"))
        };
        let listener = std::net::TcpListener::bind(("127.0.0.1", port)).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let url = format!("http://{}", listener.local_addr().map_err(failed)?);
        let state = State::new(dialect, url.clone(), world)?;
        let token = state.main_token().unwrap_or_default();
        let state = Arc::new(Mutex::new(state));
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let shared = Arc::clone(&state);
        let thread = std::thread::Builder::new()
            .name("fake-elitea".to_owned())
            .spawn(move || runtime.block_on(wire::listen(listener, shared, stopped)))
            .map_err(failed)?;
        Ok(Self { url, state, token, stop: Some(stop), thread: Some(thread) })
    }

    /// `http://127.0.0.1:<port>`, without a trailing slash.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A good token of the main user; empty when the world has none.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The projects of the main user, id and name, the public one left out.
    pub fn projects(&self) -> Vec<(u64, String)> {
        let state = lock(&self.state);
        let (user, public) = (state.world.main_user, state.world.public_project);
        let mine = state.world.projects.iter().filter(|project| project.members.contains_key(&user));
        mine.filter(|project| project.id != public)
            .map(|project| (project.id, project.name.clone()))
            .collect()
    }

    /// Replaces the rules that make requests fail; an empty list heals the server.
    pub fn faults(&self, rules: Vec<Fault>) {
        lock(&self.state).faults = rules;
    }

    /// Every token that this server ever made, those that were deleted since included.
    pub fn tokens(&self) -> Vec<String> {
        let state = lock(&self.state);
        let rows = state.world.tokens.iter().chain(&state.made);
        let mut tokens: Vec<String> = rows.map(|row| state.token_of(row)).collect();
        tokens.sort();
        tokens.dedup();
        tokens
    }

    /// Moves the server's clock on, without waiting.
    pub fn advance(&self, seconds: i64) {
        lock(&self.state).advance(seconds);
    }

    /// The requests received so far, without those to `/_fake/`.
    pub fn requests(&self) -> Vec<Seen> {
        lock(&self.state).seen.clone()
    }

    /// The state as it is now.
    pub fn world(&self) -> World {
        lock(&self.state).world.clone()
    }

    /// Changes the state behind the server's back, as an administrator would in the database.
    pub fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut lock(&self.state).world)
    }

    /// A token with any claims, signed with this server's key: for tokens of other users, or odd ones.
    pub fn sign(&self, claims: &str) -> String {
        jwt::sign_claims(&lock(&self.state).world.key, claims)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Keeps a server running until standard input ends or the process is interrupted.
///
/// # Errors
/// [`Kind::Internal`] when interrupts cannot be watched.
pub async fn serve(server: Server) -> Result<()> {
    let (ended, end) = oneshot::channel();
    // Reading standard input blocks, and this thread ends with the process at the latest.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        let _ = ended.send(());
    });
    let outcome = tokio::select! {
        _ = end => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted,
    };
    drop(server);
    outcome.map_err(|error| Error::new(Kind::Internal, format!("interrupts cannot be watched: {error}")))
}

/// The state, also when a handler panicked: a test will see that panic anyway.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
