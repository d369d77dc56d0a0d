//! All that lies in a folder, to be compared and put back.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Files (with mode and bytes) and folders (with mode alone), by their paths below the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tree(pub(super) BTreeMap<PathBuf, (u32, Option<Vec<u8>>)>);

impl Tree {
    pub(super) fn read(root: &Path) -> Self {
        let mut tree = Self::default();
        let mut folders = vec![root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let metadata = fs::symlink_metadata(&path).unwrap();
                let below = path.strip_prefix(root).unwrap().to_path_buf();
                let mode = metadata.permissions().mode() & 0o7777;
                let bytes = if metadata.is_dir() {
                    folders.push(path);
                    None
                } else {
                    Some(fs::read(&path).unwrap())
                };
                tree.0.insert(below, (mode, bytes));
            }
        }
        tree
    }

    /// Makes the folder hold this and nothing else.
    pub(super) fn put_back(&self, root: &Path) {
        for entry in fs::read_dir(root).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
        }
        for (path, (mode, bytes)) in &self.0 {
            let path = root.join(path);
            match bytes {
                Some(bytes) => fs::write(&path, bytes).unwrap(),
                None => fs::create_dir(&path).unwrap(),
            }
            fs::set_permissions(&path, fs::Permissions::from_mode(*mode)).unwrap();
        }
    }

    /// The part that is the user's: all but our own two folders.
    pub(super) fn users(&self) -> Self {
        let ours = |path: &Path| path.starts_with("elitea-state") || path.starts_with("elitea-config");
        Self(
            self.0
                .iter()
                .filter(|(path, _)| !ours(path))
                .map(|(path, node)| (path.clone(), node.clone()))
                .collect(),
        )
    }

    /// The bytes of a file; none where there is no file.
    pub(super) fn bytes(&self, path: impl AsRef<Path>) -> Option<&[u8]> {
        self.0.get(path.as_ref())?.1.as_deref()
    }

    /// The paths of the files in a folder.
    pub(super) fn files_in<'t>(&'t self, folder: &'t str) -> impl Iterator<Item = &'t Path> {
        let files = self.0.iter().filter(|(_, (_, bytes))| bytes.is_some());
        files.map(|(path, _)| path.as_path()).filter(move |path| path.starts_with(folder))
    }

    /// The temp files in it.
    pub(super) fn temps(&self) -> Vec<&Path> {
        self.0.keys().map(PathBuf::as_path).filter(|path| is_temp(path)).collect()
    }

    /// Where it differs from `other`, for people.
    pub(super) fn against(&self, other: &Self) -> String {
        let paths: std::collections::BTreeSet<_> = self.0.keys().chain(other.0.keys()).collect();
        let shown = |node: Option<&(u32, Option<Vec<u8>>)>| match node {
            None => "absent".to_owned(),
            Some((mode, None)) => format!("folder {mode:o}"),
            Some((mode, Some(bytes))) => format!("{mode:o} {}", String::from_utf8_lossy(bytes)),
        };
        let differing = paths.into_iter().filter(|path| self.0.get(*path) != other.0.get(*path));
        let lines = differing.map(|path| {
            format!("{}:\n  {}\n  not {}", path.display(), shown(self.0.get(path)), shown(other.0.get(path)))
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// A text that is equal for trees that differ only in what differs from run to run: times, ids,
    /// process numbers and random names.
    pub(super) fn essence(&self) -> String {
        let mut text = String::new();
        for (path, (mode, bytes)) in &self.0 {
            let name = path.display().to_string();
            let varies = name.ends_with("lock.holder") || name.contains("/cache/");
            let bytes = bytes.as_deref().filter(|_| !varies).unwrap_or_default();
            text.push_str(&format!("{name} {mode:o} {}\n", String::from_utf8_lossy(bytes)));
        }
        without_moments(&text)
    }
}

pub(super) fn is_temp(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy();
    name.starts_with(".elitea-helper-") && name.ends_with(".tmp")
}

/// Leaves out ids (`20261125-081502-a1b2`), times (`2026-11-25T08:15:02Z`) and what is random in the
/// names of temp files.
fn without_moments(text: &str) -> String {
    let digits = |at: usize, shape: &str| {
        text.get(at..at + shape.len()).is_some_and(|part| {
            part.bytes().zip(shape.bytes()).all(|(byte, wanted)| match wanted {
                b'0' => byte.is_ascii_digit(),
                b'x' => byte.is_ascii_hexdigit(),
                _ => byte == wanted,
            })
        })
    };
    let mut left = String::new();
    let mut at = 0;
    while let Some(next) = text[at..].chars().next() {
        if digits(at, "00000000-000000-xxxx") {
            at += 20;
        } else if digits(at, "0000-00-00T") {
            at += text[at..].find('Z').map_or(1, |end| end + 1);
        } else if text[at..].starts_with(".elitea-helper-") {
            left.push_str(".elitea-helper-");
            at += text[at..].find(".tmp").unwrap_or(1);
        } else {
            left.push(next);
            at += next.len_utf8();
        }
    }
    left
}
