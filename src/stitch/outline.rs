//! Which entries a viewer's playlist lists, and how they are numbered.
//!
//! Viewer's number = origin's number + Σ over the viewer's past replacements of (ad segments −
//! replaced segments), discontinuities likewise: a function of stored decisions and ledger facts,
//! never a counter that a reload moves.

use crate::{
    channel::{Boundary, Break, BreakSerial, TOLERANCE, TrackView, View},
    ids::BreakId,
    session::{self, Group, Replacement, Settled, Timeline, replacements},
    units::{DiscontinuitySequence, MediaDuration, MediaSequence, ProgramTime, Source, Viewer},
};

/// The two numbers at the head of a viewer's playlist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// `EXT-X-MEDIA-SEQUENCE`.
    pub msn: Viewer<MediaSequence>,
    /// `EXT-X-DISCONTINUITY-SEQUENCE`: the first entry's own tag is not counted.
    pub dsn: Viewer<DiscontinuitySequence>,
}

impl Numbers {
    /// The same so many segments and discontinuities later; negative is earlier.
    #[must_use]
    pub const fn moved(self, (segments, turns): (i64, i64)) -> Self {
        Self { msn: self.msn.moved(segments), dsn: self.dsn.moved(turns) }
    }
}

/// A stretch of a playlist that is all content or all ads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Run {
    /// Source segments.
    Content {
        /// The first.
        from: Source<MediaSequence>,
        /// One past the last.
        to: Source<MediaSequence>,
        /// The first follows an ad: a discontinuity, whatever the source says there.
        returning: bool,
        /// How much later its dates are than the source's: ads were put in before it. Live none
        /// ever are.
        shift: MediaDuration,
    },
    /// Ad segments of one replacement.
    Ads {
        /// In which break.
        serial: BreakSerial,
        /// The break's name, which stands in the segments' URIs.
        break_id: BreakId,
        /// The date of the first ad segment.
        start: ProgramTime,
        /// Ad segments of the break before this replacement: positions go on over it.
        earlier: u32,
        /// How many of this replacement's have left the window.
        first: u32,
        /// All that may be shown, those that left included.
        groups: Vec<Group>,
    },
}

/// What a playlist lists.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Outline {
    /// In order; neither two of content nor none.
    pub runs: Vec<Run>,
    /// The source has ended and nothing is open: `EXT-X-ENDLIST` stands at the end.
    pub ended: bool,
}

/// A viewer's playlist of one rendition.
#[derive(Clone, Debug)]
pub struct Playlist {
    /// What it lists.
    pub outline: Outline,
    /// Where its numbering begins.
    pub numbers: Numbers,
    /// The program time to which it shows.
    pub edge: ProgramTime,
    /// The program time at which it begins.
    pub head: ProgramTime,
    /// The break at which it waits for a decision.
    pub held: Option<Held>,
}

/// A playlist ends where a break begins that has no decision yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Which break.
    pub serial: BreakSerial,
    /// When the channel's edge came to its start, on the service's clock; none if it has not been
    /// passed.
    pub stands_since: Option<ProgramTime>,
}

/// What `rendition` shows a viewer now; none while it has nothing to show.
pub fn playlist(view: &View, rendition: usize, timeline: &Timeline) -> Option<Playlist> {
    let track = view.tracks.get(rendition)?.as_deref()?;
    let mut walk = Walk::new(view, rendition, track, timeline.settled.as_deref());
    for ad_break in view.breaks_since(timeline.unsettled_since()) {
        if !walk.pass(ad_break, timeline) {
            break;
        }
    }
    walk.finish()
}

/// One replacement as it stands in a viewer's playlists.
#[derive(Clone, Debug)]
pub struct Placed {
    /// In which break.
    pub serial: BreakSerial,
    /// Number of its first ad segment.
    pub msn: Viewer<MediaSequence>,
    /// Where it begins on the programme's clock.
    pub start: ProgramTime,
    /// How far the viewer's clock is behind the source's there.
    pub carried: MediaDuration,
    /// What it shows so far.
    pub groups: Vec<Group>,
}

