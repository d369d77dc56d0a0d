//! What only Unix has: links, modes, owners, special files, full and read-only disks.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};

use super::*;

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn a_pipe_a_device_and_a_socket_are_refused_without_waiting() {
    let folder = folder();
    let pipe = folder.path.join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    refusal(files::read(&pipe, &Reach::User), "is a named pipe");
    let socket = folder.path.join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    refusal(files::read(&socket, &Reach::User), "is a socket");
    refusal(files::read(Path::new("/dev/null"), &Reach::User), "is a device");
    symlink("/dev/zero", folder.path.join("link")).unwrap();
    refusal(files::read(&folder.path.join("link"), &Reach::User), "is a device");
}

#[test]
fn links_are_written_through_and_stay() {
    let folder = folder();
    let real = folder.file("dotfiles/vscode/settings.json", "{}");
    fs::create_dir(folder.path.join("User")).unwrap();
    symlink("vscode", folder.path.join("dotfiles/code")).unwrap();
    symlink("../dotfiles/code/settings.json", folder.path.join("User/second.json")).unwrap();
    symlink("second.json", folder.path.join("User/settings.json")).unwrap();
    let link = folder.path.join("User/settings.json");
    let snapshot = read(&link);
    assert_eq!((&snapshot.path, &snapshot.real), (&link, &real));
    files::replace(&snapshot, b"{\"a\": 1}").unwrap();
    assert!(link.is_symlink() && folder.path.join("User/second.json").is_symlink());
    assert_eq!(fs::read(&real).unwrap(), b"{\"a\": 1}");
    assert_eq!(fs::read_dir(folder.path.join("User")).unwrap().count(), 2);
    refusal(files::delete(&read(&link)), "is a link");
    assert!(real.exists());
}

#[test]
fn a_link_that_was_turned_elsewhere_since_is_not_written() {
    let folder = folder();
    let (one, two) = (folder.file("one.json", "{}"), folder.file("two.json", "{}"));
    let link = folder.path.join("settings.json");
    symlink(&one, &link).unwrap();
    let snapshot = read(&link);
    fs::remove_file(&link).unwrap();
    symlink(&two, &link).unwrap();
    assert_eq!(files::replace(&snapshot, b"[]").unwrap_err().kind, Kind::FileBusy);
    assert_eq!((fs::read(&one).unwrap(), fs::read(&two).unwrap()), (b"{}".to_vec(), b"{}".to_vec()));
}

#[test]
fn links_to_nothing_and_in_circles_are_named() {
    let folder = folder();
    let link = folder.path.join("settings.json");
    symlink("gone.json", &link).unwrap();
    refusal(files::read(&link, &Reach::User), "gone.json, which does not exist");
    let (one, two) = (folder.path.join("one"), folder.path.join("two"));
    symlink("two", &one).unwrap();
    symlink("one", &two).unwrap();
    refusal(files::read(&one, &Reach::User), "in a circle");
    symlink("itself", folder.path.join("itself")).unwrap();
    refusal(files::read(&folder.path.join("itself/settings.json"), &Reach::User), "itself");
    symlink("gone", folder.path.join("folder")).unwrap();
    refusal(
        files::read(&folder.path.join("folder/settings.json"), &Reach::User),
        "a folder that does not exist",
    );
}

#[test]
fn a_workspace_file_stays_inside_its_workspace() {
    let folder = folder();
    let outside = folder.file("outside/settings.json", "{}");
    let inside = folder.file("project/.vscode/settings.json", "{}");
    let reach = Reach::Inside(folder.path.join("project"));
    files::replace(&files::read(&inside, &reach).unwrap(), b"[]").unwrap();
    let link = folder.path.join("project/link.json");
    symlink(".vscode/settings.json", &link).unwrap();
    assert_eq!(files::read(&link, &reach).unwrap().real, inside);
    fs::remove_file(&link).unwrap();
    symlink(&outside, &link).unwrap();
    refusal(files::read(&link, &reach), "leads out of the workspace");
    symlink(folder.path.join("outside"), folder.path.join("project/.idea")).unwrap();
    refusal(files::read(&folder.path.join("project/.idea/elitea.xml"), &reach), "leads out of the workspace");
    refusal(files::read(&folder.path.join("project/../outside/settings.json"), &reach), "leads out of");
    refusal(files::read(&folder.path.join("project-two/settings.json"), &reach), "leads out of");
    let through = folder.path.join("project-link");
    symlink("project", &through).unwrap();
    assert!(files::read(&through.join(".vscode/settings.json"), &Reach::Inside(through)).is_ok());
}

