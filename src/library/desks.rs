//! How many creatives are fetched at once, in all and of one host: an answer may name two hundred of
//! one host that takes its time, and every other ad would wait for it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use url::Url;

use crate::guard::HostPort;

/// Places to fetch at.
#[derive(Debug)]
pub(super) struct Desks {
    all: Semaphore,
    per_host: usize,
    hosts: Mutex<HashMap<HostPort, Weak<Semaphore>>>,
}

/// A place; given back when dropped.
#[derive(Debug)]
pub(super) struct Desk<'a> {
    _of_host: Option<OwnedSemaphorePermit>,
    _of_all: Option<SemaphorePermit<'a>>,
}

impl Desks {
    pub(super) fn new(all: usize, per_host: usize) -> Self {
        Self { all: Semaphore::new(all), per_host, hosts: Mutex::default() }
    }

    /// Waits for a place among those of the host's creatives, then among all.
    pub(super) async fn turn(&self, url: &Url) -> Desk<'_> {
        let of_host = match HostPort::of(url) {
            Some(host) => self.of(host).acquire_owned().await.ok(),
            None => None,
        };
        Desk { _of_host: of_host, _of_all: self.all.acquire().await.ok() }
    }

    /// A host's places, which are forgotten once nobody has or wants one.
    fn of(&self, host: HostPort) -> Arc<Semaphore> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = hosts.get(&host).and_then(Weak::upgrade) {
            return known;
        }
        hosts.retain(|_, places| places.strong_count() > 0);
        let places = Arc::new(Semaphore::new(self.per_host));
        hosts.insert(host, Arc::downgrade(&places));
        places
    }
}
