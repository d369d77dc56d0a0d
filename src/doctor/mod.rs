//! What is wrong, where, why, and what mends it. One engine serves `doctor`, `repair`, `status` and
//! the editors' diagnostics.
//!
//! A rule is a row of [`rules()`]: its id, its severity, its words, and a pure check of facts. The
//! facts were gathered once, by the verb; a file is one of them, as text, so that what stands in an
//! editor unsaved is checked in the same way.

mod assist;
mod engine;
mod facts;
mod file;
mod keys;
mod mend;
mod reach;
mod rule;
mod rules;
mod settings;

pub use assist::{About, Completions, Suggestion, SuggestionKind, about, complete};
pub use engine::{Filter, Outcome, check, check_file, rule, rules};
pub use facts::{Facts, Listed, Own, Selected, ServerFacts, StoredToken, TokenFacts, Verdict};
pub use file::{Bytes, Earlier, FileFacts, Kind, Meta, Reader, Role};
pub use keys::{Occurrence, Value};
pub use mend::{Chosen, Mending, mend};
pub use reach::failure;
pub use rule::{Added, Check, Finding, Fix, Found, Needs, Rule};
pub use settings::{OPTIONS, SETTINGS, Setting, Type, setting};
