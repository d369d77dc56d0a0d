//! What a scanned text holds: elements, comments and faults, each with its place.

use std::ops::Range;

/// Elements inside elements, at most.
pub const MAX_DEPTH: usize = 512;

/// An attribute of a start tag.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: Range<usize>,
    /// What stands between its quotes.
    pub value: Range<usize>,
}

/// An element with its place.
#[derive(Clone, Debug)]
pub struct Element {
    /// Its name.
    pub name: Range<usize>,
    /// Its attributes, in the order of the text.
    pub attributes: Vec<Attribute>,
    /// First byte of its start tag.
    pub start: usize,
    /// After its start tag.
    pub open_end: usize,
    /// First byte of its end tag; `None` for `<name />`.
    pub close: Option<usize>,
    /// After its last byte.
    pub end: usize,
    /// The element after this one and all that is in it.
    pub next: usize,
}

/// What is wrong somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A tag that does not end.
    UnclosedTag,
    /// An attribute with no name, no value or no quotes.
    BadAttribute,
    /// An end tag whose element is not open.
    UnexpectedClose,
    /// An element with no end tag; the place is its start tag.
    Unclosed,
    /// A comment, CDATA section or processing instruction that does not end.
    UnclosedSection,
    /// A document type, which IDEs ignore and which we do not read.
    DocumentType,
    /// Text or a second element outside the root element.
    TextOutside,
    /// More than [`MAX_DEPTH`] elements inside each other.
    TooDeep,
    /// More than 16 MiB, of which nothing is read.
    TooLarge,
}

impl FaultKind {
    /// The fault in words, as the end of a sentence that starts with the place.
    pub fn message(self) -> &'static str {
        match self {
            Self::UnclosedTag => "the tag is not closed",
            Self::BadAttribute => "an attribute must be written as name=\"value\"",
            Self::UnexpectedClose => "this end tag closes nothing",
            Self::Unclosed => "the element opened here is never closed",
            Self::UnclosedSection => "the section opened here is never closed",
            Self::DocumentType => "a document type is not read",
            Self::TextOutside => "there is text outside the root element",
            Self::TooDeep => "too many elements inside each other",
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
    /// All elements, each before what is in it. The first is the root.
    pub elements: Vec<Element>,
    /// The comments.
    pub comments: Vec<Range<usize>>,
    /// Everything else that is no element: text that is not blank, CDATA sections, processing
    /// instructions, and the comments too; in the order of the text.
    pub pieces: Vec<Range<usize>>,
    /// What is wrong, in order of discovery.
    pub faults: Vec<Fault>,
}

impl Tree {
    /// The root element, if there is one.
    pub fn root(&self) -> Option<usize> {
        (!self.elements.is_empty()).then_some(0)
    }

    /// The elements directly in `parent`, in the order of the text.
    pub fn children(&self, parent: usize) -> impl DoubleEndedIterator<Item = usize> + use<> {
        let end = self.elements[parent].next;
        let mut children = Vec::new();
        let mut at = parent + 1;
        while at < end {
            children.push(at);
            at = self.elements[at].next;
        }
        children.into_iter()
    }

    /// Whether an element has this tag.
    pub fn is(&self, text: &str, element: usize, tag: &str) -> bool {
        &text[self.elements[element].name.clone()] == tag
    }

    /// What stands between the quotes of an element's attribute.
    pub fn attribute(&self, text: &str, element: usize, name: &str) -> Option<Range<usize>> {
        let attributes = &self.elements[element].attributes;
        attributes.iter().find(|one| &text[one.name.clone()] == name).map(|one| one.value.clone())
    }

    /// The last piece that is no element within a range.
    pub fn last_piece(&self, within: &Range<usize>) -> Option<Range<usize>> {
        let after = self.pieces.partition_point(|piece| piece.end <= within.end);
        let last = self.pieces.get(after.checked_sub(1)?)?;
        (last.start >= within.start).then(|| last.clone())
    }
}
