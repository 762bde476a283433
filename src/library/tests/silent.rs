//! Hosts that say nothing.

use super::*;

/// With an address for every viewer nothing that is known of one helps the next.
#[tokio::test]
async fn a_silent_host_is_left_alone_and_turns_nobody_elses_creatives_away() {
    let (silent, host) = (Host::silent().await, Host::start(good).await);
    let client = client(guard(&[silent.server.url("/"), host.server.url("/")]), Names::loopback());
    let library = Library::new(client, Clock::real(), quick(), None);
    let asked = |n: usize| {
        let (library, url) = (library.clone(), silent.server.url(&format!("/{n}.m3u8")));
        tokio::spawn(async move { library.creative(&url).await.unwrap_err().to_string() })
    };
    let all: Vec<_> = (0..2_000).map(asked).collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let url = host.server.url("/ad/main.m3u8");
    assert!(library.creative(&url).await.is_ok());
    let mut told = std::collections::BTreeMap::<_, usize>::new();
    for one in all {
        let why = one.await.unwrap();
        let why = why.split_once(" of the last").map_or(why.as_str(), |(why, _)| why);
        *told.entry(why.to_owned()).or_default() += 1;
    }
    // Of those that were begun while the first eight had not ended, a few more.
    let begun = told.iter().find(|(why, _)| why.contains("no whole answer")).unwrap().1;
    assert!(*begun <= 16, "{told:?}");
    insta::assert_snapshot!(told.into_keys().collect::<Vec<_>>().join("\n"), @r"
    fetching `127.0.0.1`: no whole answer in 0.4 s
    fetching `127.0.0.1`: nothing came
    too many creatives are being fetched
    ");
    // Nobody waits for it any more.
    let at_once = tokio::time::timeout(Duration::from_secs(2), asked(2_000)).await;
    let why = at_once.unwrap().unwrap();
    assert!(why.starts_with("fetching `127.0.0.1`: nothing came of the last "), "{why}");
}

#[tokio::test]
async fn a_host_that_was_silent_is_asked_again_after_a_while() {
    static SILENT: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(true);
    let router = Router::new().fallback(get(async |request: Request| {
        if SILENT.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        good(request.uri().path().rsplit('/').next().unwrap())
    }));
    let host = Host::of(router).await;
    let rest = Duration::from_secs(2);
    let settings = Settings { keep_failure: rest, ..quick() };
    let library = host.library(settings);
    let ask = async |n: usize| {
        let url = host.server.url(&format!("/{n}/main.m3u8"));
        library.creative(&url).await.map(|creative| creative.segments())
    };
    join_all((0..8).map(ask)).await;
    SILENT.store(false, Ordering::SeqCst);
    assert!(ask(8).await.unwrap_err().to_string().contains("nothing came of the last"));
    tokio::time::sleep(rest).await;
    assert_eq!(ask(9).await, Ok(2));
    assert_eq!(ask(10).await, Ok(2));
}
