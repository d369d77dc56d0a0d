//! Personal access tokens as ELITEA makes them: JWT, HS512, claims exactly `uuid` and `expires`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde_json::Value;

/// The header of every personal access token.
const HEADER: &str = r#"{"alg":"HS512","typ":"JWT"}"#;

/// What every token signed with any algorithm begins with: `{"alg":"` in base64url.
pub(super) const START: &str = "eyJhbGciOi";

/// The token of a row: `uuid` and `expires` (`YYYY-MM-DDTHH:MM`, no zone), either may be null.
pub(super) fn token(key: &str, uuid: Option<&str>, expires: Option<&str>) -> String {
    let claims = format!("{{\"uuid\":{},\"expires\":{}}}", quoted(uuid), quoted(expires));
    sign(hmac::HMAC_SHA512, key, HEADER, &claims)
}

/// A token with any claims, signed with this server's key.
pub(super) fn sign_claims(key: &str, claims: &str) -> String {
    sign(hmac::HMAC_SHA512, key, HEADER, claims)
}

/// The `target_to` parameter of the login page: a JWT, HS256, with the address asked for.
pub(super) fn target(key: &str, url: &str) -> String {
    let claims = format!("{{\"url\":{}}}", quoted(Some(url)));
    sign(hmac::HMAC_SHA256, key, r#"{"alg":"HS256","typ":"JWT"}"#, &claims)
}

/// The claims of a token that carries this server's signature, algorithm HS512 and nothing else.
pub(super) fn verify(key: &str, token: &str) -> Option<Value> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    if header.get("alg").and_then(Value::as_str) != Some("HS512") {
        return None;
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let key = hmac::Key::new(hmac::HMAC_SHA512, key.as_bytes());
    hmac::verify(&key, signed.as_bytes(), &signature).ok()?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

/// The `uuid` claim of anything that looks like a token, without checking the signature.
pub(super) fn uuid_of(token: &str) -> Option<String> {
    let claims = token.split('.').nth(1)?;
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    claims.get("uuid")?.as_str().map(str::to_owned)
}

fn sign(algorithm: hmac::Algorithm, key: &str, header: &str, claims: &str) -> String {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let key = hmac::Key::new(algorithm, key.as_bytes());
    let signature = hmac::sign(&key, signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn quoted(text: Option<&str>) -> String {
    text.map_or_else(|| "null".to_owned(), |text| Value::from(text).to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_those_of_the_real_server() {
        let uuid = Some("f899854f-031b-466b-bd60-1d6ee7305e07");
        assert_eq!(token("k", uuid, None).len(), 207);
        assert_eq!(token("k", uuid, Some("2026-12-24T06:47")).len(), 226);
    }

    #[test]
    fn another_key_or_algorithm_is_refused() {
        let made = token("k", Some("u"), None);
        assert_eq!(verify("k", &made).unwrap()["uuid"], "u");
        assert!(verify("other", &made).is_none());
        assert!(verify("k", &target("k", "x")).is_none());
    }
}
