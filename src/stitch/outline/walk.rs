//! Laying out content and ads break by break, with their numbers.

use super::{Held, Numbers, Outline, Playlist, Run};
use crate::{
    channel::{Boundary, Break, TOLERANCE, TrackView, View},
    session::{self, Replacement, Settled, Timeline, replacements},
    units::{DiscontinuitySequence, MediaDuration, MediaSequence, ProgramTime, Viewer},
};

/// A playlist in the making: laid out up to `cursor`.
pub(super) struct Walk<'a> {
    pub(super) view: &'a View,
    pub(super) rendition: usize,
    pub(super) track: &'a TrackView,
    published: usize,
    cursor: usize,
    returning: bool,
    returned_at: Option<ProgramTime>,
    msn_ahead: i64,
    dsn_ahead: i64,
    pub(super) carried: MediaDuration,
    pub(super) entries: Vec<Entry>,
    edge: Option<ProgramTime>,
    held: Option<Held>,
    open: bool,
}

/// A run with its numbering and the program time it covers.
pub(super) struct Entry {
    pub(super) run: Run,
    pub(super) msn: Viewer<MediaSequence>,
    /// Of the last segment before it.
    pub(super) dsn: Viewer<DiscontinuitySequence>,
    /// With which numbers what follows it must begin.
    next: Next,
}

type Next = (Viewer<MediaSequence>, Viewer<DiscontinuitySequence>);

impl<'a> Walk<'a> {
    pub(super) fn new(
        view: &'a View,
        rendition: usize,
        track: &'a TrackView,
        settled: Option<&Settled>,
    ) -> Self {
        let ahead = settled.and_then(|settled| settled.ahead.get(rendition)).copied();
        let (msn_ahead, dsn_ahead) = ahead.unwrap_or_default();
        Self {
            view,
            rendition,
            track,
            published: track.published(view.edge),
            cursor: 0,
            returning: false,
            returned_at: settled.and_then(|settled| settled.returned_at),
            msn_ahead,
            dsn_ahead,
            carried: settled.map_or(MediaDuration::ZERO, |settled| settled.carried),
            entries: Vec::new(),
            edge: None,
            held: None,
            open: false,
        }
    }

    /// Lays out one break; false if nothing can follow it yet.
    pub(super) fn pass(&mut self, ad_break: &Break, timeline: &Timeline) -> bool {
        if ad_break.refusal.is_some()
            || !timeline.takes_part(ad_break)
            || self.ends_before(ad_break)
        {
            return true;
        }
        let Some(decision) = timeline.replaces(ad_break) else {
            self.content_to(ad_break.begins());
            if self.view.edge > ad_break.begins() + TOLERANCE {
                let stands_since = self.stands_since(ad_break);
                self.held = Some(Held { serial: ad_break.serial, stands_since });
            }
            self.open = true;
            return false;
        };
        let mut earlier = 0;
        for replacement in replacements(decision, ad_break, self.view, self.carried) {
            if !self.replace(ad_break, &replacement, earlier) {
                self.open = true;
                return false;
            }
            earlier += replacement.count;
        }
        true
    }

    /// Has the source ended before a break that was told ahead could begin? Nothing is waited for, then
    ///
    fn ends_before(&self, ad_break: &Break) -> bool {
        let last = self.track.segments.last().filter(|_| self.track.frame.ended);
        last.is_some_and(|last| ad_break.begins() >= last.end() - TOLERANCE)
    }

    /// What stands before `time` was never listed.
    fn begin_at(&mut self, time: ProgramTime) {
        self.cursor = self.track.segments.partition_point(|s| s.middle() < time);
    }

    /// Since when nothing new has been shown before a break: ads that end before it were shown when
    /// the source had come so far.
    fn stands_since(&self, ad_break: &Break) -> Option<ProgramTime> {
        let after_ads = matches!(self.entries.last().map(|last| &last.run), Some(Run::Ads { .. }));
        let shown = self.edge.filter(|_| after_ads);
        let shown = shown.and_then(|edge| self.view.reached_at(edge - session::LEAD));
        ad_break.stands_since.into_iter().chain(shown).min()
    }

    /// Lays out content up to `time`.
    fn content_to(&mut self, time: ProgramTime) {
        let to = self.track.segments.partition_point(|s| s.middle() < time).min(self.published);
        let (Some(first), true) = (self.track.segments.get(self.cursor), to > self.cursor) else {
            return;
        };
        let Some(last) = self.track.segments.get(to - 1) else { return };
        let run = Run::Content {
            from: first.msn,
            to: last.msn.plus(1),
            returning: self.returning,
            shift: MediaDuration::ZERO,
        };
        let dsn = match self.returning {
            true => first.dsn.shifted(self.dsn_ahead).moved(-1),
            false => first.before().shifted(self.dsn_ahead),
        };
        let ends = last.msn.plus(1).shifted(self.msn_ahead);
        let next = (ends, last.dsn.shifted(self.dsn_ahead));
        self.entries.push(Entry { run, msn: first.msn.shifted(self.msn_ahead), dsn, next });
        self.edge = Some(last.end());
        self.returning = false;
        self.cursor = to;
    }

