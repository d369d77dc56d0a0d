//! What every verb needs, put together once by the shell that calls it.

use std::path::{Path, PathBuf};

use crate::auth::{Server, Store, StoreKind, Token};
use crate::config::Config;
use crate::elitea::{Cache, Client};
use crate::error::{Error, Kind, Result};
use crate::ide::Platform;
use crate::state::State;

/// Everything that a verb may use of the world.
pub struct Ctx {
    /// Our settings, each with its source.
    pub config: Config,
    /// The folder of `config.toml`.
    pub config_dir: PathBuf,
    /// What we remember.
    pub state: State,
    /// The system, its folders and its IDEs.
    pub platform: Platform,
    /// The folder that relative paths and the nearest workspace start from.
    pub cwd: PathBuf,
    /// The variables of the environment.
    pub env: fn(&str) -> Option<String>,
    /// Whether the network may not be used.
    pub offline: bool,
    /// Whether a person waits, who can answer a keychain's prompt.
    pub attended: bool,
}

impl Ctx {
    /// The server of the selection.
    ///
    /// # Errors
    /// [`Kind::Usage`] where none is set, or it is not an address.
    pub fn server(&self) -> Result<Server> {
        match self.config.server() {
            Some(server) => Server::parse(&server),
            None => Err(Error::new(Kind::Usage, "no ELITEA server is set")
                .hint("sign in once: elitea-helper login --server https://YOUR-SERVER")),
        }
    }

    /// The store that keeps the active profile's token.
    pub(crate) fn store_kind(&self) -> Result<StoreKind> {
        StoreKind::parse(&self.config.store())
    }

    /// That store.
    pub(crate) fn store(&self) -> Result<Store> {
        Ok(Store::new(self.store_kind()?, &self.config_dir))
    }

    /// The token for `server` and the store that it came from: `ELITEA_TOKEN` where it belongs to
    /// this server, else the profile's store.
    pub(crate) async fn token(&self, server: &Server) -> Result<Option<(Token, StoreKind)>> {
        if let Some(token) = self.env_token(server)? {
            return Ok(Some((token, StoreKind::Env)));
        }
        let kind = self.store_kind()?;
        let token = self.store()?.get(server, self.attended).await?;
        Ok(token.map(|token| (token, kind)))
    }

    /// `ELITEA_TOKEN`, which belongs to `ELITEA_DEPLOYMENT_URL` or, without that, to the active
    /// profile's server, and goes to no other.
    pub(crate) fn env_token(&self, server: &Server) -> Result<Option<Token>> {
        let Some(text) = (self.env)("ELITEA_TOKEN").filter(|text| !text.trim().is_empty()) else {
            return Ok(None);
        };
        let owner = match (self.env)("ELITEA_DEPLOYMENT_URL").filter(|url| !url.trim().is_empty()) {
            Some(url) => Some(url),
            None => self.config.profile_server(),
        };
        match owner.map(|url| Server::parse(&url)).transpose()? {
            Some(owner) if owner == *server => Token::parse(text.as_bytes()).map(Some),
            _ => Ok(None),
        }
    }

    /// A client that is signed in.
    pub(crate) async fn client(&self) -> Result<Client> {
        let server = self.server()?;
        match self.token(&server).await? {
            Some((token, _)) => self.client_with(&server, Some(&token)),
            None => Err(not_signed_in(&server)),
        }
    }

    /// A client for this server and token.
    pub(crate) fn client_with(&self, server: &Server, token: Option<&Token>) -> Result<Client> {
        if self.offline {
            return Err(Error::new(Kind::Offline, "this needs the network, and --offline was given"));
        }
        Client::new(server, token, &self.network())
    }

    /// How the network is reached.
    pub(crate) fn network(&self) -> crate::elitea::Network {
        let network = self.config.network();
        crate::elitea::Network {
            proxy: network.proxy,
            ca_file: network.ca_file,
            connect_timeout: network.connect_timeout,
            timeout: network.timeout,
        }
    }

    /// What was last heard of this server.
    pub(crate) fn cache(&self, server: &Server, token: &Token) -> Cache {
        Cache::new(self.state.dir(), server, token)
    }

    /// The user's own templates.
    pub(crate) fn template_dir(&self) -> PathBuf {
        self.config_dir.join("templates")
    }

    /// `path` as an absolute one.
    pub(crate) fn absolute(&self, path: &Path) -> PathBuf {
        self.cwd.join(path)
    }
}

/// The failure of everything that needs a token, where none is stored.
pub(crate) fn not_signed_in(server: &Server) -> Error {
    Error::new(Kind::TokenMissing, format!("no token is stored for {}", server.as_str()))
        .hint(format!("sign in: elitea-helper login --server {}", server.as_str()))
}
