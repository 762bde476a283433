//! Serves stitched playlists to many sessions of different histories, for `scripts/proofs/bench` to
//! measure beside a static file server.
//!
//! Time is moved by hand: the channel goes through ten breaks, sessions join at all moments of it,
//! and then time stands still inside a break. Arguments: segments in the window, sessions, folder to
//! write into. Prints a line when it serves; ends when standard input does.
#![expect(clippy::print_stdout, reason = "its output is what the script reads")]

use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    extract::{Path as UrlPath, Query, State},
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use midroll::{
    app::{App, Ports},
    clock::{Clock, Hand},
    config,
    ids::SessionId,
    playback::{Opening, Playback},
    units::{MediaDuration, ProgramTime},
};
use serde::Deserialize;

/// As in the program itself.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Seconds of a segment.
const STEP: i64 = 4;
/// Segments from one break to the next, and of a break.
const CYCLE: i64 = 15;
const BREAK: i64 = 7;
const BREAKS: i64 = 10;
const PODS: u64 = 8;

struct World {
    clock: Clock,
    window: i64,
    base: String,
}

fn main() {
    let args: Vec<String> = std::env::args().filter(|arg| arg != "--bench").collect();
    let number = |at: usize, or: i64| args.get(at).and_then(|n| n.parse().ok()).unwrap_or(or);
    let (window, sessions) = (number(1, 15), number(2, 20_000));
    let folder = args.get(3).map_or_else(std::env::temp_dir, PathBuf::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime starts");
    runtime.block_on(run(window, sessions, &folder));
}

async fn run(window: i64, sessions: i64, folder: &Path) {
    let start = 1_767_225_600 / (STEP * CYCLE) * STEP * CYCLE;
    let start = ProgramTime::from_millis((start + STEP * window.max(BREAK + 1)) * 1_000);
    let (clock, hand) = Clock::by_hand(start);
    let base = world(clock.clone(), window).await;
    let text = format!(
        "data_dir = {:?}\n[limits]\nsessions = 1000000\nsessions_per_address = 1000000\nconnections_per_address = 1000000\n\
         [[playback_configuration]]\nname = \"bench\"\nvideo_content_source_url = \"{base}/live\"\n\
         ad_decision_server_url = \"{base}/vast?sid=[session.uuid]\"\n\
         slate_ad_url = \"{base}/ads/slate/main.m3u8\"\n",
        folder.join("data")
    );
    let config = config::check(&text).config.expect("the configuration is whole");
    let app = App::build(&config, &clock).expect("the service builds");
    let playback = Arc::clone(&app.playback);
    let before = resident();
    let ids = history(&playback, &hand, sessions).await;
    let (reload, shared) = reload(&playback, &hand, &ids).await;
    let each = resident().saturating_sub(before) / ids.len().max(1);
    let any = "127.0.0.1:0".parse().expect("an address");
    let ports = Ports::open(any, any).await.expect("ports open");
    let address = ports.players.local_addr().expect("an address");
    write_paths(folder, &ids);
    let sample = playback.media("bench", ids[0], 0).await.expect("a playlist");
    let (plain, gzip) =
        (sample.body.whole(&sample.header).concat(), sample.body.gzip(&sample.header).concat());
    std::fs::write(folder.join("sample.m3u8"), &plain).expect("a file is written");
    std::fs::write(folder.join("sample.m3u8.gz"), &gzip).expect("a file is written");
    let (count, plain, gzip) = (ids.len(), plain.len(), gzip.len());
    println!(
        "serving {address} sessions {count} plain {plain} gzip {gzip} each {each} reload {reload} shared {shared}"
    );
    std::io::stdout().flush().expect("standard output is open");
    let stop = async {
        let closed = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
        let _ = closed.await;
    };
    app.run(ports, Router::new(), None, stop).await.expect("the service runs");
}

/// What a reload costs before anything is sent, in nanoseconds: the mean over all sessions for a
/// playlist that has just grown, all renderings included; and for one that has been rendered.
async fn reload(playback: &Arc<Playback>, hand: &Hand, ids: &[SessionId]) -> (u128, u128) {
    hand.advance(MediaDuration::from_secs(STEP));
    tokio::time::sleep(Duration::from_millis(500)).await;
    (each(playback, ids).await, each(playback, ids).await)
}

async fn each(playback: &Arc<Playback>, ids: &[SessionId]) -> u128 {
    let began = Clock::real().now();
    for id in ids {
        let shown = playback.media("bench", *id, 0).await.expect("a playlist");
        std::hint::black_box(shown.body.gzip(&shown.header));
    }
    let passed = (Clock::real().now() - began).to_std();
    passed.as_nanos() / u128::try_from(ids.len().max(1)).unwrap_or(1)
}

/// Lets ten breaks pass, with sessions joining all the way, and stops inside the last.
async fn history(playback: &Arc<Playback>, hand: &Hand, sessions: i64) -> Vec<SessionId> {
    let steps = CYCLE * BREAKS - 4;
    let mut ids = Vec::new();
    for step in 0..steps {
        let wanted = usize::try_from((sessions * (step + 1) / (steps - CYCLE)).min(sessions));
        while ids.len() < wanted.unwrap_or(0) {
            let opened = playback.open("bench", "main.m3u8", "", Opening::default()).await;
            ids.push(opened.expect("a session opens").id);
        }
        for _ in 0..4 {
            hand.advance(MediaDuration::from_millis(STEP * 250));
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
        for id in &ids {
            playback.media("bench", *id, 0).await.expect("a playlist");
        }
        // Whoever waits for his turn to ask waits for a clock that nobody else moves.
        while tokio::time::timeout(Duration::from_millis(200), playback.decided()).await.is_err() {
            hand.advance(MediaDuration::from_millis(STEP * 250));
        }
    }
    for id in &ids {
        playback.media("bench", *id, 0).await.expect("a playlist");
    }
    ids
}

fn write_paths(folder: &Path, ids: &[SessionId]) {
    let mut paths = String::new();
    for id in ids {
        let _ = writeln!(paths, "/v1/manifest/bench/{id}/0.m3u8");
    }
    std::fs::write(folder.join("paths.txt"), paths).expect("a file is written");
}

/// Resident memory in bytes, as Linux tells it.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok());
    pages.unwrap_or(0) * 4096
}

async fn world(clock: Clock, window: i64) -> String {
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port opens");
    let base = format!("http://{}", port.local_addr().expect("an address"));
    let world = Arc::new(World { clock, window, base: base.clone() });
    let router = Router::new()
        .route("/live/main.m3u8", get(multivariant))
        .route("/live/{file}", get(playlist))
        .route("/ads/{creative}/{file}", get(creative))
        .route("/vast", get(vast))
        .with_state(world);
    tokio::spawn(async move { axum::serve(port, router).await });
    base
}

async fn multivariant() -> &'static str {
    "#EXTM3U\n\
     #EXT-X-STREAM-INF:BANDWIDTH=2000000,CODECS=\"avc1.4d401f,mp4a.40.2\",RESOLUTION=1280x720\n\
     v.m3u8\n"
}

