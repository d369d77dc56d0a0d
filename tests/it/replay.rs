//! The recordings of real servers, played to the client.

use std::collections::BTreeMap;
use std::path::Path;

use elitea_helper::auth::Server;
use elitea_helper::elitea::{Client, Lifetime, Network, Pauses, TokenInfo};
use elitea_helper::error::{Error, Kind};
use serde_json::Value;

use crate::stub::{Answer, Stub};
use crate::tokens;

const FILES: &[&str] = &[
    "go/account",
    "go/auth-failures",
    "go/models-catalog",
    "go/models-plain",
    "go/outage",
    "go/projects",
    "go/tokens",
    "python/account",
    "python/auth-failures",
    "python/errors",
    "python/models",
    "python/projects",
    "python/tokens",
];

struct Recorded {
    file: &'static str,
    id: String,
    method: String,
    path: String,
    answer: Answer,
}

fn recordings() -> Option<Vec<Recorded>> {
    let dir = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")).join("recordings");
    let mut all = Vec::new();
    for file in FILES {
        let lines = std::fs::read_to_string(dir.join(format!("{file}.jsonl"))).ok()?;
        all.extend(lines.lines().map(|line| recorded(file, &serde_json::from_str(line).unwrap())));
    }
    Some(all)
}

fn recorded(file: &'static str, line: &Value) -> Recorded {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let response = &line["response"];
    let pairs = response["headers"].as_array().unwrap();
    let headers = pairs.iter().map(|pair| (text(&pair[0]).to_lowercase(), text(&pair[1]))).collect();
    let status = u16::try_from(response["status"].as_u64().unwrap()).unwrap();
    Recorded {
        file,
        id: text(&line["id"]),
        method: text(&line["request"]["method"]),
        path: text(&line["request"]["path"]),
        answer: Answer { status, headers, body: text(&response["body"]).into_bytes(), cut: 0 },
    }
}

/// The call of the client that would have asked for this.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Call {
    Account,
    Tokens,
    Token,
    Create,
    Delete,
    Projects,
    Models,
    Permissions,
}

fn call_for(method: &str, path: &str) -> Call {
    let rest = path.trim_start_matches("/api/v2").split('?').next().unwrap_or_default();
    match (method, rest) {
        ("POST", path) if path.starts_with("/auth/token") => Call::Create,
        ("DELETE", path) if path.starts_with("/auth/token") => Call::Delete,
        (_, "/auth/token" | "/auth/token/") => Call::Tokens,
        (_, path) if path.starts_with("/auth/token/") => Call::Token,
        (_, path) if path.starts_with("/projects/") => Call::Projects,
        (_, path) if path.starts_with("/configurations/models") => Call::Models,
        (_, path) if path.starts_with("/auth/permissions") => Call::Permissions,
        _ => Call::Account,
    }
}

/// Where each call asks.
fn place(call: Call) -> &'static str {
    match call {
        Call::Account => "/api/v2/social/author/",
        Call::Tokens | Call::Token | Call::Create | Call::Delete => "/api/v2/auth/token/",
        Call::Projects => "/api/v2/projects/project/",
        Call::Models => "/api/v2/configurations/models/",
        Call::Permissions => "/api/v2/auth/permissions/",
    }
}

/// What the client makes of the reply, in few words.
async fn outcome(client: &Client, call: Call) -> Result<String, Error> {
    let one = |token: &TokenInfo| {
        format!("token {}", token.name.as_deref().unwrap_or("-").chars().take(20).collect::<String>())
    };
    Ok(match call {
        Call::Account => {
            let account = client.account().await?;
            format!("account {} own {:?}", account.id, account.personal_project)
        }
        Call::Tokens => format!("{} tokens", client.tokens().await?.len()),
        Call::Token => one(&client.token(tokens::UUID).await?),
        Call::Create => one(&client.create_token("test", Some(Lifetime::days(30))).await?.0),
        Call::Delete => client.delete_token(tokens::UUID).await.map(|()| "deleted".to_owned())?,
        Call::Projects => {
            let projects = client.projects().await?;
            format!(
                "{} projects{}",
                projects.items.len(),
                if projects.note.is_some() { " (note)" } else { "" }
            )
        }
        Call::Permissions => match client.permissions(3).await?.len() {
            0 => "no permissions".to_owned(),
            _ => "permissions".to_owned(),
        },
        Call::Models => {
            let models = client.models(4).await?;
            let default = models.default.map_or("none".to_owned(), |(owner, name)| format!("{owner}/{name}"));
            format!("{} models, default {default}", models.items.len())
        }
    })
}

