#![allow(missing_docs, clippy::all, clippy::pedantic)]
use crate::error::*;
use std::path::*;
pub struct Platform;
impl Platform {
    pub fn current(_: &dyn Fn(&str) -> Option<String>) -> Result<Platform> {
        Ok(Platform)
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    User,
    Machine,
    Workspace,
}
impl Scope {
    pub fn as_str(self) -> &'static str {
        "user"
    }
}
pub enum Family {
    VsCode,
    JetBrains { prefix: &'static str },
}
pub struct Ide {
    pub id: &'static str,
    pub name: &'static str,
    pub family: Family,
}
pub static IDES: &[Ide] = &[];
pub fn by_id(_: &str) -> Option<&'static Ide> {
    None
}
#[derive(Clone, Debug)]
pub struct Reader {
    pub name: String,
    pub version: Option<String>,
}
pub struct Target {
    pub ide: &'static str,
    pub ide_name: String,
    pub version: Option<String>,
    pub scope: Scope,
    pub label: Option<String>,
    pub path: PathBuf,
    pub root: Option<PathBuf>,
    pub template: &'static str,
    pub reader: Option<Reader>,
    pub exists: bool,
}
impl Target {
    pub fn is_default_profile(&self) -> bool {
        true
    }
}
pub struct Skipped {
    pub ide: &'static str,
    pub path: PathBuf,
    pub reason: String,
}
pub struct Install {
    pub ide: &'static str,
    pub ide_name: String,
    pub version: Option<String>,
    pub config: PathBuf,
    pub reader: Option<Reader>,
}
impl Install {
    pub fn is_jetbrains(&self) -> bool {
        true
    }
}
pub struct Found {
    pub targets: Vec<Target>,
    pub skipped: Vec<Skipped>,
    pub installs: Vec<Install>,
}
pub fn find(_: &Platform) -> Found {
    Found { targets: vec![], skipped: vec![], installs: vec![] }
}
pub fn workspace(p: &Platform, _: &Path) -> Found {
    find(p)
}
pub fn recent_projects(_: &Platform) -> Vec<PathBuf> {
    vec![]
}
pub fn workspace_root(_: &Platform, _: &Path) -> Option<PathBuf> {
    None
}
