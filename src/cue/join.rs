//! One cue from what several lines say of one moment.

use std::sync::Arc;

use super::{
    Asset, Cue, Dialect, Signal,
    marker::{Marker, Placed, Says},
    meaning::{Event, Kind},
    same::{are_near, one_per_event},
    value::plausible,
};
use crate::units::MediaDuration;

/// The cues that markers make, in order of place; those less than `near` apart at one place are
/// joined.
pub(super) fn joined(mut found: Vec<Placed>, near: MediaDuration) -> Vec<Cue> {
    found.sort_by_key(|placed| (placed.at, placed.time));
    let mut under_way = None;
    let cues = found
        .chunk_by(|one, next| one.at == next.at && are_near(one.time, next.time, near))
        .flat_map(|placed| Moment::of(placed).cues(&mut under_way))
        .collect();
    one_per_event(cues, near)
}

/// Was a break's beginning acted on?
#[derive(Clone, Copy, PartialEq, Eq)]
enum Acted {
    On,
    Not,
}

/// What is said at one moment.
#[derive(Default)]
struct Moment<'a> {
    outs: Vec<&'a Placed>,
    continues: Vec<&'a Placed>,
    ends: Vec<&'a Placed>,
    asset: Option<Arc<Asset>>,
}

impl<'a> Moment<'a> {
    fn of(placed: &'a [Placed]) -> Self {
        let mut moment = Self::default();
        for one in placed {
            match one.marker.says {
                Says::Signal(Signal::Out { .. }) => moment.outs.push(one),
                Says::Signal(Signal::Continue { .. }) => moment.continues.push(one),
                Says::Signal(Signal::In) => moment.ends.push(one),
                Says::Asset => moment.asset = one.marker.asset.clone(),
                Says::Message => {}
            }
        }
        let tagged = moment.is_tagged();
        for one in placed.iter().filter(|one| one.marker.says == Says::Message) {
            moment.message(one, tagged);
        }
        moment
    }

    fn is_tagged(&self) -> bool {
        !(self.outs.is_empty() && self.continues.is_empty() && self.ends.is_empty())
    }

    /// A message goes with the tag beside it, and speaks for itself where there is none.
    fn message(&mut self, one: &'a Placed, tagged: bool) {
        let opens = one.marker.opened().is_some();
        // Beside a tag that says otherwise, a programme's beginning is no end.
        let tells = !tagged || !self.ends.is_empty() || !begins_programme(one);
        let closes = one.marker.closed().is_some() && tells;
        if opens && (!self.outs.is_empty() || self.continues.is_empty()) {
            self.outs.push(one);
        } else if opens || (!closes && !self.continues.is_empty()) {
            self.continues.push(one);
        } else if !closes && !self.outs.is_empty() {
            self.outs.push(one);
        }
        if closes && (!tagged || !self.ends.is_empty()) {
            self.ends.push(one);
        }
    }

    /// What is said here. Where a break is `under_way` whose beginning was not acted on, tags that go
    /// on with it say nothing without a message of their own.
    fn cues(self, under_way: &mut Option<Acted>) -> Vec<Cue> {
        let shown = |cue: Cue| Cue { asset: self.asset.clone(), ..cue };
        let out = joined_out(&self.outs).map(shown);
        let end = joined_end(&self.ends);
        if !self.ends.is_empty() {
            *under_way = None;
        }
        match &out {
            Some(_) => *under_way = Some(Acted::On),
            None if self.outs.is_empty() => {}
            None => *under_way = under_way.or(Some(Acted::Not)),
        }
        let nothing_replaced = out.as_ref().is_some_and(is_empty);
        let opens = |one: &&Placed| one.marker.opened().is_some();
        let acted_on = *under_way != Some(Acted::Not) || self.continues.iter().any(opens);
        let continues = joined_continue(&self.continues).map(shown);
        let continues = continues.filter(|_| acted_on && out.is_none() && end.is_none());
        match (out, end) {
            (Some(out), Some(_)) if nothing_replaced => vec![out],
            (Some(out), Some(end)) if is_short(&out, &end) => vec![out, end],
            (out, end) => end.into_iter().chain(out).chain(continues).collect(),
        }
    }
}

fn is_empty(out: &Cue) -> bool {
    out.signal == Signal::Out { duration: Some(MediaDuration::ZERO) }
}

