//! What a rendition listed when.

use super::{Listing, Rendition, Source};
use crate::time::Ns;

impl Rendition {
    /// What is listed at a moment.
    pub(crate) fn listing(&self, at_ms: i64) -> Option<&Listing> {
        let past = self.listings.partition_point(|listing| listing.at_ms <= at_ms);
        past.checked_sub(1).and_then(|at| self.listings.get(at))
    }

    /// The program time to which it had been published.
    pub(crate) fn edge(&self, at_ms: i64) -> Option<Ns> {
        let listed = self.listings.iter().take_while(|listing| listing.at_ms <= at_ms);
        let newest = listed.map(|listing| listing.end).max()?.checked_sub(1)?;
        self.segments.get(newest).map(Source::end)
    }

    /// When it went on, and to which program time.
    pub(crate) fn moves(&self) -> Vec<(i64, Ns)> {
        let mut all: Vec<(i64, Ns)> = Vec::new();
        let mut newest = 0;
        for listing in self.listings.iter() {
            let Some(last) = listing.end.checked_sub(1).and_then(|at| self.segments.get(at)) else {
                continue;
            };
            if listing.end > newest {
                newest = listing.end;
                all.push((listing.at_ms, last.end()));
            }
        }
        all
    }

    /// When a segment was first listed, for each; none for those never listed.
    pub(crate) fn available(&self) -> Vec<Option<i64>> {
        let mut at = vec![None; self.segments.len()];
        for listing in &self.listings {
            for slot in at.iter_mut().take(listing.end).skip(listing.first) {
                *slot = slot.or(Some(listing.at_ms));
            }
        }
        at
    }
}
