//! elitea-helper keeps every IDE on a developer's machine correctly connected to ELITEA.

pub mod error;
pub mod ide;
pub mod merge;
pub mod template;
