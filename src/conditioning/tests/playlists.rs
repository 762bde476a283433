//! Sources that are HLS, from hosts that mean no good or are slow.

use super::*;

impl Workshop {
    /// A playlist of segments that are there.
    fn playlist(&self, name: &str, segments: &[&str], seconds: u32) {
        let mut text = format!("#EXTM3U\n#EXT-X-TARGETDURATION:{seconds}\n");
        for segment in segments {
            text.push_str(&format!("#EXTINF:{seconds},\n{segment}\n"));
        }
        self.write(name, format!("{text}#EXT-X-ENDLIST\n").as_bytes());
    }
}

/// What ffmpeg reads would be in the ad.
#[tokio::test(flavor = "multi_thread")]
async fn a_segment_that_names_files_opens_none() {
    let workshop = Workshop::open().await;
    let hls = format!("{AD} -f hls -hls_time 5 -hls_playlist_type vod");
    workshop.source("secret.m3u8", &hls).await;
    let secret = workshop.folder.path("sources").join("secret0.ts");
    let secret = secret.display();
    let list =
        format!("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:{secret}\n#EXT-X-ENDLIST\n");
    let script = format!("ffconcat version 1.0\nfile 'file:{secret}'\n");
    let profile = profile(Packing::MpegTs);
    for (name, trap) in [("list", list), ("script", script)] {
        workshop.write(&format!("{name}.ts"), trap.as_bytes());
        workshop.playlist(&format!("{name}.m3u8"), &[&format!("{name}.ts")], 5);
        let found = workshop.condition(&format!("{name}.m3u8"), &profile).await;
        assert!(found.is_err(), "{name}: {}", told(&found));
    }
    assert_eq!(workshop.storage().shelved().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_playlists_segments_have_the_time_of_one_file() {
    let mut workshop = Workshop::open().await;
    workshop.write("slow.ts", b"segment");
    workshop.playlist("many.m3u8", &["slow.ts"; 40], 5);
    let fetch_timeout = Duration::from_millis(600);
    workshop.reopen_with(Settings { fetch_timeout, attempts: 1, ..settings(&workshop.folder) });
    let found = workshop.condition("many.m3u8", &profile(Packing::MpegTs)).await;
    assert_eq!(told(&found), "fetching `127.0.0.1`: no whole answer in 0.6 s");
    assert!(workshop.asked() < 20, "{} requests", workshop.asked());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_playlist_that_is_too_long_is_refused_unfetched() {
    let workshop = Workshop::open().await;
    workshop.write("s.ts", b"segment");
    workshop.playlist("long.m3u8", &["s.ts"; 200], 5);
    let found = workshop.condition("long.m3u8", &profile(Packing::MpegTs)).await;
    let told = told(&found);
    assert_eq!(told, "conditioning: it lasts 1000.0 s, at most 600.0 s are made");
    assert_eq!(workshop.asked(), 1);
}
