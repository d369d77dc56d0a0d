//! `config.toml` as it was read: every value with its line.

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde_json::Value;
use toml_edit::{Item, TableLike};

use super::FORMAT;
use super::settings::{Section, near};
use crate::error::{Error, Kind, Place, Result};

/// A registered target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetRow {
    /// The file.
    pub path: PathBuf,
    /// The IDE's id.
    pub ide: String,
    /// `user`, `machine` or `workspace`.
    pub scope: String,
    /// The template's id.
    pub template: String,
    /// The workspace's root, for workspace targets.
    pub root: Option<PathBuf>,
}

impl TargetRow {
    /// Its keys in `config.toml` and their values, in the order in which they are written.
    pub(super) fn fields(&self) -> [(&'static str, String); 5] {
        let root = self.root.as_deref().map(|root| root.display().to_string()).unwrap_or_default();
        [
            ("path", self.path.display().to_string()),
            ("ide", self.ide.clone()),
            ("scope", self.scope.clone()),
            ("template", self.template.clone()),
            ("root", root),
        ]
    }
}

/// One value of the file.
#[derive(Clone, Debug)]
pub(super) struct Found {
    profile: Option<String>,
    key: &'static str,
    pub(super) value: Value,
    pub(super) line: usize,
}

/// The file.
#[derive(Clone, Debug, Default)]
pub(super) struct Document {
    pub(super) format: u32,
    pub(super) active: Option<String>,
    pub(super) profiles: Vec<String>,
    pub(super) targets: Vec<TargetRow>,
    pub(super) warnings: Vec<String>,
    values: Vec<Found>,
}

/// Every key at the top of the file.
const TOP: [&str; 6] = ["format", "active", "profile", "network", "policy", "target"];

impl Document {
    /// Reads the file's text. A format newer than ours is read as far as it is understood.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self> {
        let parsed = parse(path, text)?;
        let mut reader = Reader { path, text, document: Self { format: FORMAT, ..Self::default() } };
        if let Some(item) = parsed.get("format") {
            reader.document.format = reader.format(item)?;
        }
        for (key, item) in parsed.iter() {
            reader.top(key, item)?;
        }
        Ok(reader.document)
    }

    /// What the file says about a setting; `profile` for settings of a profile.
    pub(super) fn value(&self, profile: Option<&str>, key: &str) -> Option<&Found> {
        self.values.iter().find(|found| found.key == key && found.profile.as_deref() == profile)
    }
}

/// Parses TOML, keeping the place of everything.
pub(super) fn parse<'a>(path: &Path, text: &'a str) -> Result<toml_edit::Document<&'a str>> {
    toml_edit::Document::parse(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        let words = error.message().lines().collect::<Vec<_>>().join("; ");
        Error::new(Kind::Config, format!("this is not valid TOML: {words}"))
            .at(place(path, text, offset))
            .hint("correct the line by hand")
    })
}

fn place(path: &Path, text: &str, offset: usize) -> Place {
    Place { file: Some(path.to_path_buf()), ..Place::of(text, offset) }
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    document: Document,
}

