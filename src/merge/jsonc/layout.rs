//! How a file is laid out, so that what is written into it looks like the rest of it.

use serde_json::Value;

use super::super::Step;
use super::super::text::{eol_at, indent, is_blank, line_indent, line_start, skip_blanks, unit};
use super::{Item, Jsonc, Kind};

/// VS Code's own indentation where a file has none to follow.
const DEFAULT_UNIT: &str = "    ";

/// Something to be written that is not there yet.
pub(super) struct Fresh {
    pub(super) step: Step,
    pub(super) body: Body,
}

/// What a fresh key or element holds.
pub(super) enum Body {
    /// Bytes as they are.
    Raw(String),
    /// A value.
    Value(Value),
    /// An object made for what is in it.
    Object(Vec<Fresh>),
    /// An array made for what is in it.
    Array(Vec<Fresh>),
}

/// The layout of one place.
#[derive(Clone, Copy)]
pub(super) struct Style<'s> {
    pub(super) eol: &'s str,
    pub(super) unit: &'s str,
    /// What stands between a key and its value.
    pub(super) colon: &'s str,
    /// Whether everything stays on one line.
    pub(super) inline: bool,
}

impl Style<'_> {
    /// One fresh item, as it stands on a line that is indented by `indent`.
    pub(super) fn item(&self, fresh: &Fresh, indent: &str) -> String {
        let body = self.body(&fresh.body, indent);
        match &fresh.step {
            Step::Key(key) => format!("{}{}{body}", Value::from(key.as_str()), self.colon),
            Step::Element { .. } | Step::Member { .. } => body,
        }
    }

    pub(super) fn body(&self, body: &Body, indent: &str) -> String {
        match body {
            Body::Raw(raw) => raw.clone(),
            Body::Value(value) => self.value(value, indent),
            Body::Object(fresh) => self.bracketed(["{", "}"], " ", indent, fresh.len(), |at, inner| {
                fresh.get(at).map(|fresh| self.item(fresh, inner))
            }),
            Body::Array(fresh) => self.bracketed(["[", "]"], "", indent, fresh.len(), |at, inner| {
                fresh.get(at).map(|fresh| self.item(fresh, inner))
            }),
        }
    }

    pub(super) fn value(&self, value: &Value, indent: &str) -> String {
        match value {
            Value::Object(members) => {
                let members: Vec<_> = members.iter().collect();
                self.bracketed(["{", "}"], " ", indent, members.len(), |at, inner| {
                    let (key, value) = members.get(at)?;
                    Some(format!("{}{}{}", Value::from(key.as_str()), self.colon, self.value(value, inner)))
                })
            }
            Value::Array(elements) => self.bracketed(["[", "]"], "", indent, elements.len(), |at, inner| {
                elements.get(at).map(|element| self.value(element, inner))
            }),
            scalar => scalar.to_string(),
        }
    }

    fn bracketed(
        &self,
        [open, close]: [&str; 2],
        pad: &str,
        indent: &str,
        count: usize,
        item: impl Fn(usize, &str) -> Option<String>,
    ) -> String {
        if count == 0 {
            return format!("{open}{close}");
        }
        let inner = format!("{indent}{}", self.unit);
        let items: Vec<_> = (0..count).filter_map(|at| item(at, &inner)).collect();
        if self.inline {
            return format!("{open}{pad}{}{pad}{close}", items.join(", "));
        }
        let lines: String = items.join(&format!(",{}{inner}", self.eol));
        format!("{open}{eol}{inner}{lines}{eol}{indent}{close}", eol = self.eol)
    }
}

/// What follows an item on its line.
pub(super) struct Tail {
    /// After the last comment of the line, or where the search began.
    pub(super) comments_end: usize,
    /// Where the line ends, if nothing but blanks and comments come before that.
    pub(super) line_end: Option<usize>,
    /// Whether the last comment ends only with its line.
    pub(super) line_comment: bool,
}

/// What stands before an item on its line, if it is the first one there.
pub(super) struct Lead<'t> {
    /// The blanks at the start of the line.
    pub(super) indent: &'t str,
    /// The start of the line with a comma in it, in files whose commas lead.
    pub(super) comma: Option<&'t str>,
}

impl Jsonc<'_> {
    /// Reads the blanks and comments from `from` to the end of the line, or to `limit`.
    pub(super) fn tail(&self, from: usize, limit: usize) -> Tail {
        let mut tail = Tail { comments_end: from, line_end: None, line_comment: false };
        loop {
            let at = skip_blanks(self.text, tail.comments_end);
            let Some(end) = self.comment_end(at).filter(|_| at < limit) else {
                let ends = at < limit && !eol_at(self.text, at).is_empty();
                tail.line_end = ends.then_some(at);
                return tail;
            };
            tail.line_comment = self.text[at..].starts_with("//");
            tail.comments_end = end;
        }
    }

    /// The end of the comment that starts at `at`.
    pub(super) fn comment_end(&self, at: usize) -> Option<usize> {
        let found = self.tree.comments.binary_search_by_key(&at, |comment| comment.start).ok()?;
        self.tree.comments.get(found).map(|comment| comment.end)
    }

    /// The comma after an item that ends at `from`, before `limit`.
    pub(super) fn comma(&self, from: usize, limit: usize) -> Option<usize> {
        let mut at = from;
        while at < limit {
            match self.text.as_bytes()[at] {
                b',' => return Some(at),
                b'/' => at = self.comment_end(at)?,
                _ => at += 1,
            }
        }
        None
    }

    pub(super) fn lead(&self, at: usize) -> Option<Lead<'_>> {
        if let Some(indent) = indent(self.text, at) {
            return Some(Lead { indent, comma: None });
        }
        let start = line_start(self.text, at);
        let before = &self.text[start..at];
        let (indent, gap) = before.split_once(',')?;
        (start > 0 && is_blank(indent) && is_blank(gap)).then_some(Lead { indent, comma: Some(before) })
    }

    /// One level of indentation in this file.
    pub(super) fn unit(&self) -> &str {
        let containers = self.tree.nodes.iter().enumerate().take(1000);
        containers
            .filter(|(at, node)| matches!(node.kind, Kind::Object | Kind::Array) && node.next() > at + 1)
            .find_map(|(at, node)| {
                let first = self.tree.nodes.get(at + 1)?;
                unit(line_indent(self.text, node.start()), indent(self.text, first.start())?)
            })
            .unwrap_or(DEFAULT_UNIT)
    }

    /// What stands between a key and its value, after the last of `items` or else the file's
    /// first key.
    pub(super) fn colon(&self, items: &[Item]) -> &str {
        let last =
            items.last().map(|item| item.node - 1).filter(|key| self.tree.nodes[*key].kind == Kind::Key);
        let first = || self.tree.nodes.iter().position(|node| node.kind == Kind::Key);
        let colon = last.or_else(first).and_then(|key| {
            let (key, value) = (self.tree.nodes.get(key)?, self.tree.nodes.get(key + 1)?);
            self.text.get(key.end()..value.start())
        });
        colon.filter(|colon| colon.bytes().all(|byte| matches!(byte, b':' | b' ' | b'\t'))).unwrap_or(": ")
    }

    /// Whether a container's line starts with it, so that its content may take lines of its own.
    pub(super) fn has_lines(&self, container: usize) -> bool {
        let key = container.checked_sub(1).filter(|before| self.tree.nodes[*before].kind == Kind::Key);
        container == 0 || self.lead(self.tree.nodes[key.unwrap_or(container)].start()).is_some()
    }
}
