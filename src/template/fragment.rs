//! A fragment: the tool's own file with placeholders, and the keys that stand in it.

use std::collections::BTreeMap;
use std::ops::Range;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, parse_to_ast};
use roxmltree::{Document, Node};
use serde_json::Value;

use super::placeholder::{self, Context, Slot};
use super::toml;
use crate::error::{Error, Kind, Place, Result};
use crate::merge::{Format, Path, Step, jsonc};
use crate::order;

/// For each array of objects, by its keys joined with `/`: the field that tells elements apart.
pub(super) type Identity = BTreeMap<String, String>;

/// A fragment that was read and found right.
#[derive(Clone, Debug)]
pub(super) struct Fragment {
    text: String,
    format: Format,
    slots: Vec<Slot>,
    leaves: Vec<(Path, Range<usize>)>,
}

/// One key of a file, with the bytes of its value.
pub(super) struct Leaf {
    pub(super) path: Path,
    pub(super) value: Value,
    pub(super) range: Range<usize>,
}

impl Fragment {
    /// # Errors
    /// `Config` with the place in `text`, when it is not valid in its format, a placeholder is
    /// wrong, or a key stands in it twice.
    pub(super) fn parse(text: String, format: Format, identity: &Identity) -> Result<Self> {
        let leaves = leaves(&text, format, identity)?;
        let mut slots = Vec::new();
        for range in values(&text, format)? {
            slots.extend(placeholder::slots(&text, &range, format)?);
        }
        order::sort_by_key(&mut slots, |slot| slot.range.start);
        let mut seen = std::collections::HashSet::new();
        for leaf in &leaves {
            if !seen.insert(&leaf.path) {
                return Err(wrong(&text, leaf.range.start, format!("{} stands in it twice", leaf.path)));
            }
        }
        let leaves = leaves.into_iter().map(|leaf| (leaf.path, leaf.range)).collect();
        Ok(Self { text, format, slots, leaves })
    }

    pub(super) fn keys(&self) -> Vec<Path> {
        self.leaves.iter().map(|(path, _)| path.clone()).collect()
    }

    /// Every key that holds the token must be declared a secret, and every declared one exist.
    pub(super) fn check_secrets(&self, secrets: &[Path]) -> std::result::Result<(), (Path, &'static str)> {
        let missing = secrets.iter().find(|path| !self.leaves.iter().any(|(leaf, _)| leaf == *path));
        if let Some(path) = missing {
            return Err((path.clone(), "is in secrets, but not in the fragment"));
        }
        let holds_token = |range: &Range<usize>| {
            self.slots
                .iter()
                .any(|slot| slot.is_token() && range.start <= slot.range.start && slot.range.end <= range.end)
        };
        match self.leaves.iter().find(|(path, range)| holds_token(range) && !secrets.contains(path)) {
            Some((path, _)) => Err((path.clone(), "holds the token and must be listed in secrets")),
            None => Ok(()),
        }
    }

    /// The fragment with every placeholder replaced.
    ///
    /// # Errors
    /// `Config` when the format cannot hold a value.
    pub(super) fn fill(&self, context: &Context<'_>) -> Result<String> {
        let mut out = String::with_capacity(self.text.len() + 512);
        let mut at = 0;
        for slot in &self.slots {
            out.push_str(&self.text[at..slot.range.start]);
            out.push_str(&slot.write(self.format, context)?);
            at = slot.range.end;
        }
        out.push_str(&self.text[at..]);
        Ok(out)
    }
}

/// The keys of a file in its own order.
///
/// # Errors
/// `Config` with the place in `text`, when it is not valid in its format.
pub(super) fn leaves(text: &str, format: Format, identity: &Identity) -> Result<Vec<Leaf>> {
    let mut found = Vec::new();
    match format {
        Format::Settings | Format::Jsonc => {
            let root = json(text)?;
            let walk = Walk { text, identity };
            walk.object(&root, &Path(Vec::new()), &mut found)?;
        }
        Format::Xml => {
            for option in options(&xml(text)?) {
                let (path, value, range) = option.map_err(|(at, message)| wrong(text, at, message))?;
                found.push(Leaf { path, value: Value::String(value), range });
            }
        }
        Format::Toml => toml::leaves(text, identity, &mut found)?,
    }
    Ok(found)
}

/// The bytes of every value in which placeholders may stand.
fn values(text: &str, format: Format) -> Result<Vec<Range<usize>>> {
    let mut found = Vec::new();
    match format {
        Format::Settings | Format::Jsonc => strings(text, &ast::Value::Object(json(text)?), &mut found)?,
        Format::Xml => {
            let document = xml(text)?;
            found.extend(options(&document).filter_map(|option| option.ok().map(|(_, _, range)| range)));
        }
        Format::Toml => found = toml::strings(text)?,
    }
    Ok(found)
}

