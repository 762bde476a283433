//! A small world on loopback: a live origin, creatives, an ad server that can misbehave, a sink.

use std::{
    fmt::Write as _,
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use midroll::{
    clock::Clock,
    units::{MediaDuration, ProgramTime},
};
use serde::Deserialize;

use super::studio::Studio;

/// Seconds of a segment, and the target duration, unless a scene says otherwise.
const STEP: i64 = 2;
/// Segments the origin lists.
const WINDOW: i64 = 8;

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
    stage: Mutex<Option<Stage>>,
    clock: Clock,
}

/// Real media in place of names that lead nowhere; ads are then files.
#[derive(Clone, Debug)]
struct Stage {
    folder: PathBuf,
    channel: &'static str,
    /// How long a file takes to come.
    delay: Duration,
}

/// A beacon as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    pub(crate) event: String,
    pub(crate) ad: String,
    pub(crate) session: String,
    pub(crate) id: String,
    pub(crate) user_agent: String,
    pub(crate) forwarded_for: String,
}

#[derive(Deserialize)]
struct Ask {
    sid: String,
}

#[derive(Deserialize)]
struct Beacon {
    ad: String,
    sid: String,
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
            began: clock.now().as_millis() / 1_000 / step - WINDOW,
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
            stage: Mutex::default(),
            clock,
        });
        let router = Router::new()
            .route("/live/main.m3u8", get(channel))
            .route("/live/film/{file}", get(film))
            .route("/live/{rendition}", get(playlist))
            .route("/live/media/{file}", get(segment))
            .route("/files/{file}", get(file))
            .route("/ads/{creative}/{file}", get(creative))
            .route("/vast", get(vast))
            .route("/tag", get(tag))
            .route("/nothing", get(nothing))
            .route("/sink/{event}", get(sink))
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
        *self.stage.lock().unwrap() = Some(Stage { folder, channel, delay });
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

    fn date(&self, segment: i64) -> ProgramTime {
        ProgramTime::from_millis((self.began + segment) * self.step * 1_000)
    }

    fn playlist(&self, name: &str, edge: i64) -> String {
        let over = *self.event.lock().unwrap();
        let (first, edge) = over.map_or((edge - WINDOW, edge), |over| (0, edge.min(over)));
        let step = self.step;
        let breaks = self.breaks.lock().unwrap();
        let mut text = format!(
            "#EXTM3U\n#EXT-X-VERSION:8\n#EXT-X-TARGETDURATION:{step}\n#EXT-X-MEDIA-SEQUENCE:{}\n\
             #EXT-X-DEFINE:IMPORT=\"place\"\n",
            self.began + first
        );
        if over.is_some() {
            text.push_str("#EXT-X-PLAYLIST-TYPE:EVENT\n");
        }
        for n in first..edge {
            for (start, end) in breaks.iter() {
                if n == *start {
                    let _ = writeln!(text, "#EXT-X-CUE-OUT:{}", (end - start) * step);
                } else if n == *end {
                    text.push_str("#EXT-X-CUE-IN\n");
                }
            }
            let _ = writeln!(text, "#EXT-X-PROGRAM-DATE-TIME:{}", self.date(n));
            let _ = writeln!(text, "#EXTINF:{},", MediaDuration::from_secs(step));
            let kind = if name == "s" { "vtt" } else { "ts" };
            let _ = writeln!(text, "{{$place}}/{name}-{}.{kind}", self.began + n);
        }
        if over == Some(edge) {
            text.push_str("#EXT-X-ENDLIST\n");
        }
        text
    }
}

/// Its media playlists take the place of their segments from it.
async fn channel(State(world): State<Arc<World>>) -> Response {
    match *world.weather.lock().unwrap() {
        Weather::Down => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Weather::Garbage => "<!doctype html><html><body>sorry</body></html>".into_response(),
        _ => world.stage().map_or(NAMES_ALONE, |stage| stage.channel).into_response(),
    }
}

