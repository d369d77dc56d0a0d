//! Rules about the token in use, where it is kept, and who can get at it.

use crate::auth;
use crate::doctor::facts::{Facts, Verdict};
use crate::doctor::file::FileFacts;
use crate::doctor::rule::{Added, Check, Found, Needs, Rule};
use crate::error::Kind;
use crate::merge;
use crate::protocol::doctor::Severity;
use crate::protocol::token::TokenState;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "token-expired",
        severity: Severity::Error,
        title: "a token whose time is over",
        why: "The server refuses it, and so does every IDE that holds it.",
        help: "Make a new token on the server's page and sign in with it: elitea-helper login. It is then \
               written to every file that is kept in order: elitea-helper apply.",
        needs: Needs::Nothing,
        repairs: false,
        check: Check::Machine(expired),
    },
    Rule {
        id: "token-expiring",
        severity: Severity::Warning,
        title: "a token that is about to expire",
        why: "In some days the server refuses it, and nothing in any IDE works.",
        help: "Make a new one in one step: elitea-helper token rotate asks the server for it, stores it and \
               writes it to every file that is kept in order. The old one lives on until its end.",
        needs: Needs::Nothing,
        repairs: false,
        check: Check::Machine(expiring),
    },
    Rule {
        id: "token-rejected",
        severity: Severity::Error,
        title: "a token that the server refuses",
        why: "Nothing can be asked of the server with it, and no IDE can use it.",
        help: "It was deleted, or belongs to another server. The server was asked twice, and in another way, \
               since a refusal alone may come from an outage. Sign in with a new one: elitea-helper login.",
        needs: Needs::Network,
        repairs: false,
        check: Check::Machine(rejected),
    },
    Rule {
        id: "token-tracked-by-git",
        severity: Severity::Error,
        title: "a token in a file that git tracks",
        why: "With the next commit it is in the history, and from there it can hardly be taken out again; \
              whoever gets a copy can act as you.",
        help: "Take the token out of the file, and the file out of git if others need not have it: git rm \
               --cached FILE. If it was ever committed, make a new token and delete the old one: \
               elitea-helper token rotate --delete-old.",
        needs: Needs::Nothing,
        repairs: false,
        check: Check::File(tracked),
    },
    Rule {
        id: "token-file-readable",
        severity: Severity::Warning,
        title: "a file with a token that others can read",
        why: "Every user of this machine can take the token and act as you.",
        help: "Take the rights of the group and of others away: chmod go= FILE. If others of this machine are \
               not to be trusted, make a new token: elitea-helper token rotate --delete-old.",
        needs: Needs::Nothing,
        repairs: false,
        check: Check::Both(open_store, readable),
    },
    Rule {
        id: "store-unavailable",
        severity: Severity::Error,
        title: "a store of tokens that cannot be used",
        why: "The token can neither be read nor kept, so that nothing can be asked of the server.",
        help: "Make the store work: unlock the system's keychain, or mend the file that is named. Or choose \
               another one: elitea-helper login --store file keeps the token in a plain file that only you \
               can read; ELITEA_TOKEN takes it from the environment.",
        needs: Needs::Nothing,
        repairs: false,
        check: Check::Machine(unavailable),
    },
    Rule {
        id: "store-plain",
        severity: Severity::Info,
        title: "a token in a plain file",
        why: "Every program that runs as you can read it, and it is in your backups as it stands.",
        help: "It is so because it was asked for by name. Where the system has a keychain, sign in with \
               --store keychain, and the file forgets the token.",
        needs: Needs::Nothing,
        repairs: false,
        check: Check::Machine(plain),
    },
];

/// What stands in the store or in `ELITEA_TOKEN` in place of a token.
pub(super) fn malformed(facts: &Facts, found: &mut Found) {
    if let Some(error) = &facts.token.malformed {
        found.add_error(error);
    }
}

