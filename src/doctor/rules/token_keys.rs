//! Rules about the tokens that stand in files.

use std::ops::Range;

use super::fixes::{Step, start};
use super::{apply_command, in_use};
use crate::auth::{self, Token};
use crate::doctor::facts::Facts;
use crate::doctor::file::{FileFacts, Kind};
use crate::doctor::keys::Occurrence;
use crate::doctor::rule::{Added, Check, Found, Needs, Rule};
use crate::error::Error;
use crate::ide::{Generation, Scope};
use crate::merge::{self, Path, Step as PathStep, jsonc};
use crate::protocol::doctor::Severity;

/// The setting that keeps others out of Settings Sync.
const IGNORED: &str = "settingsSync.ignoredSettings";

/// What ELITEA's page writes where the token has not been made yet.
const PLACEHOLDER: &str = "Your_Personal_Token";

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "token-redacted",
        severity: Severity::Error,
        title: "the end of a token in place of a token",
        why: "The server shows a token once, when it is made; its list, and the files that the page offers for \
              a token of the list, hold only the last letters, which no server takes.",
        help: "Make a new token: elitea-helper login opens the page, keeps the token in the keychain, and \
               elitea-helper apply writes it where a reader needs it.",
        needs: Needs::Nothing,
        repairs: true,
        check: Check::File(redacted),
    },
    Rule {
        id: "token-placeholder",
        severity: Severity::Error,
        title: "the page's placeholder in place of a token",
        why: "The page's preview writes Your_Personal_Token where the token has to be put by hand.",
        help: "Make a token: elitea-helper login opens the page, keeps the token in the keychain, and \
               elitea-helper apply writes it where a reader needs it.",
        needs: Needs::Nothing,
        repairs: true,
        check: Check::File(placeholder),
    },
    Rule {
        id: "token-malformed",
        severity: Severity::Error,
        title: "a token that is none",
        why: "It was cut off, wrapped or mistaken for something else on the way; the server refuses it.",
        help: "Copy the token again, from its first character to its last, without quotes, spaces or Bearer. \
               elitea-helper repair takes off what stands around a whole token.",
        needs: Needs::Nothing,
        repairs: true,
        check: Check::Both(in_use::malformed, malformed),
    },
    Rule {
        id: "token-mismatch",
        severity: Severity::Warning,
        title: "two different tokens",
        why: "Only one of them is used, and it is easy to renew or revoke the other one.",
        help: "Decide for one of them. In settings of ELITEA Code LLMAuthToken is the one that is read. \
               elitea-helper apply writes the stored token to both. ELITEA_TOKEN counts before the store: \
               unset it, or sign in with the same token.",
        needs: Needs::Nothing,
        repairs: true,
        check: Check::Both(in_use::hidden, mismatch),
    },
    Rule {
        id: "token-in-workspace",
        severity: Severity::Warning,
        title: "a token in a workspace's file",
        why: "Files of a workspace are shared and committed; whoever reads the token can act as you.",
        help: "Take the token out, and revoke it if others could read it: elitea-helper token rotate \
               --delete-old makes a new one and deletes the old one. ELITEA Code reads the token from the \
               user's settings too, where elitea-helper apply writes it.",
        needs: Needs::Nothing,
        repairs: true,
        check: Check::File(in_workspace),
    },
    Rule {
        id: "token-synced",
        severity: Severity::Warning,
        title: "a token that Settings Sync takes along",
        why: "Settings Sync copies it to the cloud and to every machine of the account.",
        help: "Name the token's keys in settingsSync.ignoredSettings of the default profile's settings: \
               elitea-helper repair does that. A key that is named there as -KEY is synced on purpose.",
        needs: Needs::Nothing,
        repairs: true,
        check: Check::File(synced),
    },
    Rule {
        id: "token-in-file",
        severity: Severity::Warning,
        title: "a token in a file",
        why: "Whoever reads the file, its backups or its history in git can act as you.",
        help: "Take the token out of the file. If others could read it, revoke it: elitea-helper \
               token rotate --delete-old makes a new one and deletes the old one. Tools that need \
               a token can name a variable or ask elitea-helper for it.",
        needs: Needs::Nothing,
        repairs: false,
        check: Check::File(in_file),
    },
];

/// What a token key holds.
enum Held {
    Nothing,
    Redacted,
    Placeholder,
    Malformed(Error),
    Token(Token),
}

