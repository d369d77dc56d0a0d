//! The state of a fake deployment, as data: read from JSON, so that a test case is a file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{Error, Kind, Result};

/// Everything that the fake server knows when it starts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct World {
    /// The public origin (`api_url`, Locations); none means the address that the server listens on.
    pub origin: Option<String>,
    /// The signing key of tokens; empty means a random one.
    pub key: String,
    /// What the server's clock shows at the start, UTC, such as `2026-11-24T06:47:00`; none means now.
    pub start: Option<String>,
    /// The server's time zone in hours east of UTC (Python compares local times).
    pub zone_hours: i64,
    /// A path prefix of the whole deployment, such as `/portal` (Python).
    pub prefix: String,
    /// The login plugin in redirects, `auth_form` or `auth_oidc` (Python).
    pub login: String,
    /// Whether a denied request is redirected to `/access_denied` (Python); otherwise 403.
    pub denied_page: bool,
    /// Whether browsers get the page where a token is made, without signing in.
    pub token_page: bool,
    /// The public origin of a `ForwardAuth` edge in front of the server (Go).
    pub edge: Option<String>,
    /// The id of the public project.
    pub public_project: u64,
    /// The user of [`super::Server::token`].
    pub main_user: u64,
    /// The permissions of each role.
    pub roles: BTreeMap<String, Vec<String>>,
    /// Accounts.
    pub users: Vec<User>,
    /// Project groups, in the order of the server's list.
    pub groups: Vec<Group>,
    /// Projects, in the order of the server's list.
    pub projects: Vec<Project>,
    /// Personal access tokens, in physical row order.
    pub tokens: Vec<TokenRow>,
    /// The database id of the next token.
    pub next_token: u64,
    /// Model configurations, in the order of their ids.
    pub configurations: Vec<Configuration>,
    /// Default models.
    pub defaults: Vec<DefaultModel>,
    /// Integrations as a v1 server lists them.
    pub integrations: Vec<Value>,
    /// Tools of the MCP endpoint.
    pub tools: Vec<Tool>,
    /// Browser sessions: cookie value to user id.
    pub sessions: BTreeMap<String, u64>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            origin: None,
            key: String::new(),
            start: None,
            zone_hours: 0,
            prefix: String::new(),
            login: "auth_form".to_owned(),
            denied_page: true,
            token_page: false,
            edge: None,
            public_project: 1,
            main_user: 1,
            roles: BTreeMap::new(),
            users: Vec::new(),
            groups: Vec::new(),
            projects: Vec::new(),
            tokens: Vec::new(),
            next_token: 1,
            configurations: Vec::new(),
            defaults: Vec::new(),
            integrations: Vec::new(),
            tools: Vec::new(),
            sessions: BTreeMap::new(),
        }
    }
}

impl World {
    /// The world of the demo: one account, a personal project, teams, and models of every odd kind.
    ///
    /// # Errors
    /// None in practice: the data is part of the binary.
    pub fn demo() -> Result<Self> {
        Self::parse(include_str!("demo.json"))
    }

    /// A world from JSON. Every key may be missing.
    ///
    /// # Errors
    /// [`Kind::Usage`] when it is not JSON or a key is unknown.
    pub fn parse(json: &str) -> Result<Self> {
        serde_json::from_str(json).map_err(|error| {
            Error::new(Kind::Usage, format!("the fake server's world cannot be read: {error}"))
        })
    }
}

/// An account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct User {
    /// Database id.
    pub id: u64,
    /// Display name; none shows the e-mail.
    pub name: Option<String>,
    /// E-mail.
    pub email: String,
    /// Address of a picture.
    pub avatar: Option<String>,
    /// HTTP-date of the last login.
    pub last_login: Option<String>,
    /// Whether the account is suspended.
    pub suspended: bool,
    /// Whether the account administers the platform.
    pub admin: bool,
    /// The personal project.
    pub personal_project: Option<u64>,
    /// The profile row: `description`, `title`, `personalization`, ...
    pub profile: Map<String, Value>,
}

/// A project group.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Group {
    /// Database id.
    pub id: u64,
    /// Name.
    pub name: String,
}

/// A project and its members.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Project {
    /// Database id.
    pub id: u64,
    /// Name.
    pub name: String,
    /// User id (Python: sometimes a token id).
    pub owner_id: u64,
    /// Plugins, or null.
    pub plugins: Option<Vec<String>>,
    /// Whether making it succeeded.
    pub create_success: bool,
    /// Whether it is suspended.
    pub suspended: bool,
    /// Whether its database schema exists.
    pub schema: bool,
    /// Groups that it is in.
    pub groups: Vec<Group>,
    /// User id to roles.
    pub members: BTreeMap<u64, Vec<String>>,
}

impl Default for Project {
    fn default() -> Self {
        Self {
            id: 0,
            name: String::new(),
            owner_id: 0,
            plugins: Some(Vec::new()),
            create_success: true,
            suspended: false,
            schema: true,
            groups: Vec::new(),
            members: BTreeMap::new(),
        }
    }
}

/// A row of the table of personal access tokens.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenRow {
    /// Database id.
    pub id: u64,
    /// The public handle; odd rows have none.
    pub uuid: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Owner; none for tokens made as the public user.
    pub user_id: Option<u64>,
    /// Server-local time without zone, such as `2026-12-24T06:47:19.123456`; none means never.
    pub expires: Option<String>,
    /// The project that it is bound to (Go).
    pub project_id: Option<u64>,
}

/// A configuration row: a model or something else of a section.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Configuration {
    /// Database id within its project.
    pub id: u64,
    /// Owner project.
    pub project_id: u64,
    /// Title (`elitea_title`).
    pub title: String,
    /// Label; a null one breaks the Python list.
    pub label: Option<String>,
    /// Type, such as `llm_model`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Section, such as `llm`.
    pub section: String,
    /// What was configured: `name`, `context_window`, ...
    pub data: Map<String, Value>,
    /// Whether other projects see it.
    pub shared: bool,
    /// Whether its health check passed.
    pub status_ok: bool,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            id: 0,
            project_id: 0,
            title: String::new(),
            label: None,
            kind: "llm_model".to_owned(),
            section: "llm".to_owned(),
            data: Map::new(),
            shared: false,
            status_ok: true,
        }
    }
}

/// A project's default model of a section or tier.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DefaultModel {
    /// The project.
    pub project: u64,
    /// `llm`, `llm_low_tier`, `llm_high_tier`, `embedding`, ...
    pub section: String,
    /// The model's name.
    pub name: String,
    /// The model's owner project.
    pub owner: u64,
}

/// A tool of the MCP endpoint: an agent or a toolkit's tool.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tool {
    /// The project.
    pub project: u64,
    /// `applications` or `toolkits`.
    pub category: String,
    /// The id of the agent or toolkit.
    pub id: u64,
    /// Whether lists name it; otherwise it can be asked for by id only.
    pub offered: bool,
    /// Whether it cannot even be asked for by id.
    pub hidden: bool,
    /// What `tools/list` shows.
    pub definition: Value,
}

impl Default for Tool {
    fn default() -> Self {
        Self {
            project: 0,
            category: "applications".to_owned(),
            id: 0,
            offered: true,
            hidden: false,
            definition: Value::Null,
        }
    }
}
