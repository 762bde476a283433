//! Which events lie inside which (ANSI/SCTE 35 2023r1 §10.3.3.7).

use std::collections::HashSet;

use super::{
    Cue, Dialect, Signal,
    meaning::{self, Event, Kind},
};
use crate::{
    scte35::Command,
    units::{MediaDuration, ProgramTime},
};

/// Without the beginnings and ends of what lies inside another break of the playlist, without the
/// ends of what ended before, and without what was cancelled before it began.
pub(super) fn outermost(mut cues: Vec<Cue>, grace: MediaDuration) -> Vec<Cue> {
    let mut seen = Seen::default();
    cues.retain(|cue| {
        seen.expire(cue.time, grace);
        match cue.signal {
            Signal::Out { .. } => seen.begins(cue),
            Signal::Continue { .. } => true,
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
    cancelled: HashSet<u32>,
}

impl Seen {
    /// Forgets a break that must have ended by itself.
    fn expire(&mut self, now: Option<ProgramTime>, grace: MediaDuration) {
        self.open.take_if(|begin| {
            let Signal::Out { duration: Some(duration) } = begin.signal else { return false };
            begin.time.zip(now).is_some_and(|(start, now)| now - start > duration + grace)
        });
    }

    fn begins(&mut self, cue: &Cue) -> bool {
        let cancelled = cue.event_id.is_some_and(|id| self.cancelled.contains(&id));
        if cancelled || self.open.as_ref().is_some_and(|open| is_inside(cue, open)) {
            return false;
        }
        self.begun.extend(cue.event_id);
        self.open = Some(cue.clone());
        true
    }

    fn ends(&mut self, cue: &Cue) -> bool {
        self.cancelled.extend(cancelled(cue));
        let Some(open) = &self.open else { return true };
        let another = cue.event_id != open.event_id
            && cue.event_id.is_some_and(|id| self.begun.contains(&id));
        if another || !closes(cue, open) {
            return false;
        }
        self.open = None;
        true
    }
}

pub(super) fn cancelled(cue: &Cue) -> Option<u32> {
    match &cue.splice.as_deref()?.command {
        Command::Insert(insert) => insert.cancelled.then_some(insert.event_id),
        _ => None,
    }
}

/// Whether the end is that of what `begin` began.
pub(super) fn closes(end: &Cue, begin: &Cue) -> bool {
    let ends = end.splice.as_deref().and_then(|splice| meaning::of(splice).closes);
    let (Some(ends), Some(begun)) = (ends, begun(begin)) else { return true };
    let same = ends.id == begun.id || says_so(end.dialect);
    match (ends.kind.level(), begun.kind.level()) {
        (Some(inner), Some(outer)) if inner != outer => inner > outer,
        (Some(_), Some(_)) => ends.kind == begun.kind && same,
        (Some(_), None) => same || ends.kind == Kind::Programme,
        // Back into the programme is back, whatever led out of it (§9.9.2.2).
        (None, Some(_)) => true,
        (None, None) => same,
    }
}

/// Whether the tag itself says that a break ends; some encoders give that another event's number.
fn says_so(dialect: Dialect) -> bool {
    matches!(dialect, Dialect::CueOut | Dialect::DateRange | Dialect::Adobe)
}

/// Whether what begins is of a kind that lies inside what `begin` began.
pub(super) fn is_inside(inner: &Cue, outer: &Cue) -> bool {
    let level = |cue| begun(cue).and_then(|event| event.kind.level());
    level(inner).zip(level(outer)).is_some_and(|(inner, outer)| inner < outer)
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

fn begun(cue: &Cue) -> Option<Event> {
    meaning::of(cue.splice.as_deref()?).opens
}
