//! The commands that are tried, each in a home laid out for it, and what must be true after a fault.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use elitea_helper::fake::Dialect;

use super::trace::{self, Point, Traced};
use super::tree::{Tree, is_temp};
use crate::machine::{Machine, Ran};

const CODE: &str = ".config/Code/User/settings.json";
const CODE_PROFILE: &str = ".config/Code/User/profiles/-5a/settings.json";
const PROFILES: &str = ".config/Code/User/globalStorage/storage.json";
const CONFIG: &str = "elitea-config/config.toml";
const TEXT: &str = "{\n\t// mine\n\t\"editor.fontSize\": 13,\n}\n";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Apply,
    Undo,
    Remove,
}

pub(super) struct Scene {
    pub(super) name: &'static str,
    kind: Kind,
    /// The user's files.
    files: &'static [(&'static str, &'static str)],
    /// Whether the key of the hashes of secrets is there already, so that manifests can be compared.
    has_seal: bool,
    /// What was run before.
    before: &'static [&'static [&'static str]],
    pub(super) command: &'static [&'static str],
}

const NEW: &[(&str, &str)] = &[("project/.git/HEAD", "ref: refs/heads/main\n"), (CODE, TEXT)];
const TWO: &[(&str, &str)] = &[
    (CODE, TEXT),
    (PROFILES, "{\"userDataProfiles\": [{\"location\": \"-5a\", \"name\": \"Work\"}]}"),
    (CODE_PROFILE, "{ \"a\": 1 }"),
];
const OTHER_MODEL: &[&str] = &["--offline", "use", "--model", "1/gpt-4o-mini"];
const APPLY_TWO: &[&str] = &["--offline", "apply", "--ide", "vscode"];
const APPLY_NEW: &[&str] = &["--offline", "apply", "--workspace", "project", "--ide", "vscode"];

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "apply, new file in a new folder",
        kind: Kind::Apply,
        files: NEW,
        has_seal: false,
        before: &[],
        command: APPLY_NEW,
    },
    Scene {
        name: "apply, changed file",
        kind: Kind::Apply,
        files: &[(CODE, TEXT)],
        has_seal: true,
        before: &[APPLY_TWO, OTHER_MODEL],
        command: &["--offline", "apply"],
    },
    Scene {
        name: "apply, two targets with the token",
        kind: Kind::Apply,
        files: TWO,
        has_seal: true,
        before: &[],
        command: APPLY_TWO,
    },
    Scene {
        name: "undo, new file",
        kind: Kind::Undo,
        files: NEW,
        has_seal: true,
        before: &[APPLY_NEW],
        command: &["--offline", "undo"],
    },
    Scene {
        name: "undo, two targets",
        kind: Kind::Undo,
        files: TWO,
        has_seal: true,
        before: &[APPLY_TWO],
        command: &["--offline", "undo"],
    },
    Scene {
        name: "remove, new file",
        kind: Kind::Remove,
        files: NEW,
        has_seal: true,
        before: &[APPLY_NEW],
        command: &["remove"],
    },
    Scene {
        name: "remove, two targets",
        kind: Kind::Remove,
        files: TWO,
        has_seal: true,
        before: &[APPLY_TWO],
        command: &["remove"],
    },
];

/// A scene, laid out.
pub(super) struct Stage {
    pub(super) scene: &'static Scene,
    pub(super) machine: Machine,
    /// The home before any of ours.
    pub(super) origin: Tree,
    /// The home before the command.
    pub(super) start: Tree,
    /// The home after it went well.
    pub(super) goal: Tree,
    /// The home after it went well with a policy of writing no token: what is done where the token
    /// cannot be kept out of Settings Sync.
    tokenless: Tree,
}

fn expect(ran: Ran, codes: &[i32], what: &str) -> Result<Ran, String> {
    if codes.contains(&ran.code) && !ran.stderr.contains("panicked") {
        Ok(ran)
    } else {
        Err(format!("{what}: {ran:?}"))
    }
}

/// Whether the user's files are as wanted. Keys that two runs wrote may stand in another order.
fn same(now: &Tree, wanted: &Tree, what: &str) -> Result<(), String> {
    let (now, wanted) = (now.users(), wanted.users());
    let value = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).ok();
    let alike = |path: &PathBuf| match (now.bytes(path), wanted.bytes(path)) {
        (Some(one), Some(other)) if one != other => value(one).is_some() && value(one) == value(other),
        _ => now.0.get(path) == wanted.0.get(path),
    };
    if now.0.keys().chain(wanted.0.keys()).all(alike) {
        Ok(())
    } else {
        Err(format!("{what}: {}", now.against(&wanted)))
    }
}

