//! A broken text as the scanner reads it up to its first fault: tokens, what is open at each, how
//! well the layout fits the brackets, and what it all means, as a hash.

use super::super::super::jsonc::Fault;
use super::super::super::jsonc::{Expect, FaultKind, Frame, Sink, read};
use super::super::Change;
use super::segment::Segment;

/// What is known after a token.
#[derive(Clone, Copy)]
pub(super) struct State {
    /// The innermost open container.
    pub(super) layer: usize,
    pub(super) expect: Expect,
    /// What the tokens so far mean; commas before a closing bracket mean nothing.
    pub(super) hash: u64,
    /// What the comments so far say.
    pub(super) notes: u64,
    comma: bool,
    comma_first: bool,
    /// Lines that start where their bracket says they cannot.
    pub(super) misfits: u32,
    /// Lines that are broken in another way than others of their container.
    pub(super) loose: u32,
    /// The indentation of the line.
    pub(super) indent: usize,
    /// Where it ends in the broken text, and how many changes were made up to there.
    pub(super) from: usize,
    pub(super) done: usize,
}

/// One token of the text as mended so far; its places are those in the broken text.
#[derive(Clone, Copy)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) byte: u8,
    /// Whether its line starts with it.
    pub(super) first: bool,
    pub(super) after: State,
}

/// A container.
#[derive(Clone, Copy)]
pub(super) struct Layer {
    pub(super) id: usize,
    pub(super) parent: usize,
    pub(super) object: bool,
    /// The token that opens it.
    pub(super) opener: usize,
    /// The indentation of the line where it is opened.
    pub(super) indent: usize,
    /// The indentation of what is in it, once a line starts with that, and the token that showed it.
    pub(super) inner: Option<usize>,
    shown_by: usize,
}

impl Layer {
    const ROOT: Self =
        Self { id: 0, parent: 0, object: false, opener: 0, indent: 0, inner: None, shown_by: 0 };
}

/// All that was read.
#[derive(Clone)]
pub(super) struct Record {
    pub(super) tokens: Vec<Token>,
    pub(super) layers: Vec<Layer>,
    start: usize,
}

impl Record {
    pub(super) fn new(start: usize) -> Self {
        Self { tokens: Vec::new(), layers: vec![Layer::ROOT], start }
    }

    /// What is known before token `at`.
    pub(super) fn state(&self, at: usize) -> State {
        match at.checked_sub(1).and_then(|before| self.tokens.get(before)) {
            Some(token) => token.after,
            None => State {
                layer: 0,
                expect: Expect::Value,
                hash: 0,
                notes: 0,
                comma: false,
                comma_first: false,
                misfits: 0,
                loose: 0,
                indent: 0,
                from: self.start,
                done: 0,
            },
        }
    }

    /// What is open before token `at`, outermost first, as it was known there.
    pub(super) fn open(&self, at: usize) -> Vec<Layer> {
        let mut open = Vec::new();
        let mut layer = self.state(at).layer;
        while let Some(one) = self.layers.get(layer) {
            let mut one = *one;
            one.inner = one.inner.filter(|_| one.shown_by < at);
            open.push(one);
            if layer == 0 {
                break;
            }
            layer = one.parent;
        }
        open.reverse();
        open
    }

    /// Forgets token `at` and all that follows.
    pub(super) fn forget(&mut self, at: usize) {
        self.tokens.truncate(at);
        let known = self.layers.partition_point(|layer| layer.id == 0 || layer.opener < at);
        self.layers.truncate(known);
    }

    /// The first token that does not end before `place`.
    pub(super) fn token_at(&self, place: usize) -> usize {
        self.tokens.partition_point(|token| token.end <= place)
    }
}

/// Where reading stopped.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop {
    pub(super) kind: FaultKind,
    /// The place of the fault.
    pub(super) at: usize,
    /// Where the token starts at which it shows.
    pub(super) start: usize,
}

/// What reading gave.
pub(super) struct Read {
    /// The first fault, if there is one.
    pub(super) stop: Option<Stop>,
    pub(super) state: State,
    /// What had been read when the mark was passed: (hash, notes).
    pub(super) mark: Option<(u64, u64)>,
    /// How many tokens were read from the mark's `since` on.
    pub(super) beyond: usize,
    /// The first byte that was read.
    pub(super) root: Option<u8>,
    /// The bytes that were read.
    pub(super) bytes: usize,
}

/// Places to watch for while reading.
#[derive(Clone, Copy)]
pub(super) struct Watch {
    pub(super) since: usize,
    pub(super) mark: usize,
}

