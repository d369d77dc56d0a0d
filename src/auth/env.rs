//! The environment as a store: read once, never written.

use secrecy::{ExposeSecret, SecretString};

use super::{Server, Token};
use crate::error::{Error, Kind, Result};

const TOKEN: &str = "ELITEA_TOKEN";
const SERVER: &str = "ELITEA_DEPLOYMENT_URL";

/// `ELITEA_TOKEN` and the one server that it may be sent to.
#[derive(Debug)]
pub(super) struct EnvStore {
    token: Option<SecretString>,
    named: Option<String>,
    active: Option<Server>,
}

impl EnvStore {
    pub(super) fn new(vars: &dyn Fn(&str) -> Option<String>, active: Option<&Server>) -> Self {
        let filled = |name: &str| vars(name).filter(|value| !value.trim().is_empty());
        Self { token: filled(TOKEN).map(SecretString::from), named: filled(SERVER), active: active.cloned() }
    }

    pub(super) fn get(&self, server: &Server) -> Result<Option<Token>> {
        let Some(token) = &self.token else { return Ok(None) };
        if self.server()?.as_ref() != Some(server) {
            return Ok(None);
        }
        Token::parse(token.expose_secret().as_bytes()).map(Some).map_err(|mut error| {
            error.message = format!("{TOKEN} holds no token: {}", error.message);
            error
        })
    }

    pub(super) fn probe(&self) -> Result<()> {
        if self.token.is_some() {
            return Ok(());
        }
        Err(Error::new(Kind::StoreUnavailable, format!("{TOKEN} is not set"))
            .hint(format!("set {TOKEN}, and {SERVER} beside it")))
    }

    pub(super) fn read_only() -> Error {
        Error::new(Kind::Usage, format!("the environment is not ours to change: {TOKEN} is set outside"))
            .hint(format!("change or unset {TOKEN} where it is set, or use --store keychain or --store file"))
    }

    /// The server that the token belongs to.
    pub(super) fn server(&self) -> Result<Option<Server>> {
        match &self.named {
            None => Ok(self.active.clone()),
            Some(named) => Server::parse(named).map(Some).map_err(|mut error| {
                error.message = format!("{SERVER}: {}", error.message);
                error
            }),
        }
    }
}
