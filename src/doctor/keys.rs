//! Where the keys of ELITEA's readers stand in a text, broken or not.

use std::collections::BTreeSet;
use std::ops::Range;

pub use serde_json::Value;

use super::file::Kind;
use super::settings::{OPTIONS, SETTINGS, Setting};
use crate::ide::Generation;
use crate::merge::{Path, Scanned, Step, jsonc, xml};

/// The prefixes of VS Code's keys.
pub(super) const PREFIXES: [(&str, Generation); 2] =
    [("eliteacode", Generation::Elitea), ("alitacode", Generation::Alita)];

/// The components of the plugin's two generations.
pub(super) const COMPONENTS: [(&str, Generation); 2] =
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
    /// For a key that is written as an object inside of an object, the bytes of the name of the
    /// outermost of these objects.
    pub outer: Option<Range<usize>>,
    /// The name of the property that holds the object in which it stands; none at the root.
    pub inside: Option<String>,
    /// Whether it stands in an object of a list, where it is a value of somebody else's.
    pub in_list: bool,
    /// Its path from the root of the file, for where its reader looks.
    pub path: Path,
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

    /// Its path from the root of the file, for where its reader looks.
    pub fn path(&self) -> Path {
        self.path.clone()
    }

    /// The bytes of the outermost property that is there for it and its like alone.
    pub fn outermost(&self) -> &Range<usize> {
        self.outer.as_ref().unwrap_or(&self.key)
    }

    /// Whether it is an option of a component, in XML.
    pub fn is_option(&self) -> bool {
        matches!(self.path.0.as_slice(), [Step::Key(component), _] if component.ends_with("Settings"))
    }

    /// Every setting that has its prefix or stands in its component.
    pub fn table(&self) -> &'static [Setting] {
        if self.is_option() { OPTIONS } else { SETTINGS }
    }

    /// The setting that it is.
    pub fn setting(&self) -> Option<&'static Setting> {
        self.table().iter().find(|setting| setting.name == self.short)
    }

    /// How it is named with another name behind the prefix or component.
    pub fn named(&self, short: &str) -> String {
        format!("{}{short}", &self.name[..self.name.len() - self.short.len()])
    }
}

/// Every occurrence in the text, in its order.
pub(super) fn occurrences(text: &str, kind: Kind, scanned: &Scanned) -> Vec<Occurrence> {
    let mut found = match (kind, scanned.jsonc(), scanned.xml()) {
        (Kind::Settings, Some(tree), _) => in_settings(text, tree, None),
        (Kind::CodeWorkspace, Some(tree), _) => in_settings(text, tree, Some("settings")),
        (Kind::Component, _, Some(tree)) => in_component(text, tree),
        _ => Vec::new(),
    };
    let paths: BTreeSet<&Path> = found.iter().filter(|key| key.in_place).map(|key| &key.path).collect();
    let paths: Vec<Path> = paths.into_iter().cloned().collect();
    let counts = scanned.in_effect(text, &paths);
    for key in found.iter_mut().filter(|key| key.in_place) {
        let at = paths.binary_search(&key.path).ok();
        let raw = at.and_then(|at| counts[at].as_ref());
        key.in_effect = raw.is_some_and(|raw| *raw == key.raw);
    }
    found
}

fn in_settings(text: &str, tree: &jsonc::Tree, holder: Option<&str>) -> Vec<Occurrence> {
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
    let walk = Walk { text, tree, home, holder };
    walk.container(root, None, false, &mut found);
    found
}

struct Walk<'t> {
    text: &'t str,
    tree: &'t jsonc::Tree,
    home: Option<usize>,
    holder: Option<&'t str>,
}

/// Where a property stands, and what its name begins with if an object stands for that.
#[derive(Clone, Copy)]
struct Spot<'s> {
    before: &'s str,
    outer: Option<usize>,
    inside: Option<&'s str>,
    in_list: bool,
    in_place: bool,
}

