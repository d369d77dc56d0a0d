//! The command line: arguments in, human output or one JSON document out. The only place that
//! prints. It holds no decisions: each command calls one verb.

mod args;
mod commands;
mod demo;
mod lsp;
mod page;
mod show;
mod terminal;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;

use crate::auth::hide_tokens;
use crate::error::{Error, Kind, Result};
use args::{Cli, Global};
use page::Style;
use terminal::Terminal;

/// Runs one command line and returns the process's exit code.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match lsp::read(&args).map_or_else(|| Cli::try_parse_from(&args), Ok) {
        Ok(cli) => cli,
        Err(error) => return not_understood(&error, &args),
    };
    let terminal = Terminal::new(&cli.global);
    std::panic::set_hook(Box::new(|panic| note_panic(panic.location())));
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(&cli, &terminal)));
    match done {
        Ok(Ok(code)) => ExitCode::from(code),
        Ok(Err(error)) => {
            terminal.error(&error);
            ExitCode::from(error.kind.row().exit)
        }
        Err(_) => {
            let error = Error::new(Kind::Internal, "the helper failed of itself")
                .hint("please report this with the command and the place in the source above");
            terminal.error(&error);
            ExitCode::from(error.kind.row().exit)
        }
    }
}

/// The help that was asked for, or what is wrong with the command line, which may hold a token by
/// mistake; under `--json` as a document.
fn not_understood(error: &clap::Error, args: &[OsString]) -> ExitCode {
    use clap::error::ErrorKind;
    let text = error.render().ansi().to_string();
    let text = hide_tokens(&text);
    if !error.use_stderr() {
        let _ = anstream::stdout().write_all(text.as_bytes());
        return ExitCode::SUCCESS;
    }
    if args.iter().take_while(|arg| *arg != "--").any(|arg| arg == "--json") {
        let words = error.to_string();
        let words = hide_tokens(&words);
        let message = match error.kind() {
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "the command is not complete",
            _ => words.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ").trim(),
        };
        let error = Error::new(Kind::Usage, message).hint("see what it takes: elitea-helper help");
        Terminal::documents().error(&error);
    } else {
        let _ = anstream::stderr().write_all(text.as_bytes());
    }
    ExitCode::from(Kind::Usage.row().exit)
}

/// Says where a panic was. What it says itself may quote the text at hand, and so a token.
fn note_panic(place: Option<&std::panic::Location<'_>>) {
    let _ = anstream::stderr().write_all(panic_words(place).as_bytes());
}

fn panic_words(place: Option<&std::panic::Location<'_>>) -> String {
    place.map_or_else(|| "panic\n".to_owned(), |place| format!("panic at {place}\n"))
}

fn run(cli: &Cli, terminal: &Terminal) -> Result<u8> {
    if cli.version {
        return version(terminal);
    }
    let Some(command) = &cli.command else {
        return Err(Error::new(Kind::Usage, "no command is given").hint("list them: elitea-helper --help"));
    };
    logs(&cli.global);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::new(Kind::Internal, format!("the system gives no event loop: {error}")))?;
    let code = runtime.block_on(commands::run(command, &cli.global, terminal));
    // A keychain call that hangs must not keep the process from ending, and what still runs on a thread
    // must not find its clock gone: the process ends with the event loop standing.
    std::mem::forget(runtime);
    code
}

fn version(terminal: &Terminal) -> Result<u8> {
    let version = crate::ops::version();
    let mut page = terminal.page();
    page.line(Style::Plain, &format!("elitea-helper {}", version.version));
    terminal.report(&version, page)?;
    Ok(0)
}

/// Logs go to standard error. What is logged never holds a token: its type prints as `***`, and
/// the HTTP library's own logs, which could hold headers, are left out.
fn logs(global: &Global) {
    use tracing_subscriber::filter::LevelFilter;
    use tracing_subscriber::layer::SubscriberExt as _;
    use tracing_subscriber::util::SubscriberInitExt as _;
    let level = match (std::env::var("ELITEA_HELPER_LOG").ok().as_deref(), global.verbose) {
        (Some("trace"), _) => LevelFilter::TRACE,
        (Some("debug"), _) | (_, 2..) => LevelFilter::DEBUG,
        (Some("info"), _) | (_, 1) => LevelFilter::INFO,
        _ => LevelFilter::WARN,
    };
    let ours = tracing_subscriber::filter::Targets::new().with_target("elitea_helper", level);
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).without_time().with_ansi(false);
    let _ = tracing_subscriber::registry().with(layer).with(ours).try_init();
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_tells_its_place_and_nothing_else() {
        let words = panic_words(Some(std::panic::Location::caller()));
        assert!(words.starts_with("panic at src") && words.contains("mod.rs:"), "{words}");
        assert_eq!(words.lines().count(), 1);
    }
}
