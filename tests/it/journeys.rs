//! The command line as its user meets it. Each file of `tests/data/journeys` is one journey on one
//! machine; a new journey adds a file. The lines of a journey:
//!
//! ```text
//! # words for the reader
//! server go                      the dialect; without it python
//! only linux / only unix         on other systems it is left out: their folders, links or modes differ
//! file NAME                      a file of the home, with the lines that follow, each after "| ";
//!                                "\ " instead of "| " leaves the line end out, "^ " makes it CRLF
//! link NAME TO, hard NAME TO     a symbolic link, a hard link
//! folder NAME                    an empty folder
//! gone NAME                      the file is removed, or the folder with all that is in it
//! change NAME TEXT => TEXT       in the file one text takes the place of another
//! fifo NAME                      a named pipe
//! bytes NAME TEXT                a file of these bytes; \xHH is one byte, "*N" at the end repeats them
//! mode NAME OCTAL                the file's or folder's permissions
//! in NAME                        the working folder, for what follows
//! set VARIABLE VALUE             the environment, for what follows
//! fault JSON                     a rule of the fake server, besides those before; "fault none" heals it
//! clock SECONDS                  the fake server's clock moves on
//! signed in                      signs in with {token}, kept in the file store, and chooses project 4
//! $ ARGUMENTS                    runs the program; "quoted words" are one argument
//! < TEXT                         its standard input, before the line that runs it
//! => CODE                        its exit code, straight after it
//! out: TEXT / out! TEXT          standard output holds, does not hold the text
//! err: TEXT / err! TEXT          the same for standard error
//! json POINTER VALUE             a value of the document on standard output
//! let WORD POINTER               keeps a value of that document
//! holds NAME                     the file is exactly the lines that follow
//! has NAME TEXT / hasnt NAME TEXT   the file holds, does not hold the text
//! same NAME                      the file is as `file` laid it out
//! absent NAME                    there is no such file
//! ```
//!
//! A NAME that ends in `/*` is the only file of that folder, for `change`, `has` and `hasnt`.
//!
//! `{server}`, `{port}`, `{token}`, `{home}`, `{suffix}` (the token's last letters) stand for what
//! they name, `{WORD}` for what `let WORD POINTER` took from that document, `{token:NAME}` for the token of that name, `{unknown}` for a genuine token that the
//! server no longer knows, `{out:POINTER}` for a value of the last document on standard output.
//!
//! Whatever a journey says, no run may show a token that it was not asked for, and with `--json`
//! standard output is one document. `JOURNEY=WORDS` runs only those whose name holds the words.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use elitea_helper::fake::{Dialect, Fault};
use serde_json::Value;

use crate::machine::{Machine, Ran};

/// The claims of a token that was made once and is gone.
const UNKNOWN: &str = r#"{"uuid":"0dead000-0000-4000-8000-000000000000","expires":null}"#;

/// One machine on the way through the lines of a journey.
pub(crate) struct Journey {
    pub(crate) machine: Machine,
    laid: BTreeMap<String, Vec<u8>>,
    kept: BTreeMap<String, String>,
    faults: Vec<Fault>,
    input: String,
    last: Option<Ran>,
    judged: bool,
}

#[derive(Clone, Copy)]
enum Stream {
    Out,
    Err,
}

#[test]
fn every_journey_ends_as_it_says() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/journeys");
    let mut files = entries(Path::new(folder));
    let only = std::env::var("JOURNEY").unwrap_or_default();
    files.retain(|file| file.file_name().unwrap().to_string_lossy().contains(&only));
    all("journeys", &files, |file| {
        let text = std::fs::read_to_string(file).unwrap();
        let Some(mut journey) = Journey::start(&text)? else { return Ok(()) };
        journey.travel(&text)
    });
}

/// What is in a folder, sorted.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

/// Tries every one of these cases, several at once, and tells of all that fail.
pub(crate) fn all(what: &str, cases: &[PathBuf], told: impl Fn(&Path) -> Result<(), String> + Sync) {
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let walk = || {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let end = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| told(case)));
            if let Err(error) = end.unwrap_or_else(|_| Err("it panicked; see above".into())) {
                failures.lock().unwrap().insert(case.clone(), error);
            }
        }
    };
    std::thread::scope(|threads| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            threads.spawn(walk);
        }
    });
    let failures = failures.into_inner().unwrap();
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");
    let name = |case: &Path| case.strip_prefix(data).unwrap_or(case).display().to_string();
    let failures: Vec<String> =
        failures.iter().map(|(case, error)| format!("{}: {error}", name(case))).collect();
    println!("{} {what}", cases.len());
    assert!(!cases.is_empty(), "there are no {what}");
    let count = failures.len();
    assert!(failures.is_empty(), "{count} of {} {what} fail:\n\n{}", cases.len(), failures.join("\n\n"));
}

