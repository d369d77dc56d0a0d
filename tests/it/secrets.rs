//! No token leaks. Every command of the command line runs, chattering as much as it can, against every
//! kind of server, healthy and with every fault; after each run its output is searched, after each
//! phase every file of the home, our own folders and the user's. A token may stand where the phase
//! says, and nowhere else.

#![allow(clippy::print_stdout, clippy::disallowed_methods)] // it tells what it searched, and lays out homes

mod faults;
mod grammar;
mod processes;
mod search;
mod steps;
mod types;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use elitea_helper::fake::{Dialect, Effect, Fault, Server, World};
use elitea_helper::files;

use crate::machine::{Machine, Ran};
use crate::support;
use faults::{TIMEOUT, faults};
use search::{Found, Looked, Search, name};
use steps::{CODE, LAID, PHASES, Phase, REMOTE, STORE, Step};

const DIALECTS: [(Dialect, &str); 4] =
    [(Dialect::Python, "python"), (Dialect::Go, "go"), (Dialect::GoPlain, "go-plain"), (Dialect::V1, "v1")];

/// How many faults are tried at once. Most of the time a run waits.
const AT_ONCE: usize = 12;

/// What was searched, and what was found where it must not be.
#[derive(Default)]
struct Tally {
    runs: AtomicUsize,
    output: AtomicUsize,
    looked: Mutex<Looked>,
    requests: AtomicUsize,
    leaks: Mutex<Vec<String>>,
}

impl Tally {
    fn leak(&self, words: String) {
        self.leaks.lock().unwrap().push(words);
    }
}

/// One machine on trial.
struct Trial<'t> {
    machine: Machine,
    what: String,
    dialect: Dialect,
    json: bool,
    foreign: String,
    tally: &'t Tally,
}

#[test]
fn no_token_leaks() {
    if support::is_repetition() {
        return;
    }
    let tally = Tally::default();
    let elsewhere = Server::launch(Dialect::Python, 0, World::demo().unwrap()).unwrap();
    let missing = grammar::missing(&Machine::new(Dialect::Python));
    assert!(missing.is_empty(), "{}", missing.join("\n"));

    let begun = std::time::Instant::now();
    std::thread::scope(|scope| {
        for (dialect, name) in DIALECTS {
            for json in [false, true] {
                let tally = &tally;
                // Under Wine a run takes a third of a second, and there are 1,600: one healthy
                // server shows there whether Windows's own files and streams keep the token.
                if !support::under_wine() || (dialect == Dialect::Python && !json) {
                    scope.spawn(move || Trial::new(dialect, name, json, tally).live());
                }
            }
        }
    });
    println!("healthy servers took {:.1?}", begun.elapsed());
    let mut trials: Vec<(Effect, Dialect)> = Vec::new();
    let echoed = Machine::new(Dialect::Python).server.token().to_owned();
    for (effect, dialects) in faults(elsewhere.url(), &echoed) {
        if support::under_wine() {
            break;
        }
        trials.extend(dialects.into_iter().map(|dialect| (effect.clone(), dialect)));
    }
    println!("{} servers that fail", trials.len());
    let queue = Mutex::new(trials.into_iter().enumerate());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().unwrap().next();
                    let Some((at, (effect, dialect))) = next else { return };
                    // Text and JSON change places with each fault; the two lesser dialects get every
                    // other command, the even ones and the odd ones in turn.
                    let turn = at / DIALECTS.len();
                    let is_lesser = matches!(dialect, Dialect::GoPlain | Dialect::V1);
                    let lines = REMOTE
                        .iter()
                        .enumerate()
                        .filter(|(line, _)| !is_lesser || (line + turn).is_multiple_of(2));
                    let lines: Vec<&str> = lines.map(|(_, line)| *line).collect();
                    let what = format!("{dialect:?} with {effect:?}");
                    Trial::new(dialect, &what, (at + turn) % 2 == 1, &tally).suffer(effect, &lines, &echoed);
                }
            });
        }
    });
    println!("all of it took {:.1?}", begun.elapsed());
    processes::no_child_sees_it(&tally);

    if !elsewhere.requests().is_empty() {
        tally.leak(format!("a redirect was followed: {:?}", elsewhere.requests()));
    }
    let looked = *tally.looked.lock().unwrap();
    println!(
        "searched: {} runs with {} bytes of output, {} files with {} bytes, {} requests; in {:.1?}",
        tally.runs.load(Ordering::Relaxed),
        tally.output.load(Ordering::Relaxed),
        looked.files,
        looked.bytes,
        tally.requests.load(Ordering::Relaxed),
        begun.elapsed()
    );
    let leaks = tally.leaks.into_inner().unwrap();
    assert!(leaks.is_empty(), "{} leaks:\n\n{}", leaks.len(), leaks.join("\n\n"));
}