impl Stage {
    pub(super) fn set(scene: &'static Scene) -> Self {
        let machine = Machine::new(Dialect::Python);
        for (path, text) in scene.files {
            machine.write(path, text.as_bytes());
        }
        machine.log_in();
        for arguments in [&["use", "--project", "2", "--model", "1/gpt-5.1"][..], &["models"]] {
            expect(machine.run(arguments), &[0], "laying out").unwrap();
        }
        let config = machine.config_dir().join("config.toml");
        let text = std::fs::read_to_string(&config).unwrap();
        std::fs::write(&config, format!("{text}\n[policy]\nwrite_token = \"always\" # so\n")).unwrap();
        if scene.has_seal {
            expect(machine.run(&["--offline", "plan", "--ide", "vscode"]), &[1], "laying out").unwrap();
        }
        let origin = Tree::read(machine.home());
        for arguments in scene.before {
            expect(machine.run(arguments), &[0], "laying out").unwrap();
        }
        let start = Tree::read(machine.home());
        let run = || {
            expect(machine.run(scene.command), &[0], scene.name).unwrap();
            Tree::read(machine.home())
        };
        let goal = run();
        assert_ne!(start.users(), goal.users(), "{} changes nothing", scene.name);
        start.put_back(machine.home());
        std::fs::write(&config, std::fs::read_to_string(&config).unwrap().replace("always", "never"))
            .unwrap();
        let tokenless = run();
        Self { scene, machine, origin, start, goal, tokenless }
    }

    pub(super) fn points(&self) -> (Vec<Point>, Traced) {
        self.start.put_back(self.machine.home());
        let (points, traced) = trace::points(&self.machine, self.scene.command);
        assert!(points.len() > 10, "{}: only {points:?}", self.scene.name);
        (points, traced)
    }

    fn now(&self) -> Tree {
        Tree::read(self.machine.home())
    }

    /// Each file is the old one or the new one.
    pub(super) fn is_whole(&self, now: &Tree) -> Result<(), String> {
        for path in now.0.keys().chain(self.start.0.keys()).filter(|path| !is_temp(path)) {
            let here = now.bytes(path);
            let wanted = [&self.start, &self.goal, &self.tokenless].map(|tree| tree.bytes(path));
            let is_state = path.starts_with("elitea-state");
            if !is_state && !wanted.contains(&here) && !self.is_config(path, here) {
                let text = here.map(String::from_utf8_lossy);
                return Err(format!("{} is neither the old nor the new one: {text:?}", path.display()));
            }
            let mode = |tree: &Tree| tree.0.get(path).map(|(mode, _)| *mode);
            if !is_state && here.is_some() && mode(now) != mode(&self.start) && mode(now) != mode(&self.goal)
            {
                return Err(format!("{} has mode {:o}", path.display(), mode(now).unwrap()));
            }
            if path.extension().is_some_and(|end| end == "json") && is_state {
                serde_json::from_slice::<serde_json::Value>(here.unwrap_or(b"0"))
                    .map_err(|error| format!("{}: {error}", path.display()))?;
            }
        }
        Ok(())
    }

    /// Whether it is our configuration with some of the registrations that the two have, as a command
    /// leaves it that did one of its targets.
    fn is_config(&self, path: &Path, here: Option<&[u8]>) -> bool {
        let parts = |bytes: Option<&[u8]>| {
            let text = String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
            text.split("\n[[target]]").map(|part| part.trim_end().to_owned()).collect::<Vec<_>>()
        };
        let known = [parts(self.start.bytes(path)), parts(self.goal.bytes(path))].concat();
        let (here, mut once) = (parts(here), BTreeSet::new());
        path == Path::new(CONFIG)
            && known[0] == here[0]
            && here.iter().all(|part| known.contains(part) && once.insert(part))
    }

