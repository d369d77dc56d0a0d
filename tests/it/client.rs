//! What the client does beyond one reply: judging tokens, going around refusals, trying again, and
//! what it never does.

use std::time::Duration;

use elitea_helper::auth::{Server, Token};
use elitea_helper::elitea::{
    Cache, Client, Dialect, Expiry, Lifetime, Network, Pauses, ProjectState, Projects, TokenInfo, TokenState,
};
use elitea_helper::error::Kind;
use jiff::Timestamp;

use crate::stub::{Answer, Request, Stub};
use crate::tokens;

const AUTHOR: &str = "/api/v2/social/author/";
const TOKENS: &str = "/api/v2/auth/token/";
const PROJECTS: &str = "/api/v2/projects/project/";
const MODELS: &str = "/api/v2/configurations/models/";

fn client_with(stub: &Stub, token: Option<&Token>) -> Client {
    Client::new(&Server::parse(&stub.url).unwrap(), token, &Network::default())
        .unwrap()
        .with_pauses(Pauses::NONE)
}

fn client(stub: &Stub) -> Client {
    client_with(stub, Some(&tokens::token()))
}

fn author(id: &str) -> Answer {
    Answer::json(
        200,
        &format!(r#"{{"id":{id},"email":"a@example.test","name":"A","personal_project_id":7}}"#),
    )
}

fn refused() -> Answer {
    Answer::json(
        401,
        r#"{"error":{"message":"token validation failed","type":"authentication_error","code":"unauthenticated"}}"#,
    )
}

fn denied() -> Answer {
    Answer::new(302, "text/html", "<html>").with("location", "https://elitea.test/access_denied")
}

fn not_found() -> Answer {
    Answer::new(404, "text/plain", "404 page not found\n")
}

fn at(request: &Request, path: &str) -> bool {
    request.path.starts_with(path)
}

#[tokio::test]
async fn one_refusal_does_not_condemn_a_token() {
    let stub = Stub::start(|request| if at(request, TOKENS) { Answer::json(200, "{}") } else { refused() });
    for error in [client(&stub).account().await.err(), client(&stub).models(3).await.err()] {
        let error = error.unwrap();
        assert_eq!(error.kind, Kind::Forbidden);
        assert!(error.message.contains("although the token is good"), "{error}");
    }
    // The list is damaged and the single token is not.
    let stub = Stub::start(|request| match request.path.as_str() {
        AUTHOR => refused(),
        TOKENS => Answer::json(500, r#"{"error":"failed to list tokens"}"#),
        _ => Answer::json(200, "{}"),
    });
    assert_eq!(client(&stub).account().await.unwrap_err().kind, Kind::Forbidden);
}

#[tokio::test]
async fn a_refused_token_is_asked_about_twice() {
    for answer in [refused(), denied()] {
        let stub = Stub::start(move |_| answer.clone());
        let error = client(&stub).account().await.unwrap_err();
        assert_eq!(error.kind, Kind::TokenRejected);
        assert!(error.hint.unwrap().contains("/app/settings/create-personal-token"));
        assert_eq!(stub.count("GET", TOKENS), 2);
        assert!(stub.asked().iter().all(|asked| asked.method == "GET"), "nothing is changed");
    }
    // The second answer counts.
    let stub = Stub::start(|request| if request.path == TOKENS { Answer::json(200, "[]") } else { denied() });
    assert_eq!(client(&stub).account().await.unwrap_err().kind, Kind::Forbidden);
}

#[tokio::test]
async fn an_outage_is_not_a_verdict() {
    let stub = Stub::start(|request| match request.path.as_str() {
        "/readyz" => {
            Answer::json(503, r#"{"status":"not_ready","checks":{"db":"unavailable","redis":"ok"}}"#)
        }
        _ => refused(),
    });
    let error = client(&stub).account().await.unwrap_err();
    assert_eq!(error.kind, Kind::ServerFault);
    assert!(error.message.contains("database"), "{error}");
    let stub = Stub::start(|request| if at(request, TOKENS) { Answer::json(500, "{}") } else { denied() });
    assert_eq!(client(&stub).account().await.unwrap_err().kind, Kind::ServerFault);
}

/// The claim has no zone: only what is more than 14 hours past is certain.
#[tokio::test]
async fn an_expired_token_is_called_so_when_that_is_certain() {
    let now = Timestamp::now();
    let claim = |hours: i64| {
        let at = now.checked_sub(jiff::SignedDuration::from_hours(hours)).unwrap();
        tokens::expiring(&at.to_string()[..16])
    };
    for (token, date, kind, hint) in [
        (claim(15), None, Kind::TokenExpired, "make a new token"),
        (claim(13), None, Kind::TokenRejected, "seems to have expired"),
        (claim(-24), None, Kind::TokenRejected, "it was deleted"),
        (claim(-24), Some("Wed, 01 Jan 2098 00:00:00 GMT"), Kind::TokenExpired, "make a new token"),
    ] {
        let stub = Stub::start(move |_| match date {
            Some(date) => refused().with("date", date),
            None => refused(),
        });
        let error = client_with(&stub, Some(&token)).account().await.unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.hint.unwrap().contains(hint));
    }
}

#[tokio::test]
async fn without_a_token_a_login_is_asked_for() {
    for answer in [
        Answer::json(401, r#"{"error":{"message":"missing authorization header"}}"#),
        Answer::new(302, "text/html", "")
            .with("location", "https://e.test/forward-auth/auth_oidc/login?target_to=/access_denied"),
    ] {
        let stub = Stub::start(move |_| answer.clone());
        let error = client_with(&stub, None).account().await.unwrap_err();
        assert_eq!(error.kind, Kind::TokenMissing);
        assert_eq!(stub.asked().len(), 1, "there is no token to judge");
        let error = client(&stub).account().await.unwrap_err();
        assert_eq!(error.kind, Kind::TokenRejected);
        assert!(
            error.message.contains("although the token was sent") && error.hint.unwrap().contains("proxy")
        );
    }
}

#[tokio::test]
async fn the_public_user_is_nobody() {
    let stub =
        Stub::start(|request| if at(request, AUTHOR) { author("null") } else { Answer::json(200, "[]") });
    let client = client(&stub);
    assert_eq!(client.account().await.unwrap_err().kind, Kind::ServerFault);
    assert_eq!(client.tokens().await.unwrap_err().kind, Kind::ServerFault);
    assert_eq!(client.create_token("a", None).await.unwrap_err().kind, Kind::ServerFault);
    assert_eq!(client.delete_token(tokens::UUID).await.unwrap_err().kind, Kind::ServerFault);
    assert_eq!(stub.count("POST", "/") + stub.count("DELETE", "/"), 0);
    let others = r#"[{"id":1,"uuid":"a","name":"a","token":"...aaaaaaa","user_id":1,"expires":null}]"#;
    let stub =
        Stub::start(move |request| if at(request, AUTHOR) { author("4") } else { Answer::json(200, others) });
    assert!(
        client_with(&stub, Some(&tokens::token()))
            .tokens()
            .await
            .unwrap_err()
            .message
            .contains("other users")
    );
}

#[tokio::test]
async fn the_dialect_is_found_out() {
    for (id, dialect) in [("4", Dialect::Python), (r#""4""#, Dialect::Go)] {
        let stub = Stub::start(move |request| if at(request, AUTHOR) { author(id) } else { not_found() });
        let client = client(&stub);
        assert_eq!(client.dialect().await.unwrap(), dialect);
        assert_eq!(client.dialect().await.unwrap(), dialect);
        assert_eq!(stub.count("GET", AUTHOR), 1, "asked once");
        assert!(!client.has_v1(1).await.unwrap());
    }
}

/// An old server: everything under `/api/v1`, models as integrations.
#[tokio::test]
async fn an_old_server_is_read() {
    let stub = Stub::start(|request| match request.path.split('?').next().unwrap() {
        "/api/v1/social/author/" => author("4"),
        "/api/v1/projects/project/default/1" => {
            Answer::json(200, r#"[{"id":9,"name":"Old","create_success":true,"suspended":false}]"#)
        }
        "/api/v1/auth/token/" => Answer::json(
            200,
            r#"[{"uuid":"u","name":"n","token":"...abcdefg","user_id":4,"expires":"Sat, 26 Sep 2026 12:00:00 GMT"}]"#,
        ),
        "/api/v1/integrations/integrations/default/9" => Answer::json(
            200,
            r#"[
            {"id":3,"uid":"11111111-1111-4111-8111-111111111111","name":"open_ai","project_id":null,"config":{"name":"Main","is_shared":true},
             "settings":{"models":[{"id":"m1","name":"gpt-old","token_limit":8000,"capabilities":{"chat_completion":true}},
                                   {"id":"e","name":"embed","token_limit":8000,"capabilities":{"embeddings":true,"chat_completion":false,"completion":false}}]}},
            {"id":4,"uid":"22222222-2222-4222-8222-222222222222","name":"vertex_ai","project_id":9,"config":{"name":"V","is_shared":false},
             "settings":{"models":[{"id":"m2","name":"gemini-old","token_limit":{"input":30000,"output":2000}}]}}]"#,
        ),
        _ => not_found(),
    });
    let client = client(&stub);
    assert_eq!(client.projects().await.unwrap().items[0].name, "Old");
    assert_eq!(client.dialect().await.unwrap(), Dialect::V1);
    assert_eq!(client.tokens().await.unwrap().len(), 1);
    let models = client.models(9).await.unwrap();
    let facts: Vec<_> = models
        .items
        .iter()
        .map(|m| (m.name.as_str(), m.project_id, m.context_window, m.max_output_tokens))
        .collect();
    assert_eq!(facts, [("gpt-old", 9, Some(8000), None), ("gemini-old", 9, Some(30000), Some(2000))]);
    assert_eq!(models.items[0].integration_uid(), "11111111-1111-4111-8111-111111111111");
    assert_eq!(models.default, None, "old servers report none, and none is guessed");
    assert!(client.has_v1(9).await.unwrap());
    assert!(client.create_token("n", None).await.unwrap_err().message.contains("/api/v1"));
    assert_eq!(stub.count("POST", "/"), 0);
    assert_eq!(
        client_with(&stub, Some(&tokens::token())).models(9).await.unwrap().items.len(),
        2,
        "models asked first"
    );
}

#[tokio::test]
async fn projects_are_asked_for_in_every_way_there_is() {
    use ProjectState::{Ready, Suspended, Unfinished};
    let list = r#"[{"id":1,"name":"Public"},{"id":7,"name":"project_user_4","groups":[{"id":1,"name":"G"}]},
        {"id":8,"name":"Team","suspended":true},{"id":9,"name":"Team","create_success":false},{"id":"10","name":null},{"name":"no id"}]"#;
    let ways: [(&'static str, &'static str); 3] =
        [("default/1", "session"), ("prompt_lib/1", "go"), ("default/7", "own")];
    for (way, _) in ways {
        let stub = Stub::start(move |request| match request.path.strip_prefix(PROJECTS) {
            Some(rest) if rest.starts_with(way) => Answer::json(200, list),
            Some(_) => Answer::json(403, r#"{"error":"insufficient permissions"}"#),
            None if at(request, AUTHOR) => author("4"),
            None => not_found(),
        });
        let projects = client(&stub).projects().await.unwrap();
        assert_eq!(projects.note, None);
        let facts: Vec<_> =
            projects.items.iter().map(|p| (p.id, p.name.as_str(), p.personal, p.public, p.state)).collect();
        assert_eq!(
            facts,
            [
                (1, "Public", false, true, Ready),
                (7, "project_user_4", true, false, Ready),
                (8, "Team", false, false, Suspended),
                (9, "Team", false, false, Unfinished),
                (10, "project 10", false, false, Ready),
            ]
        );
        assert_eq!(projects.items[1].groups, ["G"]);
    }
}

#[tokio::test]
async fn where_nothing_is_listed_the_own_project_is_left() {
    let stub = Stub::start(|request| match request.path.as_str() {
        AUTHOR => author("4"),
        path if path.starts_with(PROJECTS) => refused(),
        _ => Answer::json(200, "{}"),
    });
    let projects = client(&stub).projects().await.unwrap();
    assert_eq!(
        projects.items.iter().map(|p| (p.id, p.state)).collect::<Vec<_>>(),
        [(7, ProjectState::Unlisted)]
    );
    assert!(projects.note.unwrap().contains("does not list"));
    let stub = Stub::start(|request| match request.path.as_str() {
        AUTHOR => Answer::json(200, r#"{"id":"4","email":"a@example.test","personal_project_id":""}"#),
        _ => Answer::json(403, r#"{"error":"insufficient permissions"}"#),
    });
    let error = client(&stub).projects().await.unwrap_err();
    assert_eq!(error.kind, Kind::Forbidden);
    assert!(error.hint.unwrap().contains("by hand"));
    let stub = Stub::start(|_| refused());
    assert_eq!(client(&stub).projects().await.unwrap_err().kind, Kind::TokenRejected);
}

#[tokio::test]
async fn a_model_is_named_by_its_data_in_the_plain_shape() {
    let plain = r#"{"items":[{"id":1,"name":"title","type":"llm_model","project_id":"3","section":"llm","is_default":false,
        "config_name":"Title","data":{"name":"vendor/real","context_window":9000,"supports_vision":null}},
        {"id":2,"name":"e","project_id":"3","section":"embedding","data":{"name":"embed"}}],"total":2}"#;
    let stub =
        Stub::start(move |request| if at(request, MODELS) { Answer::json(200, plain) } else { author("4") });
    let models = client(&stub).models(3).await.unwrap();
    assert_eq!(models.items.len(), 1);
    let model = &models.items[0];
    assert_eq!(
        (model.name.as_str(), model.display_name.as_str(), model.integration_uid().as_str()),
        ("vendor/real", "Title", "3_vendor/real")
    );
    assert_eq!(
        (model.context_window, model.max_output_tokens, model.supports_vision),
        (Some(9000), None, false)
    );
    assert!(models.default.is_none() && models.default_model().is_none());
}

#[tokio::test]
async fn the_default_model_is_the_one_that_the_server_names() {
    let two = r#"{"items":[{"name":"m","display_name":"","project_id":1,"shared":true,"default":true},
        {"name":"m","display_name":"Own","project_id":3,"shared":false,"default":false}],
        "default_model_name":"m","default_model_project_id":3}"#;
    let stub = Stub::start(move |_| Answer::json(200, two));
    let models = client(&stub).models(3).await.unwrap();
    assert_eq!(models.default, Some((3, "m".to_owned())));
    assert_eq!(models.default_model().unwrap().display_name, "Own");
    assert_eq!(
        models.items.iter().map(|m| (m.default, m.display_name.as_str())).collect::<Vec<_>>(),
        [(false, "m"), (true, "Own")]
    );
}

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
async fn a_token_is_made_as_asked() {
    let made = format!(
        r#"{{"expires":"2026-12-24T03:50:08.857777Z","id":5,"name":"n","token":"{}","user_id":4,"uuid":"{}"}}"#,
        tokens::plain(),
        tokens::UUID
    );
    let stub = Stub::start(
        move |request| if request.method == "GET" { author("4") } else { Answer::json(200, &made) },
    );
    let client = client(&stub);
    let (info, token) = client.create_token("n", Some(Lifetime::days(30))).await.unwrap();
    assert_eq!((token, info.uuid.as_deref()), (tokens::token(), Some(tokens::UUID)));
    assert!(info.is(&tokens::token()));
    assert_eq!(info.expires, Expiry::At("2026-12-24T03:50:08.857777Z".parse().unwrap()));
    client.create_token("n", None).await.unwrap();
    let sent: Vec<String> =
        stub.asked().into_iter().filter(|asked| asked.method == "POST").map(|asked| asked.body).collect();
    assert_eq!(
        sent,
        [r#"{"name":"n","expires":{"measure":"days","value":30}}"#, r#"{"name":"n","expires":null}"#]
    );
    for (name, lifetime) in [
        ("n", Some(Lifetime::days(0))),
        ("n", Some(Lifetime::hours(-1))),
        ("n", Some(Lifetime::weeks(i64::MAX))),
        ("", None),
        (" ", None),
        ("a\0b", None),
        (&"n".repeat(769), None),
    ] {
        assert_eq!(client.create_token(name, lifetime).await.unwrap_err().kind, Kind::Usage);
    }
    assert_eq!(stub.count("POST", "/"), 2);
    for uuid in ["", "../author", "a/b", "a?b", "%2e%2e"] {
        assert_eq!(client.token(uuid).await.unwrap_err().kind, Kind::Usage);
        assert_eq!(client.delete_token(uuid).await.unwrap_err().kind, Kind::Usage);
    }
    assert_eq!(stub.count("DELETE", "/"), 0);
}

#[test]
fn lifetimes_are_read() {
    let shown = |text: &str| {
        Lifetime::parse(text)
            .map(|lifetime| lifetime.map(|l| (l.measure_name(), l.value)))
            .map_err(|error| error.kind)
    };
    assert_eq!(shown("30d"), Ok(Some(("days", 30))));
    assert_eq!(shown(" 12 h"), Ok(Some(("hours", 12))));
    assert_eq!(shown("4w"), Ok(Some(("weeks", 4))));
    assert_eq!(shown("90m"), Ok(Some(("minutes", 90))));
    assert_eq!(shown("never"), Ok(None));
    for wrong in ["", "d", "0d", "-1d", "30", "30y", "1.5d", "30é", "106752d", "99999999999999999999d"] {
        assert_eq!(shown(wrong), Err(Kind::Usage), "{wrong}");
    }
}

#[test]
fn the_state_of_a_token_allows_for_zones() {
    let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
    let info = |expires: Expiry| TokenInfo {
        uuid: None,
        name: None,
        expires,
        suffix: None,
        user: None,
        project: None,
    };
    let at = |text: &str| info(Expiry::At(text.parse().unwrap()));
    for (token, state, days) in [
        (info(Expiry::Never), TokenState::Active, None),
        (at("2026-12-01T12:00:01Z"), TokenState::Active, Some(7)),
        (at("2026-12-01T12:00:00Z"), TokenState::Expiring, Some(7)),
        (at("2026-11-24T12:30:00Z"), TokenState::Expiring, Some(0)),
        (at("2026-11-24T08:00:00Z"), TokenState::Doubtful, Some(-1)),
        (at("2026-11-23T21:00:00Z"), TokenState::Expired, Some(-1)),
    ] {
        assert_eq!((token.expires.state(now), token.expires.days_left(now)), (state, days), "{token:?}");
    }
}

#[tokio::test]
async fn both_kinds_of_dates_are_read() {
    let list = r#"[{"uuid":"a","user_id":4,"expires":"Sat, 26 Sep 2026 12:00:00 GMT"},{"uuid":"b","user_id":4,"expires":"2026-09-26T12:00:00Z"},
        {"uuid":null,"name":null,"user_id":"4","expires":"2026-09-26T12:00:00.1Z"},{"uuid":"d","user_id":4,"expires":"Sun, 26 Sep 2026 12:00:00 GMT"},
        {"uuid":"e","user_id":4,"expires":null},{"uuid":"f","user_id":4,"expires":"soon"},{"uuid":"g","user_id":4,"expires":"Tue, 13 May 0110 00:00:00 GMT"}]"#;
    let stub =
        Stub::start(move |request| if at(request, AUTHOR) { author("4") } else { Answer::json(200, list) });
    let expires: Vec<String> = client(&stub)
        .tokens()
        .await
        .unwrap()
        .into_iter()
        .map(|token| match token.expires {
            Expiry::At(time) => time.to_string(),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(
        expires[..6],
        [
            "2026-09-26T12:00:00Z",
            "2026-09-26T12:00:00Z",
            "2026-09-26T12:00:00.1Z",
            "2026-09-26T12:00:00Z",
            "Never",
            "Unreadable(\"soon\")"
        ]
    );
    assert!(expires[6].starts_with("0110-05-13") || expires[6].starts_with("Unreadable"), "{}", expires[6]);
}

#[tokio::test]
async fn a_lost_token_is_found_by_its_name() {
    let list = r#"[{"uuid":"a","name":"x","user_id":4},{"uuid":"b","name":"y","user_id":4},{"uuid":"c","name":"x","user_id":4}]"#;
    let stub =
        Stub::start(move |request| if at(request, AUTHOR) { author("4") } else { Answer::json(200, list) });
    let found = client(&stub).find_by_name("x").await.unwrap();
    assert_eq!(found.iter().map(|token| token.uuid.as_deref().unwrap()).collect::<Vec<_>>(), ["a", "c"]);
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

#[tokio::test]
async fn the_cache_keeps_what_the_server_said() {
    let dir = tempfile::tempdir().unwrap();
    let (server, token) = (Server::parse("https://one.example").unwrap(), tokens::token());
    let stub = Stub::start(|request| match request.path.as_str() {
        AUTHOR => author("4"),
        path if path.starts_with(MODELS) => {
            Answer::json(200, r#"{"items":[{"name":"m","project_id":3}],"default_model_name":null}"#)
        }
        _ => Answer::json(200, r#"[{"id":3,"name":"Team"}]"#),
    });
    let client = client(&stub);
    let (account, projects, models) =
        (client.account().await.unwrap(), client.projects().await.unwrap(), client.models(3).await.unwrap());
    let cache = Cache::new(&dir.path().join("cache"), &server);
    assert!(cache.projects(4).is_none());
    cache.save_account(&token, &account).unwrap();
    cache.save_projects(4, &projects).unwrap();
    cache.save_models(4, 3, &models).unwrap();
    let again = Cache::new(&dir.path().join("cache"), &server);
    let user = again.account(&token).unwrap().value;
    assert_eq!(user, account);
    let kept = again.projects(user.id).unwrap();
    assert_eq!(kept.value, projects);
    assert!(kept.age(Timestamp::now()) < Duration::from_secs(60));
    assert_eq!(again.models(4, 3).unwrap().value, models);
    assert!(again.models(5, 3).is_none() && again.models(4, 4).is_none());
    let other = Cache::new(&dir.path().join("cache"), &Server::parse("https://two.example").unwrap());
    assert_eq!(other.projects(4).map(|kept| kept.value), None::<Projects>);
    for entry in std::fs::read_dir(dir.path().join("cache")).unwrap() {
        let entry = entry.unwrap();
        let (name, text) =
            (entry.file_name().into_string().unwrap(), std::fs::read_to_string(entry.path()).unwrap());
        assert!(name.len() == 37 && !text.contains("eyJ") && !text.contains("one.example"), "{name}: {text}");
        std::fs::write(entry.path(), &text[..text.len() / 2]).unwrap();
    }
    assert!(again.projects(4).is_none(), "half a file is none");
}
