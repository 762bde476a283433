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
    others: Arc<Semaphore>,
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

/// One host's queues: what wrappers make others ask of it never stands before what the configuration
/// asks itself. Whether it fails is the same for both.
#[derive(Debug)]
struct Lane {
    by_us: Arc<Semaphore>,
    by_wrappers: Arc<Semaphore>,
    circuit: Mutex<Circuit>,
}

impl Lane {
    fn new(per_host: usize) -> Self {
        let turns = || Arc::new(Semaphore::new(per_host));
        Self {
            by_us: turns(),
            by_wrappers: turns(),
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
            others: Arc::new(Semaphore::new(MOST_BY_WRAPPERS)),
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
        named: Named,
        now: ProgramTime,
    ) -> Result<Turn, Trouble> {
        let lane = self.lane(url).ok_or(Trouble::Url)?;
        lane.circuit().ask(now).map_err(|failures| Trouble::Resting { failures })?;
        let waiting = Counted::one(&self.waiting);
        let one = async |turns: &Arc<Semaphore>| {
            Arc::clone(turns).acquire_owned().await.map_err(|_| Trouble::Url)
        };
        let (of_host, of_all) = match named {
            Named::ByUs => (one(&lane.by_us).await?, None),
            Named::ByWrapper => {
                let of_host = one(&lane.by_wrappers).await?;
                (of_host, Some(one(&self.others).await?))
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

    /// Wrappers that wait for one another's common limit may name the configuration's own ad server.
    #[tokio::test]
    async fn wrappers_that_wait_stand_before_no_question_of_our_own() {
        let lanes = Lanes::new(1);
        let all = u32::try_from(MOST_BY_WRAPPERS).unwrap();
        let _all = Arc::clone(&lanes.others).acquire_many_owned(all).await.unwrap();
        let (url, now) =
            (Url::parse("https://ads.example.com/").unwrap(), ProgramTime::from_millis(0));
        let turn =
            |named| tokio::time::timeout(Duration::from_millis(50), lanes.turn(&url, named, now));
        let (wrapper, own) = tokio::join!(turn(Named::ByWrapper), turn(Named::ByUs));
        assert!(wrapper.is_err(), "all others' turns are taken");
        assert!(own.unwrap().is_ok());
    }
}
