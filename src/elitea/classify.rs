//! What a reply that is no success means: status, headers and body in, one error out.

use serde_json::Value;

use super::http::Reply;
use super::transport;
use crate::auth::hide_tokens;
use crate::error::{Error, Kind};

/// Longest part of a server's own words in a message, in characters.
const WORDS: usize = 200;

const ASK_ADDRESS: &str =
    "check the server's address: it is the part before /app, such as https://next.elitea.ai";
const TRY_LATER: &str = "try again later";

/// What a status means where neither its body nor its headers say more.
const STATUSES: &[(u16, Kind, &str, &str)] = &[
    (400, Kind::ServerFault, "the server does not accept the request", ""),
    (402, Kind::Forbidden, "the budget is used up", "ask an administrator of the project"),
    (404, Kind::NotElitea, "the server has no such address", ASK_ADDRESS),
    (405, Kind::NotElitea, "the server does not offer this", ASK_ADDRESS),
    (429, Kind::ServerBusy, "the server asks to wait", TRY_LATER),
    (502, Kind::ServerFault, "nothing answers behind the server's proxy", TRY_LATER),
    (503, Kind::ServerFault, "the server is not available", TRY_LATER),
    (504, Kind::ServerFault, "the server behind its proxy is too slow", TRY_LATER),
];

/// The error that this reply stands for. A refused token is only suspected here: whether it is dead
/// is for the token calls to say.
pub fn classify(reply: &Reply) -> Error {
    let page = html_title(reply);
    match reply.status {
        200..=299 => unreadable(reply, page.as_deref()),
        300..=399 => redirected(reply),
        401 => unauthenticated(reply),
        403 => forbidden(reply, page.as_deref()),
        407 => {
            transport::proxy_login(&shown(reply.header("proxy-authenticate").unwrap_or("no method named")))
        }
        404 | 405 if page.is_some() => not_elitea(reply, page.as_deref()),
        503 if reply.header("retry-after").is_some() => busy(reply, page.as_deref()),
        status => by_status(reply, status, page.as_deref()),
    }
}

/// A reply that should have been an API's answer and is a page, or JSON of another shape.
pub(super) fn unreadable(reply: &Reply, page: Option<&str>) -> Error {
    if page.is_some() || html_title(reply).is_some() {
        return not_elitea(reply, page.or(html_title(reply).as_deref()));
    }
    if reply.header("content-encoding").is_some_and(|encoding| encoding != "identity") {
        return Error::new(
            Kind::ServerFault,
            format!("{} answers compressed, which was not asked for", reply.url),
        );
    }
    Error::new(Kind::ServerFault, format!("{} answers something that cannot be read", reply.url))
        .hint("try again; if it stays so, the server is newer or older than this helper knows")
}

fn not_elitea(reply: &Reply, page: Option<&str>) -> Error {
    let title =
        page.filter(|title| !title.is_empty()).map_or(String::new(), |title| format!(" titled “{title}”"));
    Error::new(
        Kind::NotElitea,
        format!(
            "{} answers with a web page{title} (status {}): this is not an ELITEA API",
            reply.url, reply.status
        ),
    )
    .hint(ASK_ADDRESS)
}

fn redirected(reply: &Reply) -> Error {
    let location = reply.header("location").unwrap_or_default();
    let path = location.split(['?', '#']).next().unwrap_or_default();
    if path.contains("/access_denied") {
        return rejected("the server denies access with this token");
    }
    if path.contains("/forward-auth/") {
        return Error::new(Kind::TokenMissing, "the server asks to log in").hint("run elitea-helper login");
    }
    let error = Error::new(Kind::NotElitea, format!("{} redirects to {}", reply.url, shown(path)));
    error.hint("redirects are not followed; if that is your ELITEA, give its address as the server")
}

fn unauthenticated(reply: &Reply) -> Error {
    let words = words(&reply.body).unwrap_or_default();
    if words.contains("missing authorization") {
        return Error::new(Kind::TokenMissing, "the server asks for a token").hint("run elitea-helper login");
    }
    if html_title(reply).is_some() {
        return not_elitea(reply, html_title(reply).as_deref());
    }
    rejected(&if words.is_empty() {
        "the server refuses the token".to_owned()
    } else {
        format!("the server refuses the token: {words}")
    })
}

fn rejected(message: &str) -> Error {
    Error::new(Kind::TokenRejected, message)
        .hint("make a new token on the server's page settings/create-personal-token")
}

