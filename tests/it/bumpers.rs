//! Clips before and after the ads of a break.

use std::{sync::atomic::Ordering, time::Duration};

use serde_json::Value;

use crate::support::{
    app::TestApp,
    viewer::Viewer,
    world::{Manners, World},
};

/// The first is the slate's media, four segments of a second; the last an ad's, three of two.
fn bumpers(world: &World) -> String {
    let base = format!("http://{}/ads", world.address);
    format!(
        "[playback_configuration.bumper]\nstart_url = \"{base}/slate/main.m3u8\"\n\
         end_url = \"{base}/out/main.m3u8\"\n"
    )
}

/// What stands in the picture, runs of ad segments by their number.
fn runs(viewer: &Viewer) -> Vec<usize> {
    let ads: Vec<_> = viewer.seen.values().map(|address| address.contains("/ad/")).collect();
    ads.split(|ad| !ad).map(<[bool]>::len).filter(|length| *length > 0).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_break_s_ads_stand_between_its_bumpers_which_nobody_counts() {
    let world = World::start().await;
    let app = TestApp::start_with(&world, false, &bumpers(&world)).await;
    let mut viewer = Viewer::join(app.address).await;
    viewer.reload().await;
    world.schedule(3, 8);
    viewer.watch(Duration::from_secs(26)).await;
    // Of 16 s four go before and six behind: one ad of six fits.
    assert_eq!(runs(&viewer), [10]);
    let events = world.events(&viewer.session);
    assert_eq!(events.len(), 6, "{events:?}");
    assert!(events.iter().all(|(ad, _)| ad == "ad1"), "{events:?}");
    let rows = app.stop("decisions").await;
    let ended = &rows.iter().find(|row| row["eventType"] == "AVAIL_ENDED").unwrap()["avail"];
    assert_eq!(ended["publishedSeconds"], 6.0, "{ended:#}");
    assert_eq!(ended["bumperSeconds"], 10.0, "{ended:#}");
    let unfilled: Vec<_> = ended["unfilled"].as_array().unwrap().iter().collect();
    assert_eq!(unfilled.len(), 1, "{ended:#}");
    assert_eq!(unfilled[0]["reason"], "BUMPER", "{ended:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_s_mid_and_post_rolls_have_them_and_its_pre_roll_has_not() {
    let world = World::start().await;
    *world.manners.lock().unwrap() = Manners::Plan(Duration::ZERO);
    let app = TestApp::start_with(&world, false, &bumpers(&world)).await;
    let url = format!("http://{}/v1/master/news/film/main.m3u8", app.address);
    let mut viewer = Viewer::of(&url).await;
    viewer.plays = false;
    viewer.reload().await;
    assert_eq!(runs(&viewer), [6, 13, 13]);
    assert_eq!(world.asked.load(Ordering::Relaxed), 1);
    let rows = app.stop("decisions").await;
    let filled = rows.iter().filter(|row| row["eventType"] == "FILLED_AVAIL");
    let ads: Vec<Option<u64>> = filled.map(|row: &Value| row["avail"]["numAds"].as_u64()).collect();
    assert_eq!(ads, [Some(2); 3]);
}
