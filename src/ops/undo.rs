//! `undo` and `history`.

use super::Ctx;
use super::recover::recover;
use super::sync::{Desired, Job, carry_out};
use super::targets::{Site, ide_name};
use crate::config::Config;
use crate::error::{Error, Kind, Result};
use crate::merge::Base;
use crate::protocol::config::{Applied, History, HistoryEntry, TargetRef, TargetState};
use crate::state::{Entry, FileChange};

/// The verb of an entry that takes another one back.
const UNDO: &str = "undo";

/// The history, newest first.
///
/// # Errors
/// [`Kind::Io`] where the state folder cannot be read.
pub fn history(ctx: &Ctx) -> Result<History> {
    let entries = ctx.state.history()?;
    let listed = entries.iter().map(|entry| HistoryEntry {
        id: entry.id.clone(),
        time: entry.time.clone(),
        verb: entry.verb.clone(),
        files: entry.files.iter().map(|file| file.path.display().to_string()).collect(),
        undone: entry.undone.clone(),
    });
    Ok(History { entries: listed.collect() })
}

/// Takes the last change back, or the one with this id.
///
/// # Errors
/// [`Kind::Usage`] where there is nothing to take back or no such entry.
pub async fn undo(ctx: &Ctx, id: Option<&str>) -> Result<Applied> {
    recover(ctx, UNDO)?;
    let entries = ctx.state.history()?;
    let entry = match id {
        Some(id) => entries.iter().find(|entry| entry.id == id).ok_or_else(|| {
            Error::new(Kind::Usage, format!("the history has no entry {id}"))
                .hint("list it: elitea-helper history")
        })?,
        None => entries
            .iter()
            .find(|entry| entry.verb != UNDO && entry.undone.is_none())
            .ok_or_else(|| Error::new(Kind::Usage, "there is nothing to undo"))?,
    };
    if entry.undone.is_some() {
        return Err(Error::new(Kind::Usage, format!("{} is already undone", entry.id))
            .hint("list what can be undone: elitea-helper history"));
    }
    let token = if entry.files.iter().any(wrote_secret) { current_token(ctx).await? } else { None };
    let jobs: Vec<Job> =
        entry.files.iter().rev().map(|change| undoing(entry, change, token.clone())).collect();
    let _step = ctx.steps.begin();
    let synced = carry_out(ctx, UNDO, &jobs)?;
    if !entry.registered.is_empty() {
        Config::edit(&ctx.config_dir, |edit| {
            entry.registered.iter().try_for_each(|path| edit.unregister(path).map(|_| ()))
        })?;
    }
    // Last of all, as nothing is done for an entry that is marked. A refused file is still to be
    // taken back, by the same call; one that an editor holds unsaved counts once it is saved.
    if synced.reports.iter().all(|report| report.error.is_none() && report.state != TargetState::Unsaved) {
        mark(ctx, entry, synced.history.clone())?;
    }
    Ok(Applied { history: synced.history, targets: synced.reports, skipped: Vec::new(), notes: Vec::new() })
}

/// Marks an entry as taken back; the one that a taken-back undo had taken back counts again.
pub(super) fn mark(ctx: &Ctx, entry: &Entry, by: Option<String>) -> Result<()> {
    let _lock = ctx.state.lock(UNDO)?;
    for mut other in ctx.state.history()? {
        if other.undone.as_deref() == Some(entry.id.as_str()) {
            other.undone = None;
            ctx.state.record(&other)?;
        }
    }
    let undone = by.unwrap_or_else(|| entry.id.clone());
    ctx.state.record(&Entry { undone: Some(undone), ..entry.clone() })
}

fn wrote_secret(change: &FileChange) -> bool {
    !change.before.holes.is_empty()
        || change.owned_before.keys.iter().any(|key| matches!(key.base, Base::Sealed(_)))
}

/// The token that stands in for one that we had written. An old one never comes back.
async fn current_token(ctx: &Ctx) -> Result<Option<String>> {
    let Ok(server) = ctx.server() else { return Ok(None) };
    match ctx.token(&server).await {
        Ok(token) => Ok(token.map(|(token, _)| token.expose().to_owned())),
        Err(error) if error.kind == Kind::StoreUnavailable => Ok(None),
        Err(error) => Err(error),
    }
}

fn undoing(entry: &Entry, change: &FileChange, token: Option<String>) -> Job {
    let secrets = [&change.owned_before, &change.owned_after]
        .iter()
        .flat_map(|owned| &owned.keys)
        .filter(|key| matches!(key.base, Base::Sealed(_)))
        .map(|key| key.path.clone())
        .collect();
    Job {
        site: Site {
            target: TargetRef {
                ide: change.ide.clone(),
                ide_name: ide_name(&change.ide),
                scope: change.scope.clone(),
                label: None,
                path: change.path.display().to_string(),
                template: change.template.clone(),
            },
            path: change.path.clone(),
            root: change.root.clone(),
            reader: None,
        },
        format: change.format,
        desired: Desired::Undo { change: Box::new(change.clone()), entry: entry.id.clone(), token },
        secrets,
        notes: Vec::new(),
    }
}
