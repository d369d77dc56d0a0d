//! Finding IDEs: every case lays out a home of some system and says what is to be found in it.
#![allow(clippy::disallowed_methods, reason = "lays out homes")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use elitea_helper::files;
use elitea_helper::ide::{self, Found, Generation, Os, Platform, Reader};
use serde::Deserialize;
use serde_json::{Value, json};

/// One case. Every path is below a temp folder that stands for the file system's root, `home`
/// being the user's home; in values it is written as `$ROOT`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[serde(rename = "about")]
    _about: String,
    os: String,
    /// Files with their text; a path that ends in `/` is a folder.
    files: BTreeMap<String, Value>,
    #[serde(default)]
    vars: BTreeMap<String, String>,
    #[serde(default)]
    wsl: bool,
    find: Option<Wanted>,
    #[serde(default)]
    workspace: BTreeMap<String, Wanted>,
    /// Folder to the workspace root found from it.
    #[serde(default)]
    root: BTreeMap<String, Option<String>>,
    recent: Option<Vec<String>>,
    /// Path to the id and scope of what it is by its place.
    #[serde(default)]
    spot: BTreeMap<String, Option<String>>,
    /// File to the copies that Local History keeps of it.
    #[serde(default)]
    history: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(default)]
    targets: Vec<Value>,
    #[serde(default)]
    installs: Vec<Value>,
    /// `[ide, path, words of the reason]`. Candidates that are simply not installed stand in
    /// `absent`.
    #[serde(default)]
    skipped: Vec<(String, String, String)>,
    /// Ids of some of the IDEs that must be listed as not installed.
    #[serde(default)]
    absent: Vec<String>,
}

const NOT_INSTALLED: &str = "not installed";

#[test]
fn every_home_is_found_as_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/ide");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 25, "only {} cases", files.len());
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let case: Case = serde_json::from_str(&fs::read_to_string(&file).unwrap())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        run(&name, &case);
    }
}

fn run(name: &str, case: &Case) {
    let root = tempfile::tempdir().unwrap();
    let root = files::real_path(root.path());
    for (path, content) in &case.files {
        lay(&root, path, content);
    }
    let platform = platform(&root, case);
    let before = list(&root);
    if let Some(wanted) = &case.find {
        let found = ide::find(&platform);
        by_place(name, &platform, &found);
        compare(name, &root, &found, wanted);
    }
    for (folder, wanted) in &case.workspace {
        let found = ide::workspace(&ide::find(&platform), &below(&root, folder));
        by_place(name, &platform, &found);
        compare(name, &root, &found, wanted);
    }
    for (from, wanted) in &case.root {
        let found = ide::workspace_root(&platform, &below(&root, from)).map(|path| shown(&root, &path));
        assert_eq!(found, *wanted, "{name}: root from {from}");
    }
    if let Some(wanted) = &case.recent {
        let found: Vec<String> =
            ide::recent_projects(&platform).iter().map(|path| shown(&root, path)).collect();
        assert_eq!(found, *wanted, "{name}: recent projects");
    }
    for (path, wanted) in &case.spot {
        let found = ide::spot(&platform, &below(&root, path));
        let found = found.map(|spot| format!("{} {}", spot.ide, spot.scope.as_str()));
        assert_eq!(found, *wanted, "{name}: by place, {path}");
    }
    for (file, wanted) in &case.history {
        let copies = ide::local_history(&platform, &below(&root, file));
        let found: Vec<String> = copies.iter().map(|copy| shown(&root, &copy.path)).collect();
        assert_eq!(found, *wanted, "{name}: Local History of {file}");
    }
    assert_eq!(list(&root), before, "{name}: looking must not change anything");
}

/// What was found by looking around is the same by its place alone.
fn by_place(name: &str, platform: &Platform, found: &Found) {
    for target in &found.targets {
        let spot = ide::spot(platform, &target.path);
        let spot = spot.unwrap_or_else(|| panic!("{name}: {} has no place", target.path.display()));
        assert_eq!((spot.ide, spot.scope, &spot.root), (target.ide, target.scope, &target.root), "{name}");
        if target.scope != ide::Scope::Workspace {
            assert_eq!(spot.reader, target.reader, "{name}: {}", target.path.display());
        }
    }
}

fn platform(root: &Path, case: &Case) -> Platform {
    let os = match case.os.as_str() {
        "linux" => Os::Linux,
        "macos" => Os::MacOs,
        "windows" => Os::Windows,
        other => panic!("no such system: {other}"),
    };
    let mut platform = Platform::at(os, &root.join("home"));
    let value = |value: &String| value.replace("$ROOT", &as_written(root));
    platform.vars = case.vars.iter().map(|(name, v)| (name.clone(), value(v))).collect();
    platform.wsl = case.wsl;
    platform.windows_drive = root.join("mnt").join("c");
    platform
}

fn lay(root: &Path, path: &str, content: &Value) {
    let target = below(root, path);
    if path.ends_with('/') {
        return fs::create_dir_all(target).unwrap();
    }
    fs::create_dir_all(target.parent().unwrap()).unwrap();
    let text = content.as_str().map_or_else(|| content.to_string(), str::to_owned);
    fs::write(target, text.replace("$ROOT", &as_written(root))).unwrap();
}

