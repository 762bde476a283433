//! What a channel remembers of its breaks: facts that are written once and never change.
//!
//! A break's start and return are *boundaries*, where every rendition has a segment boundary within
//! [`TOLERANCE`]. At each boundary stands a mark per rendition, so that how many segments and
//! discontinuities a viewer's ads replaced is a difference of two marks, whatever return that
//! viewer had.

use std::cmp::Ordering;

use super::track::{Timed, Track};
use crate::{
    cue::Cue,
    ids::BreakId,
    pod::Unfilled,
    units::{DiscontinuitySequence, MediaDuration, MediaSequence, ProgramTime, Source},
};

/// How far apart the renditions' segment boundaries may lie and still be one: a little more than
/// two AAC frames, so that audio cut on its own frames keeps common boundaries with video.
pub const TOLERANCE: MediaDuration = MediaDuration::from_millis(100);

/// The longest a break without an announced length or a cue-in lasts (B-47; MediaTailor asks for
/// 300 s of ads then).
pub const LONGEST_BREAK: MediaDuration = MediaDuration::from_secs(300);

/// A break's place in its channel's ledger: the first is 0. Pre-rolls are numbered apart, and stand
/// before all breaks: a session has one at most, at its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BreakSerial(pub u32);

impl BreakSerial {
    /// Nothing is before it: it is the first that a pre-roll may have.
    pub const BEFORE_ALL: Self = Self(PRE_ROLLS);

    /// That of a pre-roll that has no place so far.
    pub const NO_PLACE: Self = Self(u32::MAX);

    /// That of the how-manieth pre-roll of a channel.
    pub(super) const fn of_pre_roll(number: u32) -> Self {
        Self(PRE_ROLLS | number)
    }

    /// Is it a pre-roll, which is no break of the source's?
    pub const fn is_pre_roll(self) -> bool {
        self.0 >= PRE_ROLLS
    }
}

impl Ord for BreakSerial {
    fn cmp(&self, other: &Self) -> Ordering {
        (!self.is_pre_roll(), self.0).cmp(&(!other.is_pre_roll(), other.0))
    }
}

impl PartialOrd for BreakSerial {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// No channel has so many breaks.
const PRE_ROLLS: u32 = 1 << 31;

/// Where one rendition stands at a boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Number of its first segment past the boundary.
    pub msn: Source<MediaSequence>,
    /// Discontinuities before that segment, its own not counted.
    pub before: Source<DiscontinuitySequence>,
    /// The same with its own; none while the segment has not been read.
    pub at: Option<Source<DiscontinuitySequence>>,
}

impl Mark {
    /// Where `track` stands at `time`, if what is known of it reaches there. What it missed from there on
    /// it counts like another of all `tracks` that was read.
    pub(super) fn of(track: &Track, time: ProgramTime, tracks: &[Track]) -> Option<Self> {
        let (first, last) = (track.segments.front()?, track.segments.back()?);
        if first.start > time + TOLERANCE || last.end() < time - TOLERANCE {
            return None;
        }
        let past = track.segments.partition_point(|segment| segment.middle() < time);
        let here = track.segments.get(past);
        let before = match past.checked_sub(1).and_then(|at| track.segments.get(at)) {
            Some(previous) => previous.dsn,
            None => first.before(),
        };
        let msn = here.map_or(last.msn.plus(1), |segment| segment.msn);
        let at = here.map(|here| {
            let missed = (here.start > time + TOLERANCE).then(|| turns_at(time, tracks)).flatten();
            missed.map_or(here.dsn, |turns| before.plus(turns))
        });
        Some(Self { msn, before, at })
    }

    /// The same in a rendition numbered like `track` that is read from `first` on: discontinuities may
    /// be counted from elsewhere.
    fn moved(self, track: &Track, first: &Timed) -> Option<Self> {
        let turns = first.dsn.since(track.at(first.msn)?.dsn);
        let moved = |dsn: Source<DiscontinuitySequence>| {
            Source(DiscontinuitySequence(dsn.0.0.saturating_add_signed(turns)))
        };
        Some(Self { before: moved(self.before), at: self.at.map(moved), ..self })
    }

    /// Where a rendition stood at `time` that was not read there and is now read from `first` on:
    /// counted back in segments of that length, and by the discontinuities of one that was read.
    fn before(first: &Timed, time: ProgramTime, tracks: &[Track]) -> Self {
        let length = first.segment.duration;
        let missed = (first.start - time + length.half()).as_nanos() / length.as_nanos().max(1);
        let msn = first.msn.0.0.saturating_sub(missed.unsigned_abs());
        let dsn = |from| {
            let turns = tracks.iter().find_map(|track| track.turns_between(from, first.middle()));
            turns.map_or(first.before(), |turns| first.dsn.back(turns))
        };
        let (before, at) = (dsn(time - TOLERANCE.times(2)), dsn(time + TOLERANCE.times(2)));
        Self { msn: Source(MediaSequence(msn)), before, at: Some(at) }
    }
}

