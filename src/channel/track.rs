//! One rendition as the origin has published it so far: its newest window, what the origin has
//! dropped of late, and one numbering over encoder restarts.
//!
//! A playlist older in sequence and date than the known one is stale and changes nothing. One lower
//! in sequence but later in date is a new epoch (an encoder restart): its numbers are moved so that
//! the rendition's own numbering goes on, and its first segment becomes a discontinuity.

use std::{collections::VecDeque, sync::Arc};

use super::{ledger::TOLERANCE, ranges::Ranges};
use crate::{
    cue::Cue,
    hls::{Attributes, Line, RenditionKind, Segment, Tag},
    units::{DiscontinuitySequence, MediaDuration, MediaSequence, ProgramTime, Source},
};

mod names;
mod placing;
mod reading;
mod turns;

use turns::Turns;

/// A source segment in its place.
#[derive(Clone, Debug)]
pub struct Timed {
    /// As it was read. Its own numbers are the origin's of its epoch (implicit IVs need them).
    pub segment: Arc<Segment>,
    /// Number in the rendition, over all epochs.
    pub msn: Source<MediaSequence>,
    /// Discontinuities up to it, its own included, over all epochs.
    pub dsn: Source<DiscontinuitySequence>,
    /// Its place on the programme's clock.
    pub start: ProgramTime,
    /// It begins a new timestamp sequence: by its own tag, or as an epoch's first.
    pub discontinuity: bool,
}

impl Timed {
    /// Where it ends on the programme's clock.
    pub fn end(&self) -> ProgramTime {
        self.start + self.segment.duration
    }

    /// Its midpoint decides on which side of a boundary it lies.
    pub fn middle(&self) -> ProgramTime {
        self.start + self.segment.duration.half()
    }

    /// Discontinuities before it, its own not counted.
    pub fn before(&self) -> Source<DiscontinuitySequence> {
        Source(DiscontinuitySequence(self.dsn.0.0.saturating_sub(u64::from(self.discontinuity))))
    }
}

/// What one more reading of a playlist brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Segments not known before.
    Advanced,
    /// Nothing new.
    Same,
    /// Older than what is known; ignored.
    Stale,
}

/// What stands at the playlist's head and end, as last read.
#[derive(Clone, Debug)]
pub struct Frame {
    /// `EXT-X-TARGETDURATION` as first read: it never changes in a session. In a view it is
    /// the channel's.
    pub target_duration: MediaDuration,
    /// Lines that speak of the whole playlist.
    pub header: Vec<Line>,
    /// Date ranges that mark no break: they belong to their dates, not to the segment they happen
    /// to stand at, and stay as long as those.
    pub date_ranges: Arc<[Line]>,
    /// `EXT-X-ENDLIST` has come.
    pub ended: bool,
    /// The origin dates its segments.
    pub dated: bool,
}

impl Frame {
    /// Is it an event, whose beginning stays listed?
    pub fn is_event(&self) -> bool {
        let says = |line: &Line| line.tag == Tag::PlaylistType && line.value() == "EVENT";
        self.header.iter().any(says)
    }

    /// Where the origin has players begin, counted from the end: none where it says nothing, or
    /// counts from the beginning.
    pub fn starts_before_end(&self) -> Option<MediaDuration> {
        let line = self.header.iter().find(|line| line.tag == Tag::Start)?;
        let offset: MediaDuration =
            Attributes::of(line.value()).get("TIME-OFFSET")?.parse().ok()?;
        (offset < MediaDuration::ZERO).then(|| -offset)
    }

    /// Does the origin say where players begin, and may they?
    pub fn has_start(&self) -> bool {
        self.header.iter().any(|line| line.tag == Tag::Start && !self.starts_too_late(line))
    }

    /// Must live viewers not begin there? A point within three target durations of the end is where
    /// there is nothing to play yet, above all once low-latency parts are gone.
    pub fn starts_too_late(&self, start: &Line) -> bool {
        let whole = |line: &Line| line.tag == Tag::PlaylistType && line.value() == "VOD";
        let offset = Attributes::of(start.value()).get("TIME-OFFSET");
        let offset = offset.and_then(|text| text.parse::<MediaDuration>().ok());
        let late = |offset: MediaDuration| {
            offset < MediaDuration::ZERO && -offset < self.target_duration.times(3)
        };
        !self.header.iter().any(whole) && offset.is_some_and(late)
    }
}

