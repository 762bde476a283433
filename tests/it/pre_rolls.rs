//! Live sessions that begin with ads.

use std::{sync::Arc, time::Duration};

use serde_json::Value;

use crate::support::{
    app::TestApp,
    viewer::Viewer,
    world::{LADDER, Manners, World},
};

const SIX: [&str; 6] =
    ["impression", "start", "firstQuartile", "midpoint", "thirdQuartile", "complete"];

/// A channel whose sessions begin with 15 s of ads at most.
async fn start(world: &Arc<World>, manners: Manners) -> TestApp {
    *world.manners.lock().unwrap() = manners;
    let more = format!(
        "[playback_configuration.live_pre_roll_configuration]\n\
         ad_decision_server_url = \"http://{}/vast?sid=[session.uuid]&pre=[BREAKPOSITION]\"\n\
         max_duration_seconds = 15\n",
        world.address
    );
    TestApp::start_with(world, false, &more).await
}

fn of<'a>(rows: &'a [Value], event: &str) -> Vec<&'a Value> {
    rows.iter().filter(|row| row["eventType"] == event).collect()
}

/// What operators are told of a viewer's session.
async fn told(app: &TestApp, viewer: &Viewer) -> Value {
    let told = reqwest::get(format!("http://{}/sessions/{}", app.admin, viewer.session));
    let told = told.await.unwrap().text().await.unwrap();
    serde_json::from_str(&told).unwrap()
}