    /// The same command again does what is left, and all that follows works.
    pub(super) fn next_run_is_in_order(&self) -> Result<(), String> {
        let again: &[i32] = if self.scene.kind == Kind::Apply { &[0] } else { &[0, 2] };
        let ran = expect(self.machine.run(self.scene.command), again, "the next run")?;
        if ran.code == 2 && !ran.stderr.contains("there is nothing to undo") {
            return Err(format!("the next run: {ran:?}"));
        }
        let now = self.now();
        same(&now, &self.goal, "after the next run")?;
        self.is_tidy(&now, "after the next run")?;
        match self.scene.kind {
            Kind::Apply => self.apply_is_in_order(&now),
            Kind::Undo => self.undo_is_in_order(),
            Kind::Remove => self.remove_is_in_order(&now),
        }
    }

    fn apply_is_in_order(&self, done: &Tree) -> Result<(), String> {
        let (now, wanted) = (done.below("elitea-state/targets"), self.goal.below("elitea-state/targets"));
        if now != wanted && done.users() == self.goal.users() {
            return Err(format!("the manifests differ: {}", now.against(&wanted)));
        }
        if done.bytes(CONFIG) != self.goal.bytes(CONFIG) {
            return Err("config.toml is not the new one after the next run".into());
        }
        expect(self.machine.run(self.scene.command), &[0], "apply once more")?;
        let now = self.now();
        if now.users() != done.users() {
            return Err(format!("apply once more: {}", now.users().against(&done.users())));
        }
        if now.files_in("elitea-state/history").ne(done.files_in("elitea-state/history")) {
            return Err("apply once more found something to do".into());
        }
        self.undo_all()?;
        self.is_clean("after undo")?;
        done.put_back(self.machine.home());
        expect(self.machine.run(&["remove"]), &[0], "remove")?;
        self.is_clean("after remove")
    }

    fn undo_is_in_order(&self) -> Result<(), String> {
        self.is_clean("after undo")?;
        let apply = self.scene.before[0];
        expect(self.machine.run(apply), &[0], "apply")?;
        same(&self.now(), &self.start, "after apply")?;
        expect(self.machine.run(&["remove"]), &[0], "remove")?;
        self.is_clean("after apply and remove")
    }

    fn remove_is_in_order(&self, done: &Tree) -> Result<(), String> {
        self.is_clean("after remove")?;
        // A run that was killed half way and the next one are two entries.
        for _ in 0..2 {
            expect(self.machine.run(&["--offline", "undo"]), &[0], "undo")?;
            if same(&self.now(), &self.start, "").is_ok() {
                break;
            }
        }
        same(&self.now(), &self.start, "after undo")?;
        done.put_back(self.machine.home());
        expect(self.machine.run(self.scene.before[0]), &[0], "apply")?;
        same(&self.now(), &self.start, "after apply")
    }

    fn undo_all(&self) -> Result<(), String> {
        for _ in 0..5 {
            let ran = expect(self.machine.run(&["--offline", "undo"]), &[0, 2], "undo")?;
            if ran.code == 2 {
                return if ran.stderr.contains("there is nothing to undo") {
                    Ok(())
                } else {
                    Err(format!("undo: {ran:?}"))
                };
            }
        }
        Err("undo does not come to an end".into())
    }

    /// The user's files are as before us, and we remember nothing.
    fn is_clean(&self, when: &str) -> Result<(), String> {
        let now = self.now();
        same(&now, &self.origin, when)?;
        self.is_tidy(&now, when)?;
        if let Some(path) = now.files_in("elitea-state/targets").next() {
            let text = String::from_utf8_lossy(now.bytes(path).unwrap_or_default());
            return Err(format!("{when} this manifest stays: {text}"));
        }
        let config = String::from_utf8_lossy(now.bytes(CONFIG).unwrap_or_default()).into_owned();
        if config.contains("[[target]]") {
            Err(format!("{when} a target stays registered: {config}"))
        } else {
            Ok(())
        }
    }

    fn is_tidy(&self, now: &Tree, when: &str) -> Result<(), String> {
        if !now.temps().is_empty() {
            return Err(format!("{when} there are {:?}", now.temps()));
        }
        let damaged = now.0.keys().find(|path| path.to_string_lossy().contains(".damaged-"));
        if let Some(path) = damaged {
            return Err(format!("{when} there is {}", path.display()));
        }
        let tokens = "elitea-config/tokens.toml";
        if now.bytes(tokens) == self.origin.bytes(tokens) {
            Ok(())
        } else {
            Err(format!("{when} the tokens differ"))
        }
    }
}
