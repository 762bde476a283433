//! Places for sessions: so many in all, and so many of one address.

use std::{
    net::IpAddr,
    sync::atomic::{AtomicUsize, Ordering},
};

use dashmap::DashMap;

use super::{Error, Limits};
use crate::guard::subscriber;

#[cfg(test)]
mod tests;

/// How many places are taken.
#[derive(Debug, Default)]
pub(super) struct Places {
    all: AtomicUsize,
    of: DashMap<IpAddr, usize>,
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
        taken.map_err(|_| Error::TooManySessions { limit: limits.sessions })?;
        let mut place = Place { places: self, of: None, kept: false };
        if let Some(of) = of.map(subscriber) {
            let mut taken = self.of.entry(of).or_default();
            let limit = limits.sessions_per_address;
            if *taken >= limit {
                return Err(Error::TooManyFromAddress { limit });
            }
            *taken += 1;
            place.of = Some(of);
        }
        Ok(place)
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
