//! Helpers and editors that write one file at once. No update of an editor is lost, nobody ever reads
//! half a file through a helper, and in the end the keys are as the last `apply` wants them.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use elitea_helper::fake::Dialect;
use elitea_helper::merge::{self, Format, Step};
use serde_json::Value;

use crate::machine::{Machine, Ran};
use crate::support;

const FILE: &str = ".config/Code/User/settings.json";
const TEXT: &str = "{\n\t// counters\n\t\"truncating\": 0,\n\t\"renaming\": 0,\n}\n";

/// The profiles of the helpers, each with a model of its own, so that each has something to write.
const PROFILES: [(&str, &str); 3] =
    [("one", "gpt-5.1"), ("two", "gpt-4o-mini"), ("three", "claude-sonnet-4-5")];

/// How often each helper is to write, and how often it may run for that. The editors write as long as
/// one helper runs.
const WRITES: usize = 6;
const ROUNDS: usize = 60;

/// As many updates an editor makes at least.
const UPDATES: u64 = 60;

/// How long an editor's user thinks. It orders nothing: without it a helper hardly ever gets its turn.
const THOUGHT: Duration = Duration::from_millis(20);

/// What everybody sees of the race.
struct Race {
    file: PathBuf,
    /// Odd while the truncating editor has the file half written.
    halves: AtomicU64,
    /// One editor writes at a time, as within one IDE: what they do to each other is their affair.
    editor: Mutex<()>,
    over: AtomicBool,
    wrong: Mutex<Vec<String>>,
}

fn prepared() -> Machine {
    let machine = Machine::new(Dialect::Python);
    machine.write(FILE, TEXT.as_bytes());
    machine.log_in();
    for arguments in [&["use", "--project", "2"][..], &["models"]] {
        assert_eq!(machine.run(arguments).code, 0);
    }
    let config = machine.config_dir().join("config.toml");
    let mut text = fs::read_to_string(&config).unwrap();
    for (profile, model) in PROFILES {
        text.push_str(&format!(
            "\n[profile.{profile}]\nserver = \"{}\"\nstore = \"file\"\nproject = 2\nmodel = \"1/{model}\"\n",
            machine.server.url()
        ));
    }
    fs::write(config, text).unwrap();
    assert_eq!(machine.run(&["--offline", "apply", "--ide", "vscode", "--profile", "one"]).code, 0);
    machine
}

fn apply(machine: &Machine, profile: &str) -> (Ran, Value) {
    let ran = machine.run(&["--offline", "--json", "apply", "--profile", profile]);
    let report = serde_json::from_str(&ran.stdout).unwrap_or_default();
    (ran, report)
}

fn get(text: &str, key: &str) -> Option<Value> {
    merge::get(text, Format::Settings, &merge::Path(vec![Step::Key(key.into())])).ok().flatten()
}

#[test]
fn no_update_is_lost_in_a_race_with_editors() {
    if support::is_repetition() {
        return;
    }
    let machine = prepared();
    let race = Race {
        file: machine.path(FILE),
        halves: AtomicU64::new(0),
        editor: Mutex::new(()),
        over: AtomicBool::new(false),
        wrong: Mutex::default(),
    };
    let (helpers, truncating, renaming, reads) = std::thread::scope(|scope| {
        let editors =
            [("truncating", truncate as fn(&Race, &str)), ("renaming", rename)].map(|(key, write)| {
                scope.spawn({
                    let race = &race;
                    move || edit(race, key, write)
                })
            });
        let reader = scope.spawn(|| read(&race));
        let helpers = PROFILES.map(|(profile, _)| {
            scope.spawn({
                let (machine, race) = (&machine, &race);
                move || help(machine, race, profile)
            })
        });
        let written = helpers.map(|helper| helper.join().unwrap());
        race.over.store(true, Ordering::SeqCst);
        let [truncating, renaming] = editors.map(|editor| editor.join().unwrap());
        (written, truncating, renaming, reader.join().unwrap())
    });
    println!(
        "helpers: {helpers:?}; {truncating} writes by truncating, {renaming} by renaming; {reads} reads"
    );
    let wrong = race.wrong.lock().unwrap();
    assert!(wrong.is_empty(), "{} things went wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(
        helpers.iter().all(|states| states.contains_key("written"))
            && truncating >= UPDATES
            && renaming >= UPDATES
            && reads > 0
    );
    // An editor that wrote an old text over ours has brought back the keys of one of the profiles; it
    // finds them in order, and each one after that is free to change them.
    for (profile, _) in PROFILES {
        apply(&machine, profile);
    }
    for (profile, model) in PROFILES {
        let (ran, _) = apply(&machine, profile);
        assert_eq!(ran.code, 0, "{ran:?}");
        let text = fs::read_to_string(&race.file).unwrap();
        assert_eq!(get(&text, "eliteacode.modelName"), Some(model.into()), "{text}");
        assert_eq!(get(&text, "eliteacode.integrationUid"), Some(format!("1_{model}").into()), "{text}");
        assert_eq!(get(&text, "truncating"), Some(truncating.into()));
        assert_eq!(get(&text, "renaming"), Some(renaming.into()));
        assert!(text.starts_with("{\n\t// counters\n"), "{text}");
    }
    history_is_whole(&machine);
}

