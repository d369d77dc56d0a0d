//! Secrets out of what people see: in diffs, reports and code frames, ours or not.
//!
//! Each finder passes over the text once: a diff of a settings file in one line of a megabyte takes
//! no longer than one of many short lines.

mod named;

use std::ops::Range;

use serde_json::Value;

use crate::auth::token_ranges;
use crate::merge;
use crate::order;

/// What stands in place of a secret.
pub(crate) const MASK: &str = "***";

/// Prefixes by which secrets of well-known services are recognised, as their vendors document them.
const PREFIXES: &[&str] = &[
    "ghp_",
    "gho_",
    "ghr_",
    "ghs_",
    "ghu_",
    "github_pat_",
    "glpat-",
    "xapp-",
    "xoxa-",
    "xoxb-",
    "xoxp-",
    "sk-",
    "sk_live_",
    "rk_live_",
    "AKIA",
    "ASIA",
    "npm_",
    "pypi-",
    "hf_",
    "AIza",
    "dop_v1_",
    "ya29.",
];

/// Shortest word with such a prefix that is a secret.
const PREFIXED: usize = 20;

/// Shortest value that may be a secret.
const SHORTEST: usize = 8;

/// Finds the secrets of one kind in a text.
type Finder = fn(&str) -> Vec<Range<usize>>;

const FINDERS: &[Finder] =
    &[token_ranges, prefixed, credentials, in_addresses, private_keys, named::values, named::in_tags];

/// `text` with the bytes of `known` ranges and everything else that looks like a secret masked.
/// `mark` is put behind the mask of known ranges, to show that one secret became another.
pub(crate) fn mask(text: &str, known: &[Range<usize>], mark: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for (range, is_known) in secrets(text, known) {
        masked.push_str(&text[at..range.start]);
        masked.push_str(MASK);
        masked.push_str(if is_known { mark } else { "" });
        at = range.end;
    }
    masked.push_str(&text[at..]);
    masked
}

/// Where secrets stand, in order and apart, and whether each was known before; `known` ones and
/// everything else that looks like one.
pub(crate) fn secrets(text: &str, known: &[Range<usize>]) -> Vec<(Range<usize>, bool)> {
    let mut spans: Vec<(Range<usize>, bool)> = known
        .iter()
        .filter(|range| text.get((*range).clone()).is_some())
        .map(|range| (trim_quotes(text, range), true))
        .collect();
    spans.extend(FINDERS.iter().flat_map(|find| find(text)).map(|range| (range, false)));
    order::sort_by_key(&mut spans, |(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut apart: Vec<(Range<usize>, bool)> = Vec::with_capacity(spans.len());
    for (range, is_known) in spans {
        match apart.last_mut() {
            // It begins inside of one that is masked already, and may end behind it.
            Some((last, _)) if range.start < last.end => last.end = last.end.max(range.end),
            _ => apart.push((range, is_known)),
        }
    }
    apart
}

/// A value with everything in it masked that looks like a secret. `is_secret` says that it is one
/// as a whole.
pub(crate) fn mask_value(value: &Value, is_secret: bool) -> Value {
    match value {
        Value::Null => Value::Null,
        _ if is_secret => Value::from(MASK),
        Value::String(text) => Value::from(mask(text, &[], "")),
        Value::Array(items) => items.iter().map(|item| mask_value(item, false)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, inner)| {
                let named = is_secret_name(name) && (inner.is_string() || inner.is_array());
                (mask(name, &[], ""), mask_value(inner, named))
            })
            .collect(),
        other => other.clone(),
    }
}

/// Whether a name says that its value is secret.
pub(crate) fn is_secret_name(name: &str) -> bool {
    named::is_secret(name)
}

fn trim_quotes(text: &str, range: &Range<usize>) -> Range<usize> {
    let value = &text[range.clone()];
    if value.len() >= 2 && value.starts_with('"') && value.ends_with('"') {
        range.start + 1..range.end - 1
    } else {
        range.clone()
    }
}

/// Whether this may be a secret, and does not only refer to one or stand in for one.
fn is_candidate(value: &str) -> bool {
    value.len() >= SHORTEST
        && !value.starts_with(['$', '%'])
        && !merge::is_placeholder(value)
        && !merge::is_redacted(value)
}

/// Words with a prefix of [`PREFIXES`].
fn prefixed(text: &str) -> Vec<Range<usize>> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut ranges = Vec::new();
    let mut at = 0;
    for word in text.split(|c| !is_part(c)) {
        if word.len() >= PREFIXED && PREFIXES.iter().any(|prefix| word.starts_with(prefix)) {
            ranges.push(at..at + word.len());
        }
        at += word.len() + text[at + word.len()..].chars().next().map_or(0, char::len_utf8);
    }
    ranges
}

