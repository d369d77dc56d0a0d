//! How a session begins and ends, what it is told unasked, and what is never broken off.

#[cfg(unix)]
use std::process::Command;
use std::process::Stdio;

use elitea_helper::fake::{Dialect, Effect, Fault};
use serde_json::{Value, json};

use super::client::{Client, code, frame, server, until};
use crate::machine::Machine;
#[cfg(target_os = "linux")]
use crate::support;

const STATUS: &str = "elitea/status/didChange";

fn with_settings() -> Machine {
    let machine = Machine::new(Dialect::Python);
    machine.write(".config/Code/User/settings.json", b"{}\n");
    machine.log_in();
    assert_eq!(machine.run(&["use", "--project", "4"]).code, 0);
    machine
}

/// Every file below a folder.
fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        }
        found.push(path);
    }
    found.sort();
    found
}

#[test]
fn initialize_touches_nothing_and_says_what_it_speaks() {
    let machine = Machine::new(Dialect::Python);
    machine.write("elitea-config/config.toml", b"this is = = broken");
    let before = files(machine.home());
    let mut client = Client::start(&mut server(&machine));
    let said = client.initialize(json!({
        "initializationOptions": {"elitea": {"protocol": 1, "editor": {"name": "vscode", "version": "1.99"}}},
    }));
    let hello = &said["capabilities"]["experimental"]["elitea"];
    assert_eq!((&hello["protocol"], &said["serverInfo"]["name"]), (&json!(1), &json!("elitea-helper")));
    assert!(hello["methods"].as_array().unwrap().contains(&json!("elitea/config/apply")), "{hello}");
    assert_eq!(files(machine.home()), before);
    assert!(machine.server.requests().is_empty());
    let id = client.request("elitea/status/get", None);
    let error = client.reply(id).unwrap_err();
    assert_eq!(code(&error), (-32721, "E_CONFIG".into()));
    assert!(error["data"]["file"].as_str().unwrap().ends_with("config.toml"), "{error}");
    assert_eq!((&error["data"]["line"], &error["data"]["retryable"]), (&json!(1), &json!(false)));
    client.leave();
}

#[test]
fn another_protocol_is_one_clear_message() {
    let machine = Machine::new(Dialect::Python);
    let options = json!({"initializationOptions": {"elitea": {"protocol": 99}}});
    let capabilities = json!({"capabilities": {"experimental": {"elitea": {"protocol": 99}}}});
    for (params, older) in [(options, "this helper"), (capabilities, "this helper")] {
        let mut client = Client::start(&mut server(&machine));
        client.initialize(params);
        let shown = client.told("window/showMessage");
        let words = shown["params"]["message"].as_str().unwrap();
        assert!(words.contains(older) && words.contains("99") && words.contains("Update"), "{words}");
        let error = client.fails("elitea/status/get", json!({}));
        assert_eq!(error, (-32725, "E_PROTOCOL_MISMATCH".into()));
        client.leave();
    }
}

#[test]
fn a_change_by_another_process_is_told() {
    let machine = with_settings();
    let mut client = Client::session(&machine);
    client.is_alive();
    let before = machine.state_dir().join("generation");
    let before = std::fs::read(before).unwrap();
    assert_eq!(machine.run(&["apply", "--ide", "vscode"]).code, 0);
    assert_ne!(std::fs::read(machine.state_dir().join("generation")).unwrap(), before);
    let told = client.told(STATUS);
    assert_eq!(told["params"]["kind"], "ok", "{told}");
    assert_eq!(machine.run(&["logout"]).code, 0);
    let told = client.told(STATUS);
    assert_eq!(told["params"]["kind"], "signedOut", "{told}");
    assert_eq!(told["params"]["command"]["method"], "elitea/auth/login", "{told}");
    client.leave();
}

