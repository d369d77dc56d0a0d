//! `token list`, `create` and `revoke`.

use jiff::Timestamp;

use super::Ctx;
use super::context::not_signed_in;
use crate::auth::{Server, StoreKind, Token as Secret};
use crate::elitea::{Client, Expiry, Lifetime, TokenInfo, TokenState as Life};
use crate::error::{Error, Kind, Result};
use crate::protocol::token::{Created, Revoked, Token, TokenList, TokenState};

/// What the names of tokens begin with that a helper made.
pub(crate) const OUR_PREFIX: &str = "elitea-helper-";

/// The account's tokens.
///
/// # Errors
/// What keeps the token from being read, and what the server answers.
pub async fn list(ctx: &Ctx) -> Result<TokenList> {
    let (client, held) = signed_in(ctx).await?;
    let tokens = client.tokens().await?;
    Ok(TokenList { tokens: tokens.iter().map(|info| describe(info, &held)).collect() })
}

/// Makes a token, stores it as the one in use, and gives the secret out only where `print` says so.
///
/// # Errors
/// [`Kind::Usage`] for a name the page would not take, what keeps the token from being read or
/// stored, and what the server answers.
pub async fn create(ctx: &Ctx, name: &str, expires: Option<Lifetime>, print: bool) -> Result<Created> {
    check_name(name)?;
    let (client, _) = signed_in(ctx).await?;
    let server = ctx.server()?;
    let kind = writable_store(ctx).await?;
    ctx.store()?.probe(ctx.attended).await?;
    let _step = ctx.steps.begin();
    let (info, secret) = client.create_token(name, expires).await?;
    if let Err(error) = ctx.store()?.set(&server, &secret, ctx.attended).await {
        return Err(take_back(&client, &info, error).await);
    }
    ctx.state.bump_generation()?;
    Ok(Created {
        token: describe(&info, &secret),
        store: kind.row().name.to_owned(),
        secret: print.then(|| secret.expose().to_owned()),
    })
}

/// Deletes a token on the server, named by its uuid or a name that occurs once.
///
/// # Errors
/// [`Kind::Usage`] where it fits none or several, or where a token that no helper made is not
/// `confirmed`; what the server answers.
pub async fn revoke(ctx: &Ctx, wanted: &str, confirmed: bool) -> Result<Revoked> {
    let (client, held) = signed_in(ctx).await?;
    let tokens = client.tokens().await?;
    let info = find(&tokens, wanted)?;
    let token = describe(info, &held);
    if !token.ours && !confirmed {
        let name = token.name.clone().unwrap_or_default();
        return Err(Error::choice(
            "--yes",
            format!("the token {name} was not made by a helper; something else may use it"),
            Vec::new(),
        )
        .hint("the platform runs agents with your first live token; to delete it all the same: --yes"));
    }
    let uuid = token.uuid.clone().ok_or_else(|| {
        Error::new(Kind::Usage, "the server gives this token no uuid, so it cannot be named")
            .hint("delete it on the token page")
    })?;
    let _step = ctx.steps.begin();
    client.delete_token(&uuid).await?;
    let mut notes = Vec::new();
    if token.in_use {
        let kind = ctx.store_kind()?;
        if kind != StoreKind::Env {
            ctx.store()?.delete(&ctx.server()?, ctx.attended).await?;
        }
        ctx.state.bump_generation()?;
        notes.push("it was the token in use here: sign in again with elitea-helper login".into());
    }
    Ok(Revoked { token, notes })
}

