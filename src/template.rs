#![allow(missing_docs, clippy::all, clippy::pedantic)]
use crate::error::*;
use crate::merge;
use std::path::*;
pub struct Selection {
    pub server: String,
    pub project: u64,
    pub model: String,
    pub model_project: u64,
    pub verify_ssl: bool,
}
pub struct Template;
pub fn load(_: &str, _: Option<&Path>) -> Result<Template> {
    Ok(Template)
}
impl Template {
    pub fn id(&self) -> &str {
        ""
    }
    pub fn render(&self, _: &Selection, _: Option<&str>) -> Result<String> {
        Ok(String::new())
    }
    pub fn patch(&self, _: &Selection, _: Option<&str>) -> Result<merge::Patch> {
        Err(Error::new(Kind::Internal, ""))
    }
    pub fn format(&self) -> merge::Format {
        merge::Format::Xml
    }
    pub fn file_name(&self) -> &str {
        ""
    }
    pub fn secret_paths(&self) -> Vec<merge::Path> {
        vec![]
    }
}