/// A rendition's state.
#[derive(Debug)]
pub(super) struct Track {
    pub(super) kind: RenditionKind,
    /// False where no playlist of it will ever come.
    pub(super) is_read: bool,
    pub(super) segments: VecDeque<Timed>,
    pub(super) frame: Option<Frame>,
    /// Start of the first segment the origin lists.
    pub(super) head: Option<ProgramTime>,
    /// When its edge last moved, on the service's clock.
    pub(super) advanced_at: Option<ProgramTime>,
    /// Since when another rendition has been further than this, on the service's clock.
    pub(super) passed_at: Option<ProgramTime>,
    /// The cues of its newest playlist.
    pub(super) cues: Vec<Cue>,
    /// A cue has been read in it.
    pub(super) bears_cues: bool,
    /// Sound in which cues have been read of which no picture told.
    pub(super) tells_alone: bool,
    /// Its boundaries are the reference's too, as far as both were read.
    pub(super) cut_alike: bool,
    /// The last reading failed, or was older than what is known.
    pub(super) failing: bool,
    /// First number of the running epoch.
    epoch: Source<MediaSequence>,
    pub(super) ranges: Ranges,
    turns: Turns,
}

impl Track {
    pub(super) fn new(kind: RenditionKind) -> Self {
        Self {
            kind,
            is_read: true,
            segments: VecDeque::new(),
            frame: None,
            head: None,
            advanced_at: None,
            passed_at: None,
            cues: Vec::new(),
            bears_cues: false,
            tells_alone: false,
            cut_alike: true,
            failing: false,
            epoch: Source::default(),
            ranges: Ranges::default(),
            turns: Turns::default(),
        }
    }

    /// Where the newest segment ends.
    pub(super) fn edge(&self) -> Option<ProgramTime> {
        self.segments.back().map(Timed::end)
    }

    /// Does `other` give the same numbers to the same moments wherever both have been read?
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let mut both =
            self.segments.iter().filter_map(|own| Some((own, other.at(own.msn)?))).peekable();
        both.peek().is_some()
            && both.all(|(own, other)| (own.start - other.start).abs() <= TOLERANCE)
    }

    /// The segment with this number.
    pub(super) fn at(&self, msn: Source<MediaSequence>) -> Option<&Timed> {
        let first = self.segments.front()?.msn;
        self.segments.get(usize::try_from(msn.since(first)).ok()?)
    }

    /// Would it be cut at `time` if it went on as it was cut lately, anew from `cut` on if it has not
    /// been read so far?
    pub(super) fn goes_on_to(&self, time: ProgramTime, cut: ProgramTime) -> bool {
        let lately = self.segments.iter().rev().take(LATELY);
        let length = lately.map(|known| known.segment.duration).max();
        let Some((edge, length)) = self.edge().zip(length) else { return true };
        let past = (time - edge.max(cut)).as_nanos().rem_euclid(length.as_nanos().max(1));
        past.min(length.as_nanos() - past) <= TOLERANCE.as_nanos()
    }

    /// Takes over what `other` tells of moments up to which this rendition has not been read.
    pub(super) fn borrow_ranges(&mut self, other: &Self) {
        let edge = self.edge();
        let (Some(edge), Some(frame)) = (edge, &mut self.frame) else { return };
        if self.ranges.borrow(&other.ranges, edge) {
            frame.date_ranges = self.ranges.lines().into();
        }
    }

    /// Discontinuities from the segment shown at one moment to the one at another.
    pub(super) fn turns_between(&self, from: ProgramTime, to: ProgramTime) -> Option<u64> {
        self.turns.between(from, to)
    }

    /// The same where it has not been read to `to`, at which an encoder has begun again, as far as can
    /// be known: what it has had meanwhile, and the beginning.
    pub(super) fn turns_to_restart(&self, from: ProgramTime, to: ProgramTime) -> Option<u64> {
        self.edge().filter(|edge| *edge <= to)?;
        let running = self.segments.iter().find(|known| known.msn >= self.epoch)?;
        Some(self.turns.since(from)? + u64::from(running.start <= from))
    }
}

/// The moment from which on `length` is listed before `head`. Where nothing was made for a while
/// nothing counts.
pub(super) fn back_from<'a>(
    segments: impl DoubleEndedIterator<Item = &'a Timed>,
    head: ProgramTime,
    length: MediaDuration,
) -> ProgramTime {
    let (mut from, mut left) = (head, length);
    for known in segments.rev().filter(|known| known.start < head) {
        if known.segment.duration >= left {
            return known.end() - left;
        }
        (from, left) = (known.start, left - known.segment.duration);
    }
    from - left
}

/// So many segments tell how a rendition is cut.
const LATELY: usize = 4;
