//! Whether a token is dead. A refusal alone says little: a database outage, an address for browser
//! sessions only, or a damaged row answer the same. The token calls decide, asked twice.

use jiff::{SignedDuration, Timestamp};

use super::answers;
use super::classify::classify;
use super::client::Client;
use super::http::Reply;
use crate::auth::CLOCK_DOUBT_HOURS;
use crate::error::{Error, Kind, Result};

/// What the token calls said.
enum Verdict {
    Good,
    Refused { error: Error, servers_time: Option<Timestamp> },
    Unknown(Error),
}

impl Client {
    /// Reads the reply of an address. Where it refuses a token that is good, it is asked once more:
    /// what refused it may have passed.
    pub(super) async fn read<T>(
        &self,
        what: &str,
        path: &str,
        reply: &Reply,
        decode: impl Fn(&Reply) -> Result<T>,
    ) -> Result<T> {
        let error = match decode(reply) {
            Err(error) if self.is_refusal(&error) => error,
            other => return other,
        };
        if let Some(error) = self.weighed(error).await {
            return Err(error);
        }
        match decode(&self.ask(path).await?) {
            Err(error) if self.is_refusal(&error) => Err(sessions_only(what)),
            other => other,
        }
    }

    /// The error of a call that is not repeated, corrected by what the token calls say: the refusal
    /// of a token that is good concerns `what` alone. Every other error comes back as it is.
    pub(super) async fn judged(&self, what: &str, error: Error) -> Error {
        if !self.is_refusal(&error) {
            return error;
        }
        self.weighed(error).await.unwrap_or_else(|| sessions_only(what))
    }

    fn is_refusal(&self, error: &Error) -> bool {
        self.token.is_some() && matches!(error.kind, Kind::TokenRejected | Kind::TokenMissing)
    }

    /// What a refusal comes to; nothing when the token is good.
    async fn weighed(&self, refusal: Error) -> Option<Error> {
        tracing::debug!(%refusal, "asking about the token");
        match self.verdict().await {
            Verdict::Good => None,
            Verdict::Refused { error, servers_time } => Some(self.dead(&error, servers_time)),
            Verdict::Unknown(error) => Some(error),
        }
    }

    async fn verdict(&self) -> Verdict {
        let uuid = self.token.as_ref().and_then(|token| token.claims().uuid).unwrap_or_default();
        let single = format!("/auth/token/{}", super::tokens::path_segment(&uuid));
        let first = self.one_verdict(&single).await;
        if matches!(first, Verdict::Good) {
            return first;
        }
        tokio::time::sleep(self.pauses.recheck).await;
        let second = self
            .one_verdict(if matches!(first, Verdict::Refused { .. }) { "/auth/token/" } else { &single })
            .await;
        match (first, second) {
            (_, Verdict::Refused { error, servers_time }) => match self.outage().await {
                Some(outage) => Verdict::Unknown(outage),
                None => Verdict::Refused { error, servers_time },
            },
            (_, other) => other,
        }
    }

    async fn one_verdict(&self, path: &str) -> Verdict {
        let reply = match self.ask(path).await {
            Ok(reply) => reply,
            Err(error) => return Verdict::Unknown(error),
        };
        if reply.is_success() && answers::json(&reply).is_ok() {
            return Verdict::Good;
        }
        let refused = |error| Verdict::Refused { error, servers_time: time_of(&reply) };
        let error = classify(&reply);
        match error.kind {
            Kind::TokenRejected | Kind::TokenMissing => refused(error),
            _ if reply.status == 400 => {
                refused(Error::new(Kind::TokenRejected, "the server does not know this token any more"))
            }
            _ => Verdict::Unknown(error),
        }
    }

    /// The Go server refuses every token while its database is down, and says so only here.
    async fn outage(&self) -> Option<Error> {
        let reply = self.http.get("/readyz").await.ok()?;
        let body = serde_json::from_slice::<serde_json::Value>(&reply.body).ok()?;
        let database = body.get("checks")?.get("db")?.as_str()?;
        (reply.status == 503 && database != "ok").then(|| {
            Error::new(
                Kind::ServerFault,
                "the server's database is not available, so that it refuses every token",
            )
            .hint("try again later; the token may well be good")
        })
    }

    fn dead(&self, refusal: &Error, servers_time: Option<Timestamp>) -> Error {
        let expires = self.token.as_ref().and_then(|token| token.claims().expires_at());
        let doubt = SignedDuration::from_hours(CLOCK_DOUBT_HOURS);
        let latest = servers_time.into_iter().chain([Timestamp::now()]).max();
        let make_new = format!("make a new token at {}", self.server.page("settings/create-personal-token"));
        let age = expires.zip(latest).map(|(expires, now)| now.duration_since(expires));
        match (expires, age) {
            (Some(expires), Some(age)) if age > doubt => {
                Error::new(Kind::TokenExpired, format!("the token expired at {expires}")).hint(make_new)
            }
            (Some(expires), Some(age)) if age.is_positive() => refused(refusal)
                .hint(format!("it seems to have expired at {expires}; {make_new}")),
            _ if refusal.kind == Kind::TokenMissing => refused(refusal).hint(format!(
                "a proxy may have taken the Authorization header away, or the token belongs to another server; {make_new}"
            )),
            _ => refused(refusal).hint(format!("it was deleted, or belongs to another server; {make_new}")),
        }
    }
}

fn sessions_only(what: &str) -> Error {
    Error::new(
        Kind::Forbidden,
        format!("the server does not give {what} to a token, although the token is good"),
    )
    .hint("this server answers that to browser sessions only; its web page shows it")
}

fn refused(refusal: &Error) -> Error {
    match refusal.kind {
        Kind::TokenMissing => {
            Error::new(Kind::TokenRejected, format!("{}, although the token was sent", refusal.message))
        }
        _ => Error::new(Kind::TokenRejected, refusal.message.clone()),
    }
}

fn time_of(reply: &Reply) -> Option<Timestamp> {
    reply.header("date").and_then(answers::date)
}
