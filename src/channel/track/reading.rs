//! Taking in one more reading of a rendition's playlist: what is new is numbered, what the origin
//! dropped long ago is forgotten.

use std::sync::Arc;

use super::{Frame, Reading, TOLERANCE, Timed, Track, back_from, placing::Follow};
use crate::{
    hls::MediaPlaylist,
    units::{DiscontinuitySequence, MediaDuration, MediaSequence, ProgramTime, Source},
};

impl Track {
    /// Reads a playlist. `place` dates the first segment of a playlist that has no dates; `turns`
    /// says how many discontinuities other renditions have between two moments.
    pub(in crate::channel) fn read(
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
        let ranges = self.ranges.lines();
        let known = self.frame.as_ref().map(|known| &known.date_ranges);
        let date_ranges = known.filter(|known| ***known == *ranges).cloned();
        Frame {
            target_duration,
            header: playlist.header.clone(),
            date_ranges: date_ranges.unwrap_or_else(|| ranges.into()),
            ended: playlist.end_list,
            dated,
        }
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
        self.turns.note(&next);
        self.segments.push_back(next);
    }

    /// Goes on with a new epoch's numbers. Its beginning is a discontinuity; others there were before
    /// it are known from other renditions, if this one has not read them. Then it has not read
    /// their segments either, and what lies before them goes; so it does where others show that much
    /// was missed.
    fn restart(
        &mut self,
        playlist: &MediaPlaylist,
        starts: &[ProgramTime],
        turns: impl Fn(ProgramTime, ProgramTime) -> Option<u64>,
    ) {
        let Some(known) = self.segments.back().cloned() else { return };
        let mut first: Option<(Source<MediaSequence>, Source<DiscontinuitySequence>)> = None;
        let (mut before, mut missed) = (1, 0);
        for (segment, &start) in playlist.segments.iter().zip(starts) {
            if start < known.end() - playlist.target_duration.half() {
                continue;
            }
            let (msn0, dsn0) = *first.get_or_insert((segment.msn, segment.dsn));
            let begins = segment.msn == msn0;
            if begins {
                let middle = start + segment.duration.half();
                before = turns(known.middle(), middle).map_or(1, |turns| turns.max(1));
                let next = known.end() + TOLERANCE.times(2);
                let gap = start - known.end();
                let long = gap > playlist.target_duration.times(3).half();
                if long && turns(next, next).is_some() {
                    missed = gap.as_nanos().unsigned_abs()
                        / known.segment.duration.as_nanos().max(1).unsigned_abs();
                }
                if before > 1 {
                    self.segments.clear();
                }
            }
            self.push(Timed {
                segment: Arc::clone(segment),
                msn: known.msn.plus(1 + missed + segment.msn.since(msn0).unsigned_abs()),
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

/// How far behind the origin's head segments are kept, in target durations: a held window reaches
/// 1.5 back, and the origin serves a dropped segment for at least 3.
const KEPT_TARGET_DURATIONS: i64 = 2;
