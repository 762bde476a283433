//! The correct session from which all mutations start: two videos on one grid and audio on another,
//! two breaks and an encoder's discontinuity.

use std::collections::BTreeMap;

use super::model::{Model, Out, Pods, piece, wall};
use crate::{
    time::{self, MILLI, Ns, SECOND},
    truth::{Ad, Break, Listing, Plan, Rendition, Source, Truth},
};

/// What the channel is made of.
#[derive(Clone, Debug)]
pub(super) struct Base {
    /// MPEG-TS, else fragmented MP4.
    pub(super) fmp4: bool,
    pub(super) protection: Protection,
    pub(super) byte_ranges: bool,
    /// Nothing ever leaves its playlists.
    pub(super) event: bool,
    pub(super) pad: bool,
    /// Its playlists have dates.
    pub(super) dated: bool,
    /// Cues say how long their breaks are to be.
    pub(super) announced: bool,
    /// The encoder's discontinuity is one of its restarts: a new epoch with low numbers.
    pub(super) restart: bool,
    /// Where audio must be cut; between those it keeps its own grid.
    pub(super) audio_cuts: &'static [i64],
    /// By how many seconds each rendition's playlists come later.
    pub(super) late: [i64; 3],
    /// For how many seconds the encoder makes nothing in the first break.
    pub(super) pause: i64,
    /// How far audio's boundaries lie behind video's.
    pub(super) audio_late: Ns,
    /// Where the programme returns from the second break.
    pub(super) second_return: i64,
    /// Which ads stand in which break.
    pub(super) pods: Pods,
    /// By name: per rendition kind (video, audio) the segments' milliseconds.
    pub(super) ads: BTreeMap<&'static str, [&'static [i64]; 2]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protection {
    Clear,
    /// AES-128 whose vectors are the source's media sequence numbers.
    Implicit,
    /// Two key formats.
    Drm,
}

impl Default for Base {
    fn default() -> Self {
        Self {
            fmp4: false,
            protection: Protection::Clear,
            byte_ranges: false,
            event: false,
            pad: true,
            dated: true,
            announced: true,
            restart: false,
            audio_cuts: &CUTS,
            late: [0; 3],
            pause: 0,
            audio_late: 20 * MILLI,
            second_return: SECOND_BREAK.1,
            pods: BTreeMap::from([(0, vec!["a", "b"]), (1, vec!["c"])]),
            ads: BTreeMap::from([
                ("a", [&[6_000, 6_000, 2_800][..], &[6_000, 6_000, 2_810][..]]),
                ("b", [&[6_000, 6_000, 2_800][..], &[6_000, 6_000, 2_790][..]]),
                ("c", [&[6_000, 6_000, 6_000, 6_200][..], &[6_000, 6_000, 6_000, 6_210][..]]),
            ]),
        }
    }
}

impl Base {
    pub(super) fn model(&self) -> Model {
        let renditions: Vec<Rendition> = (0..3).map(|r| self.rendition(r)).collect();
        let ads = self.ads.iter().map(|(name, [video, audio])| {
            let lengths = |list: &[i64]| list.iter().map(|ms| ms * MILLI).collect::<Vec<_>>();
            let durations = vec![lengths(video), lengths(audio), lengths(video)];
            ((*name).to_owned(), Ad { durations, slate: false })
        });
        let breaks = [FIRST_BREAK, SECOND_BREAK].map(|(start, end)| Break {
            start: self.made(at(start)),
            end: Some(self.made(at(end))),
            announced: self.announced.then_some(at(end)),
        });
        let truth = Truth {
            target_duration: 6,
            renditions,
            breaks: breaks.to_vec(),
            ads: ads.collect(),
            plans: self.pods.iter().map(|(number, pod)| plan(*number, pod)).collect(),
            lead_in: None,
            pad: self.pad,
            piece,
        };
        let outs = (0..3).map(|r| self.outs(r, &truth)).collect();
        let header = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-TARGETDURATION:6"];
        let event = self.event.then_some("#EXT-X-PLAYLIST-TYPE:EVENT");
        let header: Vec<_> = header.into_iter().chain(event).map(str::to_owned).collect();
        let times = (20..LAST / 2).map(|half| (at(half * 2) / MILLI) + 500);
        Model {
            truth,
            outs,
            headers: vec![header; 3],
            first: vec![500, 700, 500],
            ranges: Vec::new(),
            asked: times.flat_map(|ms| (0..3).map(move |r| (ms, r))).collect(),
            counts_first: false,
            headless: false,
            undated: !self.dated,
            window: None,
        }
    }

