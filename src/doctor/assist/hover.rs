//! What stands where the cursor is: what it does, whether it counts, who wrote it.

use super::values::id;
use super::words::{self, code};
use super::{About, within};
use crate::auth::{Server, Token};
use crate::doctor::facts::{Facts, StoredToken};
use crate::doctor::file::FileFacts;
use crate::doctor::keys::Occurrence;
use crate::doctor::settings::Type;
use crate::ide::Generation;
use crate::merge::is_placeholder;
use crate::protocol::token::TokenState;

/// What is to be said of the key or the value at a byte of the file's text. It shows no secret.
pub fn about(file: &FileFacts, facts: &Facts, at: usize) -> Option<About> {
    let at = within(&file.text, at);
    let touches = |range: &std::ops::Range<usize>| range.start <= at && at <= range.end;
    let key = file.keys.iter().find(|key| touches(&key.key) || touches(&key.raw))?;
    let range = if touches(&key.key) { key.key.clone() } else { key.raw.clone() };
    let subject = Subject { file, facts, key };
    let mut parts = vec![format!("**{}**", code(&key.name))];
    parts.push(subject.does());
    parts.extend(subject.value());
    parts.extend(subject.read());
    parts.extend(subject.counts());
    parts.extend(subject.written());
    Some(About { range, markdown: parts.join("\n\n") })
}

struct Subject<'f> {
    file: &'f FileFacts,
    facts: &'f Facts,
    key: &'f Occurrence,
}

