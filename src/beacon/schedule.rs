//! From requests to due moments.

use super::{Event, Moment, Stand};
use crate::{
    configuration::BeaconPacing,
    units::{MediaDuration, ProgramTime},
};

/// A moment whose conditions are met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// What happened, and where in the ad.
    pub moment: Moment,
    /// When it counts; often in the future, because players buffer ahead.
    pub at: ProgramTime,
}

/// One ad in one session's break: what was requested of it, and what is still to come.
#[derive(Clone, Debug)]
pub struct Schedule {
    pacing: BeaconPacing,
    /// Media time at which each segment ends, from the ad's start.
    ends: Vec<MediaDuration>,
    /// First request of each segment.
    requested: Vec<Option<ProgramTime>>,
    /// How many segments from the first one on have been requested without a gap.
    unbroken: usize,
    /// Not named yet, in order.
    open: Vec<Moment>,
    /// When the last moment named counts.
    last: Option<ProgramTime>,
    /// The ad before it is being shown until then.
    not_before: Option<ProgramTime>,
    /// It has named the end of its break.
    closed: bool,
}

impl Schedule {
    /// For an ad whose video segments have these durations, with its moments in order.
    pub fn new(
        segments: impl IntoIterator<Item = MediaDuration>,
        moments: Vec<Moment>,
        pacing: BeaconPacing,
    ) -> Self {
        let mut end = MediaDuration::ZERO;
        let ends: Vec<_> = segments
            .into_iter()
            .map(|duration| {
                end += duration;
                end
            })
            .collect();
        let requested = vec![None; ends.len()];
        let (open, unbroken, last, not_before, closed) = (moments, 0, None, None, false);
        Self { pacing, ends, requested, unbroken, open, last, not_before, closed }
    }

    /// The same for an ad that follows another whose last moment counts at `last`: players ask for
    /// it while they still show the other, and the ads of a pod do not interleave (D-51).
    #[must_use]
    pub fn after(self, last: Option<ProgramTime>) -> Self {
        Self { not_before: last, ..self }
    }

    /// When the last moment named so far counts.
    pub const fn last(&self) -> Option<ProgramTime> {
        self.last
    }

    /// Has it named the end of its break?
    pub const fn has_closed(&self) -> bool {
        self.closed
    }

    /// Hears where its ad stands by now: one that has others behind it does not close the break.
    pub fn stands(&mut self, stand: Stand) {
        self.open.retain(|moment| stand.last || moment.event != Event::BreakEnd);
    }

    /// Hears that `segment` (from 0) was requested, and names the moments this makes due.
    ///
    /// By [`BeaconPacing::Media`] a moment needs the segment that holds it and every earlier one. It
    /// is due when the last of them was requested, but not before the impression's time plus its
    /// media offset, so that a player which buffers a whole ad at once is not counted for what
    /// nobody has seen yet. By [`BeaconPacing::Request`] it is due when the segment that holds it is
    /// requested (§1.13). A segment that the ad does not have is ignored.
    pub fn requested(&mut self, segment: usize, at: ProgramTime) -> Vec<Due> {
        let Some(first @ None) = self.requested.get_mut(segment) else { return Vec::new() };
        *first = Some(at);
        while self.requested.get(self.unbroken).is_some_and(Option::is_some) {
            self.unbroken += 1;
        }
        let mut due = Vec::new();
        for moment in std::mem::take(&mut self.open) {
            match self.due(moment) {
                Some(at) => due.push(Due { moment, at }),
                None => self.open.push(moment),
            }
        }
        self.last = due.iter().map(|due| due.at).max().max(self.last);
        self.closed |= due.iter().any(|due| due.moment.event == Event::BreakEnd);
        due
    }

    fn due(&self, moment: Moment) -> Option<ProgramTime> {
        // The first segment that ends at or after the moment, which is MediaTailor's rule.
        let last = self.ends.iter().position(|end| *end >= moment.offset)?;
        if self.pacing == BeaconPacing::Request {
            return *self.requested.get(last)?;
        }
        let needed = self.requested[..self.unbroken].get(..=last)?;
        let first = (*needed.first()?)?;
        let impression = self.not_before.map_or(first, |before| first.max(before));
        let requested = needed.iter().flatten().max()?;
        Some((*requested).max(impression + moment.offset))
    }
}
