//! What files are on Linux and macOS. `windows.rs` has the same functions for Windows.

use std::fs::{self, File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::fs::{Access, AtFlags, CWD, Gid, OFlags, StatVfsMountFlags, Uid};
use rustix::io::Errno;

/// Whether the system's usual file system takes `A` and `a` for one name.
pub(super) const FOLDS_CASE: bool = cfg!(target_os = "macos");

/// A file's identity: the same for all its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileId {
    device: u64,
    inode: u64,
}

/// What is known of an open file besides its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) id: FileId,
    pub(super) len: u64,
    pub(super) modified: Option<SystemTime>,
    links: u64,
    mode: u32,
    owner: u32,
    group: u32,
}

impl Facts {
    pub(super) fn of(file: &File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is no longer a file"));
        }
        Ok(Self {
            id: FileId { device: metadata.dev(), inode: metadata.ino() },
            len: metadata.len(),
            modified: metadata.modified().ok(),
            links: metadata.nlink(),
            mode: metadata.mode() & 0o7777,
            owner: metadata.uid(),
            group: metadata.gid(),
        })
    }
}

/// What stands there instead of a file, with its article.
pub(super) fn kind(metadata: &Metadata) -> &'static str {
    let kind = metadata.file_type();
    match () {
        () if kind.is_dir() => "a folder",
        () if kind.is_symlink() => "a link",
        () if kind.is_fifo() => "a named pipe",
        () if kind.is_socket() => "a socket",
        () if kind.is_char_device() || kind.is_block_device() => "a device",
        () => "something else",
    }
}

/// Opens for reading; never waits for a pipe's other end, never follows a last link.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let flags = OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::NOCTTY;
    OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)
}

/// Why this file may not be replaced.
pub(super) fn obstacle(path: &Path, facts: &Facts) -> Option<String> {
    let me = rustix::process::geteuid();
    if facts.owner != me.as_raw() {
        return Some(format!("belongs to another user (id {}; you are {})", facts.owner, me.as_raw()));
    }
    if facts.links > 1 {
        return Some(format!("has {} names (hard links), and replacing it would part them", facts.links));
    }
    if facts.mode & 0o200 == 0 {
        return Some(format!("is read-only (mode {:04o})", facts.mode));
    }
    attributes::obstacle(path).map(str::to_owned)
}

/// Why no file may be made in this folder.
pub(super) fn folder_obstacle(folder: &Path) -> Option<String> {
    let metadata = fs::metadata(folder).ok()?;
    let me = rustix::process::geteuid();
    if me.is_root() && metadata.uid() != 0 {
        return Some(format!(
            "belongs to another user (id {}), and a file of root's in it would lock them out",
            metadata.uid()
        ));
    }
    // Root may write in spite of the mode, but the mode is what the owner meant.
    let barred = metadata.uid() == me.as_raw() && metadata.mode() & 0o300 != 0o300;
    if barred || metadata.mode() & 0o222 == 0 {
        return Some(format!("is read-only (mode {:04o})", metadata.mode() & 0o7777));
    }
    if rustix::fs::statvfs(folder).is_ok_and(|found| found.f_flag.contains(StatVfsMountFlags::RDONLY)) {
        return Some("is on a read-only file system".to_owned());
    }
    let access = rustix::fs::accessat(CWD, folder, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS);
    // Old kernels cannot be asked, which is no refusal.
    let denied = access.err().filter(|error| matches!(*error, Errno::ACCESS | Errno::PERM | Errno::ROFS));
    denied.map(|error| format!("may not be written to ({})", io::Error::from(error)))
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod attributes {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};

    /// Attributes that make a rename over the file fail.
    const OBSTACLES: [(StatxAttributes, &str); 3] = [
        (StatxAttributes::IMMUTABLE, "is immutable (`chattr +i`)"),
        (StatxAttributes::APPEND, "may only be appended to (`chattr +a`)"),
        (StatxAttributes::MOUNT_ROOT, "is mounted by itself (a bind mount), so it cannot be replaced"),
    ];

    pub(super) fn obstacle(path: &std::path::Path) -> Option<&'static str> {
        let found = statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::empty()).ok()?;
        OBSTACLES.iter().find(|(bit, _)| found.stx_attributes.contains(*bit)).map(|(_, words)| *words)
    }
}

#[cfg(target_os = "macos")]
mod attributes {
    use std::os::macos::fs::MetadataExt;

    /// `UF_IMMUTABLE` and `SF_IMMUTABLE` of `chflags(2)`.
    const IMMUTABLE: u32 = 0x0000_0002 | 0x0002_0000;

    pub(super) fn obstacle(path: &std::path::Path) -> Option<&'static str> {
        let metadata = std::fs::symlink_metadata(path).ok()?;
        (metadata.st_flags() & IMMUTABLE != 0)
            .then_some("is locked (`chflags uchg`, or Locked in the Finder)")
    }
}

