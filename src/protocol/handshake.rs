//! What editor and helper tell each other when they meet: in `initializationOptions.elitea` and in
//! `capabilities.experimental.elitea`.

use serde::{Deserialize, Serialize};

/// What a client made for this helper says.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct ClientHello {
    /// The number of the protocol that it speaks.
    pub protocol: Option<u32>,
    /// The editor.
    pub editor: Option<Editor>,
    /// The proxy that the editor uses, for where ours names none.
    #[cfg_attr(test, schemars(extend("format" = "password")))]
    pub proxy: Option<String>,
    /// A PEM file of certificates that the editor trusts besides the system's.
    pub ca_file: Option<String>,
}

impl std::fmt::Debug for ClientHello {
    /// A proxy's address may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientHello")
            .field("protocol", &self.protocol)
            .field("editor", &self.editor)
            .field("proxy", &self.proxy.as_ref().map(|_| "***"))
            .field("ca_file", &self.ca_file)
            .finish()
    }
}

/// The editor that a client runs in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, rename_all = "camelCase")]
pub struct Editor {
    /// Its name, as `--ide` takes it or as people know it.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
}

/// What the helper says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ServerHello {
    /// The number of the protocol that it speaks.
    pub protocol: u32,
    /// The requests that it answers.
    pub methods: Vec<String>,
}
