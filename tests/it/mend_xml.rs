//! Project files with one damage each: what is mended unasked is what was there before.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;

use elitea_helper::merge::mend::{Mended, Way, markers, mend};
use elitea_helper::merge::{self, Format};

use crate::merge_corpus::files;
use crate::merge_manifest::as_project;

/// A small generator of numbers, the same ones in every run (Knuth's MMIX constants).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| from[self.roll(from.len())].clone())
    }
}

/// All that a text says, comments too; blanks around words do not count.
fn says(text: &str) -> Vec<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let said = document.descendants().filter_map(|node| {
        let depth = node.ancestors().count();
        if node.is_element() {
            let attributes: Vec<_> =
                node.attributes().map(|one| (one.name().to_owned(), one.value().to_owned())).collect();
            return Some(format!("{depth} {} {attributes:?}", node.tag_name().name()));
        }
        let words = node.text().map(str::trim).filter(|words| !words.is_empty())?;
        Some(format!("{depth} {:?} {words:?}", node.node_type()))
    });
    said.collect()
}

/// Where the marks that make XML stand in a text without CDATA.
#[derive(Default)]
struct Marks {
    starts: Vec<Range<usize>>,
    ends: Vec<Range<usize>>,
    greater: Vec<usize>,
    less: Vec<usize>,
    slashes: Vec<usize>,
    quotes: Vec<usize>,
    equals: Vec<usize>,
    values: Vec<Range<usize>>,
}

fn marks(text: &str) -> Marks {
    let mut marks = Marks::default();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(start) = text[at..].find('<').map(|length| at + length) {
        if text[start..].starts_with("<!--") {
            at = start + text[start..].find("-->").unwrap() + 3;
            continue;
        }
        marks.less.push(start);
        let mut quote = None;
        let mut end = start + 1;
        while quote.is_some() || bytes[end] != b'>' {
            match (quote, bytes[end]) {
                (None, b'"' | b'\'') => {
                    quote = Some((bytes[end], end));
                    marks.quotes.push(end);
                }
                (Some((open, from)), byte) if byte == open => {
                    quote = None;
                    marks.quotes.push(end);
                    marks.values.push(from + 1..end);
                }
                (None, b'=') => marks.equals.push(end),
                (None, b'/') => marks.slashes.push(end),
                _ => {}
            }
            end += 1;
        }
        marks.greater.push(end);
        at = end + 1;
        match bytes[start + 1] {
            b'/' => marks.ends.push(start..at),
            b'?' => {}
            _ if bytes[end - 1] == b'/' => {}
            _ => marks.starts.push(start..at),
        }
    }
    marks
}

/// A damaged text and what it should become.
struct Damaged {
    text: String,
    meant: String,
}

fn without(text: &str, range: Range<usize>) -> String {
    format!("{}{}", &text[..range.start], &text[range.end..])
}

fn with(text: &str, at: usize, put: &str) -> String {
    format!("{}{put}{}", &text[..at], &text[at..])
}

type Damage = fn(&str, &Marks, &mut Dice) -> Option<Damaged>;

fn cut(text: &str, from: &[usize], dice: &mut Dice) -> Option<Damaged> {
    let at = dice.pick(from)?;
    Some(Damaged { text: without(text, at..at + 1), meant: text.to_owned() })
}

/// The line of a range, if nothing else is on it, with its line end.
fn line(text: &str, range: &Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at + 1);
    let alone = text[start..range.start].trim().is_empty() && text[range.end..end].trim().is_empty();
    if alone { start..end } else { range.clone() }
}

