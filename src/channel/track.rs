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
    hls::{Line, MediaPlaylist, RenditionKind, Segment},
    units::{DiscontinuitySequence, MediaDuration, MediaSequence, ProgramTime, Source},
};

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
    pub date_ranges: Vec<Line>,
    /// `EXT-X-ENDLIST` has come.
    pub ended: bool,
    /// The origin dates its segments.
    pub dated: bool,
}

/// A rendition's state.
#[derive(Debug)]
pub(super) struct Track {
    pub(super) kind: RenditionKind,
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
    /// The last reading failed, or was older than what is known.
    pub(super) failing: bool,
    /// First number of the running epoch.
    epoch: Source<MediaSequence>,
    ranges: Ranges,
}

impl Track {
    pub(super) fn new(kind: RenditionKind) -> Self {
        Self {
            kind,
            segments: VecDeque::new(),
            frame: None,
            head: None,
            advanced_at: None,
            passed_at: None,
            cues: Vec::new(),
            bears_cues: false,
            failing: false,
            epoch: Source::default(),
            ranges: Ranges::default(),
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

    /// Discontinuities from the segment shown at one moment to the one at another.
    pub(super) fn turns_between(&self, from: ProgramTime, to: ProgramTime) -> Option<u64> {
        let shown = |time| self.segments.iter().find(|s| s.start <= time && time < s.end());
        u64::try_from(shown(to)?.dsn.since(shown(from)?.dsn)).ok()
    }

    /// Reads a playlist. `place` dates the first segment of a playlist that has no dates; `turns`
    /// says how many discontinuities other renditions have between two moments.
    pub(super) fn read(
        &mut self,
        playlist: &MediaPlaylist,
        place: impl Fn(&MediaPlaylist) -> ProgramTime,
        turns: impl Fn(ProgramTime, ProgramTime) -> Option<u64>,
        now: ProgramTime,
    ) -> Reading {
        let (Some(first), Some(last)) = (playlist.segments.first(), playlist.segments.last())
        else {
            if let Some(frame) = &mut self.frame {
                frame.ended |= playlist.end_list;
            }
            return Reading::Same;
        };
        let starts = self.starts(playlist, place);
        let Some(follow) = self.follow(playlist, &starts) else { return Reading::Stale };
        let before = self.segments.back().map(|known| known.msn);
        match follow {
            Follow::Continue => self.append(playlist, &starts),
            Follow::NewEpoch => self.restart(playlist, &starts, turns),
        }
        self.head = self.numbered(first.msn).map(|known| known.start).or(self.head);
        self.forget(playlist.target_duration);
        self.ranges.read(playlist);
        if let Some(oldest) = self.segments.front() {
            self.ranges.forget(oldest.start);
        }
        self.frame = Some(self.frame_of(playlist, first.start.is_some()));
        debug_assert!(last.msn >= first.msn, "segments stand in order");
        if self.segments.back().map(|known| known.msn) == before {
            return Reading::Same;
        }
        self.advanced_at = Some(now);
        Reading::Advanced
    }

    fn frame_of(&self, playlist: &MediaPlaylist, dated: bool) -> Frame {
        let target_duration = match &self.frame {
            Some(known) => known.target_duration,
            None => playlist.target_duration,
        };
        Frame {
            target_duration,
            header: playlist.header.clone(),
            date_ranges: self.ranges.lines(),
            ended: playlist.end_list,
            dated,
        }
    }

    /// Every segment's place: its date, or for undated playlists its place after a known segment.
    fn starts(
        &self,
        playlist: &MediaPlaylist,
        place: impl Fn(&MediaPlaylist) -> ProgramTime,
    ) -> Vec<ProgramTime> {
        let dated: Option<Vec<_>> = playlist.segments.iter().map(|s| s.start).collect();
        dated.unwrap_or_else(|| {
            let parts = telling_parts(playlist);
            let anchor = playlist.segments.iter().enumerate().find_map(|(at, segment)| {
                self.place_of(segment, parts).map(|known| (at, known.start))
            });
            let first = match anchor {
                Some((at, start)) => {
                    start
                        - playlist.segments[..at].iter().map(|s| s.duration).sum::<MediaDuration>()
                }
                None => self.edge().unwrap_or_else(|| place(playlist)),
            };
            playlist
                .segments
                .iter()
                .scan(first, |next, segment| {
                    let start = *next;
                    *next = start + segment.duration;
                    Some(start)
                })
                .collect()
        })
    }

    /// The known segment of the running epoch that carries the same number and name.
    fn place_of(&self, segment: &Segment, parts: usize) -> Option<&Timed> {
        let same = |known: &&Timed| name(&known.segment, parts) == name(segment, parts);
        self.numbered(segment.msn).filter(same)
    }

    /// The known segment of the running epoch that the origin gives this number.
    pub(super) fn numbered(&self, msn: Source<MediaSequence>) -> Option<&Timed> {
        let from = self.segments.partition_point(|known| known.msn < self.epoch);
        let first = self.segments.get(from)?.segment.msn;
        let later = usize::try_from(msn.since(first)).ok()?;
        let known = self.segments.get(from.checked_add(later)?)?;
        (known.segment.msn == msn).then_some(known)
    }

    fn follow(&self, playlist: &MediaPlaylist, starts: &[ProgramTime]) -> Option<Follow> {
        let (Some(known), Some(newest)) = (self.segments.back(), playlist.segments.last()) else {
            return Some(Follow::Continue);
        };
        let newest_end = *starts.last()? + newest.duration;
        let half = playlist.target_duration.half();
        // Half of the newest segment: a new epoch may begin with a short one.
        let later = newest_end > known.end() + half.min(newest.duration.half());
        // Of an epoch that is over: its numbers tell nothing, its dates do.
        if newest.start.is_some() && newest_end + half < known.end() {
            return None;
        }
        let backwards = newest.msn < known.segment.msn;
        match (backwards || self.contradicted(playlist, starts), later) {
            (false, _) => Some(Follow::Continue),
            (true, true) => Some(Follow::NewEpoch),
            (true, false) => None,
        }
    }

    /// A known number stands for another time or, without dates, another name; or numbers past the
    /// known ones stand for times before their end.
    fn contradicted(&self, playlist: &MediaPlaylist, starts: &[ProgramTime]) -> bool {
        let Some(known) = self.segments.back() else { return false };
        let parts = telling_parts(playlist);
        let mut listed = playlist.segments.iter().zip(starts);
        let past = listed.clone().next().is_some_and(|(first, start)| {
            let past = first.start.is_some() && first.msn > known.segment.msn;
            past && *start + first.duration.half() < known.end()
        });
        past || listed.any(|(segment, start)| {
            segment.msn == known.segment.msn
                && match segment.start {
                    Some(_) => (*start - known.start).abs() > playlist.target_duration,
                    None => name(segment, parts) != name(&known.segment, parts),
                }
        })
    }

    fn append(&mut self, playlist: &MediaPlaylist, starts: &[ProgramTime]) {
        let known = self.segments.back().cloned();
        let again = known.as_ref().and_then(|known| {
            playlist.segments.iter().find(|segment| segment.msn == known.segment.msn)
        });
        // Counted from the known segment as *this* reading numbers it: some origins let tagged
        // segments go without raising EXT-X-DISCONTINUITY-SEQUENCE.
        let turns_from = again.or(known.as_ref().map(|known| &known.segment)).map(|s| s.dsn);
        for (segment, &start) in playlist.segments.iter().zip(starts) {
            let (msn, dsn) = match (&known, turns_from) {
                (Some(known), Some(from)) => {
                    let steps = segment.msn.since(known.segment.msn);
                    if steps <= 0 {
                        continue;
                    }
                    let turns = segment.dsn.since(from).max(0).unsigned_abs();
                    (known.msn.plus(steps.unsigned_abs()), known.dsn.plus(turns))
                }
                _ => (segment.msn, segment.dsn),
            };
            self.push(Timed {
                segment: Arc::clone(segment),
                msn,
                dsn,
                start,
                discontinuity: segment.discontinuity,
            });
        }
    }

    /// Keeps a segment, which will outlive the playlist it was read in. A window has no holes: where segments were never read, what lies before them goes.
    fn push(&mut self, mut next: Timed) {
        next.segment =
            Arc::new(next.segment.apart(self.segments.back().map(|last| &*last.segment)));
        if self.segments.back().is_some_and(|last| next.msn != last.msn.plus(1)) {
            self.segments.clear();
        }
        self.segments.push_back(next);
    }

    /// Goes on with a new epoch's numbers. Its beginning is a discontinuity; others there were before
    /// it are known from other renditions, if this one has not read them.
    fn restart(
        &mut self,
        playlist: &MediaPlaylist,
        starts: &[ProgramTime],
        turns: impl Fn(ProgramTime, ProgramTime) -> Option<u64>,
    ) {
        let Some(known) = self.segments.back().cloned() else { return };
        let mut first: Option<(Source<MediaSequence>, Source<DiscontinuitySequence>)> = None;
        let mut before = 1;
        for (segment, &start) in playlist.segments.iter().zip(starts) {
            if start < known.end() - playlist.target_duration.half() {
                continue;
            }
            let (msn0, dsn0) = *first.get_or_insert((segment.msn, segment.dsn));
            let begins = segment.msn == msn0;
            if begins {
                let middle = start + segment.duration.half();
                before = turns(known.middle(), middle).map_or(1, |turns| turns.max(1));
            }
            self.push(Timed {
                segment: Arc::clone(segment),
                msn: known.msn.plus(1 + segment.msn.since(msn0).unsigned_abs()),
                dsn: known.dsn.plus(before + segment.dsn.since(dsn0).unsigned_abs()),
                start,
                discontinuity: begins || segment.discontinuity,
            });
        }
        self.epoch = known.msn.plus(1);
    }

    /// Drops what the origin dropped long ago; the rest still serves windows whose end is held.
    fn forget(&mut self, target_duration: MediaDuration) {
        let Some(head) = self.head else { return };
        let kept = target_duration.times(KEPT_TARGET_DURATIONS);
        let oldest = back_from(self.segments.iter(), head, kept);
        while self.segments.front().is_some_and(|first| first.end() <= oldest) {
            self.segments.pop_front();
        }
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

/// What names a segment at every reload: so many last parts of its path, as origins sign addresses
/// anew in their query or before it.
fn name(segment: &Segment, parts: usize) -> &str {
    let path = segment.uri().split(['?', '#']).next().unwrap_or_default();
    let Some(before) = parts.checked_sub(1) else { return "" };
    path.rmatch_indices('/').nth(before).map_or(path, |(slash, _)| &path[slash + 1..])
}

/// How many last parts of their paths tell a playlist's neighbours apart; none if no few do.
fn telling_parts(playlist: &MediaPlaylist) -> usize {
    let apart = |parts: &usize| {
        let pairs = playlist.segments.windows(2);
        pairs.into_iter().all(|pair| name(&pair[0], *parts) != name(&pair[1], *parts))
    };
    (1..=MOST_PARTS).find(apart).unwrap_or(0)
}

/// Names deeper than this are not looked for.
const MOST_PARTS: usize = 4;

/// How far behind the origin's head segments are kept, in target durations: a held window reaches
/// 1.5 back, and the origin serves a dropped segment for at least 3.
const KEPT_TARGET_DURATIONS: i64 = 2;

/// So many segments tell how a rendition is cut.
const LATELY: usize = 4;

enum Follow {
    Continue,
    NewEpoch,
}
