//! A channel at one moment, immutable and shared by every request until the next.

use std::sync::Arc;

use super::{
    ledger::{Break, BreakSerial},
    track::{Frame, Timed, back_from},
};
use crate::units::{MediaDuration, ProgramTime};

/// One rendition of a view.
#[derive(Debug)]
pub struct TrackView {
    /// Its segments, with some the origin no longer lists.
    pub segments: Vec<Timed>,
    /// Start of the first segment the origin lists.
    pub head: ProgramTime,
    /// What stands around the segments.
    pub frame: Frame,
}

impl TrackView {
    /// How many of its segments may be shown: those whose midpoint the reference has passed. One
    /// whose midpoint is the edge belongs to the break that may begin there.
    pub fn published(&self, edge: ProgramTime) -> usize {
        self.segments.partition_point(|segment| segment.middle() < edge)
    }

    /// The moment from which on so much is listed before what the origin lists.
    pub fn before_head(&self, length: MediaDuration) -> ProgramTime {
        back_from(self.segments.iter(), self.head, length)
    }
}

/// Everything a playlist is made of, except the viewer's own decisions.
#[derive(Clone, Debug)]
pub struct View {
    /// Rises with every change.
    pub version: u64,
    /// A slot per rendition; none until it has been read.
    pub tracks: Vec<Option<Arc<TrackView>>>,
    /// The rendition whose cues and boundaries lead.
    pub reference: usize,
    /// The ledger, oldest first; `breaks[0]` has the serial `first_serial`.
    pub breaks: Arc<Vec<Arc<Break>>>,
    /// Serial of the oldest break still kept.
    pub first_serial: u32,
    /// Where viewers who joined were shown ads first, in the order of their serials.
    pub pre_rolls: Vec<Arc<Break>>,
    /// The reference has been read to here; nothing past it is shown in any rendition.
    pub edge: ProgramTime,
    /// When the edge last moved, on the service's clock.
    pub edge_at: ProgramTime,
    /// How far it had been read when, of late, oldest first.
    pub edges: Vec<(ProgramTime, ProgramTime)>,
    /// A rendition that tells of breaks has been read to here: past it one may be over without a word.
    pub heard_to: ProgramTime,
    /// When something is decided by time alone, on the service's clock: whoever makes a playlist
    /// later sees to it first.
    pub decides_at: Option<ProgramTime>,
    /// The channel's target duration.
    pub target_duration: MediaDuration,
    /// Every boundary of the reference lately read is a boundary of all renditions, and none is unread
    /// that may yet come: a break can be left anywhere.
    pub aligned: bool,
    /// A content segment's usual length: the longest the reference lists.
    pub segment_length: MediaDuration,
}

impl View {
    /// The break or pre-roll with this serial, if it is still kept.
    pub fn ad_break(&self, serial: BreakSerial) -> Option<&Arc<Break>> {
        if serial.is_pre_roll() {
            let at = self.pre_rolls.binary_search_by_key(&serial, |known| known.serial).ok()?;
            return self.pre_rolls.get(at);
        }
        let at = serial.0.checked_sub(self.first_serial)?;
        self.breaks.get(usize::try_from(at).ok()?)
    }

    /// How far before the end players begin at least: three target durations, or where the origin has
    /// them begin if that is further.
    pub fn least_lag(&self) -> MediaDuration {
        let reference = self.tracks.get(self.reference).and_then(Option::as_ref);
        let said = reference.and_then(|track| track.frame.starts_before_end());
        self.target_duration.times(3).max(said.unwrap_or(MediaDuration::ZERO))
    }

    /// Does time decide something that this view does not know of yet?
    pub fn is_due(&self, now: ProgramTime) -> bool {
        self.decides_at.is_some_and(|at| now >= at)
    }

    /// Since when segments are listed in some rendition. One that has stopped and lists nothing of
    /// the reference's window does not count: it would hold the past fast for ever.
    pub fn listed_since(&self) -> Option<ProgramTime> {
        let reference = self.tracks.get(self.reference)?.as_ref()?.head;
        let edge = |track: &TrackView| track.segments.last().map(Timed::end);
        let tracks = self.tracks.iter().flatten();
        let lists = tracks.filter(|track| edge(track).is_some_and(|edge| edge > reference));
        lists.map(|track| track.head).min()
    }

    /// Since when any rendition is remembered. One that stopped so long ago that no player can be
    /// waiting for it does not count: nothing would ever be past.
    pub fn remembered_since(&self) -> Option<ProgramTime> {
        let reference = self.tracks.get(self.reference)?.as_ref()?.segments.first()?.start;
        let tracks = self.tracks.iter().flatten().map(|track| track.segments.as_slice());
        tracks
            .filter_map(|segments| remembered(segments.first()?, segments.last()?, reference))
            .min()
    }

    /// When the reference had been read to `time`, on the service's clock; none if it has not, or if
    /// that was long ago.
    pub fn reached_at(&self, time: ProgramTime) -> Option<ProgramTime> {
        let past = self.edges.partition_point(|(edge, _)| *edge < time);
        let (_, at) = self.edges.get(past)?;
        (past > 0).then_some(*at)
    }

    /// The breaks that begin at `time` or later, oldest first.
    pub fn breaks_since(&self, time: ProgramTime) -> &[Arc<Break>] {
        let first = self.breaks.partition_point(|b| b.begins() < time);
        &self.breaks[first..]
    }
}

/// Since when a rendition with these first and last segments is remembered; none if it was given up
/// as lost before the reference's own memory begins.
pub(super) fn remembered(
    first: &Timed,
    last: &Timed,
    reference: ProgramTime,
) -> Option<ProgramTime> {
    (last.end() + GIVEN_UP > reference).then_some(first.start)
}

/// A rendition without a new segment for so long is lost to those who play it.
const GIVEN_UP: MediaDuration = MediaDuration::from_secs(600);
