//! Which proxy is in between, who says so, and what it does wrong.

use super::*;

/// Under Wine no client can be made that takes certificates besides the system's.
fn takes_no_certificates() -> bool {
    let wine = crate::support::under_wine();
    if wine {
        println!("skipped: Wine takes no certificates besides the system's");
    }
    wine
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_told_from_the_server() {
    if takes_no_certificates() {
        return;
    }
    let port = closed();
    let found = fault(look_with("https://one.example", &by(&format!("http://127.0.0.1:{port}")), None).await);
    let refused = Fault::Refused { host: "127.0.0.1".to_owned(), port };
    assert_eq!(found, Fault::Proxy(ProxyFault::Unreachable(Box::new(refused))));
    let found = fault(look_with("https://one.example", &by(&nameless()), None).await);
    assert!(
        matches!(&found, Fault::Proxy(ProxyFault::Unreachable(inner)) if matches!(&**inner, Fault::Dns { .. })),
        "{found:?}"
    );
}

#[tokio::test]
async fn what_a_proxy_wants_or_answers_is_told() {
    if takes_no_certificates() {
        return;
    }
    let wants = Stub::start(|_| {
        Answer::new(407, "text/html", "<html>")
            .with("proxy-authenticate", "Negotiate")
            .with("proxy-authenticate", "NTLM")
    });
    let reach = look_with("https://one.example/app", &by(&wants.url), Some(&tokens::token())).await;
    assert_eq!(reach.route.by, RouteBy::Configuration);
    assert_eq!(reach.route.proxy.as_deref(), Some(wants.url.as_str()));
    let schemes = vec!["Negotiate".to_owned(), "NTLM".to_owned()];
    assert_eq!(fault(reach), Fault::Proxy(ProxyFault::Login { schemes }));
    let asked = wants.asked();
    assert_eq!((asked[0].method.as_str(), asked[0].path.as_str()), ("CONNECT", "one.example:443"));
    assert!(asked.iter().all(|asked| asked.header("authorization").is_none()));

    let wants =
        Stub::start(|_| Answer::new(407, "text/plain", "").with("proxy-authenticate", "Basic realm=\"x\""));
    let login = wants.url.replace("http://", "http://me:secret@");
    let reach = look_with("https://one.example", &by(&login), None).await;
    assert!(reach.route.has_login && !format!("{reach:?}").contains("secret"));
    assert_eq!(fault(reach), Fault::Proxy(ProxyFault::Login { schemes: vec!["Basic".to_owned()] }));
    assert_eq!(wants.asked()[0].header("proxy-authorization"), Some("Basic bWU6c2VjcmV0"));

    let blocks =
        Stub::start(|_| Answer::new(403, "text/html", "<html><title>Blocked by policy</title></html>"));
    let found = fault(look_with("https://one.example", &by(&blocks.url), None).await);
    let title = Some("Blocked by policy".to_owned());
    assert_eq!(found, Fault::Proxy(ProxyFault::Refuses { status: 403, title }));
}

#[tokio::test]
async fn what_is_no_proxy_or_does_not_come_back_is_told() {
    if takes_no_certificates() {
        return;
    }
    for bytes in [&b""[..], b"220 mail.example ESMTP\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n"] {
        let found = fault(look_with("https://one.example", &by(&saying(bytes)), None).await);
        assert!(matches!(found, Fault::Proxy(ProxyFault::Broken(_))), "{found:?}");
    }
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let network = by(&silent.local_addr().unwrap().to_string());
    let limits = Limits { connect: BRIEF, ..Limits::default() };
    let reach = look_briefly("https://one.example", &network, limits).await;
    assert_eq!(fault(reach), Fault::Timeout(Stage::Proxy));
}

/// Our own proxy and the environment; what decides, the proxy, and whether there are several.
type Way<'t> = (Option<&'t str>, &'t [(&'t str, &'t str)], RouteBy, Option<&'t str>, bool);

