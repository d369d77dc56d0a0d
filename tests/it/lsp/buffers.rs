//! Targets that the client has open: what becomes of the user's unsaved text, of the file, and of what
//! is remembered.

use elitea_helper::fake::Dialect;
use serde_json::{Value, json};

use super::client::until;
use super::editor::{DIAGNOSTICS, Editor, SETTINGS, uri};
use crate::machine::Machine;

const APPLY: &str = "elitea/config/apply";
const FILE: &str = "{\n  // mine\n  \"editor.tabSize\": 2\n}\n";

/// One of our keys.
const OURS: &str = "\"eliteacode.projectId\": 4";

/// A machine with an editor that has its settings open.
struct Scene {
    machine: Machine,
    editor: Editor,
}

/// What an editor says that takes changes from us.
fn able() -> Value {
    let workspace = json!({"applyEdit": true, "workspaceEdit": {"documentChanges": true}});
    json!({
        "capabilities": {"workspace": workspace},
        "initializationOptions": {"elitea": {"protocol": 1}},
    })
}

fn signed_in() -> Machine {
    let machine = Machine::new(Dialect::Python);
    machine.log_in();
    assert_eq!(machine.run(&["use", "--project", "4", "--model", "1/gpt-5.1"]).code, 0);
    machine
}

impl Scene {
    /// The file with these bytes, and the editor's buffer with this text.
    fn new(bytes: &str, text: &str) -> Self {
        Self::of(signed_in(), bytes, text, able())
    }

    fn of(machine: Machine, bytes: &str, text: &str, params: Value) -> Self {
        machine.write(SETTINGS, bytes.as_bytes());
        let mut editor = Editor::open(&machine, params, &uri(&machine, SETTINGS), text);
        editor.client.tolerate(DIAGNOSTICS);
        Self { machine, editor }
    }

    /// The same file on both sides, and then a change that is not saved.
    fn dirty() -> Self {
        Self::dirty_of(signed_in(), able())
    }

    fn dirty_of(machine: Machine, params: Value) -> Self {
        let mut scene = Self::of(machine, FILE, FILE, params);
        // From here on it is known that they were the same.
        scene.plan();
        scene.editor.replace("2", "4");
        scene
    }

    fn plan(&mut self) -> Value {
        self.editor.client.call("elitea/config/plan", json!({"ides": ["vscode"]}))
    }

    /// Asks for an apply that goes to the editor; returns the request's id and what the editor is asked.
    fn begin(&mut self) -> (i64, Value) {
        let id = self.editor.client.request(APPLY, Some(json!({"ides": ["vscode"]})));
        let asked = self.editor.client.told("workspace/applyEdit");
        self.holds_no_token(&asked);
        (id, asked)
    }

    /// Asks for an apply and takes what comes of it.
    fn apply(&mut self) -> Value {
        let (id, asked) = self.begin();
        self.editor.apply(&asked["params"]["edit"]);
        self.answer(&asked, json!({"applied": true}));
        self.target(id)
    }

    fn answer(&mut self, asked: &Value, result: Value) {
        self.editor.client.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": result}));
    }

    /// The one target of a report.
    fn target(&mut self, id: i64) -> Value {
        let report = self.editor.client.reply(id).unwrap();
        self.holds_no_token(&report);
        assert!(report["targets"].as_array().unwrap().len() == 1, "{report}");
        report["targets"][0].clone()
    }

    fn holds_no_token(&self, message: &Value) {
        let text = message.to_string();
        assert!(self.machine.server.tokens().iter().all(|token| !text.contains(token.as_str())), "{text}");
    }

    /// An apply of which the editor hears nothing.
    fn apply_unasked(&mut self) -> Value {
        let id = self.editor.client.request(APPLY, Some(json!({"ides": ["vscode"]})));
        self.target(id)
    }

    /// Saves the buffer, in the form that `form` gives it, and waits until it was read back.
    fn save(&mut self, form: impl Fn(&str) -> String) {
        let entries = self.history().len();
        self.machine.write(SETTINGS, form(&self.editor.text).as_bytes());
        self.tell_saved();
        until("what was saved to be recorded", || self.history().len() > entries);
    }

