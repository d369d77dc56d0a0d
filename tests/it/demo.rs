//! The demo: it passes, and when any of its steps goes wrong it does not.

use std::path::{Path, PathBuf};

use elitea_helper::fake::{Demo, Dialect, STEPS, Server, World, demo};

use crate::support;

/// Where the IDEs of the demo's home keep their folders.
fn settings(home: &Path, name: &str) -> PathBuf {
    support::config_folder(home).join(name).join("User/settings.json")
}

/// Runs the demo; `between` is called in the middle of each step.
fn run(dialect: Dialect, between: &mut dyn FnMut(&str, &Path)) -> (Result<(), String>, String) {
    let server = Server::launch(dialect, 0, World::demo().unwrap()).unwrap();
    let mut out = Vec::new();
    let journey = Demo {
        helper: PathBuf::from(env!("CARGO_BIN_EXE_elitea-helper")),
        runner: std::env::var("CHILD_RUNNER").ok(),
        color: false,
        out: &mut out,
        between,
    };
    let done = demo(journey, server).map_err(|error| format!("{error:#}"));
    (done, String::from_utf8(out).unwrap())
}

#[test]
fn the_journey_passes_with_both_current_servers() {
    for dialect in [Dialect::Python, Dialect::Go] {
        let mut seen = Vec::new();
        let (done, told) = run(dialect, &mut |step, _| seen.push(step.to_owned()));
        assert_eq!(done, Ok(()), "{dialect:?}\n{told}");
        assert_eq!(seen, STEPS, "{dialect:?}");
        assert!(told.lines().last().unwrap().starts_with("Proven: 12 steps"), "{told}");
    }
}

#[test]
fn a_step_that_goes_wrong_is_seen_in_that_step() {
    for broken in STEPS {
        let (done, told) = run(Dialect::Python, &mut |step, home| {
            if step == *broken {
                damage(step, home);
            }
        });
        let error = done.expect_err(&format!("the demo did not notice that {broken} went wrong\n{told}"));
        assert!(error.contains(&format!(", {broken}: ")), "{broken} is blamed on another step: {error}");
        assert!(!told.contains("Proven"), "{told}");
    }
}

/// What a helper with a fault could have done in this step.
fn damage(step: &str, home: &Path) {
    let (path, from, to) = match step {
        "edit" => (settings(home, "Cursor"), "\"append\"", "\"split\""),
        _ => (settings(home, "Code"), "\"editor.fontSize\": 14", "\"editor.fontSize\": 15"),
    };
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{} does not hold {from}", path.display());
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
}
