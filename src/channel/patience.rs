//! How long is waited for what has not come: since when nothing new is shown, and when waiting ends.

use std::sync::Arc;

use super::{
    Channel,
    ledger::{Break, TOLERANCE},
    track::{Timed, Track},
};
use crate::units::{MediaDuration, ProgramTime};

/// How far a rendition is shown to those who see the programme alone, and since when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown {
    edge: ProgramTime,
    since: ProgramTime,
}

impl Channel {
    /// Takes note of what is shown of each rendition once the channel is shown up to `edge`.
    pub(super) fn note_shown(&mut self, edge: ProgramTime, now: ProgramTime) {
        for (shown, track) in self.shown.iter_mut().zip(&self.tracks) {
            let past = track.segments.partition_point(|segment| segment.middle() < edge);
            let last = past.checked_sub(1).and_then(|at| track.segments.get(at));
            let Some(end) = last.map(Timed::end) else { continue };
            // Sound that ends a few frames later shows nothing new.
            if shown.is_none_or(|shown| end > shown.edge + TOLERANCE) {
                *shown = Some(Shown { edge: end, since: now });
            }
        }
    }

    /// Since when the first of the renditions has come to `time` and waits there.
    pub(super) fn stands_at(&self, time: ProgramTime) -> Option<ProgramTime> {
        let here = |shown: &&Shown| (shown.edge - time).abs() <= TOLERANCE;
        self.shown.iter().flatten().filter(here).map(|shown| shown.since).min()
    }

    /// Takes note of who has gone on without whom after `rendition` was read.
    pub(super) fn note_passed(&mut self, rendition: usize, now: ProgramTime) {
        let furthest = self.tracks.iter().filter_map(Track::edge).max();
        for (at, track) in self.tracks.iter_mut().enumerate() {
            let passed = track.edge().zip(furthest).is_some_and(|(own, far)| far > own + TOLERANCE);
            let since = track.passed_at.filter(|_| at != rendition);
            track.passed_at = passed.then(|| since.unwrap_or(now));
        }
    }

    /// Others go on without this rendition: it has not moved for as long as is waited, and somebody
    /// has been further for a quarter target duration, in which it would have been read too. Where
    /// nobody goes on it is the encoder that pauses; and where nobody else tells of breaks it is
    /// waited for twice as long.
    pub(super) fn is_left_behind(&self, track: &Track, now: ProgramTime) -> bool {
        self.left_behind_at(track).is_none_or(|at| now >= at)
    }

    fn left_behind_at(&self, track: &Track) -> Option<ProgramTime> {
        let stale = track.advanced_at? + self.patience();
        let tells = |other: &&Track| other.bears_cues && !std::ptr::eq(*other, track);
        let parts = if self.tracks.iter().any(|other| tells(&other)) { 1 } else { 2 };
        let grace = self.target_duration().quarter().times(parts);
        let passed = track.passed_at.map(|at| at + grace);
        Some(passed.map_or(ProgramTime::from_nanos(i64::MAX), |passed| passed.max(stale)))
    }

    /// Would the edge move in time if this rendition led? It stands until that has been read past what
    /// has been shown. Where it alone tells of breaks the edge may be late for once, by half a target
    /// duration.
    pub(super) fn keeps_up(&self, track: &Track, now: ProgramTime) -> bool {
        let Some(view) = self.view.as_ref() else { return true };
        let Some(newest) = track.segments.back() else { return false };
        let behind = view.edge - newest.end();
        let stands = (now - view.edge_at) + behind + newest.segment.duration;
        let target = self.target_duration();
        let in_time = |late| behind < -TOLERANCE || stands <= target.times(3).half() + late;
        let tells = |other: &Track| other.bears_cues && !std::ptr::eq(other, track);
        let alone = track.bears_cues && !self.tracks.iter().any(tells);
        behind < target && (in_time(MediaDuration::ZERO) || alone && in_time(target.half()))
    }

    /// A rendition's edge moved lately: within a target duration and a quarter.
    pub(super) fn is_fresh(&self, track: &Track, now: ProgramTime) -> bool {
        track.advanced_at.is_some_and(|at| now < at + self.patience())
    }

    /// Has a break's start stood long enough for who has not come to it?
    pub(super) fn has_stood(&self, stands_since: ProgramTime, now: ProgramTime) -> bool {
        now >= stands_since + self.patience()
    }

    /// Has a boundary inside a break been waited for long enough?
    pub(super) fn has_waited(&self, since: ProgramTime, now: ProgramTime) -> bool {
        now >= since + self.patience_inside()
    }

    /// When the next of these waits ends: then something is decided though nothing new is read.
    pub(super) fn decides_at(&self, now: ProgramTime) -> Option<ProgramTime> {
        let stale = self.tracks.iter().filter_map(|track| track.advanced_at);
        let open = || self.breaks.iter().rev().take_while(|b| b.end.is_none());
        let standing = |b: &Break| b.stands_since.filter(|_| b.start.is_none());
        let standing = open().filter_map(|b| standing(b));
        let all = open().map(Arc::as_ref).chain(self.open_pre_rolls());
        let awaited = all.filter_map(|b| b.awaited).map(|(_, since)| since);
        let whole = stale.chain(standing).map(|since| since + self.patience());
        let inside = awaited.map(|since| since + self.patience_inside());
        let led = self.tracks.get(self.reference).and_then(|track| self.left_behind_at(track));
        whole.chain(inside).chain(led).filter(|at| *at > now).min()
    }

    /// For a target duration and a quarter: what is shown at once then has a quarter to be asked for
    /// before the edge has stood for 1.5.
    fn patience(&self) -> MediaDuration {
        self.target_duration().times(5).quarter()
    }

    fn patience_inside(&self) -> MediaDuration {
        self.target_duration().times(3).half().quarter()
    }
}
