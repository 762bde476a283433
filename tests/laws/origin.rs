//! A simulated origin: what a channel of a given shape lists at any moment, and what is true of it.
//!
//! A packager cuts all renditions at break starts and ends and at its own discontinuities; between
//! those each rendition keeps its own grid. Everything follows from the [`Shape`], so that a failing
//! case can be told in a few lines.

use crate::{
    random::hash,
    time::{self, MILLI, Ns},
    truth::{Break, Rendition, Source},
};

mod grid;
mod page;
mod protect;
mod splice;
#[cfg(test)]
mod tests;

/// What a channel is like. All times are milliseconds from its first segment's start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) seed: u64,
    pub(crate) renditions: Vec<Track>,
    /// Target durations listed; 3 or more.
    pub(crate) window: i64,
    pub(crate) dating: Dating,
    pub(crate) dialect: Dialect,
    pub(crate) breaks: Vec<Signal>,
    /// Where the encoder breaks off and tags it.
    pub(crate) turns: Vec<i64>,
    /// Where the encoder restarts, and for how long nothing is made: a new epoch with low numbers.
    pub(crate) restarts: Vec<(i64, i64)>,
    pub(crate) packaging: Packaging,
    pub(crate) protection: Protection,
    pub(crate) features: Vec<Feature>,
    /// Date ranges about the programme stand in all playlists.
    pub(crate) ranges: bool,
    /// The last segment ends here; the playlists then get `EXT-X-ENDLIST` if `ends`.
    pub(crate) length: i64,
    pub(crate) ends: bool,
}

/// What a rendition carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    #[default]
    Video,
    Audio,
    Subtitles,
}

/// One rendition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Track {
    pub(crate) kind: Kind,
    /// Lengths of its segments, over and over.
    pub(crate) lengths: Vec<i64>,
    /// Boundaries fall on AAC frames of 48 kHz.
    pub(crate) aac: bool,
    /// From a segment's end until it is listed, at least.
    pub(crate) latency: i64,
    /// How much longer it may take, at random.
    pub(crate) jitter: i64,
    /// Cue tags stand in it too.
    pub(crate) cues: bool,
    pub(crate) faults: Vec<Fault>,
}

/// Something wrong for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// What was served so long ago is served again.
    Stale { from: i64, to: i64, by: i64 },
    /// 404.
    Missing { from: i64, to: i64 },
}

/// Where dates stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Dating {
    #[default]
    Every,
    /// At the playlist's head and after discontinuities.
    Sparse,
    None,
}

/// How breaks are signalled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Dialect {
    #[default]
    CueOut,
    DateRange,
}

/// A break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signal {
    pub(crate) at: i64,
    /// The announced length.
    pub(crate) planned: Option<i64>,
    /// How long it really lasted; none if it never ended.
    pub(crate) actual: Option<i64>,
    /// Its end is signalled.
    pub(crate) cue_in: bool,
    /// All renditions are cut at its start and end, not the videos alone.
    pub(crate) common: bool,
}

/// How media is packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Packaging {
    #[default]
    Ts,
    Fmp4,
    /// Fragmented MP4, byte ranges of one file.
    Ranges,
}

/// How media is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Protection {
    #[default]
    Clear,
    /// AES-128 whose vectors are the source's media sequence numbers, with a new key now and then.
    Implicit,
    /// Two key formats.
    Drm,
}

/// What some channels have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Feature {
    /// Now and then a segment is missing (`EXT-X-GAP`).
    Gaps,
    /// `EXT-X-BITRATE`, which goes on until the next.
    Bitrates,
    /// `EXT-X-DEFINE`.
    Variables,
    /// Parts and all that belongs to them.
    LowLatency,
    /// `EXT-X-START`, near the end.
    Start,
    /// `EXT-X-START` farther from it.
    EarlyStart,
    /// Nothing ever leaves the playlists.
    Event,
}

impl Shape {
    pub(crate) fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }
}

/// A channel that follows a shape.
pub(crate) struct Origin {
    pub(crate) shape: Shape,
    pub(crate) renditions: Vec<Rendition>,
    /// When each segment is first listed, in milliseconds on the wall clock.
    available: Vec<Vec<i64>>,
    /// In whole seconds.
    pub(crate) target_duration: i64,
}