fn strings(text: &str, value: &ast::Value<'_>, found: &mut Vec<Range<usize>>) -> Result<()> {
    match value {
        ast::Value::StringLit(string) => found.push(bytes(string)),
        ast::Value::Array(array) => {
            for element in &array.elements {
                strings(text, element, found)?;
            }
        }
        ast::Value::Object(object) => {
            for property in &object.properties {
                if property.name.as_str().contains("{{") {
                    let message = "a placeholder cannot stand in a key".to_owned();
                    return Err(wrong(text, property.range.start, message));
                }
                strings(text, &property.value, found)?;
            }
        }
        _ => {}
    }
    Ok(())
}

struct Walk<'a> {
    text: &'a str,
    identity: &'a Identity,
}

impl Walk<'_> {
    fn object(&self, object: &ast::Object<'_>, at: &Path, found: &mut Vec<Leaf>) -> Result<()> {
        for property in &object.properties {
            let path = below(at, Step::Key(property.name.as_str().to_owned()));
            self.value(&property.value, path, found)?;
        }
        Ok(())
    }

    fn value(&self, value: &ast::Value<'_>, path: Path, found: &mut Vec<Leaf>) -> Result<()> {
        match value {
            ast::Value::Object(object) if !object.properties.is_empty() => self.object(object, &path, found),
            ast::Value::Array(array) => match self.identity.get(&path.to_string()) {
                Some(field) => {
                    array.elements.iter().try_for_each(|element| self.element(element, field, &path, found))
                }
                None => self.leaf(value, path, found),
            },
            _ => self.leaf(value, path, found),
        }
    }

    /// One element of an array whose elements are told apart by `field`.
    fn element(
        &self,
        element: &ast::Value<'_>,
        field: &str,
        array: &Path,
        found: &mut Vec<Leaf>,
    ) -> Result<()> {
        let object = element.as_object();
        let value = object.and_then(|object| object.get_string(field)).map(|string| string.value.to_string());
        let (Some(object), Some(value)) = (object, value) else {
            let message = format!("an element of {array} has no string named {field}");
            return Err(wrong(self.text, bytes(element).start, message));
        };
        let path = below(array, Step::Element { field: field.to_owned(), value });
        self.object(object, &path, found)
    }

    fn leaf(&self, value: &ast::Value<'_>, path: Path, found: &mut Vec<Leaf>) -> Result<()> {
        let range = bytes(value);
        let parsed = serde_json::from_str(&self.text[range.clone()])
            .map_err(|error| wrong(self.text, range.start, format!("{path} cannot be read: {error}")))?;
        found.push(Leaf { path, value: parsed, range });
        Ok(())
    }
}

pub(super) fn below(path: &Path, step: Step) -> Path {
    let mut steps = path.0.clone();
    steps.push(step);
    Path(steps)
}

fn bytes(value: &impl Ranged) -> Range<usize> {
    value.start()..value.end()
}

/// JSON with comments and trailing commas, and nothing looser.
fn json(text: &str) -> Result<ast::Object<'_>> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &jsonc::OPTIONS)
        .map_err(|error| wrong(text, error.range().start, error.kind().to_string()))?;
    match parsed.value {
        Some(ast::Value::Object(object)) => Ok(object),
        _ => Err(wrong(text, 0, "the fragment is not an object".to_owned())),
    }
}

fn xml(text: &str) -> Result<Document<'_>> {
    Document::parse(text).map_err(|error| {
        let at = error.pos();
        let place = Place { file: None, line: at.row as usize, column: at.col as usize };
        Error::new(Kind::Config, error.to_string()).at(place)
    })
}

type XmlOption = std::result::Result<(Path, String, Range<usize>), (usize, String)>;

/// Every `<option name= value= />` of every `<component name=>`, with the bytes of its value.
fn options<'a>(document: &'a Document<'_>) -> impl Iterator<Item = XmlOption> + 'a {
    let components = document.root_element().children().filter(Node::is_element);
    components.flat_map(|component| {
        component.children().filter(Node::is_element).map(move |option| {
            let name = component.attribute("name").filter(|_| component.has_tag_name("component"));
            let Some(name) = name else {
                return Err((
                    component.range().start,
                    "only components with a name can be written".to_owned(),
                ));
            };
            let value = option.attribute_node("value").filter(|_| option.has_tag_name("option"));
            match (option.attribute("name"), value) {
                (Some(key), Some(value)) => {
                    Ok((Path::keys([name, key]), value.value().to_owned(), value.range_value()))
                }
                _ => Err((
                    option.range().start,
                    "only options with a name and a value can be written".to_owned(),
                )),
            }
        })
    })
}

pub(super) fn wrong(text: &str, at: usize, message: String) -> Error {
    Error::new(Kind::Config, message).at(Place::of(text, at))
}
