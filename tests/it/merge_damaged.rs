//! The merge contract over damaged and over extreme files.

use std::fs;

use elitea_helper::error::Kind;
use elitea_helper::merge::{self, Format, jsonc, xml};

use crate::merge_corpus::{files, round_trip, settings_patch, xml_patch};

/// A small generator of numbers, the same ones in every run (Knuth's MMIX constants).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
    }
}

const SCRAPS: [&str; 24] = [
    "{", "}", "[", "]", ",", ":", "\"", "\\", "//", "/*", "*/", "\n", "\r", "\u{feff}", "\0", "<", ">", "</",
    "/>", "<!--", "-->", "&", "'", "\u{2028}",
];

/// Cuts pieces out of a text and puts scraps into it.
pub(crate) fn damage(text: &str, dice: &mut Dice) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(chars.len() + 1);
        if dice.roll(2) == 0 {
            let end = (at + 1 + dice.roll(4)).min(chars.len());
            chars.drain(at.min(end)..end);
        } else {
            let scrap = SCRAPS[dice.roll(SCRAPS.len())];
            chars.splice(at..at, scrap.chars());
        }
    }
    chars.into_iter().collect()
}

#[test]
fn damaged_files_are_refused_or_merged_well() {
    let mut dice = Dice(1);
    let (mut merged, mut refused) = (0, 0);
    for (folder, patch) in [("jsonc", settings_patch()), ("idea", xml_patch())] {
        for file in files(folder).into_iter().flatten() {
            let text = fs::read_to_string(&file).unwrap();
            if text.len() > 5_000 {
                continue;
            }
            for _ in 0..4 {
                let damaged = damage(&text, &mut dice);
                let paths: Vec<_> = patch.entries.iter().map(|entry| entry.path.clone()).collect();
                merge::ranges(&damaged, patch.format, &paths);
                match merge::check(&damaged, patch.format) {
                    Ok(()) => {
                        round_trip(&damaged, &damaged, &patch);
                        merged += 1;
                    }
                    Err(error) => {
                        assert!(error.place.is_some(), "{error}");
                        refused += 1;
                    }
                }
            }
        }
    }
    println!("damaged files: {merged} still valid and merged, {refused} refused");
}

#[test]
fn deep_and_large_files_have_limits() {
    let deep = |depth: usize| format!("{{\"a\": {}1{}}}", "[".repeat(depth), "]".repeat(depth));
    assert!(merge::check(&deep(jsonc::MAX_DEPTH - 1), Format::Settings).is_ok());
    assert_eq!(
        merge::check(&deep(jsonc::MAX_DEPTH), Format::Settings).unwrap_err().kind,
        Kind::FileMalformed
    );
    assert!(merge::check(&deep(1_000_000), Format::Settings).is_err());
    let elements =
        |depth: usize| format!("<project>{}{}</project>", "<a>".repeat(depth), "</a>".repeat(depth));
    assert!(merge::check(&elements(xml::MAX_DEPTH - 1), Format::Xml).is_ok());
    assert!(merge::check(&elements(xml::MAX_DEPTH), Format::Xml).is_err());
    assert!(merge::check(&elements(1_000_000), Format::Xml).is_err());
    let large = " ".repeat(16 * 1024 * 1024 + 1);
    let arrays = |depth: usize| format!("a = {}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(merge::check(&arrays(50), Format::Toml).is_ok());
    for deep in [
        arrays(1_000_000),
        format!("a = {}", "{a=".repeat(1_000_000)),
        format!("{}a = 1", "a.".repeat(100_000)),
    ] {
        assert_eq!(merge::check(&deep, Format::Toml).unwrap_err().kind, Kind::FileMalformed);
    }
    for format in [Format::Settings, Format::Xml, Format::Toml] {
        assert_eq!(merge::check(&large, format).unwrap_err().kind, Kind::FileRefused);
    }
}
