//! Work beside the loop. Everything is boxed on its way here, so that the runtime's machinery is
//! compiled once and not for each piece of work.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;

type Job = Box<dyn FnOnce() + Send>;

/// More jobs than there can be.
const ALL: u32 = u32::MAX >> 3;

/// A place for each job on a thread. Whoever has them all knows that none is under way.
static PLACES: Semaphore = Semaphore::const_new(ALL as usize);

/// How long jobs on threads are waited for at the end.
const LAST: Duration = Duration::from_millis(250);

/// Goes on with something of which nobody waits for the end. A handler never waits for the client: what
/// asks it something is run here.
pub(super) fn beside(work: impl Future<Output = ()> + Send + 'static) {
    spawned(Box::pin(work));
}

/// Goes on with something, and tells its result; none where it failed of itself. Whoever does not wait
/// for it to its end does not break it off.
pub(super) fn done<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> impl Future<Output = Option<T>> + Send {
    let (tell, told) = oneshot::channel();
    // It begins now, before anything that begins later.
    beside(async move {
        let _ = tell.send(work.await);
    });
    async { told.await.ok() }
}

/// Runs what reads or writes files on a thread for that; none where it failed of itself.
pub(super) async fn on_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (tell, told) = oneshot::channel();
    thread(move || {
        let _ = tell.send(work());
    });
    told.await.ok()
}

/// The same, where nobody waits for the end.
pub(super) fn thread(work: impl FnOnce() + Send + 'static) {
    started(Box::new(work));
}

/// The same for a verb, which waits for the network too.
pub(super) async fn verb<T, F>(begin: impl FnOnce() -> F + Send + 'static) -> Option<T>
where
    T: Send + 'static,
    F: Future<Output = T>,
{
    let runtime = Handle::current();
    let work = move || {
        let mut result = None;
        let work = async { result = Some(begin().await) };
        waited_for(&runtime, Box::pin(work));
        result
    };
    on_thread(work).await.flatten()
}

/// Waits for the jobs under way: not every system ends a process well while a thread of it is within a
/// call. One that hangs does not keep the process.
pub(super) async fn end() {
    let _ = tokio::time::timeout(LAST, PLACES.acquire_many(ALL)).await;
}

fn spawned(work: Pin<Box<dyn Future<Output = ()> + Send>>) {
    drop::<JoinHandle<()>>(tokio::spawn(work));
}

fn started(job: Job) {
    match PLACES.try_acquire() {
        Ok(place) => drop::<JoinHandle<()>>(tokio::task::spawn_blocking(move || {
            job();
            drop(place);
        })),
        // The process is about to end, and whoever waits for the job ends with it.
        Err(_) => std::mem::forget(job),
    }
}

fn waited_for(runtime: &Handle, work: Pin<Box<dyn Future<Output = ()> + '_>>) {
    runtime.block_on(work);
}
