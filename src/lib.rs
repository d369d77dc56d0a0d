//! elitea-helper keeps every IDE on a developer's machine correctly connected to ELITEA.

pub mod auth;
pub mod cli;
pub mod config;
pub mod elitea;
pub mod error;
pub mod fake;
pub mod files;
pub mod merge;
pub mod ops;
pub mod protocol;
pub mod state;
