//! Films with ads.

use std::{sync::atomic::Ordering, time::Duration};

use serde_json::Value;

use crate::support::{
    app::TestApp,
    studio::{CHANNEL, Studio},
    viewer::Viewer,
    world::{Manners, World},
};

async fn watch(app: &TestApp) -> Viewer {
    let url = format!("http://{}/v1/master/news/film/main.m3u8?ads.device=test", app.address);
    Viewer::of(&url).await
}

/// A playlist in short: `|` for a discontinuity, `x` an ad segment, content by number.
fn short(text: &str) -> String {
    let word = |line: &str| match line {
        "#EXT-X-DISCONTINUITY" => Some("|".to_owned()),
        "#EXT-X-ENDLIST" => Some("end".to_owned()),
        line if line.starts_with("ad/") => Some("x".to_owned()),
        line if line.starts_with('#') => None,
        line => Some(line.rsplit(['-', '/']).next()?.trim_end_matches(".ts").to_owned()),
    };
    text.lines().filter_map(word).collect::<Vec<_>>().join(" ")
}

const POD: &str = "| x x x | x x x |";

fn content(numbers: std::ops::Range<i64>) -> String {
    numbers.map(|n| n.to_string()).collect::<Vec<_>>().join(" ")
}

/// The plan's answer comes at once, what its tag leads to a second later.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_shown_whole_in_every_rendition_and_asked_for_once() {
    let world = World::start().await;
    let delay = Duration::from_secs(1);
    *world.manners.lock().unwrap() = Manners::Plan(delay);
    let app = TestApp::start(&world, true).await;
    let mut viewer = watch(&app).await;
    viewer.plays = false;
    let clock = midroll::clock::Clock::real();
    let began = clock.now();
    let (sound, picture) = tokio::join!(viewer.other(0), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        viewer.other(1).await
    });
    let took = (clock.now() - began).to_std();
    let expected =
        format!("{POD} {} {POD} {} | x x x | x x x end", content(0..15), content(15..30));
    assert_eq!((short(&picture), short(&sound)), (expected.clone(), expected));
    assert_eq!(viewer.reload().await, picture, "once decided it never changes");
    assert_eq!(world.asked.load(Ordering::Relaxed), 1);
    assert!(took < delay + Duration::from_millis(500), "{took:?}");
    let rows = app.stop("decisions").await;
    let told = rows.iter().map(|row| row["eventType"].as_str().unwrap()).collect::<Vec<_>>();
    insta::assert_snapshot!(told.join("\n"));
    let plan = rows.iter().find(|row| row["avails"].is_array()).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&plan["avails"]).unwrap());
}

