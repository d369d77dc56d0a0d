//! What was recorded and the fake does not have, each with its reason.

use super::exchange::Exchange;

const MCP: &str = "MCP comes later";
const GATEWAY: &str = "the model gateway is not imitated";
const CONFIGURATIONS: &str = "configuration records are not read by the client";
const NOTICES: &str = "notices are not read by the client; the fake has none";
const PROFILE: &str = "the profile is not written by the client";
const COMPRESSION: &str = "the fake does not compress";
const HANGING: &str = "a database that hangs is a fault of the seam (`hang`), not a state";

/// Server, file and the beginning of the exchange's id (empty: the whole file), and the reason.
#[rustfmt::skip]
const LISTED: &[(&str, &str, &str)] = &[
    ("python/mcp", "", MCP),
    ("python/gateway", "", GATEWAY),
    ("python/models", "models-set-default-bad", "the words of a validation library"),
    ("python/models", "configs-list", CONFIGURATIONS),
    ("python/errors", "err-403-long", CONFIGURATIONS),
    ("python/errors", "err-author-put-wrong-type", PROFILE),
    ("python/errors", "err-v1-notifications", NOTICES),
    ("python/account", "acct-author-put", PROFILE),
    ("python/account", "acct-notification-expiring", NOTICES),
    ("go/mcp", "", MCP),
    ("go/gateway", "", GATEWAY),
    ("go/auth-failures", "b-bad-token-mcp", MCP),
    ("go/account", "b-notifications-pat-expiring", NOTICES),
    ("go/account", "b-notifications-all", NOTICES),
    ("go/account", "a-notifications-session", NOTICES),
    ("go/models-catalog", "b-configurations", CONFIGURATIONS),
    ("go/models-plain", "a-configurations", CONFIGURATIONS),
    ("go/models-plain", "a-set-default", "a refusal in the server's own long words"),
    ("go/redirects", "edge-no-credential-llm", GATEWAY),
    ("go/redirects", "edge-c-llm-", GATEWAY),
    ("go/redirects", "b-forwardauth-raw-", "the question that a reverse proxy asks; no client does"),
    ("go/redirects", "a-login-oidc", "there is no identity provider"),
    ("go/misc", "b-doubled-prefix-llm", GATEWAY),
    ("go/misc", "b-gzip-list", COMPRESSION),
    ("go/misc", "b-gzip-small", COMPRESSION),
    ("go/misc", "b-gzip-q0", COMPRESSION),
    ("go/misc", "b-gzip-401", COMPRESSION),
    ("go/misc", "b-gzip-204", COMPRESSION),
    ("go/misc", "b-deflate", COMPRESSION),
    ("go/misc", "b-branding", "the web interface's own script"),
    ("go/outage", "b-readonly-mcp", MCP),
    ("go/outage", "b-dbdown-mcp", MCP),
    ("go/outage", "c-dbdown-llm", GATEWAY),
    ("go/outage", "b-dbhang-readyz", HANGING),
    ("go/outage", "edge-dbhang-good", HANGING),
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
