//! Events taken back or moved before they begin (ANSI/SCTE 35 2023r1 §9.4).

use std::collections::HashMap;

use super::{
    Dialect, Signal,
    marker::{Placed, Says},
};
use crate::units::{MediaSequence, ProgramTime, Source};

/// Removes the beginnings of events that a later marker takes back, or tells of another time, before
/// they are there. What has begun cannot be undone, and a marker further on may use the number
/// again.
pub(super) fn take_back(found: &mut Vec<Placed>) {
    let mut later: HashMap<u32, Vec<Word>> = HashMap::new();
    for placed in found.iter() {
        for id in placed.marker.cancelled() {
            later.entry(id).or_default().push(Word::of(placed, None));
        }
        if let Some(id) = begins(placed) {
            later.entry(id).or_default().push(Word::of(placed, Some(placed.marker.dialect)));
        }
    }
    found.retain(|placed| {
        let later = begins(placed).and_then(|id| later.get(&id));
        !later.is_some_and(|later| later.iter().any(|word| word.overrules(placed)))
    });
}

/// A word on an event.
struct Word {
    told: Source<MediaSequence>,
    at: Source<MediaSequence>,
    time: Option<ProgramTime>,
    /// How its beginning is told; none where it is taken back.
    begins: Option<Dialect>,
}

impl Word {
    const fn of(placed: &Placed, begins: Option<Dialect>) -> Self {
        Self { told: placed.told, at: placed.at, time: placed.time, begins }
    }

    /// Is this said after `earlier` was, and before that begins? Another time counts only in the same
    /// dialect: two that tell of one event may place it differently.
    fn overrules(&self, earlier: &Placed) -> bool {
        match self.begins {
            None => earlier.told <= self.told && earlier.at > self.at,
            Some(dialect) => {
                let moved = self.time != earlier.time && dialect == earlier.marker.dialect;
                moved && earlier.told < self.told && earlier.at > self.told
            }
        }
    }
}

/// The event a marker begins.
fn begins(placed: &Placed) -> Option<u32> {
    let opened = placed.marker.opened();
    let out = matches!(placed.marker.says, Says::Signal(Signal::Out { .. }));
    let named = placed.marker.event_id.filter(|_| out);
    opened.and_then(|event| event.id).or(named)
}
