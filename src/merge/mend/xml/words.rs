//! Which names and which style a text uses, damaged as it may be.

use std::collections::{HashMap, HashSet};

use super::lex::{is_name, is_name_start, is_space};

/// The names in a text, and how its tags end.
pub(super) struct Words {
    elements: HashMap<String, usize>,
    ends: HashSet<String>,
    attributes: HashMap<String, usize>,
    /// Whether all but a few `/>` have one blank before them, as the IDE writes them.
    pub(super) spaced: bool,
    /// The blanks of one level, if the text has any.
    pub(super) unit: String,
}

/// The names of which every project file is made.
const ELEMENTS: [&str; 3] = ["project", "component", "option"];
const ATTRIBUTES: [&str; 3] = ["name", "value", "version"];

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut elements: HashMap<String, usize> = HashMap::new();
        let mut ends = HashSet::new();
        let mut attributes: HashMap<String, usize> = HashMap::new();
        for (at, _) in text.match_indices('<') {
            let start = at + 1 + usize::from(bytes.get(at + 1) == Some(&b'/'));
            let length = bytes[start..].iter().take_while(|byte| is_name(**byte)).count();
            if length > 0 && is_name_start(bytes[start]) {
                if start > at + 1 {
                    ends.insert(text[start..start + length].to_owned());
                }
                *elements.entry(text[start..start + length].to_owned()).or_default() += 1;
            }
        }
        for (at, _) in text.match_indices("=\"") {
            let length = bytes[..at].iter().rev().take_while(|byte| is_name(**byte)).count();
            let start = at - length;
            if length > 0 && is_name_start(bytes[start]) && start > 0 && is_space(bytes[start - 1]) {
                *attributes.entry(text[start..at].to_owned()).or_default() += 1;
            }
        }
        for name in ELEMENTS {
            *elements.entry(name.to_owned()).or_default() += 2;
        }
        for name in ATTRIBUTES {
            *attributes.entry(name.to_owned()).or_default() += 1;
        }
        let (closed, spaced) = (text.matches("/>").count(), text.matches(" />").count());
        let crowded = text.matches("  />").count();
        Self { elements, ends, attributes, spaced: (spaced - crowded) * 10 >= closed * 9, unit: unit(text) }
    }

    /// Whether an element of this name is elsewhere too: a start tag and its end tag are two.
    pub(super) fn has_element(&self, name: &str) -> bool {
        self.elements(name) > 1
    }

    /// Whether a start tag of this name that cannot be read yet would not be the only tag of it.
    pub(super) fn has_end(&self, name: &str) -> bool {
        self.ends.contains(name) || self.has_element(name)
    }

    pub(super) fn elements(&self, name: &str) -> usize {
        self.elements.get(name).copied().unwrap_or(0)
    }

    pub(super) fn has_attribute(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }
}

/// By how much the indents of two lines with tags most often differ.
fn unit(text: &str) -> String {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut above: Option<&str> = None;
    for line in text.split(['\n', '\r']) {
        let words = line.trim_start_matches([' ', '\t']);
        if !words.starts_with('<') {
            continue;
        }
        let indent = &line[..line.len() - words.len()];
        let step = above.and_then(|above| indent.strip_prefix(above).or_else(|| above.strip_prefix(indent)));
        if let Some(step) = step.filter(|step| !step.is_empty()) {
            *counts.entry(step).or_default() += 1;
        }
        above = Some(indent);
    }
    let most = counts.into_iter().max_by_key(|(step, count)| (*count, std::cmp::Reverse(step.len())));
    most.map(|(step, _)| step.to_owned()).unwrap_or_default()
}
