//! The language server: its start and its end beside one that does nothing, and a large file under
//! an editor's hands.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use jsonc_parser::{CollectOptions, ParseOptions};
use serde_json::{Value, json};

use crate::Effort;
use crate::clock::{Pair, Time, here, milliseconds};
use crate::generated::settings;
use crate::home::{Home, PROGRAM};
use crate::session::Session;
use crate::table::{Budget, Figure, Row, Table};

/// What stands beside it at the start and at the end.
const BARE: &str = "bare tower-lsp";

/// Measures the language server.
pub(crate) fn measure(effort: Effort, table: &mut Table) {
    let home = Home::new();
    let bare = build_bare();
    let ours = || {
        let mut command = home.command(PROGRAM);
        command.args(["lsp", "--stdio"]);
        command
    };
    let theirs = || home.command(&bare);
    start_and_end(effort, &ours, &theirs, table);
    memory(&ours, &theirs, table);
    edits(effort, &home, &mut ours(), table);
}

/// Builds the bare server as this benchmark is built; returns its path.
fn build_bare() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/bare");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bare");
    let mut command = Command::new(env!("CARGO"));
    command.args(["build", "--locked", "--quiet", "--manifest-path"]).arg(folder.join("Cargo.toml"));
    command.arg("--target-dir").arg(&target);
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    if profile == "release" {
        command.arg("--release");
    }
    assert!(command.status().unwrap().success(), "{command:?}");
    let name = format!("bare{}", std::env::consts::EXE_SUFFIX);
    target.join(profile).join(name).to_str().unwrap().to_owned()
}

/// The time on the wall since then.
fn since(begun: Instant) -> Time {
    Time { cpu: 0.0, wall: milliseconds(begun.elapsed()) }
}

fn start_and_end(
    effort: Effort,
    ours: &dyn Fn() -> Command,
    theirs: &dyn Fn() -> Command,
    table: &mut Table,
) {
    let mut ends = Pair::default();
    let run = |command: &mut Command, ends: &mut Vec<Time>| {
        let start = Instant::now();
        let session = Session::start(command);
        let started = since(start);
        ends.push(session.end());
        started
    };
    let mut starts = Pair::default();
    for _ in 0..effort.runs * 3 {
        starts.subject.push(run(&mut ours(), &mut ends.subject));
        starts.reference.push(run(&mut theirs(), &mut ends.reference));
    }
    let rows = [
        ("lsp, start to the reply to `initialize`: wall", starts.wall(), Budget::Ratio(1.5)),
        ("lsp, end of input to end of process: wall", ends.wall(), Budget::Time(100.0)),
    ];
    for (what, (subject, reference), budget) in rows {
        table.add(Row {
            what: what.to_owned(),
            figure: Figure::Time(subject),
            reference: Some((BARE, Figure::Time(reference))),
            budgets: vec![budget],
        });
    }
}

/// The memory of an idle session; where the system tells it.
fn memory(ours: &dyn Fn() -> Command, theirs: &dyn Fn() -> Command, table: &mut Table) {
    let idle = |command: &mut Command| {
        let mut session = Session::start(command);
        session.notify("initialized", &json!({}));
        let memory = session.settled_memory();
        session.end();
        memory
    };
    if let (Some(subject), Some(reference)) = (idle(&mut ours()), idle(&mut theirs())) {
        table.add(Row {
            what: "lsp, idle after `initialize`: PSS".to_owned(),
            figure: Figure::Size(subject),
            reference: Some((BARE, Figure::Size(reference))),
            budgets: vec![Budget::Size(6 << 20)],
        });
    }
}

/// Edits of which every so many is followed by a question. Every second edit takes back the one before,
/// so that half of the questions are about a text that is broken.
const CYCLE: usize = 20;

/// What is typed. Each breaks the text or its layout.
const TYPED: &[&str] = &["\"", "{", "x", "]", ",", "/", "é", "\n"];

/// Settings with our keys halfway, and the line of the model's.
fn document(bytes: usize) -> (String, usize) {
    let text = settings(bytes);
    let mut lines: Vec<_> = text.split_inclusive('\n').collect();
    // A line that begins a setting at the top.
    let is_one = |line: &str| line.starts_with("    \"") && line.trim_end().ends_with(',');
    let from = lines.len() / 2;
    let at = (from..lines.len()).find(|at| is_one(lines[*at]) && is_one(lines[at - 1])).unwrap();
    lines.splice(
        at..at,
        ["    \"eliteacode.projectId\": 4,\n", "    \"eliteacode.LLMModelName\": \"gpt-5.1\",\n"],
    );
    (lines.concat(), at + 1)
}

