//! Tokens, servers and stores.

use std::collections::BTreeMap;
use std::path::Path;

use elitea_helper::auth::{STORES, Server, Store, StoreKind, Token};
use elitea_helper::error::{Error, Kind};

use crate::tokens;

/// One case of `data/paste`: lines of `key: value`. The input knows `\n`, `\r`, `\t`, `\u{..}` and
/// the words in braces of [`words`].
fn fields(text: &str) -> BTreeMap<&str, &str> {
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(key, value)| (key, value.strip_prefix(' ').unwrap_or(value)))
        .collect()
}

fn words() -> Vec<(&'static str, String)> {
    let token = tokens::plain();
    let part = |at: usize| token.split('.').nth(at).unwrap().to_owned();
    let claims = part(1);
    vec![
        ("{token}", token.clone()),
        ("{token-start}", token[..60].to_owned()),
        ("{token-end}", token[60..].to_owned()),
        ("{expiring}", tokens::expiring("2026-12-24T03:50").expose().to_owned()),
        ("{cut}", token[..token.len() - 10].to_owned()),
        ("{hs256}", format!("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.{claims}.{}", part(2))),
        ("{other-claims}", tokens::text(r#"{"sub":"1","exp":1}"#)),
        ("{no-expires}", tokens::text(r#"{"uuid":"a"}"#)),
        ("{damaged}", format!("{}.{}.{}", part(0), &claims[1..], part(2))),
        ("{huge}", "a".repeat(70_000)),
    ]
}

fn filled(text: &str) -> String {
    words().iter().fold(text.to_owned(), |text, (word, value)| text.replace(word, value))
}

fn unescaped(text: &str) -> String {
    let mut out = text.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t");
    while let Some(at) = out.find("\\u{") {
        let end = at + out[at..].find('}').unwrap();
        let code = u32::from_str_radix(&out[at + 3..end], 16).unwrap();
        out.replace_range(at..=end, &char::from_u32(code).unwrap().to_string());
    }
    out
}

fn encoded(text: &str, encoding: &str) -> Vec<u8> {
    let le = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let be = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    match encoding {
        "utf-8" => text.as_bytes().to_vec(),
        "utf-8-bom" => format!("\u{feff}{text}").into_bytes(),
        "utf-16le" => le(text),
        "utf-16be" => be(text),
        "utf-16le-bom" => le(&format!("\u{feff}{text}")),
        "utf-16be-bom" => be(&format!("\u{feff}{text}")),
        "utf-16le-cut" => le(text)[..text.len() * 2 - 1].to_vec(),
        "surrogate" => [le(text), vec![0x00, 0xd8]].concat(),
        "bytes" => [text.as_bytes(), &[0xc3, 0x28]].concat(),
        other => panic!("unknown encoding {other}"),
    }
}

#[test]
fn what_people_paste() {
    let mut count = 0;
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/paste")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let case = fields(&text);
        let input = filled(&unescaped(case["input"]));
        let got = match case["kind"] {
            "token" => Token::parse(&encoded(&input, case.get("encoding").unwrap_or(&"utf-8")))
                .map(|token| token.expose().to_owned()),
            _ => Server::parse(&input).map(|server| server.as_str().to_owned()),
        };
        judge(&path, &case, &input, got);
        count += 1;
    }
    assert!(count > 80, "only {count} cases were found");
}

fn judge(path: &Path, case: &BTreeMap<&str, &str>, input: &str, got: Result<String, Error>) {
    let name = path.display();
    match (case.get("accepted"), got) {
        (Some(wanted), Ok(got)) => assert_eq!(got, filled(wanted), "{name}"),
        (None, Err(error)) => {
            let hint = error.hint.clone().unwrap_or_default();
            assert!(error.message.contains(case["refused"]), "{name}: {error}");
            assert!(
                !hint.is_empty() && hint.contains(case.get("hint").unwrap_or(&"")),
                "{name}: hint {hint}"
            );
            if case["kind"] == "token" {
                assert_eq!(error.kind, Kind::TokenMalformed, "{name}");
                let said = format!("{error} {hint} {error:?}");
                assert!(
                    input.trim().is_empty() || !said.contains(input.trim()),
                    "{name} repeats what was pasted"
                );
                assert!(!said.contains("eyJ"), "{name} shows a token");
            }
        }
        (Some(_), Err(error)) => panic!("{name} is refused: {error}"),
        (None, Ok(_)) => panic!("{name} is accepted"),
    }
}

#[test]
fn a_token_never_prints() {
    let token = tokens::token();
    assert_eq!(format!("{token} {token:?} {:?}", Some(&token)), "*** *** Some(***)");
}

#[test]
fn claims_are_read_as_utc() {
    let claims = tokens::expiring("2026-12-24T03:50").claims();
    assert_eq!(claims.uuid.as_deref(), Some(tokens::UUID));
    assert_eq!(claims.expires_at().unwrap().to_string(), "2026-12-24T03:50:00Z");
    assert_eq!(tokens::token().claims().expires_at(), None);
    assert_eq!(tokens::token().suffix().len(), 7);
}

#[test]
fn a_server_knows_its_pages_and_its_origin() {
    let server = Server::parse("https://example.com:8443/portal/app/chat").unwrap();
    assert_eq!(server.page("settings/tokens"), "https://example.com:8443/portal/app/settings/tokens");
    assert_eq!(server.origin(), "https://example.com:8443");
    assert!(!server.is_loopback());
    assert!(Server::parse("http://localhost:1").unwrap().is_loopback());
}

fn server(text: &str) -> Server {
    Server::parse(text).unwrap()
}

#[tokio::test]
async fn the_file_keeps_one_token_a_server() {
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("new").join("config");
    let store = Store::new(StoreKind::File, &config);
    let (one, two) = (server("https://one.example"), server("https://two.example/portal"));
    assert_eq!(store.get(&one, false).await.unwrap(), None);
    assert!(!config.exists(), "reading makes nothing");
    store.probe(false).await.unwrap();
    store.set(&one, &tokens::token(), false).await.unwrap();
    store.set(&two, &tokens::expiring("2030-01-01T00:00"), false).await.unwrap();
    let again = Store::new(StoreKind::File, &config);
    assert_eq!(again.get(&one, false).await.unwrap(), Some(tokens::token()));
    assert_eq!(
        again.get(&server("https://two.example"), false).await.unwrap(),
        None,
        "another deployment of the same host"
    );
    assert!(again.delete(&one, false).await.unwrap());
    assert!(!again.delete(&one, false).await.unwrap());
    assert_eq!(store.get(&one, false).await.unwrap(), None);
    assert!(store.get(&two, false).await.unwrap().is_some());
    assert_private(&config);
}

#[cfg(unix)]
fn assert_private(config: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&config.join("tokens.toml")), 0o600);
    assert_eq!(mode(config), 0o700);
}

#[cfg(not(unix))]
fn assert_private(_: &Path) {}

#[tokio::test]
async fn the_file_keeps_comments_and_refuses_what_it_cannot_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("tokens.toml");
    let store = Store::new(StoreKind::File, dir.path());
    let one = server("https://one.example");
    std::fs::write(
        &path,
        "# mine\nformat = 1\n\n[tokens]\n# of a friend\n\"https://x.example\" = \"...aB3-_xY\"\n",
    )
    .unwrap();
    store.set(&one, &tokens::token(), false).await.unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("# mine\n") && text.contains("# of a friend"), "{text}");
    let error = store.get(&server("https://x.example"), false).await.unwrap_err();
    assert_eq!(error.kind, Kind::TokenMalformed);
    assert!(error.message.contains("redacted"), "{error}");

    let newer = format!("format = 99\n[tokens]\n\"https://one.example\" = \"{}\"\n", tokens::plain());
    std::fs::write(&path, &newer).unwrap();
    assert!(store.get(&one, false).await.unwrap().is_some(), "a newer file is read");
    assert_eq!(store.set(&one, &tokens::token(), false).await.unwrap_err().kind, Kind::FormatNewer);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), newer);

    std::fs::write(&path, format!("format = 1\n[tokens\n\"a\" = \"{}\"\n", tokens::plain())).unwrap();
    let error = store.set(&one, &tokens::token(), false).await.unwrap_err();
    assert_eq!((error.kind, error.place.as_ref().map(|place| place.line)), (Kind::StoreUnavailable, Some(2)));
    assert!(!format!("{error:?}").contains("eyJ"), "the file's token is shown");
}

