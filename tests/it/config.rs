//! Our own settings: where each value comes from, and changes that leave the rest of the file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use elitea_helper::config::{
    Config, Dirs, Edit, Flags, Inputs, Resolved, SETTINGS, SourceKind, TargetRow, WriteToken,
};
use elitea_helper::error::{Error, Kind, Result};
use elitea_helper::files::Outcome;

/// A case: its parts by name.
struct Case {
    name: String,
    parts: BTreeMap<String, String>,
}

impl Case {
    fn part(&self, name: &str) -> Option<String> {
        // An absolute path needs a drive on Windows.
        self.parts.get(name).map(|text| text.replace("ROOT", if cfg!(windows) { "C:" } else { "" }))
    }
}

fn cases(folder: &str) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/config").join(folder);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths.into_iter().map(|path| read_case(&path)).collect()
}

fn read_case(path: &PathBuf) -> Case {
    let mut parts = BTreeMap::new();
    let mut part = "words".to_owned();
    for line in fs::read_to_string(path).unwrap().lines() {
        if let Some(name) = line.strip_prefix("--- ") {
            let (name, rest) = name.split_once(' ').unwrap_or((name, ""));
            name.clone_into(&mut part);
            parts.insert(part.clone(), rest.to_owned());
        } else {
            let text: &mut String = parts.entry(part.clone()).or_default();
            text.push_str(line);
            text.push('\n');
        }
    }
    Case { name: path.file_stem().unwrap().to_string_lossy().into_owned(), parts }
}

