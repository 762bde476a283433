//! What answers over HTTP say of themselves, and subtitles through a break.

use std::{io::Read as _, time::Duration};

use reqwest::{Client, Response, Url, header};

use crate::support::{
    app::TestApp,
    world::{LADDER, World},
};

fn client() -> Client {
    let none = reqwest::redirect::Policy::none();
    Client::builder().no_proxy().no_gzip().redirect(none).build().unwrap()
}

fn said(answer: &Response, name: header::HeaderName) -> &str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// The session's playlists in the order of its multivariant playlist, and that text.
async fn open(client: &Client, app: &TestApp) -> (String, Vec<Url>) {
    let address = format!("http://{}/v1/master/news/main.m3u8", app.address);
    let answer = client.get(&address).send().await.unwrap();
    assert_eq!(said(&answer, header::CONTENT_TYPE), "application/vnd.apple.mpegurl");
    assert_eq!(said(&answer, header::CACHE_CONTROL), "private, no-store");
    let base = answer.url().clone();
    let text = answer.text().await.unwrap();
    let names = text.split(['"', '\n']).filter(|part| part.ends_with(".m3u8"));
    let playlists = names.map(|name| base.join(name).unwrap()).collect();
    (text, playlists)
}

#[tokio::test(flavor = "multi_thread")]
async fn playlists_are_hls_for_one_viewer_and_compressed_when_asked() {
    let world = World::start().await;
    let app = TestApp::start(&world, false).await;
    let client = client();
    let (text, playlists) = open(&client, &app).await;
    assert!(!text.contains("DEFINE"), "{text}");
    for gzip in [false, true] {
        let ask = client.get(playlists[2].clone());
        let ask = if gzip { ask.header(header::ACCEPT_ENCODING, "gzip") } else { ask };
        let answer = ask.send().await.unwrap();
        assert_eq!(said(&answer, header::CONTENT_TYPE), "application/vnd.apple.mpegurl");
        assert_eq!(said(&answer, header::CACHE_CONTROL), "private, no-store");
        assert_eq!(said(&answer, header::VARY), "accept-encoding");
        assert_eq!(said(&answer, header::ETAG), "");
        assert_eq!(said(&answer, header::CONTENT_ENCODING), if gzip { "gzip" } else { "" });
        let body = answer.bytes().await.unwrap();
        let mut text = String::new();
        match gzip {
            true => flate2::read::GzDecoder::new(&body[..]).read_to_string(&mut text).unwrap(),
            false => body.as_ref().read_to_string(&mut text).unwrap(),
        };
        assert!(text.starts_with("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:"), "{text}");
        // The variable is the multivariant playlist's.
        let place = format!("http://{}/live/media/v-", world.address);
        assert!(text.lines().any(|line| line.starts_with(&place)), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn subtitles_go_through_a_break_as_blank_files_with_a_clock() {
    let world = World::start().await;
    let app = TestApp::start(&world, false).await;
    let client = client();
    let (_, playlists) = open(&client, &app).await;
    // Somebody has to watch before the break comes.
    client.get(playlists[2].clone()).send().await.unwrap().error_for_status().unwrap();
    world.schedule(2, 6);
    let ad = loop {
        let answer = client.get(playlists[1].clone()).send().await.unwrap();
        let base = answer.url().clone();
        let text = answer.text().await.unwrap();
        match text.lines().find(|line| line.starts_with("ad/")) {
            Some(name) => break base.join(name).unwrap(),
            None => tokio::time::sleep(Duration::from_millis(300)).await,
        }
    };
    let answer = client.get(ad).send().await.unwrap();
    assert_eq!(said(&answer, header::CONTENT_TYPE), "text/vtt");
    let text = answer.text().await.unwrap();
    assert_eq!(text, "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n");
}

/// What a multivariant playlist says of all would be another word than theirs, where a pre-roll stands or
/// low latency is stripped.
#[tokio::test(flavor = "multi_thread")]
async fn each_playlist_says_for_itself_where_players_begin() {
    for (offset, told) in [("-7.5", "#EXT-X-START:TIME-OFFSET=-7.5,PRECISE=YES\n"), ("-1.5", "")] {
        let world = World::start().await;
        let start = format!("#EXTM3U\n#EXT-X-START:TIME-OFFSET={offset},PRECISE=YES\n");
        world.offer(LADDER.replacen("#EXTM3U\n", &start, 1).leak());
        let app = TestApp::start(&world, false).await;
        let client = client();
        let (text, playlists) = open(&client, &app).await;
        assert!(!text.contains("#EXT-X-START"), "{text}");
        for playlist in &playlists[..3] {
            let text = client.get(playlist.clone()).send().await.unwrap().text().await.unwrap();
            let lines = text.split_inclusive('\n').filter(|line| line.starts_with("#EXT-X-START"));
            assert_eq!(lines.collect::<String>(), told, "{text}");
        }
    }
}