/// A segment of the stage's, whatever its number.
async fn segment(State(world): State<Arc<World>>, Path(file): Path<String>) -> Response {
    let name = file.split('-').next().unwrap_or_default();
    world.stage().map_or_else(
        || StatusCode::NOT_FOUND.into_response(),
        |stage| std::fs::read(stage.folder.join(format!("{name}.ts"))).unwrap().into_response(),
    )
}

async fn file(State(world): State<Arc<World>>, Path(file): Path<String>) -> Response {
    let Some(stage) = world.stage() else { return StatusCode::NOT_FOUND.into_response() };
    if file.starts_with("ad") {
        tokio::time::sleep(stage.delay).await;
    }
    std::fs::read(stage.folder.join(file)).unwrap().into_response()
}

const NAMES_ALONE: &str = "#EXTM3U\n\
     #EXT-X-DEFINE:NAME=\"place\",VALUE=\"media\"\n\
     #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"aac\",NAME=\"en\",LANGUAGE=\"en\",DEFAULT=YES,URI=\"a.m3u8\"\n\
     #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"en\",LANGUAGE=\"en\",URI=\"s.m3u8\"\n\
     #EXT-X-STREAM-INF:BANDWIDTH=1000000,CODECS=\"avc1.4d401f,mp4a.40.2\",RESOLUTION=640x360,AUDIO=\"aac\",SUBTITLES=\"s\"\n\
     v.m3u8\n";

async fn multivariant() -> &'static str {
    "#EXTM3U\n\
     #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"aac\",NAME=\"en\",LANGUAGE=\"en\",DEFAULT=YES,URI=\"a.m3u8\"\n\
     #EXT-X-STREAM-INF:BANDWIDTH=1000000,CODECS=\"avc1.4d401f,mp4a.40.2\",RESOLUTION=640x360,AUDIO=\"aac\"\n\
     v.m3u8\n"
}

async fn playlist(State(world): State<Arc<World>>, Path(file): Path<String>) -> Response {
    world.playlists.fetch_add(1, Ordering::Relaxed);
    let name = file.trim_end_matches(".m3u8").to_owned();
    let weather = *world.weather.lock().unwrap();
    match weather {
        Weather::Fine => world.playlist(&name, world.edge()).into_response(),
        Weather::Stale(by) => world.playlist(&name, world.edge() - by).into_response(),
        Weather::Down => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Weather::Garbage => "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n\u{0}\n".into_response(),
    }
}

async fn creative(
    State(world): State<Arc<World>>,
    Path((creative, file)): Path<(String, String)>,
) -> Response {
    let text = match file.as_str() {
        "main.m3u8" => multivariant().await.to_owned(),
        "v.m3u8" | "a.m3u8" => {
            let step = world.step;
            let (count, secs) = if creative == "slate" { (4, 1) } else { (3, step) };
            let mut text = format!("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:{step}\n");
            for n in 0..count {
                let name = file.trim_end_matches(".m3u8");
                let _ = writeln!(text, "#EXTINF:{secs}.00000,\n{name}{n}.ts");
            }
            text + "#EXT-X-ENDLIST\n"
        }
        _ => "a segment".to_owned(),
    };
    ([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], text).into_response()
}

async fn vast(State(world): State<Arc<World>>, Query(ask): Query<Ask>) -> Response {
    world.asked.fetch_add(1, Ordering::Relaxed);
    let manners = *world.manners.lock().unwrap();
    match manners {
        Manners::Good => pod(&world, &ask.sid).into_response(),
        Manners::SlowBy(time) => {
            let asking = world.asking.fetch_add(1, Ordering::Relaxed) + 1;
            world.most_asking.fetch_max(asking, Ordering::Relaxed);
            tokio::time::sleep(time).await;
            world.asking.fetch_sub(1, Ordering::Relaxed);
            pod(&world, &ask.sid).into_response()
        }
        Manners::Never => std::future::pending().await,
        Manners::Fails => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Manners::Html => "<!doctype html><html><body>sign in</body></html>".into_response(),
        Manners::Huge => {
            let piece = || Ok::<_, std::io::Error>(vec![b' '; 1 << 20]);
            let stream = futures_util::stream::iter(std::iter::repeat_with(piece).take(100));
            Body::from_stream(stream).into_response()
        }
        Manners::RedirectsInside => {
            Redirect::temporary("http://169.254.169.254/vast").into_response()
        }
        Manners::Empty => "<VAST version=\"4.2\"/>".into_response(),
        Manners::Broken => broken(&world, &ask.sid).into_response(),
        Manners::Plan(_) => plan(&world, &ask.sid).into_response(),
    }
}

