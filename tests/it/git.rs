//! Which files git tracks, read from indexes that git itself made. Each folder of `tests/data/git` is
//! what of a repository's `.git` counts, and in `tracked` what `git ls-files` says of it.
#![allow(clippy::disallowed_methods, reason = "lays out repositories")]

use std::fs;
use std::path::{Path, PathBuf};

use elitea_helper::ide::is_tracked;

fn kinds() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/git");
    let mut kinds: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    kinds.sort();
    kinds
}

/// Copies what git keeps into `folder`.
fn lay(kind: &Path, folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for entry in fs::read_dir(kind).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
    }
    fs::write(folder.join("HEAD"), "ref: refs/heads/main\n").unwrap();
}

/// Every listed path is tracked, and no other is.
fn check(root: &Path, kind: &Path) {
    let tracked = fs::read_to_string(kind.join("tracked")).unwrap();
    for name in tracked.lines() {
        assert_eq!(is_tracked(&root.join(name)), Some(true), "{name} of {}", kind.display());
    }
    for name in
        ["nothing", ".vscode/settings.jso", ".vscode/settings.json2", "vscode/settings.json", "deep/er"]
    {
        assert_eq!(is_tracked(&root.join(name)), Some(false), "{name} of {}", kind.display());
    }
}

#[test]
fn every_version_of_the_index_is_read() {
    let home = tempfile::tempdir().unwrap();
    for kind in kinds() {
        let root = home.path().join(kind.file_name().unwrap());
        lay(&kind, &root.join(".git"));
        check(&root, &kind);
    }
}

#[test]
fn worktrees_and_submodules_name_their_folder() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    for kind in kinds() {
        let name = kind.file_name().unwrap().to_str().unwrap();
        let main = home.join(format!("{name}/.git"));
        fs::create_dir_all(&main).unwrap();
        let worktree = home.join(format!("{name}-worktree"));
        lay(&kind, &main.join("worktrees/w"));
        // A worktree shares the configuration of its repository.
        if let Ok(config) = fs::read(main.join("worktrees/w/config")) {
            fs::remove_file(main.join("worktrees/w/config")).unwrap();
            fs::write(main.join("config"), config).unwrap();
        }
        fs::write(main.join("worktrees/w/commondir"), "../..\n").unwrap();
        fs::create_dir_all(&worktree).unwrap();
        fs::write(worktree.join(".git"), format!("gitdir: {}\n", main.join("worktrees/w").display()))
            .unwrap();
        check(&worktree, &kind);

        let submodule = home.join(format!("{name}/part"));
        lay(&kind, &main.join("modules/part"));
        fs::create_dir_all(&submodule).unwrap();
        fs::write(submodule.join(".git"), "gitdir: ../.git/modules/part\n").unwrap();
        check(&submodule, &kind);
    }
}

#[test]
fn a_repository_without_an_index_tracks_nothing() {
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("new");
    fs::create_dir_all(root.join(".git")).unwrap();
    fs::write(root.join(".git/HEAD"), "").unwrap();
    assert_eq!(is_tracked(&root.join("a")), Some(false));
    // A folder of that name that is no repository is passed over.
    fs::create_dir_all(root.join("sub/.git")).unwrap();
    assert_eq!(is_tracked(&root.join("sub/a")), Some(false));
}

#[test]
fn a_damaged_index_says_nothing() {
    let home = tempfile::tempdir().unwrap();
    for kind in kinds() {
        let root = home.path().join(kind.file_name().unwrap());
        lay(&kind, &root.join(".git"));
        let index = root.join(".git/index");
        let whole = fs::read(&index).unwrap();
        let tracked = fs::read_to_string(kind.join("tracked")).unwrap();
        let file = root.join(tracked.lines().last().unwrap());
        for length in (0..whole.len()).step_by(7) {
            fs::write(&index, &whole[..length]).unwrap();
            let _ = is_tracked(&file);
        }
        for at in (0..whole.len()).step_by(5) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0xff;
            fs::write(&index, &bytes).unwrap();
            let _ = is_tracked(&file);
        }
        fs::write(&index, &whole[..whole.len() / 2]).unwrap();
        assert_eq!(is_tracked(&file), None, "{}", kind.display());
    }
}

#[cfg(unix)]
#[test]
fn a_link_leads_to_the_file_that_counts() {
    let home = tempfile::tempdir().unwrap();
    let kind = kinds().remove(0);
    let root = home.path().join("dotfiles");
    lay(&kind, &root.join(".git"));
    let tracked = fs::read_to_string(kind.join("tracked")).unwrap();
    let file = root.join(tracked.lines().next().unwrap());
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "").unwrap();
    let link = home.path().join("settings.json");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    assert_eq!(is_tracked(&link), Some(true));
}
