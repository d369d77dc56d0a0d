//! A small client of the language server. It fails on every message that nobody expects.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::machine::Machine;

/// How long anything may take before the test fails; nothing depends on it.
const DEADLINE: Duration = Duration::from_secs(30);

/// One process and the conversation with it.
pub(crate) struct Client {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    stderr: Option<JoinHandle<String>>,
    next: i64,
    tolerated: Vec<&'static str>,
}

/// How a process ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stderr: String,
    /// Since the client began to wait for it.
    pub(crate) after: Duration,
}

pub(crate) fn server(machine: &Machine) -> Command {
    let mut command = machine.command();
    command.args(["lsp", "--stdio"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A message in its frame.
pub(crate) fn frame(message: &str) -> Vec<u8> {
    format!("Content-Length: {}\r\n\r\n{message}", message.len()).into_bytes()
}

/// Waits until something holds that another process or thread brings about.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < DEADLINE, "in vain for {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

impl Client {
    /// A process that was not told anything yet.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut errors = child.stderr.take().unwrap();
        let (send, messages) = mpsc::channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                let _ = send.send(message);
            }
        });
        let stderr = std::thread::spawn(move || {
            let mut text = String::new();
            errors.read_to_string(&mut text).unwrap();
            text
        });
        let input = child.stdin.take();
        Self { child, input, messages, stderr: Some(stderr), next: 1, tolerated: Vec::new() }
    }

    /// A session that has begun, as an editor of ours begins it.
    pub(crate) fn session(machine: &Machine) -> Self {
        Self::session_of(&mut server(machine))
    }

    /// The same, with this process.
    pub(crate) fn session_of(command: &mut Command) -> Self {
        let mut client = Self::start(command);
        client.initialize(json!({"initializationOptions": {"elitea": {"protocol": 1}}}));
        client
    }

    /// Begins the session; returns what the server said.
    pub(crate) fn initialize(&mut self, mut params: Value) -> Value {
        if params.get("capabilities").is_none() {
            params["capabilities"] = json!({});
        }
        let said = self.call("initialize", params);
        self.notify("initialized", json!({}));
        said
    }

    /// From here on this notification may come at any time.
    pub(crate) fn tolerate(&mut self, method: &'static str) {
        self.tolerated.push(method);
    }

    /// Sends bytes; a process that has ended does not take them, which is for others to find.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the input is closed");
        let _ = input.write_all(bytes).and_then(|()| input.flush());
    }

    pub(crate) fn send(&mut self, message: &Value) {
        self.raw(&frame(&message.to_string()));
    }

    pub(crate) fn notify(&mut self, method: &str, params: impl Into<Value>) {
        let params: Value = params.into();
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request and returns its id. Without parameters there is no such field.
    pub(crate) fn request(&mut self, method: &str, params: Option<Value>) -> i64 {
        let id = self.next;
        self.next += 1;
        let mut message = json!({"jsonrpc": "2.0", "id": id, "method": method});
        if let Some(params) = params {
            message["params"] = params;
        }
        self.send(&message);
        id
    }

    pub(crate) fn cancel(&mut self, id: i64) {
        self.notify("$/cancelRequest", json!({"id": id}));
    }

    /// The next message, whatever it is.
    pub(crate) fn next(&mut self) -> Value {
        loop {
            let message = self.messages.recv_timeout(DEADLINE).unwrap_or_else(|_| {
                let state = self.child.try_wait();
                panic!("no message came; the process: {state:?}")
            });
            if !self.is_tolerated(&message) {
                return message;
            }
        }
    }

    fn is_tolerated(&self, message: &Value) -> bool {
        let method = message.get("method").and_then(Value::as_str);
        message.get("id").is_none() && method.is_some_and(|method| self.tolerated.contains(&method))
    }

    /// The next message, which must be the server's request or notification of this name.
    pub(crate) fn told(&mut self, method: &str) -> Value {
        let message = self.next();
        assert_eq!(message["method"], method, "{message}");
        message
    }

    /// The next message, which must be the reply to this request.
    pub(crate) fn reply(&mut self, id: i64) -> Result<Value, Value> {
        self.replies(&[id]).remove(&id).unwrap()
    }

    /// The next messages, which must be the replies to these requests, in any order.
    pub(crate) fn replies(&mut self, ids: &[i64]) -> BTreeMap<i64, Result<Value, Value>> {
        let mut found = BTreeMap::new();
        while found.len() < ids.len() {
            let mut message = self.next();
            let id = message["id"].as_i64().filter(|id| ids.contains(id) && !found.contains_key(id));
            let id = id.unwrap_or_else(|| panic!("nobody expected {message}, but replies to {ids:?}"));
            assert!(message.get("method").is_none(), "{message}");
            let reply = match message.get_mut("error") {
                Some(error) => Err(error.take()),
                None => Ok(message.get_mut("result").expect("neither result nor error").take()),
            };
            found.insert(id, reply);
        }
        found
    }

    pub(crate) fn call(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, Some(params));
        self.reply(id).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Calls while notifications of this name may come.
    pub(crate) fn call_amid(&mut self, method: &str, params: Value, amid: &'static str) -> Value {
        self.tolerate(amid);
        let result = self.call(method, params);
        self.tolerated.pop();
        result
    }

    /// Calls what must fail; returns the error's code, and `data.code` where there is one.
    pub(crate) fn fails(&mut self, method: &str, params: Value) -> (i64, String) {
        let id = self.request(method, Some(params));
        let error = self.reply(id).expect_err(method);
        code(&error)
    }

    /// A request that needs nothing but a loop that goes on.
    pub(crate) fn is_alive(&mut self) {
        let history = self.call("elitea/config/history", json!({}));
        assert!(history["entries"].is_array(), "{history}");
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
    }

    pub(crate) fn close_input(&mut self) {
        self.input = None;
    }

    /// `shutdown` and `exit`, with the input left open.
    pub(crate) fn leave(mut self) -> Ended {
        let id = self.request("shutdown", None);
        assert_eq!(self.reply(id), Ok(Value::Null));
        self.send(&json!({"jsonrpc": "2.0", "method": "exit"}));
        let ended = self.ended();
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{ended:?}");
        ended
    }

    /// Waits for the end of the process. Nothing may come before it that is not tolerated.
    pub(crate) fn ended(mut self) -> Ended {
        let start = Instant::now();
        let mut status = None;
        until("the end of the process", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        let after = start.elapsed();
        while let Ok(message) = self.messages.recv_timeout(DEADLINE) {
            assert!(self.is_tolerated(&message), "nobody expected {message}");
        }
        let stderr = self.stderr.take().unwrap().join().unwrap();
        Ended { code: status.unwrap().code().unwrap_or(-1), stderr, after }
    }
}

/// The code of an error, and the one of ours.
pub(crate) fn code(error: &Value) -> (i64, String) {
    let ours = error["data"]["code"].as_str().unwrap_or_default().to_owned();
    (error["code"].as_i64().unwrap(), ours)
}

/// One message of the server; none at the end. It is as strict as a client can be.
fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut header = String::new();
    if output.read_line(&mut header).unwrap() == 0 {
        return None;
    }
    let length = header.strip_prefix("Content-Length: ").and_then(|rest| rest.strip_suffix("\r\n"));
    let length: usize = length.and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{header:?}"));
    let mut blank = String::new();
    output.read_line(&mut blank).unwrap();
    assert_eq!(blank, "\r\n");
    let mut body = vec![0; length];
    output.read_exact(&mut body).unwrap();
    let message: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(message["jsonrpc"], "2.0", "{message}");
    Some(message)
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
