//! The fake server itself: the seam for failures, the clock, the log, the page of tokens.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use elitea_helper::fake::{Condition, Dialect, Effect, Fault, Server, World};
use serde_json::Value;

/// What came back over the wire.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

fn start(dialect: Dialect) -> Server {
    Server::launch(dialect, 0, World::demo().unwrap()).unwrap()
}

/// One request on one connection; none when the connection ends without a reply.
fn send(server: &Server, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Option<Answer> {
    let address = server.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let given =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect::<Vec<_>>().concat();
    let text = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{given}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(text.as_bytes()).unwrap();
    let mut received = Vec::new();
    // A connection that breaks off gives what had come.
    let _ = stream.read_to_end(&mut received);
    let received = String::from_utf8(received).unwrap();
    let (head, body) = received.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().unwrap();
    Some(Answer { status, head: head.to_owned(), body: body.to_owned() })
}

fn get(server: &Server, path: &str) -> Answer {
    with_token(server, "GET", path, "")
}

fn with_token(server: &Server, method: &str, path: &str, body: &str) -> Answer {
    let bearer = format!("Bearer {}", server.token());
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    send(server, method, path, &headers, body).expect("a reply")
}

const TOKENS: &str = "/api/v2/auth/token/";

#[test]
fn a_token_is_shown_once_and_dies_a_minute_after_deletion_in_python() {
    let server = start(Dialect::Python);
    let body = r#"{"name":"new","expires":{"measure":"days","value":30}}"#;
    let made = with_token(&server, "POST", TOKENS, body);
    assert_eq!(made.status, 200);
    let made = made.json();
    let token = made["token"].as_str().unwrap();
    let uuid = made["uuid"].as_str().unwrap();
    assert_eq!(token.len(), 226);

    let listed = get(&server, TOKENS).json();
    let row = listed.as_array().unwrap().iter().find(|row| row["uuid"] == uuid).unwrap().clone();
    assert_eq!(row["token"], format!("...{}", &token[token.len() - 7..]));
    assert!(row["expires"].as_str().unwrap().ends_with(" GMT"));

    let bearer = format!("Bearer {token}");
    let ask = || send(&server, "GET", TOKENS, &[("Authorization", &bearer)], "").unwrap().status;
    assert_eq!(ask(), 200);
    assert_eq!(with_token(&server, "DELETE", &format!("{TOKENS}{uuid}"), "").status, 204);
    assert_eq!(ask(), 200, "the gate remembers the token");
    server.advance(61);
    assert_eq!(ask(), 302);
}

#[test]
fn expiry_is_enforced_by_the_servers_clock() {
    for (dialect, refused) in [(Dialect::Python, 302), (Dialect::Go, 401)] {
        let server = start(dialect);
        let body = r#"{"name":"short","expires":{"measure":"minutes","value":2}}"#;
        let made = with_token(&server, "POST", TOKENS, body).json();
        let bearer = format!("Bearer {}", made["token"].as_str().unwrap());
        let ask = || send(&server, "GET", TOKENS, &[("Authorization", &bearer)], "").unwrap().status;
        assert_eq!(ask(), 200);
        server.advance(121);
        assert_eq!(ask(), refused, "{dialect:?}");
    }
}

#[test]
fn faults_hold_for_their_path_and_method_and_as_often_as_they_say() {
    let server = start(Dialect::Go);
    server.faults(vec![
        Fault::on("/api/v2/social", Effect::Html { status: 502 }).times(2),
        Fault::on(TOKENS, Effect::TooManyRequests { retry_after: Some(7) }).method("POST"),
    ]);
    let author = "/api/v2/social/author/";
    assert_eq!(get(&server, author).status, 502);
    let second = get(&server, author);
    assert_eq!(second.status, 502);
    assert!(second.body.contains("<title>502 Bad Gateway</title>"), "{}", second.body);
    assert_eq!(get(&server, author).status, 200);
    assert_eq!(get(&server, TOKENS).status, 200);
    let limited = with_token(&server, "POST", TOKENS, "{}");
    assert_eq!((limited.status, limited.header("retry-after")), (429, Some("7")));
}

#[test]
fn a_lost_reply_does_the_work_and_a_closed_connection_does_not() {
    let server = start(Dialect::Go);
    let count = || get(&server, TOKENS).json().as_array().unwrap().len();
    let before = count();
    let bearer = format!("Bearer {}", server.token());
    let create = || send(&server, "POST", TOKENS, &[("Authorization", &bearer)], r#"{"name":"lost"}"#);

    server.faults(vec![Fault::on(TOKENS, Effect::Close).method("POST")]);
    assert!(create().is_none());
    assert_eq!(count(), before);

    server.faults(vec![Fault::on(TOKENS, Effect::LostReply).method("POST")]);
    assert!(create().is_none());
    assert_eq!(count(), before + 1);
}

#[test]
fn a_truncated_reply_announces_its_whole_length() {
    let server = start(Dialect::Python);
    server.faults(vec![Fault::on(TOKENS, Effect::Truncate { bytes: 10 })]);
    let answer = get(&server, TOKENS);
    let announced: usize = answer.header("content-length").unwrap().parse().unwrap();
    assert_eq!(answer.body.len(), 10);
    assert!(announced > 10);
}

#[test]
fn a_slow_reply_is_late_and_a_hanging_one_ends_with_the_server() {
    let server = start(Dialect::Python);
    server.faults(vec![Fault::on("/api/v2/slow", Effect::Slow { ms: 150 }), Fault::on(TOKENS, Effect::Hang)]);
    let began = Instant::now();
    assert_eq!(get(&server, "/api/v2/slow").status, 404);
    assert!(began.elapsed() >= Duration::from_millis(150));

    let address = server.url().strip_prefix("http://").unwrap().to_owned();
    let mut stream = TcpStream::connect(&address).unwrap();
    write!(stream, "GET {TOKENS} HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
    while server.requests().iter().all(|seen| seen.path != TOKENS) {
        std::thread::yield_now();
    }
    drop(server);
    let mut received = Vec::new();
    let _ = stream.read_to_end(&mut received);
    assert!(received.is_empty());
}

#[test]
fn a_database_that_is_down_makes_a_good_token_look_bad() {
    let down = || vec![Fault::always(Effect::Condition(Condition::DatabaseDown))];
    let server = start(Dialect::Python);
    server.faults(down());
    let answer = get(&server, TOKENS);
    assert_eq!(answer.status, 302);
    assert!(answer.header("location").unwrap().ends_with("/access_denied"));
    server.faults(Vec::new());
    assert_eq!(get(&server, TOKENS).status, 200);

    let server = start(Dialect::Go);
    server.faults(down());
    let answer = get(&server, TOKENS);
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json()["error"]["message"], "token validation failed");
}

#[test]
fn a_server_that_starts_and_the_public_user_are_states_of_python() {
    let server = start(Dialect::Python);
    server.faults(vec![Fault::always(Effect::Condition(Condition::Starting))]);
    let answer = get(&server, TOKENS);
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("30")));
    assert!(answer.header("content-type").unwrap().starts_with("text/html"));

    server.faults(vec![Fault::always(Effect::Condition(Condition::PublicUser))]);
    assert_eq!(get(&server, "/api/v2/social/author/").json()["id"], Value::Null);
}

