//! Made-up files, and what the user and we do to them in any order: what is not ours never
//! changes, what the user changed of ours stays, and without us the file is the user's.

use std::collections::BTreeMap;

use elitea_helper::merge::{
    self, Base, Choice, Entry, Format, Hold, Op, Origin, Owned, OwnedKey, Patch, Path, Seal, Step, jsonc,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

/// How many files of each format are made up.
const CASES: u32 = 250;

/// What somebody does to a file.
#[derive(Clone, Debug)]
enum Deed {
    /// The user sets a key of their own.
    Set(usize, u8),
    /// The user takes out a key of their own.
    Drop(usize),
    /// The user changes one of ours.
    Change(usize, u8),
    /// The user takes out one of ours.
    Delete(usize),
    /// We write our keys, in the version of this number.
    Apply(u8),
    /// We take our keys out.
    Remove,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        2 => (0..4_usize, any::<u8>()).prop_map(|(key, value)| Deed::Set(key, value)),
        1 => (0..4_usize).prop_map(Deed::Drop),
        1 => (0..4_usize, any::<u8>()).prop_map(|(key, value)| Deed::Change(key, value)),
        1 => (0..4_usize).prop_map(Deed::Delete),
        3 => (0..3_u8).prop_map(Deed::Apply),
        1 => Just(Deed::Remove),
    ];
    vec(deed, 1..9)
}

/// The pieces that a file is put together from: for each key of the user whether it is there and
/// what is around it, and the layout as a whole.
type Pieces = (Vec<(bool, usize, usize)>, usize, bool, bool);

fn pieces() -> impl Strategy<Value = Pieces> {
    (vec((any::<bool>(), 0..8_usize, 0..8_usize), 4), 0..8_usize, any::<bool>(), any::<bool>())
}

/// A format with the keys of both, and how a file of it is put together.
struct Made {
    format: Format,
    theirs: fn(usize) -> Path,
    ours: fn(usize) -> Path,
    text: fn(&Pieces) -> String,
}

fn key(name: &str) -> Step {
    Step::Key(name.to_owned())
}

/// Two keys of the file itself, two of a table in it.
fn theirs(at: usize) -> Path {
    let name = format!("u{at}");
    if at < 2 { Path(vec![key(&name)]) } else { Path(vec![key("t"), key(&name)]) }
}

fn ours(at: usize) -> Path {
    let element = Step::Element { field: "name".to_owned(), value: "e".to_owned() };
    Path(match at {
        0 => vec![key("x")],
        1 => vec![key("t"), key("x")],
        2 => vec![key("ours"), key("inner"), key("x")],
        _ => vec![key("list"), element, key("x")],
    })
}

fn xml_theirs(at: usize) -> Path {
    Path::keys([["T", "U"][at / 2], &format!("u{at}")])
}

fn xml_ours(at: usize) -> Path {
    Path::keys([["T", "Ours"][at / 2], &format!("x{at}")])
}

/// Fills numbered comments into a text, so that none can be mistaken for another.
fn number(text: &str) -> String {
    let mut pieces = text.split('@');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for (at, piece) in pieces.enumerate() {
        out.push_str(&format!("note{at};{piece}"));
    }
    out
}

fn jsonc_text((keys, end, trails, lines): &Pieces) -> String {
    const GAPS: [&str; 8] =
        ["", " ", "\n  ", "/*@*/", " // @\n  ", "\n\n  // @\n  ", "\r\n\t", " /* @ */ \n  "];
    let gap =
        |at: usize| if *lines { ["\n  ", "\n  // @\n  ", "\n\n  ", " // @\n  "][at % 4] } else { GAPS[at] };
    let object = |keys: &[(bool, usize, usize)], from: usize, inner: &str| {
        let mut items: Vec<_> = keys
            .iter()
            .enumerate()
            .filter(|(_, (there, ..))| *there)
            .map(|(at, (_, before, after))| {
                let after = if *lines { "" } else { GAPS[*after] };
                format!("{}\"u{}\": {at}{after}", gap(*before), at + from)
            })
            .collect();
        items.extend((!inner.is_empty()).then(|| inner.to_owned()));
        let comma = if *trails && !items.is_empty() { "," } else { "" };
        format!("{{{}{comma}{}}}", items.join(","), gap(*end))
    };
    let inner = object(&keys[2..], 2, "");
    number(&format!("{}\n", object(&keys[..2], 0, &format!("{}\"t\": {inner}", gap(keys[0].2)))))
}

