//! Rules about what is selected, and what files say of it.

use crate::doctor::facts::Facts;
use crate::doctor::rule::{Check, Found, Needs, Rule};
use crate::protocol::doctor::Severity;

pub(super) const RULES: &[Rule] = &[Rule {
    id: "project-unknown",
    severity: Severity::Error,
    title: "a project that the account cannot use",
    why: "The server refuses every request for it.",
    help: "List the projects that the account can use: elitea-helper projects. Choose one: \
           elitea-helper use --project ID. If yours is missing, its owner has to add you.",
    needs: Needs::Server,
    repairs: false,
    check: Check::Machine(unknown),
}];

fn unknown(facts: &Facts, found: &mut Found) {
    let (Some(project), Some(projects)) = (facts.selected.project, &facts.listed.projects) else { return };
    if projects.iter().all(|known| known.id != project) {
        found
            .add(format!("project {project} is not among those that the account can use"))
            .command("list those that it can", "elitea-helper projects");
    }
}
