//! One writer at a time, among all helpers of this user.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::{Durability, create_private_dir, system, write_private_as};
use crate::error::{Error, Kind, Result};

/// The note of who holds the lock. It stands in a file of its own, as nobody can read a locked one on
/// Windows.
const HOLDER: &str = "lock.holder";

/// How often a held lock is tried again.
const POLL: Duration = Duration::from_millis(20);

/// The lock, held until this value goes away or the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
    holder: PathBuf,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The note goes before the lock does: after that it would be the next holder's.
        let _ = fs::remove_file(&self.holder);
        // Closing is not enough: a child that is just being started still holds a copy of the file.
        let _ = self.file.unlock();
    }
}

/// Takes the lock of the folder `dir`, waiting at most `timeout`. It stands on a file of its own:
/// a lock on a target would keep other programs out on Windows. `what` tells others who holds it.
///
/// # Errors
/// `Locked`, naming the holder, if the time is over; `Io` if the file system has no locks.
pub fn lock(dir: &Path, what: &str, timeout: Duration) -> Result<Lock> {
    create_private_dir(dir)?;
    let path = dir.join("lock");
    let holder = dir.join(HOLDER);
    let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
    let file = open.and_then(|file| system::make_private(&path).map(|()| file));
    let file = file.map_err(|error| Error::io("open", &path, &error))?;
    let deadline = Instant::now() + timeout;
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::Error(error)) => return Err(Error::io("lock", &path, &error)),
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => {
                return Err(held(&holder, timeout));
            }
            Err(TryLockError::WouldBlock) => thread::sleep(POLL),
        }
    }
    // Only a courtesy: the lock holds without it.
    let note = format!("{} {what}", std::process::id());
    let _ = write_private_as(&holder, note.as_bytes(), Durability::Soon);
    Ok(Lock { file, holder })
}

/// Whether a helper holds the lock of the folder `dir`, or a crash left its note there.
pub fn is_noted(dir: &Path) -> bool {
    dir.join(HOLDER).exists()
}

fn held(holder: &Path, timeout: Duration) -> Error {
    let note = fs::read_to_string(holder).unwrap_or_default();
    let who = match note.split_once(' ') {
        Some((process, what)) => format!("another elitea-helper (process {process}, {what})"),
        None => "another elitea-helper".to_owned(),
    };
    Error::new(Kind::Locked, format!("{who} is writing, and was not done within {} s", timeout.as_secs_f32()))
        .hint("wait for it to finish, or end that process")
}
