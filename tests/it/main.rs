//! The integration tests, one module an area.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub
)]

mod auth;
mod certificates;
mod client;
mod network;
mod replay;
mod stub;
mod token_calls;
mod tokens;
