//! A damaged tag with what stands around it on its line: the least that makes it tags and words.
//!
//! A small grammar of tags, walked by the best way first: each character is taken as it is, or
//! something that marks tags is put in, taken out or escaped, at a cost.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::ops::Range;

use super::super::super::text::line_start;
use super::super::Change;
use super::super::draft::EDIT;
use super::lex::{section, tag};
use super::words::Words;

/// A damaged stretch longer than this is left to people.
pub(super) const MAX_LENGTH: usize = 8 * 1024;
/// How many ways to mend one stretch are looked at.
const MAX_WAYS: usize = 8;
/// How many ways to one place are followed.
const MAX_TWINS: usize = 3;
/// A way that costs more is none.
const MAX_COST: u32 = 12 * EDIT;
/// How much more than the best way another one may cost.
const SPREAD: u32 = 2 * EDIT;

/// Where in the grammar a place is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum State {
    Content,
    TagOpen,
    StartName,
    Space,
    AttributeName,
    AfterAttributeName,
    AfterEquals,
    Value(u8),
    AfterValue,
    Slash,
    EndOpen,
    EndName,
    EndSpace,
}
use State::{AfterValue, AttributeName, Content, EndName, StartName};

/// What is done at a place.
#[derive(Clone, Copy)]
enum Op {
    /// Take so many bytes as they are.
    Keep(usize),
    /// Put something in, or put it in the place of so many bytes.
    Put(usize, &'static str),
}

/// A place that was come to, and how.
#[derive(Clone, Copy)]
pub(super) struct Node {
    pub(super) at: usize,
    pub(super) state: State,
    /// Where the name that is being read starts.
    pub(super) name: usize,
    /// Tells apart what was written so far.
    hash: u64,
    /// Whether the closing quote of the last value was put in.
    pub(super) quoted: bool,
    op: Op,
    from: usize,
}

/// One way to mend the stretch.
pub(super) struct Mend {
    pub(super) changes: Vec<Change>,
    pub(super) cost: u32,
}

/// A walk over a stretch that ends at `end`.
pub(super) struct Walk<'t> {
    pub(super) text: &'t str,
    pub(super) end: usize,
    pub(super) words: &'t Words,
    pub(super) nodes: Vec<Node>,
    queue: BinaryHeap<(Reverse<u32>, usize, Reverse<usize>)>,
}

/// The best ways to mend `range`, the likeliest first; `budget` is how many steps may be taken.
pub(super) fn mend(text: &str, range: Range<usize>, words: &Words, budget: &mut usize) -> Vec<Mend> {
    if range.len() > MAX_LENGTH {
        return Vec::new();
    }
    let mut walk = Walk { text, end: range.end, words, nodes: Vec::new(), queue: BinaryHeap::new() };
    let start = Node {
        at: range.start,
        state: Content,
        name: 0,
        hash: 0,
        quoted: false,
        op: Op::Keep(0),
        from: usize::MAX,
    };
    walk.push(start, 0);
    let mut seen: HashMap<(usize, State), Vec<u64>> = HashMap::new();
    let mut found: Vec<Mend> = Vec::new();
    let mut hashes = Vec::new();
    while let Some((Reverse(cost), _, Reverse(index))) = walk.queue.pop() {
        let limit = found.first().map_or(MAX_COST, |best| best.cost + SPREAD);
        if cost > limit || *budget == 0 || found.len() >= MAX_WAYS {
            break;
        }
        *budget -= 1;
        let node = walk.nodes[index];
        let twins = seen.entry((node.at, node.state)).or_default();
        if twins.len() >= MAX_TWINS || twins.contains(&node.hash) {
            continue;
        }
        twins.push(node.hash);
        if node.at == walk.end && node.state == Content && !hashes.contains(&node.hash) {
            hashes.push(node.hash);
            found.push(Mend { changes: walk.changes(index), cost });
            continue;
        }
        walk.step(index, cost);
    }
    found
}

impl Walk<'_> {
    fn push(&mut self, node: Node, cost: u32) {
        self.queue.push((Reverse(cost), node.at, Reverse(self.nodes.len())));
        self.nodes.push(node);
    }

    /// Takes `length` bytes as they are.
    pub(super) fn keep(&mut self, from: usize, cost: u32, length: usize, state: State) {
        self.go(from, cost, Op::Keep(length), length, state);
    }

    /// Puts `with` in the place of `length` bytes.
    pub(super) fn put(&mut self, from: usize, cost: u32, length: usize, with: &'static str, state: State) {
        self.go(from, cost, Op::Put(length, with), length, state);
    }

    fn go(&mut self, from: usize, cost: u32, op: Op, length: usize, state: State) {
        let old = self.nodes[from];
        let written = match op {
            Op::Keep(length) => &self.text[old.at..old.at + length],
            Op::Put(_, with) => with,
        };
        // FNV-1a, over what is written.
        let hash = written.bytes().fold(old.hash, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3).wrapping_add(1)
        });
        let starts_name = state != old.state && matches!(state, StartName | AttributeName | EndName);
        let quoted = match state {
            AfterValue => matches!(op, Op::Put(0, _)),
            Content => false,
            _ => old.quoted,
        };
        let name = if starts_name { old.at } else { old.name };
        let node = Node { at: old.at + length, state, name, hash, quoted, op, from };
        self.push(node, cost);
    }

    fn changes(&self, last: usize) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut index = last;
        while let Some(node) = self.nodes.get(index) {
            if let Op::Put(length, with) = node.op {
                let range = node.at - length..node.at;
                changes.push(Change {
                    what: what(&self.text[range.clone()], with),
                    range,
                    with: with.to_owned(),
                });
            }
            index = node.from;
        }
        changes.reverse();
        changes
    }
}

/// A change in words.
fn what(old: &str, new: &str) -> String {
    match (old.trim().is_empty(), new) {
        (true, "") => "take out the blank".to_owned(),
        (true, "\"" | "'") => "put in the missing quote".to_owned(),
        (true, " ") => "put in the missing blank".to_owned(),
        (true, _) => format!("put in the missing `{}`", new.trim()),
        (false, "") => format!("take out the stray `{old}`"),
        (false, _) => format!("write `{old}` as `{new}`"),
    }
}

/// The stretch to mend around a damaged tag: its line, and the lines after it up to one that
/// starts with a tag.
pub(super) fn stretch(text: &str, at: usize) -> Range<usize> {
    let line = line_start(text, at);
    let mut start = at;
    // Whole tags before it on its line may be part of the damage.
    while let Some(before) = text[line..start].rfind('<').map(|before| line + before) {
        let whole =
            tag(text, before).map(|tag| tag.end).or_else(|| section(text, before).map(|(_, end)| end));
        if whole.is_none_or(|end| end > at) || at - before > MAX_LENGTH / 4 {
            break;
        }
        start = before;
    }
    let words = text[line..start].trim_end();
    if !words.ends_with('>') && words.len() <= MAX_LENGTH / 4 {
        start = line;
    }
    let ends = text[at + 1..].match_indices(['\n', '\r']).map(|(eol, _)| at + 1 + eol);
    let mut ends =
        ends.filter(|eol| text[*eol..].trim_start().starts_with('<') || text[*eol..].trim().is_empty());
    let end = ends.next().unwrap_or(text.len());
    if end - at < 400 {
        return start..end;
    }
    // A long line: up to the next tag that is whole and stands right behind another.
    let tags = text[at + 1..end].match_indices("><").map(|(next, _)| at + 2 + next);
    let next = tags.into_iter().find(|next| tag(text, *next).is_some());
    start..next.unwrap_or(end)
}
