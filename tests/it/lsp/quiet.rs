//! From its start to the reply to `initialize` the server looks at nothing of the user's: no file, no
//! network, no keychain, so that an editor never waits for any of them.

use std::process::Stdio;

use elitea_helper::fake::Dialect;
use serde_json::json;

use super::client::Client;
use crate::faults::trace;
use crate::machine::Machine;

/// Calls that name a file, speak to somebody, or ask the kernel for a key. The keychain is asked on a
/// socket. `write` is for the replies.
const CALLS: &str = "%file,%network,?keyctl,?add_key,?request_key,?io_uring_setup,?open_by_handle_at,write";

/// What a program looks at before it does anything of its own, and who does so.
const ALLOWED: &[(&str, &str)] = &[
    ("/etc/ld.so.cache", "the loader: where libraries are"),
    ("/etc/ld.so.preload", "the loader: libraries that the system's administrator adds"),
    ("/lib/", "the loader: the C library"),
    ("/lib64/", "the loader: the C library"),
    ("/usr/lib/", "the loader: the C library"),
    ("/proc/self/maps", "the C library: where the main thread's stack ends"),
    ("/proc/self/cgroup", "the standard library: how many CPUs there are for the runtime"),
    ("/proc/self/mountinfo", "the standard library: the same, with control groups of the first version"),
    ("/sys/fs/cgroup/", "the standard library: the same"),
];

/// Which calls of a log touch anything else.
fn touched(log: &str, program: &str) -> Vec<String> {
    let mut started = false;
    let is_allowed = |path: &str| ALLOWED.iter().any(|(start, _)| path.starts_with(start));
    let touches = |line: &&str| {
        let Some((call, arguments)) =
            line.split_once(' ').and_then(|(_, rest)| rest.trim_start().split_once('('))
        else {
            return false;
        };
        let path = arguments.split('"').nth(1);
        match call {
            // Two ends within the process, for its signals.
            "write" | "socketpair" => false,
            "execve" if path == Some(program) && !started => {
                started = true;
                false
            }
            // The second half of a line above.
            _ if call.starts_with("<... ") => false,
            // Without a name it is a file that was opened by a call of this list.
            _ => path.is_none_or(|path| !path.is_empty() && !is_allowed(path)),
        }
    };
    log.lines().filter(touches).map(str::to_owned).collect()
}

#[test]
fn nothing_is_touched_before_the_first_reply() {
    if !trace::usable() {
        return;
    }
    let mut machine = Machine::new(Dialect::Python);
    machine.write(".config/Code/User/settings.json", b"{}\n");
    machine.log_in();
    assert_eq!(machine.run(&["use", "--project", "4"]).code, 0);
    // Whoever asked the keychain would be seen to look for the bus here.
    let bus = format!("unix:path={}", machine.home().join("bus").display());
    machine.vars.push(("DBUS_SESSION_BUS_ADDRESS".to_owned(), bus));

    let log = machine.home().join("log");
    let helper = machine.command();
    let program = helper.get_program().to_str().unwrap();
    let mut command = machine.command_of("strace");
    command
        .args(["-f", "-qq", "-s", "64", "-e", "signal=none", "-e", &format!("trace={CALLS}"), "-o"])
        .arg(&log)
        .args(["--", program, "lsp", "--stdio"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut client = Client::start(&mut command);
    let folder = url::Url::from_directory_path(machine.home()).unwrap();
    let id = client.request(
        "initialize",
        Some(json!({
            "processId": std::process::id(),
            "clientInfo": {"name": "Visual Studio Code", "version": "1.99.0"},
            "rootUri": folder,
            "workspaceFolders": [{"uri": folder, "name": "home"}],
            "capabilities": {"window": {"workDoneProgress": true}, "textDocument": {"diagnostic": {}}},
            "initializationOptions": {"elitea": {
                "protocol": 1,
                "proxy": "http://127.0.0.1:1",
                "caFile": machine.home().join("ca.pem"),
            }},
        })),
    );
    client.reply(id).unwrap();
    client.notify("initialized", json!({}));
    client.tolerate("elitea/status/didChange");
    client.is_alive();
    client.leave();

    let log = std::fs::read_to_string(log).unwrap();
    let reply = log.lines().position(|line| line.contains("write(1, \"{")).expect("a reply");
    let lines: Vec<_> = log.lines().collect();
    let (before, after) = lines.split_at(reply);
    let before = touched(&before.join("\n"), program);
    assert!(before.is_empty(), "{before:#?}");
    // What comes later is seen, and so would have been seen before.
    let after = touched(&after.join("\n"), program);
    let config = machine.config_dir().join("config.toml");
    assert!(after.iter().any(|line| line.contains(config.to_str().unwrap())), "{after:#?}");
}

#[test]
fn what_is_touched_is_found() {
    let found = |line: &str| touched(&format!("12 {line}"), "/bin/helper").len();
    assert_eq!(found(r#"execve("/bin/helper", ["/bin/helper", "lsp"], 0x7ffd /* 6 vars */) = 0"#), 0);
    assert_eq!(found(r#"newfstatat(3, "", {st_mode=S_IFREG|0644, ...}, AT_EMPTY_PATH) = 0"#), 0);
    assert_eq!(found(r#"openat(AT_FDCWD, "/proc/self/cgroup", O_RDONLY|O_CLOEXEC) = 9"#), 0);
    for touch in [
        r#"execve("/usr/bin/git", ["git"], 0x7ffd /* 6 vars */) = 0"#,
        r#"openat(AT_FDCWD, "/home/me/.config/Code/User/settings.json", O_RDONLY|O_CLOEXEC) = 9"#,
        r#"statx(AT_FDCWD, "config.toml", AT_STATX_SYNC_AS_STAT, STATX_ALL <unfinished ...>"#,
        r"socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 9",
        r#"connect(9, {sa_family=AF_UNIX, sun_path="/run/user/1000/bus"}, 23) = 0"#,
        r"keyctl(KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0) = 1",
    ] {
        assert_eq!(found(touch), 1, "{touch}");
    }
}
