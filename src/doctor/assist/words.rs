//! Words about models, projects and values, in Markdown. What a server or a file says goes into code
//! spans, where it can be no link, no emphasis and no other Markdown.

use std::fmt::Write as _;

use crate::auth::hide_tokens;
use crate::doctor::facts::Facts;
use crate::elitea::{Model, Project, ProjectState};

/// How many characters of a text are shown.
const SHOWN: usize = 200;

/// A text of somebody else's on one line: control and bidirectional characters as `\u{..}`, tokens as
/// `***`, a long one cut.
pub(super) fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let hidden = hide_tokens(text);
    for (count, char) in hidden.chars().enumerate() {
        if count == SHOWN {
            shown.push('…');
            break;
        }
        if char.is_control() || is_hidden(char) {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(char));
        } else {
            shown.push(char);
        }
    }
    shown
}

/// The formatting characters of UAX #9 that change the order of what is read, line separators, and what
/// takes no room.
fn is_hidden(char: char) -> bool {
    matches!(
        char,
        '\u{61c}' | '\u{200b}'
            ..='\u{200f}' | '\u{2028}'
            ..='\u{202e}' | '\u{2060}'
            ..='\u{2069}' | '\u{feff}' | '\u{e0000}'
            ..='\u{e007f}'
    )
}

/// The same as a code span, in more backquotes than stand in it.
pub(super) fn code(text: &str) -> String {
    let text = plain(text);
    let mut fence = "`".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    let is_odd = text.trim().is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']);
    let space = if is_odd { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// A number with commas between thousands.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// When the server's lists were asked for, in a sentence; none where it was just now.
pub(super) fn age(facts: &Facts) -> Option<String> {
    if !facts.listed.remembered {
        return None;
    }
    Some(match &facts.listed.heard {
        Some(ago) => format!("As the server said {ago}."),
        None => "As the server said when it was last asked.".to_owned(),
    })
}

/// A project by its id, with its name where that is known.
pub(super) fn project_by_id(id: u64, facts: &Facts) -> String {
    let known = facts.listed.projects.iter().flatten().find(|project| project.id == id);
    known.map_or_else(|| id.to_string(), |project| format!("{id} {}", code(&project.name)))
}

/// Why a project cannot be used, if it cannot.
pub(super) fn unusable(project: &Project) -> Option<&'static str> {
    match project.state {
        ProjectState::Ready | ProjectState::Unlisted => None,
        ProjectState::Suspended => Some("suspended by an administrator"),
        ProjectState::Unfinished => Some("never finished by the server"),
    }
}

/// A project, in a few words of plain text.
pub(super) fn project_detail(project: &Project) -> String {
    let mut words: Vec<String> = vec![plain(&project.name)];
    words.extend(project.personal.then(|| "personal".to_owned()));
    words.extend(project.public.then(|| "shared by everybody".to_owned()));
    words.extend(unusable(project).map(str::to_owned));
    words.join(", ")
}

/// A model, in a few words of plain text.
pub(super) fn model_detail(model: &Model, facts: &Facts) -> String {
    let mut words = Vec::new();
    words.extend(model.context_window.map(|tokens| format!("{} tokens", number(tokens))));
    words.extend(model.supports_vision.then(|| "vision".to_owned()));
    words.extend(model.supports_reasoning.then(|| "reasoning".to_owned()));
    words.push(owner(model));
    words.extend(is_default(model, facts).then(|| "default".to_owned()));
    words.join(", ")
}

fn owner(model: &Model) -> String {
    let how = if model.shared { "shared by" } else { "of" };
    format!("{how} project {}", model.project_id)
}

/// Whether it is the project's default.
pub(super) fn is_default(model: &Model, facts: &Facts) -> bool {
    match &facts.listed.default_model {
        Some((owner, name)) => *owner == model.project_id && *name == model.name,
        None => model.default,
    }
}

/// All that is known of a model, as a list.
pub(super) fn model(model: &Model, facts: &Facts) -> String {
    let mut lines = Vec::new();
    if model.display_name != model.name {
        lines.push(format!("Called {}", code(&model.display_name)));
    }
    lines.extend(model.context_window.map(|tokens| format!("Context window: {} tokens", number(tokens))));
    lines.extend(model.max_output_tokens.map(|tokens| format!("Longest answer: {} tokens", number(tokens))));
    lines.extend(model.supports_vision.then(|| "Reads images".to_owned()));
    lines.extend(model.supports_reasoning.then(|| "Reasons before it answers".to_owned()));
    let how = if model.shared { "Shared by" } else { "Of" };
    lines.push(format!("{how} project {}", project_by_id(model.project_id, facts)));
    lines.extend(is_default(model, facts).then(|| "The project's default".to_owned()));
    lines.push(format!("Integration: {}", code(&model.integration_uid())));
    lines.iter().map(|line| format!("- {line}\n")).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_thousands() {
        let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (128_000, "128,000"), (1_048_576, "1,048,576")];
        for (value, shown) in cases {
            assert_eq!(number(value), shown);
        }
    }

    #[test]
    fn no_text_leaves_its_code_span() {
        let cases = [
            ("gpt", "`gpt`"),
            ("a`b", "``a`b``"),
            ("`", "`` ` ``"),
            ("a``b`c", "```a``b`c```"),
            ("[x](http://y)", "`[x](http://y)`"),
            ("a\nb\u{202e}c\u{1b}", "`a\\u{a}b\\u{202e}c\\u{1b}`"),
            ("", "`  `"),
        ];
        for (text, shown) in cases {
            assert_eq!(code(text), shown);
        }
        assert_eq!(plain(&"a".repeat(SHOWN + 5)), format!("{}…", "a".repeat(SHOWN)));
    }
}
