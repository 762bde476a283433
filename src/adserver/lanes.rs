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

use crate::{guard::HostPort, units::ProgramTime};

use super::{Trouble, circuit::Circuit};

/// One queue per host and port.
#[derive(Debug)]
pub(super) struct Lanes {
    per_host: usize,
    lanes: Mutex<HashMap<HostPort, Arc<Lane>>>,
    waiting: Arc<AtomicUsize>,
    in_flight: Arc<AtomicUsize>,
}

/// One host's queue.
#[derive(Debug)]
struct Lane {
    turns: Arc<Semaphore>,
    circuit: Mutex<Circuit>,
}

impl Lane {
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
    _permit: OwnedSemaphorePermit,
    _counted: Counted,
}

impl Lanes {
    pub(super) fn new(per_host: usize) -> Self {
        Self {
            per_host,
            lanes: Mutex::default(),
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
    pub(super) async fn turn(&self, url: &Url, now: ProgramTime) -> Result<Turn, Trouble> {
        let lane = self.lane(url).ok_or(Trouble::Url)?;
        lane.circuit().ask(now).map_err(|failures| Trouble::Resting { failures })?;
        let waiting = Counted::one(&self.waiting);
        let permit = Arc::clone(&lane.turns).acquire_owned().await.map_err(|_| Trouble::Url)?;
        drop(waiting);
        Ok(Turn { _permit: permit, _counted: Counted::one(&self.in_flight) })
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
        if lanes.len() >= MOST_LANES {
            lanes.retain(|_, lane| Arc::strong_count(&lane.turns) > 1);
        }
        let lane = lanes.entry(host).or_insert_with(|| {
            let turns = Arc::new(Semaphore::new(self.per_host));
            Arc::new(Lane { turns, circuit: Mutex::default() })
        });
        Some(Arc::clone(lane))
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

/// Lanes kept while nobody is in them.
const MOST_LANES: usize = 256;
