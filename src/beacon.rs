//! When which moment of an ad counts, judged by what a viewer asked for.
//!
//! A [`Schedule`] hears of one ad's segments being requested in one session's break, and says which
//! of its [`Moment`]s became due and at what time. Invariants: a moment is named at most once; by
//! [`Media`](crate::configuration::BeaconPacing::Media) pacing in the order of the ad, with times that never go back; a repeated request
//! changes nothing. Deliberately absent: the clock, URLs being sent, and events that only a player
//! can know (mute, skip, click): a server that invents those lies.
//!
//! Only GETs of the ad's video segments are to be reported here, whatever rendition they are from:
//! all renditions of a creative share one segment grid. A session that plays no video reports its
//! audio segments instead.

mod event;
mod id;
mod moment;
mod schedule;
#[cfg(test)]
mod tests;

pub use event::{Event, PlayerEvent};
pub use id::BeaconId;
pub use moment::{Moment, Owed, Stand, moments, owed, unverified};
pub use schedule::{Due, Schedule};

use crate::units::{MediaDuration, ProgramTime};

/// Whether a session last heard of at `last_seen` counts as gone at `now`: silent for three target
/// durations. What falls due then has been seen by nobody and lapses.
pub fn is_gone(last_seen: ProgramTime, now: ProgramTime, target_duration: MediaDuration) -> bool {
    now - last_seen >= target_duration.times(3)
}