    fn tell_saved(&mut self) {
        let document = json!({"textDocument": {"uri": self.editor.uri}});
        self.editor.client.notify("textDocument/didSave", document);
    }

    fn close(&mut self) {
        let document = json!({"textDocument": {"uri": self.editor.uri}});
        self.editor.client.notify("textDocument/didClose", document);
    }

    fn disk(&self) -> String {
        String::from_utf8(std::fs::read(self.machine.path(SETTINGS)).unwrap()).unwrap()
    }

    /// The command line, as somebody in a terminal sees the same machine.
    fn command(&self, arguments: &[&str]) -> Value {
        let ran = self.machine.run(&[arguments, &["--json"]].concat());
        serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"))
    }

    /// The verbs of the history, the newest first.
    fn history(&self) -> Vec<String> {
        let history = self.command(&["history"]);
        let entries = history["entries"].as_array().unwrap().iter();
        entries.map(|entry| entry["verb"].as_str().unwrap().to_owned()).collect()
    }

    /// How many targets we hold keys in.
    fn owned(&self) -> usize {
        std::fs::read_dir(self.machine.state_dir().join("targets")).map_or(0, Iterator::count)
    }

    /// Nothing was written, nothing is remembered, and the user's text is as it was.
    fn is_untouched(&self, disk: &str, text: &str) {
        assert_eq!(self.disk(), disk);
        assert_eq!(self.editor.text, text);
        assert_eq!((self.history(), self.owned()), (Vec::new(), 0));
    }
}

fn is_refused(target: &Value, code: &str, words: &str) {
    assert_eq!((&target["state"], &target["error"]["code"]), (&json!("refused"), &json!(code)), "{target}");
    let message = target["error"]["message"].as_str().unwrap();
    assert!(message.contains(words) && target["error"]["hint"].is_string(), "{target}");
}

/// Byte order mark and line ends as Windows has them, which editors hide and even out.
fn windows(text: &str) -> String {
    format!("\u{feff}{}", text.replace('\n', "\r\n"))
}

#[test]
fn a_clean_buffer_is_left_to_reload_the_file() {
    for bytes in [FILE.to_owned(), windows(FILE)] {
        let mut scene = Scene::new(&bytes, FILE);
        let target = scene.apply_unasked();
        assert_eq!(target["state"], "written", "{target}");
        let written = scene.disk();
        assert!(written.contains(OURS) && written.contains("// mine"), "{written}");
        assert_eq!(written.starts_with('\u{feff}'), bytes.starts_with('\u{feff}'));
        assert_eq!(written.contains('\r'), bytes.contains('\r'));
        assert_eq!(scene.editor.text, FILE);
        assert_eq!((scene.history(), scene.owned()), (vec!["apply".to_owned()], 1));
        // Before the editor has reloaded it, its old text is no unsaved change.
        let undone = scene.editor.client.call("elitea/config/undo", json!({}));
        assert_eq!(undone["targets"][0]["state"], "written", "{undone}");
        assert_eq!(scene.disk(), bytes);
        scene.editor.client.leave();
    }
}

#[test]
fn unsaved_changes_get_ours_and_are_ours_once_saved() {
    for form in [str::to_owned as fn(&str) -> String, windows] {
        let mut scene = Scene::new(&form(FILE), FILE);
        scene.editor.replace("2", "4");
        let typed = scene.editor.text.clone();
        let target = scene.apply();
        assert_eq!((&target["state"], &target["error"]), (&json!("unsaved"), &Value::Null), "{target}");
        assert!(scene.editor.text.contains(OURS) && scene.editor.text.contains("\"editor.tabSize\": 4"));
        assert_eq!(scene.disk(), form(FILE));
        assert_eq!((scene.history(), scene.owned()), (Vec::new(), 0));
        assert_eq!(scene.plan()["targets"][0]["state"], "unsaved");
        assert_eq!(scene.command(&["plan", "--ide", "vscode"])["targets"][0]["state"], "pending");
        scene.save(form);
        let saved = scene.disk();
        assert_eq!((scene.history(), scene.owned()), (vec!["apply".to_owned()], 1));
        assert_eq!(scene.command(&["status"])["targets"][0]["state"], "inOrder");
        assert_eq!(scene.plan()["targets"][0]["state"], "inOrder");
        assert_eq!(scene.disk(), saved);
        let undone = scene.command(&["undo"]);
        assert_eq!(undone["targets"][0]["state"], "written", "{undone}");
        assert_eq!(scene.disk(), form(&typed), "the user's change stays");
        assert_eq!(scene.owned(), 0);
        scene.editor.client.leave();
    }
}

