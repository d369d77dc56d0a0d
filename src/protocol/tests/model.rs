//! The schema as a mirror in another language sees it. A form that it does not know ends the test, so
//! that a mirror never leaves something out unnoticed.

use serde_json::Value;

/// Everything that a mirror is made of.
pub(super) struct Model {
    pub protocol: u64,
    pub types: Vec<Type>,
    pub methods: Vec<Method>,
}

pub(super) struct Type {
    pub name: String,
    pub says: String,
    pub shape: Shape,
}

pub(super) enum Shape {
    /// Named fields.
    Fields(Vec<Field>),
    /// One of some words.
    Words(Vec<Word>),
    /// A value of one of some types.
    Either(Vec<Form>),
}

pub(super) struct Field {
    pub name: String,
    pub says: String,
    pub form: Form,
    /// Whether it may be absent.
    pub optional: bool,
    /// Whether it is kept out of logs.
    pub secret: bool,
}

pub(super) struct Word {
    pub text: String,
    pub says: String,
}

/// The type of a field.
pub(super) enum Form {
    Text,
    Whole,
    Number,
    Flag,
    Any,
    Named(String),
    List(Box<Form>),
    Map(Box<Form>),
    /// It may be null.
    Nullable(Box<Form>),
}

pub(super) struct Method {
    pub name: String,
    pub says: String,
    pub params: String,
    /// None: a notification.
    pub result: Option<String>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn target(reference: &Value) -> Option<String> {
    Some(reference["$ref"].as_str()?.strip_prefix("#/$defs/")?.to_owned())
}

impl Model {
    /// Reads the document that [`super::schema::document`] makes.
    pub(super) fn read(document: &Value) -> Self {
        let types = document["$defs"].as_object().expect("$defs");
        let methods = document["methods"].as_array().expect("methods");
        Self {
            protocol: document["protocol"].as_u64().expect("protocol"),
            types: types.iter().map(|(name, schema)| Type::read(name, schema)).collect(),
            methods: methods
                .iter()
                .map(|method| Method {
                    name: text(&method["name"]),
                    says: text(&method["description"]),
                    params: target(&method["params"]).expect("params"),
                    result: method.get("result").map(|result| target(result).expect("result")),
                })
                .collect(),
        }
    }

    /// The requests, or the notifications.
    pub(super) fn methods(&self, requests: bool) -> impl Iterator<Item = &Method> {
        self.methods.iter().filter(move |method| method.result.is_some() == requests)
    }
}

impl Type {
    fn read(name: &str, schema: &Value) -> Self {
        only(name, schema, &["type", "description", "properties", "required", "oneOf", "anyOf", "default"]);
        let shape = if let Some(words) = schema["oneOf"].as_array() {
            Shape::Words(words.iter().map(|word| Word::read(name, word)).collect())
        } else if let Some(forms) = schema["anyOf"].as_array() {
            Shape::Either(forms.iter().map(|form| Form::read(name, form)).collect())
        } else {
            assert_eq!(schema["type"], "object", "{name} is no object");
            let required = |field: &str| {
                schema["required"].as_array().is_some_and(|names| names.iter().any(|name| name == field))
            };
            let fields = schema["properties"].as_object().into_iter().flatten();
            Shape::Fields(
                fields
                    .map(|(field, schema)| Field {
                        name: field.clone(),
                        says: text(&schema["description"]),
                        form: Form::read(&format!("{name}.{field}"), schema),
                        optional: !required(field),
                        secret: schema["format"] == "password",
                    })
                    .collect(),
            )
        };
        Self { name: name.to_owned(), says: text(&schema["description"]), shape }
    }
}

impl Word {
    fn read(name: &str, schema: &Value) -> Self {
        only(name, schema, &["type", "description", "const"]);
        assert!(schema["const"].is_string(), "{name} has a variant that is no word");
        Self { text: text(&schema["const"]), says: text(&schema["description"]) }
    }
}

impl Form {
    fn read(at: &str, schema: &Value) -> Self {
        if schema == &Value::Bool(true) {
            return Self::Any;
        }
        let known =
            ["type", "format", "minimum", "maximum", "description", "default", "items", "$ref", "anyOf"];
        only(at, schema, &[&known[..], &["additionalProperties"]].concat());
        if let Some(name) = target(schema) {
            return Self::Named(name);
        }
        if let Some([one, null]) = schema["anyOf"].as_array().map(Vec::as_slice) {
            assert_eq!(null["type"], "null", "{at}: a choice of types");
            return Self::Nullable(Box::new(Self::read(at, one)));
        }
        if let Some([one, null]) = schema["type"].as_array().map(Vec::as_slice) {
            assert_eq!(null, "null", "{at}: a choice of types");
            return Self::Nullable(Box::new(Self::of_type(at, one, schema)));
        }
        Self::of_type(at, &schema["type"], schema)
    }

    fn of_type(at: &str, name: &Value, schema: &Value) -> Self {
        match name.as_str() {
            Some("string") => Self::Text,
            Some("integer") => Self::Whole,
            Some("number") => Self::Number,
            Some("boolean") => Self::Flag,
            Some("array") => Self::List(Box::new(Self::read(at, &schema["items"]))),
            Some("object") if schema.get("additionalProperties").is_some() => {
                Self::Map(Box::new(Self::read(at, &schema["additionalProperties"])))
            }
            None if schema.get("type").is_none() => Self::Any,
            _ => panic!("{at}: a mirror does not know {schema}"),
        }
    }
}

/// Holds that a schema says nothing that is not read.
fn only(at: &str, schema: &Value, known: &[&str]) {
    let schema = schema.as_object().unwrap_or_else(|| panic!("{at}: a mirror does not know {schema}"));
    for keyword in schema.keys() {
        assert!(known.contains(&keyword.as_str()), "{at}: a mirror does not know the keyword {keyword}");
    }
}
