//! An editor as the server meets it: it holds texts, tells what is typed, and applies what it is asked.

use serde_json::{Value, json};

use super::client::{Client, server};
use crate::machine::Machine;

pub(crate) const DIAGNOSTICS: &str = "textDocument/publishDiagnostics";
pub(crate) const SETTINGS: &str = ".config/Code/User/settings.json";

/// One editor with its client library and one buffer.
pub(crate) struct Editor {
    pub(crate) client: Client,
    pub(crate) uri: String,
    pub(crate) text: String,
    pub(crate) version: i64,
    utf8: bool,
}

/// The address of a file.
pub(crate) fn uri(machine: &Machine, name: &str) -> String {
    url::Url::from_file_path(machine.path(name)).unwrap().to_string()
}

impl Editor {
    /// An editor that says of itself what `params` say, with this text in a buffer of this address.
    pub(crate) fn open(machine: &Machine, params: Value, uri: &str, text: &str) -> Self {
        let mut client = Client::start(&mut server(machine));
        let said = client.initialize(params);
        client.tolerate("elitea/status/didChange");
        let utf8 = said["capabilities"]["positionEncoding"] == "utf-8";
        let mut editor = Self { client, uri: uri.to_owned(), text: text.to_owned(), version: 1, utf8 };
        editor.reopen();
        editor
    }

    /// Tells that the buffer is open, with its text as it is.
    pub(crate) fn reopen(&mut self) {
        let item =
            json!({"uri": self.uri, "languageId": "jsonc", "version": self.version, "text": self.text});
        self.client.notify("textDocument/didOpen", json!({"textDocument": item}));
    }

    /// Replaces what stands once in the buffer.
    pub(crate) fn replace(&mut self, old: &str, new: &str) {
        assert_eq!(self.text.matches(old).count(), 1, "{old:?} in {}", self.text);
        let at = self.text.find(old).unwrap();
        let range = self.range(at, at + old.len());
        self.text.replace_range(at..at + old.len(), new);
        self.version += 1;
        let document = json!({"uri": self.uri, "version": self.version});
        let changes = json!([{"range": range, "text": new}]);
        self.client
            .notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    }

    fn position(&self, at: usize) -> Value {
        let before = &self.text[..at];
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let characters = &self.text[line..at];
        let character = if self.utf8 { characters.len() } else { characters.encode_utf16().count() };
        json!({"line": before.matches('\n').count(), "character": character})
    }

    fn range(&self, start: usize, end: usize) -> Value {
        json!({"start": self.position(start), "end": self.position(end)})
    }

    fn offset(&self, position: &Value) -> usize {
        let line = usize::try_from(position["line"].as_u64().unwrap()).unwrap();
        let character = usize::try_from(position["character"].as_u64().unwrap()).unwrap();
        let start: usize = self.text.split_inclusive('\n').take(line).map(str::len).sum();
        let length = |char: char| if self.utf8 { char.len_utf8() } else { char.len_utf16() };
        let mut left = character;
        let rest = &self.text[start..];
        start
            + rest
                .char_indices()
                .find(|(_, char)| {
                    let is_there = left == 0;
                    left = left.saturating_sub(length(*char));
                    is_there
                })
                .map_or(rest.len(), |(at, _)| at)
    }

    /// The text that a range of the protocol holds.
    pub(crate) fn at(&self, range: &Value) -> &str {
        &self.text[self.offset(&range["start"])..self.offset(&range["end"])]
    }

    /// The diagnostics of the buffer as it is: those that come for its version.
    pub(crate) fn told(&mut self) -> Vec<Value> {
        loop {
            let told = self.client.told(DIAGNOSTICS);
            assert_eq!(told["params"]["uri"], json!(self.uri), "{told}");
            if told["params"]["version"] == json!(self.version) {
                return told["params"]["diagnostics"].as_array().unwrap().clone();
            }
        }
    }

    /// Waits for the diagnostics of the buffer as it is, where those of others are left out.
    pub(crate) fn told_of_this_text(&mut self) {
        self.client.heed(DIAGNOSTICS);
        self.told();
        self.client.tolerate(DIAGNOSTICS);
    }

    /// What is offered for this piece of the text, which stands there once.
    pub(crate) fn actions(&mut self, piece: &str, only: Option<&str>, shown: &[Value]) -> Vec<Value> {
        let at = self.text.find(piece).unwrap_or_else(|| panic!("{piece:?} in {}", self.text));
        let mut context = json!({"diagnostics": shown});
        if let Some(only) = only {
            context["only"] = json!([only]);
        }
        let range = self.range(at, at + piece.len());
        let params = json!({"textDocument": {"uri": self.uri}, "range": range, "context": context});
        self.client.call("textDocument/codeAction", params).as_array().unwrap().clone()
    }

    /// A request about the place right behind this piece of the text.
    pub(crate) fn ask(&mut self, method: &str, behind: &str) -> Value {
        let at = self.text.find(behind).unwrap_or_else(|| panic!("{behind:?} in {}", self.text));
        let position = self.position(at + behind.len());
        self.client.call(method, json!({"textDocument": {"uri": self.uri}, "position": position}))
    }

    /// Applies an edit of the workspace to the buffer, as the server means it, and tells it so.
    pub(crate) fn apply(&mut self, edit: &Value) {
        let edits = match edit["documentChanges"].as_array() {
            Some(changes) => {
                assert_eq!(changes.len(), 1, "{edit}");
                let document = &changes[0]["textDocument"];
                assert_eq!(*document, json!({"uri": self.uri, "version": self.version}));
                changes[0]["edits"].as_array().unwrap().clone()
            }
            None => edit["changes"][&self.uri].as_array().unwrap_or_else(|| panic!("{edit}")).clone(),
        };
        let mut changes: Vec<_> = edits
            .iter()
            .map(|edit| {
                let (start, end) = (self.offset(&edit["range"]["start"]), self.offset(&edit["range"]["end"]));
                (start, end, edit["newText"].as_str().unwrap().to_owned())
            })
            .collect();
        changes.sort_by_key(|(start, ..)| std::cmp::Reverse(*start));
        for (start, end, with) in changes {
            self.text.replace_range(start..end, &with);
        }
        self.version += 1;
        let document = json!({"uri": self.uri, "version": self.version});
        self.client.notify(
            "textDocument/didChange",
            json!({"textDocument": document, "contentChanges": [{"text": self.text}]}),
        );
    }
}

/// The rules of some diagnostics.
pub(crate) fn rules(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().map(|diagnostic| diagnostic["code"].as_str().unwrap()).collect()
}
