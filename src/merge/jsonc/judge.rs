//! Whether VS Code reads a text as it stands. `jsonc-parser` is the judge; our scanner fills in
//! what it lets pass and takes back what it refuses without need.

use jsonc_parser::{ParseOptions, parse_to_serde_value};
use serde::de::IgnoredAny;

use super::super::text::{BOM, too_large};
use super::tree::{FaultKind, Kind, Tree};
use crate::error::{Error, Kind as ErrorKind, Place, Result};

/// VS Code's rules: comments and trailing commas, nothing else beyond JSON.
pub const OPTIONS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_loose_object_property_names: false,
    allow_trailing_commas: true,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Refuses what our scanner found wrong, and a root that has no place for a key: in `settings` one
/// that is no object, elsewhere one that is no array either.
pub(in super::super) fn faults(text: &str, tree: &Tree, settings: bool) -> Result<()> {
    if let Some(fault) = tree.faults.first() {
        if fault.kind == FaultKind::TooLarge {
            return Err(Error::new(ErrorKind::FileRefused, too_large(text)));
        }
        return Err(malformed(text, fault.at, format!("not valid JSON: {}", fault.kind.message())));
    }
    match tree.root().map(|root| tree.nodes[root]) {
        Some(root) if root.kind == Kind::Object || (root.kind == Kind::Array && !settings) => Ok(()),
        Some(root) => {
            let wanted = if settings {
                "settings must be an object in braces"
            } else {
                "there must be an object or an array"
            };
            Err(malformed(text, root.start(), format!("{wanted}, and this is {}", name(root.kind))))
        }
        None => Ok(()),
    }
}

/// Asks `jsonc-parser`.
pub(in super::super) fn judge(text: &str, tree: &Tree) -> Result<()> {
    let skipped = if text.starts_with(BOM) { BOM.len() } else { 0 };
    let patched = without_needless_refusals(text, tree);
    let judged = patched.as_deref().unwrap_or(text).get(skipped..).unwrap_or_default();
    match parse_to_serde_value::<IgnoredAny>(judged, &OPTIONS) {
        Ok(_) => Ok(()),
        Err(error) => {
            let message = format!("not valid JSON: {}", error.kind());
            Err(malformed(text, skipped + error.range().start, message))
        }
    }
}

/// The text with what only `jsonc-parser` refuses replaced by something of the same length: lone
/// surrogates, and numbers beyond what a double can hold. VS Code reads both.
fn without_needless_refusals(text: &str, tree: &Tree) -> Option<String> {
    let escapes = tree.lone_surrogates.iter().map(|at| (*at, "\\ufffd".to_owned()));
    let numbers = tree.nodes.iter().filter(|node| node.kind == Kind::Number);
    let infinite = numbers.filter(|node| is_infinite(&text[node.start()..node.end()]));
    let zeros =
        infinite.map(|node| (node.start(), format!("0.{}", "0".repeat(node.end() - node.start() - 2))));
    let mut patches: Vec<_> = escapes.chain(zeros).collect();
    if patches.is_empty() {
        return None;
    }
    patches.sort();
    let mut out = String::with_capacity(text.len());
    for (at, patch) in patches {
        out.push_str(text.get(out.len()..at)?);
        out.push_str(&patch);
    }
    out.push_str(text.get(out.len()..)?);
    Some(out)
}

fn is_infinite(number: &str) -> bool {
    // Below this length only an exponent can make a number that large.
    let may_be = number.len() > 300 || (number.len() > 3 && number.contains(['e', 'E']));
    may_be && number.parse::<f64>().is_ok_and(f64::is_infinite)
}

fn malformed(text: &str, at: usize, message: String) -> Error {
    Error::new(ErrorKind::FileMalformed, message)
        .at(Place::of(text.strip_prefix(BOM).unwrap_or(text), at.saturating_sub(bom(text))))
        .hint("mend it there, in its IDE or any editor; nothing was written")
}

fn bom(text: &str) -> usize {
    if text.starts_with(BOM) { BOM.len() } else { 0 }
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Object => "an object",
        Kind::Array => "an array",
        Kind::Key | Kind::String => "a string",
        Kind::Number => "a number",
        Kind::Bool => "true or false",
        Kind::Null => "null",
        Kind::Bad => "no value",
    }
}
