//! The tests that use the crate as others do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod config;
mod files;
mod state;
