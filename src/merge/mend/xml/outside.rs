//! What stands around the root element: the declaration, and what the text begins and ends with.

use std::ops::Range;

use super::super::super::Format;
use super::super::super::document::Document;
use super::super::super::text::BOM;
use super::super::Change;
use super::super::draft::{Draft, EDIT};
use super::lex::{Kind, Lexed, is_name, lex, tag};

/// What is certain to carry nothing.
const SMALL: u32 = EDIT / 2;

pub(super) fn is_sound(text: &str) -> bool {
    Document::open(text, Format::Xml).and_then(|document| document.judge()).is_ok()
}

fn cut(range: Range<usize>, what: &str) -> Vec<Change> {
    vec![Change { range, with: String::new(), what: what.to_owned() }]
}

/// The texts to start from; none if there is nothing in this one.
pub(super) fn prepare(text: &str) -> Vec<Draft> {
    let mut draft = Draft::new(text);
    let kept = text.trim_end_matches(['\0', ' ', '\t', '\n', '\r']);
    if text[kept.len()..].contains('\0') {
        let blanks = text[kept.len()..].find('\0').unwrap_or(0);
        draft = draft.then(cut(kept.len() + blanks..text.len(), "take out the NUL bytes at the end"), SMALL);
        // They stand where something else may have stood.
        draft.doubt = !is_sound(&draft.text);
    }
    if draft.text.trim_start_matches(BOM).trim().is_empty() {
        return Vec::new();
    }
    let drafts = before(draft).into_iter().map(declaration);
    drafts.flat_map(after).collect()
}

/// What stands before the declaration.
fn before(draft: Draft) -> Vec<Draft> {
    let text = &draft.text;
    let start = if text.starts_with(BOM) { BOM.len() } else { 0 };
    let Some(at) = text.find("<?xml ").or_else(|| text.find("<?xml\t")) else { return vec![draft] };
    let Some(words) = text.get(start..at).filter(|words| !words.is_empty() && !words.contains('<')) else {
        return vec![draft];
    };
    if !words.contains(char::is_alphanumeric) {
        return vec![draft.then(cut(start..at, "take out what is before the declaration"), SMALL)];
    }
    let out = draft.then(cut(start..at, "take out the words before the declaration"), EDIT).doubted();
    let mut drafts = vec![out];
    let end = text[at..].find("?>").map(|end| at + end + 2);
    if let (Some(end), false) = (end, words.contains("--")) {
        let comment = Change {
            range: end..end,
            with: format!("<!-- {} -->", words.trim()),
            what: "make the words before the declaration a comment after it".to_owned(),
        };
        let changes = cut(start..at, "take them from before the declaration").into_iter().chain([comment]);
        drafts.push(draft.then(changes.collect(), EDIT).doubted());
    }
    drafts
}

/// A declaration says the version and the encoding, and no more: one that is damaged can be written anew.
fn declaration(draft: Draft) -> Draft {
    let text = &draft.text;
    let start = if text.starts_with(BOM) { BOM.len() } else { 0 };
    let start = start + text[start..].len() - text[start..].trim_start().len();
    let rest = &text[start..];
    let is_one = ["<?xml", "<xml", "?xml", "<?XML", "< ?xml", "<? xml"].iter().any(|open| {
        let after = rest.strip_prefix(open).and_then(|after| after.bytes().next());
        after.is_some_and(|after| !is_name(after))
    });
    if !is_one || is_declaration(rest) {
        return draft;
    }
    let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
    let head = &rest[..line];
    // Not the `<` it begins with; the next tag may stand on its line.
    let next = head.get(1..).and_then(|head| head.find('<')).map_or(line, |next| next + 1);
    let head = head[..next].trim_end();
    let after = |key: &str| {
        let at = head.find(key)? + key.len();
        let words = head[at..].trim_start_matches([' ', '=', '"', '\'']);
        let end = words.find([' ', '"', '\'', '?', '>', '=']).unwrap_or(words.len());
        (end > 0).then(|| &words[..end])
    };
    let version = after("version").filter(|version| *version == "1.1").unwrap_or("1.0");
    let mut fresh = format!("<?xml version=\"{version}\"");
    for key in ["encoding", "standalone"] {
        if let Some(value) = after(key) {
            fresh.push_str(&format!(" {key}=\"{value}\""));
        }
    }
    fresh.push_str("?>");
    let same = head.bytes().zip(fresh.bytes()).take_while(|(old, new)| old == new && old.is_ascii()).count();
    let (old, new) = (&head[same..], &fresh[same..]);
    let tail = old.bytes().rev().zip(new.bytes().rev());
    let tail = tail.take_while(|(old, new)| old == new && old.is_ascii()).count();
    let change = Change {
        range: start + same..start + head.len() - tail,
        with: new[..new.len() - tail].to_owned(),
        what: "mend the declaration".to_owned(),
    };
    draft.then(vec![change], EDIT)
}

