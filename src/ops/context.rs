//! What every verb needs, put together once by the shell that calls it.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::{Buffers, Steps};
use crate::auth::{Server, Store, StoreKind, Token};
use crate::config::{self, Config, Dirs, Flags, Inputs};
use crate::elitea::{Cache, Client, Network};
use crate::error::{Error, Kind, Result};
use crate::ide::Platform;
use crate::state::State;

/// What the shell that calls a verb says about the world. It has no `Debug` form: a proxy's address may
/// hold a password.
#[derive(Clone, Default)]
pub struct Shell {
    /// What was said about settings.
    pub flags: Flags,
    /// The folder of `config.toml`, where one is named.
    pub config_dir: Option<PathBuf>,
    /// The folder that relative paths start from; none: the process's own.
    pub cwd: Option<PathBuf>,
    /// The proxy that the editor uses, for where ours names none.
    pub proxy: Option<String>,
    /// The editor's PEM file of further certificates, for where ours names none.
    pub ca_file: Option<PathBuf>,
    /// Whether the network may not be used.
    pub offline: bool,
    /// Whether a person waits, who can answer a keychain's prompt.
    pub attended: bool,
    /// What must not be broken off.
    pub steps: Steps,
    /// The editor that has files open, where there is one.
    pub buffers: Option<Arc<dyn Buffers>>,
}

/// Everything that a verb may use of the world.
pub struct Ctx {
    /// Our settings, each with its source.
    pub config: Config,
    /// The folder of `config.toml`.
    pub config_dir: PathBuf,
    /// What we remember.
    pub state: State,
    /// The system, its folders and its IDEs.
    pub platform: Platform,
    /// The folder that relative paths and the nearest workspace start from.
    pub cwd: PathBuf,
    /// The variables of the environment.
    pub env: fn(&str) -> Option<String>,
    /// Whether the network may not be used.
    pub offline: bool,
    /// Whether a person waits, who can answer a keychain's prompt.
    pub attended: bool,
    /// What must not be broken off.
    pub steps: Steps,
    /// The editor that has files open, where there is one.
    pub buffers: Option<Arc<dyn Buffers>>,
    /// The editor's proxy and certificates.
    editor: (Option<String>, Option<PathBuf>),
}

/// A variable of the environment.
pub(super) fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

impl Ctx {
    /// The world as it is now, for the shell that describes itself so.
    ///
    /// # Errors
    /// [`Kind::Config`] and [`Kind::Io`] where our own settings cannot be read.
    pub fn new(shell: &Shell) -> Result<Self> {
        let platform = Platform::current(&env)?;
        let dirs = Dirs::find(shell.config_dir.as_deref(), &env)?;
        let flags = shell.flags.clone();
        let config = Config::load(&Inputs { config_dir: &dirs.config, flags, env: &env })?;
        let cwd = match &shell.cwd {
            Some(cwd) => cwd.clone(),
            None => std::env::current_dir().map_err(|error| Error::io("find", Path::new("."), &error))?,
        };
        Ok(Self {
            config,
            config_dir: dirs.config,
            state: State::open(&dirs.state),
            platform,
            cwd,
            env,
            offline: shell.offline,
            attended: shell.attended,
            steps: shell.steps.clone(),
            buffers: shell.buffers.clone(),
            editor: (shell.proxy.clone(), shell.ca_file.clone()),
        })
    }

    /// The server of the selection.
    ///
    /// # Errors
    /// [`Kind::Usage`] where none is set, or it is not an address.
    pub fn server(&self) -> Result<Server> {
        match self.config.server() {
            Some(server) => Server::parse(&server),
            None => Err(Error::new(Kind::Usage, "no ELITEA server is set")
                .hint("sign in once: elitea-helper login --server https://YOUR-SERVER")),
        }
    }

    /// The store that keeps the active profile's token.
    pub(crate) fn store_kind(&self) -> Result<StoreKind> {
        StoreKind::parse(&self.config.store())
    }

    /// That store.
    pub(crate) fn store(&self) -> Result<Store> {
        Ok(Store::new(self.store_kind()?, &self.config_dir))
    }

    /// The token for `server` and the store that it came from: `ELITEA_TOKEN` where it belongs to
    /// this server, else the profile's store.
    pub(crate) async fn token(&self, server: &Server) -> Result<Option<(Token, StoreKind)>> {
        if let Some(token) = self.token_of_environment(server).await? {
            return Ok(Some((token, StoreKind::Env)));
        }
        let kind = self.store_kind()?;
        let token = self.store()?.get(server, self.attended).await?;
        Ok(token.map(|token| (token, kind)))
    }

