//! The table of rules, one file an area.

mod disk;
mod files;
mod in_use;
mod selection;
mod server;
mod settings;
mod token;

use super::rule::Rule;

/// Every rule, worst areas first: what cannot be read, then what cannot be reached.
pub(super) const ALL: &[&[Rule]] = &[
    files::RULES,
    server::RULES,
    token::RULES,
    in_use::RULES,
    selection::RULES,
    settings::RULES,
    disk::RULES,
];

/// A path as a shell takes it.
fn quoted(path: &std::path::Path) -> String {
    format!("\"{}\"", path.display())
}
