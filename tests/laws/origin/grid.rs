//! Where a rendition is cut, and what its segments are.

use super::{Dating, Dialect, Feature, Kind, Packaging, Shape, Track, page, program, protect};
use crate::{
    origin::BASE,
    time::{self, MILLI, Ns, SECOND},
    truth::{Rendition, Source},
};

/// A rendition with all its segments; nothing is listed yet.
pub(super) fn rendition(shape: &Shape, rendition: usize) -> Rendition {
    let track = &shape.renditions[rendition];
    let mut segments: Vec<Source> = Vec::new();
    let mut place = Place { rendition, ..Place::default() };
    for window in cuts(shape, track).windows(2) {
        let [from, to] = [window[0], window[1]];
        let restart = shape.restarts.iter().find(|(at, _)| *at == from);
        if restart.is_some() && !segments.is_empty() {
            place = Place { rendition, epoch: place.epoch + 1, number: 0, ..place };
        }
        let from = from + restart.map_or(0, |(_, gap)| *gap);
        if to - from < LEAST / 4 {
            continue;
        }
        for (begin, end) in pieces(track, from, to) {
            let turn = begin == from && shape.turns.contains(&from);
            segments.push(segment(shape, track, &place, begin, end, turn));
            place.number += 1;
            place.index += 1;
        }
    }
    for index in 0..segments.len() {
        let before = index.checked_sub(1).map(|before| segments[before].clone());
        segments[index].tags = page::tags(shape, track, before.as_ref(), &segments[index]);
    }
    Rendition {
        video: track.kind == Kind::Video,
        text: track.kind == Kind::Subtitles,
        fmp4: shape.packaging != Packaging::Ts && track.kind != Kind::Subtitles,
        dated: shape.dating != Dating::None,
        cues: shape.dialect == Dialect::DateRange || track.cues || track.kind == Kind::Video,
        event: shape.has(Feature::Event),
        segments,
        listings: Vec::new(),
    }
}

#[derive(Clone, Copy, Default)]
struct Place {
    rendition: usize,
    epoch: usize,
    number: u64,
    index: usize,
}

/// Where this rendition must have a boundary.
fn cuts(shape: &Shape, track: &Track) -> Vec<i64> {
    let mut cuts = vec![0, shape.length];
    let own = shape.breaks.iter().filter(|signal| signal.common || track.kind == Kind::Video);
    for signal in own {
        cuts.push(signal.at);
        cuts.extend(signal.actual.map(|actual| signal.at + actual));
    }
    cuts.extend(&shape.turns);
    cuts.extend(shape.restarts.iter().map(|(at, _)| *at));
    cuts.retain(|cut| (0..=shape.length).contains(cut));
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}

/// The rendition's own grid from cut to cut, in milliseconds; no piece is a sliver.
fn pieces(track: &Track, from: i64, to: i64) -> Vec<(i64, i64)> {
    let mut ends = Vec::new();
    let mut at = from;
    for length in track.lengths.iter().cycle() {
        if at + length >= to {
            break;
        }
        at += length;
        ends.push(at);
    }
    if let Some(last) = ends.pop() {
        let before = ends.last().copied().unwrap_or(from);
        let sliver = to - last < LEAST;
        ends.push(if sliver { i64::midpoint(before, to) } else { last });
    }
    if to > from {
        ends.push(to);
    }
    let begins = std::iter::once(from).chain(ends.iter().copied());
    begins.zip(ends.clone()).collect()
}

fn segment(
    shape: &Shape,
    track: &Track,
    place: &Place,
    begin: i64,
    end: i64,
    turn: bool,
) -> Source {
    let (start, end) = (snapped(track, begin), snapped(track, end));
    let extinf = extinf(track, end - start);
    let Place { rendition, epoch, number, index } = *place;
    let file = match shape.packaging {
        Packaging::Ranges => format!("r{rendition}/e{epoch}/all.mp4"),
        Packaging::Fmp4 => format!("r{rendition}/e{epoch}/{number}.m4s"),
        Packaging::Ts => format!("r{rendition}/e{epoch}/{number}.ts"),
    };
    let fmp4 = shape.packaging != Packaging::Ts && track.kind != Kind::Subtitles;
    let init = format!("URI=\"{BASE}r{rendition}/e{epoch}/init.mp4\"");
    let range = (1_000 + number % 7, 10_000 * number);
    Source {
        epoch,
        msn: number + if epoch == 0 { FIRST } else { 0 },
        uri: format!("{BASE}{file}"),
        duration: time::seconds(&extinf).unwrap_or(end - start),
        extinf,
        start,
        discontinuity: turn,
        keys: protect::keys(shape.protection, rendition, index),
        map: fmp4.then_some(init),
        byte_range: (shape.packaging == Packaging::Ranges).then_some(range),
        gap: shape.has(Feature::Gaps) && number % 9 == 4,
        bitrate: shape.has(Feature::Bitrates).then_some(800 + number / 3),
        tags: Vec::new(),
    }
}

/// The nearest AAC frame, if the rendition is cut on those.
fn snapped(track: &Track, ms: i64) -> Ns {
    if !track.aac {
        return program(ms);
    }
    let frames = (ms * 48_000 + 512_000) / 1_024_000;
    program(0) + frames * 1_024 * SECOND / 48_000
}

fn extinf(track: &Track, length: Ns) -> String {
    let digits = if track.aac { 1_000 } else { MILLI };
    time::show_seconds((length + digits / 2) / digits * digits)
}

/// Shorter pieces are joined to the one before and halved.
const LEAST: i64 = 1_000;
/// The first epoch's first media sequence number.
const FIRST: u64 = 10_000;
