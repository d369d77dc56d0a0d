//! Our failures as JSON-RPC's, from the one table of `error`.

use tower_lsp::jsonrpc::{self, ErrorCode};

use crate::error::Error;
use crate::protocol::error::Failure;

/// A failure as it is answered: code of the table, the message, and the whole of it in `data`.
pub(super) fn error(error: &Error) -> jsonrpc::Error {
    jsonrpc::Error {
        code: ErrorCode::from(i64::from(error.kind.row().rpc)),
        message: error.to_string().into(),
        data: serde_json::to_value(Failure::from(error)).ok(),
    }
}
