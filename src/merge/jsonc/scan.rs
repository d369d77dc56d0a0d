//! An error-tolerant scanner for JSON with comments: every value with its byte range, every
//! comment, and every fault with its place. It reads any text to its end, in one pass.

use std::ops::Range;

use super::super::text::{BOM, MAX_BYTES};
use super::tree::{Fault, FaultKind, Kind, MAX_DEPTH, Node, Tree};

/// The number of faults that are noted; a text with more is not repaired one by one.
const MAX_FAULTS: usize = 1000;

/// Reads `text` to its end.
pub fn scan(text: &str) -> Tree {
    let mut tree = Tree::default();
    if text.len() > MAX_BYTES {
        tree.faults.push(Fault { kind: FaultKind::TooLarge, at: 0 });
        return tree;
    }
    // Settings have about one node in 16 bytes; growing step by step would copy them all.
    tree.nodes.reserve(text.len() / 16);
    let start = if text.starts_with(BOM) { BOM.len() } else { 0 };
    read(text, start, vec![Frame::root()], true, &mut tree);
    tree
}

/// Reads `text` from `start` as what follows on a text that has left `open`. Only where it `ends`
/// does an open container miss its bracket.
pub(in super::super) fn read(text: &str, start: usize, open: Vec<Frame>, ends: bool, sink: &mut impl Sink) {
    let mut scanner = Scanner { text, bytes: text.as_bytes(), at: start, value_end: start, sink, open };
    scanner.run(ends);
}

/// What is told of all that the scanner reads, in the order of the text.
pub(in super::super) trait Sink {
    /// Whether nothing more needs to be read.
    fn is_done(&self) -> bool {
        false
    }

    /// A token starts, in the innermost of `open`.
    fn token(&mut self, _at: usize, _open: &[Frame]) {}

    /// The token ends that was started last.
    fn token_end(&mut self, _at: usize) {}

    /// A node; gives what [`closed`](Self::closed) shall name it by.
    fn node(&mut self, _kind: Kind, _start: usize, _end: usize) -> usize {
        0
    }

    /// A container has ended.
    fn closed(&mut self, _node: usize, _end: usize) {}

    /// A comment.
    fn comment(&mut self, range: Range<usize>);

    /// A fault.
    fn fault(&mut self, fault: Fault);

    /// Half a surrogate pair.
    fn lone_surrogate(&mut self, _at: usize) {}
}

impl Sink for Tree {
    fn node(&mut self, kind: Kind, start: usize, end: usize) -> usize {
        let node = self.nodes.len();
        self.nodes.push(Node { kind, start: offset(start), end: offset(end), next: offset(node + 1) });
        node
    }

    fn closed(&mut self, node: usize, end: usize) {
        let next = self.nodes.len();
        self.nodes[node].end = offset(end);
        self.nodes[node].next = offset(next);
    }

    fn comment(&mut self, range: Range<usize>) {
        self.comments.push(range);
    }

    fn fault(&mut self, fault: Fault) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(fault);
        }
    }

    fn lone_surrogate(&mut self, at: usize) {
        self.lone_surrogates.push(at);
    }
}

/// An offset as nodes keep it; no text that is scanned is larger.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// What may come next in an open container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Expect {
    /// A key or a value, or the end.
    Item,
    /// The colon after a key.
    Colon,
    /// The value after a colon, or the root value.
    Value,
    /// A comma or the end.
    Comma,
}

/// A container that is open, or the place of the root value.
#[derive(Clone, Copy)]
pub(in super::super) struct Frame {
    node: usize,
    at: usize,
    pub(in super::super) object: bool,
    pub(in super::super) expect: Expect,
}

impl Frame {
    pub(in super::super) fn root() -> Self {
        Self { node: usize::MAX, at: 0, object: false, expect: Expect::Value }
    }

    /// A container that a text before has left open.
    pub(in super::super) fn left_open(object: bool) -> Self {
        Self { node: 0, at: 0, object, expect: Expect::Comma }
    }
}

struct Scanner<'t, 's, S> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// Where the last value ended, which is where a missing comma belongs.
    value_end: usize,
    sink: &'s mut S,
    open: Vec<Frame>,
}

impl<S: Sink> Scanner<'_, '_, S> {
    fn run(&mut self, ends: bool) {
        loop {
            self.trivia();
            let Some(&byte) = self.bytes.get(self.at) else { break };
            self.sink.token(self.at, &self.open);
            match byte {
                b'{' | b'[' => self.open(byte == b'{'),
                b'}' | b']' => self.close(byte == b'}'),
                b',' => self.comma(),
                b':' => self.colon(),
                b'"' => self.string(),
                b'-' | b'0'..=b'9' => self.number(),
                _ => self.word(),
            }
            self.sink.token_end(self.at);
            if self.sink.is_done() {
                return;
            }
        }
        while ends && self.open.len() > 1 {
            self.unclosed();
        }
    }

