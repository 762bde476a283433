//! Timers and sockets around the queue.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak},
};

use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{
    Attendance, Beacon, Policy,
    outbox::{self, Kept, Key, Outbox, Unusable},
    policy::{Answer, Verdict},
    queue::{Attempt, Entry, Queue, Start, Woken},
    row::{Step, row},
};
use crate::{
    clock::Clock,
    fetch::{self, HeaderMap, HeaderValue, header::HeaderName},
    journal,
    metrics::Metrics,
    units::{MediaDuration, ProgramTime},
};

/// What sending needs.
#[derive(Clone, Debug)]
pub struct Doors {
    /// Sends; its guard decides what may be reached.
    pub client: fetch::Client,
    /// The beacon log.
    pub log: journal::Log,
    /// When it is.
    pub clock: Clock,
    /// Counts.
    pub metrics: Arc<Metrics>,
}

/// Sends beacons when they are due; clones share one queue. It stops when the last one goes.
#[derive(Clone, Debug)]
pub struct Dispatcher {
    shared: Arc<Shared>,
    stop: CancellationToken,
    _stop_on_drop: Arc<DropGuard>,
}

/// What a drained dispatcher leaves on disk for the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// Beacons that are due and not accepted.
    pub unsent: usize,
    /// Beacons whose time had not come.
    pub not_due: usize,
    /// Beacons that were on disk only.
    pub away: usize,
}

#[derive(Debug)]
struct Shared {
    policy: Policy,
    doors: Doors,
    outbox: Outbox,
    attendance: OnceLock<Weak<dyn Attendance>>,
    queue: Mutex<Queue>,
    /// Done with, but their last rows may not be written yet.
    finished: Mutex<Vec<Key>>,
    /// Something came in, or an attempt ended.
    stir: Notify,
    /// Something was sent, or will not be.
    moved: Notify,
    /// Something was finished.
    settle: Notify,
}

impl Dispatcher {
    /// Starts sending, beginning with what an earlier process has left in `data_dir`.
    ///
    /// # Errors
    /// When the outbox cannot be opened.
    pub fn start(
        data_dir: &Path,
        policy: Policy,
        settings: outbox::Settings,
        doors: Doors,
    ) -> Result<Self, Unusable> {
        let (outbox, found) = Outbox::open(data_dir, settings, &doors.metrics)?;
        let mut queue = Queue::new(policy, found.next);
        for (host, count) in found.hosts {
            queue.found(&host, count);
        }
        let shared = Arc::new(Shared {
            policy,
            doors,
            outbox,
            attendance: OnceLock::new(),
            queue: Mutex::new(queue),
            finished: Mutex::default(),
            stir: Notify::new(),
            moved: Notify::new(),
            settle: Notify::new(),
        });
        let stop = CancellationToken::new();
        let (running, settling) = (Arc::clone(&shared), Arc::clone(&shared));
        let (stopped, stopped_too) = (stop.clone(), stop.clone());
        tokio::spawn(async move {
            let running = async {
                running.resume(found.open).await;
                running.run().await;
            };
            stopped.run_until_cancelled(running).await
        });
        tokio::spawn(async move { stopped_too.run_until_cancelled(settling.settle()).await });
        Ok(Self { shared, _stop_on_drop: Arc::new(stop.clone().drop_guard()), stop })
    }

    /// Asks from now on here who is still there. Until then, and of those unknown there, what a
    /// beacon was handed in with counts.
    pub fn attend(&self, attendance: Weak<dyn Attendance>) {
        // The first one stands.
        let _ = self.shared.attendance.set(attendance);
    }

    /// What keeps what is owed.
    pub fn outbox(&self) -> &Outbox {
        &self.shared.outbox
    }

