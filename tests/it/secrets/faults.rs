//! Every way in which the fake server can fail; a new one does not compile before it is listed here.

use std::collections::BTreeMap;

use elitea_helper::fake::{Canned, Condition, Dialect, Effect};

use super::DIALECTS;

/// Seconds that a request may take while the server fails.
pub(super) const TIMEOUT: &str = "[network]\ntimeout = 1\nconnect_timeout = 1\n";

/// Every fault with the dialects that it is tried on. `elsewhere` is another server; `token` is what
/// servers repeat in their answers that should not.
pub(super) fn faults(elsewhere: &str, token: &str) -> Vec<(Effect, Vec<Dialect>)> {
    let everywhere = [
        Effect::Html { status: 502 },
        Effect::TooManyRequests { retry_after: Some(1) },
        Effect::Redirect { status: 302, location: format!("{elsewhere}/api/v2/auth/user/") },
        Effect::Redirect { status: 307, location: format!("{elsewhere}/{token}?t={token}") },
        Effect::Slow { ms: 1500 },
        Effect::Truncate { bytes: 5 },
        Effect::Close,
        Effect::LostReply,
        Effect::Hang,
    ];
    let conditions = [
        Condition::DatabaseDown,
        Condition::DatabaseReadOnly,
        Condition::AuthServiceDown,
        Condition::PublicUser,
        Condition::RedisDown,
        Condition::Starting,
        Condition::Maintenance,
    ];
    let all = DIALECTS.map(|(dialect, _)| dialect);
    let mut faults: Vec<(Effect, Vec<Dialect>)> =
        everywhere.into_iter().map(|effect| (effect, all.to_vec())).collect();
    faults.extend(conditions.map(|condition| (Effect::Condition(condition), all.to_vec())));
    // What the client makes of words is the same for every dialect, so each has one or two.
    faults.extend(
        echoes(token).into_iter().zip(all.iter().cycle()).map(|(effect, dialect)| (effect, vec![*dialect])),
    );
    for (effect, _) in &faults {
        is_listed(effect);
    }
    faults
}

/// Fails to compile when an effect or a condition is new.
fn is_listed(effect: &Effect) {
    match effect {
        Effect::Reply(_)
        | Effect::Html { .. }
        | Effect::TooManyRequests { .. }
        | Effect::Redirect { .. }
        | Effect::Slow { .. }
        | Effect::Truncate { .. }
        | Effect::Close
        | Effect::LostReply
        | Effect::Hang => {}
        Effect::Condition(condition) => match condition {
            Condition::Normal
            | Condition::DatabaseDown
            | Condition::DatabaseReadOnly
            | Condition::AuthServiceDown
            | Condition::PublicUser
            | Condition::RedisDown
            | Condition::Starting
            | Condition::Maintenance => {}
        },
    }
}

/// Servers and proxies that repeat the token in words, titles, headers and names.
fn echoes(token: &str) -> Vec<Effect> {
    let json = |status, body: String| canned(status, &[("content-type", "application/json")], body);
    let html = |status, title: &str| {
        canned(status, &[("content-type", "text/html")], format!("<html><title>{title}</title></html>"))
    };
    vec![
        json(401, format!("{{\"message\": \"not good: Bearer {token}\"}}")),
        json(400, format!("{{\"errors\": {{\"{token}\": [\"{token}\"]}}}}")),
        json(403, format!("{{\"error\": \"no\", \"required\": [\"{token}\"]}}")),
        html(500, &format!("x{token}")),
        html(200, &format!("Sign in, {token}")),
        canned(407, &[("proxy-authenticate", &format!("Basic realm=\"{token}\""))], String::new()),
        canned(503, &[("retry-after", token)], token.to_owned()),
        canned(200, &[("content-encoding", token)], token.to_owned()),
        // An account, a list and a token at once, whose every name is the token.
        json(
            200,
            format!(
                "{{\"id\": 4, \"user_id\": 4, \"name\": \"{token}\", \"email\": \"{token}\", \"uuid\": \"{token}\", \
                 \"expires\": \"{token}\", \"token\": \"{token}\", \"items\": [], \"rows\": []}}"
            ),
        ),
        json(
            200,
            format!("[{{\"id\": 4, \"name\": \"{token}\", \"uuid\": \"u-1\", \"expires\": \"{token}\"}}]"),
        ),
    ]
}

fn canned(status: u16, headers: &[(&str, &str)], body: String) -> Effect {
    let headers: BTreeMap<String, String> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Effect::Reply(Canned { status, headers, body })
}
