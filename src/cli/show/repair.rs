//! What a repair did, or would do.

use super::doctor::show;
use super::targets::report as target;
use crate::cli::page::{Page, Style};
use crate::cli::terminal::Terminal;
use crate::error::Result;
use crate::protocol::config::TargetState;
use crate::protocol::doctor::{Repaired, RepairedFile, Severity};

/// The diffs, before the question.
pub(in super::super) fn repair_preview(terminal: &Terminal, preview: &Repaired) {
    let mut page = terminal.page();
    for file in changed(preview) {
        about(&mut page, file, true);
    }
    terminal.tell(&page.finish());
}

/// What became of each file, and what is left. `next` are the targets as they were named, where
/// nothing was written yet.
pub(in super::super) fn repaired(terminal: &Terminal, repaired: &Repaired, next: Option<&str>) -> Result<u8> {
    let mut page = terminal.page();
    for file in changed(repaired) {
        about(&mut page, file, next.is_some());
    }
    let left = repaired.files.iter().flat_map(|file| &file.left);
    let left: Vec<_> = left.filter(|finding| finding.severity != Severity::Info).collect();
    if !left.is_empty() {
        page.line(Style::Bold, "what is left:").end();
    }
    for finding in &left {
        show(&mut page, finding);
    }
    if let Some(id) = &repaired.history {
        page.put(Style::Place, "take it back: ").line(Style::Plain, &format!("elitea-helper undo {id}"));
    }
    if let Some(targets) = next.filter(|_| changed(repaired).next().is_some()) {
        page.put(Style::Place, "next: ").line(Style::Plain, &format!("elitea-helper repair{targets}"));
    }
    if changed(repaired).next().is_none() && left.is_empty() {
        page.line(Style::Good, "nothing to mend");
    }
    let open = !left.is_empty() || repaired.files.iter().any(|file| file.report.is_open());
    terminal.report(repaired, page)?;
    Ok(u8::from(open))
}

fn changed(repaired: &Repaired) -> impl Iterator<Item = &RepairedFile> {
    repaired.files.iter().filter(|file| file.report.state != TargetState::InOrder)
}

fn about(page: &mut Page, file: &RepairedFile, diff: bool) {
    target(page, &file.report, diff);
    for mended in &file.mended {
        page.put(Style::Good, "    ").line(Style::Plain, mended);
    }
}
