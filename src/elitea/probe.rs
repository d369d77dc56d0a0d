//! Why a server cannot be used, as facts: how far one request comes, who answers, what the
//! certificate is, which proxy is in between, and how far the clocks are apart. What to say about it
//! is for others.
#![allow(clippy::disallowed_methods, reason = "a part of the only user of the network")]

mod certificate;
mod knock;
mod reach;

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use rustls::CertificateError;

pub use certificate::Certificate;
pub use reach::{
    Address, Answer, Clock, Credential, Fault, ProxyFault, Reach, Stage, Stranger, TlsFault, TlsRefusal,
};

use super::classify::{html_title, shown, words};
use super::network::{Network, Proxy};
use super::{account, answers, http, tls, transport};
use crate::auth::{Server, Token};
use crate::elitea::Reply;
use crate::error::{Error, Kind};

/// How long is waited. A server that is dead takes no longer than the whole.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For a connection, or a proxy's.
    pub connect: Duration,
    /// For a reply, the handshake of TLS included.
    pub reply: Duration,
    /// For all of it.
    pub whole: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
            reply: Duration::from_secs(3),
            whole: Duration::from_millis(4900),
        }
    }
}

/// Finds out about the server at this address, as it is set, in this process's environment.
/// `token` must belong to the server, if one is given.
pub async fn probe(address: &str, network: &Network, token: Option<&Token>) -> Reach {
    let vars = |name: &str| std::env::var(name).ok();
    Probe { network, token, vars: &vars, limits: Limits::default() }.run(address).await
}

/// What a server is asked with.
pub struct Probe<'p> {
    /// How the network is reached.
    pub network: &'p Network,
    /// A token that belongs to the server, if there is one.
    pub token: Option<&'p Token>,
    /// The variables of the environment.
    pub vars: &'p (dyn Fn(&str) -> Option<String> + Sync),
    /// How long is waited.
    pub limits: Limits,
}

impl Probe<'_> {
    /// Finds out about the server at this address, as it is set. Asks once or, where the answer is
    /// none of ELITEA's, a few times; changes nothing, and never fails.
    pub async fn run(&self, address: &str) -> Reach {
        let begun = Instant::now();
        let (mut address, server) = match read_address(address) {
            Ok(read) => read,
            Err(words) => {
                return Reach {
                    address: Address::default(),
                    route: self.network.without_server(self.vars),
                    answer: Answer::Fault(Fault::Address(words)),
                    clock: None,
                };
            }
        };
        let token = self.token.filter(|_| !address.is_plain_http);
        let (route, proxy) = self.network.find_route(&server, self.vars);
        let visit = Visit { probe: self, begun, proxy: proxy.as_ref() };
        let (answer, clock) = visit.pay(&server, token).await;
        if matches!(answer, Answer::Stranger(_))
            && let Some(origin) = origin_of(&server)
        {
            let (answer, _) = visit.pay(&origin, None).await;
            let is_elitea = matches!(answer, Answer::Elitea { .. });
            address.without_path = Some((origin.as_str().to_owned(), is_elitea));
        }
        Reach { address, route, answer, clock }
    }
}

/// The root of an address, and what is to be said of the address.
fn read_address(typed: &str) -> Result<(Address, Server), String> {
    let of = |(server, suffix): (Server, String), is_plain_http: bool| {
        let root = Some(server.as_str().to_owned());
        (Address { root, suffix, is_plain_http, without_path: None }, server)
    };
    let wrong = match Server::split(typed) {
        Ok(split) => return Ok(of(split, false)),
        Err(error) => error,
    };
    let is_plain = typed.trim().get(..7).is_some_and(|start| start.eq_ignore_ascii_case("http://"));
    if is_plain && let Ok(split) = Server::split(&format!("https://{}", &typed.trim()[7..])) {
        return Ok(of(split, true));
    }
    Err(shown(&wrong.message))
}

/// The server without the path of its root; nothing where it has none.
fn origin_of(server: &Server) -> Option<Server> {
    let origin = server.origin();
    if origin == server.as_str() { None } else { Server::parse(&origin).ok() }
}

