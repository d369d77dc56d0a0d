//! What the client does on the network, and what it never does.

use std::time::Duration;

use elitea_helper::auth::Server;
use elitea_helper::elitea::{Client, Network, Pauses};
use elitea_helper::error::Kind;

use crate::stub::{AUTHOR, Answer, Stub, author, client};
use crate::tokens;

#[tokio::test]
async fn what_changes_nothing_is_asked_again() {
    let failing = |status: u16, times: usize| {
        let left = std::sync::atomic::AtomicUsize::new(times);
        Stub::start(move |_| {
            let again = left.fetch_update(
                std::sync::atomic::Ordering::Relaxed,
                std::sync::atomic::Ordering::Relaxed,
                |n| n.checked_sub(1),
            );
            if again.is_ok() { Answer::json(status, "{}").with("retry-after", "1") } else { author("4") }
        })
    };
    for status in [429, 502, 503, 504] {
        let stub = failing(status, 2);
        assert_eq!(client(&stub).account().await.unwrap().id, 4, "{status}");
        assert_eq!(stub.asked().len(), 3);
        let stub = failing(status, 3);
        assert!(client(&stub).account().await.unwrap_err().kind.row().retryable);
        assert_eq!(stub.asked().len(), 3);
    }
    let stub = failing(500, 1);
    assert_eq!(client(&stub).account().await.unwrap_err().kind, Kind::ServerFault);
    assert_eq!(stub.asked().len(), 1);
}

#[tokio::test]
async fn a_long_wait_is_told_and_not_waited_for() {
    let page = "<!DOCTYPE html><html><head><title>Soon</title></head></html>";
    let stub = Stub::start(move |_| Answer::new(503, "text/html", page).with("retry-after", "30"));
    let error = client(&stub).account().await.unwrap_err();
    assert_eq!((error.kind, stub.asked().len()), (Kind::ServerBusy, 1));
    assert!(error.message.contains("maintenance") && error.hint.unwrap().contains("30 seconds"));
}

#[tokio::test]
async fn what_changes_something_is_sent_once() {
    let stub =
        Stub::start(|request| if request.method == "GET" { author("4") } else { Answer::json(503, "{}") });
    assert_eq!(client(&stub).create_token("name", None).await.unwrap_err().kind, Kind::ServerFault);
    assert_eq!(client(&stub).delete_token(tokens::UUID).await.unwrap_err().kind, Kind::ServerFault);
    assert_eq!((stub.count("POST", "/"), stub.count("DELETE", "/")), (1, 1));
}

#[tokio::test]
async fn no_cookie_is_kept_and_no_redirect_followed() {
    let stub = Stub::start(|request| match request.path.as_str() {
        AUTHOR => author("4").with("set-cookie", "centry_auth_session=1; Path=/"),
        _ => Answer::new(308, "text/html", "").with("location", "/elsewhere").with("set-cookie", "a=b"),
    });
    let client = client(&stub);
    client.account().await.unwrap();
    assert_eq!(client.models(1).await.unwrap_err().kind, Kind::NotElitea);
    client.account().await.unwrap();
    assert!(
        stub.asked()
            .iter()
            .all(|asked| asked.header("cookie").is_none() && !asked.path.contains("elsewhere"))
    );
    let sent = format!("Bearer {}", tokens::plain());
    assert!(stub.asked().iter().all(|asked| asked.header("authorization") == Some(&sent)));
    assert!(!format!("{client:?}").contains("eyJ"), "the client prints its token");
}

#[tokio::test]
async fn a_page_is_named_by_address_and_title() {
    let page = "<!DOCTYPE html>\n<html><head><title>\n Corporate \u{1b}[31mPortal </title></head></html>";
    for status in [200, 404] {
        let stub = Stub::start(move |_| Answer::new(status, "text/html", page));
        let error = client(&stub).account().await.unwrap_err();
        assert_eq!(error.kind, Kind::NotElitea);
        assert!(
            error.message.contains(&stub.url) && error.message.contains("“Corporate [31mPortal”"),
            "{error}"
        );
    }
    for other in [r#"{"status":"ok"}"#, "[]", "OK", "", "{"] {
        let stub = Stub::start(move |_| Answer::json(200, other));
        assert_eq!(client(&stub).account().await.unwrap_err().kind, Kind::NotElitea, "{other}");
    }
}

#[tokio::test]
async fn a_servers_words_show_no_token() {
    let words = [
        format!(r#"{{"message":"bad {} here"}}"#, tokens::plain()),
        format!(r#"{{"error":[{{"msg":"field","x":1}},{{"msg":"Bearer {}"}}]}}"#, tokens::plain()),
        format!(r#"{{"errors":{{"name":["too long"],"token":"{}"}}}}"#, tokens::plain()),
        format!("oops token={}", tokens::plain()),
    ];
    for body in words {
        let stub = Stub::start(move |_| Answer::json(500, &body));
        let error = client(&stub).account().await.unwrap_err();
        assert_eq!(error.kind, Kind::ServerFault);
        assert!(!format!("{error:?}").contains("eyJ"), "{error}");
        assert!(error.message.contains("***"), "{error}");
    }
}

#[tokio::test]
async fn replies_are_bounded_and_may_break_off() {
    let stub = Stub::start(|_| Answer::json(200, &format!("\"{}\"", "a".repeat(5 * 1024 * 1024))));
    let error = client(&stub).account().await.unwrap_err();
    assert!(error.kind == Kind::ServerFault && error.message.contains("4 MiB"), "{error}");
    let stub = Stub::start(|_| Answer { cut: 100, ..author("4") });
    let error = client(&stub).account().await.unwrap_err();
    assert!(error.kind == Kind::ServerFault && error.message.contains("broke off"), "{error}");
}

#[tokio::test]
async fn silence_and_absence_are_told_apart() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let server = Server::parse(&format!("http://{}", silent.local_addr().unwrap())).unwrap();
    let network = Network { timeout: Duration::from_millis(100), ..Network::default() };
    let client = Client::new(&server, None, &network).unwrap().with_pauses(Pauses::NONE);
    assert_eq!(client.account().await.unwrap_err().kind, Kind::Timeout);
    drop(silent);
    let error = client.account().await.unwrap_err();
    assert_eq!(error.kind, Kind::Unreachable);
    assert!(error.message.contains(server.as_str()) && error.hint.is_some());
}

#[tokio::test]
async fn a_proxy_that_wants_a_login_is_named() {
    let proxy = Stub::start(|_| Answer::new(407, "text/html", "").with("proxy-authenticate", "NTLM"));
    let network = Network { proxy: Some(proxy.url.clone()), ..Network::default() };
    let server = Server::parse("https://elitea.invalid").unwrap();
    let client = Client::new(&server, Some(&tokens::token()), &network).unwrap().with_pauses(Pauses::NONE);
    let error = client.account().await.unwrap_err();
    assert_eq!(error.kind, Kind::Unreachable);
    assert!(error.hint.unwrap().contains("NTLM"));
    assert!(
        proxy
            .asked()
            .iter()
            .all(|asked| asked.method == "CONNECT" && asked.header("authorization").is_none())
    );
    // This machine is never reached by way of a proxy.
    let stub = Stub::start(|_| author("4"));
    let client = Client::new(&Server::parse(&stub.url).unwrap(), Some(&tokens::token()), &network).unwrap();
    assert_eq!(client.account().await.unwrap().id, 4);
    let network = Network { proxy: Some("not a proxy".to_owned()), ..Network::default() };
    assert_eq!(Client::new(&server, None, &network).unwrap_err().kind, Kind::Config);
}
