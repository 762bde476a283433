//! What players' clients speak: sessions, tracking, refusals.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};

use crate::support::{app::TestApp, viewer::Viewer, world::World};

async fn json(answer: reqwest::Response) -> Value {
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

/// A POST as its body is, with and without what clients leave out.
async fn post(app: &TestApp, path: &str, body: Option<&'static str>) -> reqwest::Response {
    let request = reqwest::Client::new().post(format!("http://{}{path}", app.address));
    match body {
        Some(body) => request.body(body),
        None => request,
    }
    .send()
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_explicit_session_is_opened_played_and_tracked() {
    let world = World::start().await;
    let app = TestApp::start(&world, true).await;
    let path = "/v1/session/news/main.m3u8";
    let bare = json(post(&app, path, None).await).await;
    let opened = json(post(&app, path, Some(OPENING)).await).await;
    assert_ne!(bare, opened);
    let tracking = opened["trackingUrl"].as_str().unwrap();
    let session = tracking.strip_prefix("/v1/tracking/news/").unwrap().to_owned();
    let manifest = format!("/v1/master/news/main.m3u8?aws.sessionId={session}");
    let expected = json!({ "manifestUrl": manifest, "trackingUrl": tracking });
    assert_eq!(opened, expected);

    let mut viewer = Viewer::of(&format!("http://{}{manifest}", app.address)).await;
    assert_eq!(viewer.session, session);
    viewer.reload().await;
    let url = format!("http://{}{tracking}", app.address);
    let nothing = json(reqwest::get(&url).await.unwrap()).await;
    assert_eq!(nothing["avails"], json!([]));
    world.schedule(2, 7);
    while viewer.ads() < 6 {
        viewer.watch(Duration::from_millis(500)).await;
    }
    let document = json(reqwest::get(&url).await.unwrap()).await;
    let avail = &document["avails"][0];
    assert_eq!(document["avails"].as_array().map(Vec::len), Some(1));
    let ads = avail["ads"].as_array().unwrap();
    let told: Vec<_> =
        ads.iter().map(|ad| [&ad["vastAdId"], &ad["duration"]].map(Value::to_string)).collect();
    assert_eq!(told, ["ad1", "ad2"].map(|ad| [format!("\"{ad}\""), "\"PT6.0S\"".into()]));
    assert_eq!(avail["durationInSeconds"], json!(14.0));
    let start = |of: &Value| of["startTimeInSeconds"].as_f64().unwrap();
    assert!(
        (start(&ads[1]) - start(&ads[0]) - 6.0).abs() < 0.001 && start(avail) == start(&ads[0])
    );
    // The player reports: it is given every URL, and the service sends none.
    let told = events(&ads[0]);
    assert_eq!(
        told,
        [
            "impression impression 6.0 +0",
            "start start 0.0 +0",
            "firstQuartile firstQuartile 0.0 +0",
            "midpoint midpoint 0.0 +1",
            "thirdQuartile thirdQuartile 0.0 +2",
            "complete complete 0.0 +2",
        ]
    );
    signalled(&viewer, &document).await;
    read_page_by_page(&app, tracking, &document).await;
    report(&app, tracking, ads[0]["adId"].as_str().unwrap()).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(world.events(&session), []);
    let rows = app.stop("beacons").await;
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().unwrap_or("-").to_owned();
            let words = ["event", "source", "outcome", "ad_id"].map(text);
            let url = text("url");
            format!("{} {}", words.join(" "), url.contains("/sink/"))
        })
        .collect();
    assert_eq!(rows, ["midpoint client sent ad1 true", "pause client sent ad1 false"]);
}

const OPENING: &str = r#"{"adsParams":{"device":"test"},"adSignaling":{"enabled":"true"}}"#;

/// Every rendition's playlist says of each ad what the document says.
async fn signalled(viewer: &Viewer, document: &Value) {
    let mut told = Vec::new();
    for rendition in 0..3 {
        let text = viewer.other(rendition).await;
        let lines = text.lines().filter(|line| line.starts_with("#EXT-X-DATERANGE:"));
        told.push(lines.map(ToOwned::to_owned).collect::<Vec<_>>());
    }
    assert_eq!((&told[0], &told[0]), (&told[1], &told[2]));
    let avail = &document["avails"][0];
    for (index, (line, ad)) in told[0].iter().zip(avail["ads"].as_array().unwrap()).enumerate() {
        let (line, signal) = line.split_once(",X-AD-CREATIVE-SIGNALING=\"").unwrap();
        let expected = format!(
            "#EXT-X-DATERANGE:ID=\"{}-{index}\",CLASS=\"urn:svta:advertising-wg:ad-creative-signaling\",\
             START-DATE=\"{}\",DURATION=6.0",
            avail["availId"].as_str().unwrap(),
            ad["adProgramDateTime"].as_str().unwrap(),
        );
        assert_eq!(line, expected);
        let signal = BASE64.decode(signal.trim_end_matches('"')).unwrap();
        let tracking = ad["trackingEvents"].as_array().unwrap().iter();
        let tracking = tracking
            .map(|event| json!({ "type": event["eventType"], "urls": event["beaconUrls"] }));
        let ids = json!([{ "scheme": "test", "value": ad["vastAdId"] }]);
        let slot = json!({
            "type": "linear",
            "start": 0.0,
            "duration": 6.0,
            "identifiers": ids,
            "tracking": tracking.collect::<Value>(),
        });
        let envelope: Value = serde_json::from_slice(&signal).unwrap();
        assert_eq!(envelope, json!({ "version": 1, "type": "slot", "payload": [slot] }));
    }
    assert_eq!(told[0].len(), 2);
}

