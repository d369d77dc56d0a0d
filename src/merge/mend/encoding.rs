//! Bytes of a settings file as text: which encoding they are in, and what reading them so loses.

use std::ops::Range;

use super::super::text::BOM;

/// How a file's bytes make text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, which every IDE expects; the mark at its start is kept as U+FEFF.
    Utf8,
    /// UTF-16 with the low byte first, as Windows PowerShell's `>` and Notepad's "Unicode" write it.
    Utf16Le,
    /// UTF-16 with the high byte first.
    Utf16Be,
    /// One byte a character, as Windows of western countries wrote before UTF-8.
    Windows1252,
}

impl Encoding {
    /// Its name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16 LE",
            Self::Utf16Be => "UTF-16 BE",
            Self::Windows1252 => "Windows-1252",
        }
    }
}

/// A file's text, and how it was read.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    /// The text; a mark at its start only where the file was UTF-8 with one.
    pub text: String,
    /// How the bytes were read.
    pub encoding: Encoding,
    /// Whether a byte order mark told the encoding.
    pub marked: bool,
    /// NUL bytes at the end that are left out. Disks leave them after a crash.
    pub nuls: usize,
    /// What looks like UTF-8 that was read as Windows-1252 and saved again, in the text. A note:
    /// such text may be meant.
    pub doubled: Option<Range<usize>>,
}

/// What the bytes of a file are.
pub enum Decoded {
    /// Text in one encoding, without loss.
    Certain(Text),
    /// No UTF-8: what the bytes would be in other encodings, the likelier first, and the first byte
    /// that is no UTF-8. The second way, where there is one, keeps what is UTF-8 and takes the
    /// bytes that are not for Windows-1252: a file that two programs wrote.
    Choice {
        /// The readings.
        texts: Vec<Text>,
        /// The first byte that is no UTF-8.
        at: usize,
    },
    /// Nothing is left of the file but this many NUL bytes.
    Nothing {
        /// How many.
        nuls: usize,
    },
    /// No text in any encoding that is known here: a program, an archive.
    Beyond {
        /// The first byte that belongs to no text.
        at: usize,
    },
}

/// Reads the bytes of a file.
pub fn decode(bytes: &[u8]) -> Decoded {
    if !bytes.is_empty() && bytes.iter().all(|byte| *byte == 0) {
        return Decoded::Nothing { nuls: bytes.len() };
    }
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => return Decoded::Beyond { at: 0 },
        [0xff, 0xfe, rest @ ..] => return marked(rest, Encoding::Utf16Le),
        [0xfe, 0xff, rest @ ..] => return marked(rest, Encoding::Utf16Be),
        _ => {}
    }
    let kept = without_nuls(bytes);
    let nuls = bytes.len() - kept.len();
    if let Some(encoding) = unmarked_utf16(bytes)
        && let Some(text) = utf16(bytes, encoding)
    {
        return Decoded::Certain(Text { text, encoding, marked: false, nuls: 0, doubled: None });
    }
    match std::str::from_utf8(kept) {
        Ok(text) => {
            let text = text.to_owned();
            let (marked, doubled) = (text.starts_with(BOM), doubled(&text));
            Decoded::Certain(Text { text, encoding: Encoding::Utf8, marked, nuls, doubled })
        }
        Err(error) => other(kept, nuls, error.valid_up_to()),
    }
}

fn without_nuls(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    bytes.get(..end).unwrap_or_default()
}

/// What a mark promises; an odd or wrong code unit ends it.
fn marked(rest: &[u8], encoding: Encoding) -> Decoded {
    let read = |rest: &[u8]| utf16(rest, encoding);
    let (text, nuls) = match read(rest) {
        Some(text) => (text, 0),
        None => match read(rest.get(..rest.len() & !1).unwrap_or_default()) {
            Some(text) if rest.last() == Some(&0) => (text, 1),
            _ => return Decoded::Beyond { at: 2 + first_wrong(rest, encoding) },
        },
    };
    let kept = text.trim_end_matches('\0').len();
    if kept == 0 && !text.is_empty() {
        return Decoded::Nothing { nuls: rest.len() };
    }
    let nuls = nuls + 2 * (text.len() - kept);
    let text = text[..kept].to_owned();
    let doubled = doubled(&text);
    Decoded::Certain(Text { text, encoding, marked: true, nuls, doubled })
}

fn units(bytes: &[u8], encoding: Encoding) -> impl Iterator<Item = u16> + '_ {
    bytes.chunks_exact(2).map(move |pair| match (pair, encoding) {
        ([low, high], Encoding::Utf16Le) | ([high, low], _) => u16::from_be_bytes([*high, *low]),
        _ => 0,
    })
}

