//! Each listed segment against what it stands for: content as the origin has it, ads as they were
//! made (A-07, A-08, A-09, A-30, A-31, A-35, A-44, A-70 … … ).

use super::{Entry, Findings, Place, Timeline};
use crate::{
    reader::{self, Scoped, Segment, attributes},
    time::{self, MILLI},
    truth::{Piece, Rendition, Source, Truth},
};

pub(super) fn check(timeline: &Timeline, truth: &Truth, findings: &mut Findings) {
    let Some(rendition) = truth.renditions.get(timeline.rendition) else { return };
    for entry in timeline.entries.values() {
        let mut add = |rule, text| findings.add(rule, entry.reload, text);
        match &entry.place {
            Place::Content(at) => {
                let source = &rendition.segments[*at];
                content(entry, source, &mut add);
                protection(&entry.segment, source, &mut add);
            }
            Place::Ad(piece) => ad(entry, piece, timeline.rendition, truth, &mut add),
            Place::Unknown => {
                let uri = &entry.segment.uri;
                let known = rendition.segments.iter().any(|source| source.uri == *uri);
                let rule = if known { "A-83" } else { "A-09" };
                add(rule, format!("`{uri}` is no segment of the origin's"));
            }
        }
        container(entry, rendition, &mut add);
    }
    for (one, next) in timeline.neighbours() {
        turn(one, next, rendition, findings);
    }
}

