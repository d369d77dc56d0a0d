//! VS Code and its relatives: user folders, profiles, remote servers, the extension.

use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use super::{Base, Found, Generation, Ide, Os, Platform, Reader, Scope, Target, VsCode, names, numbers};

/// The name of that extension for people.
const TITLE: &str = "ELITEA Code";

/// The extension that reads ELITEA's keys.
const EXTENSION: &str = "projectalita.alitacode";

/// The first version that reads `eliteacode.*`.
const FIRST_ELITEA: [u64; 2] = [0, 4];

pub(super) fn find(platform: &Platform, ide: &'static Ide, row: &VsCode, found: &mut Found) {
    let Some(places) = Places::of(platform, ide, row) else { return };
    if let Some(usual) = &places.replaced {
        found.skip(ide.id, usual, "not used: VSCODE_PORTABLE names another folder");
    }
    if places.user.is_dir() {
        let reader = default_reader(&places.extensions);
        add(found, ide, Scope::User, None, &places.user, reader);
        profiles(ide, &places, found);
    } else if places.user.parent().is_some_and(Path::is_dir) {
        found.skip(ide.id, &places.user, "never started: it has made no user folder yet");
    } else {
        found.absent(ide.id, &places.user);
    }
    for (machine, extensions) in machines(platform, ide, row) {
        if machine.is_dir() {
            add(found, ide, Scope::Machine, None, &machine, default_reader(&extensions));
        } else if extensions.parent().is_some_and(Path::is_dir) {
            found.skip(ide.id, &machine, "the server has made no machine folder yet");
        }
    }
}

/// The reader of the newest generation and version.
pub(super) fn best(readers: impl Iterator<Item = Reader>) -> Option<Reader> {
    readers.max_by_key(|reader| (reader.generation, reader.version.as_deref().map(numbers)))
}

/// Which template's keys a reader reads.
pub(super) fn template(reader: Option<&Reader>) -> &'static str {
    match reader.map(|reader| reader.generation) {
        Some(Generation::Alita) => "vscode-alita",
        _ => "vscode",
    }
}

/// A folder with a settings file of an IDE, and where the extensions are that read it.
pub(super) struct Home {
    pub(super) scope: Scope,
    pub(super) folder: PathBuf,
    extensions: PathBuf,
}

/// Where the user's and the machine's own settings of an IDE are, whether they exist or not.
pub(super) fn homes(platform: &Platform, ide: &Ide, row: &VsCode) -> Vec<Home> {
    let user = Places::of(platform, ide, row).map(|places| (Scope::User, places.user, places.extensions));
    let machines = machines(platform, ide, row)
        .into_iter()
        .map(|(folder, extensions)| (Scope::Machine, folder, extensions));
    let home = |(scope, folder, extensions)| Home { scope, folder, extensions };
    user.into_iter().chain(machines).map(home).collect()
}

/// What reads the settings there, or those of the profile in this folder.
pub(super) fn reader(home: &Home, profile: Option<&Path>) -> Option<Reader> {
    match profile {
        Some(profile) if !shares_extensions(&home.folder, profile) => {
            profile_reader(&home.extensions, profile)
        }
        _ => default_reader(&home.extensions),
    }
}

/// Whether the profile in this folder has the default profile's extensions, as VS Code's storage says.
fn shares_extensions(user: &Path, profile: &Path) -> bool {
    let text = std::fs::read_to_string(storage(user)).unwrap_or_default();
    let stored: Value = serde_json::from_str(text.trim_start_matches('\u{FEFF}')).unwrap_or_default();
    let name = profile.file_name().and_then(|name| name.to_str());
    let profiles = stored["userDataProfiles"].as_array().into_iter().flatten();
    profiles
        .filter(|profile| profile["location"].as_str() == name)
        .any(|profile| profile["useDefaultFlags"]["extensions"].as_bool() == Some(true))
}

/// Where VS Code lists its profiles.
fn storage(user: &Path) -> PathBuf {
    user.join("globalStorage").join("storage.json")
}

struct Places {
    user: PathBuf,
    extensions: PathBuf,
    /// The usual user folder, where it exists and another one is used.
    replaced: Option<PathBuf>,
}

