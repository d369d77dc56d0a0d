//! Reading and replacing targets: what is refused, and what survives.

#[cfg(unix)]
mod unix;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use elitea_helper::error::{Error, Kind};
use elitea_helper::files::{self, Outcome, Reach, Snapshot};

struct Folder {
    _dir: tempfile::TempDir,
    path: PathBuf,
}

fn folder() -> Folder {
    let dir = tempfile::tempdir().unwrap();
    // macOS keeps its temp folder behind a link.
    let path = fs::canonicalize(dir.path()).unwrap();
    let path = if cfg!(windows) { dir.path().to_path_buf() } else { path };
    Folder { _dir: dir, path }
}

impl Folder {
    /// A file that was last written a minute ago.
    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        age(&path, 60);
        path
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.path).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn age(path: &Path, seconds: u64) {
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).unwrap();
}

fn read(path: &Path) -> Snapshot {
    files::read(path, &Reach::User).unwrap()
}

#[track_caller]
fn refusal(result: Result<impl std::fmt::Debug, Error>, words: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.kind, Kind::FileRefused, "{error}");
    assert!(error.message.contains(words), "{error}");
}

#[test]
fn a_file_is_replaced_whole() {
    let folder = folder();
    let path = folder.file("settings.json", "{}");
    assert_eq!(files::replace(&read(&path), b"{\"a\": 1}").unwrap(), Outcome::Written);
    assert_eq!(fs::read(&path).unwrap(), b"{\"a\": 1}");
    assert_eq!(folder.names(), ["settings.json"]);
}