impl Origin {
    pub(crate) fn new(shape: Shape) -> Self {
        let renditions: Vec<_> =
            (0..shape.renditions.len()).map(|r| grid::rendition(&shape, r)).collect();
        let longest = renditions.iter().flat_map(|r| &r.segments).map(|s| s.duration).max();
        let target_duration = time::rounded(longest.unwrap_or(time::SECOND)).max(1);
        let mut origin = Self { available: Vec::new(), shape, renditions, target_duration };
        origin.available = (0..origin.renditions.len()).map(|r| origin.publication(r)).collect();
        origin
    }

    /// The breaks as really signalled.
    pub(crate) fn breaks(&self) -> Vec<Break> {
        let breaks = self.shape.breaks.iter().map(|signal| Break {
            start: program(signal.at),
            end: signal.actual.map(|actual| program(signal.at + actual)),
            announced: signal.planned.map(|planned| program(signal.at + planned)),
        });
        breaks.collect()
    }

    fn publication(&self, rendition: usize) -> Vec<i64> {
        let track = &self.shape.renditions[rendition];
        let mut newest = i64::MIN;
        let segments = self.renditions[rendition].segments.iter().enumerate();
        let at = segments.map(|(index, segment)| {
            let spread = u64::try_from(track.jitter).unwrap_or(0) + 1;
            let late = hash(self.shape.seed, rendition, index) % spread;
            let at = wall(segment.end()) + track.latency + i64::try_from(late).unwrap_or(0);
            newest = newest.max(at);
            newest
        });
        at.collect()
    }

    /// Which segments a rendition lists at a moment of the wall clock, faults counted in; none if
    /// it answers 404 or has nothing yet.
    pub(crate) fn listed(&self, rendition: usize, at_ms: i64) -> Option<std::ops::Range<usize>> {
        let mut at_ms = at_ms;
        for fault in &self.shape.renditions[rendition].faults {
            match *fault {
                Fault::Missing { from, to } if (start() + from..start() + to).contains(&at_ms) => {
                    return None;
                }
                Fault::Stale { from, to, by }
                    if (start() + from..start() + to).contains(&at_ms) =>
                {
                    at_ms -= by;
                }
                _ => {}
            }
        }
        let end = self.available[rendition].partition_point(|at| *at <= at_ms);
        let segments = &self.renditions[rendition].segments;
        let newest = segments.get(end.checked_sub(1)?)?;
        let oldest = newest.end() - self.shape.window * self.target_duration * time::SECOND;
        let oldest = if self.shape.has(Feature::Event) { Ns::MIN } else { oldest };
        let first = segments
            .iter()
            .position(|segment| segment.epoch == newest.epoch && segment.end() > oldest);
        Some(first?..end)
    }

    /// Everything was listed and it is marked as the end.
    pub(crate) fn has_ended(&self, rendition: usize, end: usize) -> bool {
        self.shape.ends && end == self.renditions[rendition].segments.len()
    }

    /// The playlist of a rendition at a moment of the wall clock, in milliseconds.
    pub(crate) fn playlist(&self, rendition: usize, at_ms: i64) -> Option<String> {
        let listed = self.listed(rendition, at_ms)?;
        Some(page::text(self, rendition, listed))
    }
}

/// A moment of the programme.
pub(crate) const fn program(ms: i64) -> Ns {
    START + ms * MILLI
}

/// The wall clock when a moment of the programme happens.
pub(crate) const fn wall(at: Ns) -> i64 {
    at.div_euclid(MILLI)
}

/// The wall clock when the channel begins.
pub(crate) const fn start() -> i64 {
    START / MILLI
}

/// Where relative names resolve.
pub(crate) const BASE: &str = "https://origin.example/live/";

/// 2026-01-01.
const START: Ns = 1_767_225_600 * time::SECOND;

/// What a segment's tags say of a break.
fn under_way(shape: &Shape, source: &Source) -> Option<(usize, Signal)> {
    let signals = shape.breaks.iter().copied().enumerate();
    signals.into_iter().find(|(_, signal)| {
        let end = signal.actual.map_or(Ns::MAX, |actual| program(signal.at + actual));
        (program(signal.at)..end).contains(&source.middle())
    })
}