#[tokio::test]
async fn the_environment_gives_its_token_to_one_server_alone() {
    let vars = |deployment: Option<&'static str>, token: &str| {
        let token = token.to_owned();
        move |name: &str| match name {
            "ELITEA_TOKEN" => Some(token.clone()),
            "ELITEA_DEPLOYMENT_URL" => deployment.map(str::to_owned),
            _ => None,
        }
    };
    let (named, active) = (server("https://named.example"), server("https://active.example"));
    let get = async |store: Store, server: &Server| store.get(server, false).await;
    let plain = tokens::plain();

    let store = || Store::env(&vars(Some("https://named.example/app/chat"), &plain), Some(&active));
    assert!(get(store(), &named).await.unwrap().is_some());
    assert!(get(store(), &active).await.unwrap().is_none(), "the variable names another server");
    let store = || Store::env(&vars(None, &plain), Some(&active));
    assert!(get(store(), &active).await.unwrap().is_some());
    assert!(get(store(), &named).await.unwrap().is_none());
    let store = Store::env(&vars(None, &plain), None);
    assert!(get(store, &named).await.unwrap().is_none(), "nobody says whose it is");

    let error = get(Store::env(&vars(None, "...aB3-_xY"), Some(&active)), &active).await.unwrap_err();
    assert_eq!(error.kind, Kind::TokenMalformed);
    assert!(error.message.contains("ELITEA_TOKEN") && error.message.contains("redacted"), "{error}");
    let error = get(Store::env(&vars(Some("http://named.example"), &plain), None), &named).await.unwrap_err();
    assert!(error.message.contains("ELITEA_DEPLOYMENT_URL"), "{error}");

    let store = Store::env(&vars(None, &plain), Some(&active));
    assert_eq!(store.set(&active, &tokens::token(), false).await.unwrap_err().kind, Kind::Usage);
    assert!(!format!("{store:?}").contains("eyJ"));
    assert_eq!(Store::env(&|_| None, None).probe(false).await.unwrap_err().kind, Kind::StoreUnavailable);
}

