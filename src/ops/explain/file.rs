//! One file of an IDE as it was read: its keys, what we own in it, who wrote what.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::doctor::{self, FileFacts};
use crate::error::{Error, Kind, Place, Result};
use crate::files;
use crate::ide;
use crate::merge::{self, Format, Hold, OwnedKey, Path, Seal, Standing, Step};
use crate::ops::Ctx;
use crate::ops::mask::{is_secret_name, mask_value};
use crate::ops::prepare::settled;
use crate::ops::targets::Site;
use crate::order;
use crate::protocol::explain::{Author, KeySource, LastWrite, Who};
use crate::state::{Entry, Manifest};
use crate::template::{self, Template};

/// The key of the hashes, which is looked for only where we own something.
pub(super) type Sealing<'c> = LazyCell<Result<Seal>, Box<dyn FnOnce() -> Result<Seal> + 'c>>;

/// A file.
pub(super) struct File {
    pub(super) site: Site,
    pub(super) format: Format,
    /// The names of the keys that are ours, ELITEA's, or its template's.
    pub(super) names: Vec<String>,
    /// The text; empty where there is no file, or one that cannot be read.
    text: String,
    real: PathBuf,
    /// The key of the root under which the settings stand.
    holder: Option<&'static str>,
    secrets: Vec<Path>,
    owned: Remembered,
    /// What stands at the keys that were looked for.
    values: BTreeMap<String, Vec<Standing>>,
    /// Why it cannot be read.
    pub(super) unreadable: Option<Error>,
}

/// What we remember of a file.
enum Remembered {
    Keys(Vec<OwnedKey>),
    /// A newer version wrote it.
    Newer,
}

impl File {
    /// Reads a site's file; that there is none is no failure.
    ///
    /// # Errors
    /// What keeps our own files from being read.
    pub(super) fn read(ctx: &Ctx, site: Site, seal: &Sealing<'_>) -> Result<Self> {
        let template = template::load(&site.target.template, Some(&ctx.template_dir())).ok();
        let kind = doctor::Kind::by_name(&site.path);
        let format = template.as_ref().map(Template::format).or(kind.format()).unwrap_or(Format::Settings);
        let holder = ide::settings_key(&site.path).filter(|_| format == Format::Settings);
        let mut file = Self {
            format,
            names: Vec::new(),
            text: String::new(),
            real: site.path.clone(),
            holder,
            secrets: template.as_ref().map(Template::secret_paths).unwrap_or_default(),
            owned: Remembered::Keys(Vec::new()),
            values: BTreeMap::new(),
            unreadable: None,
            site,
        };
        let templates = template.map(|template| template.keys()).unwrap_or_default();
        let snapshot = match files::read(&file.site.path, &file.site.reach()) {
            Ok(snapshot) => snapshot,
            Err(error) => {
                file.unreadable = Some(error);
                file.names = templates.iter().map(Path::to_string).collect();
                return Ok(file);
            }
        };
        file.real.clone_from(&snapshot.real);
        file.remember(ctx, &snapshot, seal)?;
        match snapshot.text().and_then(|text| merge::check(text, format).map(|()| text)) {
            Ok(text) => text.clone_into(&mut file.text),
            Err(error) => file.unreadable = Some(error.in_file(&file.site.path)),
        }
        let facts = FileFacts::new(&file.site.path, kind, Some(file.text.as_bytes()));
        let present = facts.keys.iter().filter(|key| key.in_place).map(|key| key.name.clone());
        let owned = file.owned().iter().map(|key| file.name(&key.path));
        file.names = templates.iter().map(Path::to_string).chain(present).chain(owned).collect();
        Ok(file)
    }

