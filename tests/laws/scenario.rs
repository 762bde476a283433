//! What happens in one simulated case: a channel, ads, an ad server's moods and viewers. A seed
//! makes one; a failing one can be made simpler piece by piece.

use crate::{
    origin::{Dating, Dialect, Fault, Feature, Kind, Packaging, Protection, Shape, Signal, Track},
    random::Random,
};

mod simpler;

/// One case. Times are milliseconds, those of viewers from the channel's start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scenario {
    pub(crate) seed: u64,
    pub(crate) shape: Shape,
    /// Each ad's segments.
    pub(crate) ads: Vec<Vec<i64>>,
    pub(crate) slate: Option<Vec<i64>>,
    /// There is black for what is missing at a return.
    pub(crate) pad: bool,
    pub(crate) bumpers: Bumpers,
    pub(crate) viewers: Vec<Viewer>,
    /// Old decisions are added up as soon as they can be.
    pub(crate) settles: bool,
    /// Viewers begin with ads of so many milliseconds at most.
    pub(crate) pre_roll: Option<i64>,
    /// Ads have to be made before they can be shown, some of them after their break began.
    pub(crate) makes: bool,
}

/// The segments of the clips around the ads of each break.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bumpers {
    pub(crate) start: Option<Vec<i64>>,
    pub(crate) end: Option<Vec<i64>>,
}

/// Someone who watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Viewer {
    pub(crate) from: i64,
    pub(crate) until: i64,
    /// Asked for in this order, all in the same millisecond unless `apart`.
    pub(crate) renditions: Vec<usize>,
    /// Between two renditions.
    pub(crate) apart: i64,
    pub(crate) habit: Habit,
    pub(crate) server: Server,
}

/// How often a viewer asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Habit {
    /// So often.
    Every(i64),
    /// Anything between.
    Between(i64, i64),
    /// So often, with a pause as long now and then.
    Pausing(i64, i64),
}

/// How the ad server answers for a viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Server {
    Prompt,
    /// Some seconds.
    Slow,
    /// After any deadline.
    Late,
    Never,
    Failing,
    /// Any of them, break by break.
    Moody,
}

impl Scenario {
    pub(crate) fn random(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let r = &mut random;
        let nominal = r.pick(&[2_000, 4_000, 4_000, 5_000, 5_994, 6_000, 6_000, 6_006, 10_000]);
        let shape = shape(seed, nominal, r);
        let slate = r.chance(55).then(|| slate(nominal, r));
        let ads = (0..r.between(2, 5)).map(|_| ad(nominal, r)).collect();
        let count = r.between(1, 4);
        let viewers = (0..count).map(|_| viewer(&shape, nominal, r)).collect();
        let settles = r.chance(50);
        let pad = r.chance(50);
        let (makes, pre_roll, bumpers) = (false, None, Bumpers::default());
        Self { seed, shape, ads, slate, pad, bumpers, viewers, settles, makes, pre_roll }
    }
}

impl Scenario {
    /// The same channel and viewers without dates. Then renditions must be cut alike, since only equal
    /// numbers say what belongs together; and nothing else may name a time.
    pub(crate) fn undated(seed: u64) -> Self {
        let mut all = Self::random(seed);
        let shape = &mut all.shape;
        (shape.dating, shape.dialect, shape.ranges) = (Dating::None, Dialect::CueOut, false);
        let lengths = shape.renditions.first().map(|track| track.lengths.clone());
        for track in &mut shape.renditions {
            track.lengths = lengths.clone().unwrap_or_default();
        }
        shape.breaks.iter_mut().for_each(|signal| signal.common = true);
        all
    }
}

impl Scenario {
    /// The same channel and viewers where most ads are not there yet when they are on offer.
    pub(crate) fn making(seed: u64) -> Self {
        Self { makes: true, ..Self::random(seed) }
    }
}

impl Scenario {
    /// The same channel and viewers with clips around the ads of each break; half of them have to wait
    /// for their ads to be made.
    pub(crate) fn bumpered(seed: u64) -> Self {
        // Drawn by themselves, so that what a seed makes of the rest does not depend on them.
        let mut random = Random::new(seed ^ 0xb7_3b);
        let all = Self::random(seed);
        let video = all.shape.renditions.first();
        let longest = video.and_then(|track| track.lengths.first()).copied().unwrap_or(2_000);
        let mut clip = || {
            let step = random.pick(&[1_000, 2_000, 3_000, 4_000, longest, longest]).min(longest);
            let most = LONGEST_BUMPER / step.min(LONGEST_BUMPER);
            let count = random.pick(&[1, 2, 2, 4, 8]).min(most);
            (0..count).map(|_| step).collect::<Vec<_>>()
        };
        let (start, end) = (clip(), clip());
        let (start, end) = match random.between(0, 3) {
            0 => (Some(start), None),
            1 => (None, Some(end)),
            _ => (Some(start), Some(end)),
        };
        Self { bumpers: Bumpers { start, end }, makes: random.chance(50), ..all }
    }
}