/// Only the server knows; while it takes a token, a date in the past says nothing.
fn expired(facts: &Facts, found: &mut Found) {
    let refused = match &facts.token.verdict {
        Some(Verdict::Good) => return,
        Some(Verdict::Bad(error)) => Some(error),
        None => None,
    };
    if let Some(error) = refused.filter(|error| error.kind == Kind::TokenExpired) {
        renewed(facts, found.add(error.message.clone()).kind(error.kind));
        return;
    }
    if let Some(stored) = facts.token.stored.as_ref().filter(|stored| stored.state == TokenState::Expired)
        && let Some(at) = &stored.expires
        && refused.is_none()
    {
        renewed(facts, found.add(format!("the token expired at {at}")).kind(Kind::TokenExpired));
    }
}

/// Says how a token that is no good any more is replaced.
fn renewed(facts: &Facts, added: Added<'_>) {
    let Some(server) = &facts.server.root else { return };
    let page = server.page("settings/create-personal-token");
    if facts.token.stored.as_ref().is_some_and(|stored| stored.store == auth::StoreKind::Env.row().name) {
        added.advice(format!("make a new one at {page}, and set ELITEA_TOKEN to it"));
    } else {
        added.command(
            format!("make a new one at {page}, and sign in with it"),
            format!("elitea-helper login --server {server}"),
        );
    }
}

fn expiring(facts: &Facts, found: &mut Found) {
    let Some(stored) = facts.token.stored.as_ref().filter(|stored| stored.state == TokenState::Expiring)
    else {
        return;
    };
    let (Some(at), false) = (&stored.expires, matches!(facts.token.verdict, Some(Verdict::Bad(_)))) else {
        return;
    };
    let added = found.add(format!("the token expires at {at}"));
    if stored.store == auth::StoreKind::Env.row().name {
        renewed(facts, added);
    } else {
        added.command("make a new one everywhere", "elitea-helper token rotate");
    }
}

fn rejected(facts: &Facts, found: &mut Found) {
    if let Some(Verdict::Bad(error)) = &facts.token.verdict
        && error.kind != Kind::TokenExpired
    {
        let added = found.add(error.message.clone()).kind(error.kind);
        match &error.hint {
            Some(hint) => _ = added.advice(hint.clone()),
            None => renewed(facts, added),
        }
    }
}

pub(super) fn hidden(facts: &Facts, found: &mut Found) {
    if let Some(store) = facts.token.hidden_store {
        found
            .add(format!(
                "ELITEA_TOKEN holds another token than the store {store}, and is the one that is used"
            ))
            .advice("unset ELITEA_TOKEN, or sign in with the same token");
    }
}

/// Where the tokens of a text stand.
fn tokens(file: &FileFacts) -> impl Iterator<Item = std::ops::Range<usize>> {
    auth::token_ranges(&file.text)
        .into_iter()
        .filter(|range| merge::looks_like_token(&file.text[range.clone()]))
}

fn tracked(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    if file.meta.tracked != Some(true) {
        return;
    }
    if let Some(range) = tokens(file).next() {
        found
            .add("git tracks this file, and an ELITEA token stands in it")
            .at(range)
            .advice("take it out before the next commit; if it was committed, make a new token");
    }
}

fn open_store(facts: &Facts, found: &mut Found) {
    if let Some(path) = &facts.own.open_store {
        found
            .add("other users of this machine may read the file of tokens")
            .in_file(path)
            .advice(format!("take their rights away: chmod go= {}", super::quoted(path)));
    }
}

fn readable(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    if !file.meta.readable_by_others {
        return;
    }
    if let Some(range) = tokens(file).next() {
        found
            .add("other users of this machine can read this file, and an ELITEA token stands in it")
            .at(range)
            .advice(format!("take their rights away: chmod go= {}", super::quoted(&file.path)));
    }
}

fn unavailable(facts: &Facts, found: &mut Found) {
    if let Some(error) = &facts.token.store_failure {
        found.add_error(error);
    }
}

fn plain(facts: &Facts, found: &mut Found) {
    if facts.token.stored.as_ref().is_some_and(|stored| stored.plain) {
        found.add("the token is kept in a plain file").command(
            "keep it in the system's keychain, where there is one",
            "elitea-helper login --store keychain",
        );
    }
}
