//! How renditions are cut: whether a break could be left at every boundary of the reference.

use super::{Channel, TOLERANCE, ledger::has_boundary, track::Track};
use crate::units::{MediaDuration, ProgramTime};

impl Channel {
    /// Takes note of who is cut where the reference is, as far as both have been read lately: of the
    /// rendition that was read, and of others if that tells enough of them.
    pub(super) fn note_cuts(&mut self, rendition: usize) {
        let Some(reference) = self.tracks.get(self.reference) else { return };
        let lately = reference.segments.iter().rev().take(LATELY).map(|known| known.start);
        let lately: Vec<_> = lately.collect();
        for (at, track) in self.tracks.iter_mut().enumerate() {
            let Some(first) = track.segments.front().map(|first| first.start) else { continue };
            let read = lately.iter().filter(|time| first <= **time);
            let cuts: Vec<_> = read.filter_map(|time| has_boundary(track, *time)).collect();
            let told = !cuts.is_empty() && (at == rendition || cuts.len() * 2 >= lately.len());
            if told {
                track.cut_alike = cuts.into_iter().all(|cut| cut);
            }
        }
    }

    /// Is every rendition cut where the reference is, as far as is known?
    pub(super) fn is_aligned(&self, now: ProgramTime) -> bool {
        self.tracks.iter().all(|track| self.is_cut_alike(track, now))
    }

    /// One that cannot be read is cut as it was. Of one that never was nobody knows how it is cut, and it
    /// may come in the midst of a break, which then can be left at its end alone. What is silent for long
    /// is taken for lost; what is never read is waited for by nobody.
    fn is_cut_alike(&self, track: &Track, now: ProgramTime) -> bool {
        !self.is_awaited(track, now) || (track.frame.is_some() && track.cut_alike)
    }

    /// May something of it still come?
    pub(super) fn is_awaited(&self, track: &Track, now: ProgramTime) -> bool {
        let heard_at = track.advanced_at.or(self.heard_at);
        track.is_read && heard_at.is_none_or(|heard_at| now - heard_at < LOST)
    }

    /// Would one expect every rendition to be cut at `time`? Those that are cut alike are where the
    /// reference's grid has a boundary; where an encoder cut early, who has not come may not be. It did
    /// not where its segment is as long as any, or where it and the one before it are like two that
    /// follow each other elsewhere: what is left before a splice may be as long as one of a cycle.
    pub(super) fn is_usual(&self, time: ProgramTime, now: ProgramTime) -> bool {
        self.is_in_turn(time) && self.is_aligned(now)
    }

    /// Would a rendition that is not read any more be cut at `time`, in a break that begins at `begins`?
    pub(super) fn goes_on_to(&self, track: &Track, time: ProgramTime, begins: ProgramTime) -> bool {
        if track.cut_alike { self.is_in_turn(time) } else { track.goes_on_to(time, begins) }
    }

    /// Would every rendition that has not come to `time` be cut there if it went on as it was cut lately, in
    /// a break that begins at `begins`?
    pub(super) fn goes_on_everywhere(
        &self,
        time: ProgramTime,
        begins: ProgramTime,
        now: ProgramTime,
    ) -> bool {
        let mut others = self.tracks.iter().filter(|track| self.is_awaited(track, now));
        others.all(|track| {
            let goes_on = || track.frame.is_some() && self.goes_on_to(track, time, begins);
            has_boundary(track, time).unwrap_or_else(goes_on)
        })
    }

    fn is_in_turn(&self, time: ProgramTime) -> bool {
        let segments = &self.tracks[self.reference].segments;
        let at = segments.iter().position(|known| (known.end() - time).abs() <= TOLERANCE);
        let length = |at: usize| segments.get(at).map(|known| known.segment.duration);
        let Some((at, own)) = at.and_then(|at| Some((at, length(at)?))) else { return false };
        let as_long = |one: usize, other: usize| {
            let pair = length(one).zip(length(other));
            pair.is_some_and(|(one, other)| (one - other).abs() <= TOLERANCE)
        };
        let alike = |other: usize| {
            let before = at.checked_sub(1).zip(other.checked_sub(1));
            let before = before.is_some_and(|(one, other)| as_long(one, other));
            other.abs_diff(at) > 1 && before && as_long(other, at)
        };
        own >= self.segment_length() - TOLERANCE || (0..segments.len()).any(alike)
    }

    pub(super) fn segment_length(&self) -> MediaDuration {
        let track = self.tracks.get(self.reference);
        let lengths = track.into_iter().flat_map(|track| &track.segments);
        lengths.map(|known| known.segment.duration).max().unwrap_or(MediaDuration::from_secs(6))
    }
}

/// A rendition from which nothing new has come for so long is taken for lost.
const LOST: MediaDuration = MediaDuration::from_secs(60);

/// So many segments tell how a rendition is cut.
pub(super) const LATELY: usize = 12;
