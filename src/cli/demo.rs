//! `demo`: the journey, or only the fake server.

use super::args::Dialect;
use super::terminal::Terminal;
use crate::error::{Error, Kind, Result};
use crate::fake::{self, Demo, Server, World};

/// Runs the journey, or serves until standard input ends.
pub(super) async fn run(serve: bool, dialect: Dialect, port: u16, terminal: &Terminal) -> Result<u8> {
    let dialect = match dialect {
        Dialect::Python => fake::Dialect::Python,
        Dialect::Go => fake::Dialect::Go,
        Dialect::GoPlain => fake::Dialect::GoPlain,
        Dialect::V1 => fake::Dialect::V1,
    };
    let server = Server::start(dialect, port, World::demo()?).await?;
    if serve {
        let projects: Vec<_> = server
            .projects()
            .into_iter()
            .map(|(id, name)| serde_json::json!({"id": id, "name": name}))
            .collect();
        let hello = serde_json::json!({"url": server.url(), "token": server.token(), "projects": projects});
        // The token is one of the fake server, which is there to be tried.
        terminal.reveal(&format!("{hello}\n"))?;
        fake::serve(server).await?;
        return Ok(0);
    }
    let helper = std::env::current_exe().map_err(|error| {
        Error::new(Kind::Internal, format!("this program's own file is not found: {error}"))
    })?;
    let mut out = std::io::stdout();
    let demo = Demo {
        helper,
        runner: std::env::var("CHILD_RUNNER").ok(),
        color: terminal.colors(),
        out: &mut out,
        between: &mut |_, _| {},
    };
    match fake::demo(demo, server) {
        Ok(()) => Ok(0),
        Err(error) => Err(Error::new(Kind::Findings, format!("the demo is not as claimed: {error:#}"))),
    }
}
