//! Open files: what is wrong in them, and what mends it, on texts that are unsaved and half typed.

use elitea_helper::fake::Dialect;
use serde_json::{Value, json};

use super::client::{Client, server};
use super::editor::{DIAGNOSTICS, Editor, SETTINGS, rules, uri};
use crate::machine::Machine;

/// An editor of somebody else that knows edits with versions.
fn versioned() -> Value {
    json!({"capabilities": {"workspace": {"workspaceEdit": {"documentChanges": true}}}})
}

fn ours() -> Value {
    json!({"initializationOptions": {"elitea": {"protocol": 1}}})
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().unwrap()).collect()
}

#[test]
fn a_broken_text_is_shown_and_mended_as_it_is_typed() {
    let machine = Machine::new(Dialect::Python);
    machine.write(SETTINGS, b"{}\n");
    let text = "{\n  \"editor.tabSize\": 2,\n  \"eliteacode.projectId\": 4\n}\n";
    let mut editor = Editor::open(&machine, versioned(), &uri(&machine, SETTINGS), text);
    assert_eq!(editor.told(), Vec::<Value>::new());
    editor.replace("2,", "2");
    let shown = editor.told();
    assert_eq!(rules(&shown), ["file-malformed"]);
    assert_eq!((&shown[0]["severity"], &shown[0]["source"]), (&json!(1), &json!("elitea")));
    let actions = editor.actions("2\n", Some("quickfix"), &shown);
    assert_eq!(titles(&actions), ["Put in the missing comma"]);
    assert_eq!((&actions[0]["isPreferred"], &actions[0]["kind"]), (&json!(true), &json!("quickfix")));
    assert_eq!(actions[0]["diagnostics"], json!(shown));
    // Elsewhere only for an editor that shows it there, too.
    assert_eq!(editor.actions("tabSize", Some("quickfix"), &shown), actions);
    assert_eq!(editor.actions("tabSize", Some("quickfix"), &[]), Vec::<Value>::new());
    editor.apply(&actions[0]["edit"]);
    assert_eq!(editor.text, text);
    assert_eq!(editor.told(), Vec::<Value>::new());
    // What is on the disk was never touched.
    assert_eq!(std::fs::read(machine.path(SETTINGS)).unwrap(), b"{}\n");
    editor.client.notify("textDocument/didClose", json!({"textDocument": {"uri": editor.uri}}));
    let told = editor.client.told(DIAGNOSTICS);
    assert_eq!(told["params"]["diagnostics"], json!([]), "{told}");
    editor.client.leave();
}

#[test]
fn places_are_counted_as_the_client_counts_them() {
    let machine = Machine::new(Dialect::Python);
    let text = "{\r\n  \"emoji \u{1f600}\u{e9}\": 1, \"eliteacode.projectId\": \"four\"\r\n}\r\n";
    let utf8 = json!({"capabilities": {"general": {"positionEncodings": ["utf-8", "utf-16"]}}});
    for (client, scheme) in [(utf8, "file"), (json!({}), "vscode-userdata")] {
        let uri = uri(&machine, SETTINGS)
            .replace("file://", if scheme == "file" { "file://" } else { "vscode-userdata:" });
        let mut editor = Editor::open(&machine, client, &uri, text);
        let shown = editor.told();
        assert_eq!(rules(&shown), ["setting-type"], "{scheme}");
        assert_eq!(editor.at(&shown[0]["range"]), "\"four\"");
        editor.replace("four", "\u{1f600}\u{1f600}");
        let shown = editor.told();
        assert_eq!(editor.at(&shown[0]["range"]), "\"\u{1f600}\u{1f600}\"");
        editor.client.leave();
    }
}

#[test]
fn a_file_of_the_same_name_is_left_alone() {
    let machine = Machine::new(Dialect::Python);
    let mut editor =
        Editor::open(&machine, ours(), &uri(&machine, "web/settings.json"), "{ \"a\": 1 \"b\": 2 }");
    assert_eq!(editor.told(), Vec::<Value>::new());
    editor.replace("\"b\"", "\"eliteacode.debug\"");
    assert_eq!(rules(&editor.told()), ["file-malformed", "setting-type"]);
    editor.client.leave();
}

