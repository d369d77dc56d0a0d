//! The account's tokens: listing, looking up, making and deleting them.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::account::Account;
use super::answers::{self, date, id, text};
use super::classify::{classify, html_title};
use super::client::Client;
use super::http::Reply;
use super::lifetime::Lifetime;
use crate::auth::{CLOCK_DOUBT_HOURS, Claims, Token};
use crate::error::{Error, Kind, Result};

/// Days before its expiry from which a token is about to expire, as on the web page.
const WARNING_DAYS: i64 = 7;

/// Longest name that both servers accept, in bytes.
const NAME_LIMIT: usize = 768;

/// When a token ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// It does not.
    Never,
    /// At this time, by the server's clock: hours off where its zone is not UTC.
    At(Timestamp),
    /// The server's words, which are no date that we know.
    Unreadable(String),
}

/// How a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    /// It lives, and for longer than a week.
    Active,
    /// It ends within a week.
    Expiring,
    /// Its date is within the hours by which a server's zone may be off: ask the server.
    Doubtful,
    /// It has ended.
    Expired,
}

impl Expiry {
    /// How a token with this end stands at `now`.
    pub fn state(&self, now: Timestamp) -> TokenState {
        let Self::At(end) = self else { return TokenState::Active };
        let left = end.duration_since(now);
        let doubt = SignedDuration::from_hours(CLOCK_DOUBT_HOURS);
        match left {
            _ if left < -doubt => TokenState::Expired,
            _ if left <= SignedDuration::ZERO => TokenState::Doubtful,
            _ if left <= SignedDuration::from_hours(24 * WARNING_DAYS) => TokenState::Expiring,
            _ => TokenState::Active,
        }
    }

    /// Whole days until the end, negative after it; none where there is no end.
    pub fn days_left(&self, now: Timestamp) -> Option<i64> {
        match self {
            Self::At(end) => Some(end.duration_since(now).as_secs().div_euclid(24 * 3600)),
            _ => None,
        }
    }
}

/// What a token says of its own end, for the times without a server.
impl From<&Claims> for Expiry {
    fn from(claims: &Claims) -> Self {
        match (&claims.expires, claims.expires_at()) {
            (_, Some(end)) => Self::At(end),
            (None, None) => Self::Never,
            (Some(words), None) => Self::Unreadable(words.clone()),
        }
    }
}

/// A token as the server lists it: without the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenInfo {
    /// The public handle, also a claim of the token itself; old rows may have none.
    pub uuid: Option<String>,
    /// Its name; names are not unique.
    pub name: Option<String>,
    /// When it ends.
    pub expires: Expiry,
    /// The last seven characters of the token, where the server shows them.
    pub suffix: Option<String>,
    /// The user it belongs to.
    pub user: Option<u64>,
    /// The project it is bound to (Go server only).
    pub project: Option<u64>,
}

impl TokenInfo {
    /// Whether this row is that token, by the claim alone: the suffix may be recomputed.
    pub fn is(&self, token: &Token) -> bool {
        self.uuid.is_some() && self.uuid == token.claims().uuid
    }
}

impl Client {
    /// The account's tokens.
    ///
    /// # Errors
    /// Those of [`Client::account`]: while the server takes everybody for its public user, its list
    /// holds the tokens of all users.
    pub async fn tokens(&self) -> Result<Vec<TokenInfo>> {
        const PATH: &str = "/auth/token/";
        let account = self.account().await?;
        let reply = self.ask(PATH).await?;
        let items = self.read("the list of tokens", PATH, &reply, answers::list).await?;
        let tokens: Vec<TokenInfo> = items.iter().filter(|item| item.is_object()).map(decode).collect();
        if tokens.iter().any(|token| token.user.is_some_and(|user| user != account.id)) {
            return Err(Error::new(Kind::ServerFault, "the server lists tokens of other users")
                .hint("its authentication service is down; try again later"));
        }
        Ok(tokens)
    }

    /// One token, by its handle.
    ///
    /// # Errors
    /// [`Kind::Usage`] when the server does not know it.
    pub async fn token(&self, uuid: &str) -> Result<TokenInfo> {
        let path = format!("/auth/token/{}", handle(uuid)?);
        let reply = self.ask_either(&path).await?;
        let one =
            |reply: &Reply| answers::object(reply).map_err(|error| unknown(reply, uuid).unwrap_or(error));
        Ok(decode(&self.read("the token", &path, &reply, one).await?))
    }

    /// The client's own token as the server knows it, and whose it is: what a login checks.
    ///
    /// # Errors
    /// [`Kind::TokenMissing`] without a token; [`Kind::TokenRejected`] for one that was deleted a
    /// moment ago, which the Python server still lets in; those of [`Client::account`].
    pub async fn check_token(&self) -> Result<(Account, TokenInfo)> {
        let Some(token) = &self.token else {
            return Err(
                Error::new(Kind::TokenMissing, "there is no token to check").hint("run elitea-helper login")
            );
        };
        let account = self.account().await?;
        let info = self.token(&token.claims().uuid.unwrap_or_default()).await.map_err(|error| match error
            .kind
        {
            Kind::Usage => Error::new(Kind::TokenRejected, "the server does not know this token any more")
                .hint(format!("make a new token at {}", self.server.page("settings/create-personal-token"))),
            _ => error,
        })?;
        Ok((account, info))
    }

