//! An error-tolerant scanner for the XML that `JetBrains` IDEs write: every element with the
//! places of its tags and attributes, every comment, and every fault. It reads any text to its
//! end, in one pass.

use std::ops::Range;

use super::super::text::{BOM, MAX_BYTES};
use super::tree::{Attribute, Element, Fault, FaultKind, MAX_DEPTH, Tree};

/// The number of faults that are noted.
const MAX_FAULTS: usize = 1000;

/// Reads `text` to its end.
pub fn scan(text: &str) -> Tree {
    let mut tree = Tree::default();
    if text.len() > MAX_BYTES {
        tree.faults.push(Fault { kind: FaultKind::TooLarge, at: 0 });
        return tree;
    }
    let at = if text.starts_with(BOM) { BOM.len() } else { 0 };
    let mut scanner = Scanner { text, at, tree, open: Vec::new() };
    scanner.run();
    scanner.tree
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    tree: Tree,
    open: Vec<usize>,
}

/// The sections that hold no elements, with how they start and end.
const SECTIONS: [[&str; 2]; 3] = [["<!--", "-->"], ["<![CDATA[", "]]>"], ["<?", "?>"]];

impl Scanner<'_> {
    fn run(&mut self) {
        while self.at < self.text.len() {
            let rest = &self.text[self.at..];
            match rest.as_bytes() {
                [b'<', b'/', ..] => self.end_tag(),
                [b'<', b'!' | b'?', ..] => self.section(),
                [b'<', ..] => self.start_tag(),
                _ => self.words(),
            }
        }
        while let Some(element) = self.open.pop() {
            self.fault(FaultKind::Unclosed, self.tree.elements[element].start);
            self.finish(element, None, self.text.len());
        }
    }

    fn fault(&mut self, kind: FaultKind, at: usize) {
        if self.tree.faults.len() < MAX_FAULTS {
            self.tree.faults.push(Fault { kind, at });
        }
    }

    fn finish(&mut self, element: usize, close: Option<usize>, end: usize) {
        let next = self.tree.elements.len();
        let element = &mut self.tree.elements[element];
        (element.close, element.end, element.next) = (close, end, next);
    }

    fn words(&mut self) {
        let rest = &self.text[self.at..];
        let length = find(rest, b'<').unwrap_or(rest.len());
        // Mostly the white space between two tags.
        if !rest.as_bytes()[..length].iter().all(u8::is_ascii_whitespace) {
            let words = &rest[..length];
            let lead = words.len() - words.trim_start().len();
            let trimmed = words.trim();
            if !trimmed.is_empty() {
                let start = self.at + lead;
                self.tree.pieces.push(start..start + trimmed.len());
                if self.open.is_empty() {
                    self.fault(FaultKind::TextOutside, start);
                }
            }
        }
        self.at += length;
    }

    fn section(&mut self) {
        let (start, rest) = (self.at, &self.text[self.at..]);
        let Some([open, close]) = SECTIONS.iter().find(|[open, _]| rest.starts_with(open)) else {
            self.fault(FaultKind::DocumentType, start);
            self.at += find(rest, b'>').map_or(rest.len(), |end| end + 1);
            return;
        };
        let end = end_of(&rest[open.len()..], close).map(|end| open.len() + end);
        if end.is_none() {
            self.fault(FaultKind::UnclosedSection, start);
        }
        self.at += end.unwrap_or(rest.len());
        if *open == "<!--" {
            self.tree.comments.push(start..self.at);
        }
        self.tree.pieces.push(start..self.at);
    }

    fn end_tag(&mut self) {
        let (start, rest) = (self.at, &self.text[self.at..]);
        let length = find(rest, b'>').map_or(rest.len(), |end| end + 1);
        let name = rest[2..length].trim_end_matches('>').trim_end();
        let opened =
            self.open.iter().rposition(|open| &self.text[self.tree.elements[*open].name.clone()] == name);
        self.at += length;
        if !rest[..length].ends_with('>') {
            self.fault(FaultKind::UnclosedTag, start);
        }
        let Some(opened) = opened else {
            self.fault(FaultKind::UnexpectedClose, start);
            return;
        };
        while self.open.len() > opened + 1 {
            if let Some(element) = self.open.pop() {
                self.fault(FaultKind::Unclosed, self.tree.elements[element].start);
                self.finish(element, None, start);
            }
        }
        if let Some(element) = self.open.pop() {
            self.finish(element, Some(start), self.at);
        }
    }

    fn start_tag(&mut self) {
        let start = self.at;
        if self.open.is_empty() && !self.tree.elements.is_empty() {
            self.fault(FaultKind::TextOutside, start);
        }
        self.at += 1;
        let name = self.name();
        let mut attributes = Vec::new();
        let closed = loop {
            self.spaces();
            match self.text.as_bytes()[self.at..] {
                [b'/', b'>', ..] => {
                    self.at += 2;
                    break true;
                }
                [b'>', ..] => {
                    self.at += 1;
                    break false;
                }
                [] | [b'<', ..] => {
                    self.fault(FaultKind::UnclosedTag, start);
                    break false;
                }
                _ => attributes.extend(self.attribute()),
            }
        };
        if name.is_empty() {
            self.fault(FaultKind::UnclosedTag, start);
        }
        let element = self.tree.elements.len();
        let (open_end, end) = (self.at, self.at);
        let next = element + 1;
        self.tree.elements.push(Element { name, attributes, start, open_end, close: None, end, next });
        if closed {
            return;
        }
        self.open.push(element);
        if self.open.len() > MAX_DEPTH {
            self.fault(FaultKind::TooDeep, start);
            self.at = self.text.len();
        }
    }

    fn attribute(&mut self) -> Option<Attribute> {
        let start = self.at;
        let name = self.name();
        self.spaces();
        let equals = self.text[self.at..].starts_with('=');
        self.at += usize::from(equals);
        self.spaces();
        let quote = self.text.as_bytes().get(self.at).filter(|byte| matches!(byte, b'"' | b'\''));
        let length = quote.and_then(|quote| find(&self.text[self.at + 1..], *quote));
        let (false, true, Some(length)) = (name.is_empty(), equals, length) else {
            self.fault(FaultKind::BadAttribute, start);
            if self.at == start {
                self.at += self.text[self.at..].chars().next().map_or(1, char::len_utf8);
            }
            return None;
        };
        let value = self.at + 1..self.at + 1 + length;
        self.at = value.end + 1;
        Some(Attribute { name, value })
    }

    fn name(&mut self) -> Range<usize> {
        let start = self.at;
        let ends = |byte: &u8| {
            byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'<' | b'=' | b'"' | b'\'')
        };
        self.skip(|byte| !ends(byte));
        start..self.at
    }

    fn spaces(&mut self) {
        self.skip(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    }

    fn skip(&mut self, goes_on: impl Fn(&u8) -> bool) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().position(|byte| !goes_on(byte)).unwrap_or(rest.len());
    }
}

/// The place of an ASCII character.
fn find(text: &str, byte: u8) -> Option<usize> {
    memchr::memchr(byte, text.as_bytes())
}

/// The place after `close`, which ends with a `>`.
fn end_of(text: &str, close: &str) -> Option<usize> {
    let ends = memchr::memchr_iter(b'>', text.as_bytes()).map(|at| at + 1);
    ends.into_iter().find(|end| text[..*end].ends_with(close))
}
