//! Rules about the server and the way to it.

use crate::auth::Server;
use crate::doctor::facts::Facts;
use crate::doctor::rule::{Check, Found, Needs, Rule};
use crate::elitea::{NamedProxy, RouteBy};
use crate::error::{Error, Kind};
use crate::protocol::doctor::Severity;

/// From how many seconds on a clock is wrong; tokens and certificates bear less than their minutes.
const SKEW: i64 = 300;

const fn row(id: &'static str, severity: Severity, check: fn(&Facts, &mut Found)) -> Rule {
    Rule {
        id,
        severity,
        title: "",
        why: "",
        help: "",
        needs: Needs::Nothing,
        repairs: false,
        check: Check::Machine(check),
    }
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        title: "no server is set",
        why: "Without a server there is nothing that an IDE could be connected to.",
        help: "Sign in once with the address of your ELITEA: elitea-helper login --server URL. It is kept \
               in config.toml; ELITEA_DEPLOYMENT_URL and --server name another one for a while.",
        ..row("server-missing", Severity::Error, missing)
    },
    Rule {
        title: "an address that is no server's",
        why: "Nothing can be asked there, and no IDE could use it.",
        help: "Give the address of your ELITEA as the browser shows it, such as https://next.elitea.ai, \
               without a name or a password in it.",
        ..row("server-address", Severity::Error, address)
    },
    Rule {
        title: "a server without encryption",
        why: "Over plain http everybody on the way can read the token and act as you, so that nothing is \
              sent there.",
        help: "Write https:// in place of http:// where the server is set. Only a server on this very \
               machine may be asked over plain http.",
        ..row("server-plain-http", Severity::Error, plain_http)
    },
    Rule {
        title: "a server that does not answer",
        why: "Without it no project or model can be listed, and nothing in any IDE works.",
        help: "Check the address for a typing error, the network, the VPN and the proxy. The sentence \
               says how far it got: a name that is not known, a connection that is refused, or an answer \
               that does not come in time.",
        needs: Needs::Network,
        ..row("server-unreachable", Severity::Error, unreachable)
    },
    Rule {
        title: "a certificate that is not accepted",
        why: "Either somebody reads along, or a company's own certificate authority is not known here; \
              the two look the same.",
        help: "If your company opens encrypted connections, name the PEM file of its certificate authority \
               as network.ca_file in config.toml or in SSL_CERT_FILE; it counts besides the system's. \
               Otherwise check the clock and the address. There is no switch that accepts any certificate.",
        needs: Needs::Network,
        ..row("server-tls", Severity::Error, tls)
    },
    Rule {
        title: "an address at which another program answers",
        why: "What answers there is no ELITEA server, so that it can list nothing and no IDE can use it.",
        help: "The address of the server is the part before /app, such as https://next.elitea.ai. A page \
               of a company's proxy or of a hotel's network, which wants a login first, answers so too.",
        needs: Needs::Network,
        ..row("server-not-elitea", Severity::Error, not_elitea)
    },
    Rule {
        title: "a server that starts or is in maintenance",
        why: "Until it is ready nothing can be asked and no IDE can use it; the token may well be good.",
        help: "Wait and try again. An administrator knows how long a maintenance takes.",
        needs: Needs::Network,
        ..row("server-busy", Severity::Error, busy)
    },
    Rule {
        title: "a server that fails",
        why: "It answers, but not what was asked for; this says nothing about the token.",
        help: "Try again later. If it stays so, tell an administrator the sentence.",
        needs: Needs::Network,
        ..row("server-fault", Severity::Error, fault)
    },
    Rule {
        title: "two proxies that are not the same",
        why: "Programs that look at different places take different ways to the server, and one may fail \
              where another works.",
        help: "Name one proxy in one place. What config.toml says under network.proxy counts first, then \
               HTTPS_PROXY, https_proxy, ALL_PROXY and all_proxy.",
        ..row("proxy-conflict", Severity::Warning, proxies)
    },
    Rule {
        title: "a clock that differs from the server's",
        why: "Whether a token or a certificate is still good is told by the clock, on both sides.",
        help: "Let the system set its clock by the network. If the clock is right, tell an administrator of \
               the server.",
        needs: Needs::Network,
        ..row("clock-skew", Severity::Warning, clock)
    },
];

/// The failure, if it is of one of these kinds.
fn failure<'f>(facts: &'f Facts, kinds: &[Kind]) -> Option<&'f Error> {
    facts.server.failure.as_ref().filter(|failure| kinds.contains(&failure.kind))
}

fn missing(facts: &Facts, found: &mut Found) {
    if facts.server.root.is_none() && facts.server.typed.is_none() {
        found
            .add("no ELITEA server is set")
            .kind(Kind::Usage)
            .advice("sign in once: elitea-helper login --server https://YOUR-SERVER");
    }
}

