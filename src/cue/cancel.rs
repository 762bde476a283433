//! Events taken back before they begin (ANSI/SCTE 35 2023r1 §9.4).

use super::Signal;
use super::marker::{Placed, Says};

/// Removes the beginnings of events that a later marker takes back before they are there. What has
/// begun cannot be undone, and a marker further on may use the number again.
pub(super) fn take_back(found: &mut Vec<Placed>) {
    let cancels = |placed: &Placed| {
        placed.marker.cancelled().map(|id| (id, placed.told, placed.at)).collect::<Vec<_>>()
    };
    let cancelled: Vec<_> = found.iter().flat_map(cancels).collect();
    found.retain(|placed| {
        let id = begins(placed);
        let taken_back = cancelled.iter().any(|(cancelled, told, at)| {
            id == Some(*cancelled) && placed.told <= *told && placed.at > *at
        });
        !taken_back
    });
}

/// The event a marker begins.
fn begins(placed: &Placed) -> Option<u32> {
    let opened = placed.marker.opened();
    let out = matches!(placed.marker.says, Says::Signal(Signal::Out { .. }));
    let named = placed.marker.event_id.filter(|_| out);
    opened.and_then(|event| event.id).or(named)
}