/// As long as the product takes one.
const LONGEST_BUMPER: i64 = 10_000;

fn shape(seed: u64, nominal: i64, r: &mut Random) -> Shape {
    let breaks = breaks(nominal, r);
    let last = breaks.last().map_or(0, |signal| signal.at + signal.actual.unwrap_or(60_000));
    let length = last + r.between(30, 90) * 1_000;
    let mut shape = Shape {
        seed,
        renditions: renditions(nominal, r),
        window: r.pick(&[3, 3, 4, 5, 5, 8, 10, 10, 30]),
        dating: r.pick(&[Dating::Every, Dating::Every, Dating::Every, Dating::Sparse]),
        dialect: r.pick(&[Dialect::CueOut, Dialect::CueOut, Dialect::DateRange]),
        breaks,
        packaging: r.pick(&[Packaging::Ts, Packaging::Ts, Packaging::Fmp4, Packaging::Ranges]),
        protection: r.pick(&[
            Protection::Clear,
            Protection::Clear,
            Protection::Implicit,
            Protection::Drm,
        ]),
        ranges: r.chance(15),
        length,
        ends: r.chance(20),
        ..Shape::default()
    };
    // An encrypted map needs an explicit vector, which `Implicit` has not.
    if shape.packaging != Packaging::Ts && shape.protection == Protection::Implicit {
        shape.protection = Protection::Drm;
    }
    accidents(&mut shape, nominal, r);
    shape.features = features(&shape);
    shape
}

/// Drawn by themselves, so that what a seed makes of the rest does not depend on them.
fn features(shape: &Shape) -> Vec<Feature> {
    let mut random = Random::new(shape.seed ^ 0xfea7);
    let all = [
        (Feature::Gaps, 15),
        (Feature::Bitrates, 20),
        (Feature::Variables, 20),
        (Feature::LowLatency, 20),
        (Feature::Start, 10),
        (Feature::EarlyStart, 10),
        (Feature::Event, 10),
    ];
    let drawn = all.into_iter().filter(|(_, percent)| random.chance(*percent));
    let mut features: Vec<_> = drawn.map(|(feature, _)| feature).collect();
    // One start at most; and an encoder that restarts takes the past away with it.
    if features.contains(&Feature::Start) {
        features.retain(|feature| *feature != Feature::EarlyStart);
    }
    if !shape.restarts.is_empty() {
        features.retain(|feature| *feature != Feature::Event);
    }
    features
}

fn accidents(shape: &mut Shape, nominal: i64, r: &mut Random) {
    let length = shape.length;
    if r.chance(25) {
        shape.turns = vec![r.between(20, length / 1_000 - 10) * 1_000];
    }
    if r.chance(15) {
        let at = r.between(40, length / 1_000 - 10) * 1_000;
        shape.restarts = vec![(at, r.between(0, 8) * 1_000)];
    }
    if r.chance(30) {
        let from = r.between(10_000, length);
        let to = from + r.between(2, 45) * 1_000;
        let fault = match r.between(0, 1) {
            0 => Fault::Missing { from, to },
            _ => Fault::Stale { from, to, by: r.between(nominal, 20_000) },
        };
        let last = i64::try_from(shape.renditions.len()).unwrap_or(1) - 1;
        let victim = usize::try_from(r.between(0, last)).unwrap_or(0);
        shape.renditions[victim].faults.push(fault);
    }
}

