//! One user's settings over their whole history: what the user did from one version to the next is
//! done to what we left, and then we merge again. Each key is held against the rule, which is
//! written here a second time.

use std::collections::BTreeMap;
use std::fs;

use elitea_helper::merge::{
    self, Base, Choice, Entry, Format, Hold, Op, Origin, Outcome, Owned, OwnedKey, Patch, Path, Seal, jsonc,
};
use jsonc_parser::{ParseOptions, parse_to_serde_value};
use serde_json::{Map, Value, json};

use crate::merge_corpus::files;

fn seal() -> Seal {
    Seal::new(&[7; 32])
}

type Settings = Map<String, Value>;

fn parse(text: &str) -> Settings {
    let value: Value = parse_to_serde_value::<Value>(text, &ParseOptions::default()).unwrap();
    value.as_object().unwrap().clone()
}

fn path(key: &str) -> Path {
    Path::keys([key])
}

fn patch(format: Format, entries: impl Iterator<Item = (String, Value)>) -> Patch {
    let entry = |(key, value): (String, Value)| Entry { path: path(&key), op: Op::Set(value), secret: false };
    Patch { format, entries: entries.map(entry).collect(), downloads: Vec::new() }
}

/// Does to `text` what the user did between two versions.
fn edit(text: &str, from: &Settings, to: &Settings) -> String {
    let now = parse(text);
    let gone = from.keys().filter(|key| !to.contains_key(*key)).filter_map(|key| {
        let base = Base::Value(now.get(key)?.clone());
        Some(OwnedKey { path: path(key), base, origin: Origin::Absent, hold: Hold::Held })
    });
    let gone = Owned { keys: gone.collect(), containers: Vec::new() };
    let text = merge::remove(text, Format::Jsonc, &gone, None, &seal()).unwrap().text;
    let changed = to.iter().filter(|(key, value)| from.get(*key) != Some(*value));
    let patch = patch(Format::Jsonc, changed.map(|(key, value)| (key.clone(), value.clone())));
    let choices: Vec<_> = patch.entries.iter().map(|entry| (entry.path.clone(), Choice::Take)).collect();
    merge::apply(&text, &patch, &Owned::default(), &choices, &seal()).unwrap().text
}

/// The keys that the user changed most often, besides some that are only ours.
fn our_keys(versions: &[Settings]) -> Vec<String> {
    let mut changes: BTreeMap<&String, usize> = BTreeMap::new();
    for pair in versions.windows(2) {
        for key in pair[0].keys().chain(pair[1].keys()) {
            *changes.entry(key).or_default() += usize::from(pair[0].get(key) != pair[1].get(key));
        }
    }
    // A key that stands for the start of another is not one setting but several.
    let starts = |one: &str, other: &str| other.strip_prefix(one).is_some_and(|rest| rest.starts_with('.'));
    let alone = |key: &str| !changes.keys().any(|other| starts(key, other) || starts(other, key));
    let mut keys: Vec<_> =
        changes.iter().filter(|(key, _)| alone(key)).map(|(key, count)| (*key, *count)).collect();
    keys.sort_by_key(|(key, count)| (std::cmp::Reverse(*count), *key));
    let theirs = keys.into_iter().take(40).map(|(key, _)| key.clone());
    theirs.chain((0..8).map(|at| format!("eliteacode.made up {at}"))).collect()
}

/// What we want at a version: now what the user will have some versions later, now our own.
fn wanted(keys: &[String], versions: &[Settings], at: usize) -> Vec<(String, Value)> {
    let epoch = at / 6;
    let later = &versions[(epoch * 6 + 9).min(versions.len() - 1)];
    let value = |(place, key): (usize, &String)| {
        let ours = json!(format!("ours {place} {epoch}"));
        let value =
            if (place + epoch).is_multiple_of(3) { later.get(key).cloned().unwrap_or(ours) } else { ours };
        (key.clone(), value)
    };
    keys.iter().enumerate().map(value).collect()
}

/// What the rule knows of a key.
#[derive(Clone)]
struct Known {
    base: Value,
    origin: Option<Value>,
    gone: bool,
}