fn utf16(bytes: &[u8], encoding: Encoding) -> Option<String> {
    if bytes.len() % 2 == 1 {
        return None;
    }
    char::decode_utf16(units(bytes, encoding)).collect::<Result<String, _>>().ok()
}

fn first_wrong(bytes: &[u8], encoding: Encoding) -> usize {
    let mut at = 0;
    for char in char::decode_utf16(units(bytes, encoding)) {
        match char {
            Ok(char) => at += 2 * char.len_utf16(),
            Err(_) => return at,
        }
    }
    at
}

/// UTF-16 without its mark: settings are mostly ASCII, so that every other byte is NUL.
fn unmarked_utf16(bytes: &[u8]) -> Option<Encoding> {
    if bytes.len() % 2 == 1 || bytes.len() < 4 {
        return None;
    }
    let nuls = |from: usize| bytes.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nuls(0), nuls(1));
    let mostly = bytes.len() / 2 * 3 / 4;
    match (even, odd) {
        (0, odd) if odd > 0 && odd >= mostly => Some(Encoding::Utf16Le),
        (even, 0) if even > 0 && even >= mostly => Some(Encoding::Utf16Be),
        _ => None,
    }
}

/// Bytes that are no UTF-8 from `at` on.
fn other(bytes: &[u8], nuls: usize, at: usize) -> Decoded {
    // Neither text of one byte a character nor UTF-8 holds control characters in number.
    let binary = |byte: &u8| matches!(byte, 0..=8 | 0x0e..=0x1f | 0x7f);
    if let Some(place) = bytes.iter().position(binary)
        && bytes.iter().filter(|byte| binary(byte)).count() * 50 > bytes.len()
    {
        return Decoded::Beyond { at: place.min(at) };
    }
    let text =
        |text: String| Text { text, encoding: Encoding::Windows1252, marked: false, nuls, doubled: None };
    let Some(all) = windows_1252(bytes) else {
        let undefined = bytes.iter().position(|byte| char_1252(*byte).is_none()).unwrap_or(at);
        return match mixed(bytes) {
            Some(mixed) => Decoded::Choice { texts: vec![text(mixed)], at },
            None => Decoded::Beyond { at: undefined },
        };
    };
    let mut texts = vec![text(all)];
    if let Some(mixed) = mixed(bytes).filter(|mixed| *mixed != texts[0].text) {
        texts.insert(0, text(mixed));
    }
    Decoded::Choice { texts, at }
}

/// UTF-8 where that is read, Windows-1252 where it is not.
fn mixed(bytes: &[u8]) -> Option<String> {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        for byte in chunk.invalid() {
            out.push(char_1252(*byte)?);
        }
    }
    Some(out)
}

fn windows_1252(bytes: &[u8]) -> Option<String> {
    bytes.iter().map(|byte| char_1252(*byte)).collect()
}

/// One byte of Windows-1252, by the table of the Unicode consortium (`CP1252.TXT`); five are none.
fn char_1252(byte: u8) -> Option<char> {
    const HIGH: [u16; 32] = [
        0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,
        0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
        0x0153, 0, 0x017e, 0x0178,
    ];
    match byte {
        0x80..=0x9f => {
            let code = HIGH.get(usize::from(byte) - 0x80).copied().unwrap_or(0);
            char::from_u32(u32::from(code)).filter(|char| *char != '\0')
        }
        _ => Some(char::from(byte)),
    }
}

/// The byte that Windows-1252 writes for a character.
fn byte_1252(char: char) -> Option<u8> {
    match u8::try_from(u32::from(char)) {
        Ok(byte) if !(0x80..=0x9f).contains(&byte) => Some(byte),
        _ => (0x80..=0x9f).find(|byte| char_1252(*byte) == Some(char)),
    }
}

