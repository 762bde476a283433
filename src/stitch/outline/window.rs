//! What of a laid out playlist is listed: where its window begins, and what has left it.

use super::{
    Run,
    walk::{Entry, Walk},
};
use crate::{
    channel::TrackView,
    session,
    units::{MediaDuration, ProgramTime},
};

impl Walk<'_> {
    /// The window begins where the origin's does, but lists no less than three target durations
    /// and begins no more than 1.5 before the origin's head, where segments may be gone.
    pub(super) fn head(&self) -> ProgramTime {
        let target = self.view.target_duration;
        let oldest = self.track.before_head(target.times(3).half());
        self.track.head.min(self.enough(target.times(3))).max(oldest)
    }

    /// Where the shortest window begins that lists as much as `length`; if all is less, at the very
    /// beginning.
    fn enough(&self, length: MediaDuration) -> ProgramTime {
        let mut listed = MediaDuration::ZERO;
        for entry in self.entries.iter().rev() {
            match &entry.run {
                Run::Content { from, to, .. } => {
                    let run = self.track.segments.iter().rev();
                    for known in run.filter(|s| s.msn >= *from && s.msn < *to) {
                        listed += known.segment.duration;
                        if listed >= length {
                            return known.start;
                        }
                    }
                }
                Run::Ads { start, groups, .. } => {
                    let pieces: Vec<_> = session::pieces(groups).collect();
                    for piece in pieces.iter().rev() {
                        let group = groups.get(piece.group);
                        let own = group.and_then(|g| g.segment(self.rendition, piece.segment));
                        listed += own.map_or(piece.duration, |own| own.duration);
                        if listed >= length {
                            return *start + piece.begins;
                        }
                    }
                }
            }
        }
        BEGINNING_OF_TIME
    }

    /// Drops entries that end at `head` or before; ads leave with the source time they cover.
    pub(super) fn trim(&mut self, head: ProgramTime) {
        while self.entries.len() > 1
            && self.entries.first().is_some_and(|entry| self.is_past(&entry.run, head))
        {
            self.entries.remove(0);
        }
        let track = self.track;
        if let Some(first) = self.entries.first_mut() {
            first.trim(track, head);
        }
    }

    fn is_past(&self, run: &Run, head: ProgramTime) -> bool {
        match run {
            Run::Content { to, .. } => {
                let last = self.track.segments.iter().rev().find(|s| s.msn < *to);
                last.is_some_and(|last| last.end() <= head)
            }
            Run::Ads { start, groups, .. } => *start + session::length(groups) <= head,
        }
    }
}

impl Entry {
    fn trim(&mut self, track: &TrackView, head: ProgramTime) {
        match &mut self.run {
            Run::Content { from, to, returning, .. } => {
                let mut run = track.segments.iter().filter(|s| s.msn >= *from && s.msn < *to);
                let last = run.clone().next_back();
                let kept = run.find(|s| s.end() > head).or(last); // never an empty playlist
                let Some(kept) = kept.filter(|kept| kept.msn > *from) else { return };
                let Some(old) = track.segments.iter().find(|s| s.msn == *from) else { return };
                let own = u64::from(*returning || old.discontinuity);
                let turned = i64::try_from(own).unwrap_or(0) + kept.before().since(old.dsn);
                self.dsn = self.dsn.moved(turned);
                self.msn = self.msn.plus(kept.msn.since(*from).unsigned_abs());
                (*from, *returning) = (kept.msn, false);
            }
            Run::Ads { start, first, groups, .. } => {
                let past = |piece: &session::Piece| *start + piece.begins + piece.duration <= head;
                let all = session::pieces(groups).count();
                let gone = session::pieces(groups).take_while(past).count();
                let gone = gone.min(all.saturating_sub(1)); // never an empty playlist
                let kept = session::pieces(groups).nth(gone);
                let Some(kept) = kept.filter(|_| gone > 0) else { return };
                let begins_group = kept.segment == 0;
                let groups_before = i64::try_from(kept.group).unwrap_or(0);
                self.dsn = self.dsn.moved(groups_before + i64::from(!begins_group));
                self.msn = self.msn.plus(u64::try_from(gone).unwrap_or(0));
                *first = u32::try_from(gone).unwrap_or(u32::MAX);
            }
        }
    }
}

const BEGINNING_OF_TIME: ProgramTime = ProgramTime::from_nanos(i64::MIN);
