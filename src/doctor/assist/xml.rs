//! The place of a cursor in a component of a JetBrains project file.
//!
//! A value is followed to its closing quote and no further than the next tag: one that is being typed
//! has none, and takes that of the next attribute for its own.

use super::spot::{Form, Spot, Wants};
use crate::doctor::file::FileFacts;
use crate::doctor::keys::COMPONENTS;
use crate::doctor::settings::OPTIONS;
use crate::ide::Generation;
use crate::merge::xml::{Tree, decode};

/// The place at `at`, if something of ours can stand there.
pub(super) fn spot(file: &FileFacts, tree: &Tree, at: usize) -> Option<Spot> {
    let text = &file.text;
    if tree.comments.iter().any(|comment| comment.start < at && at < comment.end) {
        return None;
    }
    let start = text[..at].rfind('<')?;
    let tag = Tag::read(text, start, at);
    if tag.state == State::After {
        return element(text, tree, at, at..at);
    }
    if matches!(tag.state, State::Name | State::Between) && tag.attributes.is_empty() {
        let is_begun = "option".starts_with(tag.name) && (tag.state == State::Name || tag.name == "option");
        let rest = line_rest(&text[at..]);
        let closing = ["/>", ">", ""].into_iter().find(|end| rest.trim() == *end)?;
        let end = if closing.is_empty() { at } else { at + rest.trim_end().len() };
        return is_begun.then(|| element(text, tree, start, start..end))?;
    }
    let State::Value { attribute, from, quote } = tag.state else { return None };
    let (component, generation) = holder(text, tree, start).filter(|_| tag.name == "option")?;
    let (end, closed) = value_end(text, at, quote);
    let rest = line_rest(&text[end..]);
    let tail = match rest.trim_start() {
        "" => " />",
        rest if rest.starts_with("/>") || rest.starts_with('>') || rest.len() < text[end..].len() => "",
        _ => " ",
    };
    let form = Form::Attribute { quote, closed, tail: if closed { "" } else { tail } };
    let before = format!("{component}/");
    let wants = match attribute {
        "name" => Wants::Name {
            elsewhere: before.len(),
            before,
            generation,
            with_value: !closed && rest.trim().is_empty(),
        },
        "value" => {
            let later = Tag::read_attributes(text, end + usize::from(closed), text.len());
            let mut all = tag.attributes.into_iter().chain(later);
            let (_, name) = all.find(|(attribute, _)| *attribute == "name")?;
            let name = decode(name);
            let setting = OPTIONS.iter().find(|option| option.name == name)?;
            Wants::Value { setting, before }
        }
        _ => return None,
    };
    Some(Spot { range: from..end, comma_at: None, wants, form })
}

/// A whole option, in a component.
fn element(text: &str, tree: &Tree, place: usize, range: std::ops::Range<usize>) -> Option<Spot> {
    let (component, generation) = holder(text, tree, place)?;
    let before = &text[..range.start];
    let line = before.rfind(['\n', '\r', '>']).map_or(0, |end| end + 1);
    if !before[line..].trim().is_empty() {
        return None;
    }
    let before = format!("{component}/");
    let wants = Wants::Name { elsewhere: before.len(), before, generation, with_value: true };
    Some(Spot { range, comma_at: None, wants, form: Form::Element })
}

/// The component of ours in which a place is, at the root. Options that are not closed yet do not count.
fn holder(text: &str, tree: &Tree, at: usize) -> Option<(&'static str, Generation)> {
    let is_in = |element: &usize| {
        let element = &tree.elements[*element];
        let is_whole = text[element.start..element.open_end].ends_with("/>");
        element.open_end <= at && !is_whole && at <= element.close.unwrap_or(element.end)
    };
    let innermost =
        (0..tree.elements.len()).rev().filter(is_in).find(|element| !tree.is(text, *element, "option"))?;
    let is_at_root = tree.root().is_some_and(|root| tree.children(root).any(|child| child == innermost));
    if !is_at_root || !tree.is(text, innermost, "component") {
        return None;
    }
    let name = tree.attribute(text, innermost, "name")?;
    COMPONENTS.iter().find(|(known, _)| *known == decode(&text[name.clone()])).copied()
}

