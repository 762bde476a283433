//! A channel: its renditions as the origin publishes them, and the breaks found in them.
//!
//! Playlists go in, views come out. One cue-bearing video rendition is the *reference*: breaks are
//! found and named in it, and no rendition is shown past the program time to which it has been
//! read, so none can run into a break it does not know of. Deliberately absent: viewers, ads, and
//! the fetching of playlists.

use std::sync::Arc;

use crate::{
    cue::Trust,
    hls::{MediaPlaylist, RenditionKind, Segment},
    units::{MediaDuration, MediaSequence, ProgramTime, Source},
};

mod cuts;
mod hear;
mod ledger;
mod observe;
mod patience;
mod pre_roll;
mod ranges;
#[cfg(test)]
mod tests;
mod track;
mod undated;
mod view;

use ledger::Mark;
pub use ledger::{Boundary, Break, BreakSerial, LONGEST_BREAK, TOLERANCE};
use patience::Shown;
use pre_roll::PreRoll;
pub use pre_roll::{Seat, Wanted};
use track::Track;
pub use track::{Frame, Reading, Timed};
pub use view::{TrackView, View};

/// The state of one channel.
#[derive(Debug)]
pub struct Channel {
    tracks: Vec<Track>,
    reference: usize,
    breaks: Vec<Arc<Break>>,
    first_serial: u32,
    pre_rolls: Vec<PreRoll>,
    trust: Trust,
    /// When something of it was first heard, on the service's clock.
    heard_at: Option<ProgramTime>,
    view: Option<Arc<View>>,
    /// Per rendition.
    shown: Vec<Option<Shown>>,
}

impl Channel {
    /// A channel whose renditions are these, none of them read yet.
    pub fn new(kinds: &[RenditionKind]) -> Self {
        Self {
            tracks: kinds.iter().map(|&kind| Track::new(kind)).collect(),
            reference: 0,
            breaks: Vec::new(),
            first_serial: 0,
            pre_rolls: Vec::new(),
            trust: Trust::ALL,
            heard_at: None,
            view: None,
            shown: vec![None; kinds.len()],
        }
    }

    /// The same acting on these cues alone.
    #[must_use]
    pub fn trusting(self, trust: Trust) -> Self {
        Self { trust, ..self }
    }

    /// The same where no playlist of these renditions will ever come: nothing of them is waited for.
    #[must_use]
    pub fn without(mut self, renditions: impl IntoIterator<Item = usize>) -> Self {
        for rendition in renditions {
            if let Some(track) = self.tracks.get_mut(rendition) {
                track.is_read = false;
            }
        }
        self
    }

    /// The newest view; none until every rendition has been read or has failed, or two seconds
    /// after the first was: what all have in common is settled in the first view.
    pub fn view(&self) -> Option<&Arc<View>> {
        self.view.as_ref()
    }

    /// The newest segment that was read of a rendition, by the channel's own number, which an encoder
    /// restart does not set back.
    pub fn newest(&self, rendition: usize) -> Option<Source<MediaSequence>> {
        Some(self.tracks.get(rendition)?.segments.back()?.msn)
    }

    /// What was read of a rendition after the segment that was the newest then.
    pub fn read_after(
        &self,
        rendition: usize,
        newest: Option<Source<MediaSequence>>,
    ) -> impl Iterator<Item = &Arc<Segment>> {
        let read = self.tracks.get(rendition).into_iter().flat_map(|track| &track.segments);
        let new = read.filter(move |known| newest.is_none_or(|newest| known.msn > newest));
        new.map(|known| &known.segment)
    }

    /// Which cues it acts on.
    pub const fn trust(&self) -> Trust {
        self.trust
    }