/// One probe on its way.
struct Visit<'p> {
    probe: &'p Probe<'p>,
    begun: Instant,
    proxy: Option<&'p Proxy>,
}

/// An answer, and what it says of the clocks.
type Found = (Answer, Option<Clock>);

impl Visit<'_> {
    /// What is left of the time, and at most this.
    fn patience(&self, most: Duration) -> Duration {
        self.probe.limits.whole.saturating_sub(self.begun.elapsed()).min(most)
    }

    async fn pay(&self, server: &Server, token: Option<&Token>) -> Found {
        match self.ask(server, token).await {
            Ok(found) => found,
            Err(fault) => (Answer::Fault(fault), None),
        }
    }

    async fn ask(&self, server: &Server, token: Option<&Token>) -> Result<Found, Fault> {
        let client = self.client(server, token)?.build().map_err(|error| own(transport::unusable(&error)))?;
        let Some((host, port)) = server.host() else {
            return Err(Fault::Address("it names no host".to_owned()));
        };
        let patience = self.patience(self.probe.limits.connect.min(self.probe.network.connect_timeout));
        match self.proxy {
            Some(proxy) => knock::by_proxy(&proxy.intercept, &host, port, patience).await?,
            None => knock::direct(&host, port, patience).await?,
        }
        let path = |api: &str| format!("{}/api/{api}/social/author/", server.as_str());
        let (reply, clock) = self.exchange(&client, server, path("v2")).await?;
        let answer = judge(&reply, token.is_some());
        // An old server has no such path under /api/v2.
        if reply.status == 404 && matches!(answer, Answer::Stranger(_)) {
            let (old, _) = self.exchange(&client, server, path("v1")).await?;
            if let Answer::Elitea { credential, .. } = judge(&old, token.is_some()) {
                return Ok((Answer::Elitea { credential, is_v1: true }, clock));
            }
        }
        Ok((answer, clock))
    }

    fn client(&self, server: &Server, token: Option<&Token>) -> Result<reqwest::ClientBuilder, Fault> {
        let patience = self.patience(self.probe.limits.reply.min(self.probe.network.timeout));
        // The handshake ends first, so that it can be told from a reply that does not come.
        let handshake = patience * 2 / 3;
        let network = Network { connect_timeout: handshake, timeout: patience, ..self.probe.network.clone() };
        // The way that was found is the one that is gone.
        let builder = http::builder(server, token, &network).map_err(own)?.no_proxy();
        match self.proxy {
            Some(proxy) => Ok(builder.proxy(http::proxy(&proxy.address).map_err(own)?)),
            None => Ok(builder),
        }
    }

    async fn exchange(
        &self,
        client: &reqwest::Client,
        server: &Server,
        url: String,
    ) -> Result<(Reply, Option<Clock>), Fault> {
        let patience = self.patience(self.probe.limits.reply.min(self.probe.network.timeout));
        let (sent, at) = (Instant::now(), Timestamp::now());
        let response = match client.get(&url).timeout(patience).send().await {
            Ok(response) => response,
            Err(error) => return Err(self.fault(server, &error).await),
        };
        let took = sent.elapsed();
        let reply = http::whole(url, response).await.map_err(|error| match error.kind {
            Kind::Timeout => Fault::Timeout(Stage::Reply),
            _ => Fault::Broken(error.message),
        })?;
        let clock = reply.header("date").and_then(answers::date).and_then(|date| clock(at, took, date));
        Ok((reply, clock))
    }

    async fn fault(&self, server: &Server, error: &reqwest::Error) -> Fault {
        if let Some(refusal) = transport::tls_error(error) {
            let certificate = match refusal {
                rustls::Error::InvalidCertificate(_) => self.look(server).await,
                _ => None,
            };
            let is_self_signed = certificate.as_ref().is_some_and(|one| one.is_self_signed);
            let words = shown(&refusal.to_string());
            return Fault::Tls(TlsFault { refusal: why(refusal, is_self_signed), words, certificate });
        }
        if let Some(words) = transport::proxy_refusal(error) {
            return Fault::Proxy(ProxyFault::Broken(shown(&words)));
        }
        if error.is_timeout() {
            return Fault::Timeout(if error.is_connect() { Stage::Tls } else { Stage::Reply });
        }
        Fault::Broken(shown(&transport::deepest(error)))
    }

    /// The certificate that the server shows.
    async fn look(&self, server: &Server) -> Option<Certificate> {
        let (client, seen) = tls::looking(self.client(server, None).ok()?).ok()?;
        // It always fails: nothing is accepted, and so nothing sent.
        let _ = client.build().ok()?.get(server.as_str()).send().await;
        let seen = seen.lock().unwrap_or_else(PoisonError::into_inner).take();
        certificate::read(&seen?)
    }
}

