//! The tokens of one file or variable: where each stands, under which key, and beside which server.

use std::borrow::Borrow;
use std::ops::Range;

use super::super::Ctx;
use crate::auth::{Server, Token, token_ranges};
use crate::doctor::{FileFacts, Type};
use crate::error::{Place, Result};
use crate::merge::{jsonc, looks_like_token};
use crate::protocol::auth::TokenPlace;

/// The variable that ELITEA's own tools read the token from.
const VARIABLE: &str = "ELITEA_TOKEN";

/// What names the server beside it, in the environment and in files of variables.
const SERVER_VARIABLES: &[&str] = &["ELITEA_DEPLOYMENT_URL", "DEPLOYMENT_URL"];

/// What names the server in JSON: ELITEA's own tools, and the entries of MCP servers.
const SERVER_NAMES: &[&str] =
    &["ELITEA_DEPLOYMENT_URL", "DEPLOYMENT_URL", "deployment_url", "url", "serverUrl", "httpUrl"];

/// From a token outwards, how many objects of JSON may name its server: that of the headers or
/// variables, and the entry that these belong to.
const OBJECTS: usize = 2;

/// One place at which a token stands.
pub(super) struct Sighting {
    pub(super) token: Token,
    pub(super) place: TokenPlace,
    /// The server beside it, where exactly one is.
    pub(super) server: Option<Server>,
}

/// The one server that all of these are; none where they differ.
pub(super) fn agreed<S: Borrow<Server>>(servers: impl IntoIterator<Item = S>) -> Option<S> {
    let mut servers = servers.into_iter();
    let first = servers.next()?;
    servers.all(|other| other.borrow() == first.borrow()).then_some(first)
}

/// `ELITEA_TOKEN`, and the server that it is used for.
pub(super) fn in_variable(ctx: &Ctx, notes: &mut Vec<String>) -> Vec<Sighting> {
    let Some(text) = (ctx.env)(VARIABLE) else { return Vec::new() };
    let server = ctx.server_of_environment().unwrap_or_else(|error| {
        notes.push(format!("the server of {VARIABLE} is not known: {error}"));
        None
    });
    let place = TokenPlace { variable: Some(VARIABLE.to_owned()), ..TokenPlace::default() };
    let sighting = |(_, token)| Sighting { token, place: place.clone(), server: server.clone() };
    tokens(&text).map(sighting).collect()
}

/// The tokens of a file.
pub(super) fn in_file(file: &FileFacts) -> Vec<Sighting> {
    let mut tree = None;
    let mut seen = Vec::new();
    for (range, token) in tokens(&file.text) {
        let (key, server) = match in_settings(file, &range) {
            Some(known) => known,
            None if is_json(file) => {
                let tree = tree.get_or_insert_with(|| jsonc::scan(&file.text));
                in_json(&file.text, tree, &range)
            }
            None if has_lines_of_values(file) => in_lines(&file.text, &range),
            None => (None, None),
        };
        let at = Place::of(&file.text, range.start);
        let place = TokenPlace {
            file: Some(file.path.display().to_string()),
            line: Some(at.line),
            column: Some(at.column),
            key: key.filter(|key| token_ranges(key).is_empty()),
            variable: None,
        };
        seen.push(Sighting { token, place, server });
    }
    seen
}

/// The tokens of a text that a server could have made, each with its place.
fn tokens(text: &str) -> impl Iterator<Item = (Range<usize>, Token)> {
    token_ranges(text).into_iter().filter_map(|range| {
        let found = &text[range.clone()];
        let token = looks_like_token(found).then(|| Token::parse(found.as_bytes()).ok())??;
        Some((range, token))
    })
}

type Context = (Option<String>, Option<Server>);

/// A token in a key of a reader: its server is that of the keys that the same reader reads.
fn in_settings(file: &FileFacts, token: &Range<usize>) -> Option<Context> {
    let key = file.keys.iter().find(|key| key.raw.start <= token.start && token.end <= key.raw.end)?;
    let beside = file.keys.iter().filter(|other| {
        (other.generation, &other.inside, other.in_list) == (key.generation, &key.inside, key.in_list)
            && other.setting().is_some_and(|setting| setting.holds == Type::Address)
    });
    Some((Some(key.name.clone()), agreed(servers(beside.filter_map(|other| other.text())))))
}

fn is_json(file: &FileFacts) -> bool {
    let known = |end: &std::ffi::OsStr| ["json", "jsonc", "code-workspace"].iter().any(|json| end == *json);
    file.path.extension().is_some_and(known)
}

/// A token in a string of JSON: its server stands in the same object, or in the one around that.
fn in_json(text: &str, tree: &jsonc::Tree, token: &Range<usize>) -> Context {
    let holds = |node: usize| tree.nodes[node].start() <= token.start && token.end <= tree.nodes[node].end();
    let (mut objects, mut key, mut at) = (Vec::new(), None, tree.root().filter(|root| holds(*root)));
    while let Some(node) = at {
        at = match tree.nodes[node].kind {
            jsonc::Kind::Object => {
                objects.push(node);
                let inner = tree.properties(node).find(|(_, value)| holds(*value));
                key = inner.map(|(name, _)| tree.string(text, name).into_owned());
                inner.map(|(_, value)| value)
            }
            jsonc::Kind::Array => tree.elements(node).find(|element| holds(*element)),
            jsonc::Kind::String => break,
            // It stands in a comment, in a name, or in what is no value.
            _ => return (None, None),
        };
        if at.is_none() {
            return (None, None);
        }
    }
    let named = |object: &usize| -> Vec<Server> {
        let values = tree.properties(*object).filter(|(name, value)| {
            tree.nodes[*value].kind == jsonc::Kind::String
                && SERVER_NAMES.contains(&&*tree.string(text, *name))
        });
        let values: Vec<String> = values.map(|(_, value)| tree.string(text, value).into_owned()).collect();
        servers(values.iter().map(String::as_str)).collect()
    };
    let nearest = objects.iter().rev().take(OBJECTS).map(named).find(|servers| !servers.is_empty());
    (key, nearest.and_then(agreed))
}

