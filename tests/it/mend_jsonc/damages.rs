//! The ways in which a text is damaged, one at a time.

use std::ops::Range;

use elitea_helper::merge::jsonc;

pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
    }

    pub(super) fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| from[self.roll(from.len())].clone())
    }
}

/// Where the marks and strings of a text are.
pub(super) struct Parts {
    marks: Vec<usize>,
    strings: Vec<Range<usize>>,
    comments: Vec<Range<usize>>,
}

pub(super) fn parts(text: &str) -> Parts {
    let tree = jsonc::scan(text);
    let is_string = |kind| matches!(kind, jsonc::Kind::Key | jsonc::Kind::String);
    let strings: Vec<_> =
        tree.nodes.iter().filter(|node| is_string(node.kind)).map(|node| node.start()..node.end()).collect();
    let mut inside = vec![false; text.len() + 1];
    for range in strings.iter().chain(&tree.comments) {
        inside[range.clone()].fill(true);
    }
    let marks = text
        .bytes()
        .enumerate()
        .filter(|(at, byte)| !inside[*at] && b"{}[],:".contains(byte))
        .map(|(at, _)| at)
        .collect();
    Parts { marks, strings, comments: tree.comments }
}

impl Parts {
    pub(super) fn marks_of(&self, text: &str, of: &str) -> Vec<usize> {
        self.marks.iter().copied().filter(|at| of.as_bytes().contains(&text.as_bytes()[*at])).collect()
    }
}

pub(super) type Damage = fn(&str, &Parts, &str, &mut Dice) -> Option<(String, Option<Vec<String>>)>;

pub(super) fn without(text: &str, at: usize) -> String {
    format!("{}{}", &text[..at], &text[at + 1..])
}

pub(super) fn with(text: &str, at: usize, more: &str) -> String {
    format!("{}{more}{}", &text[..at], &text[at..])
}

pub(super) fn delete(
    of: &'static str,
    text: &str,
    parts: &Parts,
    dice: &mut Dice,
) -> Option<(String, Option<Vec<String>>)> {
    let at = dice.pick(&parts.marks_of(text, of))?;
    Some((without(text, at), None))
}

pub(super) const DAMAGES: &[(&str, Damage)] = &[
    ("comma deleted", |text, parts, _, dice| delete(",", text, parts, dice)),
    ("comma doubled", |text, parts, _, dice| {
        let at = dice.pick(&parts.marks_of(text, ","))?;
        Some((with(text, at, ","), None))
    }),
    ("colon deleted", |text, parts, _, dice| delete(":", text, parts, dice)),
    ("closing bracket deleted", |text, parts, _, dice| delete("}]", text, parts, dice)),
    ("opening bracket deleted", |text, parts, _, dice| delete("{[", text, parts, dice)),
    ("bracket doubled", |text, parts, _, dice| {
        let at = dice.pick(&parts.marks_of(text, "{}[]"))?;
        Some((with(text, at, &text[at..=at]), None))
    }),
    ("bracket inserted", |text, parts, _, dice| {
        let at = dice.pick(&parts.marks)? + 1;
        Some((with(text, at, ["{", "}", "[", "]"][dice.roll(4)]), None))
    }),
    ("bracket swapped", |text, parts, _, dice| {
        let at = dice.pick(&parts.marks_of(text, "{}[]"))?;
        let other = match &text[at..=at] {
            "{" => "[",
            "[" => "{",
            "}" => "]",
            _ => "}",
        };
        Some((with(&without(text, at), at, other), None))
    }),
    ("opening quote deleted", |text, parts, _, dice| {
        let string = dice.pick(&parts.strings)?;
        Some((without(text, string.start), None))
    }),
    ("closing quote deleted", |text, parts, _, dice| {
        let string = dice.pick(&parts.strings)?;
        Some((without(text, string.end - 1), None))
    }),
    ("brackets after the end", |text, _, _, dice| {
        let tail = ["}", "]", "}}", "\n}", "\n]\n", ",", "}\n}"][dice.roll(7)];
        Some((with(text, text.trim_end().len(), tail), None))
    }),
    ("copy after the end", |text, _, _, _| Some((format!("{text}{text}"), None))),
    ("words after the end", |text, _, _, dice| {
        let tail = ["\nnpm install", " foo", "\nsee the wiki page"][dice.roll(3)];
        Some((with(text, text.trim_end().len(), tail), None))
    }),
    ("brackets cut off the end", |text, parts, _, dice| {
        let tail = text.bytes().rev().take_while(|byte| b" \t\r\n}]".contains(byte)).count();
        let places: Vec<_> =
            parts.marks_of(text, "}]").into_iter().rev().filter(|at| *at >= text.len() - tail).collect();
        let count = 1 + dice.roll(places.len().min(3));
        Some((text[..*places.get(count - 1)?].to_owned(), None))
    }),
    ("backslash not doubled", |text, parts, _, dice| {
        let string = dice.pick(&parts.strings)?;
        let places: Vec<_> = (string.start + 1..string.end).filter(|at| text.is_char_boundary(*at)).collect();
        let at = dice.pick(&places)?;
        Some((with(text, at, "\\"), Some(vec![with(text, at, "\\\\")])))
    }),
    ("half a backslash", |text, parts, _, dice| {
        let strings: Vec<_> =
            parts.strings.iter().filter(|range| text[(*range).clone()].contains("\\\\")).collect();
        let string = dice.pick(&strings)?;
        let at = string.start + text[string.clone()].find("\\\\")?;
        Some((without(text, at), None))
    }),
    ("line break in a string", |text, parts, _, dice| {
        let string = dice.pick(&parts.strings)?;
        let places: Vec<_> = (string.start + 1..string.end).filter(|at| text.is_char_boundary(*at)).collect();
        let at = dice.pick(&places)?;
        Some((with(text, at, "\n"), None))
    }),
    ("tab in a string", |text, parts, _, dice| {
        let string = dice.pick(&parts.strings)?;
        Some((with(text, string.start + 1, "\t"), Some(vec![with(text, string.start + 1, "\\t")])))
    }),
    ("NUL tail", |text, _, _, dice| Some((format!("{text}{}", "\0".repeat(1 + dice.roll(4096))), None))),
    ("another file after the end", |text, _, other, _| {
        let other = other.strip_prefix('\u{feff}').unwrap_or(other);
        Some((format!("{text}{other}"), Some(Vec::new())))
    }),
    ("single quotes", |text, parts, _, dice| {
        let strings: Vec<_> =
            parts.strings.iter().filter(|range| !text[(*range).clone()].contains(['\'', '\\'])).collect();
        let string = dice.pick(&strings)?;
        let inner = &text[string.start + 1..string.end - 1];
        Some((format!("{}'{inner}'{}", &text[..string.start], &text[string.end..]), None))
    }),
    ("slash deleted", |text, parts, _, dice| {
        let comments: Vec<_> =
            parts.comments.iter().filter(|range| text[range.start..].starts_with("//")).collect();
        let comment = dice.pick(&comments)?;
        Some((without(text, comment.start), None))
    }),
];

/// Kinds that lose nothing, so that what was there can be known.
pub(super) const LOSSLESS: &[&str] = &[
    "comma deleted",
    "comma doubled",
    "colon deleted",
    "closing bracket deleted",
    "opening bracket deleted",
    "bracket doubled",
    "bracket inserted",
    "bracket swapped",
    "opening quote deleted",
    "closing quote deleted",
    "brackets after the end",
    "copy after the end",
    "words after the end",
    "brackets cut off the end",
    "NUL tail",
];