#[test]
fn only_what_differs_goes_to_the_editor() {
    let mut scene = Scene::dirty();
    let (id, asked) = scene.begin();
    let edits = asked["params"]["edit"]["documentChanges"][0]["edits"].as_array().unwrap().clone();
    for edit in &edits {
        assert!(!edit["newText"].as_str().unwrap().contains("tabSize"), "{edit}");
        assert_eq!(scene.editor.at(&edit["range"]), "", "nothing of the user's is replaced");
    }
    scene.editor.apply(&asked["params"]["edit"]);
    scene.answer(&asked, json!({"applied": true}));
    assert_eq!(scene.target(id)["state"], "unsaved");
    scene.editor.client.leave();
}

#[test]
fn a_second_change_knows_the_first_before_it_is_saved() {
    let mut scene = Scene::dirty();
    scene.apply();
    scene.editor.client.call("elitea/selection/set", json!({"project": 2, "model": null}));
    let target = scene.apply();
    assert_eq!(target["state"], "unsaved", "{target}");
    assert!(scene.editor.text.contains("\"eliteacode.projectId\": 2"), "{}", scene.editor.text);
    scene.save(str::to_owned);
    assert_eq!((scene.history(), scene.owned()), (vec!["apply".to_owned()], 1));
    assert_eq!(scene.command(&["status"])["targets"][0]["state"], "inOrder");
    for verb in ["undo", "remove"] {
        let saved = scene.disk();
        let done = scene.command(&[verb]);
        assert_eq!(done["targets"][0]["state"], "written", "{done}");
        assert_eq!(scene.disk(), FILE.replace("\"editor.tabSize\": 2", "\"editor.tabSize\": 4"));
        assert_eq!(scene.owned(), 0);
        if verb == "undo" {
            // Taken back, so that the same file is ours again.
            scene.command(&["undo", scene.command(&["history"])["entries"][0]["id"].as_str().unwrap()]);
            assert_eq!(scene.disk(), saved);
        }
    }
    scene.editor.client.leave();
}

#[test]
fn of_a_change_that_was_undone_in_part_only_the_rest_is_ours() {
    let mut scene = Scene::dirty();
    scene.apply();
    scene.editor.replace(OURS, "\"eliteacode.projectId\": 7");
    scene.save(str::to_owned);
    let before = scene.disk();
    let plan = scene.command(&["plan", "--ide", "vscode"]);
    let keys = plan["targets"][0]["keys"].as_array().unwrap();
    let outcome = |name: &str| keys.iter().find(|key| key["key"] == name).unwrap()["outcome"].clone();
    assert_eq!(outcome("eliteacode.projectId"), "conflict", "{plan}");
    assert_eq!(scene.disk(), before);
    scene.command(&["undo"]);
    assert_eq!(scene.disk(), FILE.replace("2\n", "4,\n  \"eliteacode.projectId\": 7\n"));
    scene.editor.client.leave();
}

