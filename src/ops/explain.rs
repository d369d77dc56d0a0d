//! `config explain`: where a value comes from, what it hides, and who wrote it; for our own settings
//! and for the keys in the files of IDEs. Asks no server.

mod file;
mod windows;

use std::collections::BTreeSet;

use serde_json::Value;

use super::config::story;
use super::pool::Pool;
use super::targets::{Site, identity};
use super::{Ctx, selection};
use crate::config::SETTINGS;
use crate::doctor;
use crate::error::{Error, Kind, Result};
use crate::ide;
use crate::protocol::explain::{Explained, KeyStory, Standing, Unreadable};
use crate::state::Entry;
use crate::template;
use file::{File, Sealing};
use windows::{Kin, Layer, Plan, Role, windows};

/// The word that means every key of ELITEA's readers.
const ALL: &str = "elitea";

/// The setting in which VS Code keeps the names of the settings that go for all profiles.
const FOR_ALL_PROFILES: &str = "workbench.settings.applyToAllProfiles";

/// What a key is. `key` names one, or all that begin with it up to a dot or a slash; `elitea` names
/// every key of ELITEA's readers.
///
/// # Errors
/// [`Kind::Usage`], with a near name, where nothing has such a name; what keeps our own files from
/// being read.
pub fn explain(ctx: &Ctx, key: &str) -> Result<Explained> {
    let settings: Vec<_> = SETTINGS.iter().filter(|setting| means(key, setting.key)).collect();
    let mut keys = Keys::gather(ctx)?;
    let names = if settings.iter().any(|setting| setting.key == key) { Vec::new() } else { keys.named(key) };
    keys.look_for(&names);
    if settings.is_empty() && names.is_empty() {
        return Err(unknown(key, &keys));
    }
    let mut explained = Explained {
        settings: settings.into_iter().map(|setting| story(&ctx.config, setting)).collect(),
        keys: Vec::new(),
        unreadable: Vec::new(),
    };
    if names.is_empty() {
        return Ok(explained);
    }
    let only_set = !names.iter().any(|name| is_exactly(key, name));
    for name in &names {
        let stories = keys.stories(name);
        let is_set = |story: &KeyStory| !story.sources.is_empty() || !story.deleted.is_empty();
        explained.keys.extend(stories.into_iter().filter(|story| !only_set || is_set(story)));
    }
    let is_meant = |file: &&File| names.iter().any(|name| keys.is_of(name, &Kin::of(&file.site)));
    explained.unreadable = keys
        .files
        .iter()
        .filter(is_meant)
        .filter_map(|file| {
            let error = file.unreadable.as_ref()?.into();
            Some(Unreadable { target: file.site.target.clone(), error })
        })
        .collect();
    Ok(explained)
}

/// A key without what stands before it in a `.code-workspace`, where reports name it so.
fn bare(key: &str) -> &str {
    key.strip_prefix("settings/").unwrap_or(key)
}

fn is_exactly(asked: &str, name: &str) -> bool {
    name == asked || name == bare(asked)
}

/// Whether `asked` names `name`, or the beginning of it.
fn means(asked: &str, name: &str) -> bool {
    let begins = |rest: &str| rest.is_empty() || rest.starts_with(['.', '/', '[']);
    [asked, bare(asked)].iter().any(|asked| name.strip_prefix(asked).is_some_and(begins))
}

fn unknown(key: &str, keys: &Keys<'_>) -> Error {
    let known = SETTINGS.iter().map(|setting| setting.key);
    let error = Error::new(Kind::Usage, format!("there is no setting {key:?}, neither ours nor of an IDE"));
    error.hint(match selection::near(key, known.chain(keys.known.iter().map(|(_, name)| name.as_str()))) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("list them: elitea-helper config get; elitea-helper config explain {ALL}"),
    })
}

/// The keys of every file that could have one.
struct Keys<'c> {
    files: Vec<File>,
    plans: Vec<Plan>,
    /// The names that could stand somewhere, whether they do or not.
    known: Vec<(Kin, String)>,
    history: Vec<Entry>,
    seal: Sealing<'c>,
}