/// The replacements of breaks since the last settled one, numbered as in `rendition`.
pub fn placed(view: &View, rendition: usize, timeline: &Timeline) -> Vec<Placed> {
    let Some(track) = view.tracks.get(rendition).and_then(Option::as_deref) else {
        return Vec::new();
    };
    let mut walk = Walk::new(view, rendition, track, timeline.settled.as_deref());
    let mut all = Vec::new();
    for ad_break in view.breaks_since(timeline.unsettled_since()) {
        let carried = walk.carried;
        let laid = walk.entries.len();
        let goes_on = walk.pass(ad_break, timeline);
        for entry in &walk.entries[laid..] {
            if let Run::Ads { serial, start, groups, .. } = &entry.run {
                let (serial, start, groups) = (*serial, *start, groups.clone());
                all.push(Placed { serial, msn: entry.msn, start, carried, groups });
            }
        }
        if !goes_on {
            break;
        }
    }
    all
}

/// A playlist in the making: laid out up to `cursor`.
struct Walk<'a> {
    view: &'a View,
    rendition: usize,
    track: &'a TrackView,
    published: usize,
    cursor: usize,
    returning: bool,
    returned_at: Option<ProgramTime>,
    msn_ahead: i64,
    dsn_ahead: i64,
    carried: MediaDuration,
    entries: Vec<Entry>,
    edge: Option<ProgramTime>,
    held: Option<Held>,
    open: bool,
}

/// A run with its numbering and the program time it covers.
struct Entry {
    run: Run,
    msn: Viewer<MediaSequence>,
    /// Of the last segment before it.
    dsn: Viewer<DiscontinuitySequence>,
}

impl<'a> Walk<'a> {
    fn new(
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
    fn pass(&mut self, ad_break: &Break, timeline: &Timeline) -> bool {
        if ad_break.refusal.is_some() || !timeline.takes_part(ad_break) {
            return true;
        }
        let Some(decision) = timeline.replaces(ad_break) else {
            self.content_to(ad_break.begins());
            if self.view.edge > ad_break.begins() + TOLERANCE {
                let stands_since = ad_break.stands_since;
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
        self.entries.push(Entry { run, msn: first.msn.shifted(self.msn_ahead), dsn });
        self.edge = Some(last.end());
        self.returning = false;
        self.cursor = to;
    }

    /// Lays out ads; false if the programme has not returned from them yet.
    fn replace(&mut self, ad_break: &Break, replacement: &Replacement, earlier: u32) -> bool {
        self.content_to(replacement.start);
        let known = |b: &&Boundary| b.time == replacement.start;
        let Some(start) = ad_break.start.iter().chain(&ad_break.boundaries).find(known) else {
            return false;
        };
        if !self.reaches(replacement.start) {
            return false;
        }
        if replacement.count > 0 {
            self.dsn_ahead -=
                session::unshown_return(ad_break, self.rendition, start, self.returned_at);
            self.returning = false;
        }
        let mark = start.marks.get(self.rendition).copied().flatten();
        if let (Some(mark), true) = (mark, replacement.count > 0) {
            let run = Run::Ads {
                serial: ad_break.serial,
                break_id: ad_break.id.clone(),
                start: replacement.start,
                earlier,
                first: 0,
                groups: replacement.groups.clone(),
            };
            let (msn, dsn) =
                (mark.msn.shifted(self.msn_ahead), mark.before.shifted(self.dsn_ahead));
            self.entries.push(Entry { run, msn, dsn });
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

    /// Has this rendition shown everything before `time`?
    fn reaches(&self, time: ProgramTime) -> bool {
        let last = self.published.checked_sub(1).and_then(|at| self.track.segments.get(at));
        last.is_some_and(|last| last.end() >= time - TOLERANCE)
    }

    fn finish(mut self) -> Option<Playlist> {
        if !self.open {
            self.content_to(END_OF_TIME);
        }
        let edge = self.edge?;
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

    /// The window begins where the origin's does, but lists no less than three target durations
    /// and begins no more than 1.5 before the origin's head, where segments may be gone.
    fn head(&self) -> ProgramTime {
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
    fn trim(&mut self, head: ProgramTime) {
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
const END_OF_TIME: ProgramTime = ProgramTime::from_nanos(i64::MAX);
