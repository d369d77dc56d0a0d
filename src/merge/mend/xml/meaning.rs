//! What a text means, and the choice among those that came out.

use super::super::Mended;
use super::super::draft::{Draft, EDIT};
use super::outside::is_sound;
use crate::error::Error;
use crate::order;

/// How many ways are shown.
const MAX_WAYS: usize = 5;
/// How much less than any other way the one that is taken unasked must cost.
const MARGIN: u32 = 5;
/// How many results are looked at.
const MAX_RESULTS: usize = 12;
/// What a place costs where the layout speaks against a way.
const VIOLATION: u32 = 6;
/// A way that costs more than this on top of the best is not shown.
const SPREAD: u32 = 2 * EDIT;

/// A text that came out.
pub(super) struct Candidate {
    pub(super) draft: Draft,
    /// How often the layout speaks against it.
    pub(super) violations: u32,
}

/// One of the ways, or the choice, or neither.
pub(super) fn decide(mut results: Vec<Candidate>, complete: bool, fault: Error) -> Mended {
    // The layout is evidence only where it is beyond doubt for at least one of the ways.
    let laid_out = results.iter().any(|result| result.violations == 0);
    for result in results.iter_mut().filter(|_| laid_out) {
        result.draft.cost += VIOLATION * result.violations.min(5);
    }
    order::sort_by_key(&mut results, |result| (result.draft.cost, result.draft.doubt, bytes(&result.draft)));
    let mut ways: Vec<(String, Draft)> = Vec::new();
    for Candidate { draft, .. } in results.into_iter().take(MAX_RESULTS) {
        let best = ways.first().map(|(_, best)| best.cost);
        if best.is_some_and(|best| draft.cost > best + SPREAD) {
            break;
        }
        let Some(meaning) = meaning(&draft.text) else { continue };
        if ways.iter().all(|(other, _)| *other != meaning) && is_sound(&draft.text) {
            ways.push((meaning, draft));
        }
    }
    let Some((_, best)) = ways.first() else { return Mended::Beyond(fault) };
    let margin = MARGIN.max(best.cost / 4);
    let alone = ways.get(1).is_none_or(|(_, second)| second.cost >= best.cost + margin);
    if alone && complete && !best.doubt {
        return Mended::Certain(best.clone().into_way());
    }
    ways.truncate(MAX_WAYS);
    let mut ways: Vec<_> = ways.into_iter().map(|(_, draft)| draft).collect();
    order::sort_by_key(&mut ways, bytes);
    Mended::Choice(ways.into_iter().map(Draft::into_way).collect())
}

fn bytes(draft: &Draft) -> usize {
    draft.changes.iter().map(|change| change.range.len() + change.with.len()).sum()
}

/// All that a text says: two texts that differ in blanks alone say the same.
pub(in super::super) fn meaning(text: &str) -> Option<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = roxmltree::Document::parse(text).ok()?;
    let mut meaning = String::with_capacity(text.len());
    let mut depth = Vec::new();
    for node in document.root().descendants().skip(1) {
        while depth.last().is_some_and(|end| *end <= node.range().start) {
            depth.pop();
            meaning.push('\u{8}');
        }
        // No character that sets pieces apart here can stand in XML.
        let mut say = |pieces: &[&str]| {
            for piece in pieces {
                meaning.push_str(piece);
            }
        };
        if node.is_element() {
            let name = node.tag_name();
            say(&["\u{1}", name.namespace().unwrap_or_default(), "\u{2}", name.name()]);
            for attribute in node.attributes() {
                let namespace = attribute.namespace().unwrap_or_default();
                say(&["\u{3}", namespace, "\u{2}", attribute.name(), "\u{4}", attribute.value()]);
            }
            depth.push(node.range().end);
        } else if let Some(words) = node.text().map(str::trim).filter(|words| !words.is_empty()) {
            say(&[if node.is_comment() { "\u{5}" } else { "\u{6}" }, words]);
        } else if let Some(instruction) = node.pi() {
            say(&["\u{7}", instruction.target, "\u{4}", instruction.value.unwrap_or_default()]);
        }
    }
    Some(meaning)
}
