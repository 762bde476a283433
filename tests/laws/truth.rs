//! What really happened: what the origin published when, which breaks it signalled, which ads
//! exist. The checker holds served playlists against this.

use std::collections::{BTreeMap, HashMap};

use crate::time::{MILLI, Ns, SECOND};

mod cuts;
mod heard;
mod lead_in;
mod listed;
mod restarts;

pub(crate) use lead_in::LeadIn;

/// Everything true about one channel and the ads that may stand in it.
pub(crate) struct Truth {
    /// The origin's target duration in seconds, equal in all renditions.
    pub(crate) target_duration: i64,
    /// The first is the reference: a cue-bearing video rendition.
    pub(crate) renditions: Vec<Rendition>,
    /// In order of their starts.
    pub(crate) breaks: Vec<Break>,
    /// By name.
    pub(crate) ads: BTreeMap<String, Ad>,
    /// What was decided for this viewer.
    pub(crate) plans: Vec<Plan>,
    /// What this viewer was shown first, if that was ads.
    pub(crate) lead_in: Option<LeadIn>,
    /// A break's rest can be padded to within half a segment: slate or built-in black.
    pub(crate) pad: bool,
    /// Reads an ad segment's URI; none if it is not one.
    pub(crate) piece: fn(&str) -> Option<Piece>,
}

/// One rendition of the origin.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rendition {
    /// Video, as against audio and subtitles.
    pub(crate) video: bool,
    /// Subtitles, which nobody hears and hardly anybody sees come late.
    pub(crate) text: bool,
    /// Its segments are fragmented MP4 and need a MAP.
    pub(crate) fmp4: bool,
    /// Its playlists carry dates.
    pub(crate) dated: bool,
    /// Its playlists tell of breaks.
    pub(crate) cues: bool,
    /// Its playlists are events: nothing ever leaves them.
    pub(crate) event: bool,
    /// In the order of publication, over all epochs.
    pub(crate) segments: Vec<Source>,
    /// What the origin listed from when on, in order.
    pub(crate) listings: Vec<Listing>,
}

/// A segment as the origin publishes it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source {
    /// Rises with every restart of the encoder.
    pub(crate) epoch: usize,
    /// The origin's own number.
    pub(crate) msn: u64,
    /// Its name as a viewer must see it: absolute.
    pub(crate) uri: String,
    /// The duration as written.
    pub(crate) extinf: String,
    pub(crate) duration: Ns,
    /// Its true program time, whether dated or not.
    pub(crate) start: Ns,
    /// It carries `EXT-X-DISCONTINUITY`.
    pub(crate) discontinuity: bool,
    /// Attribute lists of the keys in force, their URIs absolute.
    pub(crate) keys: Vec<String>,
    /// Attribute list of the map in force, its URI absolute.
    pub(crate) map: Option<String>,
    /// Length and offset.
    pub(crate) byte_range: Option<(u64, u64)>,
    pub(crate) gap: bool,
    /// `EXT-X-BITRATE` in force, in kilobits per second.
    pub(crate) bitrate: Option<u64>,
    /// Tags of its own block that nobody but the viewer acts on, in order: cue tags included, what
    /// the fields above say left out.
    pub(crate) tags: Vec<String>,
}

impl Source {
    pub(crate) const fn end(&self) -> Ns {
        self.start + self.duration
    }

    pub(crate) const fn middle(&self) -> Ns {
        self.start + self.duration / 2
    }
}

/// From `at_ms` on the origin lists the segments `first..end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Listing {
    pub(crate) at_ms: i64,
    pub(crate) first: usize,
    pub(crate) end: usize,
    /// With `EXT-X-ENDLIST`.
    pub(crate) ended: bool,
}

/// A break as really signalled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Break {
    pub(crate) start: Ns,
    /// Where the programme really returned; none if it never did.
    pub(crate) end: Option<Ns>,
    /// Where it was announced to return.
    pub(crate) announced: Option<Ns>,
}

/// What was decided for one break.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The break's name in URIs, and where it begins.
    pub(crate) break_id: String,
    pub(crate) start: Ns,
    /// In order, slate among them.
    pub(crate) ads: Vec<String>,
}

/// An ad or slate.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ad {
    /// Per rendition its segments' lengths.
    pub(crate) durations: Vec<Vec<Ns>>,
    /// It fills gaps: it may be cut, and may follow what an early return cut.
    pub(crate) slate: bool,
}

/// What an ad segment's URI says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The break's name in URIs.
    pub(crate) break_id: String,
    /// Which ad.
    pub(crate) ad: String,
    /// Which of its segments.
    pub(crate) index: usize,
}

impl Truth {
    /// The target duration as a length.
    pub(crate) const fn target(&self) -> Ns {
        self.target_duration * SECOND
    }

    /// The target duration in milliseconds.
    pub(crate) const fn target_ms(&self) -> i64 {
        self.target_duration * 1_000
    }

    /// Is every rendition cut at a moment?
    pub(crate) fn is_common(&self, moment: Ns) -> bool {
        self.renditions.iter().all(|rendition| rendition.is_cut_at(moment))
    }

    /// Half of the longest content segment of the reference.
    pub(crate) fn half_segment(&self) -> Ns {
        let lengths = self.renditions.iter().take(1).flat_map(|r| &r.segments);
        lengths.map(|segment| segment.duration).max().unwrap_or(self.target()) / 2
    }

    /// Lies a moment in no break, as far as viewers can know?
    pub(crate) fn is_outside(&self, moment: Ns, at_ms: i64) -> bool {
        self.break_at(moment).is_none() && !self.begins_unseen(moment, at_ms)
    }

    /// Does what stands from `start` to `end` begin in a break, and pass its end by less than a second?
    /// Less than half of a short ad segment is inside then.
    pub(crate) fn ends_with_break(&self, start: Ns, end: Ns) -> bool {
        let inside =
            |b: &Break, back: Ns| start >= b.start - TOLERANCE && start < back - TOLERANCE / 2;
        self.breaks.iter().any(|b| b.end.is_some_and(|back| inside(b, back) && end < back + SECOND))
    }

    /// The break a moment belongs to; a tenth of a second of tolerance at both ends.
    pub(crate) fn break_at(&self, moment: Ns) -> Option<usize> {
        self.breaks.iter().rposition(|b| {
            moment >= b.start - TOLERANCE && b.end.is_none_or(|end| moment < end + TOLERANCE)
        })
    }
}

impl Rendition {
    /// Where a segment stands, by name and byte range.
    pub(crate) fn by_name(&self) -> HashMap<Name<'_>, usize> {
        let names = self.segments.iter().enumerate();
        names.map(|(at, segment)| ((segment.uri.as_str(), segment.byte_range), at)).collect()
    }
}

/// What tells two segments apart.
pub(crate) type Name<'a> = (&'a str, Option<(u64, u64)>);

/// How far apart the renditions' boundaries may lie and still be one.
pub(crate) const TOLERANCE: Ns = 100 * MILLI;