/// What follows `Bearer` or `Basic` (RFC 6750, RFC 7617).
fn credentials(text: &str) -> Vec<Range<usize>> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
    let lower = text.to_ascii_lowercase();
    let mut ranges = Vec::new();
    for scheme in ["bearer ", "basic "] {
        for (at, _) in lower.match_indices(scheme) {
            let start = at + scheme.len();
            let word = text[start..].split(|c| !is_part(c)).next().unwrap_or_default();
            // "basic authentication" is no credential.
            if word.len() >= SHORTEST && word.bytes().any(|byte| !byte.is_ascii_lowercase()) {
                ranges.push(start..start + word.len());
            }
        }
    }
    ranges
}

/// The password, or the lone name, before the host of an address (RFC 3986, 3.2.1).
fn in_addresses(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    for (at, mark) in text.match_indices("://") {
        let start = at + mark.len();
        let is_end =
            |c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '<' | '>' | '?' | '#' | ':' | '@');
        let Some(end) = text[start..].find(is_end).map(|end| start + end) else { continue };
        match &text[end..=end] {
            "@" if end - start >= SHORTEST => ranges.push(start..end),
            ":" => {
                let word = text[end + 1..].split(is_end).next().unwrap_or_default();
                let after = end + 1 + word.len();
                if text[after..].starts_with('@') && !word.is_empty() && !word.starts_with('$') {
                    ranges.push(end + 1..after);
                }
            }
            _ => {}
        }
    }
    ranges
}