/// Whether the two are one break, beginning and ending at nearly the same time.
fn is_short(out: &Cue, end: &Cue) -> bool {
    out.event_id.is_some() && out.event_id == end.event_id && out.time < end.time
}

/// Overlays open nothing, whatever tag they come with. The outermost event counts, and of those
/// alike the most telling dialect; what it lacks is taken from the others about it.
fn joined_out(outs: &[&Placed]) -> Option<Cue> {
    if outs.iter().any(|one| one.marker.overlays()) {
        return None;
    }
    let outs = not_refused(outs)?;
    let level = |one: &&&Placed| level(one.marker.opened());
    let first =
        outs.iter().min_by_key(|one| (std::cmp::Reverse(level(one)), one.marker.dialect))?;
    let outer = level(&first);
    let mut about = vec![*first];
    let same = |one: &&&Placed| one.marker.opened().is_none() || level(one) == outer;
    about.extend(outs.iter().filter(same).filter(|one| !std::ptr::eq(**one, *first)));
    let said = about.iter().find_map(|one| duration(&one.marker));
    let meant = || about.iter().find_map(|one| one.marker.opened()?.duration.and_then(usable));
    Some(cue(&about, Signal::Out { duration: said.or_else(meant) }, Marker::opened))
}

/// What says more than that a programme begins comes first.
fn joined_end(ends: &[&Placed]) -> Option<Cue> {
    let mut ends = ends.to_vec();
    ends.sort_by_key(|one| begins_programme(one));
    (!ends.is_empty()).then(|| cue(&ends, Signal::In, Marker::closed))
}

fn begins_programme(one: &Placed) -> bool {
    one.marker.closed().is_some_and(|event| event.kind == Kind::NextProgramme)
}

/// A break is under way; at its very beginning it begins.
fn joined_continue(continues: &[&Placed]) -> Option<Cue> {
    let continues = not_refused(continues)?;
    let said = continues.iter().find_map(|one| match one.marker.says {
        Says::Signal(Signal::Continue { elapsed, .. }) => elapsed,
        _ => None,
    });
    let duration = continues.iter().find_map(|one| duration(&one.marker));
    let meant = || continues.iter().find_map(|one| one.marker.opened()?.duration.and_then(usable));
    let duration = duration.or_else(meant);
    let signal = match said {
        Some(MediaDuration::ZERO) => Signal::Out { duration },
        elapsed => Signal::Continue { elapsed, duration },
    };
    (!continues.is_empty()).then(|| cue(&continues, signal, Marker::opened))
}

/// Those that may begin a break: beside a message that is refused, only what has one that is not.
fn not_refused<'a>(all: &[&'a Placed]) -> Option<Vec<&'a Placed>> {
    let left: Vec<_> = all.iter().filter(|one| !one.marker.refused).copied().collect();
    let opens = || left.iter().any(|one| one.marker.opened().is_some());
    (left.len() == all.len() || opens()).then_some(left)
}

/// The cue of markers, the one that counts most first.
fn cue(about: &[&Placed], signal: Signal, event: fn(&Marker) -> Option<Event>) -> Cue {
    let meant = about.iter().find_map(|one| event(&one.marker)?.id);
    let named = || about.iter().find_map(|one| one.marker.event_id);
    let telling = about.iter().min_by_key(|one| one.marker.dialect);
    Cue {
        at: about[0].at,
        time: telling.and_then(|one| one.time),
        signal,
        event_id: meant.or_else(named),
        dialect: telling.map_or(Dialect::CueOut, |one| one.marker.dialect),
        splice: about.iter().find_map(|one| one.marker.splice.clone()),
        asset: None,
        said: about.iter().any(|one| one.marker.said),
    }
}

/// What the tag says.
fn duration(marker: &Marker) -> Option<MediaDuration> {
    match marker.says {
        Says::Signal(Signal::Out { duration } | Signal::Continue { duration, .. }) => duration,
        _ => None,
    }
}

/// A message's duration of zero says that it is not known.
fn usable(duration: MediaDuration) -> Option<MediaDuration> {
    plausible(duration).filter(|duration| *duration > MediaDuration::ZERO)
}

fn level(event: Option<Event>) -> Option<u8> {
    event.and_then(|event| event.kind.level())
}
