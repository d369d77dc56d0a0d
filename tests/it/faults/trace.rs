//! Running the helper under `strace`: once to see its write-side system calls, then to be killed or
//! failed at one of them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::machine::Machine;

/// Every call that changes a file, a folder or their names, or opens a file to do so, by all its names.
const CALLS: &str = "?open,?openat,?openat2,?creat,?write,?pwrite64,?writev,?pwritev,?pwritev2,?sendfile,\
?copy_file_range,?fallocate,?fsync,?fdatasync,?sync_file_range,?ftruncate,?truncate,?rename,?renameat,?renameat2,\
?unlink,?unlinkat,?rmdir,?mkdir,?mkdirat,?mknod,?mknodat,?link,?linkat,?symlink,?symlinkat,?chmod,?fchmod,\
?fchmodat,?fchmodat2,?chown,?fchown,?lchown,?fchownat,?utimensat,?setxattr,?lsetxattr,?fsetxattr,?removexattr,\
?fremovexattr,?flock";

/// What happens at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    Kill,
    Error(&'static str),
}

impl Fault {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Kill => "KILL",
            Self::Error(name) => name,
        }
    }
}

/// The `nth` call of this name, which is a write-side one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) call: String,
    pub(super) nth: usize,
    /// The call as it was seen, for people.
    pub(super) seen: String,
}

/// What came of a run under `strace`.
pub(super) struct Traced {
    /// The exit code; none where it was killed.
    pub(super) code: Option<i32>,
    pub(super) output: String,
    /// Whether the fault was met.
    pub(super) met: bool,
    pub(super) log: String,
}

/// Whether `strace` can be used here; inside `tests/run` it must be.
pub(crate) fn usable() -> bool {
    if std::env::var_os("CHILD_RUNNER").is_some() {
        println!("skipped: the program runs in another one");
        return false;
    }
    let tried = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).output();
    let works = tried.as_ref().is_ok_and(|output| output.status.success());
    if !works {
        assert!(std::env::var_os("ELITEA_TESTS_RUN").is_none(), "tests/run needs strace: {tried:?}");
        println!("skipped: no strace, or none that may trace ({tried:?})");
    }
    works
}

/// The write-side calls of a run that goes well.
pub(super) fn points(machine: &Machine, arguments: &[&str]) -> (Vec<Point>, Traced) {
    points_of(machine, arguments, "")
}

/// Those, and every call of these names.
pub(super) fn points_of(machine: &Machine, arguments: &[&str], more: &str) -> (Vec<Point>, Traced) {
    let traced = run(machine, arguments, &["-e", &format!("trace={CALLS}{more}")]);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut points = Vec::new();
    let mut process = None;
    for line in traced.log.lines() {
        let Some((id, rest)) = line.split_once(' ') else { continue };
        let Some((call, arguments)) = rest.trim_start().split_once('(') else { continue };
        if !call.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
            continue;
        }
        let nth = counts.entry(call.to_owned()).or_default();
        *nth += 1;
        let named = more.split(',').any(|name| name.strip_prefix('?') == Some(call));
        if named || writes(call, arguments) {
            assert_eq!(
                *process.get_or_insert(id),
                id,
                "two threads write, and strace counts them apart: {line}"
            );
            points.push(Point { call: call.to_owned(), nth: *nth, seen: rest.trim().to_owned() });
        }
    }
    (points, traced)
}

/// Whether this call writes, or opens to write, anything but a pipe within the process.
fn writes(call: &str, arguments: &str) -> bool {
    let elsewhere = ["anon_inode:", "<socket:", "\"/dev/", "\"/proc/", "\"/sys/"];
    let subject = arguments
        .split_once(", ")
        .map_or(arguments, |(first, rest)| if call.starts_with("openat") { rest } else { first });
    if elsewhere.iter().any(|place| subject.split(", ").next().is_some_and(|first| first.contains(place))) {
        return false;
    }
    !call.starts_with("open")
        || ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"].iter().any(|flag| arguments.contains(flag))
}

/// Runs the helper with a fault at a point.
pub(super) fn fail(machine: &Machine, arguments: &[&str], point: &Point, fault: Fault) -> Traced {
    let Point { call, nth, .. } = point;
    let trace = format!("trace={call}");
    match fault {
        Fault::Kill => {
            run(machine, arguments, &["-e", &trace, "-e", &format!("inject={call}:signal=KILL:when={nth}")])
        }
        // Much quicker, but with it strace 6.1 sends no signal.
        Fault::Error(name) => {
            let inject = format!("inject={call}:error={name}:when={nth}");
            run(machine, arguments, &["--seccomp-bpf", "-e", &trace, "-e", &inject])
        }
    }
}

fn run(machine: &Machine, arguments: &[&str], options: &[&str]) -> Traced {
    let log = tempfile::NamedTempFile::new().unwrap();
    let helper = machine.command();
    let mut command = Command::new("strace");
    let envs = helper.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())));
    command.env_clear().envs(envs).current_dir(helper.get_current_dir().unwrap());
    command
        .args(["-f", "-qq", "-y", "-s", "16", "-e", "signal=none"])
        .args(options)
        .arg("-o")
        .arg(log.path());
    command.arg("--").arg(PathBuf::from(helper.get_program())).args(arguments);
    let output = command.stdin(Stdio::null()).output().unwrap();
    let log = String::from_utf8_lossy(&std::fs::read(log.path()).unwrap()).into_owned();
    let killed = std::os::unix::process::ExitStatusExt::signal(&output.status) == Some(9);
    let words = [output.stdout, output.stderr].concat();
    Traced {
        code: output.status.code(),
        output: String::from_utf8_lossy(&words).into_owned(),
        met: log.contains("(INJECTED)") || killed,
        log,
    }
}
