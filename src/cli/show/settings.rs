//! Our own settings for people, and the keys of IDEs with where their values come from.

use serde_json::Value;

use crate::cli::page::{Cell, Page, Style};
use crate::cli::terminal::Terminal;
use crate::error::Result;
use crate::protocol::explain::{
    Author, ConfigPath, Explained, KeySource, KeyStory, Setting, SettingChanged, SettingList, Standing, Who,
    Window,
};

/// The path alone, for scripts.
pub(in super::super) fn config_path(terminal: &Terminal, found: &ConfigPath) -> Result<u8> {
    let mut page = terminal.page();
    page.line(Style::Plain, &found.path);
    terminal.report(found, page)?;
    Ok(0)
}

/// The value alone, for scripts; exit code 1 where there is none.
pub(in super::super) fn setting(terminal: &Terminal, setting: &Setting) -> Result<u8> {
    let mut page = terminal.page();
    if setting.value.is_null() {
        terminal.say(&format!("{} is not set", setting.key));
    } else {
        page.line(Style::Plain, &plain(&setting.value));
    }
    terminal.report(setting, page)?;
    Ok(u8::from(setting.value.is_null()))
}

pub(in super::super) fn settings(terminal: &Terminal, list: &SettingList) -> Result<u8> {
    let mut page = terminal.page();
    let row = |setting: &Setting| {
        vec![
            Cell::styled(Style::Bold, &setting.key),
            value_cell(&setting.value),
            Cell::styled(Style::Dim, &setting.doc),
        ]
    };
    page.table("", &list.settings.iter().map(row).collect::<Vec<_>>());
    page.put(Style::Place, "where a value comes from: ");
    page.line(Style::Plain, "elitea-helper config explain KEY");
    terminal.report(list, page)?;
    Ok(0)
}

pub(in super::super) fn setting_changed(terminal: &Terminal, done: &SettingChanged) -> Result<u8> {
    let mut page = terminal.page();
    if done.changed {
        page.put(Style::Good, "changed ").line(Style::Plain, &done.file);
    } else {
        page.put(Style::Good, "nothing to do: ").line(Style::Plain, &format!("{} is so already", done.file));
    }
    story(&mut page, &done.setting);
    terminal.report(done, page)?;
    Ok(0)
}

/// Exit code 1 where a file cannot be read, so that there may be more to it.
pub(in super::super) fn explained(terminal: &Terminal, explained: &Explained) -> Result<u8> {
    let mut page = terminal.page();
    for setting in &explained.settings {
        story(&mut page, setting);
    }
    for stories in explained.keys.chunk_by(|one, other| one.key == other.key) {
        page.line(Style::Bold, &stories[0].key);
        for story in stories.iter().filter(|story| !is_unset(story)) {
            key(&mut page, story);
        }
        let unset: Vec<String> =
            stories.iter().filter(|story| is_unset(story)).map(|story| window(&story.window)).collect();
        if !unset.is_empty() {
            page.put(Style::Dim, "  not set: ").line(Style::Plain, &unset.join("; "));
        }
    }
    if explained.settings.is_empty() && explained.keys.is_empty() {
        page.line(Style::Plain, "no file here sets it");
    }
    for file in &explained.unreadable {
        let error = &file.error;
        page.put(Style::Bad, "cannot be read: ");
        let place = match (error.line, error.column) {
            (Some(line), Some(column)) => format!(":{line}:{column}"),
            _ => String::new(),
        };
        page.line(Style::Plain, &format!("{}{place}: {}", file.target.path, error.message));
        if let Some(hint) = &error.hint {
            page.put(Style::Place, "  hint: ").line(Style::Plain, hint);
        }
    }
    terminal.report(explained, page)?;
    Ok(u8::from(!explained.unreadable.is_empty()))
}

/// A setting of ours: its value, what set it, what it hides.
fn story(page: &mut Page, setting: &Setting) {
    page.put(Style::Bold, &setting.key).text("  ");
    if setting.value.is_null() {
        page.line(Style::Dim, "not set");
        return;
    }
    page.text(&plain(&setting.value)).put(Style::Dim, "  from ").line(Style::Plain, &setting.source.text);
    for hidden in &setting.hidden {
        page.put(Style::Dim, "  hides ").text(&plain(&hidden.value));
        page.put(Style::Dim, "  from ").line(Style::Plain, &hidden.source.text);
    }
}

fn is_unset(story: &KeyStory) -> bool {
    story.sources.is_empty() && story.deleted.is_empty()
}

fn key(page: &mut Page, story: &KeyStory) {
    page.text("  ").put(Style::Plain, &window(&story.window)).text(": ");
    if story.value.is_null() {
        page.put(Style::Dim, "not set");
    } else {
        page.put(Style::Good, &plain(&story.value));
    }
    page.end();
    for source in &story.sources {
        let style = if source.standing == Standing::InEffect { Style::Good } else { Style::Dim };
        let mark = if source.standing == Standing::InEffect { "    * " } else { "      " };
        page.put(style, mark).text(&plain(&source.value));
        page.put(Style::Dim, &format!("  {}:{}:{}", source.target.path, source.line, source.column));
        page.line(Style::Plain, &format!("  {}", words(source)));
    }
    for file in &story.deleted {
        page.put(Style::Dim, &format!("      {file}")).line(Style::Plain, "  you deleted it; it stays gone");
    }
}

fn words(source: &KeySource) -> String {
    let standing = match source.standing {
        Standing::InEffect => "",
        Standing::Overridden => "a stronger file hides it; ",
        Standing::Duplicate => "a later one in this file hides it; ",
        Standing::OfAllProfiles => "the default profile's goes for all profiles; ",
        Standing::NotOfFolders => "not read while a .code-workspace is open; ",
    };
    format!("{standing}{}", author(&source.author))
}

fn author(author: &Author) -> String {
    let write = author.last_write.as_ref().map(|write| format!("{}, {}", write.verb, write.time));
    match (author.who, write) {
        (Who::Helper, Some(write)) => format!("ours ({write})"),
        (Who::Helper, None) => "ours".to_owned(),
        (Who::UserSince, Some(write)) => format!("changed by you since we wrote it ({write})"),
        (Who::UserSince, None) => "changed by you since we wrote it".to_owned(),
        (Who::UserKept, _) => "yours, as you decided".to_owned(),
        (Who::User, _) => "yours".to_owned(),
        (Who::Unknown, _) => "a newer version of this program knows whose".to_owned(),
    }
}

fn window(window: &Window) -> String {
    let mut name = window.ide_name.clone();
    if let Some(label) = &window.label {
        name.push_str(&format!(" ({label})"));
    }
    if window.remote {
        name.push_str(", used from another machine");
    }
    if let Some(opened) = &window.opened {
        name.push_str(&format!(", in {opened}"));
    }
    name
}

fn value_cell(value: &Value) -> Cell {
    if value.is_null() { Cell::styled(Style::Dim, "-") } else { Cell::new(plain(value)) }
}

/// A string as it is, anything else as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
