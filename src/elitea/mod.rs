//! The client of an ELITEA server. The only user of `reqwest`.
//!
//! Which server answers (Python, Go, an old one that speaks only `/api/v1`) is found out from its
//! replies, call by call; a token is judged by the token calls alone.

mod account;
mod answers;
mod cache;
mod classify;
mod client;
mod dialect;
mod http;
mod judge;
mod lifetime;
mod models;
mod network;
mod probe;
mod projects;
mod tls;
mod tokens;
mod transport;

pub use account::Account;
pub use cache::{Cache, Kept};
pub use client::{Client, Pauses};
pub use dialect::Dialect;
pub use http::Reply;
pub use lifetime::{Lifetime, Measure};
pub use models::{Model, Models};
pub use network::{NamedProxy, Network, Route, RouteBy};
pub use probe::{
    Address, Answer, Certificate, Clock, Credential, Fault, Limits, Probe, ProxyFault, Reach, Stage,
    Stranger, TlsFault, TlsRefusal, probe,
};
pub use projects::{Project, ProjectState, Projects};
pub use tokens::{Expiry, TokenInfo, TokenState};

pub use classify::classify;
