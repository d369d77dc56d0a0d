//! A personal access token, and the checks that tell one from everything else that gets pasted.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::paste;
use crate::error::{Error, Kind, Result};

/// How far a date of expiry may be off, in hours: the Python server writes its local time and
/// calls it GMT.
pub const CLOCK_DOUBT_HOURS: i64 = 14;

/// Characters of an HS512 signature in base64url without padding (64 bytes; RFC 7518, 3.2).
const SIGNATURE: usize = 86;

/// What the web page writes where it has no token to show.
const PLACEHOLDER: &str = "Your_Personal_Token";

const MAKE_ONE: &str = "a token is shown once, when it is made: make a new one on the server's page settings/create-personal-token";
const COPY_AGAIN: &str = "copy the token again, from its first character to its last";

/// A personal access token. It prints as `***`; [`Token::expose`] is the only way to its text.
#[derive(Clone)]
pub struct Token(SecretString);

/// What a token says about itself, unverified: only the server knows the key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// The token's public handle, as in the server's list.
    pub uuid: Option<String>,
    /// `YYYY-MM-DDTHH:MM`, cut to the minute and without a zone; none means that it never expires.
    pub expires: Option<String>,
}

impl Claims {
    /// The date of expiry, read as UTC, as the IDE extension does. The server decides by its own
    /// clock: the claim may be a minute early, or hours off on a server with another zone.
    pub fn expires_at(&self) -> Option<Timestamp> {
        let text = self.expires.as_deref()?;
        text.parse::<Timestamp>().ok().or_else(|| {
            let civil: DateTime = text.parse().ok()?;
            civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
        })
    }
}

impl Token {
    /// Reads a token out of what was pasted: white space, quotes, `Bearer `, a byte order mark,
    /// UTF-16, and one whole line of a settings or `.env` file are taken off.
    ///
    /// # Errors
    /// [`Kind::TokenMalformed`], saying what was given instead and what to do, without repeating it.
    pub fn parse(pasted: &[u8]) -> Result<Token> {
        let text = paste::text(pasted)?;
        let bare = paste::unwrapped(&text);
        refuse_known_others(bare)?;
        let whole: String = bare.split_whitespace().collect();
        match check(&whole) {
            Ok(()) => Ok(Token(SecretString::from(whole))),
            Err(_) if whole.len() != bare.len() => Err(malformed(
                "what was given has spaces or line breaks inside, and is no token without them",
                "give the token alone, in one line",
            )),
            Err(error) => Err(error),
        }
    }

    /// The token's text, for the `Authorization` header and the stores.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What the token says about itself.
    pub fn claims(&self) -> Claims {
        let payload = self.expose().split('.').nth(1).and_then(object).unwrap_or(Value::Null);
        let text = |key: &str| payload.get(key).and_then(Value::as_str).map(str::to_owned);
        Claims { uuid: text("uuid"), expires: text("expires") }
    }

    /// The last seven characters: what the server's list shows of a token.
    pub fn suffix(&self) -> &str {
        let text = self.expose();
        &text[text.len().saturating_sub(7)..]
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Token {}

fn malformed(message: &str, hint: &str) -> Error {
    Error::new(Kind::TokenMalformed, message).hint(hint)
}

/// One thing that people paste instead of a token: how to tell it, what it is, what to do.
type Other = (fn(&str) -> bool, &'static str, &'static str);

const OTHERS: &[Other] = &[
    (str::is_empty, "nothing was given", "paste the token"),
    (
        |text| text.eq_ignore_ascii_case(PLACEHOLDER),
        "this is the placeholder that the web page writes in place of a token",
        MAKE_ONE,
    ),
    (is_redacted, "this is a redacted token: the server's list shows only its last characters", MAKE_ONE),
    (|text| text.contains('…') || text.contains("..."), "this token was shortened for display", COPY_AGAIN),
    (|text| text.contains("://"), "this is an address, not a token", MAKE_ONE),
    (is_uuid, "this is the id of a token, not the token", MAKE_ONE),
];

fn refuse_known_others(text: &str) -> Result<()> {
    match OTHERS.iter().find(|(is, _, _)| is(text)) {
        Some((_, message, hint)) => Err(malformed(message, hint)),
        None => Ok(()),
    }
}

/// `...` and seven characters, or only stars.
fn is_redacted(text: &str) -> bool {
    let rest = text.strip_prefix("...").or_else(|| text.strip_prefix('…'));
    let few = |rest: &str| rest.len() <= 12 && rest.bytes().all(is_base64url);
    rest.is_some_and(few) || text.chars().all(|c| matches!(c, '*' | '•' | '●'))
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// A JSON Web Token (RFC 7519) signed with HS512, with an ELITEA token's two claims.
fn check(text: &str) -> Result<()> {
    let parts: Vec<&str> = text.split('.').collect();
    let [header, payload, signature] = parts[..] else {
        return Err(malformed(
            "this is not an ELITEA token: one has three parts, separated by dots",
            MAKE_ONE,
        ));
    };
    if !text.bytes().all(|byte| byte == b'.' || is_base64url(byte)) {
        return Err(malformed(
            "this is not an ELITEA token: it has characters that no token has",
            COPY_AGAIN,
        ));
    }
    let Some(head) = object(header) else {
        return Err(malformed("this is not an ELITEA token: its first part is not a JWT header", COPY_AGAIN));
    };
    if head.get("alg").and_then(Value::as_str) != Some("HS512") {
        return Err(malformed(
            "this is a JWT of another system: ELITEA signs its tokens with HS512",
            MAKE_ONE,
        ));
    }
    let Some(claims) = object(payload) else {
        return Err(malformed("this token is damaged: its middle part cannot be read", COPY_AGAIN));
    };
    let text_or_null = |value: &Value| value.is_string() || value.is_null();
    if !claims.get("uuid").is_some_and(Value::is_string) || !claims.get("expires").is_some_and(text_or_null) {
        return Err(malformed(
            "this is a JWT of another system: it has not the claims of an ELITEA token",
            MAKE_ONE,
        ));
    }
    match signature.len() {
        SIGNATURE => Ok(()),
        length if length < SIGNATURE => Err(malformed("this token is cut off at its end", COPY_AGAIN)),
        _ => Err(malformed("this token has something more at its end", COPY_AGAIN)),
    }
}

fn object(part: &str) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice::<Value>(&bytes).ok().filter(Value::is_object)
}
