//! Our own folders and files.

use std::path::{Path, PathBuf};

use super::super::Ctx;
use crate::doctor::Own;
use crate::files;

pub(super) fn gather(ctx: &Ctx, own: &mut Own) {
    own.warnings.clone_from(&ctx.config.warnings);
    own.leftovers = files::leftovers(&ctx.config_dir).chain(ctx.state.leftovers()).collect();
    own.newer =
        ctx.config.is_newer().then(|| ctx.config.path()).into_iter().chain(ctx.state.newer()).collect();
    open_ones(ctx.state.dir(), true, &mut own.open);
    let store = ctx.config_dir.join("tokens.toml");
    own.open_store = files::is_open_to_others(&store).then_some(store);
}

/// Our folder where its mode lets others in, and what in it others can read because folders above do
/// so too.
fn open_ones(folder: &Path, is_root: bool, open: &mut Vec<PathBuf>) {
    if is_root && files::is_open_to_others(folder) {
        open.push(folder.to_path_buf());
    }
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => open_ones(&path, false, open),
            Ok(kind) if kind.is_file() && files::is_readable_by_others(&path) => open.push(path),
            _ => {}
        }
    }
}
