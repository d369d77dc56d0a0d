//! Whose certificates are trusted: the system's, and in addition those of `SSL_CERT_FILE` and of the
//! file that the user named. Never fewer checks than that.

use std::path::Path;
use std::sync::Once;

use reqwest::{Certificate, ClientBuilder};

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
    PROVIDER.call_once(|| {
        // It fails only where one is installed already, which then serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let named = ca_file.map(certificates).transpose()?.unwrap_or_default();
    if server.as_str().starts_with("http://") {
        // Loopback without TLS: reading the system's certificates would only take time.
        return Ok(builder.tls_certs_only([]));
    }
    let extra: Vec<Certificate> = named.into_iter().chain(from_environment()?).collect();
    Ok(if extra.is_empty() { builder } else { builder.tls_certs_merge(extra) })
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
