use proptest::prelude::*;

use super::{super::*, playlist_like};

const CHANNEL: &str = r#"#EXTM3U
#EXT-X-VERSION:6
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-SESSION-KEY:METHOD=AES-128,URI="keys/1"

#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="English",LANGUAGE="en",DEFAULT=YES,URI="audio/en.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="Deutsch",LANGUAGE="de",URI="audio/de.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="ac3",NAME="English",URI="audio/ac3.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="English",FORCED=NO,URI="subs.m3u8"
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="CC",INSTREAM-ID="CC1"
#EXT-X-STREAM-INF:BANDWIDTH=2500000,CODECS="avc1.64001f, mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="aac",SUBTITLES="subs"
video/720.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=3000000,CODECS="avc1.64001f,ac-3",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="ac3"
# a comment
video/720.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.5"
audio/low.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=200000,CODECS="avc1.64001f",URI="iframe/720.m3u8"
#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=1,URI="thumbs.m3u8"
"#;

/// The rendition as a line of text.
fn shown(rendition: &RenditionInfo) -> String {
    let RenditionInfo {
        uri,
        kind,
        bandwidth,
        codecs,
        resolution,
        frame_rate,
        video_range,
        channels,
        language,
        group,
        name,
        default,
    } = rendition;
    format!(
        "{} {uri} {} {} {resolution:?} {frame_rate:?} {video_range:?} {channels:?} {language:?} {group:?} {name:?} {default}\n",
        kind.as_str(),
        bandwidth.unwrap_or(0),
        codecs.join("+"),
    )
}

fn renditions(text: &str) -> String {
    let (playlist, oddities) = Multivariant::parse(text).unwrap();
    assert_eq!(playlist.to_string(), text);
    let oddities = oddities.iter().map(|oddity| format!("! {}: {}\n", oddity.line, oddity.kind));
    playlist.renditions.iter().map(shown).chain(oddities).collect()
}