/// Players with separate sound ask for picture and sound in the same moment.
#[tokio::test]
async fn picture_and_sound_asked_for_at_once_both_come() {
    let world = World::start().await;
    let app = TestApp::start(&world, true).await;
    let mut viewer = watch(&app).await;
    viewer.plays = false;
    let (sound, picture) = tokio::join!(viewer.other(0), viewer.other(1));
    let expected = format!("{POD} {} end", content(0..30));
    assert_eq!((short(&picture), short(&sound)), (expected.clone(), expected));
    assert_eq!(world.asked.load(Ordering::Relaxed), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn marked_breaks_are_asked_for_side_by_side_and_replaced_where_they_are_long() {
    let world = World::start().await;
    *world.manners.lock().unwrap() = Manners::SlowBy(Duration::from_millis(700));
    *world.marks.lock().unwrap() = vec![(0, 0), (10, 14), (20, 20)];
    let app = TestApp::start(&world, true).await;
    let mut viewer = watch(&app).await;
    viewer.plays = false;
    let clock = midroll::clock::Clock::real();
    let began = clock.now();
    let text = viewer.reload().await;
    let took = (clock.now() - began).to_std();
    // Of the eight seconds given away one ad fills six; the rest of them is programme.
    let expected = format!(
        "{POD} {} | x x x | {} {POD} {} end",
        content(0..10),
        content(13..20),
        content(20..30)
    );
    assert_eq!(short(&text), expected);
    assert_eq!(world.asked.load(Ordering::Relaxed), 3);
    assert!(took < Duration::from_millis(1_400), "{took:?}");
    let rows = app.stop("decisions").await;
    let skipped = |row: &Value| {
        let avail = &row["avail"];
        let reason = avail["skippedAds"][0]["skippedReason"].as_str().unwrap_or_default();
        format!("{} {reason}", avail["availId"].as_str().unwrap())
    };
    let filled = rows.iter().filter(|row| row["eventType"] == "FILLED_AVAIL");
    let mut filled: Vec<_> = filled.map(skipped).collect();
    filled.sort();
    assert_eq!(filled, ["s0 ", "s10 AVAIL_DURATION_EXCEEDED", "s20 "]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_a_plan_comes_before_the_film() {
    let world = World::start().await;
    let app = TestApp::start(&world, true).await;
    let mut viewer = watch(&app).await;
    let text = viewer.reload().await;
    assert_eq!(short(&text), format!("{POD} {} end", content(0..30)));
}

/// It may take as long as the configuration says, and no longer; the film is shown without.
#[tokio::test(flavor = "multi_thread")]
async fn an_ad_server_that_does_not_answer_leaves_the_film() {
    for (manners, reason) in [(Manners::Never, "ADS_TIMEOUT"), (Manners::Empty, "NO_ADS")] {
        let world = World::start().await;
        *world.manners.lock().unwrap() = manners;
        let more = "[playback_configuration.ads_personalization_timeouts]\n\
                    vod_maximum_ads_personalization_time_milliseconds = 1000\n\
                    ads_request_timeout_milliseconds = 1000\n";
        let app = TestApp::start_with(&world, true, more).await;
        let mut viewer = watch(&app).await;
        let text = viewer.reload().await;
        assert_eq!(short(&text), format!("{} end", content(0..30)));
        assert!(viewer.slowest < Duration::from_millis(1_500), "{:?}", viewer.slowest);
        let rows = app.stop("decisions").await;
        let filled = rows.iter().find(|row| row["eventType"] == "FILLED_AVAIL").unwrap();
        assert_eq!(filled["unfilledReason"], reason);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_s_ads_are_counted_and_tracked_with_its_breaks() {
    let world = World::start().await;
    *world.manners.lock().unwrap() = Manners::Plan(Duration::ZERO);
    let app = TestApp::start(&world, true).await;
    let mut viewer = watch(&app).await;
    viewer.reload().await;
    let url = format!("http://{}/v1/tracking/news/{}", app.address, viewer.session);
    let text = reqwest::get(&url).await.unwrap().text().await.unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let told: Vec<_> = document["avails"].as_array().unwrap().iter().map(avail).collect();
    assert_eq!(told, ["0 0.0+12.0 0.0,6.0", "21 42.0+12.0 42.0,48.0", "42 84.0+12.0 84.0,90.0"]);
    // Asked for all at once, it counts as it would be watched.
    let completed = |ad: &str| {
        let complete = (ad.to_owned(), "complete".to_owned());
        world.events(&viewer.session).iter().filter(|event| **event == complete).count()
    };
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(completed("ad2"), 0, "counted before it can have been seen");
    for _ in 0..20 {
        if completed("ad2") == 3 {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let events = world.events(&viewer.session);
    for ad in ["ad1", "ad2"] {
        assert_eq!(completed(ad), 3, "{events:?}");
    }
    let of_breaks: Vec<_> =
        events.iter().filter(|(ad, _)| ad == "break").map(|(_, event)| event.as_str()).collect();
    let count = |name| of_breaks.iter().filter(|event| **event == name).count();
    assert_eq!((count("breakStart"), count("breakEnd")), (2, 1), "{of_breaks:?}");
    let unverified = events.iter().filter(|(_, event)| event == "unverified-2").count();
    assert_eq!(unverified, 2, "{events:?}");
    let told = reqwest::get(format!("http://{}/sessions/{}", app.admin, viewer.session)).await;
    let told: Value = serde_json::from_str(&told.unwrap().text().await.unwrap()).unwrap();
    let seconds = |avail: &Value| avail["outcome"]["requestedSeconds"].as_f64();
    let avails = told["avails"].as_array().unwrap();
    assert_eq!(avails.iter().map(seconds).collect::<Vec<_>>(), [Some(12.0); 3]);
    let rows = app.stop("decisions").await;
    let ended = rows.iter().filter(|row| row["eventType"] == "AVAIL_ENDED").count();
    assert_eq!(ended, 3);
}

/// `id start+length ads' starts`
fn avail(avail: &Value) -> String {
    let secs = |of: &Value, name: &str| of[name].to_string();
    let ads = avail["ads"].as_array().unwrap().iter();
    let ads: Vec<_> = ads.map(|ad| secs(ad, "startTimeInSeconds")).collect();
    format!(
        "{} {}+{} {}",
        avail["availId"].as_str().unwrap(),
        secs(avail, "startTimeInSeconds"),
        secs(avail, "durationInSeconds"),
        ads.join(",")
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_of_one_title_have_ads_of_their_own() {
    let world = World::start().await;
    let app = TestApp::start(&world, true).await;
    let (mut one, mut two) = (watch(&app).await, watch(&app).await);
    let (first, second) = (one.reload().await, two.reload().await);
    assert_eq!(short(&first), short(&second));
    assert_ne!(one.session, two.session);
    assert_eq!(world.asked.load(Ordering::Relaxed), 2);
}

/// The file comes later than anybody waits for it: the first viewer's playlists stay without ads.
#[tokio::test(flavor = "multi_thread")]
async fn an_advertiser_s_file_is_waited_for_shortly_and_shown_to_who_comes_when_it_is_made() {
    let studio = Studio::open().await;
    let world = World::start().await;
    world.show(&studio, CHANNEL);
    world.deliver_after(Duration::from_secs(6));
    let app = TestApp::start(&world, false).await;
    let mut first = watch(&app).await;
    let bare = format!("{} end", content(0..30));
    assert_eq!(short(&first.reload().await), bare);
    let waited = Duration::from_secs(4)..Duration::from_secs(7);
    assert!(waited.contains(&first.slowest), "{:?}", first.slowest);
    let with_ads = format!("{POD} {bare}");
    let mut last = String::new();
    for _ in 0..30 {
        last = short(&watch(&app).await.reload().await);
        if last == with_ads {
            break;
        }
    }
    assert_eq!(last, with_ads);
    assert_eq!(short(&first.reload().await), bare);
    let rows = app.stop("decisions").await;
    let filled = rows.iter().find(|row| row["eventType"] == "FILLED_AVAIL").unwrap();
    assert_eq!(filled["avail"]["skippedAds"][0]["skippedReason"], "TRANSCODE_IN_PROGRESS");
}