    fn fault(&mut self, kind: FaultKind, at: usize) {
        self.sink.fault(Fault { kind, at });
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) -> usize {
        self.sink.node(kind, start, end)
    }

    fn top(&mut self) -> (bool, bool, Expect) {
        self.open.last().map_or((true, false, Expect::Value), |frame| {
            (frame.node == usize::MAX, frame.object, frame.expect)
        })
    }

    fn expect(&mut self, expect: Expect) {
        if let Some(frame) = self.open.last_mut() {
            frame.expect = expect;
        }
    }

    fn trivia(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => self.at += 1,
                b'/' if self.comment() => {}
                0x80.. => match self.text[self.at..].chars().next() {
                    Some(char) if is_space(char) => self.at += char.len_utf8(),
                    _ => return,
                },
                _ => return,
            }
        }
    }

    fn comment(&mut self) -> bool {
        let start = self.at;
        let rest = &self.bytes[start..];
        let length = match rest.get(1) {
            Some(b'/') => rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len()),
            Some(b'*') => {
                let end = self.text[start + 2..].find("*/");
                if end.is_none() {
                    self.fault(FaultKind::UnclosedComment, start);
                }
                end.map_or(rest.len(), |end| end + 4)
            }
            _ => return false,
        };
        self.at += length;
        self.sink.comment(start..self.at);
        true
    }

    /// A value is about to start: notes what is missing before it.
    fn before_value(&mut self) {
        let at = self.at;
        match self.top() {
            (true, _, Expect::Comma) => self.fault(FaultKind::TextAfterEnd, at),
            (_, false, Expect::Comma) => self.fault(FaultKind::MissingComma, self.value_end),
            (_, true, Expect::Colon) => self.fault(FaultKind::MissingColon, at),
            (_, true, expect @ (Expect::Item | Expect::Comma)) => {
                if expect == Expect::Comma {
                    self.fault(FaultKind::MissingComma, self.value_end);
                }
                self.fault(FaultKind::MissingKey, at);
                self.push(Kind::Key, at, at);
            }
            _ => {}
        }
    }

    fn scalar(&mut self, kind: Kind, end: usize) {
        self.before_value();
        self.push(kind, self.at, end);
        self.at = end;
        self.value_end = end;
        self.expect(Expect::Comma);
    }

    fn open(&mut self, object: bool) {
        self.before_value();
        if self.open.len() == MAX_DEPTH + 1 {
            self.fault(FaultKind::TooDeep, self.at);
            self.at = self.bytes.len();
            return;
        }
        self.expect(Expect::Comma);
        let node = self.push(if object { Kind::Object } else { Kind::Array }, self.at, self.at);
        self.at += 1;
        self.open.push(Frame { node, at: self.at - 1, object, expect: Expect::Item });
    }

    fn missing_value(&mut self) {
        if let (_, true, Expect::Colon | Expect::Value) = self.top() {
            self.fault(FaultKind::MissingValue, self.at);
            self.push(Kind::Bad, self.at, self.at);
            self.expect(Expect::Comma);
        }
    }

    fn pop(&mut self, end: usize) {
        self.missing_value();
        if let Some(frame) = self.open.pop() {
            self.value_end = end;
            self.sink.closed(frame.node, end);
        }
    }

    fn unclosed(&mut self) {
        if let Some(frame) = self.open.last() {
            self.fault(FaultKind::Unclosed, frame.at);
            self.pop(self.at);
        }
    }

    fn close(&mut self, object: bool) {
        let opened = self.open.iter().rposition(|frame| frame.node != usize::MAX && frame.object == object);
        let Some(opened) = opened else {
            self.fault(FaultKind::UnexpectedClose, self.at);
            self.at += 1;
            return;
        };
        while self.open.len() > opened + 1 {
            self.unclosed();
        }
        self.pop(self.at + 1);
        self.at += 1;
    }

    fn comma(&mut self) {
        self.missing_value();
        match self.top() {
            (false, _, Expect::Comma) => self.expect(Expect::Item),
            (true, _, _) => self.fault(FaultKind::UnexpectedCharacter, self.at),
            _ => self.fault(FaultKind::ExtraComma, self.at),
        }
        self.at += 1;
    }

    fn colon(&mut self) {
        match self.top() {
            (_, true, Expect::Colon) => self.expect(Expect::Value),
            _ => self.fault(FaultKind::UnexpectedCharacter, self.at),
        }
        self.at += 1;
    }

    /// A string or a word where a key may stand becomes one.
    fn key(&mut self, end: usize) {
        if let (_, true, Expect::Comma) = self.top() {
            self.fault(FaultKind::MissingComma, self.value_end);
        }
        self.push(Kind::Key, self.at, end);
        self.at = end;
        self.expect(Expect::Colon);
    }

    fn wants_key(&mut self) -> bool {
        matches!(self.top(), (_, true, Expect::Item | Expect::Comma))
    }

    fn string(&mut self) {
        let end = self.string_end();
        if self.wants_key() { self.key(end) } else { self.scalar(Kind::String, end) }
    }

    fn string_end(&mut self) -> usize {
        let mut at = self.at + 1;
        loop {
            match self.bytes.get(at) {
                Some(b'"') => return at + 1,
                Some(b'\\') => at = self.escape(at),
                None | Some(b'\n' | b'\r') => {
                    self.fault(FaultKind::UnclosedString, self.at);
                    return at;
                }
                Some(0..0x20) => {
                    self.fault(FaultKind::ControlCharacter, at);
                    at += 1;
                }
                Some(_) => at += 1,
            }
        }
    }

    /// Checks the escape at `at`; gives the place after it.
    fn escape(&mut self, at: usize) -> usize {
        match self.bytes.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => at + 2,
            Some(b'u') => match (hex(self.bytes, at), hex(self.bytes, at + 6)) {
                (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => at + 12,
                (Some(0xd800..0xe000), _) => {
                    self.sink.lone_surrogate(at);
                    at + 6
                }
                (Some(_), _) => at + 6,
                (None, _) => {
                    self.fault(FaultKind::BadEscape, at);
                    at + 2
                }
            },
            _ => {
                self.fault(FaultKind::BadEscape, at);
                at + 1
            }
        }
    }

    fn number(&mut self) {
        let start = self.at;
        let end = self.word_end();
        let good = is_number(&self.bytes[start..end]);
        if !good {
            self.fault(FaultKind::BadNumber, start);
        }
        self.scalar(if good { Kind::Number } else { Kind::Bad }, end);
    }

    fn word(&mut self) {
        let end = self.word_end();
        if end == self.at {
            self.fault(FaultKind::UnexpectedCharacter, self.at);
            self.at += self.text[self.at..].chars().next().map_or(1, char::len_utf8);
            return;
        }
        if self.wants_key() {
            self.fault(FaultKind::BareKey, self.at);
            return self.key(end);
        }
        let kind = match &self.text[self.at..end] {
            "true" | "false" => Kind::Bool,
            "null" => Kind::Null,
            _ => {
                self.fault(FaultKind::UnknownWord, self.at);
                Kind::Bad
            }
        };
        self.scalar(kind, end);
    }

    /// Where the run of letters, digits and what may stand in a number ends.
    fn word_end(&self) -> usize {
        let rest = &self.text[self.at..];
        let inside = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$' | '.' | '+' | '-');
        self.at + rest.find(|char| !inside(char)).unwrap_or(rest.len())
    }
}