fn forbidden(reply: &Reply, page: Option<&str>) -> Error {
    if reply.body.trim_ascii() == b"Access Denied" {
        return rejected("the server denies access with this token");
    }
    if page.is_some() {
        return not_elitea(reply, page);
    }
    let needed = json(&reply.body).and_then(|body| body.get("required").map(list)).unwrap_or_default();
    let message = match words(&reply.body) {
        _ if !needed.is_empty() => format!("the account has not the right to do this: {needed} is missing"),
        Some(words) => format!("the account has not the right to do this: {words}"),
        None => "the account has not the right to do this".to_owned(),
    };
    Error::new(Kind::Forbidden, message)
        .hint("ask an administrator of the project for the right, or choose another project")
}

fn busy(reply: &Reply, page: Option<&str>) -> Error {
    let wait = reply.header("retry-after").unwrap_or_default();
    let state = if page.is_some() { "the server starts or is in maintenance" } else { "the server is busy" };
    let seconds = wait.trim().parse::<u32>().is_ok();
    Error::new(Kind::ServerBusy, state).hint(if seconds {
        format!("try again in {} seconds", wait.trim())
    } else {
        TRY_LATER.to_owned()
    })
}

fn by_status(reply: &Reply, status: u16, page: Option<&str>) -> Error {
    let row = STATUSES.iter().find(|(known, ..)| *known == status);
    let (kind, meaning, hint) = match row {
        Some((_, kind, meaning, hint)) => (*kind, *meaning, *hint),
        None if status >= 500 => (Kind::ServerFault, "the server failed", TRY_LATER),
        None => (Kind::ServerFault, "the server does not accept the request", ""),
    };
    let words = page.map(str::to_owned).or_else(|| words(&reply.body)).filter(|words| !words.is_empty());
    let said = words.map_or(String::new(), |words| format!(": {words}"));
    let error = Error::new(kind, format!("{meaning} ({} answers {status}){said}", reply.url));
    if hint.is_empty() { error } else { error.hint(hint) }
}

/// The title of a page, empty where it has none; nothing for a reply that is no page. Flask calls
/// even `Access Denied` `text/html`, so the body decides.
pub(in crate::elitea) fn html_title(reply: &Reply) -> Option<String> {
    let start = String::from_utf8_lossy(&reply.body[..reply.body.len().min(64 * 1024)]);
    let lower = start.to_ascii_lowercase();
    let head = lower.trim_start_matches('\u{feff}').trim_start();
    let is_page = ["<!doctype html", "<html", "<head", "<body", "<?xml", "<!--", "<title"];
    let typed = reply.header("content-type").is_some_and(|kind| kind.contains("text/html"));
    let known = is_page.iter().any(|tag| head.starts_with(tag));
    if !known && (!typed || !head.starts_with('<')) {
        return None;
    }
    let title = lower.find("<title").and_then(|at| {
        let from = at + lower[at..].find('>')? + 1;
        let to = from + lower[from..].find("</title")?;
        start.get(from..to).map(shown)
    });
    Some(title.unwrap_or_default())
}

fn json(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok()
}

/// The server's own words: `message`, `error` or `errors`, each a string, a list or an object; a
/// short plain text as it is.
pub(super) fn words(body: &[u8]) -> Option<String> {
    let Some(body) = json(body) else {
        let text = std::str::from_utf8(body).ok()?.trim();
        return (!text.is_empty() && !text.starts_with('<')).then(|| shown(text));
    };
    let said = ["message", "error", "errors"]
        .iter()
        .find_map(|key| body.get(key).filter(|value| !value.is_null()))?;
    Some(shown(&list(said))).filter(|words| !words.is_empty())
}

fn list(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(list).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => match ["message", "msg", "error"].iter().find_map(|key| fields.get(*key)) {
            Some(inner) => list(inner),
            None => fields
                .iter()
                .map(|(key, inner)| format!("{key}: {}", list(inner)))
                .collect::<Vec<_>>()
                .join(", "),
        },
        other => other.to_string(),
    }
}

/// A server's words as one short line without control characters, and without what could be a token.
pub(in crate::elitea) fn shown(text: &str) -> String {
    let text = hide_tokens(text);
    let line: Vec<&str> = text.split_whitespace().collect();
    let mut visible: Vec<char> = line.join(" ").chars().filter(|c| !is_invisible(*c)).collect();
    if visible.len() > WORDS {
        visible.truncate(WORDS);
        visible.push('…');
    }
    visible.into_iter().collect()
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