#[test]
fn what_does_not_exist_reads_as_absent_and_can_be_made() {
    let folder = folder();
    let path = folder.path.join("settings.json");
    let snapshot = read(&path);
    assert_eq!(
        (snapshot.bytes.clone(), snapshot.text().unwrap(), snapshot.hash().as_str()),
        (None, "", "absent")
    );
    assert_eq!(files::replace(&snapshot, b"{}").unwrap(), Outcome::Written);
    assert_eq!(read(&path).hash(), "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    assert_eq!(folder.names(), ["settings.json"]);
}

#[test]
fn unchanged_bytes_are_not_written() {
    let folder = folder();
    let path = folder.file("settings.json", "{}");
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    let snapshot = read(&path);
    assert_eq!(files::replace(&snapshot, b"{}").unwrap(), Outcome::Unchanged);
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
    assert_eq!(read(&path).id, snapshot.id);
}

#[test]
fn a_file_that_changed_since_is_not_written() {
    let folder = folder();
    let path = folder.file("settings.json", "{\"a\": 1}");
    let snapshot = read(&path);
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    // As many bytes, and the same time.
    fs::write(&path, "{\"a\": 2}").unwrap();
    fs::OpenOptions::new().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    for result in [files::replace(&snapshot, b"{}"), files::delete(&snapshot)] {
        assert_eq!(result.unwrap_err().kind, Kind::FileBusy);
    }
    assert_eq!(fs::read(&path).unwrap(), b"{\"a\": 2}");
    assert_eq!(folder.names(), ["settings.json"]);
}

#[test]
fn a_file_that_came_or_went_since_is_not_written() {
    let folder = folder();
    let path = folder.path.join("settings.json");
    let absent = read(&path);
    fs::write(&path, "theirs").unwrap();
    assert_eq!(files::replace(&absent, b"{}").unwrap_err().kind, Kind::FileBusy);
    assert_eq!(fs::read(&path).unwrap(), b"theirs");
    let there = read(&path);
    fs::remove_file(&path).unwrap();
    assert_eq!(files::replace(&there, b"{}").unwrap_err().kind, Kind::FileBusy);
    assert_eq!(files::delete(&there).unwrap_err().kind, Kind::FileBusy);
    assert!(folder.names().is_empty());
}

#[test]
fn a_file_of_ours_is_deleted() {
    let folder = folder();
    let path = folder.file("settings.json", "{}");
    assert_eq!(files::delete(&read(&path)).unwrap(), Outcome::Written);
    assert_eq!(files::delete(&read(&path)).unwrap(), Outcome::Unchanged);
    assert!(folder.names().is_empty());
}

#[test]
fn a_folder_is_no_file() {
    let folder = folder();
    fs::create_dir(folder.path.join("settings.json")).unwrap();
    refusal(files::read(&folder.path.join("settings.json"), &Reach::User), "is a folder");
    folder.file("file", "");
    refusal(files::read(&folder.path.join("file/settings.json"), &Reach::User), "file");
}

#[test]
fn sixteen_mebibytes_are_the_limit() {
    let folder = folder();
    let path = folder.path.join("settings.json");
    let file = fs::File::create(&path).unwrap();
    file.set_len(files::LIMIT).unwrap();
    let snapshot = read(&path);
    refusal(files::replace(&snapshot, &vec![b' '; 16 * 1024 * 1024 + 1]), "larger than 16 MiB");
    file.set_len(files::LIMIT + 1).unwrap();
    refusal(files::read(&path, &Reach::User), "larger than 16 MiB");
}

#[test]
fn a_hard_link_is_refused_and_keeps_its_other_name() {
    let folder = folder();
    let path = folder.file("settings.json", "{}");
    fs::hard_link(&path, folder.path.join("other.json")).unwrap();
    let (one, other) = (read(&path), read(&folder.path.join("other.json")));
    assert_eq!(one.id, other.id);
    refusal(files::check_writable(&one), "hard links");
    refusal(files::replace(&one, b"[]"), "hard links");
    refusal(files::delete(&one), "hard links");
    assert_eq!(fs::read(folder.path.join("other.json")).unwrap(), b"{}");
}

#[test]
fn a_read_only_file_is_refused() {
    let folder = folder();
    let path = folder.file("settings.json", "{}");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let snapshot = read(&path);
    refusal(files::check_writable(&snapshot), "is read-only");
    refusal(files::replace(&snapshot, b"[]"), "is read-only");
    assert_eq!(fs::read(&path).unwrap(), b"{}");
    assert_eq!(folder.names(), ["settings.json"]);
}

#[test]
fn the_content_is_not_in_the_debug_form() {
    let folder = folder();
    let shown = format!("{:?}", read(&folder.file("settings.json", "!!!")));
    assert!(shown.contains("length: Some(3)") && !shown.contains("33, 33"), "{shown}");
}

#[test]
fn text_that_is_not_utf_8_names_its_place() {
    let folder = folder();
    let cases: [(&[u8], usize, usize, &str); 6] = [
        (b"\xff\xfe{\0}\0", 1, 1, "UTF-16"),
        (b"\xfe\xff\0{\0}", 1, 1, "UTF-16"),
        (b"\0\0\0\0", 1, 1, "nothing but NUL"),
        (b"{\n  \0}", 2, 3, "a NUL byte"),
        (b"{\0}\0", 1, 2, "a NUL byte"),
        ("{\n\"ü\": \"".as_bytes(), 2, 7, "not UTF-8"),
    ];
    for (bytes, line, column, words) in cases {
        let bytes = if words == "not UTF-8" { [bytes, b"\xe4\"}"].concat() } else { bytes.to_vec() };
        let path = folder.file("settings.json", &bytes);
        let error = read(&path).text().unwrap_err();
        assert_eq!(error.kind, Kind::FileMalformed);
        let place = error.place.clone().unwrap();
        assert_eq!((place.file, place.line, place.column), (Some(path), line, column), "{words}");
        assert!(error.message.contains(words), "{error}");
    }
}

#[test]
fn a_byte_order_mark_is_part_of_the_text() {
    let folder = folder();
    assert_eq!(read(&folder.file("settings.json", "\u{feff}{}")).text().unwrap(), "\u{feff}{}");
}

#[test]
fn an_empty_file_is_believed_when_it_is_old_or_stays_empty() {
    let folder = folder();
    let path = folder.file("settings.json", "");
    assert_eq!(read(&path).bytes, Some(Vec::new()));
    age(&path, 0);
    assert_eq!(read(&path).bytes, Some(Vec::new()));
}

#[test]
fn missing_folders_are_made_below_one_that_exists() {
    let folder = folder();
    let path = folder.path.join("project/.vscode/deep/settings.json");
    let stop = folder.path.join("project");
    refusal(files::create_parents(&path, &stop), "not ours to make");
    fs::create_dir(&stop).unwrap();
    refusal(files::create_parents(&folder.path.join("elsewhere/settings.json"), &stop), "is not inside");
    refusal(files::replace(&read(&path), b"{}"), "does not exist");
    let snapshot = read(&path);
    let made = files::create_parents(&snapshot.real, &stop).unwrap();
    assert_eq!(made, [stop.join(".vscode"), stop.join(".vscode/deep")]);
    assert_eq!(files::create_parents(&snapshot.real, &stop).unwrap(), [] as [PathBuf; 0]);
    files::replace(&snapshot, b"{}").unwrap();
    assert_eq!(files::remove_empty_folders(&made), made, "not while a file is in them");
    files::delete(&read(&path)).unwrap();
    assert_eq!(files::remove_empty_folders(&made), [] as [PathBuf; 0]);
    assert!(stop.exists() && !stop.join(".vscode").exists());
}

#[test]
fn leftovers_of_a_crash_go_and_nothing_else() {
    let folder = folder();
    let mine = std::process::id();
    let old = folder.file(&format!(".elitea-helper-{mine}-aaaa.tmp"), "x");
    age(&old, 61);
    folder.file(&format!(".elitea-helper-{mine}-bbbb.tmp"), "x");
    age(&folder.path.join(format!(".elitea-helper-{mine}-bbbb.tmp")), 0);
    for name in [".elitea-helper-x-aaaa.tmp", ".elitea-helper-1.tmp", ".other-1-aaaa.tmp", "settings.json"] {
        age(&folder.file(name, "x"), 3600);
    }
    files::clean_leftovers(&folder.path);
    let live = format!(".elitea-helper-{mine}-bbbb.tmp");
    let mut expected = [
        ".elitea-helper-1.tmp",
        ".elitea-helper-x-aaaa.tmp",
        ".other-1-aaaa.tmp",
        "settings.json",
        live.as_str(),
    ];
    expected.sort_unstable();
    assert_eq!(folder.names(), expected);
    files::clean_leftovers(&folder.path.join("absent"));
}

#[test]
fn the_lock_names_its_holder_and_is_free_again() {
    let folder = folder();
    let held = files::lock(&folder.path, "apply", Duration::from_secs(1)).unwrap();
    let error = files::lock(&folder.path, "undo", Duration::from_millis(30)).unwrap_err();
    assert_eq!(error.kind, Kind::Locked);
    assert!(error.message.contains(&format!("process {}, apply", std::process::id())), "{error}");
    drop(held);
    drop(files::lock(&folder.path, "undo", Duration::ZERO).unwrap());
    assert_eq!(folder.names(), ["lock"]);
}

#[test]
fn the_lock_of_another_process_is_named_and_ends_with_it() {
    const FOLDER: &str = "ELITEA_HELPER_TEST_LOCK";
    if let Ok(folder) = std::env::var(FOLDER) {
        let _lock = files::lock(Path::new(&folder), "repair", Duration::ZERO).unwrap();
        // Until the parent closes the pipe, or kills us.
        std::io::Read::read(&mut std::io::stdin(), &mut [0]).unwrap();
        return;
    }
    let folder = folder();
    let mut child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "files::the_lock_of_another_process_is_named_and_ends_with_it"])
        .env(FOLDER, &folder.path)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while !folder.path.join("lock.holder").exists() {
        assert!(child.try_wait().unwrap().is_none(), "the child ended");
        std::thread::yield_now();
    }
    let error = files::lock(&folder.path, "apply", Duration::from_millis(30)).unwrap_err();
    assert!(error.message.contains(&format!("process {}, repair", child.id())), "{error}");
    child.kill().unwrap();
    child.wait().unwrap();
    files::lock(&folder.path, "apply", Duration::from_secs(5)).unwrap();
}

