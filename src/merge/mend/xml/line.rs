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
use super::lex::{is_name, is_name_start, is_space, section};
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
/// What something unlikely costs.
const ODD: u32 = 8;

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum State {
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
use State::{
    AfterAttributeName, AfterEquals, AfterValue, AttributeName, Content, EndName, EndOpen, EndSpace, Slash,
    Space, StartName, TagOpen, Value,
};

/// What is done at a place.
#[derive(Clone, Copy)]
enum Op {
    /// Take so many bytes as they are.
    Keep(usize),
    /// Put something in, or put it in the place of so many bytes.
    Put(usize, &'static str),
}

#[derive(Clone, Copy)]
struct Node {
    at: usize,
    state: State,
    /// Where the name that is being read starts.
    name: usize,
    /// Tells apart what was written so far.
    hash: u64,
    /// Whether the closing quote of the last value was put in.
    quoted: bool,
    op: Op,
    from: usize,
}

/// One way to mend the stretch.
pub(super) struct Mend {
    pub(super) changes: Vec<Change>,
    pub(super) cost: u32,
}

struct Walk<'t> {
    text: &'t str,
    end: usize,
    words: &'t Words,
    nodes: Vec<Node>,
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
    fn keep(&mut self, from: usize, cost: u32, length: usize, state: State) {
        self.go(from, cost, Op::Keep(length), length, state);
    }

    /// Puts `with` in the place of `length` bytes.
    fn put(&mut self, from: usize, cost: u32, length: usize, with: &'static str, state: State) {
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

    fn step(&mut self, from: usize, cost: u32) {
        let node = self.nodes[from];
        let rest = &self.text[node.at..self.end];
        let char = rest.chars().next();
        let length = char.map_or(0, char::len_utf8);
        let byte = rest.bytes().next();
        let is = |wanted: u8| byte == Some(wanted);
        let space = byte.is_some_and(is_space);
        let name_start = byte.is_some_and(is_name_start);
        let in_name = byte.is_some_and(is_name);
        let name = self.text.get(node.name..node.at).unwrap_or_default();
        let known =
            if node.state == StartName { self.words.has_end(name) } else { self.words.has_element(name) };
        // A tag may end where its line or what it can hold ends.
        let after = rest.trim_start_matches([' ', '\t']);
        let may_end = after.is_empty() || after.starts_with(['<', '\n', '\r']);
        match node.state {
            Content => self.content(from, cost, byte, length),
            TagOpen | EndOpen => {
                let named = if node.state == TagOpen { StartName } else { EndName };
                if node.state == TagOpen && is(b'/') {
                    self.keep(from, cost, 1, EndOpen);
                }
                if name_start {
                    self.keep(from, cost, length, named);
                }
                if space || is(b'<') || (is(b'/') && node.state == EndOpen) {
                    self.put(from, cost + EDIT, 1, "", node.state);
                }
            }
            StartName => {
                if in_name {
                    self.keep(from, cost, length, StartName);
                }
                if space {
                    self.keep(from, cost, 1, Space);
                }
                if is(b'/') {
                    self.keep(from, cost, 1, Slash);
                }
                if is(b'>') {
                    self.keep(from, cost, 1, Content);
                }
                let unknown = if known { 0 } else { EDIT };
                if may_end || (known && in_name) {
                    self.put(from, cost + EDIT + unknown, 0, ">", Content);
                }
                if may_end {
                    self.put(from, cost + 2 * EDIT - 2 + unknown, 0, " />", Content);
                }
                if known && name_start {
                    self.put(from, cost + EDIT, 0, " ", Space);
                }
            }
            Space => {
                if space {
                    self.keep(from, cost, 1, Space);
                }
                if name_start {
                    self.keep(from, cost, length, AttributeName);
                }
                self.tag_end(from, cost, byte);
                if is(b'"') || is(b'\'') || is(b'=') {
                    self.put(from, cost + EDIT, 1, "", Space);
                }
                if is(b'<') || byte.is_none() {
                    self.put(from, cost + 2 * EDIT - 2, 0, "/>", Content);
                }
            }
            AttributeName | AfterAttributeName => {
                let unknown = if self.words.has_attribute(name.trim_end()) { 0 } else { 3 };
                if node.state == AttributeName && in_name {
                    self.keep(from, cost, length, AttributeName);
                }
                if space {
                    self.keep(from, cost, 1, AfterAttributeName);
                }
                if is(b'=') {
                    self.keep(from, cost + unknown, 1, AfterEquals);
                }
                if is(b'"') || is(b'\'') || byte.is_none() {
                    let opens = rest[1.min(rest.len())..].starts_with(char::is_alphanumeric);
                    self.put(
                        from,
                        cost + EDIT + if opens { unknown } else { 3 * unknown },
                        0,
                        "=",
                        AfterEquals,
                    );
                }
            }
            AfterEquals => self.after_equals(from, cost, char),
            Value(quote) => self.value(from, cost, quote, char),
            AfterValue => {
                if space {
                    self.keep(from, cost, 1, Space);
                }
                self.tag_end(from, cost, byte);
                if name_start {
                    self.put(from, cost + EDIT, 0, " ", Space);
                }
                if is(b'"') || is(b'\'') {
                    self.put(from, cost + EDIT, 1, "", AfterValue);
                }
                if may_end || in_name {
                    self.put(from, cost + EDIT, 0, ">", Content);
                }
                if may_end {
                    self.put(from, cost + 2 * EDIT - 2, 0, " />", Content);
                }
            }
            Slash => {
                if is(b'>') {
                    self.keep(from, cost, 1, Content);
                } else {
                    self.put(from, cost + EDIT, 0, ">", Content);
                }
                if space {
                    self.put(from, cost + EDIT, 1, "", Slash);
                }
            }
            EndName => {
                if in_name {
                    self.keep(from, cost, length, EndName);
                }
                if space {
                    self.keep(from, cost, 1, EndSpace);
                }
                if is(b'>') {
                    self.keep(from, cost, 1, Content);
                }
                if is(b'/') {
                    self.put(from, cost + EDIT, 1, "", EndName);
                }
                if known || may_end {
                    self.put(from, cost + EDIT + if known { 0 } else { 6 }, 0, ">", Content);
                }
            }
            EndSpace => {
                if space {
                    self.keep(from, cost, 1, EndSpace);
                }
                if is(b'>') {
                    self.keep(from, cost, 1, Content);
                }
                if is(b'/') {
                    self.put(from, cost + EDIT, 1, "", EndSpace);
                }
            }
        }
    }

    fn content(&mut self, from: usize, cost: u32, byte: Option<u8>, length: usize) {
        let at = self.nodes[from].at;
        let Some(byte) = byte else { return };
        if let Some((_, end)) = section(self.text, at).filter(|(_, end)| *end <= self.end) {
            self.keep(from, cost, end - at, Content);
            return;
        }
        if byte == b'<' {
            self.keep(from, cost, 1, TagOpen);
            // What begins as an element does stays one.
            let rest = &self.text[at + 1..self.end];
            let length = rest.bytes().take_while(|byte| is_name(*byte)).count();
            if length == 0 || !self.words.has_element(&rest[..length]) {
                self.put(from, cost + EDIT + 4, 1, "&lt;", Content);
            }
            return;
        }
        // Words may hold these, but seldom do.
        let odd = match byte {
            b'>' => ODD / 2,
            b'"' => ODD,
            _ => 0,
        };
        self.keep(from, cost + odd, length, Content);
        if byte == b'>' {
            self.put(from, cost + EDIT, 1, "", Content);
        }
        let before = self.text[..at].bytes().next_back();
        let starts = before.is_none_or(|before| is_space(before) || before == b'>' || byte == b'/');
        if starts && is_name_start(byte) {
            self.put(from, cost + EDIT, 0, "<", TagOpen);
        }
        if byte == b'/' && self.text[at + 1..].bytes().next().is_some_and(is_name_start) {
            self.put(from, cost + EDIT, 0, "<", TagOpen);
        }
    }

    /// `>`, `/` and a `/` that is none, after which a tag goes on.
    fn tag_end(&mut self, from: usize, cost: u32, byte: Option<u8>) {
        let node = self.nodes[from];
        match byte {
            Some(b'>') => {
                // `"b /">` reads the slash as part of the value.
                let odd = if node.quoted && self.text[..node.at].ends_with(['/', ' ']) { 6 } else { 0 };
                self.keep(from, cost + odd, 1, Content);
            }
            Some(b'/') => {
                // A tag that is unlike the others may be one that was mended wrongly.
                let crowded = node.state == AfterValue && node.quoted && self.words.spaced;
                self.keep(from, cost + if crowded { 6 } else { 0 }, 1, Slash);
                if !self.text[node.at..].starts_with("/>") {
                    self.put(from, cost + EDIT, 1, "", node.state);
                }
            }
            _ => {}
        }
    }

    fn after_equals(&mut self, from: usize, cost: u32, char: Option<char>) {
        match char {
            Some(quote @ ('"' | '\'')) => self.keep(from, cost, 1, Value(quote as u8)),
            Some(quote @ ('“' | '”' | '„' | '‟')) => {
                self.put(from, cost + EDIT / 2, quote.len_utf8(), "\"", Value(b'"'));
            }
            Some('=') => self.put(from, cost + EDIT, 1, "", AfterEquals),
            Some(char) if char.is_ascii_whitespace() => self.keep(from, cost, 1, AfterEquals),
            _ => {}
        }
        if char.is_none_or(|char| !matches!(char, '"' | '\'' | '=' | '“' | '”' | '„' | '‟')) {
            self.put(from, cost + EDIT, 0, "\"", Value(b'"'));
        }
    }

    fn value(&mut self, from: usize, cost: u32, quote: u8, char: Option<char>) {
        let node = self.nodes[from];
        let state = node.state;
        let before = &self.text[..node.at];
        let next = self.text[node.at..self.end].chars().nth(1);
        let ends =
            next.is_none_or(|next| next.is_ascii_whitespace() || matches!(next, '/' | '>' | '<' | '?'));
        // A quote after `name=` opens a value.
        let opens = before.ends_with('=') || before.trim_end().ends_with('=');
        let twin = quote == b'"' && (before.ends_with('"') || next == Some('"'));
        let escape = if opens || twin { EDIT + ODD } else { EDIT };
        match char {
            Some('"') if quote == b'"' => {
                if before.ends_with("=\"") && next.is_some_and(char::is_alphanumeric) {
                    self.put(from, cost + EDIT, 1, "", state);
                }
                self.keep(from, cost, 1, AfterValue);
                self.put(from, cost + escape, 1, "&quot;", state);
            }
            Some('\'') if quote == b'\'' => {
                self.keep(from, cost, 1, AfterValue);
                self.put(from, cost + escape, 1, "&apos;", state);
            }
            Some(other @ ('"' | '\'' | '“' | '”' | '‟')) => {
                self.keep(from, cost, other.len_utf8(), state);
                if ends {
                    let right = if quote == b'"' { "\"" } else { "'" };
                    self.put(from, cost + EDIT, other.len_utf8(), right, AfterValue);
                }
            }
            Some('<') => self.put(from, cost + EDIT, 1, "&lt;", state),
            Some(other) => {
                // The IDE writes line ends as references.
                let odd = match other {
                    '\n' | '\r' => ODD,
                    '=' if self.ends_in_attribute(node.at) => 3 * EDIT + 2,
                    _ => 0,
                };
                self.keep(from, cost + odd, other.len_utf8(), state);
            }
            None => {}
        }
        let may_end = |char: char| char.is_ascii_whitespace() || matches!(char, '/' | '>' | '<');
        if char.is_none_or(may_end) {
            // A quote of another kind, alone in the value, was meant to end it.
            let body = before.rsplit(['"', '“', '„']).next().unwrap_or_default();
            let other = body.chars().next_back().filter(|last| matches!(last, '\'' | '”' | '‟'));
            let odd = if quote == b'"' && other.is_some_and(|other| body.matches(other).count() == 1) {
                ODD
            } else {
                0
            };
            self.put(from, cost + EDIT + odd, 0, if quote == b'"' { "\"" } else { "'" }, AfterValue);
        }
    }

    /// Whether the name of an attribute and a blank before it end at `at`.
    fn ends_in_attribute(&self, at: usize) -> bool {
        let before = &self.text[..at];
        let length = before.bytes().rev().take_while(|byte| is_name(*byte)).count();
        let (before, name) = before.split_at(at - length);
        before.ends_with(' ') && self.words.has_attribute(name)
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
        let whole = super::lex::tag(text, before)
            .map(|tag| tag.end)
            .or_else(|| section(text, before).map(|(_, end)| end));
        if whole.is_none_or(|end| end > at) || at - before > MAX_LENGTH / 4 {
            break;
        }
        start = before;
    }
    if text[line..start].trim_end().bytes().next_back().is_none_or(|byte| byte != b'>') {
        start = line.max(start - (start - line).min(MAX_LENGTH / 4));
        start = text.ceil_char_boundary(start);
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
    let next = tags.into_iter().find(|next| super::lex::tag(text, *next).is_some());
    start..next.unwrap_or(end)
}