/// What would be a server if it were encrypted.
fn encrypted(facts: &Facts) -> Option<Server> {
    let typed = facts.server.typed.as_deref()?.trim();
    let start = typed.get(..7).filter(|start| start.eq_ignore_ascii_case("http://"))?;
    Server::parse(&format!("https://{}", &typed[start.len()..])).ok()
}

fn address(facts: &Facts, found: &mut Found) {
    if let Some(error) = failure(facts, &[Kind::Usage])
        && encrypted(facts).is_none()
    {
        let message = format!("{} ({})", error.message, facts.server.source);
        let added = found.add(message).kind(error.kind);
        if let Some(hint) = &error.hint {
            added.advice(hint.clone());
        }
    }
}

fn plain_http(facts: &Facts, found: &mut Found) {
    if let Some(error) = failure(facts, &[Kind::Usage])
        && let Some(server) = encrypted(facts)
    {
        found
            .add(format!("{} ({})", error.message, facts.server.source))
            .kind(error.kind)
            .advice(format!("write {server} there"));
    }
}

fn unreachable(facts: &Facts, found: &mut Found) {
    // A proxy or a CA file that cannot be used keeps the server from being reached as well.
    if let Some(failure) = failure(facts, &[Kind::Unreachable, Kind::Timeout, Kind::Config]) {
        found.add_error(failure);
    }
}

fn tls(facts: &Facts, found: &mut Found) {
    if let Some(failure) = failure(facts, &[Kind::Tls]) {
        found.add_error(failure);
    }
}

fn not_elitea(facts: &Facts, found: &mut Found) {
    if let Some(failure) = failure(facts, &[Kind::NotElitea]) {
        found.add_error(failure);
    }
}

fn busy(facts: &Facts, found: &mut Found) {
    if let Some(failure) = failure(facts, &[Kind::ServerBusy]) {
        found.add_error(failure);
    }
}

fn fault(facts: &Facts, found: &mut Found) {
    if let Some(failure) = failure(facts, &[Kind::ServerFault, Kind::Forbidden, Kind::Internal]) {
        found.add_error(failure);
    }
}

/// The address of the selection, as it is set. A slash at its end does no harm.
pub(super) fn suffix(facts: &Facts, found: &mut Found) {
    let Some((root, suffix)) = facts.server.typed.as_deref().and_then(|typed| Server::split(typed).ok())
    else {
        return;
    };
    let rest = suffix.trim_end_matches('/');
    if !rest.is_empty() {
        found
            .add(format!("{rest} stands behind the server's address {root} ({})", facts.server.source))
            .advice(format!("write {root} there"));
    }
}

/// The address that the server gives for itself. Nothing has to be done while both work.
pub(super) fn differs(facts: &Facts, found: &mut Found) {
    let (Some(root), Some(says)) = (&facts.server.root, &facts.server.says) else { return };
    let Ok(named) = Server::parse(says) else {
        found
            .add(format!("the server at {root} gives {says} as its address, which is none that can be used"))
            .mild();
        return;
    };
    // This machine has several names, and a server on it may know another one.
    if named != *root && !(named.is_loopback() && root.is_loopback()) {
        found.add(format!("the server at {root} gives {named} as its address")).mild();
    }
}

fn proxies(facts: &Facts, found: &mut Found) {
    let Some(route) = facts.server.route.as_ref().filter(|route| route.by != RouteBy::ThisMachine) else {
        return;
    };
    let name = |proxy: &NamedProxy| proxy.variable.unwrap_or("network.proxy").to_owned();
    let Some((first, others)) = route.named.split_first() else { return };
    let used = match (route.by, &route.proxy) {
        (RouteBy::Exempt(variable), _) => format!("none is used, since {variable} exempts the server"),
        (_, Some(proxy)) => format!("{proxy} is used"),
        _ => "none is used".to_owned(),
    };
    if let Some(other) = others.iter().find(|other| other.address != first.address) {
        found
            .add(format!(
                "{} names the proxy {}, and {} names {}; {used}",
                name(first),
                first.address,
                name(other),
                other.address
            ))
            .advice("name one proxy in one place");
    } else if let (RouteBy::Exempt(variable), None) = (route.by, first.variable) {
        found
            .add(format!(
                "network.proxy names {}, and {variable} exempts the server; none is used",
                first.address
            ))
            .advice(format!("take the server out of {variable}, or the proxy out of config.toml"));
    }
}

fn clock(facts: &Facts, found: &mut Found) {
    let Some(clock) = &facts.server.clock else { return };
    let sure = clock.ahead.abs() - clock.give_or_take;
    if sure <= SKEW {
        return;
    }
    let direction = if clock.ahead > 0 { "ahead of" } else { "behind" };
    found
        .add(format!(
            "the clock of this machine is {} {direction} the server's",
            length(clock.ahead.unsigned_abs())
        ))
        .advice("let the system set its clock by the network");
}

/// A length of time in words; by how many days a clock is off does not matter.
fn length(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => return "more than a day".to_owned(),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
