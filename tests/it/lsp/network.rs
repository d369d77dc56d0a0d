//! The network as the client knows it: its proxy and its authorities, which count where the user has
//! configured none.

use std::path::Path;
use std::process::Command;

use elitea_helper::fake::Dialect;
use serde_json::{Value, json};

use super::client::{Client, code, server};
use crate::machine::Machine;
use crate::stub::{Answer, Stub};
use crate::{support, tokens};

/// A server that nobody finds but a proxy.
const SERVER: &str = "https://elitea.invalid";

fn authority() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tls/ca.pem").to_str().unwrap().to_owned()
}

/// A proxy that wants to know who asks.
fn proxy() -> Stub {
    Stub::start(|_| Answer::new(407, "text/plain", "").with("proxy-authenticate", "NTLM"))
}

/// Nothing of a proxy stands in the environment, and the server is chosen there.
fn process(machine: &Machine, address: &str) -> Command {
    let mut command = server(machine);
    command.env("ELITEA_DEPLOYMENT_URL", address).env("ELITEA_TOKEN", tokens::plain());
    command
}

/// What comes of a request to the server, by a client that says this of the network.
fn asked(command: &mut Command, params: Value) -> Result<Value, Value> {
    let mut client = Client::start(command);
    client.tolerate("elitea/status/didChange");
    client.initialize(params);
    let id = client.request("elitea/project/list", None);
    let reply = client.reply(id);
    client.leave();
    reply
}

#[test]
fn a_request_goes_through_the_clients_proxy() {
    if support::under_wine() {
        println!("skipped: Wine takes no certificates besides the system's");
        return;
    }
    let machine = Machine::new(Dialect::Python);
    let named = |proxy: &str| json!({"elitea": {"protocol": 1, "proxy": proxy, "caFile": authority()}});
    let through = |stub: &Stub, params: Value| {
        let error = asked(&mut process(&machine, SERVER), params).unwrap_err();
        let asked = stub.asked();
        let first = asked.first().unwrap_or_else(|| panic!("the proxy was not asked: {error}"));
        assert_eq!((first.method.as_str(), first.path.as_str()), ("CONNECT", "elitea.invalid:443"));
        assert!(asked.iter().all(|asked| asked.header("authorization").is_none()), "{asked:?}");
        assert_eq!(code(&error), (-32740, "E_SERVER_UNREACHABLE".to_owned()), "{error}");
        assert!(error["data"]["hint"].as_str().unwrap().contains("NTLM"), "{error}");
        asked
    };
    // In either place, since some client libraries cannot change the capabilities.
    let stub = proxy();
    through(&stub, json!({"initializationOptions": named(&stub.url)}));
    let stub = proxy();
    through(&stub, json!({"capabilities": {"experimental": named(&stub.url)}}));

    // With a login, which goes to the proxy and is said to nobody.
    let stub = proxy();
    let login = stub.url.replace("http://", "http://me:secret@");
    let asked_with_login = through(&stub, json!({"initializationOptions": named(&login)}));
    assert_eq!(asked_with_login[0].header("proxy-authorization"), Some("Basic bWU6c2VjcmV0"));

    // What the user has configured comes first.
    let (stub, unused) = (proxy(), proxy());
    machine.write("elitea-config/config.toml", format!("[network]\nproxy = \"{}\"\n", stub.url).as_bytes());
    through(&stub, json!({"initializationOptions": named(&unused.url)}));
    assert!(unused.asked().is_empty());
}

#[test]
fn a_proxy_that_is_none_is_told_without_its_login() {
    let machine = Machine::new(Dialect::Python);
    let params =
        json!({"initializationOptions": {"elitea": {"protocol": 1, "proxy": "http://me:secret@:x"}}});
    let error = asked(&mut process(&machine, SERVER), params).unwrap_err();
    assert_eq!(code(&error), (-32721, "E_CONFIG".to_owned()), "{error}");
    assert!(!error.to_string().contains("secret"), "{error}");
}

/// On Linux only: elsewhere the system judges, and private authorities by rules of its own.
#[cfg(target_os = "linux")]
#[test]
fn the_clients_authority_is_trusted() {
    let machine = Machine::new(Dialect::Python);
    let address = crate::certificates::serve_with("server.pem");
    let with = |file: Option<&str>| {
        let elitea = json!({"protocol": 1, "caFile": file});
        asked(&mut process(&machine, address.as_str()), json!({"initializationOptions": {"elitea": elitea}}))
    };
    for file in [None, Some("")] {
        let error = with(file).unwrap_err();
        assert_eq!(code(&error), (-32741, "E_SERVER_TLS".to_owned()), "{error}");
    }
    // The server answers every request with an account, which is no list of projects.
    let error = with(Some(&authority())).unwrap_err();
    assert_eq!(code(&error).1, "E_SERVER_FAULT", "{error}");
    let error = with(Some("/nowhere/ca.pem")).unwrap_err();
    assert_eq!(code(&error), (-32721, "E_CONFIG".to_owned()), "{error}");
    assert!(error["message"].as_str().unwrap().contains("ca.pem"), "{error}");
}
