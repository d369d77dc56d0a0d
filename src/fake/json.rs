//! The three ways in which ELITEA's servers print JSON.

use std::fmt::Write as _;

use crate::order;
use serde_json::Value;

/// How a server prints JSON. Every style ends the body with a newline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Flask's `jsonify`: compact, keys sorted, ASCII only.
    PythonCompact,
    /// Flask-RESTful: `, ` and `: `, keys in the order given, ASCII only.
    PythonSpaced,
    /// Go's `encoding/json`: compact, keys in the order given, `<`, `>` and `&` escaped.
    Go,
}

/// The body for `value` in this style.
pub(super) fn print(value: &Value, style: Style) -> String {
    let mut out = String::new();
    write_value(&mut out, value, style);
    out.push('\n');
    out
}

fn write_value(out: &mut String, value: &Value, style: Style) {
    let (comma, colon) = if style == Style::PythonSpaced { (", ", ": ") } else { (",", ":") };
    match value {
        Value::String(text) => write_string(out, text, style),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { comma });
                write_value(out, item, style);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            if style == Style::PythonCompact {
                order::sort_by_key(&mut entries, |(key, _)| key.as_str());
            }
            out.push('{');
            for (index, (key, item)) in entries.into_iter().enumerate() {
                out.push_str(if index == 0 { "" } else { comma });
                write_string(out, key, style);
                out.push_str(colon);
                write_value(out, item, style);
            }
            out.push('}');
        }
        other => out.push_str(&other.to_string()),
    }
}

fn write_string(out: &mut String, text: &str, style: Style) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\x1f' => escape(out, char),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' if style == Style::Go => escape(out, char),
            '\x7f'.. if style != Style::Go && char != '\x7f' => escape(out, char),
            _ => out.push(char),
        }
    }
    out.push('"');
}

fn escape(out: &mut String, char: char) {
    let mut units = [0; 2];
    for unit in char.encode_utf16(&mut units) {
        // Writing into a String cannot fail.
        let _ = write!(out, "\\u{unit:04x}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_style_prints_as_its_server() {
        let value = json!({"b": ["é<🚀", null], "a": 1});
        assert_eq!(
            print(&value, Style::PythonCompact),
            "{\"a\":1,\"b\":[\"\\u00e9<\\ud83d\\ude80\",null]}\n"
        );
        assert_eq!(
            print(&value, Style::PythonSpaced),
            "{\"b\": [\"\\u00e9<\\ud83d\\ude80\", null], \"a\": 1}\n"
        );
        assert_eq!(print(&value, Style::Go), "{\"b\":[\"é\\u003c🚀\",null],\"a\":1}\n");
    }
}
