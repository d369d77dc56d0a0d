//! The seam by which a test switches a failure on: rules that say for which requests what goes wrong.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::exchange::{Reply, Request};
use super::page;

/// One rule. The first rule that matches a request and is not used up decides.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// The rule holds for paths that begin with this; `/` means all.
    pub path: String,
    /// The rule holds for this method only; none means all.
    pub method: Option<String>,
    /// So many matching requests pass unharmed first.
    pub skip: u32,
    /// The rule is used up after so many requests; none means never.
    pub times: Option<u32>,
    /// What happens.
    pub effect: Effect,
}

impl Default for Fault {
    fn default() -> Self {
        Self {
            path: "/".to_owned(),
            method: None,
            skip: 0,
            times: None,
            effect: Effect::Reply(Canned::default()),
        }
    }
}

impl Fault {
    /// This effect on every request.
    pub fn always(effect: Effect) -> Self {
        Self { effect, ..Self::default() }
    }

    /// This effect on requests whose path begins with `path`.
    pub fn on(path: &str, effect: Effect) -> Self {
        Self { path: path.to_owned(), effect, ..Self::default() }
    }

    /// For this method only.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// For so many requests only.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }
}

/// What a rule does to a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// This reply, instead of the server's own.
    Reply(Canned),
    /// An HTML error page of a reverse proxy, such as 502 or 503.
    Html {
        /// The status code.
        status: u16,
    },
    /// 429, with `Retry-After` in seconds where given.
    TooManyRequests {
        /// Seconds to wait.
        retry_after: Option<u64>,
    },
    /// A redirect.
    Redirect {
        /// The status code, such as 302.
        status: u16,
        /// The `Location`.
        location: String,
    },
    /// The server's own reply, so many milliseconds late.
    Slow {
        /// Milliseconds.
        ms: u64,
    },
    /// The server's own reply, cut after so many bytes of the body, then the connection is closed.
    Truncate {
        /// Bytes of the body that are sent; the announced length is the whole.
        bytes: usize,
    },
    /// The connection is closed without a reply and without doing the work.
    Close,
    /// The work is done, then the connection is closed without a reply.
    LostReply,
    /// No reply until the server ends.
    Hang,
    /// A state of the whole deployment.
    Condition(Condition),
}

/// A reply given word for word.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Canned {
    /// The status code.
    pub status: u16,
    /// Headers.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
}

impl Default for Canned {
    fn default() -> Self {
        Self { status: 500, headers: BTreeMap::new(), body: String::new() }
    }
}

/// A state of a deployment that changes what its handlers answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// All is well.
    #[default]
    Normal,
    /// The database does not answer: a good token looks bad.
    DatabaseDown,
    /// The database takes no writes (Go).
    DatabaseReadOnly,
    /// The authentication service is stopped (Python).
    AuthServiceDown,
    /// The authorizer is missing: everybody is the public user (Python).
    PublicUser,
    /// Redis does not answer.
    RedisDown,
    /// The server starts.
    Starting,
    /// The server is in maintenance.
    Maintenance,
}

/// The effect for this request, if any; counts the rule down.
pub(super) fn take(rules: &mut [Fault], request: &Request) -> Option<Effect> {
    let rule = rules.iter_mut().find(|rule| {
        request.path.starts_with(&rule.path)
            && rule.method.as_ref().is_none_or(|method| method.eq_ignore_ascii_case(&request.method))
            && rule.times != Some(0)
    })?;
    if rule.skip > 0 {
        rule.skip -= 1;
        return None;
    }
    if let Some(times) = &mut rule.times {
        *times -= 1;
    }
    Some(rule.effect.clone())
}

impl Effect {
    /// The reply of effects that need no server.
    pub(super) fn reply(&self) -> Option<Reply> {
        Some(match self {
            Self::Reply(canned) => {
                let reply = Reply { body: canned.body.clone().into_bytes(), ..Reply::empty(canned.status) };
                canned
                    .headers
                    .iter()
                    .fold(reply, |reply, (name, value)| reply.header(&name.to_lowercase(), value))
            }
            Self::Html { status } => Reply::html(*status, page::proxy_error(*status)),
            Self::TooManyRequests { retry_after } => {
                let reply = Reply::text(429, "application/json", "{\"error\":\"too many requests\"}\n");
                match retry_after {
                    Some(seconds) => reply.header("retry-after", seconds.to_string()),
                    None => reply,
                }
            }
            Self::Redirect { status, location } => {
                Reply::html(*status, page::redirecting(location)).header("location", location)
            }
            _ => return None,
        })
    }
}
