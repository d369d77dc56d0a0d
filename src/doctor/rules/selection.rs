//! Rules about what is selected.

use crate::doctor::facts::Facts;
use crate::doctor::rule::{Check, Found, Needs, Rule};
use crate::elitea::{Project, ProjectState};
use crate::error::Kind;
use crate::protocol::doctor::Severity;

/// How like a name must be to one that was typed, to be meant by it.
const LIKE: f64 = 0.8;

/// How many projects are named.
const NAMED: usize = 6;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "project-unknown",
        severity: Severity::Error,
        title: "a project that the account cannot use",
        why: "The server refuses every request for it.",
        help: "List the projects that the account can use: elitea-helper projects. Choose one: \
               elitea-helper use --project ID. If yours is missing, its owner has to add you; a suspended \
               one is for an administrator.",
        needs: Needs::Lists,
        repairs: false,
        check: Check::Machine(unknown_project),
    },
    Rule {
        id: "project-public",
        severity: Severity::Warning,
        title: "the project that everybody shares",
        why: "ELITEA's page offers no settings files for it: most accounts may look at it, and run nothing in \
              it.",
        help: "Choose your own project or your team's: elitea-helper projects lists them, elitea-helper use \
               --project ID chooses one.",
        needs: Needs::Nothing,
        repairs: false,
        check: Check::Machine(public),
    },
    Rule {
        id: "model-unknown",
        severity: Severity::Error,
        title: "a model that the project does not have",
        why: "The server refuses every request that names it.",
        help: "List the project's models: elitea-helper models. Choose one: elitea-helper use --model NAME, \
               or follow the project's default: elitea-helper use --model default. A model also goes from the \
               list while its provider fails.",
        needs: Needs::Lists,
        repairs: false,
        check: Check::Machine(unknown_model),
    },
];

/// The project that everybody shares, on every deployment that we know of.
const PUBLIC: u64 = 1;

fn unknown_project(facts: &Facts, found: &mut Found) {
    let (Some(selected), Some(projects)) = (facts.selected.project, &facts.listed.projects) else { return };
    let known = projects.iter().find(|project| project.id == selected);
    let words = match known.map(|project| (project, project.state)) {
        Some((project, ProjectState::Suspended)) => {
            format!("project {selected}, {}, is suspended", project.name)
        }
        Some((project, ProjectState::Unfinished)) => {
            format!("project {selected}, {}, was never finished by the server", project.name)
        }
        Some(_) => return,
        // The shared project is not listed, and neither is any other one where the list is not whole.
        None if selected == PUBLIC || !facts.listed.whole => return,
        None if facts.listed.remembered => format!(
            "project {selected} was not among those that the account could use when the server was last asked"
        ),
        None => format!("project {selected} is not among those that the account can use"),
    };
    found
        .add(words)
        .kind(Kind::ProjectUnknown)
        .command(format!("choose another one{}", names(projects)), "elitea-helper projects");
}

/// The projects that can be chosen, in words.
fn names(projects: &[Project]) -> String {
    let usable: Vec<String> = projects
        .iter()
        .filter(|project| matches!(project.state, ProjectState::Ready | ProjectState::Unlisted))
        .map(|project| format!("{} {}", project.id, project.name))
        .collect();
    match usable.len() {
        0 => String::new(),
        1..=NAMED => format!(", such as {}", usable.join(", ")),
        _ => format!(", such as {}, ...", usable[..NAMED].join(", ")),
    }
}

fn public(facts: &Facts, found: &mut Found) {
    let Some(selected) = facts.selected.project else { return };
    let listed = facts.listed.projects.iter().flatten().find(|project| project.id == selected);
    if listed.map_or(selected == PUBLIC, |project| project.public) {
        found
            .add(format!("project {selected} is the one that everybody shares"))
            .command("choose your own or your team's", "elitea-helper projects");
    }
}

fn unknown_model(facts: &Facts, found: &mut Found) {
    let (Some((owner, name)), Some(models), Some(project)) =
        (&facts.selected.model, &facts.listed.models, facts.selected.project)
    else {
        return;
    };
    if models.iter().any(|model| model.project_id == *owner && model.name == *name) {
        return;
    }
    let words = if facts.listed.remembered {
        format!("project {project} had no model {owner}/{name} when the server was last asked")
    } else {
        format!("project {project} has no model {owner}/{name}")
    };
    let added = found.add(words).kind(Kind::ModelUnknown);
    let likeness = |other: &str| strsim::jaro_winkler(&name.to_lowercase(), &other.to_lowercase());
    let near = models
        .iter()
        .map(|model| (likeness(&model.name), model))
        .filter(|(likeness, _)| *likeness >= LIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match near {
        Some((_, model)) => {
            let near = format!("{}/{}", model.project_id, model.name);
            added.command(
                format!("if {near} is meant, choose it"),
                format!("elitea-helper use --model \"{near}\""),
            )
        }
        None => added.command("list those that it has, and choose one", "elitea-helper models"),
    };
}
