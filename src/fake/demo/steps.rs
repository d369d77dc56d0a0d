//! The steps: what each does, and what must be true afterwards.

use std::path::Path;

use anyhow::{Result, bail, ensure};

use super::{Journey, home};

/// The keys of the current generation that a settings file gets, but for the two tokens.
const KEYS: &[&str] = &[
    "providerServerURL",
    "LLMServerUrl",
    "modelName",
    "LLMModelName",
    "projectId",
    "integrationUid",
    "defaultViewMode",
    "verifySsl",
    "displayType",
    "debug",
];

/// What names all targets of the home.
const TARGETS: &[&str] = &["--ide", "vscode", "--ide", "vscode-insiders", "--ide", "cursor"];

impl Journey<'_> {
    /// Takes the step of this name.
    pub(super) fn take(&mut self, name: &str) -> Result<()> {
        match name {
            "login" => self.login(),
            "projects" => self.projects(),
            "use" => self.select(),
            "models" => self.models(),
            "plan" => self.plan(),
            "apply" => self.apply(),
            "again" => self.again(),
            "edit" => self.edit(),
            "undo" => self.undo(),
            "remove" => self.remove(),
            "logout" => self.logout(),
            "leave" => self.leave(),
            other => bail!("there is no step {other}"),
        }
    }

    fn login(&mut self) -> Result<()> {
        self.headline("Sign in. The token comes through standard input and goes into a store.")?;
        let url = self.server.url().to_owned();
        let token = format!("  Bearer {}\r\n", self.server.token());
        let ran = self.run(&["login", "--server", &url, "--token-stdin", "--store", "file"], &token)?;
        self.pause();
        ensure!(ran.code == 0, "login ended with {}", ran.code);
        let holding = self.home.holding(self.server.token())?;
        ensure!(
            holding.len() == 1 && holding[0].starts_with(self.home.own_config()),
            "the token is in {holding:?}, not in the store alone"
        );
        self.untouched()
    }

    fn projects(&mut self) -> Result<()> {
        self.headline("See what the account can use.")?;
        let ran = self.expect(0, &["projects"])?;
        self.pause();
        for (id, name) in self.server.projects() {
            ensure!(
                ran.stdout.contains(&id.to_string()) && ran.stdout.contains(&name),
                "project {id} {name} is not listed"
            );
        }
        self.untouched()
    }

    fn select(&mut self) -> Result<()> {
        self.headline("Choose a project.")?;
        let project = self.project()?;
        self.expect(0, &["use", "--project", &project])?;
        self.pause();
        let config = home::read(&self.home.own_config().join("config.toml"))?;
        ensure!(config.contains(&format!("project = {project}")), "config.toml does not hold the project");
        self.untouched()
    }

    fn models(&mut self) -> Result<()> {
        self.headline("See its models, and choose one.")?;
        let listed = self.expect(0, &["models"])?;
        let chosen = self.expect(0, &["use", "--model", "1/gpt-5.1"])?;
        self.pause();
        ensure!(listed.stdout.contains("gpt-5.1"), "gpt-5.1 is not listed");
        ensure!(chosen.stdout.contains("1/gpt-5.1"), "gpt-5.1 is not chosen");
        let config = home::read(&self.home.own_config().join("config.toml"))?;
        ensure!(config.contains("gpt-5.1"), "config.toml does not hold the model");
        self.untouched()
    }

    fn plan(&mut self) -> Result<()> {
        self.headline("Look at what would change. Nothing does.")?;
        let ran = self.expect(1, &[&["plan"], TARGETS].concat())?;
        self.pause();
        ensure!(ran.stdout.contains("eliteacode.projectId"), "the diff does not show our keys");
        self.untouched()
    }

    fn apply(&mut self) -> Result<()> {
        self.headline("Apply: the user settings of three editors, then a JetBrains project.")?;
        self.expect(0, &[&["apply"], TARGETS].concat())?;
        let project = self.home.project().display().to_string();
        self.expect(0, &["apply", "--workspace", &project, "--ide", "jetbrains"])?;
        self.pause();
        for path in self.settings() {
            self.only_added(&path, "eliteacode.", &[",\n", "settingsSync.ignoredSettings"])?;
            let text = home::read(&path)?;
            for key in KEYS {
                ensure!(
                    text.contains(&format!("\"eliteacode.{key}\"")),
                    "{} does not hold eliteacode.{key}",
                    path.display()
                );
            }
        }
        let cursor = home::read(&self.home.settings("Cursor"))?;
        ensure!(
            cursor.matches('\n').count() == cursor.matches("\r\n").count(),
            "Cursor's CRLF line ends were mixed"
        );
        ensure!(cfg!(windows) || self.home.insiders().is_symlink(), "the dotfile's link was replaced");
        let elitea = self.home.elitea();
        self.only_added(&elitea, "<option name=", &[])?;
        ensure!(
            home::read(&elitea)?.contains("name=\"llmCustomModelName\" value=\"gpt-5.1\""),
            "elitea.xml does not hold the model"
        );
        self.token_where_it_may_be()
    }

    /// The token stands in the store and in the settings whose reader is installed, nowhere else.
    fn token_where_it_may_be(&mut self) -> Result<()> {
        let holding = self.home.holding(self.server.token())?;
        let allowed = [self.home.settings("Code"), self.home.profile()];
        for path in &allowed {
            ensure!(holding.contains(path), "{} has a reader but not the token", path.display());
        }
        let strange: Vec<_> = holding
            .iter()
            .filter(|path| !allowed.contains(path) && !path.starts_with(self.home.own_config()))
            .collect();
        ensure!(strange.is_empty(), "the token is also in {strange:?}");
        let text = home::read(&self.home.settings("Code"))?;
        ensure!(text.contains("settingsSync.ignoredSettings"), "the token would go to Settings Sync");
        Ok(())
    }

    fn again(&mut self) -> Result<()> {
        self.headline("Apply again: everything is as it should be, so nothing is written.")?;
        let before = self.home.files()?;
        let ran = self.expect(0, &["apply"])?;
        self.pause();
        ensure!(ran.stdout.contains("nothing to do"), "the second apply did something");
        ensure!(self.home.files()? == before, "the second apply changed a file");
        Ok(())
    }

    fn edit(&mut self) -> Result<()> {
        self.headline("The user changes one of our keys by hand. Apply keeps their value, and says so.")?;
        let path = self.home.settings("Cursor");
        let (ours, theirs) =
            ("\"eliteacode.displayType\": \"split\"", "\"eliteacode.displayType\": \"append\"");
        home::edit(&path, ours, theirs)?;
        let ran = self.expect(1, &["apply"])?;
        self.pause();
        ensure!(
            ran.stdout.contains("eliteacode.displayType: you changed it to \"append\""),
            "the conflict is not named"
        );
        ensure!(home::read(&path)?.contains(theirs), "the user's value was overwritten");
        self.say("The user changes it back.")?;
        home::edit(&path, theirs, ours)
    }

    fn undo(&mut self) -> Result<()> {
        self.headline("Take both changes back. Every file is as it was, byte for byte.")?;
        self.expect(0, &["undo"])?;
        self.expect(0, &["undo"])?;
        self.pause();
        self.untouched()
    }

    fn remove(&mut self) -> Result<()> {
        self.headline("Apply once more, add a setting as a user would, and take our keys out with remove.")?;
        self.expect(0, &[&["apply"], TARGETS].concat())?;
        let project = self.home.project().display().to_string();
        self.expect(0, &["apply", "--workspace", &project, "--ide", "jetbrains"])?;
        let path = self.home.settings("Code");
        let (from, to) = (
            "\"files.autoSave\": \"off\",",
            "\"files.autoSave\": \"off\",\n\t\"editor.minimap.enabled\": false,",
        );
        home::edit(&path, from, to)?;
        self.expect(0, &["remove"])?;
        let text = home::read(&path)?;
        ensure!(text.contains("editor.minimap.enabled"), "the user's new setting is gone");
        home::edit(&path, to, from)?;
        self.pause();
        self.untouched()
    }

    fn logout(&mut self) -> Result<()> {
        self.headline("Sign out.")?;
        self.expect(0, &["logout"])?;
        self.pause();
        let holding = self.home.holding(self.server.token())?;
        ensure!(holding.is_empty(), "the token is still in {holding:?}");
        self.untouched()
    }

    fn leave(&mut self) -> Result<()> {
        self.headline("The home goes.")?;
        self.pause();
        self.untouched()
    }

    /// The first project of the account that is a team's.
    fn project(&self) -> Result<String> {
        let projects = self.server.projects();
        let team = projects.iter().find(|(_, name)| !name.starts_with("project_user_"));
        match team {
            Some((id, _)) => Ok(id.to_string()),
            None => bail!("the fake server has no team project"),
        }
    }

    fn settings(&self) -> Vec<std::path::PathBuf> {
        vec![
            self.home.settings("Code"),
            self.home.profile(),
            self.home.insiders(),
            self.home.settings("Cursor"),
        ]
    }

    /// Every file of the home equals its start, and there is no other.
    fn untouched(&self) -> Result<()> {
        let (start, now) = (self.home.start(), self.home.files()?);
        for (path, bytes) in start {
            match now.get(path) {
                Some(found) => ensure!(
                    found == bytes,
                    "{} differs from its start",
                    self.home.shorten(&path.display().to_string())
                ),
                None => bail!("{} is gone", self.home.shorten(&path.display().to_string())),
            }
        }
        let more: Vec<_> = now.keys().filter(|path| !start.contains_key(*path)).collect();
        ensure!(more.is_empty(), "{more:?} was left behind");
        Ok(())
    }

    /// Every line of the start still stands, in order, but for a comma at its end; every other
    /// line holds `mark` or one of `others`, or belongs to an array that we added.
    fn only_added(&self, path: &Path, mark: &str, others: &[&str]) -> Result<()> {
        let start = match std::fs::canonicalize(path).ok().and_then(|real| {
            self.home
                .start()
                .iter()
                .find(|(at, _)| std::fs::canonicalize(at).is_ok_and(|at| at == real) && !at.is_symlink())
        }) {
            Some((_, bytes)) => String::from_utf8_lossy(bytes).into_owned(),
            None => bail!("{} was not there at the start", path.display()),
        };
        let now = home::read(path)?;
        let mut left = start.lines().peekable();
        for line in now.lines() {
            let same = left.peek().is_some_and(|start| uncomma(start) == uncomma(line));
            if same {
                left.next();
                continue;
            }
            let ours = line.contains(mark)
                || others.iter().any(|other| line.contains(other))
                || matches!(line.trim(), "]" | "],");
            ensure!(ours, "{} has a line that is neither the user's nor ours: {line}", path.display());
        }
        if let Some(lost) = left.next() {
            bail!("{} lost the line {lost}", path.display());
        }
        Ok(())
    }
}

/// A line without the comma that a following key needs, wherever a comment leaves it.
fn uncomma(line: &str) -> String {
    let (code, comment) = line.split_once("//").map_or((line, ""), |(code, comment)| (code, comment));
    format!("{}{comment}", code.trim_end().trim_end_matches(','))
}
