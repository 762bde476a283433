//! The smaller dialects: messages alone, Adobe's, and SCTE 35's own tag.

use super::{
    Dialect,
    marker::Marker,
    value::{self, ELAPSED, Value},
};
use crate::units::MediaDuration;

/// `EXT-OATCLS-SCTE35`: a message for the tag beside it, or standing for itself.
pub(super) fn oatcls(value: &str) -> Option<Marker> {
    message(Dialect::Oatcls, value)
}

/// `EXT-X-SPLICEPOINT-SCTE35`: start or end, as its message says.
pub(super) fn splice_point(value: &str) -> Option<Marker> {
    message(Dialect::SplicePoint, value)
}

fn message(dialect: Dialect, value: &str) -> Option<Marker> {
    Some(Marker::message(dialect, value::message(value)?))
}

/// `EXT-SCTE35: CUE="/DAI…", ID="123", TIME=123.12`.
pub(super) fn old_scte35(value: &str) -> Option<Marker> {
    message(Dialect::OldScte35, Value::of(value).get("CUE")?)
}

/// `EXT-X-SCTE35:TYPE=0x34,DURATION=60.060,CUE-OUT=YES,CUE="/DA…",ID="f6UrRd"`
/// (ANSI/SCTE 35 2022b §12.2.2).
pub(super) fn scte35(value: &str) -> Option<Marker> {
    const DIALECT: Dialect = Dialect::Scte35;
    let value = Value::of(value);
    let splice = value.message(&["CUE"]);
    let says = |name: &str, what: &str| {
        value.get(name).is_some_and(|said| said.eq_ignore_ascii_case(what))
    };
    let duration = value.time(&["DURATION"]);
    let marker = if says("CUE-OUT", "YES") {
        Marker::out(DIALECT, duration)
    } else if says("CUE-OUT", "CONT") {
        Marker::continues(DIALECT, value.time(ELAPSED), duration)
    } else if says("CUE-IN", "YES") {
        Marker::end(DIALECT)
    } else {
        return splice.map(|splice| Marker::message(DIALECT, splice));
    };
    Some(marker.with(splice).about(value.event_id(&["ID"])))
}

/// `EXT-X-CUE:TYPE="SpliceOut",ID=240703,DURATION=30.000,ELAPSED=5.331`: repeated on every segment
/// by some, and then a continuation.
pub(super) fn adobe(value: &str) -> Option<Marker> {
    const DIALECT: Dialect = Dialect::Adobe;
    let value = Value::of(value);
    let duration = value.time(&["DURATION"]);
    let elapsed = value.time(ELAPSED).filter(|elapsed| *elapsed > MediaDuration::ZERO);
    let marker = match value.get("TYPE")?.to_ascii_lowercase().as_str() {
        "spliceout" if elapsed.is_some() => Marker::continues(DIALECT, elapsed, duration),
        "spliceout" => Marker::out(DIALECT, duration),
        "splicein" => Marker::end(DIALECT),
        _ => return None,
    };
    Some(marker.about(value.event_id(&["ID"])))
}

/// `EXT-X-CUE-CONT:ID=1,AVAIL-DUR-ELAPSED=5.8`.
pub(super) fn adobe_continues(value: &str) -> Marker {
    let value = Value::of(value);
    let elapsed = value.time(ELAPSED);
    Marker::continues(Dialect::Adobe, elapsed, value.time(&["DURATION"]))
        .about(value.event_id(&["ID"]))
}

/// `EXT-X-PLACEMENT-OPPORTUNITY`: something may be put in, nothing is replaced.
pub(super) fn placement_opportunity() -> Marker {
    Marker::out(Dialect::PlacementOpportunity, Some(MediaDuration::ZERO))
}
