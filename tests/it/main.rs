#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

mod merge;
mod merge_corpus;
mod merge_layout;