fn is_content(line: &str) -> bool {
    line.starts_with("| ") || line.starts_with("\\ ") || line.starts_with("^ ")
}

fn takes_content(line: &str) -> bool {
    line.starts_with("file ") || line.starts_with("holds ")
}

impl Journey {
    /// A machine for the journey in this text; none where it is for other systems.
    pub(crate) fn start(text: &str) -> Result<Option<Self>, String> {
        let system = text.lines().find_map(|line| line.strip_prefix("only "));
        let here = [("linux", cfg!(target_os = "linux")), ("unix", cfg!(unix))];
        match system.map(|system| here.iter().find(|(name, _)| *name == system).ok_or(system)) {
            Some(Err(unknown)) => return Err(format!("there is no system {unknown:?}")),
            Some(Ok((_, false))) => return Ok(None),
            Some(Ok((_, true))) | None => {}
        }
        let dialect = text
            .lines()
            .find_map(|line| line.strip_prefix("server "))
            .map_or(Ok(Dialect::Python), str::parse);
        Ok(Some(Self {
            machine: Machine::new(dialect.map_err(|error| error.to_string())?),
            laid: BTreeMap::new(),
            kept: BTreeMap::new(),
            faults: Vec::new(),
            input: String::new(),
            last: None,
            judged: true,
        }))
    }

    /// Goes through the lines of a text.
    pub(crate) fn travel(&mut self, text: &str) -> Result<(), String> {
        let lines: Vec<&str> = text.lines().collect();
        let mut at = 0;
        while at < lines.len() {
            let line = lines[at];
            at += 1;
            let mut bytes = Vec::new();
            while at < lines.len() && is_content(lines[at]) && takes_content(line) {
                bytes.extend_from_slice(self.fill(&lines[at][2..])?.as_bytes());
                bytes.extend_from_slice(match lines[at].as_bytes()[0] {
                    b'|' => b"\n",
                    b'^' => b"\r\n",
                    _ => b"",
                });
                at += 1;
            }
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            self.step(line, bytes)
                .map_err(|error| format!("line {}: {line}\n{error}", at - usize::from(at > 0)))?;
        }
        if self.judged { Ok(()) } else { Err("the last command has no => CODE".into()) }
    }

    /// Runs the program; what came of it is judged by the caller.
    pub(crate) fn ran(&mut self, line: &str) -> Result<Ran, String> {
        let line = self.fill(line)?;
        self.run(&line)?;
        self.judged = true;
        self.last.take().ok_or_else(|| "nothing was run".into())
    }

