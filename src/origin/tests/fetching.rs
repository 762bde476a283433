use std::sync::atomic::{AtomicU32, Ordering};

use axum::{Router, response::Redirect, routing::get};

use super::*;
use crate::{
    clock::Hand,
    fetch::tests::support::{Names, Server, client, guard},
    units::ProgramTime,
};

/// An origin that counts what it is asked for `/a.m3u8`.
struct Counting {
    server: Server,
    count: Arc<AtomicU32>,
    fetcher: Fetcher,
    hand: Hand,
}

impl Counting {
    async fn start(status: StatusCode, body: &'static str) -> Self {
        let count = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&count);
        let answer = move || async move {
            counted.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(30)).await;
            (status, body)
        };
        let router = Router::new()
            .route("/a.m3u8", get(answer))
            .route("/moved", get(|| async { Redirect::temporary("/a.m3u8?from=moved") }));
        let server = Server::start(router).await;
        let (clock, hand) = Clock::by_hand(ProgramTime::from_millis(0));
        let client = client(guard(&[server.url("/")]), Names::loopback());
        let fetcher = Fetcher::new(client, clock, Settings::default());
        Self { server, count, fetcher, hand }
    }

    async fn get(&self, path: &str) -> Result<Fetched, String> {
        let url = self.fetcher.client.guard().admit(&self.server.url(path)).unwrap();
        self.fetcher.multivariant(&url).await.map_err(|error| error.to_string())
    }

    fn count(&self) -> u32 {
        self.count.load(Ordering::Relaxed)
    }
}

#[tokio::test]
async fn five_hundred_sessions_that_start_together_make_one_fetch() {
    let origin = Counting::start(StatusCode::OK, "#EXTM3U").await;
    let all = futures_util::future::join_all((0..500).map(|_| origin.get("/a.m3u8"))).await;
    assert!(all.iter().all(|one| one.as_ref().is_ok_and(|one| &*one.text == "#EXTM3U")));
    assert_eq!(origin.count(), 1);
}

#[tokio::test]
async fn a_multivariant_playlist_is_shared_for_two_seconds_and_per_query() {
    let origin = Counting::start(StatusCode::OK, "#EXTM3U").await;
    origin.get("/a.m3u8").await.unwrap();
    origin.hand.advance(MediaDuration::from_millis(1_999));
    origin.get("/a.m3u8").await.unwrap();
    assert_eq!(origin.count(), 1);
    origin.get("/a.m3u8?start=1").await.unwrap();
    assert_eq!(origin.count(), 2);
    origin.hand.advance(MediaDuration::from_millis(1));
    origin.get("/a.m3u8").await.unwrap();
    assert_eq!(origin.count(), 3);
}

#[tokio::test]
async fn a_failure_is_shared_too_but_not_for_long() {
    let origin = Counting::start(StatusCode::SERVICE_UNAVAILABLE, "busy").await;
    let all = futures_util::future::join_all((0..20).map(|_| origin.get("/a.m3u8"))).await;
    assert_eq!(all, vec![Err("origin answered 503".to_owned()); 20]);
    assert_eq!(origin.count(), 1);
    origin.hand.advance(MediaDuration::from_secs(1));
    origin.get("/a.m3u8").await.unwrap_err();
    assert_eq!(origin.count(), 2);
}

#[tokio::test]
async fn a_playlist_says_where_it_came_from_in_the_end() {
    let origin = Counting::start(StatusCode::OK, "#EXTM3U").await;
    let fetched = origin.get("/moved").await.unwrap();
    assert_eq!(fetched.url, origin.server.url("/a.m3u8?from=moved"));
}

#[tokio::test]
async fn a_page_where_a_playlist_should_be_is_none() {
    let origin = Counting::start(StatusCode::OK, "<html>welcome").await;
    assert_eq!(
        origin.get("/a.m3u8").await,
        Err("expected a playlist from the origin, got HTML".to_owned())
    );
}

#[tokio::test]
async fn a_304_that_was_not_asked_for_is_an_error() {
    let origin = Counting::start(StatusCode::NOT_MODIFIED, "").await;
    assert_eq!(origin.get("/a.m3u8").await, Err("origin answered 304".to_owned()));
}
