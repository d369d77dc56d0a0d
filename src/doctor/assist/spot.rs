//! What a cursor asks for, and in what form an answer goes into the text.

use std::ops::Range;

use serde_json::Value;

use crate::doctor::file::{FileFacts, Kind};
use crate::doctor::settings::Setting;
use crate::ide::Generation;
use crate::merge::xml::encode;

/// A place where something can be suggested.
pub(super) struct Spot {
    /// The bytes that it replaces.
    pub(super) range: Range<usize>,
    /// Where else a comma is wanting.
    pub(super) comma_at: Option<usize>,
    /// What is looked for.
    pub(super) wants: Wants,
    /// How it is written.
    pub(super) form: Form,
}

/// What is looked for at a place.
pub(super) enum Wants {
    /// The value of a setting.
    Value {
        /// The setting.
        setting: &'static Setting,
        /// What its name begins with: `eliteacode.`, `EliteASettings/`.
        before: String,
    },
    /// A setting.
    Name {
        /// What names begin with here: `eliteacode.`, `EliteASettings/`.
        before: String,
        /// The part of that which is written elsewhere, in an object or a component around it.
        elsewhere: usize,
        /// Whose they are.
        generation: Generation,
        /// Whether a value goes in with the name.
        with_value: bool,
    },
}

/// How an answer is written.
pub(super) enum Form {
    /// As JSON.
    Json {
        /// Whether what was typed begins with a quote.
        quoted: bool,
        /// Whether a comma goes before it.
        comma_before: bool,
        /// Whether a comma goes after it.
        comma_after: bool,
    },
    /// Between the quotes of an attribute.
    Attribute {
        /// The quotes.
        quote: char,
        /// Whether the closing one is there.
        closed: bool,
        /// What has to follow on the closing one, if anything.
        tail: &'static str,
    },
    /// As a whole element.
    Element,
}

impl Spot {
    /// The place at this byte, which is one between characters.
    pub(super) fn at(file: &FileFacts, at: usize) -> Option<Self> {
        let scanned = file.scanned.as_ref()?;
        match file.kind {
            Kind::Settings | Kind::CodeWorkspace => super::jsonc::spot(file, scanned.jsonc()?, at),
            Kind::Component => super::xml::spot(file, scanned.xml()?, at),
            Kind::Tool(_) | Kind::Text => None,
        }
    }
}

impl Form {
    /// A value, as it goes in; none where it cannot be written so.
    pub(super) fn value(&self, value: &Value) -> Option<String> {
        match self {
            Self::Json { .. } => Some(self.with_commas(&value.to_string())),
            Self::Attribute { quote, closed, tail } => {
                let text = attribute(value, *quote)?;
                let end = if *closed { String::new() } else { format!("{quote}{tail}") };
                Some(format!("{text}{end}"))
            }
            Self::Element => None,
        }
    }

    /// A name, and the value if one goes in with it.
    pub(super) fn name(&self, name: &str, value: Option<&Value>) -> Option<String> {
        match self {
            Self::Json { .. } => {
                let name = Value::from(name).to_string();
                let value = value.map(|value| format!(": {value}")).unwrap_or_default();
                Some(self.with_commas(&format!("{name}{value}")))
            }
            Self::Attribute { closed: true, .. } => Some(name.to_owned()),
            Self::Attribute { quote, tail, .. } => match value {
                Some(value) => {
                    Some(format!("{name}{quote} value={quote}{}{quote}{tail}", attribute(value, *quote)?))
                }
                None => Some(format!("{name}{quote}{tail}")),
            },
            Self::Element => {
                let value = attribute(value?, '"')?;
                Some(format!("<option name=\"{name}\" value=\"{value}\" />"))
            }
        }
    }

    /// What a client compares the typed text with, for something of this name.
    pub(super) fn filter(&self, name: &str) -> String {
        match self {
            Self::Json { quoted: true, .. } => format!("\"{name}"),
            Self::Element => format!("<option {name}"),
            _ => name.to_owned(),
        }
    }

    fn with_commas(&self, text: &str) -> String {
        match self {
            Self::Json { comma_before, comma_after, .. } => {
                let [before, after] = [comma_before, comma_after].map(|is| if *is { "," } else { "" });
                format!("{before}{text}{after}")
            }
            _ => text.to_owned(),
        }
    }
}

/// A value as an attribute has it; none where XML cannot carry it.
fn attribute(value: &Value, quote: char) -> Option<String> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let carried = |char: char| {
        !char.is_control() && !matches!(char, '\u{fffe}' | '\u{ffff}') || matches!(char, '\t' | '\n' | '\r')
    };
    text.chars().all(carried).then(|| encode(&text, quote))
}
