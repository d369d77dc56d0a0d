//! Steps: the parts of a verb that are not broken off. A caller that wants to stop a verb, or to end
//! the process, asks here whether it may.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

/// The steps of one call. Clones speak of the same call.
#[derive(Clone, Debug)]
pub struct Steps {
    begun: Arc<AtomicBool>,
    under_way: Arc<watch::Sender<usize>>,
}

/// A step under way; it ends when this is dropped.
#[derive(Debug)]
pub struct Step(Arc<watch::Sender<usize>>);

impl Default for Steps {
    fn default() -> Self {
        Self { begun: Arc::default(), under_way: Arc::new(watch::Sender::new(0)) }
    }
}

impl Steps {
    /// Those of another call of the same process: it begins afresh, and [`Steps::ended`] waits for both.
    #[must_use]
    pub fn of_another_call(&self) -> Self {
        Self { begun: Arc::default(), under_way: Arc::clone(&self.under_way) }
    }

    /// Begins a step: from here on the call runs to its end.
    #[must_use]
    pub fn begin(&self) -> Step {
        self.begun.store(true, Ordering::SeqCst);
        self.under_way.send_modify(|count| *count += 1);
        Step(Arc::clone(&self.under_way))
    }

    /// Whether this call has begun a step, so that to break it off would hide what was done.
    pub fn have_begun(&self) -> bool {
        self.begun.load(Ordering::SeqCst)
    }

    /// Waits until no call of the process has a step under way.
    pub async fn ended(&self) {
        let mut count = self.under_way.subscribe();
        // The sender lives as long as `self`, so that the wait cannot fail.
        let _ = count.wait_for(|count| *count == 0).await;
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}