impl<'t> Trial<'t> {
    /// A home with IDEs, and settings files in which a user put tokens.
    fn new(dialect: Dialect, what: &str, json: bool, tally: &'t Tally) -> Self {
        let machine = Machine::new(dialect);
        let foreign = Machine::new(Dialect::Python).server.token().to_owned();
        let what = format!("{what}, {}", if json { "json" } else { "text" });
        let trial = Self { machine, what, dialect, json, foreign, tally };
        for own in LAID {
            trial.machine.write(own.file, trial.fill(own.text).as_bytes());
        }
        trial.machine.write("elitea-config/config.toml", b"[policy]\nwrite_token = \"always\"\n");
        trial
    }

    /// The token of that name.
    fn token(&self, name: &str) -> String {
        let server = &self.machine.server;
        let claims = |uuid: &str| format!("{{\"uuid\":\"{uuid}\",\"expires\":null}}");
        match name {
            "main" => server.token().to_owned(),
            "bob" => server.sign(&claims("f899854f-0000-4000-8000-000000000003")),
            "forged" => server.sign(&claims("f899854f-0000-4000-8000-999999999999")),
            "foreign" => self.foreign.clone(),
            "current" => {
                let row = server.world().tokens.into_iter().max_by_key(|row| row.id).unwrap();
                let uuid = row.uuid.unwrap();
                let made = server.tokens().into_iter().find(|token| uuid_of(token) == uuid && row.id > 14);
                made.unwrap_or_else(|| self.token("main"))
            }
            _ => panic!("there is no token {name}"),
        }
    }

    fn fill(&self, text: &str) -> String {
        let mut text = text
            .replace("{server}", self.machine.server.url())
            .replace("{home}", &self.machine.home().display().to_string())
            .replace("{base64}", &STANDARD.encode(self.token("main")));
        for name in ["main", "bob", "forged", "foreign"] {
            text = text.replace(&format!("{{{name}}}"), &self.token(name));
        }
        text
    }

    /// A search for every token that ever was.
    fn search(&self) -> Search {
        let mut tokens: BTreeSet<String> = self.machine.server.tokens().into_iter().collect();
        tokens.extend(["bob", "forged", "foreign"].map(|name| self.token(name)));
        Search::new(tokens)
    }

    /// Every phase of a user's life, on a server that is well.
    fn live(self) {
        let is_first = matches!(self.dialect, Dialect::Python);
        for phase in PHASES {
            if !phase.asks && !is_first {
                continue;
            }
            // The demo brings servers of its own, so it is the same beside every server.
            for step in phase.steps.iter().filter(|step| is_first || !step.line.starts_with("demo")) {
                self.step(step);
            }
            self.judge_files(phase);
        }
        self.judge_requests();
    }

    /// Everything that asks the server at once, while it fails; then a sign-out.
    fn suffer(self, effect: Effect, lines: &[&str], echoed: &str) {
        let model = if self.dialect == Dialect::V1 { "gpt-4" } else { "team-llama" };
        let selected = format!("[profile.default]\nproject = 4\nmodel = \"4/{model}\"\n");
        self.configure(&selected);
        let login = self.fill("login --server {server} --token-stdin --store file");
        self.run(&login, self.machine.server.token(), None);
        self.run("apply --ide all", "", None);
        self.configure(TIMEOUT);
        self.machine.server.faults(vec![Fault::always(effect)]);
        let ask = |line: &str| {
            let line = self.fill(line);
            let ran = self.run(&line, &self.fill("{main}"), None);
            self.judge_output(&line, &ran, false);
            if ran.stdout.contains(echoed) || ran.stderr.contains(echoed) {
                self.tally.leak(format!("{}\n$ {line}\nrepeats the server's words: {ran:?}", self.what));
            }
        };
        std::thread::scope(|scope| {
            for line in lines {
                scope.spawn(|| ask(line));
            }
        });
        ask("logout --revoke");
        let found = self.files();
        let ours = |file: &str| file == STORE || LAID.iter().any(|own| self.found_name(own.file) == file);
        for (file, tokens) in found.iter().filter(|(file, _)| !ours(file)) {
            self.tally.leak(format!("{}\n{file} holds {tokens:?}", self.what));
        }
        self.judge_requests();
    }

    /// Adds lines to `config.toml`.
    fn configure(&self, lines: &str) {
        let config = self.machine.config_dir().join("config.toml");
        let mut config = std::fs::OpenOptions::new().append(true).open(config).unwrap();
        config.write_all(lines.as_bytes()).unwrap();
    }

    fn step(&self, step: &Step) {
        let line = self.fill(step.line);
        let env = step.env.map(|(name, value)| (name, self.fill(value)));
        let ran = self.run(&line, &self.fill(step.input), env.as_ref().map(|(n, v)| (*n, v.as_str())));
        self.judge_output(step.line, &ran, step.shows);
    }

