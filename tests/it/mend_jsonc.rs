//! Real files, damaged at one place each, and mended: what is done unasked must give back what was
//! there, and what is offered must have it among its ways.
//!
//! `MEND_PLACES` says how often each kind of damage is done to a file; once in a few files unless set.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;

use elitea_helper::merge::mend::{Mended, Way, mend};
use elitea_helper::merge::{self, Format, jsonc};
use jsonc_parser::{ParseOptions, parse_to_serde_value};
use serde_json::Value;

use crate::merge_corpus::files;
use crate::support;

/// Larger files take too long to be damaged often.
const LARGEST: usize = 60_000;

pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| from[self.roll(from.len())].clone())
    }
}

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

/// Where the marks and strings of a text are.
struct Parts {
    marks: Vec<usize>,
    strings: Vec<Range<usize>>,
    comments: Vec<Range<usize>>,
}

fn parts(text: &str) -> Parts {
    let tree = jsonc::scan(text);
    let is_string = |kind| matches!(kind, jsonc::Kind::Key | jsonc::Kind::String);
    let strings: Vec<_> =
        tree.nodes.iter().filter(|node| is_string(node.kind)).map(|node| node.start()..node.end()).collect();
    let mut inside = vec![false; text.len() + 1];
    for range in strings.iter().chain(&tree.comments) {
        inside[range.clone()].fill(true);
    }
    let marks = text
        .bytes()
        .enumerate()
        .filter(|(at, byte)| !inside[*at] && b"{}[],:".contains(byte))
        .map(|(at, _)| at)
        .collect();
    Parts { marks, strings, comments: tree.comments }
}

impl Parts {
    fn marks_of(&self, text: &str, of: &str) -> Vec<usize> {
        self.marks.iter().copied().filter(|at| of.as_bytes().contains(&text.as_bytes()[*at])).collect()
    }
}

/// A damaged text, and what it may be mended to.
struct Damaged {
    text: String,
    wanted: Vec<Meaning>,
}

type Damage = fn(&str, &Parts, &str, &mut Dice) -> Option<(String, Option<Vec<String>>)>;

fn without(text: &str, at: usize) -> String {
    format!("{}{}", &text[..at], &text[at + 1..])
}

fn with(text: &str, at: usize, more: &str) -> String {
    format!("{}{more}{}", &text[..at], &text[at..])
}

fn delete(
    of: &'static str,
    text: &str,
    parts: &Parts,
    dice: &mut Dice,
) -> Option<(String, Option<Vec<String>>)> {
    let at = dice.pick(&parts.marks_of(text, of))?;
    Some((without(text, at), None))
}

