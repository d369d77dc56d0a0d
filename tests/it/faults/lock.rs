//! The lock among helpers: waited for, held by somebody with a name, free once its holder is dead.

use std::process::Stdio;
use std::time::{Duration, Instant};

use elitea_helper::fake::Dialect;
use elitea_helper::state::State;

use super::trace;
use crate::machine::Machine;

/// How long a helper waits for another.
const PATIENCE: Duration = Duration::from_secs(5);

const APPLY: &[&str] = &["--offline", "apply", "--ide", "vscode"];

fn prepared() -> Machine {
    let machine = Machine::new(Dialect::Python);
    machine.write(".config/Code/User/settings.json", b"{}\n");
    machine.log_in();
    for arguments in [&["use", "--project", "2", "--model", "1/gpt-5.1"][..], &["models"]] {
        assert_eq!(machine.run(arguments).code, 0);
    }
    machine
}

/// The helper gives up after its patience, and says who holds the lock.
fn is_held_by(machine: &Machine, process: u32, what: &str) {
    let begun = Instant::now();
    let ran = machine.run(APPLY);
    assert!(begun.elapsed() >= PATIENCE, "{:?}, {ran:?}", begun.elapsed());
    assert_eq!(ran.code, 1, "{ran:?}");
    let words = format!("another elitea-helper (process {process}, {what}) is writing");
    assert!(ran.stderr.contains(&words) && ran.stderr.contains("hint: "), "no {words:?}: {ran:?}");
    assert_eq!(std::fs::read(machine.path(".config/Code/User/settings.json")).unwrap(), b"{}\n");
}

#[test]
fn a_held_lock_is_waited_for_and_its_holder_named() {
    let machine = prepared();
    let lock = State::open(&machine.state_dir()).lock("token rotate").unwrap();
    is_held_by(&machine, std::process::id(), "token rotate");
    // Given back while another waits, it is that one's.
    let child = machine.command().args(APPLY).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(lock);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_killed_holder_frees_the_lock() {
    if !trace::usable() {
        return;
    }
    let machine = prepared();
    // Stopped where it has just made a name for itself as the holder, with a write noted.
    let log = machine.home().join("log");
    let mut tracer = machine
        .command_of("strace")
        .args(["-f", "-qq", "-o"])
        .arg(&log)
        .args(["-e", "trace=fchmod", "-e", "inject=fchmod:signal=STOP:when=1", "--"])
        .arg(machine.command().get_program())
        .args(APPLY)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    let holder = loop {
        let seen = std::fs::read_to_string(&log).unwrap_or_default();
        if let Some(line) = seen.lines().find(|line| line.contains("fchmod")) {
            break line.split(' ').next().unwrap().parse::<u32>().unwrap();
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "the helper does not come to hold the lock");
        std::thread::yield_now();
    };
    is_held_by(&machine, holder, "apply");
    assert!(machine.command_of("kill").args(["-9", &holder.to_string()]).status().unwrap().success());
    tracer.wait().unwrap();
    let begun = Instant::now();
    let ran = machine.run(APPLY);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    assert_eq!(machine.run(&["remove"]).code, 0);
    assert_eq!(std::fs::read(machine.path(".config/Code/User/settings.json")).unwrap(), b"{}\n");
}
