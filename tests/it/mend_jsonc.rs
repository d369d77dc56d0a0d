//! Real files, damaged at one place each, and mended: what is done unasked must give back what was
//! there, and what is offered must have it among its ways.
//!
//! `MEND_PLACES` says how often each kind of damage is done to a file; once in a few files unless set.

mod damages;

use std::collections::BTreeMap;
use std::fs;

use elitea_helper::merge::mend::encoding::{Decoded, decode};
use elitea_helper::merge::mend::{Mended, Way, mend};
use elitea_helper::merge::{self, Format, jsonc};
use jsonc_parser::{ParseOptions, parse_to_serde_value};
use serde_json::Value;

use crate::merge_corpus::files;
use crate::support;
use damages::{DAMAGES, Dice, LOSSLESS, parts};

/// Larger files take too long to be damaged often.
const LARGEST: usize = 60_000;

/// What a text means: its value and its comments.
#[derive(Clone, Debug, PartialEq)]
struct Meaning {
    value: Value,
    comments: Vec<String>,
}

fn options() -> ParseOptions {
    jsonc::OPTIONS
}

fn meaning(text: &str) -> Option<Meaning> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value = parse_to_serde_value::<Option<Value>>(text, &options()).ok()?.unwrap_or_default();
    let tree = jsonc::scan(text);
    let comments = tree.comments.iter().map(|range| text[range.clone()].trim_end().to_owned()).collect();
    Some(Meaning { value, comments })
}

/// A damaged text, and what it may be mended to.
struct Damaged {
    text: String,
    wanted: Vec<Meaning>,
}

#[derive(Default)]
struct Count {
    damaged: usize,
    certain: usize,
    wrong: usize,
    first: usize,
    shown: usize,
    other: usize,
    beyond: usize,
}

fn format_of(name: &str) -> Format {
    if name.contains("settings") || name.contains("code-workspace") {
        Format::Settings
    } else {
        Format::Jsonc
    }
}

/// The object made of both, the second's values winning.
fn union(first: &Value, second: &Value) -> Option<Value> {
    match (first, second) {
        (Value::Object(first), Value::Object(second)) => {
            Some(Value::Object(first.clone().into_iter().chain(second.clone()).collect()))
        }
        (Value::Array(first), Value::Array(second)) => {
            Some(Value::Array(first.iter().chain(second).cloned().collect()))
        }
        _ => None,
    }
}

fn wanted(kind: &str, original: &str, other: &str, given: Option<Vec<String>>) -> Vec<Meaning> {
    let Some(own) = meaning(original) else { return Vec::new() };
    if kind != "another file after the end" {
        return given
            .map_or_else(|| vec![own], |texts| texts.iter().filter_map(|text| meaning(text)).collect());
    }
    let Some(second) = meaning(other) else { return Vec::new() };
    let comments = own.comments.iter().chain(&second.comments).cloned().collect();
    let both = union(&own.value, &second.value).map(|value| Meaning { value, comments });
    [Some(own), Some(second), both].into_iter().flatten().collect()
}

/// Whether every letter and digit of the damaged text is in the mended one, in order.
fn keeps(damaged: &str, way: &Way) -> bool {
    let mut after = way.text.chars();
    damaged.chars().filter(|char| char.is_alphanumeric()).all(|char| after.any(|other| other == char))
}

/// Whether of two files in one every key is kept and, where nobody is asked, every comment.
fn keeps_both(name: &str, damaged: &Damaged, way: &Way, unasked: bool) {
    let after = meaning(&way.text).unwrap();
    for file in &damaged.wanted {
        let keys = file.value.as_object().into_iter().flat_map(|members| members.keys());
        for key in keys {
            assert!(after.value.get(key).is_some(), "{name}: {key} is lost:\n{}", way.text);
        }
        let comments = file.comments.iter().filter(|_| unasked);
        for comment in comments {
            assert!(after.comments.contains(comment), "{name}: {comment} is lost:\n{}", way.text);
        }
    }
}

fn is_idempotent(name: &str, way: &Way, format: Format) {
    assert!(merge::check(&way.text, format).is_ok(), "{name}: not sound:\n{}", way.text);
    assert!(matches!(mend(&way.text, format), Mended::Sound), "{name}: not sound");
    assert!(!way.changes.is_empty(), "{name}: no change");
}

