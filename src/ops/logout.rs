//! `logout`: forgets the token here, and takes the token keys that we own out of the targets.

use super::Ctx;
use super::recover::recover;
use super::sync::{Desired, Job, carry_out};
use super::targets::Site;
use crate::auth::{StoreKind, Token};
use crate::error::{Error, Kind, Result};
use crate::merge::{Base, Path, Step};
use crate::protocol::auth::LoggedOut;
use crate::state::Manifest;

/// Signs out of the selected server. The server keeps the token unless `revoke`.
///
/// # Errors
/// [`Kind::Usage`] where no server is set, and what keeps the store from being changed. A server
/// that does not answer does not keep the token here.
pub async fn logout(ctx: &Ctx, revoke: bool) -> Result<LoggedOut> {
    recover(ctx, "logout")?;
    let server = ctx.server()?;
    let mut notes = Vec::new();
    let held = ctx.token(&server).await;
    let mut revoked = false;
    let _step = ctx.steps.begin();
    if revoke {
        match revoke_on_server(ctx, held.as_ref().ok().and_then(Option::as_ref)).await {
            Ok(()) => revoked = true,
            Err(error) => notes.push(format!("the server still has the token: {error}")),
        }
    }
    let kind = ctx.store_kind()?;
    let of_environment = matches!(held, Ok(Some((_, StoreKind::Env))));
    let forgotten = match kind {
        StoreKind::Env => false,
        _ => match ctx.store()?.delete(&server, ctx.attended).await {
            // An editor that gives us the token does so where the store cannot be used.
            Err(error) if of_environment && error.kind == Kind::StoreUnavailable => false,
            done => done?,
        },
    };
    if of_environment {
        notes.push("ELITEA_TOKEN is still set in the environment".into());
    }
    let jobs: Vec<Job> = ctx.state.manifests()?.iter().filter_map(without_token).collect();
    let synced = carry_out(ctx, "logout", &jobs)?;
    ctx.state.bump_generation()?;
    Ok(LoggedOut { server: server.as_str().to_owned(), forgotten, revoked, targets: synced.reports, notes })
}

async fn revoke_on_server(ctx: &Ctx, held: Option<&(Token, StoreKind)>) -> Result<()> {
    let (token, _) =
        held.ok_or_else(|| Error::new(Kind::TokenMissing, "there is no token here that could be revoked"))?;
    let client = ctx.client_with(&ctx.server()?, Some(token))?;
    let uuid =
        token.claims().uuid.ok_or_else(|| Error::new(Kind::TokenMalformed, "the token names no uuid"))?;
    client.delete_token(&uuid).await
}

/// The job that takes our token keys out of a target, and with them what kept those keys out of
/// Settings Sync; none where we own no such key.
fn without_token(manifest: &Manifest) -> Option<Job> {
    let secret = |base: &Base| matches!(base, Base::Sealed(_));
    let is_guard = |path: &Path| matches!(path.0.last(), Some(Step::Member { .. }));
    let keys = &manifest.owned.keys;
    let only: Vec<Path> = keys
        .iter()
        .filter(|key| secret(&key.base) || is_guard(&key.path))
        .map(|key| key.path.clone())
        .collect();
    if only.is_empty() {
        return None;
    }
    let secrets = keys.iter().filter(|key| secret(&key.base)).map(|key| key.path.clone()).collect();
    Some(Job {
        site: Site::remembered(manifest),
        desired: Desired::Remove { only: Some(only) },
        format: manifest.syntax?,
        secrets,
        notes: Vec::new(),
    })
}
