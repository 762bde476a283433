//! Timers and sockets around the queue.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak},
};

use tokio::sync::Notify;
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use super::{
    Attendance, Beacon, Policy,
    logged::Logged,
    outbox::{self, Found, Key, Outbox, Unusable},
    queue::Queue,
    row::Step,
};
use crate::{
    clock::Clock,
    fetch, journal,
    metrics::Metrics,
    units::{MediaDuration, ProgramTime},
};

mod running;
mod settling;
mod told;

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
    /// What an earlier process has written and may not have noted.
    logged: Logged,
    attendance: OnceLock<Weak<dyn Attendance>>,
    queue: Mutex<Queue>,
    /// What the disk is to be told when the log has its rows.
    unsettled: Mutex<Unsettled>,
    /// Something came in, or an attempt ended.
    stir: Notify,
    /// Something was sent, or will not be.
    moved: Notify,
    /// Something is unsettled.
    settle: Notify,
    /// Ends what waits and what is in flight; what has been answered still gets its row.
    stop: CancellationToken,
    /// What may write rows or tell the disk.
    tasks: TaskTracker,
}

#[derive(Debug, Default)]
struct Unsettled {
    /// Due, and not to be tried at once.
    told: Vec<Key>,
    /// Done with.
    finished: Vec<Key>,
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
        let opened = Outbox::open(data_dir, settings, &doors.clock, &doors.metrics)?;
        Ok(Self::on(opened, policy, doors))
    }

    pub(super) fn on((outbox, found): (Outbox, Found), policy: Policy, doors: Doors) -> Self {
        let logged = Logged::read(doors.log.earlier());
        let mut queue = Queue::new(policy, found.next);
        for (host, count) in found.hosts {
            queue.found(&host, count);
        }
        let shared = Arc::new(Shared {
            policy,
            doors,
            outbox,
            logged,
            attendance: OnceLock::new(),
            queue: Mutex::new(queue),
            unsettled: Mutex::default(),
            stir: Notify::new(),
            moved: Notify::new(),
            settle: Notify::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        let (running, settling) = (Arc::clone(&shared), Arc::clone(&shared));
        shared.tasks.spawn(async move {
            running.resume(found.open).await;
            running.run().await;
        });
        shared.tasks.spawn(settling.settle());
        let stop_on_drop = Arc::new(shared.stop.clone().drop_guard());
        Self { shared, _stop_on_drop: stop_on_drop }
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
        let written = {
            let must_hold = !shared.outbox.is_writable();
            let mut queue = shared.queue();
            for beacon in beacons.into_iter().map(Arc::new) {
                match queue.schedule(&beacon, must_hold) {
                    Some(key) => kept.push((key, beacon)),
                    None => refused.push(beacon),
                }
            }
            // Before the first wait: whoever asked may hang up during any of them. And before the
            // queue is let go: what it has accepted comes to the disk before that is closed.
            (!kept.is_empty()).then(|| shared.outbox.keep(kept))
        };
        shared.stir.notify_one();
        let reason = if shared.queue().is_closed() { "outbox_closed" } else { "outbox_full" };
        for beacon in refused {
            // Nothing is kept of it that its row could say less of.
            let _ = shared.give_up(&beacon, reason).await;
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
            // A player's word is counted whether or not the log has room for it.
            let _ = self.shared.write(&beacon, step).await;
        }
    }

    /// Goes on until everything that is due has been sent, or until `deadline`, and stops. No
    /// attempt begins that may outlive the deadline; one that does all the same is cut off, and the
    /// next process says that nobody knows what became of it. Beacons that are handed in after that
    /// are lost, and their rows say so.
    pub async fn drain(&self, deadline: ProgramTime) -> Left {
        let shared = &self.shared;
        let left = (deadline - shared.now()).max(MediaDuration::ZERO);
        let attempt = MediaDuration::from_std(shared.policy.timeout);
        let last_start = deadline - attempt.min(left.half());
        shared.until(last_start, |queue, now| !queue.is_busy(now, last_start)).await;
        shared.queue().finish_only();
        shared.until(deadline, |queue, _| queue.counts().in_flight == 0).await;
        shared.stop.cancel();
        shared.tasks.close();
        shared.tasks.wait().await;
        shared.settle_once().await;
        shared.queue().close();
        shared.outbox.close().await;
        let counts = shared.queue().counts();
        Left { unsent: counts.queued, not_due: counts.scheduled, away: counts.away }
    }
}

impl Shared {
    /// Waits for the queue to be as wanted, and no longer than until `deadline`.
    async fn until(&self, deadline: ProgramTime, is: impl Fn(&Queue, ProgramTime) -> bool) {
        let there = async {
            loop {
                let moved = self.moved.notified();
                if is(&self.queue(), self.now()) {
                    return;
                }
                moved.await;
            }
        };
        tokio::select! {
            () = there => {}
            () = self.doors.clock.sleep_until(deadline) => {}
        }
    }

    fn last_seen(&self, beacon: &Beacon) -> ProgramTime {
        let attendance = self.attendance.get().and_then(Weak::upgrade);
        let known = attendance.and_then(|known| known.last_seen(beacon.showing.session));
        known.unwrap_or(beacon.showing.last_seen)
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