/// Reads on from `state`, in which `open` is open, with `changes` made, until a fault or the end.
/// Notes what it reads in `record`.
pub(super) fn read_on(
    text: &str,
    from: (State, Vec<Layer>, usize),
    changes: &[Change],
    watch: Watch,
    record: Option<&mut Record>,
) -> Read {
    let (state, open, count) = from;
    let mut so_far =
        SoFar { open, state, count, stop: None, watch, mark: None, beyond: 0, root: None, record };
    let mut reach = 128;
    let mut bytes = 0;
    loop {
        let count = so_far.count;
        let segment = Segment::new(text, so_far.state.from, changes, so_far.state.done, reach);
        let last = segment.is_last(text, changes);
        let frames = so_far.frames();
        let mut reader =
            Reader { segment: &segment, last, so_far, end: 0, seen: 0, current: None, notes: 0, cut: false };
        read(&segment.text, 0, frames, last, &mut reader);
        let (notes, cut) = (reader.notes, reader.cut);
        bytes += reader.seen;
        so_far = reader.so_far;
        if (last && !cut) || so_far.stop.is_some() {
            let SoFar { stop, mut state, mark, beyond, root, .. } = so_far;
            state.notes = state.notes.wrapping_add(notes);
            return Read { stop, state, mark, beyond, root, bytes };
        }
        // What touches the end of the segment is read again with more.
        reach = if so_far.count == count { reach.saturating_mul(4) } else { 128 };
    }
}

struct Current {
    start: usize,
    first: bool,
    indent: usize,
}

/// What was read so far.
struct SoFar<'r> {
    open: Vec<Layer>,
    state: State,
    count: usize,
    stop: Option<Stop>,
    watch: Watch,
    mark: Option<(u64, u64)>,
    beyond: usize,
    root: Option<u8>,
    record: Option<&'r mut Record>,
}

struct Reader<'r, 's> {
    segment: &'s Segment<'s>,
    last: bool,
    so_far: SoFar<'r>,
    /// Where the last token ended, and the last of all, good or not.
    end: usize,
    seen: usize,
    current: Option<Current>,
    notes: u64,
    cut: bool,
}

impl SoFar<'_> {
    /// The containers that are open, as the scanner knows them.
    fn frames(&self) -> Vec<Frame> {
        let mut frames = vec![Frame::root()];
        frames.extend(self.open.iter().skip(1).map(|layer| Frame::left_open(layer.object)));
        let count = frames.len();
        for (at, frame) in frames.iter_mut().enumerate() {
            frame.expect = if at + 1 == count { self.state.expect } else { Expect::Comma };
        }
        frames
    }

    /// Compares the line with what its container has shown so far.
    fn judge_layout(&mut self, byte: u8, current: &Current) {
        let count = self.count;
        let Some(layer) = self.open.last_mut() else { return };
        let is_item = self.state.expect == Expect::Item && layer.id != 0 && byte != b',';
        if layer.id == 0 && current.indent > 0 {
            self.state.misfits += 1;
        }
        // A comma alone on its line.
        self.state.misfits += u32::from(current.first && self.state.comma_first);
        if matches!(byte, b'}' | b']') {
            let empty = self.state.expect == Expect::Item && !self.state.comma;
            if current.first && current.indent != layer.indent {
                self.state.misfits += 1;
            } else if !empty && current.first != layer.inner.is_some() {
                self.state.loose += 1;
            }
        } else if is_item && current.first {
            match layer.inner {
                Some(inner) if inner != current.indent => self.state.misfits += 1,
                Some(_) => {}
                None => {
                    let is_root = self.open.len() == 2;
                    let Some(layer) = self.open.last_mut() else { return };
                    if current.indent < layer.indent || (current.indent == layer.indent && !is_root) {
                        self.state.misfits += 1;
                    }
                    layer.inner = Some(current.indent);
                    layer.shown_by = count;
                    let layer = *layer;
                    if let Some(kept) =
                        self.record.as_mut().and_then(|record| record.layers.get_mut(layer.id))
                    {
                        *kept = layer;
                    }
                }
            }
        } else if current.first && self.state.expect == Expect::Value && layer.id != 0 {
            // A value on a line of its own: an opening bracket below its key at most.
            let below = matches!(byte, b'{' | b'[') && current.indent == self.state.indent;
            self.state.misfits += u32::from(!below);
        } else if is_item && layer.object && layer.inner.is_some() && !self.state.comma_first {
            self.state.loose += 1;
        }
    }

    fn follow(&mut self, byte: u8, raw: &str) {
        let state = &mut self.state;
        if byte == b',' {
            state.comma = true;
            state.expect = Expect::Item;
            return;
        }
        if std::mem::take(&mut state.comma) && !matches!(byte, b'}' | b']') {
            state.hash = mix(state.hash, b",");
        }
        state.hash = mix(state.hash, raw.as_bytes());
        match byte {
            b'{' | b'[' => {
                let id = self.record.as_ref().map_or(usize::MAX, |record| record.layers.len());
                let layer = Layer {
                    id,
                    parent: state.layer,
                    object: byte == b'{',
                    opener: self.count,
                    indent: state.indent,
                    inner: None,
                    shown_by: 0,
                };
                if let Some(record) = &mut self.record {
                    record.layers.push(layer);
                }
                self.open.push(layer);
                state.layer = id;
                state.expect = Expect::Item;
            }
            b'}' | b']' => {
                self.open.pop();
                state.layer = self.open.last().map_or(0, |layer| layer.id);
                state.expect = Expect::Comma;
            }
            b':' => state.expect = Expect::Value,
            _ => {
                let is_key = state.expect == Expect::Item && self.open.last().is_some_and(|top| top.object);
                state.expect = if is_key { Expect::Colon } else { Expect::Comma };
            }
        }
    }
}

