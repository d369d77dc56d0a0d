//! Rules about tokens: the one in use, and those that lie about in files.

use crate::auth;
use crate::doctor::facts::Facts;
use crate::doctor::file::FileFacts;
use crate::doctor::rule::{Check, Found, Needs, Rule};
use crate::error::Kind;
use crate::merge;
use crate::protocol::doctor::Severity;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "token-missing",
        severity: Severity::Error,
        title: "nobody is signed in",
        why: "Without a token the server tells nothing, and no IDE can use it.",
        help: "Sign in: elitea-helper login opens the page where a token is made, takes the token \
               and keeps it in the system's keychain.",
        needs: Needs::Nothing,
        repairs: false,
        check: Check::Machine(missing),
    },
    Rule {
        id: "token-in-file",
        severity: Severity::Warning,
        title: "a token in a file",
        why: "Whoever reads the file, its backups or its history in git can act as you.",
        help: "Take the token out of the file. If others could read it, revoke it: elitea-helper \
               token rotate --delete-old makes a new one and deletes the old one. Tools that need \
               a token can name a variable or ask elitea-helper for it.",
        needs: Needs::Nothing,
        repairs: false,
        check: Check::File(in_file),
    },
];

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

/// In a settings file of a user the token keys are where a token belongs.
fn in_file(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    let belongs = |range: &std::ops::Range<usize>| {
        !file.is_workspace()
            && file.keys.iter().any(|key| {
                key.is_secret() && key.in_place && key.raw.start <= range.start && range.end <= key.raw.end
            })
    };
    for range in auth::token_ranges(&file.text) {
        if merge::looks_like_token(&file.text[range.clone()]) && !belongs(&range) {
            found
                .add("an ELITEA token stands here")
                .at(range)
                .advice("take it out, and revoke it if others could read the file");
        }
    }
}
