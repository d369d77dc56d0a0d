//! Settings files inside a workspace.

use std::path::{Path, PathBuf};

use super::{Family, Found, Generation, Platform, Reader, Scope, Target, by_id, jetbrains, names, vscode};

/// What marks the root of a workspace.
const MARKS: &[&str] = &[".vscode", ".idea", ".git"];

/// The end of the name of a file that lists a workspace's folders and holds its settings.
const WORKSPACE_FILE: &str = "code-workspace";

/// The key under which VS Code keeps settings in this file; none where they are the whole file.
pub fn settings_key(path: &Path) -> Option<&'static str> {
    path.extension().is_some_and(|extension| extension == WORKSPACE_FILE).then_some("settings")
}

/// The target that this `.code-workspace` is, read by what [`find`](super::find) found. VS Code makes such files, and we never do: `None`
/// where there is none.
pub fn workspace_file(installed: &Found, path: &Path) -> Option<Target> {
    if settings_key(path).is_none() || path.symlink_metadata().is_err() {
        return None;
    }
    let reader = best_vscode(installed);
    Some(Target {
        label: path.file_stem().map(|name| name.to_string_lossy().into_owned()),
        ..vscode_target(path.parent()?, path.to_path_buf(), reader)
    })
}

/// The nearest folder from `from` upwards that looks like a workspace; never the home folder or
/// one above it, where such a mark means something else.
pub fn workspace_root(platform: &Platform, from: &Path) -> Option<PathBuf> {
    let from = std::path::absolute(from).ok()?;
    let home = platform.home.canonicalize().unwrap_or_else(|_| platform.home.clone());
    let is_below_home = |folder: &Path| {
        let real = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
        !home.starts_with(&real) && !platform.home.starts_with(folder)
    };
    from.ancestors()
        .take_while(|folder| is_below_home(folder))
        .find(|folder| MARKS.iter().any(|mark| folder.join(mark).exists()))
        .map(Path::to_path_buf)
}

/// The settings files of the workspace at `root`, read by what [`find`](super::find) found.
pub fn workspace(installed: &Found, root: &Path) -> Found {
    let mut found = Found::default();
    vscode_file(installed, root, &mut found);
    let files = names(root).into_iter().filter_map(|name| workspace_file(installed, &root.join(name)));
    found.targets.extend(files);
    let idea = root.join(".idea");
    if !idea.is_dir() {
        let reason = "not a JetBrains project: open the folder in the IDE once, so that it makes .idea";
        found.skip("jetbrains", idea.join("elitea.xml"), reason);
        return found;
    }
    let reader = best_reader(installed);
    let solutions = solutions(&idea);
    // Rider keeps a solution's files one level deeper; .idea then holds nothing of its own.
    if solutions.is_empty() || names(&idea).iter().any(|name| !name.starts_with(".idea.")) {
        jetbrains_file(root, &idea, project_name(root, &idea), reader.as_ref(), &mut found);
    }
    for (name, folder) in solutions {
        jetbrains_file(root, &folder, Some(name), reader.as_ref(), &mut found);
    }
    found
}

fn vscode_file(installed: &Found, root: &Path, found: &mut Found) {
    let folder = root.join(".vscode");
    let path = folder.join("settings.json");
    let family = || installed.targets.iter().filter(|target| is_vscode(target.ide));
    if !folder.is_dir() && family().next().is_none() {
        return found.skip(
            "vscode",
            path,
            "there is no .vscode folder, and no IDE of this family is installed",
        );
    }
    found.targets.push(vscode_target(root, path, best_vscode(installed)));
}

/// All of the family read the same file: the newest generation that is installed anywhere counts.
fn best_vscode(installed: &Found) -> Option<Reader> {
    let family = installed.targets.iter().filter(|target| is_vscode(target.ide));
    vscode::best(family.filter_map(|target| target.reader.clone()))
}

fn vscode_target(root: &Path, path: PathBuf, reader: Option<Reader>) -> Target {
    Target {
        ide: "vscode",
        ide_name: "VS Code".to_owned(),
        version: None,
        scope: Scope::Workspace,
        label: folder_name(root),
        exists: path.exists(),
        path,
        root: Some(root.to_path_buf()),
        template: vscode::template(reader.as_ref()),
        reader,
    }
}

/// The file of the generation that the installed reader reads; an older file that stands alone
/// says that an older reader is in use.
fn jetbrains_file(
    root: &Path,
    folder: &Path,
    label: Option<String>,
    reader: Option<&Reader>,
    found: &mut Found,
) {
    let (elitea, alita) = (folder.join("elitea.xml"), folder.join("alita.xml"));
    let old_reader = reader.is_some_and(|reader| reader.generation == Generation::Alita);
    let old = old_reader || (alita.exists() && !elitea.exists());
    let (path, other) = if old { (alita, elitea) } else { (elitea, alita) };
    if other.exists() {
        let why = if old { "the installed plugin reads alita.xml" } else { "elitea.xml is used" };
        found.skip("jetbrains", other, format!("of another generation: {why}"));
    }
    found.targets.push(Target {
        ide: "jetbrains",
        ide_name: "JetBrains".to_owned(),
        version: None,
        scope: Scope::Workspace,
        label,
        exists: path.exists(),
        path,
        root: Some(root.to_path_buf()),
        template: jetbrains::template(if old { Generation::Alita } else { Generation::Elitea }),
        reader: reader.cloned(),
    });
}

/// Any IDE may open the project: the newest generation that is installed anywhere counts.
fn best_reader(installed: &Found) -> Option<Reader> {
    let installs = installed.installs.iter().filter(|install| install.is_jetbrains());
    vscode::best(installs.filter_map(|install| install.reader.clone()))
}

fn is_vscode(ide: &str) -> bool {
    by_id(ide).is_some_and(|ide| matches!(ide.family, Family::VsCode(_)))
}

fn solutions(idea: &Path) -> Vec<(String, PathBuf)> {
    names(idea)
        .into_iter()
        .filter_map(|name| Some((name.strip_prefix(".idea.")?.to_owned(), idea.join(&name).join(".idea"))))
        .filter(|(_, folder)| folder.is_dir())
        .collect()
}

fn project_name(root: &Path, idea: &Path) -> Option<String> {
    let named = std::fs::read_to_string(idea.join(".name")).ok();
    named.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).or_else(|| folder_name(root))
}

fn folder_name(root: &Path) -> Option<String> {
    root.file_name().map(|name| name.to_string_lossy().into_owned())
}
