//! Targets that the client has open: what becomes of the user's unsaved text, of the file, and of what
//! is remembered.

use serde_json::{Value, json};

use super::editor::SETTINGS;
use super::scene::{FILE, OURS, Scene, able, is_refused, signed_in, windows};

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
    scene.answer(&asked, &json!({"applied": true}));
    assert_eq!(scene.target(id)["state"], "unsaved");
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
    scene.answer(&asked, &json!({"applied": false, "failureReason": "the file is read-only"}));
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
fn a_client_that_never_answers_is_not_waited_for() {
    let mut machine = signed_in();
    machine.vars.push(("ELITEA_HELPER_TEST_PATIENCE".to_owned(), "100".to_owned()));
    let mut scene = Scene::dirty_of(machine, able());
    let text = scene.editor.text.clone();
    let (id, asked) = scene.begin();
    is_refused(&scene.target(id), "E_FILE_BUSY", "did not say within");
    scene.is_untouched(FILE, &text);
    // The loop never waited, and a late answer does no harm.
    scene.answer(&asked, &json!({"applied": false}));
    scene.editor.client.is_alive();
    scene.editor.client.leave();
}

#[test]
fn a_client_that_lies_is_not_believed() {
    let mut scene = Scene::dirty();
    let text = scene.editor.text.clone();
    let (id, asked) = scene.begin();
    scene.answer(&asked, &json!({"applied": true}));
    is_refused(&scene.target(id), "E_FILE_REFUSED", "its text is as it was");
    scene.is_untouched(FILE, &text);
    // It typed on instead.
    let (id, asked) = scene.begin();
    scene.editor.replace("mine", "my own");
    scene.answer(&asked, &json!({"applied": true}));
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
    scene.answer(&asked, &json!({"applied": false}));
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
    scene.answer(&asked, &json!({"applied": true}));
    assert_eq!(scene.target(id)["state"], "unsaved");
    assert_eq!((scene.disk(), scene.owned()), (other, 0));
    scene.save(str::to_owned);
    assert_eq!(scene.disk(), scene.editor.text);
    assert_eq!((scene.history(), scene.owned()), (vec!["apply".to_owned()], 1));
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
