use proptest::prelude::*;
use url::Url;

use crate::{
    hls::{MediaPlaylist, Multivariant, RenditionKind},
    units::MediaDuration,
};

use super::*;

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

/// Reads a creative all of whose playlists are `texts`, in order, the last for all that follow.
fn read(main: &str, texts: &[String]) -> Result<Creative, Unusable> {
    let outline =
        Outline::read(at("main.m3u8"), Playlist { url: at("main.m3u8"), text: main.to_owned() })?;
    let urls: Vec<Url> = outline.playlists().cloned().collect();
    let text = |n: usize| texts.get(n).or(texts.last()).cloned().unwrap_or_default();
    let playlists = urls.into_iter().enumerate();
    let playlists: Vec<_> = playlists.map(|(n, url)| Playlist { url, text: text(n) }).collect();
    Creative::read(outline, &playlists)
}

fn refused(main: &str, texts: &[String]) -> String {
    read(main, texts).unwrap_err().to_string()
}

#[test]
fn a_creative_is_all_its_playlists() {
    let creative = read(DEMUXED, &[media(&["6.0", "4.04"])]).unwrap();
    assert_eq!((creative.segments(), creative.duration.to_string()), (2, String::from("10.04")));
    let rows: Vec<String> = creative
        .renditions
        .iter()
        .map(|r| {
            let codecs = r.codecs.join(",");
            let (kind, uri) = (r.kind.as_str(), &r.segments[1].uri);
            format!("{kind} {:?} {codecs} {:?} {uri}", r.bandwidth, r.container)
        })
        .collect();
    insta::assert_snapshot!(rows.join("\n"), @"
    audio None mp4a.40.2 MpegTs https://cdn.example.com/ad/audio/1.ts
    audio None mp4a.40.2 MpegTs https://cdn.example.com/ad/audio/1.ts
    video Some(3000000) avc1.64001f MpegTs https://cdn.example.com/ad/1.ts
    video Some(800000) avc1.64001e MpegTs https://cdn.example.com/ad/1.ts
    subtitles None  WebVtt data:text/vtt,WEBVTT%0A%0A
    ");
}

#[test]
fn a_media_playlist_may_stand_alone() {
    let creative = read(&media(&["5.0"]), &[]).unwrap();
    let kinds: Vec<_> = creative.renditions.iter().map(|r| (r.kind, r.container)).collect();
    let expected =
        [(RenditionKind::Video, Container::MpegTs), (RenditionKind::Subtitles, Container::WebVtt)];
    assert_eq!(kinds, expected);
    assert_eq!(creative.renditions[0].segments[0].uri, at("0.ts"));

    let audio = read(&media(&["5.0"]).replace(".ts", ".aac"), &[]).unwrap();
    assert_eq!(audio.renditions[0].kind, RenditionKind::Audio);
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
    assert_eq!(segments[0].map.as_ref(), Some(&map));
    assert_eq!(
        (segments[0].byte_range, segments[1].byte_range),
        (range(1_000, 712), range(900, 1_712))
    );
}

#[test]
fn what_could_not_be_stitched_is_refused() {
    let good = media(&["6.0", "4.0"]);
    let with = |line: &str| good.replace("#EXTINF:4.0", &format!("{line}\n#EXTINF:4.0"));
    let table = [
        ("an error page", String::from("<html>")),
        ("live", good.replace("#EXT-X-ENDLIST\n", "")),
        ("no segments", media(&[])),
        ("encrypted", with("#EXT-X-KEY:METHOD=AES-128,URI=\"k\"")),
        ("discontinuity", with("#EXT-X-DISCONTINUITY")),
        ("gap", with("#EXT-X-GAP")),
        ("short", media(&["6.0", "0.249"])),
        ("no HTTP", good.replace("1.ts", "file:///etc/passwd")),
    ];
    let found: Vec<_> = table
        .iter()
        .map(|(name, text)| format!("{name}: {}", refused(MUXED, std::slice::from_ref(text))))
        .collect();
    insta::assert_snapshot!(found.join("\n"), @"
    an error page: rendition 0 does not start with `#EXTM3U`
    live: rendition 0 has no end, as live playlists have none
    no segments: rendition 0 is empty
    encrypted: segment 1 of rendition 0 is encrypted
    discontinuity: a discontinuity stands before segment 1 of rendition 0
    gap: segment 1 of rendition 0 is a gap
    short: segment 1 of rendition 0 lasts 0.249 s, at least 0.25 s are needed
    no HTTP: `file:///etc/passwd` is no HTTP address
    ");
}

#[test]
fn renditions_must_be_cut_alike() {
    let first = media(&["6.0", "4.0"]);
    let second =
        |lengths: &[&str]| refused(DEMUXED, &[first.clone(), media(lengths), first.clone()]);
    let near = [first.clone(), media(&["6.1", "3.85"]), first.clone()];
    assert!(read(DEMUXED, &near).is_ok());
    let found = [second(&["10.0"]), second(&["6.101", "3.9"])];
    insta::assert_snapshot!(found.join("\n"), @"
    rendition 1 has 1 segments, the leading one 2
    segment 0 of rendition 1 ends 0.101 s from the leading one's, at most 0.1 s are allowed
    ");
}

#[test]
fn a_discontinuity_before_the_first_segment_says_nothing() {
    let text = media(&["6.0"]).replace("#EXTINF", "#EXT-X-DISCONTINUITY\n#EXTINF");
    assert!(read(MUXED, &[text]).is_ok());
}

#[test]
fn a_main_playlist_may_be_refused() {
    let many: String =
        (0..51).map(|n| format!("#EXT-X-STREAM-INF:BANDWIDTH=1\n{n}.m3u8\n")).collect();
    let subtitles = "#EXTM3U\n#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI=\"i.m3u8\"\n";
    let table = [
        refused("{}", &[]),
        refused(&format!("#EXTM3U\n{many}"), &[]),
        refused("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nftp://x/\n", &[]),
        refused(subtitles, &[]),
    ];
    insta::assert_snapshot!(table.join("\n"), @"
    the main playlist does not start with `#EXTM3U`
    it has 51 renditions, the limit is 50
    `ftp://x/` is no HTTP address
    the main playlist has no variants
    ");
}

#[test]
fn segments_are_held_against_the_target_duration() {
    let creative = read(MUXED, &[media(&["6.4", "6.5"])]).unwrap();
    assert_eq!(check(&creative, MediaDuration::from_secs(7)), Ok(()));
    let error = check(&creative, MediaDuration::from_secs(6)).unwrap_err().to_string();
    assert_eq!(
        error,
        "segment 1 of rendition 0 lasts 6.5 s, the channel's target duration is 6.0 s"
    );
}

/// What stands in for each rendition of the channel `text`, or why nothing does.
fn matched(creative: &Creative, text: &str, container: Option<Container>) -> String {
    let (channel, _) = Multivariant::parse(text).unwrap();
    let slots: Vec<_> = channel.renditions.iter().map(|info| Slot { info, container }).collect();
    match matching(creative, &slots) {
        Ok(indices) => format!("{indices:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_creative_matches_a_channel_by_kind_rung_and_language() {
    let creative = read(DEMUXED, &[media(&["6.0"])]).unwrap();
    let kinds: Vec<_> = creative.renditions.iter().map(|r| r.kind.as_str()).collect();
    assert_eq!(kinds, ["audio", "audio", "video", "video", "subtitles"]);
    let channel = "\
#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"Deutsch\",LANGUAGE=\"de-AT\",URI=\"de.m3u8\"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"Français\",LANGUAGE=\"fr\",URI=\"fr.m3u8\"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"Deutsch\",LANGUAGE=\"de\",URI=\"sub.m3u8\"
#EXT-X-STREAM-INF:BANDWIDTH=9000000,RESOLUTION=1920x1080,CODECS=\"avc1.640028,mp4a.40.2\",AUDIO=\"a\",SUBTITLES=\"s\"
1080.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=9000000,RESOLUTION=960x540,CODECS=\"avc1.64001e,mp4a.40.5\",AUDIO=\"a\",SUBTITLES=\"s\"
540.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=200000,RESOLUTION=320x180,CODECS=\"avc1.64001e,mp4a.40.2\",AUDIO=\"a\",SUBTITLES=\"s\"
180.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=100000,CODECS=\"avc1.64001e\",URI=\"i.m3u8\"
";
    assert_eq!(matched(&creative, channel, None), "[1, 0, 4, 2, 3, 3, 3]");
}

#[test]
fn what_matches_nothing_is_said() {
    let demuxed = read(DEMUXED, &[media(&["6.0"])]).unwrap();
    let muxed = read(MUXED, &[media(&["6.0"])]).unwrap();
    let alone = read(&media(&["6.0"]), &[]).unwrap();
    let hevc = MUXED.replace("avc1.64001f", "hvc1.1.6.L93.B0");
    let mp3 = MUXED.replace("mp4a.40.2", "mp4a.6B");
    let silent = MUXED.replace(",mp4a.40.2", "");
    let untold = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n";
    let audio_only = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"mp4a.40.2\"\na.m3u8\n";
    let table = [
        ("same", matched(&muxed, MUXED, Some(Container::MpegTs))),
        ("codecs untold", matched(&muxed, untold, None)),
        ("codecs untold by the ad", matched(&alone, MUXED, None)),
        ("muxed ad, demuxed channel", matched(&muxed, DEMUXED, None)),
        ("demuxed ad, muxed channel", matched(&demuxed, MUXED, None)),
        ("other video", matched(&muxed, &hevc, None)),
        ("other audio", matched(&muxed, &mp3, None)),
        ("sound in a silent channel", matched(&muxed, &silent, None)),
        ("other packing", matched(&muxed, MUXED, Some(Container::Fmp4))),
        ("audio alone", matched(&muxed, audio_only, None)),
    ];
    let rows: Vec<_> = table.iter().map(|(name, found)| format!("{name}: {found}")).collect();
    insta::assert_snapshot!(rows.join("\n"), @"
    same: [0]
    codecs untold: [0]
    codecs untold by the ad: [0]
    muxed ad, demuxed channel: audio is with the picture in the ad, beside the picture in the channel
    demuxed ad, muxed channel: audio is beside the picture in the ad, with the picture in the channel
    other video: no rendition has the codecs of the channel's rendition 0, `hvc1.1.6.L93.B0,mp4a.40.2`
    other audio: no rendition has the codecs of the channel's rendition 0, `avc1.64001f,mp4a.6B`
    sound in a silent channel: no rendition has the codecs of the channel's rendition 0, `avc1.64001f`
    other packing: no rendition is packed as the channel's rendition 0 is, in fragmented MP4
    audio alone: nothing matches the channel's rendition 0, which is audio
    ");
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
