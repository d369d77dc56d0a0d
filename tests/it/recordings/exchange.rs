//! Recorded exchanges, and what can be read from them: tokens, rows of tokens, times.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use elitea_helper::fake::world::TokenRow;
use jiff::civil::DateTime;
use serde_json::Value;

use super::compare::Reply;

/// One recorded exchange.
pub(super) struct Exchange {
    pub file: String,
    pub id: String,
    pub seq: u64,
    pub deployment: String,
    pub variant: String,
    pub edge: bool,
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
    pub reply: Reply,
}

impl Exchange {
    /// Every exchange of a folder, in the order in which they were recorded.
    pub(super) fn read_all(folder: &Path) -> Vec<Self> {
        let mut all = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let file = path.file_stem().unwrap().to_string_lossy().into_owned();
            for line in std::fs::read_to_string(&path).unwrap().lines() {
                all.push(Self::read(&file, &serde_json::from_str(line).unwrap()));
            }
        }
        all.sort_by_key(|exchange| exchange.seq);
        all
    }

    fn read(file: &str, line: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let request = &line["request"];
        let response = &line["response"];
        let decoded = |value: &Value| {
            let base64 = value["body_base64"].as_str().map(|body| STANDARD.decode(body).unwrap());
            base64.or_else(|| value["body"].as_str().map(|body| body.as_bytes().to_vec()))
        };
        let pairs = |value: &Value| -> Vec<(String, String)> {
            value.as_array().unwrap().iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
        };
        let headers = match &request["headers"] {
            Value::Object(map) => map
                .iter()
                .flat_map(|(name, value)| match value {
                    Value::Array(values) => values.iter().map(|value| (name.clone(), text(value))).collect(),
                    value => vec![(name.clone(), text(value))],
                })
                .collect(),
            list => pairs(list),
        };
        Self {
            file: file.to_owned(),
            id: text(&line["id"]),
            seq: line["seq"].as_u64().unwrap(),
            deployment: text(&line["deployment"]),
            variant: text(&line["variant"]),
            edge: line["edge"] == true,
            method: text(&request["method"]),
            path: text(&request["path"]),
            headers,
            body: decoded(request),
            reply: Reply {
                status: u16::try_from(response["status"].as_u64().unwrap()).unwrap(),
                headers: pairs(&response["headers"]),
                body: String::from_utf8_lossy(&decoded(response).unwrap_or_default()).into_owned(),
            },
        }
    }

    pub(super) fn matches(&self, what: &str) -> bool {
        match what.split_once(':') {
            Some(("variant", variant)) => self.variant == variant,
            Some(("id", prefix)) => self.id.starts_with(prefix),
            _ => what == "edge" && self.edge,
        }
    }

    pub(super) fn creates_token(&self) -> bool {
        self.method == "POST" && self.reply.status == 200 && self.path.contains("/auth/token/")
    }
}

/// The text of an HTTP reply, behind interim ones.
pub(super) fn parse(received: &[u8]) -> Reply {
    let received = String::from_utf8_lossy(received);
    let (mut head, mut body) = received.split_once("\r\n\r\n").unwrap_or((&received, ""));
    if head.starts_with("HTTP/1.1 100") {
        (head, body) = body.split_once("\r\n\r\n").unwrap_or_default();
    }
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(':'));
    Reply {
        status: status.unwrap_or_default(),
        headers: headers.map(|(name, value)| (name.to_lowercase(), value.trim().to_owned())).collect(),
        body: body.to_owned(),
    }
}

/// Basic credentials in clear, anything else as it is.
pub(super) fn unbase64(value: &str) -> String {
    let basic = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    let decoded =
        basic.and_then(|(_, credentials)| String::from_utf8(STANDARD.decode(credentials).ok()?).ok());
    decoded.unwrap_or_else(|| value.to_owned())
}

/// The header of tokens that servers make.
const HEADER: &str = "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.";

/// The whole tokens in a text.
pub(super) fn tokens_in(text: &str) -> Vec<String> {
    let starts = text.match_indices(HEADER).map(|(start, _)| &text[start..]);
    let ends = starts.map(|rest| {
        let end = rest.find(|char: char| !char.is_ascii_alphanumeric() && !matches!(char, '-' | '_' | '.'));
        rest[..end.unwrap_or(rest.len())].to_owned()
    });
    ends.filter(|token| token.split('.').count() == 3).collect()
}

pub(super) fn uuid_of(token: &str) -> Option<String> {
    let claims: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?).ok()?;
    claims["uuid"].as_str().map(str::to_owned)
}

/// The rows of tokens that a reply shows.
pub(super) fn rows_in(exchange: &Exchange) -> Vec<TokenRow> {
    if !exchange.path.contains("/auth/token") && !exchange.path.contains("auth%2Ftoken")
        || exchange.reply.status != 200
    {
        return Vec::new();
    }
    let items = match exchange.reply.json() {
        Some(Value::Array(items)) => items,
        Some(item @ Value::Object(_)) => vec![item],
        _ => Vec::new(),
    };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let row = |item: &Value| TokenRow {
        id: item["id"].as_u64().unwrap(),
        uuid: text(&item["uuid"]),
        name: text(&item["name"]),
        user_id: item["user_id"].as_u64(),
        expires: item["expires"].as_str().map(civil),
        project_id: item["project_id"].as_u64(),
    };
    items.iter().map(row).collect()
}

/// A recorded time as rows keep it.
pub(super) fn civil(text: &str) -> String {
    let date = DateTime::strptime("%a, %d %b %Y %H:%M:%S GMT", text).map(|at| at.to_string());
    date.unwrap_or_else(|_| text.trim_end_matches('Z').to_owned())
}