impl Subject<'_> {
    fn does(&self) -> String {
        match self.key.setting() {
            Some(setting) => {
                let range = match setting.holds {
                    Type::Number(least, most) => format!(" From {least} to {}.", limit(most)),
                    Type::OneOf(names) => {
                        let names: Vec<String> = names.iter().map(|name| code(name)).collect();
                        format!(" One of {}.", names.join(", "))
                    }
                    _ => String::new(),
                };
                format!("{}{range}", setting.does)
            }
            None if self.key.is_option() => "An option that ELITEA's page does not write.".to_owned(),
            None => "No setting that is known.".to_owned(),
        }
    }

    /// What the value means.
    fn value(&self) -> Option<String> {
        if self.key.is_secret() {
            return Some(self.token());
        }
        match self.key.short.as_str() {
            "LLMModelName" | "modelName" | "llmCustomModelName" => self.model(),
            "integrationUid" => self.integration(),
            "projectId" => self.project(),
            _ if self.key.setting().is_some_and(|setting| setting.holds == Type::Address) => self.address(),
            _ => None,
        }
    }

    fn model(&self) -> Option<String> {
        let name = self.key.text().filter(|name| !name.trim().is_empty())?;
        let models = self.facts.listed.models.as_ref()?;
        let named: Vec<_> = models.iter().filter(|model| model.name == name).collect();
        let mut parts: Vec<String> = vec![code(name)];
        if named.len() > 1 {
            parts[0].push_str(": several projects have a model of this name");
        }
        parts.extend(named.iter().map(|model| words::model(model, self.facts)));
        if named.is_empty() {
            let project = self.facts.selected.project?;
            let project = words::project_by_id(project, self.facts);
            parts = vec![format!("{} is not among the models of project {project}.", code(name))];
        }
        parts.extend(words::age(self.facts));
        Some(parts.join("\n\n"))
    }

    fn integration(&self) -> Option<String> {
        let uid = self.key.text().filter(|uid| !uid.trim().is_empty())?;
        let models = self.facts.listed.models.as_ref()?;
        let model = models.iter().find(|model| model.integration_uid() == uid);
        let mut parts = vec![match model {
            Some(model) => {
                format!("The integration of {}:\n\n{}", code(&model.name), words::model(model, self.facts))
            }
            None => format!("{} is not the integration of a model that is listed.", code(uid)),
        }];
        let name = if self.key.is_option() { "llmCustomModelName" } else { "LLMModelName" };
        let name = self.key.named(name);
        let named = self.file.keys.iter().find(|key| key.in_effect && key.name == name);
        if let Some((model, other)) = model.zip(named.and_then(|key| key.text()))
            && model.name != other
        {
            parts.push(format!(
                "It does not go with {}, which is {} in this file.",
                code(&name),
                code(other)
            ));
        }
        parts.extend(words::age(self.facts));
        Some(parts.join("\n\n"))
    }

    fn project(&self) -> Option<String> {
        let id = id(self.key)?;
        let projects = self.facts.listed.projects.as_ref()?;
        let mut parts = Vec::new();
        match projects.iter().find(|project| project.id == id) {
            Some(project) => {
                parts.push(format!("Project {id} is {}.", code(&project.name)));
                parts.extend(words::unusable(project).map(|why| format!("It cannot be used: {why}.")));
                if project.public {
                    parts.push("Everybody shares it; most accounts can run nothing in it.".to_owned());
                }
            }
            None if self.facts.listed.whole => {
                parts.push(format!("Project {id} is not among those that the account can use."));
            }
            None => return None,
        }
        parts.extend(words::age(self.facts));
        Some(parts.join("\n\n"))
    }

    fn address(&self) -> Option<String> {
        let root = self.facts.server.root.as_ref()?;
        let is_it = Server::parse(self.key.text()?).is_ok_and(|server| server == *root);
        let root = code(root.as_str());
        Some(if is_it {
            format!("It is the server that is selected, {root}.")
        } else {
            format!("The server that is selected is {root}.")
        })
    }

    fn token(&self) -> String {
        let text = self.key.text().unwrap_or_default();
        if text.trim().is_empty() {
            return "It is empty.".to_owned();
        }
        if is_placeholder(text) {
            return "It is a placeholder, and no token.".to_owned();
        }
        let stored = self.facts.token.stored.as_ref();
        if let Some(stored) = stored.filter(|_| self.facts.is_token_in_use(text) == Some(true)) {
            return in_use(stored);
        }
        let Ok(token) = Token::parse(text.as_bytes()) else {
            return "It is no token of ELITEA's.".to_owned();
        };
        let claims = token.claims();
        let expires = match (claims.expires_at(), &claims.expires) {
            (Some(at), _) => format!("It says of itself that it expires at {at}."),
            (None, Some(_)) => {
                "It says of itself that it expires, with a date that cannot be read.".to_owned()
            }
            (None, None) => "It says of itself that it never expires.".to_owned(),
        };
        let other = if stored.is_some() { "It is not the token that elitea-helper uses. " } else { "" };
        format!("{other}{expires}")
    }

    /// What reads it, or that nothing does.
    fn read(&self) -> Option<String> {
        let (key, file) = (self.key, self.file);
        let role = file.role.as_ref();
        let reader = role.and_then(|role| role.reader.as_ref());
        if key.in_list || !key.in_place {
            return Some("Nothing reads it here: it stands where no reader looks.".to_owned());
        }
        let setting = key.setting()?;
        if let Some(reader) = reader.filter(|reader| reader.generation != key.generation) {
            let other = renamed(key, reader.generation);
            return Some(format!(
                "{} does not read it: it reads {} instead.",
                named(&reader.name, reader.version.as_deref()),
                code(&other)
            ));
        }
        if !setting.read {
            return None;
        }
        if let Some(reader) = reader {
            let name = named(&reader.name, reader.version.as_deref());
            return Some(match reader.fits_server {
                Some(false) => format!("Read by {name}, which cannot use the server."),
                _ => format!("Read by {name}."),
            });
        }
        if key.generation == Generation::Alita {
            let new = renamed(key, Generation::Elitea);
            return Some(format!("The older generation reads it; since then it is {}.", code(&new)));
        }
        let role = role.filter(|_| !self.facts.files_only)?;
        Some(format!("Nothing that is installed in {} reads it.", words::plain(&role.ide_name)))
    }

    /// Which value wins where another one stands for it.
    fn counts(&self) -> Option<String> {
        let (key, file) = (self.key, self.file);
        if !key.in_place {
            return None;
        }
        if !key.in_effect {
            let other = file.keys.iter().find(|other| other.in_effect && other.path == key.path);
            return match other {
                Some(other) => {
                    Some(format!("It does not count: the one in line {} does.", file.line(other.key.start)))
                }
                None if file.is_sound() => {
                    Some("It does not count: what stands further down replaces it.".to_owned())
                }
                None => None,
            };
        }
        let winning = |other: &&FileFacts| {
            other.path != file.path
                && other.keys.iter().any(|there| there.in_effect && there.name == key.name)
        };
        let other = self.facts.winning_over(file).into_iter().find(winning)?;
        let there = other.keys.iter().rfind(|there| there.in_effect && there.name == key.name)?;
        let value = if key.is_secret() {
            String::new()
        } else {
            let text = there.text().map_or_else(|| there.value.to_string(), str::to_owned);
            format!(": {}", code(&text))
        };
        Some(format!(
            "It does not count where {} is read, which wins{value}.",
            code(&other.path.display().to_string())
        ))
    }

    /// Who wrote it.
    fn written(&self) -> Option<String> {
        let role = self.file.role.as_ref()?;
        let path = self.key.path.to_string();
        let report = role.report.as_ref().and_then(|report| report.keys.iter().find(|key| key.key == path));
        let words = match report.map(|report| report.outcome.as_str()) {
            Some("unchanged" | "adopted") if role.registered => "Kept in order by elitea-helper.",
            Some("updated") => {
                "Kept in order by elitea-helper, which has another value for it: apply writes it."
            }
            Some("takenOver") => "elitea-helper apply takes it over with the value of the selection.",
            Some("conflict") => {
                "Kept in order by elitea-helper, and changed by somebody else since: resolve says whose it is to be."
            }
            Some("released") => "elitea-helper leaves it to you, as you decided.",
            Some("unchanged" | "adopted") => "As the selection says.",
            _ if role.registered => "Not one of those that elitea-helper keeps in order.",
            _ => return None,
        };
        Some(words.to_owned())
    }
}