/// The rule: what becomes of a key, and what stands there afterwards.
fn rule(known: &mut Option<Known>, now: Option<&Value>, wanted: &Value) -> (&'static str, Option<Value>) {
    let ours = Some(wanted.clone());
    let stands = now.cloned();
    let Some(record) = known else {
        let filler = now.and_then(Value::as_str) == Some("");
        let outcome = match now {
            None => "Inserted",
            Some(now) if now == wanted => "Adopted",
            Some(_) if filler => "Updated",
            Some(_) => return ("Conflict", stands),
        };
        *known = Some(Known { base: wanted.clone(), origin: stands, gone: false });
        return (outcome, ours);
    };
    let outcome = match now {
        None => {
            record.gone = true;
            return ("Gone", None);
        }
        Some(now) if now == wanted && *now == record.base && !record.gone => "Unchanged",
        Some(now) if now == wanted => "Adopted",
        Some(now) if *now == record.base => "Updated",
        Some(_) => return ("Conflict", stands),
    };
    record.base = wanted.clone();
    record.gone = false;
    (outcome, ours)
}

fn name(outcome: &Outcome) -> String {
    format!("{outcome:?}").split_whitespace().next().unwrap_or_default().to_owned()
}

#[test]
fn one_users_history_is_followed() {
    let Some(files) = files("seq") else { return };
    let texts: Vec<_> = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let versions: Vec<_> = texts.iter().map(|text| parse(text)).collect();
    let keys = our_keys(&versions);
    let mut known: BTreeMap<String, Option<Known>> = BTreeMap::new();
    let (mut owned, mut last) = (Owned::default(), texts[0].clone());
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut user_changes = 0;
    for at in 0..versions.len() {
        let text = match at {
            0 => last,
            _ => {
                let (from, to) = (&versions[at - 1], &versions[at]);
                user_changes += to.iter().filter(|(key, value)| from.get(*key) != Some(*value)).count()
                    + from.keys().filter(|key| !to.contains_key(*key)).count();
                edit(&last, from, to)
            }
        };
        let before = parse(&text);
        let wanted = wanted(&keys, &versions, at);
        let merged =
            merge::apply(&text, &patch(Format::Settings, wanted.iter().cloned()), &owned, &[], &seal())
                .unwrap();
        let after = parse(&merged.text);
        for ((key, wanted), report) in wanted.iter().zip(&merged.keys) {
            let (outcome, stands) = rule(known.entry(key.clone()).or_default(), before.get(key), wanted);
            assert_eq!(name(&report.outcome), outcome, "version {at}: {key}");
            assert_eq!(after.get(key), stands.as_ref(), "version {at}: {key}");
            *counts.entry(outcome.to_owned()).or_default() += 1;
        }
        let others = |settings: &Settings| -> Vec<(String, Value)> {
            settings.clone().into_iter().filter(|(key, _)| !keys.contains(key)).collect()
        };
        assert_eq!(others(&after), others(&before), "version {at}: the other keys, in their order");
        assert!(foreign(&merged.text, &keys) == foreign(&text, &keys), "version {at}: bytes of the user");
        (owned, last) = (merged.owned, merged.text);
    }
    let removed = merge::remove(&last, Format::Settings, &owned, None, &seal()).unwrap();
    let (before, after) = (parse(&last), parse(&removed.text));
    for (key, known) in &known {
        let expected = match (known, before.get(key)) {
            (Some(known), Some(now)) if *now == known.base => known.origin.as_ref(),
            (_, now) => now,
        };
        assert_eq!(after.get(key), expected, "removed: {key}");
    }
    let theirs = versions.last().unwrap();
    for (key, value) in theirs.iter().filter(|(key, _)| !keys.contains(key)) {
        assert_eq!(after.get(key), Some(value), "at the end: {key}");
    }
    println!(
        "{} versions, {user_changes} changes of the user, {} keys of ours: {counts:?}",
        versions.len(),
        keys.len()
    );
    for outcome in ["Inserted", "Adopted", "Updated", "Unchanged", "Conflict", "Gone"] {
        assert!(counts.contains_key(outcome), "never {outcome}: {counts:?}");
    }
}

/// What is left of a text without our keys, the white space and the commas.
fn foreign(text: &str, keys: &[String]) -> String {
    let tree = jsonc::scan(text);
    let mut left = String::new();
    let mut at = 0;
    for (key, value) in tree.properties(0) {
        if keys.contains(&tree.string(text, key).into_owned()) {
            left.push_str(&text[at..tree.range(key).start]);
            at = tree.range(value).end;
        }
    }
    left.push_str(&text[at..]);
    left.retain(|char| !char.is_whitespace() && char != ',');
    left
}
