//! A machine with an editor that has its settings open, for tests of what becomes of both.

use elitea_helper::fake::Dialect;
use serde_json::{Value, json};

use super::client::until;
use super::editor::{DIAGNOSTICS, Editor, SETTINGS, uri};
use crate::machine::Machine;

pub(super) const APPLY: &str = "elitea/config/apply";
pub(super) const FILE: &str = "{\n  // mine\n  \"editor.tabSize\": 2\n}\n";

/// One of our keys.
pub(super) const OURS: &str = "\"eliteacode.projectId\": 4";

/// A machine with an editor that has its settings open.
pub(super) struct Scene {
    pub(super) machine: Machine,
    pub(super) editor: Editor,
}

/// What an editor says that takes changes from us.
pub(super) fn able() -> Value {
    let workspace = json!({"applyEdit": true, "workspaceEdit": {"documentChanges": true}});
    json!({
        "capabilities": {"workspace": workspace},
        "initializationOptions": {"elitea": {"protocol": 1}},
    })
}

pub(super) fn signed_in() -> Machine {
    let machine = Machine::new(Dialect::Python);
    machine.log_in();
    assert_eq!(machine.run(&["use", "--project", "4", "--model", "1/gpt-5.1"]).code, 0);
    machine
}

impl Scene {
    /// The file with these bytes, and the editor's buffer with this text.
    pub(super) fn new(bytes: &str, text: &str) -> Self {
        Self::of(signed_in(), bytes, text, able())
    }

    pub(super) fn of(machine: Machine, bytes: &str, text: &str, params: Value) -> Self {
        machine.write(SETTINGS, bytes.as_bytes());
        let mut editor = Editor::open(&machine, params, &uri(&machine, SETTINGS), text);
        editor.client.tolerate(DIAGNOSTICS);
        Self { machine, editor }
    }

    /// The same file on both sides, and then a change that is not saved.
    pub(super) fn dirty() -> Self {
        Self::dirty_of(signed_in(), able())
    }

    pub(super) fn dirty_of(machine: Machine, params: Value) -> Self {
        let mut scene = Self::of(machine, FILE, FILE, params);
        // From here on it is known that they were the same.
        scene.plan();
        scene.editor.replace("2", "4");
        scene
    }

    pub(super) fn plan(&mut self) -> Value {
        self.editor.client.call("elitea/config/plan", json!({"ides": ["vscode"]}))
    }

    /// Asks for an apply that goes to the editor; returns the request's id and what the editor is asked.
    pub(super) fn begin(&mut self) -> (i64, Value) {
        let id = self.editor.client.request(APPLY, Some(json!({"ides": ["vscode"]})));
        let asked = self.editor.client.told("workspace/applyEdit");
        self.holds_no_token(&asked);
        (id, asked)
    }

    /// Asks for an apply and takes what comes of it.
    pub(super) fn apply(&mut self) -> Value {
        let (id, asked) = self.begin();
        self.editor.apply(&asked["params"]["edit"]);
        self.answer(&asked, &json!({"applied": true}));
        self.target(id)
    }

    pub(super) fn answer(&mut self, asked: &Value, result: &Value) {
        self.editor.client.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": result}));
    }

    /// The one target of a report.
    pub(super) fn target(&mut self, id: i64) -> Value {
        let report = self.editor.client.reply(id).unwrap();
        self.holds_no_token(&report);
        assert!(report["targets"].as_array().unwrap().len() == 1, "{report}");
        report["targets"][0].clone()
    }

    pub(super) fn holds_no_token(&self, message: &Value) {
        let text = message.to_string();
        assert!(self.machine.server.tokens().iter().all(|token| !text.contains(token.as_str())), "{text}");
    }

    /// An apply of which the editor hears nothing.
    pub(super) fn apply_unasked(&mut self) -> Value {
        let id = self.editor.client.request(APPLY, Some(json!({"ides": ["vscode"]})));
        self.target(id)
    }

    /// Saves the buffer, in the form that `form` gives it, and waits until it was read back.
    pub(super) fn save(&mut self, form: impl Fn(&str) -> String) {
        let entries = self.history().len();
        self.machine.write(SETTINGS, form(&self.editor.text).as_bytes());
        self.tell_saved();
        until("what was saved to be recorded", || self.history().len() > entries);
    }

    pub(super) fn tell_saved(&mut self) {
        let document = json!({"textDocument": {"uri": self.editor.uri}});
        self.editor.client.notify("textDocument/didSave", document);
    }

    pub(super) fn close(&mut self) {
        let document = json!({"textDocument": {"uri": self.editor.uri}});
        self.editor.client.notify("textDocument/didClose", document);
    }

    pub(super) fn disk(&self) -> String {
        String::from_utf8(std::fs::read(self.machine.path(SETTINGS)).unwrap()).unwrap()
    }

    /// The command line, as somebody in a terminal sees the same machine.
    pub(super) fn command(&self, arguments: &[&str]) -> Value {
        let ran = self.machine.run(&[arguments, &["--json"]].concat());
        serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"))
    }

    /// The verbs of the history, the newest first.
    pub(super) fn history(&self) -> Vec<String> {
        let history = self.command(&["history"]);
        let entries = history["entries"].as_array().unwrap().iter();
        entries.map(|entry| entry["verb"].as_str().unwrap().to_owned()).collect()
    }

    /// How many targets we hold keys in.
    pub(super) fn owned(&self) -> usize {
        std::fs::read_dir(self.machine.state_dir().join("targets")).map_or(0, Iterator::count)
    }

    /// Nothing was written, nothing is remembered, and the user's text is as it was.
    pub(super) fn is_untouched(&self, disk: &str, text: &str) {
        assert_eq!(self.disk(), disk);
        assert_eq!(self.editor.text, text);
        assert_eq!((self.history(), self.owned()), (Vec::new(), 0));
    }
}

pub(super) fn is_refused(target: &Value, code: &str, words: &str) {
    assert_eq!((&target["state"], &target["error"]["code"]), (&json!("refused"), &json!(code)), "{target}");
    let message = target["error"]["message"].as_str().unwrap();
    assert!(message.contains(words) && target["error"]["hint"].is_string(), "{target}");
}

/// Byte order mark and line ends as Windows has them, which editors hide and even out.
pub(super) fn windows(text: &str) -> String {
    format!("\u{feff}{}", text.replace('\n', "\r\n"))
}
