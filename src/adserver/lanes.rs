//! How many questions may be on their way to one host.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

use crate::guard::HostPort;

use super::Trouble;

/// One queue per host and port.
#[derive(Debug)]
pub(super) struct Lanes {
    per_host: usize,
    lanes: Mutex<HashMap<HostPort, Arc<Semaphore>>>,
    waiting: Arc<AtomicUsize>,
    in_flight: Arc<AtomicUsize>,
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

    /// Waits until there is room for one more question to that host.
    pub(super) async fn turn(&self, url: &Url) -> Result<Turn, Trouble> {
        let lane = self.lane(url).ok_or(Trouble::Url)?;
        let waiting = Counted::one(&self.waiting);
        let permit = lane.acquire_owned().await.map_err(|_| Trouble::Url)?;
        drop(waiting);
        Ok(Turn { _permit: permit, _counted: Counted::one(&self.in_flight) })
    }

    fn lane(&self, url: &Url) -> Option<Arc<Semaphore>> {
        let host = HostPort::of(url)?;
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if lanes.len() >= MOST_LANES {
            // Only those in use have a second owner.
            lanes.retain(|_, lane| Arc::strong_count(lane) > 1);
        }
        let lane = lanes.entry(host).or_insert_with(|| Arc::new(Semaphore::new(self.per_host)));
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