async fn playlist(State(world): State<Arc<World>>) -> String {
    let edge = world.clock.now().as_millis() / 1_000 / STEP;
    let first = edge - world.window;
    let mut text = format!(
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:{STEP}\n#EXT-X-MEDIA-SEQUENCE:{first}\n"
    );
    for n in first..edge {
        match n % CYCLE {
            0 => {
                let _ = writeln!(text, "#EXT-X-CUE-OUT:{}", BREAK * STEP);
            }
            BREAK => text.push_str("#EXT-X-CUE-IN\n"),
            _ => {}
        }
        let date = ProgramTime::from_millis(n * STEP * 1_000);
        let _ = writeln!(text, "#EXT-X-PROGRAM-DATE-TIME:{date}\n#EXTINF:{STEP}.000,\nseg-{n}.ts");
    }
    text
}

async fn creative(UrlPath((creative, file)): UrlPath<(String, String)>) -> Response {
    let text = match file.as_str() {
        "main.m3u8" => multivariant().await.to_owned(),
        "v.m3u8" => {
            let (count, secs) = if creative == "slate" { (8, 1) } else { (4, STEP) };
            let mut text = format!("#EXTM3U\n#EXT-X-TARGETDURATION:{STEP}\n#EXT-X-VERSION:3\n");
            for n in 0..count {
                let _ = writeln!(text, "#EXTINF:{secs}.00000,\nseg-{n}.ts");
            }
            text + "#EXT-X-ENDLIST\n"
        }
        _ => String::new(),
    };
    ([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], text).into_response()
}

#[derive(Deserialize)]
struct Ask {
    sid: String,
}

async fn vast(State(world): State<Arc<World>>, Query(ask): Query<Ask>) -> String {
    let pod = ask.sid.bytes().map(u64::from).sum::<u64>() % PODS;
    let base = &world.base;
    format!(
        "<VAST version=\"4.2\"><Ad id=\"{pod}\"><InLine><AdSystem>b</AdSystem><AdTitle>{pod}</AdTitle>\
         <Impression>{base}/i</Impression><Creatives><Creative id=\"{pod}\"><Linear>\
         <Duration>00:00:16</Duration><MediaFiles><MediaFile delivery=\"streaming\" \
         type=\"application/x-mpegURL\" width=\"1280\" height=\"720\">{base}/ads/ad{pod}/main.m3u8\
         </MediaFile></MediaFiles></Linear></Creative></Creatives></InLine></Ad></VAST>"
    )
}