    fn remember(&mut self, ctx: &Ctx, snapshot: &files::Snapshot, seal: &Sealing<'_>) -> Result<()> {
        let manifest = match ctx.state.manifest(&snapshot.real) {
            Ok(manifest) => manifest,
            Err(error) if error.kind == Kind::FormatNewer => {
                self.owned = Remembered::Newer;
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if manifest != Manifest::new(&snapshot.real) {
            let seal = seal.as_ref().map_err(Clone::clone)?;
            self.owned = Remembered::Keys(settled(manifest, snapshot, seal).0.owned.keys);
        }
        Ok(())
    }

    fn owned(&self) -> &[OwnedKey] {
        match &self.owned {
            Remembered::Keys(keys) => keys,
            Remembered::Newer => &[],
        }
    }

    /// A key's name to people, which is the same in a `.code-workspace` as elsewhere.
    fn name(&self, path: &Path) -> String {
        match (self.holder, path.0.split_first()) {
            (Some(holder), Some((Step::Key(first), rest))) if first == holder => {
                Path(rest.to_vec()).to_string()
            }
            _ => path.to_string(),
        }
    }

    /// The path that a name means here; none where it cannot mean any.
    fn path(&self, name: &str) -> Option<Path> {
        let known = self.owned().iter().map(|key| &key.path).find(|path| self.name(path) == name);
        if let Some(known) = known {
            return Some(known.clone());
        }
        let steps: Vec<Step> = match self.format {
            Format::Settings => vec![Step::Key(name.to_owned())],
            Format::Xml | Format::Jsonc | Format::Toml => {
                name.split('/').map(|step| Step::Key(step.to_owned())).collect()
            }
        };
        if name.contains('[') || (self.format == Format::Xml && steps.len() != 2) {
            return None;
        }
        let path = Path(steps);
        Some(self.holder.map_or(path.clone(), |holder| path.inside(holder)))
    }

    /// Looks for keys.
    pub(super) fn look_for(&mut self, names: &[String]) {
        if self.text.is_empty() {
            return;
        }
        let wanted = names.iter().filter_map(|name| Some((name.clone(), self.path(name)?)));
        let (names, paths): (Vec<String>, Vec<Path>) = wanted.unzip();
        // A text that could not be read was left out when the file was read.
        let found = merge::standing(&self.text, self.format, &paths).unwrap_or_default();
        for (name, mut found) in names.into_iter().zip(found) {
            found.reverse();
            order::sort_by_key(&mut found, |standing| !standing.counts);
            self.values.insert(name, found);
        }
    }

    /// Every value of a key that was looked for, the one that counts first, then those that it hides,
    /// the nearest first.
    pub(super) fn values(&self, name: &str) -> &[Standing] {
        self.values.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The strings of a setting that is a list of them.
    pub(super) fn strings(&self, name: &str) -> Vec<String> {
        let counts = self.values(name).iter().find(|standing| standing.counts);
        let list = counts.and_then(|standing| standing.value.as_array());
        list.into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
    }

    /// Whether the user took a key out that we had written.
    pub(super) fn is_deleted(&self, name: &str) -> bool {
        let Some(path) = self.path(name) else { return false };
        // An IDE that writes XML leaves out what is its own default.
        let gone = |key: &OwnedKey| match key.hold {
            Hold::Gone => true,
            Hold::Held => self.format != Format::Xml,
            Hold::Released => false,
        };
        self.unreadable.is_none()
            && self.owned().iter().any(|key| key.path == path && gone(key))
            && self.values(name).is_empty()
    }

    /// One value as it is reported. `standing` is filled in by whoever knows the window.
    pub(super) fn source(
        &self,
        name: &str,
        found: &Standing,
        standing: crate::protocol::explain::Standing,
        history: &[Entry],
        seal: &Sealing<'_>,
    ) -> KeySource {
        let place = Place::of(&self.text, found.range.start);
        let bom = usize::from(place.line == 1 && self.text.starts_with('\u{feff}'));
        KeySource {
            target: self.site.target.clone(),
            line: place.line,
            column: place.column - bom,
            value: mask_value(&found.value, self.is_secret(name)),
            standing,
            author: self.author(name, found, history, seal),
        }
    }

    fn is_secret(&self, name: &str) -> bool {
        let Some(path) = self.path(name) else { return true };
        let relative = Path(path.0.iter().skip(usize::from(self.holder.is_some())).cloned().collect());
        let sealed = |key: &OwnedKey| key.path == path && matches!(key.base, merge::Base::Sealed(_));
        let is_member = matches!(path.0.last(), Some(Step::Member { .. }));
        self.secrets.contains(&relative)
            || self.owned().iter().any(sealed)
            || (!is_member && is_secret_name(&path.name()))
    }

    fn author(&self, name: &str, found: &Standing, history: &[Entry], seal: &Sealing<'_>) -> Author {
        let by = |who: Who| Author { who, last_write: None };
        if matches!(self.owned, Remembered::Newer) {
            return by(Who::Unknown);
        }
        let key = self.path(name).and_then(|path| self.owned().iter().find(|key| key.path == path));
        let Some(key) = key else { return by(Who::User) };
        if key.hold == Hold::Released {
            return by(Who::UserKept);
        }
        let is_ours = |value: &Value| seal.as_ref().is_ok_and(|seal| key.base.is(value, seal));
        // Of two that are equal we wrote the one that counts.
        let taken = !found.counts && self.values(name).iter().any(|one| one.counts && is_ours(&one.value));
        let who = match (key.hold, is_ours(&found.value)) {
            (Hold::Held, true) if !taken => Who::Helper,
            _ if found.counts => Who::UserSince,
            _ => return by(Who::User),
        };
        Author { who, last_write: self.last_write(&key.path, history) }
    }

    /// The newest entry of the history that wrote a key here, or else made it ours.
    fn last_write(&self, path: &Path, history: &[Entry]) -> Option<LastWrite> {
        let holds = |keys: &[OwnedKey]| keys.iter().any(|key| key.path == *path && key.hold == Hold::Held);
        let entry = history.iter().find(|entry| {
            entry.files.iter().filter(|change| change.real == self.real).any(|change| {
                change.changes.iter().any(|one| one.path == *path && one.after.is_some())
                    || (holds(&change.owned_after.keys) && !holds(&change.owned_before.keys))
            })
        })?;
        Some(LastWrite { history: entry.id.clone(), time: entry.time.clone(), verb: entry.verb.clone() })
    }
}