#[test]
fn whoever_asks_how_things_stand_is_told_in_a_word_once() {
    let machine = with_settings();
    assert_eq!(machine.run(&["apply", "--ide", "vscode"]).code, 0);
    let mut client = Client::session(&machine);
    let ask = |client: &mut Client, told: &mut Vec<Value>| {
        let id = client.request("elitea/status/get", None);
        loop {
            let mut message = client.next();
            if message["method"] != STATUS {
                assert_eq!(message["id"], id, "{message}");
                return message["result"].take();
            }
            told.push(message["params"].take());
        }
    };
    let mut told = Vec::new();
    assert!(ask(&mut client, &mut told)["account"].is_object());
    // The word and the answer take ways of their own.
    if told.is_empty() {
        told.push(client.told(STATUS)["params"].take());
    }
    assert_eq!((told.len(), &told[0]["kind"]), (1, &json!("ok")), "{told:?}");
    // It stands as it did: nothing more is told.
    ask(&mut client, &mut told);
    client.is_alive();
    assert_eq!(told.len(), 1, "{told:?}");
    // Nobody but the server changes, and the next question finds it out.
    machine.server.faults(vec![Fault::always(Effect::Close)]);
    ask(&mut client, &mut told);
    if told.len() == 1 {
        told.push(client.told(STATUS)["params"].take());
    }
    assert_eq!(told[1]["kind"], "offline", "{told:?}");
    client.leave();
}

#[test]
fn a_long_change_is_told_as_busy_and_its_end_too() {
    let machine = with_settings();
    machine.server.faults(vec![Fault::on("/api/v2/configurations", Effect::Slow { ms: 900 }).times(1)]);
    let mut client = Client::session(&machine);
    let id = client.request("elitea/config/apply", Some(json!({"ides": ["vscode"]})));
    assert_eq!(client.told(STATUS)["params"]["kind"], "busy");
    let mut kinds = Vec::new();
    let mut applied = Value::Null;
    while kinds.is_empty() || applied.is_null() {
        let mut message = client.next();
        if message["method"] == STATUS {
            kinds.push(message["params"]["kind"].take());
        } else {
            assert_eq!(message["id"], id, "{message}");
            applied = message["result"].take();
        }
    }
    assert_eq!((kinds, &applied["targets"][0]["state"]), (vec![json!("ok")], &json!("written")));
    client.leave();
}

#[test]
fn a_server_that_does_not_answer_holds_back_no_news() {
    let machine = with_settings();
    let mut client = Client::session(&machine);
    let asked =
        || machine.server.requests().iter().filter(|seen| seen.path.contains("/social/author")).count();
    let before = asked();
    machine.server.faults(vec![Fault::always(Effect::Hang)]);
    client.call("elitea/config/remove", json!({"ides": ["vscode"]}));
    until("the server to be asked how things stand", || asked() > before);
    // That question stays without an answer; the next ones do not.
    machine.server.faults(Vec::new());
    let start = std::time::Instant::now();
    client.call("elitea/auth/logout", json!({}));
    assert_eq!(client.told(STATUS)["params"]["kind"], "signedOut");
    assert!(start.elapsed().as_secs() < 4, "{:?}", start.elapsed());
    client.leave();
}

#[test]
fn what_has_not_begun_is_called_off_and_what_has_begun_is_not() {
    let machine = with_settings();
    let settings = machine.path(".config/Code/User/settings.json");
    machine.server.faults(vec![Fault::on("/api/v2/configurations", Effect::Hang)]);
    let mut client = Client::session(&machine);
    client.tolerate(STATUS);
    let id = client.request("elitea/config/apply", Some(json!({"ides": ["vscode"]})));
    client.cancel(id);
    assert_eq!(client.reply(id).unwrap_err()["code"], -32800);
    assert_eq!(std::fs::read(&settings).unwrap(), b"{}\n");

    let before = machine.server.tokens().len();
    machine.server.faults(vec![Fault::on("/", Effect::Slow { ms: 400 }).method("POST")]);
    let id = client.request("elitea/token/rotate", None);
    until("the new token to be asked for", || {
        machine.server.requests().iter().any(|seen| seen.method == "POST")
    });
    client.cancel(id);
    let rotated = client.reply(id).unwrap();
    assert_eq!(rotated["token"]["inUse"], true, "{rotated}");
    assert_eq!(machine.server.tokens().len(), before + 1);
    client.leave();
}