fn own(error: Error) -> Fault {
    Fault::Own { kind: error.kind, message: error.message }
}

/// Who answers.
fn judge(reply: &Reply, sent: bool) -> Answer {
    let elitea = |taken: bool| {
        let credential = match (sent, taken) {
            (false, _) => Credential::NotSent,
            (true, true) => Credential::Taken,
            (true, false) => Credential::Refused,
        };
        Answer::Elitea { credential, is_v1: false }
    };
    let Err(error) = account::answer(reply) else { return elitea(true) };
    match error.kind {
        Kind::TokenRejected | Kind::TokenMissing if reply.status != 401 || is_ours(reply) => elitea(false),
        Kind::TokenRejected | Kind::TokenMissing | Kind::Forbidden | Kind::NotElitea => {
            Answer::Stranger(Stranger {
                url: reply.url.clone(),
                status: reply.status,
                title: html_title(reply),
                location: reply.header("location").map(|to| shown(to.split(['?', '#']).next().unwrap_or(to))),
            })
        }
        Kind::ServerBusy => Answer::Busy {
            is_page: html_title(reply).is_some(),
            retry_after: reply.retry_after().map(|wait| wait.as_secs()),
        },
        _ => {
            let said = html_title(reply).filter(|title| !title.is_empty()).or_else(|| words(&reply.body));
            Answer::Failed { status: reply.status, words: said.unwrap_or_default() }
        }
    }
}

/// Whether a 401 is one of the Go server; the Python server has none.
fn is_ours(reply: &Reply) -> bool {
    let body = serde_json::from_slice::<serde_json::Value>(&reply.body).unwrap_or_default();
    body["error"]["type"] == "authentication_error"
}

fn why(error: &rustls::Error, is_self_signed: bool) -> TlsRefusal {
    let rustls::Error::InvalidCertificate(refusal) = error else {
        return match error {
            rustls::Error::InvalidMessage(_) => TlsRefusal::NotTls,
            _ => TlsRefusal::Other,
        };
    };
    match refusal {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsRefusal::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            TlsRefusal::NotYetValid
        }
        CertificateError::NotValidForName => TlsRefusal::WrongHost(Vec::new()),
        CertificateError::NotValidForNameContext { presented, .. } => {
            TlsRefusal::WrongHost(presented.iter().map(|name| shown(name)).collect())
        }
        CertificateError::Revoked => TlsRefusal::Revoked,
        _ if is_self_signed => TlsRefusal::SelfSigned,
        CertificateError::UnknownIssuer => TlsRefusal::UnknownIssuer,
        _ => TlsRefusal::Other,
    }
}

/// A reply's date against ours halfway between asking and hearing.
fn clock(asked: Timestamp, took: Duration, date: Timestamp) -> Option<Clock> {
    let took = SignedDuration::try_from(took).ok()?;
    // A date is cut to whole seconds, and so half a second too early on average.
    let theirs = date.checked_add(SignedDuration::from_millis(500)).ok()?;
    let ours = asked.checked_add(took / 2).ok()?;
    let ahead = ours.duration_since(theirs).as_millis();
    let round = |millis: i128| i64::try_from((millis + if millis < 0 { -500 } else { 500 }) / 1000).ok();
    Some(Clock { ahead: round(ahead)?, give_or_take: round(took.as_millis() / 2 + 500)?.max(1) })
}
