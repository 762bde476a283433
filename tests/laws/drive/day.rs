//! A break every minute for as long as a day: nothing may add up.

use midroll::units::{MediaDuration, ProgramTime};

use super::{World, clock};
use crate::{
    origin::{Kind, Shape, Signal, Track, start},
    scenario::{Bumpers, Habit, Scenario, Server, Viewer},
};

/// What stands after each hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Kept {
    decisions: usize,
    breaks: usize,
    segments: usize,
}

/// A channel with a 30 s break every minute, and one viewer of picture and sound throughout.
fn scenario(minutes: i64) -> Scenario {
    let track = |kind, length, aac| Track {
        kind,
        lengths: vec![length],
        aac,
        latency: 300,
        jitter: 200,
        cues: kind == Kind::Video,
        ..Track::default()
    };
    let breaks = (0..minutes).map(|minute| Signal {
        at: 60_000 * minute + 24_000,
        planned: Some(30_000),
        actual: Some(30_000),
        cue_in: minute % 2 == 0,
        common: true,
    });
    let shape = Shape {
        seed: 1,
        renditions: vec![track(Kind::Video, 6_000, false), track(Kind::Audio, 4_800, true)],
        window: 8,
        breaks: breaks.collect(),
        length: (minutes + 1) * 60_000,
        ..Shape::default()
    };
    let viewer = Viewer {
        from: 12_000,
        until: (minutes + 1) * 60_000,
        renditions: vec![0, 1],
        apart: 0,
        habit: Habit::Every(3_000),
        server: Server::Prompt,
    };
    // Ads that are a little longer or shorter than they should be: their differences must not add up.
    let ads = vec![
        vec![2_000, 2_000, 2_000, 2_000, 2_000, 2_000, 2_000, 1_040],
        vec![2_000, 2_000, 2_000, 2_000, 2_000, 2_000, 2_000, 960],
        vec![5_000, 5_000],
        vec![6_000, 6_000, 3_040],
    ];
    let (seed, slate, viewers) = (1, Some(vec![1_000]), vec![viewer]);
    Scenario {
        seed,
        shape,
        ads,
        slate,
        pad: false,
        bumpers: Bumpers::default(),
        viewers,
        settles: true,
        makes: false,
        pre_roll: None,
    }
}

/// Plays and judges so many minutes; gives what stood after each hour and the largest drift.
fn watch(minutes: i64) -> (Vec<Kept>, MediaDuration) {
    let mut world = World::new(scenario(minutes));
    let (mut hours, mut drift) = (Vec::new(), MediaDuration::ZERO);
    let mut next = start() + HOUR;
    while let Some(((at_ms, _), event)) = world.agenda.events.pop_first() {
        world.happen(at_ms, &event);
        drift = drift.max(world.carried(clock(at_ms)));
        if at_ms >= next {
            hours.push(world.kept());
            next += HOUR;
        }
    }
    let outcome = world.judge();
    assert_eq!(outcome.findings.concat(), []);
    let filled = usize::try_from(minutes).unwrap();
    assert!(outcome.filled >= filled - 1, "{} of {filled} breaks filled", outcome.filled);
    (hours, drift)
}

impl World {
    /// How far the viewer's clock is off, whichever way.
    fn carried(&self, now: ProgramTime) -> MediaDuration {
        let known = self.sessions[0].timeline.as_ref().zip(self.channel.view());
        known.map_or(MediaDuration::ZERO, |(timeline, view)| timeline.carried(view, now).abs())
    }

    fn kept(&self) -> Kept {
        let timeline = self.sessions[0].timeline.as_ref();
        let view = self.channel.view();
        let tracks = view.iter().flat_map(|view| view.tracks.iter().flatten());
        Kept {
            decisions: timeline.map_or(0, |timeline| timeline.decisions.len()),
            breaks: view.map_or(0, |view| view.breaks.len()),
            segments: tracks.map(|track| track.segments.len()).sum(),
        }
    }
}

#[test]
fn an_hour_of_breaks_adds_nothing_up() {
    let (_, drift) = watch(60);
    assert!(drift <= MediaDuration::from_secs(3), "{drift} s of drift");
}

/// Slow where nothing is optimised: `scripts/proof day` runs it.
#[test]
#[ignore = "a day takes minutes"]
#[expect(clippy::print_stderr, reason = "a proof tells its figures")]
fn a_day_of_breaks_adds_nothing_up() {
    let (hours, drift) = watch(24 * 60);
    eprintln!("largest drift {drift} s; half a segment is 3 s");
    eprintln!("after the first hour {:?}", hours.first());
    eprintln!("after the last hour {:?}", hours.last());
    assert!(drift <= MediaDuration::from_secs(3), "{drift} s of drift");
    let most = |kept: fn(&Kept) -> usize| hours.iter().map(kept).max();
    assert!(most(|kept| kept.decisions) <= Some(4), "{hours:?}");
    assert!(most(|kept| kept.segments) <= Some(64), "{hours:?}");
}

const HOUR: i64 = 3_600_000;
