//! Secrets out of what people see: in diffs, reports and code frames, ours or not.

use std::ops::Range;

use crate::merge;

/// What stands in place of a secret.
pub(crate) const MASK: &str = "***";

/// Prefixes by which secrets of well-known services are recognised, as their vendors document them.
const PREFIXES: &[&str] = &[
    "ghp_",
    "gho_",
    "ghs_",
    "ghu_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "sk-",
    "AKIA",
    "npm_",
    "pypi-",
    "hf_",
    "AIza",
    "dop_v1_",
];

/// Words in a key's name that say its value is a secret.
const SECRET_WORDS: &[&str] =
    &["token", "secret", "password", "passwd", "apikey", "api_key", "api-key", "credential"];

/// `text` with the bytes of `known` ranges and everything else that looks like a secret masked.
/// `mark` is put behind the mask of known ranges, to show that one secret became another.
pub(crate) fn mask(text: &str, known: &[Range<usize>], mark: &str) -> String {
    let mut spans: Vec<(Range<usize>, &str)> = known
        .iter()
        .filter(|range| text.get((*range).clone()).is_some())
        .map(|range| (trim_quotes(text, range), mark))
        .collect();
    spans.extend(suspicious(text).into_iter().map(|range| (range, "")));
    spans.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for (range, mark) in spans {
        if range.start < at {
            continue;
        }
        masked.push_str(&text[at..range.start]);
        masked.push_str(MASK);
        masked.push_str(mark);
        at = range.end;
    }
    masked.push_str(&text[at..]);
    masked
}

fn trim_quotes(text: &str, range: &Range<usize>) -> Range<usize> {
    let value = &text[range.clone()];
    if value.len() >= 2 && value.starts_with('"') && value.ends_with('"') {
        range.start + 1..range.end - 1
    } else {
        range.clone()
    }
}

/// The ranges of words that look like secrets, and of strings whose key says that they are.
fn suspicious(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut rest = 0;
    while let Some(start) = text[rest..].find(is_word).map(|at| rest + at) {
        let end = text[start..].find(|c| !is_word(c)).map_or(text.len(), |at| start + at);
        let word = &text[start..end];
        if merge::looks_like_token(word)
            || is_jwt(word)
            || (word.len() >= 20 && PREFIXES.iter().any(|p| word.starts_with(p)))
        {
            ranges.push(start..end);
        }
        rest = end;
    }
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        ranges.extend(named_secret(line).map(|range| line_start + range.start..line_start + range.end));
        line_start += line.len();
    }
    ranges
}

fn is_jwt(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    parts.len() == 3 && parts[0].starts_with("eyJ") && parts.iter().all(|part| part.len() >= 10)
}

/// The string value of a line such as `"github.token": "..."`, or in TOML `token = "..."`, where the
/// key names a secret.
fn named_secret(line: &str) -> Option<Range<usize>> {
    [':', '='].into_iter().find_map(|sign| secret_behind(line, sign))
}

fn secret_behind(line: &str, sign: char) -> Option<Range<usize>> {
    let (key, _) = line.split_once(sign)?;
    let key = key.trim().trim_start_matches(['/', ' ', '{', ',']).trim_matches('"').to_ascii_lowercase();
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if sign == '=' && !key.chars().all(is_bare) {
        return None;
    }
    let last = key.rsplit(['.', '/']).next().unwrap_or(&key);
    if !SECRET_WORDS.iter().any(|word| last.contains(word)) {
        return None;
    }
    let after = line.find(sign)?;
    let open = after + line[after..].find('"')?;
    let close = open + 1 + line[open + 1..].find('"')?;
    let value = &line[open + 1..close];
    (value.len() >= 8 && !merge::is_placeholder(value) && !merge::is_redacted(value))
        .then_some(open + 1..close)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_secret_is_masked_and_nothing_else() {
        let github = format!("ghp_{}", "a".repeat(36));
        let cases = [
            (format!("\"x\": \"{github}\""), "\"x\": \"***\"".to_owned()),
            ("\"github.token\": \"0123456789\",\n".into(), "\"github.token\": \"***\",\n".into()),
            (
                "\"eliteacode.authToken\": \"Your_Personal_Token\"".into(),
                "\"eliteacode.authToken\": \"Your_Personal_Token\"".into(),
            ),
            (
                "\"editor.tokenColorCustomizations\": {}".into(),
                "\"editor.tokenColorCustomizations\": {}".into(),
            ),
            ("api_key = \"0123456789\" # x".into(), "api_key = \"***\" # x".into()),
            (
                "\"a\": \"?token=1\", \"b\": \"0123456789\"".into(),
                "\"a\": \"?token=1\", \"b\": \"0123456789\"".into(),
            ),
            ("name = \"token: 0123456789\"".into(), "name = \"token: 0123456789\"".into()),
            ("\"a\": \"sk-short\"".into(), "\"a\": \"sk-short\"".into()),
        ];
        for (text, expected) in cases {
            assert_eq!(mask(&text, &[], ""), expected);
        }
    }

    #[test]
    fn a_known_secret_is_masked_with_its_mark() {
        let known = [3..8, 12..12];
        assert_eq!(mask("k: \"abc\"", &known[..1], " (new)"), "k: \"*** (new)\"");
    }
}
