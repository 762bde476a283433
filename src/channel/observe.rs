//! Finding breaks in the reference, and their common boundaries in all renditions.

use std::sync::Arc;

use super::{
    Channel,
    ledger::{Boundary, Break, BreakSerial, TOLERANCE, has_boundary},
    track::Track,
};
use crate::{
    cue::{self, Cue, Signal},
    hls::{MediaPlaylist, RenditionKind},
    ids::BreakId,
    pod::Unfilled,
    units::{MediaDuration, ProgramTime},
};

impl Channel {
    /// Brings the ledger up to date after `rendition` was read.
    pub(super) fn observe(&mut self, rendition: usize, playlist: &MediaPlaylist, now: ProgramTime) {
        let cues = cue::cues(playlist);
        self.tracks[rendition].bears_cues |= !cues.is_empty();
        self.tracks[rendition].cues = cues;
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
        let firsts = self.tracks.iter().filter_map(|track| track.segments.front());
        let Some(oldest) = firsts.map(|first| first.start).min() else { return false };
        let past = |b: &Arc<Break>| b.end.is_some_and(|end| end < oldest);
        let mut changed = false;
        for at in self.breaks.partition_point(past)..self.breaks.len() {
            let before = Arc::clone(&self.breaks[at]);
            self.follow(at, now);
            changed |= !Arc::ptr_eq(&before, &self.breaks[at]);
        }
        changed
    }

    /// The first video rendition that bears cues leads, else the first that has been read; one
    /// stale for 1.5 target durations is replaced by the next fresh one.
    pub(super) fn choose_reference(&mut self, now: ProgramTime) {
        let rank = |at: usize| {
            let track = &self.tracks[at];
            let video = track.kind == RenditionKind::Video;
            (track.frame.is_some(), self.is_fresh(track, now), video && track.bears_cues, video)
        };
        let best = (0..self.tracks.len()).max_by_key(|&at| (rank(at), std::cmp::Reverse(at)));
        if let Some(best) = best.filter(|&best| rank(best) > rank(self.reference)) {
            self.reference = best;
        }
    }

    fn is_fresh(&self, track: &Track, now: ProgramTime) -> bool {
        let patience = self.target_duration() + self.target_duration().half();
        track.advanced_at.is_some_and(|at| now - at <= patience)
    }

    /// Takes in the reference's cues. One that has come to lead only now has been read further than
    /// its cues were heard.
    pub(super) fn hear_all(&mut self, now: ProgramTime) {
        for cue in &self.tracks[self.reference].cues.clone() {
            self.hear(cue, now);
        }
    }

    /// Takes in one cue of the reference. A cue read again changes nothing.
    fn hear(&mut self, cue: &Cue, now: ProgramTime) {
        let Some(time) = cue.time.or_else(|| self.position(cue)) else { return };
        match cue.signal {
            Signal::Out { duration } => self.open(cue, time, duration, now),
            Signal::Continue { elapsed, duration } => {
                // Only a channel read for the first time can have missed the cue-out.
                if self.view.is_none() && self.breaks.is_empty() {
                    let elapsed = elapsed.unwrap_or(MediaDuration::ZERO);
                    self.open(cue, time - elapsed, duration, now);
                }
            }
            Signal::In => self.close(time),
        }
    }

    /// Where a cue stands that names no time itself.
    fn position(&self, cue: &Cue) -> Option<ProgramTime> {
        let track = &self.tracks[self.reference];
        let known = track.segments.iter().rev().find(|known| known.segment.msn == cue.at);
        known.map(|known| known.start).or_else(|| {
            let last = track.segments.back()?;
            (cue.at == last.segment.msn.plus(1)).then(|| last.end())
        })
    }

    fn open(
        &mut self,
        cue: &Cue,
        time: ProgramTime,
        duration: Option<MediaDuration>,
        now: ProgramTime,
    ) {
        let target_duration = self.target_duration();
        let shown = self.view.as_ref().map(|view| view.edge);
        let named = |b: &&mut Arc<Break>| b.is_named_by(time, cue.event_id, target_duration);
        if let Some(known) = self.breaks.iter_mut().rev().find(named) {
            if known.end.is_none() && duration.is_some() && known.cue_time == time {
                let late = known.announced - known.cue_time;
                let planned = duration.map(|duration| duration - late);
                if known.planned != planned {
                    Arc::make_mut(known).planned = planned;
                }
            }
            return;
        }
        if let Some(open) = self.breaks.last_mut().filter(|open| open.end.is_none()) {
            if open.planned.is_some() && time < open.ends_by() - TOLERANCE {
                return; // nested in a break whose length is known (B-48)
            }
            if open.announced < time {
                let end = shown.map_or(time, |shown| time.max(shown));
                Arc::make_mut(open).signalled_end.get_or_insert(end);
            }
        }
        if self.breaks.last().is_some_and(|last| time <= last.announced) {
            return; // older than what is known already
        }
        let begins = shown.map_or(time, |shown| time.max(shown));
        let planned = duration.map(|duration| duration - (begins - time));
        if planned.is_some_and(|planned| planned <= MediaDuration::ZERO) {
            return;
        }
        self.breaks.push(Arc::new(Break {
            id: name(cue, time),
            serial: BreakSerial(self.first_serial + u32::try_from(self.breaks.len()).unwrap_or(0)),
            event_id: cue.event_id,
            dialect: cue.dialect,
            splice: cue.splice.clone(),
            cue_time: time,
            announced: begins,
            planned,
            start: None,
            boundaries: Vec::new(),
            end: None,
            refusal: None,
            seen_at: now,
            stands_since: None,
            ragged_end: false,
            paced_to: begins,
            signalled_end: None,
            read_to: begins,
        }));
    }