fn renditions(nominal: i64, r: &mut Random) -> Vec<Track> {
    let lengths = match r.between(0, 3) {
        0 => vec![nominal, nominal * 4 / 5, nominal * 9 / 10],
        1 => vec![nominal, nominal, nominal / 2],
        _ => vec![nominal],
    };
    let (latency, jitter) = (r.between(0, 2_000), r.pick(&[0, 0, 100, nominal / 4, nominal / 2]));
    let cues = r.chance(50);
    let track = |kind, lengths: Vec<i64>, aac| Track {
        kind,
        lengths,
        aac,
        latency,
        jitter,
        cues,
        ..Track::default()
    };
    let videos = r.between(1, 2);
    let mut all: Vec<_> = (0..videos).map(|_| track(Kind::Video, lengths.clone(), false)).collect();
    for _ in 0..r.pick(&[0, 1, 1, 1, 2]) {
        let own = r.pick(&[nominal, nominal * 4 / 5, nominal * 2 / 3, nominal / 2]);
        let own = if own == nominal { lengths.clone() } else { vec![own] };
        all.push(Track { latency: r.between(0, 3_000), ..track(Kind::Audio, own, r.chance(70)) });
    }
    if r.chance(25) {
        let own = r.pick(&[nominal, nominal, nominal / 2]);
        all.push(track(Kind::Subtitles, vec![own], false));
    }
    all
}

fn breaks(nominal: i64, r: &mut Random) -> Vec<Signal> {
    let mut at = r.between(20, 60) * 1_000;
    let count = r.between(1, 4);
    let mut all = Vec::new();
    for index in 0..count {
        let length = match r.between(0, 9) {
            0 => r.between(1, 2) * nominal,
            1 => r.between(60, 150) * 1_000,
            2 | 3 => r.between(10, 40) * 1_000,
            4 => r.between(20, 90) * 500,
            _ => 30_000,
        };
        let kind = r.between(0, 9);
        let planned = (kind != 0).then_some(length);
        let actual = match kind {
            1 | 2 => r.between(2, 18) * 500,
            3 => length + r.between(1, 20) * 1_000,
            _ => length,
        };
        let endless = kind == 0 && index + 1 == count && r.chance(30);
        let cue_in = actual != length || planned.is_none() || r.chance(70);
        let common = r.chance(92);
        let actual = (!endless).then_some(actual);
        all.push(Signal { at, planned, actual, cue_in, common });
        let gap = if r.chance(15) { 0 } else { r.between(5, 60) * 1_000 };
        at += actual.unwrap_or(60_000) + gap;
    }
    all
}

/// Segments no longer than the channel's.
fn ad(nominal: i64, r: &mut Random) -> Vec<i64> {
    let total =
        r.pick(&[5_000, 6_000, 10_000, 10_000, 15_000, 15_000, 15_040, 14_960, 20_000, 30_000]);
    let step = r.pick(&[nominal, nominal, nominal / 2, 2_000, nominal * 3 / 4]).max(1_000);
    cut(total, step)
}

fn slate(nominal: i64, r: &mut Random) -> Vec<i64> {
    let step = r.pick(&[1_000, 1_000, 2_000, nominal / 2, nominal]);
    cut(r.pick(&[step, 10_000, 4 * step]), step)
}

/// A length in pieces, the last one what remains, never a sliver.
fn cut(total: i64, step: i64) -> Vec<i64> {
    let mut all = Vec::new();
    let mut left = total;
    while left > 0 {
        let piece = if left - step < 500 && left > step { left / 2 } else { step.min(left) };
        all.push(piece);
        left -= piece;
    }
    all
}

fn viewer(shape: &Shape, nominal: i64, r: &mut Random) -> Viewer {
    let count = shape.renditions.len();
    let mut renditions: Vec<usize> = (0..count).collect();
    for at in (1..count).rev() {
        let other = usize::try_from(r.between(0, i64::try_from(at).unwrap_or(0))).unwrap_or(0);
        renditions.swap(at, other);
    }
    renditions.truncate(usize::try_from(r.between(1, 4)).unwrap_or(1));
    let from = r.between(5, shape.length / 1_000 * 3 / 4) * 1_000 + r.between(0, 999);
    let (habit, stay) = match r.between(0, 9) {
        0 | 1 => (Habit::Every(100), 60_000),
        2 => (Habit::Between(1_000, 20_000), 600_000),
        3 => (Habit::Pausing(nominal / 2, shape.window * nominal * 3 / 2), 600_000),
        4 => (Habit::Between(200, nominal), 300_000),
        5 => (Habit::Every(nominal), 600_000),
        _ => (Habit::Every(r.between(500, 3_000)), 300_000),
    };
    let server = r.pick(&[
        Server::Prompt,
        Server::Prompt,
        Server::Prompt,
        Server::Slow,
        Server::Late,
        Server::Never,
        Server::Failing,
        Server::Moody,
        Server::Moody,
    ]);
    let apart = if r.chance(60) { 0 } else { r.between(1, 400) };
    Viewer { from, until: from + stay, renditions, apart, habit, server }
}
