//! Why a server cannot be used, told apart by facts: one test for each sort of fault.

use std::io::Write;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use elitea_helper::auth::{Server, Token};
use elitea_helper::elitea::{
    Answer as Found, Credential, Fault, Limits, NamedProxy, Network, Probe, ProxyFault, Reach, Route,
    RouteBy, Stage, Stranger,
};
use elitea_helper::error::Kind;
use jiff::{SignedDuration, Timestamp};

use crate::stub::{AUTHOR, Answer, Stub, author, denied, not_found, receive, refused};
use crate::tokens;

mod proxy;
mod tls;

/// A name that nobody is asked for: a part of a name has at most 63 letters (RFC 1035, 2.3.4).
fn nameless() -> String {
    format!("{}.example", "a".repeat(64))
}

async fn look(address: &str) -> Reach {
    look_with(address, &Network::default(), None).await
}

async fn look_with(address: &str, network: &Network, token: Option<&Token>) -> Reach {
    Probe { network, token, vars: &|_| None, limits: Limits::default() }.run(address).await
}

/// Looks, and waits no longer than that.
async fn look_briefly(address: &str, network: &Network, limits: Limits) -> Reach {
    let begun = Instant::now();
    let reach = Probe { network, token: None, vars: &|_| None, limits }.run(address).await;
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    reach
}

/// Long enough for whatever answers at once.
const BRIEF: Duration = Duration::from_millis(300);

fn fault(reach: Reach) -> Fault {
    match reach.answer {
        Found::Fault(fault) => fault,
        other => panic!("{other:?}"),
    }
}

/// A network whose proxy this is, and whose certificates need nothing of the system.
fn by(proxy: &str) -> Network {
    let ca_file = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/tls/ca.pem");
    Network { proxy: Some(proxy.to_owned()), ca_file: Some(ca_file), ..Network::default() }
}

/// A port where nobody listens.
fn closed() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A listener that says this to whoever comes, once they have asked, and hangs up.
fn saying(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            if receive(&stream).is_some() {
                let _ = stream.write_all(bytes);
            }
        }
    });
    at
}

/// What an ELITEA answers, and what that says without a token and of one.
type Greeting = (fn() -> Answer, Credential, Credential);

#[tokio::test]
async fn an_elitea_is_known_with_or_without_a_token() {
    let token = tokens::token();
    let login = || Answer::new(302, "text/html", "<html>").with("location", "/forward-auth/auth_form/login");
    let cases: [Greeting; 4] = [
        (|| author("4"), Credential::NotSent, Credential::Taken),
        (login, Credential::NotSent, Credential::Refused),
        (denied, Credential::NotSent, Credential::Refused),
        (refused, Credential::NotSent, Credential::Refused),
    ];
    for (answer, without, with) in cases {
        let stub = Stub::start(move |_| answer());
        let begun = Instant::now();
        let reach = look(&stub.url).await;
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        assert_eq!(reach.answer, Found::Elitea { credential: without, is_v1: false });
        assert_eq!((stub.count("GET", AUTHOR), stub.asked().len()), (1, 1));
        assert_eq!(stub.asked()[0].header("authorization"), None);
        let reach = look_with(&stub.url, &Network::default(), Some(&token)).await;
        assert_eq!(reach.answer, Found::Elitea { credential: with, is_v1: false });
        assert!(!format!("{reach:?}").contains("eyJ"));
    }
}

#[tokio::test]
async fn an_old_elitea_is_known_by_its_old_api() {
    let stub =
        Stub::start(|request| if request.path.starts_with("/api/v1/") { author("4") } else { not_found() });
    let reach = look(&stub.url).await;
    assert_eq!(reach.answer, Found::Elitea { credential: Credential::NotSent, is_v1: true });
}

