//! What the verbs do to a text that the client has not saved, and what is remembered once it has.

use serde_json::{Value, json};

use super::client::until;
use super::editor::SETTINGS;
use super::scene::{APPLY, FILE, OURS, Scene, able, is_refused, signed_in};

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
    scene.answer(&asked, &json!({"applied": true}));
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
        scene.answer(&asked, &json!({"applied": true}));
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
    scene.answer(&asked, &json!({"applied": true}));
    assert_eq!(scene.target(id)["state"], "unsaved");
    assert_eq!(undone(&scene), Value::Null);
    scene.save(str::to_owned);
    until("the entry to be marked", || undone(&scene).is_string());
    assert_eq!((scene.disk(), scene.owned()), (FILE.replace("mine", "my own"), 0));
    scene.editor.client.leave();
}

#[test]
fn a_text_with_unsaved_changes_is_not_mended_on_the_disk() {
    let broken = FILE.replace('2', "2,,");
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
    scene.answer(&asked, &json!({"applied": true}));
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

#[test]
fn a_decision_about_a_key_needs_no_save() {
    let mut scene = Scene::new(FILE, FILE);
    assert_eq!(scene.apply_unasked()["state"], "written");
    let changed = scene.disk().replace(OURS, "\"eliteacode.projectId\": 7");
    scene.machine.write(SETTINGS, changed.as_bytes());
    scene.close();
    scene.editor.text.clone_from(&changed);
    scene.editor.reopen();
    assert_eq!(scene.plan()["targets"][0]["state"], "conflict");
    scene.editor.replace("mine", "my own");
    let keys = json!({"keys": ["eliteacode.projectId"], "choice": "keep", "ides": ["vscode"]});
    let settled = scene.editor.client.call("elitea/config/resolve", keys);
    assert_eq!(settled["targets"][0]["keys"][0]["outcome"], "released", "{settled}");
    assert_eq!((scene.disk(), scene.history()), (changed, vec!["resolve".to_owned(), "apply".to_owned()]));
    assert_eq!(scene.command(&["status"])["targets"][0]["state"], "inOrder");
    scene.editor.client.leave();
}

#[test]
fn nobody_waits_while_the_editor_is_asked() {
    let mut scene = Scene::dirty();
    let (id, asked) = scene.begin();
    let written = scene.command(&["apply", "--ide", "vscode"]);
    assert_eq!(written["targets"][0]["state"], "written", "{written}");
    scene.editor.apply(&asked["params"]["edit"]);
    scene.answer(&asked, &json!({"applied": true}));
    assert_eq!(scene.target(id)["state"], "unsaved");
    // Saved over what the other one wrote: the keys are ours once, and the user's change stays.
    scene.machine.write(SETTINGS, scene.editor.text.as_bytes());
    scene.tell_saved();
    assert_eq!(scene.plan()["targets"][0]["state"], "inOrder");
    assert_eq!((scene.history(), scene.owned()), (vec!["apply".to_owned()], 1));
    scene.command(&["undo"]);
    assert_eq!(scene.disk(), FILE.replace('2', "4"));
    scene.editor.client.leave();
}
