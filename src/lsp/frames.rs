//! Bytes in, messages out: the frames of the Language Server Protocol's base protocol (LSP 3.17, "Base
//! Protocol"). What is damaged is told once and skipped, up to where the next frame begins.

use serde_json::Value;

/// The longest message that is taken, in bytes.
pub const LONGEST: usize = 64 * 1024 * 1024;

/// The longest header block.
const LONGEST_HEADER: usize = 8 * 1024;

/// What every header block of ours and of our clients holds; damage ends where it is found.
const MARK: &[u8] = b"content-length:";

/// A buffer that has grown beyond this is given back once it is empty.
const KEPT: usize = 1024 * 1024;

/// One frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    /// A message that is valid JSON.
    Message(Value),
    /// Damage. The peer is told with JSON-RPC's codes, under the id `null`.
    Damaged(Damage),
}

/// What is wrong with a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// There is no header block with a usable `Content-Length`.
    Header,
    /// The message is not JSON, or not as long as its header says.
    Json,
    /// The message is longer than [`LONGEST`].
    TooLong,
}

impl Damage {
    /// JSON-RPC's code for it.
    pub fn code(self) -> i64 {
        match self {
            Self::Header | Self::Json => -32700,
            Self::TooLong => -32600,
        }
    }

    /// It in words. They never quote what was sent.
    pub fn words(self) -> &'static str {
        match self {
            Self::Header => "the message has no header block with a Content-Length",
            Self::Json => "the message is not JSON, or not as long as its Content-Length says",
            Self::TooLong => "the message is longer than 64 MB",
        }
    }
}

/// Splits a stream of bytes into frames.
#[derive(Debug, Default)]
pub struct Frames {
    bytes: Vec<u8>,
    /// The length of the body that follows, once its header block is read.
    body: Option<usize>,
    /// Bytes of a body that is too long, still to be thrown away.
    skip: usize,
    /// Whether damage was told, and the next frame is looked for.
    lost: bool,
}

impl Frames {
    /// Takes bytes in, any number of them.
    pub fn push(&mut self, bytes: &[u8]) {
        let skipped = self.skip.min(bytes.len());
        self.skip -= skipped;
        self.bytes.extend_from_slice(&bytes[skipped..]);
    }

    /// Whether a frame has begun that is not complete.
    pub fn is_within(&self) -> bool {
        self.skip > 0 || self.body.is_some() || (!self.lost && !self.bytes.is_empty())
    }

    /// The next frame, where it is complete.
    pub fn next_frame(&mut self) -> Option<Frame> {
        if self.lost && !self.find_mark() {
            return None;
        }
        let length = match self.body {
            Some(length) => length,
            None => match self.header()? {
                Ok(length) => length,
                Err(damage) => {
                    self.lost = true;
                    return Some(Frame::Damaged(damage));
                }
            },
        };
        if length > LONGEST {
            let here = length.min(self.bytes.len());
            self.drop_front(here);
            self.skip = length - here;
            return Some(Frame::Damaged(Damage::TooLong));
        }
        self.body = Some(length);
        let body = self.bytes.get(..length)?;
        let parsed = serde_json::from_slice::<Value>(body);
        self.body = None;
        if let Ok(message) = parsed {
            self.drop_front(length);
            return Some(Frame::Message(message));
        }
        // Its length may have been too large, so that the next frame is in it.
        self.lost = true;
        Some(Frame::Damaged(Damage::Json))
    }

    /// Reads a header block; none while it is not complete.
    fn header(&mut self) -> Option<Result<usize, Damage>> {
        let Some((end, length)) = header_block(&self.bytes) else {
            if self.bytes.len() > LONGEST_HEADER || !may_be_header(&self.bytes) {
                // The first byte is what is wrong, or else the mark would be found in the same place.
                self.drop_front(1);
                return Some(Err(Damage::Header));
            }
            return None;
        };
        self.drop_front(end);
        Some(length.ok_or(Damage::Header))
    }

    /// Throws away what stands before the next frame. Whether there is one.
    fn find_mark(&mut self) -> bool {
        let found = position(&self.bytes, MARK);
        let keep = found.unwrap_or_else(|| self.bytes.len().saturating_sub(MARK.len() - 1));
        self.drop_front(keep);
        self.lost = found.is_none();
        !self.lost
    }

    fn drop_front(&mut self, count: usize) {
        self.bytes.drain(..count);
        if self.bytes.is_empty() && self.bytes.capacity() > KEPT {
            self.bytes = Vec::new();
        }
    }
}

