//! Faults of TLS. On Linux only: elsewhere the system judges certificates, by rules of its own.
#![cfg(target_os = "linux")]

use std::net::TcpStream;

use elitea_helper::elitea::{TlsFault, TlsRefusal};

use super::*;
use crate::certificates::{data, serve_with};

fn trusting(ca: &str) -> Network {
    Network { ca_file: Some(data(ca)), ..Network::default() }
}

async fn refusal(certificate: &str, ca: &str) -> TlsFault {
    let server = serve_with(certificate);
    match fault(look_with(server.as_str(), &trusting(ca), Some(&tokens::token())).await) {
        Fault::Tls(fault) => fault,
        other => panic!("{certificate}: {other:?}"),
    }
}

#[tokio::test]
async fn each_fault_of_a_certificate_has_its_name() {
    let reach = look_with(serve_with("server.pem").as_str(), &trusting("ca.pem"), None).await;
    assert_eq!(reach.answer, Found::Elitea { credential: Credential::NotSent, is_v1: false });

    let authority = "CN=elitea-helper test CA, O=ELITEA tests";
    for (certificate, ca, why, subject, issuer) in [
        ("expired.pem", "ca.pem", TlsRefusal::Expired, "CN=localhost", authority),
        ("future.pem", "ca.pem", TlsRefusal::NotYetValid, "CN=localhost", authority),
        ("server.pem", "self-signed.pem", TlsRefusal::UnknownIssuer, "CN=localhost", authority),
        ("self-signed.pem", "ca.pem", TlsRefusal::SelfSigned, "CN=localhost", "CN=localhost"),
    ] {
        let fault = refusal(certificate, ca).await;
        assert_eq!(fault.refusal, why, "{}", fault.words);
        let shown = fault.certificate.unwrap();
        assert_eq!((shown.subject.as_str(), shown.issuer.as_str()), (subject, issuer));
        assert_eq!(shown.is_self_signed, why == TlsRefusal::SelfSigned);
        assert!(!fault.words.is_empty());
    }
    let fault = refusal("expired.pem", "ca.pem").await;
    assert_eq!(fault.certificate.unwrap().not_after.to_string(), "2021-01-01T00:00:00Z");
}

#[tokio::test]
async fn a_certificate_for_others_names_them() {
    let fault = refusal("other-host.pem", "ca.pem").await;
    let TlsRefusal::WrongHost(names) = fault.refusal else { panic!("{:?}", fault.refusal) };
    assert!(names.iter().any(|name| name.contains("other.test")), "{names:?}");
    assert_eq!(fault.certificate.unwrap().subject, "CN=other.test");
}

#[tokio::test]
async fn a_port_without_tls_and_one_that_is_silent_are_told() {
    // What does not speak TLS answers the greeting as if it were a request.
    let greeted = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = greeted.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in greeted.incoming().flatten() {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let found = fault(look_with(&format!("https://{address}"), &trusting("ca.pem"), None).await);
    assert!(matches!(&found, Fault::Tls(fault) if fault.refusal == TlsRefusal::NotTls), "{found:?}");
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let limits = Limits { reply: BRIEF, ..Limits::default() };
    let reach = look_briefly(&format!("https://{address}"), &trusting("ca.pem"), limits).await;
    assert_eq!(fault(reach), Fault::Timeout(Stage::Tls));
}

/// A proxy that connects everybody to this server, whatever they ask for.
fn leading_to(server: &Server) -> String {
    let (_, port) = server.host().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            if receive(&client).is_none() {
                continue;
            }
            let _ = client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
            let mut there = TcpStream::connect(("127.0.0.1", port)).unwrap();
            let (mut from, mut to) = (client.try_clone().unwrap(), there.try_clone().unwrap());
            std::thread::spawn(move || {
                let _ = std::io::copy(&mut from, &mut to);
                let _ = to.shutdown(std::net::Shutdown::Write);
            });
            let _ = std::io::copy(&mut there, &mut client);
            let _ = client.shutdown(std::net::Shutdown::Both);
        }
    });
    url
}

#[tokio::test]
async fn the_server_behind_a_proxy_is_looked_at_through_it() {
    let proxy = leading_to(&serve_with("server.pem"));
    let network = |ca: &str| Network { proxy: Some(proxy.clone()), ..trusting(ca) };
    let reach = look_with("https://elitea.test", &network("ca.pem"), Some(&tokens::token())).await;
    assert_eq!(reach.answer, Found::Elitea { credential: Credential::Taken, is_v1: false });
    let found = fault(look_with("https://elitea.test", &network("self-signed.pem"), None).await);
    let Fault::Tls(found) = found else { panic!("{found:?}") };
    assert_eq!(found.refusal, TlsRefusal::UnknownIssuer);
    assert_eq!(found.certificate.unwrap().issuer, "CN=elitea-helper test CA, O=ELITEA tests");
}
