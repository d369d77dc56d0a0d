//! `lsp`: hands standard input and output to the language server; on a terminal, says what it is.

use std::ffi::OsString;
use std::io::IsTerminal as _;

use clap::{Parser, Subcommand};

use super::args::{Cli, Command, Global, LspArgs};
use super::terminal::Terminal;
use crate::error::Result;
use crate::lsp;
use crate::ops::Shell;

const WORDS: &str = "\
This is the language server of elitea-helper. It is not for people: an editor starts it and talks to it
over standard input and output.

  VS Code, JetBrains   install the ELITEA Helper extension or plugin; it starts the server by itself
  Neovim               vim.lsp.start({ name = \"elitea\", cmd = { \"elitea-helper\", \"lsp\", \"--stdio\" } })
  any other editor     set the command of a language server to: elitea-helper lsp --stdio

To see how things stand from here: elitea-helper status
";

/// The command line with this command alone.
#[derive(Parser)]
#[command(name = "elitea-helper")]
struct Alone {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Only,
}

#[derive(Subcommand)]
enum Only {
    Lsp(LspArgs),
}

/// Reads the command line of an editor, which waits for the start: without all the other commands, which
/// take longer to set up than the server. None where it is not one, or not understood.
pub(super) fn read(args: &[OsString]) -> Option<Cli> {
    if args.get(1)? != "lsp" {
        return None;
    }
    let Alone { global, command: Only::Lsp(args) } = Alone::try_parse_from(args).ok()?;
    Some(Cli { global, version: false, command: Some(Command::Lsp(args)) })
}

/// Serves until the client ends it, and returns the exit code.
pub(crate) async fn run(shell: Shell, terminal: &Terminal) -> Result<u8> {
    if std::io::stdin().is_terminal() {
        terminal.write(WORDS)?;
        return Ok(0);
    }
    Ok(lsp::serve(shell).await)
}
