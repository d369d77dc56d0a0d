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
    /// The address of a server.
    Address,
    /// `true` or `false`.
    Bool,
    /// A whole number from 1 on: an id or a size.
    Count,
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

/// Every setting of the prefix that anything reads or writes.
pub const SETTINGS: &[Setting] = &[
    setting_row(
        "providerServerURL",
        Type::Address,
        false,
        "The ELITEA server; written by the page, read by nothing.",
    ),
    setting_row("LLMServerUrl", Type::Address, true, "The ELITEA server that ELITEA Code asks."),
    setting_row("modelName", Type::Text, false, "The model; written by the page, read by nothing."),
    setting_row("LLMModelName", Type::Text, true, "The model that ELITEA Code uses."),
    setting_row("authToken", Type::Token, false, "The token; written by the page, read by nothing."),
    setting_row("LLMAuthToken", Type::Token, true, "The token that ELITEA Code sends."),
    setting_row("projectId", Type::Count, true, "The id of the ELITEA project."),
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
    setting_row("customModelSize", Type::Count, true, "The size of a custom model's context."),
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

/// The options that ELITEA's page writes for the plugin in `JetBrains` IDEs. Which others there are is
/// not known.
pub const OPTIONS: &[Setting] = &[
    setting_row("displayType", Type::Text, true, "How the plugin shows what the model answers."),
    setting_row(
        "integrationName",
        Type::Text,
        true,
        "The integration's name, as the plugin's page shows it.",
    ),
    setting_row("integrationUid", Type::Text, true, "The integration: owner project and name of the model."),
    setting_row("llmCustomModelEnabled", Type::Bool, true, "Whether the model's name below is used."),
    setting_row("llmCustomModelName", Type::Text, true, "The model that the plugin uses."),
    setting_row("llmServerUrl", Type::Address, true, "The ELITEA server that the plugin asks."),
    setting_row("projectId", Type::Count, true, "The id of the ELITEA project."),
    setting_row("provider", Type::Text, true, "Who answers."),
];

/// The setting of this name.
pub fn setting(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// Which of these is meant by a name that none of them has: one that differs in nothing but case and
/// separators, or one that is a slip away.
pub(super) fn near(table: &'static [Setting], name: &str) -> Option<&'static Setting> {
    let same = table.iter().find(|setting| is_same_name(setting.name, name));
    let slip = || {
        let distance = |setting: &&Setting| strsim::damerau_levenshtein(setting.name, name);
        table.iter().min_by_key(distance).filter(|setting| {
            let longest = if setting.name.len() > 6 { 2 } else { 1 };
            distance(setting) <= longest
        })
    };
    same.or_else(slip)
}

/// Whether two names differ in nothing but case and separators.
pub(super) fn is_same_name(left: &str, right: &str) -> bool {
    let letters = |name: &str| name.replace(['_', '-', ' ', '.'], "").to_ascii_lowercase();
    letters(left) == letters(right)
}
