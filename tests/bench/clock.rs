//! Time: of the CPU, here and in programs, and of the wall.

use std::io::{Read, Seek};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cpu_time::ThreadTime;
use wait4::Wait4;

use crate::Effort;

/// Milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    /// CPU time, of the system and of the user.
    pub(crate) cpu: f64,
    /// What a clock on the wall shows.
    pub(crate) wall: f64,
}

/// Runs a program to its end, which must be a good one.
pub(crate) fn run(command: &mut Command) -> Time {
    let mut log = tempfile::tempfile().unwrap();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log.try_clone().unwrap());
    let wall = Instant::now();
    let ended = command.spawn().unwrap().wait4().unwrap();
    let wall = wall.elapsed();
    if !ended.status.success() {
        let mut said = String::new();
        log.rewind().and_then(|()| log.read_to_string(&mut said)).unwrap();
        panic!("{command:?}: {} {said}", ended.status);
    }
    Time { cpu: milliseconds(ended.rusage.utime + ended.rusage.stime), wall: milliseconds(wall) }
}

/// The time that work of this process takes.
pub(crate) fn here(work: impl FnOnce()) -> Time {
    let (wall, cpu) = (Instant::now(), ThreadTime::now());
    work();
    Time { cpu: milliseconds(cpu.elapsed()), wall: milliseconds(wall.elapsed()) }
}

pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Two things measured in turn.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pair {
    pub(crate) subject: Vec<Time>,
    pub(crate) reference: Vec<Time>,
}

impl Pair {
    /// Measures both `runs` times, in turn.
    pub(crate) fn of(
        runs: usize,
        mut subject: impl FnMut() -> Time,
        mut reference: impl FnMut() -> Time,
    ) -> Self {
        let mut pair = Self::default();
        for _ in 0..runs {
            pair.subject.push(subject());
            pair.reference.push(reference());
        }
        pair
    }

    /// As [`Pair::of`], for work of this process that may take too little time to be measured alone.
    pub(crate) fn of_work(effort: Effort, mut subject: impl FnMut(), mut reference: impl FnMut()) -> Self {
        let times = |work: &mut dyn FnMut()| {
            let once = here(&mut *work).cpu.max(0.001);
            (effort.at_least / once).ceil().clamp(1.0, 100_000.0)
        };
        let (often, reference_often) = (times(&mut subject), times(&mut reference));
        let repeated = |work: &mut dyn FnMut(), times: f64| {
            let mut left = times;
            let all = here(|| {
                while left > 0.0 {
                    work();
                    left -= 1.0;
                }
            });
            Time { cpu: all.cpu / times, wall: all.wall / times }
        };
        Self::of(effort.runs, || repeated(&mut subject, often), || repeated(&mut reference, reference_often))
    }

    /// The median CPU times, of the subject and of the reference.
    pub(crate) fn cpu(&self) -> (f64, f64) {
        (median(&self.subject, |time| time.cpu), median(&self.reference, |time| time.cpu))
    }

    /// The median times on the wall.
    pub(crate) fn wall(&self) -> (f64, f64) {
        (median(&self.subject, |time| time.wall), median(&self.reference, |time| time.wall))
    }

    /// The shortest times on the wall: those of the run that other programs disturbed least.
    pub(crate) fn best_wall(&self) -> (f64, f64) {
        let best = |times: &[Time]| times.iter().map(|time| time.wall).fold(f64::INFINITY, f64::min);
        (best(&self.subject), best(&self.reference))
    }
}

fn median(times: &[Time], of: fn(&Time) -> f64) -> f64 {
    let mut sorted: Vec<f64> = times.iter().map(of).collect();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
