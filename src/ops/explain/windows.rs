//! The ways in which the files of an IDE come together, the strongest file first.
//!
//! VS Code (`configurationService.ts`, `configuration.ts` of `workbench/services/configuration`):
//! a folder's settings, or those of the `.code-workspace` that is open, win over a remote server's
//! own, those over the user's. A VS Code profile has settings of its own in the place of the default
//! profile's, which count in it only for keys that `workbench.settings.applyToAllProfiles` names. A
//! server on this machine is used from another one, where the user's settings are; code-server keeps
//! both here. ELITEA's keys have the scope `window`: while a `.code-workspace` is open, the settings
//! of the folders in it say nothing about them.

use std::path::Path;

use crate::ide::{self, Base, Family, Scope};
use crate::ops::targets::{JETBRAINS, Site};
use crate::protocol::explain::Window;

/// What a file is in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It says what counts, unless a stronger one does.
    Counts,
    /// The default profile's: it says what counts about the keys that it names for all profiles, and
    /// nothing about others.
    ForAllProfiles,
    /// Another profile's: it says what counts but about those keys.
    OfProfile,
    /// A folder's under a `.code-workspace`: it says nothing about keys of ELITEA's scope.
    OfFolder,
}

/// One file of a window, as its place among the sites.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layer {
    pub(super) site: usize,
    pub(super) role: Role,
}

/// One window.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) window: Window,
    pub(super) kin: Kin,
    /// Whether a `.code-workspace` is open.
    pub(super) is_workspace_file: bool,
    /// The strongest first.
    pub(super) layers: Vec<Layer>,
}

/// Those whose files have keys of the same names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kin {
    VsCode,
    JetBrains,
    /// A tool that the user added.
    Tool(String),
}

impl Kin {
    /// Those of a site.
    pub(super) fn of(site: &Site) -> Self {
        let id = &site.target.ide;
        match ide::by_id(id).map(|ide| &ide.family) {
            Some(Family::VsCode(_)) => Self::VsCode,
            Some(Family::JetBrains(_)) => Self::JetBrains,
            None if id == JETBRAINS => Self::JetBrains,
            None => Self::Tool(id.clone()),
        }
    }
}

/// Every window that these sites make; `root` is the workspace that could be open.
pub(super) fn windows(sites: &[Site], root: Option<&Path>) -> Vec<Plan> {
    let mut plans = Vec::new();
    let mut seen: Vec<(&str, Kin)> = Vec::new();
    for site in sites {
        let who = (site.target.ide.as_str(), Kin::of(site));
        if !seen.contains(&who) {
            seen.push(who);
        }
    }
    let lone_folder = !sites.iter().any(|site| Kin::of(site) == Kin::VsCode && !site.is_workspace());
    for (id, kin) in seen {
        let own = |scope: Scope| {
            let is_own = move |(_, site): &(usize, &Site)| {
                site.target.ide == id && site.target.scope == scope.as_str()
            };
            sites.iter().enumerate().filter(is_own).map(|(at, _)| at).collect::<Vec<_>>()
        };
        match kin {
            Kin::VsCode => {
                let bases = bases(sites, id, &own(Scope::User), &own(Scope::Machine));
                // The files of a workspace stand for the whole family; by themselves only where no
                // IDE of it is here.
                let bases =
                    if bases.is_empty() && lone_folder { vec![plan(sites, id, &kin, &[])] } else { bases };
                plans.extend(bases.into_iter().flat_map(|base| openings(sites, &base, root)));
            }
            Kin::JetBrains => {
                plans.extend(own(Scope::Workspace).into_iter().map(|at| {
                    let mut plan = plan(sites, id, &kin, &[at]);
                    plan.window.label.clone_from(&sites[at].target.label);
                    plan.window.opened = sites[at].root.as_ref().map(|root| root.display().to_string());
                    plan
                }));
            }
            Kin::Tool(_) => {
                let layers = [own(Scope::Workspace), own(Scope::Machine), own(Scope::User)].concat();
                let mut plan = plan(sites, id, &kin, &layers);
                plan.window.opened = root
                    .filter(|_| layers.iter().any(|at| sites[*at].is_workspace()))
                    .map(|root| root.display().to_string());
                plans.push(plan);
            }
        }
    }
    plans
}

/// The windows of one IDE of VS Code's family without a workspace.
fn bases(sites: &[Site], id: &str, users: &[usize], machines: &[usize]) -> Vec<Plan> {
    let together = ide::by_id(id)
        .is_some_and(|ide| matches!(&ide.family, Family::VsCode(row) if matches!(row.base, Base::Data)));
    let default = users.iter().copied().find(|at| sites[*at].target.label.is_none());
    let mut plans = Vec::new();
    for at in users {
        let mut plan = plan(sites, id, &Kin::VsCode, if together { machines } else { &[] });
        plan.window.label.clone_from(&sites[*at].target.label);
        match default.filter(|default| default != at) {
            Some(default) => plan.layers.extend([
                Layer { site: default, role: Role::ForAllProfiles },
                Layer { site: *at, role: Role::OfProfile },
            ]),
            None => plan.layers.push(Layer { site: *at, role: Role::Counts }),
        }
        plans.push(plan);
    }
    for at in machines.iter().filter(|_| !together || users.is_empty()) {
        let mut plan = plan(sites, id, &Kin::VsCode, &[*at]);
        plan.window.remote = true;
        plans.push(plan);
    }
    plans
}

fn plan(sites: &[Site], id: &str, kin: &Kin, layers: &[usize]) -> Plan {
    let ide_name = sites.iter().find(|site| site.target.ide == id).map(|site| site.target.ide_name.clone());
    let window = Window {
        ide: id.to_owned(),
        ide_name: ide_name.unwrap_or_default(),
        label: None,
        remote: false,
        opened: None,
    };
    let layers = layers.iter().map(|site| Layer { site: *site, role: Role::Counts }).collect();
    Plan { window, kin: kin.clone(), is_workspace_file: false, layers }
}

/// The same window with the workspace's folder open, and with each of its `.code-workspace` files.
fn openings(sites: &[Site], base: &Plan, root: Option<&Path>) -> Vec<Plan> {
    let Some(root) = root else { return vec![base.clone()] };
    let is_shared = |site: &Site| Kin::of(site) == Kin::VsCode && site.is_workspace();
    let shared: Vec<usize> = (0..sites.len()).filter(|at| is_shared(&sites[*at])).collect();
    let (files, folders): (Vec<usize>, Vec<usize>) =
        shared.into_iter().partition(|at| ide::settings_key(&sites[*at].path).is_some());
    let opened = |path: &Path, first: &[Layer]| {
        let mut plan = base.clone();
        plan.window.opened = Some(path.display().to_string());
        plan.layers = [first, &base.layers].concat();
        plan
    };
    let in_role = |role: Role| folders.iter().map(move |site| Layer { site: *site, role });
    let mut plans = vec![opened(root, &in_role(Role::Counts).collect::<Vec<_>>())];
    for file in files {
        let first = std::iter::once(Layer { site: file, role: Role::Counts });
        let layers: Vec<Layer> = first.chain(in_role(Role::OfFolder)).collect();
        plans.push(Plan { is_workspace_file: true, ..opened(&sites[file].path, &layers) });
    }
    plans
}
