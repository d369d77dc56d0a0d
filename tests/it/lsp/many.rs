//! Many server processes, some of them beside each other: whatever way they end, nothing stays behind.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use elitea_helper::fake::{Dialect, Effect, Fault};
use serde_json::json;

use super::client::{Client, server, until};
use crate::machine::Machine;
use crate::support;

/// Processes in all.
const ALL: usize = 200;

/// Processes that live at the same time.
const WAVE: usize = 20;

/// As long as `apply` may take with no lock in its way, on a busy machine. It would wait longer for one.
const AT_ONCE: Duration = Duration::from_secs(5);

/// How a process is brought to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Shutdown,
    Exit,
    Input,
    Killed,
    /// The process that started it ends; the input stays open.
    Orphaned,
}

impl End {
    fn of(number: usize) -> Self {
        match number % 5 {
            0 => Self::Shutdown,
            1 => Self::Exit,
            2 => Self::Input,
            3 => Self::Killed,
            // Elsewhere the input ends with the editor.
            _ if cfg!(unix) => Self::Orphaned,
            _ => Self::Input,
        }
    }
}

/// A process that stands for an editor; it does nothing.
fn editor(machine: &Machine) -> Child {
    if cfg!(windows) {
        return machine
            .command()
            .args(["lsp", "--stdio"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
    }
    Command::new("sleep").arg("1000").stdin(Stdio::null()).spawn().unwrap()
}

/// Starts a wave of servers, and ends them all.
fn wave(machine: &Machine) {
    let mut editor = editor(machine);
    let mut clients: Vec<_> =
        (0..WAVE).map(|number| (End::of(number), Client::start(&mut server(machine)))).collect();
    for (_, client) in &mut clients {
        client.tolerate("elitea/status/didChange");
        client.initialize(json!({
            "processId": editor.id(),
            "initializationOptions": {"elitea": {"protocol": 1}},
        }));
    }
    for (_, client) in &mut clients {
        client.is_alive();
    }
    // Of those that are killed one holds the lock, and the others wait for it.
    let begun =
        |machine: &Machine| machine.server.requests().iter().filter(|seen| seen.method == "POST").count();
    let before = begun(machine);
    for (end, client) in &mut clients {
        if *end == End::Killed {
            client.request("elitea/token/rotate", None);
        }
    }
    until("a rotation to be under way", || begun(machine) > before);
    for (end, client) in &mut clients {
        match end {
            End::Shutdown => {
                let id = client.request("shutdown", None);
                assert_eq!(client.reply(id), Ok(serde_json::Value::Null));
                client.send(&json!({"jsonrpc": "2.0", "method": "exit"}));
            }
            End::Exit => client.send(&json!({"jsonrpc": "2.0", "method": "exit"})),
            End::Input => client.close_input(),
            End::Killed => client.kill(),
            End::Orphaned => {}
        }
    }
    editor.kill().unwrap();
    editor.wait().unwrap();
    for (end, client) in clients {
        let ended = client.ended();
        let code = match end {
            End::Shutdown => 0,
            End::Killed if cfg!(unix) => -1,
            End::Exit | End::Input | End::Killed | End::Orphaned => 1,
        };
        assert_eq!((ended.code, ended.stderr.as_str()), (code, ""), "{end:?}: {ended:?}");
    }
}

/// The processes that see the home of this machine.
#[cfg(target_os = "linux")]
fn left_over(machine: &Machine) -> Vec<std::path::PathBuf> {
    let home = format!("ELITEA_HELPER_HOME={}", machine.home().display()).into_bytes();
    let processes = std::fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    processes
        .filter(|process| {
            let variables = std::fs::read(process.join("environ")).unwrap_or_default();
            variables.windows(home.len()).any(|piece| piece == home)
        })
        .collect()
}

#[test]
fn two_hundred_servers_leave_nothing_behind() {
    if support::is_repetition() {
        return;
    }
    let machine = Machine::new(Dialect::Python);
    machine.write(".config/Code/User/settings.json", b"{}\n");
    machine.log_in();
    assert_eq!(machine.run(&["use", "--project", "4"]).code, 0);
    machine.server.faults(vec![Fault::on("/", Effect::Hang).method("POST")]);
    for _ in 0..ALL / WAVE {
        wave(&machine);
        #[cfg(target_os = "linux")]
        assert_eq!(left_over(&machine), Vec::<std::path::PathBuf>::new());
        let start = Instant::now();
        let ran = machine.run(&["apply", "--ide", "vscode"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(start.elapsed() < AT_ONCE, "{:?}", start.elapsed());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_that_is_left_over_is_found() {
    let machine = Machine::new(Dialect::Python);
    let client = Client::session(&machine);
    let id = client.id().to_string();
    assert_eq!(left_over(&machine), [std::path::Path::new("/proc").join(id)]);
    client.leave();
    assert!(left_over(&machine).is_empty());
}
