//! The settings that ELITEA Code declares, and those that ELITEA's page writes besides.
//!
//! Source: `package.json` of ELITEA Code 0.4.1, and the page's download.

/// What a setting holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Type {
    /// Any text.
    Text,
    /// The token.
    Token,
    /// `true` or `false`.
    Bool,
    /// A number in this range.
    Number(f64, f64),
    /// One of these.
    OneOf(&'static [&'static str]),
}

/// One setting, by its name without the prefix.
#[derive(Debug)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub holds: Type,
    /// Whether ELITEA Code reads it.
    pub read: bool,
    /// What it does, in a sentence.
    pub does: &'static str,
}

const fn setting_row(name: &'static str, holds: Type, read: bool, does: &'static str) -> Setting {
    Setting { name, holds, read, does }
}

/// How a suggestion is shown.
const DISPLAY: Type = Type::OneOf(&["append", "split", "replace", "prepend"]);

/// Any number that is an id or a size.
const COUNT: Type = Type::Number(0.0, 9_007_199_254_740_991.0);

/// Every setting of the prefix that anything reads or writes.
pub const SETTINGS: &[Setting] = &[
    setting_row(
        "providerServerURL",
        Type::Text,
        false,
        "The ELITEA server; written by the page, read by nothing.",
    ),
    setting_row("LLMServerUrl", Type::Text, true, "The ELITEA server that ELITEA Code asks."),
    setting_row("modelName", Type::Text, false, "The model; written by the page, read by nothing."),
    setting_row("LLMModelName", Type::Text, true, "The model that ELITEA Code uses."),
    setting_row("authToken", Type::Token, false, "The token; written by the page, read by nothing."),
    setting_row("LLMAuthToken", Type::Token, true, "The token that ELITEA Code sends."),
    setting_row("projectId", COUNT, true, "The id of the ELITEA project."),
    setting_row("integrationUid", Type::Text, true, "The integration: owner project and name of the model."),
    setting_row(
        "integrationName",
        Type::Text,
        false,
        "The integration's name; written by a command, read by nothing.",
    ),
    setting_row("defaultViewMode", DISPLAY, false, "Written by the page, read by nothing."),
    setting_row(
        "verifySsl",
        Type::Bool,
        true,
        "Whether certificates are verified, for every extension beside it.",
    ),
    setting_row("displayType", DISPLAY, true, "How ELITEA Code shows what the model answers."),
    setting_row("enable", Type::Bool, true, "Whether ELITEA Code is on."),
    setting_row("debug", Type::Bool, true, "Whether ELITEA Code logs its requests."),
    setting_row("selectIntegration", Type::Text, true, "A link to the command that lists models."),
    setting_row("customModelSize", COUNT, true, "The size of a custom model's context."),
    setting_row("maxTokens", Type::Number(1.0, 8096.0), true, "The longest answer, in tokens."),
    setting_row("temperature", Type::Number(0.0, 1.0), true, "How varied answers are."),
    setting_row("topK", Type::Number(1.0, 40.0), true, "From how many tokens the next one is drawn."),
    setting_row("topP", Type::Number(0.0, 1.0), true, "From what share of tokens the next one is drawn."),
    setting_row(
        "serviceProviderForLLM",
        Type::OneOf(&["ELITEA", "Carrier", "OpenAI", "DigitalPlatform", "Azure OpenAI", "None"]),
        true,
        "Who answers.",
    ),
    setting_row("apiVersion", Type::Text, true, "The version of Azure's interface."),
];

/// The setting of this name.
pub fn setting(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}
