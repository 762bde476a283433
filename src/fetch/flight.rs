//! One run of a piece of work, however many want its result.
//!
//! The work runs in a task of its own: whoever asked first may go away without the others losing it,
//! and a panic in it strands nobody.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

use tokio::sync::watch;

use crate::{
    clock::Clock,
    units::{MediaDuration, ProgramTime},
};

/// Results by key, each made once at a time and kept for as long as its maker says.
#[derive(Debug)]
pub struct Flights<K, V> {
    clock: Clock,
    most: usize,
    landings: Mutex<HashMap<K, Landing<V>>>,
}

/// Where a result will be, with the time until which it counts.
type Landing<V> = watch::Receiver<Option<(V, ProgramTime)>>;

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    /// So much is being made already that nothing is begun.
    #[error("more than {most} results are being waited for")]
    TooMany {
        /// The limit that would be passed.
        most: usize,
    },
    /// The work ended without a result: it panicked, or the service is stopping.
    #[error("the work was cut off")]
    CutOff,
}

impl<K: Eq + Hash, V: Clone + Send + Sync + 'static> Flights<K, V> {
    /// Holds at most `most` results, made or being made.
    pub fn new(clock: Clock, most: usize) -> Self {
        Self { clock, most, landings: Mutex::default() }
    }

    /// The result for `key`: the one that is kept or being made, else what `work` makes, with the
    /// length of time it may be kept for others.
    ///
    /// # Errors
    /// [`Lost`] where there is no result at all; a result that says "failed" is the caller's.
    pub async fn get<W>(&self, key: K, work: impl FnOnce() -> W) -> Result<V, Lost>
    where
        W: Future<Output = (V, MediaDuration)> + Send + 'static,
    {
        let mut landing = self.landing(key, work)?;
        let landed = landing.wait_for(Option::is_some).await.map_err(|_| Lost::CutOff)?;
        landed.as_ref().map(|(result, _)| result.clone()).ok_or(Lost::CutOff)
    }

    fn landing<W>(&self, key: K, work: impl FnOnce() -> W) -> Result<Landing<V>, Lost>
    where
        W: Future<Output = (V, MediaDuration)> + Send + 'static,
    {
        let now = self.clock.now();
        let mut landings = self.landings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(landing) = landings.get(&key).filter(|landing| counts(landing, now)) {
            return Ok(landing.clone());
        }
        if landings.len() >= self.most {
            landings.retain(|_, landing| counts(landing, now));
        }
        if landings.len() >= self.most {
            // What is kept is given up before anyone is turned away.
            landings.retain(|_, landing| landing.borrow().is_none());
        }
        if landings.len() >= self.most && !landings.contains_key(&key) {
            return Err(Lost::TooMany { most: self.most });
        }
        let landing = depart(self.clock.clone(), work());
        landings.insert(key, landing.clone());
        Ok(landing)
    }
}

fn depart<V, W>(clock: Clock, work: W) -> Landing<V>
where
    V: Send + Sync + 'static,
    W: Future<Output = (V, MediaDuration)> + Send + 'static,
{
    let (sender, landing) = watch::channel(None);
    tokio::spawn(async move {
        let (result, keep) = work.await;
        sender.send_replace(Some((result, clock.now() + keep)));
    });
    landing
}

/// Whether a result is being made, or was made and may still be used.
fn counts<V>(landing: &Landing<V>, now: ProgramTime) -> bool {
    match &*landing.borrow() {
        Some((_, until)) => now < *until,
        // The sender is gone without a result when the work was cut off.
        None => landing.has_changed().is_ok(),
    }
}