impl<'c> Keys<'c> {
    fn gather(ctx: &'c Ctx) -> Result<Self> {
        let pool = Pool::find(ctx);
        let root = ide::workspace_root(&ctx.platform, &ctx.cwd);
        let workspace = root.as_deref().map(|root| pool.workspace(root).0).unwrap_or_default();
        let mut seen = BTreeSet::new();
        let sites: Vec<Site> = pool.sites.iter().cloned().chain(workspace).collect();
        let sites: Vec<Site> = sites.into_iter().filter(|site| seen.insert(identity(&site.path))).collect();
        let plans = windows(&sites, root.as_deref());
        let seal: Sealing<'_> = Sealing::new(Box::new(|| ctx.state.seal()));
        let files = sites.into_iter().map(|site| File::read(ctx, site, &seal)).collect::<Result<Vec<_>>>()?;
        let mut known = built_in()?;
        for file in &files {
            let kin = Kin::of(&file.site);
            known.extend(file.names.iter().map(|name| (kin.clone(), name.clone())));
        }
        let mut seen = BTreeSet::new();
        known.retain(|(kin, name)| seen.insert((format!("{kin:?}"), name.clone())));
        Ok(Self { files, plans, known, history: ctx.state.history()?, seal })
    }

    /// The names that `asked` means, in the order of the templates.
    fn named(&mut self, asked: &str) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let known = self.known.iter().map(|(_, name)| name);
        for name in known.filter(|name| asked == ALL || means(asked, name)) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        // Any other setting can be asked for where it stands.
        if names.is_empty() {
            self.look_for(&[asked.to_owned(), bare(asked).to_owned()]);
            let stands = |name: &&str| self.files.iter().any(|file| !file.values(name).is_empty());
            names.extend([asked, bare(asked)].into_iter().find(stands).map(str::to_owned));
        }
        names
    }

    fn look_for(&mut self, names: &[String]) {
        let names: Vec<String> = names.iter().cloned().chain([FOR_ALL_PROFILES.to_owned()]).collect();
        self.files.iter_mut().for_each(|file| file.look_for(&names));
    }

    /// A key in every window in which it could be in effect.
    fn stories(&self, name: &str) -> Vec<KeyStory> {
        let plans = self.plans.iter().filter(|plan| self.is_of(name, &plan.kin));
        plans.filter_map(|plan| self.story(name, plan)).collect()
    }

    /// Whether a key is one of those that these files have.
    fn is_of(&self, name: &str, kin: &Kin) -> bool {
        let stands = |file: &File| Kin::of(&file.site) == *kin && !file.values(name).is_empty();
        self.known.iter().any(|(known, other)| known == kin && other == name) || self.files.iter().any(stands)
    }

    fn story(&self, name: &str, plan: &Plan) -> Option<KeyStory> {
        let mut story = KeyStory {
            key: name.to_owned(),
            window: plan.window.clone(),
            value: Value::Null,
            complete: true,
            sources: Vec::new(),
            deleted: Vec::new(),
        };
        let for_all = plan.layers.iter().find(|layer| layer.role == Role::ForAllProfiles);
        let for_all = for_all.is_some_and(|layer| {
            self.files[layer.site].strings(FOR_ALL_PROFILES).iter().any(|one| one == name)
        });
        for layer in &plan.layers {
            let file = &self.files[layer.site];
            story.complete &= file.unreadable.is_none();
            if layer.role == Role::ForAllProfiles && !for_all {
                continue;
            }
            if file.is_deleted(name) {
                story.deleted.push(file.site.target.path.clone());
            }
            for found in file.values(name) {
                let is_decided = story.sources.iter().any(|source| source.standing == Standing::InEffect);
                let standing = match layer.role {
                    _ if !found.counts => Standing::Duplicate,
                    Role::OfFolder => Standing::NotOfFolders,
                    Role::OfProfile if for_all => Standing::OfAllProfiles,
                    _ if is_decided => Standing::Overridden,
                    _ => Standing::InEffect,
                };
                let source = file.source(name, found, standing, &self.history, &self.seal);
                if standing == Standing::InEffect {
                    story.value = source.value.clone();
                }
                story.sources.push(source);
            }
        }
        // A `.code-workspace` makes no difference to a key that no file of the workspace has.
        let of_workspace = |layer: &&Layer| self.files[layer.site].site.is_workspace();
        let differs = |layer: &Layer| {
            let file = &self.files[layer.site];
            file.unreadable.is_some() || !file.values(name).is_empty()
        };
        let silent = plan.is_workspace_file && !plan.layers.iter().filter(of_workspace).any(differs);
        (!silent).then_some(story)
    }
}

/// The names of the keys that ELITEA's readers have, whatever is installed.
fn built_in() -> Result<Vec<(Kin, String)>> {
    let mut known = Vec::new();
    for id in template::ids() {
        let template = template::load(id, None)?;
        let kin = if template.format() == crate::merge::Format::Xml { Kin::JetBrains } else { Kin::VsCode };
        known.extend(template.keys().iter().map(|path| (kin.clone(), path.to_string())));
    }
    let read = doctor::SETTINGS.iter().map(|setting| format!("eliteacode.{}", setting.name));
    known.extend(read.map(|name| (Kin::VsCode, name)));
    Ok(known)
}
