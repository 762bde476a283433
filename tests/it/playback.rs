//! Scenes with viewers.

use std::time::Duration;

use crate::support::{
    app::TestApp,
    scene::Scene,
    viewer::Viewer,
    world::{Manners, Weather, World},
};

const SIX: [&str; 6] =
    ["impression", "start", "firstQuartile", "midpoint", "thirdQuartile", "complete"];

#[tokio::test(flavor = "multi_thread")]
async fn every_ad_watched_to_its_end_has_its_six_beacons_in_order() {
    let Scene { world, app, mut viewer } = Scene::begin(Manners::Good, true).await;
    world.schedule(2, 7);
    viewer.watch(Duration::from_secs(26)).await;
    let expected: Vec<_> = ["ad1", "ad2"]
        .iter()
        .flat_map(|ad| SIX.iter().map(move |event| ((*ad).to_owned(), (*event).to_owned())))
        .collect();
    // Lanes are an ad's own: the order of arrival is the ad's.
    for ad in ["ad1", "ad2"] {
        let arrived = world.events(&viewer.session).into_iter().filter(|(of, _)| of == ad);
        let expected = expected.iter().filter(|(of, _)| of == ad).cloned();
        assert_eq!(arrived.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }
    // 14 s of break: two ads of three segments, two of slate.
    assert_eq!(viewer.ads(), 8);
    let hits = world.hits.lock().unwrap().clone();
    assert!(hits.iter().all(|hit| hit.user_agent == "test-player/1.0" && hit.id.len() >= 16));
    assert!(hits.iter().all(|hit| hit.forwarded_for == "127.0.0.1"), "{hits:?}");
    let rows = app.stop("beacons").await;
    let sent = rows.iter().filter(|row| row["outcome"] == "sent").count();
    assert_eq!(sent, 12);
    // What counts in the log is in the order of the programme, over the pod.
    let due = rows.iter().filter(|row| row["outcome"] == "due");
    let text = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap().to_owned();
    let due: Vec<_> = due.map(|row| (text(row, "ad_id"), text(row, "event"))).collect();
    assert_eq!(due, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ad_left_half_way_has_no_beacon_after_the_point_of_leaving() {
    let Scene { world, app, mut viewer } = Scene::begin(Manners::Good, false).await;
    world.schedule(2, 6);
    while viewer.ads() < 2 {
        viewer.watch(Duration::from_millis(500)).await;
    }
    tokio::time::sleep(Duration::from_secs(10)).await;
    let events: Vec<_> =
        world.events(&viewer.session).into_iter().map(|(_, event)| event).collect();
    assert_eq!(events, ["impression", "start", "firstQuartile", "midpoint"]);
    // Whoever leaves, or is left, has his break written down as far as it came.
    let rows = app.stop("decisions").await;
    let ended: Vec<_> = rows.iter().filter(|row| row["eventType"] == "AVAIL_ENDED").collect();
    assert_eq!(ended.len(), 1, "{rows:#?}");
    let avail = &ended[0]["avail"];
    assert_eq!(avail["plannedSeconds"], 12.0);
    assert_eq!(avail["requestedSeconds"].as_f64(), Some(4.0), "{avail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_answer_leaves_the_programme() {
    let (viewer, rows) = endure(Manners::Empty, false).await;
    assert_eq!(viewer.ads(), 0);
    assert!(events(&rows).contains(&"EMPTY_VAST_RESPONSE"), "{rows:#?}");
    let ended = rows.iter().find(|row| row["eventType"] == "FILLED_AVAIL");
    assert_eq!(ended.map(|row| row["unfilledReason"].clone()), Some("NO_ADS".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn ads_that_cannot_be_shown_are_told_why_once_at_every_level() {
    let Scene { world, app, mut viewer } = Scene::begin(Manners::Broken, false).await;
    world.schedule(2, 7);
    viewer.watch(Duration::from_secs(24)).await;
    let mut told = world.events(&viewer.session);
    told.sort();
    let expected = [
        ("conditional", "error-408"),
        ("gone", "error-401"),
        ("nothing", "error-303"),
        ("program", "error-901"),
        ("wrapper", "error-303"),
    ];
    assert_eq!(told, expected.map(|(ad, event)| (ad.to_owned(), event.to_owned())));
    let rows = app.stop("decisions").await;
    let known = [
        "MAKING_ADS_REQUEST",
        "VAST_RESPONSE",
        "VAST_REDIRECT",
        "ERROR_VAST_REDIRECT_EMPTY_RESPONSE",
        "FILLED_AVAIL",
    ];
    assert_eq!(events(&rows)[..5], known);
    let skipped = rows[4]["avail"]["skippedAds"].as_array().unwrap();
    let reasons: Vec<_> = skipped.iter().map(|ad| ad["skippedReason"].as_str().unwrap()).collect();
    assert_eq!(
        reasons,
        ["INVALID_VAST_WRAPPER_AD", "PROGRAM", "CONDITIONAL_AD", "MEDIA_FILE_UNAVAILABLE"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_metrics_answer_beside_players() {
    let Scene { app, .. } = Scene::begin(Manners::Good, false).await;
    for (path, expected) in [("live", "live\n"), ("ready", "ready\n")] {
        let answer = reqwest::get(format!("http://{}/{path}", app.admin)).await.unwrap();
        assert_eq!(answer.text().await.unwrap(), expected);
    }
    let metrics = reqwest::get(format!("http://{}/metrics", app.admin)).await.unwrap();
    let metrics = metrics.text().await.unwrap();
    let started = metrics.lines().find(|line| line.starts_with("midroll_sessions_started_total"));
    assert_eq!(started, Some("midroll_sessions_started_total{configuration=\"news\"} 1"));
}

/// Watches a break under an ad server of bad manners; gives the reason in the decision log.
async fn endure(manners: Manners, slate: bool) -> (Viewer, Vec<serde_json::Value>) {
    let Scene { world, app, mut viewer } = Scene::begin(manners, slate).await;
    let before = viewer.newest();
    world.schedule(2, 7);
    viewer.watch(Duration::from_secs(24)).await;
    assert!(viewer.newest() >= before + 10, "playback stood still");
    assert!(viewer.slowest < Duration::from_millis(500), "{:?}", viewer.slowest);
    (viewer, app.stop("decisions").await)
}

fn events(rows: &[serde_json::Value]) -> Vec<&str> {
    rows.iter().map(|row| row["eventType"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ad_server_that_never_answers_costs_nothing_but_its_ads() {
    let (viewer, rows) = endure(Manners::Never, false).await;
    assert_eq!(viewer.ads(), 0);
    assert!(events(&rows).contains(&"ERROR_ADS_TIMEOUT"), "{rows:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ad_server_that_fails_is_told_of() {
    let (viewer, rows) = endure(Manners::Fails, false).await;
    assert_eq!(viewer.ads(), 0);
    assert!(events(&rows).contains(&"ERROR_ADS_INVALID_RESPONSE"), "{rows:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn html_instead_of_vast_is_told_of() {
    let (viewer, rows) = endure(Manners::Html, false).await;
    assert_eq!(viewer.ads(), 0);
    let known = ["ERROR_ADS_RESPONSE_PARSE", "ERROR_ADS_RESPONSE_UNKNOWN_ROOT_ELEMENT"];
    assert!(events(&rows).iter().any(|event| known.contains(event)), "{rows:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_megabytes_of_answer_are_cut_off() {
    let (viewer, rows) = endure(Manners::Huge, true).await;
    assert!(viewer.ads() >= 13, "slate fills the break: {}", viewer.ads());
    assert!(events(&rows).iter().any(|event| event.starts_with("ERROR_ADS")), "{rows:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_to_an_internal_address_is_not_followed() {
    let (viewer, rows) = endure(Manners::RedirectsInside, false).await;
    assert_eq!(viewer.ads(), 0);
    assert!(events(&rows).contains(&"ERROR_DISALLOWED_HOST"), "{rows:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_is_used_behind_the_slate() {
    let slow = Manners::SlowBy(Duration::from_millis(2_500));
    let (viewer, rows) = endure(slow, true).await;
    let filled: Vec<_> = rows.iter().filter(|row| row["eventType"] == "FILLED_AVAIL").collect();
    let planned: Vec<_> = filled.iter().map(|row| row["avail"]["numAds"].as_u64()).collect();
    // How many still fit depends on when the answer comes.
    assert!(matches!(planned[..], [Some(0), Some(1 | 2)]), "slate first, then ads: {filled:#?}");
    let shown = |of: &str| rows.iter().find(|row| row["eventType"] == of).unwrap()["avail"].clone();
    let published = shown("AVAIL_ENDED")["publishedSeconds"].as_f64().unwrap();
    assert!(published >= 6.0, "{published}");
    assert!(viewer.ads() > 3, "slate and ads: {}", viewer.ads());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_break_whose_ads_come_late_is_planned_once_in_the_metrics() {
    let Scene { world, app, mut viewer } =
        Scene::begin(Manners::SlowBy(Duration::from_millis(2_500)), true).await;
    world.schedule(2, 7);
    let planned = "midroll_avail_duration_seconds_total{configuration=\"news\"}";
    let mut metrics = String::new();
    // The break is over, and has left the window.
    for _ in 0..40 {
        viewer.watch(Duration::from_secs(1)).await;
        metrics = scrape(&app).await;
        if metrics.contains("midroll_avail_observed_duration_seconds_total") {
            break;
        }
    }
    assert_eq!(value(&metrics, planned), Some("14.0"), "{metrics}");
    let filled = "midroll_avail_filled_duration_seconds_total{configuration=\"news\"}";
    assert!(matches!(value(&metrics, filled), Some("6.0" | "12.0")), "{metrics}");
    let breaks = "midroll_avail_fill_ratio_count{configuration=\"news\"}";
    assert_eq!(value(&metrics, breaks), Some("1"));
    drop(app);
}

async fn scrape(app: &TestApp) -> String {
    let answer = reqwest::get(format!("http://{}/metrics", app.admin)).await.unwrap();
    answer.text().await.unwrap()
}

fn value<'a>(metrics: &'a str, name: &str) -> Option<&'a str> {
    metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_and_failed_playlists_are_counted() {
    let Scene { world, app, .. } = Scene::begin(Manners::Good, false).await;
    // A channel of its own, of which nothing has been read yet.
    let other = Viewer::of(&format!("http://{}/v1/master/news/main.m3u8?x=1", app.address)).await;
    *world.weather.lock().unwrap() = Weather::Down;
    let refused = other.status().await;
    assert_eq!(refused, 504);
    reqwest::get(format!("http://{}/nothing", app.address)).await.unwrap();
    let metrics = scrape(&app).await;
    for (labels, expected) in [
        ("configuration=\"news\",endpoint=\"manifest\",status=\"200\"", "1"),
        ("configuration=\"news\",endpoint=\"manifest\",status=\"504\"", "1"),
        ("configuration=\"news\",endpoint=\"master\",status=\"200\"", "2"),
        ("configuration=\"\",endpoint=\"other\",status=\"404\"", "1"),
    ] {
        let name = format!("midroll_requests_total{{{labels}}}");
        assert_eq!(value(&metrics, &name), Some(expected), "{name} in\n{metrics}");
    }
    let errors = "midroll_get_manifest_errors_total{configuration=\"news\"}";
    assert_eq!(value(&metrics, errors), Some("1"));
    drop(app);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_takes_no_longer_than_it_may_whoever_hangs() {
    let world = World::start().await;
    *world.manners.lock().unwrap() = Manners::Never;
    let app = TestApp::start_under(&world, "shutdown_deadline_seconds = 3").await;
    let mut viewer = Viewer::join(app.address).await;
    viewer.reload().await;
    world.schedule(1, 7);
    // The ad server is being asked …
    while world.asked.load(std::sync::atomic::Ordering::Relaxed) == 0 {
        viewer.watch(Duration::from_millis(500)).await;
    }
    // … and a player waits for a channel that cannot be read.
    let other = Viewer::of(&format!("http://{}/v1/master/news/main.m3u8?x=1", app.address)).await;
    *world.weather.lock().unwrap() = Weather::Down;
    let waiting = tokio::spawn(async move { other.try_status().await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let clock = midroll::clock::Clock::real();
    let began = clock.now();
    app.stop("decisions").await;
    let took = (clock.now() - began).to_std();
    assert!(took < Duration::from_millis(3_300), "{took:?}");
    waiting.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_s_multivariant_playlist_outlives_trouble_of_the_origin() {
    let Scene { world, app, viewer } = Scene::begin(Manners::Good, false).await;
    let (session, client) = (viewer.session.clone(), reqwest::Client::new());
    let master = format!("http://{}/v1/master/news/main.m3u8?aws.sessionId={session}", app.address);
    let fine = client.get(&master).send().await.unwrap().text().await.unwrap();
    for weather in [Weather::Down, Weather::Garbage] {
        *world.weather.lock().unwrap() = weather;
        // What was fetched a moment ago is shared for two seconds.
        tokio::time::sleep(Duration::from_millis(2_200)).await;
        let answer = client.get(&master).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.text().await.unwrap()), (200, fine.clone()));
    }
    drop(app);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_more_channels_read_than_a_configuration_may_have() {
    let world = World::start().await;
    let app = TestApp::start_under(&world, "[limits]\nchannels_per_configuration = 2").await;
    let master = |query: &str| format!("http://{}/v1/master/news/main.m3u8{query}", app.address);
    let read = || world.playlists.load(std::sync::atomic::Ordering::Relaxed);
    let mut told = Vec::new();
    for query in ["?x=1", "?x=2", "?x=3", "?x=1"] {
        let answer = reqwest::get(master(query)).await.unwrap();
        told.push((answer.status().as_u16(), answer.text().await.unwrap()));
    }
    let limit = "{\"message\":\"2 channels of this configuration are open, which is the limit\"}";
    let statuses: Vec<_> = told.iter().map(|(status, _)| *status).collect();
    assert_eq!((statuses, told[2].1.as_str()), (vec![200, 200, 503, 200], limit));
    // And nothing is read of a channel before anybody plays it.
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(read(), 0);
    Viewer::of(&master("?x=1")).await.reload().await;
    assert!(read() >= 3);
    drop(app);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_in_trouble_leaves_the_last_good_playlist_and_comes_back() {
    let Scene { world, app, mut viewer } = Scene::begin(Manners::Good, false).await;
    for weather in [Weather::Down, Weather::Garbage, Weather::Stale(4)] {
        *world.weather.lock().unwrap() = weather;
        viewer.watch(Duration::from_secs(4)).await;
        let before = viewer.newest();
        *world.weather.lock().unwrap() = Weather::Fine;
        viewer.watch(Duration::from_secs(5)).await;
        assert!(viewer.newest() > before, "{weather:?} was not recovered from");
    }
    drop(app);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_viewers_cost_the_origin_no_more_than_one() {
    let world = World::start().await;
    let app = TestApp::start(&world, false).await;
    let mut viewers = Vec::new();
    for _ in 0..50 {
        viewers.push(Viewer::join(app.address).await);
    }
    for _ in 0..8 {
        for viewer in &mut viewers {
            viewer.reload().await;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    let fetched = world.playlists.load(std::sync::atomic::Ordering::Relaxed);
    assert!(fetched < 40, "{fetched} playlist fetches for 400 reloads");
    drop(app);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_nobody_watched_for_a_while_is_joined_where_it_is_now() {
    let world = World::start().await;
    let app = TestApp::start(&world, false).await;
    let mut early = Viewer::join(app.address).await;
    early.reload().await;
    // Ten target durations without a request, and refreshers end.
    tokio::time::sleep(Duration::from_secs(26)).await;
    let mut late = Viewer::join(app.address).await;
    late.reload().await;
    let edge = u64::try_from(world.began + world.edge()).unwrap();
    assert!(late.newest() + 3 >= edge, "joined at {} of {edge}", late.newest());
    early.reload().await;
    assert!(early.newest() + 3 >= edge, "still at {} of {edge}", early.newest());
}
