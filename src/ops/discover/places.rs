//! Where tokens are looked for. Nothing else on the disk is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::super::Ctx;
use super::super::facts::config_files;
use super::super::pool::Pool;
use super::super::targets::{Site, identity, registered_among};
use super::sighting::{Sighting, in_file, in_variable};
use crate::doctor::{FileFacts, Kind};
use crate::error::Result;
use crate::files::{self, Reach};
use crate::ide::{self, Scope};

/// What VS Code and its relatives keep beside a user's `settings.json`.
const BESIDE_SETTINGS: &[&str] = &["mcp.json", "chatLanguageModels.json"];

/// The files of tools in the home folder, the same on every system. Source: the tools' own
/// documentation and source, as of 2026-11.
const IN_HOME: &[&str] = &[
    // ELITEA's own SDK.
    ".elitea/.env",
    ".elitea/config.json",
    // Cursor, Windsurf, Kiro.
    ".cursor/mcp.json",
    ".codeium/windsurf/mcp_config.json",
    ".kiro/settings/mcp.json",
    // JetBrains AI Assistant, Junie.
    ".ai/mcp/mcp.json",
    ".junie/mcp/mcp.json",
    // Claude Code, Codex, Copilot, Gemini.
    ".claude.json",
    ".claude/settings.json",
    ".codex/config.toml",
    ".codex/.env",
    ".copilot/mcp-config.json",
    ".gemini/settings.json",
    // Cline.
    ".cline/data/settings/cline_mcp_settings.json",
];

/// Looks everywhere: what was seen, in the order of the places, and what could not be looked at.
pub(super) fn look(ctx: &Ctx) -> Result<(Vec<Sighting>, Vec<String>)> {
    let (mut seen, mut notes) = (Vec::new(), Vec::new());
    seen.extend(in_variable(ctx, &mut notes));
    for (path, reach) in files(ctx)? {
        match files::read(&path, &reach) {
            Ok(snapshot) => {
                let Some(bytes) = snapshot.bytes else { continue };
                seen.extend(in_file(&FileFacts::new(&path, Kind::by_name(&path), Some(&bytes))));
            }
            Err(error) => notes.push(format!("not looked at: {error}")),
        }
    }
    Ok((seen, notes))
}

/// The files, each once: those kept in order, those of the IDEs and tools found, those in the home
/// folder, and those of the current folder and of its workspace, out of which links may not lead.
fn files(ctx: &Ctx) -> Result<Vec<(PathBuf, Reach)>> {
    let pool = Pool::find(ctx);
    let of_site = |site: &Site| (site.path.clone(), site.reach());
    let mut all: Vec<(PathBuf, Reach)> = registered_among(ctx, &pool)?.iter().map(of_site).collect();
    all.extend(pool.sites.iter().map(of_site));
    for target in pool.found.targets.iter().filter(|target| target.scope == Scope::User) {
        let beside = BESIDE_SETTINGS.iter().map(|name| (target.path.with_file_name(name), Reach::User));
        all.extend(beside);
    }
    all.extend(IN_HOME.iter().map(|name| (below(&ctx.platform.home, name), Reach::User)));
    let root = ide::workspace_root(&ctx.platform, &ctx.cwd);
    if let Some(root) = &root {
        all.extend(pool.workspace(root).0.iter().map(of_site));
    }
    for folder in root.iter().chain([&ctx.cwd]) {
        all.extend(config_files(folder).into_iter().map(|path| (path, Reach::Inside(folder.clone()))));
    }
    let mut known = BTreeSet::new();
    all.retain(|(path, _)| known.insert(identity(path)));
    Ok(all)
}

/// A path with slashes below a folder.
fn below(folder: &Path, name: &str) -> PathBuf {
    name.split('/').fold(folder.to_path_buf(), |at, part| at.join(part))
}