const DAMAGES: &[(&str, Damage)] = &[
    ("comma deleted", |text, parts, _, dice| delete(",", text, parts, dice)),
    ("comma doubled", |text, parts, _, dice| {
        let at = dice.pick(&parts.marks_of(text, ","))?;
        Some((with(text, at, ","), None))
    }),
    ("colon deleted", |text, parts, _, dice| delete(":", text, parts, dice)),
    ("closing bracket deleted", |text, parts, _, dice| delete("}]", text, parts, dice)),
    ("opening bracket deleted", |text, parts, _, dice| delete("{[", text, parts, dice)),
    ("bracket doubled", |text, parts, _, dice| {
        let at = dice.pick(&parts.marks_of(text, "{}[]"))?;
        Some((with(text, at, &text[at..=at]), None))
    }),
    ("bracket inserted", |text, parts, _, dice| {
        let at = dice.pick(&parts.marks)? + 1;
        Some((with(text, at, ["{", "}", "[", "]"][dice.roll(4)]), None))
    }),
    ("bracket swapped", |text, parts, _, dice| {
        let at = dice.pick(&parts.marks_of(text, "{}[]"))?;
        let other = match &text[at..=at] {
            "{" => "[",
            "[" => "{",
            "}" => "]",
            _ => "}",
        };
        Some((with(&without(text, at), at, other), None))
    }),
    ("opening quote deleted", |text, parts, _, dice| {
        let string = dice.pick(&parts.strings)?;
        Some((without(text, string.start), None))
    }),
    ("closing quote deleted", |text, parts, _, dice| {
        let string = dice.pick(&parts.strings)?;
        Some((without(text, string.end - 1), None))
    }),
    ("brackets after the end", |text, _, _, dice| {
        let tail = ["}", "]", "}}", "\n}", "\n]\n", ",", "}\n}"][dice.roll(7)];
        Some((with(text, text.trim_end().len(), tail), None))
    }),
    ("copy after the end", |text, _, _, _| Some((format!("{text}{text}"), None))),
    ("words after the end", |text, _, _, dice| {
        let tail = ["\nnpm install", " foo", "\nsee the wiki page"][dice.roll(3)];
        Some((with(text, text.trim_end().len(), tail), None))
    }),
    ("brackets cut off the end", |text, parts, _, dice| {
        let tail = text.bytes().rev().take_while(|byte| b" \t\r\n}]".contains(byte)).count();
        let places: Vec<_> =
            parts.marks_of(text, "}]").into_iter().rev().filter(|at| *at >= text.len() - tail).collect();
        let count = 1 + dice.roll(places.len().min(3));
        Some((text[..*places.get(count - 1)?].to_owned(), None))
    }),
    ("backslash not doubled", |text, parts, _, dice| {
        let string = dice.pick(&parts.strings)?;
        let places: Vec<_> = (string.start + 1..string.end).filter(|at| text.is_char_boundary(*at)).collect();
        let at = dice.pick(&places)?;
        Some((with(text, at, "\\"), Some(vec![with(text, at, "\\\\")])))
    }),
    ("half a backslash", |text, parts, _, dice| {
        let strings: Vec<_> =
            parts.strings.iter().filter(|range| text[(*range).clone()].contains("\\\\")).collect();
        let string = dice.pick(&strings)?;
        let at = string.start + text[string.clone()].find("\\\\")?;
        Some((without(text, at), None))
    }),
    ("line break in a string", |text, parts, _, dice| {
        let string = dice.pick(&parts.strings)?;
        let places: Vec<_> = (string.start + 1..string.end).filter(|at| text.is_char_boundary(*at)).collect();
        let at = dice.pick(&places)?;
        Some((with(text, at, "\n"), None))
    }),
    ("tab in a string", |text, parts, _, dice| {
        let string = dice.pick(&parts.strings)?;
        Some((with(text, string.start + 1, "\t"), Some(vec![with(text, string.start + 1, "\\t")])))
    }),
    ("NUL tail", |text, _, _, dice| Some((format!("{text}{}", "\0".repeat(1 + dice.roll(4096))), None))),
    ("another file after the end", |text, _, other, _| {
        let other = other.strip_prefix('\u{feff}').unwrap_or(other);
        Some((format!("{text}{other}"), Some(Vec::new())))
    }),
    ("single quotes", |text, parts, _, dice| {
        let strings: Vec<_> =
            parts.strings.iter().filter(|range| !text[(*range).clone()].contains(['\'', '\\'])).collect();
        let string = dice.pick(&strings)?;
        let inner = &text[string.start + 1..string.end - 1];
        Some((format!("{}'{inner}'{}", &text[..string.start], &text[string.end..]), None))
    }),
    ("slash deleted", |text, parts, _, dice| {
        let comments: Vec<_> =
            parts.comments.iter().filter(|range| text[range.start..].starts_with("//")).collect();
        let comment = dice.pick(&comments)?;
        Some((without(text, comment.start), None))
    }),
];

/// Kinds that lose nothing, so that what was there can be known.
const LOSSLESS: &[&str] = &[
    "comma deleted",
    "comma doubled",
    "colon deleted",
    "closing bracket deleted",
    "opening bracket deleted",
    "bracket doubled",
    "bracket inserted",
    "bracket swapped",
    "opening quote deleted",
    "closing quote deleted",
    "brackets after the end",
    "copy after the end",
    "words after the end",
    "brackets cut off the end",
    "NUL tail",
];

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

pub(crate) fn hold_sound(name: &str, way: &Way, format: Format) {
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
        hold_sound(name, way, format);
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
