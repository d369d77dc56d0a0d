//! Brings the fake into the recorded state and puts the recorded requests to it.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use elitea_helper::fake::world::TokenRow;
use elitea_helper::fake::{Condition, Dialect, Effect, Fault, Server, World};
use jiff::civil::DateTime;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::compare::{self, Body, Reply};
use super::exchange::{Exchange, parse, rows_in, tokens_in, unbase64, uuid_of};
use super::listed;

/// The state of the recorded deployments, and how it changed between the exchanges.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    /// The folder of the recordings.
    recordings: String,
    world: Value,
    /// Role to the exchange whose reply lists its permissions.
    roles: BTreeMap<String, String>,
    /// The exchange that sends a session's cookie, to its user.
    sessions: BTreeMap<String, u64>,
    /// Tools of the MCP endpoint.
    tools: Vec<ToolOf>,
    /// Recorded deployment to dialect.
    deployments: BTreeMap<String, Dialect>,
    states: Vec<Situation>,
    changes: Vec<Change>,
}

/// A tool as one reply shows it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToolOf {
    /// The exchange.
    exchange: String,
    /// All that it shows, or this one.
    index: Option<usize>,
    /// What is known besides.
    tool: Map<String, Value>,
}

impl ToolOf {
    fn tools(&self, exchanges: &[Exchange]) -> Vec<Value> {
        let reply =
            exchanges.iter().find(|exchange| exchange.id == self.exchange).unwrap().reply.json().unwrap();
        let shown = reply["result"]["tools"].as_array().unwrap();
        let shown = shown.iter().enumerate().filter(|(at, _)| self.index.is_none_or(|index| index == *at));
        let tool = |definition: &Value| {
            let mut tool = self.tool.clone();
            tool.insert("definition".to_owned(), definition.clone());
            Value::Object(tool)
        };
        shown.map(|(_, definition)| tool(definition)).collect()
    }
}

/// What holds for the exchanges that match.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Situation {
    #[serde(rename = "match")]
    what: String,
    #[serde(default)]
    condition: Condition,
    #[serde(default)]
    set: Map<String, Value>,
}

/// What happened before an exchange, outside the recording.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    before: u64,
    #[serde(rename = "why")]
    _why: String,
    /// The time from then on.
    clock: Option<String>,
    #[serde(default)]
    ops: Vec<Operation>,
    /// A row that was deleted and inserted again.
    move_token_to_end: Option<String>,
    /// The request is sent once beforehand, so that its credential is remembered.
    #[serde(default)]
    warm: bool,
}

/// A change of the world; a segment `key=value` of the path finds the element of a list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Operation {
    op: String,
    path: String,
    #[serde(default)]
    value: Value,
}

impl Case {
    pub(super) fn read(path: &str) -> Self {
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }
}

/// One running fake and what is known of its clock.
struct Running {
    server: Server,
    clock: DateTime,
    /// The settings of the last exchange.
    settings: Map<String, Value>,
}

pub(super) struct Replay {
    case: Case,
    next_change: usize,
    running: BTreeMap<String, Running>,
    /// Recorded tokens with a good signature, by the fake that took their deployment's place.
    good: BTreeMap<String, Vec<(String, String)>>,
    /// Rows of tokens that no exchange made, by deployment and recorded id.
    foreign: BTreeMap<(String, u64), TokenRow>,
}

impl Replay {
    pub(super) fn new(case: Case, exchanges: &[Exchange]) -> Self {
        let mut world = case.world.clone();
        for (role, id) in &case.roles {
            let reply = &exchanges.iter().find(|exchange| exchange.id == *id).unwrap().reply;
            let reply = reply.json().unwrap();
            let names = reply.as_array().unwrap().iter();
            world["roles"][role] = names.map(|item| item.get("name").unwrap_or(item).clone()).collect();
        }
        for (id, user) in &case.sessions {
            let exchange = exchanges.iter().find(|exchange| exchange.id == *id).unwrap();
            let cookie = &exchange.headers.iter().find(|(name, _)| name == "Cookie").unwrap().1;
            let value = cookie.split_once('=').unwrap().1;
            world["sessions"][value] = (*user).into();
        }
        world["tools"] = case.tools.iter().flat_map(|tools| tools.tools(exchanges)).collect();
        let world: World = serde_json::from_value(world).unwrap();
        // Deployments of one dialect shared their database.
        let mut running = BTreeMap::new();
        for dialect in case.deployments.values() {
            let start = world.start.clone().unwrap().parse().unwrap();
            let server = Server::launch(*dialect, 0, world.clone()).unwrap();
            running.insert(format!("{dialect:?}"), Running { server, clock: start, settings: Map::new() });
        }
        let mut replay =
            Self { case, next_change: 0, running, good: BTreeMap::new(), foreign: BTreeMap::new() };
        replay.learn_tokens(exchanges);
        replay.learn_rows(exchanges);
        replay
    }

