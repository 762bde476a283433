//! The control API beside players. Its clients are tried by `tests/control`.

use serde_json::{Value, json};

use crate::support::{app::TestApp, viewer::Viewer, world::World};

/// Status and answer.
async fn ask(app: &TestApp, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let url = format!("http://{}{path}", app.admin);
    let request = reqwest::Client::new().request(method.parse().unwrap(), url);
    let body = body.map_or_else(String::new, |body| body.to_string());
    let answer = request.body(body).send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

fn sport(world: &World) -> Value {
    json!({ "Name": "sport", "VideoContentSourceUrl": format!("http://{}/live", world.address) })
}

async fn join(app: &TestApp) -> reqwest::Response {
    reqwest::get(format!("http://{}/v1/master/sport/main.m3u8", app.address)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_is_in_effect_when_it_is_answered() {
    let world = World::start().await;
    let app = TestApp::start(&world, false).await;
    assert_eq!(join(&app).await.status(), 400);
    let (status, answer) = ask(&app, "PUT", "/playbackConfiguration", Some(sport(&world))).await;
    assert_eq!(status, 200);
    let players = format!("http://127.0.0.1:{}", app.address.port());
    let mut expected = sport(&world);
    for (name, value) in [
        (
            "PlaybackConfigurationArn",
            json!("arn:aws:mediatailor:midroll:000000000000:playbackConfiguration/sport"),
        ),
        ("PlaybackEndpointPrefix", json!(players)),
        ("SessionInitializationEndpointPrefix", json!(format!("{players}/v1/session/sport/"))),
        (
            "HlsConfiguration",
            json!({ "ManifestEndpointPrefix": format!("{players}/v1/master/sport/") }),
        ),
        ("tags", json!({})),
    ] {
        expected[name] = value;
    }
    assert_eq!(answer, expected);
    let master = answer["HlsConfiguration"]["ManifestEndpointPrefix"].as_str().unwrap();
    let mut viewer = Viewer::of(&format!("{master}main.m3u8")).await;
    viewer.reload().await;

    // Who is watching goes on when it is changed, and when it is gone.
    let mut changed = sport(&world);
    changed["AdsEnabled"] = json!(false);
    assert_eq!(ask(&app, "PUT", "/playbackConfiguration", Some(changed)).await.0, 200);
    viewer.reload().await;
    assert_eq!(ask(&app, "DELETE", "/playbackConfiguration/sport", None).await.0, 204);
    viewer.reload().await;
    assert_eq!(join(&app).await.status(), 400);
    let gone = ask(&app, "GET", "/playbackConfiguration/sport", None).await;
    let message = "there is no playback configuration `sport`";
    assert_eq!(gone, (404, json!({ "message": message, "Message": message })));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_come_from_here_needs_a_key_pair() {
    let world = World::start().await;
    let app = TestApp::start(&world, false).await;
    let of = |host: &'static str| {
        let url = format!("http://{}/playbackConfigurations", app.admin);
        let request = reqwest::Client::new().get(url).header("host", host);
        async move { request.send().await.unwrap() }
    };
    assert_eq!(of("localhost").await.status(), 200);
    let refused = of("rebound.example").await;
    assert_eq!(refused.status(), 403);
    assert_eq!(refused.headers()["x-amzn-errortype"], "AccessDeniedException");
    // Health and metrics are for everybody.
    let metrics = format!("http://{}/metrics", app.admin);
    let metrics = reqwest::Client::new().get(metrics).header("host", "rebound.example");
    assert_eq!(metrics.send().await.unwrap().status(), 200);
}
