//! Accounts, projects, models and old servers: what the client makes of several replies together.

use std::time::Duration;

use elitea_helper::auth::Server;
use elitea_helper::elitea::{Cache, Dialect, ProjectState, Projects};
use elitea_helper::error::Kind;
use jiff::Timestamp;

use crate::stub::{
    AUTHOR, Answer, MODELS, PROJECTS, Stub, at, author, client, client_with, not_found, refused,
};
use crate::tokens;

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
