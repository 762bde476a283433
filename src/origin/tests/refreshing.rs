use std::sync::{Mutex, PoisonError};

use axum::{Router, extract::State, response::IntoResponse, routing::get};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::{
    clock::Hand,
    fetch::tests::support::{Names, Server, client, guard},
    guard::Guard,
    units::ProgramTime,
};

/// A live origin whose playlist the test writes, with a refresher reading it.
struct Stage {
    live: Arc<Mutex<Live>>,
    server: Server,
    fetcher: Fetcher,
    hand: Hand,
    heard: mpsc::UnboundedReceiver<String>,
    reader: Arc<Ear>,
}

/// What the origin answers, and what it has been asked.
struct Live {
    status: StatusCode,
    segments: u32,
    ended: bool,
    tags: Tags,
    asked: Vec<&'static str>,
}

#[derive(Clone, Copy, PartialEq)]
enum Tags {
    Exact,
    /// A date of modification in the very second of the answer, which hides what comes later in it.
    Dates,
    None,
}

impl Live {
    fn of(segments: u32) -> Self {
        Self { status: StatusCode::OK, segments, ended: false, tags: Tags::Exact, asked: vec![] }
    }
}

/// Says aloud what a refresher tells it.
struct Ear {
    says: mpsc::UnboundedSender<String>,
    count: Mutex<usize>,
}

impl Reader for Ear {
    fn loaded(&self, playlist: &Fetched, _: ProgramTime) -> Outcome {
        let segments = playlist.text.matches("#EXTINF").count();
        assert!(segments < 90, "of the test");
        let _ = self.says.send(format!("{segments} segments"));
        let before = std::mem::replace(&mut *self.count.lock().unwrap(), segments);
        Outcome {
            target_duration: MediaDuration::from_secs(4),
            newest_segment: MediaDuration::from_secs(4),
            advanced: segments > before,
            ended: playlist.text.contains("ENDLIST"),
        }
    }

    fn unchanged(&self, _: ProgramTime) {
        let _ = self.says.send("unchanged".to_owned());
    }

    fn failed(&self, error: &Error, _: ProgramTime) {
        let _ = self.says.send(error.to_string());
    }
}

async fn answer(State(live): State<Arc<Mutex<Live>>>, headers: HeaderMap) -> impl IntoResponse {
    let mut live = live.lock().unwrap_or_else(PoisonError::into_inner);
    let tag = format!("\"{}\"", live.segments);
    let condition = headers.get("if-none-match").or(headers.get("if-modified-since")).cloned();
    live.asked.push(if condition.is_some() { "conditional" } else { "plain" });
    if live.status != StatusCode::OK {
        return live.status.into_response();
    }
    let named = match live.tags {
        Tags::Exact => vec![("etag", tag.as_str())],
        Tags::Dates => vec![("etag", "\"x\""), ("date", SOME_DATE), ("last-modified", SOME_DATE)],
        Tags::None => vec![],
    };
    if condition.is_some_and(|condition| named.iter().any(|(_, value)| condition == value)) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let lines: String = (0..live.segments).map(|n| format!("#EXTINF:4,\n{n}.ts\n")).collect();
    let end = if live.ended { "#EXT-X-ENDLIST\n" } else { "" };
    let headers = HeaderMap::from_iter(
        named.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())),
    );
    (headers, format!("#EXTM3U\n{lines}{end}")).into_response()
}

const SOME_DATE: &str = "Sat, 01 Nov 2025 00:00:00 GMT";

impl Stage {
    async fn new() -> Self {
        let live = Arc::new(Mutex::new(Live::of(3)));
        let router = Router::new().fallback(get(answer)).with_state(Arc::clone(&live));
        let server = Server::start(router).await;
        let (clock, hand) = Clock::by_hand(ProgramTime::from_millis(0));
        let guard: Guard = guard(&[server.url("/")]);
        let client = client(guard, Names::loopback());
        let fetcher = Fetcher::new(client, clock, Settings::default());
        let (says, heard) = mpsc::unbounded_channel();
        let reader = Arc::new(Ear { says, count: Mutex::new(0) });
        Self { live, server, fetcher, hand, heard, reader }
    }

