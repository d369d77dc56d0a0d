//! The stores of tokens: one table, one type over all of them. A token is never put into another
//! store than the one that was asked for.

use std::path::Path;

use super::env::EnvStore;
use super::file::FileStore;
use super::keychain;
use super::{Server, Token};
use crate::error::{Error, Kind, Result};

/// Where a token is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// The system's keychain.
    Keychain,
    /// A plain file of ours.
    File,
    /// The environment of the helper.
    Env,
}

/// One row of the table of stores.
#[derive(Debug)]
pub struct StoreRow {
    /// The store.
    pub kind: StoreKind,
    /// Its name in `--store`, in the configuration and in `status`.
    pub name: &'static str,
    /// What it is, for people.
    pub description: &'static str,
    /// How one comes to use it.
    pub chosen: &'static str,
    /// Whether a token lies there readable for every program of the same user.
    pub plain: bool,
}

/// Every store, in the order in which they are offered.
pub const STORES: &[StoreRow] = &[
    StoreRow {
        kind: StoreKind::Keychain,
        name: "keychain",
        description: "the system's keychain (Keychain, Credential Manager, Secret Service)",
        chosen: "the default",
        plain: false,
    },
    StoreRow {
        kind: StoreKind::File,
        name: "file",
        description: "a plain file in our configuration folder that only you can read",
        chosen: "only by name: --store file",
        plain: true,
    },
    StoreRow {
        kind: StoreKind::Env,
        name: "env",
        description: "the variable ELITEA_TOKEN, for ELITEA_DEPLOYMENT_URL or the active profile's server",
        chosen: "by setting ELITEA_TOKEN; it goes before the others",
        plain: true,
    },
];

impl StoreKind {
    /// This store's row of the table.
    pub fn row(self) -> &'static StoreRow {
        STORES.iter().find(|row| row.kind == self).unwrap_or(&STORES[0])
    }

    /// The store of that name.
    ///
    /// # Errors
    /// [`Kind::Usage`] with the names that there are.
    pub fn parse(name: &str) -> Result<StoreKind> {
        STORES.iter().find(|row| row.name == name).map(|row| row.kind).ok_or_else(|| {
            let names: Vec<&str> = STORES.iter().map(|row| row.name).collect();
            let mut error = Error::new(Kind::Usage, "there is no store of that name")
                .hint(format!("choose one of {}", names.join(", ")));
            error.choices = names.into_iter().map(str::to_owned).collect();
            error
        })
    }
}

/// A store of tokens, ready for use; opening one touches nothing.
#[derive(Debug)]
pub struct Store(Inner);

#[derive(Debug)]
enum Inner {
    Keychain,
    File(FileStore),
    Env(EnvStore),
}

impl Store {
    /// The store of this kind. Of the environment it knows `ELITEA_TOKEN` and
    /// `ELITEA_DEPLOYMENT_URL`; without the latter it gives nothing until [`Store::env`] is told
    /// the active profile's server.
    pub fn new(kind: StoreKind, config_dir: &Path) -> Store {
        match kind {
            StoreKind::Keychain => Store(Inner::Keychain),
            StoreKind::File => Store(Inner::File(FileStore::new(config_dir))),
            StoreKind::Env => Self::env(&|name| std::env::var(name).ok(), None),
        }
    }

    /// The store over these variables; `active` is the server of the active profile.
    pub fn env(vars: &dyn Fn(&str) -> Option<String>, active: Option<&Server>) -> Store {
        Store(Inner::Env(EnvStore::new(vars, active)))
    }

    /// Which store this is.
    pub fn kind(&self) -> StoreKind {
        match &self.0 {
            Inner::Keychain => StoreKind::Keychain,
            Inner::File(_) => StoreKind::File,
            Inner::Env(_) => StoreKind::Env,
        }
    }

    /// The token of this server, if there is one. `attended` says that a person is waiting and can
    /// answer a prompt of the keychain.
    ///
    /// # Errors
    /// [`Kind::StoreUnavailable`] when the store cannot be used, [`Kind::TokenMalformed`] when what
    /// lies there is no token.
    pub async fn get(&self, server: &Server, attended: bool) -> Result<Option<Token>> {
        match &self.0 {
            Inner::Keychain => keychain::get(server, attended).await,
            Inner::File(store) => store.get(server),
            Inner::Env(store) => store.get(server),
        }
    }

    /// Keeps a token for this server, in place of an earlier one.
    ///
    /// # Errors
    /// [`Kind::StoreUnavailable`] when the store cannot be used or the token is too large for it;
    /// an earlier token then stands as it was. [`Kind::Usage`] for the environment.
    pub async fn set(&self, server: &Server, token: &Token, attended: bool) -> Result<()> {
        match &self.0 {
            Inner::Keychain => keychain::set(server, token, attended).await,
            Inner::File(store) => store.set(server, token),
            Inner::Env(_) => Err(EnvStore::read_only()),
        }
    }

    /// Forgets the token of this server; says whether there was one.
    ///
    /// # Errors
    /// As [`Store::set`].
    pub async fn delete(&self, server: &Server, attended: bool) -> Result<bool> {
        match &self.0 {
            Inner::Keychain => keychain::delete(server, attended).await,
            Inner::File(store) => store.delete(server),
            Inner::Env(_) => Err(EnvStore::read_only()),
        }
    }

    /// The one server whose token the store can hold, where it holds a single one, as the environment
    /// does.
    ///
    /// # Errors
    /// [`Kind::Usage`] where what names it is not an address.
    pub fn server(&self) -> Result<Option<Server>> {
        match &self.0 {
            Inner::Keychain | Inner::File(_) => Ok(None),
            Inner::Env(store) => store.server(),
        }
    }

    /// Finds out whether the store works, by writing, reading and deleting an entry of a random
    /// name; of the environment, whether a token is set.
    ///
    /// # Errors
    /// [`Kind::StoreUnavailable`] with the reason and the other choices.
    pub async fn probe(&self, attended: bool) -> Result<()> {
        match &self.0 {
            Inner::Keychain => keychain::probe(attended).await,
            Inner::File(store) => store.probe(),
            Inner::Env(store) => store.probe(),
        }
    }
}