fn held(key: &Occurrence) -> Held {
    let Some(text) = key.text() else { return Held::Nothing };
    if text.trim().is_empty() {
        Held::Nothing
    } else if merge::is_redacted(text) {
        Held::Redacted
    } else if merge::is_placeholder(text) {
        Held::Placeholder
    } else {
        match Token::parse(text.as_bytes()) {
            Ok(token) => Held::Token(token),
            Err(error) => Held::Malformed(error),
        }
    }
}

/// The token keys that count, with what they hold.
fn token_keys(file: &FileFacts) -> impl Iterator<Item = (&Occurrence, Held)> {
    let counts = |key: &&Occurrence| key.is_secret() && (key.in_effect || (key.in_place && !file.is_sound()));
    file.keys.iter().filter(counts).map(|key| (key, held(key)))
}

fn redacted(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    for (key, held) in token_keys(file) {
        if matches!(held, Held::Redacted) {
            let words = format!("{} holds only the end of a token, as the server's list shows it", key.name);
            stand_in(file, key, &words, found);
        }
    }
    for range in assigned(file) {
        if merge::is_redacted(&file.text[range.clone()]) {
            found
                .add("this is only the end of a token, as the server's list shows it")
                .at(range)
                .advice("put a token that was just made in its place");
        }
    }
}

fn placeholder(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    for (key, held) in token_keys(file) {
        if matches!(held, Held::Placeholder) {
            let words = format!("{} holds the page's placeholder, and no token", key.name);
            stand_in(file, key, &words, found);
        }
    }
    if matches!(file.kind, Kind::Text | Kind::Tool(_)) {
        for (at, _) in file.text.match_indices(PLACEHOLDER) {
            found
                .add("this is the page's placeholder, and no token")
                .at(at..at + PLACEHOLDER.len())
                .advice("put a token in its place, or better the name of a variable that holds one");
        }
    }
}

/// Something that only stands for a token: the other key of the file may hold one.
fn stand_in(file: &FileFacts, key: &Occurrence, words: &str, found: &mut Found) {
    let added = found.add(words).at(key.raw.clone());
    let other = token_keys(file).find(|(other, held)| {
        other.generation == key.generation
            && matches!(held, Held::Token(token) if other.text() == Some(token.expose()))
    });
    match other {
        Some((other, _)) if !file.is_workspace() => {
            let raw = &file.text[other.raw.clone()];
            let step = Step::replace(file, &key.raw, raw, format!("copy the token of {}", other.name));
            added.offer(format!("copy the token of {}", other.name), step);
        }
        _ => renew(added, file),
    }
}

/// What to do where a token is needed.
fn renew(added: Added<'_>, file: &FileFacts) {
    match apply_command(file) {
        _ if file.is_workspace() => added.advice("take it out: a workspace's file is no place for a token"),
        Some(command) => added.command("write the stored token there, where that is allowed", command),
        None => added.command("make a token and keep it in the keychain", "elitea-helper login"),
    };
}

/// What stands behind the variable of ELITEA's own tools, in a file of any kind.
fn assigned(file: &FileFacts) -> Vec<Range<usize>> {
    if !matches!(file.kind, Kind::Text | Kind::Tool(_)) {
        return Vec::new();
    }
    let name = "ELITEA_TOKEN";
    let behind = |(at, _): (usize, &str)| {
        let rest = file.text[at + name.len()..].lines().next()?;
        let lead = rest.trim_start_matches(['"', '\'', ' ', '\t']);
        let value = lead.strip_prefix(['=', ':'])?.trim_start_matches([' ', '\t', '"', '\'']);
        let start = at + name.len() + rest.len() - value.len();
        let end = value.find(['"', '\'', ',', ' ', '\t', '#']).unwrap_or(value.len());
        Some(start..start + end)
    };
    file.text.match_indices(name).filter_map(behind).collect()
}

fn malformed(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    for (key, held) in token_keys(file) {
        match held {
            Held::Malformed(error) => {
                let added = found.add(format!("{}: {}", key.name, error.message)).at(key.raw.clone());
                match error.hint {
                    Some(hint) => added.advice(hint),
                    None => added.advice("copy the token again"),
                };
            }
            Held::Token(token) if key.text() != Some(token.expose()) => {
                let raw = super::written(file, key, token.expose());
                let what = format!("leave the token alone in {}", key.name);
                found
                    .add(format!("{} holds more than the token", key.name))
                    .at(key.raw.clone())
                    .offer("take off what stands around it", Step::replace(file, &key.raw, raw, what));
            }
            _ => {}
        }
    }
}