    fn place(&self, exchange: &Exchange) -> String {
        format!("{:?}", self.case.deployments[&exchange.deployment])
    }

    /// Of the tokens with the same claims the one used most has the good signature.
    fn learn_tokens(&mut self, exchanges: &[Exchange]) {
        let mut counts: BTreeMap<(String, String), BTreeMap<String, usize>> = BTreeMap::new();
        for exchange in exchanges {
            let mut texts: Vec<String> = exchange.headers.iter().map(|(_, value)| unbase64(value)).collect();
            if exchange.creates_token() {
                texts.push(exchange.reply.body.clone());
            }
            for token in texts.iter().flat_map(|text| tokens_in(text)) {
                let claims = token.split('.').nth(1).unwrap().to_owned();
                *counts.entry((self.place(exchange), claims)).or_default().entry(token).or_default() += 1;
            }
        }
        for ((place, claims), tokens) in counts {
            let best = tokens.into_iter().max_by_key(|(_, count)| *count).unwrap().0;
            let claims = String::from_utf8(URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
            let ours = self.running[&place].server.sign(&claims);
            self.good.entry(place).or_default().push((best, ours));
        }
    }

    /// Rows that the replies show and that no recorded exchange made.
    fn learn_rows(&mut self, exchanges: &[Exchange]) {
        let mut made: Vec<(String, u64)> = Vec::new();
        for (place, running) in &self.running {
            made.extend(running.server.world().tokens.iter().map(|row| (place.clone(), row.id)));
        }
        for exchange in exchanges {
            let place = self.place(exchange);
            for row in rows_in(exchange) {
                let key = (place.clone(), row.id);
                if exchange.creates_token() && listed::row(&self.case.recordings, exchange).is_none() {
                    made.push(key);
                } else if !made.contains(&key) {
                    self.foreign.entry(key).or_insert(row);
                }
            }
        }
    }

    /// Puts one request to the fake.
    pub(super) fn put(&mut self, exchange: &Exchange) -> Result<(), String> {
        let place = self.place(exchange);
        let warm = self.change(exchange);
        self.insert_rows(exchange, &place);
        if warm {
            self.send(exchange, &place);
        }
        self.enter(exchange, &place);
        let received = self.send(exchange, &place);
        self.running[&place].server.faults(Vec::new());
        if exchange.creates_token() && received.status == 200 {
            self.rename_created(exchange, &place, &received);
        }
        let how = match exchange.creates_token() {
            true => Body::CreatedToken,
            false if listed::has_own_words(&self.case.recordings, exchange) => Body::OwnWords,
            false => Body::Whole,
        };
        let differences = compare::differences(&exchange.reply, &received, how);
        if differences.is_empty() { Ok(()) } else { Err(differences.join("\n")) }
    }

    /// Carries out what happened before this exchange; says whether to warm up.
    fn change(&mut self, exchange: &Exchange) -> bool {
        let mut warm = false;
        while let Some(change) =
            self.case.changes.get(self.next_change).filter(|change| change.before <= exchange.seq)
        {
            warm = change.warm;
            for running in self.running.values_mut() {
                if let Some(clock) = &change.clock {
                    let clock: DateTime = clock.parse().unwrap();
                    running.server.advance(clock.duration_since(running.clock).as_secs());
                    running.clock = clock;
                }
                running.server.change(|world| {
                    if let Some(uuid) = &change.move_token_to_end {
                        let at = world.tokens.iter().position(|row| row.uuid.as_ref() == Some(uuid)).unwrap();
                        let row = world.tokens.remove(at);
                        world.tokens.push(row);
                    }
                    let mut value = serde_json::to_value(&*world).unwrap();
                    change.ops.iter().for_each(|operation| operation.apply(&mut value));
                    *world = serde_json::from_value(value).unwrap();
                });
            }
            self.next_change += 1;
        }
        warm
    }

    /// The condition and settings of the moment.
    fn enter(&mut self, exchange: &Exchange, place: &str) {
        let server = &self.running[place].server;
        let mut settings: Map<String, Value> = Map::new();
        for key in ["denied_page", "login", "zone_hours", "prefix", "edge"] {
            let initial = self.case.world.get(key).cloned();
            let default = || serde_json::to_value(World::default()).unwrap()[key].clone();
            settings.insert(key.to_owned(), initial.unwrap_or_else(default));
        }
        let mut condition = Condition::Normal;
        for situation in self.case.states.iter().filter(|situation| exchange.matches(&situation.what)) {
            settings.extend(situation.set.clone());
            condition =
                if situation.condition == Condition::Normal { condition } else { situation.condition };
        }
        if self.running[place].settings != settings {
            server.change(|world| {
                let mut value = serde_json::to_value(&*world).unwrap();
                value.as_object_mut().unwrap().extend(settings.clone());
                *world = serde_json::from_value(value).unwrap();
            });
        }
        server.faults(vec![Fault::always(Effect::Condition(condition))]);
        self.running.entry(place.to_owned()).and_modify(|running| running.settings = settings);
    }

    /// Rows of tokens made outside the recording appear just before they are first seen or used.
    fn insert_rows(&mut self, exchange: &Exchange, place: &str) {
        for row in rows_in(exchange).into_iter().filter(|_| !exchange.creates_token()) {
            if self.foreign.remove(&(place.to_owned(), row.id)).is_some() {
                self.insert_row(place, row);
            }
        }
        let texts = exchange.headers.iter().map(|(_, value)| unbase64(value));
        let used: Vec<String> =
            texts.flat_map(|text| tokens_in(&text)).filter_map(|token| uuid_of(&token)).collect();
        let key = self
            .foreign
            .iter()
            .find(|((at, _), row)| at == place && row.uuid.as_ref().is_some_and(|uuid| used.contains(uuid)));
        if let Some(key) = key.map(|(key, _)| key.clone()) {
            let row = self.foreign.remove(&key).unwrap();
            self.insert_row(place, row);
        }
    }

    fn insert_row(&self, place: &str, row: TokenRow) {
        self.running[place].server.change(|world| {
            let at = world.tokens.iter().position(|other| other.id > row.id);
            world.tokens.insert(at.unwrap_or(world.tokens.len()), row);
        });
    }

    /// Gives the token just made the recorded handle, so that later requests find it.
    fn rename_created(&self, exchange: &Exchange, place: &str, received: &Reply) {
        let made = received.json().unwrap();
        let recorded = rows_in(exchange).remove(0);
        self.running[place].server.change(|world| {
            let row =
                world.tokens.iter_mut().find(|row| made["uuid"] == row.uuid.as_deref().unwrap_or_default());
            *row.unwrap() = recorded;
        });
    }

    /// The recorded text with the fake's tokens in place of the recorded ones.
    fn translate(&self, place: &str, text: &str) -> String {
        let swap = |text: &str| {
            self.good[place]
                .iter()
                .fold(text.to_owned(), |text, (recorded, ours)| text.replace(recorded, ours))
        };
        match text.split_once(' ') {
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("basic") && unbase64(text) != text => {
                format!("{scheme} {}", STANDARD.encode(swap(&unbase64(text))))
            }
            _ => swap(text),
        }
    }

    fn send(&self, exchange: &Exchange, place: &str) -> Reply {
        let server = &self.running[place].server;
        let address = server.url().strip_prefix("http://").unwrap();
        let has = |wanted: &str| exchange.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
        let version = if exchange.id.ends_with("http10") { "1.0" } else { "1.1" };
        let mut head =
            format!("{} {} HTTP/{version}\r\n", exchange.method, self.translate(place, &exchange.path));
        for (name, value) in &exchange.headers {
            head.push_str(name);
            head.push_str(": ");
            head.push_str(&self.translate(place, value));
            head.push_str("\r\n");
        }
        if !has("host") {
            head.push_str(if exchange.edge {
                "Host: elitea.example.test\r\n"
            } else {
                "Host: 127.0.0.1:8080\r\n"
            });
        }
        if !has("connection") {
            head.push_str("Connection: close\r\n");
        }
        let mut body = exchange.body.clone().unwrap_or_default();
        if has("transfer-encoding") {
            body = [format!("{:x}\r\n", body.len()).as_bytes(), &body, b"\r\n0\r\n\r\n"].concat();
        } else if exchange.body.is_some() {
            head.push_str("Content-Length: ");
            head.push_str(&body.len().to_string());
            head.push_str("\r\n");
        }
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(&[head.as_bytes(), b"\r\n", &body].concat()).unwrap();
        let mut received = Vec::new();
        let _ = stream.read_to_end(&mut received);
        parse(&received)
    }
}

impl Operation {
    fn apply(&self, world: &mut Value) {
        let mut segments: Vec<&str> = self.path.split('/').skip(1).collect();
        let last = segments.pop().unwrap();
        let mut at = world;
        for segment in segments {
            at = match segment.split_once('=') {
                Some((key, wanted)) => {
                    at.as_array_mut().unwrap().iter_mut().find(|item| is(item, key, wanted)).unwrap()
                }
                None => &mut at[segment],
            };
        }
        match (self.op.as_str(), last.split_once('=')) {
            ("add", None) => at.as_array_mut().unwrap().push(self.value.clone()),
            ("replace", None) => at[last] = self.value.clone(),
            ("remove", Some((key, wanted))) => {
                at.as_array_mut().unwrap().retain(|item| !is(item, key, wanted));
            }
            _ => panic!("an operation that is not known: {} {}", self.op, self.path),
        }
    }
}

fn is(item: &Value, key: &str, wanted: &str) -> bool {
    item[key].as_str().map_or_else(|| item[key].to_string(), str::to_owned) == wanted
}
