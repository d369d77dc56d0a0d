//! How the network is reached, and where that was said.

use std::path::PathBuf;
use std::time::Duration;

use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use crate::auth::Server;

/// The environment's proxies for https: of each pair the first that is set counts, even if it is
/// empty, and of the pairs the first that names a proxy (`Matcher::from_env` of hyper-util).
const VARIABLES: &[[&str; 2]] = &[["HTTPS_PROXY", "https_proxy"], ["ALL_PROXY", "all_proxy"]];

/// The hosts that are reached without a proxy; the first that is set counts.
const EXEMPT: [&str; 2] = ["NO_PROXY", "no_proxy"];

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

/// The way to a server, as it was found out; nothing is asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// What decides.
    pub by: RouteBy,
    /// The proxy's address without name and password, where one is used.
    pub proxy: Option<String>,
    /// Whether a name or password goes with it.
    pub has_login: bool,
    /// Everything that names a proxy for this server, the strongest first.
    pub named: Vec<NamedProxy>,
}

/// What decides about the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteBy {
    /// Nothing: there is no proxy.
    Nothing,
    /// The server is this machine, which is never reached by way of a proxy.
    ThisMachine,
    /// This variable exempts the server from every proxy.
    Exempt(&'static str),
    /// Our own configuration.
    Configuration,
    /// This variable.
    Variable(&'static str),
}

/// A proxy that is named somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedProxy {
    /// The variable; none: our own configuration.
    pub variable: Option<&'static str>,
    /// Its address without name and password.
    pub address: String,
}

/// A proxy as it is spoken to. Its address may hold a password.
pub(super) struct Proxy {
    pub(super) address: String,
    pub(super) intercept: Intercept,
}

impl Route {
    /// Whether several are named, and not all of them are the same.
    pub fn is_disputed(&self) -> bool {
        self.named.windows(2).any(|pair| pair[0].address != pair[1].address)
    }
}

impl Network {
    /// The way to `server` in an environment with these variables.
    pub fn route(&self, server: &Server, vars: &dyn Fn(&str) -> Option<String>) -> Route {
        self.find_route(server, vars).0
    }

    /// What names a proxy, where there is no server to reach.
    pub(super) fn without_server(&self, vars: &dyn Fn(&str) -> Option<String>) -> Route {
        Route { by: RouteBy::Nothing, proxy: None, has_login: false, named: self.named(vars) }
    }

    /// The same with the proxy as it is spoken to.
    pub(super) fn find_route(
        &self,
        server: &Server,
        vars: &dyn Fn(&str) -> Option<String>,
    ) -> (Route, Option<Proxy>) {
        let decided = |by: RouteBy| Route { by, ..self.without_server(vars) };
        if server.is_loopback() {
            return (decided(RouteBy::ThisMachine), None);
        }
        let Ok(target) = server.as_str().parse::<hyper::Uri>() else {
            return (decided(RouteBy::Nothing), None);
        };
        let exempt = EXEMPT.into_iter().find_map(|name| Some((name, vars(name)?)));
        let found = self.choices(vars).into_iter().find_map(|(by, address)| {
            let intercept = Matcher::builder().all(address.as_str()).build().intercept(&target)?;
            Some((by, Proxy { address, intercept }))
        });
        let Some((by, proxy)) = found else { return (decided(RouteBy::Nothing), None) };
        if let Some((name, hosts)) = exempt {
            let matcher = Matcher::builder().all(proxy.address.as_str()).no(hosts).build();
            if matcher.intercept(&target).is_none() {
                return (decided(RouteBy::Exempt(name)), None);
            }
        }
        let has_login = proxy.intercept.basic_auth().is_some() || proxy.intercept.raw_auth().is_some();
        (Route { proxy: Some(without_login(&proxy.address)), has_login, ..decided(by) }, Some(proxy))
    }

    /// The addresses that count, the strongest first.
    fn choices(&self, vars: &dyn Fn(&str) -> Option<String>) -> Vec<(RouteBy, String)> {
        if let Some(address) = &self.proxy {
            return vec![(RouteBy::Configuration, address.clone())];
        }
        if vars("REQUEST_METHOD").is_some() {
            // What a web server starts could be told a proxy by its client.
            return Vec::new();
        }
        let set = |pair: &[&'static str; 2]| pair.iter().find_map(|name| Some((*name, vars(name)?)));
        let set = VARIABLES.iter().filter_map(set);
        set.map(|(name, address)| (RouteBy::Variable(name), address)).collect()
    }

    fn named(&self, vars: &dyn Fn(&str) -> Option<String>) -> Vec<NamedProxy> {
        let of_variable = |name: &'static str| {
            let address = vars(name).filter(|address| !address.trim().is_empty())?;
            Some(NamedProxy { variable: Some(name), address: without_login(&address) })
        };
        let own = self
            .proxy
            .as_deref()
            .map(|address| NamedProxy { variable: None, address: without_login(address) });
        own.into_iter().chain(VARIABLES.iter().flatten().copied().filter_map(of_variable)).collect()
    }
}

/// An address without name and password, and without what makes no difference.
fn without_login(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").unwrap_or(("http", address));
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    format!("{}://{}", scheme.to_lowercase(), host.trim_end_matches('/').to_lowercase())
}
