//! The token calls: judging a refused token, making and finding tokens, when they end.

use elitea_helper::elitea::{Expiry, Lifetime, TokenInfo, TokenState};
use elitea_helper::error::Kind;
use jiff::Timestamp;

use crate::stub::{AUTHOR, Answer, Stub, TOKENS, at, author, client, client_with, denied, refused};
use crate::tokens;

#[tokio::test]
async fn one_refusal_does_not_condemn_a_token() {
    let stub = Stub::start(|request| if at(request, TOKENS) { Answer::json(200, "{}") } else { refused() });
    for error in [client(&stub).account().await.err(), client(&stub).models(3).await.err()] {
        let error = error.unwrap();
        assert_eq!(error.kind, Kind::Forbidden);
        assert!(error.message.contains("although the token is good"), "{error}");
    }
    assert_eq!(stub.count("GET", TOKENS), 2, "a good answer needs no second one");
    // What passes is asked for again.
    let first = std::sync::atomic::AtomicBool::new(true);
    let stub = Stub::start(move |request| match request.path.as_str() {
        AUTHOR if first.swap(false, std::sync::atomic::Ordering::Relaxed) => denied(),
        AUTHOR => author("4"),
        _ => Answer::json(200, "{}"),
    });
    assert_eq!(client(&stub).account().await.unwrap().id, 4);
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
async fn a_login_checks_the_token_and_whose_it_is() {
    let one = format!(
        r#"{{"uuid":"{}","name":"mine","token":"...abcdefg","user_id":4,"expires":null}}"#,
        tokens::UUID
    );
    let stub =
        Stub::start(move |request| if at(request, AUTHOR) { author("4") } else { Answer::json(200, &one) });
    let (account, info) = client(&stub).check_token().await.unwrap();
    assert_eq!(
        (account.id, info.name.as_deref(), info.suffix.as_deref()),
        (4, Some("mine"), Some("abcdefg"))
    );
    assert_eq!(stub.count("GET", &format!("{TOKENS}{}", tokens::UUID)), 1);
    // The Python server lets a deleted token in for a minute.
    let gone = r#"{"error": "token with uid x not found"}"#;
    let stub =
        Stub::start(move |request| if at(request, AUTHOR) { author("4") } else { Answer::json(400, gone) });
    assert_eq!(client(&stub).check_token().await.unwrap_err().kind, Kind::TokenRejected);
    assert_eq!(client_with(&stub, None).check_token().await.unwrap_err().kind, Kind::TokenMissing);
}

#[test]
fn a_token_tells_its_own_end() {
    assert_eq!(Expiry::from(&tokens::token().claims()), Expiry::Never);
    assert_eq!(
        Expiry::from(&tokens::expiring("2026-12-24T03:50").claims()),
        Expiry::At("2026-12-24T03:50:00Z".parse().unwrap())
    );
    assert_eq!(Expiry::from(&tokens::expiring("soon").claims()), Expiry::Unreadable("soon".to_owned()));
}
