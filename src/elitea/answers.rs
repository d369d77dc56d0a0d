//! Reading what servers answer: ids as numbers or strings, fields that are null or missing, dates
//! in two formats.

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde_json::Value;

use super::classify::{classify, html_title, unreadable};
use super::http::Reply;
use crate::error::Result;

/// RFC 9110's dates are RFC 2822's; the day of the week is not worth refusing one for.
static HTTP_DATE: rfc2822::DateTimeParser = rfc2822::DateTimeParser::new().relaxed_weekday(true);

/// The JSON of a success; anything else as the error it stands for.
pub(super) fn json(reply: &Reply) -> Result<Value> {
    if !reply.is_success() {
        return Err(classify(reply));
    }
    serde_json::from_slice(&reply.body).map_err(|_| unreadable(reply, html_title(reply).as_deref()))
}

/// The JSON list of a success.
pub(super) fn list(reply: &Reply) -> Result<Vec<Value>> {
    match json(reply)? {
        Value::Array(items) => Ok(items),
        _ => Err(unreadable(reply, None)),
    }
}

/// The JSON object of a success.
pub(super) fn object(reply: &Reply) -> Result<Value> {
    Some(json(reply)?).filter(Value::is_object).ok_or_else(|| unreadable(reply, None))
}

/// An id: a number, or a string of digits; `""`, null and a missing field are none.
pub(super) fn id(value: &Value, key: &str) -> Option<u64> {
    match value.get(key)? {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A string that is not empty.
pub(super) fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A flag; null and a missing field are no.
pub(super) fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// A date as the servers write it: RFC 3339 (Go), or an HTTP date (Python).
pub(super) fn date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    text.parse().ok().or_else(|| HTTP_DATE.parse_timestamp(text).ok())
}
