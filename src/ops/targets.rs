//! Which targets a verb goes over.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Ctx;
use crate::error::{Error, Kind, Result};
use crate::files::Reach;
use crate::ide::{self, Family, IDES, Reader, Scope};
use crate::protocol::config::{Skipped, TargetRef};
use crate::state::Manifest;

/// The id that stands for every IDE of the family in a project, where they share one file.
const JETBRAINS: &str = "jetbrains";

/// What the user named; all empty: nothing.
#[derive(Clone, Debug, Default)]
pub struct TargetArgs {
    /// IDE ids, or `all`.
    pub ides: Vec<String>,
    /// Scopes.
    pub scopes: Vec<Scope>,
    /// A folder whose workspace files are meant.
    pub workspace: Option<PathBuf>,
    /// The projects that `JetBrains` IDEs list as recent.
    pub recent: bool,
    /// Files.
    pub paths: Vec<PathBuf>,
}

impl TargetArgs {
    /// Whether nothing is named.
    pub fn is_empty(&self) -> bool {
        self.ides.is_empty()
            && self.scopes.is_empty()
            && self.workspace.is_none()
            && !self.recent
            && self.paths.is_empty()
    }
}

/// One target, with what is needed to write it.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// As it is reported.
    pub(crate) target: TargetRef,
    /// The file, as it was found.
    pub(crate) path: PathBuf,
    /// The folder that a workspace target must stay in.
    pub(crate) root: Option<PathBuf>,
    /// What reads its keys.
    pub(crate) reader: Option<Reader>,
}

impl Site {
    /// How far links may lead.
    pub(crate) fn reach(&self) -> Reach {
        self.root.clone().map_or(Reach::User, Reach::Inside)
    }

    /// Whether it is a file of a workspace, which may be shared with others.
    pub(crate) fn is_workspace(&self) -> bool {
        self.target.scope == Scope::Workspace.as_str()
    }

    fn of(found: &ide::Target) -> Self {
        Self {
            target: TargetRef {
                ide: found.ide.to_owned(),
                ide_name: found.ide_name.clone(),
                scope: found.scope.as_str().to_owned(),
                label: found.label.clone(),
                path: found.path.display().to_string(),
                template: found.template.to_owned(),
            },
            path: found.path.clone(),
            root: found.root.clone(),
            reader: found.reader.clone(),
        }
    }

    /// The site of a file that we own keys in, as the manifest remembers it.
    pub(crate) fn remembered(manifest: &Manifest) -> Self {
        Self {
            target: TargetRef {
                ide: manifest.ide.clone(),
                ide_name: ide_name(&manifest.ide),
                scope: manifest.scope.clone(),
                label: None,
                path: manifest.path.display().to_string(),
                template: manifest.template.clone(),
            },
            path: manifest.path.clone(),
            root: manifest.root.clone(),
            reader: None,
        }
    }
}

/// An IDE's name for people, by its id.
pub(crate) fn ide_name(id: &str) -> String {
    match ide::by_id(id) {
        Some(ide) => ide.name.to_owned(),
        None if id == JETBRAINS => "JetBrains".to_owned(),
        None => id.to_owned(),
    }
}

/// The targets of one call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Targets {
    /// Those to go over.
    pub(crate) sites: Vec<Site>,
    /// Those left out, with the reason.
    pub(crate) skipped: Vec<Skipped>,
}

/// The targets to set up: those named, or the registered ones and every user-scope target whose
/// reader is installed.
pub(crate) fn to_set_up(ctx: &Ctx, args: &TargetArgs) -> Result<Targets> {
    let found = ide::find(&ctx.platform);
    if args.is_empty() { default_targets(ctx, &found) } else { named(ctx, args, &found) }
}

/// The targets that are kept in order: named in `config.toml`, or holding keys that we own.
pub(crate) fn registered(ctx: &Ctx) -> Result<Vec<Site>> {
    let found = ide::find(&ctx.platform);
    registered_among(ctx, &found)
}

/// The registered targets that the user means; all of them when none is named.
pub(crate) fn registered_named(ctx: &Ctx, args: &TargetArgs) -> Result<Vec<Site>> {
    let found = ide::find(&ctx.platform);
    let all = registered_among(ctx, &found)?;
    if args.is_empty() {
        return Ok(all);
    }
    let wanted: BTreeSet<String> =
        named(ctx, args, &found)?.sites.iter().map(|site| identity(&site.path)).collect();
    Ok(all.into_iter().filter(|site| wanted.contains(&identity(&site.path))).collect())
}

fn identity(path: &Path) -> String {
    crate::files::identity(&crate::files::real_path(path))
}