fn find<'a>(tokens: &'a [TokenInfo], wanted: &str) -> Result<&'a TokenInfo> {
    let fits =
        |info: &&TokenInfo| info.uuid.as_deref() == Some(wanted) || info.name.as_deref() == Some(wanted);
    let found: Vec<&TokenInfo> = tokens.iter().filter(fits).collect();
    match found.as_slice() {
        [only] => Ok(only),
        [] => {
            let near = super::selection::near(wanted, tokens.iter().filter_map(|info| info.name.as_deref()));
            Err(Error::new(Kind::Usage, format!("the account has no token {wanted}")).hint(near.map_or_else(
                || "list them: elitea-helper token list".to_owned(),
                |near| format!("did you mean {near}?"),
            )))
        }
        several => {
            let mut error = Error::new(Kind::Usage, format!("{} tokens are named {wanted}", several.len()))
                .hint("name it by its uuid");
            error.choices = several.iter().filter_map(|info| info.uuid.clone()).collect();
            Err(error)
        }
    }
}

/// ELITEA's page takes letters, digits, `_` and `-`, at most 768 of them.
fn check_name(name: &str) -> Result<()> {
    let fits = !name.is_empty()
        && name.len() <= 768
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if fits {
        return Ok(());
    }
    Err(Error::new(Kind::Usage, format!("{name:?} is no name for a token"))
        .hint("use letters, digits, _ and -, at most 768 of them"))
}

/// The store that a new token can be written to and is then used from.
pub(crate) async fn writable_store(ctx: &Ctx) -> Result<StoreKind> {
    let kind = ctx.store_kind()?;
    if kind != StoreKind::Env && ctx.token_of_environment(&ctx.server()?).await?.is_none() {
        return Ok(kind);
    }
    Err(Error::new(
        Kind::StoreUnavailable,
        "the token comes from ELITEA_TOKEN, which the helper cannot write",
    )
    .hint("unset ELITEA_TOKEN, and sign in: elitea-helper login"))
}

/// A token that could not be stored would be lost: it is deleted again.
pub(crate) async fn take_back(client: &Client, info: &TokenInfo, error: Error) -> Error {
    let name = info.name.clone().unwrap_or_default();
    let deleted = match &info.uuid {
        Some(uuid) => client.delete_token(uuid).await.is_ok(),
        None => false,
    };
    let hint = if deleted {
        "the new token was deleted again; the old one is still in use".to_owned()
    } else {
        format!("delete the token {name} on the token page, since nobody has its secret")
    };
    error.hint(hint)
}

pub(crate) async fn signed_in(ctx: &Ctx) -> Result<(Client, Secret)> {
    let server: Server = ctx.server()?;
    let Some((token, _)) = ctx.token(&server).await? else { return Err(not_signed_in(&server)) };
    Ok((ctx.client_with(&server, Some(&token))?, token))
}

/// A token as it is reported.
pub(crate) fn describe(info: &TokenInfo, held: &Secret) -> Token {
    let now = Timestamp::now();
    Token {
        uuid: info.uuid.clone(),
        name: info.name.clone(),
        expires: date(&info.expires),
        days_left: info.expires.days_left(now),
        state: state(&info.expires, now),
        in_use: info.is(held),
        ours: info.name.as_deref().is_some_and(|name| name.starts_with(OUR_PREFIX)),
    }
}

/// How a token stands. A date that is only hours in the past may be the server's time zone.
pub(crate) fn state(expires: &Expiry, now: Timestamp) -> TokenState {
    match (expires, expires.state(now)) {
        (Expiry::Never, _) => TokenState::Never,
        (_, Life::Active) => TokenState::Active,
        (_, Life::Expiring | Life::Doubtful) => TokenState::Expiring,
        (_, Life::Expired) => TokenState::Expired,
    }
}

/// When a token expires: as the server says, else by its own claim.
pub(crate) fn expiry(info: Option<&TokenInfo>, token: &Secret) -> Expiry {
    info.map_or_else(|| Expiry::from(&token.claims()), |info| info.expires.clone())
}

/// A date as it is reported; none for never.
pub(crate) fn date(expires: &Expiry) -> Option<String> {
    match expires {
        Expiry::Never => None,
        Expiry::At(at) => Some(at.to_string()),
        Expiry::Unreadable(words) => Some(words.clone()),
    }
}
