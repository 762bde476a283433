//! How many creatives are fetched at once, in all and of one host: an answer may name two hundred of
//! one host that takes its time, and every other ad would wait for it. So many wait for a host and no
//! more, and one that says nothing is left alone for a while: with an address for every viewer it
//! would be asked for ever.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use url::Url;

use super::Settings;
use crate::{
    clock::Clock,
    creative::{Creative, Failure, Unusable},
    fetch::Circuits,
    guard::HostPort,
    units::MediaDuration,
};

/// Places to fetch at.
#[derive(Debug)]
pub(super) struct Desks {
    clock: Clock,
    settings: Settings,
    all: Semaphore,
    hosts: Mutex<HashMap<HostPort, Weak<Host>>>,
    circuits: Circuits,
}

/// One host's places, and how many wait for one.
#[derive(Debug)]
struct Host {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
}

/// A place; given back when dropped.
#[derive(Debug)]
pub(super) struct Desk<'a> {
    _of_host: Option<(Arc<Host>, OwnedSemaphorePermit)>,
    _of_all: Option<SemaphorePermit<'a>>,
}

impl Desks {
    pub(super) fn new(clock: Clock, settings: Settings) -> Self {
        let rest = MediaDuration::from_std(settings.keep_failure);
        let circuits = Circuits::new(SILENT_AFTER, rest);
        let (all, hosts) = (Semaphore::new(settings.at_once), Mutex::default());
        Self { clock, settings, all, hosts, circuits }
    }

    /// Waits for a place among those of the host's creatives, then among all.
    ///
    /// # Errors
    /// Too many wait for that host, or it has said nothing for so long that it is left alone.
    pub(super) async fn turn(&self, url: &Url) -> Result<Desk<'_>, Unusable> {
        let of_host = match HostPort::of(url) {
            Some(host) => {
                let host = self.host(host);
                let place = host.place(self.settings.waiting_per_host).await?;
                Some((host, place))
            }
            None => None,
        };
        let asked = self.circuits.ask(url, self.clock.now());
        asked.map_err(|failure| {
            let host = url.host_str().unwrap_or_default().to_owned();
            Unusable::Fetch { host, failure }
        })?;
        Ok(Desk { _of_host: of_host, _of_all: self.all.acquire().await.ok() })
    }

    /// Takes note of whether the host has said anything.
    pub(super) fn note(&self, url: &Url, found: &Result<Creative, Unusable>) {
        self.circuits.note(url, is_silence(url, found), self.clock.now());
    }

    /// A host's places, which are forgotten once nobody has or wants one.
    fn host(&self, name: HostPort) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = hosts.get(&name).and_then(Weak::upgrade) {
            return known;
        }
        hosts.retain(|_, host| host.strong_count() > 0);
        let places = Arc::new(Semaphore::new(self.settings.per_host));
        let host = Arc::new(Host { places, waiting: AtomicUsize::new(0) });
        hosts.insert(name, Arc::downgrade(&host));
        host
    }
}

impl Host {
    async fn place(&self, most_waiting: usize) -> Result<OwnedSemaphorePermit, Unusable> {
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return Ok(place);
        }
        let waits = Waits::among(&self.waiting);
        if waits.before >= most_waiting {
            return Err(Unusable::Busy);
        }
        Arc::clone(&self.places).acquire_owned().await.map_err(|_| Unusable::Busy)
    }
}

/// Whether nothing came from the host of that address; what others have to do with its creative says
/// nothing of it.
fn is_silence(url: &Url, found: &Result<Creative, Unusable>) -> bool {
    let Err(Unusable::Fetch { host, failure }) = found else { return false };
    let nothing = matches!(failure, Failure::TimedOut { .. } | Failure::Io);
    nothing && url.host_str() == Some(host)
}

/// One more that waits, for as long as it lives.
struct Waits<'a> {
    count: &'a AtomicUsize,
    /// How many did already.
    before: usize,
}

impl<'a> Waits<'a> {
    fn among(count: &'a AtomicUsize) -> Self {
        Self { count, before: count.fetch_add(1, Ordering::Relaxed) }
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Creatives in a row of which nothing came before a host is left alone: as many as are fetched at
/// once.
const SILENT_AFTER: u32 = 8;