impl Walk<'_> {
    /// All properties below a container, which stands in the property `inside`.
    fn container(&self, container: usize, inside: Option<&str>, in_list: bool, found: &mut Vec<Occurrence>) {
        match self.tree.nodes[container].kind {
            jsonc::Kind::Object => {
                let in_place = self.home == Some(container);
                for (key, value) in self.tree.properties(container) {
                    let spot = Spot { before: "", outer: None, inside, in_list, in_place };
                    if !self.property(key, value, spot, found) && self.tree.nodes[value].next() > value + 1 {
                        self.container(value, Some(&self.tree.string(self.text, key)), in_list, found);
                    }
                }
            }
            jsonc::Kind::Array => {
                for element in self.tree.elements(container) {
                    self.container(element, inside, true, found);
                }
            }
            _ => {}
        }
    }

    /// A property, if it is one of a reader's: a dotted key, or an object of the prefix's name.
    fn property(&self, key: usize, value: usize, spot: Spot<'_>, found: &mut Vec<Occurrence>) -> bool {
        let own = self.tree.string(self.text, key);
        let name = if spot.before.is_empty() { own } else { format!("{}{own}", spot.before).into() };
        let Some((prefix, generation)) = prefix(&name) else { return false };
        let outer = spot.outer.unwrap_or(key);
        if self.tree.nodes[value].kind == jsonc::Kind::Object {
            let before = format!("{name}.");
            for (inner, value) in self.tree.properties(value) {
                let spot = Spot { before: &before, outer: Some(outer), ..spot };
                self.property(inner, value, spot, found);
            }
            return true;
        }
        let Some(short) = name[prefix.len()..].strip_prefix('.') else { return true };
        let path = Path(vec![Step::Key(name.to_string())]);
        found.push(Occurrence {
            short: short.to_owned(),
            generation,
            value: self.tree.value(self.text, value),
            key: self.tree.range(key),
            raw: self.tree.range(value),
            whole: self.tree.nodes[key].start()..self.tree.nodes[value].end(),
            outer: spot.outer.map(|outer| self.tree.range(outer)),
            inside: spot.inside.map(str::to_owned),
            in_list: spot.in_list,
            path: self.holder.map_or(path.clone(), |holder| path.inside(holder)),
            in_place: spot.in_place && name.starts_with(prefix),
            in_effect: false,
            name: name.into_owned(),
        });
        true
    }
}

/// The prefix of a name, and whose it is. In another case it is still meant, though it is not read.
fn prefix(name: &str) -> Option<(&'static str, Generation)> {
    let is = |prefix: &str| {
        name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
            && matches!(name.as_bytes().get(prefix.len()), None | Some(b'.'))
    };
    PREFIXES.iter().find(|(prefix, _)| is(prefix)).copied()
}

fn in_component(text: &str, tree: &xml::Tree) -> Vec<Occurrence> {
    let mut found = Vec::new();
    for component in (0..tree.elements.len()).filter(|at| tree.is(text, *at, "component")) {
        let name = tree.attribute(text, component, "name").map(|raw| xml::decode(&text[raw]).into_owned());
        let Some((component_name, generation)) =
            name.as_deref().and_then(|name| COMPONENTS.iter().find(|(known, _)| *known == name))
        else {
            continue;
        };
        let in_place = tree.root().is_some_and(|root| tree.children(root).any(|child| child == component));
        for option in tree.children(component).filter(|at| tree.is(text, *at, "option")) {
            let Some(key) = tree.attribute(text, option, "name") else { continue };
            let short = xml::decode(&text[key.clone()]).into_owned();
            let element = &tree.elements[option];
            let raw = tree.attribute(text, option, "value");
            found.push(Occurrence {
                name: format!("{component_name}/{short}"),
                path: Path(vec![Step::Key((*component_name).to_owned()), Step::Key(short.clone())]),
                short,
                generation: *generation,
                value: raw.clone().map_or(Value::Null, |raw| xml::decode(&text[raw]).into_owned().into()),
                key,
                raw: raw.unwrap_or(element.start..element.end),
                whole: element.start..element.end,
                outer: None,
                inside: Some((*component_name).to_owned()),
                in_list: false,
                in_place,
                in_effect: false,
            });
        }
    }
    found
}