#[test]
fn token_keys_wait_for_the_save() {
    let machine = signed_in();
    machine.write(".vscode/extensions/projectalita.alitacode-0.5.0/package.json", b"{}");
    let mut scene = Scene::dirty_of(machine, able());
    let token = scene.machine.server.token().to_owned();
    let target = scene.apply();
    assert_eq!(target["state"], "unsaved", "{target}");
    assert!(target["notes"].to_string().contains("never go through the editor"), "{target}");
    assert!(scene.editor.text.contains(OURS) && !scene.editor.text.contains(&token));
    assert_eq!(scene.disk(), FILE);
    // All the rest is there: what is left to do needs the save.
    let target = scene.apply_unasked();
    is_refused(&target, "E_FILE_REFUSED", "never go through the editor");
    assert_eq!(scene.disk(), FILE);
    scene.save(str::to_owned);
    let target = scene.apply_unasked();
    assert_eq!(target["state"], "written", "{target}");
    assert!(scene.disk().contains(&token) && scene.disk().contains("\"editor.tabSize\": 4"));
    assert_eq!(scene.history(), ["apply", "apply"]);
    // With the token in the buffer, none of it goes over the wire either.
    scene.editor.text = scene.disk();
    scene.editor.version += 1;
    let document = json!({"uri": scene.editor.uri, "version": scene.editor.version});
    let changes = json!([{"text": scene.editor.text}]);
    let change = json!({"textDocument": document, "contentChanges": changes});
    scene.editor.client.notify("textDocument/didChange", change);
    scene.plan();
    scene.editor.replace("\"editor.tabSize\": 4", "\"editor.tabSize\": 8");
    scene.editor.client.call("elitea/selection/set", json!({"project": 2}));
    let target = scene.apply();
    assert_eq!(target["state"], "unsaved", "{target}");
    assert!(scene.editor.text.contains(&token) && scene.editor.text.contains("\"editor.tabSize\": 8"));
    let removed = scene.editor.client.call("elitea/config/remove", json!({}));
    is_refused(&removed["targets"][0], "E_FILE_REFUSED", "never go through the editor");
    assert!(scene.editor.text.contains(&token));
    scene.editor.client.leave();
}

#[test]
fn a_refused_change_leaves_everything_as_it_was() {
    let mut scene = Scene::dirty();
    let text = scene.editor.text.clone();
    let (id, asked) = scene.begin();
    scene.answer(&asked, json!({"applied": false, "failureReason": "the file is read-only"}));
    is_refused(&scene.target(id), "E_FILE_REFUSED", "the file is read-only");
    scene.is_untouched(FILE, &text);
    let (id, asked) = scene.begin();
    let error = json!({"code": -32601, "message": "no such method"});
    scene.editor.client.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "error": error}));
    is_refused(&scene.target(id), "E_FILE_REFUSED", "no such method");
    scene.machine.write(SETTINGS, text.as_bytes());
    scene.tell_saved();
    assert_eq!(scene.apply_unasked()["state"], "written");
    assert_eq!(scene.history(), ["apply"]);
    scene.editor.client.leave();
}

#[test]
fn a_client_that_never_answers_or_lies_is_not_believed() {
    let mut machine = signed_in();
    machine.vars.push(("ELITEA_HELPER_TEST_PATIENCE".to_owned(), "100".to_owned()));
    let mut scene = Scene::dirty_of(machine, able());
    let text = scene.editor.text.clone();
    let (id, asked) = scene.begin();
    is_refused(&scene.target(id), "E_FILE_BUSY", "did not say within");
    scene.is_untouched(FILE, &text);
    // The loop never waited, and a late answer does no harm.
    scene.answer(&asked, json!({"applied": false}));
    scene.editor.client.is_alive();
    let (id, asked) = scene.begin();
    scene.answer(&asked, json!({"applied": true}));
    is_refused(&scene.target(id), "E_FILE_REFUSED", "its text is as it was");
    scene.is_untouched(FILE, &text);
    // It typed on instead.
    let (id, asked) = scene.begin();
    scene.editor.replace("mine", "my own");
    scene.answer(&asked, json!({"applied": true}));
    is_refused(&scene.target(id), "E_FILE_BUSY", "at the same moment");
    scene.is_untouched(FILE, &text.replace("mine", "my own"));
    scene.editor.client.leave();
}

#[test]
fn a_client_that_cannot_check_versions_is_not_asked() {
    let plain = json!({"capabilities": {"workspace": {"applyEdit": true}}});
    for params in [plain, json!({})] {
        let mut scene = Scene::dirty_of(signed_in(), params);
        let text = scene.editor.text.clone();
        is_refused(&scene.apply_unasked(), "E_FILE_REFUSED", "cannot check");
        scene.is_untouched(FILE, &text);
        scene.editor.client.leave();
    }
}

