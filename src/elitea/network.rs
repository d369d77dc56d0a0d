//! How the network is reached, and where that was said.

use std::path::PathBuf;
use std::time::Duration;

use crate::auth::Server;

/// The environment's proxies for https, in the order in which they count.
const VARIABLES: &[&str] = &["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// How to reach the network.
#[derive(Clone)]
pub struct Network {
    /// A proxy's address; none means the environment's `HTTPS_PROXY` and `NO_PROXY`.
    pub proxy: Option<String>,
    /// A PEM file of certificates that are trusted in addition to the system's.
    pub ca_file: Option<PathBuf>,
    /// Time for connecting, TLS included.
    pub connect_timeout: Duration,
    /// Time for one whole call, its body included.
    pub timeout: Duration,
}

impl std::fmt::Debug for Network {
    /// A proxy's address may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Network")
            .field("proxy", &self.proxy.as_ref().map(|_| "***"))
            .field("ca_file", &self.ca_file)
            .field("connect_timeout", &self.connect_timeout)
            .field("timeout", &self.timeout)
            .finish()
    }
}

impl Default for Network {
    fn default() -> Self {
        Self {
            proxy: None,
            ca_file: None,
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
        }
    }
}

impl Network {
    /// The proxy on the way to `server`: where it was named (`configuration`, or a variable) and its
    /// address without name and password. `NO_PROXY` may still exempt the server.
    pub fn proxy_source(
        &self,
        server: &Server,
        vars: &dyn Fn(&str) -> Option<String>,
    ) -> Option<(&'static str, String)> {
        if server.is_loopback() {
            return None;
        }
        let named = self.proxy.clone().map(|address| ("configuration", address));
        let (source, address) = named.or_else(|| {
            VARIABLES.iter().find_map(|name| Some((*name, vars(name).filter(|value| !value.is_empty())?)))
        })?;
        let host = address.rsplit_once('@').map_or(address.clone(), |(_, host)| host.to_owned());
        Some((source, host))
    }
}