    fn refresh(&self) -> RefresherHandle {
        self.refresh_as_long_as(&Wanted::new(self.fetcher.clock.now()))
    }

    fn refresh_as_long_as(&self, wanted: &Wanted) -> RefresherHandle {
        let url = self.fetcher.client.guard().admit(&self.server.url("/v.m3u8")).unwrap();
        let reader = Arc::clone(&self.reader);
        spawn(self.fetcher.clone(), url, reader, wanted.clone(), &CancellationToken::new())
    }

    fn live(&self) -> std::sync::MutexGuard<'_, Live> {
        self.live.lock().unwrap()
    }

    async fn heard(&mut self) -> String {
        let heard = tokio::time::timeout(Duration::from_millis(1_500), self.heard.recv());
        heard.await.expect("the refresher says something in time").unwrap()
    }

    /// Lets program time go by, and says what the next look brings.
    async fn after(&mut self, millis: i64) -> String {
        self.pass(millis);
        self.heard().await
    }

    fn pass(&self, millis: i64) {
        self.hand.advance(MediaDuration::from_millis(millis));
    }

    /// Whether nothing happens for a moment.
    async fn quiet(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(60), self.heard.recv()).await.is_err()
    }

    fn now(&self) -> ProgramTime {
        self.fetcher.clock.now()
    }
}

#[tokio::test]
async fn a_playlist_is_asked_for_conditionally_and_each_version_is_read_once() {
    let mut stage = Stage::new().await;
    let _handle = stage.refresh();
    assert_eq!(stage.heard().await, "3 segments");
    assert_eq!(stage.after(1_000).await, "unchanged");
    stage.live().segments = 4;
    assert_eq!(stage.after(1_000).await, "4 segments");
    stage.pass(3_999);
    assert!(stage.quiet().await);
    assert_eq!(stage.after(1).await, "unchanged");
    assert_eq!(stage.live().asked, ["plain", "conditional", "conditional", "conditional"]);
}

#[tokio::test]
async fn the_same_text_without_validators_is_not_read_again() {
    let mut stage = Stage::new().await;
    stage.live().tags = Tags::None;
    let _handle = stage.refresh();
    assert_eq!(stage.heard().await, "3 segments");
    assert_eq!(stage.after(1_000).await, "unchanged");
    stage.live().segments = 4;
    assert_eq!(stage.after(1_000).await, "4 segments");
    assert_eq!(stage.live().asked, ["plain"; 3]);
}

#[tokio::test]
async fn a_playlist_changed_within_the_second_of_its_answer_is_seen_to_change_again() {
    let mut stage = Stage::new().await;
    stage.live().tags = Tags::Dates;
    let _handle = stage.refresh();
    assert_eq!(stage.heard().await, "3 segments");
    stage.live().segments = 4;
    assert_eq!(stage.after(1_000).await, "4 segments");
}

#[tokio::test]
async fn five_hundred_players_of_a_playlist_make_one_fetch() {
    let mut stage = Stage::new().await;
    let handle = stage.refresh();
    let now = stage.now();
    assert!((0..500).all(|_| handle.ask(now).is_ok()));
    assert_eq!(stage.heard().await, "3 segments");
    assert!(stage.quiet().await);
    assert_eq!(stage.live().asked, ["plain"]);
}

