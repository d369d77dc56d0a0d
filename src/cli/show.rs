//! Reports as people like to read them, and the exit code that goes with each.

use super::page::{Cell, Page, Style};
use super::terminal::Terminal;
use crate::error::Result;
use crate::protocol::auth::{LoggedIn, LoggedOut};
use crate::protocol::config::{Applied, History, Plan, Skipped, TargetReport, TargetState};
use crate::protocol::ide::{IdeList, Reader};
use crate::protocol::model::ModelList;
use crate::protocol::project::ProjectList;
use crate::protocol::selection::{Chosen, Selection};
use crate::protocol::settings::Rendered;
use crate::protocol::status::Status;
use crate::protocol::token::{Created, Revoked, Rotated, Token, TokenList, TokenState};

mod doctor;
mod found;
mod repair;
mod settings;
mod targets;

pub(super) use doctor::{bundle, doctor, finding, rule, rules};
pub(super) use found::found;
pub(super) use repair::{repair_preview, repaired};
pub(super) use settings::{config_path, explained, setting, setting_changed, settings};

use targets::{report as target, settle, settled, summary};

fn exit_of(open: bool) -> u8 {
    u8::from(open)
}

fn notes(page: &mut Page, notes: &[String]) {
    for note in notes {
        page.put(Style::Dim, "note: ").line(Style::Plain, note);
    }
}

fn left_out(page: &mut Page, skipped: &[Skipped]) {
    for skipped in skipped {
        page.put(Style::Dim, "left out      ").text(&format!("{}  ", skipped.ide));
        page.line(Style::Dim, &format!("{}: {}", skipped.path, skipped.reason));
    }
}

pub(super) fn logged_in(terminal: &Terminal, done: &LoggedIn) -> Result<u8> {
    let mut page = terminal.page();
    let name = if done.account.name.is_empty() { &done.account.email } else { &done.account.name };
    page.put(Style::Good, "signed in ")
        .text("to ")
        .put(Style::Bold, &done.server)
        .text(" as ")
        .put(Style::Bold, name);
    if *name != done.account.email {
        page.text(&format!(" <{}>", done.account.email));
    }
    page.end();
    let expires =
        done.expires.as_deref().map_or("it never expires".to_owned(), |at| format!("it expires {}", day(at)));
    page.line(Style::Plain, &format!("the token is in the store {}; {expires}", done.store));
    notes(&mut page, &done.notes);
    let next = if done.project.is_some() { "elitea-helper plan" } else { "elitea-helper projects" };
    page.put(Style::Place, "next: ").line(Style::Plain, next);
    terminal.report(done, page)?;
    Ok(0)
}

pub(super) fn logged_out(terminal: &Terminal, done: &LoggedOut) -> Result<u8> {
    let mut page = terminal.page();
    let word = if done.forgotten { "signed out " } else { "no token was stored for " };
    page.put(Style::Good, word).put(Style::Bold, &done.server).end();
    if done.revoked {
        page.line(Style::Plain, "the server deleted the token");
    } else if done.forgotten {
        page.line(Style::Plain, "the server still knows the token; it can be deleted on the token page");
    }
    for report in &done.targets {
        target(&mut page, report, false);
    }
    notes(&mut page, &done.notes);
    let open = done.targets.iter().any(TargetReport::is_open);
    terminal.report(done, page)?;
    Ok(exit_of(open))
}

pub(super) fn status(terminal: &Terminal, status: &Status) -> Result<u8> {
    let mut page = terminal.page();
    let selection = &status.selection;
    let mut rows = vec![row("profile", Cell::new(&selection.profile), "")];
    rows.extend(
        selection.server.as_ref().map(|chosen| row("server", Cell::new(&chosen.value), &chosen.source)),
    );
    if let Some(account) = &status.account {
        rows.push(row("account", Cell::new(format!("{} <{}>", account.name, account.email)), ""));
    }
    if let Some(token) = &status.token {
        let name = token.name.as_deref().unwrap_or("without a name");
        rows.push(row(
            "token",
            token_cell(token.state, token.days_left, name),
            &format!("store {}", token.store),
        ));
    }
    rows.extend(
        selection.project.as_ref().map(|chosen| row("project", Cell::new(named(chosen)), &chosen.source)),
    );
    rows.extend(
        selection.model.as_ref().map(|chosen| row("model", Cell::new(&chosen.value), &chosen.source)),
    );
    page.table("", &rows);
    if !status.targets.is_empty() {
        page.end();
    }
    for report in &status.targets {
        target(&mut page, report, false);
        settle(&mut page, report);
    }
    for problem in &status.problems {
        page.put(Style::Bad, "problem: ").line(Style::Plain, &problem.message);
        if let Some(hint) = &problem.hint {
            page.put(Style::Place, "  hint: ").line(Style::Plain, hint);
        }
    }
    notes(&mut page, &status.notes);
    let open = status.targets.iter().any(TargetReport::is_open);
    if status.problems.is_empty() && !open && !status.targets.is_empty() {
        page.line(Style::Good, "everything is in order");
    }
    terminal.report(status, page)?;
    let worst = status
        .problems
        .iter()
        .filter_map(|problem| crate::error::TABLE.iter().find(|row| row.code == problem.code))
        .map(|row| row.exit)
        .max();
    Ok(worst.unwrap_or(exit_of(open)))
}

