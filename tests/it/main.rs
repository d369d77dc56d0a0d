//! One crate for all integration tests: each area is a module, its cases are data.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr, missing_docs)]

mod ide;
mod template;
