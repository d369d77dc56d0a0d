//! A language server's process, and a client of it that does not wait for anything but replies.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use wait4::Wait4;

use crate::clock::{Time, milliseconds};

/// A process and the way to it.
pub(crate) struct Session {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    next: u64,
}

impl Session {
    /// Starts a server and waits until it has answered `initialize`.
    pub(crate) fn start(command: &mut Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut session = Self { child, input, output: BufReader::new(output), next: 1 };
        session.call(
            "initialize",
            &json!({
                "processId": std::process::id(),
                "capabilities": {"textDocument": {"diagnostic": {}}},
                "initializationOptions": {"elitea": {"protocol": 1}},
            }),
        );
        session
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        let frame = format!("Content-Length: {}\r\n\r\n{text}", text.len());
        self.input.write_all(frame.as_bytes()).unwrap();
    }

    pub(crate) fn notify(&mut self, method: &str, params: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request and waits for its reply, the result or the error.
    pub(crate) fn call(&mut self, method: &str, params: &Value) -> Value {
        let id = self.next;
        self.next += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let message = self.read();
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
        }
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "the server has ended");
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", bytes)) => length = bytes.parse().unwrap(),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    /// Closes the input; how long the process then takes to end, and its CPU time from its start on.
    pub(crate) fn end(mut self) -> Time {
        let start = Instant::now();
        drop(self.input);
        let ended = self.child.wait4().unwrap();
        let wall = milliseconds(start.elapsed());
        Time { cpu: milliseconds(ended.rusage.utime + ended.rusage.stime), wall }
    }

    /// A figure of `/proc/PID/FILE` in bytes; none where the system has no such file.
    pub(crate) fn memory(&self, file: &str, name: &str) -> Option<u64> {
        let text = std::fs::read_to_string(format!("/proc/{}/{file}", self.child.id())).ok()?;
        let figure = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        let kilobytes: u64 = figure.split_whitespace().next().unwrap().parse().unwrap();
        Some(kilobytes * 1024)
    }

    /// The process's part of the memory, once it does nothing more.
    pub(crate) fn settled_memory(&self) -> Option<u64> {
        let mut before = 0;
        for _ in 0..100 {
            let now = self.memory("smaps_rollup", "Pss:")?;
            if now == before {
                return Some(now);
            }
            before = now;
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("the memory of a server that does nothing goes up and down")
    }
}