fn row(name: &str, value: Cell, source: &str) -> Vec<Cell> {
    vec![Cell::styled(Style::Dim, name), value, Cell::styled(Style::Dim, source)]
}

fn named(chosen: &Chosen) -> String {
    match &chosen.name {
        Some(name) => format!("{} {name}", chosen.value),
        None => chosen.value.clone(),
    }
}

fn token_cell(state: TokenState, days_left: Option<i64>, name: &str) -> Cell {
    let (style, left) = life(state, days_left);
    Cell::styled(style, format!("{name}, {left}"))
}

fn life(state: TokenState, days_left: Option<i64>) -> (Style, String) {
    let days = days_left.unwrap_or_default();
    match state {
        TokenState::Never => (Style::Good, "never expires".into()),
        TokenState::Active => (Style::Good, format!("{days} days left")),
        TokenState::Expiring if days == 0 => (Style::Warn, "less than a day left".into()),
        TokenState::Expiring => (Style::Warn, format!("{days} day{} left", if days == 1 { "" } else { "s" })),
        TokenState::Expired => (Style::Bad, "expired".into()),
    }
}

pub(super) fn projects(terminal: &Terminal, list: &ProjectList) -> Result<u8> {
    let mut page = terminal.page();
    let rows: Vec<Vec<Cell>> = list
        .projects
        .iter()
        .map(|project| {
            let word = project
                .unusable
                .clone()
                .unwrap_or_else(|| if project.personal { "personal".into() } else { String::new() });
            let style = if project.unusable.is_some() { Style::Warn } else { Style::Dim };
            vec![
                mark(project.current),
                Cell::right(project.id.to_string()),
                Cell::new(&project.name),
                Cell::styled(style, word),
            ]
        })
        .collect();
    page.table("", &rows);
    if rows.is_empty() {
        page.line(Style::Plain, "the account has no project");
    }
    aged(&mut page, list.age);
    notes(&mut page, &list.notes);
    terminal.report(list, page)?;
    Ok(0)
}

fn mark(current: bool) -> Cell {
    if current { Cell::styled(Style::Good, "*") } else { Cell::new(" ") }
}

fn aged(page: &mut Page, age: Option<u64>) {
    if let Some(age) = age {
        page.line(Style::Dim, &format!("as of {} ago; the server was not asked", crate::ops::ago(age)));
    }
}

pub(super) fn models(terminal: &Terminal, list: &ModelList) -> Result<u8> {
    let mut page = terminal.page();
    let rows: Vec<Vec<Cell>> = list
        .models
        .iter()
        .map(|model| {
            let mut words = Vec::new();
            words.extend(model.default.then_some("default"));
            words.push(if model.shared { "shared" } else { "own" });
            words.extend(model.vision.then_some("vision"));
            words.extend(model.reasoning.then_some("reasoning"));
            vec![
                mark(model.current),
                Cell::new(format!("{}/{}", model.owner, model.name)),
                Cell::new(&model.display_name),
                Cell::right(model.context_window.map(thousands).unwrap_or_default()),
                Cell::styled(Style::Dim, words.join(", ")),
            ]
        })
        .collect();
    page.table("", &rows);
    if rows.is_empty() {
        page.line(Style::Plain, &format!("project {} has no model", list.project));
    }
    aged(&mut page, list.age);
    terminal.report(list, page)?;
    Ok(0)
}

/// A number of tokens, in thousands where it is whole thousands.
fn thousands(count: u64) -> String {
    if count >= 1_000 && count.is_multiple_of(1_000) {
        format!("{}k", count / 1_000)
    } else {
        count.to_string()
    }
}