/// How many discontinuities stand at a moment in the first rendition that was read before and after it.
fn turns_at(time: ProgramTime, tracks: &[Track]) -> Option<u64> {
    let near = TOLERANCE.times(2);
    tracks.iter().find_map(|track| track.turns_between(time - near, time + near))
}

/// A moment at which a break can begin or be left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// Program time, as the reference rendition has it.
    pub time: ProgramTime,
    /// A mark per rendition; none for one that has not been read there yet. Until it is read again
    /// another rendition's stand for it.
    pub marks: Vec<Option<Mark>>,
}

impl Boundary {
    pub(super) fn at(time: ProgramTime, tracks: &[Track]) -> Self {
        Self { time, marks: tracks.iter().map(|track| Mark::of(track, time, tracks)).collect() }
    }

    /// Fills in what has been read since; what stands stays.
    pub(super) fn complete(&mut self, tracks: &[Track]) {
        let known = self.marks.clone();
        for (mark, track) in self.marks.iter_mut().zip(tracks) {
            if mark.is_some_and(|mark| mark.at.is_some()) {
                continue;
            }
            let passed = track.segments.front().filter(|first| first.start > self.time + TOLERANCE);
            match (mark.as_mut(), Mark::of(track, self.time, tracks), passed) {
                (Some(known), Some(read), _) if read.msn == known.msn => known.at = read.at,
                (Some(known), _, Some(_)) => known.at = Some(known.before),
                (None, None, Some(first)) => {
                    let alike = tracks.iter().zip(&known).filter(|(other, _)| track.is_like(other));
                    let alike =
                        alike.into_iter().find_map(|(other, mark)| mark.map(|m| (other, m)));
                    let like = alike.and_then(|(other, mark)| mark.moved(other, first));
                    *mark = Some(like.unwrap_or_else(|| Mark::before(first, self.time, tracks)));
                }
                (None, read, _) => *mark = read,
                _ => {}
            }
        }
    }
}

/// A stretch of the channel that may be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// Its name everywhere.
    pub id: BreakId,
    /// Its place in the ledger.
    pub serial: BreakSerial,
    /// What began it.
    pub cue: Cue,
    /// The time its cue names; a cue read again is known by it.
    pub cue_time: ProgramTime,
    /// Where it begins unless a boundary near it says better.
    pub announced: ProgramTime,
    /// The reference's boundary nearest to that, once it has been read: where it will begin if the
    /// other renditions are cut there too, and where content stops until that is known.
    pub snapped: Option<ProgramTime>,
    /// Nothing past this had been shown when it was heard of.
    pub(super) free_from: ProgramTime,
    /// Its announced length from `announced`.
    pub planned: Option<MediaDuration>,
    /// Where it begins, once every rendition is known to have a boundary there.
    pub start: Option<Boundary>,
    /// Later boundaries inside it up to its end, in order.
    pub boundaries: Vec<Boundary>,
    /// Where the source returns; always one of the boundaries, or the start.
    pub end: Option<ProgramTime>,
    /// Why it stays content for everybody.
    pub refusal: Option<Unfilled>,
    /// When it was first read, on the service's clock.
    pub seen_at: ProgramTime,
    /// When the channel's edge came to its start, on the service's clock: since then nothing new
    /// has been shown to those who wait for a decision.
    pub stands_since: Option<ProgramTime>,
    /// No rendition but the reference had a boundary at its end.
    pub ragged_end: bool,
    /// It can be left at every boundary of the reference, other renditions each at their own nearest one;
    /// else only where all have one.
    pub returns_anywhere: bool,
    /// Ads may stand for the programme up to here: as far as the reference has been read and its
    /// boundaries could be held against the other renditions'.
    pub paced_to: ProgramTime,
    /// A cue-in, or the start of the next break.
    pub(super) signalled_end: Option<ProgramTime>,
    /// Boundaries have been looked for up to here.
    pub(super) read_to: ProgramTime,
    /// The boundary that some rendition has not come to, and since when it is waited for.
    pub(super) awaited: Option<(ProgramTime, ProgramTime)>,
}

impl Break {
    /// One of a recorded programme: known whole, `replaced` being what the source gives away for it.
    pub fn recorded(
        (id, serial): (BreakId, BreakSerial),
        cue: Cue,
        begins: ProgramTime,
        replaced: Option<MediaDuration>,
        seen_at: ProgramTime,
    ) -> Self {
        Self {
            id,
            serial,
            cue,
            cue_time: begins,
            announced: begins,
            snapped: Some(begins),
            free_from: begins,
            planned: replaced,
            start: Some(Boundary { time: begins, marks: Vec::new() }),
            boundaries: Vec::new(),
            end: replaced.map(|length| begins + length),
            refusal: None,
            seen_at,
            stands_since: None,
            ragged_end: false,
            returns_anywhere: false,
            paced_to: begins,
            signalled_end: None,
            read_to: begins,
            awaited: None,
        }
    }

