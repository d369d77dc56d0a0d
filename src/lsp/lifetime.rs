//! Whether the process that started us still lives. The end of the input says so first; this is for an
//! editor that was killed while something else keeps the pipe open.

/// How often a process is looked for, where the system does not tell of its end.
#[cfg(unix)]
const INTERVAL: std::time::Duration = std::time::Duration::from_secs(2);

/// The editor's process.
pub(super) struct Parent(imp::Process);

impl Parent {
    /// The process with this number. None where there is none: in a container the number may be that
    /// of another namespace.
    pub(super) fn find(id: u32) -> Option<Self> {
        imp::find(id).map(Self)
    }

    /// Waits for its end.
    pub(super) async fn gone(self) {
        imp::gone(self.0).await;
    }
}

#[cfg(target_os = "linux")]
mod imp {
    use std::os::fd::OwnedFd;

    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::process::{Pid, PidfdFlags, pidfd_open, test_kill_process};
    use tokio::sync::oneshot;

    /// Its number, and where the kernel has them (5.3), a descriptor of it.
    pub(super) struct Process(Pid, Option<OwnedFd>);

    pub(super) fn find(id: u32) -> Option<Process> {
        let id = Pid::from_raw(i32::try_from(id).ok()?)?;
        let lives = super::lives(test_kill_process(id));
        lives.then(|| Process(id, pidfd_open(id, PidfdFlags::empty()).ok()))
    }

    pub(super) async fn gone(Process(id, descriptor): Process) {
        let told = descriptor.map(told);
        if let Some(told) = told
            && told.await.is_ok()
        {
            return;
        }
        while super::lives(test_kill_process(id)) {
            tokio::time::sleep(super::INTERVAL).await;
        }
    }

    /// Waits on a thread of its own, since a runtime's would keep the process from ending.
    fn told(descriptor: OwnedFd) -> oneshot::Receiver<()> {
        let (ended, end) = oneshot::channel();
        let work = move || {
            // It is readable once the process has ended.
            let mut watched = [PollFd::new(&descriptor, PollFlags::IN)];
            loop {
                match poll(&mut watched, None) {
                    Err(rustix::io::Errno::INTR) => {}
                    Ok(_) => {
                        let _ = ended.send(());
                        return;
                    }
                    Err(_) => return,
                }
            }
        };
        // Without the thread the sender is gone, and the number is asked for.
        let _ = std::thread::Builder::new().name("parent".to_owned()).spawn(work);
        end
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
mod imp {
    use rustix::process::{Pid, test_kill_process};

    pub(super) struct Process(Pid);

    pub(super) fn find(id: u32) -> Option<Process> {
        let id = Pid::from_raw(i32::try_from(id).ok()?)?;
        super::lives(test_kill_process(id)).then_some(Process(id))
    }

    pub(super) async fn gone(Process(id): Process) {
        while super::lives(test_kill_process(id)) {
            tokio::time::sleep(super::INTERVAL).await;
        }
    }
}

/// On Windows the pipes of a process that was killed are closed, and the input ends.
#[cfg(not(unix))]
mod imp {
    pub(super) struct Process(std::convert::Infallible);

    pub(super) fn find(_: u32) -> Option<Process> {
        None
    }

    pub(super) fn gone(Process(never): Process) -> std::future::Ready<()> {
        match never {}
    }
}

/// A process of another user may not be signalled, but it is there.
#[cfg(unix)]
fn lives(signalled: rustix::io::Result<()>) -> bool {
    !matches!(signalled, Err(rustix::io::Errno::SRCH))
}
