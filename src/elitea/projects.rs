//! The projects that the account can use.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::account::Account;
use super::answers::{self, flag, id, text};
use super::client::Client;
use crate::error::{Error, Kind, Result};

/// Whether a project can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProjectState {
    /// It can.
    Ready,
    /// An administrator suspended it.
    Suspended,
    /// The server never finished making it.
    Unfinished,
    /// The server did not list it; whether it can be used shows at the first use.
    Unlisted,
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Its id.
    pub id: u64,
    /// Its name; two projects may have the same.
    pub name: String,
    /// Whether it is one user's own: the server calls it `project_user_` and the user's id.
    pub personal: bool,
    /// Whether it is the one that everybody shares.
    pub public: bool,
    /// Whether it can be used.
    pub state: ProjectState,
    /// The groups it is in.
    pub groups: Vec<String>,
}

/// The projects of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Projects {
    /// In the server's order, those that cannot be used included.
    pub items: Vec<Project>,
    /// What the reader has to know about the list.
    pub note: Option<String>,
}

impl Client {
    /// The projects that the account can use. Where the server does not list them for a token, the
    /// account's own project alone, with a note.
    ///
    /// # Errors
    /// Those of any call; [`Kind::Forbidden`] when nothing is listed and there is no own project.
    pub async fn projects(&self) -> Result<Projects> {
        let public = self.public_project;
        let refusal = match self.listed("default", public).await? {
            Ok(items) => return Ok(Projects { items, note: None }),
            Err(refusal) => refusal,
        };
        // The Go server's other way to the same list, which needs neither a session nor a right.
        if let Ok(items) = self.listed("prompt_lib", public).await? {
            return Ok(Projects { items, note: None });
        }
        // It also tells a refused token, and a server without any of these addresses.
        let account = self.account().await?;
        if refusal.kind == Kind::ServerFault {
            return Err(refusal);
        }
        // A user outside the public project may still ask by way of the own one.
        if let Some(own) = account.personal_project
            && own != public
            && let Ok(items) = self.listed("default", own).await?
        {
            return Ok(Projects { items, note: None });
        }
        self.own_project_alone(&account, &refusal)
    }

    /// The names of the rights that the account has in a project. None is no proof: servers answer
    /// so for missing and suspended projects and when the look-up fails, too.
    ///
    /// # Errors
    /// Those of any call.
    pub async fn permissions(&self, project: u64) -> Result<Vec<String>> {
        let path = format!("/auth/permissions/prompt_lib/{project}");
        let reply = self.ask_either(&path).await?;
        let items = self.read("the account's rights", &path, &reply, answers::list).await?;
        let enabled = |item: &&Value| item.get("enabled").and_then(Value::as_bool) != Some(false);
        let name = |item: &Value| item.as_str().map(str::to_owned).or_else(|| text(item, "name"));
        Ok(items.iter().filter(enabled).filter_map(name).collect())
    }

    /// The list asked in one way, or the refusal that another way may get around: the Go server's
    /// `prompt_lib` works even where its permission checks fail with 500.
    async fn listed(&self, mode: &str, project: u64) -> Result<Result<Vec<Project>>> {
        let path = format!("/projects/project/{mode}/{project}?check_public_role=true");
        let reply = self.ask_either(&path).await?;
        let items = match answers::list(&reply) {
            Err(error) if matches!(reply.status, 401 | 403 | 404 | 405 | 500) => return Ok(Err(error)),
            _ => self.read("the list of projects", &path, &reply, answers::list).await?,
        };
        Ok(Ok(items.iter().filter_map(|item| self.project(item)).collect()))
    }

    fn own_project_alone(&self, account: &Account, refusal: &Error) -> Result<Projects> {
        let Some(own) = account.personal_project else {
            return Err(Error::new(
                Kind::Forbidden,
                format!("the server does not list projects for this token ({})", refusal.message),
            )
            .hint("give the project's id by hand; the web page shows it under settings/project-general"));
        };
        let project = Project {
            id: own,
            // Only a listed name tells whether it really is the user's own.
            name: format!("project {own}"),
            personal: false,
            public: own == self.public_project,
            state: ProjectState::Unlisted,
            groups: Vec::new(),
        };
        let note = "this server does not list projects for tokens: only the account's own is shown; another one can be given by its id";
        Ok(Projects { items: vec![project], note: Some(note.to_owned()) })
    }

    fn project(&self, item: &Value) -> Option<Project> {
        let id = id(item, "id")?;
        let name = text(item, "name").unwrap_or_else(|| format!("project {id}"));
        let state = match item.get("create_success").and_then(Value::as_bool) {
            _ if flag(item, "suspended") => ProjectState::Suspended,
            Some(false) => ProjectState::Unfinished,
            _ => ProjectState::Ready,
        };
        let groups = item
            .get("groups")
            .and_then(Value::as_array)
            .map(|groups| groups.iter().filter_map(|group| text(group, "name")).collect());
        Some(Project {
            id,
            personal: is_personal(&name),
            public: id == self.public_project,
            name,
            state,
            groups: groups.unwrap_or_default(),
        })
    }
}

fn is_personal(name: &str) -> bool {
    name.strip_prefix("project_user_")
        .is_some_and(|user| !user.is_empty() && user.bytes().all(|b| b.is_ascii_digit()))
}
