//! Log and disk agree: on what a process before this one has left in flight, on what is due, and on
//! what is done with.

use std::{
    collections::HashSet,
    sync::{Arc, MutexGuard, PoisonError},
};

use super::{
    super::{
        logged::Ended,
        outbox::{Kept, Key},
        row::Step,
    },
    Shared, Unsettled,
};

impl Shared {
    /// Says of what was in flight as an earlier process ended that nobody knows what became of it,
    /// unless the log does.
    pub(super) async fn resume(&self, open: Vec<Kept>) {
        for Kept { key, beacon, stage } in open {
            let Some(beacon) = beacon else { continue };
            let attempt = stage.attempts();
            let ended = self.logged.ended(beacon.id, attempt);
            if ended == Ended::Unsaid {
                let (configuration, event) = (&beacon.showing.configuration, beacon.event);
                self.doors.metrics.beacons.attempted(configuration, event, "unknown", None);
                let step = Step { outcome: "unknown", attempt, ..Step::default() };
                self.write(&beacon, step).await;
            }
            let again = match ended {
                Ended::Unsaid | Ended::Unknown => self.policy.retry_unknown,
                Ended::Failed => true,
                Ended::Over => false,
            };
            if again {
                self.outbox.ended(key, attempt);
            } else {
                self.outbox.done(vec![key]);
            }
        }
    }

    /// Their `due` rows are written; those numbered so are known by being tried.
    pub(super) fn told(&self, mut keys: Vec<Key>, tried: &HashSet<u64>) {
        keys.retain(|key| !tried.contains(&key.number));
        if !keys.is_empty() {
            self.unsettled().told.extend(keys);
            self.settle.notify_one();
        }
    }

    pub(super) fn finished(&self, key: Key) {
        self.unsettled().finished.push(key);
        self.settle.notify_one();
    }

    /// Notes what was told, and lets go of what is done with, once the rows are safe.
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
        let Unsettled { told, finished } = std::mem::take(&mut *self.unsettled());
        if told.is_empty() && finished.is_empty() {
            return;
        }
        self.doors.log.written().await;
        self.outbox.told(told);
        if finished.is_empty() {
            return;
        }
        self.outbox.done(finished.clone());
        self.queue().forget(finished.iter());
        // There may be room for others.
        self.stir.notify_one();
    }

    fn unsettled(&self) -> MutexGuard<'_, Unsettled> {
        self.unsettled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
