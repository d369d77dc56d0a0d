//! `token rotate`: a new token in place of the old one, everywhere.
//!
//! The new token's name is noted before it is asked for. A reply that is lost leaves a token whose
//! secret nobody has; the next rotation finds it by that note and deletes it.

use std::time::Duration;

use jiff::Timestamp;

use super::Ctx;
use super::context::not_signed_in;
use super::desired::TokenUse;
use super::plan::jobs_with;
use super::recover::recover;
use super::sync::carry_out;
use super::targets::{Site, registered};
use super::token::{OUR_PREFIX, describe, take_back, writable_store};
use crate::auth::Token as Secret;
use crate::elitea::{Client, Expiry, Lifetime};
use crate::error::{Error, Kind, Result};
use crate::files;
use crate::protocol::config::{TargetReport, TargetState};
use crate::protocol::token::Rotated;

/// How long a second helper waits for the first one's rotation.
const PATIENCE: Duration = Duration::from_secs(60);

/// What `rotate` is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Rotate {
    /// How long the new token lives; none for ever.
    pub expires: Option<Lifetime>,
    /// Whether the old token is deleted once the new one is everywhere.
    pub delete_old: bool,
}

/// Makes a new token, proves that it works, stores it and writes it to every registered target.
///
/// # Errors
/// What keeps the old token from being read or the new one from being stored, and what the server
/// answers. A target that cannot be written is an entry of the report, not an error.
pub async fn rotate(ctx: &Ctx, asked: Rotate) -> Result<Rotated> {
    let server = ctx.server()?;
    let kind = writable_store(ctx).await?;
    let before = ctx.store()?.get(&server, ctx.attended).await?.ok_or_else(|| not_signed_in(&server))?;
    let _one_at_a_time = ctx.state.rotation_lock(PATIENCE)?;
    let store = ctx.store()?;
    let old = store.get(&server, ctx.attended).await?.ok_or_else(|| not_signed_in(&server))?;
    let client = ctx.client_with(&server, Some(&old))?;
    if old.expose() != before.expose() {
        return rotated_by_another(ctx, &client, &old, kind.row().name).await;
    }
    recover(ctx, "rotate")?;
    let mut notes = clean_up(ctx, &client, &old).await?;
    store.probe(ctx.attended).await?;
    // What would keep the targets from being written is found out before there is a new token.
    jobs_with(ctx, holding_token(ctx)?, TokenUse::Known(old.clone())).await?;
    let _step = ctx.steps.begin();
    let name = new_name()?;
    ctx.state.note_rotation(&name)?;
    let (info, new) = client.create_token(&name, asked.expires).await?;
    if let Err(error) = verify(ctx, &new).await {
        return Err(take_back(&client, &info, error).await);
    }
    if let Err(error) = store.set(&server, &new, ctx.attended).await {
        return Err(take_back(&client, &info, error).await);
    }
    ctx.state.forget_rotation()?;
    let (jobs, more) = jobs_with(ctx, holding_token(ctx)?, TokenUse::Known(new.clone())).await?;
    notes.extend(more);
    let synced = carry_out(ctx, "rotate", &jobs)?;
    ctx.state.bump_generation()?;
    let has_it = |report: &TargetReport| report.error.is_none() && report.state != TargetState::Unsaved;
    let everywhere = synced.reports.iter().all(has_it);
    let fresh = ctx.client_with(&server, Some(&new))?;
    let old_fate = fate_of_old(&fresh, &old, asked.delete_old, everywhere).await;
    Ok(Rotated {
        token: describe(&info, &new),
        old: old_fate,
        store: kind.row().name.to_owned(),
        targets: synced.reports,
        notes,
    })
}

/// The targets in which a token of ours stands. The others are none of a rotation's business.
fn holding_token(ctx: &Ctx) -> Result<Vec<Site>> {
    let mut sites = registered(ctx)?;
    let manifests = ctx.state.manifests()?;
    sites.retain(|site| {
        let real = files::real_path(&site.path);
        manifests.iter().any(|manifest| manifest.real == real && manifest.holds_secret())
    });
    Ok(sites)
}

/// Two helpers that rotate at once make one new token: the second one finds it in the store.
async fn rotated_by_another(ctx: &Ctx, client: &Client, token: &Secret, store: &str) -> Result<Rotated> {
    let uuid = token.claims().uuid.unwrap_or_default();
    let info = client.token(&uuid).await?;
    let (jobs, mut notes) = jobs_with(ctx, holding_token(ctx)?, TokenUse::Known(token.clone())).await?;
    notes.push("another helper rotated the token just now; its new token is used".into());
    let synced = carry_out(ctx, "rotate", &jobs)?;
    Ok(Rotated {
        token: describe(&info, token),
        old: "replaced by another helper".into(),
        store: store.to_owned(),
        targets: synced.reports,
        notes,
    })
}

/// Deletes the token of a rotation whose reply was lost. A rotation that ended between storing its
/// token and crossing out the note has lost nothing.
async fn clean_up(ctx: &Ctx, client: &Client, held: &Secret) -> Result<Vec<String>> {
    let Some(name) = ctx.state.noted_rotation()? else { return Ok(Vec::new()) };
    let mut notes = Vec::new();
    for lost in client.find_by_name(&name).await?.iter().filter(|info| !info.is(held)) {
        if let Some(uuid) = &lost.uuid {
            client.delete_token(uuid).await?;
            notes.push(format!(
                "the token {name} of an interrupted rotation was deleted: nobody has its secret"
            ));
        }
    }
    ctx.state.forget_rotation()?;
    Ok(notes)
}

async fn verify(ctx: &Ctx, new: &Secret) -> Result<()> {
    ctx.client_with(&ctx.server()?, Some(new))?.account().await.map(|_| ())
}

async fn fate_of_old(client: &Client, old: &Secret, delete: bool, everywhere: bool) -> String {
    let Some(uuid) = old.claims().uuid else { return "lives on".into() };
    if delete && !everywhere {
        return "lives on, since not every target could be written".into();
    }
    if delete {
        return match client.delete_token(&uuid).await {
            Ok(()) => "deleted".into(),
            Err(error) => format!("lives on: it could not be deleted: {error}"),
        };
    }
    match client.token(&uuid).await.map(|info| info.expires) {
        Ok(Expiry::At(at)) => format!("lives on until {at}"),
        _ => "lives on".into(),
    }
}

/// `elitea-helper-HOST-DATE-RANDOM`, of characters that ELITEA's page takes.
fn new_name() -> Result<String> {
    let host: String = gethostname().chars().filter(char::is_ascii_alphanumeric).take(32).collect();
    let host = if host.is_empty() { "host".to_owned() } else { host };
    let date = Timestamp::now().strftime("%Y%m%d");
    let mut random = [0_u8; 4];
    getrandom::fill(&mut random)
        .map_err(|error| Error::new(Kind::Internal, format!("the system gives no random bytes: {error}")))?;
    Ok(format!("{OUR_PREFIX}{host}-{date}-{:08x}", u32::from_be_bytes(random)))
}

fn gethostname() -> String {
    #[cfg(unix)]
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    let name = std::env::var("COMPUTERNAME").unwrap_or_default();
    name
}
