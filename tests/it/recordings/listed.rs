//! What was recorded and the fake does not have, each with its reason.

use super::exchange::Exchange;

const GATEWAY: &str = "the model gateway is not imitated";
const CONFIGURATIONS: &str = "configuration records are not read by the client";
const NOTICES: &str = "notices are not read by the client; the fake has none";
const PROFILE: &str = "the profile is not written by the client";
const COMPRESSION: &str = "the fake does not compress";
const VALIDATION: &str = "the words of a validation library";
const EXPLANATION: &str = "an explanation to whoever runs the server";
const HANGING: &str = "a database that hangs is a fault of the seam (`hang`), not a state";

/// Server, file and the beginning of the exchange's id (empty: the whole file), and the reason.
#[rustfmt::skip]
const LISTED: &[(&str, &str, &str)] = &[
    ("python/gateway", "", GATEWAY),
    ("python/models", "configs-list", CONFIGURATIONS),
    ("python/errors", "err-403-long", CONFIGURATIONS),
    ("python/errors", "err-author-put-wrong-type", PROFILE),
    ("python/errors", "err-v1-notifications", NOTICES),
    ("python/account", "acct-author-put", PROFILE),
    ("python/account", "acct-notification-expiring", NOTICES),
    ("go/gateway", "", GATEWAY),
    ("go/account", "b-notifications-pat-expiring", NOTICES),
    ("go/account", "b-notifications-all", NOTICES),
    ("go/account", "a-notifications-session", NOTICES),
    ("go/models-catalog", "b-configurations", CONFIGURATIONS),
    ("go/models-plain", "a-configurations", CONFIGURATIONS),
    ("go/redirects", "edge-c-llm-", GATEWAY),
    ("go/redirects", "b-forwardauth-raw-", "the question that a reverse proxy asks; no client does"),
    ("go/redirects", "a-login-oidc", "there is no identity provider"),
    ("go/misc", "b-gzip-list", COMPRESSION),
    ("go/misc", "b-gzip-small", COMPRESSION),
    ("go/misc", "b-gzip-q0", COMPRESSION),
    ("go/misc", "b-gzip-401", COMPRESSION),
    ("go/misc", "b-gzip-204", COMPRESSION),
    ("go/misc", "b-deflate", COMPRESSION),
    ("go/misc", "b-branding", "the web interface's own script"),
    ("go/outage", "c-dbdown-llm", GATEWAY),
    ("go/outage", "b-dbhang-readyz", HANGING),
    ("go/outage", "edge-dbhang-good", HANGING),
];

/// Replies whose words are the fake's own, for people only; all but the words of the body is compared.
#[rustfmt::skip]
const OWN_WORDS: &[(&str, &str, &str)] = &[
    ("python/models", "models-set-default-bad", VALIDATION),
    ("python/mcp", "mcp-ping", VALIDATION),
    ("python/mcp", "mcp-unknown-method", VALIDATION),
    ("python/mcp", "mcp-bad-json", VALIDATION),
    ("python/mcp", "mcp-tag-unknown", "a list of the server's own routes"),
    ("go/models-plain", "a-set-default", EXPLANATION),
    ("go/redirects", "edge-no-credential-llm", EXPLANATION),
    ("go/misc", "b-doubled-prefix-llm", EXPLANATION),
    ("go/mcp", "b-mcp-unknown-category", EXPLANATION),
    ("go/mcp", "b-mcp-py-category", EXPLANATION),
];

type Row = &'static (&'static str, &'static str, &'static str);

/// The rows about one server.
pub(super) fn of(server: &str) -> impl Iterator<Item = Row> {
    LISTED.iter().filter(move |(file, _, _)| file.split('/').next() == Some(server))
}

/// The row that covers an exchange.
pub(super) fn row(server: &str, exchange: &Exchange) -> Option<Row> {
    of(server)
        .find(|(file, id, _)| file.split('/').nth(1) == Some(&exchange.file) && exchange.id.starts_with(id))
}

/// Whether the words of this reply are the fake's own.
pub(super) fn has_own_words(server: &str, exchange: &Exchange) -> bool {
    let file = format!("{server}/{}", exchange.file);
    OWN_WORDS.iter().any(|(of, id, _)| *of == file && *id == exchange.id)
}
