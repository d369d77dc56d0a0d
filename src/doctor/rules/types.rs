//! The rule about values of the wrong type.

use serde_json::Value;

use super::fixes::Step;
use super::{apply_command, fixes};
use crate::auth::Server;
use crate::doctor::facts::Facts;
use crate::doctor::file::FileFacts;
use crate::doctor::keys::Occurrence;
use crate::doctor::rule::{Check, Found, Needs, Rule};
use crate::doctor::settings::Type;
use crate::protocol::doctor::Severity;

pub(super) const RULES: &[Rule] = &[Rule {
    id: "setting-type",
    severity: Severity::Warning,
    title: "a value that its setting cannot have",
    why: "Its reader takes the default instead, or fails when it uses the value.",
    help: "Give it a value of the type that is named. elitea-helper repair does it where only one value \
           can be meant, as a number that stands in quotes, and asks where there are several.",
    needs: Needs::Nothing,
    repairs: true,
    check: Check::File(check),
}];

/// What is wrong with a value.
struct Misfit {
    /// What it must be, in words that go on with "and is ...".
    must: String,
    /// What it is instead.
    is: String,
    /// What it can only mean, as it is written in the file.
    sure: Option<String>,
    /// What it may mean, as it is written in the file.
    perhaps: Vec<String>,
}

fn check(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    for key in file.keys.iter().filter(|key| key.in_effect) {
        let Some(setting) = key.setting() else { continue };
        let Some(misfit) = misfit(setting.holds, key) else { continue };
        let message = format!("{} must be {}, and is {}", key.name, misfit.must, misfit.is);
        let mut added = found.add(message).at(key.raw.clone());
        let write =
            |value: &str| Step::replace(file, &key.raw, value, format!("set {} to {value}", key.name));
        if let Some(value) = &misfit.sure {
            added.offer(format!("set it to {value}"), write(value));
        } else if !misfit.perhaps.is_empty() {
            for value in &misfit.perhaps {
                added = added.offer(format!("set it to {value}"), write(value));
            }
            let out = Step::cut(file, &[fixes::start(file, key)], &format!("take {} out", key.name));
            added.offer("take it out, so that its default counts", out).asks();
        } else if let Some(command) = apply_command(file) {
            added.command("set it as the selection says", command);
        } else {
            added.advice(format!("set it to {}", misfit.must));
        }
    }
}

fn misfit(holds: Type, key: &Occurrence) -> Option<Misfit> {
    let value = &key.value;
    // In XML every value is written as text.
    let text = value.as_str().map(str::trim);
    let is_known = match (holds, value) {
        (Type::Address, _) => is_address(value),
        (Type::Bool, Value::String(text)) if key.is_option() => matches!(text.as_str(), "true" | "false"),
        (Type::Text | Type::Token, Value::String(_)) | (Type::Bool, Value::Bool(_)) => true,
        (Type::Count, Value::String(text)) if key.is_option() => text.parse().is_ok_and(is_count),
        (Type::Count, Value::Number(number)) => number.as_f64().is_some_and(is_count),
        (Type::Number(least, most), Value::Number(number)) => {
            number.as_f64().is_some_and(|number| (least..=most).contains(&number))
        }
        (Type::OneOf(names), Value::String(text)) => names.contains(&text.as_str()),
        _ => false,
    };
    if is_known {
        return None;
    }
    let number = text.and_then(|text| text.parse::<f64>().ok());
    let must = match holds {
        Type::Text => "text".to_owned(),
        Type::Token => "a token, which is text".to_owned(),
        Type::Address => "the address of a server".to_owned(),
        Type::Bool => "true or false".to_owned(),
        Type::Count => "a whole number from 1 on".to_owned(),
        Type::Number(least, most) => format!("a number from {least} to {most}"),
        Type::OneOf(names) => format!("one of {}", names.join(", ")),
    };
    let sure = match holds {
        Type::Text => value.as_number().map(|number| quoted(&number.to_string())),
        Type::Bool => {
            text.map(str::to_ascii_lowercase).filter(|text| matches!(text.as_str(), "true" | "false"))
        }
        Type::Count => number.filter(|number| is_count(*number)).map(|number| number.to_string()),
        Type::Number(least, most) => {
            number.filter(|number| (least..=most).contains(number)).map(|number| number.to_string())
        }
        Type::OneOf(names) => {
            let is_meant = |name: &&&str| text.is_some_and(|text| text.eq_ignore_ascii_case(name));
            names.iter().find(is_meant).map(|name| quoted(name))
        }
        Type::Address | Type::Token => None,
    };
    let perhaps = match (holds, value) {
        (Type::Bool, _) => vec!["true".to_owned(), "false".to_owned()],
        (Type::Number(least, most), Value::Number(number)) => {
            number.as_f64().map(|number| number.clamp(least, most).to_string()).into_iter().collect()
        }
        (Type::OneOf(names), _) => names.iter().map(|name| quoted(name)).collect(),
        _ => Vec::new(),
    };
    let is = match (holds, value) {
        (Type::Address, Value::String(text)) if !text.is_empty() => "other text".to_owned(),
        (Type::Token, _) => "something else".to_owned(),
        _ => kind(value),
    };
    Some(Misfit { must, is, sure, perhaps })
}

/// Whether it can be an id or a size: a whole number that a double can hold.
fn is_count(number: f64) -> bool {
    number.fract() == 0.0 && (1.0..=9_007_199_254_740_991.0).contains(&number)
}

/// An address is judged by what it lacks; what it has too much is another rule's, and so is plain http.
fn is_address(value: &Value) -> bool {
    let text = value.as_str().map(str::trim);
    text.is_some_and(|text| text.starts_with("http://") || Server::parse(text).is_ok())
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A value in words; a text is not shown, since it may be anything.
fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.is_empty() => "empty".to_owned(),
        Value::String(_) => "text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
