//! Files that an editor has open: what the doctor's rules need to know besides the text.

use std::path::Path;

use super::targets::identity;
use super::{Ctx, Shell, facts};
use crate::doctor::{Facts, FileFacts, Kind};
use crate::error::Result;

/// What is known of the machine without the network: what the server lists is what it listed when it
/// was last asked.
///
/// # Errors
/// What keeps our own notes from being read.
pub async fn known(shell: &Shell) -> Result<Facts> {
    let ctx = Ctx::new(&Shell { offline: true, ..shell.clone() })?;
    facts::of_machine(&ctx).await
}

/// What is known as long as nobody has asked for more: files only, no keychain.
pub fn nothing_known() -> Facts {
    Facts { files_only: true, unasked: Some("nothing was asked yet".to_owned()), ..Facts::default() }
}

/// Asks the server what can be selected, so that it is known from then on. What keeps it from
/// answering is for other verbs to tell.
pub async fn ask_for_lists(shell: &Shell) {
    let Ok(ctx) = Ctx::new(shell) else { return };
    if let Err(error) = super::projects(&ctx).await {
        tracing::debug!("the projects are not known: {error}");
        return;
    }
    if let Err(error) = super::models(&ctx, None).await {
        tracing::debug!("the models are not known: {error}");
    }
}

/// A file as it lies on the disk, and which target it is.
///
/// # Errors
/// What keeps our own settings from being read.
pub fn placed(shell: &Shell, path: &Path, known: &Facts) -> Result<FileFacts> {
    let id = identity(path);
    if let Some(file) = known.files.iter().find(|file| identity(&file.path) == id) {
        return Ok(file.at(path));
    }
    let ctx = Ctx::new(shell)?;
    // What cannot be read on the disk can be looked at all the same, since its text is known.
    let unread = || FileFacts::new(path, Kind::by_name(path), None);
    Ok(facts::of_file(&ctx, path).unwrap_or_else(|_| unread()))
}