    /// The tokens of that name, to find again one whose reply was lost.
    ///
    /// # Errors
    /// Those of [`Client::tokens`].
    pub async fn find_by_name(&self, name: &str) -> Result<Vec<TokenInfo>> {
        let all = self.tokens().await?;
        Ok(all.into_iter().filter(|token| token.name.as_deref() == Some(name)).collect())
    }

    /// Makes a token; `expires` of none means never. It is sent once: when the reply is lost, the
    /// token may exist all the same, and [`Client::find_by_name`] tells.
    ///
    /// # Errors
    /// [`Kind::Usage`] for a name or time that a server would take amiss; [`Kind::ServerFault`] when
    /// the reply holds no token.
    pub async fn create_token(&self, name: &str, expires: Option<Lifetime>) -> Result<(TokenInfo, Token)> {
        check_name(name)?;
        expires.map_or(Ok(()), Lifetime::check)?;
        self.refuse_v1().await?;
        let account = self.account().await?;
        let expires = expires.map_or(
            Value::Null,
            |lifetime| json!({ "measure": lifetime.measure_name(), "value": lifetime.value }),
        );
        let reply =
            self.http.post("/api/v2/auth/token/", &json!({ "name": name, "expires": expires })).await?;
        let answer = match answers::object(&reply) {
            Ok(answer) => answer,
            Err(error) => return Err(self.judged("a new token", error).await),
        };
        let info = decode(&answer);
        let token = answer.get("token").and_then(Value::as_str).unwrap_or_default();
        let token = Token::parse(token.as_bytes()).map_err(|error| {
            Error::new(
                Kind::ServerFault,
                format!("the server made no token that can be used: {}", error.message),
            )
            .hint(format!("look for a token named {name} in the list and delete it"))
        })?;
        if answer.get("user_id").is_some() && info.user != Some(account.id) {
            return Err(Error::new(Kind::ServerFault, "the server made the token for another user")
                .hint("try again later"));
        }
        Ok((info, token))
    }

    /// Deletes a token.
    ///
    /// # Errors
    /// [`Kind::Usage`] when the server does not know it, [`Kind::Forbidden`] when it is another user's.
    pub async fn delete_token(&self, uuid: &str) -> Result<()> {
        let path = format!("/api/v2/auth/token/{}", handle(uuid)?);
        self.refuse_v1().await?;
        let reply = self.http.delete(&path).await?;
        if reply.is_success() && html_title(&reply).is_none() {
            return Ok(());
        }
        let error = match unknown(&reply, uuid).unwrap_or_else(|| classify(&reply)) {
            error if error.kind == Kind::Forbidden => {
                Error::new(Kind::Forbidden, format!("the token {uuid} belongs to another user"))
            }
            error => error,
        };
        Err(self.judged("the deletion of a token", error).await)
    }
}

fn unknown(reply: &Reply, uuid: &str) -> Option<Error> {
    (reply.status == 400).then(|| {
        Error::new(Kind::Usage, format!("the server has no token {uuid}"))
            .hint("elitea-helper token list shows them")
    })
}

/// A handle goes into a path, so it must be nothing but one.
fn handle(uuid: &str) -> Result<&str> {
    if !uuid.is_empty() && path_segment(uuid) == uuid {
        return Ok(uuid);
    }
    Err(Error::new(Kind::Usage, "this is not the id of a token").hint(
        "a token's id looks like 123e4567-e89b-42d3-a456-426614174000; elitea-helper token list shows it",
    ))
}

/// The text, or nothing where it could mean something in a path.
pub(super) fn path_segment(uuid: &str) -> &str {
    let plain = uuid.len() <= 64 && uuid.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if plain { uuid } else { "" }
}

fn check_name(name: &str) -> Result<()> {
    if name.trim().is_empty() || name.len() > NAME_LIMIT || name.chars().any(char::is_control) {
        return Err(Error::new(
            Kind::Usage,
            "a token's name has 1 to 768 characters, none of them a control character",
        )
        .hint("letters, digits, - and _ are what the web page allows"));
    }
    Ok(())
}

fn decode(item: &Value) -> TokenInfo {
    let shown = text(item, "token").unwrap_or_default();
    let suffix = shown.get(shown.len().saturating_sub(7)..).filter(|suffix| suffix.len() == 7);
    TokenInfo {
        uuid: text(item, "uuid"),
        name: text(item, "name"),
        expires: match text(item, "expires") {
            None => Expiry::Never,
            Some(text) => date(&text).map_or(Expiry::Unreadable(text), Expiry::At),
        },
        suffix: suffix.map(str::to_owned),
        user: id(item, "user_id"),
        project: id(item, "project_id"),
    }
}
