//! What a text means, apart from how it is laid out: comments count.

use super::super::{Format, jsonc};

/// Whether two sound texts say the same.
pub(super) fn same(one: &str, other: &str, format: Format) -> bool {
    let meaning = |text: &str| match format {
        Format::Xml => super::xml::meaning(text),
        Format::Settings | Format::Jsonc => Some(json(text)),
        Format::Toml => Some(lines(text)),
    };
    meaning(one).is_some_and(|one| meaning(other).is_some_and(|other| one == other))
}

/// Every value and comment in its order; values as they are written.
fn json(text: &str) -> String {
    let tree = jsonc::scan(text);
    let mut meaning = String::with_capacity(text.len());
    for (at, node) in tree.nodes.iter().enumerate() {
        let holds = matches!(node.kind, jsonc::Kind::Object | jsonc::Kind::Array);
        let raw = if holds { "" } else { text.get(tree.range(at)).unwrap_or_default() };
        meaning.push_str(&format!("{:?} {} {raw}\n", node.kind, node.next()));
    }
    for comment in &tree.comments {
        meaning.push_str(text.get(comment.clone()).unwrap_or_default().trim_end());
        meaning.push('\n');
    }
    meaning
}

/// The lines that are not blank.
fn lines(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| format!("{line}\n")).collect()
}
