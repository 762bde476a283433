//! One playlist by itself (A-22, A-23, A-24, A-33, A-40, A-51, A-52, A-91, A-93, A-95,
//!

use std::collections::{HashMap, HashSet};

use super::{Findings, Seen, Timeline};
use crate::{
    reader::{Playlist, Segment, attributes},
    time::{self, MILLI, SECOND},
    truth::{TOLERANCE, Truth},
};

pub(super) fn check(seen: &Seen, truth: &Truth, before: &[Timeline], findings: &mut Findings) {
    let playlist = &seen.playlist;
    let mut add = |rule, text: String| findings.add(rule, seen.reload, text);
    if playlist.discontinuity_sequence.is_none() && !playlist.end_list {
        add("A-33", "a live playlist without `EXT-X-DISCONTINUITY-SEQUENCE`".to_owned());
    }
    promises(seen, truth, &mut add);
    if playlist.segments.is_empty() {
        add("A-17", "an empty playlist".to_owned());
    }
    let dated = truth.renditions.get(seen.rendition).is_some_and(|source| source.dated);
    if dated && playlist.segments.iter().all(|segment| segment.date.is_none()) {
        add("A-51", "no date at all".to_owned());
    }
    for segment in &playlist.segments {
        one(segment, playlist, truth, &mut add);
    }
    for pair in playlist.segments.windows(2) {
        let [one, next] = pair else { continue };
        let known = before.get(seen.rendition).and_then(|known| known.entries.get(&next.msn));
        let first_ms = known.map_or(seen.at_ms, |known| known.at_ms);
        if !begins_uncut(one, next, truth, (seen.rendition, first_ms)) {
            overlap(one, next, truth, &mut add);
        }
    }
    names(playlist, &mut add);
}

/// What the head promises holds for all that is listed.
fn promises(seen: &Seen, truth: &Truth, add: &mut impl FnMut(&'static str, String)) {
    let playlist = &seen.playlist;
    let said = |tag: &str| playlist.header.iter().find_map(|line| line.strip_prefix(tag));
    let event = truth.renditions.get(seen.rendition).is_some_and(|source| source.event);
    let wanted = event.then_some("EVENT");
    let kind = said("#EXT-X-PLAYLIST-TYPE:");
    if kind != wanted {
        add("A-93", format!("playlist type {kind:?}, the origin's is {wanted:?}"));
    }
    let ads = playlist.segments.iter().any(|segment| (truth.piece)(&segment.uri).is_some());
    if ads && said("#EXT-X-INDEPENDENT-SEGMENTS").is_some() {
        add("A-91", "promises for ads nobody has looked into".to_owned());
    }
    let three = 3 * playlist.target_duration * SECOND;
    let length = |tag: &str, name: &str| {
        let list = said(tag).and_then(|list| attributes::read(list).ok())?;
        let value = list.raw(name)?.to_owned();
        time::seconds(value.trim_start_matches('-')).map(|length| (value.starts_with('-'), length))
    };
    if let Some((true, offset)) = length("#EXT-X-START:", "TIME-OFFSET")
        && offset < three
    {
        add("A-95", "a start where nothing can be played yet".to_owned());
    }
    if let Some((_, hold_back)) = length("#EXT-X-SERVER-CONTROL:", "HOLD-BACK")
        && hold_back < three
    {
        add("A-131", "a hold-back of less than three target durations".to_owned());
    }
}

fn one(
    segment: &Segment,
    playlist: &Playlist,
    truth: &Truth,
    add: &mut impl FnMut(&'static str, String),
) {
    let limit = playlist.target_duration;
    if time::rounded(segment.duration) > limit {
        add("A-40", format!("{} lasts {}, target {limit}", segment.msn, segment.extinf));
    }
    if (truth.piece)(&segment.uri).is_some() && segment.duration < SHORTEST {
        add("A-22", format!("{} lasts only {}", segment.msn, segment.extinf));
    }
    let relative = !segment.uri.contains("://");
    if relative && (truth.piece)(&segment.uri).is_none() {
        add("A-09", format!("`{}` is neither absolute nor an ad segment", segment.uri));
    }
    let scoped = segment.keys.iter().chain(&segment.map);
    for scoped in scoped.filter(|scoped| scoped.own) {
        let uri = scoped.attributes.quoted("URI").unwrap_or_default();
        if !uri.contains("://") && !uri.starts_with("ad/") {
            add("A-09", format!("`{uri}` of a key or map is not absolute"));
        }
    }
}

/// Does an ad begin where its break does, in a rendition without which that was begun, as it had not been
/// read so far? All of it that is more than half before the break has been shown, and dates are the same
/// in all renditions.
fn begins_uncut(
    one: &Segment,
    next: &Segment,
    truth: &Truth,
    (rendition, first_ms): (usize, i64),
) -> bool {
    let is_ad = |segment: &Segment| (truth.piece)(&segment.uri).is_some();
    let (Some(left), Some(start), Some(rendition)) =
        (one.start, next.start, truth.renditions.get(rendition))
    else {
        return false;
    };
    let mut breaks = truth.breaks.iter().map(|b| b.start);
    let begun = breaks.find(|begun| (begun - start).abs() <= TOLERANCE);
    let shown = left + one.duration / 2 < start;
    let before = !is_ad(one) && is_ad(next) && shown;
    before && begun.is_some_and(|begun| truth.begins_without(rendition, begun, first_ms))
}

fn overlap(
    one: &Segment,
    next: &Segment,
    truth: &Truth,
    add: &mut impl FnMut(&'static str, String),
) {
    let (Some(start), Some(end), Some(next_start)) = (one.start, one.end(), next.start) else {
        return;
    };
    let overlaps = next_start - end <= -SECOND || next_start <= start;
    if overlaps && !truth.is_ragged(next_start) {
        let (end, at) = (time::show_date(end), time::show_date(next_start));
        add("A-52", format!("{} begins at {at}, the one before ends at {end}", next.msn));
    }
}

fn names(playlist: &Playlist, add: &mut impl FnMut(&'static str, String)) {
    let mut whole = HashSet::new();
    let mut paths: HashMap<_, &str> = HashMap::new();
    for Segment { uri, byte_range, .. } in &playlist.segments {
        if !whole.insert((uri, byte_range)) {
            add("A-23", format!("`{uri}` stands twice"));
            continue;
        }
        let path = uri.split('?').next().unwrap_or(uri);
        let known = paths.insert((path, byte_range), uri);
        if let Some(other) = known.filter(|_| !path.contains("://")) {
            add("A-24", format!("only the query tells `{uri}` from `{other}`"));
        }
    }
}

const SHORTEST: time::Ns = 250 * MILLI;
