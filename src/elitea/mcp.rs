//! The server's MCP endpoint, for a local MCP server that only adds the token.

use std::time::Duration;

use super::classify::{classify, html_title};
use super::client::Client;
use super::http::Reply;
use crate::error::Result;

/// How long one message may take: a tool may run for minutes.
const LIMIT: Duration = Duration::from_secs(600);

/// Both kinds of answer that the transport allows (MCP, Streamable HTTP).
const ACCEPT: (&str, &str) = ("accept", "application/json, text/event-stream");

impl Client {
    /// Passes one JSON-RPC message to the MCP endpoint of a project, sent once, and gives back what
    /// the server answers, its refusals of the message included. `headers` are the transport's own,
    /// such as `mcp-session-id`.
    ///
    /// # Errors
    /// Those of the network and of a refused token; `Forbidden` without access to the
    /// project; `NotElitea` for a web page.
    pub async fn mcp(&self, project: u64, message: &str, headers: &[(&str, &str)]) -> Result<Reply> {
        let all: Vec<(&str, &str)> = [ACCEPT].into_iter().chain(headers.iter().copied()).collect();
        let reply = self.http.post_text(&format!("/app/{project}/mcp"), message, &all, LIMIT).await?;
        let refused = matches!(reply.status, 300..=399 | 401 | 403 | 404 | 429 | 500..=599);
        if refused || html_title(&reply).is_some() {
            return Err(self.judged("the MCP endpoint", classify(&reply)).await);
        }
        Ok(reply)
    }
}