/// Whether a text begins with a declaration without fault.
fn is_declaration(text: &str) -> bool {
    let Some(end) = text.find("?>") else { return false };
    // It is read as a tag is.
    let like = text[..end].strip_prefix("<?").map(|inner| format!("<{inner}/>"));
    let Some(like) = like else { return false };
    let Some(read) = tag(&like, 0).filter(|read| read.end == like.len()) else { return false };
    let keys: Vec<_> = read.attributes.iter().map(|(key, _)| &like[key.clone()]).collect();
    let known = [
        &["version"][..],
        &["version", "encoding"],
        &["version", "standalone"],
        &["version", "encoding", "standalone"],
    ];
    &like[read.name] == "xml" && known.contains(&keys.as_slice())
}

/// What stands after the first root element.
fn after(draft: Draft) -> Vec<Draft> {
    let text = &draft.text;
    let lexed = lex(text);
    let Some((start, end)) = first_root(text, &lexed) else { return vec![draft] };
    let (head, tail) = text.split_at(end);
    let words = tail.trim_matches(|char: char| char.is_whitespace() || char == '\u{feff}');
    let whole = head.trim_start_matches(BOM).trim_start();
    if words.is_empty() {
        return vec![draft];
    }
    // The end of a longer text that this one was written over, or the same once more.
    if head.ends_with(words) || words == whole {
        let kept = end..text.trim_end().len();
        return vec![draft.then(cut(kept, "take out what is there twice"), EDIT)];
    }
    let Some(second) = second_root(tail) else { return vec![draft] };
    let second = end + second.start..end + second.end;
    let both_filled = !text[start.clone()].ends_with("/>") && !text[second.clone()].ends_with("/>");
    let same = both_filled && text[start.clone()] == text[second.clone()];
    let close = head.rfind("</").unwrap_or(end);
    let gap = &text[close..second.end];
    let mut drafts = Vec::new();
    if same && !gap.contains("<!--") {
        drafts.push(draft.then(cut(close..second.end, "make one of the two documents"), EDIT).doubted());
    }
    let again = end + tail.len() - tail.trim_start().len();
    drafts.push(draft.then(cut(end..text.trim_end().len(), "keep the first document alone"), EDIT).doubted());
    drafts.push(draft.then(cut(0..again, "keep the second document alone"), EDIT).doubted());
    drafts
}

/// The start tag of the root, and the end of its first end tag.
fn first_root(text: &str, lexed: &Lexed) -> Option<(Range<usize>, usize)> {
    let root =
        lexed.tokens.iter().find(|token| matches!(token.kind, Kind::Start | Kind::Empty | Kind::End))?;
    let name = &text[root.name.clone()];
    if root.kind == Kind::Empty {
        return (name == "project").then(|| (root.range.clone(), root.range.end));
    }
    let is_end = |token: &&super::lex::Token| token.kind == Kind::End && &text[token.name.clone()] == name;
    let end = lexed.tokens.iter().find(is_end)?;
    (root.kind == Kind::Start && name == "project").then(|| (root.range.clone(), end.range.end))
}

/// The start tag of a second root, if a text begins with it.
fn second_root(tail: &str) -> Option<Range<usize>> {
    let lexed = lex(tail.trim_start_matches(|char: char| char.is_whitespace() || char == '\u{feff}'));
    let skipped =
        tail.len() - tail.trim_start_matches(|char: char| char.is_whitespace() || char == '\u{feff}').len();
    let mut tokens =
        lexed.tokens.iter().filter(|token| !matches!(token.kind, Kind::Instruction | Kind::Comment));
    let first = tokens.next().filter(|token| matches!(token.kind, Kind::Start | Kind::Empty))?;
    let range = first.range.start + skipped..first.range.end + skipped;
    (&tail[first.name.start + skipped..first.name.end + skipped] == "project").then_some(range)
}
