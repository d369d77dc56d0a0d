//! Tokens for tests: real in form, signed by nobody.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use elitea_helper::auth::Token;

pub(crate) const UUID: &str = "22222222-2222-4222-8222-222222222222";

/// The text of a token with these claims.
pub(crate) fn text(claims: &str) -> String {
    let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
    format!(
        "{}.{}.{}",
        part(r#"{"alg":"HS512","typ":"JWT"}"#),
        part(claims),
        "aB3-_x".repeat(15)[..86].to_owned()
    )
}

/// One that never expires.
pub(crate) fn plain() -> String {
    text(&format!(r#"{{"uuid":"{UUID}","expires":null}}"#))
}

pub(crate) fn token() -> Token {
    Token::parse(plain().as_bytes()).unwrap()
}

/// One whose claim says that it expires then (`YYYY-MM-DDTHH:MM`).
pub(crate) fn expiring(at: &str) -> Token {
    Token::parse(text(&format!(r#"{{"uuid":"{UUID}","expires":"{at}"}}"#)).as_bytes()).unwrap()
}