#[tokio::test]
async fn a_failing_origin_is_asked_less_often_and_found_again() {
    let mut stage = Stage::new().await;
    let handle = stage.refresh();
    assert_eq!(stage.heard().await, "3 segments");
    stage.live().status = StatusCode::BAD_GATEWAY;
    assert_eq!(stage.after(1_000).await, "origin answered 502");
    // Half a second to one, then one to two, then two to four.
    for wait in [1_000, 2_000, 4_000, 4_000] {
        stage.pass(wait / 2 - 1);
        assert!(stage.quiet().await);
        assert_eq!(stage.after(wait / 2 + 1).await, "origin answered 502");
        handle.ask(stage.now()).unwrap();
    }
    *stage.live() = Live::of(6);
    assert_eq!(stage.after(4_000).await, "6 segments");
    assert_eq!(stage.after(1_000).await, "unchanged");
}

#[tokio::test]
async fn a_playlist_that_is_not_there_is_found_when_it_is() {
    let mut stage = Stage::new().await;
    stage.live().status = StatusCode::NOT_FOUND;
    let _handle = stage.refresh();
    assert_eq!(stage.heard().await, "origin answered 404");
    stage.live().status = StatusCode::OK;
    assert_eq!(stage.after(1_000).await, "3 segments");
}

#[tokio::test]
async fn refreshing_ends_when_nobody_has_asked_for_three_target_durations() {
    let mut stage = Stage::new().await;
    let handle = stage.refresh();
    assert_eq!(stage.heard().await, "3 segments");
    stage.pass(11_999);
    handle.ask(stage.now()).unwrap();
    assert_eq!(stage.heard().await, "unchanged");
    stage.pass(12_000);
    assert!(stage.quiet().await);
    assert_eq!(handle.ask(stage.now()), Err(Over));
    assert_eq!(stage.live().asked.len(), 2);
}

#[tokio::test]
async fn an_ended_playlist_is_looked_at_now_and_then_until_nobody_asks() {
    let mut stage = Stage::new().await;
    stage.live().ended = true;
    let handle = stage.refresh();
    assert_eq!(stage.heard().await, "3 segments");
    for wait in [4_000, 8_000] {
        stage.pass(wait - 1);
        assert!(stage.quiet().await);
        handle.ask(stage.now()).unwrap();
        assert_eq!(stage.after(1).await, "unchanged");
    }
    stage.pass(12_000);
    assert!(stage.quiet().await);
    assert_eq!(handle.ask(stage.now()), Err(Over));
    assert_eq!(stage.live().asked, ["plain", "conditional", "conditional"]);
}

/// An encoder that stops ends its playlist, and goes on with it when it is back.
#[tokio::test]
async fn a_playlist_that_goes_on_after_its_end_is_read_on() {
    let mut stage = Stage::new().await;
    stage.live().ended = true;
    let _handle = stage.refresh();
    assert_eq!(stage.heard().await, "3 segments");
    *stage.live() = Live::of(4);
    assert_eq!(stage.after(4_000).await, "4 segments");
    assert_eq!(stage.after(1_000).await, "unchanged");
}

#[tokio::test]
async fn dropping_a_handle_ends_its_refresher_and_no_other() {
    let mut stage = Stage::new().await;
    let wanted = Wanted::new(stage.now());
    let dropped = stage.refresh_as_long_as(&wanted);
    assert_eq!(stage.heard().await, "3 segments");
    drop(dropped);
    assert!(stage.quiet().await);
    let kept = stage.refresh_as_long_as(&wanted);
    assert_eq!(stage.heard().await, "3 segments");
    assert_eq!(stage.after(1_000).await, "unchanged");
    assert!(stage.quiet().await);
    assert_eq!(kept.ask(stage.now()), Ok(()));
}

#[tokio::test]
async fn a_reader_that_panics_ends_the_refresher_for_those_who_ask() {
    let mut stage = Stage::new().await;
    stage.live().segments = 99;
    let handle = stage.refresh();
    let ends = async {
        while handle.is_running() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_millis(1_500), ends).await.unwrap();
    assert!(stage.quiet().await);
    assert_eq!(handle.ask(stage.now()), Err(Over));
}
