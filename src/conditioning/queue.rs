//! Whose turn it is, and the workers.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::Notify;

use super::{Shop, job::Job, notes};
use crate::{
    creative::{Unfit, Unusable},
    units::{MediaDuration, ProgramTime},
};

/// Jobs by when they are wanted.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<BTreeMap<(ProgramTime, String), Arc<Job>>>,
    more: Notify,
}

impl Queue {
    /// Puts a job where it belongs; one that waits already moves forward if it is wanted sooner.
    pub(super) fn put(&self, job: &Arc<Job>, by: ProgramTime) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let name = job.id.to_string();
        if job.take() {
            waiting.insert((by, name), Arc::clone(job));
            self.more.notify_one();
            return;
        }
        let known =
            waiting.iter().find(|(_, known)| known.id == job.id).map(|(key, _)| key.clone());
        if let Some(key) = known.filter(|(known, _)| *known > by) {
            waiting.remove(&key);
            waiting.insert((by, name), Arc::clone(job));
        }
    }

    /// The job wanted soonest.
    async fn next(&self) -> Arc<Job> {
        loop {
            let first = {
                let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                waiting.pop_first()
            };
            match first {
                Some((_, job)) => {
                    // Another worker may have slept through the call for this one's neighbour.
                    self.more.notify_one();
                    return job;
                }
                None => self.more.notified().await,
            }
        }
    }
}

/// A worker: does one job after another until the service is gone.
pub(super) async fn work(shop: Weak<Shop>) {
    loop {
        let Some(shop) = shop.upgrade() else { return };
        let job = tokio::select! {
            job = shop.queue.next() => job,
            // Whether anybody is still there is looked at now and then.
            () = tokio::time::sleep(LOOK_UP) => continue,
        };
        shop.attempt(&job).await;
    }
}

impl Shop {
    /// Does a job once; what failed and may yet succeed is tried again later.
    async fn attempt(self: &Arc<Self>, job: &Arc<Job>) {
        notes::begin(&self.settings.folder, job).await;
        let outcome = self.make(job).await;
        let now = self.doors.clock.now();
        let why = match outcome {
            Ok(creative) => {
                notes::end(&self.settings.folder, job).await;
                job.settle(Ok(creative), now);
                return self.make_room().await;
            }
            Err(why) => why,
        };
        if why.elsewhere {
            return self.later(job, ELSEWHERE, now);
        }
        let attempts = job.failed(why.unusable.to_string());
        let source = job.source.path();
        tracing::warn!(source, attempts, step = why.step.as_str(), why = %why.unusable, "a creative was not made");
        if why.lasting || attempts >= self.settings.attempts {
            notes::end(&self.settings.folder, job).await;
            let unusable = match why.unusable {
                Unusable::Unfit(Unfit::Failed { step, why, .. }) => {
                    Unfit::Failed { step, attempts, why }.into()
                }
                other => other,
            };
            return job.settle(Err(unusable), now);
        }
        let wait =
            (1..attempts).fold(self.settings.backoff, |wait, _| wait.times(4).min(LONGEST_WAIT));
        self.later(job, wait, now);
    }

    /// Puts a job back into the queue after a time.
    fn later(self: &Arc<Self>, job: &Arc<Job>, wait: MediaDuration, by: ProgramTime) {
        let (shop, job) = (Arc::clone(self), Arc::clone(job));
        tokio::spawn(async move {
            shop.doors.clock.sleep(wait).await;
            shop.queue.again(&job, by);
        });
    }
}

impl Queue {
    /// A job that is taken care of, back into the queue.
    fn again(&self, job: &Arc<Job>, by: ProgramTime) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.insert((by, job.id.to_string()), Arc::clone(job));
        self.more.notify_one();
    }
}

/// However often it has failed.
const LONGEST_WAIT: MediaDuration = MediaDuration::from_secs(60);
/// How often it is looked whether another node is done.
const ELSEWHERE: MediaDuration = MediaDuration::from_secs(2);
const LOOK_UP: std::time::Duration = std::time::Duration::from_secs(5);
