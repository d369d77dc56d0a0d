//! The files: those of the IDEs, those that are kept in order, and those that were named.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::Ctx;
use super::super::desired::{SYNC_IGNORED, speaks_v1_only};
use super::super::plan::{jobs_with, token_use};
use super::super::pool::Pool;
use super::super::sync::preview;
use super::super::targets::{Site, identity};
use super::meta;
use super::server::Held;
use crate::doctor::{Facts, FileFacts, Kind, Reader, Role};
use crate::error::{Error, Kind as Failure, Result};
use crate::files::{self, Reach};
use crate::ide::{self, Generation, Scope};
use crate::merge::{self, Format, Path as Key, Step};
use crate::protocol::config::TargetReport;

/// The config files that a folder is looked through for, besides every `.code-workspace`.
const IN_FOLDER: &[&str] = &[
    "settings.json",
    "mcp.json",
    ".mcp.json",
    ".env",
    "elitea.xml",
    "alita.xml",
    ".vscode/settings.json",
    ".vscode/mcp.json",
    ".cursor/mcp.json",
    ".idea/elitea.xml",
    ".idea/alita.xml",
    ".elitea/.env",
    ".elitea/config.json",
];

/// The files that were named: a folder stands for the config files in it.
pub(super) fn named(ctx: &Ctx, paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut found: Vec<PathBuf> = Vec::new();
    for path in paths {
        let path = ctx.absolute(path);
        let inside = match path.symlink_metadata() {
            Err(_) => {
                let words = format!("there is no file or folder {}", path.display());
                return Err(Error::new(Failure::Usage, words));
            }
            Ok(_) if path.is_dir() => config_files(&path),
            Ok(_) => vec![path],
        };
        for path in inside {
            if found.iter().all(|known| identity(known) != identity(&path)) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// The config files in a folder that are there.
pub(in super::super) fn config_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut workspaces: Vec<PathBuf> = entries.filter(|path| ide::settings_key(path).is_some()).collect();
    workspaces.sort();
    let usual =
        IN_FOLDER.iter().map(|name| name.split('/').fold(folder.to_path_buf(), |at, part| at.join(part)));
    usual.chain(workspaces).filter(|path| path.is_file()).collect()
}

/// One file, and which target it is by the place where it lies.
pub(super) fn by_place(ctx: &Ctx, path: &Path) -> Result<FileFacts> {
    let spot = ide::spot(&ctx.platform, path);
    let registered = ctx.config.target(path).is_some() || is_owned(ctx, path);
    let role = spot.as_ref().map(|spot| Role {
        ide: spot.ide.to_owned(),
        ide_name: spot.ide_name.to_owned(),
        scope: spot.scope,
        reader: spot.reader.as_ref().map(|found| reader(found, None)),
        registered,
        report: None,
        ignored_by_sync: spot.default_profile.as_deref().and_then(ignored),
    });
    let mut file = file(ctx, path, &Reach::User, role, spot.and_then(|spot| spot.root))?;
    if file.keys.iter().any(|key| key.generation == Generation::Alita) {
        find_reader(ctx, &mut file);
    }
    Ok(file)
}

/// Looks for what reads a file of a workspace: any IDE may open it. Only where older keys stand in it
/// does that matter.
fn find_reader(ctx: &Ctx, file: &mut FileFacts) {
    let (Some(root), Some(role)) = (&file.root, &mut file.role) else { return };
    if role.reader.is_none() {
        let (sites, _) = Pool::find(ctx).workspace(root);
        let found = sites.iter().find(|site| site.target.ide == role.ide);
        role.reader = found.and_then(|site| site.reader.as_ref()).map(|found| reader(found, None));
    }
}

fn is_owned(ctx: &Ctx, path: &Path) -> bool {
    ctx.state.manifest(&files::real_path(path)).is_ok_and(|manifest| manifest.holds_keys())
}

/// Every file of an IDE that is there: those found, those kept in order, and those of the workspace of
/// the current folder.
pub(super) fn of_machine(
    ctx: &Ctx,
    pool: &Pool<'_>,
    kept: &[Site],
    mut reports: Vec<TargetReport>,
    speaks_v1: Option<bool>,
    facts: &mut Facts,
) {
    let workspace = ide::workspace_root(&ctx.platform, &ctx.cwd).map(|root| pool.workspace(&root).0);
    let found = pool.sites.iter().cloned().chain(workspace.into_iter().flatten());
    let mut sites: Vec<(Site, bool)> = kept.iter().map(|site| (site.clone(), true)).collect();
    let mut seen: Vec<String> = kept.iter().map(|site| identity(&site.path)).collect();
    for site in found {
        let id = identity(&site.path);
        if !seen.contains(&id) {
            seen.push(id);
            sites.push((site, false));
        }
    }
    let mut ignored_by: BTreeMap<PathBuf, Option<Vec<String>>> = BTreeMap::new();
    for (site, registered) in sites {
        let at = reports.iter().position(|report| report.target.path == site.target.path);
        let default = default_profile(pool, &site);
        let ignored =
            default.and_then(|path| ignored_by.entry(path.clone()).or_insert_with(|| ignored(&path)).clone());
        let role = Role {
            ide: site.target.ide.clone(),
            ide_name: site.target.ide_name.clone(),
            scope: scope(&site.target.scope),
            reader: site.reader.as_ref().map(|found| reader(found, speaks_v1)),
            registered,
            report: at.map(|at| reports.swap_remove(at)),
            ignored_by_sync: ignored,
        };
        // A file that is no file is for the commands that need it to complain about.
        let Ok(mut file) = file(ctx, &site.path, &site.reach(), Some(role), site.root.clone()) else {
            continue;
        };
        if file.exists || registered {
            file.meta.gone = meta::gone(&site).filter(|_| registered);
            facts.files.push(file);
        }
    }
}

/// How the targets that are kept in order stand; none where that cannot be said.
pub(super) async fn reports(ctx: &Ctx, kept: &[Site], held: &Held) -> Vec<TargetReport> {
    let Ok(token) = token_use(ctx, held.token.clone()) else { return Vec::new() };
    let Ok((jobs, _)) = jobs_with(ctx, kept.to_vec(), token).await else { return Vec::new() };
    preview(ctx, &jobs).map(|(_, reports)| reports).unwrap_or_default()
}

fn file(
    ctx: &Ctx,
    path: &Path,
    reach: &Reach,
    role: Option<Role>,
    root: Option<PathBuf>,
) -> Result<FileFacts> {
    let snapshot = files::read(path, reach)?;
    let mut file = FileFacts::new(path, Kind::by_name(path), snapshot.bytes.as_deref());
    file.meta = meta::of(ctx, &file, &snapshot);
    file.root = root;
    file.role = role;
    Ok(file)
}

/// A reader, and whether it can use the server: old ones need what only old servers have.
fn reader(found: &ide::Reader, speaks_v1: Option<bool>) -> Reader {
    let needs_v1 = found.version.as_deref().is_some_and(speaks_v1_only);
    Reader {
        name: found.name.clone(),
        version: found.version.clone(),
        generation: found.generation,
        fits_server: speaks_v1.filter(|_| needs_v1),
    }
}

/// The file that says what Settings Sync leaves alone, for a file that it reaches.
fn default_profile(pool: &Pool<'_>, site: &Site) -> Option<PathBuf> {
    if site.target.scope != Scope::User.as_str() {
        return None;
    }
    let mut targets = pool.found.targets.iter();
    targets
        .find(|target| target.ide == site.target.ide && target.is_default_profile())
        .map(|target| target.path.clone())
}

/// The keys that this file keeps out of Settings Sync; none where it cannot be read.
fn ignored(path: &Path) -> Option<Vec<String>> {
    let snapshot = files::read(path, &Reach::User).ok()?;
    let key = Key(vec![Step::Key(SYNC_IGNORED.to_owned())]);
    let value = merge::get(snapshot.text().ok()?, Format::Settings, &key).ok()?;
    let members = value.as_ref().and_then(|value| value.as_array()).into_iter().flatten();
    Some(members.filter_map(|member| member.as_str().map(str::to_owned)).collect())
}

fn scope(name: &str) -> Scope {
    [Scope::User, Scope::Machine, Scope::Workspace]
        .into_iter()
        .find(|scope| scope.as_str() == name)
        .unwrap_or(Scope::User)
}