#[test]
fn mode_and_group_are_kept() {
    let folder = folder();
    for wanted in [0o600, 0o644, 0o664, 0o640, 0o755] {
        let path = folder.file("settings.json", "{}");
        set_mode(&path, wanted);
        if is_root() {
            chown(&path, None, Some(4242)).unwrap();
        }
        let group = fs::metadata(&path).unwrap().gid();
        files::replace(&read(&path), b"[]").unwrap();
        assert_eq!((mode(&path), fs::metadata(&path).unwrap().gid()), (wanted, group));
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_new_file_is_as_any_other_programs_new_file() {
    let folder = folder();
    let other = folder.file("other", "");
    let path = folder.path.join("settings.json");
    files::replace(&read(&path), b"{}").unwrap();
    assert_eq!(mode(&path), mode(&other) & 0o644);
}

#[test]
fn extended_attributes_are_kept() {
    let folder = folder();
    let path = folder.file("settings.json", "{}");
    let file = fs::File::open(&path).unwrap();
    let flags = rustix::fs::XattrFlags::empty();
    if rustix::fs::fsetxattr(&file, "user.note", b"mine", flags).is_err() {
        return println!("skipped: no extended attributes here");
    }
    files::replace(&read(&path), b"[]").unwrap();
    let mut value = [0; 16];
    let length = rustix::fs::getxattr(&path, "user.note", value.as_mut_slice()).unwrap();
    assert_eq!(&value[..length], b"mine");
}

#[test]
fn a_read_only_folder_is_refused() {
    let folder = folder();
    let path = folder.file("User/settings.json", "{}");
    set_mode(path.parent().unwrap(), 0o555);
    let snapshot = read(&path);
    refusal(files::check_writable(&snapshot), "User is read-only");
    refusal(files::replace(&snapshot, b"[]"), "User is read-only");
    refusal(files::check_writable(&read(&path.with_file_name("new.json"))), "User is read-only");
    refusal(files::check_writable(&read(&path.with_file_name("deep/new.json"))), "User is read-only");
    set_mode(path.parent().unwrap(), 0o755);
    assert_eq!(fs::read(&path).unwrap(), b"{}");
}

#[test]
fn a_file_of_another_user_is_refused() {
    let folder = folder();
    let path = folder.file("settings.json", "{}");
    if !is_root() {
        return println!("skipped: only root can give files away");
    }
    chown(&path, Some(4242), None).unwrap();
    refusal(files::replace(&read(&path), b"[]"), "belongs to another user (id 4242; you are 0)");
    fs::create_dir(folder.path.join("theirs")).unwrap();
    chown(folder.path.join("theirs"), Some(4242), None).unwrap();
    let new = read(&folder.path.join("theirs/settings.json"));
    refusal(files::check_writable(&new), "theirs belongs to another user");
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_emptied_a_moment_ago_is_read_again() {
    use rustix::fs::inotify;
    let folder = folder();
    let path = folder.path.join("settings.json");
    fs::write(&path, "").unwrap();
    let watch = inotify::init(inotify::CreateFlags::CLOEXEC).unwrap();
    inotify::add_watch(&watch, &path, inotify::WatchFlags::CLOSE_NOWRITE).unwrap();
    let writer = std::thread::spawn({
        let path = path.clone();
        move || {
            // Until it has been read, and found empty.
            rustix::io::read(&watch, &mut [0; 512]).unwrap();
            fs::write(path, "{}").unwrap();
        }
    });
    let snapshot = read(&path);
    writer.join().unwrap();
    assert_eq!(snapshot.bytes.as_deref(), Some(b"{}".as_slice()));
}

#[cfg(target_os = "linux")]
#[test]
fn an_immutable_file_and_a_mounted_one_are_refused() {
    use std::process::Command;
    let folder = folder();
    let path = folder.file("settings.json", "{}");
    let run = |program: &str, arguments: &[&std::ffi::OsStr]| {
        Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
    };
    if run("chattr", &["+i".as_ref(), path.as_os_str()]) {
        refusal(files::check_writable(&read(&path)), "is immutable");
        assert!(run("chattr", &["-i".as_ref(), path.as_os_str()]));
    } else {
        println!("skipped: cannot make a file immutable");
    }
    let other = folder.file("other.json", "{}");
    if run("mount", &["--bind".as_ref(), other.as_os_str(), path.as_os_str()]) {
        let result = files::check_writable(&read(&path));
        assert!(run("umount", &[path.as_os_str()]));
        refusal(result, "bind mount");
    } else {
        println!("skipped: cannot mount");
    }
}

/// The system kills a process that writes beyond its limit, in the midst of the write.
#[cfg(target_os = "linux")]
#[test]
fn a_kill_while_writing_leaves_the_old_file_and_the_next_write_clears_up() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    const TARGET: &str = "ELITEA_HELPER_TEST_KILL";
    let new = vec![b' '; 100_000];
    if let Ok(path) = std::env::var(TARGET) {
        setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).unwrap();
        setrlimit(Resource::Fsize, Rlimit { current: Some(50_000), maximum: Some(50_000) }).unwrap();
        let _ = files::replace(&read(Path::new(&path)), &new);
        return;
    }
    let folder = folder();
    let path = folder.file("settings.json", "{}");
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "files::unix::a_kill_while_writing_leaves_the_old_file_and_the_next_write_clears_up",
        ])
        .env(TARGET, &path)
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(std::os::unix::process::ExitStatusExt::signal(&status).is_some(), "{status}");
    assert_eq!(fs::read(&path).unwrap(), b"{}");
    assert_eq!(folder.names().len(), 2, "the temp file is still there: {:?}", folder.names());
    files::replace(&read(&path), &new).unwrap();
    assert_eq!((fs::read(&path).unwrap(), folder.names()), (new, vec!["settings.json".to_owned()]));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_and_a_read_only_one_leave_the_old_file() {
    use std::process::Command;
    let folder = folder();
    let disk = folder.path.join("disk");
    fs::create_dir(&disk).unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let done = Command::new(program).args(arguments).arg(&disk).output();
        done.is_ok_and(|output| output.status.success())
    };
    if !run("mount", &["-t", "tmpfs", "-o", "size=64k", "tmpfs"]) {
        return println!("skipped: cannot mount");
    }
    let path = folder.file("disk/settings.json", "{}");
    let full = files::replace(&read(&path), &vec![b' '; 100_000]);
    let names = fs::read_dir(&disk).unwrap().count();
    let remounted = run("mount", &["-o", "remount,ro"]);
    let read_only = files::check_writable(&read(&path));
    let old = fs::read(&path).unwrap();
    assert!(run("umount", &[]) && remounted);
    refusal(full, "No space left");
    refusal(read_only, "read-only file system");
    assert_eq!((old, names), (b"{}".to_vec(), 1));
}

#[test]
fn a_dead_process_leaves_nothing_behind() {
    let folder = folder();
    let mut child = std::process::Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    let path = folder.file(&format!(".elitea-helper-{}-aaaa.tmp", child.id()), "x");
    age(&path, 0);
    files::clean_leftovers(&folder.path);
    assert!(folder.names().is_empty());
}

#[test]
fn our_own_files_are_ours_alone() {
    let folder = folder();
    let dir = folder.path.join("state");
    fs::create_dir(&dir).unwrap();
    set_mode(&dir, 0o755);
    files::create_private_dir(&dir).unwrap();
    files::write_private(&dir.join("file"), b"x").unwrap();
    assert_eq!((mode(&dir), mode(&dir.join("file"))), (0o700, 0o600));
}
