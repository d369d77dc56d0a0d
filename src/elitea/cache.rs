//! What the server last said, kept on disk for the times without it: per server and user, under
//! names that tell neither.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::account::Account;
use super::models::Models;
use super::projects::Projects;
use crate::auth::{Server, Token, hide_tokens};
use crate::error::{Error, Kind, Result};
use crate::files;

const FORMAT: u64 = 1;

/// An answer that is kept already is written again, with the new time, only when it is older: a
/// command that changes nothing writes nothing.
const RENEWED_AFTER: Duration = Duration::from_secs(10 * 60);

/// Something kept, and when the server said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept<T> {
    /// What it said.
    pub value: T,
    /// When.
    pub taken: Timestamp,
}

impl<T> Kept<T> {
    /// How old it is at `now`; zero where a clock went back.
    pub fn age(&self, now: Timestamp) -> Duration {
        Duration::try_from(now.duration_since(self.taken)).unwrap_or_default()
    }
}

/// The kept answers of one server.
#[derive(Clone, Debug)]
pub struct Cache {
    dir: PathBuf,
    server: Server,
}

#[derive(Serialize, Deserialize)]
struct Envelope {
    format: u64,
    taken: String,
    value: Value,
}

impl Cache {
    /// The cache of this server in that folder, which is made at the first write.
    pub fn new(dir: &Path, server: &Server) -> Self {
        Self { dir: dir.to_path_buf(), server: server.clone() }
    }

    /// Keeps whose token this is, so that the user is known without the server.
    ///
    /// # Errors
    /// [`Kind::Io`].
    pub fn save_account(&self, token: &Token, account: &Account) -> Result<()> {
        self.save(&["account", &handle(token)], account)
    }

    /// Whose token this was.
    pub fn account(&self, token: &Token) -> Option<Kept<Account>> {
        self.load(&["account", &handle(token)])
    }

    /// Keeps a user's projects.
    ///
    /// # Errors
    /// [`Kind::Io`].
    pub fn save_projects(&self, user: u64, projects: &Projects) -> Result<()> {
        self.save(&["projects", &user.to_string()], projects)
    }

    /// A user's projects.
    pub fn projects(&self, user: u64) -> Option<Kept<Projects>> {
        self.load(&["projects", &user.to_string()])
    }

    /// Keeps the models that a user has in a project.
    ///
    /// # Errors
    /// [`Kind::Io`].
    pub fn save_models(&self, user: u64, project: u64, models: &Models) -> Result<()> {
        self.save(&["models", &user.to_string(), &project.to_string()], models)
    }

    /// The models that a user has in a project.
    pub fn models(&self, user: u64, project: u64) -> Option<Kept<Models>> {
        self.load(&["models", &user.to_string(), &project.to_string()])
    }

    fn save<T: Serialize>(&self, key: &[&str], value: &T) -> Result<()> {
        if self.is_fresh(key, value) {
            return Ok(());
        }
        let kept = json!({ "format": FORMAT, "taken": Timestamp::now().to_string(), "value": value });
        // A server that repeats the token in a name does not bring it onto the disk.
        let text = kept.to_string();
        let text = hide_tokens(&text);
        files::write_private_as(&self.file(key), text.as_bytes(), files::Durability::Soon)
            .map_err(|error| Error::new(Kind::Io, error.message))
    }

    fn is_fresh<T: Serialize>(&self, key: &[&str], value: &T) -> bool {
        let (Some(kept), Ok(value)) = (self.load::<Value>(key), serde_json::to_value(value)) else {
            return false;
        };
        kept.value == value && kept.age(Timestamp::now()) < RENEWED_AFTER
    }

    /// A cache that cannot be read is as good as none.
    fn load<T: DeserializeOwned>(&self, key: &[&str]) -> Option<Kept<T>> {
        let bytes = std::fs::read(self.file(key)).ok()?;
        let kept: Envelope =
            serde_json::from_slice(&bytes).ok().filter(|kept: &Envelope| kept.format == FORMAT)?;
        Some(Kept { value: serde_json::from_value(kept.value).ok()?, taken: kept.taken.parse().ok()? })
    }

    fn file(&self, key: &[&str]) -> PathBuf {
        let name = format!("{}\0{}", self.server, key.join("\0"));
        let hash = ring::digest::digest(&ring::digest::SHA256, name.as_bytes());
        let name =
            hash.as_ref().iter().take(16).fold(String::new(), |name, byte| format!("{name}{byte:02x}"));
        self.dir.join(format!("{name}.json"))
    }
}

fn handle(token: &Token) -> String {
    token.claims().uuid.unwrap_or_default()
}