/// The damages, and whether each loses nothing that cannot be known.
const DAMAGES: [(&str, bool, Damage); 20] = [
    ("end tag gone", true, |text, marks, dice| {
        let range = dice.pick(&marks.ends)?;
        Some(Damaged { text: without(text, range), meant: text.to_owned() })
    }),
    ("end tag's line gone", true, |text, marks, dice| {
        let range = line(text, &dice.pick(&marks.ends)?);
        Some(Damaged { text: without(text, range), meant: text.to_owned() })
    }),
    ("end tag twice", true, |text, marks, dice| {
        let range = dice.pick(&marks.ends)?;
        Some(Damaged { text: with(text, range.end, &text[range]), meant: text.to_owned() })
    }),
    ("end tag's line twice", true, |text, marks, dice| {
        let range = line(text, &dice.pick(&marks.ends)?);
        let put = if text[range.clone()].ends_with('\n') {
            text[range.clone()].to_owned()
        } else {
            format!("\n{}", &text[range.clone()])
        };
        Some(Damaged { text: with(text, range.end, &put), meant: text.to_owned() })
    }),
    ("start tag gone", false, |text, marks, dice| {
        let range = dice.pick(&marks.starts)?;
        Some(Damaged { text: without(text, range), meant: text.to_owned() })
    }),
    ("`>` gone", true, |text, marks, dice| cut(text, &marks.greater, dice)),
    ("`/` gone", true, |text, marks, dice| cut(text, &marks.slashes, dice)),
    ("`<` gone", true, |text, marks, dice| cut(text, &marks.less, dice)),
    ("quote gone", true, |text, marks, dice| cut(text, &marks.quotes, dice)),
    ("`=` gone", true, |text, marks, dice| cut(text, &marks.equals, dice)),
    ("bare `&`", true, |text, marks, dice| {
        let value = dice.pick(&marks.values)?;
        let at = text.ceil_char_boundary(value.start + dice.roll(value.len() + 1));
        let in_reference =
            text[value.start..at].rfind('&').is_some_and(|open| !text[value.start + open..at].contains(';'));
        (!in_reference).then_some(())?;
        Some(Damaged { text: with(text, at, "&"), meant: with(text, at, "&amp;") })
    }),
    ("two end tags swapped", true, |text, marks, dice| {
        let (one, other) = (dice.pick(&marks.ends)?, dice.pick(&marks.ends)?);
        let (first, second) = if one.start < other.start { (one, other) } else { (other, one) };
        let (early, late) = (&text[first.clone()], &text[second.clone()]);
        if early == late {
            return None;
        }
        let between = &text[first.end..second.start];
        let swapped = format!("{}{late}{between}{early}{}", &text[..first.start], &text[second.end..]);
        Some(Damaged { text: swapped, meant: text.to_owned() })
    }),
    ("words after the end", true, |text, _, dice| {
        let words = dice.pick(&["x", "\nnot XML at all\n", "\n>", ";", "\n</component>", "\n\n// end"])?;
        Some(Damaged { text: format!("{text}{words}"), meant: text.to_owned() })
    }),
    ("its own end again", true, |text, _, dice| {
        let tail = text.ceil_char_boundary(text.trim_end().len().saturating_sub(1 + dice.roll(60)));
        Some(Damaged { text: format!("{}{}", text.trim_end(), &text[tail..]), meant: text.to_owned() })
    }),
    ("itself again", true, |text, _, _| {
        Some(Damaged { text: format!("{}\n{text}", text.trim_end()), meant: text.to_owned() })
    }),
    ("end tags at the end gone", true, |text, marks, dice| {
        let last = marks
            .ends
            .iter()
            .rev()
            .zip(marks.less.iter().rev())
            .take_while(|(end, less)| end.start == **less);
        let starts: Vec<_> = last.map(|(end, _)| end.start).collect();
        let at = dice.pick(&starts)?;
        Some(Damaged { text: text[..at].to_owned(), meant: text.to_owned() })
    }),
    ("cut off anywhere", false, |text, _, dice| {
        let at = text.ceil_char_boundary(dice.roll(text.len()));
        Some(Damaged { text: text[..at].to_owned(), meant: text.to_owned() })
    }),
    ("NUL bytes at the end", true, |text, _, dice| {
        Some(Damaged { text: format!("{text}{}", "\0".repeat(1 + dice.roll(600))), meant: text.to_owned() })
    }),
    ("cut off and NUL bytes", false, |text, _, dice| {
        let at = text.ceil_char_boundary(dice.roll(text.len()));
        Some(Damaged { text: format!("{}{}", &text[..at], "\0".repeat(40)), meant: text.to_owned() })
    }),
    ("conflict markers", true, |text, marks, dice| {
        let value = dice.pick(&marks.values)?;
        let range = {
            let start = text[..value.start].rfind('\n').map_or(0, |at| at + 1);
            let end = text[value.end..].find('\n').map_or(text.len(), |at| value.end + at + 1);
            start..end
        };
        let ours = &text[range.clone()];
        let at = value.start - range.start;
        let theirs = with(ours, at, "other");
        let conflict = conflict(ours, &theirs, dice);
        let damaged = format!("{}{conflict}{}", &text[..range.start], &text[range.end..]);
        let meant = if dice.roll(2) == 0 { text.to_owned() } else { with(text, value.start, "other") };
        Some(Damaged { text: damaged, meant })
    }),
];