#[test]
fn the_table_of_stores_is_whole() {
    for row in STORES {
        assert_eq!(StoreKind::parse(row.name).unwrap(), row.kind);
        assert_eq!(row.kind.row().name, row.name);
    }
    assert_eq!(StoreKind::parse("vault").unwrap_err().choices, ["keychain", "file", "env"]);
}

/// Needs a Secret Service of its own: `tests/run` starts one.
#[tokio::test]
async fn the_keychain_keeps_a_token() {
    if std::env::var("ELITEA_TEST_KEYCHAIN").as_deref() != Ok("1") {
        eprintln!("skipped: no ELITEA_TEST_KEYCHAIN");
        return;
    }
    let here = Path::new(".");
    let (store, other) = (Store::new(StoreKind::Keychain, here), Store::new(StoreKind::Keychain, here));
    let (one, two) = (server("https://one.example"), server("https://one.example/portal"));
    store.probe(false).await.unwrap();
    store.set(&one, &tokens::token(), false).await.unwrap();
    store.set(&two, &tokens::expiring("2030-01-01T00:00"), false).await.unwrap();
    assert_eq!(other.get(&one, false).await.unwrap(), Some(tokens::token()));
    store.set(&one, &tokens::expiring("2031-01-01T00:00"), false).await.unwrap();
    assert_eq!(other.get(&one, false).await.unwrap(), Some(tokens::expiring("2031-01-01T00:00")));
    assert_eq!(seen_by_others(), Some(tokens::expiring("2031-01-01T00:00").expose().to_owned()));
    let (first, second) = tokio::join!(store.get(&one, false), other.get(&two, false));
    assert!(first.unwrap().is_some() && second.unwrap().is_some(), "two at once wait for each other");
    assert!(store.delete(&one, false).await.unwrap());
    assert!(!other.delete(&one, false).await.unwrap());
    assert!(other.delete(&two, false).await.unwrap());
    assert_eq!(other.get(&one, false).await.unwrap(), None);
}

/// What another process finds in the Secret Service.
fn seen_by_others() -> Option<String> {
    let tool = std::process::Command::new("secret-tool")
        .args(["lookup", "service", "elitea-helper", "username", "https://one.example"])
        .output()
        .unwrap();
    String::from_utf8(tool.stdout).ok()
}

/// In containers and over SSH there is no Secret Service: said at once, with the other choices.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn without_a_keychain_the_choices_are_named() {
    let set = |name: &str| std::env::var_os(name).is_some();
    let socket = std::env::var_os("XDG_RUNTIME_DIR").is_some_and(|dir| Path::new(&dir).join("bus").exists());
    if set("DBUS_SESSION_BUS_ADDRESS") || set("DISPLAY") || socket {
        eprintln!("skipped: there is a D-Bus session");
        return;
    }
    let started = std::time::Instant::now();
    let store = Store::new(StoreKind::Keychain, Path::new("."));
    let error = store.probe(false).await.unwrap_err();
    assert!(started.elapsed() < std::time::Duration::from_secs(4));
    assert_eq!(error.kind, Kind::StoreUnavailable);
    let hint = error.hint.clone().unwrap_or_default();
    assert!(hint.contains("--store file") && hint.contains("ELITEA_TOKEN"), "{hint}");
    assert!(error.message.contains("no D-Bus session"), "{error}");
    for error in [
        store.get(&server("https://a.example"), false).await.err(),
        store.set(&server("https://a.example"), &tokens::token(), false).await.err(),
    ] {
        assert_eq!(error.unwrap().kind, Kind::StoreUnavailable);
    }
}

#[test]
fn a_servers_host_is_given_as_it_is_looked_up() {
    let host = |address: &str| Server::parse(address).unwrap().host().unwrap();
    assert_eq!(host("https://one.example/prefix"), ("one.example".to_owned(), 443));
    assert_eq!(host("http://localhost:8080"), ("localhost".to_owned(), 8080));
    assert_eq!(host("https://[::1]:8443/app"), ("::1".to_owned(), 8443));
    let split = Server::split("https://one.example/prefix/app/chat?x=1").unwrap();
    assert_eq!((split.0.as_str(), split.1.as_str()), ("https://one.example/prefix", "/app/chat?x=1"));
}
