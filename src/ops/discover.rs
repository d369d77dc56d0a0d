//! `discover`: finds tokens that lie about in known files and in the environment, and tells everything
//! about them but the tokens.

mod places;
mod sighting;

use jiff::Timestamp;

use super::Ctx;
use super::token::{date, expiry, state};
use crate::auth::{Server, Token};
use crate::error::{Error, Kind, Result};
use crate::protocol::auth::{Discovered, FoundToken};
use places::look;
use sighting::{Sighting, agreed};

/// Digits of a found token's id: enough to tell the tokens of one machine apart.
const ID_LENGTH: usize = 12;

/// What the keyed hash is of, so that it is not the one that is kept for a token in a settings file.
const SEALED_AS: &str = "found ";

/// One token, and everywhere it was seen.
struct Group {
    token: Token,
    seen: Vec<Sighting>,
}

impl Group {
    /// The servers that stand beside it.
    fn servers(&self) -> Vec<&Server> {
        let mut servers: Vec<&Server> = self.seen.iter().filter_map(|seen| seen.server.as_ref()).collect();
        servers.sort();
        servers.dedup();
        servers
    }
}

/// Every token that lies in the environment, in the settings files of IDEs and tools, and in the config
/// files of the current folder and of its workspace. Neither the server nor, where none is found, the
/// store is asked.
///
/// # Errors
/// What keeps our own notes from being read, and the key of the ids from being made.
pub async fn discover(ctx: &Ctx) -> Result<Discovered> {
    let (groups, mut notes) = found(ctx)?;
    if groups.is_empty() {
        return Ok(Discovered { tokens: Vec::new(), notes });
    }
    let in_use = match in_use(ctx).await {
        Ok(token) => token,
        Err(error) => {
            notes.push(format!("which of them is in use cannot be said: {error}"));
            None
        }
    };
    let now = Timestamp::now();
    let describe = |group: Group| {
        let expires = expiry(None, &group.token);
        Ok(FoundToken {
            id: id(ctx, &group.token)?,
            server: agreed(group.servers()).map(|server| server.as_str().to_owned()),
            expires: date(&expires),
            days_left: expires.days_left(now),
            state: state(&expires, now),
            in_use: in_use.as_ref() == Some(&group.token),
            places: group.seen.into_iter().map(|seen| seen.place).collect(),
        })
    };
    Ok(Discovered { tokens: groups.into_iter().map(describe).collect::<Result<_>>()?, notes })
}

/// The token with this id, found again, and the server that it goes to: the one that is named, else the
/// one beside it.
///
/// # Errors
/// [`Kind::Usage`] where no token has the id any more, or `named` is no address, and
/// [`Kind::ChoiceNeeded`] where no server is named and not exactly one stands beside the token.
pub(super) fn take(ctx: &Ctx, wanted: &str, named: Option<&str>) -> Result<(Server, Token)> {
    let named = named.map(Server::parse).transpose()?;
    for group in found(ctx)?.0 {
        if id(ctx, &group.token)? == wanted {
            let server = match named {
                Some(server) => server,
                None => agreed(group.servers()).cloned().ok_or_else(|| unclear(&group, wanted))?,
            };
            return Ok((server, group.token));
        }
    }
    Err(Error::new(Kind::Usage, format!("no token {wanted} is found any more"))
        .hint("list those that are there: elitea-helper token found"))
}

/// A token is not sent to a server that is only guessed.
fn unclear(group: &Group, id: &str) -> Error {
    let choices: Vec<String> = group.servers().iter().map(|server| server.as_str().to_owned()).collect();
    let words = if choices.is_empty() {
        "no server stands beside this token"
    } else {
        "several servers stand beside this token"
    };
    Error::choice("--server", words, choices)
        .hint(format!("name the one that it was made for: elitea-helper login --found {id} --server URL"))
}

/// The tokens, each once, in the order in which they were seen, and what could not be looked at.
fn found(ctx: &Ctx) -> Result<(Vec<Group>, Vec<String>)> {
    let (sightings, notes) = look(ctx)?;
    let mut groups: Vec<Group> = Vec::new();
    for sighting in sightings {
        match groups.iter_mut().find(|group| group.token == sighting.token) {
            Some(group) => group.seen.push(sighting),
            None => groups.push(Group { token: sighting.token.clone(), seen: vec![sighting] }),
        }
    }
    Ok((groups, notes))
}

/// The token that is used now; none where no server is selected.
async fn in_use(ctx: &Ctx) -> Result<Option<Token>> {
    if ctx.config.server().is_none() {
        return Ok(None);
    }
    Ok(ctx.token(&ctx.server()?).await?.map(|(token, _)| token))
}

fn id(ctx: &Ctx, token: &Token) -> Result<String> {
    let mut id = ctx.state.seal()?.hash(&format!("{SEALED_AS}{}", token.expose()));
    id.truncate(ID_LENGTH);
    Ok(id)
}