    fn step(&mut self, line: &str, bytes: Vec<u8>) -> Result<(), String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = self.fill(rest)?;
        if word != "=>" && !self.judged {
            return Err("the command before has no => CODE".into());
        }
        let (name, more) = rest.split_once(' ').unwrap_or((&rest, ""));
        match word {
            "server" | "only" => {}
            "file" => {
                self.machine.write(&rest, &bytes);
                self.laid.insert(rest, bytes);
            }
            "link" => link(&self.machine.path(more), &self.machine.path(name))?,
            "folder" => {
                std::fs::create_dir_all(self.machine.path(&rest)).map_err(|error| error.to_string())?;
            }
            "gone" => {
                let path = self.machine.path(&rest);
                let removed =
                    if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
                removed.map_err(|error| error.to_string())?;
            }
            "change" => {
                let (from, to) = more.split_once(" => ").ok_or("no =>")?;
                let text = self.read(name)?;
                expect_text(text.contains(from), &text, "the file does not hold it")?;
                std::fs::write(self.at(name)?, text.replace(from, to)).map_err(|error| error.to_string())?;
            }
            "fifo" => fifo(&self.machine.path(&rest))?,
            "bytes" => {
                let bytes = raw(more)?;
                self.machine.write(name, &bytes);
                self.laid.insert(name.to_owned(), bytes);
            }
            "hard" => {
                std::fs::hard_link(self.machine.path(more), self.machine.path(name))
                    .map_err(|error| error.to_string())?;
            }
            "mode" => mode(&self.machine.path(name), more)?,
            "signed" => self.sign_in(),
            "in" => self.machine.cwd = self.machine.path(&rest),
            "set" => self.machine.vars.push((name.to_owned(), more.to_owned())),
            "fault" => self.fault(&rest)?,
            "clock" => self.machine.server.advance(rest.parse().map_err(|_| "no number of seconds")?),
            "<" => self.input = rest,
            "$" => self.run(&rest)?,
            "=>" => {
                self.judged = true;
                let ran = self.last()?;
                expect(ran.code.to_string() == rest, ran, &format!("it ended with {}", ran.code))?;
            }
            "out:" => {
                expect(self.says(Stream::Out, &rest)?, self.last()?, "standard output does not hold it")?;
            }
            "out!" => expect(!self.says(Stream::Out, &rest)?, self.last()?, "standard output holds it")?,
            "err:" => {
                expect(self.says(Stream::Err, &rest)?, self.last()?, "standard error does not hold it")?;
            }
            "err!" => expect(!self.says(Stream::Err, &rest)?, self.last()?, "standard error holds it")?,
            "json" => {
                let found = self.pointer(name)?;
                let wanted: Value = serde_json::from_str(more).map_err(|error| format!("{more}: {error}"))?;
                let same = match (&found, &wanted) {
                    (Value::String(found), Value::String(wanted)) => as_on_unix(found) == as_on_unix(wanted),
                    (found, wanted) => found == wanted,
                };
                expect(same, self.last()?, &format!("it is {found}"))?;
            }
            "let" => {
                let value = self.pointer(more)?;
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                self.kept.insert(format!("{{{name}}}"), value);
            }
            "holds" => self.compare(&rest, &bytes)?,
            "same" => {
                let laid = self.laid.get(&rest).ok_or("it was never laid out")?.clone();
                self.compare(&rest, &laid)?;
            }
            "has" => {
                let text = self.read(name)?;
                expect_text(text.contains(more), &text, "the file does not hold it")?;
            }
            "hasnt" => {
                let text = self.read(name)?;
                expect_text(!text.contains(more), &text, "the file holds it")?;
            }
            "absent" => {
                if self.machine.path(&rest).symlink_metadata().is_ok() {
                    return Err("it is there".into());
                }
            }
            _ => return Err(format!("there is no line {word:?}")),
        }
        Ok(())
    }

    fn run(&mut self, line: &str) -> Result<(), String> {
        let arguments = words(line)?;
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let input = std::mem::take(&mut self.input);
        let ran = self.machine.run_with(&arguments, &input);
        let asked = arguments.iter().any(|argument| matches!(*argument, "--print" | "--with-token"));
        expect(asked || !shows_token(&ran), &ran, "it shows a token")?;
        let document = || serde_json::from_str::<Value>(&ran.stdout).is_ok();
        expect(!arguments.contains(&"--json") || document(), &ran, "standard output is not one document")?;
        self.last = Some(ran);
        self.judged = false;
        Ok(())
    }

    fn sign_in(&self) {
        self.machine.log_in();
        let ran = self.machine.run(&["use", "--project", "4"]);
        assert_eq!(ran.code, 0, "{ran:?}");
    }

    /// The whole token of the name, as it was shown once.
    fn token_named(&self, name: &str) -> Result<String, String> {
        let world = self.machine.server.world();
        let row = world.tokens.iter().find(|row| row.name.as_deref() == Some(name));
        let row = row.ok_or_else(|| format!("the server has no token {name}"))?;
        let expires = row.expires.as_deref().and_then(|at| at.get(..16));
        let quoted = |text: Option<&str>| text.map_or_else(|| "null".into(), |text| format!("{text:?}"));
        let claims = format!("{{\"uuid\":{},\"expires\":{}}}", quoted(row.uuid.as_deref()), quoted(expires));
        Ok(self.machine.server.sign(&claims))
    }

    fn fault(&mut self, rule: &str) -> Result<(), String> {
        if rule == "none" {
            self.faults.clear();
        } else {
            self.faults.push(serde_json::from_str(rule).map_err(|error| error.to_string())?);
        }
        self.machine.server.faults(self.faults.clone());
        Ok(())
    }

    fn last(&self) -> Result<&Ran, String> {
        self.last.as_ref().ok_or_else(|| "nothing was run yet".into())
    }

    /// Whether the last run printed the text.
    fn says(&self, stream: Stream, text: &str) -> Result<bool, String> {
        let ran = self.last()?;
        let printed = match stream {
            Stream::Out => &ran.stdout,
            Stream::Err => &ran.stderr,
        };
        Ok(as_on_unix(printed).contains(&as_on_unix(text)))
    }

    fn pointer(&self, pointer: &str) -> Result<Value, String> {
        let ran = self.last()?;
        let document: Value = serde_json::from_str(&ran.stdout)
            .map_err(|error| format!("no document on standard output: {error}\n{}", ran.stdout))?;
        Ok(document.pointer(pointer).cloned().unwrap_or(Value::Null))
    }

    /// The path of a file, `/*` at the end of its name standing for the only one there.
    fn at(&self, name: &str) -> Result<PathBuf, String> {
        let Some(folder) = name.strip_suffix("/*") else { return Ok(self.machine.path(name)) };
        let entries = std::fs::read_dir(self.machine.path(folder)).map_err(|error| error.to_string())?;
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        match (paths.pop(), paths.is_empty()) {
            (Some(path), true) => Ok(path),
            _ => Err(format!("{folder} does not hold one file")),
        }
    }

    fn read(&self, name: &str) -> Result<String, String> {
        let bytes = std::fs::read(self.at(name)?).map_err(|error| format!("{name}: {error}"))?;
        String::from_utf8(bytes).map_err(|error| error.to_string())
    }

    fn compare(&self, name: &str, wanted: &[u8]) -> Result<(), String> {
        let found = std::fs::read(self.machine.path(name)).map_err(|error| format!("{name}: {error}"))?;
        if found == wanted {
            return Ok(());
        }
        let [wanted, found] = [wanted, &found].map(|bytes| {
            let shown = bytes.get(..4000).unwrap_or(bytes);
            String::from_utf8_lossy(shown).into_owned()
        });
        Err(format!("wanted:\n{wanted:?}\nfound:\n{found:?}\n\n{found}"))
    }

    /// The text with what stands in braces in it filled in.
    pub(crate) fn fill(&self, text: &str) -> Result<String, String> {
        let token = self.machine.server.token();
        let mut text = text
            .replace("{server}", self.machine.server.url())
            .replace("{port}", self.machine.server.url().rsplit(':').next().unwrap_or_default())
            .replace("{unknown}", &self.machine.server.sign(UNKNOWN))
            .replace("{token}", token)
            .replace("{suffix}", &token[token.len() - 7..])
            .replace("{home}/.config/", &as_on_unix(&self.machine.path(".config/").display().to_string()))
            .replace("{home}", &as_on_unix(&self.machine.home().display().to_string()));
        for (word, value) in &self.kept {
            text = text.replace(word, value);
        }
        while let Some(start) = text.find("{out:") {
            let end = start + text[start..].find('}').ok_or("an open {out:")?;
            let value = self.pointer(&text[start + 5..end])?;
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            text.replace_range(start..=end, &value);
        }
        while let Some(start) = text.find("{token:") {
            let end = start + text[start..].find('}').ok_or("an open {token:")?;
            let named = self.token_named(&text[start + 7..end])?;
            text.replace_range(start..=end, &named);
        }
        Ok(text)
    }
}

