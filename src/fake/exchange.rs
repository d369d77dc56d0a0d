//! One request and one reply, free of any HTTP library, so that the dialects are plain functions.

use serde_json::Value;

use super::faults::Condition;
use super::json::{self, Style};

/// A request as received.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// The method, as sent.
    pub method: String,
    /// The path of the request target, still percent-encoded.
    pub path: String,
    /// What follows the `?`, still percent-encoded.
    pub query: Option<String>,
    /// Names in lower case, values as text (bytes beyond UTF-8 replaced).
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
    /// The state of the deployment while this request is served.
    pub condition: Condition,
}

impl Request {
    /// The first value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The values of a header, in the order received.
    pub(super) fn header_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a query parameter, decoded.
    pub(super) fn param(&self, name: &str) -> Option<String> {
        let query = self.query.as_deref()?;
        url::form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// A query parameter, or the empty string.
    pub(super) fn param_or_empty(&self, name: &str) -> String {
        self.param(name).unwrap_or_default()
    }

    /// The value of a cookie.
    pub(super) fn cookie(&self, name: &str) -> Option<&str> {
        self.header_values("cookie")
            .flat_map(|header| header.split(';'))
            .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
    }

    /// The request target as a client wrote it.
    pub(super) fn target(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }

    /// Whether a browser asks: it wants HTML.
    pub(super) fn wants_html(&self) -> bool {
        self.header("accept").is_some_and(|accept| accept.contains("text/html"))
    }
}

/// A reply to be sent.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    /// The status code.
    pub status: u16,
    /// Headers but `Date`, `Content-Length` and `Connection`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// An empty reply without headers.
    pub(super) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// A JSON reply.
    pub(super) fn json(status: u16, value: &Value, style: Style) -> Self {
        Self::text(status, "application/json", json::print(value, style))
    }

    /// An HTML reply.
    pub(super) fn html(status: u16, body: impl Into<String>) -> Self {
        Self::text(status, "text/html; charset=utf-8", body)
    }

    /// A reply with this content type.
    pub(super) fn text(status: u16, content_type: &str, body: impl Into<String>) -> Self {
        Self { status, headers: Vec::new(), body: body.into().into_bytes() }
            .header("content-type", content_type)
    }

    /// Adds a header.
    #[must_use]
    pub(super) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a header unless the reply has it already.
    #[must_use]
    pub(super) fn header_if_absent(self, name: &str, value: &str) -> Self {
        if self.headers.iter().any(|(key, _)| key == name) { self } else { self.header(name, value) }
    }
}

/// Escapes text for HTML, attribute values included.
pub(super) fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Percent-decodes a path; broken escapes stay as they are, bytes beyond UTF-8 are replaced.
pub(super) fn decode_path(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%')
            .then(|| path.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(escaped.unwrap_or(bytes[at]));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Whether every `%` of a path begins a valid escape.
pub(super) fn escapes_are_valid(path: &str) -> bool {
    path.match_indices('%').all(|(at, _)| {
        path.as_bytes().get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
    })
}

/// Parses JSON as lenient servers do: a lone surrogate escape becomes U+FFFD. The flag says whether
/// there was one.
pub(super) fn parse_json(text: &str) -> (serde_json::Result<Value>, bool) {
    let mut repaired = text.to_owned();
    let mut lone = false;
    let mut at = 0;
    while let Some(found) = repaired.get(at..).and_then(|rest| rest.find("\\u")) {
        let start = at + found;
        at = start + 2;
        let unit =
            |from: usize| repaired.get(from..from + 4).and_then(|hex| u16::from_str_radix(hex, 16).ok());
        let (Some(first), second) = (unit(start + 2), unit(start + 8)) else { continue };
        let paired = repaired.get(start + 6..start + 8) == Some("\\u")
            && second.is_some_and(|second| (0xdc00..0xe000).contains(&second));
        match first {
            0xd800..0xdc00 if paired => at = start + 12,
            0xd800..0xe000 => {
                repaired.replace_range(start + 2..start + 6, "fffd");
                lone = true;
            }
            _ => {}
        }
    }
    (serde_json::from_str(&repaired), lone)
}
