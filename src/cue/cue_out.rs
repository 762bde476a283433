//! `EXT-X-CUE-OUT`, `EXT-X-CUE-OUT-CONT`, `EXT-X-CUE-SPAN` and `EXT-X-CUE-IN`.
//!
//! Never standardised, and spelt in a dozen ways: bare, a number, attributes, both, with messages.

use super::{
    Dialect,
    marker::Marker,
    value::{ELAPSED, Value},
};

const DIALECT: Dialect = Dialect::CueOut;

/// `30`, `"60.000"`, `DURATION=150,BREAKID=0x0`, `4,SpliceType=VOD_DAI, PAID=x/y`,
/// `DURATION=366,ID=16777323,CUE="/DAl…"`, or nothing.
pub(super) fn out(value: &str) -> Marker {
    let value = Value::of(value);
    let duration = value.first.or_else(|| value.time(&["DURATION"]));
    Marker::out(DIALECT, duration).about(value.event_id(IDS)).with(value.message(MESSAGES))
}

/// `8.308/30`, `10/4, SpliceType=VOD_DAI`, `ElapsedTime=5.939,Duration=201.467,SCTE35=/DA0…`, or
/// nothing.
pub(super) fn continues(value: &str) -> Marker {
    let value = Value::of(value);
    let elapsed = value.first.or_else(|| value.time(ELAPSED));
    let duration = value.second.or_else(|| value.time(&["DURATION"]));
    Marker::continues(DIALECT, elapsed, duration)
        .about(value.event_id(IDS))
        .with(value.message(MESSAGES))
}

/// `TIMEFROMSIGNAL=PT10S,ID=16777323`.
pub(super) fn span(value: &str) -> Marker {
    let value = Value::of(value);
    Marker::continues(DIALECT, value.time(ELAPSED), value.time(&["DURATION"]))
        .about(value.event_id(IDS))
}

/// `ID=16777323`, `4,SpliceType=VOD_DAI`, or nothing.
pub(super) fn end(value: &str) -> Marker {
    let value = Value::of(value);
    Marker::end(DIALECT).about(value.event_id(IDS)).with(value.message(MESSAGES))
}

const IDS: &[&str] = &["ID", "BREAKID"];
const MESSAGES: &[&str] = &["CUE", "SCTE35"];
