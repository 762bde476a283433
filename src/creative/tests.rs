use proptest::prelude::*;
use url::Url;

use crate::{
    hls::{MediaPlaylist, RenditionKind},
    units::MediaDuration,
};

use super::*;

mod blank_subtitles;
mod matching;
mod pts;
mod refused;

const DEMUXED: &str = "\
#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"aac\",NAME=\"English\",LANGUAGE=\"en\",DEFAULT=YES,URI=\"audio/en.m3u8\"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"aac\",NAME=\"Deutsch\",LANGUAGE=\"de\",URI=\"audio/de.m3u8\"
#EXT-X-STREAM-INF:BANDWIDTH=3000000,RESOLUTION=1280x720,CODECS=\"avc1.64001f,mp4a.40.2\",AUDIO=\"aac\"
720.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360,CODECS=\"avc1.64001e,mp4a.40.2\",AUDIO=\"aac\"
360.m3u8
";

const MUXED: &str = "\
#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=3000000,RESOLUTION=1280x720,CODECS=\"avc1.64001f,mp4a.40.2\"
720.m3u8
";

fn at(path: &str) -> Url {
    Url::parse("https://cdn.example.com/ad/").unwrap().join(path).unwrap()
}

/// A whole media playlist with segments of these lengths.
fn media(lengths: &[&str]) -> String {
    let mut text = String::from("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PLAYLIST-TYPE:VOD\n");
    for (n, length) in lengths.iter().enumerate() {
        text.push_str(&format!("#EXTINF:{length},\n{n}.ts\n"));
    }
    text + "#EXT-X-ENDLIST\n"
}

/// The same as fragmented MP4.
fn fragmented(lengths: &[&str]) -> String {
    media(lengths).replace(".ts", ".m4s").replacen(
        "#EXTINF",
        "#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF",
        1,
    )
}

/// Reads a creative all of whose playlists are `texts`, in order, the last for all that follow.
fn read(main: &str, texts: &[String]) -> Result<Creative, Unusable> {
    let outline =
        Outline::read(at("main.m3u8"), Playlist { url: at("main.m3u8"), text: main.to_owned() })?;
    let urls: Vec<Url> = outline.playlists().cloned().collect();
    let text = |n: usize| texts.get(n).or(texts.last()).cloned().unwrap_or_default();
    let playlists = urls.into_iter().enumerate();
    let playlists: Vec<_> = playlists.map(|(n, url)| Ok(Playlist { url, text: text(n) })).collect();
    Creative::read(outline, &playlists)
}

