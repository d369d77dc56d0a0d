//! Which settings file a path is, told by where it lies. Nothing is looked for.

use std::path::{Path, PathBuf};

use super::{Family, IDES, Platform, Reader, Scope, settings_key, vscode};
use crate::files;

/// What lies at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The IDE's id; `vscode` and `jetbrains` stand for the whole family in a workspace.
    pub ide: &'static str,
    /// The IDE's name for people.
    pub ide_name: &'static str,
    /// Whose settings it holds.
    pub scope: Scope,
    /// The workspace's root.
    pub root: Option<PathBuf>,
    /// What reads it; not known for files of a workspace, which any IDE may open.
    pub reader: Option<Reader>,
    /// The file of the IDE's default profile, which also holds what goes for all profiles.
    pub default_profile: Option<PathBuf>,
}

/// The settings file that `path` is by its place, if it is one; whether it exists does not matter.
pub fn spot(platform: &Platform, path: &Path) -> Option<Spot> {
    let name = path.file_name()?.to_str()?;
    let folder = path.parent()?;
    if settings_key(path).is_some() {
        return Some(in_workspace("vscode", "VS Code", folder));
    }
    match name {
        "settings.json" => own_file(platform, folder).or_else(|| {
            let root = folder.parent()?;
            let is_workspace = folder.ends_with(".vscode") && !is_home(platform, root);
            is_workspace.then(|| in_workspace("vscode", "VS Code", root))
        }),
        "elitea.xml" | "alita.xml" => {
            // Rider keeps a solution's files in an `.idea` of their own inside of the project's.
            let idea = folder.ancestors().filter(|above| above.ends_with(".idea")).last()?;
            Some(in_workspace("jetbrains", "JetBrains", idea.parent()?))
        }
        _ => None,
    }
}

fn in_workspace(ide: &'static str, ide_name: &'static str, root: &Path) -> Spot {
    let root = Some(root.to_path_buf());
    Spot { ide, ide_name, scope: Scope::Workspace, root, reader: None, default_profile: None }
}

/// The home folder's `.vscode` holds extensions, not settings.
fn is_home(platform: &Platform, folder: &Path) -> bool {
    same(folder, &platform.home)
}

/// The settings file of an IDE's user, one of their profiles, or a remote server, in this folder.
fn own_file(platform: &Platform, folder: &Path) -> Option<Spot> {
    let profile_of = folder.parent().filter(|above| above.ends_with("profiles")).and_then(Path::parent);
    IDES.iter().find_map(|ide| {
        let Family::VsCode(row) = &ide.family else { return None };
        vscode::homes(platform, ide, row).into_iter().find_map(|home| {
            let is_profile = home.scope == Scope::User && profile_of.is_some_and(|of| same(of, &home.folder));
            (is_profile || same(folder, &home.folder)).then(|| Spot {
                ide: ide.id,
                ide_name: ide.name,
                scope: home.scope,
                root: None,
                reader: vscode::reader(&home, is_profile.then_some(folder)),
                default_profile: (home.scope == Scope::User).then(|| home.folder.join("settings.json")),
            })
        })
    })
}

/// Whether two folders are one, by name or behind links.
fn same(one: &Path, other: &Path) -> bool {
    one == other
        || (one.file_name() == other.file_name()
            && files::identity(&files::real_path(one)) == files::identity(&files::real_path(other)))
}
