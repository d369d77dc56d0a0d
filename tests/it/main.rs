//! The integration tests: one crate, one module an area.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and makes its own files"
)]

mod fake;
mod support;
mod tidy;