#[test]
fn a_client_that_asks_for_diagnostics_is_told_nothing_unasked() {
    let machine = Machine::new(Dialect::Python);
    let text = "{ \"eliteacode.projectId\": 4, }\n{";
    let pulls = json!({"capabilities": {"textDocument": {"diagnostic": {}}}});
    let mut editor = Editor::open(&machine, pulls, &uri(&machine, SETTINGS), text);
    let asked = json!({"textDocument": {"uri": editor.uri}});
    let report = editor.client.call("textDocument/diagnostic", asked.clone());
    assert_eq!(report["kind"], "full");
    assert_eq!(rules(report["items"].as_array().unwrap()), ["file-malformed"]);
    editor.replace("\n{", "");
    let report = editor.client.call("textDocument/diagnostic", asked);
    assert_eq!(report["items"], json!([]), "{report}");
    editor.client.leave();
}

/// What is known around a file changes without the file: a client that asks is told to ask anew.
#[test]
fn a_client_that_asks_for_diagnostics_is_told_to_ask_anew() {
    let machine = with_conflict();
    let text = std::fs::read_to_string(machine.path(SETTINGS)).unwrap();
    let pulls = json!({"capabilities": {
        "textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
    }, "initializationOptions": {"elitea": {"protocol": 1}}});
    let mut editor = Editor::open(&machine, pulls, &uri(&machine, SETTINGS), &text);
    let asked = json!({"textDocument": {"uri": editor.uri}});
    editor.client.request("elitea/status/get", Some(json!({})));
    let mut drifts = Vec::new();
    // Until it stands as the selection says, and it is known.
    while drifts != [false, true, false] {
        let message = editor.client.next();
        if message["method"] == "workspace/diagnostic/refresh" {
            editor.client.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": null}));
            editor.client.request("textDocument/diagnostic", Some(asked.clone()));
        }
        let Some(items) = message["result"]["items"].as_array() else { continue };
        let is_told = rules(items).contains(&"setting-drift");
        if drifts.is_empty() {
            drifts.push(false);
        }
        if drifts.last() != Some(&is_told) {
            drifts.push(is_told);
            if is_told {
                let keep = json!({"keys": ["eliteacode.LLMModelName"], "choice": "keep", "ides": ["vscode"]});
                editor.client.request("elitea/config/resolve", Some(keep));
            }
        }
    }
    editor.client.tolerate("workspace/diagnostic/refresh");
}

#[test]
fn a_thousand_changes_keep_their_order() {
    let machine = Machine::new(Dialect::Python);
    let mut editor = Editor::open(
        &machine,
        ours(),
        &uri(&machine, SETTINGS),
        "{\n  \"eliteacode.modelName\": \"<\u{e9}>\"\n}\n",
    );
    for number in 0..1000 {
        editor.replace(">", &format!("{}>", number % 10));
    }
    // Only what is in order leaves the text sound.
    editor.replace("\"\n}", "\",\n  \"eliteacode.debug\": 1\n}");
    let shown = editor.told();
    assert_eq!(rules(&shown), ["setting-type"]);
    assert_eq!(editor.at(&shown[0]["range"]), "1");
    editor.client.leave();
}

#[test]
fn all_that_needs_no_question_is_mended_at_once() {
    let machine = Machine::new(Dialect::Python);
    let text = "{\n  // mine\n  \"a\": 1\n  \"eliteacode.projectId\": \"4\",\n  \"eliteacode.debug\": \"true\",,\n}\n";
    let mut editor = Editor::open(&machine, ours(), &uri(&machine, SETTINGS), text);
    let shown = editor.told();
    for only in [Some("source.fixAll"), Some("source.fixAll.elitea"), Some("source"), None] {
        let actions = editor.actions("{", only, &shown);
        assert_eq!(
            actions.iter().filter(|action| action["kind"] == "source.fixAll.elitea").count(),
            1,
            "{only:?}"
        );
    }
    assert_eq!(editor.actions("{", Some("refactor"), &shown), Vec::<Value>::new());
    let actions = editor.actions("{", Some("source.fixAll"), &shown);
    editor.apply(&actions[0]["edit"]);
    assert_eq!(
        editor.text,
        "{\n  // mine\n  \"a\": 1,\n  \"eliteacode.projectId\": 4,\n  \"eliteacode.debug\": true,\n}\n"
    );
    assert_eq!(editor.told(), Vec::<Value>::new());
    editor.client.leave();
}

#[test]
fn no_token_crosses_the_wire_in_an_edit() {
    let machine = Machine::new(Dialect::Python);
    let token = machine.server.token().to_owned();
    // The repair of this line would have to send the token back.
    let text = format!("{{\n  'eliteacode.LLMAuthToken': '{token}',\n  \"eliteacode.debug\": \"true\"\n}}\n");
    let mut editor = Editor::open(&machine, ours(), &uri(&machine, SETTINGS), &text);
    let shown = editor.told();
    let before = editor.text.clone();
    for action in editor.actions(&before, None, &shown) {
        assert!(!action.to_string().contains("***") && !action.to_string().contains(&token), "{action}");
    }
    editor.client.leave();
}

