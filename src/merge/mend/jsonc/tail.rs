//! Guesses about what stands after the end of the root value.

use std::ops::Range;

use serde_json::Value;

use super::super::super::jsonc::{Kind, Node, Tree, same, scan};
use super::brackets::indent_of;
use super::guess::{Family, Guess, Scene, change};

/// What can be done about text after the end.
pub(super) fn tails(scene: &Scene<'_>) -> Vec<Guess> {
    let mut guesses = Vec::new();
    let count = scene.count();
    let state = scene.record.state(count);
    let Some(last) = scene.record.tokens.last().filter(|_| state.layer == 0) else { return guesses };
    let text = scene.text;
    let start = scene.stop.start;
    let rest = text.get(start..).unwrap_or_default();
    let kept = rest.trim_end();
    if kept.is_empty() {
        return guesses;
    }
    let end = start + kept.len();
    let noise = |char: char| char.is_whitespace() || ",;:{}[]()\"'`\0\u{1a}\u{feff}".contains(char);
    let is_noise = kept.chars().all(noise);
    // Blanks between the end and the noise on its line go too.
    let from = last.end + text.get(last.end..start).unwrap_or_default().trim_end_matches([' ', '\t']).len();
    let from = if has_comment(text, last.end, start) { start } else { from };
    if is_noise {
        guesses.push(Guess::one(Family::Tail, from..end, "", "take out what stands after the end"));
        return guesses;
    }
    let first = first_document(scene);
    if let Some(second) = after_comma(kept).and_then(|offset| document(text, start + offset)) {
        return two(scene, &first, &second);
    }
    moved_in(scene, last.end, &mut guesses);
    // A line of words may be a comment; brackets and keys are more than that.
    if !kept.contains('"') {
        guesses.push(Guess::one(Family::Tail, from..end, "", "take out the text after the end").unsure());
        if !kept.contains(['\n', '\r']) {
            let what = "make the text after the end a comment";
            guesses.push(Guess::one(Family::Tail, start..start, "// ", what).unsure());
        }
    }
    guesses
}

fn has_comment(text: &str, from: usize, to: usize) -> bool {
    text.get(from..to).is_some_and(|between| !between.trim().is_empty())
}

/// Where the second document would start, if nothing but a comma is before it.
fn after_comma(rest: &str) -> Option<usize> {
    let value =
        rest.trim_start_matches(|char: char| char.is_whitespace() || matches!(char, ',' | '\0' | '\u{feff}'));
    value.starts_with(['{', '[']).then(|| rest.len() - value.len())
}

/// A whole value with its comments.
struct Document<'t> {
    start: usize,
    /// After its closing bracket.
    end: usize,
    text: &'t str,
    tree: Tree,
}

impl Document<'_> {
    fn value(&self) -> Value {
        self.tree.root().map_or(Value::Null, |root| self.tree.value(self.text, root))
    }

    fn comments(&self) -> Vec<&str> {
        self.tree.comments.iter().filter_map(|range| self.text.get(range.clone())).collect()
    }

    fn is_object(&self) -> bool {
        self.tree.nodes.first().is_some_and(|root| root.kind == Kind::Object)
    }

    fn is_empty(&self) -> bool {
        self.tree.nodes.len() == 1
    }

    /// Whether a comma stands before the closing bracket.
    fn has_comma(&self) -> bool {
        let Some(root) = self.tree.nodes.first() else { return false };
        let end = self.tree.nodes.iter().skip(1).map(Node::end).filter(|end| *end < root.end()).max();
        let Some(end) = end else { return false };
        let comment = |at: usize| self.tree.comments.iter().any(|range| range.contains(&at));
        let inside = self.text.get(end..root.end()).unwrap_or_default();
        inside.match_indices(',').any(|(at, _)| !comment(end + at))
    }
}

/// A value without a fault that takes all of the text from `start` on.
fn document(text: &str, start: usize) -> Option<Document<'_>> {
    let rest = text.get(start..)?;
    let tree = scan(rest);
    let root = *tree.nodes.first()?;
    let good = tree.faults.is_empty() && matches!(root.kind, Kind::Object | Kind::Array);
    good.then(|| Document { start, end: start + root.end(), text: rest, tree })
}

fn first_document<'s>(scene: &Scene<'s>) -> Document<'s> {
    // What was read may have been mended; as a document only what stands there counts.
    let text = scene.text.get(..scene.stop.start).unwrap_or_default();
    let tree = scan(text);
    let end = tree.nodes.first().map_or(0, Node::end);
    let start = tree.nodes.first().map_or(0, Node::start);
    Document { start, end, text, tree }
}

