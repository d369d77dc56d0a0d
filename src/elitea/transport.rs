//! Failures below HTTP, told apart: nobody answers, the certificate is refused, too slow, cut off,
//! a proxy in between.

use std::error::Error as StdError;

use crate::error::{Error, Kind};

const PROXY_LOGIN: &str = "give the proxy's name and password in its address; proxies that ask for NTLM or Kerberos are not supported, a local relay such as px or cntlm is the way around";

/// The error of a call that got no whole reply.
pub(super) fn failed(url: &str, error: &reqwest::Error) -> Error {
    let causes = causes(error);
    let deepest = deepest(error);
    if error.is_timeout() {
        return Error::new(Kind::Timeout, format!("{url} did not answer in time"))
            .hint("check the network or VPN; the time limit can be raised in the network settings");
    }
    if let Some(refusal) = tls_error(error) {
        return Error::new(Kind::Tls, format!("the certificate of {url} is not accepted: {refusal}")).hint(
            "where a company's own certificate authority is in between, name its PEM file as CA file or in SSL_CERT_FILE",
        );
    }
    if is_of_proxy(&causes) {
        return Error::new(Kind::Unreachable, format!("the proxy on the way to {url} refuses: {deepest}"))
            .hint(PROXY_LOGIN);
    }
    if error.is_connect() {
        return Error::new(Kind::Unreachable, format!("{url} cannot be reached: {deepest}"))
            .hint("check the server's address, the network, VPN and proxy");
    }
    if error.is_body() || error.is_decode() {
        return Error::new(Kind::ServerFault, format!("the reply of {url} broke off: {deepest}"))
            .hint("try again");
    }
    Error::new(Kind::Unreachable, format!("the connection to {url} failed: {deepest}"))
        .hint("check that the address is that of an ELITEA server, then try again")
}

/// Whether a proxy refused to connect further.
fn is_of_proxy(causes: &[String]) -> bool {
    causes.iter().any(|cause| cause.contains("tunnel") || cause.contains("proxy auth"))
}

/// What a proxy has against the connection, in the library's words.
pub(super) fn proxy_refusal(error: &reqwest::Error) -> Option<String> {
    let mut causes = causes(error);
    if is_of_proxy(&causes) { causes.pop() } else { None }
}

/// What broke the connection, in the system's words.
pub(super) fn deepest(error: &reqwest::Error) -> String {
    causes(error).pop().unwrap_or_else(|| "no reason given".to_owned())
}

/// The error of a client that cannot be made.
pub(super) fn unusable(error: &reqwest::Error) -> Error {
    let causes = causes(error);
    let why = causes.last().cloned().unwrap_or_default();
    if causes.iter().any(|cause| cause.contains("certificate") || cause.contains("CA ")) {
        return Error::new(
            Kind::Tls,
            format!("this system has no certificates that could be trusted: {why}"),
        )
        .hint("install the system's package of CA certificates, or name a PEM file in SSL_CERT_FILE");
    }
    Error::new(Kind::Internal, format!("the HTTP client cannot be made: {why}"))
}

/// The hint for a proxy that wants a login.
pub(super) fn proxy_login(asks: &str) -> Error {
    Error::new(Kind::Unreachable, format!("the proxy asks for a login ({asks})")).hint(PROXY_LOGIN)
}

/// What caused the failure, outermost first. reqwest's own line repeats the address and is left out.
fn causes(error: &reqwest::Error) -> Vec<String> {
    let mut found = Vec::new();
    let mut next = StdError::source(error);
    while let Some(cause) = next {
        found.push(cause.to_string());
        next = cause.source();
    }
    found
}

/// What TLS has against the connection.
pub(super) fn tls_error<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e rustls::Error> {
    if let Some(refusal) = error.downcast_ref::<rustls::Error>() {
        return Some(refusal);
    }
    // An I/O error shows what it wraps as itself, not as its source, so both ways are looked at.
    let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    match wrapped {
        Some(inner) => tls_error(inner),
        None => error.source().and_then(tls_error),
    }
}