#[test]
fn control_over_http_sets_faults_moves_the_clock_and_lists_requests_without_tokens() {
    let server = start(Dialect::Python);
    let rules = r#"[{"path":"/api","times":1,"effect":{"redirect":{"status":302,"location":"https://elsewhere.test/"}}}]"#;
    assert_eq!(send(&server, "PUT", "/_fake/faults", &[], rules).unwrap().status, 200);
    assert_eq!(get(&server, TOKENS).header("location"), Some("https://elsewhere.test/"));
    assert_eq!(get(&server, TOKENS).status, 200);
    assert_eq!(send(&server, "PUT", "/_fake/faults", &[], "{}").unwrap().status, 400);
    assert_eq!(send(&server, "PUT", "/_fake/clock", &[], r#"{"advance":3600}"#).unwrap().status, 200);

    let log = send(&server, "GET", "/_fake/requests", &[], "").unwrap();
    let seen = log.json();
    assert_eq!(seen.as_array().unwrap().len(), 2);
    assert_eq!(seen[0]["token"], "f899854f-0000-4000-8000-000000000001");
    assert_eq!(seen[0]["credential"], true);
    assert!(!log.body.contains(server.token()));
}

#[test]
fn the_page_of_tokens_makes_one_and_only_for_its_own_form() {
    let server = start(Dialect::Python);
    let browser = ("Accept", "text/html,application/xhtml+xml");
    let page = send(&server, "GET", "/app/settings/create-personal-token", &[browser], "").unwrap();
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("http://") && !page.body.contains("https://"), "nothing from elsewhere");

    let before = server.world().tokens.len();
    let foreign = [browser, ("Origin", "https://evil.test")];
    assert_eq!(send(&server, "POST", "/_fake/tokens", &foreign, "name=x&days=30").unwrap().status, 403);
    assert_eq!(server.world().tokens.len(), before);

    let made = send(&server, "POST", "/_fake/tokens", &[browser], "name=mine&days=30").unwrap();
    let token = made.body.split("<output id=\"token\">").nth(1).unwrap().split('<').next().unwrap();
    let bearer = format!("Bearer {token}");
    assert_eq!(send(&server, "GET", TOKENS, &[("Authorization", &bearer)], "").unwrap().status, 200);
}

#[test]
fn a_v1_server_has_integrations_and_no_v2() {
    let server = start(Dialect::V1);
    assert_eq!(get(&server, TOKENS).status, 404);
    assert_eq!(get(&server, "/api/v1/auth/token/").status, 200);
    let rows = get(&server, "/api/v1/integrations/integrations/default/4").json();
    assert_eq!(rows.as_array().unwrap().len(), 2);
    let rows = get(&server, "/api/v1/integrations/integrations/default/2?section=ai").json();
    assert_eq!(rows.as_array().unwrap().len(), 1, "only the platform's");
}

#[test]
fn the_demo_world_serves_the_journey_in_every_current_dialect() {
    for dialect in [Dialect::Python, Dialect::Go] {
        let server = start(dialect);
        assert!(server.projects().iter().any(|(id, name)| (*id, name.as_str()) == (4, "Team Rocket")));
        let author = get(&server, "/api/v2/social/author/").json();
        assert_eq!(author["email"], "alice@example.test", "{dialect:?}");
        let projects = get(&server, "/api/v2/projects/project/default/1?check_public_role=true").json();
        assert_eq!(projects.as_array().unwrap().len(), 6, "{dialect:?}");
        let models = get(&server, "/api/v2/configurations/models/4?include_shared=true&section=llm").json();
        assert_eq!(models["total"], 5, "{dialect:?}: {models}");
        assert_eq!(models["default_model_name"], "gpt-5.1");
        assert_eq!(models["default_model_project_id"], 1);
    }
    let plain = start(Dialect::GoPlain);
    assert_eq!(get(&plain, "/api/v2/projects/project/default/1").status, 401);
    assert_eq!(get(&plain, "/api/v2/projects/project/prompt_lib/1").status, 200);
    assert_eq!(get(&plain, "/api/v2/configurations/models/4").json()["total"], 2);
}

#[test]
fn a_lifetime_is_counted_from_the_servers_clock() {
    const LIFETIMES: &[(&str, i64, &str)] = &[
        ("seconds", 90, "2026-01-31T00:01:30"),
        ("minutes", 2, "2026-01-31T00:02:00"),
        ("hours", 5, "2026-01-31T05:00:00"),
        ("days", 30, "2026-03-02T00:00:00"),
        ("weeks", 2, "2026-02-14T00:00:00"),
    ];
    let mut world = World::demo().unwrap();
    world.start = Some("2026-01-31T00:00:00".to_owned());
    for dialect in [Dialect::Python, Dialect::Go] {
        let server = Server::launch(dialect, 0, world.clone()).unwrap();
        for (measure, value, expires) in LIFETIMES {
            let body = format!(r#"{{"name":"x","expires":{{"measure":"{measure}","value":{value}}}}}"#);
            let made = with_token(&server, "POST", TOKENS, &body).json();
            let rows = server.world().tokens;
            let row = rows.iter().find(|row| made["uuid"] == row.uuid.as_deref().unwrap()).unwrap();
            let wanted: jiff::civil::DateTime = expires.parse().unwrap();
            let late = row
                .expires
                .as_ref()
                .unwrap()
                .parse::<jiff::civil::DateTime>()
                .unwrap()
                .duration_since(wanted);
            assert!((0..60).contains(&late.as_secs()), "{dialect:?} {measure}: {late:?} off");
        }
    }
}

#[test]
fn a_tool_of_the_mcp_endpoint_can_be_listed_and_called() {
    for dialect in [Dialect::Python, Dialect::Go] {
        let server = start(dialect);
        let rpc = |body: &str| with_token(&server, "POST", "/app/4/mcp", body).json();
        let listed = rpc(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#);
        assert_eq!(listed["result"]["tools"][0]["name"], "release_notes", "{dialect:?}");
        let called = rpc(
            r#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"release_notes","arguments":{"task":"x"}}}"#,
        );
        let text = called["result"]["content"][0]["text"].as_str().unwrap();
        assert_eq!(text, r#"release_notes was called with {"task":"x"}"#, "{dialect:?}");
    }
}
