//! Finding where breaks begin, can be left and end: boundaries that all renditions share.

use std::sync::Arc;

use super::{
    Channel,
    ledger::{Boundary, Break, TOLERANCE, has_boundary},
    track::Track,
    view::remembered,
};
use crate::{
    cue::{self, Cue},
    hls::{MediaPlaylist, RenditionKind},
    pod::Unfilled,
    units::ProgramTime,
};

impl Channel {
    /// Brings the ledger up to date after `rendition` was read.
    pub(super) fn observe(&mut self, rendition: usize, playlist: &MediaPlaylist, now: ProgramTime) {
        let splices = self.tracks[rendition].ranges.begun();
        let cues = cue::cues_knowing(playlist, self.trust, &splices);
        self.tracks[rendition].bears_cues |= cues.iter().any(|cue| !cue.begins_programme());
        self.tracks[rendition].cues = cues;
        self.note_who_tells(now);
        let led = self.reference;
        self.choose_reference(now);
        if rendition == self.reference || self.reference != led {
            self.hear_all(now);
        }
        self.follow_all(now);
        self.prune();
    }

    /// Works on every break that is open or still in some rendition's memory; true if a fact was
    /// added.
    pub(super) fn follow_all(&mut self, now: ProgramTime) -> bool {
        let Some(oldest) = self.remembered_since() else { return false };
        let past = |b: &Arc<Break>| b.end.is_some_and(|end| end < oldest);
        let mut changed = false;
        for at in self.breaks.partition_point(past)..self.breaks.len() {
            if let Some(next) = self.followed(&self.breaks[at], now) {
                self.breaks[at] = next;
                changed = true;
            }
        }
        self.follow_pre_rolls(now) || changed
    }

    /// As [`View::remembered_since`](super::View::remembered_since), of what is known now.
    fn remembered_since(&self) -> Option<ProgramTime> {
        let reference = self.tracks[self.reference].segments.front()?.start;
        let tracks = self.tracks.iter().map(|track| &track.segments);
        tracks.filter_map(|known| remembered(known.front()?, known.back()?, reference)).min()
    }

    /// The first video rendition that bears cues leads, else sound that alone tells of breaks, else the
    /// first that has been read; a stale one is replaced by the next fresh one, one that fails by its like.
    pub(super) fn choose_reference(&mut self, now: ProgramTime) {
        let rank = |at: usize| {
            let track = &self.tracks[at];
            let video = track.kind == RenditionKind::Video;
            let keeps_up = at == self.reference || self.keeps_up(track, now);
            let leads = !self.is_left_behind(track, now) && keeps_up;
            let tells = (video && track.bears_cues, track.tells_alone);
            (track.frame.is_some(), leads, tells, video, !track.failing)
        };
        let best = (0..self.tracks.len()).max_by_key(|&at| (rank(at), std::cmp::Reverse(at)));
        if let Some(best) = best.filter(|&best| rank(best) > rank(self.reference)) {
            self.reference = best;
        }
    }

    /// Takes note of sound that has cues of which no picture tells, though all that are read have been read
    /// a target duration past them: cut otherwise, they might tell a segment later (B-08).
    fn note_who_tells(&mut self, now: ProgramTime) {
        let near = self.target_duration();
        let pictures = || self.tracks.iter().filter(|track| track.kind == RenditionKind::Video);
        let edge = pictures().filter(|track| self.is_awaited(track, now)).map(Track::edge).min();
        let has_pictures = pictures().next().is_some();
        let passed = |told: ProgramTime| match edge {
            Some(edge) => edge.is_some_and(|edge| edge >= told + near),
            None => !has_pictures,
        };
        for track in self.tracks.iter_mut().filter(|track| track.kind == RenditionKind::Audio) {
            let first = track.cues.iter().find(|cue| !cue.begins_programme());
            let numbered = |cue: &Cue| track.numbered(cue.at).map(|known| known.start);
            let told = first.and_then(|cue| cue.time.or_else(|| numbered(cue)));
            let alone = told.is_some_and(passed);
            track.tells_alone |= alone;
        }
    }

    /// Works on a break: finds its start, its boundaries, its end; completes its marks. None where no
    /// fact is added.
    pub(super) fn followed(&self, known: &Break, now: ProgramTime) -> Option<Arc<Break>> {
        if known.is_complete(&self.tracks) {
            return None;
        }
        let mut this = known.clone();
        if this.start.is_some() || self.locate(&mut this, now) {
            if this.end.is_none() {
                self.read_boundaries(&mut this, now);
            }
            for boundary in this.start.iter_mut().chain(&mut this.boundaries) {
                boundary.complete(&self.tracks);
            }
        }
        (this != *known).then(|| Arc::new(this))
    }

    /// Finds the start once the reference has been read past it; false while it is not settled.
    fn locate(&self, this: &mut Break, now: ProgramTime) -> bool {
        // Who leads once all have been read may be cut elsewhere than who was read first.
        if !self.is_whole(now) {
            return false;
        }
        let Some(start) = this.snapped.or_else(|| self.nearest_boundary(this)) else {
            return false;
        };
        this.snapped = Some(start);
        let shown = self.view.as_ref();
        let edge_at = || shown.map_or(now, |view| view.edge_at);
        let stands_since =
            *this.stands_since.get_or_insert_with(|| self.stands_at(start).unwrap_or_else(edge_at));
        let waited = self.has_stood(stands_since, now);
        let common = self.is_common(start, |_| true, now);
        // Where the reference is not cut at the cue, who is may be cut there and not here.
        let expected = || (start - this.announced).abs() <= TOLERANCE && self.is_usual(start, now);
        let Some(common) = common.or(waited.then(expected)) else {
            return false;
        };
        this.start = Some(Boundary::at(start, &self.tracks));
        this.read_to = start;
        if !common {
            this.refusal = this.refusal.or(Some(Unfilled::NoCommonBoundary));
        }
        true
    }