/// Two versions of some lines as git leaves them, in one of its styles.
fn conflict(ours: &str, theirs: &str, dice: &mut Dice) -> String {
    let eol = if ours.contains("\r\n") { "\r\n" } else { "\n" };
    let lines = |text: &str| if text.ends_with('\n') { text.to_owned() } else { format!("{text}{eol}") };
    let (ours, theirs) = (lines(ours), lines(theirs));
    let base = match dice.roll(3) {
        0 => String::new(),
        1 => format!("||||||| 1a2b3c4{eol}{ours}"),
        _ => format!("||||||| merged common ancestors{eol}"),
    };
    format!("<<<<<<< HEAD{eol}{ours}{base}======={eol}{theirs}>>>>>>> feature-x{eol}")
}

#[derive(Default)]
struct Row {
    /// Mended unasked, as it was.
    certain: usize,
    /// The first of the ways that are shown.
    first: usize,
    /// A later one.
    later: usize,
    /// None of them.
    missed: usize,
    /// No way is shown.
    beyond: usize,
    /// Mended unasked as something else.
    wrong: usize,
}

/// The letters of `text` without those of its end tags, counted.
fn readable(text: &str) -> BTreeMap<char, usize> {
    let mut counts = BTreeMap::new();
    for (at, piece) in text.split("</").enumerate() {
        let name = piece
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
            .count();
        let kept = if at == 0 { piece } else { &piece[name..] };
        for char in kept.chars().filter(|char| char.is_alphanumeric()) {
            *counts.entry(char).or_default() += 1;
        }
    }
    counts
}

/// The letters of `text`, counted.
fn letters(text: &str) -> BTreeMap<char, usize> {
    readable(&text.replace("</", "<"))
}

/// Whether a way keeps every letter of a damaged text, where the damage has put none there.
fn keeps(damaged: &str, way: &Way, kind: &str) -> bool {
    // These end in copies or in words that may go.
    if ["again", "after the end", "conflict markers"].iter().any(|end| kind.ends_with(end)) {
        return true;
    }
    let tags_may_go = ["twice", "swapped"].iter().any(|end| kind.ends_with(end));
    let count = if tags_may_go { readable } else { letters };
    let kept = count(&way.text);
    count(damaged).iter().all(|(char, count)| kept.get(char).is_some_and(|kept| kept >= count))
}

/// A way changes the broken text as it says, is sound, and stays as it is.
fn check(damaged: &str, way: &Way, format: Format, name: &str) {
    let mut rebuilt = String::new();
    let mut done = 0;
    for change in &way.changes {
        assert!(change.range.start >= done && !change.what.is_empty(), "{name}: {}", change.what);
        rebuilt.push_str(&damaged[done..change.range.start]);
        rebuilt.push_str(&change.with);
        done = change.range.end;
    }
    rebuilt.push_str(&damaged[done..]);
    assert_eq!(rebuilt, way.text, "{name}: the changes do not make the text of\n{damaged}");
    if let Err(error) = merge::check(&way.text, format) {
        panic!("{name}: {error}:\n{}", way.text);
    }
    assert!(matches!(mend(&way.text, format), Mended::Sound), "{name}");
}

/// What became of the damages of one kind.
#[derive(Default)]
struct Tally {
    table: BTreeMap<&'static str, Row>,
    /// What was mended unasked, and wrongly.
    wrong: Vec<String>,
    /// What was not offered.
    missed: Vec<String>,
}

impl Tally {
    /// Does each kind of damage to a text at `places` places.
    fn damage(&mut self, name: &str, text: &str, places: usize, dice: &mut Dice) {
        let marks = marks(text);
        for (kind, _, damage) in DAMAGES {
            for _ in 0..places {
                let Some(damaged) = damage(text, &marks, dice) else { continue };
                if merge::check(&damaged.text, Format::Xml).is_err() {
                    self.mend(kind, &format!("{kind}: {name}"), &damaged);
                }
            }
        }
    }

