//! Which kind of server answers. Nobody configures it: the replies tell.

use serde_json::Value;

use super::answers;
use super::client::Client;
use crate::error::{Kind, Result};

/// The kinds of server there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The Python server: numbers as ids, HTTP dates.
    Python,
    /// The Go server: strings as ids, RFC 3339 dates.
    Go,
    /// An old server that speaks only `/api/v1`; it is read, never changed.
    V1,
}

impl Dialect {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Go => "go",
            Self::V1 => "v1",
        }
    }

    /// What stands before every path of the API.
    pub(super) fn api(self) -> &'static str {
        if self == Self::V1 { "/api/v1" } else { "/api/v2" }
    }
}

/// The Go server writes the account's id as a string.
pub(super) fn of_account(account: &Value) -> Dialect {
    if account.get("id").is_some_and(Value::is_string) { Dialect::Go } else { Dialect::Python }
}

impl Client {
    /// Which kind of server this is; asked once.
    ///
    /// # Errors
    /// Those of [`Client::account`], whose reply tells it.
    pub async fn dialect(&self) -> Result<Dialect> {
        if let Some(known) = self.dialect.get() {
            return Ok(*known);
        }
        self.account().await?;
        self.dialect.get().copied().ok_or_else(|| {
            crate::error::Error::new(Kind::NotElitea, "the server's kind cannot be told from its replies")
        })
    }

    /// Whether the server has the `/api/v1` that ELITEA Code up to 0.4.1 needs. Current servers
    /// still answer a few old paths; only the integrations tell.
    ///
    /// # Errors
    /// Those of any call; a refusal for want of a right is an answer, not an error.
    pub async fn has_v1(&self, project: u64) -> Result<bool> {
        let path = format!("/api/v1/integrations/integrations/default/{project}?section=ai");
        let reply = self.http.get(&path).await?;
        if reply.status == 404 {
            return Ok(false);
        }
        match answers::json(&reply) {
            Ok(answer) => Ok(answer.is_array()),
            Err(error) if error.kind == Kind::Forbidden => Ok(true),
            Err(error) if error.kind == Kind::NotElitea => Ok(false),
            Err(error) => Err(self.judged("the integrations of the old API", error).await),
        }
    }
}