    /// Takes in a rendition's playlist, read at `now`. Times that pass decide things too (who is
    /// stale), so a reading that brings nothing new is worth handing in.
    pub fn loaded(
        &mut self,
        rendition: usize,
        playlist: &MediaPlaylist,
        now: ProgramTime,
    ) -> Reading {
        let place = |undated: &MediaPlaylist| self.place(rendition, undated, now);
        let placed = place(playlist);
        let Some(others) = self.tracks.split_at_mut_checked(rendition) else {
            return Reading::Same;
        };
        let (before, Some((track, after))) = (others.0, others.1.split_first_mut()) else {
            return Reading::Same;
        };
        let others = || before.iter().chain(after.iter());
        let turns = |from, to| {
            let read = others().find_map(|other| other.turns_between(from, to));
            let unread = || others().filter_map(|other| other.turns_to_restart(from, to)).max();
            read.or_else(unread)
        };
        let reading = track.read(playlist, |_| placed, turns, now);
        track.failing = reading == Reading::Stale;
        if reading == Reading::Advanced {
            self.note_passed(rendition, now);
        }
        if reading == Reading::Stale {
            self.waited(now);
        } else {
            self.lend_ranges(rendition);
            self.note_cuts(rendition);
            self.observe(rendition, playlist, now);
            self.publish(reading == Reading::Advanced, rendition, now);
        }
        reading
    }

    /// What a rendition tells of moments that others have not been read to, they tell too.
    fn lend_ranges(&mut self, rendition: usize) {
        let Some((before, rest)) = self.tracks.split_at_mut_checked(rendition) else { return };
        let Some((track, after)) = rest.split_first_mut() else { return };
        before.iter_mut().chain(after).for_each(|other| other.borrow_ranges(track));
    }

    /// A rendition's playlist could not be read.
    pub fn failed(&mut self, rendition: usize, now: ProgramTime) {
        if let Some(track) = self.tracks.get_mut(rendition) {
            track.failing = true;
        }
        self.waited(now);
    }

    /// Time has passed and nothing new was read: who is stale may be left out now.
    pub fn waited(&mut self, now: ProgramTime) {
        let led = self.reference;
        self.choose_reference(now);
        if led != self.reference {
            self.hear_all(now);
        }
        let changed = self.follow_all(now) || led != self.reference;
        // The first view waits for renditions that do not answer, but not for long.
        if changed || self.view.as_ref().is_none_or(|view| view.is_due(now)) {
            self.publish(false, self.reference, now);
        }
    }

    /// Makes the next view of what is known now.
    fn publish(&mut self, advanced: bool, rendition: usize, now: ProgramTime) {
        let Some(reference_edge) = self.tracks.get(self.reference).and_then(Track::edge) else {
            return;
        };
        self.heard_at.get_or_insert(now);
        if !self.is_whole(now) {
            return;
        }
        let target_duration = self.target_duration();
        let shown = self.view.as_ref().map(|view| (view.edge, view.edge_at));
        let (edge, edge_at) = match shown {
            Some((edge, at)) if reference_edge <= edge + TOLERANCE => {
                (edge.max(reference_edge), at)
            }
            _ => (reference_edge, now),
        };
        self.note_shown(edge, now);
        let old = self.view.as_deref();
        let tracks = self.tracks.iter().enumerate().map(|(at, track)| {
            let shown = old.and_then(|view| view.tracks.get(at).cloned().flatten());
            let own = at == rendition && (advanced || ends_differ(shown.as_deref(), track));
            let changed = own || ranges_differ(shown.as_deref(), track);
            if shown.is_some() && !changed { shown } else { track_view(track, target_duration) }
        });
        let view = View {
            version: old.map_or(0, |view| view.version) + 1,
            tracks: tracks.collect(),
            reference: self.reference,
            breaks: Arc::new(self.breaks.clone()),
            first_serial: self.first_serial,
            pre_rolls: self.pre_rolls.iter().map(PreRoll::place).collect(),
            edge,
            edge_at,
            edges: edges_after(old, (edge, edge_at)),
            heard_to: self.heard_to().unwrap_or(edge),
            decides_at: self.decides_at(now),
            target_duration,
            aligned: self.is_aligned(now),
            segment_length: self.segment_length(),
        };
        self.view = Some(Arc::new(view));
    }

