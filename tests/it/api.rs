//! What players' clients speak: sessions, tracking, refusals.

use std::time::Duration;

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
    let opened = json(post(&app, path, Some(r#"{"adsParams":{"device":"test"}}"#)).await).await;
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
    let told: Vec<_> = ads
        .iter()
        .map(|ad| [&ad["vastAdId"], &ad["duration"], &ad["trackingEvents"]].map(Value::to_string))
        .collect();
    // Reported by the server: no beacon URLs. Lists are never null.
    assert_eq!(
        told,
        ["ad1", "ad2"].map(|ad| [format!("\"{ad}\""), "\"PT6.0S\"".into(), "[]".into()])
    );
    assert_eq!(avail["durationInSeconds"], json!(14.0));
    let start = |of: &Value| of["startTimeInSeconds"].as_f64().unwrap();
    assert!(
        (start(&ads[1]) - start(&ads[0]) - 6.0).abs() < 0.001 && start(avail) == start(&ads[0])
    );
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
    ] {
        let answer = reqwest::get(format!("http://{}{path}", app.address)).await.unwrap();
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
    ");
}
