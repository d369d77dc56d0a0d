//! The integration tests: one crate, one module an area.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod auth;
mod config;
mod demo;
mod fake;
mod files;
mod journeys;
mod machine;
mod merge_corpus;
mod recordings;
mod replay;
mod state;
mod stub;
mod tokens;