fn content(entry: &Entry, source: &Source, add: &mut impl FnMut(&'static str, String)) {
    let segment = &entry.segment;
    if segment.extinf != source.extinf {
        let text = format!("{}: `{}` was `{}`", segment.msn, segment.extinf, source.extinf);
        add("A-08", text);
    }
    let plain =
        |tags: &[String]| tags.iter().filter(|tag| !is_marker(tag)).cloned().collect::<Vec<_>>();
    if plain(&segment.tags) != plain(&source.tags) {
        let text = format!("{}: {:?} was {:?}", segment.msn, segment.tags, source.tags);
        add("A-08", text);
    }
    let alien = segment.tags.iter().find(|tag| is_marker(tag) && !source.tags.contains(tag));
    if let Some(alien) = alien {
        add("A-07", format!("{}: `{alien}` is not the origin's", segment.msn));
    }
    if segment.byte_range != source.byte_range {
        let (got, want) = (segment.byte_range, source.byte_range);
        add("A-83", format!("{}: bytes {got:?} were {want:?}", segment.msn));
    }
    if segment.bitrate.is_some() && segment.bitrate != source.bitrate {
        let (got, want) = (segment.bitrate, source.bitrate);
        add("A-84", format!("{}: bit rate {got:?} was {want:?}", segment.msn));
    }
    if segment.gap != source.gap {
        add("A-92", format!("{}: gap {} was {}", segment.msn, segment.gap, source.gap));
    }
}

/// Cue tags of whatever dialect: stale ones would make those downstream act twice.
pub(crate) fn is_marker(tag: &str) -> bool {
    const NAMES: [&str; 9] = [
        "#EXT-X-CUE",
        "#EXT-OATCLS-SCTE35",
        "#EXT-X-SCTE35",
        "#EXT-SCTE35",
        "#EXT-X-SPLICEPOINT",
        "#EXT-X-ASSET",
        "#EXT-X-PLACEMENT",
        "#EXT-X-BLACKOUT",
        "#EXT-X-AD",
    ];
    NAMES.iter().any(|name| tag.starts_with(name))
}

/// Keys and map in force at a content segment are the origin's.
fn protection(segment: &Segment, source: &Source, add: &mut impl FnMut(&'static str, String)) {
    let msn = segment.msn;
    let read = |text: &String| attributes::read(text).unwrap_or_default();
    let wanted: Vec<_> = source.keys.iter().map(read).collect();
    let names = |keys: &mut dyn Iterator<Item = &attributes::Attributes>| {
        let mut names: Vec<_> = keys.map(|key| key.without("IV")).collect();
        names.sort();
        names
    };
    let got = names(&mut segment.keys.iter().map(|key| &key.attributes));
    if got != names(&mut wanted.iter()) {
        let rule = if got.is_empty() { "A-74" } else { "A-71" };
        add(rule, format!("{msn}: keys {got:?} were {:?}", source.keys));
    } else {
        for (key, was) in segment.keys.iter().zip(&wanted) {
            let (got, want) = (vector(&key.attributes, msn), vector(was, source.msn));
            if got != want {
                add("A-72", format!("{msn}: decrypts with vector {got}, was made with {want}"));
            }
        }
    }
    let map = segment.map.as_ref().map(|map| map_of(&map.attributes));
    let was = source.map.as_ref().map(|map| map_of(&read(map)));
    match (&map, &was) {
        (None, Some(_)) => {}
        (Some(_), None) => add("A-82", format!("{msn}: a map governs what needs none")),
        _ if map != was => add("A-81", format!("{msn}: map {map:?} was {was:?}")),
        _ => {}
    }
}

/// The initialization vector really used, as a number: its own or the media sequence number; zero
/// where the format has another way.
fn vector(key: &attributes::Attributes, msn: u64) -> u128 {
    if key.quoted("KEYFORMAT").is_some_and(|format| format != "identity") {
        return 0;
    }
    let explicit = key.raw("IV").and_then(|iv| iv.get(2..));
    explicit.map_or(u128::from(msn), |hex| u128::from_str_radix(hex, 16).unwrap_or(u128::MAX))
}

fn map_of(map: &attributes::Attributes) -> (String, Option<(u64, u64)>) {
    let range = map.quoted("BYTERANGE").and_then(reader::map_range);
    (map.quoted("URI").unwrap_or_default().to_owned(), range)
}

fn ad(
    entry: &Entry,
    piece: &Piece,
    rendition: usize,
    truth: &Truth,
    add: &mut impl FnMut(&'static str, String),
) {
    let segment = &entry.segment;
    let msn = segment.msn;
    if !segment.keys.is_empty() {
        add("A-70", format!("{msn}: an ad under a key"));
    }
    if segment.map_under_key && segment.map.is_some() {
        add("A-70", format!("{msn}: an ad's map under a key"));
    }
    let sources = truth.renditions.get(rendition).into_iter().flat_map(|r| &r.segments);
    let map = segment.map.as_ref().map(|map| map_of(&map.attributes).0);
    let borrowed = |source: &Source| {
        source.map.as_ref().and_then(|map| attributes::read(map).ok()).map(|map| map_of(&map).0)
    };
    if map.is_some() && sources.into_iter().any(|source| borrowed(source) == map) {
        add("A-77", format!("{msn}: an ad under the content's map"));
    }
    if let Some(bitrate) = segment.bitrate {
        add("A-84", format!("{msn}: an ad said to have {bitrate} kbit/s"));
    }
    if segment.gap {
        add("A-92", format!("{msn}: an ad that is missing"));
    }
    if segment.tags.iter().any(|tag| is_marker(tag)) {
        add("A-07", format!("{msn}: an ad with {:?}", segment.tags));
    }
    let lengths = truth.ads.get(&piece.ad).and_then(|ad| ad.durations.get(rendition));
    let Some(length) = lengths.and_then(|lengths| lengths.get(piece.index)) else {
        return add("A-44", format!("{msn}: there is no segment `{}` of any ad", segment.uri));
    };
    if (segment.duration - length).abs() >= MILLI {
        let length = time::show_seconds(*length);
        add("A-44", format!("{msn}: says {}, lasts {length}", segment.extinf));
    }
}

fn container(entry: &Entry, source: &Rendition, add: &mut impl FnMut(&'static str, String)) {
    let Segment { msn, map, discontinuity, .. } = &entry.segment;
    if !source.fmp4 {
        return;
    }
    match map {
        None => add("A-80", format!("{msn}: no map in force")),
        Some(Scoped { own: false, .. }) if *discontinuity => {
            add("A-80", format!("{msn}: no map of its own after a discontinuity"));
        }
        Some(_) => {}
    }
}

/// Is there a discontinuity between neighbours exactly where the media breaks off?
fn turn(one: &Entry, next: &Entry, rendition: &Rendition, findings: &mut Findings) {
    let tagged = next.segment.discontinuity;
    let (rule, continuous) = match (&one.place, &next.place) {
        (Place::Content(before), Place::Content(after))
            if after.checked_sub(1) == Some(*before) =>
        {
            let (before, after) = (&rendition.segments[*before], &rendition.segments[*after]);
            let turns = after.discontinuity;
            (if turns { "A-35" } else { "A-30" }, before.epoch == after.epoch && !turns)
        }
        (Place::Ad(before), Place::Ad(after)) => {
            let same = before.ad == after.ad && before.break_id == after.break_id;
            ("A-30", same && before.index + 1 == after.index)
        }
        _ => ("A-30", false),
    };
    let msn = next.segment.msn;
    if continuous && tagged {
        findings.add("A-31", next.reload, format!("{msn}: a discontinuity in one run of media"));
    }
    if !continuous && !tagged {
        findings.add(rule, next.reload, format!("{msn}: no discontinuity where media breaks off"));
    }
}
