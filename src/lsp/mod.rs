//! The language server, `elitea-helper lsp --stdio`.
//!
//! | file | what it is |
//! |---|---|
//! | `frames` | bytes in, messages out |
//! | `wire` | standard input and output |
//! | `guard` | the library's known traps, closed |
//! | `helper` | the library's handlers and routes |
//! | `methods` | the method table |
//! | `calls` | verbs under way, and calling them off |
//! | `commands` | the main verbs by name, for clients without an extension |
//! | `session` | who the client is |
//! | `documents`, `positions` | the files that it has open, and places in them |
//! | `buffers` | changes of what it has not saved |
//! | `knowledge` | what is known besides, for help in them |
//! | `diagnostics`, `actions`, `edits` | what is wrong in them, and what mends it |
//! | `help` | completion and hover |
//! | `status`, `progress` | what the client is told unasked |
//! | `tasks` | work beside the loop |
//! | `lifetime` | the process that started us |
//!
//! No handler waits for the client, and no verb runs on the loop.

mod actions;
mod buffers;
mod calls;
mod commands;
mod diagnostics;
mod documents;
mod edits;
pub mod frames;
mod guard;
mod help;
mod helper;
mod knowledge;
mod lifetime;
mod methods;
mod positions;
mod progress;
mod reply;
mod session;
mod status;
mod tasks;
mod wire;

use std::time::Duration;

use crate::ops::Shell;
use frames::Frames;
use guard::{Flow, Guard};
use wire::Output;

/// How long a step that is under way may take when the process is to end.
const LAST_STEP: Duration = Duration::from_secs(2);

/// Serves the client on standard input and output until it ends the session, closes the input, stops
/// reading or dies. Returns the process's exit code, as the protocol wants it: 0 after `shutdown`.
pub async fn serve(shell: Shell) -> u8 {
    let output = Output::stdout();
    let mut input = wire::stdin();
    let (mut guard, session) = Guard::new(shell, output.clone());
    let mut frames = Frames::default();
    'session: loop {
        tokio::select! {
            piece = input.recv() => {
                let Some(piece) = piece else { break };
                frames.push(&piece);
                while let Some(frame) = frames.next_frame() {
                    if guard.take(frame).await == Flow::Ends {
                        break 'session;
                    }
                }
            }
            () = output.broken() => break,
            () = session.orphaned.notified() => break,
        }
    }
    if frames.is_within() {
        tracing::warn!("the input ended within a message");
    }
    session.held.end();
    let _ = tokio::time::timeout(LAST_STEP, session.steps.ended()).await;
    guard.end().await;
    output.end().await;
    tasks::end().await;
    u8::from(!guard.is_shut_down())
}
