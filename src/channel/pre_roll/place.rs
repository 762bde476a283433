//! Which place ads get that somebody begins with.
//!
//! Nothing is listed before them, so it matters little how the renditions are cut where they begin. Where
//! they are over each rendition returns at its own boundary nearest to the picture's, as it does where a
//! break ends at which not all are cut. Sound that returns later than the picture leaves a hole at which
//! players stop or jump; sound that returns earlier is heard over the last of the ads, and its dates
//! overlap theirs. So the place is sought from which the renditions return together, or nearly.

use super::{
    super::{
        Channel, TOLERANCE,
        cuts::LATELY,
        ledger::has_boundary,
        track::{Timed, Track},
    },
    cut::{Cut, STEADY},
};
use crate::{
    hls::RenditionKind,
    pod::Unfilled,
    units::{MediaDuration, ProgramTime},
};

/// What ads that somebody begins with need of their place.
pub struct Wanted<'a> {
    /// The ads of all who may share the place are over after that.
    pub longest: MediaDuration,
    /// These are after that.
    pub length: MediaDuration,
    /// So long is their first segment.
    pub first: MediaDuration,
    /// By so much they may pass the programme's return.
    pub overrun: MediaDuration,
    /// May they begin so far behind the edge?
    pub suits: Box<dyn Fn(MediaDuration) -> bool + 'a>,
}

impl std::fmt::Debug for Wanted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { longest, length, first, overrun, .. } = self;
        f.debug_struct("Wanted")
            .field("longest", longest)
            .field("length", length)
            .field("first", first)
            .field("overrun", overrun)
            .finish_non_exhaustive()
    }
}

impl Channel {
    /// The boundary of the reference's that serves best: as near to the edge as `suits`, unless the
    /// renditions return farther apart from there; else as far behind it as the reference lists.
    ///
    /// # Errors
    /// Where too little is listed, or players would notice every return.
    pub(super) fn place_for(
        &self,
        wanted: &Wanted<'_>,
        now: ProgramTime,
    ) -> Result<ProgramTime, Unfilled> {
        let nothing = Unfilled::TooLittleListed;
        let edge = self.view.as_ref().ok_or(nothing)?.edge;
        let reference = self.tracks.get(self.reference).ok_or(nothing)?;
        let (head, target) = (reference.head.ok_or(nothing)?, self.target_duration());
        let farthest = target.times(FARTHEST).max(wanted.length + target.times(NEAREST));
        let oldest = head.max(edge - farthest) - TOLERANCE;
        // All renditions begin with the first of them.
        let heads = self.tracks.iter().filter_map(|track| track.head);
        let oldest = heads.map(|head| head - wanted.first + TOLERANCE).fold(oldest, Ord::max);
        let least = edge - target.times(NEAREST);
        let aligned = self.is_aligned(now);
        let starts = reference.segments.iter().rev().map(|known| known.start);
        let listed = starts.filter(|start| *start < edge).take_while(|start| *start >= oldest);
        let lagging = listed.map(|start| (start, (wanted.suits)(edge - start)));
        let mut far = lagging.filter(|(start, suits)| *suits || *start <= least).peekable();
        far.peek().ok_or(nothing)?;
        let free = far.filter(|(start, _)| self.may_begin_at(*start, aligned, now));
        let places = free.filter_map(|(start, suits)| {
            let lag = edge - start;
            let lost = match aligned {
                true => MediaDuration::ZERO,
                false => self.lost_at_return(start, wanted, now)?,
            };
            let leaves = if start < head + target { LEAVES_SOON } else { MediaDuration::ZERO };
            let cost = match suits {
                true => lost + leaves + MediaDuration::from_nanos(lag.as_nanos() / LAG_PER_LOSS),
                false => lost - lag,
            };
            Some((!suits, cost, start))
        });
        places.min().map(|(_, _, start)| start).ok_or(Unfilled::NoCommonBoundary)
    }

