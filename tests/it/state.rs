//! What we remember: manifests, history, backups, the seal.

use std::fs;
use std::path::{Path, PathBuf};

use elitea_helper::error::Kind;
use elitea_helper::merge::{self, Base, Change, Format, Hold, Origin, Owned, OwnedKey};
use elitea_helper::state::{Backup, FileChange, HISTORY, Manifest, State};
use serde_json::json;

struct Home {
    _dir: tempfile::TempDir,
    state: State,
    target: PathBuf,
}

fn home() -> Home {
    let dir = tempfile::tempdir().unwrap();
    let state = State::open(&dir.path().join("state"));
    let target = dir.path().join("settings.json");
    Home { _dir: dir, state, target }
}

fn token() -> merge::Path {
    merge::Path::keys(["eliteacode.authToken"])
}

fn manifest(target: &Path) -> Manifest {
    let key = OwnedKey {
        path: merge::Path::keys(["eliteacode.projectId"]),
        base: Base::Value(json!(25)),
        origin: Origin::Raw("7".to_owned()),
        hold: Hold::Held,
    };
    Manifest {
        ide: "vscode".to_owned(),
        left: Some("abc".to_owned()),
        owned: Owned { keys: vec![key], containers: Vec::new() },
        ..Manifest::new(target)
    }
}

fn change(target: &Path, before: Backup) -> FileChange {
    FileChange {
        real: target.to_path_buf(),
        root: None,
        path: target.to_path_buf(),
        ide: "vscode".to_owned(),
        scope: "user".to_owned(),
        template: "vscode".to_owned(),
        format: Format::Settings,
        before,
        after: "absent".to_owned(),
        owned_before: Owned::default(),
        owned_after: manifest(target).owned,
        created: false,
        changes: vec![Change {
            path: token(),
            before: None,
            after: Some(Base::Sealed("x".to_owned())),
            secret: true,
        }],
    }
}

fn files_in(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(dir).map(|dir| dir.map(|entry| entry.unwrap().path()).collect()).unwrap_or_default();
    files.sort();
    files
}

#[test]
fn looking_makes_nothing() {
    let home = home();
    assert_eq!(home.state.manifest(&home.target).unwrap(), Manifest::new(&home.target));
    assert!(home.state.manifests().unwrap().is_empty());
    assert!(home.state.history().unwrap().is_empty());
    assert_eq!(home.state.generation(), 0);
    assert!(!home.state.dir().exists());
}

#[test]
fn a_manifest_comes_back_and_goes_when_nothing_is_owned() {
    let home = home();
    let saved = manifest(&home.target);
    home.state.save_manifest(&saved).unwrap();
    assert_eq!(home.state.manifest(&home.target).unwrap(), saved);
    assert_eq!(home.state.manifests().unwrap(), [saved]);
    home.state.save_manifest(&Manifest::new(&home.target)).unwrap();
    assert!(home.state.manifests().unwrap().is_empty());
    assert!(files_in(&home.state.dir().join("targets")).is_empty());
}

#[test]
fn a_damaged_manifest_is_moved_aside_with_a_warning() {
    let home = home();
    for number in 1..=2 {
        home.state.save_manifest(&manifest(&home.target)).unwrap();
        let file = files_in(&home.state.dir().join("targets"))
            .into_iter()
            .find(|file| file.extension().unwrap() == "json")
            .unwrap();
        fs::write(&file, "{\"format\": 1, \"real\"").unwrap();
        assert_eq!(home.state.manifest(&home.target).unwrap(), Manifest::new(&home.target));
        let aside = PathBuf::from(format!("{}.damaged-{number}", file.display()));
        assert_eq!(fs::read_to_string(&aside).unwrap(), "{\"format\": 1, \"real\"");
        let warnings = home.state.take_warnings();
        assert!(warnings[0].contains(&aside.display().to_string()), "{warnings:?}");
        assert!(home.state.take_warnings().is_empty());
    }
}

