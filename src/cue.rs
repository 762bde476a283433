//! Cues: the signals in a playlist that a break begins, goes on or ends.
//!
//! Each dialect has a reader of its own that turns a line into a marker; the markers of one
//! place are then joined, as several dialects may tell of one event. Everything is read from the
//! playlist alone: reading the next reload yields the same cue for the same tag. Deliberately
//! absent: breaks, which last over reloads and are `channel`'s to keep.

use std::sync::Arc;

use crate::{
    hls::MediaPlaylist,
    scte35::SpliceInfo,
    units::{MediaDuration, MediaSequence, ProgramTime, Source},
};

mod cue_out;
mod date_range;
mod dates;
mod join;
mod marker;
mod meaning;
mod nesting;
mod others;
mod place;
mod ranges;
mod same;
#[cfg(test)]
mod tests;
mod value;

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
}

/// What a cue says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// A break begins.
    Out {
        /// How long it is meant to be; zero where something may be put in and nothing replaced.
        duration: Option<MediaDuration>,
    },
    /// A break is under way.
    Continue {
        /// Since when; may be longer than `duration`.
        elapsed: Option<MediaDuration>,
        /// How long it is meant to be in all.
        duration: Option<MediaDuration>,
    },
    /// A break ends.
    In,
}

/// How cues are spelt, the most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// `EXT-X-DATERANGE` with `SCTE35-OUT`, `SCTE35-IN` or `SCTE35-CMD` (rfc8216bis §4.4.5.1).
    DateRange,
    /// `EXT-X-SCTE35` (ANSI/SCTE 35 2022b §12.2.2).
    Scte35,
    /// `EXT-X-CUE-OUT`, `EXT-X-CUE-OUT-CONT`, `EXT-X-CUE-SPAN`, `EXT-X-CUE-IN`.
    CueOut,
    /// `EXT-X-CUE` and `EXT-X-CUE-CONT` of Adobe.
    Adobe,
    /// `EXT-OATCLS-SCTE35`.
    Oatcls,
    /// `EXT-X-SPLICEPOINT-SCTE35`.
    SplicePoint,
    /// `EXT-SCTE35`.
    OldScte35,
    /// `EXT-X-PLACEMENT-OPPORTUNITY`.
    PlacementOpportunity,
}

impl Dialect {
    /// As it stands in logs and metrics: the tag's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DateRange => "EXT-X-DATERANGE",
            Self::Scte35 => "EXT-X-SCTE35",
            Self::CueOut => "EXT-X-CUE-OUT",
            Self::Adobe => "EXT-X-CUE",
            Self::Oatcls => "EXT-OATCLS-SCTE35",
            Self::SplicePoint => "EXT-X-SPLICEPOINT-SCTE35",
            Self::OldScte35 => "EXT-SCTE35",
            Self::PlacementOpportunity => "EXT-X-PLACEMENT-OPPORTUNITY",
        }
    }
}

/// The cues of a playlist in the order of their places, ends before beginnings.
pub fn cues(playlist: &MediaPlaylist) -> Vec<Cue> {
    let mut found = place::markers(playlist);
    found.extend(date_range::markers(playlist));
    nesting::outermost(join::joined(found, playlist.target_duration), playlist.target_duration)
}

impl Cue {
    /// Whether this end is the end of the break that `begin` began: not that of an ad or a
    /// placement opportunity inside it, nor of another one of its kind.
    pub fn closes(&self, begin: &Self) -> bool {
        self.signal == Signal::In && nesting::closes(self, begin)
    }

    /// Whether this beginning lies inside the break that `begin` began, as an ad's does inside a
    /// placement opportunity.
    pub fn is_inside(&self, begin: &Self) -> bool {
        matches!(self.signal, Signal::Out { .. }) && nesting::is_inside(self, begin)
    }

    /// Whether this beginning takes the place of the break that `begin` began: another event, of no
    /// other level.
    pub fn supersedes(&self, begin: &Self) -> bool {
        let events = self.event_id.zip(begin.event_id);
        events.is_some_and(|(own, other)| own != other) && nesting::are_alike(self, begin)
    }

    /// Whether this beginning is the next ad's where a break is signalled ad by ad and `begin` was
    /// an earlier one (B-49b of the checklist, as in dash-mpd's `orange.xml`).
    pub fn follows_in_chain(&self, begin: &Self) -> bool {
        matches!(self.signal, Signal::Out { .. })
            && self.event_id != begin.event_id
            && nesting::are_ads(self, begin)
    }

    /// Whether this end takes an event back.
    pub fn cancels(&self) -> bool {
        nesting::cancelled(self).is_some()
    }

    /// Whether the break this begins ends only at an end cue, its duration being a safety net
    /// (`auto_return` = 0, ANSI/SCTE 35 2023r1 §9.9.2.2).
    pub fn waits_for_end(&self) -> bool {
        self.splice.as_deref().is_some_and(meaning::waits_for_end)
    }
}