#[test]
fn a_creative_is_all_its_playlists() {
    let creative = read(DEMUXED, &[media(&["6.0", "4.04"])]).unwrap();
    assert_eq!((creative.segments(), creative.duration.to_string()), (2, String::from("10.04")));
    let rows: Vec<String> = creative
        .renditions
        .iter()
        .map(|r| {
            let codecs = r.info.codecs.join(",");
            let (kind, uri) = (r.info.kind.as_str(), &r.segments[1].uri);
            format!("{kind} {:?} {codecs} {:?} {uri}", r.info.bandwidth, r.container)
        })
        .collect();
    insta::assert_snapshot!(rows.join("\n"), @"
    audio None mp4a.40.2 MpegTs https://cdn.example.com/ad/audio/1.ts
    audio None mp4a.40.2 MpegTs https://cdn.example.com/ad/audio/1.ts
    video Some(3000000) avc1.64001f MpegTs https://cdn.example.com/ad/1.ts
    video Some(800000) avc1.64001e MpegTs https://cdn.example.com/ad/1.ts
    subtitles None  WebVtt data:text/vtt,0
    subtitles None stpp Fmp4 data:stpp,540000,363600
    subtitles None wvtt Fmp4 data:wvtt,540000,363600
    subtitles None  Nothing data:text/vtt,0
    ");
}

#[test]
fn a_media_playlist_may_stand_alone() {
    let creative = read(&media(&["5.0"]), &[]).unwrap();
    let kinds: Vec<_> = creative.renditions.iter().map(|r| (r.info.kind, r.container)).collect();
    let expected = [
        (RenditionKind::Video, Container::MpegTs),
        (RenditionKind::Subtitles, Container::WebVtt),
        (RenditionKind::Subtitles, Container::Fmp4),
        (RenditionKind::Subtitles, Container::Fmp4),
        (RenditionKind::Subtitles, Container::Nothing),
    ];
    assert_eq!(kinds, expected);
    assert_eq!(creative.renditions[0].segments[0].uri, at("0.ts"));

    let audio = read(&media(&["5.0"]).replace(".ts", ".aac"), &[]).unwrap();
    assert_eq!(audio.renditions[0].info.kind, RenditionKind::Audio);
}

#[test]
fn initialisation_sections_and_ranges_are_kept() {
    let text = "\
#EXTM3U
#EXT-X-TARGETDURATION:4
#EXT-X-MAP:URI=\"../init.mp4?a=1\",BYTERANGE=\"700@12\"
#EXTINF:4,
#EXT-X-BYTERANGE:1000@712
all.mp4
#EXTINF:4,
#EXT-X-BYTERANGE:900
all.mp4
#EXT-X-ENDLIST
";
    let creative = read(text, &[]).unwrap();
    let range = |length, offset| Some(ByteRange { length, offset });
    let map = Map { uri: at("../init.mp4?a=1"), byte_range: range(700, 12) };
    let segments = &creative.renditions[0].segments;
    assert_eq!(creative.renditions[0].container, Container::Fmp4);
    assert_eq!(segments[0].map.as_deref(), Some(&map));
    assert_eq!(
        (segments[0].byte_range, segments[1].byte_range),
        (range(1_000, 712), range(900, 1_712))
    );
}

/// Addresses of advertisers' files carry tokens.
#[test]
fn what_was_made_here_of_the_same_bytes_is_the_same_media() {
    let read = |address: &str, kept: &str| {
        let url = Url::parse(kept).unwrap();
        let main = Playlist { url, text: media(&["5.0"]) };
        Creative::read(Outline::read(at(address), main).unwrap(), &[]).unwrap()
    };
    let own = "midroll:/abababababababababababababababab/v0.m3u8";
    let one = read("ad.mp4?token=1", own);
    assert!(one.is_same_media(&read("ad.mp4?token=2", own)));
    assert!(!one.is_same_media(&read("ad.mp4?token=2", &own.replace('a', "c"))));
    // Of what is not kept here, nobody knows.
    let theirs = |address| read(address, "https://cdn.example.com/v0.m3u8");
    assert!(!theirs("1.m3u8").is_same_media(&theirs("2.m3u8")));
    assert!(theirs("1.m3u8").is_same_media(&theirs("1.m3u8")));
}

#[test]
fn segments_share_their_initialisation_section() {
    let text = fragmented(&["5.0", "5.0"]);
    let segments = read(&text, &[]).unwrap().renditions.swap_remove(0).segments;
    assert!(Arc::ptr_eq(segments[0].map.as_ref().unwrap(), segments[1].map.as_ref().unwrap()));
}

#[test]
fn a_discontinuity_before_the_first_segment_says_nothing() {
    let text = media(&["6.0"]).replace("#EXTINF", "#EXT-X-DISCONTINUITY\n#EXTINF");
    assert!(read(MUXED, &[text]).is_ok());
}

#[test]
fn packing_is_told_by_extension_then_by_map() {
    let of = |uri: &str, map: &str| {
        let text = format!("#EXTM3U\n#EXT-X-TARGETDURATION:6\n{map}#EXTINF:6,\n{uri}\n");
        let (playlist, _) = MediaPlaylist::parse(text).unwrap();
        Container::of(&playlist.segments[0])
    };
    let map = "#EXT-X-MAP:URI=\"i\"\n";
    assert_eq!(of("a/b.ts?x=.mp4", ""), Container::MpegTs);
    assert_eq!(of("a.TS", map), Container::MpegTs);
    assert_eq!(of("seg-1", ""), Container::MpegTs);
    assert_eq!(of("seg-1", map), Container::Fmp4);
    assert_eq!(of("a.m4s", ""), Container::Fmp4);
    assert_eq!(of("a.aac#t", ""), Container::PackedAudio);
    assert_eq!(of("a.vtt", ""), Container::WebVtt);
}

proptest! {
    /// Whatever the playlists say, a creative read from them holds to the laws.
    #[test]
    fn a_creative_is_lawful_or_refused(
        main in prop_oneof![Just(DEMUXED.to_owned()), Just(MUXED.to_owned()), "\\PC*"],
        lengths in prop::collection::vec(
            prop::collection::vec(prop_oneof!["[0-9]{0,2}(\\.[0-9]{0,4})?", Just(String::from("6"))], 0..4),
            1..4,
        ),
    ) {
        let texts: Vec<_> = lengths
            .iter()
            .map(|lengths| media(&lengths.iter().map(String::as_str).collect::<Vec<_>>()))
            .collect();
        if let Ok(creative) = read(&main, &texts) {
            let shortest = MediaDuration::from_millis(250);
            for rendition in &creative.renditions {
                prop_assert_eq!(rendition.segments.len(), creative.segments());
                prop_assert!(rendition.segments.iter().all(|s| s.duration >= shortest));
            }
            prop_assert!(creative.duration >= shortest);
        }
    }
}