    /// Accepts beacons, to be sent when they are due: they are on disk when this returns, or the
    /// disk takes longer than anybody shall wait.
    pub async fn schedule(&self, beacons: impl IntoIterator<Item = Beacon>) {
        let shared = &self.shared;
        let (mut kept, mut refused) = (Vec::new(), Vec::new());
        {
            let must_hold = !shared.outbox.is_writable();
            let mut queue = shared.queue();
            for beacon in beacons.into_iter().map(Arc::new) {
                match queue.schedule(&beacon, must_hold) {
                    Some(key) => kept.push((key, beacon)),
                    None => refused.push(beacon),
                }
            }
        }
        // Before the first wait: whoever asked may hang up during any of them.
        let written = (!kept.is_empty()).then(|| shared.outbox.keep(kept));
        shared.stir.notify_one();
        for beacon in refused {
            shared.give_up(&beacon, "outbox_full").await;
        }
        if let Some(written) = written {
            written.await;
        }
    }

    /// Writes down what a player says has happened, and has counted itself.
    pub async fn reported(&self, beacons: impl IntoIterator<Item = Beacon>) {
        for beacon in beacons {
            let (configuration, event) = (&beacon.showing.configuration, beacon.event);
            self.shared.doors.metrics.beacons.reported(configuration, event);
            let step = Step { outcome: "sent", source: Some("client"), ..Step::default() };
            self.shared.write(&beacon, step).await;
        }
    }

    /// Goes on until everything that is due has been sent, or until `deadline`, and stops.
    pub async fn drain(&self, deadline: ProgramTime) -> Left {
        let shared = &self.shared;
        let all_sent = async {
            loop {
                let moved = shared.moved.notified();
                if !shared.queue().is_busy(shared.now(), deadline) {
                    return;
                }
                moved.await;
            }
        };
        tokio::select! {
            () = all_sent => {}
            () = shared.doors.clock.sleep_until(deadline) => {}
        }
        self.stop.cancel();
        shared.settle_once().await;
        shared.outbox.close().await;
        let counts = shared.queue().counts();
        Left { unsent: counts.queued, not_due: counts.scheduled, away: counts.away }
    }
}

