//! Merging, case by case: each folder of `tests/data/merge` is one. `before` and `after` are the
//! texts (`.json`, `.xml` or `.toml`), `removed` what removal then leaves, if that is not `before`;
//! `case.json` says what is merged and what must come of it; see [`Case`] for its fields.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path as FilePath;

use elitea_helper::error::Error;
use elitea_helper::merge::{
    self, Base, Change, Choice, Container, Entry, Format, Hold, Merged, Op, Origin, Outcome, Owned, OwnedKey,
    Patch, Path, Seal, Step,
};
use serde::Deserialize;
use serde_json::Value;

/// One case. A path is one key, or a list of steps.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What the case shows, for people.
    #[serde(rename = "what")]
    _what: String,
    format: Format,
    /// What is done; the other fields say with what.
    #[serde(default)]
    verb: Verb,
    #[serde(default)]
    set: Vec<(Steps, Value)>,
    #[serde(default)]
    secret: Vec<(Steps, Value)>,
    #[serde(default)]
    include: Vec<Steps>,
    #[serde(default)]
    downloads: Vec<Vec<Steps>>,
    #[serde(default)]
    choices: Vec<(Steps, Decided)>,
    #[serde(default)]
    owned: Vec<Ours>,
    #[serde(default)]
    owned_before: Vec<Ours>,
    #[serde(default)]
    containers: Vec<Container>,
    #[serde(default)]
    only: Option<Vec<Steps>>,
    #[serde(default)]
    changes: Vec<Changed>,
    /// The outcome of each key, by the path as people read it.
    #[serde(default)]
    outcomes: BTreeMap<String, String>,
    /// What is left of ownership, where the case is about that: path to hold.
    #[serde(default)]
    left: Option<BTreeMap<String, Hold>>,
    /// Whether removal after `apply` gives the old text back; true unless said otherwise.
    #[serde(default)]
    gives_back: Option<bool>,
    /// The error, as `code line:column words`, of which the words may be the first ones.
    #[serde(default)]
    error: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Verb {
    #[default]
    Apply,
    Remove,
    Revert,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Steps {
    Key(String),
    Steps(Vec<Step>),
}

impl Steps {
    fn path(&self) -> Path {
        match self {
            Self::Key(key) => Path::keys([key]),
            Self::Steps(steps) => Path(steps.clone()),
        }
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Decided {
    Keep,
    Take,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ours {
    path: Steps,
    wrote: Value,
    #[serde(default)]
    secret: bool,
    #[serde(default)]
    origin: Option<Origin>,
    #[serde(default)]
    hold: Hold,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed {
    path: Steps,
    #[serde(default)]
    before: Option<String>,
    #[serde(default)]
    wrote: Option<Value>,
    #[serde(default)]
    secret: bool,
}

fn seal() -> Seal {
    Seal::new(&[7; 32])
}

fn base(value: &Value, secret: bool) -> Base {
    match (secret, value) {
        (true, Value::String(text)) => Base::Sealed(seal().hash(text)),
        (true, other) => Base::Sealed(seal().hash(&other.to_string())),
        (false, value) => Base::Value(value.clone()),
    }
}

impl Case {
    fn patch(&self) -> Patch {
        let entry = |secret| {
            move |(path, value): &(Steps, Value)| Entry {
                path: path.path(),
                op: Op::Set(value.clone()),
                secret,
            }
        };
        let include = |path: &Steps| Entry { path: path.path(), op: Op::Include, secret: false };
        let entries = self.set.iter().map(entry(false)).chain(self.secret.iter().map(entry(true)));
        let entries = entries.chain(self.include.iter().map(include)).collect();
        let downloads = self.downloads.iter().map(|keys| keys.iter().map(Steps::path).collect()).collect();
        Patch { format: self.format, entries, downloads }
    }

    fn owned(&self) -> Owned {
        Owned { keys: records(&self.owned), containers: self.containers.clone() }
    }

    fn run(&self, before: &str) -> elitea_helper::error::Result<Merged> {
        let owned = self.owned();
        match self.verb {
            Verb::Apply => {
                let choice =
                    |decided| if matches!(decided, Decided::Keep) { Choice::Keep } else { Choice::Take };
                let choices: Vec<_> =
                    self.choices.iter().map(|(path, one)| (path.path(), choice(*one))).collect();
                merge::apply(before, &self.patch(), &owned, &choices, &seal())
            }
            Verb::Remove => {
                let only = self.only.as_ref().map(|only| only.iter().map(Steps::path).collect::<Vec<_>>());
                merge::remove(before, self.format, &owned, only.as_deref(), &seal())
            }
            Verb::Revert => {
                let change = |one: &Changed| Change {
                    path: one.path.path(),
                    before: one.before.clone(),
                    after: one.wrote.as_ref().map(|value| base(value, one.secret)),
                    secret: one.secret,
                };
                let changes: Vec<_> = self.changes.iter().map(change).collect();
                let before_that = Owned { keys: records(&self.owned_before), containers: Vec::new() };
                merge::revert(before, self.format, &changes, &owned, &before_that, &seal())
            }
        }
    }
}

fn records(ours: &[Ours]) -> Vec<OwnedKey> {
    let record = |one: &Ours| OwnedKey {
        path: one.path.path(),
        base: base(&one.wrote, one.secret),
        origin: one.origin.clone().unwrap_or(Origin::Absent),
        hold: one.hold,
    };
    ours.iter().map(record).collect()
}

fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Conflict { theirs } => format!("Conflict: {theirs}"),
        other => format!("{other:?}"),
    }
}

fn error_words(error: &Error) -> String {
    let place =
        error.place.as_ref().map_or(String::new(), |place| format!(" {}:{}", place.line, place.column));
    format!("{}{place} {}", error.kind.row().code, error.message)
}

fn file(folder: &FilePath, name: &str) -> Option<String> {
    let files = ["json", "xml", "toml"].map(|kind| folder.join(name).with_extension(kind));
    files.iter().find_map(|file| fs::read(file).ok()).map(|bytes| String::from_utf8(bytes).unwrap())
}

fn hold_case(name: &str, folder: &FilePath) {
    let case = fs::read(folder.join("case.json")).unwrap();
    let case: Case = serde_json::from_slice(&case).unwrap_or_else(|error| panic!("{name}: {error}"));
    let read = |name| file(folder, name).unwrap_or_default();
    let (before, after) = (read("before"), read("after"));
    let merged = match (case.run(&before), &case.error) {
        (Err(error), Some(expected)) => {
            let words = error_words(&error);
            assert!(words.starts_with(expected.as_str()), "{name}: {words}");
            return;
        }
        (Ok(_), Some(_)) => panic!("{name}: no error"),
        (merged, None) => merged.unwrap_or_else(|error| panic!("{name}: {error}")),
    };
    assert_eq!(merged.text, after, "{name}: text");
    let outcomes: BTreeMap<_, _> =
        merged.keys.iter().map(|key| (key.path.to_string(), words(&key.outcome))).collect();
    assert_eq!(outcomes, case.outcomes, "{name}: outcomes");
    if let Some(left) = &case.left {
        let owned = merged.owned.keys.iter().map(|key| (key.path.to_string(), key.hold)).collect();
        assert_eq!(left, &owned, "{name}: what is left of ownership");
    }
    if !matches!(case.verb, Verb::Apply) {
        return;
    }
    let again = merge::apply(&merged.text, &case.patch(), &merged.owned, &[], &seal()).unwrap();
    assert_eq!((&again.text, &again.owned), (&merged.text, &merged.owned), "{name}: applied twice");
    let removed = merge::remove(&merged.text, case.format, &merged.owned, None, &seal()).unwrap();
    if let Some(expected) = file(folder, "removed") {
        assert_eq!(removed.text, expected, "{name}: removed again");
    } else if case.gives_back != Some(false) {
        assert_eq!(removed.text, before, "{name}: removed again");
    }
    let secrets: Vec<_> = case.secret.iter().filter_map(|(_, value)| value.as_str()).collect();
    let shown = format!("{:?} {}", merged.keys, serde_json::to_string(&merged.owned).unwrap());
    assert!(!secrets.iter().any(|secret| shown.contains(secret)), "{name}: a secret is shown");
}

#[test]
fn cases() {
    let folder = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/merge");
    let mut folders: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let failed = folders.iter().filter(|folder| {
        let name = folder.file_name().unwrap().to_string_lossy();
        std::panic::catch_unwind(|| hold_case(&name, folder)).is_err()
    });
    assert_eq!(failed.count(), 0, "cases failed, see above");
    assert!(folders.len() >= 200, "only {} cases are left", folders.len());
}

#[test]
fn secrets_are_found_in_broken_files_too() {
    let json = "<<<<<<< HEAD\n{ \"t\": \"one\", \"t\": [\"two\"]\n=======\n{ \"e\": {\"t\": \"three\"}, \"e.t\": \"four";
    let found = |text: &str, format, path: Path| -> Vec<String> {
        merge::ranges(text, format, &[path]).into_iter().map(|range| text[range].to_owned()).collect()
    };
    // Rather one too many than one too few.
    assert_eq!(found(json, Format::Settings, Path::keys(["t"])), ["\"one\"", "[\"two\"]", "\"three\""]);
    assert_eq!(found(json, Format::Settings, Path::keys(["e.t"])), ["\"three\"", "\"four"]);
    let xml = "<project><component name='C'><option name='t' value='one'/><option name='t' value='two'></component><component name='C'><option name='t' value='three";
    assert_eq!(found(xml, Format::Xml, Path::keys(["C", "t"])), ["one", "two"]);
    let toml = "t = \"one\"\n[e]\n\"t\" = \"\"\"two\nlines\"\"\" # c\n[e\nt=three # t\n'e'.t = { a = 1\nt = ";
    assert_eq!(
        found(toml, Format::Toml, Path::keys(["e", "t"])),
        ["\"one\"", "\"\"\"two\nlines\"\"\"", "three # t", "{ a = 1"]
    );
    assert_eq!(found("[e]\nt = 'one'\n", Format::Toml, Path::keys(["e", "t"])), ["'one'"]);
}

#[test]
fn a_container_that_we_made_stays_ours() {
    let key = Path::keys(["settings", "x"]);
    let entry = Entry { path: key.clone(), op: Op::Set(1.into()), secret: false };
    let patch = Patch { format: Format::Settings, entries: vec![entry], downloads: Vec::new() };
    let first = merge::apply("{\n  \"a\": 1\n}", &patch, &Owned::default(), &[], &seal()).unwrap();
    let emptied = "{\n  \"a\": 1,\n  \"settings\": {}\n}";
    let again = merge::apply(emptied, &patch, &first.owned, &[(key, Choice::Take)], &seal()).unwrap();
    assert_eq!(again.text, first.text);
    let removed = merge::remove(&again.text, Format::Settings, &again.owned, None, &seal()).unwrap();
    assert_eq!(removed.text, "{\n  \"a\": 1\n}");
}

/// What counts is what `get` gives, and what it hides stands beside it.
#[test]
fn every_value_at_a_path_is_found_with_its_place() {
    let key = |keys: &[&str]| Path(keys.iter().map(|key| Step::Key((*key).to_owned())).collect());
    let element = Path(vec![
        Step::Key("a".into()),
        Step::Element { field: "name".into(), value: "x".into() },
        Step::Key("b".into()),
    ]);
    let xml = |options: &str| format!("<project><component name=\"C\">{options}</component></project>");
    let option = |value: &str| format!("<option name=\"o\" value=\"{value}\" />");
    // Each value of the text in its order, `*` behind the one that counts.
    let cases = [
        (
            Format::Settings,
            r#"{"a.b": 1, "a": {"b": "\u0032"}, "c": 3}"#.to_owned(),
            key(&["a.b"]),
            "1 \"2\"*",
        ),
        (Format::Settings, r#"{"a": {"b": 2}, "a.b": [1]}"#.to_owned(), key(&["a.b"]), "2 [1]*"),
        (Format::Settings, r#"{"a.b": 1, "a": 5}"#.to_owned(), key(&["a.b"]), "1"),
        (Format::Settings, "// nothing".to_owned(), key(&["a.b"]), ""),
        (Format::Jsonc, r#"{"a.b": 1, "a": {"b": 2, "b": 3}}"#.to_owned(), key(&["a", "b"]), "2 3*"),
        (Format::Jsonc, r#"{"a": [{"name": "y", "b": 1}, {"name": "x", "b": 2}]}"#.to_owned(), element, "2*"),
        (Format::Toml, "a = { b = 1 }\n".to_owned(), key(&["a", "b"]), "1*"),
        (Format::Toml, "b = 1\n".to_owned(), key(&["a", "b"]), ""),
        (Format::Xml, xml(&(option("1") + &option("&lt;"))), key(&["C", "o"]), "\"1\" \"<\"*"),
        (Format::Xml, xml(""), key(&["C", "o"]), ""),
    ];
    for (format, text, path, expected) in cases {
        let found = merge::standing(&text, format, std::slice::from_ref(&path)).unwrap().pop().unwrap();
        let said = found.iter().map(|one| format!("{}{}", one.value, if one.counts { "*" } else { "" }));
        assert_eq!(said.collect::<Vec<_>>().join(" "), expected, "{text}");
        let counting = found.iter().find(|one| one.counts).map(|one| one.value.clone());
        assert_eq!(counting, merge::get(&text, format, &path).unwrap(), "{text}");
        let ranges: Vec<_> = found.into_iter().map(|one| one.range).collect();
        assert_eq!(ranges, merge::ranges(&text, format, &[path]), "{text}");
    }
}
