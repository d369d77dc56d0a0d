//! Where the keys of ELITEA's readers stand in a text, broken or not.

use std::ops::Range;

pub use serde_json::Value;

use super::file::Kind;
use crate::ide::Generation;
use crate::merge::{Path, Step, jsonc, xml};

/// The prefixes of VS Code's keys.
const PREFIXES: [(&str, Generation); 2] =
    [("eliteacode", Generation::Elitea), ("alitacode", Generation::Alita)];

/// The components of the plugin's two generations.
const COMPONENTS: [(&str, Generation); 2] =
    [("EliteASettings", Generation::Elitea), ("AlitaSettings", Generation::Alita)];

/// One place where a key of a reader stands.
#[derive(Clone, Debug)]
pub struct Occurrence {
    /// As reports name it: `eliteacode.projectId`, `EliteASettings/projectId`.
    pub name: String,
    /// Without prefix or component: `projectId`.
    pub short: String,
    /// Which generation of readers reads it.
    pub generation: Generation,
    /// Its value; `Null` where there is none that can be read.
    pub value: Value,
    /// The bytes of the name, quotes of JSON included.
    pub key: Range<usize>,
    /// The bytes of the value, quotes of JSON included, those of XML not.
    pub raw: Range<usize>,
    /// The bytes of the whole property or element.
    pub whole: Range<usize>,
    /// Whether it is written as an object inside of an object.
    pub nested: bool,
    /// Whether it stands where its reader looks.
    pub in_place: bool,
    /// Whether it is the one that counts.
    pub in_effect: bool,
}

impl Occurrence {
    /// Whether its value is a secret.
    pub fn is_secret(&self) -> bool {
        matches!(self.short.as_str(), "authToken" | "LLMAuthToken")
    }

    /// Its value as text; none for any other type.
    pub fn text(&self) -> Option<&str> {
        self.value.as_str()
    }

    /// Its path from the root of the settings, as a patch has it.
    pub fn path(&self) -> Path {
        Path(self.name.split('/').map(|step| Step::Key(step.to_owned())).collect())
    }
}

/// Every occurrence in the text, in its order.
pub(super) fn occurrences(text: &str, kind: Kind) -> Vec<Occurrence> {
    let mut found = match kind {
        Kind::Settings => in_settings(text, None),
        Kind::CodeWorkspace => in_settings(text, Some("settings")),
        Kind::Component => in_component(text),
        Kind::Tool(_) | Kind::Text => Vec::new(),
    };
    // The last one in its place counts.
    for at in 0..found.len() {
        let later = found[at + 1..].iter().any(|other| other.in_place && other.name == found[at].name);
        found[at].in_effect = found[at].in_place && !later;
    }
    found
}

fn in_settings(text: &str, holder: Option<&str>) -> Vec<Occurrence> {
    let tree = jsonc::scan(text);
    let Some(root) = tree.root() else { return Vec::new() };
    let mut found = Vec::new();
    // Where settings are looked for: the root, or the last object of that name in it.
    let home = match holder {
        None => Some(root),
        Some(name) => tree
            .properties(root)
            .filter(|(key, _)| tree.string(text, *key) == name)
            .last()
            .map(|(_, value)| value),
    };
    let walk = Walk { text, tree: &tree, home };
    walk.object(root, &mut found);
    found
}

struct Walk<'t> {
    text: &'t str,
    tree: &'t jsonc::Tree,
    home: Option<usize>,
}

impl Walk<'_> {
    /// All properties below a container.
    fn object(&self, container: usize, found: &mut Vec<Occurrence>) {
        match self.tree.nodes[container].kind {
            jsonc::Kind::Object => {
                for (key, value) in self.tree.properties(container) {
                    let in_place = self.home == Some(container);
                    if !self.property(key, value, "", in_place, found) {
                        self.object(value, found);
                    }
                }
            }
            jsonc::Kind::Array => {
                for element in self.tree.elements(container) {
                    self.object(element, found);
                }
            }
            _ => {}
        }
    }

    /// A property, if it is one of a reader's: a dotted key, or an object of the prefix's name.
    fn property(
        &self,
        key: usize,
        value: usize,
        before: &str,
        in_place: bool,
        found: &mut Vec<Occurrence>,
    ) -> bool {
        let name = format!("{before}{}", self.tree.string(self.text, key));
        let prefix = PREFIXES.iter().find(|(prefix, _)| {
            name.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        let Some((prefix, generation)) = prefix else { return false };
        if self.tree.nodes[value].kind == jsonc::Kind::Object {
            for (inner, value) in self.tree.properties(value) {
                self.property(inner, value, &format!("{name}."), in_place, found);
            }
            return true;
        }
        let Some(short) = name[prefix.len()..].strip_prefix('.') else { return true };
        found.push(Occurrence {
            short: short.to_owned(),
            generation: *generation,
            value: self.tree.value(self.text, value),
            key: self.tree.range(key),
            raw: self.tree.range(value),
            whole: self.tree.nodes[key].start()..self.tree.nodes[value].end(),
            nested: !before.is_empty(),
            in_place,
            in_effect: false,
            name,
        });
        true
    }
}

fn in_component(text: &str) -> Vec<Occurrence> {
    let tree = xml::scan(text);
    let attribute = |element: usize, name: &str| {
        let attributes = &tree.elements[element].attributes;
        attributes.iter().find(|one| &text[one.name.clone()] == name).map(|one| one.value.clone())
    };
    let mut found = Vec::new();
    let is_tag = |element: usize, tag: &str| &text[tree.elements[element].name.clone()] == tag;
    for component in (0..tree.elements.len()).filter(|at| is_tag(*at, "component")) {
        let name = attribute(component, "name").map(|raw| xml::decode(&text[raw]).into_owned());
        let Some((component_name, generation)) =
            name.as_deref().and_then(|name| COMPONENTS.iter().find(|(known, _)| *known == name))
        else {
            continue;
        };
        let in_place = tree.root().is_some_and(|root| tree.children(root).any(|child| child == component));
        for option in tree.children(component).filter(|at| is_tag(*at, "option")) {
            let Some(key) = attribute(option, "name") else { continue };
            let short = xml::decode(&text[key.clone()]).into_owned();
            let element = &tree.elements[option];
            let raw = attribute(option, "value");
            found.push(Occurrence {
                name: format!("{component_name}/{short}"),
                short,
                generation: *generation,
                value: raw.clone().map_or(Value::Null, |raw| xml::decode(&text[raw]).into_owned().into()),
                key,
                raw: raw.unwrap_or(element.start..element.end),
                whole: element.start..element.end,
                nested: false,
                in_place,
                in_effect: false,
            });
        }
    }
    found
}
