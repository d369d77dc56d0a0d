//! Whether git tracks a file, read from its index. Git itself is never run: a repository's own
//! configuration could make it start other programs.
//!
//! Source of the format: git's `Documentation/gitformat-index.adoc`, versions 2 to 4.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::files;

/// The largest index that is read, in bytes; one of a million files has about 100 MB.
const LIMIT: u64 = 256 * 1024 * 1024;

/// What stands before an entry's object id: times, device, inode, mode, owner, size.
const STAT: usize = 40;

/// The flag of an entry that has two more bytes of flags.
const EXTENDED: u16 = 0x4000;

/// Whether git tracks the file at `path`; none where it is in no repository, or where the index
/// cannot be read. In a split index an entry counts until the shared part is written anew.
pub fn is_tracked(path: &Path) -> Option<bool> {
    let real = files::real_path(path);
    let (root, folder) = repository(&real)?;
    let inside = real.strip_prefix(&root).ok()?;
    let parts: Vec<&str> = inside.iter().map(|part| part.to_str()).collect::<Option<_>>()?;
    let name = parts.join("/");
    let hash = hash_length(&folder);
    let Some(bytes) = bytes_of(&folder.join("index")) else {
        return (!folder.join("index").exists()).then_some(false);
    };
    let index = Index::read(&bytes, hash)?;
    if index.holds(&name) {
        return Some(true);
    }
    let Some(shared) = index.shared else { return Some(false) };
    let bytes = bytes_of(&folder.join(format!("sharedindex.{shared}")))?;
    Some(Index::read(&bytes, hash)?.holds(&name))
}

/// The working tree that a file is in, and git's folder for it. Worktrees and submodules have a file
/// in place of the folder, which names it.
fn repository(file: &Path) -> Option<(PathBuf, PathBuf)> {
    file.ancestors().skip(1).find_map(|root| {
        let mark = root.join(".git");
        if mark.is_dir() {
            return mark.join("HEAD").exists().then(|| (root.to_path_buf(), mark));
        }
        let text = String::from_utf8(bytes_of(&mark)?).ok()?;
        let named = text.strip_prefix("gitdir:")?.trim();
        Some((root.to_path_buf(), root.join(named)))
    })
}

/// How many bytes an object id has: 32 where the repository says so, else 20.
fn hash_length(folder: &Path) -> usize {
    let text = |path: &Path| bytes_of(path).and_then(|bytes| String::from_utf8(bytes).ok());
    let common = text(&folder.join("commondir")).map(|path| folder.join(path.trim()));
    let config = text(&common.unwrap_or_else(|| folder.to_path_buf()).join("config")).unwrap_or_default();
    let says_so = |line: &str| {
        let line = line.to_ascii_lowercase();
        line.split_once('=').is_some_and(|(key, value)| {
            key.trim() == "objectformat" && value.trim().trim_matches('"') == "sha256"
        })
    };
    if config.lines().any(says_so) { 32 } else { 20 }
}

/// The bytes of a regular file that is not too large.
fn bytes_of(path: &Path) -> Option<Vec<u8>> {
    let metadata = std::fs::metadata(path).ok().filter(|found| found.is_file() && found.len() <= LIMIT)?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).ok()?);
    std::fs::File::open(path).ok()?.take(LIMIT).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// What an index lists.
struct Index {
    /// The tracked paths, with `/` between their parts.
    names: Vec<Vec<u8>>,
    /// The object id that names the shared part, in hexadecimal, where the index is split.
    shared: Option<String>,
}

impl Index {
    fn read(bytes: &[u8], hash: usize) -> Option<Self> {
        let mut rest = Bytes(bytes.get(..bytes.len().checked_sub(hash)?)?);
        if rest.take(4)? != b"DIRC" {
            return None;
        }
        let version = rest.number()?;
        let count = rest.number()?;
        if !(2..=4).contains(&version) {
            return None;
        }
        let mut names: Vec<Vec<u8>> = Vec::new();
        for _ in 0..count {
            let name = rest.entry(version, hash, names.last().map_or(&[], Vec::as_slice))?;
            names.push(name);
        }
        let mut shared = None;
        while !rest.0.is_empty() {
            let signature = rest.take(4)?;
            let length = usize::try_from(rest.number()?).ok()?;
            let data = rest.take(length)?;
            if signature == b"link" {
                let id = data.get(..hash)?;
                let is_set = id.iter().any(|byte| *byte != 0);
                shared = is_set.then(|| id.iter().map(|byte| format!("{byte:02x}")).collect());
            }
        }
        Some(Self { names, shared })
    }

    fn holds(&self, name: &str) -> bool {
        let folds = cfg!(any(windows, target_os = "macos"));
        let wanted = name.as_bytes();
        self.names.iter().any(|name| name == wanted || (folds && name.eq_ignore_ascii_case(wanted)))
    }
}

/// What is left to be read.
struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    /// One entry's path. From version 4 on it is told as what differs from the path before.
    fn entry(&mut self, version: u32, hash: usize, before: &[u8]) -> Option<Vec<u8>> {
        let start = self.0.len();
        self.take(STAT + hash)?;
        let flags = u16::from_be_bytes(self.take(2)?.try_into().ok()?);
        if version >= 3 && flags & EXTENDED != 0 {
            self.take(2)?;
        }
        if version == 4 {
            let cut = self.offset()?;
            let mut name = before.get(..before.len().checked_sub(cut)?)?.to_vec();
            name.extend_from_slice(self.text()?);
            return Some(name);
        }
        let name = self.text()?.to_vec();
        // One NUL ended the name; more of them fill the entry up to a multiple of eight bytes.
        let length = start - self.0.len();
        self.take(length.next_multiple_of(8) - length)?;
        Some(name)
    }

    /// Bytes up to a NUL, which is read too.
    fn text(&mut self) -> Option<&'b [u8]> {
        let end = self.0.iter().position(|byte| *byte == 0)?;
        let text = self.take(end)?;
        self.take(1)?;
        Some(text)
    }

    /// A number in as many bytes as it needs, as packs write offsets.
    fn offset(&mut self) -> Option<usize> {
        let mut byte = *self.take(1)?.first()?;
        let mut value = usize::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = *self.take(1)?.first()?;
            value = value.checked_add(1)?.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
        }
        Some(value)
    }
}
