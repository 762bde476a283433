//! What really happened: what the origin published when, which breaks it signalled, which ads
//! exist. The checker holds served playlists against this.

use std::{
    collections::{BTreeMap, HashMap},
    ops::RangeInclusive,
};

use crate::time::{MILLI, Ns, SECOND};

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

/// Ads that a viewer began with, in the place of programme that no break gave away.
#[derive(Clone, Debug)]
pub(crate) struct LeadIn {
    /// Its name in URIs.
    pub(crate) break_id: String,
    pub(crate) start: Ns,
    /// How long its ads are.
    pub(crate) length: Ns,
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

    /// Tells of this viewer what he began with: he may be shown ads there and nowhere else besides.
    pub(crate) fn lead_in(&mut self, next: Option<LeadIn>) {
        let is = |known: &LeadIn, one: &Break| {
            (one.start, one.announced) == (known.start, Some(known.start + known.length))
        };
        if let Some(known) = self.lead_in.take() {
            self.breaks.retain(|one| !is(&known, one));
        }
        if let Some(next) = &next {
            let (start, over) = (next.start, next.start + next.length);
            let announced = Some(over);
            self.breaks.push(Break { start, end: self.first_common_cut(over), announced });
            self.breaks.sort_by_key(|one| one.start);
        }
        self.lead_in = next;
    }

    /// Where the programme can be back after something that is over at a moment, or a little before.
    fn first_common_cut(&self, over: Ns) -> Option<Ns> {
        let mut cuts = self.renditions.first()?.segments.iter().map(|segment| segment.start);
        cuts.find(|cut| *cut > over - SECOND && self.renditions.iter().all(|r| r.is_cut_at(*cut)))
    }

    /// Half of the longest content segment of the reference.
    pub(crate) fn half_segment(&self) -> Ns {
        let lengths = self.renditions.iter().take(1).flat_map(|r| &r.segments);
        lengths.map(|segment| segment.duration).max().unwrap_or(self.target()) / 2
    }

    /// Does a break end near this moment, really or as announced, where not every rendition is cut?
    /// Once ads are shown no return from it is good.
    pub(crate) fn is_ragged(&self, moment: Ns) -> bool {
        self.ragged_end(moment).is_some()
    }

    /// Was the programme really back here, and has every rendition a cut?
    pub(crate) fn returns_together(&self, moment: Ns) -> bool {
        let back = self.breaks.iter().filter_map(|b| b.end);
        let mut back = back.filter(|end| (moment - end).abs() <= TOLERANCE);
        back.any(|end| self.renditions.iter().all(|rendition| rendition.is_cut_at(end)))
    }

    /// The nearest such end.
    pub(crate) fn ragged_end(&self, moment: Ns) -> Option<Ns> {
        // It is snapped to the reference's boundary before it, and others to theirs.
        let near = 3 * self.half_segment() + TOLERANCE;
        let ends = self.breaks.iter().flat_map(|b| b.end.into_iter().chain(b.announced));
        let ragged = |end: &Ns| !self.renditions.iter().all(|other| other.is_cut_at(*end));
        let ends = ends.filter(|end| (moment - end).abs() <= near).filter(ragged);
        ends.min_by_key(|end| (moment - end).abs())
    }

    /// Are two renditions first listed in the same epoch of the encoder? Otherwise one was numbered
    /// before it could be known what the other would be.
    pub(crate) fn begin_alike(&self, one: usize, other: usize) -> bool {
        let first = |rendition: usize| {
            let rendition = self.renditions.get(rendition)?;
            rendition.ends_of_epochs().first_key_value().map(|(epoch, _)| *epoch)
        };
        first(one) == first(other)
    }

    /// Did two renditions list the same first and last segments of all epochs up to the one of a
    /// segment? The tail an encoder made as it restarted may never have been listed in one of them,
    /// and the numbers of what comes after follow from what was.
    pub(crate) fn are_listed_alike(&self, (one, other): (usize, usize), at: usize) -> bool {
        let ends = |rendition: usize| {
            let rendition = self.renditions.get(rendition)?;
            let epoch = rendition.segments.get(at)?.epoch;
            let all = rendition.ends_of_epochs();
            let begin = all.first_key_value().map(|(epoch, _)| *epoch);
            let before = all.range(..epoch).map(|(_, (_, last))| *last).collect::<Vec<_>>();
            let later = all.range(..=epoch).skip(1).map(|(_, (first, _))| *first);
            Some((begin, before, later.collect::<Vec<_>>()))
        };
        ends(one) == ends(other)
    }