fn toml_text((keys, end, crlf, section): &Pieces) -> String {
    const GAPS: [&str; 8] = ["", "\n", "# @\n", "\n# @\n", "# @\n\n", "\n\n", "  ", "# @\n# @\n"];
    const AFTER: [&str; 8] = ["", " # @", "", "   ", "", " # @", "", ""];
    let line = |at: usize, prefix: &str| {
        let (there, before, after) = keys[at];
        if there { format!("{}{prefix}u{at} = {at}{}\n", GAPS[before], AFTER[after]) } else { String::new() }
    };
    let table = if *section { format!("[t]\n{}{}", line(2, ""), line(3, "")) } else { String::new() };
    let dotted = if *section { String::new() } else { line(2, "t.") + &line(3, "t.") };
    let text = format!("{}{}{dotted}{}{table}", line(0, ""), line(1, ""), GAPS[*end % 6]);
    let text = if *end == 7 { text.trim_end().to_owned() } else { text };
    let text = number(&text);
    if *crlf { text.replace('\n', "\r\n") } else { text }
}

fn xml_text((keys, end, closed, prolog): &Pieces) -> String {
    const GAPS: [&str; 8] = [
        "",
        " ",
        "\n    ",
        "<!-- @ -->",
        "\n\n    <!-- @ -->\n    ",
        "\r\n\t",
        "\n    <!-- @ -->\n    ",
        "\n    ",
    ];
    let option = |at: usize| {
        let (there, before, _) = keys[at];
        if there {
            format!("{}<option name=\"u{at}\" value=\"{at}\" />", GAPS[before])
        } else {
            String::new()
        }
    };
    let component = |name: &str, at: usize| {
        let inner = option(at) + &option(at + 1);
        match *closed && inner.is_empty() {
            true => format!("<component name=\"{name}\" />"),
            false => format!("<component name=\"{name}\">{inner}{}</component>", GAPS[keys[at].2]),
        }
    };
    let prolog = if *prolog { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" } else { "" };
    let gap = GAPS[*end];
    number(&format!(
        "{prolog}<project version=\"4\">{gap}{}{gap}{}{gap}</project>",
        component("T", 0),
        component("U", 2)
    ))
}

fn seal() -> Seal {
    Seal::new(&[7; 32])
}

/// What the user writes: never what we write.
fn user(value: u8) -> Value {
    json!(format!("the user's {value}"))
}

/// The user's editor.
fn edit(text: &str, format: Format, path: &Path, value: Option<Value>) -> String {
    let Some(value) = value else {
        let Some(now) = merge::get(text, format, path).unwrap() else { return text.to_owned() };
        let key =
            OwnedKey { path: path.clone(), base: Base::Value(now), origin: Origin::Absent, hold: Hold::Held };
        let owned = Owned { keys: vec![key], containers: Vec::new() };
        return merge::remove(text, format, &owned, None, &seal()).unwrap().text;
    };
    let entries = vec![Entry { path: path.clone(), op: Op::Set(value), secret: false }];
    let patch = Patch { format, entries, downloads: Vec::new() };
    merge::apply(text, &patch, &Owned::default(), &[(path.clone(), Choice::Take)], &seal()).unwrap().text
}

/// The numbered comments of a text, in their order.
fn notes(text: &str) -> Vec<&str> {
    text.split("note").skip(1).filter_map(|piece| piece.split_once(';').map(|(number, _)| number)).collect()
}

/// What a text says, without what is empty: a table that the user emptied may be left or not.
fn meaning(text: &str, format: Format) -> Value {
    let value = match format {
        Format::Toml => toml_edit::de::from_str(text).unwrap(),
        Format::Xml => (0..4)
            .map(|at| merge::get(text, format, &xml_theirs(at)).unwrap())
            .chain((0..4).map(|at| merge::get(text, format, &xml_ours(at)).unwrap()))
            .collect(),
        _ => jsonc::scan(text).value(text, 0),
    };
    without_empty(value)
}

fn without_empty(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().map(|(key, value)| (key, without_empty(value)));
            Value::Object(members.filter(|(_, value)| *value != json!({})).collect())
        }
        other => other,
    }
}

/// A file while things happen to it, and beside it the file that the user would have without us.
struct Run<'m> {
    made: &'m Made,
    text: String,
    alone: String,
    owned: Owned,
    /// Keys of ours that the user changed or took out, with what must stand there.
    touched: BTreeMap<usize, Option<Value>>,
    /// Whether the user did anything to keys of their own, and to ours.
    edited: bool,
    meddled: bool,
}

