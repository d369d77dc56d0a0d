//! The client: one server, at most one token, one connection pool.

use std::sync::OnceLock;
use std::time::Duration;

use super::dialect::Dialect;
use super::http::{Http, Reply};
use super::network::Network;
use crate::auth::{Server, Token};
use crate::error::{Error, Kind, Result};

/// How long the client waits between asking and asking again.
#[derive(Clone, Copy, Debug)]
pub struct Pauses {
    /// Before the first repetition of a call that failed in passing; doubled for the second.
    pub retry: Duration,
    /// Before a refused token is tried once more.
    pub recheck: Duration,
    /// Longest wait that a `Retry-After` may cause.
    pub retry_after_limit: Duration,
}

impl Default for Pauses {
    fn default() -> Self {
        Self {
            retry: Duration::from_millis(300),
            recheck: Duration::from_millis(1500),
            retry_after_limit: Duration::from_secs(5),
        }
    }
}

impl Pauses {
    /// No waiting at all, for tests.
    pub const NONE: Self =
        Self { retry: Duration::ZERO, recheck: Duration::ZERO, retry_after_limit: Duration::ZERO };
}

/// Talks to one ELITEA server. The token given here is sent to that server and nowhere else.
#[derive(Debug)]
pub struct Client {
    pub(super) server: Server,
    pub(super) token: Option<Token>,
    pub(super) http: Http,
    pub(super) pauses: Pauses,
    pub(super) public_project: u64,
    pub(super) dialect: OnceLock<Dialect>,
}

impl Client {
    /// A client of this server; nothing is sent yet.
    ///
    /// # Errors
    /// [`Kind::Config`] for a proxy or CA file that cannot be used, [`Kind::Tls`] where the system
    /// has no certificates at all.
    pub fn new(server: &Server, token: Option<&Token>, network: &Network) -> Result<Client> {
        let pauses = Pauses::default();
        Ok(Client {
            server: server.clone(),
            token: token.cloned(),
            http: Http::new(server, token, network, pauses)?,
            pauses,
            public_project: 1,
            dialect: OnceLock::new(),
        })
    }

    /// With other pauses.
    #[must_use]
    pub fn with_pauses(mut self, pauses: Pauses) -> Client {
        self.pauses = pauses;
        self.http.set_pauses(pauses);
        self
    }

    /// With another id of the project that everybody shares; it is 1 everywhere we know of.
    #[must_use]
    pub fn with_public_project(mut self, id: u64) -> Client {
        self.public_project = id;
        self
    }

    /// The server that this client talks to.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The id of the project that everybody shares.
    pub fn public_project(&self) -> u64 {
        self.public_project
    }

    /// Asks an address of the API, of whichever version is known by now.
    pub(super) async fn ask(&self, path: &str) -> Result<Reply> {
        let api = self.dialect.get().map_or("/api/v2", |dialect| dialect.api());
        self.http.get(&format!("{api}{path}")).await
    }

    /// Asks as [`Client::ask`]; where the address is unknown and the server turns out to speak only
    /// `/api/v1`, asks there.
    pub(super) async fn ask_either(&self, path: &str) -> Result<Reply> {
        let reply = self.ask(path).await?;
        if reply.status == 404 && self.dialect.get().is_none() && self.dialect().await? == Dialect::V1 {
            return self.ask(path).await;
        }
        Ok(reply)
    }

    /// A call that changes something is refused to an old server.
    pub(super) async fn refuse_v1(&self) -> Result<()> {
        if self.dialect().await? == Dialect::V1 {
            return Err(Error::new(
                Kind::Forbidden,
                "this server speaks only the old /api/v1, which is read but not changed",
            )
            .hint("make and delete tokens on the server's own page"));
        }
        Ok(())
    }
}
