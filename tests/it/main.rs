//! The integration tests: one crate, one module an area.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and makes its own files"
)]

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
mod recordings;
mod replay;
mod state;
mod stub;
mod support;
mod template;
mod tidy;
mod token_calls;
mod tokens;
