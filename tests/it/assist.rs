//! Completion and hover in settings files. Each folder of `tests/data/assist` is one case; a new case adds
//! files, no code. The files of a case:
//!
//! ```text
//! text.EXT     a file with the cursor in it, ‸. {token} and {other} are the token in use and another one.
//!              EXT is json, code-workspace or xml
//! facts.json   what is known besides `tests/data/assist/facts.json`, member by member
//! completions  what can stand there
//! hover        what stands there: ABOUT, the text that is meant, then the Markdown; or "nothing"
//! ```
//!
//! In `completions`: `replaces TEXT`, the text that goes; `comma`, where one is wanting further up;
//! `unknown`, where a list of the server is; `broken`, where the text is not sound with a suggestion
//! either; `without LABEL`. Then the suggestions, each as `KIND LABEL`, a star before it for the likeliest,
//! and below it, indented, what is inserted, its detail, and lines of its docs, the last two if wanted.
//! A line `...` at the end stands for others. Lines that start with `#` are for the reader.
//!
//! Whatever a case says: with each suggestion the file is sound and the setting has that value, unless it is
//! `broken`; the range is on one line and around the cursor; no token is shown.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use elitea_helper::auth::{Server, Token};
use elitea_helper::doctor::{
    Completions, Facts, FileFacts, Kind, Reader, Role, StoredToken, Suggestion, about, complete,
};
use elitea_helper::ide::{Generation, Scope};
use elitea_helper::merge::{self, xml};
use elitea_helper::protocol::config::{KeyReport, TargetRef, TargetReport, TargetState};
use elitea_helper::protocol::token::TokenState;
use proptest::prelude::*;
use serde_json::Value;

use crate::journeys::{all, entries};

const CURSOR: char = '‸';

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/assist")
}

fn cases() -> Vec<PathBuf> {
    let only = std::env::var("ASSIST").unwrap_or_default();
    let folders = entries(&data()).into_iter().filter(|path| path.is_dir());
    folders.filter(|path| path.display().to_string().contains(&only)).collect()
}

#[test]
fn every_case_is_helped_as_it_says() {
    all("cases of help in files", &cases(), tried);
}

/// A token as ELITEA makes it.
fn token(uuid: &str, expires: &str) -> String {
    let claims = format!(r#"{{"uuid":"{uuid}","expires":"{expires}"}}"#);
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.{}", part(r#"{"alg":"HS512","typ":"JWT"}"#), part(&claims), "A".repeat(86))
}

fn in_use() -> String {
    token("in-use", "2027-01-01T00:00")
}

fn json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|_| "{}".to_owned());
    serde_json::from_str(&text).unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A case: the text without its cursor, the cursor's byte, the file and what is known.
fn read(folder: &Path) -> Result<(FileFacts, Facts, usize), String> {
    let files = entries(folder);
    let path = files.iter().find(|file| file.file_stem().is_some_and(|stem| stem == "text"));
    let path = path.ok_or("no text")?;
    let given = std::fs::read_to_string(path).unwrap();
    let given = given.replace("{token}", &in_use()).replace("{other}", &token("other", "2026-12-24T00:00"));
    let at = given.find(CURSOR).ok_or("no cursor in the text")?;
    let mut known = json(&data().join("facts.json"));
    for (name, value) in json(&folder.join("facts.json")).as_object().unwrap() {
        known[name] = value.clone();
    }
    let place = known.get("path").map(text);
    let kind = match path.extension().and_then(std::ffi::OsStr::to_str) {
        Some("xml") => Kind::Component,
        Some("code-workspace") => Kind::CodeWorkspace,
        _ => Kind::Settings,
    };
    let place = place.unwrap_or_else(|| path.file_name().unwrap().to_string_lossy().into_owned());
    let mut file = FileFacts::new(Path::new(&place), kind, Some(given.replace(CURSOR, "").as_bytes()));
    file.role = known.get("role").map(role);
    Ok((file, facts(&known), at))
}

