//! IDEs of the `IntelliJ` platform: installed versions, ELITEA's plugin, recent projects.

use std::cmp::Reverse;
use std::path::{Path, PathBuf};

use roxmltree::{Document, Node};

use super::{Family, Found, Generation, IDES, Ide, Install, JetBrains, Os, Platform, Reader, names, numbers};
use crate::order;

/// The lists of recent projects, in an IDE's `options` folder.
const RECENT: &[&str] = &["recentProjects.xml", "recentSolutions.xml", "recentProjectDirectories.xml"];

pub(super) fn find(platform: &Platform, ide: &'static Ide, row: &JetBrains, found: &mut Found) {
    let base = platform.config.join(row.vendor);
    let mut versions: Vec<String> = names(&base)
        .into_iter()
        .filter_map(|name| name.strip_prefix(row.prefix).filter(|rest| is_version(rest)).map(str::to_owned))
        .filter(|version| base.join(format!("{}{version}", row.prefix)).is_dir())
        .collect();
    if versions.is_empty() {
        return found.absent(ide.id, base.join(format!("{}*", row.prefix)));
    }
    order::sort_by_key(&mut versions, |version| Reverse(numbers(version)));
    for version in versions {
        let name = format!("{}{version}", row.prefix);
        let config = base.join(&name);
        let plugins = match platform.os {
            Os::Linux => platform.data.join(row.vendor).join(&name),
            Os::MacOs | Os::Windows => config.join("plugins"),
        };
        let reader = reader(&plugins);
        let ide_name = format!("{} {version}", ide.name);
        found.installs.push(Install { ide: ide.id, ide_name, version: Some(version), config, reader });
    }
}

/// Every installed IDE of this family.
pub(super) fn installs(platform: &Platform) -> Vec<Install> {
    let mut found = Found::default();
    for ide in IDES {
        if let Family::JetBrains(row) = &ide.family {
            find(platform, ide, row, &mut found);
        }
    }
    found.installs
}

/// Which template's file a reader reads.
pub(super) fn template(generation: Generation) -> &'static str {
    match generation {
        Generation::Alita => "jetbrains-alita",
        Generation::Elitea => "jetbrains",
    }
}

/// Versions are named `2025.1`, Android Studio's also `2025.1.1`; `-backup` folders,
/// `consentOptions` and Toolbox are none.
pub(super) fn is_version(rest: &str) -> bool {
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = rest.split('.').collect();
    parts.iter().all(digits) && parts[0].len() == 4 && (2..=3).contains(&parts.len())
}

/// ELITEA's plugin. Its id is not known, so it is told by its folder's name; its chat companion
/// only where there is nothing else.
fn reader(plugins: &Path) -> Option<Reader> {
    let mut candidates: Vec<String> = names(plugins).into_iter().filter(|name| is_ours(name)).collect();
    order::sort_by_key(&mut candidates, |name| {
        (name.to_lowercase().contains("chat"), Reverse(generation(name)))
    });
    let name = candidates.into_iter().find(|name| {
        let path = plugins.join(name);
        path.is_dir() || has_extension(name, "jar")
    })?;
    let jars = if has_extension(&name, "jar") {
        vec![name.clone()]
    } else {
        names(&plugins.join(&name).join("lib"))
    };
    let version = jars.iter().filter(|jar| is_ours(jar)).find_map(|jar| jar_version(jar));
    let name = name.strip_suffix(".jar").map(str::to_owned).unwrap_or(name);
    Some(Reader { generation: generation(&name), name, version })
}

fn is_ours(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains("elitea") || name.contains("alita")
}

fn generation(name: &str) -> Generation {
    if name.to_lowercase().contains("elitea") { Generation::Elitea } else { Generation::Alita }
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

/// `elitea-code-1.2.3.jar` gives `1.2.3`.
fn jar_version(jar: &str) -> Option<String> {
    let stem = jar.strip_suffix(".jar")?;
    let at = stem
        .match_indices('-')
        .map(|(at, _)| at + 1)
        .find(|at| stem[*at..].starts_with(|c: char| c.is_ascii_digit()))?;
    Some(stem[at..].to_owned())
}

/// The projects of every IDE's recent lists that still exist, the last used first.
pub(super) fn recent_projects(platform: &Platform) -> Vec<PathBuf> {
    let mut recent: Vec<(u64, PathBuf)> = Vec::new();
    for install in installs(platform) {
        for name in RECENT {
            if let Ok(text) = std::fs::read_to_string(install.config.join("options").join(name)) {
                recent.extend(listed(platform, &text));
            }
        }
    }
    order::sort_by_key(&mut recent, |(used, _)| Reverse(*used));
    let mut projects: Vec<PathBuf> = Vec::new();
    for (_, path) in recent {
        // A Rider project is named by its solution file.
        let folder = if path.is_file() { path.parent().map(Path::to_path_buf) } else { Some(path) };
        if let Some(folder) = folder.filter(|folder| folder.is_dir() && !projects.contains(folder)) {
            projects.push(folder);
        }
    }
    projects
}

/// The projects in one list, each with the time of its last use in milliseconds since 1970, or 0.
fn listed(platform: &Platform, text: &str) -> Vec<(u64, PathBuf)> {
    let Ok(document) = Document::parse(text) else { return Vec::new() };
    let mut found = Vec::new();
    for option in document.descendants().filter(|node| node.has_tag_name("option")) {
        let wanted = match option.attribute("name") {
            Some("additionalInfo") => "entry",
            Some("recentPaths") => "option",
            _ => continue,
        };
        let items =
            option.children().flat_map(|list| list.children()).filter(|node| node.has_tag_name(wanted));
        for item in items {
            let path = item.attribute(if wanted == "entry" { "key" } else { "value" });
            found.extend(path.and_then(|path| expand(platform, path)).map(|path| (last_used(item), path)));
        }
    }
    found
}

fn last_used(entry: Node<'_, '_>) -> u64 {
    entry
        .descendants()
        .filter(|node| matches!(node.attribute("name"), Some("activationTimestamp" | "projectOpenTimestamp")))
        .filter_map(|node| node.attribute("value")?.parse().ok())
        .max()
        .unwrap_or(0)
}

/// A path with the IDE's only usual macro; one with any other is no project of the user's.
fn expand(platform: &Platform, path: &str) -> Option<PathBuf> {
    let path = match path.strip_prefix("$USER_HOME$") {
        Some(rest) => platform.home.join(rest.trim_start_matches('/')),
        None if path.starts_with('$') => return None,
        None => PathBuf::from(path),
    };
    path.is_absolute().then_some(path)
}
