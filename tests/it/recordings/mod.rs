//! Recordings of real servers hold the fake server to the truth: each recorded request is put to the
//! fake, brought into the same state, and the replies are compared. What the fake does not have is
//! listed with its reason; everything else must be equal.

mod compare;
mod exchange;
mod listed;
mod replay;

use std::collections::BTreeMap;
use std::path::Path;

use exchange::Exchange;
use replay::{Case, Replay};

/// The recordings lie beside the project.
const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/recordings");

#[derive(Default)]
struct Count {
    equal: usize,
    listed: usize,
    different: usize,
}

#[test]
fn the_fake_python_server_answers_as_recorded() {
    run("python");
}

#[test]
fn the_fake_go_server_answers_as_recorded() {
    run("go");
}

fn run(name: &str) {
    let folder = Path::new(SHARED).join(name);
    if !folder.is_dir() {
        eprintln!("skipped: no ../shared");
        return;
    }
    let exchanges = Exchange::read_all(&folder);
    let case = Case::read(&format!("{}/tests/data/fake/{name}.json", env!("CARGO_MANIFEST_DIR")));
    let mut replay = Replay::new(case, &exchanges);
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    let mut report = Vec::new();
    let mut used = Vec::new();
    for exchange in &exchanges {
        let count = counts.entry(&exchange.file).or_default();
        if let Some(row) = listed::row(name, exchange) {
            used.push(row);
            count.listed += 1;
            // What is equal must not stay listed.
            if !row.1.is_empty() && replay.put(exchange).is_ok() {
                report.push(format!("--- {name}/{}/{} is listed, but equal", exchange.file, exchange.id));
            }
            continue;
        }
        match replay.put(exchange) {
            Ok(()) => count.equal += 1,
            Err(difference) => {
                count.different += 1;
                report.push(format!(
                    "--- {name}/{}/{} (seq {}): {} {}\n{difference}",
                    exchange.file, exchange.id, exchange.seq, exchange.method, exchange.path
                ));
            }
        }
    }
    for (file, count) in &counts {
        let compared = count.equal + count.different;
        eprintln!("{name}/{file}: {compared} compared, {} equal, {} listed", count.equal, count.listed);
    }
    assert!(report.is_empty(), "{} exchanges differ\n{}", report.len(), report.join("\n"));
    let stale: Vec<_> = listed::of(name).filter(|row| !used.contains(row)).collect();
    assert!(stale.is_empty(), "listed, but not recorded: {stale:?}");
}
