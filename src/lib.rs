//! elitea-helper keeps every IDE on a developer's machine correctly connected to ELITEA.

pub mod config;
pub mod error;
pub mod files;
pub mod merge;
pub mod protocol;
pub mod state;
