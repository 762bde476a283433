//! The two ends of a beacon's stay on disk: what a process before this one has left in flight, and what
//! is done with.

use std::sync::{Arc, PoisonError};

use super::{
    super::{
        outbox::{Kept, Key},
        row::Step,
    },
    Shared,
};

impl Shared {
    /// Says of what was in flight as an earlier process ended that nobody knows what became of it.
    pub(super) async fn resume(&self, open: Vec<Kept>) {
        for Kept { key, beacon, tried } in open {
            let (Some(beacon), Some((attempt, _))) = (beacon, tried) else { continue };
            let (configuration, event) = (&beacon.showing.configuration, beacon.event);
            self.doors.metrics.beacons.attempted(configuration, event, "unknown", None);
            let step = Step { outcome: "unknown", attempt, ..Step::default() };
            self.write(&beacon, step).await;
            if self.policy.retry_unknown {
                self.outbox.ended(key, attempt);
            } else {
                self.outbox.done(vec![key]);
            }
        }
    }

    pub(super) fn finished(&self, key: Key) {
        self.finished.lock().unwrap_or_else(PoisonError::into_inner).push(key);
        self.settle.notify_one();
    }

    /// Lets go of what is done with, once its rows are safe.
    pub(super) async fn settle(self: Arc<Self>) {
        while !self.stop.is_cancelled() {
            let more = self.settle.notified();
            self.settle_once().await;
            tokio::select! {
                () = more => {}
                () = self.stop.cancelled() => {}
            }
        }
    }

    pub(super) async fn settle_once(&self) {
        let finished = || self.finished.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = std::mem::take(&mut *finished());
        if keys.is_empty() {
            return;
        }
        self.doors.log.written().await;
        self.outbox.done(keys.clone());
        self.queue().forget(keys.iter());
        // There may be room for others.
        self.stir.notify_one();
    }
}