/// Where the header block that the bytes begin with ends, and the length that it gives.
fn header_block(bytes: &[u8]) -> Option<(usize, Option<usize>)> {
    let (mut at, mut length, mut seen) = (0, None, false);
    while let Some(end) = bytes.get(at..)?.iter().take(LONGEST_HEADER).position(|byte| *byte == b'\n') {
        let line = bytes.get(at..at + end)?.trim_ascii();
        at += end + 1;
        if line.is_empty() {
            return Some((at, length));
        }
        let text = std::str::from_utf8(line).unwrap_or_default();
        if let Some((name, value)) = text.split_once(':')
            && name.trim().eq_ignore_ascii_case("content-length")
        {
            // Two different lengths are as good as none.
            let value = value.trim().parse::<usize>().ok();
            length = if seen && length != value { None } else { value };
            seen = true;
        }
    }
    None
}

/// Whether a header block may begin like this: with the name of a field. So that what is no frame at
/// all is told at once, and not when 8 KB of it have come.
fn may_be_header(bytes: &[u8]) -> bool {
    let name = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
    bytes.is_empty() || (name > 0 && name < 64 && matches!(bytes.get(name), None | Some(b':' | b' ')))
}

fn position(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window.eq_ignore_ascii_case(mark))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn frame(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    fn split(bytes: &[u8], step: usize) -> Vec<String> {
        let mut frames = Frames::default();
        let mut found = Vec::new();
        for piece in bytes.chunks(step) {
            frames.push(piece);
            while let Some(frame) = frames.next_frame() {
                found.push(match frame {
                    Frame::Message(message) => message.to_string(),
                    Frame::Damaged(damage) => format!("{damage:?}"),
                });
            }
        }
        found
    }

    /// Every case is split in one piece, byte by byte and in pieces of seven, with the same outcome.
    #[test]
    fn damage_is_told_once_and_the_next_frame_found() {
        let (one, two) = (frame("1"), frame("2"));
        let cases: &[(String, &[&str])] = &[
            (format!("{one}{two}"), &["1", "2"]),
            ("content-length:1\n\n1".into(), &["1"]),
            (format!("Content-Type: x; charset=utf-8\r\n{one}"), &["1"]),
            (format!("{one}\u{0}\u{1}garbage\r\nmore: of it\r\n\r\n{two}"), &["1", "Header", "2"]),
            (format!("Content-Type: x\r\n\r\n{{}}{two}"), &["Header", "2"]),
            (format!("Content-Length: many\r\n\r\n{{}}{two}"), &["Header", "2"]),
            (format!("Content-Length: -1\r\n\r\n{two}"), &["Header", "2"]),
            (format!("Content-Length: 1\r\nContent-Length: 2\r\n\r\n11{two}"), &["Header", "2"]),
            (format!("Content-Length: 0\r\n\r\n{two}"), &["Json", "2"]),
            (format!("{}{two}", frame("{\"a\":}")), &["Json", "2"]),
            (format!("{}{two}", frame("[1,\u{1}]")), &["Json", "2"]),
            // Too short: the rest of the body is no header. Too long: the next frame is within.
            (format!("Content-Length: 5\r\n\r\n{{\"a\":1}}{two}"), &["Json", "2"]),
            (format!("Content-Length: 20\r\n\r\n{{}}{two}{one}"), &["Json", "2", "1"]),
            (frame(r#""Content-Length: 1\r\n\r\n1""#), &[r#""Content-Length: 1\r\n\r\n1""#]),
            (format!("{}{two}", frame(&"[".repeat(100_000))), &["Json", "2"]),
        ];
        for (bytes, expected) in cases {
            for step in [bytes.len(), 1, 7] {
                assert_eq!(
                    split(bytes.as_bytes(), step),
                    *expected,
                    "{:?} by {step}",
                    &bytes[..40.min(bytes.len())]
                );
            }
        }
    }

    #[test]
    fn a_message_that_is_too_long_is_never_kept() {
        let mut frames = Frames::default();
        frames.push(format!("Content-Length: {}\r\n\r\n", LONGEST + 10).as_bytes());
        assert_eq!(frames.next_frame(), Some(Frame::Damaged(Damage::TooLong)));
        let piece = vec![b'x'; 1024 * 1024];
        let mut left = LONGEST + 10;
        while left > 0 {
            let now = left.min(piece.len());
            frames.push(&piece[..now]);
            left -= now;
            assert!(frames.bytes.is_empty());
        }
        frames.push(frame("1").as_bytes());
        assert_eq!(frames.next_frame(), Some(Frame::Message(1.into())));
        assert!(!frames.is_within());
    }
}