fn with_conflict() -> Machine {
    let machine = Machine::new(Dialect::Python);
    machine.write(SETTINGS, b"{\n}\n");
    machine.log_in();
    assert_eq!(machine.run(&["use", "--project", "4", "--model", "1/gpt-5.1"]).code, 0);
    assert_eq!(machine.run(&["apply", "--ide", "vscode"]).code, 0);
    let settings = std::fs::read_to_string(machine.path(SETTINGS)).unwrap();
    let changed = settings
        .replace("\"eliteacode.LLMModelName\": \"gpt-5.1\"", "\"eliteacode.LLMModelName\": \"my-own\"");
    assert_ne!(changed, settings);
    machine.write(SETTINGS, changed.as_bytes());
    machine
}

#[test]
fn a_conflict_is_shown_and_settled_and_other_windows_see_it() {
    let machine = with_conflict();
    let text = std::fs::read_to_string(machine.path(SETTINGS)).unwrap();
    let address = uri(&machine, SETTINGS);
    let mut window = Editor::open(&machine, ours(), &address, &text);
    let mut other = Editor::open(&machine, json!({}), &address, &text);
    let until_drift = |editor: &mut Editor, drifts: bool| loop {
        let told = editor.told();
        if rules(&told).contains(&"setting-drift") == drifts {
            return told;
        }
    };
    for editor in [&mut window, &mut other] {
        editor.client.call_amid("elitea/status/get", json!({}), DIAGNOSTICS);
        editor.replace("{\n", "{\n\n");
    }
    let shown = until_drift(&mut window, true);
    until_drift(&mut other, true);
    let drift = shown.iter().find(|shown| shown["code"] == "setting-drift").unwrap();
    assert!(drift["message"].as_str().unwrap().contains("was changed by somebody else"), "{drift}");
    assert_eq!(window.at(&drift["range"]), "\"my-own\"");
    window.client.tolerate(DIAGNOSTICS);
    let actions = window.actions("\"my-own\"", Some("quickfix"), &shown);
    let keep =
        actions.iter().find(|action| action["title"].as_str().unwrap().starts_with("Keep my value")).unwrap();
    assert!(titles(&actions).iter().any(|title| title.starts_with("Put the selection's value back")));
    assert_eq!(keep["command"]["command"], "elitea.resolve");
    // The extension sends the argument as the request's parameters.
    window.client.call("elitea/config/resolve", keep["command"]["arguments"][0].clone());
    until_drift(&mut other, false);
    other.client.leave();
    window.client.leave();
}

/// What the file on the disk has become is what the selection is compared with, whoever changed it.
#[test]
fn a_conflict_that_comes_about_while_the_file_is_open_is_shown() {
    let machine = with_conflict();
    let differs = std::fs::read_to_string(machine.path(SETTINGS)).unwrap();
    let agrees = differs.replace("my-own", "gpt-5.1");
    let address = uri(&machine, SETTINGS);
    let saved = ("textDocument/didSave", json!({"textDocument": {"uri": address}}));
    let changed = ("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": address, "type": 2}]}));
    for (method, params) in [saved, changed] {
        machine.write(SETTINGS, agrees.as_bytes());
        let mut editor = Editor::open(&machine, ours(), &address, &agrees);
        editor.client.call_amid("elitea/status/get", json!({}), DIAGNOSTICS);
        // Back and forth, so that it is not the first look at everything that finds it out.
        for _ in 0..3 {
            for (text, drifts) in [(&differs, true), (&agrees, false)] {
                machine.write(SETTINGS, text.as_bytes());
                let before = editor.text.clone();
                editor.replace(&before, text);
                editor.client.notify(method, params.clone());
                while rules(&editor.told()).contains(&"setting-drift") != drifts {}
            }
        }
        editor.client.leave();
    }
}