    /// Has every rendition been read, or failed, or been waited for as long as players would? Before that
    /// nothing is shown.
    fn is_whole(&self, now: ProgramTime) -> bool {
        let heard_at = self.heard_at.unwrap_or(now);
        let heard = |track: &Track| !track.is_read || track.frame.is_some() || track.failing;
        self.view.is_some() || self.tracks.iter().all(heard) || now - heard_at >= FIRST_VIEW
    }

    /// One for all renditions and for good: the longest, where the origin's differ, of
    /// those that had been read at the first view.
    fn target_duration(&self) -> MediaDuration {
        if let Some(view) = &self.view {
            return view.target_duration;
        }
        let known = self.tracks.iter().filter_map(|track| track.frame.as_ref());
        known.map(|frame| frame.target_duration).max().unwrap_or(MediaDuration::from_secs(6))
    }
}

/// How long the first view waits for renditions that do not answer.
const FIRST_VIEW: MediaDuration = MediaDuration::from_secs(2);

/// The edges of late with the newest among them.
fn edges_after(
    old: Option<&View>,
    newest: (ProgramTime, ProgramTime),
) -> Vec<(ProgramTime, ProgramTime)> {
    let known = old.map_or(&[][..], |old| &old.edges);
    let known = &known[known.len().saturating_sub(EDGES)..];
    let new = Some(newest).filter(|newest| known.last() != Some(newest));
    known.iter().copied().chain(new).collect()
}

/// So many are more than pass while anybody's edge may stand.
const EDGES: usize = 32;

fn ends_differ(shown: Option<&TrackView>, track: &Track) -> bool {
    let ended = track.frame.as_ref().is_some_and(|frame| frame.ended);
    shown.is_some_and(|shown| shown.frame.ended != ended || Some(shown.head) != track.head)
}

fn ranges_differ(shown: Option<&TrackView>, track: &Track) -> bool {
    let pair = shown.zip(track.frame.as_ref());
    pair.is_some_and(|(shown, now)| !Arc::ptr_eq(&shown.frame.date_ranges, &now.date_ranges))
}

/// With the channel's target duration; a rendition that was read too late for that may have a
/// longer one, since no segment may exceed it.
fn track_view(track: &Track, target_duration: MediaDuration) -> Option<Arc<TrackView>> {
    let mut frame = track.frame.clone()?;
    frame.target_duration = frame.target_duration.max(target_duration);
    let segments = track.segments.iter().cloned().collect();
    Some(Arc::new(TrackView { segments, head: track.head?, frame }))
}

impl Break {
    /// How many segments of `rendition` lie between two of this break's boundaries.
    pub fn segments_between(&self, rendition: usize, from: &Boundary, to: &Boundary) -> i64 {
        self.between(rendition, from, to, |from, to| Some(to.msn.since(from.msn)))
    }

    /// How many discontinuities `rendition` counts from before the segment at `from` up to and
    /// with the segment at `to`.
    pub fn turns_between(&self, rendition: usize, from: &Boundary, to: &Boundary) -> i64 {
        let turns = |from: &Mark, to: &Mark| Some(to.at.unwrap_or(to.before).since(from.before));
        self.between(rendition, from, to, turns)
    }

    /// Whether `rendition` has a discontinuity of its own at a boundary.
    pub fn turns_at(&self, rendition: usize, boundary: &Boundary) -> i64 {
        self.between(rendition, boundary, boundary, |_, mark| {
            mark.at.map(|at| at.since(mark.before))
        })
    }

    /// A difference of marks; where the rendition was not read at both, the first rendition's that
    /// was stands for it.
    fn between(
        &self,
        rendition: usize,
        from: &Boundary,
        to: &Boundary,
        difference: impl Fn(&Mark, &Mark) -> Option<i64>,
    ) -> i64 {
        let marks = |at: usize| {
            let (from, to) = (from.marks.get(at)?.as_ref()?, to.marks.get(at)?.as_ref()?);
            difference(from, to)
        };
        let others = (0..from.marks.len()).filter_map(marks);
        marks(rendition).or_else(|| others.into_iter().next()).unwrap_or(0)
    }
}
