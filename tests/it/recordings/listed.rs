//! What was recorded and the fake does not have, each with its reason.

use super::replay::Exchange;

/// Server, file and the beginning of the exchange's id (empty: the whole file), and the reason.
#[rustfmt::skip]
const LISTED: &[(&str, &str, &str)] = &[
    ("python/mcp", "", "MCP comes later"),
    ("python/gateway", "", "the model gateway is not imitated"),
    ("go/mcp", "", "MCP comes later"),
    ("go/gateway", "", "the model gateway is not imitated"),
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
