//! elitea-helper keeps every IDE on a developer's machine correctly connected to ELITEA.
//!
//! # Map
//! Two thin shells stand over one set of verbs, and the verbs over a pure core. Each module uses only
//! what stands below it (`tests/it/tidy/tables.rs` holds the exact table).
//!
//! - `cli`: the command line: arguments in, tables, diffs and JSON out. The only one that prints.
//! - `lsp`: the language server.
//! - `fake`: an ELITEA server for tests and for trying things out, and the demo.
//! - `ops`: the verbs, one file each: login, plan, apply, undo, remove, status, rotate and so on.
//! - `doctor`: facts about this machine, and the rules that find what is wrong with them.
//! - `protocol`: everything that crosses the wire or is printed as JSON.
//! - `elitea`: the client of an ELITEA server. The only user of the network.
//! - `config`: our settings, each value with its source.
//! - `state`: what we remember: manifests, history, backups.
//! - `ide`: the table of IDEs; finding them, their profiles and projects.
//! - `auth`: the token, the server's address and the stores. The only user of the keychain.
//! - `template`: a selection in, a patch out.
//! - `merge`: a text and a patch in, a text and a report out. Pure.
//! - `files`: reads, locks and replaces files. The only writer.
//! - `error`: what can go wrong, in one table.
//!
//! # What never happens
//! - A byte of a file changes that is not ours, or a file is left half written.
//! - A token is printed, logged, put into an argument, a child's environment or a workspace file, or
//!   sent to another server than the one it belongs to.
//! - A file that its IDE could not read is written.
//! - A panic on bad input: every failure is a row of [`error::TABLE`].

pub mod auth;
pub mod cli;
pub mod config;
pub mod elitea;
pub mod error;
pub mod fake;
pub mod files;
pub mod merge;
pub mod ops;
pub mod protocol;
pub mod state;
