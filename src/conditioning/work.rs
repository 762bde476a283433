//! The workers: each does one job after another, and waits with its source for its turn to encode.

use std::sync::{Arc, Weak};

use super::{
    Shop,
    job::{Job, Step},
    notes,
    trouble::{Then, Trouble, broken},
};
use crate::{
    creative::{Creative, Unfit, Unusable},
    units::MediaDuration,
};

/// A worker: does one job after another until the service is gone.
pub(super) async fn work(shop: Weak<Shop>) {
    loop {
        let Some(shop) = shop.upgrade() else { return };
        shop.let_go().await;
        let job = tokio::select! {
            job = shop.queue.next() => job,
            // Whether anybody is still there is looked at now and then.
            () = tokio::time::sleep(LOOK_UP) => continue,
        };
        // In a task of its own, so that what goes wrong with one job ends no worker.
        let (at_it, its) = (Arc::clone(&shop), Arc::clone(&job));
        if tokio::spawn(async move { at_it.attempt(&its).await }).await.is_err() {
            shop.queue.leave(&job);
            shop.give_up(&job, broken(Step::Fetch, &"it ended unexpectedly")).await;
        }
    }
}

impl Shop {
    /// Does a job once; what failed and may yet succeed is tried again later.
    async fn attempt(self: &Arc<Self>, job: &Arc<Job>) {
        notes::begin(&self.settings.folder, job).await;
        job.begin();
        let made = self.make(job).await;
        self.queue.leave(job);
        let why = match made {
            Ok(creative) => {
                self.end(job, Ok(creative)).await;
                return self.make_room().await;
            }
            Err(why) => why,
        };
        if why.then == Then::Elsewhere {
            return self.later(job, ELSEWHERE);
        }
        let attempts = job.failed(why.unusable.to_string());
        let source = job.source.path();
        tracing::warn!(source, attempts, step = why.step.as_str(), why = %why.unusable, "a creative was not made");
        if why.then == Then::Lasting || attempts >= self.settings.attempts {
            let unusable = match why.unusable {
                Unusable::Unfit(Unfit::Failed { step, why, .. }) => {
                    Unfit::Failed { step, attempts, why }.into()
                }
                other => other,
            };
            return self.end(job, Err(unusable)).await;
        }
        let wait =
            (1..attempts).fold(self.settings.backoff, |wait, _| wait.times(4).min(LONGEST_WAIT));
        self.later(job, wait);
    }

    /// Lets go of what nobody has asked for lately: who does, has it looked for anew.
    async fn let_go(&self) {
        for job in self.queue.forgotten() {
            notes::end(&self.settings.folder, &job).await;
            self.makings.end(&job, None, self.doors.clock.now());
            let mut jobs = self.jobs();
            // An heir is not among them, but another job may have its address by now.
            if jobs.get(&job.id).is_some_and(|known| Arc::ptr_eq(known, &job)) {
                jobs.remove(&job.id);
            }
            drop(jobs);
            tracing::info!(
                source = job.source.path(),
                "a creative was wanted long ago and is not made"
            );
        }
    }

    /// Ends a job that nobody is at any more.
    pub(super) async fn give_up(&self, job: &Job, why: Trouble) {
        let source = job.source.path();
        tracing::error!(source, why = %why.unusable, "a creative's job failed");
        self.end(job, Err(why.unusable)).await;
    }

    async fn end(&self, job: &Job, outcome: Result<Arc<Creative>, Unusable>) {
        notes::end(&self.settings.folder, job).await;
        let now = self.doors.clock.now();
        if let Some(heir) = self.makings.end(job, outcome.as_ref().err(), now) {
            self.queue.put(&heir);
        }
        job.settle(outcome, now);
    }

    /// Puts a job back into the queue after a time.
    fn later(self: &Arc<Self>, job: &Arc<Job>, wait: MediaDuration) {
        let (shop, job) = (Arc::clone(self), Arc::clone(job));
        tokio::spawn(async move {
            shop.doors.clock.sleep(wait).await;
            shop.queue.put(&job);
        });
    }
}

/// However often it has failed.
const LONGEST_WAIT: MediaDuration = MediaDuration::from_secs(60);
/// How often it is looked whether another node is done.
const ELSEWHERE: MediaDuration = MediaDuration::from_secs(2);
const LOOK_UP: std::time::Duration = std::time::Duration::from_secs(5);
