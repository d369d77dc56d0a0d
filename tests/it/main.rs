//! The integration tests: one crate, one module an area.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod auth;
mod certificates;
mod client;
mod config;
mod demo;
mod fake;
mod files;
mod journeys;
mod machine;
mod merge;
mod merge_corpus;
mod network;
mod readme;
mod recordings;
mod replay;
mod state;
mod stub;
mod template;
mod token_calls;
mod tokens;
