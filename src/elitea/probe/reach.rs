//! What is found out about a server, as plain data.

use super::Certificate;
use crate::elitea::Route;
use crate::error::Kind;

/// What was found out about a server.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    /// The address as it is set, and what it was taken for.
    pub address: Address,
    /// The way to it.
    pub route: Route,
    /// What came of asking it.
    pub answer: Answer,
    /// How the clocks compare, where anything answered with a date.
    pub clock: Option<Clock>,
}

/// An address as it is set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The root that was asked; none where this is no address.
    pub root: Option<String>,
    /// What stood behind the root, and was left out: `/app/chat`, `/api/v2`, `/`; empty for nothing.
    pub suffix: String,
    /// Whether it is plain http to another machine. Then its https was asked, without a token.
    pub is_plain_http: bool,
    /// The address without the root's own path, and whether an ELITEA API answers there. Looked at
    /// only where the root has a path and answers as something else.
    pub without_path: Option<(String, bool)>,
}

/// What came of asking a server.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// An ELITEA API answers.
    Elitea {
        /// What it says of the token.
        credential: Credential,
        /// Whether it speaks only `/api/v1`.
        is_v1: bool,
    },
    /// A server that starts, is in maintenance, or asks to wait.
    Busy {
        /// Whether it says so with a web page, as one that starts or is in maintenance does.
        is_page: bool,
        /// For how many seconds it asks to wait.
        retry_after: Option<u64>,
    },
    /// A server that fails.
    Failed {
        /// The HTTP status.
        status: u16,
        /// Its own words, or the title of its page.
        words: String,
    },
    /// Something else than ELITEA's API.
    Stranger(Stranger),
    /// Nothing: the request did not come through.
    Fault(Fault),
}

/// What a server says of a token. A refusal says little by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// None was sent.
    NotSent,
    /// It takes it.
    Taken,
    /// It does not.
    Refused,
}

/// What answers in the place of ELITEA's API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    /// The address that was asked.
    pub url: String,
    /// The HTTP status.
    pub status: u16,
    /// The title of the web page, empty where it has none; nothing where it is no page.
    pub title: Option<String>,
    /// Where it sends the browser, without query.
    pub location: Option<String>,
}

/// What keeps a request from coming through.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// What is set is no address of a server.
    Address(String),
    /// Our own configuration: a CA file that cannot be used, a proxy's address that is none.
    Own {
        /// The kind of failure.
        kind: Kind,
        /// What is wrong.
        message: String,
    },
    /// The host's name is not known, or nobody can be asked for it.
    Dns {
        /// The name.
        host: String,
        /// The system's words.
        words: String,
    },
    /// Nothing listens there.
    Refused {
        /// The host.
        host: String,
        /// The port.
        port: u16,
    },
    /// The host cannot be reached from here.
    NoRoute {
        /// The host.
        host: String,
        /// The system's words.
        words: String,
    },
    /// No answer in time.
    Timeout(Stage),
    /// The connection broke.
    Broken(String),
    /// TLS came to nothing.
    Tls(TlsFault),
    /// The proxy is at fault.
    Proxy(ProxyFault),
}

/// What was waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A connection.
    Connect,
    /// The proxy's connection to the server.
    Proxy,
    /// The handshake of TLS.
    Tls,
    /// The reply.
    Reply,
}

/// A handshake that came to nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct TlsFault {
    /// Why.
    pub refusal: TlsRefusal,
    /// The library's words.
    pub words: String,
    /// The certificate that was shown, where it could be read.
    pub certificate: Option<Certificate>,
}

/// Why a handshake came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsRefusal {
    /// The certificate is no longer valid.
    Expired,
    /// The certificate is not valid yet.
    NotYetValid,
    /// The certificate's issuer is not trusted.
    UnknownIssuer,
    /// The certificate was issued by itself, and is not trusted.
    SelfSigned,
    /// The certificate is for other hosts, which are these where the system tells.
    WrongHost(Vec<String>),
    /// The certificate was revoked.
    Revoked,
    /// There is something else than TLS.
    NotTls,
    /// Any other reason.
    Other,
}

/// What a proxy does wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum ProxyFault {
    /// It cannot be reached itself.
    Unreachable(Box<Fault>),
    /// It wants a login, or another one than it was given.
    Login {
        /// The ways to log in that it offers, such as `Basic`, `NTLM`, `Negotiate` (Kerberos).
        schemes: Vec<String>,
    },
    /// It does not connect to the server, and answers itself.
    Refuses {
        /// The HTTP status.
        status: u16,
        /// The title of its page, where it has one.
        title: Option<String>,
    },
    /// It breaks off, or is no proxy.
    Broken(String),
}

/// Our clock beside a server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// How many seconds ours is ahead; negative where it is behind.
    pub ahead: i64,
    /// By how many seconds that may be off: dates have whole seconds, and the reply took its time.
    pub give_or_take: i64,
}
