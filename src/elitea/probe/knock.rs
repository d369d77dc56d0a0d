//! The first step to a server, before anything is said to it: its name is looked up, it or its proxy
//! is connected to, and the proxy is asked to connect further.

use std::time::Duration;

use hyper_util::client::proxy::matcher::Intercept;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::{Fault, ProxyFault, Stage};
use crate::elitea::classify::{html_title, shown};
use crate::elitea::http::Reply;

/// Longest answer of a proxy that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// Connects to a host, and hangs up.
pub(super) async fn direct(host: &str, port: u16, patience: Duration) -> Result<(), Fault> {
    dial(host, port, patience).await.map(drop)
}

/// Connects to a proxy, and asks it to connect to the server. A proxy of another kind than http is
/// only connected to.
pub(super) async fn by_proxy(
    proxy: &Intercept,
    host: &str,
    port: u16,
    patience: Duration,
) -> Result<(), Fault> {
    let at = proxy.uri();
    let is_plain = at.scheme_str() == Some("http");
    let usual = match at.scheme_str() {
        Some("https") => 443,
        Some(scheme) if scheme.starts_with("socks") => 1080,
        _ => 80,
    };
    let proxy_host = at.host().unwrap_or_default().trim_matches(['[', ']']);
    let unreachable = |fault| Fault::Proxy(ProxyFault::Unreachable(Box::new(fault)));
    let stream = dial(proxy_host, at.port_u16().unwrap_or(usual), patience).await.map_err(unreachable)?;
    if !is_plain {
        return Ok(());
    }
    let target = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
    let login = proxy.basic_auth().and_then(|login| login.to_str().ok());
    match timeout(patience, tunnel(stream, &target, login)).await {
        Err(_) => Err(Fault::Timeout(Stage::Proxy)),
        Ok(Err(fault)) => Err(Fault::Proxy(fault)),
        Ok(Ok(())) => Ok(()),
    }
}

/// A connection to a host.
async fn dial(host: &str, port: u16, patience: Duration) -> Result<TcpStream, Fault> {
    let connect = async {
        let addresses: Vec<_> = match lookup_host((host, port)).await {
            Ok(addresses) => addresses.collect(),
            Err(error) => {
                return Err(Fault::Dns { host: host.to_owned(), words: shown(&error.to_string()) });
            }
        };
        TcpStream::connect(addresses.as_slice()).await.map_err(|error| {
            let words = shown(&error.to_string());
            match error.kind() {
                std::io::ErrorKind::ConnectionRefused => Fault::Refused { host: host.to_owned(), port },
                std::io::ErrorKind::TimedOut => Fault::Timeout(Stage::Connect),
                _ => Fault::NoRoute { host: host.to_owned(), words },
            }
        })
    };
    timeout(patience, connect).await.unwrap_or(Err(Fault::Timeout(Stage::Connect)))
}

/// Asks a proxy to connect further (RFC 9110, 9.3.6), and reads what it answers.
async fn tunnel(mut stream: TcpStream, target: &str, login: Option<&str>) -> Result<(), ProxyFault> {
    let broken = |error: std::io::Error| ProxyFault::Broken(shown(&error.to_string()));
    let login = login.map(|login| format!("Proxy-Authorization: {login}\r\n")).unwrap_or_default();
    let request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{login}\r\n");
    stream.write_all(request.as_bytes()).await.map_err(broken)?;
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        let mut some = [0; 4096];
        match stream.read(&mut some).await.map_err(broken)? {
            0 => return Err(ProxyFault::Broken("it hung up".to_owned())),
            _ if bytes.len() > LONGEST => {
                return Err(ProxyFault::Broken("it answers without end".to_owned()));
            }
            count => bytes.extend_from_slice(&some[..count]),
        }
    };
    let answer = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let mut lines = answer.lines();
    let status = lines.next().filter(|line| line.starts_with("HTTP/1."));
    let Some(status) = status.and_then(|line| line.split(' ').nth(1)?.parse::<u16>().ok()) else {
        return Err(ProxyFault::Broken("it does not answer as a proxy does".to_owned()));
    };
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    match status {
        200..=299 => Ok(()),
        407 => Err(ProxyFault::Login { schemes: schemes(&headers) }),
        _ => {
            let length = headers.iter().find(|(name, _)| name == "content-length");
            let length = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(LONGEST).min(LONGEST);
            let mut body = bytes.split_off(head + 4);
            let mut more = stream.take(length.saturating_sub(body.len()) as u64);
            // A page that breaks off still has its title.
            let _ = more.read_to_end(&mut body).await;
            let reply = Reply { url: String::new(), status, headers, body };
            Err(ProxyFault::Refuses { status, title: html_title(&reply).filter(|title| !title.is_empty()) })
        }
    }
}

/// The ways to log in that a proxy offers, by their names (RFC 9110, 11.7.1).
fn schemes(headers: &[(String, String)]) -> Vec<String> {
    let offers = headers.iter().filter(|(name, _)| name == "proxy-authenticate");
    let name = |(_, offer): &(String, String)| offer.split([' ', ',']).next().map(shown);
    offers.filter_map(name).filter(|name| !name.is_empty()).collect()
}