/// A large settings file that is edited, as fast as the server takes it.
fn edits(effort: Effort, home: &Home, command: &mut Command, table: &mut Table) {
    let bytes = effort.largest.min(1_000_000);
    let (text, model) = document(bytes);
    let lines = text.matches('\n').count();
    let uri = format!("file://{}", home.targets()[0].display().to_string().replace('\\', "/"));
    let uri = if uri.starts_with("file:///") { uri } else { uri.replacen("file://", "file:///", 1) };
    let document = json!({"uri": uri});
    let mut session = Session::start(command);
    session.notify("initialized", &json!({}));
    session.notify(
        "textDocument/didOpen",
        &json!({"textDocument": {"uri": uri, "languageId": "jsonc", "version": 1, "text": text}}),
    );
    // At the end of the value, within its quotes.
    let behind = "    \"eliteacode.LLMModelName\": \"gpt-5.1".len();
    let complete =
        |line: usize| json!({"textDocument": document, "position": {"line": line, "character": behind}});
    // The first one waits for what the server lists.
    let first = session.call("textDocument/completion", &complete(model));
    assert!(offers(&first, "gpt-5.1"), "{first}");
    let mut warm = None;
    // Of the broken text and of the whole one.
    let (mut completions, mut diagnostics) = ([const { Vec::new() }; 2], [const { Vec::new() }; 2]);
    let mut parses = Vec::new();
    let mut random = 1_u32;
    let mut typed = (0, "");
    for edit in 0..effort.edits {
        let begun = Instant::now();
        let (range, new) = if edit % 2 == 0 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Never on our lines, whose place is asked about.
            let line = (random >> 8) as usize % lines;
            let line = if line <= model { line % (model - 2) } else { line };
            typed = (if line > model { line } else { model + 1 }, TYPED[edit / 2 % TYPED.len()]);
            let at = json!({"line": typed.0, "character": 0});
            (json!({"start": at, "end": at}), typed.1)
        } else {
            let start = json!({"line": typed.0, "character": 0});
            let end = match typed.1 {
                "\n" => json!({"line": typed.0 + 1, "character": 0}),
                _ => json!({"line": typed.0, "character": 1}),
            };
            (json!({"start": start, "end": end}), "")
        };
        session.notify(
            "textDocument/didChange",
            &json!({
                "textDocument": {"uri": uri, "version": edit + 2},
                "contentChanges": [{"range": range, "text": new}],
            }),
        );
        match edit % CYCLE {
            2 | 11 => {
                let is_moved = edit % 2 == 0 && typed.1 == "\n" && typed.0 < model;
                let params = complete(model + usize::from(is_moved));
                let reply = session.call("textDocument/completion", &params);
                completions[edit % 2].push(since(begun));
                // A brace too many hides the key from its reader.
                assert!(offers(&reply, "gpt-5.1") || edit % 2 == 0, "{reply}");
            }
            6 | 15 => {
                let reply = session.call("textDocument/diagnostic", &json!({"textDocument": document}));
                diagnostics[edit % 2].push(since(begun));
                assert!(reply["result"]["items"].is_array(), "{reply}");
                let options = ParseOptions::default();
                parses.push(here(|| {
                    let parsed = jsonc_parser::parse_to_ast(&text, &CollectOptions::default(), &options);
                    assert!(parsed.is_ok());
                }));
            }
            _ => {}
        }
        if edit == effort.edits / 10 {
            warm = session.memory("status", "VmRSS:");
        }
    }
    let last = session.call("textDocument/diagnostic", &json!({"textDocument": document}));
    assert!(last["result"]["items"].is_array(), "{last}");
    let memory = session.memory("status", "VmRSS:");
    let cpu = session.end().cpu;
    let what = format!("lsp, {} edits to {} KB", effort.edits, bytes / 1000);
    let parse = Figure::Time(percentile(&parses, 50, |time| time.wall));
    table.add(Row {
        what: format!("{what}: CPU for each question and its edits"),
        figure: Figure::Time(
            cpu / completions.iter().chain(&diagnostics).map(Vec::len).sum::<usize>() as f64,
        ),
        reference: Some(("jsonc-parser", Figure::Time(percentile(&parses, 50, |time| time.cpu)))),
        budgets: vec![Budget::Time(20.0)],
    });
    latencies(&what, parse, &completions, &diagnostics, table);
    if let (Some(memory), Some(warm)) = (memory, warm) {
        table.add(Row {
            what: format!("{what}: RSS at the end"),
            figure: Figure::Size(memory),
            reference: Some(("after a tenth", Figure::Size(warm))),
            budgets: vec![Budget::Ratio(1.1)],
        });
    }
}

/// How long the answers took, of broken texts and of whole ones.
fn latencies(
    what: &str,
    parse: Figure,
    completions: &[Vec<Time>; 2],
    diagnostics: &[Vec<Time>; 2],
    table: &mut Table,
) {
    let [broken, whole] = completions;
    let [broken_told, whole_told] = diagnostics;
    for (name, times) in [
        ("completion", whole),
        ("completion, text broken", broken),
        ("diagnostics", whole_told),
        ("diagnostics, text broken", broken_told),
    ] {
        for (percent, word) in [(50, "median"), (99, "99 %"), (100, "slowest")] {
            table.add(Row {
                what: format!("{what}: {name}, {word}"),
                figure: Figure::Time(percentile(times, percent, |time| time.wall)),
                reference: Some(("jsonc-parser", parse)),
                budgets: vec![Budget::Time(20.0)],
            });
        }
    }
}

fn offers(reply: &Value, label: &str) -> bool {
    let items = reply["result"]["items"].as_array();
    let mut labels = items.into_iter().flatten().filter_map(|item| item["label"].as_str());
    labels.any(|offered| offered.contains(label))
}

/// The time that so many percent do not exceed.
fn percentile(times: &[Time], percent: usize, of: fn(&Time) -> f64) -> f64 {
    let mut sorted: Vec<_> = times.iter().map(of).collect();
    sorted.sort_by(f64::total_cmp);
    sorted[(sorted.len() * percent).div_ceil(100).saturating_sub(1)]
}
