//! Cues of one event that stand at neighbouring places.

use super::{Cue, Signal};
use crate::units::{MediaDuration, ProgramTime};

/// Joins cues of neighbouring places that are of one event: of the same id, or spelt differently
/// with at most one naming it.
pub(super) fn one_per_event(cues: Vec<Cue>, near: MediaDuration) -> Vec<Cue> {
    let mut kept: Vec<Cue> = Vec::with_capacity(cues.len());
    for cue in cues {
        match kept.last_mut().filter(|last| is_same_event(last, &cue, near)) {
            Some(last) => merge(last, cue),
            None => kept.push(cue),
        }
    }
    kept
}

fn is_same_event(one: &Cue, other: &Cue, near: MediaDuration) -> bool {
    let both_begin = matches!((one.signal, other.signal), (Signal::Out { .. }, Signal::Out { .. }));
    let both_end = (one.signal, other.signal) == (Signal::In, Signal::In);
    let same = match (one.event_id, other.event_id) {
        (Some(one), Some(other)) => one == other,
        _ => one.dialect != other.dialect,
    };
    let dated = one.time.is_some() && other.time.is_some();
    (both_begin || both_end) && same && dated && are_near(one.time, other.time, near)
}

/// The more telling cue with what only the other says.
fn merge(kept: &mut Cue, other: Cue) {
    let (telling, less) =
        if other.dialect < kept.dialect { (other, kept.clone()) } else { (kept.clone(), other) };
    let signal = match (telling.signal, less.signal) {
        (Signal::Out { duration: None }, Signal::Out { duration }) => Signal::Out { duration },
        (signal, _) => signal,
    };
    *kept = Cue {
        signal,
        event_id: telling.event_id.or(less.event_id),
        splice: telling.splice.clone().or(less.splice),
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