/// The inside of private keys in PEM (RFC 7468), with real line breaks or escaped ones.
fn private_keys(text: &str) -> Vec<Range<usize>> {
    const HEAD: &str = "PRIVATE KEY-----";
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.match_indices(HEAD) {
        let start = at + HEAD.len();
        let inside = ranges.last().is_some_and(|last| at < last.end + "-----END RSA ".len() + HEAD.len());
        if !inside
            && !text[..at]
                .trim_end_matches(|c: char| c.is_ascii_uppercase() || c == ' ')
                .ends_with("-----END")
        {
            ranges.push(start..text[start..].find("-----END").map_or(text.len(), |end| start + end));
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "eyJhbGciOiJIUzUxMiJ9.eyJ1dWlkIjoieCIsImV4cGlyZXMiOm51bGx9.AAAAAAAAAAAAAAAAAAAA";

    #[test]
    fn what_looks_like_a_secret_is_masked_and_nothing_else() {
        let github = format!("ghp_{}", "a".repeat(36));
        let same = |text: &str| (text.to_owned(), text.to_owned());
        let becomes = |text: &str, shown: &str| (text.to_owned(), shown.to_owned());
        let cases = [
            (format!("\"x\": \"{github}\""), "\"x\": \"***\"".to_owned()),
            (format!("// é {TOKEN}.more"), "// é ***".to_owned()),
            (format!("\"a\": [\"{TOKEN}\", 1]"), "\"a\": [\"***\", 1]".to_owned()),
            becomes("\"github.token\": \"0123456789\",\n", "\"github.token\": \"***\",\n"),
            becomes(
                "{\"a\":\"http://b\",\"token\":\"0123456789\",\"c\":1}",
                "{\"a\":\"http://b\",\"token\":\"***\",\"c\":1}",
            ),
            becomes("\"token\": \"01234\\\"56789 0\", 1", "\"token\": \"***\", 1"),
            becomes("\"token\":\n    \"0123456789\"", "\"token\":\n    \"***\""),
            becomes("\"token\": \"0123456789\n  \"b\": 1", "\"token\": \"***\"b\": 1"),
            becomes(
                "\"tokens\": [\"0123456789\", \"abcdefgh\"], \"b\"",
                "\"tokens\": [\"***\", \"***\"], \"b\"",
            ),
            becomes("ELITEA_TOKEN=abcdef12\nPATH=/usr/bin12", "ELITEA_TOKEN=***\nPATH=/usr/bin12"),
            becomes("export API_KEY='abc def gh'; x", "export API_KEY='***'; x"),
            becomes("[\"--api-key\", \"abcdef123\", \"--x\"]", "[\"--api-key\", \"***\", \"--x\"]"),
            becomes("run --token=abcdef123 --x", "run --token=*** --x"),
            becomes(
                "<option name=\"authToken\" value=\"abc&quot;def\" />",
                "<option name=\"authToken\" value=\"***\" />",
            ),
            becomes("<option value='abcd\nefgh' name='authToken'>", "<option value='***' name='authToken'>"),
            becomes("<apiKey>abcdefgh</apiKey><b>abcdefgh</b>", "<apiKey>***</apiKey><b>abcdefgh</b>"),
            becomes("\"Authorization: Bearer abcDEF123\"", "\"Authorization: Bearer ***\""),
            becomes("\"https://me:s3cret@host/\"", "\"https://me:***@host/\""),
            becomes("https://0123456789@host", "https://***@host"),
            becomes(
                "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\nd",
                "-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----\nd",
            ),
            same("\"eliteacode.authToken\": \"Your_Personal_Token\""),
            same("\"eliteacode.authToken\": \"...AbC_-19\""),
            same("\"token\": \"${env:ELITEA_TOKEN}\", \"Bearer ${input:t}\""),
            same("\"editor.tokenColorCustomizations\": {\"textMateRules\": [\"entity.name\"]}"),
            same("\"editor.semanticTokenScopes\": [\"entity.name.function\"]"),
            same("\"max_output_tokens\": 1638400000, \"a\": \"basic authentication\""),
            same(
                "\"settingsSync.ignoredSettings\": [\n \"eliteacode.authToken\",\n \"eliteacode.LLMAuthToken\"\n]",
            ),
            same("<option name=\"modelName\" value=\"gpt-5.1-long\" /> http://[::1]:8080/a@b"),
            same("\"a\": \"sk-short\", \"b\": \"https://host:8080/\""),
        ];
        for (text, expected) in cases {
            assert_eq!(mask(&text, &[], ""), expected);
        }
    }

    #[test]
    fn a_known_secret_is_masked_with_its_mark() {
        assert_eq!(mask("k: \"abc\"", std::slice::from_ref(&(3..8)), " (new)"), "k: \"*** (new)\"");
    }

    #[test]
    fn a_secret_that_reaches_beyond_another_is_masked_to_its_end() {
        assert_eq!(mask("AAAAAAbbbb c", &[0..6, 3..10], ""), "*** c");
    }

    #[test]
    fn a_line_of_a_megabyte_is_masked_in_time() {
        let lines = [
            "\"token\":[".repeat(120_000),
            "token=".repeat(180_000),
            "<a name=\"token\" value=\"".repeat(50_000),
            "<token>".repeat(150_000),
            "a.".repeat(500_000),
            "://".repeat(350_000),
            "bearer ".repeat(150_000),
            "PRIVATE KEY-----".repeat(65_000),
            "--token ".repeat(130_000),
            "\"".repeat(1_000_000),
            format!("{{\"token\": \"{}\"}}", "x".repeat(1_000_000)),
            format!("{{{}}}", "\"a.b\": \"0123456789\", ".repeat(50_000)),
        ];
        for line in lines {
            let begun = std::time::Instant::now();
            let masked = mask(&line, &[], "");
            assert!(!masked.is_empty());
            let took = begun.elapsed();
            assert!(took < std::time::Duration::from_secs(10), "{took:?} for {}...", &line[..20]);
        }
    }
}
