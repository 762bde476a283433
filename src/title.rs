//! Recorded programmes (VOD): where breaks may be in them, and what a viewer is shown there.
//!
//! A title is known whole, so nothing here waits, paces or numbers anew: its breaks are decided
//! together, once, before the first playlist is served, and from then on its playlists are a function
//! of the [`Programme`]. Ads are *inserted*: what follows is later by their length, its dates too
//! where the source says that a stretch may be replaced, that is left out. Positions are
//! counted from the title's beginning, by the reference's segments; each other rendition is cut at its
//! own boundary nearest to that. Deliberately absent: viewers, ad servers, and the writing of playlists.

use std::sync::Arc;

use crate::{
    channel::TrackView,
    cue::Trust,
    hls::{MediaPlaylist, RenditionKind},
    units::{MediaDuration, ProgramTime},
    vast::variables::Position,
};

mod grid;
mod marks;
mod plan;
mod programme;
#[cfg(test)]
mod tests;

pub use grid::Track;
pub use marks::Mark;
pub use plan::{Dropped, Why, plan};
pub use programme::{LONGEST_INSERTION, Programme, Roll, room};

/// A recorded programme as the origin has it.
#[derive(Debug)]
pub struct Title {
    /// A slot per rendition; none for one that has not been read whole.
    pub tracks: Vec<Option<Track>>,
    /// The rendition whose cues and boundaries lead.
    pub reference: usize,
    /// The longest of the origin's.
    pub target_duration: MediaDuration,
    /// Its first segment's date; where the origin dates none, the epoch, as MediaTailor has it.
    pub zero: ProgramTime,
    /// Its length without ads.
    pub length: MediaDuration,
    /// Where every rendition with pictures or sound is cut, in order; its beginning and end are.
    pub boundaries: Vec<MediaDuration>,
    /// The breaks its own cues mark, in order.
    pub marks: Vec<Mark>,
}

/// A place for ads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Where they were wanted.
    pub asked: MediaDuration,
    /// The boundary where they are.
    pub at: MediaDuration,
    /// How much the source gives away for them; none where they are only put in.
    pub planned: Option<MediaDuration>,
    /// Where the programme goes on at the latest: `at` where nothing is given away.
    pub until: MediaDuration,
}

impl Spot {
    /// Ads put in between.
    pub const fn between(asked: MediaDuration, at: MediaDuration) -> Self {
        Self { asked, at, planned: None, until: at }
    }
}

impl Title {
    /// Of the playlists of its renditions, those read whole so far; none if that is none of pictures
    /// or sound.
    pub fn of(
        kinds: &[RenditionKind],
        playlists: &[Option<Arc<MediaPlaylist>>],
        trust: Trust,
    ) -> Option<Self> {
        let whole = |at: usize| playlists.get(at)?.as_deref().filter(|known| known.end_list);
        let reference = reference(kinds, whole, trust)?;
        let leading = whole(reference)?;
        let known = (0..kinds.len()).filter_map(whole);
        let target_duration = known.map(|known| known.target_duration).max()?;
        let tracks =
            (0..kinds.len()).map(|at| Some(Track::of(whole(at)?, target_duration, leading)));
        let tracks: Vec<_> = tracks.collect();
        let track = tracks.get(reference)?.as_ref()?;
        let zero = track.view.segments.first().map(|first| first.start)?;
        let mut title = Self {
            reference,
            target_duration,
            zero,
            length: track.length(),
            boundaries: grid::common(kinds, &tracks, reference, target_duration),
            marks: Vec::new(),
            tracks,
        };
        title.marks = marks::of(&title, leading, trust);
        Some(title)
    }

    /// A rendition, if it has been read whole.
    pub fn track(&self, rendition: usize) -> Option<&TrackView> {
        Some(self.tracks.get(rendition)?.as_ref()?.view.as_ref())
    }

    /// The last boundary not after `asked`, as MediaTailor rounds; none within reason.
    pub fn before(&self, asked: MediaDuration) -> Option<MediaDuration> {
        let past = self.boundaries.partition_point(|at| *at <= asked + grid::TOLERANCE);
        let at = self.boundaries.get(past.checked_sub(1)?).copied()?;
        (asked - at <= self.farthest()).then_some(at)
    }

    /// The first boundary not before `asked`; none within reason.
    pub fn after(&self, asked: MediaDuration) -> Option<MediaDuration> {
        let before = self.boundaries.partition_point(|at| *at < asked - grid::TOLERANCE);
        let at = self.boundaries.get(before).copied()?;
        (at - asked <= self.farthest()).then_some(at)
    }

    /// The boundary nearest to `asked`, the later of two as near; none within reason.
    pub fn nearest(&self, asked: MediaDuration) -> Option<MediaDuration> {
        let distance = |at: &&MediaDuration| ((**at - asked).abs(), std::cmp::Reverse(**at));
        let at = self.boundaries.iter().min_by_key(distance).copied()?;
        ((at - asked).abs() <= self.farthest()).then_some(at)
    }

    /// The programme's date where its content at `at` begins.
    pub fn date(&self, at: MediaDuration) -> ProgramTime {
        let track = self.tracks.get(self.reference).and_then(Option::as_ref);
        track.map_or(self.zero + at, |track| track.date(at))
    }

    /// Where a break that begins at that date of the programme stands in it.
    pub fn position(&self, date: ProgramTime) -> Position {
        match date {
            date if date <= self.date(MediaDuration::ZERO) => Position::Before,
            date if date >= self.date(self.length) => Position::After,
            _ => Position::Within,
        }
    }

    /// Whether the origin dates its segments.
    pub fn is_dated(&self) -> bool {
        self.track(self.reference).is_some_and(|track| track.frame.dated)
    }

    /// Ads that would be further from where they were wanted than this are left out: viewers would
    /// be interrupted somewhere else.
    fn farthest(&self) -> MediaDuration {
        self.target_duration.times(2).max(FARTHEST)
    }
}

/// The first video that bears cues, else the first video, else the first sound.
fn reference<'a>(
    kinds: &[RenditionKind],
    whole: impl Fn(usize) -> Option<&'a MediaPlaylist>,
    trust: Trust,
) -> Option<usize> {
    let read = |kind: RenditionKind| {
        let all = kinds.iter().enumerate().filter(move |(_, known)| **known == kind);
        all.map(|(at, _)| at).filter(|&at| whole(at).is_some_and(|p| !p.segments.is_empty()))
    };
    let bears =
        |at: &usize| whole(*at).is_some_and(|known| !crate::cue::cues(known, trust).is_empty());
    let mut video = read(RenditionKind::Video);
    let cued = read(RenditionKind::Video).find(bears);
    cued.or_else(|| video.next()).or_else(|| read(RenditionKind::Audio).next())
}

const FARTHEST: MediaDuration = MediaDuration::from_secs(15);