    fn close(&mut self, time: ProgramTime) {
        let shown = self.view.as_ref().map(|view| view.edge);
        let open = self.breaks.iter_mut().rev().find(|b| b.announced < time - TOLERANCE);
        if let Some(open) = open.filter(|b| b.end.is_none() && b.signalled_end.is_none()) {
            let end = shown.map_or(time, |shown| time.max(shown));
            Arc::make_mut(open).signalled_end = Some(end);
        }
    }

    /// Works on the break at `at`: finds its start, its boundaries, its end; completes its marks.
    fn follow(&mut self, at: usize, now: ProgramTime) {
        let mut this = Arc::clone(&self.breaks[at]);
        if this.start.is_none() && !self.locate(&mut this, now) {
            self.breaks[at] = this;
            return;
        }
        if this.end.is_none() {
            self.read_boundaries(&mut this, now);
        }
        self.complete(&mut this);
        self.breaks[at] = this;
    }

    /// Finds the start once the reference has been read past it; false while it is not settled.
    fn locate(&self, this: &mut Arc<Break>, now: ProgramTime) -> bool {
        let reference = &self.tracks[self.reference];
        let Some(edge) = reference.edge().filter(|edge| *edge > this.announced) else {
            return false;
        };
        let shown = self.view.as_ref();
        let stands_since =
            *Arc::make_mut(this).stands_since.get_or_insert(shown.map_or(now, |view| view.edge_at));
        let announced = this.announced;
        let starts = reference.segments.iter().map(|known| known.start).chain([edge]);
        let open = starts.filter(|start| shown.is_none_or(|view| *start >= view.edge - TOLERANCE));
        let nearest = open.min_by_key(|start| {
            ((*start - announced).abs(), std::cmp::Reverse(*start)) // the later of two as near
        });
        let Some(start) = nearest else { return false };
        let patience = self.target_duration().times(5).half().half();
        let waited = now - stands_since > patience;
        let common = match self.is_common(start, now) {
            Some(common) => common,
            None if waited => true,
            None => return false,
        };
        let this = Arc::make_mut(this);
        this.start = Some(Boundary::at(start, &self.tracks));
        this.read_to = start;
        if !common {
            this.refusal = Some(Unfilled::NoCommonBoundary);
        }
        true
    }

    /// Has every rendition that is being read a boundary at `time`? None: one has not come so far.
    fn is_common(&self, time: ProgramTime, now: ProgramTime) -> Option<bool> {
        let others = self.tracks.iter().enumerate().filter(|(at, track)| {
            *at != self.reference
                && self.is_fresh(track, now)
                && track.segments.front().is_some_and(|first| first.start <= time + TOLERANCE)
        });
        let mut common = true;
        for (_, track) in others {
            common &= has_boundary(track, time)?;
        }
        Some(common)
    }

    /// Walks on through the reference's boundaries, up to the first that some rendition has not
    /// come to, or to the end of the break.
    fn read_boundaries(&self, this: &mut Arc<Break>, now: ProgramTime) {
        let reference = &self.tracks[self.reference];
        let Some(edge) = reference.edge() else { return };
        let ended = reference.frame.as_ref().is_some_and(|frame| frame.ended);
        let (from, ends_by) = (this.read_to + TOLERANCE, this.ends_by());
        if edge <= from && this.paced_to >= edge {
            return;
        }
        let this = Arc::make_mut(this);
        let starts = reference.segments.iter().map(|known| known.start);
        let last = Some(edge).filter(|_| ended);
        for time in starts.chain([edge]).filter(|time| *time > from) {
            if time > ends_by + TOLERANCE {
                // The source returns inside the segment before: the earlier boundary it is.
                return self.end(this, this.read_to);
            }
            let Some(common) = self.is_common(time, now) else {
                this.paced_to = this.paced_to.max(time);
                return;
            };
            this.read_to = time;
            if time >= ends_by - TOLERANCE || Some(time) == last {
                return self.end(this, time);
            }
            if common {
                this.boundaries.push(Boundary::at(time, &self.tracks));
            }
        }
        this.paced_to = this.paced_to.max(edge);
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

    fn complete(&self, this: &mut Arc<Break>) {
        let lacking = |b: &Boundary| b.marks.iter().any(|m| m.is_none_or(|m| m.at.is_none()));
        if !this.start.iter().chain(&this.boundaries).any(lacking) {
            return;
        }
        let mut read = Break::clone(this);
        let mut changed = false;
        for boundary in read.start.iter_mut().chain(&mut read.boundaries) {
            changed |= boundary.complete(&self.tracks);
        }
        if changed {
            *this = Arc::new(read);
        }
    }

    fn prune(&mut self) {
        while self.breaks.len() > KEPT_BREAKS {
            self.breaks.remove(0);
            self.first_serial += 1;
        }
    }
}

/// Made from the stream alone, so that everybody who sees the break calls it the same.
fn name(cue: &Cue, time: ProgramTime) -> BreakId {
    let millis = time.as_millis();
    BreakId::new(match cue.event_id {
        Some(event) => format!("{event}-{millis}"),
        None if cue.time.is_none() => format!("s{}", cue.at.0),
        None => format!("{millis}"),
    })
}

/// More than two days of a break a minute.
const KEPT_BREAKS: usize = 4_000;
