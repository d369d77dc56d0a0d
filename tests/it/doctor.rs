//! The doctor's rules, and the repair of what they find. Each folder of `tests/data/doctor/RULE` is
//! one case; a new case adds files, no code. The files of a case:
//!
//! ```text
//! before.EXT   the file that is looked at; {token}, {server} and the like are filled in. Without it the
//!              machine as a whole is looked at, and nothing is repaired
//! place        where it lies in the home, on one line; else a usual place for its extension
//! setup        lines of a journey (see `journeys`), run before the file is laid; after a line "lay"
//!              they find it there
//! command      the command that is judged; else: doctor "{file}", or doctor
//! only         ids of rules, one a line: the findings of others are not compared
//! findings     what is found, in its order, one a line: SEVERITY RULE PLACE MESSAGE
//! after.EXT    the file after `repair --yes`; without it not one byte may change
//! way-N.EXT    the file after the Nth way was chosen, N from 1, of the first finding with several
//! ```
//!
//! PLACE is `LINE:COLUMN`, `file` for the file as a whole, `-` for the machine, and starts with
//! `NAME:` in another file than that of the case. Below a finding, indented, may stand what is said
//! to mend it: `fix: TITLE`, `run: COMMAND`, `way: TITLE`, all of them or none. Lines that start with
//! `#` are for the reader.
//!
//! Whatever a case says: a repair leaves nothing that could be mended unasked, a second one changes
//! nothing, `undo` gives back every byte, and every command that is named is one that can be run.
//! `DOCTOR=WORDS` runs only the cases whose path holds the words.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use elitea_helper::doctor::{Chosen, Facts, FileFacts, Filter, Kind, mend};
use serde_json::Value;

use crate::journeys::{Journey, all, entries};

/// Where a file lies that has no `place`, by its extension.
const PLACES: &[(&str, &str)] = &[
    ("json", "project/settings.json"),
    ("code-workspace", "project/project.code-workspace"),
    ("xml", "project/.idea/elitea.xml"),
    ("toml", "project/notes.toml"),
    ("env", "project/.env"),
    ("txt", "project/notes.txt"),
];

/// The rules whose cases run under Wine, where a process takes a third of a second, and where cases
/// compare neither modes nor quoted paths.
const UNDER_WINE: &[&str] = &[
    "conflict-markers",
    "duplicate-component",
    "duplicate-key",
    "file-encoding",
    "file-malformed",
    "server-busy",
];

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/doctor");
    entries(&folder).iter().flat_map(|rule| entries(rule)).collect()
}

#[test]
fn every_case_is_found_and_mended_as_it_says() {
    let only = std::env::var("DOCTOR").unwrap_or_default();
    let mut cases = cases();
    cases.retain(|case| case.display().to_string().contains(&only));
    if crate::support::under_wine() {
        println!("skipped: all but {UNDER_WINE:?}");
        let rule = |case: &Path| case.parent().and_then(Path::file_name).map(std::ffi::OsStr::to_os_string);
        cases.retain(|case| UNDER_WINE.iter().any(|known| rule(case).is_some_and(|rule| rule == *known)));
    }
    all("cases of the doctor", &cases, tried);
}

/// Every rule has a case where it fires, one where it nearly does, and its explanation.
#[test]
fn every_rule_has_its_cases() {
    let journey = Journey::start("").unwrap().unwrap();
    let ran = journey.machine.run(&["doctor", "--list", "--json"]);
    let list: Value = serde_json::from_str(&ran.stdout).unwrap();
    let mut wanting = Vec::new();
    let mut known = BTreeSet::new();
    for rule in list["rules"].as_array().unwrap() {
        let id = rule["id"].as_str().unwrap();
        known.insert(id.to_owned());
        let of_it: Vec<PathBuf> =
            cases().into_iter().filter(|case| case.parent().unwrap().ends_with(id)).collect();
        let named = |case: &Path| case.file_name().unwrap().to_string_lossy().into_owned();
        let fires = |case: &Path| {
            let findings = std::fs::read_to_string(case.join("findings")).unwrap_or_default();
            findings.lines().any(|line| line.split(' ').nth(1) == Some(id))
        };
        if !of_it.iter().any(|case| fires(case)) {
            wanting.push(format!("{id}: no case where it fires"));
        }
        if !of_it.iter().any(|case| named(case).starts_with("nearly-") && !fires(case)) {
            wanting.push(format!("{id}: no case nearly-... where it does not fire"));
        }
        for words in ["title", "why", "help"] {
            if rule[words].as_str().is_none_or(|words| words.len() < 10) {
                wanting.push(format!("{id}: {words} says nothing"));
            }
        }
    }
    for case in cases() {
        let rule = case.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        if !known.contains(&rule) {
            wanting.push(format!("{rule}: there is no such rule"));
        }
    }
    assert!(wanting.is_empty(), "{}", wanting.join("\n"));
}

