//! What a scanned text holds: nodes, comments and faults, each with its place.

use std::ops::Range;

/// Containers inside containers, at most. `jsonc-parser` has a limit of the same order.
pub const MAX_DEPTH: usize = 512;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `{...}`. Its children are a [`Kind::Key`] and a value in turn.
    Object,
    /// `[...]`. Its children are values.
    Array,
    /// The name of a property, quotes included.
    Key,
    /// A string, quotes included.
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// `null`.
    Null,
    /// Something that is no value, or nothing where a value is missing. There is a fault for it.
    Bad,
}

/// One value or key with its place.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    // Offsets of 32 bits: a text is at most 16 MiB, and a node takes half the memory.
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) next: u32,
}

impl Node {
    /// First byte.
    pub fn start(&self) -> usize {
        self.start as usize
    }

    /// After the last byte.
    pub fn end(&self) -> usize {
        self.end as usize
    }

    /// The node after this one and all that is in it.
    pub fn next(&self) -> usize {
        self.next as usize
    }
}

/// What is wrong somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Two items with no comma between them.
    MissingComma,
    /// A comma with nothing before it.
    ExtraComma,
    /// A key without a colon.
    MissingColon,
    /// A key without a value.
    MissingValue,
    /// A value where a key must be.
    MissingKey,
    /// A key that is not a string in double quotes.
    BareKey,
    /// A string that does not end on its line.
    UnclosedString,
    /// A control character in a string.
    ControlCharacter,
    /// A backslash with something after it that is no escape.
    BadEscape,
    /// A number that JSON does not know.
    BadNumber,
    /// A word that is not `true`, `false` or `null`.
    UnknownWord,
    /// A character that has no meaning here.
    UnexpectedCharacter,
    /// A bracket that closes nothing.
    UnexpectedClose,
    /// A container with no closing bracket; the place is its opening one.
    Unclosed,
    /// A block comment that does not end.
    UnclosedComment,
    /// Something after the end of the root value.
    TextAfterEnd,
    /// More than [`MAX_DEPTH`] containers inside each other.
    TooDeep,
    /// More than 16 MiB, of which nothing is read.
    TooLarge,
}

impl FaultKind {
    /// The fault in words, as the end of a sentence that starts with the place.
    pub fn message(self) -> &'static str {
        match self {
            Self::MissingComma => "a comma is missing",
            Self::ExtraComma => "a comma too many",
            Self::MissingColon => "a colon is missing after the key",
            Self::MissingValue => "a value is missing",
            Self::MissingKey => "a key is missing before the value",
            Self::BareKey => "a key must be a string in double quotes",
            Self::UnclosedString => "the string is not closed on its line",
            Self::ControlCharacter => "a control character stands in a string without an escape",
            Self::BadEscape => "the backslash starts no known escape",
            Self::BadNumber => "this is not a number that JSON knows",
            Self::UnknownWord => "this word is no value; strings need double quotes",
            Self::UnexpectedCharacter => "this character has no meaning here",
            Self::UnexpectedClose => "this bracket closes nothing",
            Self::Unclosed => "the bracket opened here is never closed",
            Self::UnclosedComment => "the comment opened here is never closed",
            Self::TextAfterEnd => "there is text after the end of the value",
            Self::TooDeep => "too many brackets inside each other",
            Self::TooLarge => "more than 16 MiB are not read",
        }
    }
}

/// One fault with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// The byte where it shows.
    pub at: usize,
}

/// What a text holds.
#[derive(Debug, Default)]
pub struct Tree {
    /// All nodes, each container before what is in it. The first is the root value.
    pub nodes: Vec<Node>,
    /// The comments, without the line end of a line comment.
    pub comments: Vec<Range<usize>>,
    /// What is wrong, in order of discovery; empty for a text that VS Code reads as it stands.
    pub faults: Vec<Fault>,
    /// Where `\uD800`-like escapes without their other half stand. VS Code accepts them.
    pub lone_surrogates: Vec<usize>,
}

impl Tree {
    /// The root value, if the text has one.
    pub fn root(&self) -> Option<usize> {
        (!self.nodes.is_empty()).then_some(0)
    }

    /// The byte range of a node.
    pub fn range(&self, node: usize) -> Range<usize> {
        self.nodes[node].start()..self.nodes[node].end()
    }

    /// The properties of an object as (key, value), in the order of the text.
    pub fn properties(&self, object: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let end = self.nodes[object].next();
        let mut at = object + 1;
        std::iter::from_fn(move || {
            (at + 1 < end).then(|| {
                let key = at;
                at = self.nodes[key + 1].next();
                (key, key + 1)
            })
        })
    }

    /// The elements of an array, in the order of the text.
    pub fn elements(&self, array: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.nodes[array].next();
        let mut at = array + 1;
        std::iter::from_fn(move || {
            (at < end).then(|| {
                let element = at;
                at = self.nodes[element].next();
                element
            })
        })
    }
}
