//! `--version`.

use crate::auth::STORES;
use crate::protocol::PROTOCOL;
use crate::protocol::version::Version;

/// Version, protocol number, commit and the stores compiled in.
pub fn version() -> Version {
    Version {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        protocol: PROTOCOL,
        commit: option_env!("ELITEA_HELPER_COMMIT").map(str::to_owned),
        stores: STORES.iter().map(|row| row.name.to_owned()).collect(),
    }
}
