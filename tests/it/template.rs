//! Templates: what they render and the patches they yield, by the cases in `tests/data/template`
//! and against the downloads that ELITEA's page offers.
#![allow(clippy::disallowed_methods, reason = "lays out template folders")]
#![allow(clippy::print_stdout, reason = "says how the downloads differ")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use elitea_helper::error::TABLE;
use elitea_helper::merge::{Op, Patch};
use elitea_helper::template::{self, Selection, Template};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[serde(rename = "about")]
    _about: String,
    template: String,
    /// The user's template folder: file to text, or to its lines.
    #[serde(default)]
    files: BTreeMap<String, Text>,
    selection: Option<Choice>,
    token: Option<String>,
    render: Option<Text>,
    patch: Option<Vec<(String, Value, bool)>>,
    downloads: Option<Vec<usize>>,
    error: Option<Failure>,
}

/// Text as it is, or as lines to be joined.
#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Whole(String),
    Lines(Vec<String>),
}

impl Text {
    fn join(&self) -> String {
        match self {
            Self::Whole(text) => text.clone(),
            Self::Lines(lines) => lines.join("\n"),
        }
    }
}

#[derive(Clone, Deserialize)]
struct Choice {
    server: String,
    project: u64,
    model: String,
    model_project: u64,
    verify_ssl: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Failure {
    code: String,
    message: String,
    /// `file:line:column`, the file relative to the user's template folder.
    place: Option<String>,
    hint: Option<String>,
}

impl Choice {
    fn selection(self) -> Selection {
        Selection {
            server: self.server,
            project: self.project,
            model: self.model,
            model_project: self.model_project,
            integration: None,
            verify_ssl: self.verify_ssl,
        }
    }
}

fn usual() -> Choice {
    Choice {
        server: "https://elitea.example.test".to_owned(),
        project: 25,
        model: "gpt-5.1".to_owned(),
        model_project: 1,
        verify_ssl: true,
    }
}

fn data(area: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(area);
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_case_renders_and_patches_as_it_says() {
    let cases = data("template");
    assert!(cases.len() >= 25, "only {} cases", cases.len());
    for file in cases {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let case: Case = serde_json::from_str(&fs::read_to_string(&file).unwrap())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        run(&name, &case);
    }
}

fn run(name: &str, case: &Case) {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in &case.files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.join()).unwrap();
    }
    let selection = case.selection.clone().unwrap_or_else(usual).selection();
    let token = case.token.as_deref();
    let all = |template: Template| {
        let rendered = template.render(&selection, token)?;
        Ok::<_, elitea_helper::error::Error>((rendered, template.patch(&selection, token)?))
    };
    match (template::load(&case.template, Some(folder.path())).and_then(all), &case.error) {
        (Ok((rendered, patch)), None) => {
            if let Some(wanted) = &case.render {
                assert_eq!(rendered, wanted.join(), "{name}: render");
            }
            if let Some(wanted) = &case.patch {
                assert_eq!(entries(&patch), *wanted, "{name}: patch");
            }
            if let Some(wanted) = &case.downloads {
                let counts: Vec<usize> = patch.downloads.iter().map(Vec::len).collect();
                assert_eq!(counts, *wanted, "{name}: downloads");
            }
        }
        (Err(error), Some(wanted)) => {
            assert_eq!(error.kind.row().code, wanted.code, "{name}: {error}");
            assert!(error.message.contains(&wanted.message), "{name}: {error}");
            let place = error.place.map(|place| place.to_string().replace('\\', "/"));
            let root = format!("{}/", folder.path().display()).replace('\\', "/");
            let place = place.map(|place| place.replace(&root, ""));
            assert_eq!(place, wanted.place, "{name}: place");
            if let Some(hint) = &wanted.hint {
                assert!(
                    error.hint.as_ref().is_some_and(|h| h.contains(hint)),
                    "{name}: hint {:?}",
                    error.hint
                );
            }
        }
        (Ok((rendered, _)), Some(_)) => panic!("{name}: should have failed, rendered {rendered}"),
        (Err(error), None) => panic!("{name}: {error}"),
    }
}

fn entries(patch: &Patch) -> Vec<(String, Value, bool)> {
    let entry = |entry: &elitea_helper::merge::Entry| {
        let value = match &entry.op {
            Op::Set(value) => value.clone(),
            Op::Include => json!("include"),
        };
        (entry.path.to_string(), value, entry.secret)
    };
    patch.entries.iter().map(entry).collect()
}

