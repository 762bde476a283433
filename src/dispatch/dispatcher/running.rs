//! What happens by itself: what is due is logged and sent, and what is away is read back.

use std::{collections::HashSet, sync::Arc};

use super::{
    super::{
        Beacon,
        outbox::{Kept, Key, Stage},
        policy::{Answer, Verdict},
        queue::{Attempt, Start, Woken},
    },
    Shared,
};
use crate::{
    fetch::{HeaderMap, HeaderValue, header::HeaderName},
    units::{MediaDuration, ProgramTime},
};

impl Shared {
    /// Stops between two turns, so that nothing is left half-told.
    pub(super) async fn run(self: Arc<Self>) {
        while !self.stop.is_cancelled() {
            let stirred = self.stir.notified();
            self.load();
            let woken = self.queue().wake(self.now(), BATCH, &|beacon| self.last_seen(beacon));
            let more = woken.len() == BATCH;
            let due = self.log_due(woken).await;
            let tried = self.send_ready().await;
            self.told(due, &tried);
            self.moved.notify_waiters();
            if more {
                continue;
            }
            let next = self.queue().next_time();
            tokio::select! {
                () = stirred => {}
                () = self.wait_until(next) => {}
                () = self.stop.cancelled() => {}
            }
        }
    }

    /// Reads back what there is room for.
    fn load(self: &Arc<Self>) {
        let wanted = self.queue().wanted();
        for wanted in wanted {
            let this = Arc::clone(self);
            tokio::spawn(async move {
                match this.outbox.load(wanted.clone()).await {
                    Some(mut kept) => {
                        let over = this.take_over(&mut kept);
                        let mut without = this.queue().loaded(&wanted, kept);
                        without.retain(|key| !over.contains(key));
                        this.set_aside(without);
                        this.outbox.done(over);
                    }
                    None => {
                        this.doors.clock.sleep(RELOAD).await;
                        this.queue().not_loaded(&wanted);
                    }
                }
                this.stir.notify_one();
            });
        }
    }

    /// Takes the beacons out that have their last row in the log, which the disk does not know.
    fn take_over(&self, kept: &mut [Kept]) -> Vec<Key> {
        let mut over = Vec::new();
        for kept in kept {
            if kept.beacon.take_if(|beacon| self.logged.is_over(beacon.id)).is_some() {
                over.push(kept.key.clone());
            }
        }
        over
    }

    /// Owed, and written by another version in a way this one does not know: not thrown away.
    fn set_aside(&self, unreadable: Vec<Key>) {
        if unreadable.is_empty() {
            return;
        }
        let count = unreadable.len();
        tracing::error!(count, "beacons owed cannot be read; they are kept for a newer version");
        self.doors.metrics.beacons.unreadable(count);
        self.outbox.set_aside(unreadable);
    }

    /// Gives due beacons their rows, and only then admits them to be sent. Gives those back whose rows
    /// the disk does not know of.
    async fn log_due(&self, woken: Vec<Woken>) -> Vec<Key> {
        let unsettled = woken.iter().filter_map(|one| match one {
            Woken::Unsettled(entry) => Some((entry.key.clone(), Stage::Due)),
            _ => None,
        });
        let unsettled: Vec<_> = unsettled.collect();
        if !unsettled.is_empty() {
            self.outbox.reached(unsettled).await;
        }
        let (mut told, mut lapsed) = (Vec::new(), Vec::new());
        for one in woken {
            match one {
                Woken::Lapsed(entry) => {
                    let configuration = &entry.beacon.showing.configuration;
                    self.doors.metrics.beacons.lapsed(configuration, entry.beacon.event);
                    // No row is waited for.
                    lapsed.push(entry.key);
                }
                Woken::Unusable(entry) => {
                    // The last row is what counts.
                    let _ = self.write_due(&entry).await;
                    let row = self.give_up(&entry.beacon, "invalid_url").await;
                    self.finished(entry.key, row);
                }
                Woken::Due(entry) | Woken::Unsettled(entry) => {
                    let row = self.write_due(&entry).await;
                    told.extend((!entry.told && row.is_ok()).then(|| entry.key.clone()));
                    self.queue().admit(entry);
                }
            }
        }
        if !lapsed.is_empty() {
            self.let_go(&lapsed);
        }
        told
    }

