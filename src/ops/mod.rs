//! The verbs, one file each. A verb takes a [`Ctx`] and its parameters and returns a report; it
//! never prints, prompts or exits.

mod context;
mod desired;
mod diff;
mod doctor;
mod facts;
mod ides;
mod lists;
mod login;
mod logout;
mod mask;
mod plan;
mod pool;
mod prepare;
mod recover;
mod remove;
mod render;
mod report;
mod resolve;
mod rotate;
mod select;
mod selection;
mod status;
mod sync;
mod targets;
mod token;
mod tools;
mod undo;
mod version;

pub use context::{Ctx, check_profile};
pub use doctor::{Doctor, doctor, explain_rule, rule_list};
pub use ides::ides;
pub use lists::{ago, models, projects};
pub use login::{Login, login, login_page};
pub use logout::logout;
pub use plan::{apply, plan};
pub use remove::remove;
pub use render::render;
pub use resolve::resolve;
pub use rotate::{Rotate, rotate};
pub use select::{Use, use_selection};
pub use status::status;
pub use targets::TargetArgs;
pub use token::{create, list as tokens, revoke};
pub use undo::{history, undo};
pub use version::version;
