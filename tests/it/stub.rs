//! A server for one test: it answers every request as the test's closure says, on a thread of its
//! own, and remembers what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use elitea_helper::auth::{Server, Token};
use elitea_helper::elitea::{Client, Network, Pauses};

use crate::tokens;

/// One request as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Header lines with names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// One answer; `cut` promises more bytes than are sent.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) cut: usize,
}

impl Answer {
    pub(crate) fn new(status: u16, kind: &str, body: &str) -> Self {
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        Self { status, headers, body: body.as_bytes().to_vec(), cut: 0 }
    }

    pub(crate) fn json(status: u16, body: &str) -> Self {
        Self::new(status, "application/json", body)
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

pub(crate) struct Stub {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Request>>>,
}

impl Stub {
    /// Serves until the test's process ends.
    pub(crate) fn start(answer: impl Fn(&Request) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if let Some(request) = receive(&stream) {
                    log.lock().unwrap().push(request.clone());
                    send(&stream, &answer(&request));
                }
            }
        });
        Self { url, asked }
    }

    pub(crate) fn asked(&self) -> Vec<Request> {
        self.asked.lock().unwrap().clone()
    }

    /// How often something below that path was asked for.
    pub(crate) fn count(&self, method: &str, path: &str) -> usize {
        self.asked().iter().filter(|asked| asked.method == method && asked.path.starts_with(path)).count()
    }
}

/// Reads one request from a connection; nothing when it ends before one.
pub(crate) fn receive(stream: impl Read) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.map_or(0, |(_, value)| value.parse().unwrap_or(0))];
    reader.read_exact(&mut body).ok()?;
    Some(Request { method, path, headers, body: String::from_utf8_lossy(&body).into_owned() })
}

/// The bytes of an answer, for a connection that is closed after it.
pub(crate) fn bytes(answer: &Answer) -> Vec<u8> {
    let ours = |name: &str| matches!(name, "content-length" | "transfer-encoding" | "connection");
    let mut lines = vec![format!("HTTP/1.1 {} Recorded", answer.status)];
    lines.extend(
        answer.headers.iter().filter(|(name, _)| !ours(name)).map(|(name, value)| format!("{name}: {value}")),
    );
    if answer.status != 204 {
        lines.push(format!("content-length: {}", answer.body.len() + answer.cut));
    }
    lines.push("connection: close\r\n\r\n".to_owned());
    [lines.join("\r\n").as_bytes(), &answer.body].concat()
}

fn send(mut stream: &TcpStream, answer: &Answer) {
    let _ = stream.write_all(&bytes(answer));
}

pub(crate) const AUTHOR: &str = "/api/v2/social/author/";
pub(crate) const TOKENS: &str = "/api/v2/auth/token/";
pub(crate) const PROJECTS: &str = "/api/v2/projects/project/";
pub(crate) const MODELS: &str = "/api/v2/configurations/models/";

pub(crate) fn client_with(stub: &Stub, token: Option<&Token>) -> Client {
    Client::new(&Server::parse(&stub.url).unwrap(), token, &Network::default())
        .unwrap()
        .with_pauses(Pauses::NONE)
}

pub(crate) fn client(stub: &Stub) -> Client {
    client_with(stub, Some(&tokens::token()))
}

pub(crate) fn author(id: &str) -> Answer {
    Answer::json(
        200,
        &format!(r#"{{"id":{id},"email":"a@example.test","name":"A","personal_project_id":7}}"#),
    )
}

pub(crate) fn refused() -> Answer {
    Answer::json(
        401,
        r#"{"error":{"message":"token validation failed","type":"authentication_error","code":"unauthenticated"}}"#,
    )
}

pub(crate) fn denied() -> Answer {
    Answer::new(302, "text/html", "<html>").with("location", "https://elitea.test/access_denied")
}

pub(crate) fn not_found() -> Answer {
    Answer::new(404, "text/plain", "404 page not found\n")
}

pub(crate) fn at(request: &Request, path: &str) -> bool {
    request.path.starts_with(path)
}
