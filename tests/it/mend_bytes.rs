//! Files in other encodings, and texts broken at several places by chance.

use std::fs;

use elitea_helper::merge::mend::encoding::{Decoded, decode};
use elitea_helper::merge::mend::{Mended, mend};
use elitea_helper::merge::{self, Format};

use crate::mend_jsonc::{Dice, hold_sound};
use crate::merge_corpus::files;

#[test]
fn real_files_are_read_in_other_encodings() {
    let (mut read, mut offered) = (0, 0);
    for file in files("jsonc").into_iter().flatten() {
        let Ok(text) = String::from_utf8(fs::read(&file).unwrap()) else { continue };
        let name = file.display().to_string();
        let plain = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let marked = format!("\u{feff}{plain}");
        let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
        let encodings = [
            (text.clone().into_bytes(), text.as_str()),
            (marked.clone().into_bytes(), marked.as_str()),
            (little(plain), plain),
            (little(&marked), plain),
            (big(plain), plain),
            (big(&marked), plain),
        ];
        for (bytes, wanted) in encodings {
            let Decoded::Certain(found) = decode(&bytes) else { panic!("{name}: not certain") };
            assert!(found.text == wanted && found.nuls == 0, "{name}: {}", found.encoding.name());
            read += 1;
        }
        // What is at once ASCII or in Latin-1's upper part is one byte a character there.
        let latin: Option<Vec<u8>> = plain.chars().map(|char| u8::try_from(char).ok()).collect();
        let Some(latin) = latin.filter(|_| !plain.is_ascii()) else { continue };
        match decode(&latin) {
            Decoded::Choice { texts, .. } => assert!(texts.iter().any(|found| found.text == plain), "{name}"),
            _ => panic!("{name}: no choice"),
        }
        offered += 1;
    }
    println!("encodings: {read} read, {offered} offered");
}

const SCRAPS: [&str; 30] = [
    "{", "}", "[", "]", ",", ":", "\"", "\\", "//", "/*", "*/", "\n", "\r", "\u{feff}", "\0", "'",
    "\u{2028}", "“", "`", "#", "é", "```", "\t", "null", "0x", "\\u", "=", "\u{1}", ";", "𝄞",
];

#[test]
fn any_damage_ends_in_sound_ways_or_a_place() {
    let mut dice = Dice(5);
    let (mut mended, mut beyond) = (0, 0);
    let own = "{\n  // note\n  \"a.b\": [1, \"x\"],\n  \"c\": {\"d\": null, \"é\": -1.5e3}\n}\n".to_owned();
    let texts = files("jsonc").into_iter().flatten().filter_map(|file| fs::read_to_string(file).ok());
    for text in std::iter::once(own).chain(texts).filter(|text| text.len() < 3_000) {
        for _ in 0..2 {
            let mut chars: Vec<char> = text.chars().collect();
            for _ in 0..=dice.roll(5) {
                let at = dice.roll(chars.len() + 1);
                if dice.roll(2) == 0 {
                    let end = (at + 1 + dice.roll(6)).min(chars.len());
                    chars.drain(at.min(end)..end);
                } else {
                    chars.splice(at..at, SCRAPS[dice.roll(SCRAPS.len())].chars());
                }
            }
            let damaged: String = chars.into_iter().collect();
            for format in [Format::Settings, Format::Jsonc] {
                match mend(&damaged, format) {
                    Mended::Sound => assert!(merge::check(&damaged, format).is_ok()),
                    Mended::Certain(way) => hold_sound(&damaged, &way, format),
                    Mended::Choice(ways) => {
                        assert!(!ways.is_empty() && ways.len() <= 5);
                        for way in &ways {
                            hold_sound(&damaged, way, format);
                        }
                        mended += 1;
                    }
                    Mended::Beyond(error) => {
                        assert!(error.place.is_some(), "{error}");
                        beyond += 1;
                    }
                }
            }
        }
    }
    println!("damaged at several places: {mended} with ways, {beyond} beyond");
}
