//! What the doctor says of open files, pushed to the client or fetched by it.

use std::sync::Arc;

use tokio::sync::mpsc;
use tower_lsp::lsp_types::{Diagnostic, DiagnosticSeverity, DiagnosticTag, NumberOrString, Url};

use super::buffers;
use super::documents::{Base, Read, is_config};
use super::session::Session;
use super::tasks;
use crate::doctor::Finding;
use crate::files;
use crate::ops;
use crate::protocol::doctor::Severity;

/// Whom a finding comes from.
pub(super) const SOURCE: &str = "elitea";

/// Rules whose findings an editor shows in a way of their own.
const TAGS: &[(&str, DiagnosticTag)] = &[
    ("duplicate-component", DiagnosticTag::UNNECESSARY),
    ("duplicate-key", DiagnosticTag::UNNECESSARY),
    ("legacy-file", DiagnosticTag::DEPRECATED),
    ("setting-legacy", DiagnosticTag::DEPRECATED),
    ("setting-shadowed", DiagnosticTag::UNNECESSARY),
];

/// What is to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// This file.
    At(Url),
    /// All that are open.
    All,
}

/// Tells the client what is wrong with its open files, as long as the process lives. While one text is
/// looked at others come: only the newest of each file counts.
pub(super) async fn push(session: Arc<Session>, mut looks: mpsc::UnboundedReceiver<Look>) {
    while let Some(first) = looks.recv().await {
        let mut uris = Vec::new();
        let mut all = false;
        let mut next = Some(first);
        while let Some(look) = next {
            match look {
                Look::All => all = true,
                Look::At(uri) if !uris.contains(&uri) => uris.push(uri),
                Look::At(_) => {}
            }
            next = looks.try_recv().ok();
        }
        if session.pulls_diagnostics() {
            if all && session.can_refresh() {
                let session = Arc::clone(&session);
                // The client may never answer.
                tasks::beside(async move {
                    let _ = session.client.workspace_diagnostic_refresh().await;
                });
            }
            continue;
        }
        if all {
            uris = session.documents.all(|_| true).into_iter().map(|at| at.uri).collect();
        }
        for uri in uris {
            publish(&session, uri).await;
        }
    }
}

async fn publish(session: &Arc<Session>, uri: Url) {
    match read(session, &uri).await {
        Some(read) => {
            let found = diagnostics(&read).await;
            session.client.publish_diagnostics(uri, found, Some(read.at.version)).await;
        }
        // It is closed, and what was said of it goes.
        None if session.documents.snapshot(&uri).is_none() => {
            session.client.publish_diagnostics(uri, Vec::new(), None).await;
        }
        None => {}
    }
}

/// An open config file that was read; none for any other file. It is judged by whoever asks for that,
/// since that may take longer.
pub(super) async fn read(session: &Arc<Session>, uri: &Url) -> Option<Arc<Read>> {
    if let Some(read) = session.documents.read(uri) {
        return Some(read);
    }
    let (at, base) = (session.documents.snapshot(uri)?, session.documents.base(uri));
    let path = at.path.clone().filter(|path| is_config(path))?;
    // What is larger is refused by every verb.
    if at.text.len() as u64 > files::LIMIT {
        return None;
    }
    let shell = session.shell().ok()?;
    let known = session.knowledge.facts();
    let editor = Arc::clone(session);
    let work = move || {
        // An editor that has reloaded the file says so by nothing but its text.
        buffers::compare(&editor, &path);
        let base = match base {
            Some(base) => base,
            None => {
                let file = ops::placed(&shell, &path, &known)
                    .inspect_err(|error| tracing::warn!("{} is not looked at: {error}", path.display()))
                    .ok()?;
                Arc::new(Base { file, facts: known })
            }
        };
        Some(Arc::new(Read::new(at, base)))
    };
    let read = tasks::on_thread(work).await.flatten()?;
    session.documents.keep(&read, &session.knowledge.facts());
    Some(read)
}

/// The findings as the client shows them.
pub(super) async fn diagnostics(read: &Arc<Read>) -> Vec<Diagnostic> {
    let read = Arc::clone(read);
    let work = move || read.glance().iter().map(|finding| diagnostic(&read, finding)).collect();
    tasks::on_thread(work).await.unwrap_or_default()
}

/// A finding as the client shows it. Where no quick fix mends it, its words say what does.
pub(super) fn diagnostic(read: &Read, finding: &Finding) -> Diagnostic {
    let shown = ops::told(finding);
    let mut message = shown.message;
    if let (true, Some(fix)) = (finding.fixes.is_empty() && finding.key.is_none(), shown.fix) {
        message.push('\n');
        message.push_str(&fix.title);
        if let Some(command) = fix.command {
            message.push_str(": ");
            message.push_str(&command);
        }
    }
    let tags = TAGS.iter().filter(|(rule, _)| *rule == finding.rule.id).map(|(_, tag)| tag.clone()).collect();
    Diagnostic {
        range: read.at.range(finding.range.as_ref().unwrap_or(&(0..0))),
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Info => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(finding.rule.id.to_owned())),
        source: Some(SOURCE.to_owned()),
        message,
        tags: Some(tags).filter(|tags: &Vec<_>| !tags.is_empty()),
        ..Diagnostic::default()
    }
}
