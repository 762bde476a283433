//! A small world on loopback: a live origin, creatives, an ad server that can misbehave, a sink.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, atomic::AtomicU64},
    time::Duration,
};

use axum::{Router, routing::get};
use midroll::clock::Clock;

use super::studio::Studio;

mod ads;
mod origin;
mod sink;

pub(crate) use origin::LADDER;
pub(crate) use sink::Hit;

/// Seconds of a segment, and the target duration, unless a scene says otherwise.
const STEP: i64 = 2;

/// How the ad server behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Manners {
    #[default]
    Good,
    SlowBy(Duration),
    Never,
    Fails,
    Html,
    Huge,
    RedirectsInside,
    Empty,
    /// Ads none of which can be shown, with error URLs.
    Broken,
    /// Between two ads a wrapper whose tag takes so long.
    Wraps(Duration),
    /// A plan for a film: before it, in the middle by a tag that takes so long, after it.
    Plan(Duration),
}

/// How the origin behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Weather {
    #[default]
    Fine,
    Down,
    Garbage,
    /// As it was so many segments ago.
    Stale(i64),
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) address: SocketAddr,
    /// Seconds of a segment, and the target duration.
    pub(crate) step: i64,
    pub(crate) began: i64,
    /// Seconds of a segment of sound, where they are others than the picture's.
    pub(crate) sound: Mutex<Option<i64>>,
    /// Breaks in segments since the beginning: first and one past the last.
    pub(crate) breaks: Mutex<Vec<(i64, i64)>>,
    pub(crate) manners: Mutex<Manners>,
    pub(crate) weather: Mutex<Weather>,
    pub(crate) hits: Mutex<Vec<Hit>>,
    pub(crate) asked: AtomicU64,
    /// Ad requests that are being answered, and the most there were at once.
    pub(crate) asking: AtomicU64,
    pub(crate) most_asking: AtomicU64,
    pub(crate) playlists: AtomicU64,
    /// The channel is an event: it lists everything, and ends before that segment.
    pub(crate) event: Mutex<Option<i64>>,
    /// The film's marked breaks in segments: first and one past the last, equal where nothing is given
    /// away.
    pub(crate) marks: Mutex<Vec<(i64, i64)>>,
    /// Where beacons go, if not here.
    sink: Mutex<Option<SocketAddr>>,
    channel: Mutex<&'static str>,
    stage: Mutex<Option<Stage>>,
    clock: Clock,
}

/// Real media in place of names that lead nowhere; ads are then files.
#[derive(Clone, Debug)]
struct Stage {
    folder: PathBuf,
    /// How long a file takes to come.
    delay: Duration,
}

impl World {
    /// Runs on loopback until the test ends.
    pub(crate) async fn start() -> Arc<Self> {
        Self::in_steps_of(STEP).await
    }

    /// The same in segments of so many seconds, ads' too.
    pub(crate) async fn in_steps_of(step: i64) -> Arc<Self> {
        let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let clock = Clock::real();
        let world = Arc::new(Self {
            address: port.local_addr().unwrap(),
            step,
            began: clock.now().as_millis() / 1_000 / step - origin::WINDOW,
            sound: Mutex::default(),
            breaks: Mutex::default(),
            manners: Mutex::default(),
            weather: Mutex::default(),
            hits: Mutex::default(),
            asked: AtomicU64::new(0),
            asking: AtomicU64::new(0),
            most_asking: AtomicU64::new(0),
            playlists: AtomicU64::new(0),
            event: Mutex::default(),
            marks: Mutex::default(),
            sink: Mutex::default(),
            channel: Mutex::new(origin::NAMES_ALONE),
            stage: Mutex::default(),
            clock,
        });
        let router = Router::new()
            .route("/live/main.m3u8", get(origin::channel))
            .route("/live/film/{file}", get(origin::film))
            .route("/live/{rendition}", get(origin::playlist))
            .route("/live/media/{file}", get(origin::segment))
            .route("/files/{file}", get(origin::file))
            .route("/ads/{creative}/{file}", get(ads::creative))
            .route("/vast", get(ads::vast))
            .route("/tag", get(ads::tag))
            .route("/nothing", get(ads::nothing))
            .route("/sink/{event}", get(sink::sink))
            .with_state(Arc::clone(&world));
        tokio::spawn(async move { axum::serve(port, router).await.unwrap() });
        world
    }

    /// Beacons go there from the next answer of the ad server on.
    pub(crate) fn report_to(&self, sink: SocketAddr) {
        *self.sink.lock().unwrap() = Some(sink);
    }

    /// Shows a studio's media: a channel of that description, and ads that are files.
    pub(crate) fn show(&self, studio: &Studio, channel: &'static str) {
        let (folder, delay) = (studio.folder.clone(), Duration::ZERO);
        *self.stage.lock().unwrap() = Some(Stage { folder, delay });
        self.offer(channel);
    }

    /// Describes the channel so.
    pub(crate) fn offer(&self, channel: &'static str) {
        *self.channel.lock().unwrap() = channel;
    }

    /// Lets the ad's file take so long to come.
    pub(crate) fn deliver_after(&self, delay: Duration) {
        self.stage.lock().unwrap().as_mut().unwrap().delay = delay;
    }

    fn stage(&self) -> Option<Stage> {
        self.stage.lock().unwrap().clone()
    }

    /// Segments since the beginning that are complete.
    pub(crate) fn edge(&self) -> i64 {
        self.clock.now().as_millis() / 1_000 / self.step - self.began
    }

    /// A break that begins so many segments from the edge.
    pub(crate) fn schedule(&self, from_edge: i64, segments: i64) {
        let start = self.edge() + from_edge;
        self.breaks.lock().unwrap().push((start, start + segments));
    }

    /// Events at the sink for a session, in order of arrival.
    pub(crate) fn events(&self, session: &str) -> Vec<(String, String)> {
        let hits = self.hits.lock().unwrap();
        let own = hits.iter().filter(|hit| hit.session == session);
        own.map(|hit| (hit.ad.clone(), hit.event.clone())).collect()
    }
}
