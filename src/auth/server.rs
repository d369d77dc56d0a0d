//! The address of an ELITEA deployment, out of what people paste.

use std::fmt;

use url::{Host, Url};

use super::hide::token_ranges;
use crate::error::{Error, Kind, Result};

/// First path segments that belong to a deployment and not to its root: the web page, the model
/// gateway, the login, the denial page, the event socket, and the web page's older places.
const ROUTES: &[&str] =
    &["app", "llm", "forward-auth", "access_denied", "socket.io", "elitea_ui", "alita_ui"];

const EXAMPLE: &str = "give the address of your ELITEA, such as https://next.elitea.ai";

/// A deployment root: scheme, host, port where it is not the usual one, and a path prefix where
/// the deployment has one; no slash at the end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Server(String);

impl Server {
    /// Reads a deployment root out of any address of it: `/app...`, `/api/v1`, `/api/v2`,
    /// `/llm...`, `/forward-auth...`, queries and slashes are taken off; an unknown first segment
    /// may be a real prefix and stays. Without a scheme it is https.
    ///
    /// # Errors
    /// [`Kind::Usage`] for what is no address, has a name or password in it, or is plain http to
    /// another machine, where a token could be read on the way.
    pub fn parse(pasted: &str) -> Result<Server> {
        Self::split(pasted).map(|(server, _)| server)
    }

    /// The same, with what was taken off behind the root: `/app/chat?x=1`, `/`, or nothing.
    ///
    /// # Errors
    /// As [`Server::parse`].
    pub fn split(pasted: &str) -> Result<(Server, String)> {
        let text = pasted.trim_matches(|c: char| {
            c.is_whitespace()
                || c.is_control()
                || matches!(c, '"' | '\'' | '`' | '<' | '>' | ',' | '\u{feff}')
        });
        let url = address(text)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(
                Error::new(Kind::Usage, "the server's address has a name or password in it").hint(EXAMPLE)
            );
        }
        let origin = url.origin().ascii_serialization();
        if url.scheme() == "http" && !is_loopback(&url) {
            return Err(Error::new(
                Kind::Usage,
                format!("{origin} is plain http, where others could read the token on its way"),
            )
            .hint(format!("use https://{}", &origin["http://".len()..])));
        }
        let prefix = prefix(&url);
        // An address without a path has the path `/` for the parser alone.
        let bare = url.path() == "/" && !text.split(['?', '#']).next().unwrap_or(text).ends_with('/');
        let path = if bare { "" } else { url.path().strip_prefix(prefix.as_str()).unwrap_or(url.path()) };
        let more = [('?', url.query()), ('#', url.fragment())];
        let more = more.into_iter().filter_map(|(mark, text)| Some(format!("{mark}{}", text?)));
        let suffix = std::iter::once(path.to_owned()).chain(more).collect();
        Ok((Server(format!("{origin}{prefix}")), suffix))
    }

    /// The root, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Scheme, host and port: what a token belongs to.
    pub fn origin(&self) -> String {
        self.url().map_or_else(|| self.0.clone(), |url| url.origin().ascii_serialization())
    }

    /// The address of a page of the web interface, such as `settings/create-personal-token`.
    pub fn page(&self, route: &str) -> String {
        format!("{}/app/{}", self.0, route.trim_start_matches('/'))
    }

    /// Host and port, the host as it is looked up: an IPv6 address without its brackets.
    pub fn host(&self) -> Option<(String, u16)> {
        let url = self.url()?;
        let host = match url.host()? {
            Host::Domain(name) => name.to_owned(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        Some((host, url.port_or_known_default()?))
    }

    /// Whether the server is this very machine.
    pub fn is_loopback(&self) -> bool {
        self.url().is_some_and(|url| is_loopback(&url))
    }

    fn url(&self) -> Option<Url> {
        Url::parse(&self.0).ok()
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn address(text: &str) -> Result<Url> {
    let wrong = |why: &str| {
        Err(Error::new(Kind::Usage, format!("this is not a server's address: {why}")).hint(EXAMPLE))
    };
    if text.is_empty() {
        return wrong("it is empty");
    }
    if text.contains(char::is_whitespace) {
        return wrong("it has spaces in it");
    }
    if !token_ranges(text).is_empty() {
        // Asking for such a host would tell the token to the network.
        return wrong("there is a token in it");
    }
    let full = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{}", text.trim_start_matches('/'))
    };
    let url = match Url::parse(&full) {
        Ok(url) => url,
        Err(url::ParseError::IdnaError) => {
            return wrong(
                "its host is no name in ASCII; one with other letters has a form that begins with xn--",
            );
        }
        Err(error) => return wrong(&error.to_string()),
    };
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(url),
        "http" | "https" => wrong("it names no host"),
        other => wrong(&format!("{other} is not https")),
    }
}

fn prefix(url: &Url) -> String {
    let segments: Vec<&str> = url.path().split('/').filter(|segment| !segment.is_empty()).collect();
    let is_route = |at: usize| {
        let next = segments.get(at + 1).copied().unwrap_or_default();
        ROUTES.contains(&segments[at]) || (segments[at] == "api" && matches!(next, "v1" | "v2"))
    };
    let end = (0..segments.len()).find(|at| is_route(*at)).unwrap_or(segments.len());
    segments[..end].iter().flat_map(|segment| ["/", segment]).collect()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