impl Places {
    /// As VS Code's `userDataPath.ts` looks: a portable folder, another base, the system's base.
    /// `None` where the IDE does not exist on this system.
    fn of(platform: &Platform, ide: &Ide, row: &VsCode) -> Option<Self> {
        let (base, extensions) = match row.base {
            Base::Config(dot) => {
                let base = platform.var("VSCODE_APPDATA").unwrap_or_else(|| platform.config.clone());
                (base, platform.home.join(dot).join("extensions"))
            }
            Base::Data => (platform.data.clone(), platform.data.join(row.folder).join("extensions")),
            Base::Flatpak(app, data) => {
                let home = platform.home.join(".var").join("app").join(app);
                (home.join("config"), home.join("data").join(data).join("extensions"))
            }
        };
        if platform.os != Os::Linux && matches!(row.base, Base::Flatpak(..)) {
            return None;
        }
        let usual = base.join(row.folder).join("User");
        let Some((folder, _)) = portable(platform).filter(|(_, owner)| *owner == ide.id) else {
            return Some(Self { user: usual, extensions, replaced: None });
        };
        Some(Self {
            user: folder.join("user-data").join("User"),
            extensions: folder.join("extensions"),
            replaced: usual.is_dir().then_some(usual),
        })
    }
}

/// The folder of a portable IDE and the IDE it belongs to. The variable does not say which one
/// set it: `VSCodium` is known by the folder's name on macOS, any other is taken for VS Code.
fn portable(platform: &Platform) -> Option<(PathBuf, &'static str)> {
    let folder = platform.var("VSCODE_PORTABLE")?;
    let name = folder.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let owner = if name.starts_with("codium") { "vscodium" } else { "vscode" };
    Some((folder, owner))
}

/// The machine folders of servers, each with the folder of its extensions.
fn machines(platform: &Platform, ide: &Ide, row: &VsCode) -> Vec<(PathBuf, PathBuf)> {
    if matches!(row.base, Base::Data) {
        let server = platform.data.join(row.folder);
        return vec![(server.join("Machine"), server.join("extensions"))];
    }
    let servers = match platform.var("VSCODE_AGENT_FOLDER") {
        Some(folder) if ide.id == "vscode" => vec![folder],
        _ => row.servers.iter().map(|name| platform.home.join(name)).collect(),
    };
    let folders = |server: PathBuf| (server.join("data").join("Machine"), server.join("extensions"));
    servers.into_iter().map(folders).collect()
}

fn add(
    found: &mut Found,
    ide: &'static Ide,
    scope: Scope,
    label: Option<String>,
    folder: &Path,
    reader: Option<Reader>,
) {
    let path = folder.join("settings.json");
    found.targets.push(Target {
        ide: ide.id,
        ide_name: ide.name.to_owned(),
        version: None,
        scope,
        label,
        exists: path.exists(),
        path,
        root: None,
        template: template(reader.as_ref()),
        reader,
    });
}

/// The profiles that VS Code lists in its own storage; their folders' names are never guessed.
fn profiles(ide: &'static Ide, places: &Places, found: &mut Found) {
    let storage = storage(&places.user);
    let text = match std::fs::read_to_string(&storage) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
        Err(error) => return found.skip(ide.id, &storage, format!("profiles cannot be listed: {error}")),
    };
    let listed = match serde_json::from_str::<Value>(text.trim_start_matches('\u{FEFF}')) {
        Ok(value) => value.get("userDataProfiles").cloned().unwrap_or_default(),
        Err(error) => return found.skip(ide.id, &storage, format!("profiles cannot be listed: {error}")),
    };
    match listed {
        Value::Null => {}
        Value::Array(listed) => listed.iter().for_each(|profile| add_profile(ide, places, profile, found)),
        _ => found.skip(ide.id, &storage, "profiles cannot be listed: userDataProfiles is not an array"),
    }
}

