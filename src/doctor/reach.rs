//! Why a server cannot be used, in words: what a probe found, as the error that it stands for.

use crate::elitea::{
    Answer, Certificate, Fault, ProxyFault, Reach, RouteBy, Stage, Stranger, TlsFault, TlsRefusal,
};
use crate::error::{Error, Kind};

const ADDRESS: &str = "check the address for a typing error, and whether a VPN is needed to reach it";
const LATER: &str = "try again later; this says nothing about the token";

/// The error that this answer stands for; none where an ELITEA server answers.
pub fn failure(reach: &Reach) -> Option<Error> {
    let root = reach.address.root.as_deref().unwrap_or("the server");
    Some(match &reach.answer {
        Answer::Elitea { .. } => return None,
        Answer::Busy { is_page, retry_after } => {
            let words = if *is_page { "starts or is in maintenance" } else { "asks to wait" };
            Error::new(Kind::ServerBusy, format!("{root} {words}")).hint(match retry_after {
                Some(seconds) => format!("try again in {seconds} seconds"),
                None => LATER.to_owned(),
            })
        }
        Answer::Failed { status, words } => {
            let words = if words.is_empty() { String::new() } else { format!(": {words}") };
            Error::new(Kind::ServerFault, format!("{root} fails with status {status}{words}")).hint(LATER)
        }
        Answer::Stranger(stranger) => not_elitea(stranger, reach),
        Answer::Fault(fault) => not_reached(fault, root, reach),
    })
}

fn not_elitea(stranger: &Stranger, reach: &Reach) -> Error {
    let Stranger { url, status, title, location } = stranger;
    let what = match (location, title.as_deref()) {
        (Some(to), _) => format!("sends to {to}"),
        (None, Some("")) => format!("answers with a web page (status {status})"),
        (None, Some(title)) => format!("answers with a web page titled “{title}” (status {status})"),
        (None, None) => format!("answers with status {status}"),
    };
    let error = Error::new(Kind::NotElitea, format!("{url} {what}: this is not an ELITEA API"));
    error.hint(match &reach.address.without_path {
        Some((origin, true)) => format!("an ELITEA server answers at {origin}: set that"),
        _ => "the address of the server is the part before /app, such as https://next.elitea.ai".to_owned(),
    })
}

/// What keeps a request from coming through.
fn not_reached(fault: &Fault, root: &str, reach: &Reach) -> Error {
    let unreachable = |words: String, hint: &str| Error::new(Kind::Unreachable, words).hint(hint);
    match fault {
        Fault::Address(words) => Error::new(Kind::Usage, words.clone()),
        Fault::Own { kind, message } => {
            Error::new(*kind, message.clone()).hint("correct it in config.toml, under [network]")
        }
        Fault::Dns { host, words } => {
            unreachable(format!("the name {host} leads to no address: {words}"), ADDRESS)
        }
        Fault::Refused { host, port } => unreachable(
            format!("nothing listens at {host}, port {port}: the connection is refused"),
            "check the address and its port, and whether the server runs",
        ),
        Fault::NoRoute { host, words } => {
            unreachable(format!("there is no way to {host}: {words}"), "check the network and the VPN")
        }
        Fault::Timeout(stage) => Error::new(
            Kind::Timeout,
            match stage {
                Stage::Connect => format!("no connection to {root} comes about in time"),
                Stage::Proxy => format!("the proxy does not connect to {root} in time"),
                Stage::Tls => {
                    format!("{root} takes the connection, but does not agree on encryption in time")
                }
                Stage::Reply => format!("{root} takes the connection, but does not answer in time"),
            },
        )
        .hint("check the network, the VPN and the proxy; a firewall that swallows requests looks so too"),
        Fault::Broken(words) => unreachable(format!("the connection to {root} breaks off: {words}"), ADDRESS),
        Fault::Tls(fault) => not_trusted(fault, root),
        Fault::Proxy(fault) => proxy(fault, root, reach),
    }
}

fn not_trusted(fault: &TlsFault, root: &str) -> Error {
    const AUTHORITY: &str = "if it is your company's own, name its PEM file as network.ca_file in config.toml or in SSL_CERT_FILE";
    let shown = fault.certificate.as_ref();
    let of = |what: fn(&Certificate) -> String| shown.map(what).unwrap_or_default();
    let issuer = of(|shown| format!(", {}", shown.issuer));
    let (words, hint) = match &fault.refusal {
        TlsRefusal::NotTls => (
            "does not answer with encryption".to_owned(),
            "check the port; a server that speaks plain http is only asked on this machine",
        ),
        TlsRefusal::Expired => (
            format!("has a certificate that is over{}", of(|shown| format!(" since {}", shown.not_after))),
            "an administrator has to renew it; check this machine's clock, too",
        ),
        TlsRefusal::NotYetValid => (
            format!(
                "has a certificate that is not valid{}",
                of(|shown| format!(" before {}", shown.not_before))
            ),
            "check this machine's clock",
        ),
        TlsRefusal::UnknownIssuer => {
            (format!("has a certificate whose issuer is not trusted here{issuer}"), AUTHORITY)
        }
        TlsRefusal::SelfSigned => (format!("has a certificate that it issued to itself{issuer}"), AUTHORITY),
        TlsRefusal::WrongHost(hosts) => {
            let hosts = if hosts.is_empty() { String::new() } else { format!(": {}", hosts.join(", ")) };
            (format!("has a certificate for another host{hosts}"), ADDRESS)
        }
        TlsRefusal::Revoked => {
            ("has a certificate that was revoked".to_owned(), "an administrator has to renew it")
        }
        TlsRefusal::Other => (format!("has a certificate that is not accepted: {}", fault.words), AUTHORITY),
    };
    Error::new(Kind::Tls, format!("{root} {words}")).hint(hint)
}

