//! What VS Code's Local History kept of a file: a copy of each save, in the user folder of the IDE
//! that saved it.
//!
//! Source: `workingCopyHistoryService.ts`: `User/History/<hash>/entries.json` names the file and its
//! copies.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Family, IDES, Platform, Scope, names, vscode};
use crate::files;
use crate::order;

/// One copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The IDE's name for people.
    pub ide_name: &'static str,
    /// When it was saved, in milliseconds since 1970.
    pub saved: i64,
    /// The copy.
    pub path: PathBuf,
}

/// The copies that any IDE of VS Code's family keeps of this file, the newest first.
pub fn local_history(platform: &Platform, file: &Path) -> Vec<Copy> {
    let wanted = files::identity(&files::real_path(file));
    let mut copies = Vec::new();
    for ide in IDES {
        let Family::VsCode(row) = &ide.family else { continue };
        for home in vscode::homes(platform, ide, row).iter().filter(|home| home.scope == Scope::User) {
            let history = home.folder.join("History");
            for name in names(&history) {
                let folder = history.join(name);
                copies.extend(listed(ide.name, &folder, &wanted).unwrap_or_default());
            }
        }
    }
    order::sort_by_key(&mut copies, |copy: &Copy| std::cmp::Reverse(copy.saved));
    copies
}

/// The copies in this folder, if they are of the wanted file.
fn listed(ide_name: &'static str, folder: &Path, wanted: &str) -> Option<Vec<Copy>> {
    let text = std::fs::read_to_string(folder.join("entries.json")).ok()?;
    let list: Value = serde_json::from_str(&text).ok()?;
    let of = path_of(list.get("resource")?.as_str()?)?;
    if files::identity(&files::real_path(&of)) != wanted {
        return None;
    }
    let copy = |entry: &Value| {
        let name = entry.get("id")?.as_str().filter(|name| !name.contains(['/', '\\']) && *name != "..")?;
        Some(Copy { ide_name, saved: entry.get("timestamp")?.as_i64()?, path: folder.join(name) })
    };
    Some(list.get("entries")?.as_array()?.iter().filter_map(copy).collect())
}

/// The path in an address of VS Code's; its own settings have a scheme of their own.
fn path_of(resource: &str) -> Option<PathBuf> {
    let file = match resource.strip_prefix("vscode-userdata:") {
        Some(rest) => format!("file://{}", rest.strip_prefix("//").unwrap_or(rest)),
        None => resource.to_owned(),
    };
    url::Url::parse(&file).ok().filter(|url| url.scheme() == "file")?.to_file_path().ok()
}
