//! Compares a recorded reply with the fake's: status, the headers that matter, and the body but for
//! times, ids and secrets.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::exchange;

/// A reply, recorded or received.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// Headers that a client may look at.
const HEADERS: &[&str] = &[
    "content-type",
    "location",
    "retry-after",
    "refresh",
    "expires",
    "allow",
    "cache-control",
    "pragma",
    "vary",
    "server",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "set-cookie",
    "access-control-allow-origin",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-credentials",
    "access-control-max-age",
    "access-control-expose-headers",
];

impl Reply {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok()
    }

    /// The values of a header, in an order of our own where the server's is random.
    fn values(&self, name: &str) -> Vec<String> {
        let values = self.headers.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let mut values: Vec<String> = match name {
            "allow" => values.flat_map(|value| value.split(", ")).map(str::to_owned).collect(),
            "set-cookie" => {
                values.map(|value| value.split('=').next().unwrap_or_default().to_owned()).collect()
            }
            _ => values.map(hide_secrets).collect(),
        };
        values.sort();
        values
    }
}

/// How closely bodies are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    /// Byte for byte, but for secrets.
    Whole,
    /// Likewise, but for what is new in every created token.
    CreatedToken,
    /// The names of the keys, in their order, and the types of the values.
    OwnWords,
}

/// What differs, one line each.
pub(super) fn differences(recorded: &Reply, received: &Reply, how: Body) -> Vec<String> {
    let mut lines = Vec::new();
    if recorded.status != received.status {
        lines.push(format!("status: recorded {}, fake {}", recorded.status, received.status));
    }
    for name in HEADERS {
        let (was, is) = (recorded.values(name), received.values(name));
        if was != is {
            lines.push(format!("{name}: recorded {was:?}, fake {is:?}"));
        }
    }
    let is_page = recorded.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    let (was, is) = if is_page && recorded.body.contains("<head>") {
        (page(&recorded.body, true), page(&received.body, recorded.body.contains("JSON.parse('")))
    } else if how == Body::OwnWords {
        (outline(&recorded.body), outline(&received.body))
    } else {
        let creates = how == Body::CreatedToken;
        (body(&recorded.body, creates), body(&received.body, creates))
    };
    if was != is {
        lines.push(format!("body recorded: {was}\nbody fake:     {is}"));
    }
    if how == Body::CreatedToken {
        let (was, is) = (token_form(recorded), token_form(received));
        if was != is {
            lines.push(format!("token recorded: {was:?}\ntoken fake:     {is:?}"));
        }
    }
    lines
}

/// How a created token relates to its row: header, length, the names of the claims, and whether they agree
/// with the row's uuid and time of expiry.
fn token_form(reply: &Reply) -> Option<String> {
    let row = reply.json()?;
    let token = row["token"].as_str()?;
    let mut parts = token.split('.');
    let header = String::from_utf8(URL_SAFE_NO_PAD.decode(parts.next()?).ok()?).ok()?;
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts.next()?).ok()?).ok()?;
    let names: Vec<_> = claims.as_object()?.keys().collect();
    let minute = row["expires"].as_str().map(|expires| exchange::civil(expires)[..16].to_owned());
    let agrees = (claims["uuid"] == row["uuid"], claims["expires"].as_str() == minute.as_deref());
    Some(format!("{header} {} {names:?} {agrees:?}", token.len()))
}

/// Of a page: that it is a document, its title, and the configuration that it carries. Its words and looks
/// are the fake's own.
fn page(html: &str, with_config: bool) -> String {
    let between = |open: &str, close: &str| html.split(open).nth(1).and_then(|rest| rest.split(close).next());
    let document = html.trim_start().to_lowercase().starts_with("<!doctype html>");
    // The recorded servers had no web interface, only a placeholder.
    let title = between("<title>", "</title>").filter(|title| !matches!(*title, "placeholder" | "ELITEA"));
    let config = between("JSON.parse('", "')").filter(|_| with_config);
    format!("document {document}, title {title:?}, config {config:?}")
}

