//! Completion and hover in open files: what the doctor's tests show place by place, over the wire.

use elitea_helper::fake::Dialect;
use serde_json::{Value, json};

use super::editor::{DIAGNOSTICS, Editor, SETTINGS, uri};
use crate::machine::Machine;

fn client() -> Value {
    json!({"capabilities": {"textDocument": {
        "completion": {"completionItem": {"documentationFormat": ["markdown", "plaintext"]}},
        "hover": {"contentFormat": ["markdown"]},
    }}})
}

/// Replaces what an item says with what it says, as an editor does.
fn accept(editor: &mut Editor, item: &Value) {
    let mut edits = vec![item["textEdit"].clone()];
    edits.extend(item["additionalTextEdits"].as_array().into_iter().flatten().cloned());
    let edit = json!({"changes": {&editor.uri: edits}});
    editor.apply(&edit);
}

#[test]
fn a_model_is_chosen_while_the_text_is_broken() {
    let machine = Machine::new(Dialect::Python);
    machine.log_in();
    assert_eq!(machine.run(&["use", "--project", "4"]).code, 0);
    let text = "{\n  // \u{1f600}\n  \"eliteacode.LLMModelName\": \"gpt-\n}\n";
    let mut editor = Editor::open(&machine, client(), &uri(&machine, SETTINGS), text);
    editor.client.tolerate(DIAGNOSTICS);
    // Nobody asked the server yet: the list is there with a further keystroke at the latest.
    let item = loop {
        let list = editor.ask("textDocument/completion", "\"gpt-");
        let items = list["items"].as_array().unwrap().clone();
        if let Some(item) = items.into_iter().find(|item| item["label"] == "gpt-5.1") {
            break item;
        }
        assert_eq!(list["isIncomplete"], true, "{list}");
    };
    assert_eq!(item["documentation"]["kind"], "markdown", "{item}");
    accept(&mut editor, &item);
    assert_eq!(editor.text, text.replace("\"gpt-", "\"gpt-5.1\""));
    let hover = editor.ask("textDocument/hover", "\"gpt-5");
    assert_eq!(editor.at(&hover["range"]), "\"gpt-5.1\"");
    let words = hover["contents"]["value"].as_str().unwrap();
    assert!(words.contains("The model that ELITEA Code uses"), "{words}");
    assert!(words.contains("several projects have a model of this name"), "{words}");
    // The quotes that are there stay, for editors that replace nothing behind the cursor.
    let list = editor.ask("textDocument/completion", "\"gpt-5");
    let item = list["items"].as_array().unwrap().iter().find(|item| item["label"] == "team-llama").unwrap();
    assert_eq!((&item["textEdit"]["newText"], &item["filterText"]), (&json!("team-llama"), &Value::Null));
    assert_eq!(editor.at(&item["textEdit"]["range"]), "gpt-5.1");
    editor.client.leave();
}

#[test]
fn a_file_that_is_not_ours_gets_no_help() {
    let machine = Machine::new(Dialect::Python);
    machine.log_in();
    let mut editor = Editor::open(&machine, client(), &uri(&machine, "web/settings.json"), "{ \"a\": tr }");
    editor.client.tolerate(DIAGNOSTICS);
    assert_eq!(editor.ask("textDocument/completion", "tr"), Value::Null);
    assert_eq!(editor.ask("textDocument/hover", "\"a"), Value::Null);
    editor.client.leave();
}

#[test]
fn an_option_of_a_component_is_chosen() {
    let machine = Machine::new(Dialect::Python);
    machine.log_in();
    assert_eq!(machine.run(&["use", "--project", "4"]).code, 0);
    let text = "<project version=\"4\">\n  <component name=\"EliteASettings\">\n    <option name=\"projectId\" value=\"\" />\n  </component>\n</project>\n";
    let mut editor = Editor::open(&machine, client(), &uri(&machine, "work/.idea/elitea.xml"), text);
    editor.client.tolerate(DIAGNOSTICS);
    let item = loop {
        let list = editor.ask("textDocument/completion", "value=\"");
        let items = list["items"].as_array().unwrap().clone();
        if let Some(item) = items.into_iter().find(|item| item["label"].as_str().unwrap().starts_with("4 ")) {
            break item;
        }
        assert_eq!(list["isIncomplete"], true, "{list}");
    };
    accept(&mut editor, &item);
    assert_eq!(editor.text, text.replace("value=\"\"", "value=\"4\""));
    editor.client.leave();
}
