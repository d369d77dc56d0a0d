//! The search for ways to mend a text: guesses are tried by reading on.

use super::super::super::jsonc::FaultKind;
use super::super::Change;
use super::guess::{Family, Guess, Scene};
use super::reader::{Read, Record, Stop, Watch, read_on};
use super::{brackets, quotes, tail, words};
use crate::order;

/// At most so many ways are shown.
const WAYS: usize = 5;
/// Faults after which only what concerns one token is guessed.
const THOROUGH: usize = 40;
/// What may be read in all: so many times the text, and so many bytes.
const WORK: (usize, usize) = (24, 8 << 20);

/// A text on its way to be mended.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) changes: Vec<Change>,
    pub(super) sure: bool,
    /// The family of the last change, brackets before others.
    pub(super) family: Option<Family>,
    record: Record,
    steps: usize,
    misfits: (u32, u32),
}

impl Draft {
    pub(super) fn new(start: usize, changes: Vec<Change>, sure: bool) -> Self {
        Self { changes, sure, family: None, record: Record::new(start), steps: 0, misfits: (0, 0) }
    }

    /// Makes the changes of a guess.
    fn make(&mut self, guess: Guess) {
        let first = guess.changes.iter().map(|change| change.range.start).min().unwrap_or(0);
        let token = self.record.token_at(first);
        insert(&mut self.changes, self.record.state(token).done, guess.changes);
        self.record.forget(token);
        self.sure &= guess.sure;
        if self.family != Some(Family::Bracket) {
            self.family = Some(guess.family);
        }
        self.steps += 1;
    }
}

/// Puts changes among those already made, of which the first `done` stand before them.
fn insert(changes: &mut Vec<Change>, done: usize, more: Vec<Change>) {
    let mut at = done;
    for change in more {
        while changes.get(at).is_some_and(|made| made.range.start < change.range.start) {
            at += 1;
        }
        changes.insert(at, change);
        at += 1;
    }
}

/// A guess that was tried.
struct Tried {
    guess: Guess,
    read: Read,
}

impl Tried {
    fn is_complete(&self) -> bool {
        self.read.stop.is_none()
    }

    fn reached(&self) -> usize {
        self.read.stop.map_or(usize::MAX, |stop| stop.start)
    }

    fn misfits(&self) -> (u32, u32) {
        (self.read.state.misfits, self.read.state.loose)
    }

    /// Whether it leads past the fault: two tokens at least, or to the end.
    fn leads_on(&self, stop: Stop, text: &str) -> bool {
        let end = self.reached() >= text.len() && self.read.beyond >= 1;
        end || (self.read.beyond >= 2 && self.reached() > stop.start)
    }

    /// What was read up to the end of the fault's line.
    fn outcome(&self) -> (u64, u64) {
        self.read.mark.unwrap_or((self.read.state.hash, self.read.state.notes))
    }
}

pub(super) struct Search<'t> {
    text: &'t str,
    eol: &'t str,
    many_lines: bool,
    /// Whether the root must be an object.
    settings: bool,
    work: usize,
    /// The fault that nothing led past.
    pub(super) stuck: Option<Stop>,
}

impl<'t> Search<'t> {
    pub(super) fn new(text: &'t str, eol: &'t str, settings: bool) -> Self {
        let many_lines = text.trim_end().contains(['\n', '\r']);
        Self { text, eol, many_lines, settings, work: text.len() * WORK.0 + WORK.1, stuck: None }
    }

    /// All drafts that lead to the end, at most [`WAYS`].
    pub(super) fn run(&mut self, first: Draft) -> Vec<Draft> {
        let mut open = vec![first];
        let mut done: Vec<Draft> = Vec::new();
        while let Some(mut draft) = open.pop() {
            let at = draft.record.tokens.len();
            let watch = Watch { since: 0, mark: usize::MAX };
            let from = (draft.record.state(at), draft.record.open(at), at);
            let depth = from.1.len();
            let read = read_on(self.text, from, &draft.changes, watch, Some(&mut draft.record));
            self.spend(read.bytes, depth);
            let Some(stop) = read.stop else {
                draft.misfits = (read.state.misfits, read.state.loose);
                done.push(draft);
                if done.len() == WAYS {
                    break;
                }
                continue;
            };
            let next = self.next(&draft, stop);
            if next.is_empty() {
                let later = self.stuck.is_none_or(|stuck| stuck.start < stop.start);
                if later {
                    self.stuck = Some(stop);
                }
                continue;
            }
            if let [_] = next.as_slice() {
                for guess in next {
                    draft.make(guess);
                }
                open.push(draft);
                continue;
            }
            let room = WAYS.saturating_sub(done.len() + open.len()).max(1);
            for guess in next.into_iter().take(room).rev() {
                let mut draft = draft.clone();
                draft.make(guess);
                open.push(draft);
            }
        }
        done
    }

    /// A try costs what it reads, what it copies, and what is open around it.
    fn spend(&mut self, bytes: usize, depth: usize) {
        self.work = self.work.saturating_sub(bytes + 64 * depth);
    }

