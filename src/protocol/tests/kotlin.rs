//! The mirror for the JetBrains plugin: classes as gson reads and writes them.

use super::model::{Field, Form, Method, Model, Shape, Type};

pub(super) fn mirror(model: &Model, command: &str) -> String {
    let mut text = format!(
        "// Made from editors/protocol.json; to write it anew: {command}\n\
         package ai.elitea.helper.protocol\n\n{}\
         import com.google.gson.annotations.SerializedName\n\n\
         /** The protocol's number. */\nconst val PROTOCOL: Long = {}\n",
        if uses_any(model) { "import com.google.gson.JsonElement\n" } else { "" },
        model.protocol
    );
    for declared in &model.types {
        text += "\n";
        text += &declaration(declared);
    }
    text += "\n/** What the client asks the server. */\nobject Requests {\n";
    model.methods(true).for_each(|method| text += &row(method));
    text += "}\n\n/** What the server tells the client. */\nobject Notifications {\n";
    model.methods(false).for_each(|method| text += &row(method));
    text + "}\n"
}

fn declaration(declared: &Type) -> String {
    let Type { name, says, shape } = declared;
    let mut text = format!("/** {says} */\n");
    match shape {
        Shape::Fields(fields) if fields.is_empty() => text += &format!("class {name}\n"),
        Shape::Fields(fields) => {
            text += &format!("data class {name}(\n");
            for Field { name, says, form, optional, .. } in fields {
                let written = match (form, optional) {
                    // Gson writes no null, and so leaves it out.
                    (Form::Nullable(_), _) => format!("{} = null", written(form)),
                    (_, true) => format!("{}? = null", written(form)),
                    (_, false) => written(form),
                };
                text += &format!("    /** {says} */\n    val {}: {written},\n", identifier(name));
            }
            text += if fields.iter().any(|field| field.secret) { ") {\n" } else { ")\n" };
            if fields.iter().any(|field| field.secret) {
                // What a data class prints of itself would hold the secret.
                text += &format!("    override fun toString() = \"{name}(...)\"\n}}\n");
            }
        }
        Shape::Words(words) => {
            text += &format!("enum class {name} {{\n");
            for word in words {
                let constant = screaming(&word.text);
                text += &format!(
                    "    /** {} */\n    @SerializedName({:?})\n    {constant},\n\n",
                    word.says, word.text
                );
            }
            text.truncate(text.trim_end().len());
            text += "\n}\n";
        }
        // Kotlin has no such type; JSON's own stands for it.
        Shape::Either(_) => text += &format!("typealias {name} = JsonElement\n"),
    }
    text
}

/// The method's name as a constant, `STATUS_GET`, with the types that belong to it.
fn row(method: &Method) -> String {
    let Method { name, says, params, result } = method;
    let constant: Vec<String> = name.split('/').skip(1).map(screaming).collect();
    let result = result.as_ref().map_or_else(String::new, |result| format!(", result [{result}]"));
    format!(
        "    /** {says} Parameters [{params}]{result}. */\n    const val {} = {name:?}\n",
        constant.join("_")
    )
}

fn written(form: &Form) -> String {
    match form {
        Form::Text => "String".to_owned(),
        Form::Whole => "Long".to_owned(),
        Form::Number => "Double".to_owned(),
        Form::Flag => "Boolean".to_owned(),
        Form::Any => "JsonElement".to_owned(),
        Form::Named(name) => name.clone(),
        Form::List(item) => format!("List<{}>", written(item)),
        Form::Map(value) => format!("Map<String, {}>", written(value)),
        Form::Nullable(inner) => format!("{}?", written(inner)),
    }
}

fn uses_any(model: &Model) -> bool {
    fn any(form: &Form) -> bool {
        match form {
            Form::Any => true,
            Form::List(inner) | Form::Map(inner) | Form::Nullable(inner) => any(inner),
            _ => false,
        }
    }
    model.types.iter().any(|declared| match &declared.shape {
        Shape::Fields(fields) => fields.iter().any(|field| any(&field.form)),
        Shape::Words(_) => false,
        Shape::Either(_) => true,
    })
}

/// `takenOver` as `TAKEN_OVER`.
fn screaming(word: &str) -> String {
    let mut name = String::new();
    for c in word.chars() {
        if c.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(c.to_uppercase());
    }
    name
}

/// The field's name, in backquotes where it is a keyword of Kotlin.
fn identifier(name: &str) -> String {
    const KEYWORDS: &[&str] = &[
        "as",
        "break",
        "class",
        "continue",
        "do",
        "else",
        "false",
        "for",
        "fun",
        "if",
        "in",
        "interface",
        "is",
        "null",
        "object",
        "package",
        "return",
        "super",
        "this",
        "throw",
        "true",
        "try",
        "typealias",
        "typeof",
        "val",
        "var",
        "when",
        "while",
    ];
    if KEYWORDS.contains(&name) { format!("`{name}`") } else { name.to_owned() }
}
