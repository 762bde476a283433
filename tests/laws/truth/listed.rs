//! What a rendition listed when.

use super::{Listing, Rendition, Source};
use crate::time::{Ns, SECOND};

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

    /// Where something stands that is so long and follows a segment. Without dates nobody is told of what
    /// the encoder did not make; by less than a second ads may run ahead of what it makes.
    pub(crate) fn behind(&self, segment: usize, length: Ns) -> Option<Ns> {
        let mut end = self.segments.get(segment)?.end();
        let mut left = length;
        let later = self.segments[segment + 1..].iter().filter(|_| !self.dated);
        for next in later {
            if left < SECOND {
                break;
            }
            if left <= next.duration {
                return Some(next.start + left);
            }
            (end, left) = (next.end(), left - next.duration);
        }
        Some(end + left)
    }

    /// How long it is between two segments. Without dates nobody is told of what the encoder did not make.
    pub(crate) fn between(&self, before: usize, after: usize) -> Ns {
        match self.dated {
            true => self.segments[after].start - self.segments[before].end(),
            false => self.segments[before + 1..after].iter().map(|inside| inside.duration).sum(),
        }
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

/// Two segments of 6 s, one of 4 s before a pause of 5 s, and one of 6 s.
#[test]
fn pauses_are_left_out_where_nobody_is_told_of_them() {
    let at = [(0, 6), (6, 6), (12, 4), (21, 6)].map(|(start, length)| Source {
        start: start * SECOND,
        duration: length * SECOND,
        ..Source::default()
    });
    let behind = |dated, length| {
        let rendition = Rendition { dated, segments: at.to_vec(), ..Rendition::default() };
        rendition.behind(0, length * SECOND / 10).map(|end| end * 10 / SECOND)
    };
    let lengths = [0, 50, 100, 109, 120, 170];
    assert_eq!(lengths.map(|length| behind(true, length)), [60, 110, 160, 169, 180, 230].map(Some));
    assert_eq!(
        lengths.map(|length| behind(false, length)),
        [60, 110, 160, 169, 230, 280].map(Some)
    );
}