fn env_of(case: &Case) -> BTreeMap<String, String> {
    let text = case.part("env").unwrap_or_default();
    text.lines().filter_map(|line| line.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
}

fn load(dir: &Path, flags: Flags, env: &BTreeMap<String, String>) -> Result<Config> {
    Config::load(&Inputs { config_dir: dir, flags, env: &|name| env.get(name).cloned() })
}

fn shown(error: &Error, dir: &Path) -> String {
    let hint = error.hint.as_deref().filter(|hint| hint.starts_with("did you mean"));
    let hint = hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
    format!("{} {error}{hint}", error.kind.row().code)
        .replace(&dir.display().to_string(), "DIR")
        .replace('\\', "/")
}

#[test]
fn every_value_names_its_source() {
    for case in cases("read") {
        let dir = tempfile::tempdir().unwrap();
        if let Some(text) = case.part("file") {
            fs::write(dir.path().join("config.toml"), text).unwrap();
        }
        let flags = case.part("flags").unwrap_or_default();
        let flag = |name: &str| flags.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        let flags = Flags {
            profile: flag("profile").map(str::to_owned),
            server: flag("server").map(str::to_owned),
            project: flag("project").map(|text| text.parse().unwrap()),
            model: flag("model").map(str::to_owned),
        };
        let says = match load(dir.path(), flags, &env_of(&case)) {
            Ok(config) => describe(&config),
            Err(error) => shown(&error, dir.path()) + "\n",
        };
        let says = says.replace(&dir.path().display().to_string(), "DIR").replace("DIR\\", "DIR/");
        let expected = case.part("says").unwrap();
        match expected.strip_suffix("this is not valid TOML\n") {
            // What follows is the parser's business.
            Some(start) => assert!(says.starts_with(start), "{}: {says}", case.name),
            None => assert_eq!(says, expected, "{}", case.name),
        }
    }
}

fn describe(config: &Config) -> String {
    let mut lines = vec![format!("profile {}", config.profile())];
    for setting in SETTINGS {
        let found = config.get(setting.key).unwrap();
        if found.source.kind == SourceKind::BuiltIn {
            continue;
        }
        let hides: Vec<_> =
            found.shadowed.iter().map(|(value, source)| format!(", hides {value} from {source}")).collect();
        let hides = hides.concat();
        lines.push(format!("{} = {} from {}{hides}", found.key, found.value, found.source));
    }
    lines.extend(config.targets().iter().map(|target| format!("target {}", target.path.display())));
    lines.extend(config.warnings.iter().map(|words| format!("warning: {words}")));
    lines.join("\n") + "\n"
}

#[test]
fn a_change_leaves_the_rest_of_the_file() {
    for case in cases("edit") {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        let style = case.part("as").unwrap_or_default();
        let before = styled(&case.part("before").unwrap(), &style);
        if !before.is_empty() {
            fs::write(&path, &before).unwrap();
        }
        let steps = case.part("do").unwrap();
        let result =
            Config::edit(dir.path(), |edit| steps.lines().try_for_each(|step| carry_out(edit, step)));
        let after = fs::read_to_string(&path).unwrap_or_default();
        if let Some(expected) = case.part("error") {
            let error = result.expect_err(&case.name);
            let shown = shown(&error, dir.path());
            assert!(shown.starts_with(expected.trim()), "{}: {shown}", case.name);
            assert_eq!(after, before, "{}", case.name);
            continue;
        }
        let outcome = result.unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let mut expected = styled(&case.part("after").unwrap(), &style.replace("cut", ""));
        if style.contains("cut") {
            expected.pop();
        }
        assert_eq!(after, expected, "{}", case.name);
        assert_eq!(outcome == Outcome::Unchanged, before == after, "{}", case.name);
        load(dir.path(), Flags::default(), &BTreeMap::new()).unwrap();
    }
}

/// Every setting, set and unset in every file of the cases: the values are what was asked for, the
/// others are what they were, and the lines of the file stay, all but one.
#[test]
fn any_change_to_any_file_changes_one_value() {
    let mut changes = 0;
    for case in cases("edit") {
        let before = styled(&case.part("before").unwrap(), &case.part("as").unwrap_or_default());
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        put(&path, &before);
        let Ok(config) = load(dir.path(), Flags::default(), &BTreeMap::new()) else { continue };
        if before.contains("format = 2") {
            continue;
        }
        let profiles: Vec<_> = config.profiles().map(str::to_owned).chain(["new".to_owned()]).collect();
        for (profile, setting) in
            profiles.iter().flat_map(|profile| SETTINGS.iter().map(move |row| (profile, row)))
        {
            let mut candidates = ["1/a", "never", "file", "61", "false"].into_iter();
            let value = candidates.find(|text| setting.kind.parse(text).is_ok()).unwrap();
            for change in [Some(value), None] {
                let mut edit = Edit::new(&path, before.clone()).unwrap();
                match change {
                    Some(value) => edit.set(profile, setting.key, value).unwrap(),
                    None => drop(edit.unset(profile, setting.key).unwrap()),
                }
                let after = edit.finish().unwrap();
                let mut expected = values(&before, dir.path(), profile);
                expected.remove(setting.key);
                if change.is_some() {
                    expected.insert(setting.key, setting.kind.parse(value).unwrap());
                }
                let what = format!("{}: {profile} {} {change:?}\n{after}", case.name, setting.key);
                assert_eq!(values(&after, dir.path(), profile), expected, "{what}");
                assert!(lost_lines(&before, &after) <= 1, "{what}");
                changes += 1;
            }
        }
    }
    assert!(changes > 300, "{changes}");
}

/// Writes a file that is not empty: a new empty one would be waited for.
fn put(path: &Path, text: &str) {
    match text {
        "" => drop(fs::remove_file(path)),
        text => fs::write(path, text).unwrap(),
    }
}

/// What a file says about one profile.
fn values(text: &str, dir: &Path, profile: &str) -> BTreeMap<&'static str, serde_json::Value> {
    put(&dir.join("config.toml"), text);
    let flags = Flags { profile: Some(profile.to_owned()), ..Flags::default() };
    let config = load(dir, flags, &BTreeMap::new()).unwrap();
    let found = SETTINGS.iter().map(|setting| config.get(setting.key).unwrap());
    let said = |found: Resolved| {
        let all = std::iter::once((found.value, found.source)).chain(found.shadowed);
        Some((found.key, all.into_iter().find(|(_, source)| source.kind == SourceKind::Profile)?.0))
    };
    found.filter_map(said).collect()
}

/// How many lines of `before` are not in `after`, in their order.
fn lost_lines(before: &str, after: &str) -> usize {
    let mut rest = after.lines();
    let mut lost = 0;
    for line in before.lines() {
        let mut ahead = rest.clone();
        if ahead.any(|found| found == line) {
            rest = ahead;
        } else {
            lost += 1;
        }
    }
    lost
}

fn styled(text: &str, style: &str) -> String {
    let mut text = text.to_owned();
    if style.contains("cut") {
        text.pop();
    }
    if style.contains("crlf") {
        text = text.replace('\n', "\r\n");
    }
    if style.contains("bom") {
        text.insert(0, '\u{feff}');
    }
    text
}

fn carry_out(edit: &mut Edit, step: &str) -> Result<()> {
    let words = split(step);
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["set", profile, key, value] => edit.set(profile, key, value),
        ["unset", profile, key] => edit.unset(profile, key).map(drop),
        ["active", profile] => edit.set("", "active", profile),
        ["unregister", path] => edit.unregister(Path::new(path)).map(drop),
        ["register", fields @ ..] => {
            let field =
                |name: &str| fields.iter().find_map(|field| field.strip_prefix(name)?.strip_prefix('='));
            edit.register(&TargetRow {
                path: PathBuf::from(field("path").unwrap()),
                ide: field("ide").unwrap().to_owned(),
                scope: field("scope").unwrap().to_owned(),
                template: field("template").unwrap().to_owned(),
                root: field("root").map(PathBuf::from),
            })
        }
        other => panic!("no such step: {other:?}"),
    }
}

