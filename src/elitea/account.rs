//! Who the token belongs to.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answers::{self, flag, id, text};
use super::client::Client;
use super::dialect::{self, Dialect};
use super::http::Reply;
use crate::error::{Error, Kind, Result};

/// The signed-in user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The user's id.
    pub id: u64,
    /// The name; the e-mail address where the server knows none, empty where it knows neither.
    pub name: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// The personal project as the server reports it. It comes minutes after the first login, and
    /// the Go server may name a project here that is not the user's own.
    pub personal_project: Option<u64>,
    /// The address that the server believes to have; a fact to compare, never one to use.
    pub api_url: Option<String>,
    /// Whether an administrator suspended the account.
    pub suspended: bool,
}

impl Client {
    /// The signed-in user.
    ///
    /// # Errors
    /// [`Kind::ServerFault`] when the server answers as its public user, which it does while its
    /// authentication service is down; [`Kind::NotElitea`] when the address is none of ELITEA's;
    /// those of a refused token and of the network.
    pub async fn account(&self) -> Result<Account> {
        const PATH: &str = "/social/author/";
        let mut reply = self.ask(PATH).await?;
        let mut seen = None;
        if reply.status == 404 && self.dialect.get().is_none() {
            let old = self.http.get(&format!("/api/v1{PATH}")).await?;
            if old.is_success() {
                (reply, seen) = (old, Some(Dialect::V1));
            }
        }
        let answer = self.read("the account", PATH, &reply, answer).await?;
        let account = decode(&answer)?;
        let _ = self.dialect.set(seen.unwrap_or_else(|| dialect::of_account(&answer)));
        Ok(account)
    }
}

/// The answer, where it is about an account; whether anybody is signed in is another question.
pub(super) fn answer(reply: &Reply) -> Result<Value> {
    let answer = answers::object(reply).map_err(|error| not_ours(reply, error))?;
    let has = |key: &str| answer.get(key).is_some();
    if has("id") && (has("email") || has("personal_project_id")) {
        return Ok(answer);
    }
    Err(not_ours(reply, Error::new(Kind::ServerFault, "no account")))
}

/// A success that holds no account comes from another program.
fn not_ours(reply: &Reply, error: Error) -> Error {
    if error.kind != Kind::ServerFault || !reply.is_success() {
        return error;
    }
    Error::new(Kind::NotElitea, format!("{} answers, but not as an ELITEA server does", reply.url))
        .hint("check the server's address: it is the part before /app, such as https://next.elitea.ai")
}

fn decode(answer: &Value) -> Result<Account> {
    let Some(user) = id(answer, "id") else {
        return Err(Error::new(
            Kind::ServerFault,
            "the server answers without knowing who asks: its authentication service is down",
        )
        .hint("try again later; this says nothing about the token"));
    };
    let email = text(answer, "email");
    Ok(Account {
        id: user,
        name: text(answer, "name").or_else(|| email.clone()).unwrap_or_default(),
        email,
        personal_project: id(answer, "personal_project_id"),
        api_url: text(answer, "api_url"),
        suspended: flag(answer, "suspended"),
    })
}
