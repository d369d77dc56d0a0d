//! The main verbs as commands, for clients that have no extension of ours: any editor can run them by
//! name. Each is a request of the method table, and a message that says in a sentence what came of it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tower_lsp::jsonrpc;
use tower_lsp::lsp_types::{ExecuteCommandParams, MessageType, ShowDocumentParams, Url};

use super::calls::answer;
use super::methods::{METHODS, normalised};
use super::reply;
use super::session::Session;
use super::tasks;
use crate::error::{Error, Kind};
use crate::ops::{self, Ctx};

/// How long a client may take to show a page, before we do.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the page where a token is made.
const TOKEN_PAGE: &str = "elitea.openTokenPage";

/// A command, the request that it stands for, and the sentence about its result.
struct Row {
    name: &'static str,
    method: &'static str,
    says: fn(&Value) -> String,
}

const COMMANDS: &[Row] = &[
    Row { name: "elitea.apply", method: "elitea/config/apply", says: targets },
    Row { name: "elitea.doctor", method: "elitea/doctor/run", says: findings },
    Row { name: "elitea.logout", method: "elitea/auth/logout", says: signed_out },
    Row { name: "elitea.plan", method: "elitea/config/plan", says: targets },
    Row { name: "elitea.remove", method: "elitea/config/remove", says: targets },
    Row { name: "elitea.repair", method: "elitea/doctor/repair", says: repaired },
    Row { name: "elitea.resolve", method: "elitea/config/resolve", says: targets },
    Row { name: "elitea.rotate", method: "elitea/token/rotate", says: rotated },
    Row { name: "elitea.select", method: "elitea/selection/set", says: selected },
    Row { name: "elitea.status", method: "elitea/status/get", says: standing },
    Row { name: "elitea.undo", method: "elitea/config/undo", says: targets },
];

/// The names, for those who may advertise them.
pub(super) fn names() -> Vec<String> {
    COMMANDS.iter().map(|row| row.name).chain([TOKEN_PAGE]).map(str::to_owned).collect()
}

/// Runs a command. Its one argument, an object, holds the parameters of its request.
pub(super) async fn execute(
    session: Arc<Session>,
    params: ExecuteCommandParams,
) -> jsonrpc::Result<Option<Value>> {
    if params.command == TOKEN_PAGE {
        return open_token_page(&session).await.map(Some).map_err(|error| reply::error(&error));
    }
    let row = COMMANDS.iter().find(|row| row.name == params.command);
    let method = row.and_then(|row| METHODS.iter().find(|method| method.name == row.method));
    let (Some(row), Some(method)) = (row, method) else {
        let words = format!("there is no command {:?}", params.command);
        let hint = format!("there are {}", names().join(", "));
        return Err(reply::error(&Error::new(Kind::Usage, words).hint(hint)));
    };
    let mut arguments = normalised(params.arguments.into_iter().next());
    if let (Some(token), Some(fields)) =
        (params.work_done_progress_params.work_done_token, arguments.as_object_mut())
    {
        fields.insert("workDoneToken".to_owned(), json!(token));
    }
    let done = answer(Arc::clone(&session), method, arguments).await;
    let (kind, words) = match &done {
        Ok(value) => (MessageType::INFO, (row.says)(value)),
        Err(error) => (MessageType::ERROR, failed(error)),
    };
    session.client.show_message(kind, format!("ELITEA: {words}")).await;
    done.map(Some)
}

/// Opens the page through the client, else as the system does; else its address is shown.
async fn open_token_page(session: &Arc<Session>) -> crate::error::Result<Value> {
    let shell = session.shell()?;
    let work = move || Ok::<_, Error>(ops::token_page(&Ctx::new(&shell)?, None)?.page);
    let failed = || Error::new(Kind::Internal, "the helper failed of itself");
    let page = tasks::on_thread(work).await.ok_or_else(failed)??;
    let session = Arc::clone(session);
    let shown = page.clone();
    // A handler never waits for the client.
    tasks::beside(async move {
        if let (true, Ok(uri)) = (session.shows_documents(), Url::parse(&page)) {
            let params = ShowDocumentParams { uri, external: Some(true), take_focus: None, selection: None };
            // A request that nobody waits for any more must live on, or a late answer finds nobody.
            let client = session.client.clone();
            let asked = tasks::done(async move { client.show_document(params).await });
            if matches!(tokio::time::timeout(PATIENCE, asked).await, Ok(Some(Ok(true)))) {
                return;
            }
        }
        if !ops::open_page(&page) {
            let words = format!("ELITEA: make a token at {page}, then run: elitea-helper login");
            session.client.show_message(MessageType::INFO, words).await;
        }
    });
    Ok(json!({"page": shown}))
}