/// The four hexadecimal digits of a `\u` escape at `at`.
pub(super) fn hex(bytes: &[u8], at: usize) -> Option<u32> {
    let escape = bytes.get(at..at + 6)?;
    let [b'\\', b'u', digits @ ..] = escape else { return None };
    digits.iter().try_fold(0, |value, digit| Some(value * 16 + char::from(*digit).to_digit(16)?))
}

/// What VS Code takes for white space beyond ASCII, as far as `jsonc-parser` does too.
fn is_space(char: char) -> bool {
    matches!(
        char,
        '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// The grammar of RFC 8259, section 6.
fn is_number(word: &[u8]) -> bool {
    let digits = |from: &mut usize| {
        let count = word[*from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        *from += count;
        count
    };
    let mut at = usize::from(word.first() == Some(&b'-'));
    let zero = word.get(at) == Some(&b'0');
    match digits(&mut at) {
        0 => return false,
        1 => {}
        _ if zero => return false,
        _ => {}
    }
    if word.get(at) == Some(&b'.') {
        at += 1;
        if digits(&mut at) == 0 {
            return false;
        }
    }
    if matches!(word.get(at), Some(b'e' | b'E')) {
        at += 1;
        at += usize::from(matches!(word.get(at), Some(b'+' | b'-')));
        if digits(&mut at) == 0 {
            return false;
        }
    }
    at == word.len()
}
