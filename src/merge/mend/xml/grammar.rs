//! The grammar of tags, with what may be put in, taken out or escaped at each place, and its cost.

use super::super::draft::EDIT;
use super::lex::{is_name, is_name_start, is_space, section};
use super::line::State::{
    self, AfterAttributeName, AfterEquals, AfterValue, AttributeName, Content, EndName, EndOpen, EndSpace,
    Slash, Space, StartName, TagOpen, Value,
};
use super::line::Walk;

/// What something unlikely costs.
const ODD: u32 = 8;
/// A whole end of a tag that is put in, rather than two of its characters.
const TAG_END: u32 = 2 * EDIT - 2;

/// What is at a place.
struct Here<'t> {
    state: State,
    rest: &'t str,
    byte: Option<u8>,
    length: usize,
    space: bool,
    name_start: bool,
    in_name: bool,
    /// The name that ends here.
    name: &'t str,
    /// Whether an element of this name is elsewhere too.
    known: bool,
    /// A tag may end where its line or what it can hold ends.
    may_end: bool,
}

impl Here<'_> {
    fn is(&self, wanted: u8) -> bool {
        self.byte == Some(wanted)
    }
}

impl Walk<'_> {
    /// Takes each step that is possible from a node.
    pub(super) fn step(&mut self, from: usize, cost: u32) {
        let node = self.nodes[from];
        let text = self.text;
        let rest = &text[node.at..self.end];
        let char = rest.chars().next();
        let byte = rest.bytes().next();
        let name = text.get(node.name..node.at).unwrap_or_default();
        let after = rest.trim_start_matches([' ', '\t']);
        let here = Here {
            state: node.state,
            rest,
            byte,
            length: char.map_or(0, char::len_utf8),
            space: byte.is_some_and(is_space),
            name_start: byte.is_some_and(is_name_start),
            in_name: byte.is_some_and(is_name),
            name,
            known: if node.state == StartName {
                self.words.has_end(name)
            } else {
                self.words.has_element(name)
            },
            may_end: after.is_empty() || after.starts_with(['<', '\n', '\r']),
        };
        match node.state {
            Content => self.content(from, cost, byte, here.length),
            TagOpen | EndOpen => self.tag_start(from, cost, &here),
            StartName => self.start_name(from, cost, &here),
            Space | AfterValue | Slash => self.in_tag(from, cost, &here),
            AttributeName | AfterAttributeName => self.attribute_name(from, cost, &here),
            AfterEquals => self.after_equals(from, cost, char),
            Value(quote) => self.value(from, cost, quote, char),
            EndName | EndSpace => self.end_name(from, cost, &here),
        }
    }

    fn tag_start(&mut self, from: usize, cost: u32, here: &Here<'_>) {
        let named = if here.state == TagOpen { StartName } else { EndName };
        if here.state == TagOpen && here.is(b'/') {
            self.keep(from, cost, 1, EndOpen);
        }
        if here.name_start {
            self.keep(from, cost, here.length, named);
        }
        if here.space || here.is(b'<') || (here.is(b'/') && here.state == EndOpen) {
            self.put(from, cost + EDIT, 1, "", here.state);
        }
    }

    fn start_name(&mut self, from: usize, cost: u32, here: &Here<'_>) {
        if here.in_name {
            self.keep(from, cost, here.length, StartName);
        }
        if here.space {
            self.keep(from, cost, 1, Space);
        }
        if here.is(b'/') {
            self.keep(from, cost, 1, Slash);
        }
        if here.is(b'>') {
            self.keep(from, cost, 1, Content);
        }
        let unknown = if here.known { 0 } else { EDIT };
        if here.may_end || (here.known && here.in_name) {
            self.put(from, cost + EDIT + unknown, 0, ">", Content);
        }
        if here.may_end {
            self.put(from, cost + TAG_END + unknown, 0, " />", Content);
        }
        if here.known && here.name_start {
            self.put(from, cost + EDIT, 0, " ", Space);
        }
    }

    fn in_tag(&mut self, from: usize, cost: u32, here: &Here<'_>) {
        match here.state {
            Space => {
                if here.space {
                    self.keep(from, cost, 1, Space);
                }
                if here.name_start {
                    self.keep(from, cost, here.length, AttributeName);
                }
                self.tag_end(from, cost, here.byte);
                if here.is(b'"') || here.is(b'\'') || here.is(b'=') {
                    self.put(from, cost + EDIT, 1, "", Space);
                }
                if here.is(b'<') || here.byte.is_none() {
                    self.put(from, cost + TAG_END, 0, "/>", Content);
                }
            }
            AfterValue => {
                if here.space {
                    self.keep(from, cost, 1, Space);
                }
                self.tag_end(from, cost, here.byte);
                if here.name_start {
                    self.put(from, cost + EDIT, 0, " ", Space);
                }
                if here.is(b'"') || here.is(b'\'') {
                    self.put(from, cost + EDIT, 1, "", AfterValue);
                }
                if here.may_end || here.in_name {
                    self.put(from, cost + EDIT, 0, ">", Content);
                }
                if here.may_end {
                    self.put(from, cost + TAG_END, 0, " />", Content);
                }
            }
            _ => {
                if here.is(b'>') {
                    self.keep(from, cost, 1, Content);
                } else {
                    self.put(from, cost + EDIT, 0, ">", Content);
                }
                if here.space {
                    self.put(from, cost + EDIT, 1, "", Slash);
                }
            }
        }
    }

    fn attribute_name(&mut self, from: usize, cost: u32, here: &Here<'_>) {
        let unknown = if self.words.has_attribute(here.name.trim_end()) { 0 } else { 3 };
        if here.state == AttributeName && here.in_name {
            self.keep(from, cost, here.length, AttributeName);
        }
        if here.space {
            self.keep(from, cost, 1, AfterAttributeName);
        }
        if here.is(b'=') {
            self.keep(from, cost + unknown, 1, AfterEquals);
        }
        if here.is(b'"') || here.is(b'\'') || here.byte.is_none() {
            let opens = here.rest[1.min(here.rest.len())..].starts_with(char::is_alphanumeric);
            self.put(from, cost + EDIT + if opens { unknown } else { 3 * unknown }, 0, "=", AfterEquals);
        }
    }

    fn end_name(&mut self, from: usize, cost: u32, here: &Here<'_>) {
        if here.state == EndName && here.in_name {
            self.keep(from, cost, here.length, EndName);
        }
        if here.space {
            self.keep(from, cost, 1, EndSpace);
        }
        if here.is(b'>') {
            self.keep(from, cost, 1, Content);
        }
        if here.is(b'/') {
            self.put(from, cost + EDIT, 1, "", here.state);
        }
        if here.state == EndName && (here.known || here.may_end) {
            self.put(from, cost + EDIT + if here.known { 0 } else { ODD }, 0, ">", Content);
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
                self.keep(from, cost + if crowded { EDIT } else { 0 }, 1, Slash);
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
}
