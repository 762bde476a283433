//! Places for sessions: so many in all, and so many of one address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use dashmap::DashMap;

use super::{Error, Limits, room::nearly};
use crate::guard::subscriber;

#[cfg(test)]
mod tests;

/// How many places are taken.
#[derive(Debug, Default)]
pub(super) struct Places {
    all: AtomicUsize,
    of: DashMap<IpAddr, usize>,
    /// Hardly any were left when one was taken last.
    crowded: AtomicBool,
}

/// How many places too many are taken.
#[derive(Debug, Default)]
pub(super) struct Excess {
    all: usize,
    of: HashMap<IpAddr, usize>,
}

/// A place: given back unless a session keeps it.
#[derive(Debug)]
pub(super) struct Place<'a> {
    places: &'a Places,
    of: Option<IpAddr>,
    kept: bool,
}

impl Places {
    /// Takes a place.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn take(&self, of: Option<IpAddr>, limits: &Limits) -> Result<Place<'_>, Error> {
        let more = |taken: usize| (taken < limits.sessions).then_some(taken + 1);
        let taken = self.all.fetch_update(Ordering::AcqRel, Ordering::Acquire, more);
        if taken.unwrap_or_else(|taken| taken) >= nearly(limits.sessions) {
            self.crowded.store(true, Ordering::Relaxed);
        }
        taken.map_err(|_| Error::TooManySessions { limit: limits.sessions })?;
        let mut place = Place { places: self, of: None, kept: false };
        if let Some(of) = of.map(subscriber) {
            let mut taken = self.of.entry(of).or_default();
            let limit = limits.sessions_per_address;
            if *taken >= nearly(limit) {
                self.crowded.store(true, Ordering::Relaxed);
            }
            if *taken >= limit {
                return Err(Error::TooManyFromAddress { limit });
            }
            *taken += 1;
            place.of = Some(of);
        }
        Ok(place)
    }

    /// What is taken beyond what leaves some for newcomers; nothing where nobody has come lately to
    /// whom that matters.
    pub(super) fn excess(&self, limits: &Limits) -> Excess {
        if !self.crowded.swap(false, Ordering::Relaxed) {
            return Excess::default();
        }
        let all = self.all.load(Ordering::Relaxed).saturating_sub(nearly(limits.sessions));
        let most = nearly(limits.sessions_per_address);
        let of = self.of.iter().filter(|taken| **taken > most);
        Excess { all, of: of.map(|taken| (*taken.key(), *taken - most)).collect() }
    }

    /// Gives back what a session has kept.
    pub(super) fn give_back(&self, of: Option<IpAddr>) {
        let less = |taken: usize| Some(taken.saturating_sub(1));
        let _ = self.all.fetch_update(Ordering::AcqRel, Ordering::Acquire, less);
        if let Some(of) = of.map(subscriber) {
            self.of.remove_if_mut(&of, |_, taken| {
                *taken = taken.saturating_sub(1);
                *taken == 0
            });
        }
    }
}

impl Excess {
    pub(super) fn is_any(&self) -> bool {
        self.all > 0 || !self.of.is_empty()
    }

    /// Is a place of this address one too many? Then it is one less.
    pub(super) fn take(&mut self, of: Option<IpAddr>) -> bool {
        let own = of.and_then(|of| self.of.get_mut(&subscriber(of))).filter(|own| **own > 0);
        if self.all == 0 && own.is_none() {
            return false;
        }
        self.all = self.all.saturating_sub(1);
        own.into_iter().for_each(|own| *own -= 1);
        true
    }
}

impl Place<'_> {
    /// It belongs to a session now.
    pub(super) fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if !self.kept {
            self.places.give_back(self.of);
        }
    }
}