/// One case on its machine.
struct Case {
    folder: PathBuf,
    extension: String,
    journey: Journey,
    /// The file below the home.
    place: String,
    before: Vec<u8>,
}

fn tried(folder: &Path) -> Result<(), String> {
    let setup = words(folder, "setup").unwrap_or_default();
    let Some(journey) = Journey::start(&setup)? else { return Ok(()) };
    let files = entries(folder);
    let extension = |file: &PathBuf| file.extension().map(|end| end.to_string_lossy().into_owned());
    let Some(before) = files.iter().find(|file| file.file_stem().is_some_and(|stem| stem == "before")) else {
        return of_machine(folder, &setup, journey);
    };
    let extension = extension(before).ok_or("before has no extension")?;
    let usual = PLACES.iter().find(|(end, _)| *end == extension).map(|(_, place)| (*place).to_owned());
    let place = words(folder, "place").map(|place| place.trim().to_owned());
    let mut case = Case {
        place: place.or(usual).ok_or("no place for a file of this extension")?,
        before: journey.filled(std::fs::read(before).unwrap())?,
        folder: folder.to_path_buf(),
        extension,
        journey,
    };
    let setup = format!("\n{setup}\n");
    let (lines, later) = setup.split_once("\nlay\n").unwrap_or((&setup, ""));
    case.journey.travel(lines)?;
    case.journey.machine.write(&case.place, &case.before);
    case.journey.travel(later)?;
    case.run()
}

/// A case about the machine as a whole.
fn of_machine(folder: &Path, setup: &str, mut journey: Journey) -> Result<(), String> {
    journey.travel(setup)?;
    let (place, extension) = (String::new(), String::new());
    let mut case = Case { folder: folder.to_path_buf(), extension, journey, place, before: Vec::new() };
    let command = words(folder, "command").unwrap_or_else(|| "doctor".to_owned());
    let report = case.report(&format!("{} --json", command.trim()))?;
    case.compare(&report)?;
    case.advised(&report)
}

impl Case {
    fn run(&mut self) -> Result<(), String> {
        let command = words(&self.folder, "command").unwrap_or_else(|| "doctor \"{file}\"".to_owned());
        let report = self.report(&format!("{} --json", command.trim()))?;
        self.compare(&report)?;
        self.mended()?;
        self.ways()?;
        self.advised(&report)
    }

    fn report(&mut self, command: &str) -> Result<Value, String> {
        let file = self.journey.machine.path(&self.place).display().to_string();
        let ran = self.journey.ran(&command.replace("{file}", &file))?;
        serde_json::from_str(&ran.stdout).map_err(|error| format!("{command}: {error}\n{ran:?}"))
    }

