//! What is known about the machine and the server when the rules are asked.

use std::path::PathBuf;

use super::file::{FileFacts, Kind};
use crate::auth::{Server, Token};
use crate::elitea::{Account, Clock, Model, Project, Route};
use crate::error::Error;
use crate::ide::{self, Scope};
use crate::order;
use crate::protocol::token::TokenState;

/// Everything that was gathered, once, before the first rule is asked.
#[derive(Default)]
pub struct Facts {
    /// Whether only files were asked about, and nothing of the machine is known.
    pub files_only: bool,
    /// Whether the network was not to be used.
    pub offline: bool,
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

impl Facts {
    /// Whether this text is the token in use, whatever stands around it; none where there is none to
    /// compare it with.
    pub fn is_token_in_use(&self, text: &str) -> Option<bool> {
        let stored = self.token.stored.as_ref()?;
        Some(Token::parse(text.as_bytes()).is_ok_and(|token| token == stored.token))
    }

    /// The files whose settings win over those of this one when both are read by one IDE, the
    /// strongest first: a folder's `.vscode`, a `.code-workspace`, a remote machine's own.
    pub fn winning_over(&self, file: &FileFacts) -> Vec<&FileFacts> {
        let (Some(role), Some(own)) = (&file.role, rank(file)) else { return Vec::new() };
        let mut found: Vec<&FileFacts> = self
            .files
            .iter()
            .filter(|other| other.exists && rank(other) > Some(own))
            .filter(|other| {
                other.role.as_ref().is_some_and(|other| {
                    other.ide == role.ide || (other.scope == Scope::Workspace && is_vscode(&role.ide))
                })
            })
            .collect();
        order::sort_by_key(&mut found, |file| std::cmp::Reverse(rank(file)));
        found
    }
}

/// How strong a settings file of VS Code's family is among those of one IDE; none for any other file.
fn rank(file: &FileFacts) -> Option<u8> {
    match (file.role.as_ref()?.scope, file.kind) {
        (Scope::User, Kind::Settings) => Some(0),
        (Scope::Machine, Kind::Settings) => Some(1),
        (_, Kind::CodeWorkspace) => Some(2),
        (Scope::Workspace, Kind::Settings) => Some(3),
        _ => None,
    }
}

fn is_vscode(id: &str) -> bool {
    ide::by_id(id).is_some_and(|ide| matches!(ide.family, ide::Family::VsCode(_)))
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
    /// Our clock beside the server's.
    pub clock: Option<Clock>,
    /// The way to it.
    pub route: Option<Route>,
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
    /// The store that holds another token than `ELITEA_TOKEN`, which hides it.
    pub hidden_store: Option<&'static str>,
    /// Whose it is, as the server says.
    pub account: Option<Account>,
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
    /// Its name on the server, where that was asked.
    pub name: Option<String>,
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
    /// Where that is said.
    pub project_source: String,
    /// The model, by owner and name.
    pub model: Option<(u64, String)>,
    /// Where that is said.
    pub model_source: String,
    /// Whether the profile says that certificates are not verified.
    pub unverified: bool,
}

/// What the server offers, or offered when it was last asked.
#[derive(Default)]
pub struct Listed {
    /// The projects; none where they were not asked for.
    pub projects: Option<Vec<Project>>,
    /// Whether the list of projects is all there is.
    pub whole: bool,
    /// The models of the selected project; none where they were not asked for.
    pub models: Option<Vec<Model>>,
    /// Owner and name of the project's default model.
    pub default_model: Option<(u64, String)>,
    /// Whether it said so when it was last asked, and not just now.
    pub remembered: bool,
    /// How long ago it said so, in words: `3 hours ago`; none where it was just now.
    pub heard: Option<String>,
}

/// Our own folders and files.
#[derive(Default)]
pub struct Own {
    /// Files and folders of ours that are open to other users of the machine.
    pub open: Vec<PathBuf>,
    /// The plain file of tokens, where it is open to other users.
    pub open_store: Option<PathBuf>,
    /// Temporary files that a crash left there.
    pub leftovers: Vec<PathBuf>,
    /// What a newer version wrote.
    pub newer: Vec<PathBuf>,
    /// What is odd in our own configuration.
    pub warnings: Vec<String>,
    /// What of our notes was found damaged.
    pub damaged: Vec<String>,
}