/// One helper; returns what came of its runs.
fn help(machine: &Machine, race: &Race, profile: &str) -> BTreeMap<String, usize> {
    let mut states = BTreeMap::new();
    for _ in 0..ROUNDS {
        if states.get("written").is_some_and(|written| *written >= WRITES) {
            break;
        }
        let (ran, report) = apply(machine, profile);
        let state = report["targets"][0]["state"].as_str().unwrap_or_default();
        // In conflict with what an editor brought back, refused while the file is half written.
        if !matches!((ran.code, state), (0 | 1, "written") | (0, "inOrder") | (1, "conflict" | "refused")) {
            race.wrong.lock().unwrap().push(format!("apply --profile {profile}: {ran:?}"));
        }
        *states.entry(state.to_owned()).or_default() += 1;
    }
    states
}

/// An editor that counts in a key of its own; returns how far it came.
fn edit(race: &Race, key: &str, write: fn(&Race, &str)) -> u64 {
    let mut count = 0;
    while count < UPDATES || !race.over.load(Ordering::SeqCst) {
        std::thread::sleep(THOUGHT);
        let _alone = race.editor.lock().unwrap();
        let before = fs::metadata(&race.file).unwrap();
        let text = fs::read_to_string(&race.file).unwrap();
        let Some(found) = get(&text, key) else {
            race.wrong.lock().unwrap().push(format!("{key} is gone at {count}: {text:?}"));
            return count;
        };
        if found.as_u64() != Some(count) {
            race.wrong.lock().unwrap().push(format!("{key} is {found}, and {count} was written"));
            count = found.as_u64().unwrap_or_default();
        }
        // A last look, as editors take it; what is written after it an editor does not see.
        let now = fs::metadata(&race.file).unwrap();
        if (now.ino(), now.modified().unwrap()) != (before.ino(), before.modified().unwrap()) {
            continue;
        }
        count += 1;
        write(race, &text.replace(&format!("\"{key}\": {found}"), &format!("\"{key}\": {count}")));
    }
    count
}

/// As VS Code writes a workspace's file: emptied, then filled.
fn truncate(race: &Race, text: &str) {
    race.halves.fetch_add(1, Ordering::SeqCst);
    let mut file = OpenOptions::new().write(true).truncate(true).open(&race.file).unwrap();
    let (first, second) = text.split_at(text.len() / 2);
    file.write_all(first.as_bytes()).unwrap();
    std::thread::yield_now();
    file.write_all(second.as_bytes()).unwrap();
    race.halves.fetch_add(1, Ordering::SeqCst);
    if file.metadata().unwrap().nlink() == 0 {
        race.wrong.lock().unwrap().push("the file was taken from under an editor that was writing it".into());
    }
}

/// As VS Code writes a user's file: another one, put in its place.
fn rename(race: &Race, text: &str) {
    let other = race.file.with_extension("json.vsctmp");
    fs::write(&other, text).unwrap();
    fs::rename(&other, &race.file).unwrap();
}

/// Reads all the time; returns how often.
fn read(race: &Race) -> u64 {
    let mut reads = 0;
    while !race.over.load(Ordering::SeqCst) {
        let before = race.halves.load(Ordering::SeqCst);
        let text = fs::read_to_string(&race.file);
        let after = race.halves.load(Ordering::SeqCst);
        if before != after || before % 2 == 1 {
            continue;
        }
        reads += 1;
        let whole = text.as_ref().is_ok_and(|text| get(text, "renaming").is_some() && text.ends_with("}\n"));
        if !whole {
            race.wrong.lock().unwrap().push(format!("a reader sees {text:?}"));
        }
    }
    reads
}

fn history_is_whole(machine: &Machine) {
    let ran = machine.run(&["--json", "history"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    let listed: Value = serde_json::from_str(&ran.stdout).unwrap();
    let entries = listed["entries"].as_array().unwrap();
    assert!(
        entries.iter().all(|entry| entry["files"].as_array().is_some_and(|files| files.len() == 1)),
        "{entries:?}"
    );
    let files = fs::read_dir(machine.state_dir().join("history")).unwrap();
    let names: Vec<_> = files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(names.len(), entries.len(), "{names:?}");
    assert!(!leftovers(machine.home()), "temp files are left");
}

fn leftovers(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() { leftovers(&path) } else { path.extension().is_some_and(|end| end == "tmp") }
    })
}

#[test]
fn two_at_once_are_one_after_the_other() {
    let machine = prepared();
    for _ in 0..5 {
        let ran = std::thread::scope(|scope| {
            let pair = ["two", "three"].map(|profile| {
                scope.spawn({
                    let machine = &machine;
                    move || apply(machine, profile)
                })
            });
            pair.map(|run| run.join().unwrap())
        });
        for (ran, report) in &ran {
            assert_eq!((ran.code, report["targets"][0]["state"].as_str()), (0, Some("written")), "{ran:?}");
        }
        assert_eq!(apply(&machine, "one").0.code, 0);
    }
    let text = fs::read_to_string(machine.path(FILE)).unwrap();
    assert_eq!(get(&text, "eliteacode.modelName"), Some(PROFILES[0].1.into()));
    history_is_whole(&machine);
    assert_eq!(machine.run(&["remove"]).code, 0);
    assert_eq!(fs::read_to_string(machine.path(FILE)).unwrap(), TEXT);
}
