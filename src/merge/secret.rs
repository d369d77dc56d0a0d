//! Telling secrets and their stand-ins from ordinary strings.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// What ELITEA's page writes where the token has not been made yet.
const PLACEHOLDER: &str = "Your_Personal_Token";

/// Whether this is how the server shows a token again after its creation: three dots and its
/// last letters.
pub fn is_redacted(s: &str) -> bool {
    let s = s.trim();
    s.strip_prefix("...").or_else(|| s.strip_prefix('\u{2026}')).is_some_and(|end| {
        (1..=16).contains(&end.len())
            && end.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    })
}

/// Whether this is the placeholder that ELITEA's page writes for a token that does not exist.
pub fn is_placeholder(s: &str) -> bool {
    s.trim() == PLACEHOLDER
}

/// Whether this is a token of an ELITEA server: a JWT with an algorithm in its header and the
/// claims `uuid` and `expires`, which is what the server issues.
pub fn looks_like_token(s: &str) -> bool {
    let s = s.trim();
    let s = s.strip_prefix("Bearer ").unwrap_or(s).trim();
    let mut parts = s.split('.');
    let (Some(header), Some(claims), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let (Some(header), Some(claims)) = (json(header), json(claims)) else { return false };
    !signature.is_empty()
        && header.get("alg").is_some()
        && claims.get("uuid").is_some_and(Value::is_string)
        && claims.get("expires").is_some()
}

fn json(part: &str) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Whether a raw piece of a file holds anything that must not be shown.
pub(super) fn holds_secret(raw: &str) -> bool {
    raw.split(|char: char| !(char.is_ascii_alphanumeric() || "-_.=".contains(char))).any(looks_like_token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_and_tokens_are_told_apart() {
        let token = "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.\
                     eyJ1dWlkIjoiMTExMTExMTEtMTExMS00MTExLTgxMTEtMTExMTExMTExMTExIiwiZXhwaXJlcyI6bnVsbH0.AAAA";
        assert!(looks_like_token(token) && looks_like_token(&format!("Bearer {token}")));
        assert!(holds_secret(&format!("{{\"a\": [\"{token}\"]}}")));
        assert!(!looks_like_token("a.b.c") && !looks_like_token("eyJhbGciOiJIUzUxMiJ9.e30.AAAA"));
        assert!(is_redacted("...AbC_-19") && !is_redacted("...") && !is_redacted("... and so on"));
        assert!(is_placeholder("Your_Personal_Token") && !is_placeholder("token"));
    }
}
