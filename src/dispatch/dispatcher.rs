//! Timers and sockets around the queue.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{
    Beacon, Policy,
    policy::{Answer, Verdict},
    queue::{Attempt, Queue, Woken},
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

/// What a drained dispatcher leaves behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// Beacons that are due and not accepted; their `due` rows are in the log.
    pub unsent: usize,
    /// Beacons whose time had not come.
    pub not_due: usize,
}

#[derive(Debug)]
struct Shared {
    policy: Policy,
    doors: Doors,
    queue: Mutex<Queue>,
    /// Something came in, or an attempt ended.
    stir: Notify,
    /// Something was sent, or will not be.
    moved: Notify,
}

impl Dispatcher {
    /// Starts sending.
    pub fn start(policy: Policy, doors: Doors) -> Self {
        let shared = Arc::new(Shared {
            policy,
            doors,
            queue: Mutex::new(Queue::new(policy)),
            stir: Notify::new(),
            moved: Notify::new(),
        });
        let stop = CancellationToken::new();
        let running = Arc::clone(&shared).run();
        let stopped = stop.clone();
        tokio::spawn(async move { stopped.run_until_cancelled(running).await });
        Self { shared, _stop_on_drop: Arc::new(stop.clone().drop_guard()), stop }
    }

    /// Takes beacons in, to be sent when they are due. Does not wait for that; it waits only for
    /// the log, and only where the queue is full and their refusal must be written down.
    pub async fn schedule(&self, beacons: impl IntoIterator<Item = Beacon>) {
        let refused: Vec<_> = {
            let mut queue = self.shared.queue();
            let stopped = self.stop.is_cancelled();
            let take = |beacon| if stopped { Err(beacon) } else { queue.schedule(beacon) };
            beacons.into_iter().map(take).filter_map(Result::err).collect()
        };
        self.shared.stir.notify_one();
        let reason = if self.stop.is_cancelled() { "shut_down" } else { "queue_full" };
        for beacon in refused {
            self.shared.give_up(&beacon, reason).await;
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
        let counts = shared.queue().counts();
        Left { unsent: counts.queued, not_due: counts.scheduled }
    }
}

impl Shared {
    async fn run(self: Arc<Self>) {
        loop {
            let stirred = self.stir.notified();
            let woken = self.queue().wake(self.now(), BATCH);
            let more = woken.len() == BATCH;
            self.log_due(woken).await;
            self.send_ready();
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

    /// Gives due beacons their rows, and only then admits them to be sent.
    async fn log_due(&self, woken: Vec<Woken>) {
        for one in woken {
            match one {
                Woken::Lapsed(beacon) => {
                    let configuration = &beacon.showing.configuration;
                    self.doors.metrics.beacons.lapsed(configuration, beacon.event);
                }
                Woken::Unusable(beacon) => {
                    self.write_due(&beacon).await;
                    self.give_up(&beacon, "invalid_url").await;
                }
                Woken::Due(beacon, url) => {
                    self.write_due(&beacon).await;
                    self.queue().admit(beacon, url);
                }
            }
        }
    }

    fn send_ready(self: &Arc<Self>) {
        loop {
            let attempt = self.queue().start();
            let Some(attempt) = attempt else { break };
            tokio::spawn(Arc::clone(self).attempt(attempt));
        }
        self.count();
    }

    async fn attempt(self: Arc<Self>, attempt: Attempt) {
        let began = self.now();
        let answer = self.send(&attempt).await;
        let now = self.now();
        let verdict = self.policy.judge(&attempt.beacon, attempt.number, &answer, now);
        // Before the next beacon of the ad is sent, so that the log is in order too.
        let latency = (now - began).max(MediaDuration::ZERO);
        self.log_attempt(&attempt, &answer, verdict, latency).await;
        self.queue().finish(&attempt, verdict);
        self.count();
        self.stir.notify_one();
    }

    async fn send(&self, attempt: &Attempt) -> Answer {
        let client = &self.doors.client;
        let url = match client.guard().admit(&attempt.url) {
            Ok(url) => url,
            Err(blocked) => return Answer::None(blocked.into()),
        };
        match client.send(&url, headers(&attempt.beacon), self.policy.timeout).await {
            Ok(status) => Answer::Status(status),
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
            reason: None,
        };
        self.write(beacon, step).await;
    }

    async fn write_due(&self, beacon: &Beacon) {
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
        self.doors.metrics.beacons.set_queue(counts.scheduled, counts.queued, counts.in_flight);
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

/// Due beacons that are logged before the ready ones among them are sent.
const BATCH: usize = 256;
