//! `lsp`: hands standard input and output to the language server; on a terminal, says what it is.

use std::io::IsTerminal as _;

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

/// Serves until the client ends it, and returns the exit code.
pub(crate) async fn run(shell: Shell, terminal: &Terminal) -> Result<u8> {
    if std::io::stdin().is_terminal() {
        terminal.write(WORDS)?;
        return Ok(0);
    }
    Ok(lsp::serve(shell).await)
}
