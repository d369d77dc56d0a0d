//! The mirror for the VS Code extension.

use super::model::{Field, Form, Method, Model, Shape, Type};

pub(super) fn mirror(model: &Model, command: &str) -> String {
    let mut text = format!(
        "// Made from editors/protocol.json; to write it anew: {command}\n\n\
         /** The protocol's number. */\nexport const PROTOCOL = {};\n",
        model.protocol
    );
    for declared in &model.types {
        text += "\n";
        text += &declaration(declared);
    }
    text += "\n/** What the client asks the server: each method with its parameters and its result. */\n";
    text += "export interface Requests {\n";
    model.methods(true).for_each(|method| text += &row(method));
    text += "}\n\n/** What the server tells the client: each method with its parameters. */\n";
    text += "export interface Notifications {\n";
    model.methods(false).for_each(|method| text += &row(method));
    text + "}\n"
}

fn declaration(declared: &Type) -> String {
    let Type { name, says, shape } = declared;
    let mut text = format!("/** {says} */\n");
    match shape {
        Shape::Fields(fields) if fields.is_empty() => {
            text += &format!("export type {name} = Record<string, never>;\n");
        }
        Shape::Fields(fields) => {
            text += &format!("export interface {name} {{\n");
            for Field { name, says, form, optional, .. } in fields {
                let mark = if *optional { "?" } else { "" };
                text += &format!("  /** {says} */\n  {name}{mark}: {};\n", written(form));
            }
            text += "}\n";
        }
        Shape::Words(words) => {
            text += &format!("export type {name} =");
            for word in words {
                text += &format!("\n  /** {} */\n  | {:?}", word.says, word.text);
            }
            text += ";\n";
        }
        Shape::Either(forms) => {
            let forms: Vec<String> = forms.iter().map(written).collect();
            text += &format!("export type {name} = {};\n", forms.join(" | "));
        }
    }
    text
}

fn row(method: &Method) -> String {
    let Method { name, says, params, result } = method;
    let result = result.as_ref().map_or_else(String::new, |result| format!("; result: {result}"));
    format!("  /** {says} */\n  {name:?}: {{ params: {params}{result} }};\n")
}

fn written(form: &Form) -> String {
    match form {
        Form::Text => "string".to_owned(),
        Form::Whole | Form::Number => "number".to_owned(),
        Form::Flag => "boolean".to_owned(),
        Form::Any => "unknown".to_owned(),
        Form::Named(name) => name.clone(),
        Form::List(item) => match **item {
            Form::Nullable(_) => format!("({})[]", written(item)),
            _ => format!("{}[]", written(item)),
        },
        Form::Map(value) => format!("Record<string, {}>", written(value)),
        Form::Nullable(inner) => format!("{} | null", written(inner)),
    }
}