    fn attempt(&mut self, draft: &Draft, guesses: Vec<Guess>, stop: Stop) -> Vec<Tried> {
        let watch = Watch { since: stop.start, mark: quotes::near_end(self.text, stop.start) };
        let mut tried = Vec::new();
        for guess in guesses {
            if self.work == 0 {
                break;
            }
            let first = guess.changes.iter().map(|change| change.range.start).min().unwrap_or(0);
            let token = draft.record.token_at(first);
            let mut state = draft.record.state(token);
            // What was changed before the guess has been read already.
            let mut changes = draft.changes.get(state.done..).unwrap_or_default().to_vec();
            state.done = 0;
            insert(&mut changes, 0, guess.changes.clone());
            let from = (state, draft.record.open(token), token);
            let depth = from.1.len();
            let read = read_on(self.text, from, &changes, watch, None);

            self.spend(read.bytes, depth);
            let root =
                draft.record.tokens.first().filter(|_| token > 0).map(|first| first.byte).or(read.root);
            if read.stop.is_some() || root == Some(b'{') || (root == Some(b'[') && !self.settings) {
                tried.push(Tried { guess, read });
            }
        }
        tried
    }

    /// The guesses to go on with at this fault.
    fn next(&mut self, draft: &Draft, stop: Stop) -> Vec<Guess> {
        if matches!(stop.kind, FaultKind::TooDeep | FaultKind::TooLarge) || self.work == 0 {
            return Vec::new();
        }
        let text = self.text;
        let scene = Scene {
            text,
            eol: self.eol,
            many_lines: self.many_lines,
            record: &draft.record,
            stop,
            changes: &draft.changes,
        };
        let quick = self.attempt(draft, words::words(&scene), stop);
        let line = quotes::near_end(text, stop.start);
        // A line in which all strings are in other quotes needs one after the other.
        let here = scene.rest().chars().next();
        let plain = !text.get(stop.start..line).is_some_and(|line| line.contains('"'));
        let again = |tried: &Tried| {
            let there = text.get(tried.reached()..).and_then(|rest| rest.chars().next());
            plain && here == there && here.is_some_and(words::is_quote)
        };
        let far = |tried: &Tried| {
            tried.is_complete() || (tried.read.beyond >= 2 && (tried.reached() > line || again(tried)))
        };
        if let [only] = quick.iter().filter(|tried| far(tried)).collect::<Vec<_>>().as_slice()
            && only.guess.sure
        {
            return vec![only.guess.clone()];
        }
        if draft.steps > THOROUGH {
            let marks = self.attempt(draft, brackets::marks(&scene), stop);
            let best = quick.into_iter().chain(marks).filter(|tried| tried.leads_on(stop, text));
            return best.max_by_key(Tried::reached).map(|tried| tried.guess).into_iter().collect();
        }
        let spots = brackets::spots(&scene);
        let mut guesses = brackets::marks(&scene);
        guesses.extend(brackets::end(&scene));
        guesses.extend(tail::tails(&scene));
        guesses.extend(quotes::quotes(&scene));
        guesses.extend(quotes::broken(&scene));
        if stop.kind == FaultKind::BadEscape || stop.kind == FaultKind::UnclosedString {
            guesses.extend(quotes::backslashes(&scene));
        }
        guesses.extend(brackets::brackets(&scene, &spots));
        let mut tried = quick;
        tried.extend(self.attempt(draft, guesses, stop));
        let mut chosen = choose(tried, &spots, stop, text);
        if self.work == 0 {
            // Not all was tried.
            for guess in &mut chosen {
                guess.sure = false;
            }
        }
        chosen
    }
}

/// The best of what was tried: what leads to the end, else what leads furthest.
fn choose(mut tried: Vec<Tried>, spots: &brackets::Spots, stop: Stop, text: &str) -> Vec<Guess> {
    if tried.iter().any(Tried::is_complete) {
        tried.retain(Tried::is_complete);
        // Quotes that would both have lost their backslash are thought of last.
        if tried.iter().any(|tried| tried.guess.changes.len() == 1) {
            tried.retain(|tried| tried.guess.family != Family::Quote || tried.guess.changes.len() == 1);
        }
    } else {
        tried.retain(|tried| tried.leads_on(stop, text));
        let best = tried.iter().map(Tried::reached).max().unwrap_or(0);
        tried.retain(|tried| tried.reached() == best);
    }
    order::sort_by_key(&mut tried, |tried| {
        (tried.misfits(), tried.guess.bytes(), tried.guess.rank(text), !tried.guess.sure)
    });
    let mut distinct: Vec<Tried> = Vec::new();
    for one in tried {
        match distinct.iter_mut().find(|other| other.outcome() == one.outcome()) {
            Some(other) => other.guess.sure |= one.guess.sure && other.guess.family == one.guess.family,
            None => distinct.push(one),
        }
    }
    let Some(best) = distinct.first() else { return Vec::new() };
    let fits = best.misfits() == (0, 0);
    let alone = distinct.len() == 1 || (fits && distinct.get(1).is_some_and(|next| next.misfits().0 > 0));
    let sure = best.guess.sure
        && alone
        && match best.guess.family {
            Family::Bracket => {
                let at_end = stop.start >= text.len() || stop.kind == FaultKind::TextAfterEnd;
                best.is_complete() && (fits || (distinct.len() == 1 && spots.all && !at_end))
            }
            _ => true,
        };
    let count = if sure { 1 } else { WAYS };
    distinct
        .into_iter()
        .take(count)
        .map(|tried| if sure { tried.guess } else { tried.guess.unsure() })
        .collect()
}
