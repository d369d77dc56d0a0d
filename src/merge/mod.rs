//! Text and patch in, text and report out. Pure: no file, clock, environment or log.
//!
//! The contract is the product's first promise: every byte that is not ours stays.
//!
//! [`apply()`], [`remove`] and [`revert`] open a `document::Document`, ask
//! `three_way::decide` about each key, and write or cut all of them in one splice. The two
//! scanners, [`jsonc::scan`] and [`xml::scan`], read broken text too, for diagnostics and repair.

mod apply;
mod document;
pub mod jsonc;
mod list;
pub mod mend;
mod own;
mod patch;
mod report;
mod scanned;
mod secret;
mod take_back;
mod text;
mod three_way;
mod toml;
pub mod xml;

use std::ops::Range;

use serde_json::Value;

pub use apply::apply;
pub use own::{Base, Container, ContainerOrigin, Hold, Origin, Owned, OwnedKey, Seal};
pub use patch::{Entry, Format, Op, Patch, Path, Step};
pub use report::{Change, Choice, KeyReport, Merged, Outcome};
pub use scanned::{Cut, Scanned, difference};
pub use secret::{is_placeholder, is_redacted, looks_like_token};
pub use take_back::{remove, revert};
pub use text::line_starts;

use crate::error::Result;
use document::{Document, Found};
pub use jsonc::same;

/// Whether the IDE that owns a file reads this text as it stands.
///
/// # Errors
/// [`FileMalformed`](crate::error::Kind::FileMalformed) with the place of the first fault, also
/// where the root is not the object or the `<project>` that settings need;
/// [`FileRefused`](crate::error::Kind::FileRefused) over 16 MiB.
pub fn check(text: &str, format: Format) -> Result<()> {
    Document::open(text, format)?.judge()
}

/// The value at `path` that the IDE uses; `None` if there is none.
///
/// # Errors
/// As [`check`].
pub fn get(text: &str, format: Format, path: &Path) -> Result<Option<Value>> {
    let document = Document::open(text, format)?;
    document.judge()?;
    match document.find(path) {
        Found::Value { value, .. } => Ok(Some(value)),
        _ => Ok(None),
    }
}

/// One value that stands at a path.
#[derive(Clone, PartialEq)]
pub struct Standing {
    /// Its bytes; in XML those between the quotes of the attribute.
    pub range: Range<usize>,
    /// What they mean.
    pub value: Value,
    /// Whether it is the one that the IDE uses, and no other takes its place.
    pub counts: bool,
}

impl std::fmt::Debug for Standing {
    /// The value may be a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Standing")
            .field("range", &self.range)
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}

/// For each of `paths` all values that stand there, shadowed ones included, in the order of the
/// text.
///
/// # Errors
/// As [`check`].
pub fn standing(text: &str, format: Format, paths: &[Path]) -> Result<Vec<Vec<Standing>>> {
    let mut document = Document::open(text, format)?;
    document.judge()?;
    document.focus(paths.iter());
    let at = |path: &Path| {
        let counting = match document.find(path) {
            Found::Value { raw, .. } => Some(raw),
            _ => None,
        };
        let all = document.standing(path).into_iter();
        all.map(|(range, value)| Standing { counts: Some(&range) == counting.as_ref(), range, value })
            .collect()
    };
    Ok(paths.iter().map(at).collect())
}

/// The byte ranges of the values at `paths`, shadowed duplicates included, for masking. A text
/// that is malformed is read as far as possible.
pub fn ranges(text: &str, format: Format, paths: &[Path]) -> Vec<Range<usize>> {
    let document = Document::tolerant(text, format);
    paths.iter().flat_map(|path| document.ranges(path)).collect()
}
