//! JSON with comments, mended.
//!
//! The text is read up to its first fault. What might mend it is guessed, each guess is tried by
//! reading on, and those that lead to the end, or furthest, are taken. A mending is certain where
//! all that lead to the end mean the same, or where the layout fits one of them alone.

mod brackets;
mod guess;
mod quotes;
mod reader;
mod search;
mod segment;
mod tail;
mod whole;
mod words;

use super::super::Format;
use super::super::document::Document;
use super::super::jsonc::{Kind, scan};
use super::super::text::{BOM, Edit, eol_near, splice};
use super::{Mended, Way};
use crate::error::{Error, Kind as ErrorKind, Place};
use crate::order;
use guess::Family;
use search::{Draft, Search};
use whole::Wrapping;

/// Finds the ways to mend `text`, in which `fault` is the first fault.
pub(super) fn mend(text: &str, format: Format, fault: Error) -> Mended {
    if fault.kind != ErrorKind::FileMalformed {
        return Mended::Beyond(fault);
    }
    let (changes, sure) = match whole::unwrap(text) {
        Wrapping::Changes(changes, sure) => (changes, sure),
        Wrapping::Hopeless(why, at) => return Mended::Beyond(beyond(text, at, why)),
    };
    let start = if text.starts_with(BOM) { BOM.len() } else { 0 };
    let mut search = Search::new(text, eol_near(text, 0), format == Format::Settings);
    let found = search.run(Draft::new(start, changes, sure));
    let mut ways = Vec::new();
    for draft in found {
        let Some(way) = way(text, &draft) else { continue };
        let sound = Document::open(&way.text, format).and_then(|document| document.judge()).is_ok();
        if sound && !ways.iter().any(|(other, _): &(Way, bool)| other.text == way.text) {
            let sure = draft.sure && (draft.family != Some(Family::Bracket) || !has_duplicates(&way.text));
            ways.push((way, sure));
        }
    }
    let certain = ways.len() == 1 && ways.iter().all(|(_, sure)| *sure);
    let mut ways: Vec<Way> = ways.into_iter().map(|(way, _)| way).collect();
    match (certain, ways.pop()) {
        (_, None) => Mended::Beyond(reason(text, &search, fault)),
        (true, Some(way)) => Mended::Certain(way),
        (false, Some(last)) => {
            ways.push(last);
            order::sort_by_key(&mut ways, Way::bytes_changed);
            Mended::Choice(ways)
        }
    }
}

fn way(text: &str, draft: &Draft) -> Option<Way> {
    let edits = draft.changes.iter().map(|change| Edit::replace(change.range.clone(), change.with.as_str()));
    let mended = splice(text, edits.collect()).ok()?;
    Some(Way { text: mended, changes: draft.changes.clone() })
}

/// Whether a key stands twice in one object.
fn has_duplicates(text: &str) -> bool {
    let tree = scan(text);
    let doubled = |object: usize| {
        let mut seen = std::collections::HashSet::new();
        tree.properties(object).any(|(key, _)| !seen.insert(tree.string(text, key)))
    };
    (0..tree.nodes.len()).any(|node| tree.nodes[node].kind == Kind::Object && doubled(node))
}

/// Why nothing can be done, and where to look.
fn reason(text: &str, search: &Search<'_>, fault: Error) -> Error {
    match search.stuck {
        Some(stop) => {
            let at = stop.at;
            beyond(text, at, stop.kind.message())
        }
        None => fault,
    }
}

fn beyond(text: &str, at: usize, why: &str) -> Error {
    let skipped = if text.starts_with(BOM) { BOM.len() } else { 0 };
    Error::new(ErrorKind::FileMalformed, format!("not valid JSON: {why}"))
        .at(Place::of(&text[skipped..], at.saturating_sub(skipped)))
        .hint("it cannot be mended safely; mend it there, in its IDE or any editor")
}