    /// Lays out ads; false if the programme has not returned from them yet.
    fn replace(&mut self, ad_break: &Break, replacement: &Replacement, earlier: u32) -> bool {
        match ad_break.serial.is_pre_roll() && !self.track.frame.is_event() {
            true => self.begin_at(replacement.start),
            false => self.content_to(replacement.start),
        }
        let known = |b: &&Boundary| b.time == replacement.start;
        let Some(start) = ad_break.start.iter().chain(&ad_break.boundaries).find(known) else {
            return false;
        };
        let touched = self.touched(replacement.start);
        if touched.is_none() && !self.reaches(replacement.start) {
            return false;
        }
        if replacement.count > 0 {
            self.dsn_ahead -=
                session::unshown_return(ad_break, self.rendition, start, self.returned_at);
            self.returning = false;
        }
        let mark = start.marks.get(self.rendition).copied().flatten();
        let numbers = mark
            .map(|mark| (mark.msn.shifted(self.msn_ahead), mark.before.shifted(self.dsn_ahead)));
        if let (Some((msn, dsn)), true) = (numbers.or(touched), replacement.count > 0) {
            let run = Run::Ads {
                serial: ad_break.serial,
                break_id: ad_break.id.clone(),
                start: replacement.start,
                earlier,
                first: 0,
                groups: replacement.groups.clone(),
            };
            let groups = i64::try_from(replacement.groups.len()).unwrap_or(0);
            let next = (msn.plus(u64::from(replacement.count)), dsn.moved(groups));
            self.entries.push(Entry { run, msn, dsn, next });
            let shown = replacement.start + replacement.length;
            self.edge = Some(replacement.end.map_or(shown, |end| shown.min(end)));
        }
        let Some(end) = replacement.end.and_then(|end| ad_break.boundary(end)) else {
            return false;
        };
        self.carried += replacement.difference();
        if replacement.count == 0 {
            return true;
        }
        let groups = i64::try_from(replacement.groups.len()).unwrap_or(0);
        self.msn_ahead +=
            i64::from(replacement.count) - ad_break.segments_between(self.rendition, start, end);
        self.dsn_ahead += groups + 1 - ad_break.turns_between(self.rendition, start, end);
        self.returning = true;
        self.returned_at = Some(end.time);
        self.cursor = self.track.segments.partition_point(|s| s.middle() < end.time);
        true
    }

    /// The next numbers behind ads that end at `time`, where the programme would return: whatever this
    /// rendition has there, nothing of it stands between them and other ads.
    fn touched(&self, time: ProgramTime) -> Option<Next> {
        let last = self.entries.last().filter(|_| self.returning && self.returned_at == Some(time));
        last.map(|last| last.next)
    }

    /// Has this rendition shown everything before `time`?
    fn reaches(&self, time: ProgramTime) -> bool {
        let last = self.published.checked_sub(1).and_then(|at| self.track.segments.get(at));
        last.is_some_and(|last| last.end() >= time - TOLERANCE)
    }

    /// What was never read has numbers too, which no playlist can pass over: where they are missing,
    /// or more than one discontinuity is, what stands before leaves the window.
    fn leave_holes(&mut self) {
        let follows = |pair: &[Entry]| (pair[1].msn, pair[1].dsn) == pair[0].next;
        let hole = self.entries.windows(2).rposition(|pair| !follows(pair));
        self.entries.drain(..hole.map_or(0, |before| before + 1));
    }

    pub(super) fn finish(mut self) -> Option<Playlist> {
        if !self.open {
            self.content_to(END_OF_TIME);
        }
        let edge = self.edge?;
        self.leave_holes();
        let head = self.head();
        self.trim(head);
        let first = self.entries.first()?;
        let numbers = Numbers { msn: first.msn, dsn: first.dsn };
        let whole = self.cursor == self.track.segments.len();
        let ended = self.track.frame.ended && !self.open && whole;
        let runs = self.entries.into_iter().map(|entry| entry.run).collect();
        let outline = Outline { runs, ended };
        Some(Playlist { outline, numbers, edge, head, held: self.held })
    }
}

const END_OF_TIME: ProgramTime = ProgramTime::from_nanos(i64::MAX);
