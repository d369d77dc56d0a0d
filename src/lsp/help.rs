//! Completion and hover: what can stand at a place, and what stands there, as the doctor knows it.

use std::sync::Arc;

use tower_lsp::lsp_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionResponse, CompletionTextEdit,
    Documentation, Hover, HoverContents, MarkupContent, MarkupKind, TextDocumentPositionParams, TextEdit,
};

use super::diagnostics::read;
use super::documents::Read;
use super::session::Session;
use super::tasks;
use crate::doctor::{self, Completions, Suggestion, SuggestionKind};

/// What can stand at a place of an open file; none where it is not for us to say.
pub(super) async fn complete(
    session: &Arc<Session>,
    params: TextDocumentPositionParams,
) -> Option<CompletionResponse> {
    let read = known(session, &params).await?;
    let markup = session.markup_of_completions();
    let work = move || {
        let at = read.at.offset(params.position);
        let mut found = doctor::complete(&read.file, &read.base.facts, at);
        leave_quotes(&read.at.text, at, &mut found);
        let comma =
            found.comma_at.map(|at| TextEdit { range: read.at.range(&(at..at)), new_text: ",".into() });
        let range = read.at.range(&found.range);
        let item = |suggestion: Suggestion| CompletionItem {
            label: suggestion.label,
            kind: Some(kind(suggestion.kind)),
            detail: suggestion.detail,
            documentation: suggestion.docs.map(|docs| Documentation::MarkupContent(markup.of(docs))),
            preselect: Some(suggestion.preselect),
            sort_text: Some(format!("{:04}", suggestion.sort)),
            filter_text: suggestion.filter,
            text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text: suggestion.insert })),
            additional_text_edits: comma.clone().map(|comma| vec![comma]),
            ..CompletionItem::default()
        };
        let items = found.items.into_iter().map(item).collect();
        CompletionResponse::List(CompletionList { is_incomplete: !found.complete, items })
    };
    tasks::on_thread(work).await
}

/// Leaves the quotes that are there already, and compares with the label where that says it all. Some
/// editors (Neovim's `omnifunc`, for one) replace nothing behind the cursor, and take the start of the
/// range only from suggestions without a text of their own to compare with.
fn leave_quotes(text: &str, at: usize, found: &mut Completions) {
    let there = text.get(found.range.clone()).unwrap_or_default();
    let opened = there.starts_with('"') && found.range.start < at;
    let closed = opened && there.len() > 1 && there.ends_with('"') && !there.ends_with("\\\"");
    let all = |holds: fn(&str) -> bool| found.items.iter().all(|item| holds(&item.insert));
    let first = opened && all(|insert| insert.starts_with('"'));
    let last =
        first && closed && at < found.range.end && all(|insert| insert.len() > 1 && insert.ends_with('"'));
    found.range.start += usize::from(first);
    found.range.end -= usize::from(last);
    for item in &mut found.items {
        if last {
            item.insert.pop();
        }
        if first {
            item.insert.remove(0);
            item.filter = item.filter.take().map(|filter| filter.trim_start_matches('"').to_owned());
        }
        item.filter = item.filter.take().filter(|filter| *filter != item.label);
    }
}

/// What stands at a place of an open file, where there is something to say of it.
pub(super) async fn hover(session: &Arc<Session>, params: TextDocumentPositionParams) -> Option<Hover> {
    let read = known(session, &params).await?;
    let markup = session.markup_of_hovers();
    let work = move || {
        let about = doctor::about(&read.file, &read.base.facts, read.at.offset(params.position))?;
        let range = Some(read.at.range(&about.range));
        Some(Hover { contents: HoverContents::Markup(markup.of(about.markdown)), range })
    };
    tasks::on_thread(work).await.flatten()
}

/// An open config file that is one of ours, and with it what the server last listed.
async fn known(session: &Arc<Session>, params: &TextDocumentPositionParams) -> Option<Arc<Read>> {
    let uri = &params.text_document.uri;
    read(session, uri).await.filter(|read| read.is_known())?;
    session.knowledge.wait().await;
    read(session, uri).await
}

fn kind(kind: SuggestionKind) -> CompletionItemKind {
    match kind {
        SuggestionKind::Model | SuggestionKind::Value => CompletionItemKind::VALUE,
        SuggestionKind::Project => CompletionItemKind::FOLDER,
        SuggestionKind::Integration => CompletionItemKind::REFERENCE,
        SuggestionKind::Setting => CompletionItemKind::PROPERTY,
    }
}

/// How a client shows longer texts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Markup {
    /// As Markdown.
    Markdown,
    /// As they are.
    #[default]
    Plain,
}

impl Markup {
    /// The better one of those that a client offers.
    pub(super) fn choose(offered: Option<&Vec<MarkupKind>>) -> Self {
        if offered.is_some_and(|offered| offered.contains(&MarkupKind::Markdown)) {
            Self::Markdown
        } else {
            Self::Plain
        }
    }

    fn of(self, value: String) -> MarkupContent {
        let kind = match self {
            Self::Markdown => MarkupKind::Markdown,
            Self::Plain => MarkupKind::PlainText,
        };
        MarkupContent { kind, value }
    }
}