impl Shared {
    /// Says of what was in flight as an earlier process ended that nobody knows what became of it.
    async fn resume(&self, open: Vec<Kept>) {
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

    async fn run(self: Arc<Self>) {
        loop {
            let stirred = self.stir.notified();
            self.load();
            let woken = self.queue().wake(self.now(), BATCH, &|beacon| self.last_seen(beacon));
            let more = woken.len() == BATCH;
            self.log_due(woken).await;
            self.send_ready().await;
            self.moved.notify_waiters();
            if more {
                continue;
            }
            let next = self.queue().next_time();
            tokio::select! {
                () = stirred => {}
                () = self.wait_until(next) => {}
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
                    Some(kept) => {
                        let unreadable = this.queue().loaded(&wanted, kept);
                        this.outbox.done(unreadable);
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

    fn last_seen(&self, beacon: &Beacon) -> ProgramTime {
        let attendance = self.attendance.get().and_then(Weak::upgrade);
        let known = attendance.and_then(|known| known.last_seen(beacon.showing.session));
        known.unwrap_or(beacon.showing.last_seen)
    }

    /// Gives due beacons their rows, and only then admits them to be sent.
    async fn log_due(&self, woken: Vec<Woken>) {
        let unsettled = woken.iter().filter_map(|one| match one {
            Woken::Unsettled(entry) => Some((entry.key.clone(), 0)),
            _ => None,
        });
        let unsettled: Vec<_> = unsettled.collect();
        if !unsettled.is_empty() {
            self.outbox.begin(unsettled).await;
        }
        for one in woken {
            match one {
                Woken::Lapsed(entry) => {
                    let configuration = &entry.beacon.showing.configuration;
                    self.doors.metrics.beacons.lapsed(configuration, entry.beacon.event);
                    self.finished(entry.key);
                }
                Woken::Unusable(entry) => {
                    self.write_due(&entry).await;
                    self.give_up(&entry.beacon, "invalid_url").await;
                    self.finished(entry.key);
                }
                Woken::Due(entry) | Woken::Unsettled(entry) => {
                    self.write_due(&entry).await;
                    self.queue().admit(entry);
                }
            }
        }
    }

    /// Sends what may be sent, once the disk knows that it is tried.
    async fn send_ready(self: &Arc<Self>) {
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
        if attempts.is_empty() {
            return;
        }
        let this = Arc::clone(self);
        tokio::spawn(async move {
            let begun = attempts.iter().map(|one| (one.key.clone(), one.number)).collect();
            this.outbox.begin(begun).await;
            for attempt in attempts {
                tokio::spawn(Arc::clone(&this).attempt(attempt));
            }
        });
    }

    async fn expire(&self, entry: Entry) {
        let (configuration, event) = (&entry.beacon.showing.configuration, entry.beacon.event);
        self.doors.metrics.beacons.attempted(configuration, event, "expired", None);
        let attempt = entry.attempts;
        self.write(&entry.beacon, Step { outcome: "expired", attempt, ..Step::default() }).await;
        self.finished(entry.key);
    }

    async fn attempt(self: Arc<Self>, attempt: Attempt) {
        let began = self.now();
        let answer = self.send(&attempt).await;
        let now = self.now();
        let verdict = self.policy.judge(&attempt.beacon, attempt.number, &answer, now);
        // Before the next beacon of the ad is sent, so that the log is in order too.
        let latency = (now - began).max(MediaDuration::ZERO);
        self.log_attempt(&attempt, &answer, verdict, latency).await;
        match verdict {
            Verdict::Retry(_) => self.outbox.ended(attempt.key.clone(), attempt.number),
            _ => self.finished(attempt.key.clone()),
        }
        self.queue().finish(&attempt, verdict, answer.health(), now);
        self.count();
        self.stir.notify_one();
    }

    fn finished(&self, key: Key) {
        self.finished.lock().unwrap_or_else(PoisonError::into_inner).push(key);
        self.settle.notify_one();
    }

    /// Lets go of what is done with, once its rows are safe.
    async fn settle(self: Arc<Self>) {
        loop {
            let more = self.settle.notified();
            self.settle_once().await;
            more.await;
        }
    }

    async fn settle_once(&self) {
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

    async fn log_attempt(
        &self,
        attempt: &Attempt,
        answer: &Answer,
        verdict: Verdict,
        latency: MediaDuration,
    ) {
        let (beacon, now) = (&*attempt.beacon, self.now());
        let (configuration, counted) = (&beacon.showing.configuration, &self.doors.metrics.beacons);
        counted.attempted(configuration, beacon.event, verdict.outcome(), Some(latency));
        if verdict == Verdict::Sent {
            let delay = (now - beacon.due_at).max(MediaDuration::ZERO);
            counted.accepted(configuration, beacon.event, delay, attempt.number);
        }
        let step = Step {
            outcome: verdict.outcome(),
            attempt: attempt.number,
            answer: Some(answer),
            latency: Some(latency),
            ..Step::default()
        };
        self.write(beacon, step).await;
    }

    /// What was tried by an earlier process has its row.
    async fn write_due(&self, entry: &Entry) {
        if entry.attempts > 0 {
            return;
        }
        let beacon = &*entry.beacon;
        self.doors.metrics.beacons.due(&beacon.showing.configuration, beacon.event);
        self.write(beacon, Step { outcome: "due", ..Step::default() }).await;
    }

    async fn give_up(&self, beacon: &Beacon, reason: &'static str) {
        let (configuration, counted) = (&beacon.showing.configuration, &self.doors.metrics.beacons);
        counted.attempted(configuration, beacon.event, "failed", None);
        self.write(beacon, Step { outcome: "failed", reason: Some(reason), ..Step::default() })
            .await;
    }

    /// A lost row has been counted and said by the log, and a beacon is sent without it too: it is
    /// worth more than its row.
    async fn write(&self, beacon: &Beacon, step: Step<'_>) {
        let _ = self.doors.log.write(row(beacon, step, self.now())).await;
    }

    async fn wait_until(&self, next: Option<ProgramTime>) {
        match next {
            Some(next) => self.doors.clock.sleep_until(next).await,
            None => std::future::pending().await,
        }
    }

    fn count(&self) {
        let counts = self.queue().counts();
        self.doors.metrics.beacons.set_queue(
            counts.scheduled,
            counts.queued,
            counts.in_flight,
            counts.away,
        );
    }

    fn now(&self) -> ProgramTime {
        self.doors.clock.now()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
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
