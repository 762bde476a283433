//! Cues: the signals in a playlist that a break begins, goes on or ends.
//!
//! Each dialect has a reader of its own that turns a line into a marker; the markers of one
//! place are then joined, as several dialects may tell of one event. Everything is read from the
//! playlist alone: reading the next reload yields the same cue for the same tag. Deliberately
//! absent: breaks, which last over reloads and are `channel`'s to keep.

use std::{collections::HashSet, sync::Arc};

use crate::{
    hls::MediaPlaylist,
    scte35::SpliceInfo,
    units::{MediaDuration, MediaSequence, ProgramTime, Source},
};

mod asset;
mod cancel;
mod chain;
mod cue_out;
mod date_range;
mod dates;
mod dialect;
mod join;
mod marker;
mod meaning;
mod nesting;
mod oddity;
mod others;
mod place;
mod profile;
mod ranges;
mod same;
mod set;
#[cfg(test)]
mod tests;
mod trigger;
mod trust;
mod value;

pub use asset::Asset;
pub use dialect::{Dialect, Dialects};
pub use oddity::{Oddity, OddityKind, oddities};
pub use profile::{Breach, Profile};
pub use ranges::{begins_break, splices, without_splices};
pub use set::{Named, Set};
pub use trigger::{Trigger, Triggers};
pub use trust::Trust;

/// One signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cue {
    /// The segment before which it is: one past the last where it is still to come, the first where
    /// its own is no longer listed.
    pub at: Source<MediaSequence>,
    /// When it is: its own date, else that of the place it stands at.
    pub time: Option<ProgramTime>,
    /// What it says.
    pub signal: Signal,
    /// The splice or segmentation event it is about.
    pub event_id: Option<u32>,
    /// How it is spelt; the most telling where several dialects say the same.
    pub dialect: Dialect,
    /// The SCTE-35 message that came with it.
    pub splice: Option<Arc<SpliceInfo>>,
    /// What `EXT-X-ASSET` beside it says of what is shown.
    pub asset: Option<Arc<Asset>>,
    /// A tag says so by its name, whatever its message is about; else it is what the message means.
    pub said: bool,
}

/// What a cue says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// A break begins.
    Out {
        /// How long it is meant to be; zero where something may be put in and nothing replaced.
        duration: Option<MediaDuration>,
    },
    /// A break is under way, or goes on with another ad of a chain.
    Continue {
        /// Since when, as far as is known; may be longer than `duration`.
        elapsed: Option<MediaDuration>,
        /// How long it is meant to be in all.
        duration: Option<MediaDuration>,
    },
    /// A break ends.
    In,
}

/// The cues of a playlist in the order of their places, ends before beginnings. What is not trusted
/// says nothing.
pub fn cues(playlist: &MediaPlaylist, trust: Trust) -> Vec<Cue> {
    cues_knowing(playlist, trust, &HashSet::new())
}

/// The same where earlier playlists told of splices in the date ranges of these ids: they may end without
/// a word on that, after what began them has left.
pub fn cues_knowing(playlist: &MediaPlaylist, trust: Trust, splices: &HashSet<&str>) -> Vec<Cue> {
    let mut found = place::markers(playlist);
    found.extend(date_range::markers(playlist, splices));
    let mut found: Vec<_> = found.into_iter().filter_map(|placed| trust.heard(placed)).collect();
    cancel::take_back(&mut found);
    let near = playlist.target_duration;
    nesting::outermost(chain::linked(join::joined(found, near)), near)
}

impl Cue {
    /// Whether this end is the end of the break that `begin` began: not that of an ad or a
    /// placement opportunity inside it, nor of another one of its kind. An event that is taken back
    /// is ended by that alone (§9.4); where its break has not begun, it will not.
    pub fn closes(&self, begin: &Self) -> bool {
        self.signal == Signal::In && nesting::closes(self, begin)
    }

    /// Whether this is about something inside the break that `begin` began, as an ad is inside a
    /// placement opportunity: its beginning begins no other break, its course says nothing of the
    /// break's.
    pub fn is_inside(&self, begin: &Self) -> bool {
        self.signal != Signal::In && nesting::is_inside(self, begin)
    }

    /// Whether this beginning takes the place of the break that `begin` began: another event, of no
    /// other level.
    pub fn supersedes(&self, begin: &Self) -> bool {
        let events = self.event_id.zip(begin.event_id);
        events.is_some_and(|(own, other)| own != other) && nesting::are_alike(self, begin)
    }

    /// Whether this is the next ad where a break is signalled ad by ad and `begin` was an earlier
    /// one (B-49b of the checklist): the break lasts as long as is [remaining](Self::remaining) here.
    pub fn follows_in_chain(&self, begin: &Self) -> bool {
        match self.signal {
            Signal::Out { .. } => self.event_id != begin.event_id && nesting::are_ads(self, begin),
            Signal::Continue { .. } => nesting::are_links(self, begin),
            Signal::In => false,
        }
    }

    /// Whether this end takes an event back.
    pub fn cancels(&self) -> bool {
        self.signal == Signal::In && nesting::cancels(self)
    }

    /// Whether this end is only that the next programme begins, so that no break can go on whose length
    /// nobody told.
    pub fn begins_programme(&self) -> bool {
        self.signal == Signal::In && nesting::begins_programme(self)
    }

    /// Whether the break this begins ends only at an end cue, its duration being a safety net:
    /// `auto_return` = 0 (ANSI/SCTE 35 2023r1 §9.9.2.2), or an ad of a chain that others follow.
    pub fn waits_for_end(&self) -> bool {
        self.splice.as_deref().is_some_and(meaning::waits_for_end)
    }

    /// How much longer the break it begins or goes on with is meant to last; not negative.
    pub fn remaining(&self) -> Option<MediaDuration> {
        match self.signal {
            Signal::Out { duration } => duration,
            Signal::Continue { elapsed, duration } => {
                Some((duration? - elapsed?).max(MediaDuration::ZERO))
            }
            Signal::In => None,
        }
    }
}
