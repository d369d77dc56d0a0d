//! What other programs of the machine can see of the helper: its arguments, and the arguments and the
//! environment of what it starts.

use super::Tally;

#[cfg(target_os = "linux")]
pub(super) fn no_child_sees_it(tally: &Tally) {
    if std::env::var_os("CHILD_RUNNER").is_some() {
        println!("skipped: the program runs in another one");
        return;
    }
    linux::while_it_waits(tally);
    linux::in_the_browser(tally);
}

#[cfg(not(target_os = "linux"))]
pub(super) fn no_child_sees_it(_: &Tally) {
    println!("skipped: this system has no /proc");
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io::{Read as _, Write as _};
    use std::process::{Command, Stdio};
    use std::sync::atomic::Ordering;
    use std::time::{Duration, Instant};

    use elitea_helper::fake::{Dialect, Effect, Fault};

    use crate::machine::Machine;
    use crate::secrets::Tally;
    use crate::secrets::search::Search;

    /// How long something may take that is waited for.
    const PATIENCE: Duration = Duration::from_secs(20);

    fn wait_for(what: &str, mut is_there: impl FnMut() -> bool) {
        let begun = Instant::now();
        while !is_there() {
            assert!(begun.elapsed() < PATIENCE, "{what} did not come");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn processes_below(pid: u32) -> Vec<u32> {
        let mut found = vec![pid];
        let mut at = 0;
        while at < found.len() {
            let tasks = std::fs::read_dir(format!("/proc/{}/task", found[at]));
            for task in tasks.into_iter().flatten().flatten() {
                let children = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
                found.extend(children.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
            }
            at += 1;
        }
        found
    }

    /// The helper and its children, while a server keeps it waiting.
    pub(super) fn while_it_waits(tally: &Tally) {
        let machine = Machine::new(Dialect::Python);
        machine.log_in();
        let search = Search::new(machine.server.tokens());
        machine.server.faults(vec![Fault::always(Effect::Hang)]);
        let lines: [(&[&str], bool); 4] = [
            (&["status"], false),
            (&["token", "rotate"], false),
            (&["login", "--token-stdin", "--store", "file"], false),
            (&["status"], true),
        ];
        for (arguments, in_environment) in lines {
            let before = machine.server.requests().len();
            let mut command = machine.command();
            command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
            if in_environment {
                command.env("ELITEA_TOKEN", machine.server.token());
            }
            let mut child = command.spawn().unwrap();
            let _ = child.stdin.take().unwrap().write_all(machine.server.token().as_bytes());
            wait_for("a request", || machine.server.requests().len() > before);
            for pid in processes_below(child.id()) {
                for file in ["cmdline", "environ"] {
                    if file == "environ" && pid == child.id() && in_environment {
                        // It was put there by whoever started the helper.
                        continue;
                    }
                    let bytes = std::fs::read(format!("/proc/{pid}/{file}")).unwrap();
                    assert!(!bytes.is_empty(), "/proc/{pid}/{file} says nothing");
                    if !search.look(&bytes).is_empty() {
                        tally.leak(format!("{arguments:?}: {file} of process {pid} holds the token"));
                    }
                }
            }
            child.kill().unwrap();
            child.wait().unwrap();
            tally.runs.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// `login` on a terminal starts the browser, here a script that notes what it is given.
    pub(super) fn in_the_browser(tally: &Tally) {
        if Command::new("script").arg("--version").output().is_err() {
            println!("skipped: no `script`, so no terminal for login");
            return;
        }
        let machine = Machine::new(Dialect::Python);
        let noted = machine.home().join("noted");
        let browser = machine.home().join("browser");
        let script = format!(
            "#!/bin/sh\n{{ printf '%s\\n' \"$0\" \"$@\"; cat /proc/$$/environ; }} > {0}.new\nmv {0}.new {0}\n",
            noted.display()
        );
        std::fs::write(&browser, script).unwrap();
        std::fs::set_permissions(&browser, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let helper = machine.command();
        let line = format!(
            "{} login --server {} --store file -vv",
            helper.get_program().to_string_lossy(),
            machine.server.url()
        );
        // The variable holds another server's token here: the one typed is for this server.
        let mut command = machine.command_of("script");
        command
            .args(["-qec", &line, "/dev/null"])
            .env("BROWSER", &browser)
            .env("ELITEA_HELPER_LOG", "trace")
            .env("ELITEA_TOKEN", machine.server.token())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut shown = Vec::new();
        let mut output = child.stdout.take().unwrap();
        wait_for("the prompt", || {
            let mut part = [0; 512];
            let read = output.read(&mut part).unwrap();
            shown.extend_from_slice(&part[..read]);
            read == 0 || String::from_utf8_lossy(&shown).contains("not shown")
        });
        wait_for("a terminal without echo", || {
            processes_below(child.id()).into_iter().skip(1).any(is_silent)
        });
        wait_for("the browser", || noted.exists());
        child.stdin.as_mut().unwrap().write_all(format!("{}\n", machine.server.token()).as_bytes()).unwrap();
        output.read_to_end(&mut shown).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{}", String::from_utf8_lossy(&shown));
        let search = Search::new(machine.server.tokens());
        let given = std::fs::read(&noted).unwrap();
        let words = String::from_utf8_lossy(&given).into_owned();
        assert!(words.contains("/app/settings/create-personal-token") && words.contains("HOME="), "{words}");
        for (what, bytes) in [("the browser", &given), ("the terminal", &shown)] {
            if !search.look(bytes).is_empty() {
                tally.leak(format!("{what} sees the token: {}", String::from_utf8_lossy(bytes)));
            }
        }
        assert!(machine.config_dir().join("tokens.toml").exists(), "nothing was stored");
        tally.runs.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether the terminal of this process does not show what is typed.
    fn is_silent(pid: u32) -> bool {
        let Ok(terminal) = std::fs::read_link(format!("/proc/{pid}/fd/0")) else { return false };
        let told = Command::new("stty").arg("-F").arg(terminal).arg("-a").output();
        told.is_ok_and(|told| String::from_utf8_lossy(&told.stdout).contains("-echo "))
    }
}