/// The token in use, by its date.
fn in_use(stored: &StoredToken) -> String {
    let name = stored.name.as_ref().map(|name| format!(" {}", code(name))).unwrap_or_default();
    let days = match stored.days_left {
        Some(1) => "1 day is left".to_owned(),
        Some(days) => format!("{days} days are left"),
        None => "its date is not known".to_owned(),
    };
    let state = match stored.state {
        TokenState::Never => "it never expires".to_owned(),
        TokenState::Active => days,
        TokenState::Expiring => format!("it is about to expire, {days}"),
        TokenState::Expired => "it has expired".to_owned(),
    };
    let at = stored.expires.as_ref().map(|at| format!(" ({at})")).unwrap_or_default();
    format!("It is the token{name} that elitea-helper uses: {state}{at}.")
}

/// The same setting for another generation of readers.
fn renamed(key: &Occurrence, generation: Generation) -> String {
    let [old, new] = match generation {
        Generation::Elitea => [["alitacode.", "AlitaSettings/"], ["eliteacode.", "EliteASettings/"]],
        Generation::Alita => [["eliteacode.", "EliteASettings/"], ["alitacode.", "AlitaSettings/"]],
    };
    let pair =
        old.iter().zip(new).find_map(|(old, new)| Some(format!("{new}{}", key.name.strip_prefix(old)?)));
    pair.unwrap_or_else(|| key.name.clone())
}

/// A reader with its version.
fn named(name: &str, version: Option<&str>) -> String {
    let version = version.map(|version| format!(" {}", words::plain(version))).unwrap_or_default();
    format!("{}{version}", words::plain(name))
}

/// An upper limit, with commas between thousands where it is whole.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "limits are small")]
fn limit(limit: f64) -> String {
    if limit.fract() == 0.0 && limit >= 0.0 { words::number(limit as u64) } else { limit.to_string() }
}
