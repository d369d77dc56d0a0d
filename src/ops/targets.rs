//! Which targets a verb goes over.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Ctx;
use super::pool::Pool;
use crate::error::{Error, Kind, Result};
use crate::files::Reach;
use crate::ide::{self, Family, Reader, Scope};
use crate::protocol::config::{Skipped, TargetRef};
use crate::state::Manifest;

/// The id that stands for every IDE of the family in a project, where they share one file.
pub(super) const JETBRAINS: &str = "jetbrains";

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
        !self.has_flags() && self.paths.is_empty()
    }

    /// Whether anything is named but files.
    fn has_flags(&self) -> bool {
        !self.ides.is_empty() || !self.scopes.is_empty() || self.workspace.is_some() || self.recent
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
        // In a workspace that is gone there is nothing to lead anywhere.
        self.root.clone().filter(|root| root.exists()).map_or(Reach::User, Reach::Inside)
    }

    /// Whether it is a file of a workspace, which may be shared with others.
    pub(crate) fn is_workspace(&self) -> bool {
        self.target.scope == Scope::Workspace.as_str()
    }

    /// The site of a target that was found.
    pub(super) fn of(found: &ide::Target) -> Self {
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

    /// The folder that a folder for the file may be made in: only `.vscode` is ours to make, since the
    /// folder of a program that is not installed never is.
    pub(crate) fn stop_at<'a>(&'a self, real: &'a Path) -> &'a Path {
        let folder = real.parent().unwrap_or(real);
        let built_in = ide::by_id(&self.target.ide).is_some();
        self.root.as_deref().filter(|_| built_in).unwrap_or(folder)
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
    let pool = Pool::find(ctx);
    if args.is_empty() { default_targets(ctx, &pool) } else { named(ctx, args, &pool) }
}

/// The targets that are kept in order: named in `config.toml`, or holding keys that we own.
pub(crate) fn registered(ctx: &Ctx) -> Result<Vec<Site>> {
    registered_among(ctx, &Pool::find(ctx))
}

/// The registered targets that the user means; all of them when none is named.
pub(crate) fn registered_named(ctx: &Ctx, args: &TargetArgs) -> Result<Vec<Site>> {
    let pool = Pool::find(ctx);
    let all = registered_among(ctx, &pool)?;
    if args.is_empty() {
        return Ok(all);
    }
    check_ides(ctx, &args.ides, &pool)?;
    let roots = workspace_roots(ctx, args, &pool)?;
    let is_meant = |site: &&Site| {
        let path = identity(&site.path);
        let in_roots = |root: &PathBuf| roots.iter().any(|named| identity(named) == identity(root));
        let is_named = |named: &PathBuf| identity(&ctx.absolute(named)) == path;
        let by_flags = args.has_flags()
            && wanted(args, site, &pool)
            && (!site.is_workspace() || site.root.as_ref().is_some_and(in_roots));
        by_flags || args.paths.iter().chain(&args.workspace).any(is_named)
    };
    let meant: Vec<Site> = all.iter().filter(is_meant).cloned().collect();
    if meant.is_empty() {
        // Whatever was named must at least be something that could be a target.
        named(ctx, args, &pool)?;
    }
    Ok(meant)
}

/// What makes two paths one target.
pub(super) fn identity(path: &Path) -> String {
    crate::files::identity(&crate::files::real_path(path))
}

/// [`registered`], among what was found.
pub(super) fn registered_among(ctx: &Ctx, pool: &Pool<'_>) -> Result<Vec<Site>> {
    let mut sites: Vec<Site> = Vec::new();
    let mut seen = BTreeSet::new();
    for entry in ctx.config.targets().iter().filter(|entry| seen.insert(identity(&entry.path))) {
        sites.push(pool.at(&entry.path, entry.root.as_deref()).unwrap_or_else(|| Site {
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
        if manifest.is_auxiliary() || !manifest.holds_keys() {
            continue;
        }
        if seen.insert(identity(&manifest.path)) {
            let site = pool.at(&manifest.path, manifest.root.as_deref());
            sites.push(site.unwrap_or_else(|| Site::remembered(&manifest)));
        }
    }
    Ok(sites)
}

fn default_targets(ctx: &Ctx, pool: &Pool<'_>) -> Result<Targets> {
    let mut targets = Targets { sites: registered_among(ctx, pool)?, skipped: Vec::new() };
    let mut seen: BTreeSet<String> = targets.sites.iter().map(|site| identity(&site.path)).collect();
    for site in pool.sites.iter().filter(|site| site.target.scope == Scope::User.as_str()) {
        let id = identity(&site.path);
        if seen.contains(&id) {
            continue;
        }
        if site.reader.is_some() {
            seen.insert(id);
            targets.sites.push(site.clone());
        } else {
            targets.skipped.push(Skipped {
                ide: site.target.ide.clone(),
                path: site.target.path.clone(),
                installed: true,
                reason: format!(
                    "nothing here reads ELITEA settings; to write them all the same: --ide {}",
                    site.target.ide
                ),
            });
        }
    }
    if !targets.sites.is_empty() {
        return Ok(targets);
    }
    let mut choices: Vec<String> = pool.sites.iter().map(|site| site.target.ide.clone()).collect();
    choices.dedup();
    let projects =
        if pool.found.installs.is_empty() { "" } else { "; for a JetBrains project: --workspace FOLDER" };
    let hint = match choices.first() {
        Some(first) => format!("name one, such as --ide {first} (found: {}){projects}", choices.join(", ")),
        None => format!("no IDE was found; see what was looked at: elitea-helper ides{projects}"),
    };
    let message = "no IDE is set up yet, and none has a reader of ELITEA settings installed";
    Err(Error::choice("--ide", message, choices).hint(hint))
}

fn named(ctx: &Ctx, args: &TargetArgs, pool: &Pool<'_>) -> Result<Targets> {
    check_ides(ctx, &args.ides, pool)?;
    let mut all = pool.sites.clone();
    let mut left_out = pool.skipped.clone();
    for root in workspace_roots(ctx, args, pool)? {
        let (sites, skipped) = pool.workspace(&root);
        all.extend(sites);
        left_out.extend(skipped);
    }
    if let Some(file) = workspace_file(ctx, args) {
        all.push(file_target(ctx, pool, &file)?);
    }
    let mut sites: Vec<Site> = if args.has_flags() {
        all.iter().filter(|site| wanted(args, site, pool)).cloned().collect()
    } else {
        Vec::new()
    };
    sites.extend(pool.broken(&args.ides));
    for path in &args.paths {
        sites.push(file_target(ctx, pool, path)?);
    }
    let mut seen = BTreeSet::new();
    sites.retain(|site| seen.insert(identity(&site.path)));
    let skipped = missing(args, &sites, left_out);
    if sites.is_empty() {
        return Err(nothing_fits(&all, &skipped));
    }
    Ok(Targets { sites, skipped })
}

/// Why IDEs that were named have no target.
fn missing(args: &TargetArgs, sites: &[Site], left_out: Vec<Skipped>) -> Vec<Skipped> {
    let names = |id: &str, ide: &str| id == ide || (ide == JETBRAINS && is_jetbrains(id));
    let is_missing = |ide: &str| sites.iter().all(|site| site.target.ide != ide);
    let is_named = |ide: &str| args.ides.iter().any(|id| names(id, ide));
    left_out.into_iter().filter(|skipped| is_named(&skipped.ide) && is_missing(&skipped.ide)).collect()
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
/// or `--recent` means the workspace's.
fn wanted(args: &TargetArgs, site: &Site, pool: &Pool<'_>) -> bool {
    let ide = args.ides.is_empty()
        || args.ides.iter().any(|id| {
            id == "all" || *id == site.target.ide || (site.target.ide == JETBRAINS && is_jetbrains(id))
        });
    let in_workspace = args.workspace.is_some() || args.recent;
    let scope = if args.scopes.is_empty() {
        if in_workspace {
            site.is_workspace()
        } else {
            !site.is_workspace() || pool.is_of_workspaces(&site.target.ide)
        }
    } else {
        args.scopes.iter().any(|scope| scope.as_str() == site.target.scope)
    };
    ide && scope
}

/// Whether an id means IDEs of the `IntelliJ` platform.
pub(super) fn is_jetbrains(id: &str) -> bool {
    id == JETBRAINS || ide::by_id(id).is_some_and(|ide| matches!(ide.family, Family::JetBrains(_)))
}

/// Refuses an id that nothing has, with the nearest one.
fn check_ides(ctx: &Ctx, ids: &[String], pool: &Pool<'_>) -> Result<()> {
    let known = pool.ids();
    for id in ids {
        if id == "all"
            || known.contains(&id.as_str())
            || ctx.config.targets().iter().any(|row| row.ide == *id)
        {
            continue;
        }
        let near = super::selection::near(id, known.iter().copied());
        return Err(Error::new(Kind::Usage, format!("no IDE has the id {id}")).hint(near.map_or_else(
            || "list them: elitea-helper ides".to_owned(),
            |near| format!("did you mean {near}?"),
        )));
    }
    Ok(())
}

/// The `.code-workspace` that stands in the place of a workspace's folder.
fn workspace_file(ctx: &Ctx, args: &TargetArgs) -> Option<PathBuf> {
    let path = args.workspace.as_ref().map(|path| ctx.absolute(path))?;
    (ide::settings_key(&path).is_some() && !path.is_dir()).then_some(path)
}

fn workspace_roots(ctx: &Ctx, args: &TargetArgs, pool: &Pool<'_>) -> Result<Vec<PathBuf>> {
    let mut roots = Vec::new();
    if let Some(dir) = args.workspace.as_ref().filter(|_| workspace_file(ctx, args).is_none()) {
        let dir = ctx.absolute(dir);
        if !dir.is_dir() {
            return Err(Error::new(Kind::Usage, format!("{} is not a folder", dir.display())));
        }
        roots.push(dir);
    }
    if args.recent {
        roots.extend(ide::recent_projects(&ctx.platform));
    }
    let implied =
        args.scopes.contains(&Scope::Workspace) || args.ides.iter().any(|id| pool.is_of_workspaces(id));
    if roots.is_empty() && args.workspace.is_none() && implied {
        let root = ide::workspace_root(&ctx.platform, &ctx.cwd).ok_or_else(|| {
            Error::new(Kind::Usage, format!("no workspace is above {}", ctx.cwd.display()))
                .hint("name its folder: --workspace FOLDER; a workspace has a .vscode, .idea or .git folder")
        })?;
        roots.push(root);
    }
    Ok(roots)
}

/// Tells the words that name targets' files from the others.
pub(crate) fn files_among<'w>(ctx: &Ctx, words: &'w [String]) -> (Vec<&'w String>, Vec<&'w String>) {
    let pool = Pool::find(ctx);
    let is_file = |word: &&String| {
        let path = Path::new(word.as_str());
        ctx.absolute(path).symlink_metadata().is_ok() && file_target(ctx, &pool, path).is_ok()
    };
    words.iter().partition(is_file)
}

/// The target that a file is, by where it stands.
fn file_target(ctx: &Ctx, pool: &Pool<'_>, path: &Path) -> Result<Site> {
    let path = ctx.absolute(path);
    if let Some(site) = pool.at(&path, None) {
        return Ok(site);
    }
    if let Some(site) = path.ancestors().skip(1).take(5).find_map(|root| pool.at(&path, Some(root))) {
        return Ok(site);
    }
    let id = identity(&path);
    if let Some(site) = registered_among(ctx, pool)?.into_iter().find(|site| identity(&site.path) == id) {
        return Ok(site);
    }
    if ide::settings_key(&path).is_some() && !path.exists() {
        return Err(Error::new(Kind::Usage, format!("there is no file {}", path.display()))
            .hint("VS Code makes it: File | Save Workspace As"));
    }
    Err(Error::new(
        Kind::Usage,
        format!("{} is not the config file of an IDE that was found", path.display()),
    )
    .hint("list the config files: elitea-helper ides"))
}