impl Run<'_> {
    fn do_it(&mut self, deed: &Deed) -> Result<(), TestCaseError> {
        let (format, theirs, ours) = (self.made.format, self.made.theirs, self.made.ours);
        match deed {
            Deed::Set(at, value) => {
                self.edited = true;
                self.text = edit(&self.text, format, &theirs(*at), Some(user(*value)));
                self.alone = edit(&self.alone, format, &theirs(*at), Some(user(*value)));
            }
            Deed::Drop(at) => {
                self.edited = true;
                self.text = edit(&self.text, format, &theirs(*at), None);
                self.alone = edit(&self.alone, format, &theirs(*at), None);
            }
            Deed::Change(at, value) => {
                self.meddled = true;
                self.text = edit(&self.text, format, &ours(*at), Some(user(*value)));
                self.touched.insert(*at, Some(user(*value)));
            }
            Deed::Delete(at) => {
                self.meddled = true;
                let was = merge::get(&self.text, format, &ours(*at)).unwrap();
                self.text = edit(&self.text, format, &ours(*at), None);
                // What the user takes out again of their own is nobody's.
                let held = self.owned.keys.iter().any(|key| key.path == ours(*at));
                if was.is_some() && held && format != Format::Xml {
                    self.touched.insert(*at, None);
                } else {
                    self.touched.remove(at);
                }
            }
            Deed::Apply(version) => self.apply(*version)?,
            Deed::Remove => self.remove()?,
        }
        Ok(())
    }

    fn apply(&mut self, version: u8) -> Result<(), TestCaseError> {
        let entry = |at: usize| Entry {
            path: (self.made.ours)(at),
            op: Op::Set(json!(format!("ours {}", (usize::from(version) + at) % 3))),
            secret: at == 1,
        };
        let patch =
            Patch { format: self.made.format, entries: (0..4).map(entry).collect(), downloads: Vec::new() };
        let merged = merge::apply(&self.text, &patch, &self.owned, &[], &seal()).unwrap();
        self.same_but_for_ours(&merged.text)?;
        let again = merge::apply(&merged.text, &patch, &merged.owned, &[], &seal()).unwrap();
        prop_assert_eq!(&again.text, &merged.text);
        prop_assert_eq!(&again.owned, &merged.owned);
        (self.text, self.owned) = (merged.text, merged.owned);
        Ok(())
    }

    fn remove(&mut self) -> Result<(), TestCaseError> {
        let merged = merge::remove(&self.text, self.made.format, &self.owned, None, &seal()).unwrap();
        self.same_but_for_ours(&merged.text)?;
        prop_assert_eq!(&merged.owned, &Owned::default());
        (self.text, self.owned) = (merged.text, merged.owned);
        // What the user took out is forgotten with the rest; what they changed is now theirs.
        self.touched.retain(|_, value| value.is_some());
        Ok(())
    }

    /// The user's keys and comments, and what the user made of our keys, are as they were.
    fn same_but_for_ours(&self, after: &str) -> Result<(), TestCaseError> {
        let format = self.made.format;
        prop_assert_eq!(notes(after), notes(&self.text));
        for at in 0..4 {
            let path = (self.made.theirs)(at);
            prop_assert_eq!(
                merge::get(after, format, &path).unwrap(),
                merge::get(&self.alone, format, &path).unwrap()
            );
        }
        for (at, value) in &self.touched {
            prop_assert_eq!(&merge::get(after, format, &(self.made.ours)(*at)).unwrap(), value);
        }
        Ok(())
    }
}

fn hold(made: &Made) {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let outcome = runner.run(&(pieces(), deeds()), |(pieces, deeds)| {
        let text = (made.text)(&pieces);
        let (alone, owned) = (text.clone(), Owned::default());
        let mut run =
            Run { made, text, alone, owned, touched: BTreeMap::new(), edited: false, meddled: false };
        for deed in &deeds {
            run.do_it(deed)?;
        }
        run.remove()?;
        match (run.meddled, run.edited) {
            (true, _) => {}
            (false, false) => prop_assert_eq!(&run.text, &run.alone),
            // What the user adds beside our keys is laid out as they are, so bytes may differ.
            (false, true) => {
                prop_assert_eq!(meaning(&run.text, made.format), meaning(&run.alone, made.format));
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn json_is_the_users() {
    hold(&Made { format: Format::Jsonc, theirs, ours, text: jsonc_text });
}

#[test]
fn toml_is_the_users() {
    hold(&Made { format: Format::Toml, theirs, ours, text: toml_text });
}

#[test]
fn xml_is_the_users() {
    hold(&Made { format: Format::Xml, theirs: xml_theirs, ours: xml_ours, text: xml_text });
}