#[test]
fn what_a_newer_version_wrote_is_left() {
    let home = home();
    home.state.save_manifest(&manifest(&home.target)).unwrap();
    let file = files_in(&home.state.dir().join("targets")).remove(0);
    fs::write(&file, "{\"format\": 2, \"keys\": \"elsewhere\"}").unwrap();
    assert_eq!(home.state.manifest(&home.target).unwrap_err().kind, Kind::FormatNewer);
    assert_eq!(home.state.save_manifest(&manifest(&home.target)).unwrap_err().kind, Kind::FormatNewer);
    assert_eq!(home.state.save_manifest(&Manifest::new(&home.target)).unwrap_err().kind, Kind::FormatNewer);
    assert!(home.state.manifests().unwrap().is_empty());
    assert!(home.state.take_warnings()[0].contains("format 2"));
    assert_eq!(fs::read_to_string(&file).unwrap(), "{\"format\": 2, \"keys\": \"elsewhere\"}");
}

#[test]
fn a_backup_leaves_our_token_out_and_takes_the_current_one_in() {
    let home = home();
    let text = "{\"a\": 1, \"token\": \"SECRET-ONE\", \"again\": \"SECRET-ONE\"}";
    let ranges: Vec<_> =
        text.match_indices("\"SECRET-ONE\"").map(|(at, found)| (at..at + found.len(), token())).collect();
    // Holes may come in any order.
    let holes: Vec<_> = ranges.into_iter().rev().collect();
    let backup = home.state.backup(&home.target, Some(text.as_bytes()), &holes).unwrap();
    let kept = fs::read_to_string(home.state.dir().join(backup.file.as_ref().unwrap())).unwrap();
    assert_eq!(kept, "{\"a\": 1, \"token\": , \"again\": }");
    let same = home.state.restore(&backup, &|_| Some("\"SECRET-ONE\"".to_owned())).unwrap().unwrap();
    assert_eq!(same, text.as_bytes());
    let new = home
        .state
        .restore(&backup, &|path| (*path == token()).then(|| "\"TWO\"".to_owned()))
        .unwrap()
        .unwrap();
    assert_eq!(new, b"{\"a\": 1, \"token\": \"TWO\", \"again\": \"TWO\"}");
    assert_eq!(home.state.restore(&backup, &|_| None).unwrap_err().kind, Kind::TokenMissing);
}

#[test]
fn a_backup_of_nothing_is_nothing() {
    let home = home();
    let backup = home.state.backup(&home.target, None, &[]).unwrap();
    assert_eq!(backup, Backup::absent());
    assert_eq!(home.state.restore(&backup, &|_| None).unwrap(), None);
}

#[test]
fn a_damaged_backup_is_not_restored() {
    let home = home();
    let backup = home.state.backup(&home.target, Some(b"{\"a\": 1}"), &[]).unwrap();
    let file = home.state.dir().join(backup.file.as_ref().unwrap());
    fs::write(&file, "{\"a\": 2}").unwrap();
    assert!(home.state.restore(&backup, &|_| None).unwrap_err().message.contains("damaged"));
    fs::remove_file(&file).unwrap();
    assert!(home.state.restore(&backup, &|_| None).unwrap_err().message.contains("gone"));
}

#[test]
fn a_hole_outside_of_the_bytes_is_a_fault_and_not_a_panic() {
    let home = home();
    for holes in [vec![(2..9, token())], vec![(9..12, token())], vec![(0..2, token()), (1..3, token())]] {
        assert_eq!(home.state.backup(&home.target, Some(b"abc"), &holes).unwrap_err().kind, Kind::Internal);
    }
}

#[test]
fn backups_are_bounded_but_those_of_the_history_stay() {
    let home = home();
    let first = home.state.backup(&home.target, Some(b"first"), &[]).unwrap();
    let mut entry = home.state.new_entry("apply");
    entry.files.push(change(&home.target, first.clone()));
    home.state.record(&entry).unwrap();
    for number in 0..60 {
        home.state.backup(&home.target, Some(format!("text {number}").as_bytes()), &[]).unwrap();
        // The same bytes again make no second backup.
        home.state.backup(&home.target, Some(format!("text {number}").as_bytes()), &[]).unwrap();
    }
    let folder = home.state.dir().join(Path::new(first.file.as_ref().unwrap()).parent().unwrap());
    assert!((50..=51).contains(&files_in(&folder).len()), "{}", files_in(&folder).len());
    assert_eq!(home.state.restore(&first, &|_| None).unwrap().unwrap(), b"first");
}

