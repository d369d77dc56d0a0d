//! The budgets, measured: `cargo bench`. Every figure stands beside a reference that was measured in
//! the same run, in turn with it, since the speed of a machine varies more than ours does.
//!
//! It ends with 1 where a budget is broken that does not depend on the machine: a ratio, a count or a
//! size. Times are shown as `ok` or `over`. `cargo bench --profile dev -- --quick` only proves that
//! all of it runs: it judges the counts alone.
#![allow(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark"
)]

mod clock;
mod generated;
mod home;
mod language;
mod merging;
mod programs;
mod session;
mod table;

use std::process::ExitCode;

use table::Table;

/// How long and how strictly to measure.
#[derive(Clone, Copy, Debug)]
struct Effort {
    /// Runs of which the median counts.
    runs: usize,
    /// Least CPU time of one run, in milliseconds: what is faster is repeated within the run.
    at_least: f64,
    /// The largest generated file, in bytes.
    largest: usize,
    /// Edits of a file that the language server has open.
    edits: usize,
    /// Whether ratios and sizes are judged.
    strict: bool,
}

fn main() -> ExitCode {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let strict = !quick && !cfg!(debug_assertions);
    let effort = if quick {
        Effort { runs: 1, at_least: 0.0, largest: 100_000, edits: 100, strict }
    } else {
        Effort { runs: 9, at_least: 20.0, largest: 10_000_000, edits: 10_000, strict }
    };
    let mut table = Table::new(effort.strict);
    merging::measure(effort, &mut table);
    programs::measure(effort, &mut table);
    language::measure(effort, &mut table);
    println!("{table}");
    let broken = table.broken();
    if broken.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("broken: {}", broken.join("; "));
    ExitCode::FAILURE
}