#[test]
fn a_channel_has_one_rendition_per_address() {
    insta::assert_snapshot!(renditions(CHANNEL), @r#"
    audio audio/en.m3u8 0 mp4a.40.2 None None None None Some("en") Some("aac") Some("English") true
    audio audio/de.m3u8 0 mp4a.40.2 None None None None Some("de") Some("aac") Some("Deutsch") false
    audio audio/ac3.m3u8 0 ac-3 None None None None None Some("ac3") Some("English") false
    subtitles subs.m3u8 0  None None None None None Some("subs") Some("English") false
    video video/720.m3u8 2500000 avc1.64001f Some((1280, 720)) Some(MilliHz(29970)) None None None None None false
    audio audio/low.m3u8 64000 mp4a.40.5 None None None None None None None false
    iframe iframe/720.m3u8 200000 avc1.64001f None None None None None None None false
    "#);
}

#[test]
fn rewriting_changes_addresses_and_nothing_else() {
    let (playlist, _) = Multivariant::parse(CHANNEL).unwrap();
    assert_eq!(
        playlist.rewrite(|_| true, |_, rendition| rendition.uri.clone(), str::to_owned),
        CHANNEL
    );
    let rewritten = playlist.rewrite(
        |_| true,
        |index, _| format!("r{index}.m3u8"),
        |other| format!("http://o/{other}"),
    );
    insta::assert_snapshot!(rewritten, @r#"
    #EXTM3U
    #EXT-X-VERSION:6
    #EXT-X-INDEPENDENT-SEGMENTS
    #EXT-X-SESSION-KEY:METHOD=AES-128,URI="http://o/keys/1"

    #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="English",LANGUAGE="en",DEFAULT=YES,URI="r0.m3u8"
    #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="Deutsch",LANGUAGE="de",URI="r1.m3u8"
    #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="ac3",NAME="English",URI="r2.m3u8"
    #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="English",FORCED=NO,URI="r3.m3u8"
    #EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="CC",INSTREAM-ID="CC1"
    #EXT-X-STREAM-INF:BANDWIDTH=2500000,CODECS="avc1.64001f, mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="aac",SUBTITLES="subs"
    r4.m3u8
    #EXT-X-STREAM-INF:BANDWIDTH=3000000,CODECS="avc1.64001f,ac-3",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="ac3"
    # a comment
    r4.m3u8
    #EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.5"
    r5.m3u8
    #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=200000,CODECS="avc1.64001f",URI="r6.m3u8"
    #EXT-X-IMAGE-STREAM-INF:BANDWIDTH=1,URI="http://o/thumbs.m3u8"
    "#);
}

#[test]
fn sound_that_is_in_the_pictures_segments_stays_among_their_codecs() {
    let text = "#EXTM3U\r\n\
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"main\"\r\n\
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"alt\",URI=\"alt.m3u8\"\r\n\
        #EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"avc1.64001f,mp4a.40.2\",AUDIO=\"a\"\r\n\
        v.m3u8\r\n";
    insta::assert_snapshot!(renditions(text), @r#"
    audio alt.m3u8 0 mp4a.40.2 None None None None None Some("a") Some("alt") false
    video v.m3u8 1 avc1.64001f+mp4a.40.2 None None None None None None None false
    "#);
}

#[test]
fn an_irregular_multivariant_is_read_as_players_read_it() {
    let text = "\u{feff}#EXTM3U\n\
        #EXT-X-DEFINE:NAME=\"cdn\",VALUE=\"http://c\"\n\
        #EXT-X-STREAM-INF:BANDWIDTH=1\n\
        #EXT-X-STREAM-INF:BANDWIDTH=x,RESOLUTION=\"640x360\",FRAME-RATE=fast\n \
        {$cdn}/360.m3u8 \n\
        stray.m3u8\n\
        #EXT-X-STREAM-INF:BANDWIDTH=2";
    insta::assert_snapshot!(renditions(text), @"
    video http://c/360.m3u8 0  Some((640, 360)) None None None None None None false
    ! 1: starts with a byte order mark
    ! 3: a rendition has no address
    ! 6: an address has no tag that announces it
    ! 7: a rendition has no address
    ! 0: a second reader counts other variants
    ");
    let (playlist, _) = Multivariant::parse(text).unwrap();
    let rewritten = playlist.rewrite(|_| true, |index, _| format!("r{index}"), str::to_owned);
    assert_eq!(rewritten, text.trim_start_matches('\u{feff}').replace("{$cdn}/360.m3u8", "r0"));
}

#[test]
fn what_is_no_multivariant_playlist_is_refused_by_name() {
    for (text, refusal) in [
        ("", "does not start with `#EXTM3U`"),
        (
            "#EXTM3U\n#EXTINF:6,\na.ts\n",
            "is a media playlist, a multivariant playlist was expected (line 2)",
        ),
        ("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n", "has no variants"),
        (
            &format!(
                "#EXTM3U\n{}",
                (0..1_001).map(|n| format!("#EXT-X-STREAM-INF:A=1\n{n}\n")).collect::<String>()
            ),
            "has more than 1000 renditions",
        ),
    ] {
        let refused = Multivariant::parse(text).map(|_| ());
        assert_eq!(refused.map_err(|refusal| refusal.to_string()), Err(refusal.into()), "{text}");
    }
}

proptest! {
    #[test]
    fn every_playlist_writes_back_as_it_came(text in playlist_like()) {
        if let Ok((playlist, _)) = Multivariant::parse(text.as_str()) {
            prop_assert_eq!(&playlist.to_string(), &text);
            prop_assert!(!playlist.renditions.is_empty());
            playlist.rewrite(|_| true, |index, _| index.to_string(), str::to_owned);
        }
    }
}

#[test]
fn tags_of_the_other_kind_of_playlist_are_passed_over() {
    let variants = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n";
    insta::assert_snapshot!(renditions(variants), @"
    video v.m3u8 1  None None None None None None None false
    ! 2: a tag stands where it has no place
    ");
    let segments =
        "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-SESSION-KEY:METHOD=NONE\n#EXTINF:6,\na\n";
    let (playlist, oddities) = super::read(segments);
    assert_eq!((playlist.segments.len(), playlist.header.len()), (1, 3));
    assert_eq!(oddities, [Oddity { kind: OddityKind::Misplaced, line: 3 }]);
}
