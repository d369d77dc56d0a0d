//! `ides`: every IDE found, its config files, and every candidate that was left out.

use super::Ctx;
use super::pool::Pool;
use super::targets::{Site, registered_among};
use crate::error::Result;
use crate::ide::{self, Scope};
use crate::protocol::ide::{FoundTarget, IdeList, Installed, Reader};

/// What is installed here, and the nearest workspace's files.
///
/// # Errors
/// What keeps our own files from being read.
pub fn ides(ctx: &Ctx) -> Result<IdeList> {
    let pool = Pool::find(ctx);
    let kept: Vec<_> = registered_among(ctx, &pool)?.into_iter().map(|site| site.path).collect();
    let (found, mut sites, mut skipped) = (&pool.found, pool.sites.clone(), pool.skipped.clone());
    let with_settings = sites.iter().filter(|site| is_default(site)).map(|site| Installed {
        ide: site.target.ide.clone(),
        ide_name: site.target.ide_name.clone(),
        version: None,
        path: site.path.parent().unwrap_or(&site.path).display().to_string(),
        reader: reader(site.reader.as_ref()),
    });
    let with_projects = found.installs.iter().map(|install| Installed {
        ide: install.ide.to_owned(),
        ide_name: install.ide_name.clone(),
        version: install.version.clone(),
        path: install.config.display().to_string(),
        reader: reader(install.reader.as_ref()),
    });
    let installed = with_settings.chain(with_projects).collect();
    if let Some(root) = ide::workspace_root(&ctx.platform, &ctx.cwd) {
        let (more, left_out) = pool.workspace(&root);
        sites.extend(more);
        skipped.extend(left_out);
    }
    let targets = sites.into_iter().map(|site| FoundTarget {
        reader: reader(site.reader.as_ref()),
        exists: site.path.exists(),
        registered: kept.contains(&site.path),
        target: site.target,
    });
    Ok(IdeList { installed, targets: targets.collect(), skipped })
}

/// Whether it is the file that stands for the whole program: not one of its profiles.
fn is_default(site: &Site) -> bool {
    site.target.scope == Scope::User.as_str() && site.target.label.is_none()
}

fn reader(reader: Option<&ide::Reader>) -> Option<Reader> {
    reader.map(|reader| Reader { name: reader.name.clone(), version: reader.version.clone() })
}
