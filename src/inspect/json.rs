//! The same for programs. Durations are seconds, dates RFC 3339, ticks of 90 kHz where a message
//! has them.

use serde_json::{Number, Value, json};

use super::{
    Odd,
    breaks::{Break, breaks},
};
use crate::{
    cue::{Asset, Signal},
    hls::{MediaPlaylist, Multivariant, RenditionInfo},
    scte35::SpliceInfo,
    units::{MediaDuration, ProgramTime},
};

/// A media playlist and its breaks.
pub(super) fn media(playlist: &MediaPlaylist, oddities: &[Odd]) -> Value {
    let start = playlist.segments.first().and_then(|segment| segment.start);
    let breaks: Vec<_> = breaks(playlist).iter().map(one_break).collect();
    json!({
        "playlist": "media",
        "ended": playlist.end_list,
        "target_duration": playlist.target_duration.rounded_secs(),
        "media_sequence": playlist.media_sequence.0.0,
        "segments": playlist.segments.len(),
        "duration": secs(playlist.duration()),
        "start": date(start),
        "end": date(playlist.end()),
        "breaks": breaks,
        "oddities": noted(oddities),
    })
}

fn one_break(one: &Break) -> Value {
    let (duration, elapsed) = match one.begin.signal {
        Signal::Out { duration } => (duration, None),
        Signal::Continue { elapsed, duration } => (duration, elapsed),
        Signal::In => (None, None),
    };
    let end = one.end.as_ref();
    json!({
        "segment": one.begin.at.0.0,
        "time": date(one.begin.time),
        "offset": secs(one.offset),
        "dialect": one.begin.dialect.as_str(),
        "under_way": one.is_under_way(),
        "elapsed": elapsed.map(secs),
        "duration": duration.map(secs),
        "event_id": one.begin.event_id,
        "end_segment": end.map(|end| end.at.0.0),
        "end_time": date(end.and_then(|end| end.time)),
        "lasts": one.lasts.map(secs),
        "asset": one.begin.asset.as_deref().map(asset),
        "scte35": one.begin.splice.as_deref().map(message),
    })
}

fn asset(asset: &Asset) -> Value {
    asset.iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect()
}

/// A multivariant playlist and its renditions.
pub(super) fn multivariant(playlist: &Multivariant, oddities: &[Odd]) -> Value {
    let renditions: Vec<_> = playlist.renditions.iter().map(rendition).collect();
    json!({
        "playlist": "multivariant",
        "renditions": renditions,
        "oddities": noted(oddities),
    })
}

fn rendition(rendition: &RenditionInfo) -> Value {
    json!({
        "kind": rendition.kind.as_str(),
        "uri": rendition.uri,
        "bandwidth": rendition.bandwidth,
        "codecs": rendition.codecs,
        "resolution": rendition.resolution.map(|(width, height)| format!("{width}x{height}")),
        "language": rendition.language,
        "group": rendition.group,
        "name": rendition.name,
        "default": rendition.default,
    })
}

/// A message.
pub(super) fn message(message: &SpliceInfo) -> Value {
    serde_json::to_value(message).expect("a message has only names as keys")
}

fn noted(oddities: &[Odd]) -> Vec<Value> {
    let note = |odd: &Odd| json!({ "line": odd.line, "oddity": odd.what });
    oddities.iter().map(note).collect()
}

fn date(time: Option<ProgramTime>) -> Option<String> {
    time.map(|time| time.to_string())
}

/// Exact where the number of digits lets it be.
fn secs(duration: MediaDuration) -> Option<Number> {
    duration.to_string().parse().ok()
}