fn add_profile(ide: &'static Ide, places: &Places, profile: &Value, found: &mut Found) {
    let folder = places.user.join("profiles");
    let name = profile.get("name").and_then(Value::as_str).unwrap_or_default();
    let Some(location) = profile.get("location").and_then(Value::as_str) else {
        return found.skip(ide.id, folder, format!("profile {name:?} has no location"));
    };
    if !is_plain(location) {
        let reason = format!("profile {name:?} has a location that leads elsewhere: {location:?}");
        return found.skip(ide.id, folder, reason);
    }
    let folder = folder.join(location);
    let shares = |what: &str| profile["useDefaultFlags"][what].as_bool().unwrap_or(false);
    if shares("settings") {
        let reason = format!("profile {name:?} uses the default profile's settings");
        return found.skip(ide.id, folder.join("settings.json"), reason);
    }
    if !folder.is_dir() {
        return found.skip(ide.id, folder, format!("profile {name:?} is listed, but has no folder"));
    }
    let reader = if shares("extensions") {
        default_reader(&places.extensions)
    } else {
        profile_reader(&places.extensions, &folder)
    };
    let label = if name.is_empty() { location } else { name };
    add(found, ide, Scope::User, Some(label.to_owned()), &folder, reader);
}

/// Whether this is one folder's name and nothing more, on any system.
fn is_plain(location: &str) -> bool {
    let mut parts = Path::new(location).components();
    let one = matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None));
    one && !location.contains(['/', '\\', ':', '\0'])
}

/// The reader of the default profile: as `extensions.json` lists it, or where that is missing or
/// broken, as the folders are named.
fn default_reader(extensions: &Path) -> Option<Reader> {
    match listed(&extensions.join("extensions.json")) {
        Some(listed) => newest(listed.iter().filter_map(|entry| installed(extensions, entry))),
        None => newest(
            names(extensions)
                .into_iter()
                .filter(|name| extensions.join(name).is_dir() && !is_obsolete(extensions, name))
                .filter_map(|name| version_of(&name)),
        ),
    }
}

/// The reader of another profile: what its own list holds, and what the default profile's list
/// holds for all profiles.
fn profile_reader(extensions: &Path, profile: &Path) -> Option<Reader> {
    let own = listed(&profile.join("extensions.json")).unwrap_or_default();
    let mut shared = listed(&extensions.join("extensions.json")).unwrap_or_default();
    shared.retain(|entry| entry["metadata"]["isApplicationScoped"].as_bool() == Some(true));
    newest(own.iter().chain(&shared).filter_map(|entry| installed(extensions, entry)))
}

fn listed(file: &Path) -> Option<Vec<Value>> {
    let text = std::fs::read_to_string(file).ok()?;
    serde_json::from_str(text.trim_start_matches('\u{FEFF}')).ok()
}

/// The version of a listed extension, if it is the reader and still there.
fn installed(extensions: &Path, entry: &Value) -> Option<String> {
    let id = entry["identifier"]["id"].as_str()?;
    if !id.eq_ignore_ascii_case(EXTENSION) {
        return None;
    }
    if let Some(folder) = entry["relativeLocation"].as_str()
        && (is_obsolete(extensions, folder) || !extensions.join(folder).is_dir())
    {
        return None;
    }
    entry["version"].as_str().map(str::to_owned)
}

/// `.obsolete` names the folders that are to be deleted at the next start.
fn is_obsolete(extensions: &Path, folder: &str) -> bool {
    let text = std::fs::read_to_string(extensions.join(".obsolete")).unwrap_or_default();
    serde_json::from_str::<Value>(&text).is_ok_and(|list| list[folder].as_bool() == Some(true))
}

fn version_of(folder: &str) -> Option<String> {
    let rest = folder.get(EXTENSION.len()..)?;
    let version =
        rest.strip_prefix('-').filter(|version| version.starts_with(|c: char| c.is_ascii_digit()))?;
    folder[..EXTENSION.len()].eq_ignore_ascii_case(EXTENSION).then(|| version.to_owned())
}

fn newest(versions: impl Iterator<Item = String>) -> Option<Reader> {
    let version = versions.max_by_key(|version| numbers(version))?;
    let old = !numbers(&version).is_empty() && numbers(&version) < FIRST_ELITEA.to_vec();
    let generation = if old { Generation::Alita } else { Generation::Elitea };
    Some(Reader { name: TITLE.to_owned(), version: Some(version), generation })
}
