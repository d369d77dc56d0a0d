//! Tools that the user added. A template whose id is not built in stands for a tool, and the places
//! that it names are that tool's files; nothing in the code knows any of them.

use std::path::{Path, PathBuf};

use super::Ctx;
use super::targets::{JETBRAINS, Site};
use crate::error::Result;
use crate::ide::{self, Scope};
use crate::protocol::config::{Skipped, TargetRef};
use crate::template::{self, MANIFEST_NAME, Template};

/// A tool of the user's.
pub(super) struct Tool {
    /// The name of its template's folder, as `--ide` takes it.
    pub(super) id: String,
    file: PathBuf,
    template: Result<Template>,
}

/// Where a tool can be set up, or why it cannot.
pub(super) type Place = std::result::Result<Site, Skipped>;

/// Every tool that the user added, by name.
pub(super) fn tools(ctx: &Ctx) -> Vec<Tool> {
    let folder = ctx.template_dir();
    let added = template::available(Some(&folder));
    let added = added.into_iter().filter(|id| !template::ids().contains(&id.as_str()));
    added
        .map(|id| Tool {
            file: folder.join(&id).join(MANIFEST_NAME),
            template: template::load(&id, Some(&folder)),
            id,
        })
        .collect()
}

impl Tool {
    /// Whether its files belong to workspaces only.
    pub(super) fn is_of_workspaces(&self, ctx: &Ctx) -> bool {
        let has = |scope| self.place(ctx, scope).is_some();
        has(Scope::Workspace) && !has(Scope::User) && !has(Scope::Machine)
    }

    /// Its own files, for the user and for the machine.
    pub(super) fn own(&self, ctx: &Ctx) -> Vec<Place> {
        if ide::by_id(&self.id).is_some() || matches!(self.id.as_str(), "all" | JETBRAINS) {
            return vec![Err(self.skipped(&self.file, "an IDE has this id: give the folder another name"))];
        }
        if let Err(error) = &self.template {
            return vec![Err(self.skipped(&self.file, &format!("its template is wrong: {error}")))];
        }
        let scopes = [Scope::User, Scope::Machine];
        let places: Vec<Place> = scopes
            .into_iter()
            .filter_map(|scope| Some(self.own_file(ctx, scope, self.place(ctx, scope)?)))
            .collect();
        if places.is_empty() && self.place(ctx, Scope::Workspace).is_none() {
            return vec![Err(self.skipped(&self.file, "its template names no place on this system"))];
        }
        places
    }

    /// Its file in the workspace at `root`.
    pub(super) fn in_workspace(&self, ctx: &Ctx, root: &Path) -> Option<Place> {
        let place = self.place(ctx, Scope::Workspace)?;
        let path = place.split('/').fold(root.to_path_buf(), |path, part| path.join(part));
        Some(self.at(path, Scope::Workspace, Some(root.to_path_buf())))
    }

    /// The target that stands for it while its template cannot be read, to carry the error.
    pub(super) fn broken(&self) -> Option<Site> {
        self.template.is_err().then(|| self.site(self.file.clone(), Scope::User, None))
    }

    fn place(&self, ctx: &Ctx, scope: Scope) -> Option<&str> {
        self.template.as_ref().ok()?.place(scope.as_str(), ctx.platform.os.as_str())
    }

    fn own_file(&self, ctx: &Ctx, scope: Scope, place: &str) -> Place {
        match ctx.platform.expand(place, None) {
            Some(path) => self.at(path, scope, None),
            None => Err(self.skipped(&self.file, &format!("{place}: {{ide}} is for the built-in templates"))),
        }
    }

    /// The folder of a tool that is not installed is never made.
    fn at(&self, path: PathBuf, scope: Scope, root: Option<PathBuf>) -> Place {
        if path.parent().is_some_and(Path::is_dir) {
            return Ok(self.site(path, scope, root));
        }
        Err(Skipped { installed: false, ..self.skipped(&path, "not installed: there is no such folder") })
    }

    fn site(&self, path: PathBuf, scope: Scope, root: Option<PathBuf>) -> Site {
        let title = self.template.as_ref().map_or(self.id.as_str(), Template::title);
        Site {
            target: TargetRef {
                ide: self.id.clone(),
                ide_name: title.to_owned(),
                scope: scope.as_str().to_owned(),
                label: None,
                path: path.display().to_string(),
                template: self.id.clone(),
            },
            path,
            root,
            reader: None,
        }
    }

    fn skipped(&self, path: &Path, reason: &str) -> Skipped {
        Skipped {
            ide: self.id.clone(),
            path: path.display().to_string(),
            installed: true,
            reason: reason.to_owned(),
        }
    }
}