    fn rendition(&self, rendition: usize) -> Rendition {
        let audio = rendition == AUDIO;
        let (late, grid) = if audio { (self.audio_late, 4) } else { (0, 6) };
        let cuts = if audio { self.audio_cuts } else { &CUTS };
        let mut segments: Vec<Source> = Vec::new();
        for cut in cuts.windows(2) {
            let (mut from, to) = (cut[0], cut[1]);
            while from < to {
                let index = segments.len();
                let length = grid.min(to - from);
                segments.push(self.source(rendition, index, from, length, late));
                from += length;
            }
        }
        let mut listings = listings(&segments);
        listings.iter_mut().for_each(|listing| listing.at_ms += self.late[rendition] * 1_000);
        if self.restart {
            begin_anew(&mut segments);
        }
        if self.event {
            listings.iter_mut().for_each(|listing| listing.first = 0);
        }
        let (video, fmp4, event) = (!audio, self.fmp4, self.event);
        let (text, cues, dated) = (false, true, self.dated);
        Rendition { video, text, fmp4, dated, cues, event, segments, listings }
    }

    /// When the encoder makes what it would have made then without its pause.
    fn made(&self, moment: Ns) -> Ns {
        moment + if moment < at(PAUSE) { 0 } else { self.pause * SECOND }
    }

    fn source(&self, rendition: usize, index: usize, from: i64, length: i64, late: Ns) -> Source {
        let msn = 1_000 + u64::try_from(index).unwrap_or(0);
        let place = format!("https://origin.example/r{rendition}");
        let size = 1_000 + u64::try_from(index).unwrap_or(0);
        let byte_range = (size, u64::try_from(index).unwrap_or(0) * 2_000);
        let file = if self.byte_ranges { "all".to_owned() } else { msn.to_string() };
        Source {
            epoch: 0,
            msn,
            uri: format!("{place}/{file}.seg"),
            extinf: format!("{length}.000"),
            duration: length * SECOND,
            start: self.made(at(from)) + late,
            discontinuity: from == ENCODER_TURN,
            keys: self.keys(&place),
            map: self.fmp4.then(|| format!("URI=\"{place}/init.mp4\"")),
            byte_range: self.byte_ranges.then_some(byte_range),
            gap: false,
            bitrate: None,
            tags: tags(from),
        }
    }

    fn keys(&self, place: &str) -> Vec<String> {
        let drm = |format: &str| {
            format!("METHOD=SAMPLE-AES,URI=\"{place}/{format}\",IV=0x0a,KEYFORMAT=\"{format}\"")
        };
        match self.protection {
            Protection::Clear => Vec::new(),
            Protection::Implicit => vec![format!("METHOD=AES-128,URI=\"{place}/key\"")],
            Protection::Drm => vec![drm("com.one"), drm("com.two")],
        }
    }

    /// Content, and ads where the breaks are.
    fn outs(&self, rendition: usize, truth: &Truth) -> Vec<Out> {
        let source = &truth.renditions[rendition];
        let returns = [at(FIRST_BREAK.1), at(self.second_return)].map(|back| self.made(back));
        let mut outs: Vec<Out> = Vec::new();
        let mut done = 0;
        for (index, segment) in source.segments.iter().enumerate() {
            let here = truth
                .breaks
                .iter()
                .zip(returns)
                .position(|(b, to)| segment.middle() > b.start && segment.middle() < to);
            match here {
                Some(number) if number >= done => {
                    self.ads_of(number, segment.start, rendition, truth, &mut outs);
                    done = number + 1;
                }
                Some(_) => {}
                None => {
                    let returning = outs.last().is_some_and(|last| last.content.is_none());
                    let late = self.late[rendition] * 1_000;
                    let out = self.content(index, segment, returning);
                    outs.push(Out { publish_ms: out.publish_ms + late, ..out });
                }
            }
        }
        outs
    }

