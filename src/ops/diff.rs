//! Unified diffs with secrets masked.

use std::path::Path;

use similar::TextDiff;

use super::mask::mask;
use crate::merge::{self, Format};

/// The unified diff from `before` to `after`. `secrets` are the paths whose values are secret.
/// Where a secret becomes another one the new one is marked, since both masks look the same.
pub(crate) fn unified(
    file: &Path,
    before: &str,
    after: &str,
    format: Format,
    secrets: &[merge::Path],
) -> String {
    if before == after {
        return String::new();
    }
    let old_ranges = merge::ranges(before, format, secrets);
    let new_ranges = merge::ranges(after, format, secrets);
    let values = |text: &str, ranges: &[std::ops::Range<usize>]| -> Vec<String> {
        ranges.iter().filter_map(|range| text.get(range.clone()).map(str::to_owned)).collect()
    };
    let same = values(before, &old_ranges) == values(after, &new_ranges);
    let mark = if same || old_ranges.is_empty() { "" } else { " (new)" };
    let old = mask(before, &old_ranges, "");
    let new = mask(after, &new_ranges, mark);
    let name = file.display().to_string();
    let diff = TextDiff::from_lines(old.as_str(), new.as_str());
    diff.unified_diff().context_radius(3).header(&name, &name).to_string()
}