    /// Runs the program, as talkative as it can be.
    fn run(&self, line: &str, input: &str, env: Option<(&str, &str)>) -> Ran {
        let mut child = self
            .machine
            .command()
            .args(line.split(' '))
            .arg("-vv")
            .args(self.json.then_some("--json"))
            .env("ELITEA_HELPER_LOG", "trace")
            .env("RUST_BACKTRACE", "full")
            .envs(env)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that ends without reading its input is not at fault.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("\r\n", "\n");
        self.tally.runs.fetch_add(1, Ordering::Relaxed);
        self.tally.output.fetch_add(output.stdout.len() + output.stderr.len(), Ordering::Relaxed);
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    fn judge_output(&self, line: &str, ran: &Ran, shows: bool) {
        let search = self.search();
        let (out, err) = (search.look(ran.stdout.as_bytes()), search.look(ran.stderr.as_bytes()));
        let refused = ran.code > 1;
        if (!shows && !out.is_empty()) || !err.is_empty() {
            self.tally.leak(format!(
                "{}\n$ {line}\nshows {out:?} {err:?}\n{}\n{}",
                self.what, ran.stdout, ran.stderr
            ));
        }
        if shows && out.is_empty() && !refused {
            self.tally
                .leak(format!("{}\n$ {line}\nshows no token, so the search is blind: {ran:?}", self.what));
        }
        if ran.code == 5 || ran.stderr.contains("panicked") {
            self.tally.leak(format!("{}\n$ {line}\nfailed of itself: {ran:?}", self.what));
        }
    }

    /// The files with tokens. A backup of a file in which the user put tokens may hold those.
    fn files(&self) -> Found {
        let search = self.search();
        let mut looked = Looked::default();
        let mut found = search.files(self.machine.home(), &mut looked);
        for own in LAID {
            let real = files::real_path(&self.machine.path(own.file));
            let hash = ring::digest::digest(&ring::digest::SHA256, files::identity(&real).as_bytes());
            let key: String = hash.as_ref()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
            let put: BTreeSet<String> = own.tokens.iter().map(|token| name(&self.token(token))).collect();
            found.retain(|file, tokens| {
                !(file.starts_with(&format!("elitea-state/backups/{key}/")) && tokens.is_subset(&put))
            });
        }
        let mut all = self.tally.looked.lock().unwrap();
        all.files += looked.files;
        all.bytes += looked.bytes;
        found
    }

    /// A file's name as the search gives it.
    fn found_name(&self, file: &str) -> String {
        let path = self.machine.path(file);
        path.strip_prefix(self.machine.home()).unwrap().to_string_lossy().replace('\\', "/")
    }

    /// The files that hold a token are those that the phase names, and those of the user.
    fn judge_files(&self, phase: &Phase) {
        let found = self.files();
        let mut wanted = Found::new();
        let mut hold = |file: &str, token: &str| {
            wanted.entry(self.found_name(file)).or_default().insert(name(&self.token(token)));
        };
        let applied = PHASES.iter().position(|phase| phase.holds.iter().any(|(file, _)| *file == CODE));
        let at = PHASES.iter().position(|other| other.name == phase.name);
        for own in LAID.iter().filter(|own| !own.becomes_ours || at < applied) {
            own.tokens.iter().for_each(|token| hold(own.file, token));
        }
        phase.holds.iter().for_each(|(file, token)| hold(file, token));
        if found != wanted {
            let more: Vec<_> =
                found.iter().filter(|(file, tokens)| wanted.get(*file) != Some(tokens)).collect();
            let less: Vec<_> =
                wanted.iter().filter(|(file, tokens)| found.get(*file) != Some(tokens)).collect();
            self.tally.leak(format!(
                "{}\nafter {:?}\nfiles hold {more:#?}\nwanted {less:#?}",
                self.what, phase.name
            ));
        }
        #[cfg(unix)]
        for folder in [self.machine.config_dir(), self.machine.state_dir()] {
            self.judge_modes(&folder);
        }
    }

    /// Nobody else can read what is ours.
    #[cfg(unix)]
    fn judge_modes(&self, folder: &std::path::Path) {
        use std::os::unix::fs::MetadataExt as _;
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let metadata = entry.metadata().unwrap();
            let laid = entry.file_name() == "config.toml";
            if metadata.mode() & 0o077 != 0 && !laid {
                self.tally.leak(format!(
                    "{}\n{} has mode {:o}",
                    self.what,
                    entry.path().display(),
                    metadata.mode()
                ));
            }
            if metadata.is_dir() {
                self.judge_modes(&entry.path());
            }
        }
    }

    /// A token was sent in the header for it and nowhere else.
    fn judge_requests(&self) {
        let requests = self.machine.server.requests();
        self.tally.requests.fetch_add(requests.len(), Ordering::Relaxed);
        if !requests.iter().any(|request| request.credential) {
            self.tally.leak(format!("{}\nno request had a credential, so nothing is proven", self.what));
        }
        let strange = |name: &String| {
            matches!(name.as_str(), "cookie" | "x-api-key" | "proxy-authorization" | "referer")
        };
        for request in requests {
            if !request.misplaced.is_empty() || request.headers.iter().any(strange) {
                self.tally.leak(format!("{}\na token was sent where none belongs: {request:?}", self.what));
            }
        }
    }
}

fn uuid_of(token: &str) -> String {
    elitea_helper::auth::Token::parse(token.as_bytes()).unwrap().claims().uuid.unwrap()
}