    fn compare(&self, report: &Value) -> Result<(), String> {
        let only = words(&self.folder, "only");
        let found = report["findings"].as_array().ok_or("no findings in the report")?;
        let found = found.iter().filter(|finding| {
            let rule = finding["rule"].as_str().unwrap_or_default();
            only.as_ref().is_none_or(|only| only.lines().any(|line| line == rule))
        });
        let found: Vec<(String, Vec<String>)> =
            found.map(|finding| (self.line(finding), mending(finding))).collect();
        let text = self.journey.fill(&words(&self.folder, "findings").ok_or("no findings")?)?;
        let mut wanted: Vec<(&str, Vec<String>)> = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match (line.strip_prefix("  "), wanted.last_mut()) {
                (Some(how), Some((_, hows))) => hows.push(how.trim().to_owned()),
                _ => wanted.push((line, Vec::new())),
            }
        }
        let fits = wanted.len() == found.len()
            && wanted
                .iter()
                .zip(&found)
                .all(|((wanted, hows), (found, said))| wanted == found && (hows.is_empty() || hows == said));
        if fits {
            return Ok(());
        }
        let mut shown = String::new();
        for (line, said) in &found {
            let _ =
                write!(shown, "{line}\n{}", said.iter().map(|how| format!("  {how}\n")).collect::<String>());
        }
        Err(format!("wanted:\n{text}\nfound:\n{shown}"))
    }

    /// A finding as cases write it.
    fn line(&self, finding: &Value) -> String {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let place = &finding["place"];
        let file = PathBuf::from(text(&place["file"]));
        let own = self.journey.machine.path(&self.place);
        let other = (file != own).then(|| {
            let below = file.strip_prefix(self.journey.machine.home()).unwrap_or(&file);
            format!("{}:", below.display())
        });
        let at = match (place.is_null(), &place["line"]) {
            (true, _) => "-".to_owned(),
            (false, Value::Null) => format!("{}file", other.unwrap_or_default()),
            (false, line) => format!("{}{line}:{}", other.unwrap_or_default(), place["column"]),
        };
        format!(
            "{} {} {at} {}",
            text(&finding["severity"]),
            text(&finding["rule"]),
            text(&finding["message"])
        )
    }

    /// Every command that is named does something: it is run as it stands.
    fn advised(&mut self, report: &Value) -> Result<(), String> {
        let findings = report["findings"].as_array().ok_or("no findings in the report")?;
        let commands: BTreeSet<&str> = findings
            .iter()
            .flat_map(|finding| [&finding["fix"]["command"], &finding["explain"]])
            .filter_map(Value::as_str)
            .collect();
        let setup = words(&self.folder, "setup").unwrap_or_default();
        if !self.place.is_empty() && !setup.contains("signed in") {
            // Whoever follows an advice has a server.
            self.journey.travel("signed in")?;
        }
        for command in commands {
            let mut arguments =
                command.strip_prefix("elitea-helper ").ok_or(format!("not ours: {command}"))?.to_owned();
            // What a person answers on a terminal.
            match arguments.split(' ').next() {
                Some("login") => {
                    self.journey.travel("< {token}")?;
                    arguments = arguments.replace(" --store keychain", "");
                    arguments.push_str(" --token-stdin --store file");
                }
                Some("repair") => arguments.push_str(" --yes"),
                _ => {}
            }
            let ran = self.journey.ran(&format!("{arguments} --json"))?;
            let asks = ran.stdout.contains("E_CHOICE_NEEDED");
            if matches!(ran.code, 2 | 5) && !asks {
                return Err(format!("it cannot be run as it stands: {command}\n{ran:?}"));
            }
        }
        Ok(())
    }

    /// Repairs the file, repairs it again, takes it back.
    fn mended(&mut self) -> Result<(), String> {
        let report = self.report("repair --yes \"{file}\" --json")?;
        let wanted = self.file("after")?.unwrap_or_else(|| self.before.clone());
        self.holds("after repair", &wanted)?;
        let again = self.report("doctor \"{file}\" --json")?;
        let findings = again["findings"].as_array().into_iter().flatten();
        if let Some(left) = findings.into_iter().find(|finding| finding["fix"]["safe"] == true) {
            return Err(format!("a repair leaves what could be mended: {}", self.line(left)));
        }
        self.report("repair --yes \"{file}\" --json")?;
        self.holds("after a second repair", &wanted)?;
        if report["history"].is_null() {
            return Ok(());
        }
        let ran = self.journey.ran("undo --yes")?;
        if ran.code != 0 {
            return Err(format!("undo: {ran:?}"));
        }
        let before = self.before.clone();
        self.holds("after undo", &before)
    }

    fn holds(&self, when: &str, wanted: &[u8]) -> Result<(), String> {
        let found =
            std::fs::read(self.journey.machine.path(&self.place)).map_err(|error| error.to_string())?;
        differ(when, wanted, &found)
    }

    /// A file of the case, filled in; none where the case has none.
    fn file(&self, stem: &str) -> Result<Option<Vec<u8>>, String> {
        let file = self.folder.join(format!("{stem}.{}", self.extension));
        std::fs::read(file).ok().map(|bytes| self.journey.filled(bytes)).transpose()
    }

    /// What comes of each way to mend the first finding that has several.
    fn ways(&self) -> Result<(), String> {
        for way in 0.. {
            let Some(wanted) = self.file(&format!("way-{}", way + 1))? else { break };
            let path = self.journey.machine.path(&self.place);
            let file = FileFacts::new(&path, Kind::by_name(&path), Some(&self.before));
            let mut chosen = false;
            let mending = mend(&file, &Facts::default(), &Filter::default(), &mut |_, _| {
                if std::mem::replace(&mut chosen, true) { Chosen::Leave } else { Chosen::Way(way) }
            });
            differ(&format!("after way {}", way + 1), &wanted, mending.file.text.as_bytes())?;
        }
        Ok(())
    }
}

impl Journey {
    /// Bytes with what stands in braces in them filled in, if they are text.
    fn filled(&self, bytes: Vec<u8>) -> Result<Vec<u8>, String> {
        match String::from_utf8(bytes) {
            Ok(text) => self.fill(&text).map(String::into_bytes),
            Err(error) => Ok(error.into_bytes()),
        }
    }
}

/// What is said to mend a finding.
fn mending(finding: &Value) -> Vec<String> {
    let fix = &finding["fix"];
    let line = |what: &str, value: &Value| value.as_str().map(|words| format!("{what}: {words}"));
    let ways = fix["ways"].as_array().into_iter().flatten().filter_map(|way| line("way", way));
    line("fix", &fix["title"]).into_iter().chain(line("run", &fix["command"])).chain(ways).collect()
}

fn differ(when: &str, wanted: &[u8], found: &[u8]) -> Result<(), String> {
    if wanted == found {
        return Ok(());
    }
    let [wanted, found] = [wanted, found].map(String::from_utf8_lossy);
    Err(format!("{when}, wanted:\n{wanted:?}\nfound:\n{found:?}\n\n{found}"))
}

fn words(folder: &Path, name: &str) -> Option<String> {
    std::fs::read_to_string(folder.join(name)).ok()
}
