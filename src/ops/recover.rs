//! What a crash left half done is brought to an end, before anything else is done.

use super::Ctx;
use super::prepare::settled;
use crate::error::Result;
use crate::files::{self, Reach};
use crate::merge::Seal;
use crate::state::Manifest;

/// Settles every write that was noted and not noted as done.
///
/// # Errors
/// What keeps our own folder from being read and written. A target that cannot be read is left for
/// the command that needs it.
pub(crate) fn recover(ctx: &Ctx, verb: &str) -> Result<()> {
    let is_pending = ctx.state.manifests()?.iter().any(|manifest| manifest.pending.is_some());
    if !is_pending && !ctx.state.is_unsettled() && !files::has_leftovers(&ctx.config_dir) {
        return Ok(());
    }
    let seal = ctx.state.seal()?;
    let _lock = ctx.state.lock(verb)?;
    files::clean_leftovers(&ctx.config_dir);
    // What another helper is writing is done by now.
    for manifest in ctx.state.manifests()? {
        settle(ctx, manifest, &seal)?;
    }
    Ok(())
}

/// Makes manifest, history and folders fit the file that a write left or did not get to. Needs the
/// lock.
fn settle(ctx: &Ctx, manifest: Manifest, seal: &Seal) -> Result<()> {
    let Some(pending) = manifest.pending.clone() else { return Ok(()) };
    if let Some(folder) = manifest.real.parent() {
        files::clean_leftovers(folder);
    }
    let reach = manifest.root.clone().map_or(Reach::User, Reach::Inside);
    let Ok(snapshot) = files::read(&manifest.path, &reach) else { return Ok(()) };
    if snapshot.real != manifest.real {
        return Ok(());
    }
    let (manifest, done) = settled(manifest, &snapshot, seal);
    if snapshot.bytes.is_none() && files::remove_folders(&manifest.created_dirs).is_err() {
        return Ok(());
    }
    if !done {
        ctx.state.forget_change(&pending.entry, &manifest.real)?;
    }
    ctx.state.save_manifest(&manifest)
}