/// What a patch sets is what the rendered file holds, key by key and in order.
#[test]
fn the_patch_and_the_file_are_the_same() {
    let odd = Choice { model: "R&D \"x\" <gpt>\\é 😀\u{7f}\t\n'".to_owned(), ..usual() };
    for id in template::ids() {
        let template = template::load(id, None).unwrap();
        let selection = odd.clone().selection();
        let rendered = template.render(&selection, Some("a.b.c")).unwrap();
        let patch = template.patch(&selection, Some("a.b.c")).unwrap();
        let in_file: Vec<(String, Value)> = if let Ok(Value::Object(map)) = serde_json::from_str(&rendered) {
            map.into_iter().collect()
        } else {
            let document = roxmltree::Document::parse(&rendered).unwrap();
            let component = document.descendants().find(|node| node.has_tag_name("component")).unwrap();
            let name = component.attribute("name").unwrap();
            let options = component.children().filter(|node| node.has_tag_name("option"));
            let pair = |node: roxmltree::Node<'_, '_>| {
                (
                    format!("{name}/{}", node.attribute("name").unwrap()),
                    json!(node.attribute("value").unwrap()),
                )
            };
            options.map(pair).collect()
        };
        let in_patch: Vec<(String, Value)> =
            entries(&patch).into_iter().map(|(path, value, _)| (path, value)).collect();
        assert_eq!(in_patch, in_file, "{id}");
        assert_eq!(template.keys(), patch.entries.iter().map(|entry| entry.path.clone()).collect::<Vec<_>>());
        assert!(patch.downloads.contains(&template.keys()), "{id}: its own download is not recognised");
    }
}

#[test]
fn a_patch_never_shows_a_token() {
    for id in template::ids() {
        let template = template::load(id, None).unwrap();
        let with = template.patch(&usual().selection(), Some("head.claims.signature")).unwrap();
        let without = template.patch(&usual().selection(), None).unwrap();
        assert_eq!(with.entries.len() - without.entries.len(), template.secret_paths().len(), "{id}");
        assert!(!format!("{with:?}").contains("signature"), "{id}: {with:?}");
        let secret: Vec<_> = with.entries.iter().filter(|e| e.secret).map(|e| e.path.clone()).collect();
        assert_eq!(secret, template.secret_paths(), "{id}");
    }
}

#[test]
fn an_ejected_template_is_the_built_in_one() {
    let folder = tempfile::tempdir().unwrap();
    for id in template::ids() {
        fs::create_dir(folder.path().join(id)).unwrap();
        for (name, text) in template::sources(id).unwrap() {
            fs::write(folder.path().join(id).join(name), text).unwrap();
        }
        let (own, built_in) =
            (template::load(id, Some(folder.path())).unwrap(), template::load(id, None).unwrap());
        assert!(own.source().is_some() && built_in.source().is_none());
        let selection = usual().selection();
        assert_eq!(own.render(&selection, None).unwrap(), built_in.render(&selection, None).unwrap());
        assert_eq!(own.patch(&selection, None).unwrap(), built_in.patch(&selection, None).unwrap());
    }
    fs::create_dir(folder.path().join("made-up")).unwrap();
    fs::write(folder.path().join("made-up/template.toml"), "").unwrap();
    let all = template::available(Some(folder.path()));
    assert_eq!(all, ["vscode", "vscode-alita", "jetbrains", "jetbrains-alita", "made-up"]);
}

#[test]
fn every_code_in_the_cases_exists() {
    for file in data("template") {
        let case: Case = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        if let Some(error) = case.error {
            assert!(TABLE.iter().any(|row| row.code == error.code), "{}", file.display());
        }
    }
}

// Against the page.

/// Where a rendered file differs from the page's on purpose. Each takes a line of the download
/// and gives the line that we write instead.
type Exception = fn(&str, &Selection) -> String;

static EXCEPTIONS: &[(&str, Exception)] = &[
    ("certificates are verified", |line, selection| {
        let verify = format!("verifySsl\": {}", selection.verify_ssl);
        line.replace("verifySsl\": false", &verify)
    }),
    ("a redacted token is not written", |line, _| line.replace("\"...AAAAAAA\"", "\"Your_Personal_Token\"")),
    ("integration uid is not empty", |line, selection| {
        let uid = format!("{}_{}", selection.model_project, selection.model);
        line.replace("integrationUid\": \"\"", &format!("integrationUid\": {}", json!(uid)))
            .replace("\"integrationUid\" value=\"\"", &format!("\"integrationUid\" value=\"{uid}\""))
    }),
    ("integration name is not empty", |line, selection| {
        let name = format!("\"integrationName\" value=\"Project {}\"", selection.model_project);
        line.replace("\"integrationName\" value=\"\"", &name)
    }),
    ("XML is escaped", |line, _| {
        let Some((start, rest)) = line.split_once(" value=\"") else { return line.to_owned() };
        let (value, end) = rest.rsplit_once("\" />").unwrap();
        let value =
            value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        format!("{start} value=\"{value}\" />{end}")
    }),
];

