//! Rules about what is on the disk: targets that cannot be written or are gone, and what is ours.

use super::quoted;
use crate::doctor::facts::Facts;
use crate::doctor::file::FileFacts;
use crate::doctor::rule::{Check, Found, Needs, Rule};
use crate::error::Kind;
use crate::protocol::doctor::Severity;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "file-read-only",
        severity: Severity::Warning,
        title: "a file that cannot be brought in order",
        why: "What is selected, and a new token, does not get into it.",
        help: "Make the change where the file comes from, or make the file writable: its owner must be you, \
               and its folder must let you. A file with several names, or one that is mounted by itself, is \
               never written either. To stop keeping it in order: elitea-helper remove FILE.",
        needs: Needs::Nothing,
        repairs: false,
        check: Check::File(read_only),
    },
    Rule {
        id: "target-gone",
        severity: Severity::Warning,
        title: "a file that is kept in order and whose place is gone",
        why: "It is asked about at every command, and nothing can be written there.",
        help: "If the workspace or the IDE is gone for good, stop keeping its file in order: elitea-helper \
               remove FILE. If its disk is only not there now, nothing has to be done.",
        needs: Needs::Nothing,
        repairs: false,
        check: Check::File(gone),
    },
    Rule {
        id: "leftover-temp",
        severity: Severity::Warning,
        title: "a file that a crash left behind",
        why: "It may hold what the file beside it was about to hold, a token too.",
        help: "Delete it; the file beside it is whole. The next apply deletes it too.",
        needs: Needs::Nothing,
        repairs: false,
        check: Check::Both(own_leftovers, leftovers),
    },
    Rule {
        id: "backup-readable",
        severity: Severity::Warning,
        title: "a folder of ours that others can look into",
        why: "Backups hold what your settings held, with every secret in them that is not ours.",
        help: "Take the rights of the group and of others away: chmod -R go= FOLDER. Ours are made for you \
               alone; something else changed that.",
        needs: Needs::Nothing,
        repairs: false,
        check: Check::Machine(open),
    },
    Rule {
        id: "config-warning",
        severity: Severity::Warning,
        title: "something odd in our own configuration",
        why: "What is not understood has no effect, whatever it was meant to do.",
        help: "Correct the line that is named. The README lists every setting.",
        needs: Needs::Nothing,
        repairs: false,
        check: Check::Machine(warnings),
    },
    Rule {
        id: "state-damaged",
        severity: Severity::Warning,
        title: "a note of ours that could not be read",
        why: "What it said is forgotten: keys that were ours count as the user's own from now on.",
        help: "The file was moved aside, with .damaged- in its name, so that nothing is lost. The next apply \
               takes over what stands as it should; for the rest: elitea-helper resolve. A disk that is full \
               or failing is the usual cause.",
        needs: Needs::Nothing,
        repairs: false,
        check: Check::Machine(damaged),
    },
    Rule {
        id: "format-newer",
        severity: Severity::Warning,
        title: "a file of ours that a newer version wrote",
        why: "It is read only as far as it is understood, and never written, so that the newer version finds \
              it whole.",
        help: "Update this helper. Another copy of it, such as the one that an editor brought, is newer.",
        needs: Needs::Nothing,
        repairs: false,
        check: Check::Machine(newer),
    },
];

fn read_only(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    let registered = file.role.as_ref().is_some_and(|role| role.registered);
    if let Some(why) = file.meta.unwritable.as_ref().filter(|_| registered && file.meta.gone.is_none()) {
        found
            .add(why.clone())
            .kind(Kind::FileRefused)
            .advice("make it writable, or make the change where the file comes from");
    }
}

fn gone(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    if let Some(why) = &file.meta.gone {
        found.add(format!("it is kept in order, and {why}")).command(
            "if that is for good, stop keeping it in order",
            format!("elitea-helper remove {}", quoted(&file.path)),
        );
    }
}

fn own_leftovers(facts: &Facts, found: &mut Found) {
    for path in &facts.own.leftovers {
        left(path, found);
    }
}

/// Files of one folder have the same leftovers beside them: the first of them tells.
fn leftovers(file: &FileFacts, facts: &Facts, found: &mut Found) {
    let told = facts.files.iter().take_while(|other| other.path != file.path);
    let told: Vec<_> = told.flat_map(|other| &other.meta.leftovers).collect();
    for path in file.meta.leftovers.iter().filter(|path| !told.contains(path)) {
        left(path, found);
    }
}

fn left(path: &std::path::Path, found: &mut Found) {
    found
        .add("a crash left this file behind")
        .in_file(path)
        .command("delete it, or let apply do so", "elitea-helper apply");
}

fn open(facts: &Facts, found: &mut Found) {
    for path in &facts.own.open {
        found
            .add("other users of this machine may look into it")
            .in_file(path)
            .advice(format!("take their rights away: chmod -R go= {}", quoted(path)));
    }
}

fn warnings(facts: &Facts, found: &mut Found) {
    for warning in &facts.own.warnings {
        found.add(warning.clone()).kind(Kind::Config).advice("correct it there");
    }
}

/// Among them are those that a newer version wrote, which are no damage.
fn damaged(facts: &Facts, found: &mut Found) {
    let is_newer =
        |words: &str| facts.own.newer.iter().any(|path| words.starts_with(&path.display().to_string()));
    for words in facts.own.damaged.iter().filter(|words| !is_newer(words)) {
        found.add(words.clone()).command("take over what is left as it should be", "elitea-helper apply");
    }
}

fn newer(facts: &Facts, found: &mut Found) {
    for path in &facts.own.newer {
        found
            .add("a newer elitea-helper wrote this file")
            .kind(Kind::FormatNewer)
            .in_file(path)
            .advice("update this helper");
    }
}
