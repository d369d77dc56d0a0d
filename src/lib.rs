//! elitea-helper keeps every IDE on a developer's machine correctly connected to ELITEA.
//!
//! # The map
//!
//! Imports lead one way, from the top of this table down; `tests/it/tidy` holds it.
//!
//! | module | what it is | may use |
//! |---|---|---|
//! | [`cli`] | the command line: arguments, human output. The only place that prints | everything |
//! | [`fake`] | the fake ELITEA server, and the demo that uses it | nothing but [`error`] |
//! | [`lsp`] | the language server: methods, guard, frames. Its protocol's types stay inside | all below but [`fake`] |
//! | [`ops`] | the verbs, one file each: login, use, plan, apply, undo, remove, status, ... | all below |
//! | [`doctor`] | what is wrong, and what mends it: facts, the rules, the engine. Pure | [`auth`], [`elitea`], [`ide`], [`merge`], [`protocol`] |
//! | [`config`] | our settings, each with its source | [`auth`], [`files`] |
//! | [`elitea`] | the server's client: requests, dialects, answers, cache. The only user of reqwest | [`auth`], [`files`] |
//! | [`state`] | what we remember: manifests, history, backups | [`merge`], [`files`] |
//! | [`auth`] | the token, the server it belongs to, the stores. The only user of keyring | [`files`] |
//! | [`ide`] | the table of IDEs; finding them, their profiles and projects | [`files`] |
//! | [`template`] | a template and a selection in, a patch or a file out | [`merge`] |
//! | [`merge`] | text and patch in, text out: JSONC, XML; ownership. Pure | |
//! | [`files`] | read, lock, replace. The only writer | |
//! | [`protocol`] | every type that is printed as JSON or crosses the wire | |
//! | [`error`] | one table: kind, exit code, JSON-RPC code | |
//! | [`order`] | sorting, compiled once | |
//!
//! Every module may use [`error`] and [`order`].
//!
//! # What never happens
//!
//! - A byte of a user's file that is not ours changes.
//! - A target is written by another way than `ops`' one `sync`: lock, read, merge, back up, note,
//!   replace, note.
//! - A token is printed, logged, passed on as an argument or in the environment, or sent to a
//!   server that it was not made for.
//! - The lock is held while the network or a person is waited for.

pub mod auth;
pub mod cli;
pub mod config;
pub mod doctor;
pub mod elitea;
pub mod error;
pub mod fake;
pub mod files;
pub mod ide;
pub mod lsp;
pub mod merge;
pub mod ops;
pub mod order;
pub mod protocol;
pub mod state;
pub mod template;
