//! The integration tests: one crate, one module an area.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod fake;
mod recordings;
