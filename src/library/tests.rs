use std::sync::atomic::{AtomicUsize, Ordering};

use axum::{
    Router,
    extract::Request,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};

use super::*;
use crate::fetch::tests::support::{Names, Server, client, guard};

mod limits;
mod offers;
mod silent;

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
        _ => status(StatusCode::NOT_FOUND),
    }
}

/// A good host's answers, but for one file.
fn good_but(name: &str, file: &str, answer: fn() -> Response) -> Response {
    if name == file { answer() } else { good(name) }
}

fn for_one_site(body: &'static str) -> Response {
    ([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "https://player.invalid")], body).into_response()
}

fn status(status: StatusCode) -> Response {
    status.into_response()
}

fn to(elsewhere: &str) -> Response {
    Redirect::temporary(elsewhere).into_response()
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
        Self { requests, ..Self::of(router).await }
    }

    /// Takes connections and never answers.
    async fn silent() -> Self {
        Self::of(Router::new().fallback(get(std::future::pending::<()>))).await
    }

    /// Requests are not counted.
    async fn of(router: Router) -> Self {
        Self { server: Server::start(router).await, requests: Arc::default() }
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
        ("a media playlist alone", |name| good_but(name, "main.m3u8", || open(MEDIA))),
        ("no CORS on the playlist", |name| good_but(name, "main.m3u8", || MAIN.into_response())),
        ("CORS for one site", |name| good_but(name, "audio.m3u8", || for_one_site(MEDIA))),
        ("no CORS on segments", |name| good_but(name, "0.ts", || "s".into_response())),
        ("no segment", |name| good_but(name, "0.ts", || status(StatusCode::NOT_FOUND))),
        ("no rendition", |name| good_but(name, "video.m3u8", || status(StatusCode::FORBIDDEN))),
        ("a page", |name| good_but(name, "audio.m3u8", || open("<html></html>"))),
        ("bytes", |name| good_but(name, "video.m3u8", || open(vec![0xff, 0xfe]))),
        ("too large", |name| good_but(name, "video.m3u8", || open("#\n".repeat(4_096)))),
        ("a redirect inside", |name| good_but(name, "video.m3u8", || to("http://127.0.0.1:1/"))),
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
    let host = Host::start(|_| status(StatusCode::NOT_FOUND)).await;
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