    fn content(&self, index: usize, source: &Source, returning: bool) -> Out {
        let iv = |key: &String| match self.protection {
            Protection::Implicit => format!("{key},IV=0x{:032x}", source.msn),
            _ => key.clone(),
        };
        Out {
            uri: source.uri.clone(),
            extinf: source.extinf.clone(),
            duration: source.duration,
            discontinuity: source.discontinuity || returning,
            start: source.start,
            dated: source.discontinuity || returning,
            keys: source.keys.iter().map(iv).collect(),
            map: source.map.clone(),
            byte_range: source.byte_range.map(|(length, offset)| format!("{length}@{offset}")),
            tags: source.tags.iter().filter(|tag| !tag.contains("CUE")).cloned().collect(),
            content: Some(index),
            publish_ms: wall(source.end()) + LATENCY_MS,
            ..Out::default()
        }
    }

    fn ads_of(
        &self,
        number: usize,
        from: Ns,
        rendition: usize,
        truth: &Truth,
        outs: &mut Vec<Out>,
    ) {
        let mut start = from;
        for (position, name) in self.pods[&number].iter().enumerate() {
            for (index, &duration) in truth.ads[*name].durations[rendition].iter().enumerate() {
                let place = format!("ad/b{number}/{position}/{name}");
                let over = start + duration;
                let pauses = from < at(PAUSE) && over > at(PAUSE);
                let publish = wall(if pauses { self.made(over) } else { over });
                outs.push(Out {
                    uri: format!("{place}/{index}.seg"),
                    extinf: time::show_seconds(duration),
                    duration,
                    discontinuity: index == 0,
                    start,
                    dated: index == 0,
                    map: self.fmp4.then(|| format!("URI=\"{place}/init.mp4\"")),
                    publish_ms: published_to(&truth.renditions[0], publish),
                    ..Out::default()
                });
                start += duration;
            }
        }
    }
}

/// What follows the encoder's restart is numbered from nought.
fn begin_anew(segments: &mut [Source]) {
    let anew = segments.iter_mut().filter(|segment| segment.start >= at(ENCODER_TURN) - SECOND);
    for (source, msn) in anew.zip(0..) {
        source.uri = source.uri.replace(&format!("/{}.", source.msn), &format!("/again{msn}."));
        (source.epoch, source.msn) = (1, msn);
    }
}

fn plan(number: usize, pod: &[&str]) -> Plan {
    let (start, _) = [FIRST_BREAK, SECOND_BREAK][number];
    let ads = pod.iter().map(|&ad| ad.to_owned()).collect();
    Plan { break_id: format!("b{number}"), start: at(start), ads }
}

/// When the source had reached a moment of the wall clock, with 0.9 s of lead.
fn published_to(reference: &Rendition, publish: i64) -> i64 {
    let reached = reference.segments.iter().map(|segment| wall(segment.end()));
    reached.filter(|end| end + 900 >= publish).min().unwrap_or(publish) + LATENCY_MS
}

fn tags(from: i64) -> Vec<String> {
    let tag = match from {
        _ if from == FIRST_BREAK.0 => "#EXT-X-CUE-OUT:30",
        _ if from == SECOND_BREAK.0 => "#EXT-X-CUE-OUT:24",
        _ if from == FIRST_BREAK.1 || from == SECOND_BREAK.1 => "#EXT-X-CUE-IN",
        48 | 96 => "#EXT-X-VENDOR:note=\"x\"",
        _ => return Vec::new(),
    };
    vec![tag.to_owned()]
}

/// A window of 36 s that moves with every segment.
fn listings(segments: &[Source]) -> Vec<Listing> {
    let listing = |(newest, segment): (usize, &Source)| {
        let oldest = segment.end() - 36 * SECOND;
        let first = segments.iter().position(|s| s.start >= oldest).unwrap_or(0);
        let at_ms = wall(segment.end()) + LATENCY_MS;
        Listing { at_ms, first, end: newest + 1, ended: false }
    };
    segments.iter().enumerate().map(listing).collect()
}

/// A moment of the programme, in seconds from its start.
pub(super) const fn at(secs: i64) -> Ns {
    (1_767_225_600 + secs) * SECOND
}

pub(super) const AUDIO: usize = 1;
pub(super) const FIRST_BREAK: (i64, i64) = (60, 90);
pub(super) const SECOND_BREAK: (i64, i64) = (126, 150);
/// Where the encoder pauses, if it does: in the first break.
const PAUSE: i64 = 84;
/// The encoder's own discontinuity.
pub(super) const ENCODER_TURN: i64 = 108;
/// Where the packager cuts all renditions.
pub(super) const CUTS: [i64; 7] = [0, 60, 90, 108, 126, 150, LAST + 30];
const LAST: i64 = 210;
const LATENCY_MS: i64 = 1_000;
