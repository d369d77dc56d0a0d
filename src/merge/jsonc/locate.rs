//! From a path to the node it means.

use std::ops::Range;

use serde_json::Value;

use super::super::{Path, Step};
use super::{Jsonc, Kind};

/// Where a path leads.
pub(super) enum Spot<'p> {
    /// To this value in this container.
    Here { node: usize, holder: Option<usize> },
    /// To nothing: `first` is missing in `host`, and `rest` are the steps from it on. `depth`
    /// counts the steps before it.
    Missing { host: usize, first: Step, rest: &'p [Step], depth: usize },
    /// The text has no value at all.
    NoRoot,
    /// To something that is no container of the right kind.
    Blocked(usize),
    /// To an array that holds `-member`.
    Declined,
}

/// A dotted name up to its first dot.
pub(super) fn first_part(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// What an object says about a name.
#[derive(Default)]
struct Seen {
    /// The value and the object it stands in.
    value: Option<(usize, usize)>,
    /// The innermost object that stands for the first parts of the name, and the parts left.
    host: Option<(usize, String)>,
    /// A value that is no object where the name needs one.
    blocker: Option<usize>,
}

impl Jsonc<'_> {
    pub(super) fn locate<'p>(&self, path: &'p [Step]) -> Spot<'p> {
        let Some(root) = self.tree.root() else { return Spot::NoRoot };
        let (mut node, mut holder) = (root, None);
        for (depth, step) in path.iter().enumerate() {
            let needed = if matches!(step, Step::Key(_)) { Kind::Object } else { Kind::Array };
            if self.tree.nodes[node].kind != needed {
                return Spot::Blocked(node);
            }
            let missing = |host, first| Spot::Missing { host, first, rest: &path[depth..], depth };
            let next = match step {
                Step::Key(name) => {
                    let seen = self.look(node, name);
                    match (seen.blocker, seen.value, seen.host) {
                        (Some(blocker), ..) => return Spot::Blocked(blocker),
                        (None, Some((value, object)), _) => {
                            node = object;
                            value
                        }
                        (None, None, Some((host, rest))) => return missing(host, Step::Key(rest)),
                        (None, None, None) => return missing(node, step.clone()),
                    }
                }
                Step::Element { field, value } => match self.element(node, field, value) {
                    Some(element) => element,
                    None => return missing(node, step.clone()),
                },
                Step::Member { member } => match (self.member(node, member), self.declined(node, member)) {
                    (_, true) => return Spot::Declined,
                    (Some(element), _) => element,
                    (None, _) => return missing(node, step.clone()),
                },
            };
            (holder, node) = (Some(node), next);
        }
        Spot::Here { node, holder }
    }

    /// Looks a name up as VS Code does: property after property, each one replacing what the ones
    /// before it said, and in settings an object also standing for the first parts of the name.
    fn look(&self, object: usize, name: &str) -> Seen {
        let in_focus =
            self.tree.root() == Some(object) && self.focus.parts.iter().any(|part| part == first_part(name));
        if in_focus {
            self.look_among(self.focus.properties.iter().copied(), object, name)
        } else {
            self.look_among(self.tree.properties(object), object, name)
        }
    }

    fn look_among(
        &self,
        properties: impl Iterator<Item = (usize, usize)>,
        object: usize,
        name: &str,
    ) -> Seen {
        let mut seen = Seen::default();
        for (key, value) in properties {
            let Some(rest) = self.rest_of(name, key) else { continue };
            if rest.is_empty() {
                seen.value = Some((value, object));
            } else if self.tree.nodes[value].kind == Kind::Object {
                let inner = self.look(value, rest);
                let host = inner.host.or_else(|| Some((value, rest.to_owned())));
                seen = Seen { value: inner.value, host, blocker: inner.blocker };
            } else {
                seen = Seen { value: None, host: None, blocker: Some(value) };
            }
        }
        seen
    }

    /// What is left of `name` after the key; `None` if the key is another one.
    fn rest_of<'n>(&self, name: &'n str, key: usize) -> Option<&'n str> {
        // Most keys differ in their first letter, which needs no decoding.
        if let [b'"', first, ..] = &self.text.as_bytes()[self.tree.range(key)]
            && *first != b'\\'
            && name.as_bytes().first().is_some_and(|wanted| wanted != first)
        {
            return None;
        }
        let key = self.tree.string(self.text, key);
        let rest = name.strip_prefix(key.as_ref())?;
        match rest.strip_prefix('.') {
            _ if rest.is_empty() => Some(rest),
            Some(parts) if self.settings && !key.is_empty() && !parts.is_empty() => Some(parts),
            _ => None,
        }
    }

    fn element(&self, array: usize, field: &str, wanted: &str) -> Option<usize> {
        self.tree.elements(array).find(|element| {
            let is_it = |(key, value): (usize, usize)| {
                self.tree.string(self.text, key) == field && self.is_string(value, wanted)
            };
            self.tree.nodes[*element].kind == Kind::Object && self.tree.properties(*element).any(is_it)
        })
    }

    fn member(&self, array: usize, member: &str) -> Option<usize> {
        self.tree.elements(array).find(|element| self.is_string(*element, member))
    }

    fn declined(&self, array: usize, member: &str) -> bool {
        self.tree.elements(array).any(|element| {
            self.tree.nodes[element].kind == Kind::String
                && self.tree.string(self.text, element).strip_prefix('-') == Some(member)
        })
    }

    fn is_string(&self, node: usize, wanted: &str) -> bool {
        self.tree.nodes[node].kind == Kind::String && self.tree.string(self.text, node) == wanted
    }

    /// The bytes of every value that the path could mean, shadowed ones included.
    pub(in super::super) fn ranges(&self, path: &Path) -> Vec<Range<usize>> {
        self.nodes(path).into_iter().map(|node| self.tree.range(node)).collect()
    }

    /// The same with what they mean.
    pub(in super::super) fn standing(&self, path: &Path) -> Vec<(Range<usize>, Value)> {
        let value = |node| (self.tree.range(node), self.tree.value(self.text, node));
        self.nodes(path).into_iter().map(value).collect()
    }

    fn nodes(&self, path: &Path) -> Vec<usize> {
        // In a broken text an object may stand anywhere.
        let start = |node: &usize| *node == 0 || !self.tree.faults.is_empty();
        let mut nodes: Vec<usize> = (0..self.tree.nodes.len()).take_while(start).collect();
        for step in &path.0 {
            let mut next = Vec::new();
            for node in nodes {
                self.step(node, step, &mut next);
            }
            nodes = next;
        }
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }

    fn step(&self, node: usize, step: &Step, found: &mut Vec<usize>) {
        match (step, self.tree.nodes[node].kind) {
            (Step::Key(name), Kind::Object) => self.all(node, name, found),
            (Step::Element { field, value }, Kind::Array) => found.extend(self.element(node, field, value)),
            (Step::Member { member }, Kind::Array) => {
                found.extend(self.tree.elements(node).filter(|element| self.is_string(*element, member)));
            }
            _ => {}
        }
    }

    fn all(&self, object: usize, name: &str, found: &mut Vec<usize>) {
        for (key, value) in self.tree.properties(object) {
            match self.rest_of(name, key) {
                Some("") => found.push(value),
                Some(rest) if self.tree.nodes[value].kind == Kind::Object => self.all(value, rest, found),
                _ => {}
            }
        }
    }
}
