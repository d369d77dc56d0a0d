//! Time: of the CPU, of this process and of children, and of the wall.

use std::process::{Command, Stdio};
use std::time::Instant;

use crate::Effort;

/// Milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    /// CPU time, of the system and of the user.
    pub(crate) cpu: f64,
    /// What a clock on the wall shows.
    pub(crate) wall: f64,
}

/// CPU time so far in milliseconds, of this process and of its children that have ended.
#[cfg(unix)]
fn cpu(children: bool) -> f64 {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;
    let who = if children { UsageWho::RUSAGE_CHILDREN } else { UsageWho::RUSAGE_SELF };
    let usage = getrusage(who).unwrap();
    (usage.user_time() + usage.system_time()).num_microseconds() as f64 / 1e3
}

/// Where CPU time is not read, the wall's stands for it.
#[cfg(not(unix))]
fn cpu(_children: bool) -> f64 {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64() * 1e3
}

fn time(children: bool, work: impl FnOnce()) -> Time {
    let (wall, before) = (Instant::now(), cpu(children));
    work();
    Time { cpu: cpu(children) - before, wall: wall.elapsed().as_secs_f64() * 1e3 }
}

/// Runs a program to its end, which must be a good one.
pub(crate) fn run(command: &mut Command) -> Time {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    time(true, || {
        let output = command.output().unwrap();
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    })
}

/// The time that work of this process takes.
pub(crate) fn here(work: impl FnOnce()) -> Time {
    time(false, work)
}

/// Two things measured in turn.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pair {
    subject: Vec<Time>,
    reference: Vec<Time>,
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
