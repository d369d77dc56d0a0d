//! The XML that JetBrains IDEs write, mended.
//!
//! Three stages: what stands around the root element ([`outside`]); the first place where the text
//! is no XML any more, again and again ([`mod@lex`], [`mod@line`], [`grammar`], [`section`]); the tags that do not fit
//! into each other ([`nest`], [`options`]). Each stage has several answers, each at a cost; the likeliest are
//! followed first. What comes out is judged as any document is.

mod grammar;
mod lex;
mod line;
mod meaning;
mod nest;
mod options;
mod outside;
mod reference;
mod render;
mod section;
mod words;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::super::Format;
use super::draft::{Draft, EDIT};
use super::{Change, Mended, markers};
use crate::error::{Error, Kind};
use lex::{Damage, Lexed, lex};
use meaning::Candidate;
pub(super) use meaning::meaning;
use nest::Nest;
use words::Words;

/// How many drafts are followed.
const MAX_DRAFTS: usize = 80;
/// How many steps may be taken in damaged tags.
const MAX_STEPS: usize = 200_000;
/// How many tokens may be walked over.
const MAX_TOKENS: usize = 2_000_000;
/// How much more than the best result another one may cost.
const SPREAD: u32 = 12;
/// What words that look like a tag cost where they stay words.
const ODD: u32 = 8;

/// Finds the ways to mend `text`, in which `fault` is the first fault.
pub(super) fn mend(text: &str, fault: Error) -> Mended {
    if fault.kind != Kind::FileMalformed {
        return Mended::Beyond(fault);
    }
    if !markers::find(text).is_empty() {
        return markers::ways(text, Format::Xml);
    }
    let mut search = Search {
        words: Words::of(text),
        queue: BinaryHeap::new(),
        drafts: Vec::new(),
        results: Vec::new(),
        steps: MAX_STEPS,
        tokens: MAX_TOKENS,
    };
    for draft in outside::prepare(text) {
        search.push(draft);
    }
    if search.drafts.is_empty() {
        let message = "there is nothing in the file but NUL bytes";
        return Mended::Beyond(Error { message: message.to_owned(), ..fault });
    }
    let complete = search.run();
    meaning::decide(search.results, complete, fault)
}

struct Search {
    words: Words,
    queue: BinaryHeap<(Reverse<u32>, Reverse<usize>)>,
    drafts: Vec<Draft>,
    results: Vec<Candidate>,
    /// Steps left.
    steps: usize,
    /// Tokens left.
    tokens: usize,
}

impl Search {
    fn push(&mut self, draft: Draft) {
        if self.drafts.iter().any(|other| other.text == draft.text && other.cost <= draft.cost) {
            return;
        }
        self.queue.push((Reverse(draft.cost), Reverse(self.drafts.len())));
        self.drafts.push(draft);
    }

    /// Follows the drafts; tells whether all were that could be likely.
    fn run(&mut self) -> bool {
        let mut complete = true;
        let mut followed = 0;
        while let Some((Reverse(cost), Reverse(index))) = self.queue.pop() {
            let best = self.results.iter().map(|result| result.draft.cost).min();
            if best.is_some_and(|best| cost > best + SPREAD) {
                break;
            }
            if followed >= MAX_DRAFTS || self.steps == 0 {
                return false;
            }
            followed += 1;
            let draft = self.drafts[index].clone();
            let lexed = lex(&draft.text);
            let next = match &lexed.damage {
                Some(damage) => self.mend_damage(&draft, damage),
                None if lexed.ampersands.is_empty() && lexed.controls.is_empty() => {
                    complete &= self.mend_nesting(&draft, &lexed);
                    self.unveil(&draft, &lexed)
                }
                None => reference::mend(&draft, &lexed),
            };
            for draft in next {
                self.push(draft);
            }
        }
        complete
    }

    fn mend_damage(&mut self, draft: &Draft, damage: &Damage) -> Vec<Draft> {
        let text = &draft.text;
        match damage {
            Damage::Section(at) => section::mend(draft, *at),
            Damage::Twice(first, second, same) => {
                let out = |range: &std::ops::Range<usize>| {
                    let words = text[range.clone()].trim();
                    let what = format!("take out `{words}`, the attribute is there twice");
                    let what = if *same {
                        what
                    } else {
                        "take out one of the two attributes of one name".to_owned()
                    };
                    let draft =
                        draft.then(vec![Change { range: range.clone(), with: String::new(), what }], EDIT);
                    if *same { draft } else { draft.doubted() }
                };
                if *same { vec![out(second)] } else { vec![out(second), out(first)] }
            }
            Damage::DocumentType(at) => {
                let rest = &text[*at..];
                let Some(end) = rest.find('>').filter(|end| !rest[..*end].contains('[')) else {
                    return Vec::new();
                };
                let eol = super::super::text::eol_at(text, at + end + 1).len();
                let range = *at..at + end + 1 + eol;
                let what = "take out the document type, which no IDE reads".to_owned();
                vec![draft.then(vec![Change { range, with: String::new(), what }], EDIT)]
            }
            Damage::Tag(at) => self.mend_tag(draft, *at),
        }
    }

