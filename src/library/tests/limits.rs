//! What a host may cost that takes its time, and how many are asked at once.

use super::*;

#[tokio::test]
async fn a_host_that_never_answers_costs_the_time_limit() {
    let host = Host::silent().await;
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
    let host = Host::of(router).await;
    let library = host.library(Settings { whole: Duration::from_millis(500), ..quick() });
    let found = library.creative(&host.server.url("/main.m3u8")).await;
    assert_eq!(found.unwrap_err().to_string(), "fetching `127.0.0.1`: no whole answer in 0.5 s");
}

#[tokio::test]
async fn a_slow_host_holds_its_own_places_only() {
    let (slow, host) = (Host::silent().await, Host::start(good).await);
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
async fn too_many_at_once_are_turned_away() {
    let host = Host::start(good).await;
    let library = host.library(Settings { waiting: 1, ..quick() });
    let (one, other) = (host.server.url("/a/main.m3u8"), host.server.url("/b/main.m3u8"));
    let (one, other) = tokio::join!(library.creative(&one), library.creative(&other));
    assert!(one.is_ok());
    assert_eq!(other.unwrap_err(), Unusable::Busy);
}
