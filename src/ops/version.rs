//! `--version`.

use crate::auth::StoreKind;
use crate::protocol::PROTOCOL;
use crate::protocol::version::Version;

/// Version, protocol number, commit and the stores compiled in.
pub fn version() -> Version {
    Version {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        protocol: PROTOCOL,
        commit: option_env!("ELITEA_HELPER_COMMIT").map(str::to_owned),
        stores: StoreKind::ALL.iter().map(|kind| kind.name().to_owned()).collect(),
    }
}