pub(super) fn selection(terminal: &Terminal, selection: &Selection) -> Result<u8> {
    let mut page = terminal.page();
    let mut rows = Vec::new();
    rows.extend(
        selection.project.as_ref().map(|chosen| row("project", Cell::new(named(chosen)), &chosen.source)),
    );
    rows.extend(
        selection.model.as_ref().map(|chosen| row("model", Cell::new(&chosen.value), &chosen.source)),
    );
    page.table("", &rows);
    page.put(Style::Place, "next: ").line(Style::Plain, "elitea-helper plan");
    terminal.report(selection, page)?;
    Ok(0)
}

pub(super) fn tokens(terminal: &Terminal, list: &TokenList) -> Result<u8> {
    let mut page = terminal.page();
    page.table("", &list.tokens.iter().map(token_row).collect::<Vec<_>>());
    if list.tokens.is_empty() {
        page.line(Style::Plain, "the account has no token");
    }
    terminal.report(list, page)?;
    Ok(0)
}

fn token_row(token: &Token) -> Vec<Cell> {
    let (style, left) = life(token.state, token.days_left);
    let mut words = Vec::new();
    words.extend(token.in_use.then_some("in use here"));
    words.extend(token.ours.then_some("made by a helper"));
    vec![
        mark(token.in_use),
        Cell::new(token.name.as_deref().unwrap_or("(no name)")),
        Cell::styled(style, left),
        Cell::styled(Style::Dim, token.uuid.as_deref().unwrap_or("(no uuid)")),
        Cell::styled(Style::Dim, words.join(", ")),
    ]
}

pub(super) fn created(terminal: &Terminal, done: &Created) -> Result<u8> {
    let mut page = terminal.page();
    page.put(Style::Good, "made ").put(Style::Bold, done.token.name.as_deref().unwrap_or_default());
    page.line(Style::Plain, &format!("; it is in the store {} and in use from now on", done.store));
    if let Some(secret) = &done.secret {
        page.line(Style::Plain, secret);
    }
    page.put(Style::Place, "next: ").line(Style::Plain, "elitea-helper apply");
    if done.secret.is_some() {
        terminal.reveal_report(done, page)?;
    } else {
        terminal.report(done, page)?;
    }
    Ok(0)
}

pub(super) fn rotated(terminal: &Terminal, done: &Rotated) -> Result<u8> {
    let mut page = terminal.page();
    page.put(Style::Good, "made ").put(Style::Bold, done.token.name.as_deref().unwrap_or_default());
    page.line(Style::Plain, &format!("; it is in the store {}; the old token {}", done.store, done.old));
    for report in &done.targets {
        target(&mut page, report, false);
    }
    notes(&mut page, &done.notes);
    terminal.report(done, page)?;
    Ok(exit_of(done.targets.iter().any(TargetReport::is_open)))
}

pub(super) fn revoked(terminal: &Terminal, done: &Revoked) -> Result<u8> {
    let mut page = terminal.page();
    page.put(Style::Good, "deleted ").put(Style::Bold, done.token.name.as_deref().unwrap_or_default()).end();
    notes(&mut page, &done.notes);
    terminal.report(done, page)?;
    Ok(0)
}

/// `with_token` says that the token was asked for by name.
pub(super) fn rendered(terminal: &Terminal, done: &Rendered, json: bool, with_token: bool) -> Result<u8> {
    let text = if json || terminal.json { super::terminal::json(done)? } else { done.text.clone() };
    if with_token {
        terminal.reveal(&text)?;
    } else {
        terminal.write(&text)?;
    }
    Ok(0)
}

