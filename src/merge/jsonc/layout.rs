//! How a file is laid out, so that what is written into it looks like the rest of it.

use serde_json::Value;

use super::super::Step;
use super::super::list::{Commented, Item, List};
use super::super::text::{indent, line_indent, unit};
use super::{Jsonc, Kind};

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

impl Jsonc<'_> {
    pub(super) fn source(&self) -> Commented<'_> {
        Commented { text: self.text, comments: &self.tree.comments }
    }

    /// The items of a container.
    pub(super) fn list(&self, container: usize) -> List<'_> {
        List { source: self.source(), items: self.items(container), inner: self.inner(container) }
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
        container == 0 || self.source().lead(self.tree.nodes[key.unwrap_or(container)].start()).is_some()
    }
}