/// What was printed, with the separators of paths that the journeys are written with.
fn as_on_unix(text: &str) -> String {
    if cfg!(windows) { text.replace('\\', "/") } else { text.to_owned() }
}

fn expect(holds: bool, ran: &Ran, words: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(format!("{words}\nexit {}\nstdout:\n{}\nstderr:\n{}", ran.code, ran.stdout, ran.stderr))
    }
}

fn expect_text(holds: bool, text: &str, words: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("{words}:\n{text}")) }
}

/// The words of a line; quotes keep blanks.
fn words(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or("an open quote")?,
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    Ok(words)
}

/// Whether a whole token stands in what was printed.
fn shows_token(ran: &Ran) -> bool {
    let is_token = |word: &str| word.len() > 100 && word.contains("eyJ") && word.matches('.').count() >= 2;
    let is_edge = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.');
    [&ran.stdout, &ran.stderr].iter().any(|text| text.split(is_edge).any(is_token))
}

/// Bytes as they are written in a journey: text, `\xHH`, and `*N` at the end for so many times.
fn raw(text: &str) -> Result<Vec<u8>, String> {
    let (text, times) = match text.rsplit_once('*') {
        Some((text, times)) if times.parse::<usize>().is_ok() => (text, times.parse().unwrap_or(1)),
        _ => (text, 1),
    };
    let mut bytes = Vec::new();
    let mut pieces = text.split("\\x");
    bytes.extend_from_slice(pieces.next().unwrap_or_default().as_bytes());
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2).ok_or("\\x without two digits")?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|error| error.to_string())?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    Ok(bytes.repeat(times))
}

#[cfg(unix)]
fn fifo(path: &Path) -> Result<(), String> {
    std::fs::create_dir_all(path.parent().unwrap()).map_err(|error| error.to_string())?;
    let made = std::process::Command::new("mkfifo").arg(path).status().map_err(|error| error.to_string())?;
    if made.success() { Ok(()) } else { Err("mkfifo failed".into()) }
}

#[cfg(not(unix))]
fn fifo(_: &Path) -> Result<(), String> {
    Err("this system has no named pipes".into())
}

#[cfg(unix)]
fn mode(path: &Path, octal: &str) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;
    let bits = u32::from_str_radix(octal, 8).map_err(|error| error.to_string())?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(bits)).map_err(|error| error.to_string())
}

#[cfg(not(unix))]
fn mode(_: &Path, _: &str) -> Result<(), String> {
    Err("this system has no modes".into())
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) -> Result<(), String> {
    std::fs::create_dir_all(at.parent().unwrap()).map_err(|error| error.to_string())?;
    std::os::unix::fs::symlink(to, at).map_err(|error| error.to_string())
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> Result<(), String> {
    Err("this system has no links for everybody".into())
}
