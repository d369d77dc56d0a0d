//! The terminal: what is printed, what is asked, and the line that shows that something goes on.

use std::future::Future;
use std::io::{self, BufRead, IsTerminal, Write};
use std::time::Duration;

use super::args::{Color, Global};
use super::page::{Page, Style, visible};
use crate::auth::hide_tokens;
use crate::error::{Error, Kind, Result};

/// After how long a progress line appears.
const PATIENCE: Duration = Duration::from_millis(300);

/// Where a command talks to its user.
#[derive(Debug)]
pub(crate) struct Terminal {
    /// One JSON document instead of text.
    pub(crate) json: bool,
    quiet: bool,
    yes: bool,
    color: bool,
    attended: bool,
}

impl Terminal {
    /// The terminal that these flags and the environment describe.
    pub(crate) fn new(global: &Global) -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let color = match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => io::stdout().is_terminal() && !no_color && !dumb,
        };
        let attended = io::stdin().is_terminal() && io::stderr().is_terminal();
        Self { json: global.json, quiet: global.quiet, yes: global.yes, color, attended }
    }

    /// One that prints documents and asks nothing, for a command line that is not understood.
    pub(crate) fn documents() -> Self {
        Self { json: true, quiet: false, yes: false, color: false, attended: false }
    }

    /// Whether a person can be asked.
    pub(crate) fn is_attended(&self) -> bool {
        self.attended
    }

    /// Whether every question is answered with yes.
    pub(crate) fn says_yes(&self) -> bool {
        self.yes
    }

    /// Whether standard output is coloured.
    pub(crate) fn colors(&self) -> bool {
        self.color
    }

    /// An empty page for standard output.
    pub(crate) fn page(&self) -> Page {
        Page::new(self.color)
    }

    /// Prints a report: the page, or the document under `--json`. What looks like a token is hidden,
    /// whatever brought it into the report.
    ///
    /// # Errors
    /// [`Kind::Io`] where standard output cannot be written; a reader that went away is no error.
    pub(crate) fn report<T: serde::Serialize>(&self, document: &T, page: Page) -> Result<()> {
        self.write(&self.text_of(document, page)?)
    }

    /// Prints a report with the token that was asked for by name.
    ///
    /// # Errors
    /// As [`Terminal::report`].
    pub(crate) fn reveal_report<T: serde::Serialize>(&self, document: &T, page: Page) -> Result<()> {
        self.reveal(&self.text_of(document, page)?)
    }

    fn text_of<T: serde::Serialize>(&self, document: &T, page: Page) -> Result<String> {
        if self.json {
            return json(document);
        }
        Ok(if self.quiet { String::new() } else { page.finish() })
    }

    /// Prints text, what looks like a token hidden.
    ///
    /// # Errors
    /// As [`Terminal::report`].
    pub(crate) fn write(&self, text: &str) -> Result<()> {
        self.reveal(&hide_tokens(text))
    }

    /// Prints text as it is, with the token that was asked for by name.
    ///
    /// # Errors
    /// As [`Terminal::report`].
    pub(crate) fn reveal(&self, text: &str) -> Result<()> {
        let mut out = anstream::AutoStream::new(io::stdout().lock(), self.choice());
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(Error::new(Kind::Io, format!("cannot write to standard output: {error}"))),
            Ok(()) => Ok(()),
        }
    }

    fn choice(&self) -> anstream::ColorChoice {
        if self.color { anstream::ColorChoice::Always } else { anstream::ColorChoice::Never }
    }

    /// Prints an error to standard error; under `--json` its document to standard output.
    pub(crate) fn error(&self, error: &Error) {
        if self.json {
            let failed = crate::protocol::error::Failed { error: error.into() };
            let _ = self.report(&failed, self.page());
            return;
        }
        let mut page = Page::new(self.color && io::stderr().is_terminal());
        page.put(Style::Bad, "error: ").line(Style::Plain, &error.to_string());
        for choice in &error.choices {
            page.line(Style::Plain, &format!("  {choice}"));
        }
        if let Some(hint) = &error.hint {
            page.put(Style::Place, "hint: ").line(Style::Plain, hint);
        }
        self.tell(&page.finish());
    }

    /// Says something that is not the report, on standard error.
    pub(crate) fn say(&self, text: &str) {
        if !self.quiet {
            self.tell(&format!("{}\n", visible(text)));
        }
    }

    pub(super) fn tell(&self, text: &str) {
        let mut err = anstream::AutoStream::new(io::stderr().lock(), self.choice());
        let _ = err.write_all(hide_tokens(text).as_bytes());
    }

    /// Waits for `work`; on a terminal a line says what goes on when it takes longer than 300 ms.
    pub(crate) async fn during<T>(&self, what: &str, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        if self.quiet || !io::stderr().is_terminal() {
            return work.await;
        }
        if let Ok(done) = tokio::time::timeout(PATIENCE, &mut work).await {
            return done;
        }
        self.tell(&format!("{} ...", visible(what)));
        let done = work.await;
        self.tell("\r\u{1b}[2K");
        done
    }

    /// Asks for a secret without echo.
    pub(crate) fn ask_secret(&self, prompt: &str) -> Result<String> {
        self.tell(prompt);
        rpassword::read_password().map_err(|error| {
            Error::new(Kind::Usage, format!("nothing could be read from the terminal: {error}"))
        })
    }

    /// Asks to choose one of `choices` by its number; an empty answer or anything else is an error.
    pub(crate) fn ask_choice(&self, question: &str, choices: &[String]) -> Result<usize> {
        self.tell(&format!("{}\n", visible(question)));
        for (at, choice) in choices.iter().enumerate() {
            self.tell(&format!("  {}) {}\n", at + 1, visible(choice)));
        }
        self.tell("number: ");
        let answer = read_line()?;
        match answer.trim().parse::<usize>() {
            Ok(number) if (1..=choices.len()).contains(&number) => Ok(number - 1),
            _ => Err(Error::new(
                Kind::Usage,
                format!("{} is not a number from 1 to {}", answer.trim(), choices.len()),
            )),
        }
    }

    /// Asks a question that is answered with yes or no.
    pub(crate) fn ask_yes(&self, question: &str) -> Result<bool> {
        self.tell(&format!("{} [y/N] ", visible(question)));
        let answer = read_line()?;
        Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }
}

fn read_line() -> Result<String> {
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    read.map_err(|error| {
        Error::new(Kind::Usage, format!("nothing could be read from the terminal: {error}"))
    })?;
    Ok(line)
}

/// A report as one JSON document. By way of a value, since every type has that way into JSON already.
///
/// # Errors
/// [`Kind::Internal`] where it cannot be written as JSON.
pub(crate) fn json<T: serde::Serialize>(document: &T) -> Result<String> {
    let document =
        serde_json::to_value(document).map_err(|error| Error::new(Kind::Internal, error.to_string()))?;
    Ok(format!("{document:#}\n"))
}