    /// Where it begins, as well as is known.
    pub fn begins(&self) -> ProgramTime {
        let snapped = self.snapped.unwrap_or(self.announced);
        self.start.as_ref().map_or(snapped, |start| start.time)
    }

    /// Where it will end at the latest.
    pub fn ends_by(&self) -> ProgramTime {
        let planned = self.planned_end();
        self.end.or(self.signalled_end).map_or(planned, |end| end.min(planned))
    }

    /// Its length as far as known: from its start to its end, or as announced.
    pub fn length(&self) -> Option<MediaDuration> {
        match self.end {
            Some(end) => Some(end - self.begins()),
            None => self.planned.map(|_| self.ends_by() - self.begins()),
        }
    }

    /// Its cue and `cue`, which says that a break begins at `time`, are one: said of the same
    /// moment, of the same event while that lasts (an id may be used again afterwards, B-51), or
    /// less than a target duration apart and not of two events. One taken back whose place is settled
    /// is known by its moment alone: what is told of another is another break.
    pub(super) fn is_named_by(
        &self,
        cue: &Cue,
        time: ProgramTime,
        target_duration: MediaDuration,
    ) -> bool {
        let apart = (time - self.cue_time).abs();
        if self.is_taken_back() && self.snapped.is_some() {
            return apart <= TOLERANCE;
        }
        let ids = self.cue.event_id.zip(cue.event_id);
        let same_event = ids.is_some_and(|(this, other)| this == other);
        apart <= TOLERANCE
            || (apart < target_duration && (ids.is_none() || same_event))
            || (same_event && self.end.is_none())
    }

    /// Does the source return at `time`, one of the reference's boundaries? Where it was told to, or
    /// as planned; a break that only a cue-in ends is over without one after `grace` (B-43).
    pub(super) fn returns_at(&self, time: ProgramTime, grace: MediaDuration) -> bool {
        let signalled = self.signalled_end.is_some_and(|end| time >= end - TOLERANCE);
        let waits = if self.cue.waits_for_end() { grace } else { MediaDuration::ZERO };
        signalled || time >= self.planned_end() + waits - TOLERANCE
    }

    /// Does the source return before `time`, inside the segment that ends there?
    pub(super) fn returns_before(&self, time: ProgramTime) -> bool {
        let planned = (!self.cue.waits_for_end()).then(|| self.planned_end());
        planned.into_iter().chain(self.signalled_end).any(|end| time > end + TOLERANCE)
    }

    /// Did it last for as long as a break may of which nobody told how long it is or where it ends (B-47)?
    pub fn ran_out(&self) -> bool {
        let untold = self.planned.is_none() && self.signalled_end.is_none();
        untold && self.end.is_some_and(|end| end >= self.planned_end() - TOLERANCE)
    }

    fn planned_end(&self) -> ProgramTime {
        self.announced + self.planned.unwrap_or(LONGEST_BREAK)
    }

    /// Its event was cancelled before it began.
    pub(super) fn is_taken_back(&self) -> bool {
        self.refusal == Some(Unfilled::Cancelled)
    }

    /// Nothing more can be learnt of it.
    pub(super) fn is_complete(&self, tracks: &[Track]) -> bool {
        let is_whole = |mark: &Option<Mark>| mark.is_some_and(|mark| mark.at.is_some());
        let known = |boundary: &Boundary| {
            let mut marks = boundary.marks.iter().zip(tracks);
            marks.all(|(mark, track)| !track.is_read || is_whole(mark))
        };
        self.end.is_some() && self.start.iter().chain(&self.boundaries).all(known)
    }

    /// The boundary at `time`, which is its start or one of those inside it.
    pub fn boundary(&self, time: ProgramTime) -> Option<&Boundary> {
        self.start.iter().chain(&self.boundaries).find(|boundary| boundary.time == time)
    }
}

/// Does `track` have a segment boundary at `time`? None: it has not been read so far.
pub(super) fn has_boundary(track: &Track, time: ProgramTime) -> Option<bool> {
    let near = |other: ProgramTime| (other - time).abs() <= TOLERANCE;
    let edge = track.edge()?;
    if edge < time - TOLERANCE {
        return None;
    }
    let past = track.segments.partition_point(|segment| segment.middle() < time);
    let starts = track.segments.get(past).is_some_and(|segment| near(segment.start));
    let ends = past.checked_sub(1).and_then(|at| track.segments.get(at)).map(Timed::end);
    Some(starts || ends.is_some_and(near))
}