#[test]
fn commands_are_for_clients_without_an_extension() {
    let machine = Machine::new(Dialect::Python);
    machine.write(SETTINGS, b"{\n}\n");
    let mut client = Client::start(&mut server(&machine));
    let said = client.initialize(ours());
    assert_eq!(said["capabilities"]["executeCommandProvider"], Value::Null);
    client.leave();
    let mut client = Client::start(&mut server(&machine));
    let said = client.initialize(json!({}));
    let commands = said["capabilities"]["executeCommandProvider"]["commands"].as_array().unwrap().clone();
    assert!(commands.contains(&json!("elitea.apply")), "{commands:?}");
    client.tolerate("elitea/status/didChange");
    let run = |client: &mut Client, command: &str, arguments: Value| {
        let id = client
            .request("workspace/executeCommand", Some(json!({"command": command, "arguments": arguments})));
        // The reply and the message come in any order.
        let (mut done, mut told) = (None, None);
        while done.is_none() || told.is_none() {
            let mut message = client.next();
            if message["method"] == "window/showMessage" {
                told = Some(message["params"].take());
            } else {
                assert_eq!(message["id"], id, "{message}");
                done = Some(match message.get_mut("error") {
                    Some(error) => Err(error.take()),
                    None => Ok(message["result"].take()),
                });
            }
        }
        (done.unwrap(), told.unwrap())
    };
    // Not signed in: the failure is said, and says what to do.
    let (done, told) = run(&mut client, "elitea.apply", json!([{"ides": ["vscode"]}]));
    assert_eq!(done.unwrap_err()["data"]["code"], told_code(&told));
    assert_eq!(told["type"], 1);
    machine.log_in();
    let (done, told) = run(&mut client, "elitea.select", json!([{"project": 4, "model": "1/gpt-5.1"}]));
    assert_eq!((done.is_ok(), &told["message"]), (true, &json!("ELITEA: project 4, model 1/gpt-5.1")));
    let (done, told) = run(&mut client, "elitea.apply", json!([{"ides": ["vscode"]}]));
    assert_eq!(done.unwrap()["targets"][0]["state"], "written");
    assert_eq!(told["message"], "ELITEA: of 1 file: 1 written");
    for command in &commands {
        let command = command.as_str().unwrap();
        if !["elitea.openTokenPage", "elitea.rotate", "elitea.logout", "elitea.resolve"].contains(&command) {
            let (done, told) = run(&mut client, command, json!([{}]));
            assert!(done.is_ok(), "{command}: {done:?}");
            assert!(told["message"].as_str().unwrap().starts_with("ELITEA: "), "{told}");
        }
    }
    let unknown = json!({"command": "elitea.fly"});
    assert_eq!(client.fails("workspace/executeCommand", unknown), (-32602, "E_USAGE".into()));
    client.leave();
}

fn told_code(told: &Value) -> &'static str {
    assert!(told["message"].as_str().unwrap().contains("login"), "{told}");
    "E_USAGE"
}

#[cfg(unix)]
#[test]
fn the_token_page_is_opened_one_way_or_another() {
    use std::os::unix::fs::PermissionsExt as _;
    let machine = Machine::new(Dialect::Python);
    machine.log_in();
    let page = format!("{}/app/settings/create-personal-token", machine.server.url());
    let open = json!({"command": "elitea.openTokenPage"});
    // The client does it.
    let shows = json!({"capabilities": {"window": {"showDocument": {"support": true}}}});
    let mut client = Client::start(&mut server(&machine));
    client.initialize(shows.clone());
    let answered = client.call("workspace/executeCommand", open.clone());
    let asked = client.told("window/showDocument");
    assert_eq!((&asked["params"]["uri"], &answered["page"]), (&json!(page), &json!(page)));
    assert_eq!(asked["params"]["external"], true);
    client.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": {"success": true}}));
    client.leave();
    // It says that it did not, and the system does it.
    let opened = machine.home().join("opened");
    machine.write(
        "browser",
        format!("#!/bin/sh\necho \"$1\" > '{}.new'\nmv '{0}.new' '{0}'\n", opened.display()).as_bytes(),
    );
    std::fs::set_permissions(machine.path("browser"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut client = Client::start(server(&machine).env("BROWSER", machine.path("browser")));
    client.initialize(shows);
    client.call("workspace/executeCommand", open.clone());
    let asked = client.told("window/showDocument");
    client.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": {"success": false}}));
    super::client::until("the page", || opened.exists());
    assert_eq!(std::fs::read_to_string(&opened).unwrap().trim(), page);
    client.leave();
    // Nobody can: its address is shown.
    let mut client = Client::start(server(&machine).env("PATH", machine.home()).env_remove("BROWSER"));
    client.initialize(json!({}));
    client.call("workspace/executeCommand", open);
    let told = client.told("window/showMessage");
    assert!(told["params"]["message"].as_str().unwrap().contains(&page), "{told}");
    client.leave();
}
