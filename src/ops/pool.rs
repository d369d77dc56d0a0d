//! Everything on this machine that can be a target: the files of the IDEs in the table, and those of
//! the tools that the user added.

use std::collections::BTreeMap;
use std::path::Path;

use super::Ctx;
use super::targets::{JETBRAINS, Site, identity, is_jetbrains};
use super::tools::{Place, Tool, tools};
use crate::ide::{self, IDES};
use crate::protocol::config::Skipped;

/// What can be a target.
pub(super) struct Pool<'c> {
    ctx: &'c Ctx,
    tools: Vec<Tool>,
    /// The IDEs as they were found.
    pub(super) found: ide::Found,
    /// The targets, but for those of workspaces.
    pub(super) sites: Vec<Site>,
    /// Where each of them stands among the targets, by its identity.
    known: BTreeMap<String, usize>,
    /// The candidates that are none.
    pub(super) skipped: Vec<Skipped>,
}

impl<'c> Pool<'c> {
    /// Looks around.
    pub(super) fn find(ctx: &'c Ctx) -> Self {
        let found = ide::find(&ctx.platform);
        let sites = found.targets.iter().map(Site::of).collect();
        let skipped = found.skipped.iter().map(skipped).collect();
        let mut pool = Self { ctx, tools: tools(ctx), found, sites, known: BTreeMap::new(), skipped };
        let own: Vec<Place> = pool.tools.iter().flat_map(|tool| tool.own(ctx)).collect();
        add(own, &mut pool.sites, &mut pool.skipped);
        // Of two names of one file the first counts.
        let ids = pool.sites.iter().enumerate().rev().map(|(at, site)| (identity(&site.path), at));
        pool.known = ids.collect();
        pool
    }

    /// The files of the workspace at `root`, and the candidates there that are none.
    pub(super) fn workspace(&self, root: &Path) -> (Vec<Site>, Vec<Skipped>) {
        let found = ide::workspace(&self.found, root);
        let mut sites = found.targets.iter().map(Site::of).collect();
        let mut left_out = found.skipped.iter().map(skipped).collect();
        let tools = self.tools.iter().filter_map(|tool| tool.in_workspace(self.ctx, root)).collect();
        add(tools, &mut sites, &mut left_out);
        (sites, left_out)
    }

    /// The target at `path`, as the IDEs of today show it; `root` is the workspace it may be in.
    pub(super) fn at(&self, path: &Path, root: Option<&Path>) -> Option<Site> {
        let id = identity(path);
        if let Some(at) = self.known.get(&id) {
            return self.sites.get(*at).cloned();
        }
        if let Some(file) = ide::workspace_file(&self.found, path) {
            return Some(Site::of(&file));
        }
        self.workspace(root?).0.into_iter().find(|site| identity(&site.path) == id)
    }

    /// The tools among `ids` whose templates cannot be read.
    pub(super) fn broken(&self, ids: &[String]) -> Vec<Site> {
        let named = |tool: &&Tool| ids.iter().any(|id| *id == tool.id || id == "all");
        self.tools.iter().filter(named).filter_map(Tool::broken).collect()
    }

    /// Every id that `--ide` takes.
    pub(super) fn ids(&self) -> Vec<&str> {
        let tools = self.tools.iter().map(|tool| tool.id.as_str());
        IDES.iter().map(|ide| ide.id).chain([JETBRAINS]).chain(tools).collect()
    }

    /// Whether the files that belong to this id are those of workspaces.
    pub(super) fn is_of_workspaces(&self, id: &str) -> bool {
        is_jetbrains(id) || self.tools.iter().any(|tool| tool.id == id && tool.is_of_workspaces(self.ctx))
    }
}

/// Adds a tool's files, but for those that are an IDE's or another tool's already: who owns which
/// key is remembered file by file.
fn add(places: Vec<Place>, sites: &mut Vec<Site>, left_out: &mut Vec<Skipped>) {
    for place in places {
        match place {
            Err(skipped) => left_out.push(skipped),
            Ok(site) => match sites.iter().find(|other| identity(&other.path) == identity(&site.path)) {
                Some(other) => left_out.push(Skipped {
                    reason: format!(
                        "this file is {}'s; keys for it belong into the template {}",
                        other.target.ide, other.target.template
                    ),
                    ide: site.target.ide,
                    path: site.target.path,
                    installed: true,
                }),
                None => sites.push(site),
            },
        }
    }
}

fn skipped(skipped: &ide::Skipped) -> Skipped {
    Skipped {
        ide: skipped.ide.to_owned(),
        path: skipped.path.display().to_string(),
        installed: skipped.installed,
        reason: skipped.reason.clone(),
    }
}
