//! However a viewer asks for an ad's segments, each moment counts once or, where nothing is watched, never.

use std::{collections::BTreeMap, time::Duration};

use futures_util::future::join_all;
use reqwest::{Client, Method, header, redirect::Policy};

use crate::support::{
    app::TestApp,
    viewer::Viewer,
    world::{LADDER, World},
};

/// What the ladder's renditions are numbered.
const SUBTITLES: usize = 1;
const PICTURES: [usize; 2] = [2, 3];
const I_FRAMES: usize = 4;

/// How a viewer asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Once, in order.
    Plain,
    /// The same session in two tabs, at the same time.
    TwoTabs,
    /// Another rendition for every segment.
    SwitchesEverySegment,
    /// The whole break backwards.
    OutOfOrder,
    /// Everything three times, as caches and retries do.
    ReplaysEverything,
    /// In parts of segments.
    InRanges,
    /// Sound before picture.
    SoundAndPicture,
    /// No picture at all.
    SoundAlone,
    /// Looks without fetching.
    Head,
    /// Pictures to seek by.
    IFrames,
    /// Text alone.
    Subtitles,
    /// A rendition that there is not.
    NoRendition,
}

use Way::*;

const WAYS: [Way; 12] = [
    Plain,
    TwoTabs,
    SwitchesEverySegment,
    OutOfOrder,
    ReplaysEverything,
    InRanges,
    SoundAndPicture,
    SoundAlone,
    Head,
    IFrames,
    Subtitles,
    NoRendition,
];

const COUNTED: [&str; 6] =
    ["impression", "start", "firstQuartile", "midpoint", "thirdQuartile", "complete"];

type Counts = BTreeMap<(String, String), usize>;

impl Way {
    /// Both ads' moments, each once, or nothing.
    fn expected(self) -> Counts {
        match self {
            Head | IFrames | Subtitles | NoRendition => Counts::new(),
            _ => ["ad1", "ad2"]
                .iter()
                .flat_map(|ad| COUNTED.map(|event| ((ad.to_string(), event.to_owned()), 1)))
                .collect(),
        }
    }

    /// The requests for the `n`th segment, all at once.
    fn requests(self, n: usize, url: &str) -> Vec<Request> {
        let get = |url: String| Request { method: Method::GET, url, range: None };
        let of = |rendition| get(elsewhere(url, rendition));
        match self {
            Plain | OutOfOrder | SoundAlone => vec![get(url.to_owned())],
            TwoTabs => vec![get(url.to_owned()), get(url.to_owned())],
            SwitchesEverySegment => vec![of(PICTURES[n % 2])],
            ReplaysEverything => vec![get(url.to_owned()); 3],
            InRanges => ["bytes=0-99", "bytes=100-199", "bytes=200-"]
                .map(|range| Request { range: Some(range), ..get(url.to_owned()) })
                .into(),
            SoundAndPicture => vec![of(0), of(PICTURES[0])],
            Head => vec![Request { method: Method::HEAD, ..get(url.to_owned()) }],
            IFrames => vec![of(I_FRAMES)],
            Subtitles => vec![of(SUBTITLES)],
            NoRendition => vec![of(17)],
        }
    }
}

#[derive(Clone, Debug)]
struct Request {
    method: Method,
    url: String,
    range: Option<&'static str>,
}

/// The same segment of another rendition.
fn elsewhere(url: &str, rendition: usize) -> String {
    let (before, rest) = url.split_once("/ad/").unwrap();
    let parts: Vec<_> = rest.split('/').collect();
    format!("{before}/ad/{}/{rendition}/{}/{}", parts[0], parts[2], parts[3])
}

/// Asks, and is led to the creative whether or not that counts.
async fn ask(client: &Client, Request { method, url, range }: Request) {
    let mut request = client.request(method, &url);
    if let Some(range) = range {
        request = request.header(header::RANGE, range);
    }
    assert_eq!(request.send().await.unwrap().status(), 302, "{url}");
}

struct Asker {
    way: Way,
    viewer: Viewer,
    asked: usize,
}

impl Asker {
    async fn join(way: Way, app: &TestApp) -> Self {
        let mut viewer = match way {
            SoundAlone => Viewer::hearing(app.address).await,
            _ => Viewer::join(app.address).await,
        };
        viewer.plays = false;
        viewer.reload().await;
        Self { way, viewer, asked: 0 }
    }

    /// Reloads, and asks for what is new of the break's segments.
    async fn turn(&mut self, client: &Client) {
        self.viewer.reload().await;
        let ads = self.ads();
        match self.way {
            OutOfOrder if ads.len() < SEGMENTS || self.asked > 0 => return,
            OutOfOrder => self.all(client, ads.iter().enumerate().rev()).await,
            _ => self.all(client, ads.iter().enumerate().skip(self.asked)).await,
        }
        self.asked = ads.len();
    }

    fn ads(&self) -> Vec<String> {
        self.viewer.seen.values().filter(|url| url.contains("/ad/")).cloned().collect()
    }

    async fn all<'a>(&self, client: &Client, segments: impl Iterator<Item = (usize, &'a String)>) {
        for (n, url) in segments {
            let requests = self.way.requests(n, url);
            join_all(requests.into_iter().map(|request| ask(client, request))).await;
        }
    }
}

/// Of the break.
const SEGMENTS: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn however_segments_are_asked_for_no_count_changes() {
    let world = World::start().await;
    world.offer(LADDER);
    let app = TestApp::start(&world, false).await;
    let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
    let mut askers = Vec::new();
    for way in WAYS {
        askers.push(Asker::join(way, &app).await);
    }
    world.schedule(2, 6);
    // Four seconds to the break, twelve until its last segment is listed, and twelve that it lasts for
    // who asks for all of it then.
    for _ in 0..64 {
        for asker in &mut askers {
            asker.turn(&client).await;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    // Everything once more, long after.
    for asker in &askers {
        let ads = asker.ads();
        assert_eq!((asker.asked, ads.len()), (SEGMENTS, SEGMENTS), "{:?}", asker.way);
        asker.all(&client, ads.iter().enumerate()).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let rows = app.stop("beacons").await;
    for Asker { way, viewer, .. } in &askers {
        assert_eq!(at_sink(&world, &viewer.session), way.expected(), "{way:?}");
        for outcome in ["due", "sent"] {
            let logged = logged(&rows, &viewer.session, outcome);
            assert_eq!(logged, way.expected(), "{way:?}: {outcome}");
        }
    }
}

fn at_sink(world: &World, session: &str) -> Counts {
    count(world.events(session).into_iter())
}

fn logged(rows: &[serde_json::Value], session: &str, outcome: &str) -> Counts {
    let own = rows.iter().filter(|row| row["session_id"] == session && row["outcome"] == outcome);
    let text = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap().to_owned();
    count(own.map(|row| (text(row, "ad_id"), text(row, "event"))))
}

fn count(moments: impl Iterator<Item = (String, String)>) -> Counts {
    let mut counts = Counts::new();
    for moment in moments {
        *counts.entry(moment).or_default() += 1;
    }
    counts
}
