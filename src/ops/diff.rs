//! Unified diffs with secrets masked.

use std::collections::HashMap;
use std::path::Path;

use similar::algorithms::{Capture, Compact, Replace, myers};
use similar::udiff::UnifiedHunkHeader;
use similar::{ChangeTag, DiffOp, group_diff_ops};

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
    let (old, new) = (lines(&old), lines(&new));
    let mut out = format!("--- {name}\n+++ {name}\n");
    for hunk in group_diff_ops(line_changes(&old, &new), CONTEXT) {
        out.push_str(&format!("{}\n", UnifiedHunkHeader::new(&hunk)));
        for change in hunk.iter().flat_map(|op| op.iter_changes(&old[..], &new[..])) {
            let line = change.value();
            out.push(match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            });
            out.push_str(line);
            if !line.ends_with(['\n', '\r']) {
                out.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    out
}

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// The lines of a text, each with its end.
pub fn lines(text: &str) -> Vec<&str> {
    let mut from = 0;
    let mut lines = Vec::new();
    for start in merge::line_starts(text, 0).chain([text.len()]) {
        lines.extend(text.get(from..start).filter(|line| !line.is_empty()));
        from = start;
    }
    lines
}

/// What makes the new lines of the old ones. The lines are compared by number, so that the algorithm is
/// there once.
pub fn line_changes<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<DiffOp> {
    let mut numbers = HashMap::new();
    let mut numbered = |lines: &[&'t str]| -> Vec<usize> {
        let number = |line: &&'t str| {
            let next = numbers.len();
            *numbers.entry(*line).or_insert(next)
        };
        lines.iter().map(number).collect()
    };
    let (old, new) = (numbered(old), numbered(new));
    let (old, new) = (old.as_slice(), new.as_slice());
    let mut found = Compact::new(Replace::new(Capture::new()), old, new);
    match myers::diff(&mut found, old, 0..old.len(), new, 0..new.len()) {
        Ok(()) => found.into_inner().into_inner().into_ops(),
        Err(never) => match never {},
    }
}
