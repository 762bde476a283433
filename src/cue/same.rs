//! Cues of one event that stand at neighbouring places.

use super::{Cue, Signal, meaning};
use crate::units::{MediaDuration, ProgramTime};

/// Joins cues of neighbouring places that are of one event: of the same id, or spelt differently
/// with at most one naming it.
pub(super) fn one_per_event(cues: Vec<Cue>, near: MediaDuration) -> Vec<Cue> {
    let mut kept: Vec<Cue> = Vec::with_capacity(cues.len());
    for cue in cues {
        // Without a time nothing tells that two are one.
        if cue.time.is_none() {
            kept.push(cue);
            continue;
        }
        let mut around = kept.iter_mut().rev().take_while(|one| are_near(one.time, cue.time, near));
        match around.find(|one| is_same_event(one, &cue)) {
            Some(known) => merge(known, cue),
            None => kept.push(cue),
        }
    }
    kept.sort_by_key(|cue| cue.at);
    kept
}

fn is_same_event(one: &Cue, other: &Cue) -> bool {
    let both_begin = matches!((one.signal, other.signal), (Signal::Out { .. }, Signal::Out { .. }));
    let both_end = (one.signal, other.signal) == (Signal::In, Signal::In);
    let same = match (one.event_id, other.event_id) {
        (Some(id), Some(another)) => id == another && may_be_one_kind(one, other),
        _ => one.dialect != other.dialect,
    };
    let dated = one.time.is_some() && other.time.is_some();
    (both_begin || both_end) && same && dated
}

/// An ad inside an opportunity may have its number.
fn may_be_one_kind(one: &Cue, other: &Cue) -> bool {
    let kind = |cue: &Cue| {
        let means = meaning::of(cue.splice.as_deref()?);
        let event = if cue.signal == Signal::In { means.closes } else { means.opens };
        event.map(|event| event.kind).filter(|kind| kind.level().is_some())
    };
    kind(one).zip(kind(other)).is_none_or(|(one, other)| one == other)
}

/// The more telling cue with what only the other says. What is sent again in the same words tells
/// how long the break is meant to be now (ANSI/SCTE 35 2023r1 §9.4).
fn merge(known: &mut Cue, other: Cue) {
    let again = other.dialect == known.dialect;
    let (telling, less) =
        if other.dialect < known.dialect { (other, known.clone()) } else { (known.clone(), other) };
    let signal = match (telling.signal, less.signal) {
        (Signal::Out { duration: known }, Signal::Out { duration: other }) => {
            Signal::Out { duration: if again { other.or(known) } else { known.or(other) } }
        }
        (signal, _) => signal,
    };
    *known = Cue {
        signal,
        event_id: telling.event_id.or(less.event_id),
        splice: telling.splice.clone().or(less.splice),
        asset: telling.asset.clone().or(less.asset),
        said: telling.said || less.said,
        ..telling
    };
}

/// Whether two times are at most `near` apart; unknown ones may be.
pub(super) fn are_near(
    one: Option<ProgramTime>,
    other: Option<ProgramTime>,
    near: MediaDuration,
) -> bool {
    one.zip(other).is_none_or(|(one, other)| (other - one).abs() <= near)
}