fn proxy(fault: &ProxyFault, root: &str, reach: &Reach) -> Error {
    let address = reach.route.proxy.as_deref().unwrap_or("without an address");
    let named = match reach.route.by {
        RouteBy::Configuration => " (network.proxy)".to_owned(),
        RouteBy::Variable(name) => format!(" ({name})"),
        _ => String::new(),
    };
    let (words, hint) = match fault {
        ProxyFault::Unreachable(fault) => (
            format!("cannot be reached: {}", not_reached(fault, address, reach).message),
            "correct its address",
        ),
        ProxyFault::Login { schemes }
            if schemes.iter().any(|scheme| scheme.eq_ignore_ascii_case("basic")) =>
        {
            (
                format!("wants {}", if reach.route.has_login { "another login" } else { "a login" }),
                "give name and password in its address: http://NAME:PASSWORD@HOST:PORT",
            )
        }
        ProxyFault::Login { schemes } => (
            format!("wants a login by {}, which is not supported", schemes.join(", ")),
            "a local relay such as px or cntlm, named as the proxy, is the way around",
        ),
        ProxyFault::Refuses { status, title } => {
            let title = title.as_deref().filter(|title| !title.is_empty());
            let title = title.map(|title| format!(", “{title}”")).unwrap_or_default();
            (
                format!("does not connect to {root} (status {status}{title})"),
                "ask who runs it to let the server through",
            )
        }
        ProxyFault::Broken(words) => (format!("breaks off: {words}"), "check that it is a proxy for https"),
    };
    Error::new(Kind::Unreachable, format!("the proxy {address}{named} {words}")).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::elitea::{Address, Route};

    fn reach(answer: Answer) -> Reach {
        let root = Some("https://elitea.example.test".to_owned());
        let route = Route {
            by: RouteBy::Variable("HTTPS_PROXY"),
            proxy: Some("http://proxy.example.test:8080".to_owned()),
            has_login: false,
            named: Vec::new(),
        };
        Reach { address: Address { root, ..Address::default() }, route, answer, clock: None }
    }

    #[test]
    fn every_fault_says_what_it_is_and_what_to_do() {
        let tls = |refusal| Fault::Tls(TlsFault { refusal, words: "no".to_owned(), certificate: None });
        let refused = || Fault::Refused { host: "elitea.example.test".to_owned(), port: 443 };
        let login = |scheme: &str| Fault::Proxy(ProxyFault::Login { schemes: vec![scheme.to_owned()] });
        let host = || "elitea.example.test".to_owned();
        let hosts = vec!["*.example.org".to_owned()];
        let cases = [
            (
                Fault::Dns { host: host(), words: "not known".to_owned() },
                Kind::Unreachable,
                "leads to no address",
            ),
            (refused(), Kind::Unreachable, "nothing listens at elitea.example.test, port 443"),
            (Fault::NoRoute { host: host(), words: "no route".to_owned() }, Kind::Unreachable, "no way to"),
            (Fault::Timeout(Stage::Connect), Kind::Timeout, "no connection to"),
            (Fault::Timeout(Stage::Tls), Kind::Timeout, "agree on encryption"),
            (tls(TlsRefusal::NotTls), Kind::Tls, "does not answer with encryption"),
            (tls(TlsRefusal::Expired), Kind::Tls, "certificate that is over"),
            (tls(TlsRefusal::UnknownIssuer), Kind::Tls, "issuer is not trusted"),
            (tls(TlsRefusal::WrongHost(hosts)), Kind::Tls, "another host: *.example.org"),
            (login("Basic"), Kind::Unreachable, "http://proxy.example.test:8080 (HTTPS_PROXY) wants a login"),
            (login("NTLM"), Kind::Unreachable, "wants a login by NTLM, which is not supported"),
            (
                Fault::Proxy(ProxyFault::Unreachable(Box::new(refused()))),
                Kind::Unreachable,
                "the proxy http://proxy.example.test:8080 (HTTPS_PROXY) cannot be reached: nothing listens",
            ),
        ];
        for (fault, kind, words) in cases {
            let Some(error) = failure(&reach(Answer::Fault(fault))) else { panic!("{words}: no error") };
            assert_eq!(error.kind, kind, "{words}");
            assert!(error.message.contains(words), "{} lacks {words}", error.message);
            assert!(error.hint.is_some_and(|hint| hint.len() > 10), "{words}: no hint");
        }
    }

    #[test]
    fn a_server_without_the_path_is_named() {
        let stranger = Stranger { url: "https://x/y".to_owned(), status: 404, title: None, location: None };
        let mut found = reach(Answer::Stranger(stranger));
        found.address.without_path = Some(("https://x".to_owned(), true));
        let hint = failure(&found).and_then(|error| error.hint);
        assert_eq!(hint.as_deref(), Some("an ELITEA server answers at https://x: set that"));
    }
}