fn body(text: &str, creates: bool) -> String {
    let mut text = hide_secrets(text);
    if let Ok(value) = serde_json::from_str::<Value>(&text) {
        if creates {
            text = hide_new(&text, &value);
        }
        if let Some(sorted) = sorted_strings(&value) {
            return format!("{} ({} bytes)", sorted, text.len());
        }
    }
    // Python prints a set in random order.
    match text.split_once("expires measure be in {") {
        Some((before, after)) => {
            let (set, rest) = after.split_once('}').unwrap_or_default();
            let mut set: Vec<&str> = set.split(", ").collect();
            set.sort_unstable();
            format!("{before}{set:?}{rest}")
        }
        None => text,
    }
}

/// A JSON body without its texts.
fn outline(text: &str) -> String {
    fn blur(value: &Value) -> Value {
        match value {
            Value::String(_) => "...".into(),
            Value::Array(items) => items.iter().map(blur).collect(),
            Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), blur(value))).collect(),
            other => other.clone(),
        }
    }
    serde_json::from_str(text).map_or_else(|_| text.to_owned(), |value| blur(&value).to_string())
}

/// A reply with lists of permissions, whose order is random, with those lists sorted.
fn sorted_strings(value: &Value) -> Option<Value> {
    let mut value = value.clone();
    let list = if value.is_array() { Some(&mut value) } else { value.get_mut("current_permissions") };
    let list = list?.as_array_mut()?;
    if list.is_empty() || !list.iter().all(Value::is_string) {
        return None;
    }
    list.sort_by_key(|item| item.as_str().map(str::to_owned));
    Some(value)
}

/// Replaces what a created token has of its own: id, uuid, time.
fn hide_new(text: &str, value: &Value) -> String {
    let mut text = text.to_owned();
    for key in ["id", "uuid", "expires"] {
        let Some(raw) = value.get(key).filter(|raw| !raw.is_null()).map(Value::to_string) else { continue };
        for colon in [":", ": "] {
            text = text.replace(
                &format!("\"{key}\"{colon}{raw}"),
                &format!("\"{key}\"{colon}<{}>", shape(key, &raw)),
            );
        }
    }
    text
}

/// The form of a value, without the value.
fn shape(key: &str, raw: &str) -> String {
    let digits_to_zero = |char: char| if char.is_ascii_digit() { '0' } else { char };
    match key {
        "id" => "id".to_owned(),
        "uuid" => raw.chars().map(|char| if char.is_ascii_hexdigit() { 'x' } else { char }).collect(),
        // The names of days and months vary, a fraction may end early.
        _ if raw.contains("GMT") => {
            let name_to_x = |char: char| if char.is_ascii_lowercase() { 'x' } else { char };
            let shape: String =
                raw.trim_end_matches("GMT\"").chars().map(digits_to_zero).map(name_to_x).collect();
            shape.chars().map(|char| if char.is_ascii_uppercase() { 'x' } else { char }).collect()
        }
        _ => raw.split('.').next().unwrap_or_default().chars().map(digits_to_zero).collect(),
    }
}

/// Replaces tokens and their last characters, and other random strings.
fn hide_secrets(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("eyJ") {
            let end = after.find(|char: char| !is_token_char(char)).unwrap_or(after.len());
            out.push_str("<token>");
            rest = &after[end..];
        } else if let Some(after) = rest.strip_prefix("\"...").filter(|after| after.get(7..8) == Some("\"")) {
            out.push_str("\"...<last7>\"");
            rest = &after[8..];
        } else if let Some(after) =
            rest.strip_prefix("auth_form/login?target_to=").filter(|_| !rest.contains("eyJ"))
        {
            let end = after.find(|char: char| !is_token_char(char)).unwrap_or(after.len());
            out.push_str("auth_form/login?target_to=<state>");
            rest = &after[end..];
        } else {
            let next = rest.chars().next().map_or(1, char::len_utf8);
            out.push_str(&rest[..next]);
            rest = &rest[next..];
        }
    }
    out
}

fn is_token_char(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.')
}
