//! When which moment of an ad counts, judged by what a viewer asked for.
//!
//! A [`Schedule`] hears of one ad's segments being requested in one session's break, and says which
//! events became due and at what time. Invariants: an event is named at most once, in the order of
//! [`Event::ALL`], with times that never go back; a repeated request changes nothing.
//! Deliberately absent: the clock, URLs being sent, and events that only a player can know (mute,
//! skip, click): a server that invents those lies.
//!
//! Only GETs of the ad's video segments are to be reported here, whatever rendition they are from:
//! all renditions of a creative share one segment grid. A session that plays no video reports its
//! audio segments instead.

mod event;
mod id;
#[cfg(test)]
mod tests;

pub use event::Event;
pub use id::BeaconId;

use crate::{
    pod::AdInfo,
    units::{MediaDuration, ProgramTime},
};

/// An event whose conditions are met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// What happened.
    pub event: Event,
    /// When it counts; often in the future, because players buffer ahead.
    pub at: ProgramTime,
}

/// One ad in one session's break: what was requested of it, and what is still to come.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Media time at which each segment ends, from the ad's start.
    ends: Vec<MediaDuration>,
    /// First request of each segment.
    requested: Vec<Option<ProgramTime>>,
    /// How many segments from the first one on have been requested without a gap.
    unbroken: usize,
    /// How many events of [`Event::ALL`] have been named.
    named: usize,
    /// When the last event named counts.
    last: Option<ProgramTime>,
    /// The ad before it is being shown until then.
    not_before: Option<ProgramTime>,
}

impl Schedule {
    /// For an ad whose video segments have these durations.
    pub fn new(segments: impl IntoIterator<Item = MediaDuration>) -> Self {
        let mut end = MediaDuration::ZERO;
        let ends: Vec<_> = segments
            .into_iter()
            .map(|duration| {
                end += duration;
                end
            })
            .collect();
        let requested = vec![None; ends.len()];
        Self { requested, ends, unbroken: 0, named: 0, last: None, not_before: None }
    }

    /// The same for an ad that follows another whose last event counts at `last`: players ask for
    /// it while they still show the other, and the ads of a pod do not interleave (D-51).
    #[must_use]
    pub fn after(self, last: Option<ProgramTime>) -> Self {
        Self { not_before: last, ..self }
    }

    /// When the last event named so far counts.
    pub const fn last(&self) -> Option<ProgramTime> {
        self.last
    }

    /// Hears that `segment` (from 0) was requested, and names the events this makes due.
    ///
    /// An event needs the segment that holds its moment and every earlier one. It is due when the
    /// last of them was requested, but not before the impression's time plus its media offset, so
    /// that a player which buffers a whole ad at once is not counted for what nobody has seen yet.
    /// A segment that the ad does not have is ignored.
    pub fn requested(&mut self, segment: usize, at: ProgramTime) -> Vec<Due> {
        let Some(first @ None) = self.requested.get_mut(segment) else { return Vec::new() };
        *first = Some(at);
        while self.requested.get(self.unbroken).is_some_and(Option::is_some) {
            self.unbroken += 1;
        }
        let due: Vec<_> = Event::ALL[self.named..].iter().map_while(|&e| self.due(e)).collect();
        self.named += due.len();
        self.last = due.last().map(|due| due.at).or(self.last);
        due
    }

    /// Whether every event has been named: nothing more can come of this ad.
    pub const fn is_over(&self) -> bool {
        self.named == Event::ALL.len()
    }

    fn due(&self, event: Event) -> Option<Due> {
        let last = self.segment_of(event)?;
        let needed = self.requested[..self.unbroken].get(..=last)?;
        let impression = (*needed.first()?)?.max(self.not_before.unwrap_or(EVER));
        let requested = needed.iter().flatten().max()?;
        Some(Due { event, at: (*requested).max(impression + self.offset(event)) })
    }

    /// The first segment that ends at or after the event's moment, which is MediaTailor's rule.
    fn segment_of(&self, event: Event) -> Option<usize> {
        let moment = self.duration().times(event.quarters());
        self.ends.iter().position(|end| end.times(4) >= moment)
    }

    fn offset(&self, event: Event) -> MediaDuration {
        self.duration().times(event.quarters()).quarter()
    }

    fn duration(&self) -> MediaDuration {
        self.ends.last().copied().unwrap_or_default()
    }
}

/// Before everything.
const EVER: ProgramTime = ProgramTime::from_nanos(i64::MIN);

/// What an ad's beacons are, in the order of their events: each distinct URL template once, as the
/// ad server wrote it.
pub fn owed(ad: &AdInfo) -> Vec<(Event, &str)> {
    let impressions = ad.impressions.iter().map(|url| (Event::Impression, url.as_str()));
    let tracking = ad.tracking.iter();
    let tracking =
        tracking.filter_map(|one| Some((Event::of_tracking(&one.event)?, one.url.as_str())));
    let mut owed: Vec<(Event, &str)> = Vec::new();
    for one in impressions.chain(tracking) {
        // VAST 4.3 §3.4.4: `about:blank` stands for no impression at all.
        if !one.1.is_empty() && one.1 != "about:blank" && !owed.contains(&one) {
            owed.push(one);
        }
    }
    owed.sort_by_key(|&(event, _)| event);
    owed
}

/// Whether a session last heard of at `last_seen` counts as gone at `now`: silent for three target
/// durations. What falls due then has been seen by nobody and lapses.
pub fn is_gone(last_seen: ProgramTime, now: ProgramTime, target_duration: MediaDuration) -> bool {
    now - last_seen >= target_duration.times(3)
}
