//! Ads and slate that come as files.

use std::{collections::BTreeSet, time::Duration};

use crate::support::{
    app::TestApp,
    studio::{CHANNEL, Studio},
    viewer::Viewer,
    world::World,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_advertisers_file_is_made_in_one_break_and_shown_in_the_next() {
    let studio = Studio::open().await;
    let world = World::start().await;
    world.show(&studio, CHANNEL);
    // A look and the file take longer than the first break lasts, so that it has to go without; the
    // host is not yet taken for silent.
    world.deliver_after(Duration::from_secs(8));
    let slate = format!("http://{}/files/slate.mp4", world.address);
    let app = TestApp::with_slate(&world, Some(&slate)).await;
    let mut viewer = Viewer::join(app.address).await;
    viewer.reload().await;
    until_ready(&app, &mut viewer, "slate.mp4").await;
    world.schedule(2, 6);
    viewer.watch(Duration::from_secs(20)).await;
    let slates = kinds(&viewer);
    assert_eq!(slates.len(), 1, "slate alone: {slates:?}");
    until_ready(&app, &mut viewer, "ad.mp4").await;
    world.schedule(2, 6);
    viewer.watch(Duration::from_secs(20)).await;
    // Two ads of one file: one creative, in three segments each.
    assert_eq!(kinds(&viewer).len(), 2, "slate and ad: {:?}", kinds(&viewer));
    let ad = viewer.seen.values().rev().find(|address| address.contains("/ad/")).unwrap();
    let answer = reqwest::get(ad).await.unwrap();
    let header = |name| answer.headers()[name].to_str().unwrap().to_owned();
    let told = ["content-type", "cache-control", "access-control-allow-origin"].map(header);
    assert_eq!(told, ["video/mp2t", "public, max-age=31536000, immutable", "*"]);
    assert!(answer.url().path().starts_with("/v1/creative/"), "{}", answer.url());
    let bytes = answer.bytes().await.unwrap();
    assert!(bytes.len() % 188 == 0 && bytes[0] == 0x47, "{} bytes", bytes.len());
    let rows = app.stop("decisions").await;
    let reasons: Vec<_> = rows
        .iter()
        .filter(|row| row["eventType"] == "FILLED_AVAIL")
        .map(|row| {
            row["avail"]["skippedAds"].as_array().map_or(0, Vec::len).to_string() + reason(row)
        })
        .collect();
    assert_eq!(reasons, ["0", "0"]);
    let skipped = rows.iter().filter(|row| row["eventType"] == "ADS_SKIPPED");
    let skipped: Vec<_> = skipped.map(reason).collect();
    assert_eq!(skipped, ["TRANSCODE_IN_PROGRESS"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_advertisers_file_is_shown_in_the_break_that_it_is_made_in() {
    let studio = Studio::open().await;
    let world = World::start().await;
    world.show(&studio, CHANNEL);
    // Longer than playlists wait.
    world.deliver_after(Duration::from_secs(4));
    let app = TestApp::start(&world, false).await;
    let mut viewer = Viewer::join(app.address).await;
    // The channel's profile is read before.
    viewer.watch(Duration::from_secs(10)).await;
    world.schedule(2, 30);
    viewer.watch(Duration::from_secs(50)).await;
    assert_eq!(kinds(&viewer).len(), 1, "{:?}", viewer.seen);
    assert_eq!(viewer.ads(), 6, "{:?}", viewer.seen);
    let rows = app.stop("decisions").await;
    assert!(rows.iter().all(|row| reason(row) != "TRANSCODE_IN_PROGRESS"), "{rows:#?}");
    assert!(world.events(&viewer.session).contains(&("ad1".to_owned(), "complete".to_owned())));
}

fn reason(row: &serde_json::Value) -> &str {
    row["avail"]["skippedAds"][0]["skippedReason"].as_str().unwrap_or_default()
}

/// Watches until a file has been made, which takes as long as the machine needs.
async fn until_ready(app: &TestApp, viewer: &mut Viewer, name: &str) {
    let mut told = serde_json::Value::Null;
    for _ in 0..600 {
        viewer.watch(Duration::from_millis(500)).await;
        let answer = reqwest::get(format!("http://{}/creatives", app.admin)).await.unwrap();
        told = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        let all = told["creatives"].as_array().unwrap();
        let own = all.iter().find(|one| one["source"].as_str().unwrap().ends_with(name));
        if own.is_some_and(|one| one["state"] == "ready") {
            // Whoever waits for it hears of it a moment later.
            return viewer.watch(Duration::from_secs(1)).await;
        }
    }
    panic!("{name} was not made: {told:#}");
}

/// Which creatives were shown: each has a folder of its own.
fn kinds(viewer: &Viewer) -> BTreeSet<String> {
    let links = viewer.seen.values().filter_map(|address| address.split("/ad/").nth(1));
    links.map(|link| creative(link.rsplit('/').next().unwrap())).collect()
}

/// The creative's name in a link, which is its signature and its address.
fn creative(link: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let encoded = link.split('.').next().unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(encoded).unwrap();
    let address = String::from_utf8_lossy(&bytes[12..]).into_owned();
    address.split('/').nth(1).unwrap_or_default().to_owned()
}
