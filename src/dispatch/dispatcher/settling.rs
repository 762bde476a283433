//! Log and disk agree: on what a process before this one has left in flight, on what is due, and on
//! what is done with.

use std::{
    collections::HashSet,
    sync::{Arc, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    super::{
        logged::Ended,
        outbox::{Kept, Key},
        row::Step,
    },
    Shared, Unsettled,
};
use crate::journal::Lost;

impl Shared {
    /// Says of what was in flight as an earlier process ended that nobody knows what became of it,
    /// unless the log does.
    pub(super) async fn resume(&self, open: Vec<Kept>) {
        let mut again = Vec::new();
        for Kept { key, beacon, stage } in open {
            let Some(beacon) = beacon else { continue };
            let attempt = stage.attempts();
            let ended = self.logged.ended(beacon.id, attempt);
            let mut row = Ok(());
            if ended == Ended::Unsaid {
                let (configuration, event) = (&beacon.showing.configuration, beacon.event);
                self.doors.metrics.beacons.attempted(configuration, event, "unknown", None);
                let step = Step { outcome: "unknown", attempt, ..Step::default() };
                row = self.write(&beacon, step).await;
            }
            let is_over = match ended {
                Ended::Unsaid | Ended::Unknown => !self.policy.retry_unknown,
                Ended::Failed => false,
                Ended::Over => true,
            };
            if is_over {
                self.queue().leave_on_disk(&key);
                self.finished(key, row);
            } else {
                again.push((key, attempt));
            }
        }
        // Otherwise the disk goes on believing them open, and the next process says the same.
        if !again.is_empty() && self.doors.log.written().await {
            again.into_iter().for_each(|(key, attempt)| self.outbox.ended(key, attempt));
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

    /// A beacon is done with, and its last row waits for the disk, or was given up: then nothing is
    /// gained by keeping it, and memory would not hold the names of all that a full disk costs.
    pub(super) fn finished(&self, key: Key, row: Result<(), Lost>) {
        match row {
            Ok(()) => {
                self.unsettled().finished.push(key);
                self.settle.notify_one();
            }
            Err(Lost { .. }) => self.let_go(&[key]),
        }
    }

    /// Notes what was told, and lets go of what is done with, once the rows are safe.
    pub(super) async fn settle(self: Arc<Self>) {
        while !self.stop.is_cancelled() {
            let more = self.settle.notified();
            let settled = self.settle_once().await;
            let again = async {
                match settled {
                    true => more.await,
                    false => tokio::time::sleep(AGAIN).await,
                }
            };
            tokio::select! {
                () = again => {}
                () = self.stop.cancelled() => {}
            }
        }
    }

    /// False where the log could not be written, and the disk goes on believing that all of it is
    /// owed: after a kill it is sent again, under the same id, rather than be told by no row.
    pub(super) async fn settle_once(&self) -> bool {
        let Unsettled { told, finished } = std::mem::take(&mut *self.unsettled());
        if told.is_empty() && finished.is_empty() {
            return true;
        }
        if !self.doors.log.written().await {
            let mut unsettled = self.unsettled();
            unsettled.told.extend(told);
            unsettled.finished.extend(finished);
            return false;
        }
        self.outbox.told(told);
        if !finished.is_empty() {
            self.let_go(&finished);
        }
        true
    }

    pub(super) fn let_go(&self, keys: &[Key]) {
        self.outbox.done(keys.to_owned());
        self.queue().forget(keys.iter());
        // There may be room for others.
        self.stir.notify_one();
    }

    fn unsettled(&self) -> MutexGuard<'_, Unsettled> {
        self.unsettled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long a log that cannot be written is left alone.
const AGAIN: Duration = Duration::from_secs(1);