fn facts(known: &Value) -> Facts {
    let mut facts = Facts::default();
    let list = |name: &str| known[name].as_array().cloned();
    let pair = |value: &Value| Some((value[0].as_u64()?, text(&value[1])));
    facts.listed.projects = list("projects").map(|all| serde_json::from_value(Value::Array(all)).unwrap());
    facts.listed.models = list("models").map(|all| serde_json::from_value(Value::Array(all)).unwrap());
    facts.listed.whole = true;
    facts.listed.default_model = pair(&known["default"]);
    facts.listed.heard = known["heard"].as_str().map(str::to_owned);
    facts.listed.remembered = facts.listed.heard.is_some();
    facts.selected.project = known["project"].as_u64();
    facts.selected.model = pair(&known["model"]);
    facts.server.root = known["server"].as_str().map(|server| Server::parse(server).unwrap());
    if let Some(days) = known["days_left"].as_i64() {
        let state = match days {
            ..0 => TokenState::Expired,
            0..=7 => TokenState::Expiring,
            8.. => TokenState::Active,
        };
        facts.token.stored = Some(StoredToken {
            token: Token::parse(in_use().as_bytes()).unwrap(),
            store: "keychain",
            plain: false,
            state,
            expires: Some("2027-01-01T00:00:00Z".to_owned()),
            days_left: Some(days),
            name: Some("laptop".to_owned()),
        });
    }
    for other in known["others"].as_array().into_iter().flatten() {
        let path = text(&other["path"]);
        let path = Path::new(&path);
        let mut file = FileFacts::new(path, Kind::by_name(path), Some(text(&other["text"]).as_bytes()));
        file.role = Some(role(other));
        facts.files.push(file);
    }
    facts
}

fn role(known: &Value) -> Role {
    let reader = known.get("reader").map(|reader| Reader {
        name: text(&reader["name"]),
        version: reader["version"].as_str().map(str::to_owned),
        generation: if reader["old"] == true { Generation::Alita } else { Generation::Elitea },
        fits_server: reader["fits"].as_bool(),
    });
    let keys = known.get("report").and_then(Value::as_object).map(|keys| {
        keys.iter()
            .map(|(key, outcome)| KeyReport { key: key.clone(), outcome: text(outcome), theirs: None })
            .collect()
    });
    Role {
        ide: "vscode".to_owned(),
        ide_name: "VS Code".to_owned(),
        scope: if known["scope"] == "workspace" { Scope::Workspace } else { Scope::User },
        reader,
        registered: known["registered"] == true,
        report: keys.map(|keys| TargetReport {
            target: TargetRef {
                ide: "vscode".to_owned(),
                ide_name: "VS Code".to_owned(),
                scope: "user".to_owned(),
                label: None,
                path: "settings.json".to_owned(),
                template: "vscode".to_owned(),
            },
            state: TargetState::InOrder,
            keys,
            diff: String::new(),
            notes: Vec::new(),
            error: None,
        }),
        ignored_by_sync: None,
    }
}

fn tried(folder: &Path) -> Result<(), String> {
    let (file, facts, at) = read(folder)?;
    let wanted = |name: &str| std::fs::read_to_string(folder.join(name)).ok();
    if let Some(wanted) = wanted("completions") {
        let found = complete(&file, &facts, at);
        completed(&wanted, &found, &file)?;
        sane(&found, &file, at)?;
        for item in &found.items {
            applied(item, &found, &file, wanted.lines().any(|line| line == "broken"))
                .map_err(|error| format!("with {}: {error}", item.insert))?;
        }
    }
    if let Some(wanted) = wanted("hover") {
        let shown = match about(&file, &facts, at) {
            Some(about) => format!("ABOUT {}\n{}\n", &file.text[about.range], about.markdown),
            None => "nothing\n".to_owned(),
        };
        let shown = shown.replace(&in_use(), "{token}");
        if shown.replace("{token}", "").contains("eyJ") {
            return Err(format!("a token is shown:\n{shown}"));
        }
        if shown != wanted {
            return Err(format!("hover, wanted:\n{wanted}\nfound:\n{shown}"));
        }
    }
    Ok(())
}

