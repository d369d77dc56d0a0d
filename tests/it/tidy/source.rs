//! A file as the rules see it: its text, and in Rust its code without comments, strings and tests.

/// One file of the repository.
pub(super) struct Source {
    /// Its path from the repository's root, with slashes on every system.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Its code: comments, strings, character literals and test-only items are spaces, so that lines stay
    /// where they are. Empty for what is not Rust.
    pub code: String,
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Self {
        let test_only = path.ends_with("/tests.rs") || path.contains("/tests/");
        let code = match path.rsplit_once('.') {
            Some((_, "rs")) if !test_only => without_tests(&without_words(text)),
            _ => String::new(),
        };
        Self { path: path.to_owned(), text: text.to_owned(), code }
    }

    /// The module below the crate's root that the file belongs to: `merge` for `src/merge/xml/scan.rs`.
    pub(super) fn module(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        inside.split('/').next().map(|name| name.strip_suffix(".rs").unwrap_or(name))
    }

    /// How many modules stand above the file's items, the crate's root included.
    pub(super) fn depth(&self) -> usize {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inside.split('/').filter(|part| !matches!(*part, "mod.rs" | "lib.rs" | "main.rs")).count()
    }

    /// The file's identifiers and punctuation, each with its line.
    pub(super) fn tokens(&self) -> Vec<(usize, &str)> {
        let mut tokens = Vec::new();
        for (line, code) in (1..).zip(self.code.lines()) {
            let mut rest = code.trim_start();
            while let Some(first) = rest.chars().next() {
                let word = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
                let length = match word {
                    0 if rest.starts_with("::") => 2,
                    0 => first.len_utf8(),
                    _ => word,
                };
                tokens.push((line, &rest[..length]));
                rest = rest[length..].trim_start();
            }
        }
        tokens
    }

    /// Every line of the text that holds one of these pieces, as `path:line: what`.
    pub(super) fn lines_with(&self, pieces: &[&str], what: &str) -> Vec<String> {
        let lines = (1..).zip(self.text.lines());
        lines
            .filter_map(|(line, text)| {
                let piece = pieces.iter().find(|piece| text.contains(**piece))?;
                Some(format!("{}:{line}: {what}: {piece}", self.path))
            })
            .collect()
    }
}

pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Blanks comments and the insides of string and character literals.
fn without_words(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    let mut last = ' ';
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment(rest),
            '"' => string(rest),
            'r' | 'b' | 'c' if !is_word(last) => prefixed(rest),
            '\'' => character(rest),
            _ => 0,
        };
        let end = length.max(c.len_utf8());
        if length == 0 {
            code.push(c);
        } else {
            code.extend(rest[..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        }
        last = rest[..end].chars().next_back().unwrap_or(' ');
        rest = &rest[end..];
    }
    code
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// The length of the string literal that `text` begins with.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a literal such as `b"…"`, `r#"…"#` or `b'…'`, 0 if it is a plain name.
fn prefixed(text: &str) -> usize {
    let prefix = text.find(|c| !matches!(c, 'r' | 'b' | 'c')).unwrap_or(text.len());
    let rest = &text[prefix..];
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    if text[..prefix].ends_with('r') && rest[hashes..].starts_with('"') {
        let close = format!("\"{}", "#".repeat(hashes));
        let inside = prefix + hashes + 1;
        return text[inside..].find(&close).map_or(text.len(), |at| inside + at + close.len());
    }
    match rest.chars().next() {
        Some('"') => prefix + string(rest),
        Some('\'') if &text[..prefix] == "b" => prefix + character(rest),
        _ => 0,
    }
}

/// The length of a character literal, 0 if it is a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some((at, c))) => {
            let from = at + c.len_utf8();
            text[from..].find('\'').map_or(0, |close| from + close + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 0,
    }
}

/// Blanks each item under `#[cfg(test)]`: up to its closing brace, or to the semicolon if it has none.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut kept = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find(MARK) {
        let item = &rest[at..];
        let mut depth = 0;
        let end = item.char_indices().skip(MARK.len()).find_map(|(at, c)| {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            (depth == 0 && matches!(c, '}' | ';')).then_some(at + 1)
        });
        let (item, after) = item.split_at(end.unwrap_or(item.len()));
        kept.push_str(&rest[..at]);
        kept.extend(item.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = after;
    }
    kept + rest
}

#[test]
fn only_code_is_left() {
    let text = r##"//! crate::a
use crate::b; /* crate::c /* nested */ crate::d */
const S: &str = "crate::e \" crate::f";
const R: &[u8] = br#"crate::g " crate::h"#;
fn f<'a>(x: &'a str) -> char { let _ = ('"', '\'', b'"', '\u{22}'); crate::i() }
#[cfg(test)]
mod tests { use crate::j; fn g() { crate::k() } }
#[cfg(test)]
use crate::l;
use crate::m;
"##;
    let source = Source::new("src/merge/xml/scan.rs", text);
    let found: Vec<_> =
        source.tokens().windows(3).filter(|three| three[0].1 == "crate").map(|three| three[2]).collect();
    assert_eq!(found, [(2, "b"), (5, "i"), (10, "m")]);
    assert_eq!((source.module(), source.depth()), (Some("merge"), 3));
    assert_eq!(Source::new("src/merge/mod.rs", "").depth(), 1);
    assert_eq!(Source::new("src/error.rs", "").module(), Some("error"));
}
