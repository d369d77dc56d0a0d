//! The whole journey against the fake server, in a throw-away home: every step runs the real
//! command, and is checked by reading the files, never by believing a report.

mod home;
mod steps;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::Server;
use home::Home;

/// What is called between what a step does and how it is checked: its name, and the home.
pub(super) type Between<'a> = &'a mut dyn FnMut(&str, &Path);

/// A journey.
pub struct Demo<'a> {
    /// The helper to run.
    pub helper: PathBuf,
    /// The program that starts it, where one is needed, such as an emulator.
    pub runner: Option<String>,
    /// Whether the commands colour their output.
    pub color: bool,
    /// Where the story is told.
    pub out: &'a mut dyn Write,
    /// Called in the middle of each step.
    pub between: Between<'a>,
}

/// The names of the steps, in their order.
pub const STEPS: &[&str] = &[
    "login", "projects", "use", "models", "plan", "apply", "again", "edit", "undo", "remove", "logout",
    "leave",
];

/// What came of one command.
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

/// A journey under way.
struct Journey<'a> {
    demo: Demo<'a>,
    home: Home,
    server: Server,
    step: usize,
}

/// Runs the journey and says what it proved.
///
/// # Errors
/// The first thing that is not as it was claimed, with the step.
pub fn run(demo: Demo<'_>, server: Server) -> Result<()> {
    let home = Home::lay_out(server.url())?;
    let place = home.root().to_path_buf();
    let mut journey = Journey { demo, home, server, step: 0 };
    journey.say("A throw-away home with several IDEs, and an ELITEA server of its own:")?;
    journey.say(&format!("  {}\n  {}", place.display(), journey.server.url().to_owned()))?;
    for name in STEPS {
        let done = journey.take(name);
        done.with_context(|| format!("step {} of {}, {name}", journey.step, STEPS.len()))?;
    }
    drop(journey.home);
    ensure!(!place.exists(), "the throw-away home {} is still there", place.display());
    writeln!(
        journey.demo.out,
        "\nProven: {} steps; every file of the home equals its start byte for byte, the token stood only in the store \
         and the settings that may hold it, and nothing is left behind.",
        STEPS.len()
    )?;
    Ok(())
}

impl Journey<'_> {
    fn say(&mut self, text: &str) -> Result<()> {
        writeln!(self.demo.out, "{text}")?;
        Ok(())
    }

    fn headline(&mut self, text: &str) -> Result<()> {
        self.step += 1;
        let line = format!("\n{}. {text}", self.step);
        self.say(&line)
    }

    /// What happens between a step's deed and its check.
    fn pause(&mut self) {
        let name = STEPS.get(self.step.saturating_sub(1)).copied().unwrap_or_default();
        (self.demo.between)(name, self.home.root());
    }

    /// Runs the helper, tells what was run and what it said.
    fn run(&mut self, arguments: &[&str], input: &str) -> Result<Ran> {
        let shown: Vec<String> = arguments.iter().map(|argument| self.home.shorten(argument)).collect();
        self.say(&format!("$ elitea-helper {}", shown.join(" ")))?;
        let mut command = self.home.command(&self.demo.helper, self.demo.runner.as_deref());
        command.arg("--color").arg(if self.demo.color { "always" } else { "never" }).args(arguments);
        let output = home::finish(command, input)?;
        let ran = Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n"),
            stderr: String::from_utf8_lossy(&output.stderr).replace("\r\n", "\n"),
        };
        for text in [&ran.stdout, &ran.stderr] {
            for line in text.lines() {
                let line = self.home.shorten(line);
                self.say(&format!("  {line}"))?;
            }
        }
        let token = self.server.token();
        ensure!(!ran.stdout.contains(token) && !ran.stderr.contains(token), "the token was printed");
        Ok(ran)
    }

    /// Runs the helper and checks its exit code.
    fn expect(&mut self, code: i32, arguments: &[&str]) -> Result<Ran> {
        let ran = self.run(arguments, "")?;
        ensure!(
            ran.code == code,
            "elitea-helper {} ended with {}, not {code}",
            arguments.join(" "),
            ran.code
        );
        Ok(ran)
    }
}