#[test]
fn real_files_are_given_back() {
    if support::is_repetition() {
        return;
    }
    let places = std::env::var("MEND_PLACES").ok().and_then(|places| places.parse::<usize>().ok());
    let show = std::env::var("MEND_SHOW").unwrap_or_default();
    let mut dice = Dice(11);
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut other = "{\n    \"made.up\": 1\n}\n".to_owned();
    let all = files("jsonc").into_iter().flatten().chain(files("seq").into_iter().flatten());
    for (nth, file) in all.enumerate() {
        let Ok(text) = String::from_utf8(fs::read(&file).unwrap()) else { continue };
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let format = format_of(&name);
        if text.len() > LARGEST || merge::check(&text, format).is_err() || meaning(&text).is_none() {
            continue;
        }
        let known = parts(&text);
        for (which, (kind, damage)) in DAMAGES.iter().enumerate() {
            if places.is_none() && (nth + which) % 4 != 0 {
                continue;
            }
            for _ in 0..places.unwrap_or(1) {
                let Some((damaged, given)) = damage(&text, &known, &other, &mut dice) else { continue };
                if merge::check(&damaged, format).is_ok() {
                    continue;
                }
                let damaged = Damaged { wanted: wanted(kind, &text, &other, given), text: damaged };
                if damaged.wanted.is_empty() {
                    continue;
                }
                let count = counts.entry(kind).or_default();
                count.damaged += 1;
                let mended = mend(&damaged.text, format);
                let name = format!("{name}: {kind}");
                let report = |count: &mut Count, label: &str| {
                    if show == label || show == format!("{label} {kind}") {
                        println!("== {label}: {name}\n{}", difference(&text, &damaged.text, &mended));
                    }
                    let _ = count;
                };
                hold(&name, kind, format, &damaged, &mended, count, &mut wrong, &report);
            }
        }
        other = text;
    }
    table(&counts);
    assert!(wrong.is_empty(), "certain, but not what was there:\n{}", wrong.join("\n"));
    let lossless = counts.iter().filter(|(kind, _)| LOSSLESS.contains(*kind));
    let (found, of) = lossless.fold((0, 0), |(found, of), (_, count)| {
        (found + count.certain + count.first + count.shown, of + count.damaged)
    });
    if of > 0 {
        println!("given back, unasked or as one of the ways: {found} of {of}");
        assert!(found * 100 >= of * 95, "{found} of {of} are given back");
    }
}

#[allow(clippy::too_many_arguments)]
fn hold(
    name: &str,
    kind: &str,
    format: Format,
    damaged: &Damaged,
    mended: &Mended,
    count: &mut Count,
    wrong: &mut Vec<String>,
    report: &dyn Fn(&mut Count, &str),
) {
    let is_wanted = |way: &Way| meaning(&way.text).is_some_and(|found| damaged.wanted.contains(&found));
    let ways: &[Way] = match mended {
        Mended::Sound => panic!("{name}: sound"),
        Mended::Certain(way) => std::slice::from_ref(way),
        Mended::Choice(ways) => ways,
        Mended::Beyond(error) => {
            assert!(error.place.is_some(), "{name}: {error}");
            count.beyond += 1;
            report(count, "beyond");
            return;
        }
    };
    assert!(!ways.is_empty() && ways.len() <= 5, "{name}: {} ways", ways.len());
    for way in ways {
        is_idempotent(name, way, format);
        let may_drop = ["words after the end", "copy after the end", "another file after the end"];
        assert!(may_drop.contains(&kind) || keeps(&damaged.text, way), "{name}: lost:\n{}", way.text);
    }
    if kind == "another file after the end" {
        for way in ways {
            keeps_both(name, damaged, way, matches!(mended, Mended::Certain(_)));
        }
    }
    let place = ways.iter().position(is_wanted);
    match (mended, place) {
        (Mended::Certain(_), Some(_)) => count.certain += 1,
        (Mended::Certain(way), None) => {
            count.wrong += 1;
            let whats: Vec<_> = way
                .changes
                .iter()
                .map(|change| format!("{:?} {:?} {}", change.range, change.with, change.what))
                .collect();
            wrong.push(format!("{name}: {whats:?}"));
            report(count, "wrong");
        }
        (_, Some(0)) => {
            count.first += 1;
            report(count, "first");
        }
        (_, Some(_)) => {
            count.shown += 1;
            report(count, "shown");
        }
        (_, None) => {
            count.other += 1;
            report(count, "other");
        }
    }
}

fn difference(original: &str, damaged: &str, mended: &Mended) -> String {
    let diff = |from: &str, to: &str| {
        let diff = similar::TextDiff::from_lines(from, to);
        diff.unified_diff().context_radius(2).to_string()
    };
    let mut out = format!("--- damage\n{}", diff(original, damaged));
    match mended {
        Mended::Sound => {}
        Mended::Certain(way) => out += &format!("--- certain\n{}", diff(damaged, &way.text)),
        Mended::Choice(ways) => {
            for way in ways {
                out += &format!("--- way\n{}", diff(damaged, &way.text));
            }
        }
        Mended::Beyond(error) => out += &format!("--- beyond {error}\n"),
    }
    out
}

fn table(counts: &BTreeMap<&str, Count>) {
    println!(
        "{:28} {:>7} {:>8} {:>6} {:>6} {:>6} {:>6} {:>7}",
        "damage", "files", "certain", "first", "shown", "other", "beyond", "wrong"
    );
    let mut all = Count::default();
    let row = |name: &str, count: &Count| {
        println!(
            "{name:28} {:>7} {:>8} {:>6} {:>6} {:>6} {:>6} {:>7}",
            count.damaged, count.certain, count.first, count.shown, count.other, count.beyond, count.wrong
        );
    };
    for (kind, count) in counts {
        row(kind, count);
        all.damaged += count.damaged;
        all.certain += count.certain;
        all.wrong += count.wrong;
        all.first += count.first;
        all.shown += count.shown;
        all.other += count.other;
        all.beyond += count.beyond;
    }
    row("all", &all);
}

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
                    Mended::Certain(way) => is_idempotent(&damaged, &way, format),
                    Mended::Choice(ways) => {
                        assert!(!ways.is_empty() && ways.len() <= 5);
                        for way in &ways {
                            is_idempotent(&damaged, way, format);
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
