//! The edit cases of VS Code's own editor library: the same values, and the same bytes but for
//! what [`LAYOUT`] lists. A path with a number in it means a place in an array, which nothing of
//! ours is found by: such a case is run with the string itself, or with the whole array.

use std::fs;

use elitea_helper::merge::{
    self, Base, Choice, Entry, Format, Hold, Op, Origin, Owned, OwnedKey, Patch, Path, Seal, Step,
};
use jsonc_parser::{ParseOptions, parse_to_serde_value};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::merge_corpus::files;

#[derive(Deserialize)]
struct Case {
    input: String,
    path: Vec<Value>,
    value: Value,
    options: Options,
    expected: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    is_array_insertion: bool,
}

/// Cases by number, and what is special about them.
type Table = &'static [(&'static [usize], &'static str)];

/// Cases whose bytes differ, and why.
const LAYOUT: Table = &[
    (&[4, 5, 6, 7, 18, 32, 41], "a file without any indentation gets VS Code's own four spaces"),
    (&[13, 14], "a new key is the last one"),
    (&[17], "blanks at the end of a line are the user's"),
    (&[19], "a comment that is all there is stays above, and the file gets four spaces"),
    (&[23, 24, 25, 39, 40], "the array is written as a whole, since nothing is found by its place in it"),
    (&[37], "a comma at the end of the last line is the file's style"),
];

/// Cases that cannot be asked for, and why.
const NOT_OURS: Table = &[
    (&[1], "settings are never replaced by a string"),
    (&[27, 28, 29, 30, 31, 34, 35], "a number in an array that is the whole file"),
];

fn seal() -> Seal {
    Seal::new(&[7; 32])
}

fn parse(text: &str) -> Value {
    parse_to_serde_value::<Option<Value>>(text, &ParseOptions::default()).unwrap().unwrap_or_default()
}

fn put(text: &str, path: Path, op: Op) -> Option<String> {
    let choices = [(path.clone(), Choice::Take)];
    let patch = Patch {
        format: Format::Jsonc,
        entries: vec![Entry { path, op, secret: false }],
        downloads: Vec::new(),
    };
    merge::apply(text, &patch, &Owned::default(), &choices, &seal()).ok().map(|merged| merged.text)
}

fn take_out(text: &str, path: Path, value: Value) -> Option<String> {
    let key = OwnedKey { path, base: Base::Value(value), origin: Origin::Absent, hold: Hold::Held };
    let owned = Owned { keys: vec![key], containers: Vec::new() };
    merge::remove(text, Format::Jsonc, &owned, None, &seal()).ok().map(|merged| merged.text)
}

/// What the case makes of its input with our means.
fn run(case: &Case) -> Option<String> {
    let keys: Vec<Step> =
        case.path.iter().filter_map(Value::as_str).map(|key| Step::Key(key.to_owned())).collect();
    let removes = case.value.get("__remove").is_some();
    let at = case.path.iter().find_map(Value::as_i64);
    let path = Path(keys.clone());
    let Some(at) = at else {
        return match merge::get(&case.input, Format::Jsonc, &path).ok()? {
            Some(value) if removes => take_out(&case.input, path, value),
            _ => put(&case.input, path, Op::Set(case.value.clone())),
        };
    };
    let root = parse(&case.input);
    let array = keys.iter().try_fold(&root, |value, key| value.get(key.to_string()));
    let mut elements = array.and_then(Value::as_array).cloned().unwrap_or_default();
    let at = usize::try_from(at).unwrap_or(elements.len()).min(elements.len());
    let member = |value: &Value| {
        let member = Step::Member { member: value.as_str()?.to_owned() };
        Some(Path([keys.clone(), vec![member]].concat()))
    };
    if removes {
        let gone = elements.get(at)?.clone();
        return take_out(&case.input, member(&gone)?, gone);
    }
    if at == elements.len()
        && let Some(path) = member(&case.value)
    {
        return put(&case.input, path, Op::Include);
    }
    if keys.is_empty() {
        return None;
    }
    let replaced = if case.options.is_array_insertion { at..at } else { at..(at + 1).min(elements.len()) };
    elements.splice(replaced, [case.value.clone()]);
    put(&case.input, path, Op::Set(json!(elements)))
}

fn reason(table: Table, at: usize) -> Option<&'static str> {
    table.iter().find(|(cases, _)| cases.contains(&at)).map(|(_, reason)| *reason)
}

#[test]
fn edits_mean_what_vs_code_means_by_them() {
    let Some(files) = files("cases") else { return };
    let (mut equal, mut listed, mut not_ours, mut wrong) = (0, 0, 0, Vec::new());
    for file in files {
        let cases: Vec<Case> = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        assert!(cases.len() >= 42, "{} cases", cases.len());
        for (at, case) in cases.iter().enumerate() {
            let Some(text) = run(case) else {
                not_ours += 1;
                if reason(NOT_OURS, at).is_none() {
                    wrong.push(format!("{at}: cannot be asked for"));
                }
                continue;
            };
            assert_eq!(parse(&text), parse(&case.expected), "{at}: {text}");
            match (text == case.expected, reason(LAYOUT, at)) {
                (true, None) => equal += 1,
                (false, Some(_)) => listed += 1,
                (equal, _) => {
                    wrong.push(format!("{at}: equal is {equal}\n{text}\n-- but\n{}", case.expected));
                }
            }
        }
    }
    println!("edit cases: {equal} byte for byte, {listed} alike in value, {not_ours} not ours");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