/// Its events as `name path length segment`, the segment from the ad's first.
fn events(ad: &Value) -> Vec<String> {
    let number = |of: &Value, key: &str| -> u64 { of[key].as_str().unwrap().parse().unwrap() };
    let describe = |event: &Value| {
        let url = event["beaconUrls"][0].as_str().unwrap();
        let path = url.split('?').next().unwrap().rsplit('/').next().unwrap();
        let (name, length) = (event["eventType"].as_str().unwrap(), &event["durationInSeconds"]);
        let segment = number(event, "eventId") - number(ad, "adId");
        format!("{name} {path} {length} +{segment}")
    };
    ad["trackingEvents"].as_array().unwrap().iter().map(describe).collect()
}

/// The same ads, then nothing new and the same token.
async fn read_page_by_page(app: &TestApp, tracking: &str, document: &Value) {
    let ids = |of: &Value| -> Vec<String> {
        let avails = of["avails"].as_array().unwrap().iter();
        let ads = avails.flat_map(|avail| avail["ads"].as_array().unwrap().clone());
        ads.map(|ad| ad["adId"].as_str().unwrap().to_owned()).collect()
    };
    let page = json(post(app, tracking, Some("{}")).await).await;
    assert_eq!(ids(&page), ids(document));
    let token = page["nextToken"].as_str().unwrap().to_owned();
    let body: &'static str = format!("{{\"NextToken\":\"{token}\"}}").leak();
    let next = json(post(app, tracking, Some(body)).await).await;
    assert_eq!((next["avails"].clone(), next["nextToken"].as_str()), (json!([]), Some(&*token)));
    let refused = post(app, tracking, Some(r#"{"NextToken":"bm9uc2Vuc2U="}"#)).await;
    assert_eq!(refused.status(), 400);
}

async fn report(app: &TestApp, tracking: &str, ad: &str) {
    let path = format!("{tracking}/events");
    let body: &'static str = format!(
        r#"{{"events":[{{"eventType":"midpoint","adId":"{ad}"}},{{"eventType":"pause","adId":"{ad}"}},
            {{"eventType":"pause","adId":"1"}},{{"eventType":"guess","adId":"{ad}"}}]}}"#
    )
    .leak();
    let answer = json(post(app, &path, Some(body)).await).await;
    let refused = json!([
        { "index": 2, "message": "the session has no such ad" },
        { "index": 3, "message": "no event is named so" },
    ]);
    assert_eq!(answer, json!({ "accepted": 2, "refused": refused }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_reported_session_is_told_of_events_without_their_urls() {
    let world = World::start().await;
    let app = TestApp::start(&world, true).await;
    let mode = r#"{"reportingMode":"server"}"#;
    let opened = json(post(&app, "/v1/session/news/main.m3u8", Some(mode)).await).await;
    let manifest = opened["manifestUrl"].as_str().unwrap();
    let mut viewer = Viewer::of(&format!("http://{}{manifest}", app.address)).await;
    viewer.reload().await;
    world.schedule(2, 7);
    while viewer.ads() < 1 {
        viewer.watch(Duration::from_millis(500)).await;
    }
    let url = format!("http://{}{}", app.address, opened["trackingUrl"].as_str().unwrap());
    let document = json(reqwest::get(&url).await.unwrap()).await;
    let events = document["avails"][0]["ads"][0]["trackingEvents"].as_array().unwrap();
    assert_eq!(events.len(), 6);
    assert!(events.iter().all(|event| event["beaconUrls"] == json!([])), "{events:?}");
    let (tracking, ad) =
        (opened["trackingUrl"].as_str().unwrap(), &document["avails"][0]["ads"][0]);
    report_what_the_service_reports(&app, tracking, ad["adId"].as_str().unwrap()).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!world.events(&viewer.session).is_empty());
    let bad = post(&app, "/v1/session/news/main.m3u8", Some(r#"{"reportingMode":"both"}"#)).await;
    assert_eq!(bad.status(), 400);
    let rows = app.stop("beacons").await;
    let of_players = rows.iter().filter(|row| row["source"] == "client");
    let events: Vec<_> = of_players.map(|row| row["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["mute"]);
}

/// What only the player knows is taken, what the service counts is not.
async fn report_what_the_service_reports(app: &TestApp, tracking: &str, ad: &str) {
    let events = ["impression", "complete", "mute", "error", "breakStart"];
    let events: Vec<_> =
        events.iter().map(|event| json!({ "eventType": event, "adId": ad })).collect();
    let body: &'static str = json!({ "events": events }).to_string().leak();
    let answer = json(post(app, &format!("{tracking}/events"), Some(body)).await).await;
    let message = "the service itself reports that event in this session";
    let refused: Vec<_> =
        [0, 1, 3, 4].iter().map(|at| json!({ "index": at, "message": message })).collect();
    assert_eq!(answer, json!({ "accepted": 1, "refused": refused }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_playlist_is_as_long_as_the_file_allows() {
    let world = World::start().await;
    // The origin lists eight segments.
    for (segments, status) in [(7, 504), (8, 200)] {
        let app =
            TestApp::start_with(&world, false, &format!("[limits]\nsegments = {segments}\n")).await;
        let opened = json(post(&app, "/v1/session/news/main.m3u8", None).await).await;
        let master = format!("http://{}{}", app.address, opened["manifestUrl"].as_str().unwrap());
        let master = reqwest::get(master).await.unwrap();
        let base = master.url().clone();
        let text = master.text().await.unwrap();
        let line = text.lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap();
        let playlist = reqwest::get(base.join(line).unwrap()).await.unwrap();
        assert_eq!(playlist.status(), status, "{segments}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_say_what_and_which() {
    let world = World::start().await;
    let app = TestApp::start(&world, false).await;
    let unknown = "00000000-0000-0000-0000-000000000000";
    let mut told = String::new();
    for path in [
        "/v1/master/nobody/main.m3u8".to_owned(),
        "/v1/master/news/video.m3u8".to_owned(),
        "/v1/master/news/main.m3u8?aws.sessionId=nonsense".to_owned(),
        format!("/v1/manifest/news/{unknown}/0.m3u8"),
        format!("/v1/tracking/news/{unknown}"),
        format!("/v1/manifest/news/{unknown}/ad/1/0/0/forged.ts"),
        "/nothing".to_owned(),
        // What the framework would refuse.
        format!("/v1/manifest/news/{unknown}/ad/1/x/y/forged.ts"),
        "/v1/manifest/news/%ff/0.m3u8".to_owned(),
        "DELETE /v1/master/news/main.m3u8".to_owned(),
        "LARGE /v1/session/news/main.m3u8".to_owned(),
    ] {
        let client = reqwest::Client::new();
        let url = |path: &str| format!("http://{}{path}", app.address);
        let request = match path.split_once(' ') {
            Some(("DELETE", path)) => client.delete(url(path)),
            Some((_, path)) => client.post(url(path)).body(vec![b' '; 3 << 20]),
            None => client.get(url(&path)),
        };
        let answer = request.send().await.unwrap();
        let kind = answer.headers().get("x-amzn-errortype").cloned().unwrap();
        let (status, kind) = (answer.status().as_u16(), kind.to_str().unwrap().to_owned());
        let cors = answer.headers().get("access-control-allow-origin").cloned();
        assert_eq!(cors.unwrap(), "*", "{path}");
        told += &format!("{status} {kind} {}\n", json(answer).await["message"].as_str().unwrap());
    }
    let told = told.replace(&world.address.to_string(), "ORIGIN");
    insta::assert_snapshot!(told, @"
    400 BadRequestException no playback configuration is named `nobody`
    502 UnsupportedManifestException origin: is a media playlist, a multivariant playlist was expected (line 3)
    400 BadRequestException `nonsense` is no session
    400 BadRequestException no session `00000000-0000-0000-0000-000000000000`: it has expired, or began elsewhere
    400 BadRequestException no session `00000000-0000-0000-0000-000000000000`: it has expired, or began elsewhere
    404 NotFoundException this is no ad segment's address
    404 NotFoundException there is nothing at `/nothing`
    404 NotFoundException this is no ad segment's address
    404 NotFoundException there is nothing at `/v1/manifest/news/%ff/0.m3u8`
    405 BadRequestException `DELETE` is of no use at `/v1/master/news/main.m3u8`
    413 BadRequestException the body is larger than 2097152 bytes, which is the limit
    ");
}
