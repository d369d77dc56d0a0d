//! `token rotate`, killed at every point where it writes or speaks to the server.

use elitea_helper::auth;
use elitea_helper::fake::Dialect;

use super::WORKERS;
use super::trace::{self, Fault};
use super::tree::Tree;
use crate::machine::Machine;

const FILE: &str = ".config/Code/User/settings.json";
const NETWORK: &str = ",?connect,?sendto,?sendmsg,?recvfrom,?recvmsg,?shutdown";
const ROTATE: &[&str] = &["--json", "token", "rotate", "--delete-old"];

#[test]
fn a_killed_rotation_loses_no_token() {
    if crate::support::is_repetition() || !trace::usable() {
        return;
    }
    let tallies = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|worker| scope.spawn(move || try_points(worker))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect::<Vec<_>>()
    });
    let points: usize = tallies.iter().map(|tally| tally.points).sum();
    let (met, orphans): (usize, usize) =
        (tallies.iter().map(|tally| tally.met).sum(), tallies.iter().map(|tally| tally.orphans).sum());
    println!("token rotate: {points} points, killed at {met}; {orphans} orphans deleted by the next one");
    let found: Vec<_> = tallies.iter().flat_map(|tally| &tally.found).cloned().collect();
    assert!(found.is_empty(), "{} of {points} kills do harm:\n{}", found.len(), found.join("\n"));
    // A busy machine may take an answer in other pieces.
    assert!(met * 10 >= points * 9 && orphans > 0, "killed at {met} of {points}, {orphans} orphans");
}

#[derive(Default)]
struct Tally {
    points: usize,
    met: usize,
    orphans: usize,
    found: Vec<String>,
}

fn run(machine: &Machine, arguments: &[&str]) {
    let ran = machine.run(arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
}

fn try_points(worker: usize) -> Tally {
    let machine = Machine::new(Dialect::Python);
    machine.write(FILE, b"{ \"mine\": 1 }\n");
    machine.log_in();
    run(&machine, &["use", "--project", "2", "--model", "1/gpt-5.1"]);
    let config = machine.config_dir().join("config.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{text}\n[policy]\nwrite_token = \"always\"\n")).unwrap();
    run(&machine, &["apply", "--ide", "vscode"]);
    let (start, world) = (Tree::read(machine.home()), machine.server.world());
    let (points, good) = trace::points_of(&machine, ROTATE, NETWORK);
    assert_eq!(good.code, Some(0), "{}", good.output);
    assert!(points.iter().any(|point| point.call == "connect") && points.len() > 50, "{points:?}");
    let mut tally = Tally::default();
    for point in points.iter().skip(worker).step_by(WORKERS) {
        start.put_back(machine.home());
        machine.server.change(|now| now.clone_from(&world));
        tally.points += 1;
        let ran = trace::fail(&machine, ROTATE, point, Fault::Kill);
        tally.met += usize::from(ran.met);
        match aftermath(&machine) {
            Ok(orphans) => tally.orphans += orphans,
            Err(words) => tally.found.push(format!("KILL at {}: {words}", point.seen)),
        }
    }
    tally
}

/// The token of the store and those of the settings file.
fn tokens(machine: &Machine) -> Result<(String, String), String> {
    let store = std::fs::read_to_string(machine.config_dir().join("tokens.toml"))
        .map_err(|error| error.to_string())?;
    let stored = store.lines().find_map(|line| line.split_once(" = \"")?.1.strip_suffix('"'));
    let text = std::fs::read_to_string(machine.path(FILE)).map_err(|error| error.to_string())?;
    let keys = ["eliteacode.authToken\": \"", "eliteacode.LLMAuthToken\": \""];
    let [first, second] =
        keys.map(|key| text.split_once(key).and_then(|(_, rest)| Some(rest.split_once('"')?.0.to_owned())));
    match (stored, first, second) {
        (Some(stored), Some(first), Some(second)) if first == second => Ok((stored.to_owned(), first)),
        _ => Err(format!("a token is gone: {store} {text}")),
    }
}

fn lives(machine: &Machine, token: &str) -> bool {
    let uuid = auth::Token::parse(token.as_bytes()).unwrap().claims().uuid;
    machine.server.world().tokens.iter().any(|row| row.uuid.is_some() && row.uuid == uuid)
}

/// What must be true after a kill, and after the next rotation; returns how many orphans that deleted.
fn aftermath(machine: &Machine) -> Result<usize, String> {
    let (stored, written) = tokens(machine)?;
    if !lives(machine, &stored) || !lives(machine, &written) {
        return Err("a token that is in use was deleted".into());
    }
    let ours = || {
        machine
            .server
            .world()
            .tokens
            .into_iter()
            .filter(|row| row.name.as_ref().is_some_and(|name| name.starts_with("elitea-helper-")))
    };
    let orphans: Vec<_> = ours().filter(|row| !holds(&stored, row.uuid.as_deref())).collect();
    let ran = machine.run(ROTATE);
    if ran.code != 0 {
        return Err(format!("the next rotation: {ran:?}"));
    }
    let deleted = ran.stdout.matches("of an interrupted rotation was deleted").count();
    if deleted != orphans.len() {
        return Err(format!("{deleted} tokens were taken for orphans, and {} are", orphans.len()));
    }
    let (stored, written) = tokens(machine)?;
    if stored != written || !lives(machine, &stored) {
        return Err("after the next rotation not all places have one live token".into());
    }
    let left: Vec<_> = ours().filter(|row| !holds(&stored, row.uuid.as_deref())).collect();
    if !left.is_empty() {
        return Err(format!("after the next rotation {} tokens are left that nobody has", left.len()));
    }
    let now = Tree::read(machine.home());
    if now.temps().is_empty() && now.bytes("elitea-state/rotation.json").is_none() {
        Ok(orphans.len())
    } else {
        Err(format!("after the next rotation there are {:?}, or its note", now.temps()))
    }
}

/// Whether this is the token with that handle.
fn holds(token: &str, uuid: Option<&str>) -> bool {
    auth::Token::parse(token.as_bytes()).unwrap().claims().uuid.as_deref() == uuid
}
