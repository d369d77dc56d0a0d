//! HTTP: takes connections, applies faults, sends replies. The dialects know nothing of it.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::exchange::{Reply, Request};
use super::faults::{self, Condition, Effect};
use super::state::State;
use super::{Dialect, Seen, control, go, jwt, lock, python};

/// Serves until told to stop; then every connection is dropped.
pub(super) async fn listen(
    listener: std::net::TcpListener,
    state: Arc<Mutex<State>>,
    stop: oneshot::Receiver<()>,
) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let mut connections = JoinSet::new();
    let accept = async {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            let state = Arc::clone(&state);
            let service = service_fn(move |request| exchange(Arc::clone(&state), request));
            // A failed connection is the client's business, or a fault that was asked for.
            connections.spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            while connections.try_join_next().is_some() {}
        }
    };
    tokio::select! {
        () = accept => {}
        _ = stop => {}
    }
}

async fn exchange(
    state: Arc<Mutex<State>>,
    incoming: hyper::Request<Incoming>,
) -> Result<hyper::Response<Sent>, Disconnect> {
    let mut request = receive(incoming).await?;
    if let Some(reply) = control::answer(&mut lock(&state), &request) {
        return send(reply, None);
    }
    let effect = {
        let mut state = lock(&state);
        state.seen.push(seen(&request));
        faults::take(&mut state.faults, &request)
    };
    if let Some(reply) = effect.as_ref().and_then(Effect::reply) {
        return send(reply, None);
    }
    let mut cut = None;
    match effect {
        Some(Effect::Close) => return Err(Disconnect),
        Some(Effect::Hang) => std::future::pending().await,
        Some(Effect::Slow { ms }) => tokio::time::sleep(Duration::from_millis(ms)).await,
        Some(Effect::Truncate { bytes }) => cut = Some(bytes),
        Some(Effect::Condition(condition)) => request.condition = condition,
        _ => {}
    }
    let reply = answer(&mut lock(&state), &request);
    if matches!(effect, Some(Effect::LostReply)) {
        return Err(Disconnect);
    }
    send(reply, cut)
}

fn answer(state: &mut State, request: &Request) -> Reply {
    match state.dialect {
        Dialect::Python | Dialect::V1 => python::answer(state, request),
        Dialect::Go | Dialect::GoPlain => go::answer(state, request),
    }
}

async fn receive(incoming: hyper::Request<Incoming>) -> Result<Request, Disconnect> {
    let (head, body) = incoming.into_parts();
    let body = body.collect().await.map_err(|_| Disconnect)?.to_bytes().to_vec();
    let headers = head.headers.iter();
    let headers = headers
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    Ok(Request {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().map(str::to_owned),
        headers: headers.collect(),
        body,
        condition: Condition::Normal,
    })
}

fn seen(request: &Request) -> Seen {
    let credential = request.header("x-api-key").or_else(|| request.header("authorization"));
    let token = credential.and_then(|credential| {
        let (scheme, rest) = credential.split_once(' ').unwrap_or(("", credential));
        jwt::uuid_of(&if scheme.eq_ignore_ascii_case("basic") {
            control::basic_user(rest)?
        } else {
            rest.to_owned()
        })
    });
    Seen {
        method: request.method.clone(),
        path: request.target(),
        headers: request.headers.iter().map(|(name, _)| name.clone()).collect(),
        credential: credential.is_some() || request.header("cookie").is_some(),
        token,
        misplaced: misplaced(request),
    }
}

/// Where the header of a token stands although no server looks for one there.
fn misplaced(request: &Request) -> Vec<String> {
    let holds = |bytes: &[u8]| bytes.windows(jwt::START.len()).any(|part| part == jwt::START.as_bytes());
    let allowed = |name: &str| matches!(name, "authorization" | "x-api-key");
    let mut places = Vec::new();
    places.extend(holds(request.target().as_bytes()).then(|| "target".to_owned()));
    places.extend(holds(&request.body).then(|| "body".to_owned()));
    let headers = request.headers.iter().filter(|(name, value)| !allowed(name) && holds(value.as_bytes()));
    places.extend(headers.map(|(name, _)| name.clone()));
    places
}

fn send(reply: Reply, cut: Option<usize>) -> Result<hyper::Response<Sent>, Disconnect> {
    let mut response = hyper::Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    let whole = Bytes::from(reply.body);
    let total = whole.len() as u64;
    let part = whole.slice(..cut.map_or(whole.len(), |cut| cut.min(whole.len())));
    let sent = Sent { broken: (part.len() as u64) < total, part: Some(part), total, flushed: false };
    response.body(sent).map_err(|_| Disconnect)
}

/// A body that may break off before the length it announced.
struct Sent {
    part: Option<Bytes>,
    total: u64,
    broken: bool,
    flushed: bool,
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Disconnect;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Disconnect>>> {
        if let Some(part) = self.part.take().filter(|part| !part.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(part))));
        }
        if !self.broken {
            return Poll::Ready(None);
        }
        if self.flushed {
            return Poll::Ready(Some(Err(Disconnect)));
        }
        // One turn for the part to reach the socket before the connection breaks.
        self.flushed = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        !self.broken && self.part.as_ref().is_none_or(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.total)
    }
}

/// The connection ends without (the rest of) a reply.
#[derive(Debug)]
struct Disconnect;

impl fmt::Display for Disconnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is closed on purpose")
    }
}

impl std::error::Error for Disconnect {}