    /// The reference's boundary nearest to the announced start, the later of two as near, once it
    /// has been read past that.
    fn nearest_boundary(&self, this: &Break) -> Option<ProgramTime> {
        let reference = &self.tracks[self.reference];
        let edge = reference.edge().filter(|edge| *edge > this.announced)?;
        let starts = reference.segments.iter().map(|known| known.start).chain([edge]);
        let free = starts.filter(|start| *start >= this.free_from - TOLERANCE);
        free.min_by_key(|start| ((*start - this.announced).abs(), std::cmp::Reverse(*start)))
    }

    /// Has every rendition a boundary at `time`, as far as is known? One that is not being read any
    /// more has one if that is what is `expected`. None: one that is being read has not come so far.
    pub(super) fn is_common(
        &self,
        time: ProgramTime,
        expected: impl Fn(&Track) -> bool,
        now: ProgramTime,
    ) -> Option<bool> {
        let others = self.tracks.iter().enumerate().filter(|(at, track)| {
            *at != self.reference
                && track.segments.front().is_some_and(|first| first.start <= time + TOLERANCE)
        });
        let mut common = true;
        for (_, track) in others {
            match has_boundary(track, time) {
                Some(has) => common &= has,
                None if self.is_fresh(track, now) => return None,
                None => common &= expected(track),
            }
        }
        Some(common)
    }

    /// The same, but no rendition is waited for longer than the edge may stand still for it. As
    /// long as the reference itself has come no further nothing stands for that.
    fn is_common_in_time(
        &self,
        this: &mut Break,
        time: ProgramTime,
        now: ProgramTime,
    ) -> Option<bool> {
        let begins = this.begins();
        self.is_common(time, |track| self.goes_on_to(track, time, begins), now).or_else(|| {
            let since = this.awaited.filter(|(awaited, _)| *awaited == time);
            let (_, since) = *this.awaited.insert(since.unwrap_or((time, now)));
            let waited = self.has_waited(since, now) && self.goes_on_past(time);
            waited.then(|| self.is_usual(time, now) || self.goes_on_everywhere(time, begins, now))
        })
    }

    /// Has the reference been read past `time`, or will it never be?
    fn goes_on_past(&self, time: ProgramTime) -> bool {
        let reference = &self.tracks[self.reference];
        let ended = reference.frame.as_ref().is_some_and(|frame| frame.ended);
        ended || reference.edge().is_some_and(|edge| edge > time + TOLERANCE)
    }

    /// Walks on through the reference's boundaries, up to the first that some rendition has not
    /// come to, or to the end of the break.
    fn read_boundaries(&self, this: &mut Break, now: ProgramTime) {
        let reference = &self.tracks[self.reference];
        let Some(edge) = reference.edge() else { return };
        let ended = reference.frame.as_ref().is_some_and(|frame| frame.ended);
        self.make_up_for_late(this, now);
        let from = this.read_to + TOLERANCE;
        let grace = self.target_duration();
        let starts = reference.segments.iter().map(|known| known.start);
        let last = Some(edge).filter(|_| ended);
        for time in starts.chain([edge]).filter(|time| *time > from) {
            if this.returns_before(time) {
                // Inside the segment before: the earlier boundary it is.
                return self.end(this, this.read_to);
            }
            let Some(common) = self.is_common_in_time(this, time, now) else {
                this.paced_to = this.paced_to.max(time);
                return;
            };
            this.read_to = time;
            if this.returns_at(time, grace) || Some(time) == last {
                return self.end(this, time);
            }
            if common || this.returns_anywhere && !self.turns_behind(time) {
                this.boundaries.push(Boundary::at(time, &self.tracks));
            }
        }
        this.paced_to = this.paced_to.max(edge);
    }

    /// Boundaries that were not waited for longer, and that prove to be common once who was late has come,
    /// are some as long as none behind them is: nothing can have been shown yet that they change.
    fn make_up_for_late(&self, this: &mut Break, now: ProgramTime) {
        let last = this.boundaries.last().or(this.start.as_ref());
        let Some(after) = last.map(|last| last.time + TOLERANCE) else { return };
        let passed = self.tracks[self.reference].segments.iter().map(|known| known.start);
        // Who has forgotten a moment may not have been cut there.
        let known = self.tracks.iter().filter_map(|track| track.segments.front());
        let remembered = known.map(|first| first.start).max();
        let passed = passed.filter(|time| *time > after && *time <= this.read_to);
        let passed = passed.filter(|time| remembered.is_none_or(|from| *time >= from - TOLERANCE));
        let common = passed.filter(|time| self.is_common(*time, |_| false, now) == Some(true));
        let late: Vec<_> = common.map(|time| Boundary::at(time, &self.tracks)).collect();
        this.boundaries.extend(late);
    }

    /// The source returns at `time`, a boundary of the reference at least.
    fn end(&self, this: &mut Break, time: ProgramTime) {
        if this.boundary(time).is_none() {
            let common = self.tracks.iter().all(|track| has_boundary(track, time) != Some(false));
            this.ragged_end = !common;
            this.boundaries.push(Boundary::at(time, &self.tracks));
        }
        this.paced_to = this.paced_to.max(time);
        this.end = Some(time);
    }

    fn prune(&mut self) {
        while self.breaks.len() > KEPT_BREAKS {
            self.breaks.remove(0);
            self.first_serial += 1;
        }
        self.let_go_of_pre_rolls();
    }
}

/// More than two days of a break a minute.
const KEPT_BREAKS: usize = 4_000;
