//! The integration tests: one crate, one module an area.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may end there")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "figures are printed for people")]
#![allow(clippy::disallowed_methods, reason = "tests lay out files of their own")]

mod assist;
mod auth;
mod certificates;
mod client;
mod config;
mod demo;
mod doctor;
mod fake;
mod faults;
mod files;
mod git;
mod ide;
mod journeys;
mod lsp;
mod machine;
mod mend;
mod mend_damages;
mod mend_jsonc;
mod mend_xml;
mod merge;
mod merge_corpus;
mod merge_damaged;
mod merge_edit_cases;
mod merge_history;
mod merge_layout;
mod merge_manifest;
mod merge_properties;
mod merge_taken_out;
mod network;
mod probe;
mod races;
mod readme;
mod recordings;
mod replay;
mod secrets;
mod state;
mod stub;
mod support;
mod template;
mod tidy;
mod token_calls;
mod tokens;
mod tools;
