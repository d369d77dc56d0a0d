//! Gathers what the doctor's rules are asked about: files, server, token, selection, our own folders.

mod files;
mod meta;
mod own;
mod server;

use std::path::{Path, PathBuf};

use super::Ctx;
use super::desired::speaks_v1_only;
use super::pool::Pool;
use super::targets::registered_among;
use crate::doctor::{Facts, FileFacts};
use crate::error::Result;

pub(super) use files::config_files;
pub(crate) use server::{Held, of_server};

/// What these files say, and the config files of these folders, without a look at the rest of the
/// machine, the server or the keychain.
///
/// # Errors
/// [`Usage`](crate::error::Kind::Usage) for a path at which there is nothing, and what keeps a file
/// from being read.
pub(crate) fn of_files(ctx: &Ctx, paths: &[PathBuf]) -> Result<Facts> {
    let mut facts = Facts {
        files_only: true,
        unasked: Some("only files were asked about".to_owned()),
        ..Facts::default()
    };
    for path in files::named(ctx, paths)? {
        facts.files.push(files::by_place(ctx, &path)?);
    }
    Ok(facts)
}

/// One file, and which target it is by its place.
///
/// # Errors
/// What keeps the file from being read.
pub(crate) fn of_file(ctx: &Ctx, path: &Path) -> Result<FileFacts> {
    files::by_place(ctx, path)
}

/// Everything about this machine.
///
/// # Errors
/// What keeps our own notes from being read.
pub(crate) async fn of_machine(ctx: &Ctx) -> Result<Facts> {
    let pool = Pool::find(ctx);
    let kept = registered_among(ctx, &pool)?;
    let held = Held::of(ctx).await;
    let readers = pool.sites.iter().chain(&kept).filter_map(|site| site.reader.as_ref());
    let mut versions = readers.filter_map(|reader| reader.version.as_deref());
    let needs_v1 = versions.any(speaks_v1_only);
    let (mut facts, speaks_v1) = Box::pin(of_server(ctx, &held, needs_v1)).await;
    // A server that does not answer is not waited for twice.
    let reports = match facts.server.failure {
        None => Box::pin(files::reports(ctx, &kept, &held)).await,
        Some(_) => Vec::new(),
    };
    files::of_machine(ctx, &pool, &kept, reports, speaks_v1, &mut facts);
    own::gather(ctx, &mut facts.own);
    Ok(facts)
}