    /// Can everybody's numbers be told where ads begin at `start`? Where all are cut there; elsewhere if
    /// nothing was listed before them, and no rendition breaks off before it within the segment that is
    /// the first to be replaced.
    fn may_begin_at(&self, start: ProgramTime, aligned: bool, now: ProgramTime) -> bool {
        let common = self.is_common(start, |_| true, now) == Some(true);
        let event = |track: &Track| track.frame.as_ref().is_some_and(|frame| frame.is_event());
        let turned = |track: &Track| {
            let first = track.first_behind(start);
            first.is_some_and(|first| first.discontinuity && first.start < start - TOLERANCE)
        };
        common || !aligned && !self.tracks.iter().any(|track| event(track) || turned(track))
    }

    /// How much is lost of sound or picture where the programme returns after ads that begin at `begins`.
    /// None where it is too much, or may be: of what has not been read only a steady grid is foretold.
    /// Sound that is cut wherever the picture is returns with it.
    fn lost_at_return(
        &self,
        begins: ProgramTime,
        wanted: &Wanted<'_>,
        now: ProgramTime,
    ) -> Option<MediaDuration> {
        let heard = self.tracks.iter().filter(|track| track.kind != RenditionKind::Subtitles);
        let heard = heard.filter(|track| track.frame.is_some() && self.is_awaited(track, now));
        let reference = self.tracks.get(self.reference)?;
        let apart: Vec<_> = heard.filter(|track| !track.goes_with(reference)).collect();
        if apart.is_empty() {
            return Some(MediaDuration::ZERO);
        }
        let over = begins + wanted.length;
        let free = |known: &Timed| !self.turns_behind(known.start);
        let returns = reference.first_cuts(over - wanted.overrun, free)?;
        let pairs = returns.iter().flat_map(|picture| apart.iter().map(move |own| (picture, own)));
        pairs
            .map(|(picture, own)| own.lost_at(picture, over))
            .try_fold(MediaDuration::ZERO, |most, lost| Some(most.max(lost?)))
    }

    /// Does some rendition break off between `time` and its own boundary nearest to that? Those who return
    /// would then not be numbered alike.
    pub(in crate::channel) fn turns_behind(&self, time: ProgramTime) -> bool {
        let first = |track: &Track| {
            let first = track.first_behind(time);
            first.is_some_and(|first| first.discontinuity && first.start > time + TOLERANCE)
        };
        self.tracks.iter().any(first)
    }
}

impl Track {
    /// Is it cut wherever that one is, as far as both are known, and so often that it is no accident?
    fn goes_with(&self, reference: &Self) -> bool {
        let Some(first) = self.segments.front().map(|first| first.start) else { return false };
        let lately = reference.segments.iter().rev().take(LATELY).map(|known| known.start);
        let cuts = lately.filter(|time| first <= *time);
        let alike: Vec<_> = cuts.filter_map(|time| has_boundary(self, time)).collect();
        alike.len() >= STEADY && alike.into_iter().all(|alike| alike)
    }

    /// How much is lost of it where the picture returns there from ads that are over at `over`.
    fn lost_at(&self, picture: &Cut, over: ProgramTime) -> Option<MediaDuration> {
        let own = self.return_at(picture.at)?;
        let (late, overlap) = (own.at - picture.at, over.max(picture.at) - own.at);
        let doubt = picture.doubt + own.doubt;
        let bearable = late + doubt <= MOST_LOST + TOLERANCE && overlap + doubt < MOST_LOST;
        // What is missing, or may be, is worse than what is heard too early.
        bearable.then(|| late.times(2).max(-late).max(doubt.times(2)))
    }
}

/// How near to the edge one may begin, in target durations: as MediaTailor's do (§1.9). Of a channel that
/// has just begun too little is known.
const NEAREST: i64 = 2;

/// How far behind the edge one may begin, in target durations; farther only that longer ads may be over
/// where the channel has been read.
const FARTHEST: i64 = 10;

/// So many seconds later than live are as bad as one second without sound.
const LAG_PER_LOSS: i64 = 50;

/// What leaves the window within a target duration is better not begun with: whoever is slow misses it,
/// and stays as near to the window's end for as long as he watches.
const LEAVES_SOON: MediaDuration = MediaDuration::from_secs(1);

/// Dates must not overlap by so much; and nobody overhears a longer silence.
const MOST_LOST: MediaDuration = MediaDuration::from_secs(1);
