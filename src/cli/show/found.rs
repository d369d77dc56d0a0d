//! The tokens that lie about, for people.

use super::super::page::{Page, Style};
use super::super::terminal::Terminal;
use super::{life, notes};
use crate::error::Result;
use crate::protocol::auth::{Discovered, FoundToken, TokenPlace};
use crate::protocol::token::TokenState;

pub(in super::super) fn found(terminal: &Terminal, found: &Discovered) -> Result<u8> {
    let mut page = terminal.page();
    for token in &found.tokens {
        one(&mut page, token);
    }
    notes(&mut page, &found.notes);
    if found.tokens.is_empty() {
        page.line(Style::Plain, "no token lies about");
    }
    let fits = |token: &&FoundToken| !token.in_use && token.state != TokenState::Expired;
    if let Some(token) = found.tokens.iter().find(fits) {
        let server = if token.server.is_none() { " --server URL" } else { "" };
        let command = format!("elitea-helper login --found {}{server}", token.id);
        page.put(Style::Place, "sign in with one: ").line(Style::Plain, &command);
    }
    terminal.report(found, page)?;
    Ok(0)
}

fn one(page: &mut Page, token: &FoundToken) {
    let (style, left) = life(token.state, token.days_left);
    page.put(Style::Bold, &token.id).text("  ").put(style, &left).text("  ");
    page.put(Style::Plain, token.server.as_deref().unwrap_or("no single server beside it"));
    if token.in_use {
        page.put(Style::Dim, "  in use here");
    }
    page.end();
    for place in &token.places {
        page.text("    ").put(Style::Dim, &words(place)).end();
    }
}

fn words(place: &TokenPlace) -> String {
    match (&place.variable, &place.file, place.line, place.column) {
        (Some(variable), ..) => format!("the variable {variable}"),
        (None, Some(file), Some(line), Some(column)) => {
            let key = place.key.as_ref().map(|key| format!("  {key}")).unwrap_or_default();
            format!("{file}:{line}:{column}{key}")
        }
        _ => String::new(),
    }
}
