//! The program as its user starts it: size, start-up, `apply` to 20 targets and to none.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Effort;
use crate::clock::{Pair, here, run};
use crate::home::{Home, PROGRAM, TARGETS};
use crate::table::{Budget, Figure, Row, Table};

/// Targets, as a number to calculate with.
const EACH: u64 = TARGETS as u64;

/// Measures the program.
pub(crate) fn measure(effort: Effort, table: &mut Table) {
    size(table);
    let home = Home::new();
    start_up(effort, &home, table);
    let pair = first_apply(effort, &home);
    let (subject, reference) = pair.wall();
    table.add(Row {
        what: format!("apply to {TARGETS} targets: wall"),
        figure: Figure::Time(subject),
        reference: Some(("20 atomic writes", Figure::Time(reference))),
        budgets: vec![Budget::Time(100.0 + reference)],
    });
    let (best, best_reference) = pair.best_wall();
    table.add(Row {
        what: format!("apply to {TARGETS} targets: wall, best run"),
        figure: Figure::Time(best),
        reference: Some(("20 atomic writes", Figure::Time(best_reference))),
        budgets: vec![Budget::Time(100.0 + best_reference)],
    });
    cpu(table, &format!("apply to {TARGETS} targets"), &pair, "20 atomic writes", None);
    home.lay_out();
    let before = home.requests();
    if let Some(calls) = trace(&home, &home.first_apply()) {
        let count =
            |names: &[&str]| calls.iter().filter(|call| names.contains(&call.as_str())).count() as u64;
        table.add(Row {
            what: format!("apply to {TARGETS} targets: fsyncs of files and folders"),
            figure: Figure::Count(count(&["fsync", "fdatasync"])),
            reference: Some(("atomic writes", Figure::Count(2 * EACH))),
            // The first apply also makes the key of hashes, and registers targets in config.toml.
            budgets: vec![Budget::Count(2 * EACH + 4)],
        });
    } else {
        run(home.command(PROGRAM).args(home.first_apply()));
    }
    requests(table, &format!("apply to {TARGETS} targets"), home.requests() - before);
    nothing_to_do(effort, &home, table);
}

fn size(table: &mut Table) {
    table.add(Row {
        what: "program, stripped".to_owned(),
        figure: Figure::Size(fs::metadata(PROGRAM).unwrap().len()),
        reference: None,
        budgets: vec![Budget::Size(10_000_000)],
    });
}

fn start_up(effort: Effort, home: &Home, table: &mut Table) {
    // By its path: to look for it in `PATH` would be measured too.
    let nothing = ["/bin/true", "/usr/bin/true"].into_iter().find(|path| Path::new(path).exists());
    let reference = || match nothing {
        Some(program) => run(&mut home.command(program)),
        None => run(home.command("cmd").args(["/c", "rem"])),
    };
    let pair = Pair::of(effort.runs * 3, || run(home.command(PROGRAM).arg("--version")), reference);
    let (subject, reference) = pair.wall();
    table.add(Row {
        what: "--version: wall".to_owned(),
        figure: Figure::Time(subject),
        reference: Some(("true", Figure::Time(reference))),
        budgets: Vec::new(),
    });
    cpu(table, "--version", &pair, "true", Some(4.0));
}

fn cpu(table: &mut Table, what: &str, pair: &Pair, name: &'static str, most: Option<f64>) {
    let (subject, reference) = pair.cpu();
    table.add(Row {
        what: format!("{what}: CPU"),
        figure: Figure::Time(subject),
        reference: Some((name, Figure::Time(reference))),
        budgets: most.map(Budget::Ratio).into_iter().collect(),
    });
}

fn requests(table: &mut Table, what: &str, number: usize) {
    table.add(Row {
        what: format!("{what}: requests"),
        figure: Figure::Count(number as u64),
        reference: None,
        budgets: vec![Budget::Count(2)],
    });
}

/// A cold start each time: nothing is registered, nothing owned, no file in order.
fn first_apply(effort: Effort, home: &Home) -> Pair {
    let apply = || {
        home.lay_out();
        let time = run(home.command(PROGRAM).args(home.first_apply()));
        assert_eq!(home.in_order(), TARGETS);
        time
    };
    Pair::of(effort.runs, apply, || {
        home.lay_out();
        here(|| atomic_writes(home))
    })
}

/// What any program has to do that replaces the targets safely.
fn atomic_writes(home: &Home) {
    for target in home.targets() {
        let bytes = fs::read(&target).unwrap();
        let (folder, temp) = (target.parent().unwrap(), target.with_extension("temp"));
        let mut file = File::create(&temp).unwrap();
        file.write_all(&bytes).unwrap();
        file.sync_all().unwrap();
        fs::rename(&temp, &target).unwrap();
        if cfg!(unix) {
            File::open(folder).unwrap().sync_all().unwrap();
        }
    }
}

fn nothing_to_do(effort: Effort, home: &Home, table: &mut Table) {
    let apply = ["apply".to_owned()];
    let before = home.requests();
    let calls = trace(home, &apply);
    if calls.is_none() {
        run(home.command(PROGRAM).args(&apply));
    }
    let asked = home.requests() - before;
    let what = "apply, nothing changes";
    let pair = Pair::of(
        effort.runs,
        || run(home.command(PROGRAM).args(&apply)),
        || run(home.command(PROGRAM).arg("--version")),
    );
    let (subject, reference) = pair.wall();
    let (best, best_reference) = pair.best_wall();
    for (which, figure, reference) in [("wall", subject, reference), ("wall, best run", best, best_reference)]
    {
        table.add(Row {
            what: format!("{what}: {which}"),
            figure: Figure::Time(figure),
            reference: Some(("--version", Figure::Time(reference))),
            budgets: vec![Budget::Time(20.0)],
        });
    }
    cpu(table, what, &pair, "--version", Some(12.0));
    if let Some(calls) = calls {
        table.add(Row {
            what: format!("{what}: writes, fsyncs, locks"),
            figure: Figure::Count(calls.len() as u64),
            reference: None,
            budgets: vec![Budget::Count(0)],
        });
    }
    requests(table, what, asked);
}

/// System calls that change a file or wait for the disk.
const CHANGES: &str = "fsync,fdatasync,syncfs,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,\
                       chmod,fchmod,fchmodat,truncate,ftruncate,utimensat,linkat,symlinkat,flock,open,openat,creat";

/// The names of those calls that a run makes, files that are opened for writing included; none where
/// there is no `strace`.
fn trace(home: &Home, arguments: &[String]) -> Option<Vec<String>> {
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut command = home.command("strace");
    command.args(["-f", "-qq", "-e", "signal=none", "-e", &format!("trace={CHANGES}"), "-o"]);
    command.arg(log.path()).arg(PROGRAM).args(arguments);
    let output = command.stdin(Stdio::null()).output().ok()?;
    if !output.status.success() {
        // It may be there and not be allowed to trace.
        let works = Command::new("strace").args(["-o", "/dev/null", "true"]).output();
        assert!(!works.is_ok_and(|output| output.status.success()), "{output:?}");
        return None;
    }
    let text = fs::read_to_string(log.path()).unwrap();
    let calls = text.lines().filter_map(|line| {
        let (_process, call) = line.split_once(' ')?;
        let (name, rest) = call.trim_start().split_once('(')?;
        let opens = name.starts_with("open") || name == "creat";
        let writes = ["O_WRONLY", "O_RDWR", "O_CREAT"].iter().any(|flag| rest.contains(flag));
        (!opens || (writes && !rest.contains("\"/dev/"))).then(|| name.to_owned())
    });
    Some(calls.collect())
}
