//! Project files with one damage each: what is mended unasked is what was there before.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use elitea_helper::merge::mend::{Mended, Way, markers, mend};
use elitea_helper::merge::{self, Format};

use crate::mend_damages::{DAMAGES, Damaged, Dice, conflict, marks, with};
use crate::merge_corpus::files;
use crate::merge_damaged::damage;
use crate::merge_manifest::as_project;

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
    assert!(matches!(mend(&way.text, format), Mended::Sound), "{name}: not sound:\n{}", way.text);
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
        let is_meant = |way: &Way| way.text == damaged.meant || says(&way.text) == says(&damaged.meant);
        match mend(&damaged.text, Format::Xml) {
            Mended::Sound => panic!("{name}: sound"),
            Mended::Certain(way) => {
                check(&damaged.text, &way, Format::Xml, name);
                assert!(keeps(&damaged.text, &way, kind), "{name}: lost something of\n{}", damaged.text);
                if is_meant(&way) {
                    row.certain += 1;
                } else {
                    row.wrong += 1;
                    self.wrong.push(format!("{name}\n{}\nwas mended as\n{}", damaged.text, way.text));
                }
            }
            Mended::Choice(ways) => {
                assert!((1..=5).contains(&ways.len()), "{name}: {}", ways.len());
                assert!(ways.is_sorted_by_key(Way::bytes_changed), "{name}");
                for way in &ways {
                    check(&damaged.text, way, Format::Xml, name);
                }
                match ways.iter().position(is_meant) {
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

/// Pieces cut out and scraps put in, several at once: whatever comes of it is sound.
#[test]
fn whatever_is_mended_is_sound() {
    let Some(texts) = sound_files() else { return };
    let mut dice = crate::merge_damaged::Dice(3);
    for (name, text) in texts.iter().filter(|(_, text)| text.len() < 1_000) {
        for _ in 0..4 {
            let damaged = damage(text, &mut dice);
            match mend(&damaged, Format::Xml) {
                Mended::Certain(way) => check(&damaged, &way, Format::Xml, name),
                Mended::Choice(ways) => ways.iter().for_each(|way| check(&damaged, way, Format::Xml, name)),
                Mended::Beyond(error) => assert!(error.place.is_some(), "{name}: {error}"),
                Mended::Sound => {}
            }
        }
    }
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