#[tokio::test]
async fn maintenance_and_failure_are_no_strangers() {
    let page = "<!DOCTYPE html><html><head><title>Soon</title></head></html>";
    let stub = Stub::start(move |_| Answer::new(503, "text/html", page).with("retry-after", "120"));
    assert_eq!(look(&stub.url).await.answer, Found::Busy { is_page: true, retry_after: Some(120) });
    assert_eq!(stub.asked().len(), 1, "it was asked again");
    let stub = Stub::start(|_| Answer::json(429, "{}"));
    assert_eq!(look(&stub.url).await.answer, Found::Busy { is_page: false, retry_after: None });
    let stub =
        Stub::start(|_| Answer::new(502, "text/html", "<html><title>Bad \u{1b}Gateway</title></html>"));
    assert_eq!(look(&stub.url).await.answer, Found::Failed { status: 502, words: "Bad Gateway".to_owned() });
    let stub = Stub::start(|_| Answer::json(500, r#"{"message":"no database"}"#));
    assert_eq!(look(&stub.url).await.answer, Found::Failed { status: 500, words: "no database".to_owned() });
}

/// What a stranger answers with a page, its status, title and redirection.
type Described = (fn(&str) -> Answer, u16, Option<&'static str>, Option<&'static str>);

#[tokio::test]
async fn a_stranger_is_described() {
    let page = "<!DOCTYPE html><html><head><title> Corporate\nPortal </title></head></html>";
    let cases: [Described; 5] = [
        (|page| Answer::new(200, "text/html", page), 200, Some("Corporate Portal"), None),
        (|page| Answer::new(403, "text/html", page), 403, Some("Corporate Portal"), None),
        (|_| Answer::json(401, r#"{"message":"Unauthorized"}"#), 401, None, None),
        (|_| Answer::json(200, r#"{"status":"ok"}"#), 200, None, None),
        (
            |_| Answer::new(302, "text/html", "").with("location", "https://login.example/wifi?back=x"),
            302,
            None,
            Some("https://login.example/wifi"),
        ),
    ];
    for (answer, status, title, location) in cases {
        let stub = Stub::start(move |_| answer(page));
        let stranger = Stranger {
            url: format!("{}{AUTHOR}", stub.url),
            status,
            title: title.map(str::to_owned),
            location: location.map(str::to_owned),
        };
        assert_eq!(look(&stub.url).await.answer, Found::Stranger(stranger));
    }
}

#[tokio::test]
async fn what_stands_behind_the_root_is_told() {
    let stub = Stub::start(|request| if request.path == AUTHOR { author("4") } else { not_found() });
    for (behind, suffix) in [
        ("", ""),
        ("/", "/"),
        ("/app", "/app"),
        ("/app/chat?x=1#y", "/app/chat?x=1#y"),
        ("/api/v2/", "/api/v2/"),
        ("/?next=1", "/?next=1"),
    ] {
        let reach = look(&format!(" {}{behind} ", stub.url)).await;
        assert_eq!(reach.address.root.as_deref(), Some(stub.url.as_str()), "{behind}");
        assert_eq!(reach.address.suffix, suffix);
        assert!(matches!(reach.answer, Found::Elitea { .. }), "{behind}");
        assert_eq!(reach.address.without_path, None);
    }
    // A path that may belong to the deployment is asked with, and without where that fails.
    let reach = look(&format!("{}/chat/app", stub.url)).await;
    assert_eq!(reach.address.root, Some(format!("{}/chat", stub.url)));
    assert_eq!(reach.address.suffix, "/app");
    assert!(matches!(&reach.answer, Found::Stranger(stranger) if stranger.status == 404));
    assert_eq!(reach.address.without_path, Some((stub.url.clone(), true)));
    let stub = Stub::start(|_| not_found());
    let reach = look(&format!("{}/chat", stub.url)).await;
    assert_eq!(reach.address.without_path, Some((stub.url.clone(), false)));
}

#[tokio::test]
async fn an_address_that_is_none_or_is_plain_http_is_told() {
    for typed in ["", "not an address", "ftp://one.example", "https://name:word@one.example"] {
        let reach = look(typed).await;
        assert_eq!(reach.address.root, None);
        assert!(matches!(fault(reach), Fault::Address(words) if !words.contains("word@")), "{typed}");
    }
    let typed = format!("HTTP://{}:8080/app", nameless());
    let reach = look_with(&typed, &by("http://127.0.0.1:9"), Some(&tokens::token())).await;
    assert!(reach.address.is_plain_http);
    assert_eq!(reach.address.root, Some(format!("https://{}:8080", nameless())));
    assert_eq!(reach.address.suffix, "/app");
}

#[tokio::test]
async fn unknown_closed_silent_and_broken_are_told_apart() {
    let reach = look(&format!("https://{}", nameless())).await;
    assert!(matches!(fault(reach), Fault::Dns { host, words } if host == nameless() && !words.is_empty()));
    let port = closed();
    let reach = look(&format!("http://127.0.0.1:{port}")).await;
    assert_eq!(fault(reach), Fault::Refused { host: "127.0.0.1".to_owned(), port });
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    let limits = Limits { reply: BRIEF, ..Limits::default() };
    let reach = look_briefly(&address, &Network::default(), limits).await;
    assert_eq!(fault(reach), Fault::Timeout(Stage::Reply));
    let reach = look(&format!("http://{}", saying(b""))).await;
    assert!(matches!(fault(reach), Fault::Broken(words) if !words.is_empty()));
    let stub = Stub::start(|_| Answer { cut: 100, ..author("4") });
    assert!(matches!(fault(look(&stub.url).await), Fault::Broken(_)));
}

#[tokio::test]
async fn whatever_is_slow_all_of_it_has_an_end() {
    assert!(Limits::default().whole < Duration::from_secs(5));
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    let limits = Limits { whole: BRIEF, reply: Duration::from_secs(60), ..Limits::default() };
    let reach = look_briefly(&address, &Network::default(), limits).await;
    assert_eq!(fault(reach), Fault::Timeout(Stage::Reply));
}

#[tokio::test]
async fn our_own_configuration_is_told_from_the_network() {
    let network = Network { ca_file: Some("absent.pem".into()), ..Network::default() };
    let found = fault(look_with("https://127.0.0.1:9", &network, None).await);
    assert!(matches!(found, Fault::Own { kind: Kind::Config, message } if message.contains("absent.pem")));
    let found = fault(look_with("https://one.example", &by("not a:proxy"), None).await);
    assert!(matches!(found, Fault::Own { kind: Kind::Config, .. }), "{found:?}");
}

#[tokio::test]
async fn clocks_that_differ_are_measured() {
    for (behind, ahead) in [(3600, 3600), (-86_400, -86_400), (0, 0)] {
        let stub = Stub::start(move |_| {
            let date = Timestamp::now() - SignedDuration::from_secs(behind);
            let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&date).unwrap();
            refused().with("date", &date)
        });
        let clock = look(&stub.url).await.clock.unwrap();
        assert!((clock.ahead - ahead).abs() <= clock.give_or_take, "{clock:?} for {ahead}");
        assert!((1..=3).contains(&clock.give_or_take), "{clock:?}");
    }
    let stub = Stub::start(|_| refused().with("date", "yesterday"));
    assert_eq!(look(&stub.url).await.clock, None);
}

/// A listener whose queue is full answers nobody on Linux; elsewhere it refuses.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_that_is_not_answered_is_told() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let full = socket.listen(0).unwrap();
    let at = full.local_addr().unwrap();
    let patience = Duration::from_millis(100);
    let waiting: Vec<_> =
        (0..64).map_while(|_| std::net::TcpStream::connect_timeout(&at, patience).ok()).collect();
    assert!(waiting.len() < 64, "the queue takes everybody");
    let limits = Limits { connect: patience, ..Limits::default() };
    let reach = look_briefly(&format!("http://{at}"), &Network::default(), limits).await;
    assert_eq!(fault(reach), Fault::Timeout(Stage::Connect));
}
