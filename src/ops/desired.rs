//! What each target should become: its template, the selection, and whether it may hold the token.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use super::Ctx;
use super::sync::{Desired, Job};
use super::targets::Site;
use crate::auth::Token;
use crate::config::WriteToken;
use crate::error::{Error, Kind, Result};
use crate::ide::{self, Found, Scope};
use crate::merge::{Entry, Format, Op, Patch, Path, Step};
use crate::protocol::config::TargetRef;
use crate::template::{self, Selection, Template};

/// The setting in which VS Code keeps the keys that Settings Sync leaves alone. It is read from the
/// default profile alone.
pub(crate) const SYNC_IGNORED: &str = "settingsSync.ignoredSettings";

/// The newest ELITEA Code that speaks only `/api/v1`.
const LAST_V1_READER: [u64; 3] = [0, 4, 1];

/// The token, as far as it is known.
pub(crate) enum TokenUse {
    /// This one.
    Known(Token),
    /// None is stored.
    Missing,
    /// It could not be read, which says nothing about what stands in the files.
    Unknown(String),
}

/// The jobs for these sites, those that protect a token before those that write it.
/// `speaks_v1` tells whether the server still has the `/api/v1` that old readers need; none: it
/// was not asked.
pub(crate) fn jobs(
    ctx: &Ctx,
    sites: Vec<Site>,
    selection: &Selection,
    token: &TokenUse,
    speaks_v1: Option<bool>,
) -> Result<Vec<Job>> {
    let mut jobs: Vec<Job> = Vec::new();
    let mut guards: Vec<Guard> = Vec::new();
    let found = LazyCell::new(|| ide::find(&ctx.platform));
    let mut templates: BTreeMap<String, Template> = BTreeMap::new();
    let alone = sites.len() == 1;
    for site in sites {
        let id = &site.target.template;
        if !templates.contains_key(id) {
            match template::load(id, Some(&ctx.template_dir())) {
                Ok(template) => templates.insert(id.clone(), template),
                // What is wrong with the only one is wrong with the whole call.
                Err(error) if alone => return Err(lost(&site, error)),
                Err(error) => {
                    jobs.push(Job::nothing(lost(&site, error), site));
                    continue;
                }
            };
        }
        let template = &templates[id];
        let Secret { value: secret, unknown, notes } = secret_for(ctx, &site, template, token, speaks_v1);
        let guard = secret.and_then(|_| Guard::of(&found, &site, template));
        let (mut patch, mut secrets) = (template.patch(selection, secret)?, template.secret_paths());
        if let Some(key) = ide::settings_key(&site.path).filter(|_| template.format() == Format::Settings) {
            patch = patch.inside(key);
            secrets = secrets.iter().map(|path| path.inside(key)).collect();
        }
        jobs.push(Job {
            site,
            desired: Desired::Patch {
                patch,
                choices: Vec::new(),
                complete: true,
                keep_secrets: unknown,
                guard: guard.as_ref().map(|guard| guard.path.clone()),
            },
            format: template.format(),
            secrets,
            notes,
        });
        guards.extend(guard);
    }
    for guard in guards {
        protect(&mut jobs, guard);
    }
    Ok(jobs)
}

/// The error of a template that cannot be read, with what to do about a target that needs it.
fn lost(site: &Site, error: Error) -> Error {
    if error.hint.is_some() && error.kind != Kind::Usage {
        return error;
    }
    error.hint(format!(
        "mend the template, or take its keys out: elitea-helper remove --ide {}",
        site.target.ide
    ))
}

/// What a site gets for its token keys.
struct Secret<'a> {
    /// The token, if this site may hold it.
    value: Option<&'a str>,
    /// Whether it cannot be told, so that what stands in the file stays.
    unknown: bool,
    /// What to say when it gets none.
    notes: Vec<String>,
}

fn secret_for<'a>(
    ctx: &Ctx,
    site: &Site,
    template: &Template,
    token: &'a TokenUse,
    speaks_v1: Option<bool>,
) -> Secret<'a> {
    let none = |notes: Vec<String>| Secret { value: None, unknown: false, notes };
    let left = |why: &str| Secret {
        value: None,
        unknown: true,
        notes: vec![format!("the token is left as it stands: {why}")],
    };
    if template.secret_paths().is_empty() {
        return none(Vec::new());
    }
    if let TokenUse::Unknown(why) = token {
        return left(why);
    }
    if ctx.offline && speaks_v1.is_none() && needs_v1(ctx, site) {
        return left("the server was not asked whether it still has the /api/v1 that the reader needs");
    }
    if let Err(reason) = may_hold_token(ctx.config.write_token(), site, speaks_v1 == Some(true)) {
        return none(vec![reason]);
    }
    match token {
        TokenUse::Known(token) => Secret { value: Some(token.expose()), unknown: false, notes: Vec::new() },
        _ => none(vec!["no token is written: none is stored; sign in with elitea-helper login".into()]),
    }
}

