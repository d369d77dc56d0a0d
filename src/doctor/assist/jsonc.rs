//! The place of a cursor in settings.
//!
//! What stands before a cursor was read the same way whatever follows, so the tree of the whole text
//! says in which object it is and what came last in there. What follows is looked at as text: a string
//! that is being typed swallows what comes after it.

use std::borrow::Cow;

use super::spot::{Form, Spot, Wants};
use crate::doctor::file::{FileFacts, Kind as FileKind};
use crate::doctor::keys::PREFIXES;
use crate::doctor::settings::setting;
use crate::ide::Generation;
use crate::merge::jsonc::{FaultKind, Kind, Tree};

/// The place at `at`, if something of ours can stand there.
pub(super) fn spot(file: &FileFacts, tree: &Tree, at: usize) -> Option<Spot> {
    let place = Place { file, text: &file.text, tree, at };
    if place.in_comment() {
        return None;
    }
    let (object, before) = place.object()?;
    place.in_object(object, &before)
}

struct Place<'f> {
    file: &'f FileFacts,
    text: &'f str,
    tree: &'f Tree,
    at: usize,
}

impl Place<'_> {
    fn in_comment(&self) -> bool {
        let before = self.tree.comments.partition_point(|comment| comment.start < self.at);
        let Some(comment) = before.checked_sub(1).and_then(|last| self.tree.comments.get(last)) else {
            return false;
        };
        let is_block = self.text[comment.clone()].starts_with("/*");
        let is_closed = is_block && comment.len() >= 4 && self.text[comment.clone()].ends_with("*/");
        self.at < comment.end || (self.at == comment.end && !is_closed)
    }

    fn has_fault(&self, kind: FaultKind, node: usize) -> bool {
        let start = self.tree.nodes[node].start();
        self.tree.faults.iter().any(|fault| fault.kind == kind && fault.at == start)
    }

    /// Whether the cursor is between the brackets of a container.
    fn is_in(&self, node: usize) -> bool {
        let (kind, range) = (self.tree.nodes[node].kind, self.tree.range(node));
        matches!(kind, Kind::Object | Kind::Array)
            && range.start < self.at
            && (self.at < range.end || (self.at == range.end && self.has_fault(FaultKind::Unclosed, node)))
    }

    /// The last property of an object that begins before the cursor.
    fn last(&self, object: usize) -> Option<(usize, usize)> {
        self.tree.properties(object).take_while(|(key, _)| self.tree.nodes[*key].start() < self.at).last()
    }

    fn name(&self, key: usize) -> Cow<'_, str> {
        self.tree.string(self.text, key)
    }

    /// The object in which the cursor is, and what the names of its keys begin with elsewhere; none
    /// where no reader of ours looks.
    fn object(&self) -> Option<(usize, String)> {
        let root = self.tree.root().filter(|root| self.is_in(*root))?;
        let (mut object, mut keys) = (root, Vec::new());
        while self.tree.nodes[object].kind == Kind::Object {
            match self.last(object).filter(|(_, value)| self.is_in(*value)) {
                Some((key, value)) => {
                    keys.push(key);
                    object = value;
                }
                None => break,
            }
        }
        if self.tree.nodes[object].kind != Kind::Object {
            return None;
        }
        let mut keys = keys.into_iter();
        if self.file.kind == FileKind::CodeWorkspace {
            let holder = self.tree.properties(root).filter(|(key, _)| self.name(*key) == "settings").last();
            if keys.next()? != holder?.0 {
                return None;
            }
        }
        let names: String = keys.map(|key| format!("{}.", self.name(key))).collect();
        let is_ours = names.is_empty() || PREFIXES.iter().any(|(prefix, _)| is_below(&names, prefix));
        is_ours.then_some((object, names))
    }

    fn in_object(&self, object: usize, before: &str) -> Option<Spot> {
        let Some((key, value)) = self.last(object) else {
            let marks = self.marks(self.tree.nodes[object].start() + 1)?;
            return marks.is_empty().then(|| self.new_name(before, None))?;
        };
        if self.is_typed(key) {
            return self.typed_name(key, before);
        }
        let (raw, name) = (self.tree.range(value), format!("{before}{}", self.name(key)));
        if raw.start >= self.at {
            let marks = self.marks(self.tree.nodes[key].end())?;
            return marks.contains(':').then(|| self.new_value(value, &name))?;
        }
        if self.is_typed(value) {
            if self.next(raw.end).0 == Some(':') {
                return self.typed_name(value, before);
            }
            let end = self.typed_end(value, false);
            return self.value(raw.start..end, &name);
        }
        if self.at == raw.end {
            return None;
        }
        match self.marks(raw.end)?.contains(',') {
            true => self.new_name(before, None),
            false => self.new_name(before, Some(raw.end)),
        }
    }

    /// Whether the cursor is in a key or a scalar, so that it goes on with it.
    fn is_typed(&self, node: usize) -> bool {
        let (kind, range) = (self.tree.nodes[node].kind, self.tree.range(node));
        let open =
            || !self.text[range.clone()].starts_with('"') || self.has_fault(FaultKind::UnclosedString, node);
        !matches!(kind, Kind::Object | Kind::Array)
            && range.start < self.at
            && (self.at < range.end || (self.at == range.end && open()))
    }

    /// Where a key or a scalar that is being typed ends. A string that is not closed has swallowed what
    /// follows on its line, up to the next quote if there is one.
    fn typed_end(&self, node: usize, is_key: bool) -> usize {
        let range = self.tree.range(node);
        if !self.text[range.clone()].starts_with('"') {
            return range.end;
        }
        let (next, is_on_line) = self.next(range.end);
        let fits = match next {
            None | Some(',' | '}' | ']') => true,
            Some(':') => is_key,
            Some(_) => !is_on_line,
        };
        if fits && !self.has_fault(FaultKind::UnclosedString, node) {
            return range.end;
        }
        let rest = &self.text[self.at..range.end];
        let stops = |char: char| char.is_whitespace() || matches!(char, ',' | '{' | '}' | '[' | ']' | '"');
        let end = rest.find(|char| stops(char) || (is_key && char == ':')).unwrap_or(rest.len());
        self.at + rest[..end].find("//").unwrap_or(end)
    }

    /// A name where none is yet; `after` the end of a value that no comma follows.
    fn new_name(&self, before: &str, after: Option<usize>) -> Option<Spot> {
        // A key that follows at once would be two in one.
        let is_before_key = self.text[self.at..].starts_with('"');
        (!is_before_key).then(|| self.name_spot(self.at..self.at, before, after))?
    }

    fn typed_name(&self, node: usize, before: &str) -> Option<Spot> {
        let start = self.tree.nodes[node].start();
        let end = self.typed_end(node, true);
        let comma = self.tree.faults.iter().find(|fault| {
            let between = self.text.get(fault.at..start);
            fault.kind == FaultKind::MissingComma && between.is_some_and(|text| next(text).0.is_none())
        });
        self.name_spot(start..end, before, comma.map(|fault| fault.at))
    }

    fn name_spot(&self, range: std::ops::Range<usize>, before: &str, comma: Option<usize>) -> Option<Spot> {
        let typed = self.text[range.start..self.at].trim_start_matches('"');
        let reader = self.file.role.as_ref().and_then(|role| role.reader.as_ref());
        let is_old = |text: &str| text.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("al"));
        let generation = match reader {
            _ if !before.is_empty() && is_old(before) => Generation::Alita,
            _ if !before.is_empty() => Generation::Elitea,
            _ if is_old(typed) => Generation::Alita,
            Some(reader) if typed.is_empty() => reader.generation,
            _ => Generation::Elitea,
        };
        let (prefix, _) = PREFIXES.iter().find(|(_, known)| *known == generation)?;
        let whole = format!("{prefix}.");
        if !before.is_empty() && before != whole {
            return None;
        }
        let next = self.next(range.end).0;
        let wants =
            Wants::Name { elsewhere: before.len(), before: whole, generation, with_value: next != Some(':') };
        Some(self.finish(range, comma, wants))
    }

    /// A value where none is yet, or before the one that stands there.
    fn new_value(&self, value: usize, name: &str) -> Option<Spot> {
        let stands = self.tree.range(value);
        if stands.is_empty() || self.next(stands.end).0 == Some(':') {
            return self.value(self.at..self.at, name);
        }
        let is_near = self.text[self.at..stands.start].chars().all(|char| matches!(char, ' ' | '\t'));
        let is_scalar = !matches!(self.tree.nodes[value].kind, Kind::Object | Kind::Array);
        (is_near && is_scalar).then(|| self.value(self.at..stands.end, name))?
    }

    fn value(&self, range: std::ops::Range<usize>, name: &str) -> Option<Spot> {
        let (prefix, _) = PREFIXES.iter().find(|(prefix, _)| is_below(name, prefix))?;
        let setting = setting(&name[prefix.len() + 1..])?;
        Some(self.finish(range, None, Wants::Value { setting, before: format!("{prefix}.") }))
    }

    fn finish(&self, range: std::ops::Range<usize>, comma: Option<usize>, wants: Wants) -> Spot {
        let next = self.next(range.end).0;
        let form = Form::Json {
            quoted: self.text[range.start..self.at].starts_with('"'),
            comma_before: comma == Some(range.start),
            comma_after: !matches!(next, None | Some(',' | ':' | '}' | ']')),
        };
        Spot { comma_at: comma.filter(|comma| *comma != range.start), range, wants, form }
    }

    /// The characters between a byte and the cursor that are neither blank nor in a comment; none for a
    /// byte behind it.
    fn marks(&self, from: usize) -> Option<String> {
        let text = self.text.get(from..self.at)?;
        let mut marks = String::new();
        let mut at = 0;
        while let Some(char) = text[at..].chars().next() {
            match comment(&text[at..]) {
                Some(length) => at += length,
                None => {
                    marks.extend((!char.is_whitespace()).then_some(char));
                    at += char.len_utf8();
                }
            }
        }
        Some(marks)
    }

    /// The first character from a byte on that is neither blank nor in a comment, and whether it stands
    /// on the same line.
    fn next(&self, from: usize) -> (Option<char>, bool) {
        next(&self.text[from..])
    }
}

/// Whether a name is the prefix with something behind it.
fn is_below(name: &str, prefix: &str) -> bool {
    name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'))
}

fn next(text: &str) -> (Option<char>, bool) {
    let (mut at, mut is_on_line) = (0, true);
    while let Some(char) = text[at..].chars().next() {
        match comment(&text[at..]) {
            Some(length) => at += length,
            None if char.is_whitespace() || char == '\u{feff}' => {
                is_on_line &= !matches!(char, '\n' | '\r');
                at += char.len_utf8();
            }
            None => return (Some(char), is_on_line),
        }
    }
    (None, is_on_line)
}

/// How long the comment is with which a text begins.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find(['\n', '\r']).unwrap_or(text.len()));
    }
    text.starts_with("/*").then(|| text[2..].find("*/").map_or(text.len(), |end| end + 4))
}
