//! The table of rules, one file an area.

mod address;
mod disk;
mod duplicates;
mod files;
mod fixes;
mod in_use;
mod integration;
mod legacy;
mod selection;
mod server;
mod settings;
mod shadowed;
mod token;
mod token_keys;
mod types;
mod unread;

use super::file::FileFacts;
use super::keys::Occurrence;
use super::rule::Rule;
use crate::merge::xml;

/// Every rule, worst areas first: what cannot be read, then what cannot be reached.
pub(super) const ALL: &[&[Rule]] = &[
    files::RULES,
    server::RULES,
    token::RULES,
    in_use::RULES,
    token_keys::RULES,
    selection::RULES,
    duplicates::RULES,
    types::RULES,
    address::RULES,
    integration::RULES,
    unread::RULES,
    legacy::RULES,
    shadowed::RULES,
    settings::RULES,
    disk::RULES,
];

/// The command that brings a file in order, for a file that can be.
fn apply_command(file: &FileFacts) -> Option<String> {
    file.role.as_ref().map(|_| format!("elitea-helper apply {}", quoted(&file.path)))
}

/// A text as the file writes it, for the place of this key's value.
fn written(file: &FileFacts, key: &Occurrence, value: &str) -> String {
    if key.is_option() {
        let quote = if file.text[key.raw.end..].starts_with('\'') { '\'' } else { '"' };
        return xml::encode(value, quote);
    }
    serde_json::Value::from(value).to_string()
}

/// The value of one key as the file writes it for another one.
fn copied(file: &FileFacts, from: &Occurrence, to: &Occurrence) -> String {
    match from.text().filter(|_| to.is_option()) {
        Some(text) => written(file, to, text),
        None => file.text[from.raw.clone()].to_owned(),
    }
}

/// A path as a shell takes it.
pub(super) fn quoted(path: &std::path::Path) -> String {
    word(&path.display().to_string())
}

/// A word as a shell takes it, whatever stands in it.
fn word(text: &str) -> String {
    if !cfg!(windows) && text.contains(['$', '`', '"', '\\', '!']) {
        return format!("'{}'", text.replace('\'', "'\\''"));
    }
    format!("\"{text}\"")
}