/// Whether it is a file such as `.env` or TOML, with a name and its value in each line.
fn has_lines_of_values(file: &FileFacts) -> bool {
    file.kind.format().is_none() && !is_json(file)
}

/// A token in a line `NAME=VALUE`: its server is what the file sets the server's variable to.
fn in_lines(text: &str, token: &Range<usize>) -> Context {
    let start = text[..token.start].rfind('\n').map_or(0, |at| at + 1);
    let key = assignment(&text[start..token.end]).map(|(name, _)| name.to_owned());
    let set = text.lines().filter_map(assignment).filter(|(name, _)| SERVER_VARIABLES.contains(name));
    (key, agreed(servers(set.map(|(_, value)| value))))
}

/// The name and the value of a line, quotes and a comment behind it taken off.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim();
    let name = name.strip_prefix("export ").unwrap_or(name).trim_matches([' ', '\t', '"', '\'']);
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
    let value = value.split(" #").next().unwrap_or(value).trim();
    is_name.then(|| (name, value.trim_matches(['"', '\''])))
}

/// Those of the texts that are addresses to which a token may be sent.
fn servers<'t>(texts: impl Iterator<Item = &'t str>) -> impl Iterator<Item = Server> {
    texts.filter(|text| !text.trim().is_empty()).map(Server::parse).filter_map(Result::ok)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::doctor::Kind;

    const A: Option<&str> = Some("https://a.example");

    /// File, text with `{token}`, key, server.
    type Case = (&'static str, &'static str, Option<&'static str>, Option<&'static str>);

    const CASES: &[Case] = &[
        // Only the addresses of the same reader count, and they must agree.
        (
            "settings.json",
            r#"{"eliteacode.authToken": "{token}", "alitacode.LLMServerUrl": "a.example"}"#,
            Some("eliteacode.authToken"),
            None,
        ),
        (
            "settings.json",
            r#"{"eliteacode": {"authToken": "{token}"}, "eliteacode.LLMServerUrl": "a.example/app/"}"#,
            Some("eliteacode.authToken"),
            A,
        ),
        (
            "settings.json",
            r#"{"eliteacode.authToken": "{token}", "eliteacode.LLMServerUrl": "a.example", "eliteacode.providerServerURL": "b.example"}"#,
            Some("eliteacode.authToken"),
            None,
        ),
        ("settings.json", r#"{"url": "a.example", "x": {"y": {"z": {"t": "{token}"}}}}"#, Some("t"), None),
        ("settings.json", r#"{"url": "a.example" /* {token} */}"#, None, None),
        ("settings.json", r#"{"url": "a.example", "{token}": 1}"#, None, None),
        (
            "x.code-workspace",
            r#"{"settings": {"eliteacode.authToken": "{token}", "eliteacode.LLMServerUrl": "a.example"}}"#,
            Some("eliteacode.authToken"),
            A,
        ),
        (
            "mcp.json",
            r#"{"servers": {"e": {"url": "a.example/app/4/mcp", "args": ["--header", "Authorization: Bearer {token}"]}}}"#,
            Some("args"),
            A,
        ),
        // Half-way through typing.
        (
            "mcp.json",
            r#"{"servers": {"e": {"url": "a.example/app/4/mcp", "headers": {"Authorization": "Bearer {token}""#,
            Some("Authorization"),
            A,
        ),
        ("mcp.json", r#"{"servers": {"e": {"url": 4, "h": "{token}"}}}"#, Some("h"), None),
        ("mcp.json", "{token}", None, None),
        (
            ".env",
            "ELITEA_DEPLOYMENT_URL=a.example # mine\r\nELITEA_TOKEN=\"{token}\"\r\n",
            Some("ELITEA_TOKEN"),
            A,
        ),
        (".env", "#ELITEA_DEPLOYMENT_URL=a.example\nELITEA_TOKEN={token}", Some("ELITEA_TOKEN"), None),
        (".env", "DEPLOYMENT_URL=a.example\n# {token}", None, A),
        (".env", "ELITEA_DEPLOYMENT_URL=\nELITEA_TOKEN={token}", Some("ELITEA_TOKEN"), None),
        ("config.toml", "[a]\nbearer = \"{token}\"\n", Some("bearer"), None),
        ("elitea.xml", "<project><!-- {token} --></project>", None, None),
    ];

    #[test]
    fn a_token_is_told_with_its_key_and_the_server_beside_it() {
        let token = format!("eyJhbGciOiJIUzUxMiJ9.eyJ1dWlkIjoiYSIsImV4cGlyZXMiOm51bGx9.{}", "A".repeat(86));
        for (name, text, key, server) in CASES {
            let path = Path::new(name);
            let text = text.replace("{token}", &token);
            let seen = in_file(&FileFacts::new(path, Kind::by_name(path), Some(text.as_bytes())));
            let [sighting] = seen.as_slice() else { panic!("{name}: {} seen in {text}", seen.len()) };
            assert_eq!(sighting.token.expose(), token);
            assert_eq!(sighting.place.key.as_deref(), *key, "{text}");
            assert_eq!(sighting.server.as_ref().map(Server::as_str), *server, "{text}");
        }
    }
}