#[test]
fn the_end_waits_for_a_step_under_way_but_not_for_ever() {
    for (effect, done) in [(Effect::Slow { ms: 400 }, true), (Effect::Hang, false)] {
        let machine = with_settings();
        let before = machine.server.tokens().len();
        machine.server.faults(vec![Fault::on("/", effect).method("POST")]);
        let mut client = Client::session(&machine);
        client.tolerate(STATUS);
        let id = client.request("elitea/token/rotate", None);
        until("the new token to be asked for", || {
            machine.server.requests().iter().any(|seen| seen.method == "POST")
        });
        client.close_input();
        if done {
            assert_eq!(client.reply(id).unwrap()["token"]["inUse"], true);
        }
        let ended = client.ended();
        println!("ended after {:?}", ended.after);
        assert_eq!(ended.code, 1, "{ended:?}");
        assert!(ended.after.as_secs() < 4, "{ended:?}");
        assert_eq!(machine.server.tokens().len() - before, usize::from(done));
        machine.server.faults(Vec::new());
        let listed = machine.run(&["--json", "token", "list"]);
        let listed: Value = serde_json::from_str(&listed.stdout).unwrap();
        let used = listed["tokens"].as_array().unwrap().iter().find(|token| token["inUse"] == true).unwrap();
        assert_eq!(used["ours"], done, "the stored token is the new one where there is one: {used}");
    }
}

#[test]
fn nobody_reads_any_more() {
    let machine = Machine::new(Dialect::Python);
    let mut child = server(&machine).spawn().unwrap();
    drop(child.stdout.take());
    let mut input = child.stdin.take().unwrap();
    let params = json!({"capabilities": {}});
    let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}).to_string();
    std::io::Write::write_all(&mut input, &frame(&hello)).unwrap();
    let output = {
        let mut status = None;
        until("the end of the process", || {
            status = child.try_wait().unwrap();
            status.is_some()
        });
        drop(input);
        child.wait_with_output().unwrap()
    };
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(1), ""));
}

#[cfg(unix)]
#[test]
fn the_process_ends_with_the_editor_that_started_it() {
    let machine = Machine::new(Dialect::Python);
    let sleeper = || Command::new("sleep").arg("1000").stdin(Stdio::null()).spawn().unwrap();
    let mut editor = sleeper();
    let mut client = Client::start(&mut server(&machine));
    client.initialize(json!({"processId": editor.id()}));
    client.is_alive();
    editor.kill().unwrap();
    editor.wait().unwrap();
    let ended = client.ended();
    println!("ended after {:?}", ended.after);
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""));

    // A number that is nobody's is that of another namespace.
    let mut gone = sleeper();
    gone.kill().unwrap();
    gone.wait().unwrap();
    for id in [json!(gone.id()), json!(null), json!(0), json!(u32::MAX)] {
        let mut client = Client::start(&mut server(&machine));
        client.initialize(json!({"processId": id}));
        client.is_alive();
        client.leave();
    }
}

#[test]
fn it_starts_as_clients_start_it() {
    let machine = Machine::new(Dialect::Python);
    for arguments in
        [&["lsp"][..], &["lsp", "--stdio", "--clientProcessId=4"], &["--offline", "lsp", "--stdio"]]
    {
        let mut command = machine.command();
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut client = Client::session_of(&mut command);
        assert!(client.id() > 0);
        client.is_alive();
        client.leave();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_it_says_what_it_is() {
    if support::is_repetition() || !std::path::Path::new("/usr/bin/script").exists() {
        println!("skipped: there is no script(1) to make a terminal");
        return;
    }
    let machine = Machine::new(Dialect::Python);
    let program = format!("{} lsp --stdio", env!("CARGO_BIN_EXE_elitea-helper"));
    let output =
        machine.command_of("/usr/bin/script").args(["-qec", &program, "/dev/null"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("elitea-helper lsp --stdio"), "{text}");
    assert!(text.contains("vim.lsp.start"), "{text}");
}
