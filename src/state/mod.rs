//! What we remember between runs, in one folder for its owner alone:
//!
//! ```text
//! seal.key                      the key of the hashes of secrets
//! lock, lock.holder             the lock of all helpers, and who holds it
//! targets/<hash>.json           what we own in one target
//! history/<id>.json             what one command did
//! backups/<hash>/<id>-<hash>.bak     a target before a write, without the tokens that we wrote
//! rotation.json                 the token that a rotation is asking for
//! cache/<hash>.json             what a server last said
//! generation                    a number that grows with each change
//! ```
//!
//! Nothing is made before the first write. What cannot be read is moved aside with a warning;
//! what a newer version wrote is left as it is.

mod backup;
mod history;
mod id;
mod manifest;
mod pending;
mod rotation;
mod stored;

pub use backup::{Backup, Hole};
pub use history::{Entry, FileChange, HISTORY};
pub use manifest::Manifest;
pub use pending::{Left, Pending};

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::error::{Error, Kind, Result};
use crate::files::{self, Durability, Lock};
use crate::merge::Seal;

/// The format number of every file here.
pub const FORMAT: u32 = 1;

/// How long one helper waits for another.
const PATIENCE: Duration = Duration::from_secs(5);

/// The state folder.
#[derive(Debug)]
pub struct State {
    dir: PathBuf,
    warnings: Mutex<Vec<String>>,
}

impl State {
    /// The state in this folder, which need not exist.
    pub fn open(dir: &Path) -> Self {
        Self { dir: dir.to_path_buf(), warnings: Mutex::default() }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What was found damaged or too new since the last call, in sentences for people.
    pub fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn warn(&self, words: String) {
        let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        if !warnings.contains(&words) {
            warnings.push(words);
        }
    }

    /// The key for the hashes of secrets, made when it is first needed.
    ///
    /// # Errors
    /// `Io` if it cannot be read or made.
    pub fn seal(&self) -> Result<Seal> {
        let path = self.dir.join("seal.key");
        // Twice at most: another helper may make the key at the same moment, and then it counts.
        for _ in 0..2 {
            if let Some(bytes) = files::read_private(&path)? {
                if let Ok(key) = <[u8; 32]>::try_from(bytes.as_slice()) {
                    return Ok(Seal::new(&key));
                }
                let aside = files::move_aside(&path)?;
                self.warn(format!("{} was damaged and is now {}", path.display(), aside.display()));
            }
            let key: [u8; 32] = random()?;
            files::create_private_dir(&self.dir)?;
            if files::create_private(&path, &key)? {
                return Ok(Seal::new(&key));
            }
        }
        Err(Error::new(Kind::Io, format!("cannot make {}", path.display())))
    }

    /// Takes the lock under which everything is written, waiting at most 5 s, and clears away
    /// what a crash left here. `what` names the command to others who wait.
    ///
    /// # Errors
    /// `Locked`, naming the holder, if another helper does not finish.
    pub fn lock(&self, what: &str) -> Result<Lock> {
        let lock = files::lock(&self.dir, what, PATIENCE)?;
        self.folders().iter().for_each(|folder| files::clean_leftovers(folder));
        Ok(lock)
    }

    /// Whether another helper is writing, or a crash left something that [`State::lock`] clears away.
    pub fn is_unsettled(&self) -> bool {
        files::is_noted(&self.dir) || self.folders().iter().any(|folder| files::has_leftovers(folder))
    }

    /// The temp files that a crash left here.
    pub fn leftovers(&self) -> Vec<PathBuf> {
        self.folders().iter().flat_map(|folder| files::leftovers(folder)).collect()
    }

    /// Our folder and those in it.
    fn folders(&self) -> Vec<PathBuf> {
        let inside = |folder: &Path| {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect::<Vec<_>>()
        };
        let mut folders = vec![self.dir.clone()];
        folders.extend(inside(&self.dir));
        folders.extend(inside(&self.dir.join(backup::FOLDER)));
        folders
    }

    /// The number of changes so far. Who sees it grow looks at the files again.
    pub fn generation(&self) -> u64 {
        let bytes = files::read_private(&self.dir.join("generation")).ok().flatten().unwrap_or_default();
        String::from_utf8_lossy(&bytes).trim().parse().unwrap_or_default()
    }

    /// Tells other windows that something changed. Needs the lock.
    ///
    /// # Errors
    /// `Io` if the number cannot be written.
    pub fn bump_generation(&self) -> Result<u64> {
        let next = self.generation().wrapping_add(1);
        files::create_private_dir(&self.dir)?;
        files::write_private_as(&self.dir.join("generation"), next.to_string().as_bytes(), Durability::Soon)?;
        Ok(next)
    }
}

/// Random bytes of the system.
fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::new(Kind::Io, format!("the system has no random numbers: {error}")))?;
    Ok(bytes)
}