    fn mend(&mut self, kind: &'static str, name: &str, damaged: &Damaged) {
        let row = self.table.entry(kind).or_default();
        let meant = says(&damaged.meant);
        match mend(&damaged.text, Format::Xml) {
            Mended::Sound => panic!("{name}: sound"),
            Mended::Certain(way) => {
                check(&damaged.text, &way, Format::Xml, name);
                assert!(keeps(&damaged.text, &way, kind), "{name}: lost something of\n{}", damaged.text);
                if says(&way.text) == meant {
                    row.certain += 1;
                } else {
                    row.wrong += 1;
                    self.wrong.push(format!("{name}\n{}\nwas mended as\n{}", damaged.text, way.text));
                }
            }
            Mended::Choice(ways) => {
                assert!((1..=5).contains(&ways.len()), "{name}: {}", ways.len());
                assert!(ways.is_sorted_by_key(Way::bytes_changed), "{name}");
                ways.iter().for_each(|way| check(&damaged.text, way, Format::Xml, name));
                match ways.iter().position(|way| says(&way.text) == meant) {
                    Some(0) => row.first += 1,
                    Some(_) => row.later += 1,
                    None => {
                        row.missed += 1;
                        self.missed.push(format!("{name}: another choice"));
                    }
                }
            }
            Mended::Beyond(error) => {
                assert!(error.place.is_some(), "{name}: {error}");
                row.beyond += 1;
                self.missed.push(format!("{name}: {error}"));
            }
        }
    }

    fn add(&mut self, other: Self) {
        for (kind, row) in other.table {
            let sum = self.table.entry(kind).or_default();
            sum.certain += row.certain;
            sum.first += row.first;
            sum.later += row.later;
            sum.missed += row.missed;
            sum.beyond += row.beyond;
            sum.wrong += row.wrong;
        }
        self.wrong.extend(other.wrong);
        self.missed.extend(other.missed);
    }
}

/// The sound files of the corpus, those of another root under the one that settings need.
fn sound_files() -> Option<Vec<(String, String)>> {
    let texts = files("idea")?.into_iter().filter_map(|file| {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).unwrap();
        let text = Some(text.clone())
            .filter(|text| merge::check(text, Format::Xml).is_ok())
            .or_else(|| as_project(&text))?;
        // The marks of these are not told apart here.
        let is_plain = !text.contains("<![CDATA[") && merge::check(&text, Format::Xml).is_ok();
        is_plain.then_some((name, text))
    });
    Some(texts.collect())
}

#[test]
fn damaged_project_files_become_what_they_were() {
    let Some(texts) = sound_files() else { return };
    assert!(texts.len() > 150, "{} sound files", texts.len());
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let halves: Vec<_> = texts.chunks(texts.len().div_ceil(2)).collect();
        let run = |texts: &[(String, String)]| {
            let mut tally = Tally::default();
            for (name, text) in texts {
                let seed = name.bytes().fold(2, |seed: u64, byte| seed.wrapping_mul(31) + u64::from(byte));
                let places = if text.len() < 600 { 2 } else { 1 };
                tally.damage(name, text, places, &mut Dice(seed));
            }
            tally
        };
        let halves: Vec<_> = halves.into_iter().map(|texts| scope.spawn(move || run(texts))).collect();
        for half in halves {
            tally.add(half.join().unwrap());
        }
    });
    let (mut restored, mut all) = (0, 0);
    println!("{:24} certain  first  later  other  beyond  wrong", "damage");
    for (kind, lossless, _) in DAMAGES {
        let Row { certain, first, later, missed, beyond, wrong } = &tally.table[kind];
        println!("{kind:24} {certain:>7} {first:>6} {later:>6} {missed:>6} {beyond:>7} {wrong:>6}");
        if lossless {
            restored += certain + first + later;
            all += certain + first + later + missed + beyond + wrong;
        }
    }
    println!("{restored} of {all} that lose nothing are restored or offered");
    assert!(tally.wrong.is_empty(), "{}", tally.wrong.join("\n\n"));
    assert!(restored * 100 >= all * 95, "{restored} of {all}:\n{}", tally.missed.join("\n"));
}

/// Where the strings of a line that are values begin.
fn values_of(line: &str) -> Vec<usize> {
    line.match_indices("\": \"").map(|(at, found)| at + found.len()).collect()
}

