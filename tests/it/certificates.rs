//! Whose certificates are trusted, and what the environment has to say. On Linux only: elsewhere the
//! system judges, and private authorities by rules of its own.
#![cfg(target_os = "linux")]

use std::io::Write;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use elitea_helper::auth::Server;
use elitea_helper::elitea::{Client, Network, Pauses};
use elitea_helper::error::Kind;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::stub::{Answer, Stub, author, bytes, receive};

pub(crate) fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/tls").join(name)
}

/// A server with a certificate of an authority that no system knows.
fn serve() -> Server {
    serve_with("server.pem")
}

/// A server with this certificate.
pub(crate) fn serve_with(certificate: &str) -> Server {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let chain = CertificateDer::pem_file_iter(data(certificate)).unwrap().map(Result::unwrap).collect();
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_file(data("server.key")).unwrap())
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = Server::parse(&format!("https://{}", listener.local_addr().unwrap())).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream);
            if receive(&mut stream).is_some() {
                let _ = stream.write_all(&bytes(&Answer::json(200, r#"{"id":4,"email":"a@example.test"}"#)));
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    server
}

fn client(server: &Server, ca_file: Option<PathBuf>) -> Result<Client, elitea_helper::error::Error> {
    let network = Network { ca_file, ..Network::default() };
    Client::new(server, None, &network).map(|client| client.with_pauses(Pauses::NONE))
}

#[tokio::test]
async fn an_unknown_authority_is_refused_until_it_is_named() {
    let server = serve();
    // A container without any certificates cannot even make a client: the same kind of failure.
    let error = match client(&server, None) {
        Ok(client) => client.account().await.unwrap_err(),
        Err(error) => error,
    };
    assert_eq!(error.kind, Kind::Tls, "{error}");
    assert!(error.hint.unwrap().contains("SSL_CERT_FILE"));
    assert_eq!(client(&server, Some(data("ca.pem"))).unwrap().account().await.unwrap().id, 4);
}

#[test]
fn a_file_without_certificates_is_refused() {
    let server = Server::parse("https://one.example").unwrap();
    for file in ["server.key", "absent.pem"] {
        let error = client(&server, Some(data(file))).unwrap_err();
        assert_eq!(error.kind, Kind::Config);
        assert!(error.message.contains(file), "{error}");
    }
}

/// `SSL_CERT_FILE` is read by a process at its start, so a second process has it.
#[test]
fn the_environment_names_an_authority() {
    let server = serve();
    for (file, outcome) in [("ca.pem", true), ("server.key", false)] {
        let (passed, said) =
            asked_by_a_child(&server, &[("SSL_CERT_FILE", &data(file).display().to_string())]);
        assert_eq!(passed, outcome, "{said}");
        assert!(said.contains("1 passed") || said.contains("cannot use the certificates"), "{said}");
    }
}

/// A proxy of the environment never sees what is meant for this machine.
#[test]
fn the_environments_proxy_is_not_used_for_this_machine() {
    let (proxy, here) = (Stub::start(|_| Answer::json(502, "{}")), Stub::start(|_| author("4")));
    let vars = ["HTTP_PROXY", "http_proxy", "ALL_PROXY"].map(|name| (name, proxy.url.as_str()));
    let (passed, said) = asked_by_a_child(&Server::parse(&here.url).unwrap(), &vars);
    assert!(passed, "{said}");
    assert!(proxy.asked().is_empty());
}

fn asked_by_a_child(server: &Server, vars: &[(&str, &str)]) -> (bool, String) {
    let program = std::env::current_exe().unwrap();
    let mut child = match std::env::var_os("CHILD_RUNNER") {
        Some(runner) => {
            let mut child = std::process::Command::new(runner);
            child.arg(program);
            child
        }
        None => std::process::Command::new(program),
    };
    let ran = child
        .args(["certificates::asked_by_the_tests_above", "--exact"])
        .env("ELITEA_TEST_SERVER", server.as_str())
        .envs(vars.iter().copied())
        .output()
        .unwrap();
    (ran.status.success(), String::from_utf8_lossy(&ran.stdout).into_owned())
}

/// Needs `ELITEA_TEST_SERVER`; without it there is nothing to ask.
#[tokio::test]
async fn asked_by_the_tests_above() {
    let Ok(server) = std::env::var("ELITEA_TEST_SERVER") else { return };
    let server = Server::parse(&server).unwrap();
    assert_eq!(client(&server, None).unwrap().account().await.unwrap().id, 4);
}
