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
async fn the_header_names_what_is_not_in_effect_and_nothing_else() {
    let world = World::start().await;
    let app = TestApp::start(&world, false).await;
    let mut put = sport(&world);
    // One field without effect, one in effect that has a slip.
    put["TranscodeProfileName"] = json!("hd");
    put["AdDecisionServerUrl"] =
        format!("http://{}/vast?a=[session.usr_agent]", world.address).into();
    let url = format!("http://{}/playbackConfiguration", app.admin);
    let request = reqwest::Client::new().put(url).body(put.to_string());
    let answer = request.send().await.unwrap();
    let named = answer.headers().get("x-midroll-not-in-effect").cloned();
    let text = answer.text().await.unwrap();
    assert_eq!(named.expect(&text), "TranscodeProfileName");
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(answer["Warnings"].as_array().unwrap().len(), 2, "{answer:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_come_from_here_needs_a_key_pair() {
    let world = World::start().await;
    let app = TestApp::start(&world, false).await;
    let of = |path: &str, host: &'static str| {
        let url = format!("http://{}{path}", app.admin);
        let request = reqwest::Client::new().get(url).header("host", host);
        async move { request.send().await.unwrap() }
    };
    for path in ["/playbackConfigurations", "/creatives"] {
        assert_eq!(of(path, "localhost").await.status(), 200, "{path}");
        let refused = of(path, "rebound.example").await;
        assert_eq!(refused.status(), 403, "{path}");
        assert_eq!(refused.headers()["x-amzn-errortype"], "AccessDeniedException");
    }
    // Health and metrics are for everybody.
    assert_eq!(of("/metrics", "rebound.example").await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_a_key_pair_nothing_is_told_unsigned() {
    let world = World::start().await;
    let pair =
        "[control_api]\naccess_key_id = \"AKIATEST\"\nsecret_access_key = \"a secret of a test\"\n";
    let app = TestApp::start_with(&world, false, pair).await;
    for (path, status) in
        [("/playbackConfigurations", 403), ("/creatives", 403), ("/metrics", 200), ("/live", 200)]
    {
        assert_eq!(ask(&app, "GET", path, None).await.0, status, "{path}");
    }
}

/// Who is not known is told so before he has sent what he announced.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_unknown_is_waited_for() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let world = World::start().await;
    let pair =
        "[control_api]\naccess_key_id = \"AKIATEST\"\nsecret_access_key = \"a secret of a test\"\n";
    let app = TestApp::start_with(&world, false, pair).await;
    let mut link = tokio::net::TcpStream::connect(app.admin).await.unwrap();
    let scope = "AKIAOTHER/20261125/any/mediatailor/aws4_request";
    let head = format!(
        "PUT /playbackConfiguration HTTP/1.1\r\nHost: {}\r\nContent-Length: 1000000\r\n\
         X-Amz-Date: 20261125T150000Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential={scope}, \
         SignedHeaders=host;x-amz-date, Signature=00\r\n\r\n{{",
        app.admin
    );
    link.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 512];
    let soon = std::time::Duration::from_secs(5);
    let read =
        tokio::time::timeout(soon, link.read(&mut answer)).await.expect("an answer").unwrap();
    let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert!(answer.contains("UnrecognizedClientException"), "{answer}");
}