impl Sink for Reader<'_, '_> {
    fn is_done(&self) -> bool {
        self.so_far.stop.is_some() || self.cut
    }

    fn token(&mut self, at: usize, _open: &[Frame]) {
        let before = self.segment.text.get(self.end..at).unwrap_or_default();
        let line = before.rfind(['\n', '\r']).map(|end| &before[end + 1..]);
        let line = line.or_else(|| (self.so_far.count == 0).then_some(before));
        let indent = line.map(|line| width(&line[..line.len() - line.trim_start_matches([' ', '\t']).len()]));
        self.current = Some(Current {
            start: at,
            first: indent.is_some(),
            indent: indent.unwrap_or(self.so_far.state.indent),
        });
    }

    fn token_end(&mut self, at: usize) {
        self.seen = at;
        if at >= self.segment.text.len() && !self.last {
            (self.cut, self.so_far.stop) = (true, None);
            return;
        }
        let Some(current) = self.current.take() else { return };
        if self.so_far.stop.is_some() {
            return;
        }
        let Some(raw) = self.segment.text.get(current.start..at) else { return };
        let Some(&byte) = raw.as_bytes().first() else { return };
        self.so_far.root.get_or_insert(byte);
        self.so_far.judge_layout(byte, &current);
        self.so_far.state.indent = current.indent;
        self.so_far.state.comma_first = byte == b',' && current.first;
        self.so_far.state.notes = self.so_far.state.notes.wrapping_add(std::mem::take(&mut self.notes));
        self.so_far.follow(byte, raw);
        let start = self.segment.start(current.start);
        (self.so_far.state.from, self.so_far.state.done) = self.segment.end(at);
        if start >= self.so_far.watch.since {
            self.so_far.beyond += 1;
        }
        if start >= self.so_far.watch.mark && self.so_far.mark.is_none() {
            self.so_far.mark = Some((self.so_far.state.hash, self.so_far.state.notes));
        }
        let (end, after, first) = (self.so_far.state.from, self.so_far.state, current.first);
        if let Some(record) = &mut self.so_far.record {
            record.tokens.push(Token { start, end, byte, first, after });
        }
        self.so_far.count += 1;
        self.end = at;
    }

    fn comment(&mut self, range: std::ops::Range<usize>) {
        let said = self.segment.text.get(range).unwrap_or_default();
        self.notes = self.notes.wrapping_add(mix(1, said.as_bytes()));
    }

    fn fault(&mut self, fault: Fault) {
        if self.so_far.stop.is_some() || self.cut {
            return;
        }
        if fault.kind == FaultKind::UnclosedComment && !self.last {
            self.cut = true;
            return;
        }
        let seen = match (&self.current, fault.kind) {
            (_, FaultKind::UnclosedComment) => fault.at,
            (Some(current), _) => current.start,
            (None, _) => self.segment.text.len(),
        };
        let stop =
            Stop { kind: fault.kind, at: self.segment.start(fault.at), start: self.segment.start(seen) };
        self.so_far.stop = Some(stop);
    }
}

/// How wide a line is indented: a tab counts as four spaces.
pub(super) fn width(blanks: &str) -> usize {
    blanks.bytes().map(|byte| if byte == b'\t' { 4 } else { 1 }).sum()
}

/// FNV-1a, eight bytes at a time; `raw` counts as one piece.
fn mix(hash: u64, raw: &[u8]) -> u64 {
    const PRIME: u64 = 0x0100_0000_01b3;
    let mut hash = (hash ^ raw.len() as u64 ^ 0xcbf2_9ce4_8422_2325).wrapping_mul(PRIME).rotate_left(23);
    for piece in raw.chunks(8) {
        let mut bytes = [0; 8];
        bytes[..piece.len()].copy_from_slice(piece);
        hash = (hash ^ u64::from_le_bytes(bytes)).wrapping_mul(PRIME).rotate_left(23);
    }
    hash
}