fn mismatch(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    if !file.is_sound() {
        return;
    }
    for generation in [Generation::Elitea, Generation::Alita] {
        let of_it: Vec<(&Occurrence, Token)> = token_keys(file)
            .filter(|(key, _)| key.generation == generation)
            .filter_map(|(key, held)| match held {
                Held::Token(token) => Some((key, token)),
                _ => None,
            })
            .collect();
        let [(first, one), (second, other)] = of_it.as_slice() else { continue };
        if one == other {
            continue;
        }
        let copy = |from: &Occurrence, to: &Occurrence| {
            let what = format!("copy the token of {} to {}", from.name, to.name);
            (what.clone(), Step::replace(file, &to.raw, &file.text[from.raw.clone()], what))
        };
        let [(to_second, forth), (to_first, back)] = [copy(first, second), copy(second, first)];
        found
            .add(format!("{} and {} hold different tokens", first.name, second.name))
            .at(second.raw.clone())
            .offer(to_second, forth)
            .offer(to_first, back)
            .asks();
    }
}

fn in_workspace(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    if !file.is_workspace() {
        return;
    }
    for key in file.keys.iter().filter(|key| key.is_secret()) {
        if matches!(held(key), Held::Token(_)) {
            let cut = Step::cut(file, &[start(file, key)], &format!("take {} out", key.name));
            found
                .add(format!("{} holds a token, in a file of a workspace", key.name))
                .at(key.raw.clone())
                .offer("take it out; revoke the token if others could read it", cut)
                .asks();
        }
    }
}

fn synced(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    let Some(role) = file.role.as_ref().filter(|role| role.scope == Scope::User) else { return };
    let Some(known) = &role.ignored_by_sync else { return };
    let own = ignored(file);
    for (key, held) in token_keys(file) {
        // With a minus before it, it is synced on purpose.
        let is_named =
            |names: &[String]| names.iter().any(|name| name.strip_prefix('-').unwrap_or(name) == key.name);
        if !matches!(held, Held::Token(_)) || is_named(known) || is_named(&own) {
            continue;
        }
        let added = found.add(format!("Settings Sync takes {} along", key.name)).at(key.key.clone());
        let member = PathStep::Member { member: key.name.clone() };
        let path = Path(vec![PathStep::Key(IGNORED.to_owned()), member]);
        let what = format!("name it in {IGNORED}");
        let step = Step::include(file, &path, &what).filter(|_| !is_of_profile(file));
        match (step, apply_command(file)) {
            (Some(step), _) => added.offer(what, Some(step)),
            (None, Some(command)) => added.command("keep it out of Settings Sync", command),
            (None, None) => added.advice(what),
        };
    }
}

/// The keys that the file itself keeps out of Settings Sync.
fn ignored(file: &FileFacts) -> Vec<String> {
    let Some(tree) = file.scanned.as_ref().and_then(|scanned| scanned.jsonc()) else { return Vec::new() };
    let raw = file.range_of(&Path::keys([IGNORED]));
    let found = raw.and_then(|raw| {
        tree.nodes.iter().position(|node| node.start() == raw.start && node.kind == jsonc::Kind::Array)
    });
    let names = found.map(|array| tree.elements(array).map(|at| tree.string(&file.text, at).into_owned()));
    names.map(Iterator::collect).unwrap_or_default()
}

/// Whether a VS Code profile's file is not the default one's, which alone says what is synced.
fn is_of_profile(file: &FileFacts) -> bool {
    file.path.ancestors().nth(2).and_then(std::path::Path::file_name).is_some_and(|name| name == "profiles")
}

/// In a settings file of a user the token keys are where a token belongs.
fn in_file(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    let is_elsewhere = |range: &Range<usize>| {
        file.keys.iter().any(|key| {
            let is_known = key.is_secret() && (key.in_place || file.is_workspace());
            is_known && key.raw.start <= range.start && range.end <= key.raw.end
        })
    };
    for range in auth::token_ranges(&file.text) {
        if merge::looks_like_token(&file.text[range.clone()]) && !is_elsewhere(&range) {
            found
                .add("an ELITEA token stands here")
                .at(range)
                .advice("take it out, and revoke it if others could read the file");
        }
    }
}
