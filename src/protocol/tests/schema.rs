//! The published document: a JSON Schema of every type, with the methods beside it.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::super::PROTOCOL;
use super::super::methods::{self, Kind};

/// Parameters are described as the server reads them, everything else as it writes them: a field that
/// may be absent in the one is always there, perhaps as null, in the other.
pub(in super::super) struct Schemas {
    read: SchemaGenerator,
    written: SchemaGenerator,
}

impl Schemas {
    /// Adds a type that the server reads.
    pub(in super::super) fn read<T: JsonSchema>(&mut self) {
        self.read.subschema_for::<T>();
    }

    /// Adds a type that the server or the command line writes.
    pub(in super::super) fn written<T: JsonSchema>(&mut self) {
        self.written.subschema_for::<T>();
    }

    /// Every type that was added or is part of one, by name.
    fn definitions(mut self) -> Map<String, Value> {
        let mut all = self.written.take_definitions(true);
        for (name, schema) in self.read.take_definitions(true) {
            if let Some(written) = all.get(&name) {
                assert_eq!(written, &schema, "{name} is read and written, and not alike");
            }
            all.insert(name, schema);
        }
        all.values_mut().for_each(unfold);
        all.sort_keys();
        all
    }
}

/// Puts each description, a doc comment, on one line, without the brackets of links.
fn unfold(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(text)) = fields.get_mut("description") {
                *text = text
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
                    .replace("[`", "`")
                    .replace("`]", "`");
            }
            fields.values_mut().for_each(unfold);
        }
        Value::Array(items) => items.iter_mut().for_each(unfold),
        _ => {}
    }
}

/// The whole of `editors/protocol.json`.
pub(super) fn document() -> Value {
    let mut schemas = Schemas {
        read: SchemaSettings::draft2020_12().for_deserialize().into_generator(),
        written: SchemaSettings::draft2020_12().for_serialize().into_generator(),
    };
    methods::schemas(&mut schemas);
    let type_of = |name: &str| json!({ "$ref": format!("#/$defs/{name}") });
    let methods: Vec<Value> = methods::METHODS
        .iter()
        .map(|method| {
            let mut row = json!({
                "name": method.name,
                "description": method.says,
                "kind": match method.kind { Kind::Request => "request", Kind::Notification => "notification" },
                "from": match method.kind { Kind::Request => "client", Kind::Notification => "server" },
                "params": type_of(method.params),
            });
            if let Some(result) = method.result {
                row["result"] = type_of(result);
            }
            row
        })
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "elitea-helper",
        "description": "What crosses the wire between elitea-helper and its clients, and what --json prints.",
        "protocol": PROTOCOL,
        "methods": methods,
        "initializationOptions": type_of("ClientHello"),
        "experimentalCapabilities": type_of("ServerHello"),
        "errorData": type_of("Failure"),
        "$defs": schemas.definitions(),
    })
}