/// Makes a new file; with `private` for its owner alone, else as any program's new file.
pub(super) fn create(path: &Path, private: bool) -> io::Result<File> {
    let mode = if private { 0o600 } else { 0o644 };
    OpenOptions::new().write(true).create_new(true).mode(mode).open(path)
}

/// Gives the new `file` the group, mode and extended attributes of the one that it will replace.
/// The owner is the same already: another's file is refused.
pub(super) fn dress(file: &File, facts: &Facts, old: &Path) -> io::Result<()> {
    let made = file.metadata()?;
    if (made.uid(), made.gid()) != (facts.owner, facts.group) {
        rustix::fs::fchown(file, Some(Uid::from_raw(facts.owner)), Some(Gid::from_raw(facts.group)))
            .map_err(|error| group_lost(facts.group, error))?;
    }
    // Access lists are extended attributes, and setting one changes the mode: the mode comes last.
    copy_attributes(file, old);
    file.set_permissions(Permissions::from_mode(facts.mode))
}

fn group_lost(group: u32, error: Errno) -> io::Error {
    let error = io::Error::from(error);
    io::Error::new(error.kind(), format!("the group of the file (id {group}) cannot be kept: {error}"))
}

/// Copies extended attributes as far as the system allows; not all may be set by a user.
fn copy_attributes(file: &File, old: &Path) {
    let Ok(old) = open(old) else { return };
    let mut names = vec![0; 64 * 1024];
    let Ok(length) = rustix::fs::flistxattr(&old, names.as_mut_slice()) else { return };
    for name in names[..length].split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let mut value = vec![0; 64 * 1024];
        if let Ok(length) = rustix::fs::fgetxattr(&old, name, value.as_mut_slice()) {
            let _ = rustix::fs::fsetxattr(file, name, &value[..length], rustix::fs::XattrFlags::empty());
        }
    }
}

/// Puts `from` in the place of `to`.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// Puts `from` at `to`, where nothing may stand: `AlreadyExists` otherwise.
pub(super) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{RenameFlags, renameat_with};
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Some network file systems have no such rename.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) if !to.exists() => fs::rename(from, to),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Err(io::ErrorKind::AlreadyExists.into()),
        other => other.map_err(io::Error::from),
    }
}

/// Lets two files change places, in one step; `Unsupported` where the file system cannot.
pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{RenameFlags, renameat_with};
    match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Err(io::ErrorKind::Unsupported.into()),
        other => other.map_err(io::Error::from),
    }
}

/// Makes the names in a folder durable, where folders can be read and synced at all.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(error) if !matches!(error.kind(), PermissionDenied | InvalidInput | Unsupported) => Err(error),
        _ => Ok(()),
    }
}

/// Makes a folder, and those above it, for their owner alone.
pub(super) fn create_private_folders(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Takes a file or folder of ours away from everyone else.
pub(super) fn make_private(path: &Path) -> io::Result<()> {
    let metadata = fs::metadata(path)?;
    match metadata.mode() & 0o077 {
        0 => Ok(()),
        _ => fs::set_permissions(path, Permissions::from_mode(metadata.mode() & 0o700)),
    }
}

/// Whether other users than the owner can read the file: by its own mode, and because they can pass
/// every folder above it. Access lists are not looked at.
pub(super) fn is_readable_by_others(real: &Path) -> bool {
    let Ok(file) = fs::metadata(real) else { return false };
    let passable = |can_pass: &dyn Fn(&Metadata) -> bool| {
        real.ancestors().skip(1).all(|folder| fs::metadata(folder).is_ok_and(|found| can_pass(&found)))
    };
    if file.mode() & 0o004 != 0 && passable(&|folder| folder.mode() & 0o001 != 0) {
        return true;
    }
    // Many systems give each user a group of their own, which has the user's number.
    let shared = file.gid() != file.uid();
    let in_group = |folder: &Metadata| {
        folder.mode() & 0o001 != 0 || (folder.gid() == file.gid() && folder.mode() & 0o010 != 0)
    };
    shared && file.mode() & 0o040 != 0 && passable(&in_group)
}

/// Whether a file's or folder's own mode lets others than its owner in.
pub(super) fn is_open_to_others(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| !found.is_symlink() && found.mode() & 0o077 != 0)
}

/// Whether a process runs; `None` if that cannot be told.
pub(super) fn is_running(process: u32) -> Option<bool> {
    let id = rustix::process::Pid::from_raw(i32::try_from(process).ok()?)?;
    match rustix::process::test_kill_process(id) {
        Ok(()) | Err(Errno::PERM) => Some(true),
        Err(Errno::SRCH) => Some(false),
        Err(_) => None,
    }
}

/// Whether a real path lies in a real folder.
pub(super) fn is_inside(path: &Path, folder: &Path) -> bool {
    path.starts_with(folder)
}

/// A path as people write it.
pub(super) fn plain(path: PathBuf) -> PathBuf {
    path
}
