//! Who we are to a server: the token, the server it belongs to, and where tokens are kept.
//! The only user of `keyring`.

mod env;
mod file;
mod hide;
mod keychain;
mod paste;
mod server;
mod store;
mod token;

pub use hide::{hide_tokens, token_ranges};
pub use server::Server;
pub use store::{STORES, Store, StoreKind, StoreRow};
pub use token::{CLOCK_DOUBT_HOURS, Claims, Token};