/// Two documents in one file: one of them, or both as one.
fn two(scene: &Scene<'_>, first: &Document<'_>, second: &Document<'_>) -> Vec<Guess> {
    let text = scene.text;
    let mut guesses = Vec::new();
    if !first.tree.faults.is_empty() && !scene.changes.is_empty() {
        return guesses;
    }
    let (ours, theirs) = (first.value(), second.value());
    let tail = text.get(second.start..).unwrap_or_default().trim_end().len() + second.start;
    let only_first = || change(first_end(scene)..tail, "", "keep the first of the two documents");
    let lead = first.tree.comments.iter().find(|comment| comment.start >= first.end);
    let lead = lead.map_or(second.start, |comment| comment.start);
    let only_second = || change(bom(text)..lead, "", "keep the second of the two documents");
    // A comment between the two goes with the second.
    let (mine, between): (Vec<_>, Vec<_>) =
        first.tree.comments.iter().partition(|comment| comment.start < first.end);
    let words = |ranges: Vec<&Range<usize>>| -> Vec<&str> {
        ranges.into_iter().filter_map(|range| text.get(range.clone())).collect()
    };
    let (mine, mut others) = (words(mine), words(between));
    others.extend(second.comments());
    let kept_by_first = others.iter().all(|comment| mine.contains(comment));
    let kept_by_second = mine.iter().all(|comment| others.contains(comment));
    if same(&ours, &theirs) && (kept_by_first || kept_by_second) {
        let change = if kept_by_first { only_first() } else { only_second() };
        return vec![Guess { changes: vec![change], family: Family::Tail, sure: true }];
    }
    if second.is_empty() && kept_by_first {
        return vec![Guess { changes: vec![only_first()], family: Family::Tail, sure: false }];
    }
    if first.is_empty() && kept_by_second {
        return vec![Guess { changes: vec![only_second()], family: Family::Tail, sure: false }];
    }
    if first.is_object() == second.is_object() {
        guesses.push(joined(scene, first, second));
    }
    // One alone loses nothing where the other has no key of its own.
    if let (Value::Object(ours), Value::Object(theirs)) = (&ours, &theirs) {
        let has_all = |one: &serde_json::Map<String, Value>, other: &serde_json::Map<String, Value>| {
            other.keys().all(|key| one.contains_key(key))
        };
        if has_all(ours, theirs) && kept_by_first {
            guesses.push(Guess { changes: vec![only_first()], family: Family::Tail, sure: false });
        }
        if has_all(theirs, ours) && kept_by_second {
            guesses.push(Guess { changes: vec![only_second()], family: Family::Tail, sure: false });
        }
    }
    guesses
}

fn bom(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

fn first_end(scene: &Scene<'_>) -> usize {
    scene.record.tokens.last().map_or(0, |last| last.end)
}

/// The second document's content behind the first one's.
fn joined(scene: &Scene<'_>, first: &Document<'_>, second: &Document<'_>) -> Guess {
    let text = scene.text;
    let what = "make one document of the two";
    let close = first.end.saturating_sub(1);
    let mut changes = Vec::new();
    let needs_comma = !first.is_empty() && !second.is_empty() && !first.has_comma();
    if needs_comma {
        let at = last_item_end(first);
        changes.push(change(at..at, ",", what));
    }
    // From the first's closing bracket to the second's opening one, but for comments between them.
    let between = text.get(first.end..second.start).unwrap_or_default();
    changes.push(change(close..first.end, "", what));
    let commas = between.char_indices().filter(|(_, char)| matches!(char, ',' | '\0' | '\u{feff}'));
    let commented = scan(between);
    for (at, char) in commas {
        if !commented.comments.iter().any(|range| range.contains(&at)) {
            changes.push(change(first.end + at..first.end + at + char.len_utf8(), "", what));
        }
    }
    changes.push(change(second.start..second.start + 1, "", what));
    Guess { changes, family: Family::Tail, sure: false }
}

fn last_item_end(document: &Document<'_>) -> usize {
    let root_end = document.tree.nodes.first().map_or(0, Node::end);
    document.tree.nodes.iter().skip(1).map(Node::end).filter(|end| *end < root_end).max().unwrap_or(0)
}

/// Keys that were written after the end: the closing bracket goes behind them.
fn moved_in(scene: &Scene<'_>, end: usize, guesses: &mut Vec<Guess>) {
    let text = scene.text;
    let count = scene.count();
    let Some(closer) = scene.record.tokens.last().filter(|last| last.byte == b'}' && last.end > last.start)
    else {
        return;
    };
    let between = text.get(end..scene.stop.start).unwrap_or_default();
    let comma_there = between.trim_start().starts_with(',') || scene.rest().starts_with(',');
    let before = scene.record.state(count - 1);
    let what = "put the closing bracket behind what follows it";
    let mut changes = Vec::new();
    let has_items = scene.byte(count.saturating_sub(2)).is_some_and(|byte| !matches!(byte, b'{' | b','));
    if !comma_there && has_items {
        changes.push(change(before.from..before.from, ",", what));
    }
    changes.push(change(closer.start..closer.end, "", what));
    let indent = indent_of(text, closer.start);
    let content = text.trim_end().len();
    let own_line = text.get(..content).is_some_and(|text| text.contains(['\n', '\r']));
    let closing = if own_line { format!("{}{indent}}}", scene.eol) } else { "}".to_owned() };
    let open = changes.clone();
    changes.push(change(content..content, closing, what));
    guesses.push(Guess { changes, family: Family::Tail, sure: false });
    guesses.push(Guess { changes: open, family: Family::Tail, sure: false });
}