fn completed(wanted: &str, found: &Completions, file: &FileFacts) -> Result<(), String> {
    let mut shown = format!("replaces {}\n", &file.text[found.range.clone()]);
    shown += found.comma_at.map_or("", |_| "comma\n");
    shown += if found.complete { "" } else { "unknown\n" };
    for item in &found.items {
        let star = if item.preselect { "* " } else { "" };
        let detail = item.detail.as_deref().unwrap_or_default();
        shown += &format!("{star}{:?} {}\n  {}\n  {detail}\n", item.kind, item.label, item.insert);
        let docs = item.docs.as_deref().unwrap_or_default().lines().filter(|line| !line.is_empty());
        shown += &docs.map(|line| format!("  {line}\n")).collect::<String>();
    }
    let fail = |why: &str| Err(format!("completions: {why}; wanted:\n{wanted}\nfound:\n{shown}"));
    let lines = || wanted.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    if lines().any(|line| {
        line.strip_prefix("without ").is_some_and(|label| found.items.iter().any(|item| item.label == label))
    }) {
        return fail("something stands there that must not");
    }
    // The line of a suggestion, and those below it.
    let groups = |text: &str| {
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match (line.strip_prefix("  "), groups.last_mut()) {
                (Some(line), Some((_, below))) => below.push(line.to_owned()),
                _ => groups.push((line.to_owned(), Vec::new())),
            }
        }
        groups
    };
    let is_open = lines().any(|line| line == "...");
    let mut wanted = groups(wanted);
    wanted.retain(|(line, _)| line != "..." && line != "broken" && !line.starts_with("without "));
    let shown_groups = groups(&shown);
    if wanted.len() > shown_groups.len() || (!is_open && wanted.len() < shown_groups.len()) {
        return fail("the number");
    }
    for ((line, below), (shown, there)) in wanted.iter().zip(&shown_groups) {
        // What is inserted is compared as a whole; of the rest, what is there.
        let fits = line.trim_end() == shown.trim_end()
            && (below.first().is_none_or(|insert| Some(insert) == there.first()))
            && below.iter().skip(1).all(|line| there.contains(line));
        if !fits {
            return fail(line);
        }
    }
    Ok(())
}

fn sane(found: &Completions, file: &FileFacts, at: usize) -> Result<(), String> {
    let range = &found.range;
    let is_around = range.start <= at && at <= range.end;
    let replaced = file.text.get(range.clone()).ok_or("the range is not between characters")?;
    if !is_around || replaced.contains(['\n', '\r']) {
        return Err(format!("the range {range:?} is not around {at}, or on several lines"));
    }
    if found.comma_at.is_some_and(|comma| comma >= range.start) {
        return Err("the comma is not before the range".to_owned());
    }
    let typed = &file.text[range.start..at];
    let words = format!("{found:?}");
    match words.contains("eyJ") && !typed.contains("eyJ") {
        true => Err(format!("a token is shown: {words}")),
        false => Ok(()),
    }
}

/// The text with one suggestion, and where that begins.
fn with(item: &Suggestion, found: &Completions, text: &str) -> (String, usize) {
    let mut after = text.to_owned();
    after.replace_range(found.range.clone(), &item.insert);
    let comma = found.comma_at.inspect(|at| after.insert(*at, ','));
    let lead = item.insert.len() - item.insert.trim_start_matches(',').len();
    (after, found.range.start + usize::from(comma.is_some()) + lead)
}

/// With a suggestion the text is sound and the setting has that value.
fn applied(item: &Suggestion, found: &Completions, file: &FileFacts, broken: bool) -> Result<(), String> {
    let (text, at) = with(item, found, &file.text);
    let after = file.with_text(&text);
    if !broken {
        let format = file.kind.format().unwrap();
        merge::check(&text, format).map_err(|error| format!("{error}\n{text}"))?;
    }
    let key =
        after.keys.iter().find(|key| key.raw.start == at || key.key.start == at || key.whole.start == at);
    let key = match key {
        Some(key) => key,
        None if broken => return Ok(()),
        None => return Err(format!("no setting of ours stands there:\n{text}")),
    };
    let insert = item.insert.trim_matches(',');
    let value = if file.kind != Kind::Component {
        let is_name = key.key.start == at;
        let read = if is_name { format!("{{{insert}}}") } else { insert.to_owned() };
        match serde_json::from_str::<Value>(&read) {
            Ok(Value::Object(members)) => members.into_iter().next().map(|(_, value)| value),
            Ok(value) => Some(value),
            // The name alone.
            Err(_) if is_name => None,
            Err(error) => return Err(format!("{error}: {read}")),
        }
    } else if key.raw.start == at {
        Some(xml::decode(insert.split('"').next().unwrap()).into_owned().into())
    } else {
        insert
            .split("value=\"")
            .nth(1)
            .map(|rest| xml::decode(rest.split('"').next().unwrap()).into_owned().into())
    };
    if !broken && (!key.in_effect || !key.in_place) {
        return Err(format!("{} does not count:\n{text}", key.name));
    }
    match value.filter(|value| *value != key.value) {
        Some(value) => Err(format!("{} is {}, not {value}:\n{text}", key.name, key.value)),
        None => Ok(()),
    }
}

