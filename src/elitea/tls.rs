//! Whose certificates are trusted: the system's, and in addition those of `SSL_CERT_FILE` and of the
//! file that the user named. Never fewer checks than that.

use std::path::Path;
use std::sync::{Arc, Mutex, Once, PoisonError};

use reqwest::{Certificate, ClientBuilder};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};

use crate::auth::Server;
use crate::error::{Error, Kind, Result};

/// Where Linux distributions and the BSDs keep all trusted certificates in one file.
const BUNDLES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/etc/ssl/cert.pem",
];

static PROVIDER: Once = Once::new();

pub(super) fn trusting(
    builder: ClientBuilder,
    server: &Server,
    ca_file: Option<&Path>,
) -> Result<ClientBuilder> {
    install_provider();
    let named = ca_file.map(certificates).transpose()?.unwrap_or_default();
    if server.as_str().starts_with("http://") {
        // Loopback without TLS: reading the system's certificates would only take time.
        return Ok(builder.tls_certs_only([]));
    }
    let extra: Vec<Certificate> = named.into_iter().chain(from_environment()?).collect();
    Ok(if extra.is_empty() { builder } else { builder.tls_certs_merge(extra) })
}

fn install_provider() {
    PROVIDER.call_once(|| {
        // It fails only where one is installed already, which then serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

/// The certificate that a server showed, once it has.
pub(super) type Shown = Arc<Mutex<Option<CertificateDer<'static>>>>;

/// A client that looks at the server's certificate and accepts none, so that nothing is ever sent.
///
/// # Errors
/// [`Kind::Internal`] where TLS is not there at all.
pub(super) fn looking(builder: ClientBuilder) -> Result<(ClientBuilder, Shown)> {
    let shown = Shown::default();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let looker = Looker { shown: shown.clone(), schemes: provider.signature_verification_algorithms };
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::new(Kind::Internal, format!("TLS cannot be set up: {error}")))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(looker))
        .with_no_client_auth();
    Ok((builder.tls_backend_preconfigured(config), shown))
}

/// Notes the certificate, and refuses it.
#[derive(Debug)]
struct Looker {
    shown: Shown,
    schemes: WebPkiSupportedAlgorithms,
}

impl Looker {
    fn refusal() -> rustls::Error {
        rustls::Error::General("the certificate was only looked at".to_owned())
    }
}

impl ServerCertVerifier for Looker {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(end_entity.clone().into_owned());
        Err(Self::refusal())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        Err(Self::refusal())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        Err(Self::refusal())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.supported_schemes()
    }
}

/// On Linux the verifier reads `SSL_CERT_FILE` and `SSL_CERT_DIR` *instead of* the system's
/// certificates, so the system's are added back; elsewhere it ignores both, so the file is added.
fn from_environment() -> Result<Vec<Certificate>> {
    let file = std::env::var_os("SSL_CERT_FILE").filter(|value| !value.is_empty());
    let dir = std::env::var_os("SSL_CERT_DIR").filter(|value| !value.is_empty());
    let mut extra = match &file {
        Some(file) => certificates(Path::new(file))?,
        None => Vec::new(),
    };
    let replaces = cfg!(all(unix, not(target_vendor = "apple"))) && (file.is_some() || dir.is_some());
    if replaces && let Some(bundle) = BUNDLES.iter().map(Path::new).find(|path| path.is_file()) {
        extra.extend(certificates(bundle)?);
    }
    Ok(extra)
}

fn certificates(file: &Path) -> Result<Vec<Certificate>> {
    let wrong = |why: String| {
        Error::new(Kind::Config, format!("cannot use the certificates of {}: {why}", file.display()))
            .hint("name a PEM file with one or more BEGIN CERTIFICATE blocks")
    };
    let bytes = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
    match Certificate::from_pem_bundle(&bytes) {
        Ok(found) if found.is_empty() => Err(wrong("it holds none".to_owned())),
        Ok(found) => Ok(found),
        Err(error) => Err(wrong(error.to_string())),
    }
}