fn client(stub: &Stub) -> Client {
    let server = Server::parse(&stub.url).unwrap();
    Client::new(&server, Some(&tokens::token()), &Network::default()).unwrap().with_pauses(Pauses::NONE)
}

/// The user whom a list of tokens belongs to, so that the account of the stub is the same one.
fn owner(body: &[u8]) -> u64 {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let first = if body.is_array() { &body[0] } else { &body };
    first["user_id"].as_u64().unwrap_or(4)
}

async fn played(one: &Recorded, everywhere: bool) -> Result<String, Error> {
    let call = call_for(&one.method, &one.path);
    let (answer, user) = (one.answer.clone(), owner(&one.answer.body));
    let stub = Stub::start(move |request| match request.path.as_str() {
        path if everywhere || path.starts_with(place(call)) => answer.clone(),
        path if path.starts_with("/api/v2/social/author/") => {
            Answer::json(200, &format!(r#"{{"id":{user},"email":"a@example.test","personal_project_id":2}}"#))
        }
        path if path.starts_with("/api/v2/auth/token/") => Answer::json(200, "{}"),
        _ => Answer::new(404, "text/plain", "404 page not found\n"),
    });
    outcome(&client(&stub), call).await
}

fn code(result: &Result<String, Error>) -> String {
    match result {
        Ok(text) => format!("ok: {text}"),
        Err(error) => error.kind.row().code.to_owned(),
    }
}

/// The start of the outcome that the table wants.
fn expected(table: &str, one: &Recorded, call: Call) -> String {
    let status = one.answer.status.to_string();
    let name = format!("{call:?}").to_lowercase();
    let facts = [one.file, &one.id, &name, &status];
    let row = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).find_map(|line| {
        let columns: Vec<&str> = line.splitn(5, ' ').collect();
        let fits = columns.iter().zip(facts).all(|(pattern, fact)| match pattern.split_once('*') {
            Some((start, end)) => fact.starts_with(start) && fact.ends_with(end),
            None => *pattern == fact,
        });
        fits.then(|| columns[4].to_owned())
    });
    row.unwrap_or_else(|| "a row in expected.txt".to_owned())
}

#[tokio::test]
async fn every_recorded_reply_is_understood() {
    let Some(all) = recordings() else {
        eprintln!("skipped: no ../shared");
        return;
    };
    let table = include_str!("../data/replay/expected.txt");
    let (mut counts, mut wrong) = (BTreeMap::new(), Vec::new());
    for one in &all {
        let result = played(one, false).await;
        let (shown, wanted) = (code(&result), expected(table, one, call_for(&one.method, &one.path)));
        if !shown.starts_with(&wanted) {
            wrong.push(format!("{} {}: {shown} instead of {wanted}", one.file, one.id));
        }
        if let Err(error) = &result {
            assert!(!error.message.contains("eyJ"), "{} {}: a token in {error}", one.file, one.id);
        }
        *counts.entry(shown.split(' ').next().unwrap_or_default().to_owned()).or_insert(0) += 1;
    }
    eprintln!("{} replies, each in its place: {counts:?}", all.len());
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// A server that answers this to everything: whatever comes, it is an answer or a clear failure.
#[tokio::test]
async fn no_recorded_reply_is_a_fault_of_ours() {
    let Some(all) = recordings() else {
        eprintln!("skipped: no ../shared");
        return;
    };
    let mut counts = BTreeMap::new();
    for one in &all {
        let result = played(one, true).await;
        if let Err(error) = &result {
            assert!(
                error.kind != Kind::Internal && error.kind != Kind::Io,
                "{} {}: {error}",
                one.file,
                one.id
            );
            assert!(
                error.hint.is_some() || error.kind == Kind::ServerFault,
                "{} {}: no hint: {error}",
                one.file,
                one.id
            );
        }
        let shown = code(&result);
        *counts.entry(shown.split(' ').next().unwrap_or_default().to_owned()).or_insert(0) += 1;
    }
    eprintln!("{} replies, each everywhere: {counts:?}", all.len());
}