const SETTINGS: &str = "{\r\n  // ä\n  \"a\": [1, {\"eliteacode.projectId\": 1}], /* x */\n  \
    \"eliteacode.LLMModelName\": \"gpt-4o\",\n  \"eliteacode\": {\"verifySsl\": true, \"topK\": 4},\n  \
    \"eliteacode.integrationUid\": \"7_gpt-4o\", \"eliteacode.projectId\": 7,\n  \
    \"eliteacode.LLMAuthToken\": \"\",\n}\n";
const COMPONENT: &str = "<?xml version=\"1.0\"?>\n<project version=\"4\">\n  <!-- ä -->\n  \
    <component name=\"EliteASettings\">\n    <option name=\"llmCustomModelName\" value='gpt-4o' />\n    \
    <option value=\"7\" name=\"projectId\" />\n    <option name=\"provider\"><list /></option>\n  \
    </component>\n</project>\n";

/// However a text is cut, and wherever the cursor is, there is an answer with a range around it.
#[test]
fn a_text_that_is_cut_anywhere_is_helped() {
    let facts = facts(&json(&data().join("facts.json")));
    for (name, whole) in
        [("settings.json", SETTINGS), ("x.code-workspace", SETTINGS), ("elitea.xml", COMPONENT)]
    {
        let whole =
            if name.starts_with('x') { format!("{{\"settings\": {whole}}}") } else { whole.to_owned() };
        let path = Path::new(name);
        for cut in 0..=whole.len() {
            for bytes in [whole.as_bytes()[..cut].to_vec(), {
                // What is typed in the middle: a quote swallows what comes after it.
                let (before, after) = whole.as_bytes().split_at(cut);
                [before, b"\"el", after].concat()
            }] {
                let file = FileFacts::new(path, Kind::by_name(path), Some(&bytes));
                for at in [cut.min(file.text.len()), cut + 3, usize::MAX] {
                    let found = complete(&file, &facts, at);
                    let _ = about(&file, &facts, at);
                    let at = at.min(file.text.len());
                    let at = (0..=at).rev().find(|at| file.text.is_char_boundary(*at)).unwrap();
                    sane(&found, &file, at).unwrap_or_else(|error| panic!("{error}\n{}", file.text));
                    for item in &found.items {
                        let _ = with(item, &found, &file.text);
                    }
                }
            }
        }
    }
}

proptest! {
    /// Nor does it matter what the text is.
    #[test]
    fn any_text_is_helped(
        parts in prop::collection::vec(prop::sample::select(vec![
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\n", " ", "//", "/*", "*/", "<", ">", "/>", "=", "'",
            "\"eliteacode.LLMModelName\"", "\"eliteacode\"", "eliteacode.projectId", "\"settings\"", "7", "é",
            "<option ", "name=\"projectId\"", "value=\"", "<component name=\"EliteASettings\">", "<project>",
        ]), 0..24),
        at in 0usize..200,
    ) {
        let facts = facts(&json(&data().join("facts.json")));
        for name in ["settings.json", "x.code-workspace", "elitea.xml"] {
            let path = Path::new(name);
            let file = FileFacts::new(path, Kind::by_name(path), Some(parts.concat().as_bytes()));
            let found = complete(&file, &facts, at);
            let _ = about(&file, &facts, at);
            let at = at.min(file.text.len());
            let at = (0..=at).rev().find(|at| file.text.is_char_boundary(*at)).unwrap();
            prop_assert!(sane(&found, &file, at).is_ok());
        }
    }
}
