//! Which names and which style a text uses, damaged as it may be.

use std::collections::HashMap;

use super::lex::{is_name, is_name_start, is_space};

/// The names in a text, and how its tags end.
pub(super) struct Words {
    elements: HashMap<String, usize>,
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
        let mut attributes: HashMap<String, usize> = HashMap::new();
        for (at, _) in text.match_indices('<') {
            let start = at + 1 + usize::from(bytes.get(at + 1) == Some(&b'/'));
            let length = bytes[start..].iter().take_while(|byte| is_name(**byte)).count();
            if length > 0 && is_name_start(bytes[start]) {
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
        let (ends, spaced) = (text.matches("/>").count(), text.matches(" />").count());
        let crowded = text.matches("  />").count();
        Self { elements, attributes, spaced: (spaced - crowded) * 10 >= ends * 9, unit: unit(text) }
    }

    /// Whether an element of this name is elsewhere too: a start tag and its end tag are two.
    pub(super) fn has_element(&self, name: &str) -> bool {
        self.elements(name) > 1
    }

    pub(super) fn elements(&self, name: &str) -> usize {
        self.elements.get(name).copied().unwrap_or(0)
    }

    pub(super) fn has_attribute(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }
}

/// By how much lines are most often indented deeper than the line above.
fn unit(text: &str) -> String {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut above: Option<&str> = None;
    for line in text.split(['\n', '\r']) {
        let words = line.trim_start_matches([' ', '\t']);
        if !words.starts_with('<') {
            continue;
        }
        let indent = &line[..line.len() - words.len()];
        if let Some(step) = above.and_then(|above| indent.strip_prefix(above)).filter(|step| !step.is_empty())
        {
            *counts.entry(step).or_default() += 1;
        }
        above = Some(indent);
    }
    let most = counts.into_iter().max_by_key(|(step, count)| (*count, std::cmp::Reverse(step.len())));
    most.map(|(step, _)| step.to_owned()).unwrap_or_default()
}