    /// Sends what may be sent, once the log has its `due` row and the disk knows that it is tried.
    /// Gives back their numbers.
    async fn send_ready(self: &Arc<Self>) -> HashSet<u64> {
        let (mut attempts, mut expired) = (Vec::new(), Vec::new());
        {
            let (mut queue, now) = (self.queue(), self.now());
            while let Some(start) = queue.start(now) {
                match start {
                    Start::Send(attempt) => attempts.push(attempt),
                    Start::Expired(entry) => expired.push(entry),
                }
            }
        }
        for entry in expired {
            self.expire(entry).await;
        }
        self.count();
        let tried: HashSet<_> = attempts.iter().map(|one| one.key.number).collect();
        if attempts.is_empty() {
            return tried;
        }
        let this = Arc::clone(self);
        self.tasks.spawn(async move {
            // Where the log takes nothing, a beacon is worth more than its row.
            if this.doors.log.is_writable() && attempts.iter().any(|one| one.number == 1) {
                this.stop.run_until_cancelled(this.doors.log.written()).await;
            }
            let begun = attempts
                .iter()
                .map(|one| (one.key.clone(), Stage::Tried { attempts: one.number, open: true }));
            this.outbox.reached(begun.collect()).await;
            for attempt in attempts {
                this.tasks.spawn(Arc::clone(&this).attempt(attempt));
            }
        });
        tried
    }

    async fn attempt(self: Arc<Self>, attempt: Attempt) {
        let began = self.now();
        let answer = self.stop.run_until_cancelled(self.send(&attempt)).await;
        // What is cut off stays on disk as begun.
        let Some(answer) = answer else { return };
        let now = self.now();
        let verdict = self.policy.judge(&attempt.beacon, attempt.number, &answer, now);
        // Before the next beacon of the ad is sent, so that the log is in order too.
        let latency = (now - began).max(MediaDuration::ZERO);
        let row = self.log_attempt(&attempt, &answer, verdict, latency).await;
        let again = matches!(verdict, Verdict::Retry(_));
        // Whose row may not come to the log stays on disk as begun.
        if again && self.doors.log.is_writable() {
            self.outbox.ended(attempt.key.clone(), attempt.number);
        }
        self.queue().finish(&attempt, verdict, answer.health(), now);
        if !again {
            self.finished(attempt.key, row);
        }
        self.count();
        self.stir.notify_one();
    }

    async fn wait_until(&self, next: Option<ProgramTime>) {
        match next {
            Some(next) => self.doors.clock.sleep_until(next).await,
            None => std::future::pending().await,
        }
    }

    async fn send(&self, attempt: &Attempt) -> Answer {
        let client = &self.doors.client;
        let Ok(url) = attempt.beacon.url.parse() else { return Answer::Unusable };
        let url = match client.guard().admit(&url) {
            Ok(url) => url,
            Err(blocked) => return Answer::None(blocked.into()),
        };
        match client.send(&url, headers(&attempt.beacon), self.policy.timeout).await {
            Ok(sent) => Answer::of(&sent, self.now()),
            Err(error) => Answer::None(error),
        }
    }
}

/// The viewer's headers, and the name by which repeats are known.
fn headers(beacon: &Beacon) -> HeaderMap {
    let mut headers = (*beacon.showing.headers).clone();
    let id = HeaderValue::from_str(&beacon.id.to_string()).expect("hex digits make a header");
    headers.insert(HeaderName::from_static("x-midroll-beacon-id"), id);
    headers
}

/// How long the disk is left alone after it could not be read.
const RELOAD: MediaDuration = MediaDuration::from_secs(1);

/// Due beacons that are logged before the ready ones among them are sent.
const BATCH: usize = 256;
