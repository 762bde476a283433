use std::net::SocketAddr;

use serde_json::json;

use super::*;
use crate::units::ProgramTime;

/// A demo on a port of its own at noon; its decision log has one row for every session.
async fn demo() -> String {
    let noon = ProgramTime::parse("2026-03-01T12:00:07Z").unwrap();
    let (clock, _hand) = Clock::by_hand(noon);
    let listener =
        tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let decisions: Decisions = Arc::new(|session| vec![json!({ "session_id": session })]);
    let router = router(Demo::new(&base, clock, decisions));
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}

/// Status, content type, caching, allowed origin, and the start of the text.
async fn get(base: &str, path: &str) -> String {
    let answer = reqwest::get(format!("{base}{path}")).await.unwrap();
    let header = |name| answer.headers().get(name).map_or("-", |value| value.to_str().unwrap());
    let head =
        ["content-type", "cache-control", "access-control-allow-origin"].map(header).join("; ");
    let status = answer.status().as_u16();
    let body = String::from_utf8_lossy(&answer.bytes().await.unwrap()).replace(base, "{base}");
    format!("{status}; {head}\n{}", body.chars().take(120).collect::<String>())
}

#[tokio::test]
async fn each_path_answers_with_its_kind_and_caching() {
    let base = demo().await;
    let paths = [
        "/demo/live/main.m3u8",
        "/demo/live/v0.m3u8",
        "/demo/live/v0/1027440.ts",
        "/demo/live/v0/9027440.ts",
        "/demo/media/slate/a0.m3u8",
        "/demo/media/..%2Fpage.rs",
        "/demo/ads/vast?sid=a&dur=30.0",
        "/demo/ads/answers/empty.xml",
        "/demo/decisions?session=0f8fad5b-d9cb-469f-a165-70867728950e",
        "/demo/decisions?session=me",
    ];
    let mut answers = String::new();
    for path in paths {
        let answer = get(&base, path).await;
        let brief: String =
            answer.chars().filter(|c| c.is_ascii_graphic() || *c == ' ' || *c == '\n').collect();
        answers += &format!("{path}\n{brief}\n\n");
    }
    insta::assert_snapshot!(answers, @r#"
    /demo/live/main.m3u8
    200; application/vnd.apple.mpegurl; no-store; *
    #EXTM3U
    #EXT-X-VERSION:6
    #EXT-X-INDEPENDENT-SEGMENTS
    #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="English",LANGUAGE="e

    /demo/live/v0.m3u8
    200; application/vnd.apple.mpegurl; no-store; *
    #EXTM3U
    #EXT-X-VERSION:6
    #EXT-X-TARGETDURATION:6
    #EXT-X-MEDIA-SEQUENCE:1028151
    #EXT-X-DISCONTINUITY-SEQUENCE:42839
    #EXT-

    /demo/live/v0/1027440.ts
    200; video/mp2t; public, max-age=31536000, immutable; *
    G@B%HFFmpegService01w|C

    /demo/live/v0/9027440.ts
    404; -; -; *


    /demo/media/slate/a0.m3u8
    200; application/vnd.apple.mpegurl; public, max-age=31536000, immutable; *
    #EXTM3U
    #EXT-X-VERSION:6
    #EXT-X-TARGETDURATION:1
    #EXT-X-MEDIA-SEQUENCE:0
    #EXT-X-PLAYLIST-TYPE:VOD
    #EXT-X-INDEPENDENT-SEG

    /demo/media/..%2Fpage.rs
    404; -; -; *


    /demo/ads/vast?sid=a&dur=30.0
    200; application/xml; charset=utf-8; no-store; *
    <?xml version="1.0" encoding="UTF-8"?>
    <VAST version="4.2" xmlns="http://www.iab.com/VAST">
      <Ad id="aurora-coffee-15" 

    /demo/ads/answers/empty.xml
    200; application/xml; charset=utf-8; no-store; *
    <?xml version="1.0" encoding="UTF-8"?>
    <VAST version="4.2" xmlns="http://www.iab.com/VAST"/>


    /demo/decisions?session=0f8fad5b-d9cb-469f-a165-70867728950e
    200; application/json; -; *
    [{"session_id":"0f8fad5b-d9cb-469f-a165-70867728950e"}]

    /demo/decisions?session=me
    400; text/plain; charset=utf-8; -; *
    expected a session id of 32 hex digits, as in `0f8fad5b-d9cb-469f-a165-70867728950e`
    "#);
}

#[tokio::test]
async fn the_sink_lists_a_sessions_beacons_in_order() {
    let base = demo().await;
    let client = reqwest::Client::new();
    for (event, sid) in [("impression", "a"), ("start", "b"), ("start", "a")] {
        let url = format!("{base}/demo/sink/{event}?sid={sid}&ad=fjord-bikes");
        let request =
            client.post(url).header("user-agent", "A TV").header("x-midroll-beacon-id", event);
        assert_eq!(request.send().await.unwrap().status(), 204);
    }
    let listed = reqwest::get(format!("{base}/demo/sink?sid=a")).await.unwrap();
    let hits: Value = serde_json::from_slice(&listed.bytes().await.unwrap()).unwrap();
    let hit = |event: &str| {
        json!({
            "time": "2026-03-01T12:00:07.000Z", "event": event,
            "query": { "ad": "fjord-bikes", "sid": "a" },
            "beacon_id": event, "user_agent": "A TV", "forwarded_for": null,
        })
    };
    assert_eq!(hits, json!([hit("impression"), hit("start")]));
}

#[tokio::test]
async fn the_page_has_all_its_parts() {
    let base = demo().await;
    let index = reqwest::get(&base).await.unwrap().text().await.unwrap();
    assert!(index.contains("/demo/page/page.js") && index.contains("/demo/page/page.css"));
    for file in
        ["page.css", "page.js", "player.js", "session.js", "stalls.js", "timeline.js", "panels.js"]
    {
        let answer = reqwest::get(format!("{base}/demo/page/{file}")).await.unwrap();
        assert_eq!(answer.status(), 200, "{file}");
    }
    let other = reqwest::get(format!("{base}/demo/page/package.json")).await.unwrap();
    assert_eq!(other.status(), 404);
}

#[test]
fn every_file_of_the_media_is_in_the_binary() {
    let on_disk = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/demo/media");
    let mut folders = vec![on_disk.clone()];
    let mut files = vec![];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path.strip_prefix(&on_disk).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    files.sort();
    let mut embedded: Vec<String> = media::names().map(Into::into).collect();
    embedded.sort();
    assert_eq!(embedded, files);
}

#[test]
fn the_configuration_names_the_demos_own_paths() {
    let ours = configuration("http://127.0.0.1:8080/").unwrap();
    assert_eq!(ours.video_content_source_url.as_str(), "http://127.0.0.1:8080/demo");
    assert_eq!(
        ours.ad_decision_server_url.as_deref(),
        Some(
            "http://127.0.0.1:8080/demo/ads/vast?sid=[session.uuid]&dur=[session.avail_duration_secs]"
        )
    );
}