/// Whether the policy turns on what the server still speaks.
pub(crate) fn needs_v1(ctx: &Ctx, site: &Site) -> bool {
    let version = site.reader.as_ref().and_then(|reader| reader.version.as_deref());
    !site.is_workspace()
        && ctx.config.write_token() == WriteToken::Auto
        && version.is_some_and(speaks_v1_only)
}

/// The policy of `write_token`; an error says why not.
fn may_hold_token(policy: WriteToken, site: &Site, speaks_v1: bool) -> std::result::Result<(), String> {
    if site.is_workspace() {
        return Err("no token is written: workspace files are shared".into());
    }
    match policy {
        WriteToken::Never => Err("no token is written: write_token is \"never\"".into()),
        WriteToken::Always => Ok(()),
        WriteToken::Auto => {
            let Some(reader) = &site.reader else {
                return Err(format!(
                    "no token is written: nothing in {} reads it; write_token = \"always\" writes it \
                     all the same",
                    site.target.ide_name
                ));
            };
            if !speaks_v1 && reader.version.as_deref().is_some_and(speaks_v1_only) {
                return Err(format!(
                    "no token is written: {} {} speaks only /api/v1, which this server does not have",
                    reader.name,
                    reader.version.as_deref().unwrap_or_default()
                ));
            }
            Ok(())
        }
    }
}

/// Whether a reader of this version needs a server with `/api/v1`.
pub(crate) fn speaks_v1_only(version: &str) -> bool {
    let numbers: Vec<u64> = version.split(['.', '-', '+']).map_while(|part| part.parse().ok()).collect();
    !numbers.is_empty() && numbers.as_slice() <= LAST_V1_READER.as_slice()
}

/// What keeps a token out of Settings Sync: the keys, and the file that has to name them.
struct Guard {
    ide: String,
    ide_name: String,
    path: PathBuf,
    entries: Vec<Entry>,
}

impl Guard {
    /// The guard of a site; none where Settings Sync does not reach.
    fn of(found: &LazyCell<Found, impl FnOnce() -> Found>, site: &Site, template: &Template) -> Option<Self> {
        if template.format() != Format::Settings || site.target.scope != Scope::User.as_str() {
            return None;
        }
        let default = found.targets.iter().find(|target| {
            target.ide == site.target.ide && target.scope == Scope::User && target.label.is_none()
        });
        let (ide, ide_name, path) = match default {
            Some(target) => (target.ide.to_owned(), target.ide_name.clone(), target.path.clone()),
            None => (site.target.ide.clone(), site.target.ide_name.clone(), site.path.clone()),
        };
        let entries = template.secret_paths().iter().map(|path| ignored(&path.name())).collect();
        Some(Self { ide, ide_name, path, entries })
    }
}

/// The entry that keeps `key` out of Settings Sync.
fn ignored(key: &str) -> Entry {
    Entry {
        path: Path(vec![Step::Key(SYNC_IGNORED.into()), Step::Member { member: key.into() }]),
        op: Op::Include,
        secret: false,
    }
}

/// Puts a guard's entries before everything else: into the job of its file, or into one of its own.
fn protect(jobs: &mut Vec<Job>, guard: Guard) {
    let at = jobs.iter().position(|job| job.site.path == guard.path);
    let mut job = match at {
        Some(at) => jobs.remove(at),
        None => Job {
            site: Site {
                target: TargetRef {
                    ide: guard.ide,
                    ide_name: guard.ide_name,
                    scope: Scope::User.as_str().into(),
                    label: None,
                    path: guard.path.display().to_string(),
                    template: String::new(),
                },
                path: guard.path,
                root: None,
                reader: None,
            },
            desired: Desired::Patch {
                patch: Patch { format: Format::Settings, entries: Vec::new(), downloads: Vec::new() },
                choices: Vec::new(),
                complete: false,
                keep_secrets: true,
                guard: None,
            },
            format: Format::Settings,
            secrets: Vec::new(),
            notes: vec!["the token keys are kept out of Settings Sync".into()],
        },
    };
    if let Desired::Patch { patch, .. } = &mut job.desired {
        let new: Vec<Entry> =
            guard.entries.into_iter().filter(|entry| !patch.entries.contains(entry)).collect();
        patch.entries.splice(0..0, new);
    }
    jobs.insert(0, job);
}

/// Whether a value of a patch is a token.
pub(crate) fn is_secret_entry(entry: &Entry) -> bool {
    entry.secret && matches!(entry.op, Op::Set(Value::String(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_up_to_0_4_1_speak_only_v1() {
        for (version, only_v1) in [
            ("0.4.1", true),
            ("0.3.9", true),
            ("0.4.2", false),
            ("0.5.0", false),
            ("1.0.0", false),
            ("", false),
        ] {
            assert_eq!(speaks_v1_only(version), only_v1, "{version}");
        }
    }
}