fn registered_among(ctx: &Ctx, found: &ide::Found) -> Result<Vec<Site>> {
    let mut sites: Vec<Site> = Vec::new();
    for entry in ctx.config.targets() {
        sites.push(resolve(ctx, found, &entry.path, entry.root.as_deref()).unwrap_or_else(|| Site {
            target: TargetRef {
                ide_name: ide_name(&entry.ide),
                ide: entry.ide.clone(),
                scope: entry.scope.clone(),
                label: None,
                path: entry.path.display().to_string(),
                template: entry.template.clone(),
            },
            path: entry.path.clone(),
            root: entry.root.clone(),
            reader: None,
        }));
    }
    for manifest in ctx.state.manifests()? {
        if manifest.is_auxiliary() || manifest.owned.keys.is_empty() {
            continue;
        }
        if sites.iter().all(|site| identity(&site.path) != identity(&manifest.path)) {
            let site = resolve(ctx, found, &manifest.path, manifest.root.as_deref());
            sites.push(site.unwrap_or_else(|| Site::remembered(&manifest)));
        }
    }
    Ok(sites)
}

/// The target at `path`, as the IDEs of today show it.
fn resolve(ctx: &Ctx, found: &ide::Found, path: &Path, root: Option<&Path>) -> Option<Site> {
    let id = identity(path);
    let here = found.targets.iter().find(|target| identity(&target.path) == id).map(Site::of);
    here.or_else(|| {
        let workspace = ide::workspace(&ctx.platform, root?);
        workspace.targets.iter().find(|target| identity(&target.path) == id).map(Site::of)
    })
}

fn default_targets(ctx: &Ctx, found: &ide::Found) -> Result<Targets> {
    let mut targets = Targets { sites: registered_among(ctx, found)?, skipped: Vec::new() };
    for target in &found.targets {
        if targets.sites.iter().any(|site| identity(&site.path) == identity(&target.path)) {
            continue;
        }
        if target.scope != Scope::User {
            continue;
        }
        if target.reader.is_some() {
            targets.sites.push(Site::of(target));
        } else {
            targets.skipped.push(Skipped {
                ide: target.ide.to_owned(),
                path: target.path.display().to_string(),
                installed: true,
                reason: format!(
                    "nothing here reads ELITEA settings; to write them all the same: --ide {}",
                    target.ide
                ),
            });
        }
    }
    if !targets.sites.is_empty() {
        return Ok(targets);
    }
    let mut choices: Vec<String> = found.targets.iter().map(|target| target.ide.to_owned()).collect();
    choices.dedup();
    let projects =
        if found.installs.is_empty() { "" } else { "; for a JetBrains project: --workspace FOLDER" };
    let hint = match choices.first() {
        Some(first) => format!("name one, such as --ide {first} (found: {}){projects}", choices.join(", ")),
        None => format!("no IDE was found; see what was looked at: elitea-helper ides{projects}"),
    };
    let message = "no IDE is set up yet, and none has a reader of ELITEA settings installed";
    Err(Error::choice("--ide", message, choices).hint(hint))
}

fn named(ctx: &Ctx, args: &TargetArgs, found: &ide::Found) -> Result<Targets> {
    let families = check_ides(&args.ides)?;
    let mut pool: Vec<Site> = found.targets.iter().map(Site::of).collect();
    let mut left_out: Vec<&ide::Skipped> = found.skipped.iter().collect();
    let roots = workspace_roots(ctx, args, &families)?;
    let workspaces: Vec<ide::Found> = roots.iter().map(|root| ide::workspace(&ctx.platform, root)).collect();
    for workspace in &workspaces {
        pool.extend(workspace.targets.iter().map(Site::of));
        left_out.extend(&workspace.skipped);
    }
    let by_flags =
        !args.ides.is_empty() || !args.scopes.is_empty() || args.workspace.is_some() || args.recent;
    let mut sites: Vec<Site> =
        if by_flags { pool.iter().filter(|site| wanted(args, site)).cloned().collect() } else { Vec::new() };
    for path in &args.paths {
        sites.push(file_target(ctx, found, path)?);
    }
    let mut seen = BTreeSet::new();
    sites.retain(|site| seen.insert(identity(&site.path)));
    let skipped = missing(args, &sites, &left_out);
    if sites.is_empty() {
        return Err(nothing_fits(&pool, &skipped));
    }
    Ok(Targets { sites, skipped })
}