#[test]
fn what_is_closed_half_way_was_never_there() {
    let mut scene = Scene::dirty();
    let text = scene.editor.text.clone();
    let (id, asked) = scene.begin();
    scene.close();
    scene.answer(&asked, json!({"applied": false}));
    is_refused(&scene.target(id), "E_FILE_BUSY", "was closed");
    scene.is_untouched(FILE, &text);
    // Closed after the change, unsaved.
    scene.editor.reopen();
    assert_eq!(scene.apply()["state"], "unsaved");
    scene.close();
    scene.editor.text = FILE.to_owned();
    scene.editor.reopen();
    assert_eq!(scene.plan()["targets"][0]["state"], "pending");
    scene.is_untouched(FILE, FILE);
    assert_eq!(scene.apply_unasked()["state"], "written");
    assert_eq!(scene.history(), ["apply"]);
    scene.editor.client.leave();
}

#[test]
fn what_the_disk_and_the_editor_have_both_changed_is_left_to_a_person() {
    let mut scene = Scene::dirty();
    let text = scene.editor.text.clone();
    let other = FILE.replace("mine", "from elsewhere");
    scene.machine.write(SETTINGS, other.as_bytes());
    is_refused(&scene.apply_unasked(), "E_FILE_REFUSED", "was changed on the disk since");
    scene.is_untouched(&other, &text);
    // While the editor is asked: the disk is not ours to write, and what is saved counts.
    scene.machine.write(SETTINGS, FILE.as_bytes());
    let (id, asked) = scene.begin();
    scene.machine.write(SETTINGS, other.as_bytes());
    scene.editor.apply(&asked["params"]["edit"]);
    scene.answer(&asked, json!({"applied": true}));
    assert_eq!(scene.target(id)["state"], "unsaved");
    assert_eq!((scene.disk(), scene.owned()), (other, 0));
    scene.save(str::to_owned);
    assert_eq!(scene.disk(), scene.editor.text);
    assert_eq!((scene.history(), scene.owned()), (vec!["apply".to_owned()], 1));
    scene.editor.client.leave();
}

#[test]
fn a_plan_is_for_the_text_that_the_editor_has() {
    let mut scene = Scene::dirty();
    let plan = scene.plan();
    assert_eq!(plan["targets"][0]["state"], "pending", "{plan}");
    assert!(plan["targets"][0]["diff"].as_str().unwrap().contains("\"editor.tabSize\": 4"), "{plan}");
    let params = json!({"ides": ["vscode"], "plan": plan["id"]});
    scene.editor.replace("mine", "my own");
    assert_eq!(scene.editor.client.fails(APPLY, params).1, "E_PLAN_STALE");
    let plan = scene.plan();
    let id = scene.editor.client.request(APPLY, Some(json!({"ides": ["vscode"], "plan": plan["id"]})));
    let asked = scene.editor.client.told("workspace/applyEdit");
    scene.editor.apply(&asked["params"]["edit"]);
    scene.answer(&asked, json!({"applied": true}));
    assert_eq!(scene.target(id)["state"], "unsaved");
    scene.editor.client.leave();
}

#[test]
fn keys_are_settled_removed_and_undone_in_the_editor() {
    let mut scene = Scene::new(FILE, FILE);
    assert_eq!(scene.apply_unasked()["state"], "written");
    let written = scene.disk();
    scene.close();
    scene.editor.text = written.clone();
    scene.editor.reopen();
    scene.plan();
    scene.editor.replace("mine", "my own");
    for (method, params, verb) in [
        ("elitea/config/undo", json!({}), "undo"),
        ("elitea/config/remove", json!({"ides": ["vscode"]}), "remove"),
    ] {
        let (text, version) = (scene.editor.text.clone(), scene.editor.version);
        let id = scene.editor.client.request(method, Some(params));
        let asked = scene.editor.client.told("workspace/applyEdit");
        scene.editor.apply(&asked["params"]["edit"]);
        scene.answer(&asked, json!({"applied": true}));
        assert_eq!(scene.target(id)["state"], "unsaved", "{method}");
        assert_eq!(scene.editor.text, FILE.replace("mine", "my own"), "{method}");
        assert_eq!((scene.disk(), scene.history()), (written.clone(), vec!["apply".to_owned()]));
        if verb == "undo" {
            // Taken back in the editor, it has never been.
            scene.close();
            (scene.editor.text, scene.editor.version) = (text, version);
            scene.editor.reopen();
            continue;
        }
        scene.save(str::to_owned);
        assert_eq!((scene.history(), scene.owned()), (vec![verb.to_owned(), "apply".to_owned()], 0));
    }
    scene.editor.client.leave();
}

