//! Rules about the server and the way to it.

use crate::doctor::facts::Facts;
use crate::doctor::rule::{Check, Found, Needs, Rule};
use crate::error::Kind;
use crate::protocol::doctor::Severity;

pub(super) const RULES: &[Rule] = &[Rule {
    id: "server-unreachable",
    severity: Severity::Error,
    title: "a server that does not answer",
    why: "Without it no project or model can be listed, and nothing in any IDE works.",
    help: "Check the address for a typing error, the network, the VPN and the proxy. The sentence \
           says how far it got: a name that is not known, a connection that is refused, or an answer \
           that does not come in time.",
    needs: Needs::Nothing,
    repairs: false,
    check: Check::Machine(unreachable),
}];

fn unreachable(facts: &Facts, found: &mut Found) {
    if let Some(failure) = &facts.server.failure
        && matches!(failure.kind, Kind::Unreachable | Kind::Timeout)
    {
        let advice = failure.hint.clone().unwrap_or_else(|| "check the network".to_owned());
        found.add(failure.message.clone()).advice(advice);
    }
}