#[test]
fn conflicts_in_settings_offer_both_sides() {
    let Some(files) = files("jsonc") else { return };
    let mut dice = Dice(5);
    let mut offered = 0;
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let Ok(text) = String::from_utf8(fs::read(&file).unwrap()) else { continue };
        let mut lines: Vec<_> = text.split_inclusive('\n').map(str::to_owned).collect();
        let with_value: Vec<_> = (0..lines.len()).filter(|at| !values_of(&lines[*at]).is_empty()).collect();
        let Some(at) = dice.pick(&with_value) else { continue };
        let ours = lines[at].clone();
        let theirs = with(&ours, values_of(&ours)[0], "other ");
        lines[at].clone_from(&theirs);
        let changed = lines.concat();
        if [&text, &changed].iter().any(|text| merge::check(text, Format::Jsonc).is_err()) {
            continue;
        }
        lines[at] = conflict(&ours, &theirs, &mut dice);
        let damaged = lines.concat();
        assert_eq!(markers::find(&damaged).len(), 1, "{name}");
        assert!(markers::find(&text).is_empty(), "{name}");
        let Mended::Choice(ways) = markers::ways(&damaged, Format::Jsonc) else {
            panic!("{name}: no choice")
        };
        for way in &ways {
            check(&damaged, way, Format::Jsonc, &name);
        }
        let shown: Vec<_> = ways.iter().map(|way| way.text.trim_end()).collect();
        assert!(shown.contains(&text.trim_end()) && shown.contains(&changed.trim_end()), "{name}");
        assert_eq!(shown.len(), 2, "{name}");
        offered += 1;
    }
    println!("both sides of {offered} conflicts in settings were offered");
    assert!(offered > 300, "{offered}");
}

/// The text of a case's file, whatever its name ends with, and that ending.
fn file(folder: &Path, stem: &str) -> Option<(String, String)> {
    let mut found = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let path = found.find(|path| path.file_stem().is_some_and(|name| name == stem))?;
    let ending = path.extension().unwrap().to_str().unwrap().to_owned();
    Some((String::from_utf8(fs::read(path).unwrap()).unwrap(), ending))
}

/// What must come of a case, in the words of [`shown`].
fn wanted(folder: &Path) -> String {
    if let Some((text, _)) = file(folder, "certain") {
        return format!("certain\n{text}");
    }
    if let Some((words, _)) = file(folder, "beyond") {
        return format!("beyond\n{}", words.trim_end());
    }
    let ways: Vec<_> = (1..).map_while(|nth| file(folder, &format!("choice-{nth}"))).collect();
    assert!(!ways.is_empty(), "{}: says nothing", folder.display());
    format!("choice\n{}", ways.into_iter().map(|(text, _)| text).collect::<Vec<_>>().join("\n--- or\n"))
}

fn shown(mended: &Mended, wanted: &str) -> String {
    match mended {
        Mended::Sound => "sound".to_owned(),
        Mended::Certain(way) => format!("certain\n{}", way.text),
        Mended::Choice(ways) => {
            let texts: Vec<_> = ways.iter().map(|way| way.text.as_str()).collect();
            format!("choice\n{}", texts.join("\n--- or\n"))
        }
        Mended::Beyond(error) => {
            let place = error.place.as_ref().unwrap();
            let words = format!("beyond\n{}:{} {}", place.line, place.column, error.message);
            // A case may give the first words only.
            if words.starts_with(wanted) { wanted.to_owned() } else { words }
        }
    }
}

/// Each folder of `tests/data/mend/xml` and `.../markers` is a case: `broken` is the text; beside it
/// stands `certain`, what is done unasked, or `choice-1`, `choice-2` and so on, the ways that are
/// offered, in their order, or `beyond`, the place and the first words of what is said.
#[test]
fn broken_project_files_and_conflicts_are_mended() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/mend");
    let (mut failed, mut count) = (Vec::new(), 0);
    for kind in ["xml", "markers"] {
        let mut cases: Vec<_> =
            fs::read_dir(root.join(kind)).unwrap().map(|entry| entry.unwrap().path()).collect();
        cases.sort();
        for folder in cases {
            let name = folder.strip_prefix(&root).unwrap().display().to_string();
            let (broken, ending) = file(&folder, "broken").unwrap();
            let format = match ending.as_str() {
                "xml" => Format::Xml,
                "toml" => Format::Toml,
                _ => Format::Settings,
            };
            let mended = if kind == "xml" { mend(&broken, format) } else { markers::ways(&broken, format) };
            let wanted = wanted(&folder);
            let shown = shown(&mended, &wanted);
            if shown != wanted {
                failed.push(format!("{name}:\n{shown}\ninstead of\n{wanted}"));
            }
            match &mended {
                Mended::Certain(way) => check(&broken, way, format, &name),
                Mended::Choice(ways) => ways.iter().for_each(|way| check(&broken, way, format, &name)),
                _ => {}
            }
            count += 1;
        }
    }
    assert!(count >= 55, "{count} cases");
    assert!(failed.is_empty(), "{} of {count}:\n{}", failed.len(), failed.join("\n\n"));
}
