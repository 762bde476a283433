use std::sync::atomic::{AtomicUsize, Ordering};

use axum::{
    Router,
    extract::Request,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};

use crate::{
    adserver::Trouble,
    fetch::tests::support::{Names, Server, client, guard},
    units::ProgramTime,
};

use super::*;

const MAIN: &str = "\
#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"English\",URI=\"audio.m3u8\"
#EXT-X-STREAM-INF:BANDWIDTH=800000,CODECS=\"avc1.64001e,mp4a.40.2\",AUDIO=\"a\"
video.m3u8
";
const MEDIA: &str = "\
#EXTM3U
#EXT-X-TARGETDURATION:5
#EXTINF:5,
0.ts
#EXTINF:5,
1.ts
#EXT-X-ENDLIST
";

fn open(body: impl IntoResponse) -> Response {
    ([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], body).into_response()
}

/// What a creative's host answers for the last part of a path.
type Answer = fn(&str) -> Response;

fn good(name: &str) -> Response {
    match name {
        "main.m3u8" => open(MAIN),
        "video.m3u8" | "audio.m3u8" => open(MEDIA),
        "0.ts" => open("s"),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

struct Host {
    server: Server,
    requests: Arc<AtomicUsize>,
}

impl Host {
    async fn start(answer: Answer) -> Self {
        let requests = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&requests);
        let router = Router::new().fallback(get(move |request: Request| async move {
            count.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(20)).await;
            assert_eq!(request.headers()[header::ORIGIN], "https://player.invalid");
            answer(request.uri().path().rsplit('/').next().unwrap())
        }));
        Self { server: Server::start(router).await, requests }
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    fn library(&self, settings: Settings) -> Library {
        let client = client(guard(&[self.server.url("/")]), Names::loopback());
        Library::new(client, Clock::real(), settings, None)
    }
}

fn quick() -> Settings {
    Settings { timeout: Duration::from_millis(400), limit: 4_096, ..Settings::default() }
}

/// What comes of the creative at `/ad/main.m3u8`; ports, which differ each time, are left out.
async fn read(answer: Answer) -> String {
    let host = Host::start(answer).await;
    let found = host.library(quick()).creative(&host.server.url("/ad/main.m3u8")).await;
    match found {
        Ok(creative) => format!("{} s in {}", creative.duration, creative.renditions.len()),
        Err(why) => format!("{}: {why}", SkipReason::of(&why).as_str()),
    }
}

#[tokio::test]
async fn a_creative_is_read_with_all_its_playlists() {
    let host = Host::start(good).await;
    let library = host.library(quick());
    let url = host.server.url("/ad/main.m3u8?token=1");
    let creative = library.creative(&url).await.unwrap();
    assert_eq!((&creative.url, creative.segments()), (&url, 2));
    assert_eq!(creative.renditions[0].segments[0].uri, host.server.url("/ad/0.ts"));
    // Three playlists, and the first segment, which both renditions share a host for.
    assert_eq!(host.requests(), 4);
}

#[tokio::test]
async fn whatever_a_host_answers_ends_as_a_value() {
    let table: [(&str, Answer); 11] = [
        ("good", good),
        (
            "a media playlist alone",
            |name| if name == "main.m3u8" { open(MEDIA) } else { good(name) },
        ),
        ("no CORS on the playlist", |name| match name {
            "main.m3u8" => MAIN.into_response(),
            _ => good(name),
        }),
        ("CORS for one site", |name| match name {
            "audio.m3u8" => {
                ([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "https://player.invalid")], MEDIA)
                    .into_response()
            }
            _ => good(name),
        }),
        (
            "no CORS on segments",
            |name| if name == "0.ts" { "s".into_response() } else { good(name) },
        ),
        ("no segment", |name| match name {
            "0.ts" => StatusCode::NOT_FOUND.into_response(),
            _ => good(name),
        }),
        ("no rendition", |name| match name {
            "video.m3u8" => StatusCode::FORBIDDEN.into_response(),
            _ => good(name),
        }),
        ("a page", |name| match name {
            "audio.m3u8" => open("<html></html>"),
            _ => good(name),
        }),
        ("bytes", |name| match name {
            "video.m3u8" => open(vec![0xff, 0xfe]),
            _ => good(name),
        }),
        ("too large", |name| match name {
            "video.m3u8" => open(MEDIA.to_owned() + &"#\n".repeat(4_096)),
            _ => good(name),
        }),
        ("a redirect inside", |name| match name {
            "video.m3u8" => Redirect::temporary("http://127.0.0.1:1/").into_response(),
            _ => good(name),
        }),
    ];
    let mut rows = Vec::new();
    for (name, answer) in table {
        rows.push(format!("{name}: {}", read(answer).await));
    }
    insta::assert_snapshot!(rows.join("\n"), @"
    good: 10.0 s in 6
    a media playlist alone: 10.0 s in 5
    no CORS on the playlist: NO_CORS: `127.0.0.1` does not answer `Access-Control-Allow-Origin: *`
    CORS for one site: NO_CORS: `127.0.0.1` does not answer `Access-Control-Allow-Origin: *`
    no CORS on segments: NO_CORS: `127.0.0.1` does not answer `Access-Control-Allow-Origin: *`
    no segment: MEDIA_FILE_UNAVAILABLE: fetching `127.0.0.1`: status 404
    no rendition: MEDIA_FILE_UNAVAILABLE: fetching `127.0.0.1`: status 403
    a page: IMPORT_ERROR: rendition 0 does not start with `#EXTM3U`
    bytes: MEDIA_FILE_UNAVAILABLE: fetching `127.0.0.1`: the body is no UTF-8 text
    too large: MEDIA_FILE_UNAVAILABLE: fetching `127.0.0.1`: more than 4096 bytes
    a redirect inside: MEDIA_FILE_UNAVAILABLE: fetching `127.0.0.1`: its address is not allowed
    ");
}

#[tokio::test]
async fn a_host_that_never_answers_costs_the_time_limit() {
    let router = Router::new().fallback(get(std::future::pending::<()>));
    let requests = Arc::default();
    let host = Host { server: Server::start(router).await, requests };
    let found = host.library(quick()).creative(&host.server.url("/main.m3u8")).await;
    assert_eq!(found.unwrap_err().to_string(), "fetching `127.0.0.1`: no whole answer in 0.4 s");
}

/// Each answer comes within its own limit.
#[tokio::test]
async fn a_host_that_takes_its_time_for_everything_costs_the_limit_of_a_creative() {
    let router = Router::new().fallback(get(async |request: Request| {
        tokio::time::sleep(Duration::from_millis(200)).await;
        good(request.uri().path().rsplit('/').next().unwrap())
    }));
    let host = Host { server: Server::start(router).await, requests: Arc::default() };
    let library = host.library(Settings { whole: Duration::from_millis(500), ..quick() });
    let found = library.creative(&host.server.url("/main.m3u8")).await;
    assert_eq!(found.unwrap_err().to_string(), "fetching `127.0.0.1`: no whole answer in 0.5 s");
}

#[tokio::test]
async fn a_slow_host_holds_its_own_places_only() {
    let router = Router::new().fallback(get(std::future::pending::<()>));
    let slow = Host { server: Server::start(router).await, requests: Arc::default() };
    let host = Host::start(good).await;
    let settings = Settings { at_once: 3, per_host: 2, ..quick() };
    let client = client(guard(&[slow.server.url("/"), host.server.url("/")]), Names::loopback());
    let library = Library::new(client, Clock::real(), settings, None);
    for n in 0..10 {
        let (library, url) = (library.clone(), slow.server.url(&format!("/{n}.m3u8")));
        tokio::spawn(async move { library.creative(&url).await });
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    let url = host.server.url("/ad/main.m3u8");
    let found = tokio::time::timeout(Duration::from_millis(300), library.creative(&url)).await;
    assert!(found.unwrap().is_ok());
}

#[tokio::test]
async fn addresses_are_admitted_by_the_guard() {
    let host = Host::start(good).await;
    let library = host.library(quick());
    let inside = Url::parse("http://169.254.169.254/latest.m3u8").unwrap();
    let found = library.creative(&inside).await;
    assert_eq!(
        found.unwrap_err().to_string(),
        "fetching `169.254.169.254`: its address is not allowed"
    );
}

#[tokio::test]
async fn a_creative_is_fetched_once_for_all() {
    let host = Host::start(good).await;
    let library = host.library(quick());
    let url = host.server.url("/ad/main.m3u8");
    // Whoever comes first goes away at once.
    let first = tokio::spawn({
        let (library, url) = (library.clone(), url.clone());
        async move { library.creative(&url).await }
    });
    tokio::time::sleep(Duration::from_millis(10)).await;
    first.abort();
    let found = join_all((0..100).map(|_| library.creative(&url))).await;
    assert!(found.iter().all(Result::is_ok));
    assert!(library.creative(&url).await.is_ok());
    assert_eq!(host.requests(), 4);
}

#[tokio::test]
async fn failures_are_kept_shortly() {
    let host = Host::start(|_| StatusCode::NOT_FOUND.into_response()).await;
    let settings = Settings { keep_failure: Duration::from_millis(300), ..quick() };
    let library = host.library(settings);
    let url = host.server.url("/ad/main.m3u8");
    for _ in 0..5 {
        assert!(library.creative(&url).await.is_err());
    }
    assert_eq!(host.requests(), 1);
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert!(library.creative(&url).await.is_err());
    assert_eq!(host.requests(), 2);
}

#[tokio::test]
async fn too_many_at_once_are_turned_away() {
    let host = Host::start(good).await;
    let library = host.library(Settings { waiting: 1, ..quick() });
    let (one, other) = (host.server.url("/a/main.m3u8"), host.server.url("/b/main.m3u8"));
    let (one, other) = tokio::join!(library.creative(&one), library.creative(&other));
    assert!(one.is_ok());
    assert_eq!(other.unwrap_err(), Unusable::Busy);
}

fn answer(urls: &[Url]) -> Asked {
    let ads: String = urls
        .iter()
        .enumerate()
        .map(|(n, url)| {
            format!(
                "<Ad id=\"{n}\"><InLine><Creatives><Creative><Linear><MediaFiles>\
                 <MediaFile type=\"application/x-mpegURL\">{url}</MediaFile>\
                 </MediaFiles></Linear></Creative></Creatives></InLine></Ad>"
            )
        })
        .collect();
    let text = format!("<VAST version=\"4.2\">{ads}<Ad id=\"none\"/></VAST>");
    let response = vast::parse(&text).unwrap();
    Asked {
        url: String::from("https://ads.example.com/vast"),
        host: String::from("ads.example.com"),
        at: ProgramTime::from_millis(0),
        took: MediaDuration::ZERO,
        transaction_id: String::from("t-1"),
        ads: response.ads.clone(),
        outcome: Ok(response),
        hops: Vec::new(),
        sequencing: vast::Sequencing::Standard,
    }
}

fn told(offers: &[Offer]) -> String {
    let rows = offers.iter().map(|offer| {
        let media = match &offer.media {
            Ok(creative) => format!("{} s", creative.duration),
            Err(refused) => refused.reason.as_str().to_owned(),
        };
        format!("{} {media}", offer.info.ad_id.as_deref().unwrap_or_default())
    });
    rows.collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn an_answers_media_is_fetched_in_its_order() {
    let host = Host::start(good).await;
    let library = host.library(quick());
    let at = |path| host.server.url(path);
    let asked = answer(&[at("/a/main.m3u8"), at("/gone"), at("/a/main.m3u8"), at("/b/main.m3u8")]);
    let patience = MediaDuration::from_secs(3);
    let offers = library.offers(&asked, patience, &Channel::any()).await;
    assert_eq!(
        told(&offers.pod),
        "0 10.0 s, 1 MEDIA_FILE_UNAVAILABLE, 2 10.0 s, 3 10.0 s, none VAST_PARSING_ERROR"
    );
    let info = &offers.pod[0].info;
    assert_eq!((info.ads_host.as_str(), info.transaction_id.as_str()), ("ads.example.com", "t-1"));
    assert_eq!(offers.stand_ins, []);
}

#[tokio::test]
async fn what_is_not_there_in_time_is_there_the_next_time() {
    let host = Host::start(good).await;
    let library = host.library(quick());
    let asked = answer(&[host.server.url("/a/main.m3u8")]);
    let ask = async |millis| {
        let patience = MediaDuration::from_millis(millis);
        told(&library.offers(&asked, patience, &Channel::any()).await.pod)
    };
    assert_eq!(ask(10).await, "0 IMPORT_IN_PROGRESS, none VAST_PARSING_ERROR");
    assert_eq!(ask(2_000).await, "0 10.0 s, none VAST_PARSING_ERROR");
    assert_eq!(host.requests(), 4);
}

#[tokio::test]
async fn no_answer_offers_nothing() {
    let host = Host::start(good).await;
    let asked = Asked { outcome: Err(Trouble::Status(500)), ads: Vec::new(), ..answer(&[]) };
    let offers =
        host.library(quick()).offers(&asked, MediaDuration::from_secs(1), &Channel::any()).await;
    assert_eq!(offers, Offers::default());
}
