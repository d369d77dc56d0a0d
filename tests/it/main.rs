//! The integration tests: one crate, one module an area.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod auth;
mod demo;
mod fake;
mod merge_corpus;
mod replay;
mod stub;
mod tokens;