impl Reader<'_> {
    fn format(&self, item: &Item) -> Result<u32> {
        let number =
            item.as_integer().and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0);
        number.ok_or_else(|| self.wrong("format", item, "must be a whole number from 1"))
    }

    fn is_newer(&self) -> bool {
        self.document.format > FORMAT
    }

    fn top(&mut self, key: &str, item: &Item) -> Result<()> {
        match key {
            "format" => Ok(()),
            "active" => match item.as_str() {
                Some(name) if !name.is_empty() => {
                    self.document.active = Some(name.to_owned());
                    let line = self.place(item).line;
                    self.document.values.push(Found {
                        profile: None,
                        key: "active",
                        value: name.into(),
                        line,
                    });
                    Ok(())
                }
                _ => self.complain("active", item, "must be the name of a profile"),
            },
            "profile" => self.profiles(item),
            "network" => self.section(Section::Network, None, "network", item),
            "policy" => self.section(Section::Policy, None, "policy", item),
            "target" => self.targets(item),
            _ => {
                self.unknown(key, item, TOP);
                Ok(())
            }
        }
    }

    fn profiles(&mut self, item: &Item) -> Result<()> {
        let Some(profiles) = item.as_table_like() else {
            return self.complain("profile", item, "must be a table of profiles, such as [profile.default]");
        };
        for (name, profile) in profiles.iter() {
            self.document.profiles.push(name.to_owned());
            self.section(Section::Profile, Some(name), &format!("profile.{name}"), profile)?;
        }
        Ok(())
    }

    fn section(&mut self, section: Section, profile: Option<&str>, name: &str, item: &Item) -> Result<()> {
        let Some(table) = item.as_table_like() else {
            return self.complain(name, item, &format!("must be a table, [{name}]"));
        };
        for (key, item) in table.iter() {
            let Some(setting) = section.settings().find(|setting| setting.name == key) else {
                self.unknown(key, item, section.settings().map(|setting| setting.name));
                continue;
            };
            let value = json(item);
            match setting.kind.check(value.as_ref().unwrap_or(&Value::Null)) {
                Ok(()) => {
                    let line = self.place(item).line;
                    let value = value.unwrap_or_default();
                    let profile = profile.map(str::to_owned);
                    self.document.values.push(Found { profile, key: setting.key, value, line });
                }
                Err(words) if value.is_some() => self.complain(key, item, &words)?,
                Err(_) => {
                    let words = format!("must be {}, not {}", setting.kind.expected(), item.type_name());
                    self.complain(key, item, &words)?;
                }
            }
        }
        Ok(())
    }

    fn targets(&mut self, item: &Item) -> Result<()> {
        let rows = tables(item);
        let Some(rows) = rows else {
            return self.complain("target", item, "must be a list of tables, [[target]]");
        };
        for table in rows {
            let mut row = TargetRow::default();
            for (key, item) in table.iter() {
                let Some(text) = item.as_str() else {
                    self.complain(key, item, "must be text")?;
                    continue;
                };
                match key {
                    "path" => row.path = PathBuf::from(text),
                    "ide" => text.clone_into(&mut row.ide),
                    "scope" => text.clone_into(&mut row.scope),
                    "template" => text.clone_into(&mut row.template),
                    "root" => row.root = Some(PathBuf::from(text)),
                    _ => self.unknown(key, item, TargetRow::default().fields().map(|(name, _)| name)),
                }
            }
            if row.path.is_absolute() {
                self.document.targets.push(row);
            } else {
                self.complain("target", item, "needs an absolute path")?;
            }
        }
        Ok(())
    }

    /// An error for what this version should understand, nothing for what a newer one wrote.
    fn complain(&mut self, key: &str, item: &Item, words: &str) -> Result<()> {
        if self.is_newer() { Ok(()) } else { Err(self.wrong(key, item, words)) }
    }

    fn wrong(&self, key: &str, item: &Item, words: &str) -> Error {
        Error::new(Kind::Config, format!("{key} {words}"))
            .at(self.place(item))
            .hint("correct the value by hand")
    }

    fn unknown<'n>(&mut self, key: &str, item: &Item, known: impl IntoIterator<Item = &'n str>) {
        if self.is_newer() {
            return;
        }
        let near = near(key, known).map(|name| format!("; did you mean {name:?}?")).unwrap_or_default();
        self.document.warnings.push(format!("{}: there is no setting {key:?}{near}", self.place(item)));
    }

    fn place(&self, item: &Item) -> Place {
        place(self.path, self.text, start(item).unwrap_or_default())
    }
}

/// Where a value begins; for a table without a header, where the first thing in it begins.
fn start(item: &Item) -> Option<usize> {
    let own = item.span().map(|span: Range<usize>| span.start);
    own.or_else(|| item.as_table_like()?.iter().filter_map(|(_, item)| start(item)).min())
}

/// A list of tables, however it is written.
fn tables(item: &Item) -> Option<Vec<&dyn TableLike>> {
    if let Some(rows) = item.as_array_of_tables() {
        return Some(rows.iter().map(|row| row as &dyn TableLike).collect());
    }
    item.as_array()?.iter().map(|row| row.as_inline_table().map(|row| row as &dyn TableLike)).collect()
}

/// A plain value; `None` for a table, a list or a date.
pub(super) fn json(item: &Item) -> Option<Value> {
    match item.as_value()? {
        toml_edit::Value::String(text) => Some(Value::from(text.value().as_str())),
        toml_edit::Value::Integer(number) => Some(Value::from(*number.value())),
        toml_edit::Value::Float(number) => Some(Value::from(*number.value())),
        toml_edit::Value::Boolean(flag) => Some(Value::from(*flag.value())),
        _ => None,
    }
}
