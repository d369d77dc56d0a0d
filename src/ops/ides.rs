//! `ides`: every IDE found, its config files, and every candidate that was left out.

use super::Ctx;
use super::targets::registered;
use crate::error::Result;
use crate::ide;
use crate::protocol::config::{Skipped, TargetRef};
use crate::protocol::ide::{FoundTarget, IdeList, Installed, Reader};

/// What is installed here, and the nearest workspace's files.
///
/// # Errors
/// What keeps our own files from being read.
pub fn ides(ctx: &Ctx) -> Result<IdeList> {
    let mut found = ide::find(&ctx.platform);
    if let Some(root) = ide::workspace_root(&ctx.platform, &ctx.cwd) {
        let workspace = ide::workspace(&found, &root);
        found.targets.extend(workspace.targets);
        found.skipped.extend(workspace.skipped);
    }
    let kept: Vec<_> = registered(ctx)?.into_iter().map(|site| site.path).collect();
    let reader = |reader: &Option<ide::Reader>| {
        reader.as_ref().map(|reader| Reader { name: reader.name.clone(), version: reader.version.clone() })
    };
    let with_settings = found.targets.iter().filter(|target| target.is_default_profile()).map(|target| {
        let folder = target.path.parent().unwrap_or(&target.path);
        Installed {
            ide: target.ide.to_owned(),
            ide_name: target.ide_name.clone(),
            version: target.version.clone(),
            path: folder.display().to_string(),
            reader: reader(&target.reader),
        }
    });
    let with_projects = found.installs.iter().map(|install| Installed {
        ide: install.ide.to_owned(),
        ide_name: install.ide_name.clone(),
        version: install.version.clone(),
        path: install.config.display().to_string(),
        reader: reader(&install.reader),
    });
    Ok(IdeList {
        installed: with_settings.chain(with_projects).collect(),
        targets: found
            .targets
            .iter()
            .map(|target| FoundTarget {
                target: TargetRef {
                    ide: target.ide.to_owned(),
                    ide_name: target.ide_name.clone(),
                    scope: target.scope.as_str().to_owned(),
                    label: target.label.clone(),
                    path: target.path.display().to_string(),
                    template: target.template.to_owned(),
                },
                reader: reader(&target.reader),
                exists: target.exists,
                registered: kept.contains(&target.path),
            })
            .collect(),
        skipped: found
            .skipped
            .iter()
            .map(|skipped| Skipped {
                ide: skipped.ide.to_owned(),
                path: skipped.path.display().to_string(),
                installed: skipped.installed,
                reason: skipped.reason.clone(),
            })
            .collect(),
    })
}
