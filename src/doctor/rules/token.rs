//! Rules about the token in use.

use crate::doctor::facts::Facts;
use crate::doctor::rule::{Check, Found, Needs, Rule};
use crate::error::Kind;
use crate::protocol::doctor::Severity;

pub(super) const RULES: &[Rule] = &[Rule {
    id: "token-missing",
    severity: Severity::Error,
    title: "nobody is signed in",
    why: "Without a token the server tells nothing, and no IDE can use it.",
    help: "Sign in: elitea-helper login opens the page where a token is made, takes the token \
               and keeps it in the system's keychain.",
    needs: Needs::Nothing,
    repairs: false,
    check: Check::Machine(missing),
}];

fn missing(facts: &Facts, found: &mut Found) {
    let Some(server) = &facts.server.root else { return };
    let nothing_wrong = facts.token.store_failure.is_none() && facts.token.malformed.is_none();
    if facts.token.stored.is_none() && nothing_wrong {
        found
            .add(format!("no token is stored for {server}"))
            .kind(Kind::TokenMissing)
            .command("sign in", format!("elitea-helper login --server {server}"));
    }
}