/// Words, of which those in quotes may hold spaces.
fn split(step: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for letter in step.chars() {
        match (letter, quote) {
            ('"' | '\'', None) => quote = Some(letter),
            (letter, Some(open)) if letter == open => quote = None,
            (' ', None) => words.push(String::new()),
            _ => words.last_mut().unwrap().push(letter),
        }
    }
    words
}

#[test]
fn what_would_hide_a_change_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let env = BTreeMap::from([("ELITEA_PROJECT_ID".to_owned(), "8".to_owned())]);
    let config = load(dir.path(), Flags::default(), &env).unwrap();
    assert_eq!(
        config.shadowing("project").unwrap().to_string(),
        "the environment variable ELITEA_PROJECT_ID"
    );
    assert_eq!(config.shadowing("server"), None);
    assert_eq!(config.get("projekt").unwrap_err().hint.as_deref(), Some("did you mean \"project\"?"));
}

#[test]
fn typed_values_have_defaults() {
    let dir = tempfile::tempdir().unwrap();
    let config = load(dir.path(), Flags::default(), &BTreeMap::new()).unwrap();
    assert_eq!((config.server(), config.project(), config.model()), (None, None, None));
    assert!(config.verify_ssl());
    assert_eq!(config.store(), "keychain");
    assert_eq!(config.write_token(), WriteToken::Auto);
    assert_eq!(config.network().connect_timeout.as_secs(), 5);
    assert_eq!(config.network().timeout.as_secs(), 30);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "reading makes nothing");
}

#[test]
fn a_model_is_its_owner_and_its_name() {
    let dir = tempfile::tempdir().unwrap();
    Config::edit(dir.path(), |edit| edit.set("default", "model", "12/vendor/name")).unwrap();
    let config = load(dir.path(), Flags::default(), &BTreeMap::new()).unwrap();
    assert_eq!(config.model(), Some((12, "vendor/name".to_owned())));
}

#[test]
fn a_flag_of_a_wrong_kind_is_wrong_usage() {
    let dir = tempfile::tempdir().unwrap();
    let flags = Flags { server: Some(" ".to_owned()), ..Flags::default() };
    assert_eq!(load(dir.path(), flags, &BTreeMap::new()).unwrap_err().kind, Kind::Usage);
}

#[test]
fn folders_are_named_by_flag_then_environment() {
    let env = |name: &str| match name {
        "ELITEA_HELPER_CONFIG_DIR" => Some("conf".to_owned()),
        "ELITEA_HELPER_STATE_DIR" => Some("state".to_owned()),
        _ => None,
    };
    let here = std::env::current_dir().unwrap();
    let dirs = Dirs::find(None, &env).unwrap();
    assert_eq!((dirs.config, dirs.state), (here.join("conf"), here.join("state")));
    assert_eq!(Dirs::find(Some(Path::new("flag")), &env).unwrap().config, here.join("flag"));
    let system = Dirs::find(None, &|_| None).unwrap();
    assert!(system.config.to_string_lossy().contains("elitea-helper"));
    assert_ne!(system.config, system.state);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_new_file_is_private() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("new/folder");
        Config::edit(&folder, |edit| edit.set("", "active", "work")).unwrap();
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&folder.join("config.toml")), 0o600);
    }

    #[test]
    fn a_link_into_dotfiles_stays_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, dotfiles) = (dir.path().join("config"), dir.path().join("dotfiles.toml"));
        fs::create_dir(&folder).unwrap();
        fs::write(&dotfiles, "format = 1\n").unwrap();
        fs::set_permissions(&dotfiles, fs::Permissions::from_mode(0o644)).unwrap();
        symlink(&dotfiles, folder.join("config.toml")).unwrap();
        Config::edit(&folder, |edit| edit.set("", "active", "work")).unwrap();
        assert!(folder.join("config.toml").is_symlink());
        assert_eq!(fs::read_to_string(&dotfiles).unwrap(), "format = 1\nactive = \"work\"\n");
        assert_eq!(mode(&dotfiles), 0o644);
    }
}

#[test]
fn a_change_by_another_meanwhile_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    fs::write(&path, "format = 1\n").unwrap();
    let mut first = true;
    Config::edit(dir.path(), |edit| {
        if std::mem::take(&mut first) {
            fs::write(&path, "format = 1\n# theirs\n").unwrap();
        }
        edit.set("", "active", "work")
    })
    .unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "format = 1\nactive = \"work\"\n# theirs\n");
}