/// Why IDEs that were named have no target.
fn missing(args: &TargetArgs, sites: &[Site], left_out: &[&ide::Skipped]) -> Vec<Skipped> {
    let names = |id: &str, ide: &str| id == ide || (ide == JETBRAINS && is_jetbrains(id));
    let is_missing = |ide: &str| sites.iter().all(|site| site.target.ide != ide);
    left_out
        .iter()
        .filter(|skipped| args.ides.iter().any(|id| names(id, skipped.ide)) && is_missing(skipped.ide))
        .map(|skipped| Skipped {
            ide: skipped.ide.to_owned(),
            path: skipped.path.display().to_string(),
            installed: skipped.installed,
            reason: skipped.reason.clone(),
        })
        .collect()
}

fn nothing_fits(pool: &[Site], skipped: &[Skipped]) -> Error {
    let error = Error::new(Kind::Usage, "no config file fits what was named");
    if let Some(first) = skipped.first() {
        return error.hint(format!("{}: {} ({})", first.ide, first.reason, first.path));
    }
    let paths: Vec<String> =
        pool.iter().map(|site| format!("{} ({})", site.target.path, site.target.ide)).collect();
    error.hint(match paths.as_slice() {
        [] => "see what was looked at: elitea-helper ides".to_owned(),
        paths => format!("found: {}", paths.join(", ")),
    })
}

/// Whether the flags mean this site. Without a scope an IDE's own files are meant; a workspace
/// folder or `--recent` means the workspace's.
fn wanted(args: &TargetArgs, site: &Site) -> bool {
    let ide = args.ides.is_empty()
        || args.ides.iter().any(|id| {
            id == "all" || *id == site.target.ide || (site.target.ide == JETBRAINS && is_jetbrains(id))
        });
    let in_workspace = args.workspace.is_some() || args.recent;
    let scope = if args.scopes.is_empty() {
        if in_workspace { site.is_workspace() } else { !site.is_workspace() || site.target.ide == JETBRAINS }
    } else {
        args.scopes.iter().any(|scope| scope.as_str() == site.target.scope)
    };
    ide && scope
}

fn is_jetbrains(id: &str) -> bool {
    id == JETBRAINS || ide::by_id(id).is_some_and(|ide| matches!(ide.family, Family::JetBrains(_)))
}

/// Refuses an id that is not in the table, with the nearest one.
fn check_ides(ids: &[String]) -> Result<Vec<&str>> {
    for id in ids {
        if id == "all" || id == JETBRAINS || ide::by_id(id).is_some() {
            continue;
        }
        let near = super::selection::near(id, IDES.iter().map(|ide| ide.id));
        return Err(Error::new(Kind::Usage, format!("no IDE has the id {id}")).hint(near.map_or_else(
            || "list them: elitea-helper ides".to_owned(),
            |near| format!("did you mean {near}?"),
        )));
    }
    Ok(ids.iter().map(String::as_str).collect())
}

fn workspace_roots(ctx: &Ctx, args: &TargetArgs, ides: &[&str]) -> Result<Vec<PathBuf>> {
    let mut roots = Vec::new();
    if let Some(dir) = &args.workspace {
        let dir = ctx.absolute(dir);
        if !dir.is_dir() {
            return Err(Error::new(Kind::Usage, format!("{} is not a folder", dir.display())));
        }
        roots.push(dir);
    }
    if args.recent {
        roots.extend(ide::recent_projects(&ctx.platform));
    }
    let implied = args.scopes.contains(&Scope::Workspace) || ides.iter().any(|id| is_jetbrains(id));
    if roots.is_empty() && implied {
        let root = ide::workspace_root(&ctx.platform, &ctx.cwd).ok_or_else(|| {
            Error::new(Kind::Usage, format!("no workspace is above {}", ctx.cwd.display()))
                .hint("name its folder: --workspace FOLDER; a workspace has a .vscode, .idea or .git folder")
        })?;
        roots.push(root);
    }
    Ok(roots)
}

/// Whether a word names a target's file.
pub(crate) fn is_target(ctx: &Ctx, word: &Path) -> bool {
    file_target(ctx, &ide::find(&ctx.platform), word).is_ok()
}

/// The target that a file is, by where it stands.
fn file_target(ctx: &Ctx, found: &ide::Found, path: &Path) -> Result<Site> {
    let path = ctx.absolute(path);
    let roots = path.ancestors().skip(2).take(4).map(Path::to_path_buf);
    if let Some(site) = resolve(ctx, found, &path, None) {
        return Ok(site);
    }
    for root in roots {
        if let Some(site) = resolve(ctx, found, &path, Some(&root)) {
            return Ok(site);
        }
    }
    let id = identity(&path);
    if let Some(site) = registered_among(ctx, found)?.into_iter().find(|site| identity(&site.path) == id) {
        return Ok(site);
    }
    Err(Error::new(
        Kind::Usage,
        format!("{} is not the config file of an IDE that was found", path.display()),
    )
    .hint("list the config files: elitea-helper ides"))
}