/// Pods before and in a film, one ad after it.
fn plan(world: &World, sid: &str) -> String {
    let base = format!("http://{}", world.address);
    let told = |event: &str| {
        format!(
            "<vmap:TrackingEvents><vmap:Tracking event=\"{event}\"><![CDATA[{base}/sink/{event}?ad=break&sid={sid}]]>\
             </vmap:Tracking></vmap:TrackingEvents>"
        )
    };
    let at = |offset: &str, source: String, event: &str| {
        format!(
            "<vmap:AdBreak timeOffset=\"{offset}\" breakType=\"linear\"><vmap:AdSource>{source}</vmap:AdSource>{}\
             </vmap:AdBreak>",
            told(event)
        )
    };
    let verified = format!(
        "<AdVerifications><Verification vendor=\"v\"><TrackingEvents>\
         <Tracking event=\"verificationNotExecuted\"><![CDATA[{base}/sink/unverified-[REASON]?ad=ad1&sid={sid}]]>\
         </Tracking></TrackingEvents></Verification></AdVerifications><Creatives>"
    );
    let pod = pod(world, sid).replacen("<Creatives>", &verified, 1);
    let data = format!("<vmap:VASTAdData>{pod}</vmap:VASTAdData>");
    let tag = format!(
        "<vmap:AdTagURI templateType=\"vast4\"><![CDATA[{base}/tag?sid={sid}]]></vmap:AdTagURI>"
    );
    [
        "<vmap:VMAP xmlns:vmap=\"http://www.iab.net/videosuite/vmap\" version=\"1.0\">".to_owned(),
        at("start", data.clone(), "breakStart"),
        at("50%", tag, "breakEnd"),
        at("end", data, "breakStart"),
        at("00:05:00", String::new(), "breakStart"),
        "</vmap:VMAP>".to_owned(),
    ]
    .concat()
}

async fn tag(State(world): State<Arc<World>>, Query(ask): Query<Ask>) -> Response {
    let manners = *world.manners.lock().unwrap();
    if let Manners::Plan(delay) = manners {
        tokio::time::sleep(delay).await;
    }
    pod(&world, &ask.sid).into_response()
}

/// Segments of a film.
pub(crate) const FILM: i64 = 30;

/// A film of one picture and one sound, with what is marked in it.
async fn film(State(world): State<Arc<World>>, Path(file): Path<String>) -> Response {
    if file == "main.m3u8" {
        return multivariant().await.into_response();
    }
    world.playlists.fetch_add(1, Ordering::Relaxed);
    let name = file.trim_end_matches(".m3u8");
    let mut text = format!(
        "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:{STEP}\n#EXT-X-PLAYLIST-TYPE:VOD\n"
    );
    let marks = world.marks.lock().unwrap().clone();
    for n in 0..FILM {
        for (start, end) in &marks {
            if n == *start {
                let _ = writeln!(text, "#EXT-X-CUE-OUT:{}", (end - start) * STEP);
            }
            if n == *end {
                text.push_str("#EXT-X-CUE-IN\n");
            }
        }
        let _ = writeln!(text, "#EXTINF:{},\n{name}-{n}.ts", MediaDuration::from_secs(STEP));
    }
    (text + "#EXT-X-ENDLIST\n").into_response()
}

