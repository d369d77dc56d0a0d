//! One HTTP client per server: no redirects, no cookies, bounded in time and size, and repeated
//! only where repeating changes nothing.
#![allow(clippy::disallowed_methods, reason = "the only user of the network")]

use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Method, redirect};
use serde_json::Value;

use super::client::Pauses;
use super::network::Network;
use super::{answers, tls, transport};
use crate::auth::{Server, Token};
use crate::error::{Error, Kind, Result};

/// Longest body that is read, in bytes; the largest recorded one has 60 KB.
const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// How often a call that changes nothing is sent again.
const RETRIES: u32 = 2;

/// Longest wait that a server may ask for between two tries of one call; above it the caller is told.
const RETRY_AFTER_LIMIT: Duration = Duration::from_secs(5);

/// Statuses that may be gone at the next try.
const PASSING: &[u16] = &[429, 502, 503, 504];

/// One answer of a server, whatever its status. Its `Debug` form leaves headers and body out, which
/// may hold a token.
#[derive(Clone)]
pub struct Reply {
    /// The address that was asked.
    pub url: String,
    /// The HTTP status.
    pub status: u16,
    /// Header names in lower case, and their values, in the order received.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reply").field("url", &self.url).field("status", &self.status).finish_non_exhaustive()
    }
}

impl Reply {
    /// The first header of that (lower-case) name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether the call did what it was to do.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// How long the server asks to wait, in seconds or until a date (RFC 9110, 10.2.3).
    pub fn retry_after(&self) -> Option<Duration> {
        let asked = self.header(RETRY_AFTER.as_str())?.trim();
        if let Ok(seconds) = asked.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let wait = answers::date(asked)?.duration_since(jiff::Timestamp::now());
        Some(Duration::try_from(wait).unwrap_or_default())
    }
}

#[derive(Debug)]
pub(super) struct Http {
    client: reqwest::Client,
    root: String,
    pauses: Pauses,
}

impl Http {
    pub(super) fn new(
        server: &Server,
        token: Option<&Token>,
        network: &Network,
        pauses: Pauses,
    ) -> Result<Self> {
        let builder = builder(server, token, network)?;
        let client = builder.build().map_err(|error| transport::unusable(&error))?;
        Ok(Self { client, root: server.as_str().to_owned(), pauses })
    }

    pub(super) fn set_pauses(&mut self, pauses: Pauses) {
        self.pauses = pauses;
    }

    /// Asks, and asks again when the failure may pass: a call that changes nothing may be repeated.
    pub(super) async fn get(&self, path: &str) -> Result<Reply> {
        let mut tries = 0;
        loop {
            let answer = self.once(Method::GET, path, None).await;
            let Some(wait) = self.wait_before_retry(&answer, tries) else { return answer };
            tokio::time::sleep(wait).await;
            tries += 1;
        }
    }

    /// Sends a call that changes something: once.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Reply> {
        self.once(Method::POST, path, Some(body)).await
    }

    /// As [`Http::post`].
    pub(super) async fn delete(&self, path: &str) -> Result<Reply> {
        self.once(Method::DELETE, path, None).await
    }

    async fn once(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Reply> {
        let url = format!("{}{path}", self.root);
        let mut request = self.client.request(method, &url);
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        self.exchange(url, request).await
    }

    async fn exchange(&self, url: String, request: reqwest::RequestBuilder) -> Result<Reply> {
        tracing::debug!(url, "asking the server");
        let response = request.send().await.map_err(|error| transport::failed(&url, &error))?;
        whole(url, response).await
    }

    fn wait_before_retry(&self, answer: &Result<Reply>, tries: u32) -> Option<Duration> {
        if tries >= RETRIES {
            return None;
        }
        let asked = match answer {
            Ok(reply) if PASSING.contains(&reply.status) => reply.retry_after(),
            Err(error) if error.kind == Kind::Unreachable => None,
            _ => return None,
        };
        match asked {
            Some(asked) if asked > RETRY_AFTER_LIMIT => None,
            Some(asked) => Some(asked.min(self.pauses.retry_after_limit)),
            None => Some(jittered(self.pauses.retry * 2_u32.pow(tries))),
        }
    }
}

/// How this server is asked: whose certificates are trusted, the token, the proxy, the time limits.
pub(super) fn builder(
    server: &Server,
    token: Option<&Token>,
    network: &Network,
) -> Result<reqwest::ClientBuilder> {
    let mut builder = tls::trusting(reqwest::Client::builder(), server, network.ca_file.as_deref())?
        .user_agent(concat!("elitea-helper/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers(token)?)
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(network.connect_timeout)
        .timeout(network.timeout);
    if server.is_loopback() {
        // Nothing that is meant for this machine leaves it, least of all a token over plain http.
        builder = builder.no_proxy();
    } else if let Some(address) = &network.proxy {
        builder = builder.proxy(proxy(address)?.no_proxy(reqwest::NoProxy::from_env()));
    }
    Ok(builder)
}

/// The reply with its body.
pub(super) async fn whole(url: String, mut response: reqwest::Response) -> Result<Reply> {
    let status = response.status().as_u16();
    let headers = response.headers().iter().map(pair).collect();
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| transport::failed(&url, &error))? {
        if bytes.len() + chunk.len() > BODY_LIMIT {
            return Err(Error::new(Kind::ServerFault, format!("{url} answers with more than 4 MiB"))
                .hint("check that the address is that of an ELITEA server"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Reply { url, status, headers, body: bytes })
}

fn headers(token: Option<&Token>) -> Result<HeaderMap> {
    let mut headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
    if let Some(token) = token {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
            .map_err(|_| Error::new(Kind::TokenMalformed, "the token has characters that cannot be sent"))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}

/// A proxy for every server.
pub(super) fn proxy(address: &str) -> Result<reqwest::Proxy> {
    // The address may hold a password, so it is not repeated.
    reqwest::Proxy::all(address).map_err(|_| {
        Error::new(Kind::Config, "the proxy's address is not understood")
            .hint("give it as http://host:port; a name and password go before the host, as in http://name:password@host:port")
    })
}

fn pair((name, value): (&HeaderName, &HeaderValue)) -> (String, String) {
    (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Between half and the whole of `pause`, so that many helpers do not come back at once.
fn jittered(pause: Duration) -> Duration {
    let mut random = [0_u8; 1];
    let _ = getrandom::fill(&mut random);
    pause.mul_f64(0.5 + f64::from(random[0]) / 510.0)
}