/// What a playlist lists, ads by their name.
fn listed(text: &str) -> Vec<String> {
    let uris = text.lines().filter(|line| !line.starts_with('#'));
    let name = |uri: &str| match uri.starts_with("ad/") {
        true => uri.split('/').take(4).collect::<Vec<_>>().join("/"),
        false => "programme".to_owned(),
    };
    uris.map(name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_session_begins_with_its_ads_and_counts_them() {
    let world = World::start().await;
    let app = start(&world, Manners::SlowBy(Duration::from_millis(600))).await;
    let mut viewer = Viewer::join(app.address).await;
    let first = viewer.reload().await;
    assert_eq!(listed(&first), ["ad/preroll/2/0", "ad/preroll/2/1", "ad/preroll/2/2"], "{first}");
    assert!(first.contains("#EXT-X-START:TIME-OFFSET=-6.0\n"), "{first}");
    // The sound begins at the same moment.
    let date = |text: &str| {
        let mut dates = text.lines().filter(|line| line.starts_with("#EXT-X-PROGRAM-DATE-TIME"));
        dates.next().unwrap().to_owned()
    };
    assert_eq!(date(&viewer.other(0).await), date(&first));
    viewer.watch(Duration::from_secs(22)).await;
    assert_eq!(viewer.ads(), 6);
    let addresses: Vec<_> = viewer.seen.values().collect();
    assert!(addresses[..6].iter().all(|address| address.contains("/ad/preroll/")));
    assert!(addresses[6..].iter().all(|address| !address.contains("/ad/")));
    for ad in ["ad1", "ad2"] {
        let arrived = world.events(&viewer.session).into_iter().filter(|(of, _)| of == ad);
        let events: Vec<_> = arrived.map(|(_, event)| event).collect();
        assert_eq!(events, SIX);
    }
    let told = told(&app, &viewer).await;
    let avail = &told["avails"][0];
    assert_eq!(avail["availId"], "preroll", "{told:#}");
    assert_eq!(avail["adRequests"][0]["ads"], 2, "{told:#}");
    assert_eq!(avail["outcome"]["publishedSeconds"], 12.0, "{told:#}");
    let rows = app.stop("decisions").await;
    let url = of(&rows, "MAKING_ADS_REQUEST")[0]["adsRequestUrl"].as_str().unwrap();
    assert!(url.ends_with("&pre=1"), "{url}");
    let ended = &of(&rows, "AVAIL_ENDED")[0]["avail"];
    assert_eq!(ended["availId"], "preroll");
    assert_eq!(ended["publishedSeconds"], 12.0);
    assert_eq!(ended["requestedSeconds"], 12.0);
}

/// The dates of a playlist's first segment and of its first of the programme behind ads.
fn dates(text: &str) -> (String, Option<String>) {
    let dated: Vec<_> = text.split("#EXT-X-PROGRAM-DATE-TIME:").skip(1).collect();
    let date = |block: &str| block.lines().next().unwrap_or_default().to_owned();
    let is_ad = |block: &str| block.contains("\nad/");
    let back = dated.windows(2).find(|pair| is_ad(pair[0]) && !is_ad(pair[1]));
    (date(dated[0]), back.map(|pair| date(pair[1])))
}

/// The origin's place to begin is left out where it is too near to the end; then nobody said where.
#[tokio::test(flavor = "multi_thread")]
async fn players_begin_with_the_ads_where_the_origin_would_have_them_nearer_to_the_end() {
    for (offset, told) in [("-1.5", "#EXT-X-START:TIME-OFFSET=-6.0\n"), ("-7.5", "-7.5\n")] {
        let world = World::start().await;
        let begin = format!(
            "#EXTM3U
#EXT-X-START:TIME-OFFSET={offset}
"
        );
        world.offer(
            LADDER
                .replacen(
                    "#EXTM3U
", &begin, 1,
                )
                .leak(),
        );
        let app = start(&world, Manners::Good).await;
        let mut viewer = Viewer::join(app.address).await;
        let first = viewer.reload().await;
        assert!(first.contains(told), "{first}");
        assert_eq!(first.matches("#EXT-X-START").count(), 1, "{first}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_that_is_cut_otherwise_returns_with_the_picture() {
    let world = World::start().await;
    *world.sound.lock().unwrap() = Some(3);
    let app = start(&world, Manners::Good).await;
    let mut viewer = Viewer::join(app.address).await;
    let first = viewer.reload().await;
    let heard = viewer.other(0).await;
    assert!(listed(&first)[0].starts_with("ad/preroll/2/0"), "{first}");
    assert!(listed(&heard)[0].starts_with("ad/preroll/0/0"), "{heard}");
    assert_eq!(dates(&first).0, dates(&heard).0);
    viewer.watch(Duration::from_secs(8)).await;
    let (seen, heard) = (viewer.reload().await, viewer.other(0).await);
    assert!(dates(&seen).1.is_some(), "{seen}");
    assert_eq!(dates(&seen).1, dates(&heard).1, "{seen}\n{heard}");
    viewer.watch(Duration::from_secs(6)).await;
    assert_eq!(viewer.ads(), 6);
    let rows = app.stop("decisions").await;
    let ended = &of(&rows, "AVAIL_ENDED")[0]["avail"];
    assert_eq!(ended["publishedSeconds"], 12.0, "{rows:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_break_under_the_pre_roll_is_filled_where_that_is_over() {
    let world = World::start().await;
    let app = start(&world, Manners::Good).await;
    let mut viewer = Viewer::join(app.address).await;
    viewer.reload().await;
    // It begins in 2 s; the pre-roll lasts 6 s more.
    world.schedule(1, 12);
    viewer.watch(Duration::from_secs(34)).await;
    assert_eq!(viewer.ads(), 12);
    let kinds: Vec<_> = viewer.seen.values().map(|address| address.contains("/ad/")).collect();
    assert!(kinds[..12].iter().all(|ad| *ad), "straight upon it: {kinds:?}");
    app.stop("decisions").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_ads_a_session_begins_with_the_programme_and_it_is_told_why() {
    let cases = [
        (Manners::Empty, "NO_ADS"),
        (Manners::Fails, "ADS_STATUS"),
        (Manners::Broken, "NOTHING_USABLE"),
        (Manners::Never, "ADS_TIMEOUT"),
    ];
    for (manners, why) in cases {
        let world = World::start().await;
        let app = start(&world, manners).await;
        let mut viewer = Viewer::join(app.address).await;
        let first = viewer.reload().await;
        assert_eq!((viewer.ads(), first.contains("EXT-X-START")), (0, false), "{manners:?}");
        assert!(viewer.slowest < Duration::from_millis(4_900), "{:?}", viewer.slowest);
        let rows = app.stop("decisions").await;
        let filled = of(&rows, "FILLED_AVAIL");
        let reasons: Vec<_> = filled.iter().map(|row| row["unfilledReason"].clone()).collect();
        assert_eq!(reasons, [why], "{rows:#?}");
        let ended = &of(&rows, "AVAIL_ENDED")[0]["avail"];
        assert_eq!(ended["unfilled"][0]["reason"], why, "{ended:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ads_that_find_no_place_are_told_of_each_and_why_there_is_none() {
    let world = World::start().await;
    // Two target durations of 16 s are more than the origin lists.
    *world.sound.lock().unwrap() = Some(16);
    let app = start(&world, Manners::Good).await;
    let mut viewer = Viewer::join(app.address).await;
    viewer.reload().await;
    assert_eq!(viewer.ads(), 0);
    let avail = &told(&app, &viewer).await["avails"][0];
    let reasons = |ads: &Value, key: &str| {
        let ads = ads.as_array().unwrap().iter();
        ads.map(|ad| format!("{} {}", ad["vastAdId"], ad[key])).collect::<Vec<_>>()
    };
    let no_place = ["\"ad1\" \"NO_PLACE\"", "\"ad2\" \"NO_PLACE\""];
    assert_eq!(reasons(&avail["skippedAds"], "reason"), no_place, "{avail:#}");
    assert_eq!(avail["outcome"]["unfilled"][0]["reason"], "TOO_LITTLE_LISTED", "{avail:#}");
    let rows = app.stop("decisions").await;
    let filled = &of(&rows, "FILLED_AVAIL")[0];
    assert_eq!(filled["unfilledReason"], "TOO_LITTLE_LISTED", "{filled:#}");
    assert_eq!(reasons(&filled["avail"]["skippedAds"], "skippedReason"), no_place);
}

#[tokio::test(flavor = "multi_thread")]
async fn players_may_begin_without_and_films_have_none() {
    let world = World::start().await;
    let app = start(&world, Manners::Good).await;
    let master = format!("http://{}/v1/master/news/main.m3u8?aws.preroll=DISABLED", app.address);
    let mut viewer = Viewer::of(&master).await;
    viewer.reload().await;
    let film = format!("http://{}/v1/master/news/film/main.m3u8", app.address);
    let mut film = Viewer::of(&film).await;
    let text = film.reload().await;
    assert_eq!(viewer.ads(), 0);
    assert!(!text.contains("preroll"), "{text}");
    let rows = app.stop("decisions").await;
    assert!(rows.iter().all(|row| row["avail"]["availId"] != "preroll"), "{rows:#?}");
}