/// The first run of characters beyond ASCII that is UTF-8 once more when written as Windows-1252.
fn doubled(text: &str) -> Option<Range<usize>> {
    let mut start = 0;
    while let Some(run) = text.get(start..)?.find(|char: char| !char.is_ascii()).map(|at| start + at) {
        let rest = text.get(run..)?;
        let length = rest.find(|char: char| char.is_ascii()).unwrap_or(rest.len());
        let bytes: Option<Vec<u8>> = rest.get(..length)?.chars().map(byte_1252).collect();
        if bytes.is_some_and(|bytes| std::str::from_utf8(&bytes).is_ok()) {
            return Some(run..run + length);
        }
        start = run + length;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certain(bytes: &[u8]) -> Text {
        match decode(bytes) {
            Decoded::Certain(text) => text,
            Decoded::Choice { .. } => panic!("a choice"),
            Decoded::Nothing { nuls } => panic!("nothing but {nuls} NULs"),
            Decoded::Beyond { at } => panic!("beyond, at {at}"),
        }
    }

    fn choice(bytes: &[u8]) -> (Vec<String>, usize) {
        match decode(bytes) {
            Decoded::Choice { texts, at } => (texts.into_iter().map(|text| text.text).collect(), at),
            _ => panic!("no choice"),
        }
    }

    fn utf16_bytes(text: &str, encoding: Encoding) -> Vec<u8> {
        let bytes = |unit: u16| {
            if encoding == Encoding::Utf16Le { unit.to_le_bytes() } else { unit.to_be_bytes() }
        };
        text.encode_utf16().flat_map(bytes).collect()
    }

    const SETTINGS: &str = "{\r\n\t\"a\": \"größer 🎉\"\r\n}\r\n";

    #[test]
    fn utf_8_is_itself() {
        for text in ["", "{}", SETTINGS, "\u{feff}{}"] {
            let read = certain(text.as_bytes());
            assert_eq!((read.text.as_str(), read.encoding, read.nuls), (text, Encoding::Utf8, 0));
            assert_eq!((read.marked, read.doubled), (text.starts_with(BOM), None), "{text}");
        }
    }

    #[test]
    fn utf_16_is_read_with_and_without_its_mark() {
        for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
            let read = certain(&utf16_bytes(SETTINGS, encoding));
            assert_eq!((read.text.as_str(), read.encoding, read.marked), (SETTINGS, encoding, false));
            let mut bytes = utf16_bytes(&format!("{BOM}{SETTINGS}"), encoding);
            let read = certain(&bytes);
            assert_eq!((read.text.as_str(), read.encoding, read.marked), (SETTINGS, encoding, true));
            bytes.extend([0; 6]);
            let read = certain(&bytes);
            assert_eq!((read.text.as_str(), read.nuls), (SETTINGS, 6));
        }
    }

    #[test]
    fn half_a_pair_is_no_text() {
        let mut bytes = vec![0xff, 0xfe, b'{', 0];
        bytes.extend(0xd800_u16.to_le_bytes());
        assert!(matches!(decode(&bytes), Decoded::Beyond { at: 4 }));
        assert!(matches!(decode(&[0xff, 0xfe, b'{', 0, b'}']), Decoded::Beyond { at: 4 }));
        assert!(matches!(decode(&[0xff, 0xfe, 0, 0, b'{', 0, 0, 0]), Decoded::Beyond { at: 0 }));
    }

    #[test]
    fn nuls_at_the_end_are_left_out() {
        let read = certain(b"{\"a\": 1}\n\0\0\0\0");
        assert_eq!((read.text.as_str(), read.nuls), ("{\"a\": 1}\n", 4));
        assert!(matches!(decode(&[0; 512]), Decoded::Nothing { nuls: 512 }));
        assert!(matches!(decode(&[0xff, 0xfe, 0, 0]), Decoded::Beyond { .. }));
        assert_eq!(certain(b"").text, "");
    }

    #[test]
    fn windows_1252_is_a_choice() {
        let (texts, at) = choice(b"{\"a\": \"gr\xf6\xdfer \x80\"}");
        assert_eq!((texts, at), (vec!["{\"a\": \"größer €\"}".to_owned()], 9));
    }

    #[test]
    fn bytes_of_two_encodings_are_both_read() {
        let (texts, at) = choice(b"\xc3\xb6 \xf6");
        assert_eq!((texts, at), (vec!["ö ö".to_owned(), "Ã¶ ö".to_owned()], 3));
        // 0x81 is nothing in Windows-1252, but half of a character in UTF-8.
        let (texts, _) = choice(b"\xc3\x81 \xf6");
        assert_eq!(texts, ["Á ö"]);
    }

    #[test]
    fn a_program_is_no_text() {
        assert!(matches!(decode(b"\x7fELF\x02\x01\x01\0\0\0\0\xff\xfe\0\x01"), Decoded::Beyond { at: 0 }));
        assert!(matches!(decode(b"caf\x81"), Decoded::Beyond { at: 3 }));
    }

    #[test]
    fn text_saved_twice_is_noted() {
        assert_eq!(certain("{\"a\": \"grÃ¶ÃŸer\"}".as_bytes()).doubled, Some(9..17));
        assert_eq!(certain("{\"a\": \"â‚¬\"}".as_bytes()).doubled, Some(7..14));
        for meant in ["größer", "Ã", "naïve café", "€", "日本", "Â"] {
            assert_eq!(certain(meant.as_bytes()).doubled, None, "{meant}");
        }
    }
}
