//! When a live playlist is looked at next: values in, a time out.
//!
//! The next segment is due one segment's length after the last one appeared, and where lengths differ
//! the shortest lately, as it may be such a one; from then on the origin is asked every quarter target
//! duration until it is there. That alone would keep a bad
//! start for ever: whoever first looks at a playlist just before it changes, and then always after
//! exactly one segment, is always one segment late. So the moment of change is first searched for in
//! quarters, then trusted for a few segments, then probed a quarter earlier; a probe that finds the
//! segment already there means we were late, and the search begins again.
//!
//! A playlist that has ended may not change any more, but encoders that are restarted end theirs and
//! go on with it seconds later, and addresses in it may hold for a while only: it is looked at again
//! after one target duration, then ever more rarely.

use crate::units::{MediaDuration, ProgramTime};

/// What one look at the origin brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A playlist with at least one new segment.
    Advanced {
        /// Its target duration.
        target_duration: MediaDuration,
        /// The length of its newest segment.
        newest_segment: MediaDuration,
    },
    /// The same as before.
    Unchanged,
    /// Another version, without a new segment.
    Rewritten,
    /// No playlist.
    Failed,
    /// A version that says it will not change any more.
    Ended {
        /// Its target duration.
        target_duration: MediaDuration,
    },
}

/// What is known of a playlist's rhythm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cadence {
    target: MediaDuration,
    newest: MediaDuration,
    /// The shortest of the newest segments lately, and how many have come since.
    shortest: (MediaDuration, u32),
    /// When the newest change was seen.
    changed: ProgramTime,
    /// When it was last seen that there is nothing newer.
    missed: Option<ProgramTime>,
    phase: Phase,
    failures: u32,
    /// How often it has been looked at since it ended, if it has.
    ended: Option<u32>,
}

/// How well the moment of change is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Not: look every quarter.
    Searching,
    /// To a quarter: look when the next is due, for so many segments.
    Trusted(u32),
    /// So it seems: look a quarter before the next is due.
    Probing,
}

impl Cadence {
    /// Nothing is known yet.
    pub const fn new(now: ProgramTime) -> Self {
        Self {
            target: FIRST_TARGET,
            newest: FIRST_TARGET,
            shortest: (LONGEST_TARGET, LATELY),
            changed: now,
            missed: None,
            phase: Phase::Searching,
            failures: 0,
            ended: None,
        }
    }

    /// The target duration last seen, within bounds; a guess before the first.
    pub const fn target_duration(&self) -> MediaDuration {
        self.target
    }

    /// Takes what a look that ended at `now` brought, and says when to look next. `jitter` is a random
    /// byte that spreads retries.
    #[must_use]
    pub fn after(self, event: Event, now: ProgramTime, jitter: u8) -> (Self, ProgramTime) {
        let next = match event {
            Event::Advanced { target_duration, newest_segment } => {
                self.advanced(target_duration, newest_segment, now)
            }
            Event::Unchanged => {
                let ended = self.ended.map(|looks| looks.saturating_add(1));
                Self { missed: Some(now), failures: 0, ended, ..self }
            }
            Event::Rewritten => Self { missed: Some(now), failures: 0, ended: None, ..self },
            // Whatever appears meanwhile is found late, so the phase is lost.
            Event::Failed => Self {
                phase: Phase::Searching,
                missed: None,
                failures: self.failures.saturating_add(1),
                ..self
            },
            Event::Ended { target_duration } => {
                let target = target_duration.clamp(SHORTEST_TARGET, LONGEST_TARGET);
                let ended = self.ended.map_or(0, |looks| looks.saturating_add(1));
                Self { target, ended: Some(ended), ..Self::new(now) }
            }
        };
        (next, next.due(now, jitter))
    }

    fn advanced(self, target: MediaDuration, newest: MediaDuration, now: ProgramTime) -> Self {
        let target = target.clamp(SHORTEST_TARGET, LONGEST_TARGET);
        // A segment may pass the target by half a second (it is rounded), a sick one by more.
        let newest = newest.clamp(quarter(target), target + quarter(target));
        let phase = self.phase_after(newest, now);
        let shortest = match self.shortest {
            (shortest, since) if newest > shortest && since < LATELY => (shortest, since + 1),
            _ => (newest, 0),
        };
        let (missed, failures, ended) = (None, 0, None);
        Self { target, newest, shortest, changed: now, missed, phase, failures, ended }
    }

    fn phase_after(&self, newest: MediaDuration, now: ProgramTime) -> Phase {
        let quarter = quarter(self.target);
        match (self.missed, self.phase) {
            // Not there at one look and there at the next, little more than a quarter later.
            (Some(missed), _) if now - missed <= quarter + quarter.half() => Phase::Trusted(TRUST),
            (Some(_), _) | (None, Phase::Searching | Phase::Probing) => Phase::Searching,
            // A shorter segment than was waited for has been there for a while.
            (None, Phase::Trusted(_)) if newest + quarter < self.shortest.0 => Phase::Searching,
            (None, Phase::Trusted(0)) => Phase::Probing,
            (None, Phase::Trusted(left)) => Phase::Trusted(left - 1),
        }
    }

    fn due(&self, now: ProgramTime, jitter: u8) -> ProgramTime {
        let quarter = quarter(self.target);
        if self.failures > 0 {
            return now + self.backoff(jitter);
        }
        if let Some(looks) = self.ended {
            return now + self.target.times(1 << looks.min(4)).min(LONGEST_REST);
        }
        let expected = self.changed + self.shortest.0;
        let wished = match (self.phase, self.missed) {
            (Phase::Searching, _) => now + quarter,
            (Phase::Probing, None) => expected - quarter,
            (Phase::Trusted(_) | Phase::Probing, _) => expected,
        };
        if wished < now + quarter.half() {
            return now + quarter;
        }
        // The clock may have been set back in between; that must not stop us.
        wished.min(now + self.newest)
    }

    /// From a quarter target duration, doubling up to a whole one, of which a random half is waited.
    fn backoff(&self, jitter: u8) -> MediaDuration {
        let doubled = quarter(self.target).times(1 << (self.failures - 1).min(2));
        let step = MediaDuration::from_nanos(doubled.as_nanos() / 512);
        doubled.half() + step.times(jitter.into())
    }
}

fn quarter(length: MediaDuration) -> MediaDuration {
    length.half().half()
}

/// The target duration taken before the first is seen.
const FIRST_TARGET: MediaDuration = MediaDuration::from_secs(4);
/// Bounds of a target duration, whatever the playlist says.
const SHORTEST_TARGET: MediaDuration = MediaDuration::from_secs(1);
const LONGEST_TARGET: MediaDuration = MediaDuration::from_secs(30);
/// An ended playlist that is wanted is looked at again after this at the latest.
const LONGEST_REST: MediaDuration = MediaDuration::from_secs(60);
/// After so many longer segments a shorter one is forgotten.
const LATELY: u32 = 8;
/// For how many segments a moment of change is trusted before it is probed.
const TRUST: u32 = 8;