    fn mend_tag(&mut self, draft: &Draft, at: usize) -> Vec<Draft> {
        let text = &draft.text;
        let rest = text[at..].trim_end();
        if let Some(name) = rest.strip_prefix('<').filter(|_| !rest.contains('>')) {
            // What is left of the end tag at the end: the element is closed anyway.
            let is_end = name.strip_prefix('/').is_some_and(|name| name.bytes().all(lex::is_name));
            if is_end || name.is_empty() {
                let what = "take out what is left of the last tag".to_owned();
                let change = Change { range: at..text.len(), with: String::new(), what };
                let next = draft.then(vec![change], 3);
                return vec![if is_end { next } else { next.doubted() }];
            }
        }
        let range = line::stretch(text, at);
        let end = text.trim_end().len();
        let ways = line::mend(text, range, &self.words, &mut self.steps);
        let best = ways.first().map_or(0, |way| way.cost);
        // In a text with many damages only the best ways can be followed.
        let spread = if draft.changes.len() < 3 { 2 * EDIT } else { EDIT / 2 - 1 };
        let near = ways.into_iter().filter(|way| way.cost <= best + spread);
        near.map(|way| {
            // Where the text ends in a tag, more may be lost than what ends the tag.
            let is_last = way.changes.last().is_some_and(|change| change.range.end >= end);
            let next = draft.then(way.changes, way.cost);
            if is_last { next.doubted() } else { next }
        })
        .collect()
    }

    /// Makes the tags fit; tells whether all plans were tried that could be likely.
    fn mend_nesting(&mut self, draft: &Draft, lexed: &Lexed) -> bool {
        let veiled = u32::try_from(veiled(&draft.text, lexed, &self.words).len()).unwrap_or(0);
        let nest = Nest { text: &draft.text, tokens: &lexed.tokens, words: &self.words };
        let (solutions, complete) = nest::solve(&nest, &mut self.tokens);
        for solution in solutions {
            let changes = render::changes(&nest, &solution.plan.fixes);
            let mut next = draft.then(changes, solution.plan.cost + ODD * veiled.min(4));
            next.doubt |= solution.plan.doubt;
            self.results.push(Candidate { draft: next, violations: solution.violations });
        }
        complete
    }

    /// The drafts in which words that look like a tag are one.
    fn unveil(&self, draft: &Draft, lexed: &Lexed) -> Vec<Draft> {
        let put = |at: usize| Change {
            range: at..at,
            with: "<".to_owned(),
            what: "put in the missing `<`".to_owned(),
        };
        let places = veiled(&draft.text, lexed, &self.words);
        places.into_iter().take(8).map(|at| draft.then(vec![put(at)], EDIT)).collect()
    }
}

/// Where words would be a tag or a section if there were a `<`.
fn veiled(text: &str, lexed: &Lexed, words: &Words) -> Vec<usize> {
    let mut places = Vec::new();
    for token in lexed.tokens.iter().filter(|token| token.kind == lex::Kind::Text) {
        let range = token.range.clone();
        let slashes = text[range.clone()].match_indices('/').map(|(at, _)| range.start + at);
        let lines = text[range.clone()].match_indices(['\n', '\r']).map(|(at, _)| range.start + at + 1);
        let blanks = |at: usize| at + text[at..range.end].len() - text[at..range.end].trim_start().len();
        for at in [range.start].into_iter().chain(slashes).chain(lines.map(blanks)) {
            let rest = text.get(at..range.end).unwrap_or_default();
            let end = rest.find('>').map_or(0, |end| end + 1);
            let like = format!("<{}", &rest[..end]);
            let named = |name: std::ops::Range<usize>| words.elements(&like[name]) > 0;
            let is_tag = lex::tag(&like, 0).is_some_and(|tag| tag.end == like.len() && named(tag.name));
            if is_tag || rest.starts_with("!--") && rest.contains("-->") {
                places.push(at);
            }
        }
    }
    places.sort_unstable();
    places.dedup();
    places
}