    /// Lies a moment where a break begins for those who have not seen the picture? While all videos
    /// are silent before it the cue of another rendition counts, which stands at the cut nearest to
    /// it.
    pub(crate) fn begins_unseen(&self, moment: Ns, at_ms: i64) -> bool {
        let patience = self.target_ms() * 5 / 4;
        self.breaks.iter().filter(|b| moment < b.start).any(|b| {
            let (videos, others): (Vec<_>, Vec<_>) =
                self.renditions.iter().filter(|r| r.cues).partition(|r| r.video);
            others.iter().any(|other| {
                let cuts = other.segments.iter().zip(other.available());
                let near = cuts.min_by_key(|(cut, _)| (cut.start - b.start).abs());
                let Some((_, Some(heard))) = near.filter(|(cut, _)| moment > cut.start) else {
                    return false;
                };
                videos.iter().all(|video| video.is_silent(b.start, heard..=at_ms, patience))
            })
        })
    }

    /// Had anybody been told by then that the programme was back at a moment?
    pub(crate) fn is_told(&self, moment: Ns, at_ms: i64) -> bool {
        let mut told = self.renditions.iter().filter(|rendition| rendition.cues);
        told.any(|rendition| rendition.edge(at_ms).is_some_and(|edge| edge > moment))
    }

    /// The break a moment belongs to; a tenth of a second of tolerance at both ends.
    pub(crate) fn break_at(&self, moment: Ns) -> Option<usize> {
        self.breaks.iter().rposition(|b| {
            moment >= b.start - TOLERANCE && b.end.is_none_or(|end| moment < end + TOLERANCE)
        })
    }
}

impl Rendition {
    fn is_cut_at(&self, moment: Ns) -> bool {
        let past = self.segments.partition_point(|segment| segment.start < moment - TOLERANCE);
        self.segments.get(past).is_none_or(|next| next.start <= moment + TOLERANCE)
    }

    /// Was there a moment between these two at which it had not moved for so long, and not come to
    /// `before`?
    fn is_silent(&self, before: Ns, within: RangeInclusive<i64>, patience: i64) -> bool {
        let moves = self.moves();
        let mut silences = moves.iter().enumerate().filter(|(_, (_, edge))| *edge < before);
        moves.first().is_none_or(|(first, _)| first > within.end())
            || silences.any(|(at, (moved, _))| {
                let next = moves.get(at + 1).map_or(i64::MAX, |(next, _)| *next);
                let silent = (moved + patience).max(*within.start());
                silent < next && silent <= *within.end()
            })
    }

    /// The last cut not after a moment. Where nothing was made for a while that is where the segment
    /// before ends.
    pub(crate) fn last_cut(&self, moment: Ns) -> Option<Ns> {
        let cuts = self.segments.iter().flat_map(|segment| [segment.start, segment.end()]);
        cuts.take_while(|cut| *cut <= moment + TOLERANCE).last()
    }

    /// What is listed at a moment.
    pub(crate) fn listing(&self, at_ms: i64) -> Option<&Listing> {
        let past = self.listings.partition_point(|listing| listing.at_ms <= at_ms);
        past.checked_sub(1).and_then(|at| self.listings.get(at))
    }

    /// The program time to which it had been published.
    pub(crate) fn edge(&self, at_ms: i64) -> Option<Ns> {
        let listed = self.listings.iter().take_while(|listing| listing.at_ms <= at_ms);
        let newest = listed.map(|listing| listing.end).max()?.checked_sub(1)?;
        self.segments.get(newest).map(Source::end)
    }

    /// When it went on, and to which program time.
    pub(crate) fn moves(&self) -> Vec<(i64, Ns)> {
        let mut all: Vec<(i64, Ns)> = Vec::new();
        let mut newest = 0;
        for listing in self.listings.iter() {
            let Some(last) = listing.end.checked_sub(1).and_then(|at| self.segments.get(at)) else {
                continue;
            };
            if listing.end > newest {
                newest = listing.end;
                all.push((listing.at_ms, last.end()));
            }
        }
        all
    }

    /// The first and the last segment that were listed of each epoch.
    fn ends_of_epochs(&self) -> BTreeMap<usize, (usize, usize)> {
        let mut all: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        let listed = self.available().into_iter().enumerate().filter(|(_, at)| at.is_some());
        for (at, _) in listed {
            let Some(segment) = self.segments.get(at) else { continue };
            all.entry(segment.epoch).or_insert((at, at)).1 = at;
        }
        all
    }

    /// When a segment was first listed, for each; none for those never listed.
    pub(crate) fn available(&self) -> Vec<Option<i64>> {
        let mut at = vec![None; self.segments.len()];
        for listing in &self.listings {
            for slot in at.iter_mut().take(listing.end).skip(listing.first) {
                *slot = slot.or(Some(listing.at_ms));
            }
        }
        at
    }

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