/// A path as IDEs write it into their files, on Windows too.
fn as_written(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

fn below(root: &Path, path: &str) -> PathBuf {
    path.split('/').filter(|part| !part.is_empty()).fold(root.to_path_buf(), |path, part| path.join(part))
}

fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string().replace('\\', "/")
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        found.push(path.clone());
        if path.is_dir() {
            found.extend(list(&path));
        }
    }
    found.sort();
    found
}

fn compare(name: &str, root: &Path, found: &Found, wanted: &Wanted) {
    let targets: Vec<Value> = found.targets.iter().map(|target| show_target(root, target)).collect();
    assert_eq!(json!(targets), json!(wanted.targets), "{name}: targets");
    let installs: Vec<Value> = found.installs.iter().map(|install| show_install(root, install)).collect();
    assert_eq!(json!(installs), json!(wanted.installs), "{name}: installs");

    let (absent, skipped): (Vec<_>, Vec<_>) =
        found.skipped.iter().partition(|skipped| skipped.reason.starts_with(NOT_INSTALLED));
    for id in &wanted.absent {
        assert!(absent.iter().any(|skipped| skipped.ide == id), "{name}: {id} is not listed as absent");
    }
    let skipped: Vec<_> = skipped
        .iter()
        .map(|skipped| (skipped.ide.to_owned(), shown(root, &skipped.path), skipped.reason.clone()))
        .collect();
    let same = skipped.len() == wanted.skipped.len()
        && skipped.iter().zip(&wanted.skipped).all(|((ide, path, reason), (w_ide, w_path, words))| {
            ide == w_ide && path == w_path && reason.contains(words.as_str())
        });
    assert!(same, "{name}: skipped {skipped:#?}, wanted {:#?}", wanted.skipped);
}

/// A target with the fields that are not at their usual value.
fn show_target(root: &Path, target: &ide::Target) -> Value {
    let mut value = json!({
        "ide": target.ide,
        "scope": target.scope.as_str(),
        "path": shown(root, &target.path),
        "template": target.template,
    });
    if let Some(label) = &target.label {
        value["label"] = json!(label);
    }
    if let Some(reader) = &target.reader {
        value["reader"] = json!(show_reader(reader));
    }
    if let Some(workspace) = &target.root {
        value["root"] = json!(shown(root, workspace));
    }
    if !target.exists {
        value["exists"] = json!(false);
    }
    assert_eq!(target.exists, target.path.exists());
    value
}

fn show_install(root: &Path, install: &ide::Install) -> Value {
    let mut value =
        json!({"ide": install.ide, "name": install.ide_name, "config": shown(root, &install.config)});
    if let Some(reader) = &install.reader {
        value["reader"] = json!(show_reader(reader));
    }
    assert!(install.is_jetbrains() && install.ide_name.ends_with(install.version.as_deref().unwrap()));
    value
}

fn show_reader(reader: &Reader) -> String {
    let generation = match reader.generation {
        Generation::Alita => "alita",
        Generation::Elitea => "elitea",
    };
    format!("{} {} {generation}", reader.name, reader.version.as_deref().unwrap_or("-"))
}

fn vars<'a>(set: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
    move |name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
}

#[test]
fn a_test_home_hides_the_real_one() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path().to_str().unwrap();
    let set = [
        ("ELITEA_HELPER_HOME", home),
        ("HOME", "/real"),
        ("USERPROFILE", "C:\\real"),
        ("XDG_CONFIG_HOME", "/real/config"),
        ("APPDATA", "C:\\real\\config"),
        ("VSCODE_APPDATA", ""),
    ];
    let platform = Platform::current(&vars(&set)).unwrap();
    for path in [&platform.home, &platform.config, &platform.data] {
        assert!(path.starts_with(home), "{}", path.display());
    }
    assert!(platform.vars.is_empty(), "an empty variable is not set: {:?}", platform.vars);
    assert!(ide::find(&platform).targets.is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn linux_follows_its_variables() {
    let set =
        [("HOME", "/h"), ("XDG_CONFIG_HOME", "/c"), ("XDG_DATA_HOME", "relative"), ("VSCODE_PORTABLE", "/p")];
    let platform = Platform::current(&vars(&set)).unwrap();
    assert_eq!((platform.home.to_str(), platform.config.to_str()), (Some("/h"), Some("/c")));
    assert_eq!(
        platform.data.to_str(),
        Some("/h/.local/share"),
        "the XDG specification ignores relative paths"
    );
    assert_eq!(platform.vars.get("VSCODE_PORTABLE").map(String::as_str), Some("/p"));
}

#[test]
fn a_place_of_a_template_is_a_path_of_the_system() {
    let platform = Platform::at(Os::MacOs, Path::new("/h"));
    let shown = |place: &str| {
        let path = platform.expand(place, Some(Path::new("/h/ide")))?;
        Some(path.display().to_string().replace('\\', "/"))
    };
    assert_eq!(shown("~/.tool/a.json").as_deref(), Some("/h/.tool/a.json"));
    assert_eq!(shown("{config}/x").as_deref(), Some("/h/Library/Application Support/x"));
    assert_eq!(shown("{ide}/settings.json").as_deref(), Some("/h/ide/settings.json"));
    assert_eq!(shown("/etc/x"), None);
    assert_eq!(shown("{elsewhere}/x"), None);
}

#[test]
fn ids_name_one_ide_each() {
    for ide in ide::IDES {
        assert_eq!(ide::by_id(ide.id).map(|found| found.name), Some(ide.name));
    }
    assert!(ide::by_id("jetbrains").is_none() && ide::by_id("emacs").is_none());
}