/// Where a value that goes on at `at` ends, and whether its closing quote stands there.
fn value_end(text: &str, at: usize, quote: char) -> (usize, bool) {
    let rest = &text[at..];
    let stop = rest.find(['<', '\n', '\r', quote]).unwrap_or(rest.len());
    if rest[stop..].starts_with(quote) {
        let is_next_value = rest[..stop].trim_end().ends_with('=');
        let follows = rest[stop + 1..].chars().next();
        if !is_next_value && follows.is_none_or(|char| char.is_whitespace() || "/>?".contains(char)) {
            return (at + stop, true);
        }
    }
    let run = rest[..stop].find(|char: char| char.is_whitespace() || char == '>').unwrap_or(stop);
    let run = rest[..run].strip_suffix('/').map_or(run, str::len);
    (at + run, false)
}

/// The rest of a line, up to the next tag.
fn line_rest(text: &str) -> &str {
    text.split(['<', '\n', '\r']).next().unwrap_or_default()
}

/// Where a cursor is in a tag.
#[derive(Clone, Copy, PartialEq)]
enum State<'t> {
    /// In its name.
    Name,
    /// Where attributes can stand.
    Between,
    /// In an attribute's value, which begins at a byte.
    Value { attribute: &'t str, from: usize, quote: char },
    /// In an attribute that has no value yet.
    Attribute,
    /// Behind it.
    After,
}

/// The part of a tag before a cursor.
struct Tag<'t> {
    name: &'t str,
    attributes: Vec<(&'t str, &'t str)>,
    state: State<'t>,
}

impl<'t> Tag<'t> {
    fn read(text: &'t str, start: usize, at: usize) -> Self {
        let inner = &text[start + 1..at];
        let length = inner
            .find(|char: char| char.is_whitespace() || matches!(char, '>' | '=' | '"' | '\''))
            .unwrap_or(inner.len());
        let name = inner[..length].trim_end_matches('/');
        if length == inner.len() {
            return Self { name, attributes: Vec::new(), state: State::Name };
        }
        let (attributes, state) = attributes(text, start + 1 + length, at);
        Self { name, attributes, state }
    }

    /// The attributes from a byte on to the end of the tag.
    fn read_attributes(text: &'t str, from: usize, to: usize) -> Vec<(&'t str, &'t str)> {
        let end = text[from..to].find('<').map_or(to, |end| from + end);
        attributes(text, from, end).0
    }
}

fn attributes(text: &str, from: usize, to: usize) -> (Vec<(&str, &str)>, State<'_>) {
    let (mut found, mut at) = (Vec::new(), from);
    let skip = |at: usize| at + text[at..to].len() - text[at..to].trim_start().len();
    loop {
        at = skip(at);
        let rest = &text[at..to];
        match rest.chars().next() {
            None => return (found, State::Between),
            Some('>') => return (found, State::After),
            Some(char @ ('/' | '=' | '"' | '\'')) => {
                at += char.len_utf8();
                continue;
            }
            Some(_) => {}
        }
        let ends = |char: char| char.is_whitespace() || matches!(char, '/' | '>' | '=' | '"' | '\'');
        let name = &rest[..rest.find(ends).unwrap_or(rest.len())];
        at = skip(at + name.len());
        let Some(after) = text[at..to].strip_prefix('=') else {
            if at == to {
                return (found, State::Attribute);
            }
            continue;
        };
        let value = after.trim_start();
        let Some(quote) = value.chars().next().filter(|char| matches!(char, '"' | '\'')) else {
            if value.is_empty() {
                return (found, State::Attribute);
            }
            at += 1;
            continue;
        };
        let from = to - value.len() + 1;
        match text[from..to].find(quote) {
            Some(length) => {
                found.push((name, &text[from..from + length]));
                at = from + length + 1;
            }
            None => return (found, State::Value { attribute: name, from, quote }),
        }
    }
}