/// A wrapper that leads to nothing, a program, a conditional ad and one whose media is not there.
fn broken(world: &World, sid: &str) -> String {
    let base = format!("http://{}", world.address);
    let error = |ad: &str| {
        format!("<Error><![CDATA[{base}/sink/error-[ERRORCODE]?ad={ad}&sid={sid}]]></Error>")
    };
    let ad = |id: &str, attributes: &str, file: &str| {
        format!(
            "<Ad id=\"{id}\" {attributes}><InLine>{}<Creatives><Creative><Linear>\
             <Duration>00:00:06</Duration><MediaFiles>{file}</MediaFiles></Linear></Creative>\
             </Creatives></InLine></Ad>",
            error(id)
        )
    };
    let hls =
        |path: &str| format!("<MediaFile type=\"application/x-mpegURL\">{base}/{path}</MediaFile>");
    let program = "<MediaFile type=\"application/javascript\" apiFramework=\"VPAID\">\
                   https://a.example/v.js</MediaFile>";
    [
        "<VAST version=\"4.2\">".to_owned(),
        format!(
            "<Ad id=\"w\"><Wrapper>{}<VASTAdTagURI><![CDATA[{base}/nothing?sid={sid}]]>\
             </VASTAdTagURI></Wrapper></Ad>",
            error("wrapper")
        ),
        ad("program", "", program),
        ad("conditional", "conditionalAd=\"true\"", &hls("ads/ad1/main.m3u8")),
        ad("gone", "", &hls("nowhere.m3u8")),
        "</VAST>".to_owned(),
    ]
    .concat()
}

async fn nothing(State(world): State<Arc<World>>, Query(ask): Query<Ask>) -> String {
    let (base, sid) = (format!("http://{}", world.address), ask.sid);
    format!(
        "<VAST version=\"4.2\"><Error><![CDATA[{base}/sink/error-[ERRORCODE]?ad=nothing&sid={sid}]]>\
         </Error></VAST>"
    )
}

/// Two ads of three segments each, for every session others.
fn pod(world: &World, sid: &str) -> String {
    let base = format!("http://{}", world.address);
    let sink = format!("http://{}/sink", world.sink.lock().unwrap().unwrap_or(world.address));
    let staged = world.stage().is_some();
    let mut text = "<VAST version=\"4.2\">".to_owned();
    for n in 1..=2 {
        let ad = format!("ad{n}");
        let (mime, media) = match staged {
            true => ("video/mp4", format!("{base}/files/ad.mp4")),
            false => ("application/x-mpegURL", format!("{base}/ads/{ad}/main.m3u8")),
        };
        let events = ["start", "firstQuartile", "midpoint", "thirdQuartile", "complete"];
        let tracking: String = events
            .iter()
            .map(|event| {
                format!(
                    "<Tracking event=\"{event}\"><![CDATA[{sink}/{event}?ad={ad}&sid={sid}]]></Tracking>"
                )
            })
            .collect();
        let _ = write!(
            text,
            "<Ad id=\"{ad}\" sequence=\"{n}\"><InLine><AdSystem>test</AdSystem><AdTitle>{ad}</AdTitle>\
             <Impression><![CDATA[{sink}/impression?ad={ad}&sid={sid}]]></Impression>\
             <Creatives><Creative id=\"c{n}\"><UniversalAdId idRegistry=\"test\">{ad}</UniversalAdId>\
             <Linear><Duration>00:00:06</Duration><TrackingEvents>{tracking}</TrackingEvents><MediaFiles>\
             <MediaFile delivery=\"streaming\" type=\"{mime}\" width=\"640\" height=\"360\">\
             <![CDATA[{media}]]></MediaFile></MediaFiles></Linear></Creative></Creatives>\
             </InLine></Ad>"
        );
    }
    text + "</VAST>"
}

async fn sink(
    State(world): State<Arc<World>>,
    Path(event): Path<String>,
    Query(beacon): Query<Beacon>,
    headers: HeaderMap,
) -> StatusCode {
    let text = |name: &str| {
        headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    };
    world.hits.lock().unwrap().push(Hit {
        event,
        ad: beacon.ad,
        session: beacon.sid,
        id: text("x-midroll-beacon-id"),
        user_agent: text("user-agent"),
        forwarded_for: text("x-forwarded-for"),
    });
    StatusCode::NO_CONTENT
}