#[test]
fn the_history_is_bounded_and_the_newest_comes_first() {
    let home = home();
    let mut ids = Vec::new();
    let mut backups = Vec::new();
    for number in 0..HISTORY + 5 {
        let mut entry = home.state.new_entry("apply");
        let bytes = format!("text {number}");
        backups.push(home.state.backup(&home.target, Some(bytes.as_bytes()), &[]).unwrap());
        entry.files.push(change(&home.target, backups[number].clone()));
        home.state.record(&entry).unwrap();
        ids.push(entry.id);
    }
    let mut sorted = ids.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(ids, sorted);
    let history = home.state.history().unwrap();
    let listed: Vec<_> = history.iter().map(|entry| entry.id.clone()).collect();
    assert_eq!(listed, ids.iter().rev().take(HISTORY).cloned().collect::<Vec<_>>());
    assert_eq!(home.state.entry(&ids[0]).unwrap_err().kind, Kind::Usage);
    let exists = |backup: &Backup| home.state.dir().join(backup.file.as_ref().unwrap()).exists();
    assert!(backups[..5].iter().all(|backup| !exists(backup)), "backups of dropped entries go");
    assert!(backups[5..].iter().all(exists), "the others stay");
}

#[test]
fn an_entry_comes_back_and_can_be_marked_undone() {
    let home = home();
    let mut entry = home.state.new_entry("apply");
    entry.files.push(change(&home.target, Backup::absent()));
    home.state.record(&entry).unwrap();
    assert_eq!(home.state.entry(&entry.id).unwrap(), entry);
    entry.undone = Some("20261125-081502-a1b2".to_owned());
    home.state.record(&entry).unwrap();
    assert_eq!(home.state.history().unwrap(), [entry]);
    for wrong in ["", "..", "../targets/x", "20261125-081502-a1b2"] {
        assert_eq!(home.state.entry(wrong).unwrap_err().kind, Kind::Usage, "{wrong}");
    }
}

#[test]
fn the_last_backup_stays_when_its_entry_goes() {
    let home = home();
    let only = home.state.backup(&home.target, Some(b"only"), &[]).unwrap();
    for number in 0..=HISTORY {
        let mut entry = home.state.new_entry("apply");
        let before = if number == 0 { only.clone() } else { Backup::absent() };
        entry.files.push(change(&home.target, before));
        home.state.record(&entry).unwrap();
    }
    assert!(home.state.history().unwrap().iter().all(|entry| entry.files[0].before == Backup::absent()));
    assert!(home.state.restore(&only, &|_| None).unwrap().is_some());
}

#[test]
fn the_seal_is_made_once_and_a_damaged_one_is_moved_aside() {
    let home = home();
    let hash = home.state.seal().unwrap().hash("token");
    assert_eq!(home.state.seal().unwrap().hash("token"), hash);
    assert_eq!(State::open(home.state.dir()).seal().unwrap().hash("token"), hash);
    fs::write(home.state.dir().join("seal.key"), "short").unwrap();
    assert_ne!(home.state.seal().unwrap().hash("token"), hash);
    assert!(home.state.dir().join("seal.key.damaged-1").exists());
    assert_eq!(home.state.take_warnings().len(), 1);
}

#[test]
fn the_generation_grows_with_each_change() {
    let home = home();
    assert_eq!(home.state.bump_generation().unwrap(), 1);
    assert_eq!(State::open(home.state.dir()).bump_generation().unwrap(), 2);
    assert_eq!(home.state.generation(), 2);
    fs::write(home.state.dir().join("generation"), "rubbish").unwrap();
    assert_eq!(home.state.bump_generation().unwrap(), 1);
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_the_state() {
    use std::os::unix::fs::PermissionsExt;
    let home = home();
    let _lock = home.state.lock("test").unwrap();
    home.state.seal().unwrap();
    home.state.save_manifest(&manifest(&home.target)).unwrap();
    home.state.backup(&home.target, Some(b"x"), &[]).unwrap();
    home.state.record(&home.state.new_entry("apply")).unwrap();
    home.state.bump_generation().unwrap();
    let mut open = vec![home.state.dir().to_path_buf()];
    let mut seen = 0;
    while let Some(path) = open.pop() {
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
        open.extend(files_in(&path));
        seen += 1;
    }
    assert!(seen >= 11, "{seen}");
}