pub(super) fn ides(terminal: &Terminal, list: &IdeList) -> Result<u8> {
    let mut page = terminal.page();
    let reader = |reader: &Option<Reader>| match reader {
        Some(reader) => Cell::styled(
            Style::Good,
            format!("{} {}", reader.name, reader.version.as_deref().unwrap_or_default())
                .trim_end()
                .to_owned(),
        ),
        None => Cell::styled(Style::Dim, "no reader"),
    };
    page.line(Style::Bold, "installed");
    let rows: Vec<Vec<Cell>> = list
        .installed
        .iter()
        .map(|ide| {
            vec![
                Cell::new(&ide.ide),
                Cell::new(&ide.ide_name),
                reader(&ide.reader),
                Cell::styled(Style::Dim, &ide.path),
            ]
        })
        .collect();
    page.table("  ", &rows);
    if rows.is_empty() {
        page.line(Style::Plain, "  none");
    }
    page.line(Style::Bold, "config files");
    let rows: Vec<Vec<Cell>> = list
        .targets
        .iter()
        .map(|found| {
            let label = found.target.label.as_deref().map(|label| format!(" ({label})")).unwrap_or_default();
            let kept = if found.registered {
                "kept in order"
            } else if found.exists {
                ""
            } else {
                "not there yet"
            };
            vec![
                Cell::new(&found.target.ide),
                Cell::new(format!("{}{label}", found.target.scope)),
                Cell::new(&found.target.path),
                reader(&found.reader),
                Cell::styled(Style::Dim, kept),
            ]
        })
        .collect();
    page.table("  ", &rows);
    if rows.is_empty() {
        page.line(Style::Plain, "  none");
    }
    page.line(Style::Bold, "left out");
    let (absent, odd): (Vec<_>, Vec<_>) = list.skipped.iter().partition(|skipped| !skipped.installed);
    let rows: Vec<Vec<Cell>> = odd
        .iter()
        .map(|skipped| {
            vec![Cell::new(&skipped.ide), Cell::new(&skipped.path), Cell::styled(Style::Dim, &skipped.reason)]
        })
        .collect();
    page.table("  ", &rows);
    if !absent.is_empty() {
        let names: Vec<&str> = absent.iter().map(|skipped| skipped.ide.as_str()).collect();
        page.line(Style::Dim, &format!("  not installed: {}", names.join(", ")));
    }
    terminal.report(list, page)?;
    Ok(0)
}

/// `targets` are those of the call, as they are typed.
pub(super) fn plan(terminal: &Terminal, plan: &Plan, targets: &str) -> Result<u8> {
    let mut page = terminal.page();
    for report in &plan.targets {
        target(&mut page, report, true);
        settle(&mut page, report);
    }
    left_out(&mut page, &plan.skipped);
    notes(&mut page, &plan.notes);
    summary(&mut page, &plan.targets, plan.skipped.len());
    if plan.targets.iter().any(|report| report.state != TargetState::Refused && !report.diff.is_empty()) {
        page.put(Style::Place, "next: ")
            .line(Style::Plain, &format!("elitea-helper apply{targets} --plan {}", plan.id));
    }
    let open = plan.targets.iter().any(TargetReport::is_open);
    terminal.report(plan, page)?;
    Ok(exit_of(open))
}

pub(super) fn applied(terminal: &Terminal, applied: &Applied) -> Result<u8> {
    let mut page = terminal.page();
    for report in &applied.targets {
        target(&mut page, report, false);
        settle(&mut page, report);
    }
    done(terminal, applied, "nothing to do: everything is in order", page)
}

/// `idle` is what is said where nothing was to be done.
pub(super) fn taken_back(terminal: &Terminal, applied: &Applied, idle: &str) -> Result<u8> {
    let mut page = terminal.page();
    for report in &applied.targets {
        target(&mut page, report, false);
    }
    done(terminal, applied, idle, page)
}

fn done(terminal: &Terminal, applied: &Applied, idle: &str, mut page: Page) -> Result<u8> {
    left_out(&mut page, &applied.skipped);
    notes(&mut page, &applied.notes);
    let open = applied.targets.iter().any(TargetReport::is_open);
    match &applied.history {
        Some(id) => {
            page.put(Style::Place, "take it back: ").line(Style::Plain, &format!("elitea-helper undo {id}"));
        }
        None if !open => {
            page.line(Style::Good, idle);
        }
        None => {}
    }
    terminal.report(applied, page)?;
    Ok(exit_of(open))
}

pub(super) fn resolved(terminal: &Terminal, applied: &Applied) -> Result<u8> {
    let mut page = terminal.page();
    for report in &applied.targets {
        settled(&mut page, report);
    }
    done(terminal, applied, "nothing to settle: it is settled already", page)
}

pub(super) fn history(terminal: &Terminal, history: &History) -> Result<u8> {
    let mut page = terminal.page();
    for entry in &history.entries {
        page.put(Style::Bold, &entry.id).text(&format!("  {}  {}", entry.time, entry.verb));
        if let Some(by) = &entry.undone {
            page.put(Style::Dim, &format!("  (taken back by {by})"));
        }
        page.end();
        for file in &entry.files {
            page.line(Style::Dim, &format!("  {file}"));
        }
    }
    if history.entries.is_empty() {
        page.line(Style::Plain, "nothing was changed yet");
    }
    terminal.report(history, page)?;
    Ok(0)
}

/// The day of a time in RFC 3339.
fn day(time: &str) -> &str {
    time.split('T').next().unwrap_or(time)
}