    /// `ELITEA_TOKEN`, where it belongs to this server.
    pub(crate) async fn token_of_environment(&self, server: &Server) -> Result<Option<Token>> {
        self.env_store()?.get(server, false).await
    }

    /// `ELITEA_TOKEN`, which belongs to `ELITEA_DEPLOYMENT_URL` or, without that, to the active
    /// profile's server, and goes to no other.
    fn env_store(&self) -> Result<Store> {
        let owner = self.profile_server().map(|server| Server::parse(&server)).transpose()?;
        Ok(Store::env(&self.env, owner.as_ref()))
    }

    /// The server that `ELITEA_TOKEN` belongs to, whether that is set or not.
    ///
    /// # Errors
    /// [`Kind::Usage`] where what names it is not an address.
    pub(crate) fn server_of_environment(&self) -> Result<Option<Server>> {
        self.env_store()?.server()
    }

    /// The server that the profile names, whatever a flag or the environment say.
    pub(crate) fn profile_server(&self) -> Option<String> {
        let value = self.config.profile_value(self.config.profile(), "server")?;
        value.as_str().map(str::to_owned)
    }

    /// Where a setting's value comes from.
    pub(crate) fn source(&self, setting: &str) -> String {
        self.config.get(setting).map(|resolved| resolved.source.to_string()).unwrap_or_default()
    }

    /// A client for this server and token.
    pub(crate) fn client_with(&self, server: &Server, token: Option<&Token>) -> Result<Client> {
        if self.offline {
            return Err(Error::new(Kind::Offline, "this needs the network, and --offline was given"));
        }
        Client::new(server, token, &self.network())
    }

    /// How the network is reached.
    pub(crate) fn network(&self) -> Network {
        let network = self.config.network();
        Network {
            proxy: network.proxy.or_else(|| self.editor.0.clone()),
            ca_file: network.ca_file.or_else(|| self.editor.1.clone()),
            connect_timeout: network.connect_timeout,
            timeout: network.timeout,
        }
    }

    /// What was last heard of this server.
    pub(crate) fn cache(&self, server: &Server) -> Cache {
        Cache::new(&self.state.dir().join("cache"), server)
    }

    /// The user's own templates.
    pub(crate) fn template_dir(&self) -> PathBuf {
        self.config_dir.join("templates")
    }

    /// `path` as an absolute one. Behind a link only the system knows what `..` means.
    pub(crate) fn absolute(&self, path: &Path) -> PathBuf {
        let joined = self.cwd.join(path);
        let plain = std::path::absolute(&joined).unwrap_or(joined);
        if plain.components().any(|part| part == Component::ParentDir) {
            let folder = plain.parent().zip(plain.file_name());
            let beside = || Some(folder?.0.canonicalize().ok()?.join(folder?.1));
            return plain.canonicalize().ok().or_else(beside).unwrap_or(plain);
        }
        plain
    }
}

/// The number of changes that any helper made so far; nothing else is looked at.
///
/// # Errors
/// [`Kind::Config`] where there is no folder to look in.
pub fn generation(shell: &Shell) -> Result<u64> {
    let dirs = Dirs::find(shell.config_dir.as_deref(), &env)?;
    Ok(State::open(&dirs.state).generation())
}

/// A profile that is named must be there; only a login makes one.
///
/// # Errors
/// [`Kind::Usage`] with the nearest name.
pub fn check_profile(ctx: &Ctx) -> Result<()> {
    let named = ctx.config.profile();
    if ctx.config.profile_exists() || named == config::DEFAULT_PROFILE {
        return Ok(());
    }
    let hint = match super::selection::near(named, ctx.config.profiles()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("make it by signing in: elitea-helper login --profile {named} --server URL"),
    };
    Err(Error::new(Kind::Usage, format!("there is no profile {named}")).hint(hint))
}

/// A setting is not changed where something stronger than `config.toml` would hide the change.
///
/// # Errors
/// [`Kind::Usage`], which names it.
pub(crate) fn check_unhidden(ctx: &Ctx, setting: &str) -> Result<()> {
    let Some(source) = ctx.config.shadowing(setting) else { return Ok(()) };
    let words = if setting == "active" { "active profile" } else { setting };
    Err(Error::new(Kind::Usage, format!("the {words} comes from {source}, which would hide the change"))
        .hint("take it out there first, then run this again"))
}

/// The failure of everything that needs a token, where none is stored.
pub(crate) fn not_signed_in(server: &Server) -> Error {
    Error::new(Kind::TokenMissing, format!("no token is stored for {}", server.as_str()))
        .hint(format!("sign in: elitea-helper login --server {}", server.as_str()))
}