/// The way is the one that reqwest goes: the first of a pair that is set counts, even if it is empty.
#[test]
fn what_decides_about_the_way_is_told() {
    let server = Server::parse("https://one.example").unwrap();
    let route = |own: Option<&str>, vars: &[(&str, &str)]| {
        let network = Network { proxy: own.map(str::to_owned), ..Network::default() };
        let set =
            |name: &str| vars.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
        network.route(&server, &set)
    };
    let short = |route: &Route| (route.by, route.proxy.clone(), route.is_disputed());
    let some = |text: &str| Some(text.to_owned());
    let cases: [Way<'_>; 12] = [
        (None, &[], RouteBy::Nothing, None, false),
        (Some("proxy.example:1"), &[], RouteBy::Configuration, Some("http://proxy.example:1"), false),
        (None, &[("https_proxy", "http://a:1")], RouteBy::Variable("https_proxy"), Some("http://a:1"), false),
        (
            None,
            &[("HTTPS_PROXY", "http://A:1/"), ("https_proxy", "a:1")],
            RouteBy::Variable("HTTPS_PROXY"),
            Some("http://a:1"),
            false,
        ),
        (
            None,
            &[("HTTPS_PROXY", "http://a:1"), ("ALL_PROXY", "http://b:1")],
            RouteBy::Variable("HTTPS_PROXY"),
            Some("http://a:1"),
            true,
        ),
        (
            Some("http://c:1"),
            &[("HTTPS_PROXY", "http://a:1")],
            RouteBy::Configuration,
            Some("http://c:1"),
            true,
        ),
        (
            None,
            &[("HTTPS_PROXY", ""), ("https_proxy", "http://a:1"), ("ALL_PROXY", "http://b:1")],
            RouteBy::Variable("ALL_PROXY"),
            Some("http://b:1"),
            true,
        ),
        (None, &[("HTTP_PROXY", "http://a:1")], RouteBy::Nothing, None, false),
        (
            None,
            &[("all_proxy", "http://a:1"), ("NO_PROXY", "example")],
            RouteBy::Exempt("NO_PROXY"),
            None,
            false,
        ),
        (
            Some("http://a:1"),
            &[("no_proxy", "x.test, .one.example")],
            RouteBy::Exempt("no_proxy"),
            None,
            false,
        ),
        (
            None,
            &[("ALL_PROXY", "http://a:1"), ("NO_PROXY", "other.example")],
            RouteBy::Variable("ALL_PROXY"),
            Some("http://a:1"),
            false,
        ),
        (None, &[("REQUEST_METHOD", "GET"), ("ALL_PROXY", "http://a:1")], RouteBy::Nothing, None, false),
    ];
    for (own, vars, decides, proxy, disputed) in cases {
        let found = route(own, vars);
        assert_eq!(short(&found), (decides, proxy.map(str::to_owned), disputed), "{own:?} {vars:?}");
    }
    let found = route(Some("me:secret@c:1"), &[("ALL_PROXY", "http://you:secret@b:1")]);
    assert!(found.has_login && !format!("{found:?}").contains("secret"));
    let named = |variable, address: &str| NamedProxy { variable, address: address.to_owned() };
    assert_eq!(found.named, [named(None, "http://c:1"), named(Some("ALL_PROXY"), "http://b:1")]);
    let here = Server::parse("http://localhost:1").unwrap();
    let found = Network { proxy: some("http://c:1"), ..Network::default() }.route(&here, &|_| None);
    assert_eq!(short(&found), (RouteBy::ThisMachine, None, false));
}

#[tokio::test]
async fn the_way_of_the_environment_is_gone() {
    if takes_no_certificates() {
        return;
    }
    let proxy = Stub::start(|_| Answer::new(403, "text/plain", "no"));
    let url = proxy.url.clone();
    let vars = move |name: &str| (name == "HTTPS_PROXY").then(|| url.clone());
    let network = Network { proxy: None, ..by("") };
    let probe = Probe { network: &network, token: None, vars: &vars, limits: Limits::default() };
    let reach = probe.run("https://one.example").await;
    assert_eq!(reach.route.by, RouteBy::Variable("HTTPS_PROXY"));
    assert_eq!(fault(reach), Fault::Proxy(ProxyFault::Refuses { status: 403, title: None }));
    assert_eq!(proxy.asked().len(), 1);
}
