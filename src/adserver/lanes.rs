//! How many questions may be on their way to one host.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

use crate::{
    fetch::Circuit,
    guard::HostPort,
    units::{MediaDuration, ProgramTime},
};

use super::Trouble;

/// One queue per host and port.
#[derive(Debug)]
pub(super) struct Lanes {
    per_host: usize,
    lanes: Mutex<HashMap<HostPort, Arc<Lane>>>,
    /// For all whom wrappers name together: they may name any number of hosts.
    others: Apart,
    waiting: Arc<AtomicUsize>,
    in_flight: Arc<AtomicUsize>,
}

/// On whose word a host is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// The configuration's.
    ByUs,
    /// A wrapper's.
    ByWrapper,
}

/// How soon an answer is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needed {
    /// A viewer waits for it, or will in a moment.
    Now,
    /// For a break that is still to come.
    Ahead,
}

impl Needed {
    /// How many of such questions may be on their way where so many may be that viewers wait for: a
    /// server that is busy with all of them still has most of its time for those.
    pub(super) const fn most(self, now: usize) -> usize {
        match (self, now / 2) {
            (Self::Now, _) => now,
            (Self::Ahead, 0) => 1,
            (Self::Ahead, half) => half,
        }
    }
}

/// Turns for questions that are needed now, and others for those that are not: a crowd's may wait for
/// minutes, and would stand before every break that comes meanwhile.
#[derive(Debug)]
struct Apart {
    now: Arc<Semaphore>,
    ahead: Arc<Semaphore>,
}

impl Apart {
    fn new(most: usize) -> Self {
        let turns = |needed: Needed| Arc::new(Semaphore::new(needed.most(most)));
        Self { now: turns(Needed::Now), ahead: turns(Needed::Ahead) }
    }

    async fn one(&self, needed: Needed) -> Result<OwnedSemaphorePermit, Trouble> {
        let turns = match needed {
            Needed::Now => &self.now,
            Needed::Ahead => &self.ahead,
        };
        Arc::clone(turns).acquire_owned().await.map_err(|_| Trouble::Url)
    }
}

/// One host's queues: what wrappers make others ask of it never stands before what the configuration
/// asks itself. Whether it fails is the same for all.
#[derive(Debug)]
struct Lane {
    by_us: Apart,
    by_wrappers: Apart,
    circuit: Mutex<Circuit>,
}

impl Lane {
    fn new(per_host: usize) -> Self {
        Self {
            by_us: Apart::new(per_host),
            by_wrappers: Apart::new(per_host),
            circuit: Mutex::new(Circuit::new(MOST_FAILURES, REST)),
        }
    }

    fn circuit(&self) -> MutexGuard<'_, Circuit> {
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How busy the door is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Questions on their way.
    pub in_flight: usize,
    /// Questions that wait for their turn.
    pub waiting: usize,
}

/// The right to ask; given back when dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _permits: (OwnedSemaphorePermit, Option<OwnedSemaphorePermit>),
    _counted: Counted,
    /// So that the lane is known to be in use.
    _lane: Arc<Lane>,
}

impl Lanes {
    pub(super) fn new(per_host: usize) -> Self {
        Self {
            per_host,
            lanes: Mutex::default(),
            others: Apart::new(MOST_BY_WRAPPERS),
            waiting: Arc::default(),
            in_flight: Arc::default(),
        }
    }

    pub(super) fn load(&self) -> Load {
        Load {
            in_flight: self.in_flight.load(Ordering::Relaxed),
            waiting: self.waiting.load(Ordering::Relaxed),
        }
    }

    /// Waits until there is room for one more question to that host, unless it rests.
    pub(super) async fn turn(
        &self,
        url: &Url,
        (named, needed): (Named, Needed),
        now: ProgramTime,
    ) -> Result<Turn, Trouble> {
        let lane = self.lane(url).ok_or(Trouble::Url)?;
        lane.circuit().ask(now).map_err(|failures| Trouble::Resting { failures })?;
        let waiting = Counted::one(&self.waiting);
        let (of_host, of_all) = match named {
            Named::ByUs => (lane.by_us.one(needed).await?, None),
            Named::ByWrapper => {
                let of_host = lane.by_wrappers.one(needed).await?;
                (of_host, Some(self.others.one(needed).await?))
            }
        };
        drop(waiting);
        Ok(Turn {
            _permits: (of_host, of_all),
            _counted: Counted::one(&self.in_flight),
            _lane: lane,
        })
    }

    /// Takes note of what came of a question to that host.
    pub(super) fn note(&self, url: &Url, failed: bool, now: ProgramTime) {
        if let Some(lane) = self.lane(url) {
            lane.circuit().note(failed, now);
        }
    }

    fn lane(&self, url: &Url) -> Option<Arc<Lane>> {
        let host = HostPort::of(url)?;
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lane) = lanes.get(&host) {
            return Some(Arc::clone(lane));
        }
        if lanes.len() >= MOST_LANES {
            // What is known of hosts that fail is kept as long as there is room.
            let crowded = lanes.len() >= 4 * MOST_LANES;
            lanes.retain(|_, lane| {
                Arc::strong_count(lane) > 1 || !crowded && lane.circuit().has_failed()
            });
        }
        let lane = Arc::new(Lane::new(self.per_host));
        lanes.insert(host, Arc::clone(&lane));
        Some(lane)
    }
}

/// One, for as long as it lives.
#[derive(Debug)]
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn one(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Failures in a row after which a host rests.
const MOST_FAILURES: u32 = 20;
/// How long.
const REST: MediaDuration = MediaDuration::from_secs(2);
/// Lanes kept while nobody is in them; four times as many where their hosts fail.
const MOST_LANES: usize = 256;
/// Questions on their way at once to all that wrappers name.
const MOST_BY_WRAPPERS: usize = 1_000;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn is_given(lanes: &Lanes, named: Named, needed: Needed) -> bool {
        let url = Url::parse("https://ads.example.com/").unwrap();
        let turn = lanes.turn(&url, (named, needed), ProgramTime::from_millis(0));
        tokio::time::timeout(Duration::from_millis(50), turn).await.is_ok_and(|turn| turn.is_ok())
    }

    /// Wrappers that wait for one another's common limit may name the configuration's own ad server.
    #[tokio::test]
    async fn wrappers_that_wait_stand_before_no_question_of_our_own() {
        let lanes = Lanes::new(1);
        let all = u32::try_from(MOST_BY_WRAPPERS).unwrap();
        let _all = Arc::clone(&lanes.others.now).acquire_many_owned(all).await.unwrap();
        let (wrapper, own) = tokio::join!(
            is_given(&lanes, Named::ByWrapper, Needed::Now),
            is_given(&lanes, Named::ByUs, Needed::Now)
        );
        assert!(!wrapper, "all others' turns are taken");
        assert!(own);
    }

    /// A schedule that spreads nothing asks for every viewer at once, and may do so for ten minutes.
    #[tokio::test]
    async fn what_is_asked_ahead_stands_before_nothing_that_is_needed_now() {
        let (lanes, url) = (Lanes::new(4), Url::parse("https://ads.example.com/").unwrap());
        let now = ProgramTime::from_millis(0);
        for named in [Named::ByUs, Named::ByWrapper] {
            let ahead = || lanes.turn(&url, (named, Needed::Ahead), now);
            let _taken = [ahead().await.unwrap(), ahead().await.unwrap()];
            let (third, needed) = tokio::join!(
                is_given(&lanes, named, Needed::Ahead),
                is_given(&lanes, named, Needed::Now)
            );
            assert!(!third, "half of all turns are taken");
            assert!(needed);
        }
    }
}
