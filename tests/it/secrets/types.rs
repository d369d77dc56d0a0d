//! The types that hold a token: how they print, and that the token itself has no way onto the wire.

use std::marker::PhantomData;

use elitea_helper::auth::{Server, Store, Token, hide_tokens};
use elitea_helper::elitea::{Client, Network};
use elitea_helper::fake::{self, Dialect, World};
use elitea_helper::files::{self, Reach};
use elitea_helper::merge::{self, Format, Owned, Seal};
use elitea_helper::protocol::settings::Rendered;
use elitea_helper::protocol::token::{Created, Token as Listed, TokenState};
use elitea_helper::template::{self, Selection};

use super::search::Search;

#[tokio::test]
async fn no_type_prints_the_token_that_it_holds() {
    let fake = fake::Server::launch(Dialect::Python, 0, World::demo().unwrap()).unwrap();
    let text = fake.token().to_owned();
    let search = Search::new([text.clone()]);
    let token = Token::parse(text.as_bytes()).unwrap();
    let server = Server::parse(fake.url()).unwrap();
    assert_eq!((format!("{token}"), format!("{token:?}")), ("***".into(), "***".into()));

    let network = Network {
        proxy: None,
        ca_file: None,
        connect_timeout: std::time::Duration::from_secs(5),
        timeout: std::time::Duration::from_secs(5),
    };
    let client = Client::new(&server, Some(&token), &network).unwrap();
    client.account().await.unwrap();
    let (info, made) = client.create_token("made", None).await.unwrap();
    let env = Store::env(&|name| (name == "ELITEA_TOKEN").then(|| text.clone()), Some(&server));

    let selection = Selection {
        server: fake.url().into(),
        project: 4,
        model: "m".into(),
        model_project: 1,
        integration: None,
        verify_ssl: true,
    };
    let template = template::load("vscode", None).unwrap();
    let patch = template.patch(&selection, Some(&text)).unwrap();
    let seal = Seal::new(&[7; 32]);
    let merged = merge::apply("", &patch, &Owned::default(), &[], &seal).unwrap();
    assert!(merged.text.contains(&text), "the merged text holds no token, so nothing is proven");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("settings.json"), &merged.text).unwrap();
    let snapshot = files::read(&folder.path().join("settings.json"), &Reach::User).unwrap();
    let rendered = Rendered {
        template: "vscode".into(),
        file_name: "settings.json".into(),
        text: template.render(&selection, Some(&text)).unwrap(),
    };
    let listed = Listed {
        uuid: None,
        name: None,
        expires: None,
        days_left: None,
        state: TokenState::Never,
        in_use: true,
        ours: true,
    };
    let created = Created { token: listed, store: "file".into(), secret: Some(text.clone()) };
    let printed = [
        format!("{token:?} {token:#?} {made:?} {:?}", Some(&token)),
        format!("{client:?} {client:#?} {info:?}"),
        format!("{env:?} {env:#?}"),
        format!("{patch:?} {patch:#?} {template:?}"),
        format!("{merged:?} {merged:#?} {:?}", merged.owned),
        format!("{snapshot:?} {snapshot:#?}"),
        format!("{rendered:?} {created:?} {created:#?} {seal:?}"),
    ];
    for text in printed {
        assert!(search.look(text.as_bytes()).is_empty(), "{text}");
    }
    assert!(merge::get(&merged.text, Format::Settings, &template.secret_paths()[0]).unwrap().is_some());
}

struct Probe<T>(PhantomData<T>);

trait Silent {
    const IS_SILENT: bool = true;
}

impl<T> Silent for Probe<T> {}

// Where a type can be serialised this constant goes before the trait's.
impl<T: serde::Serialize> Probe<T> {
    const IS_SILENT: bool = false;
}

#[test]
fn a_token_cannot_be_serialised() {
    const { assert!(Probe::<Token>::IS_SILENT) };
    const { assert!(!Probe::<String>::IS_SILENT) };
}

#[test]
fn no_error_repeats_what_was_pasted() {
    const MARK: &str = "Q7markQ7";
    let long = MARK.repeat(10_000);
    let pasted = [
        format!("...{MARK}"),
        format!("{MARK}…{MARK}"),
        format!("{MARK}.{MARK}.{MARK}"),
        format!("eyJhbGciOiJIUzUxMiJ9.{MARK}.{MARK}"),
        format!("{{\"token\": \"{MARK}\"}}"),
        format!("https://host/{MARK}"),
        format!("Bearer {MARK}"),
        format!("{MARK} {MARK}"),
        format!("\u{202e}{MARK}"),
        long,
    ];
    for text in pasted {
        let error = Token::parse(text.as_bytes()).unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(!told.contains(MARK) && !told.contains("202e"), "{told}");
    }
    let fake = fake::Server::launch(Dialect::Go, 0, World::demo().unwrap()).unwrap();
    for address in [fake.token().to_owned(), format!("https://x/{}", fake.token().to_lowercase())] {
        let error = Server::parse(&address).unwrap_err();
        assert_eq!(hide_tokens(&format!("{error:?}")), format!("{error:?}"));
    }
}
