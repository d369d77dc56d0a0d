//! The program's own grammar, read from its `--help`: no command and no flag can be forgotten.

use std::collections::{BTreeMap, BTreeSet};

use super::steps::{PHASES, REMOTE};
use crate::machine::Machine;

/// Every command with the flags that it has besides those of all commands, and every command that a
/// step runs with the flags that steps give it.
pub(super) fn missing(machine: &Machine) -> Vec<String> {
    let mut commands = BTreeMap::new();
    read(machine, &mut Vec::new(), &mut commands);
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in PHASES.iter().flat_map(|phase| phase.steps).map(|step| step.line) {
        let words: Vec<&str> = line.split(' ').collect();
        let is_nested = words.len() > 1 && commands.contains_key(&words[..2].join(" "));
        let depth = if is_nested { 2 } else { 1 };
        let flags = words.iter().filter(|word| word.starts_with("--")).map(|word| (*word).to_owned());
        used.entry(words[..depth].join(" ")).or_default().extend(flags);
    }
    let mut missing = Vec::new();
    for (command, flags) in &commands {
        match used.get(command) {
            None => missing.push(format!("no step runs `{command}`")),
            Some(given) => missing.extend(
                flags.difference(given).map(|flag| format!("no step runs `{command}` with `{flag}`")),
            ),
        }
    }
    let remote =
        REMOTE.iter().filter(|line| !commands.keys().any(|command| line.starts_with(command.as_str())));
    missing.extend(remote.map(|line| format!("`{line}` is no command")));
    assert!(commands.len() >= 18, "the help was not understood: {commands:?}");
    missing
}

/// The commands below `path` that have no commands of their own.
fn read(machine: &Machine, path: &mut Vec<String>, commands: &mut BTreeMap<String, BTreeSet<String>>) {
    let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
    arguments.push("--help");
    let help = machine.run(&arguments);
    assert_eq!(help.code, 0, "{help:?}");
    let below: Vec<String> = section(&help.stdout, "Commands:")
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|word| !word.is_empty() && *word != "help")
        .map(str::to_owned)
        .collect();
    if below.is_empty() {
        let own = help.stdout.split("Everywhere:").next().unwrap();
        let flags = own.lines().filter_map(|line| {
            line.trim_start().split("--").nth(1).filter(|_| line.trim_start().starts_with('-'))
        });
        let flags = flags.map(|rest| format!("--{}", rest.split([' ', '=', '<', '.']).next().unwrap()));
        commands.insert(path.join(" "), flags.filter(|flag| flag != "--help").collect());
    }
    for word in below {
        path.push(word);
        read(machine, path, commands);
        path.pop();
    }
}

/// The lines of the help from this heading to the next empty line.
fn section<'a>(help: &'a str, heading: &str) -> impl Iterator<Item = &'a str> {
    help.lines().skip_while(move |line| *line != heading).skip(1).take_while(|line| !line.is_empty())
}
