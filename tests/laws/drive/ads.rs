//! The ads of a case, for the product and for the judge.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use midroll::{
    creative::{self, Container, Creative},
    hls::RenditionInfo,
    pod::{self, AdInfo},
    session::{Bumpers, Fillers},
    stitch::Links,
};
use url::Url;

use super::{kind, media};
use crate::{
    checker::Reload,
    origin::{BASE, Kind, Packaging},
    scenario::Scenario,
    time::{MILLI, Ns, SECOND},
    truth::{self, Piece},
};

/// Every ad, cut for every rendition.
pub(crate) struct Shelf {
    pub(super) ads: Vec<pod::Ad>,
    pub(super) fillers: Fillers,
    truth: BTreeMap<String, truth::Ad>,
}

impl Shelf {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let mut shelf =
            Self { ads: Vec::new(), fillers: Fillers::default(), truth: BTreeMap::new() };
        for (number, steps) in scenario.ads.iter().enumerate() {
            let ad = shelf.make(&format!("a{number}"), steps, scenario);
            shelf.ads.push(ad);
        }
        let slate = scenario.slate.as_ref().map(|steps| shelf.make("slate", steps, scenario));
        let pad = scenario.pad.then(|| shelf.make("pad", &[1_000; 10], scenario));
        let mut clip = |name, steps: &Option<Vec<i64>>| {
            steps.as_ref().map(|steps| shelf.make(name, steps, scenario))
        };
        let (start, end) =
            (clip(OPENER, &scenario.bumpers.start), clip(CLOSER, &scenario.bumpers.end));
        shelf.fillers = Fillers { slate, pad, bumpers: Bumpers { start, end } };
        shelf
    }

    pub(super) fn truth(&self) -> BTreeMap<String, truth::Ad> {
        self.truth.clone()
    }

    fn make(&mut self, name: &str, steps: &[i64], scenario: &Scenario) -> pod::Ad {
        let tracks = &scenario.shape.renditions;
        let durations: Vec<Vec<Ns>> =
            tracks.iter().map(|track| lengths(steps, track.kind == Kind::Audio)).collect();
        let fmp4 = scenario.shape.packaging != Packaging::Ts;
        let renditions = tracks.iter().zip(&durations).enumerate().map(|(at, (track, lengths))| {
            let place = format!("http://ads.example/{name}/{at}");
            let mapped = fmp4 && track.kind != Kind::Subtitles;
            let map = mapped.then(|| {
                let uri = address(&format!("{place}/init.mp4"));
                Arc::new(creative::Map { uri, byte_range: None })
            });
            let segment = |(index, length): (usize, &Ns)| creative::Segment {
                uri: address(&format!("{place}/{name}-{index}.seg")),
                duration: media(*length),
                map: map.clone(),
                byte_range: None,
            };
            creative::Rendition {
                info: RenditionInfo { kind: kind(track.kind), ..RenditionInfo::default() },
                container: if fmp4 { Container::Fmp4 } else { Container::MpegTs },
                segments: lengths.iter().enumerate().map(segment).collect(),
            }
        });
        let creative = Creative {
            url: address(&format!("http://ads.example/{name}.m3u8")),
            duration: media(durations[0].iter().sum()),
            renditions: renditions.collect(),
        };
        self.truth.insert(name.to_owned(), truth::Ad { durations, slate: fills_gaps(name) });
        pod::Ad {
            creative: Arc::new(creative),
            matched: (0..tracks.len()).collect(),
            info: Arc::new(AdInfo { ad_id: Some(name.to_owned()), ..AdInfo::default() }),
        }
    }
}

/// The clip before the ads of a break.
const OPENER: &str = "opener";
/// The clip after them.
const CLOSER: &str = "closer";

fn fills_gaps(name: &str) -> bool {
    matches!(name, "slate" | "pad")
}

fn address(text: &str) -> Url {
    Url::parse(text).expect("an address made here")
}

/// Segments in nanoseconds; audio is cut at the nearest frame of 1024 samples at 48 kHz.
fn lengths(steps: &[i64], audio: bool) -> Vec<Ns> {
    let snap =
        |ns: Ns| if audio { (ns * 48 / MILLI + 512) / 1_024 * 1_024 * SECOND / 48_000 } else { ns };
    let mut end = 0;
    let mut all = Vec::new();
    for step in steps {
        let next = end + step * MILLI;
        all.push(snap(next) - snap(end));
        end = next;
    }
    all
}

/// Names segments so that the judge can read them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names;

impl Links for Names {
    fn content(&self, _rendition: usize, uri: &str) -> String {
        format!("{BASE}{uri}")
    }

    fn ad(&self, address: &Url) -> String {
        let name = address.path().rsplit('/').next().unwrap_or_default();
        name.to_owned()
    }
}

/// Reads `ad/{break}/…/{ad}-{segment}.seg`.
pub(super) fn piece(uri: &str) -> Option<Piece> {
    let path = uri.split('?').next()?.strip_prefix("ad/")?;
    let (break_id, rest) = path.split_once('/')?;
    let name = rest.rsplit('/').next()?.split('.').next()?;
    let (ad, index) = name.rsplit_once('-')?;
    Some(Piece { break_id: break_id.to_owned(), ad: ad.to_owned(), index: index.parse().ok()? })
}

/// In how many breaks a history shows an ad, and in how many a clip around them.
pub(super) fn breaks_filled(history: &[Reload]) -> (usize, usize) {
    let (mut filled, mut framed) = (HashSet::new(), HashSet::new());
    for piece in history.iter().flat_map(|answer| answer.text.lines().filter_map(piece)) {
        match piece.ad.as_str() {
            OPENER | CLOSER => framed.insert(piece.break_id),
            name => !fills_gaps(name) && filled.insert(piece.break_id),
        };
    }
    (filled.len(), framed.len())
}