#[test]
fn under_the_lock_no_write_is_lost_and_readers_see_whole_files() {
    const WRITERS: usize = 4;
    const WRITES: usize = 5;
    let folder = folder();
    let path = folder.file("settings.json", "0".repeat(5000));
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            // Wine cannot rename over a file that somebody reads.
            while std::env::var_os("UNDER_WINE").is_none() && !done.load(std::sync::atomic::Ordering::Relaxed)
            {
                let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{error}"));
                assert!(bytes.len() == 5000 && bytes.iter().all(|byte| *byte == bytes[0]), "a torn file");
            }
        });
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| {
                scope.spawn(|| {
                    for _ in 0..WRITES {
                        let _lock =
                            files::lock(&folder.path.join("state"), "test", Duration::from_secs(60)).unwrap();
                        let snapshot = read(&path);
                        let next = snapshot.bytes.as_ref().unwrap()[0] + 1;
                        files::replace(&snapshot, &vec![next; 5000]).unwrap();
                    }
                })
            })
            .collect();
        let results: Vec<_> = writers.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        reader.join().unwrap();
        results.into_iter().for_each(Result::unwrap);
    });
    assert_eq!(fs::read(&path).unwrap()[0], b'0' + u8::try_from(WRITERS * WRITES).unwrap());
}

#[test]
fn our_own_files_come_and_go() {
    let folder = folder();
    let path = folder.path.join("a/b/file");
    assert_eq!(files::read_private(&path).unwrap(), None);
    files::write_private(&path, b"one").unwrap();
    assert!(!files::create_private(&path, b"two").unwrap());
    assert_eq!(files::read_private(&path).unwrap().as_deref(), Some(b"one".as_slice()));
    files::remove_private(&path).unwrap();
    files::remove_private(&path).unwrap();
    assert!(files::create_private(&path, b"two").unwrap());
    assert_eq!(files::move_aside(&path).unwrap(), folder.path.join("a/b/file.damaged-1"));
}

#[test]
fn identity_folds_case_where_the_system_does() {
    let (one, other) = (files::identity(Path::new("/A/b")), files::identity(Path::new("/a/B")));
    assert_eq!(one == other, cfg!(any(windows, target_os = "macos")));
}