const VERIFY: &str = "certificates are verified";
const REDACTED: &str = "a redacted token is not written";
const UID: &str = "integration uid is not empty";
const NAME: &str = "integration name is not empty";
const ESCAPED: &str = "XML is escaped";

/// Every file the page gave, and how ours may differ.
static DOWNLOADS: &[(&str, &str, &[&str])] = &[
    ("current/row-plain/settings.json", "vscode", &[VERIFY]),
    ("current/row-odd/settings.json", "vscode", &[VERIFY, REDACTED]),
    ("current/preview-plain/settings.json", "vscode", &[VERIFY, UID]),
    ("current/preview-odd/settings.json", "vscode", &[VERIFY, UID]),
    ("current/row-plain/elitea.xml", "jetbrains", &[]),
    ("current/row-odd/elitea.xml", "jetbrains", &[ESCAPED]),
    ("current/preview-plain/elitea.xml", "jetbrains", &[UID, NAME]),
    ("current/preview-odd/elitea.xml", "jetbrains", &[UID, NAME, ESCAPED]),
    ("release-2.0.1/row-plain/settings.json", "vscode-alita", &[VERIFY]),
    ("release-2.0.1/row-odd/settings.json", "vscode-alita", &[VERIFY, REDACTED]),
    ("release-2.0.1/preview-plain/settings.json", "vscode-alita", &[VERIFY, UID]),
    ("release-2.0.1/preview-odd/settings.json", "vscode-alita", &[VERIFY, UID]),
    ("release-2.0.1/row-plain/alita.xml", "jetbrains-alita", &[]),
    ("release-2.0.1/row-odd/alita.xml", "jetbrains-alita", &[ESCAPED]),
    ("release-2.0.1/preview-plain/alita.xml", "jetbrains-alita", &[UID, NAME]),
    ("release-2.0.1/preview-odd/alita.xml", "jetbrains-alita", &[UID, NAME, ESCAPED]),
];

#[test]
fn rendering_equals_the_page() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/downloads");
    let Ok(inputs) = fs::read_to_string(folder.join("inputs.json")) else {
        println!("skipped: no ../shared");
        return;
    };
    let inputs: Value = serde_json::from_str(&inputs).unwrap();
    assert_eq!(files_below(&folder), DOWNLOADS.len(), "a download without a row in the table");
    for verify_ssl in [true, false] {
        let mut equal = 0;
        let mut differ: BTreeMap<&str, usize> = BTreeMap::new();
        for (file, id, allowed) in DOWNLOADS {
            let page = fs::read_to_string(folder.join(file)).unwrap();
            let input = &inputs[if file.contains("plain") { "plain" } else { "odd" }];
            let token = input["token"].as_str().filter(|_| file.contains("/row-"));
            let selection = Selection {
                server: input["server_url"].as_str().unwrap().to_owned(),
                project: input["project_id"].as_u64().unwrap(),
                model: input["model"]["name"].as_str().unwrap().to_owned(),
                model_project: input["model"]["project_id"].as_u64().unwrap(),
                integration: None,
                verify_ssl,
            };
            let ours = template::load(id, None).unwrap().render(&selection, token).unwrap();
            let (expected, used) = except(&page, &selection);
            let allowed: Vec<&str> =
                allowed.iter().copied().filter(|name| verify_ssl || *name != VERIFY).collect();
            assert_eq!(used, allowed, "{file}: exceptions that applied");
            assert_eq!(ours, expected, "{file}");
            if used.is_empty() {
                assert_eq!(ours, page, "{file}");
                equal += 1;
            } else {
                *differ.entry("all").or_default() += 1;
                for name in used {
                    *differ.entry(name).or_default() += 1;
                }
            }
        }
        let total = differ.remove("all").unwrap_or(0);
        println!("verify_ssl = {verify_ssl}: {equal} equal, {total} differ by: {differ:?}");
        assert_eq!((equal, total), if verify_ssl { (2, 14) } else { (4, 12) });
    }
}

fn except(page: &str, selection: &Selection) -> (String, Vec<&'static str>) {
    let mut used = Vec::new();
    let mut text = page.to_owned();
    for (name, exception) in EXCEPTIONS {
        let lines: Vec<String> = text.split('\n').map(|line| exception(line, selection)).collect();
        let changed = lines.join("\n");
        if changed != text {
            used.push(*name);
        }
        text = changed;
    }
    (text, used)
}

fn files_below(folder: &Path) -> usize {
    let count =
        |path: PathBuf| if path.is_dir() { files_below(&path) } else { usize::from(is_download(&path)) };
    fs::read_dir(folder).unwrap().map(|entry| count(entry.unwrap().path())).sum()
}

fn is_download(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name != "README.md" && name != "inputs.json")
}
