//! Rules about the server's address, in files and as it is set.

use super::fixes::Step;
use super::{apply_command, server};
use crate::auth::Server;
use crate::doctor::facts::Facts;
use crate::doctor::file::FileFacts;
use crate::doctor::keys::Occurrence;
use crate::doctor::rule::{Check, Found, Needs, Rule};
use crate::doctor::settings::Type;
use crate::ide::Generation;
use crate::protocol::doctor::Severity;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "server-url-suffix",
        severity: Severity::Warning,
        title: "an address with something too much",
        why: "Readers put the paths of requests behind the address as it stands, so every request goes wrong.",
        help: "Give the root of the deployment: https, the name, and a prefix only where the deployment has \
               one. /app, /api/v1, /api/v2, /llm and what follows a question mark belong to pages and \
               requests. elitea-helper repair takes them off.",
        needs: Needs::Nothing,
        repairs: true,
        check: Check::Both(server::suffix, suffix),
    },
    Rule {
        id: "server-url-differs",
        severity: Severity::Warning,
        title: "addresses that name different servers",
        why: "A token and a project belong to one server; at another one they are refused. An address that the \
              server gives for itself stands in the files that its page offers for download.",
        help: "Decide for one of them: elitea-helper apply writes the selected one everywhere, \
               elitea-helper login --server URL selects another one.",
        needs: Needs::Nothing,
        repairs: true,
        check: Check::Both(server::differs, differs),
    },
];

/// The keys in effect that hold an address, with the root that it stands for.
fn addresses(file: &FileFacts) -> impl Iterator<Item = (&Occurrence, Server)> {
    file.keys.iter().filter(|key| key.in_effect).filter_map(|key| {
        let is_address = key.setting().is_some_and(|setting| setting.holds == Type::Address);
        let server = Server::parse(key.text().filter(|_| is_address)?).ok()?;
        Some((key, server))
    })
}

fn suffix(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    for (key, server) in addresses(file) {
        let text = key.text().unwrap_or_default();
        if is_root(text, &server) {
            continue;
        }
        let value = super::written(file, key, server.as_str());
        found
            .add(format!("{} must be the root of the server: {server}", key.name))
            .at(key.raw.clone())
            .offer(
                format!("set it to {server}"),
                Step::replace(file, &key.raw, value, "take off what is too much"),
            );
    }
}

/// Whether readers can use the text as it stands: they take off one slash at its end.
fn is_root(text: &str, server: &Server) -> bool {
    let path = |text: &str| {
        let (_, rest) = text.split_once("://")?;
        let (_, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        Some(path.strip_suffix('/').unwrap_or(path).to_owned())
    };
    text.trim() == text && path(text).is_some() && path(text) == path(server.as_str())
}

fn differs(file: &FileFacts, facts: &Facts, found: &mut Found) {
    for generation in [Generation::Elitea, Generation::Alita] {
        let of_it: Vec<(&Occurrence, Server)> =
            addresses(file).filter(|(key, _)| key.generation == generation).collect();
        if let [(first, one), (second, other)] = of_it.as_slice()
            && one != other
        {
            between(file, [first, second], [one, other], found);
            continue;
        }
        let Some((key, server)) = of_it.first() else { continue };
        let Some(selected) = facts.server.root.as_ref().filter(|selected| *selected != server) else {
            continue;
        };
        if file.role.is_none() || file.is_reported(key) {
            continue;
        }
        let words = format!("{} names {server}, and the selection {selected}", key.name);
        let added = found.add(words).at(key.raw.clone());
        match apply_command(file) {
            Some(command) => added.command("set it as the selection says", command),
            None => added.advice("set it as the selection says"),
        };
    }
}

/// Two keys of one file name different servers.
fn between(file: &FileFacts, keys: [&Occurrence; 2], servers: [&Server; 2], found: &mut Found) {
    let [(first, one), (second, other)] = [(keys[0], servers[0]), (keys[1], servers[1])];
    let set = |key: &Occurrence, from: &Occurrence| {
        Step::replace(file, &key.raw, super::copied(file, from, key), format!("change {}", key.name))
    };
    found
        .add(format!("{} names {one}, and {} {other}", first.name, second.name))
        .at(second.raw.clone())
        .offer(format!("set {} to {one}", second.name), set(second, first))
        .offer(format!("set {} to {other}", first.name), set(first, second));
}
