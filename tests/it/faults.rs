//! Killed or failed at every write-side system call of `apply`, `undo` and `remove`: each file is then
//! the old one or the new one, whole, and the next run is in order.
#![cfg(target_os = "linux")]

mod edited;
mod lock;
mod rotation;
mod scenes;
pub(crate) mod trace;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use crate::support;
use scenes::{SCENES, Stage};
use trace::{Fault, Point};
use tree::Tree;

/// Workers, each in a home of its own.
const WORKERS: usize = 2;

const ENOSPC: Fault = Fault::Error("ENOSPC");
const EIO: Fault = Fault::Error("EIO");
const EACCES: Fault = Fault::Error("EACCES");

/// What is tried at the point with this number. A kill and a full disk at every one; the other two
/// errors, whose way through the program is the full disk's, at every second one each.
fn faults(number: usize) -> [Fault; 3] {
    [Fault::Kill, ENOSPC, if number.is_multiple_of(2) { EIO } else { EACCES }]
}

#[derive(Default)]
struct Tally {
    points: usize,
    faults: BTreeMap<Fault, usize>,
    aftermaths: usize,
    found: Vec<String>,
}

#[test]
fn a_fault_at_any_point_loses_nothing() {
    if support::is_repetition() || !trace::usable() {
        return;
    }
    let begun = Instant::now();
    let only = std::env::var("FAULTS_SCENE").ok();
    let scenes = || SCENES.iter().filter(|scene| only.as_ref().is_none_or(|only| scene.name == only));
    let tallies: Vec<Vec<Tally>> = std::thread::scope(|scope| {
        let work = |worker: usize| scenes().map(|scene| try_points(&Stage::set(scene), worker)).collect();
        let workers: Vec<_> = (0..WORKERS).map(|worker| scope.spawn(move || work(worker))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    let mut found = Vec::new();
    let mut total = 0;
    for (number, scene) in scenes().enumerate() {
        let parts = tallies.iter().map(|worker| &worker[number]);
        let mut faults: BTreeMap<Fault, usize> = BTreeMap::new();
        for (fault, count) in parts.clone().flat_map(|part| &part.faults) {
            *faults.entry(*fault).or_default() += count;
        }
        total += faults.values().sum::<usize>();
        let counts = faults.iter().map(|(fault, count)| format!("{} at {count}", fault.name()));
        println!(
            "{}: {} points; {}; {} different aftermaths",
            scene.name,
            tallies[0][number].points,
            counts.collect::<Vec<_>>().join(", "),
            parts.clone().map(|part| part.aftermaths).sum::<usize>()
        );
        assert!(parts.clone().all(|part| part.points == tallies[0][number].points), "{}", scene.name);
        assert!(faults[&Fault::Kill] == tallies[0][number].points && faults[&ENOSPC] == faults[&Fault::Kill]);
        found.extend(parts.flat_map(|part| &part.found));
    }
    println!("{total} faults in {:.1} s", begun.elapsed().as_secs_f32());
    assert!(found.is_empty(), "{} of {total} faults do harm:\n{}", found.len(), shown(&found));
}

fn shown(found: &[&String]) -> String {
    found.iter().take(40).map(|words| words.as_str()).collect::<Vec<_>>().join("\n")
}

/// Tries this worker's share of the points of a scene.
fn try_points(stage: &Stage, worker: usize) -> Tally {
    let (points, good) = stage.points();
    assert_eq!(good.code, Some(0), "{}: {}", stage.scene.name, good.output);
    let mut tally = Tally { points: points.len(), ..Tally::default() };
    let mut known: BTreeSet<String> = BTreeSet::new();
    for (number, point) in points.iter().enumerate().filter(|(number, _)| number % WORKERS == worker) {
        // Shifted by the worker, as each has only the even or only the odd numbers.
        for fault in faults(number / WORKERS) {
            *tally.faults.entry(fault).or_default() += 1;
            if let Err(words) = try_one(stage, point, fault, &mut known) {
                tally.found.push(format!(
                    "{}, {} at {}: {words}",
                    stage.scene.name,
                    fault.name(),
                    point.seen
                ));
            }
        }
    }
    tally.aftermaths = known.len();
    tally
}

fn try_one(stage: &Stage, point: &Point, fault: Fault, known: &mut BTreeSet<String>) -> Result<(), String> {
    stage.start.put_back(stage.machine.home());
    let ran = trace::fail(&stage.machine, stage.scene.command, point, fault);
    if !ran.met {
        return Err(format!("the point was not met; {:?}, {}", ran.code, ran.output));
    }
    let after = Tree::read(stage.machine.home());
    stage.is_whole(&after)?;
    if fault != Fault::Kill {
        let code = ran.code.ok_or("it was killed by something else")?;
        if ran.output.contains("panicked") || ran.output.contains("has a fault") || !(0..=5).contains(&code) {
            return Err(format!("it ended with {code}: {}", ran.output));
        }
        if code == 0 && after.users() != stage.goal.users() {
            return Err(format!(
                "it ended with 0 and is not done: {}",
                after.users().against(&stage.goal.users())
            ));
        }
        if !after.temps().is_empty() && point.call != "unlink" {
            return Err(format!("it left {:?}", after.temps()));
        }
    }
    // What follows from equal trees is equal.
    if !known.insert(after.essence()) {
        return Ok(());
    }
    stage
        .next_run_is_in_order()
        .map_err(|words| format!("{words}\n  (the run had ended with {:?}: {})", ran.code, ran.output))
}
