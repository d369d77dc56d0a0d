//! What README.md shows works: its commands in their order, its exit codes, its settings.

use std::collections::BTreeSet;

use elitea_helper::error::TABLE;
use elitea_helper::fake::Dialect;

use crate::machine::{Machine, Ran};

const README: &str = include_str!("../../README.md");

/// The commands of README that are not run here, each with the reason.
const EXEMPT: &[(&str, &str)] = &[
    ("cargo run --release -- demo", "builds the release; the module `demo` runs the demo itself"),
    ("tests/run", "it is what runs this test"),
];

/// The commands that end with another code than 0.
const ENDS_OTHERWISE: &[(&str, i32)] = &[("plan", 1)];

/// A recent list with the one project of the home.
const RECENT: &str = r#"<application>
  <component name="RecentProjectsManager">
    <option name="additionalInfo"><map><entry key="$USER_HOME$/work" /></map></option>
  </component>
</application>
"#;

/// The contents of the fenced blocks of this language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    let opened = README.split(fence.as_str()).skip(1);
    opened.map(|rest| rest.split_once("```").expect("a block is not closed").0).collect()
}

/// The lines of the shell blocks, without what a reader is told beside them.
fn commands() -> Vec<&'static str> {
    let lines = blocks("sh").into_iter().flat_map(str::lines);
    let commands = lines.map(|line| line.split_once(" #").map_or(line, |(command, _)| command).trim());
    commands.filter(|command| !command.is_empty()).collect()
}

/// A home with VS Code and its reader, a JetBrains IDE and a project of its.
fn developer() -> Machine {
    let mut machine = Machine::new(Dialect::Python);
    machine.write(".vscode/extensions/projectalita.alitacode-0.5.0/package.json", b"{}");
    machine.write(".config/Code/User/settings.json", b"{}\n");
    machine.write(".config/JetBrains/IdeaIC2025.1/options/recentProjects.xml", RECENT.as_bytes());
    machine.write("work/.idea/workspace.xml", b"<project version=\"4\" />\n");
    machine.cwd = machine.path("work");
    machine
}

fn run(machine: &Machine, command: &str) -> Ran {
    let command = command.replace("--project 25", "--project 4");
    let command = command.replace("https://next.elitea.ai", machine.server.url());
    let mut words: Vec<&str> = command.split_whitespace().collect();
    if words.first() == Some(&"login") {
        words.extend(["--token-stdin", "--store", "file"]);
    }
    machine.run_with(&words, machine.server.token())
}

#[test]
fn every_command_of_the_shell_blocks_works_in_its_order() {
    let machine = developer();
    let mut ran = 0;
    for line in commands() {
        if EXEMPT.iter().any(|(command, _)| *command == line) {
            continue;
        }
        let command = line.strip_prefix("elitea-helper ").unwrap_or_else(|| panic!("{line}: no command"));
        let wanted = ENDS_OTHERWISE.iter().find(|(name, _)| *name == command).map_or(0, |(_, code)| *code);
        let done = run(&machine, command);
        assert_eq!(done.code, wanted, "{line}: {done:?}");
        ran += 1;
    }
    assert!(ran > 10, "only {ran} commands were found");
    // The last ones take everything back.
    let settings = std::fs::read_to_string(machine.path(".config/Code/User/settings.json")).unwrap();
    assert_eq!(settings, "{}\n");
    assert!(!machine.path("work/.idea/elitea.xml").exists());
    let unused: Vec<_> = EXEMPT.iter().filter(|(command, _)| !commands().contains(command)).collect();
    assert!(unused.is_empty(), "README no longer shows {unused:?}");
}

/// Every command in the running text is understood, with its flags.
#[test]
fn every_command_of_the_text_is_understood() {
    let machine = developer();
    let text = README.split("```").step_by(2);
    let spans = text.flat_map(|prose| prose.split('`').skip(1).step_by(2));
    let mut seen = 0;
    for span in spans.filter_map(|span| span.strip_prefix("elitea-helper ")) {
        let span = span.split(" <").next().unwrap();
        let mut words: Vec<&str> = span.split_whitespace().collect();
        words.push("--help");
        let done = machine.run(&words);
        assert_eq!(done.code, 0, "{span}: {done:?}");
        seen += 1;
    }
    assert!(seen > 2, "only {seen} commands were found");
}

#[test]
fn the_exit_codes_are_those_of_the_table() {
    let rows = README.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
    let told: BTreeSet<u8> = rows.filter_map(|(code, _)| code.parse().ok()).collect();
    let real: BTreeSet<u8> = std::iter::once(0).chain(TABLE.iter().map(|row| row.exit)).collect();
    assert_eq!(told, real);
}

#[test]
fn the_settings_are_known() {
    let machine = developer();
    let [settings] = blocks("toml")[..] else { panic!("README shows one config.toml") };
    machine.write("elitea-config/config.toml", settings.as_bytes());
    let done = machine.run(&["ides"]);
    assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{done:?}");
    // The same file with a mistake in each key is noticed, so that the silence above says something.
    for line in settings.lines().filter(|line| line.contains(" = ") && !line.starts_with("format")) {
        let broken = settings.replacen(line, &format!("x{line}"), 1);
        machine.write("elitea-config/config.toml", broken.as_bytes());
        let done = machine.run(&["ides"]);
        assert!(done.stderr.contains("warning: "), "{line}: {done:?}");
    }
}