fn failed(error: &jsonrpc::Error) -> String {
    let hint = error.data.as_ref().and_then(|data| data["hint"].as_str());
    match hint {
        Some(hint) => format!("{} ({hint})", error.message),
        None => error.message.to_string(),
    }
}

/// `2 files written, 1 in order`, and why the first of those is refused that are.
fn targets(report: &Value) -> String {
    let all: Vec<&Value> = report["targets"].as_array().into_iter().flatten().collect();
    if all.is_empty() {
        return first_note(report).unwrap_or_else(|| "there is no file to look after yet".to_owned());
    }
    let mut words: Vec<String> = STATES
        .iter()
        .filter_map(|(state, says)| {
            let count = all.iter().filter(|target| target["state"] == *state).count();
            (count > 0).then(|| format!("{count} {says}"))
        })
        .collect();
    let refused = all.iter().find_map(|target| {
        let path = target["target"]["path"].as_str()?;
        Some(format!("{path}: {}", target["error"]["message"].as_str()?))
    });
    words.extend(refused);
    format!("of {}: {}", counted(all.len(), "file"), words.join(", "))
}

const STATES: &[(&str, &str)] = &[
    ("written", "written"),
    ("unsaved", "changed in the editor, to be saved"),
    ("pending", "would change"),
    ("inOrder", "in order"),
    ("conflict", "in order but for values of your own, which are kept"),
    ("refused", "refused"),
];

fn first_note(report: &Value) -> Option<String> {
    report["notes"].as_array()?.first()?.as_str().map(str::to_owned)
}

fn findings(report: &Value) -> String {
    let all: Vec<&Value> = report["findings"].as_array().into_iter().flatten().collect();
    let of = |severity: &str| all.iter().filter(|finding| finding["severity"] == severity).count();
    let (errors, warnings) = (of("error"), of("warning"));
    match all.first() {
        Some(worst) if errors + warnings > 0 => format!(
            "{}, {}; first: {}",
            counted(errors, "error"),
            counted(warnings, "warning"),
            worst["message"].as_str().unwrap_or_default()
        ),
        _ => "the doctor finds nothing wrong".to_owned(),
    }
}

fn repaired(report: &Value) -> String {
    let files: Vec<&Value> = report["files"].as_array().into_iter().flatten().collect();
    let count =
        |field: &str| -> usize { files.iter().map(|file| file[field].as_array().map_or(0, Vec::len)).sum() };
    let (mended, left) = (count("mended"), count("left"));
    match (mended, left) {
        (0, 0) => "there is nothing to mend".to_owned(),
        (mended, 0) => format!("{} mended", counted(mended, "fault")),
        (mended, left) => format!("{} mended, {left} left for you to decide", counted(mended, "fault")),
    }
}

fn rotated(_: &Value) -> String {
    "a new token is in use".to_owned()
}

fn signed_out(_: &Value) -> String {
    "signed out".to_owned()
}

fn selected(report: &Value) -> String {
    let value = |name: &str| report[name]["value"].as_str().unwrap_or("not chosen").to_owned();
    format!("project {}, model {}", value("project"), value("model"))
}

fn standing(report: &Value) -> String {
    match serde_json::from_value(report.clone()) {
        Ok(status) => ops::summary(&status).message,
        Err(_) => "the status is not understood".to_owned(),
    }
}

fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

#[test]
fn every_command_stands_for_a_request() {
    for row in COMMANDS {
        assert!(METHODS.iter().any(|method| method.name == row.method), "{}", row.name);
    }
}
