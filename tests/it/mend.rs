//! Broken texts, case by case: each folder of `tests/data/mend/<format>` is one. `broken` is the
//! text; beside it stands `certain`, what is done unasked, or `choice-1`, `choice-2` and so on, the
//! ways that are offered, in their order, or `beyond`, the place and the first words of what is said
//! (`3:5 not valid JSON: ...`). The names' endings are for people.

use std::fs;
use std::path::{Path, PathBuf};

use elitea_helper::merge::Format;
use elitea_helper::merge::mend::{Change, Mended, Way, mend};

/// The files of a case by their names without ending.
fn file(folder: &Path, stem: &str) -> Option<String> {
    let mut found = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let file: PathBuf = found.find(|path| path.file_stem().is_some_and(|name| name == stem))?;
    Some(String::from_utf8(fs::read(file).unwrap()).unwrap())
}

fn expected(folder: &Path) -> String {
    if let Some(text) = file(folder, "certain") {
        return format!("certain\n{text}");
    }
    if let Some(words) = file(folder, "beyond") {
        return format!("beyond\n{}", words.trim_end());
    }
    let ways: Vec<_> = (1..).map_while(|nth| file(folder, &format!("choice-{nth}"))).collect();
    assert!(!ways.is_empty(), "{}: says nothing", folder.display());
    format!("choice\n{}", ways.join("\n--- or\n"))
}

fn found(mended: &Mended, wanted: &str) -> String {
    match mended {
        Mended::Sound => "sound".to_owned(),
        Mended::Certain(way) => format!("certain\n{}", way.text),
        Mended::Choice(ways) => {
            let texts: Vec<_> = ways.iter().map(|way| way.text.as_str()).collect();
            format!("choice\n{}", texts.join("\n--- or\n"))
        }
        Mended::Beyond(error) => {
            let place = error
                .place
                .as_ref()
                .map_or(String::new(), |place| format!("{}:{} ", place.line, place.column));
            let words = format!("beyond\n{place}{}", error.message);
            // The case may give the first words only.
            if words.starts_with(wanted) { wanted.to_owned() } else { words }
        }
    }
}

/// What a way says it changes is what it changes, and its text is sound.
fn hold(name: &str, broken: &str, format: Format, way: &Way) {
    let mut text = String::new();
    let mut at = 0;
    for Change { range, with, what } in &way.changes {
        assert!(!what.is_empty(), "{name}: a change without words");
        text += &broken[at..range.start];
        text += with;
        at = range.end;
    }
    text += &broken[at..];
    assert_eq!(text, way.text, "{name}: the changes are not what was changed");
    assert!(matches!(mend(&way.text, format), Mended::Sound), "{name}: not sound:\n{}", way.text);
}

#[test]
fn broken_texts_are_mended() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/mend");
    let mut failed = Vec::new();
    let mut count = 0;
    for format in ["settings", "jsonc", "xml", "toml"] {
        let Ok(cases) = fs::read_dir(root.join(format)) else { continue };
        let mut cases: Vec<_> = cases.map(|entry| entry.unwrap().path()).collect();
        cases.sort();
        let format: Format = serde_json::from_value(format.into()).unwrap();
        for folder in cases {
            let name = folder.strip_prefix(&root).unwrap().display().to_string();
            let broken = file(&folder, "broken").unwrap_or_else(|| panic!("{name}: no broken text"));
            let mended = mend(&broken, format);
            let ways: &[Way] = match &mended {
                Mended::Certain(way) => std::slice::from_ref(way),
                Mended::Choice(ways) => ways,
                Mended::Sound | Mended::Beyond(_) => &[],
            };
            for way in ways {
                hold(&name, &broken, format, way);
            }
            let wanted = expected(&folder);
            let found = found(&mended, &wanted);
            if found != wanted {
                failed.push(format!("== {name}: wanted {wanted}\n-- but found {found}\n"));
            }
            count += 1;
        }
    }
    assert!(count >= 45, "only {count} cases");
    assert!(failed.is_empty(), "{} of {count} cases:\n{}", failed.len(), failed.join("\n"));
}