#[test]
fn an_undo_counts_once_it_is_saved() {
    let mut scene = Scene::new(FILE, FILE);
    assert_eq!(scene.apply_unasked()["state"], "written");
    scene.close();
    scene.editor.text = scene.disk();
    scene.editor.reopen();
    scene.plan();
    scene.editor.replace("mine", "my own");
    let undone = |scene: &Scene| {
        scene.command(&["history"])["entries"].as_array().unwrap().last().unwrap()["undone"].clone()
    };
    let id = scene.editor.client.request("elitea/config/undo", Some(json!({})));
    let asked = scene.editor.client.told("workspace/applyEdit");
    scene.editor.apply(&asked["params"]["edit"]);
    scene.answer(&asked, json!({"applied": true}));
    assert_eq!(scene.target(id)["state"], "unsaved");
    assert_eq!(undone(&scene), Value::Null);
    scene.save(str::to_owned);
    until("the entry to be marked", || undone(&scene).is_string());
    assert_eq!((scene.disk(), scene.owned()), (FILE.replace("mine", "my own"), 0));
    scene.editor.client.leave();
}

#[test]
fn a_text_with_unsaved_changes_is_not_mended_on_the_disk() {
    let broken = FILE.replace("2", "2,,");
    let mut scene = Scene::new(&broken, &broken);
    scene.plan();
    scene.editor.replace("mine", "my own");
    let text = scene.editor.text.clone();
    let repaired =
        scene.editor.client.call("elitea/doctor/repair", json!({"paths": [scene.machine.path(SETTINGS)]}));
    is_refused(&repaired["files"][0]["report"], "E_FILE_REFUSED", "is mended on the disk");
    scene.is_untouched(&broken, &text);
    scene.editor.client.leave();
}

#[test]
fn the_end_of_the_input_does_not_wait_for_the_editor() {
    let mut scene = Scene::dirty();
    scene.begin();
    scene.editor.client.close_input();
    let reply = scene.editor.client.next();
    assert_eq!(reply["result"]["targets"][0]["state"], "refused", "{reply}");
    scene.is_untouched(FILE, &scene.editor.text);
    let ended = scene.editor.client.ended();
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""));
    assert!(ended.after.as_millis() < 1_000, "{:?}", ended.after);
}

/// Other profiles' tokens are kept out of Settings Sync by the default profile's file alone.
#[test]
fn what_only_the_editor_holds_guards_no_token() {
    let machine = signed_in();
    let config = std::fs::read_to_string(machine.config_dir().join("config.toml")).unwrap();
    let config = format!("{config}\n[policy]\nwrite_token = \"always\"\n");
    machine.write("elitea-config/config.toml", config.as_bytes());
    let storage = json!({"userDataProfiles": [{"location": "p1", "name": "Work"}]});
    machine.write(".config/Code/User/globalStorage/storage.json", storage.to_string().as_bytes());
    machine.write(".config/Code/User/profiles/p1/settings.json", b"{}\n");
    let mut scene = Scene::dirty_of(machine, able());
    let token = scene.machine.server.token().to_owned();
    let work = scene.machine.path(".config/Code/User/profiles/p1/settings.json");
    let work = || std::fs::read_to_string(&work).unwrap();
    let (id, asked) = scene.begin();
    scene.editor.apply(&asked["params"]["edit"]);
    scene.answer(&asked, json!({"applied": true}));
    let report = scene.editor.client.reply(id).unwrap();
    let states: Vec<&Value> = report["targets"].as_array().unwrap().iter().map(|t| &t["state"]).collect();
    assert_eq!(states, ["unsaved", "written"], "{report}");
    assert!(scene.editor.text.contains("settingsSync.ignoredSettings"), "{}", scene.editor.text);
    assert!(work().contains(OURS) && !work().contains(&token));
    scene.save(str::to_owned);
    let applied = scene.editor.client.call(APPLY, json!({"ides": ["vscode"]}));
    assert!(scene.disk().contains(&token) && work().contains(&token), "{applied}");
    scene.editor.client.leave();
}
