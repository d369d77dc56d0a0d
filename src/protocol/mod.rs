//! What crosses the wire and what `--json` prints: the same types, one file a noun.
//!
//! Names are camelCase. Paths are strings in the system's own form, times RFC 3339 in UTC.

pub mod auth;
pub mod config;
pub mod doctor;
pub mod error;
pub mod explain;
pub mod handshake;
pub mod ide;
pub mod methods;
pub mod model;
pub mod project;
pub mod selection;
pub mod settings;
pub mod status;
#[cfg(test)]
mod tests;
pub mod token;
pub mod version;

/// The protocol's number. It grows when a client of the older number could no longer work.
pub const PROTOCOL: u32 = 1;
