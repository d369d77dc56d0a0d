//! What is known about the machine and the server when the rules are asked.

use std::path::PathBuf;

use super::file::FileFacts;
use crate::auth::{Server, Token};
use crate::elitea::{Model, Project};
use crate::error::Error;
use crate::protocol::token::TokenState;

/// Everything that was gathered, once, before the first rule is asked.
#[derive(Default)]
pub struct Facts {
    /// Whether only files were asked about, and nothing of the machine is known.
    pub files_only: bool,
    /// Why the server was not asked, if it was not.
    pub unasked: Option<String>,
    /// The server of the selection.
    pub server: ServerFacts,
    /// The token.
    pub token: TokenFacts,
    /// What is selected.
    pub selected: Selected,
    /// What the server says can be selected.
    pub listed: Listed,
    /// The files.
    pub files: Vec<FileFacts>,
    /// Our own folders.
    pub own: Own,
}

/// The server, as it is set and as it answers.
#[derive(Default)]
pub struct ServerFacts {
    /// As it is set, before anything was taken off.
    pub typed: Option<String>,
    /// Where that is said.
    pub source: String,
    /// The root that it stands for.
    pub root: Option<Server>,
    /// What keeps it from being asked.
    pub failure: Option<Error>,
    /// The address that the server itself gives for its interface, where it differs.
    pub says: Option<String>,
    /// How many seconds our clock is ahead of the server's.
    pub clock_ahead: Option<i64>,
}

/// The token in use.
#[derive(Default)]
pub struct TokenFacts {
    /// The one that is used.
    pub stored: Option<StoredToken>,
    /// What keeps the store from being read.
    pub store_failure: Option<Error>,
    /// What is wrong with the text of the token that was found.
    pub malformed: Option<Error>,
    /// What the server says of it.
    pub verdict: Option<Verdict>,
    /// Whether `ELITEA_TOKEN` and the store hold different ones.
    pub differs_from_environment: bool,
}

/// A token that is stored.
pub struct StoredToken {
    /// The token.
    pub token: Token,
    /// The store's name.
    pub store: &'static str,
    /// Whether the store is a plain file.
    pub plain: bool,
    /// How it stands by its date.
    pub state: TokenState,
    /// When it expires, in RFC 3339.
    pub expires: Option<String>,
    /// Whole days until then; negative when past.
    pub days_left: Option<i64>,
}

/// What the server says of a token.
pub enum Verdict {
    /// It takes it.
    Good,
    /// It does not, for this reason.
    Bad(Error),
}

/// The selection.
#[derive(Default)]
pub struct Selected {
    /// The project.
    pub project: Option<u64>,
    /// The model, by owner and name.
    pub model: Option<(u64, String)>,
}

/// What the server offers.
#[derive(Default)]
pub struct Listed {
    /// The projects; none where they were not asked for.
    pub projects: Option<Vec<Project>>,
    /// The models of the selected project; none where they were not asked for.
    pub models: Option<Vec<Model>>,
}

/// Our own folders and files.
#[derive(Default)]
pub struct Own {
    /// Files of ours that other users of the machine can read, and must not.
    pub readable: Vec<PathBuf>,
    /// Temporary files that a crash left there.
    pub leftovers: Vec<PathBuf>,
    /// What is odd in our own configuration.
    pub warnings: Vec<String>,
}
