//! Which events lie inside which (ANSI/SCTE 35 2023r1 §10.3.3.7).

use std::collections::HashSet;

use super::{
    Cue, Dialect, Signal,
    meaning::{self, Event, Kind},
};
use crate::units::{MediaDuration, ProgramTime};

/// Without what tells of events inside another break of the playlist, and without the ends of what
/// ended before.
pub(super) fn outermost(mut cues: Vec<Cue>, grace: MediaDuration) -> Vec<Cue> {
    let mut seen = Seen::default();
    cues.retain(|cue| {
        seen.expire(cue.time, grace);
        match cue.signal {
            Signal::Out { .. } => seen.begins(cue),
            Signal::Continue { .. } => !seen.is_inside(cue),
            Signal::In => seen.ends(cue),
        }
    });
    cues
}

/// What a playlist has told so far.
#[derive(Default)]
struct Seen {
    open: Option<Cue>,
    begun: HashSet<u32>,
}

impl Seen {
    /// Forgets a break that must have ended by itself.
    fn expire(&mut self, now: Option<ProgramTime>, grace: MediaDuration) {
        self.open.take_if(|begin| ends(begin).zip(now).is_some_and(|(end, now)| now > end + grace));
    }

    /// What begins where the open break is known to end is not inside it.
    fn is_inside(&self, cue: &Cue) -> bool {
        let open = self
            .open
            .as_ref()
            .filter(|open| ends(open).zip(cue.time).is_none_or(|(end, now)| now < end - TOLERANCE));
        open.is_some_and(|open| is_inside(cue, open))
    }

    fn begins(&mut self, cue: &Cue) -> bool {
        if self.is_inside(cue) {
            return false;
        }
        self.begun.extend(cue.event_id);
        self.open = Some(cue.clone());
        true
    }

    fn ends(&mut self, cue: &Cue) -> bool {
        let Some(open) = &self.open else { return true };
        let another = cue.event_id != open.event_id
            && cue.event_id.is_some_and(|id| self.begun.contains(&id));
        if closes(cue, open) && !another {
            self.open = None;
            return true;
        }
        cancels(cue)
    }
}

/// When a break ends as far as its beginning tells.
fn ends(begin: &Cue) -> Option<ProgramTime> {
    let Signal::Out { duration: Some(duration) } = begin.signal else { return None };
    Some(begin.time? + duration)
}

/// Whether the end is that of what `begin` began.
pub(super) fn closes(end: &Cue, begin: &Cue) -> bool {
    let Some(ends) = closed(end) else { return true };
    if cancels(end) {
        return ends.id == begin.event_id;
    }
    // A break may well go on over a programme's beginning, if it says how long (B-47).
    if begins_programme(end) && begin.remaining().is_some() {
        return false;
    }
    let Some(begun) = begun(begin) else { return true };
    let same = ends.id == begun.id || says_so(end) || (ends.chained && begun.chained);
    match (ends.kind.level(), begun.kind.level()) {
        (Some(inner), Some(outer)) if inner != outer => inner > outer,
        (Some(_), Some(_)) => ends.kind == begun.kind && same,
        (Some(_), None) => same || ends.kind >= Kind::Programme,
        // Back into the programme is back, whatever led out of it (§9.9.2.2).
        (None, Some(_)) => true,
        (None, None) => same,
    }
}

/// Whether the end is only that an event is taken back.
pub(super) fn cancels(end: &Cue) -> bool {
    let taken_back = closed(end).is_some_and(|event| event.kind == Kind::Cancelled);
    taken_back && !says_so(end)
}

/// Whether the end is only that a programme begins.
pub(super) fn begins_programme(end: &Cue) -> bool {
    closed(end).is_some_and(|event| event.kind == Kind::NextProgramme) && !end.said
}

/// Whether the tag itself says that a break ends; some encoders give that another event's number.
fn says_so(end: &Cue) -> bool {
    end.said && matches!(end.dialect, Dialect::CueOut | Dialect::DateRange | Dialect::Adobe)
}

/// Whether what begins or goes on is of a kind that lies inside what `begin` began: further in, or
/// as far but of another's, as a distributor's opportunity inside a provider's.
pub(super) fn is_inside(inner: &Cue, outer: &Cue) -> bool {
    let Some((inner, outer)) = begun(inner).zip(begun(outer)) else { return false };
    let levels = inner.kind.level().zip(outer.kind.level());
    levels.is_some_and(|(in_, out)| in_ < out || (in_ == out && inner.kind != outer.kind))
}

/// Whether both begin what is on one level.
pub(super) fn are_alike(one: &Cue, other: &Cue) -> bool {
    let level = |cue| begun(cue).and_then(|event| event.kind.level());
    level(one) == level(other)
}

/// Whether both begin a single ad of one kind.
pub(super) fn are_ads(one: &Cue, other: &Cue) -> bool {
    let ad = |cue| begun(cue).map(|event| event.kind).filter(|kind| matches!(kind, Kind::Ad(_)));
    ad(one).is_some() && ad(one) == ad(other)
}

/// Whether both are about numbered events of one kind.
pub(super) fn are_links(one: &Cue, other: &Cue) -> bool {
    let link = |cue| begun(cue).filter(|event| event.chained).map(|event| event.kind);
    link(one).is_some() && link(one) == link(other)
}

fn begun(cue: &Cue) -> Option<Event> {
    meaning::of(cue.splice.as_deref()?).opens
}

fn closed(cue: &Cue) -> Option<Event> {
    meaning::of(cue.splice.as_deref()?).closes
}

/// How far a boundary may lie from the moment it stands for.
const TOLERANCE: MediaDuration = MediaDuration::from_millis(100);
