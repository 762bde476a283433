//! Whole playlists of every kind of stream, stitched with an ad or left alone.

use super::*;
use crate::creative::{ByteRange, Map, Segment};

/// Four segments from 00:00:00, the break's 12 s in the middle. `%` in `block` is the segment's
/// number, from 7.
fn source(head: &str, block: impl Fn(i64) -> String) -> MediaPlaylist {
    let mut text = format!("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:7\n{head}");
    for n in 0..5 {
        match n {
            1 => text.push_str("#EXT-X-CUE-OUT:12\n"),
            3 => text.push_str("#EXT-X-CUE-IN\n"),
            _ => {}
        }
        text.push_str(&block(n).replace('%', &(n + 7).to_string()));
    }
    MediaPlaylist::parse(text).unwrap().0
}

/// `EXTINF` and address of a transport stream segment, with a date.
fn plain(n: i64) -> String {
    format!("#EXT-X-PROGRAM-DATE-TIME:{}\n#EXTINF:6.000,\nseg%.ts\n", at(n * 6))
}

/// Two segments of 6 s, changed by `change`.
fn spot(change: impl Fn(usize, &mut Segment)) -> Ad {
    let mut ad = ad("x", &[6, 6]);
    let creative = Arc::make_mut(&mut ad.creative);
    for (n, segment) in creative.renditions[0].segments.iter_mut().enumerate() {
        change(n, segment);
    }
    ad
}

/// The channel read up to `source`, with a viewer who joined before the break.
fn channel(source: &MediaPlaylist) -> Arc<View> {
    let mut channel = Channel::new(&[RenditionKind::Video]);
    channel.loaded(0, source, at(30));
    Arc::clone(channel.view().unwrap())
}

/// What a viewer sees of `source` with these ads in its break.
fn stitched(source: &MediaPlaylist, ads: &[Ad]) -> String {
    let view = channel(source);
    let decision = Decision::new(&view.breaks[0], vec![Span::from_start(pod(ads))], None);
    let timeline = Timeline::new(at(0), at(0)).with(Arc::new(decision));
    whole(&view, &timeline)
}

/// What a viewer sees of `source` who joined at its end.
fn untouched(source: &MediaPlaylist) -> String {
    let view = channel(source);
    whole(&view, &Timeline::new(at(1_000), at(1_000)))
}

fn whole(view: &View, timeline: &Timeline) -> String {
    let playlist = playlist(view, 0, timeline).unwrap();
    let track = view.tracks[0].as_ref().unwrap();
    header(&playlist.numbers) + &render(track, 0, &playlist.outline, &Plain)
}

#[test]
fn transport_streams() {
    insta::assert_snapshot!(stitched(&source("", plain), &[spot(|_, _| {})]), @"
    #EXTM3U
    #EXT-X-MEDIA-SEQUENCE:7
    #EXT-X-DISCONTINUITY-SEQUENCE:0
    #EXT-X-VERSION:6
    #EXT-X-TARGETDURATION:6
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z
    #EXTINF:6.000,
    http://origin/seg7.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/0/0/_x_v0.ts
    #EXTINF:6.0,
    ad/1767225606000/0/1/_x_v1.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:18.000Z
    #EXTINF:6.000,
    http://origin/seg10.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:24.000Z
    #EXTINF:6.000,
    http://origin/seg11.ts
    ");
}

#[test]
fn fragmented_mp4_whose_ad_has_two_initialisation_sections() {
    let head = "#EXT-X-VERSION:7\n#EXT-X-MAP:URI=\"init.mp4\"\n";
    let block = |n| plain(n).replace(".ts", ".m4s");
    let ad = spot(|n, segment| {
        let uri = Url::parse(&format!("http://ads/x/init{n}.mp4")).unwrap();
        segment.map = Some(Map { uri, byte_range: Some(ByteRange { length: 700, offset: 9 }) });
    });
    insta::assert_snapshot!(stitched(&source(head, block), &[ad]), @r#"
    #EXTM3U
    #EXT-X-MEDIA-SEQUENCE:7
    #EXT-X-DISCONTINUITY-SEQUENCE:0
    #EXT-X-TARGETDURATION:6
    #EXT-X-VERSION:7
    #EXT-X-MAP:URI="http://origin/init.mp4"
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z
    #EXTINF:6.000,
    http://origin/seg7.m4s
    #EXT-X-DISCONTINUITY
    #EXT-X-MAP:URI="http://ads/x/init0.mp4",BYTERANGE="700@9"
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/0/0/_x_v0.ts
    #EXT-X-MAP:URI="http://ads/x/init1.mp4",BYTERANGE="700@9"
    #EXTINF:6.0,
    ad/1767225606000/0/1/_x_v1.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-MAP:URI="http://origin/init.mp4"
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:18.000Z
    #EXTINF:6.000,
    http://origin/seg10.m4s
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:24.000Z
    #EXTINF:6.000,
    http://origin/seg11.m4s
    "#);
}

#[test]
fn byte_ranges_that_continue_one_another() {
    let head = "#EXT-X-VERSION:6\n#EXT-X-MAP:URI=\"all.mp4\",BYTERANGE=\"700@0\"\n";
    let block = |n| {
        let range = if n == 0 { "1000@700" } else { "1000" };
        plain(n).replace("seg%.ts", &format!("#EXT-X-BYTERANGE:{range}\nall.mp4"))
    };
    let ad = spot(|n, segment| {
        let uri = Url::parse("http://ads/x/all.mp4").unwrap();
        segment.map = Some(Map { uri, byte_range: None });
        segment.byte_range = Some(ByteRange { length: 50, offset: 50 * u64::try_from(n).unwrap() });
    });
    insta::assert_snapshot!(stitched(&source(head, block), &[ad]), @r#"
    #EXTM3U
    #EXT-X-MEDIA-SEQUENCE:7
    #EXT-X-DISCONTINUITY-SEQUENCE:0
    #EXT-X-TARGETDURATION:6
    #EXT-X-VERSION:6
    #EXT-X-MAP:URI="http://origin/all.mp4",BYTERANGE="700@0"
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z
    #EXTINF:6.000,
    #EXT-X-BYTERANGE:1000@700
    http://origin/all.mp4
    #EXT-X-DISCONTINUITY
    #EXT-X-MAP:URI="http://ads/x/all.mp4"
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    #EXT-X-BYTERANGE:50@0
    ad/1767225606000/0/0/_x_v0.ts
    #EXTINF:6.0,
    #EXT-X-BYTERANGE:50@50
    ad/1767225606000/0/1/_x_v1.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-MAP:URI="http://origin/all.mp4",BYTERANGE="700@0"
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:18.000Z
    #EXTINF:6.000,
    #EXT-X-BYTERANGE:1000@3700
    http://origin/all.mp4
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:24.000Z
    #EXTINF:6.000,
    #EXT-X-BYTERANGE:1000@4700
    http://origin/all.mp4
    "#);
}

#[test]
fn keys_whose_iv_is_the_segments_number() {
    let head = "#EXT-X-VERSION:3\n#EXT-X-KEY:METHOD=AES-128,URI=\"k1\"\n";
    let block = |n| match n {
        4 => format!("#EXT-X-KEY:URI=\"https://k.example/2\",METHOD=AES-128\n{}", plain(n)),
        _ => plain(n),
    };
    insta::assert_snapshot!(stitched(&source(head, block), &[spot(|_, _| {})]), @r#"
    #EXTM3U
    #EXT-X-MEDIA-SEQUENCE:7
    #EXT-X-DISCONTINUITY-SEQUENCE:0
    #EXT-X-TARGETDURATION:6
    #EXT-X-VERSION:6
    #EXT-X-KEY:METHOD=AES-128,URI="http://origin/k1",IV=0x00000000000000000000000000000007
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z
    #EXTINF:6.000,
    http://origin/seg7.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-KEY:METHOD=NONE
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/0/0/_x_v0.ts
    #EXTINF:6.0,
    ad/1767225606000/0/1/_x_v1.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-KEY:METHOD=AES-128,URI="http://origin/k1",IV=0x0000000000000000000000000000000a
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:18.000Z
    #EXTINF:6.000,
    http://origin/seg10.ts
    #EXT-X-KEY:URI="https://k.example/2",METHOD=AES-128,IV=0x0000000000000000000000000000000b
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:24.000Z
    #EXTINF:6.000,
    http://origin/seg11.ts
    "#);
}

#[test]
fn keys_with_a_vector_and_of_several_systems() {
    let head = "#EXT-X-VERSION:6\n\
        #EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"skd://K1\",KEYFORMAT=\"com.apple.streamingkeydelivery\"\n\
        #EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"data:text/plain;base64,AAAA\",IV=0x1F,\
        KEYFORMAT=\"urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed\"\n\
        #EXT-X-MAP:URI=\"init.mp4\"\n";
    let block = |n| match n {
        // From here one system alone.
        4 => format!(
            "#EXT-X-KEY:METHOD=NONE\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"skd://K2\",\
             KEYFORMAT=\"com.apple.streamingkeydelivery\"\n{}",
            plain(n)
        ),
        _ => plain(n),
    };
    let ad = spot(|_, segment| {
        let uri = Url::parse("http://ads/x/init.mp4").unwrap();
        segment.map = Some(Map { uri, byte_range: None });
    });
    insta::assert_snapshot!(stitched(&source(head, block), &[ad]), @r#"
    #EXTM3U
    #EXT-X-MEDIA-SEQUENCE:7
    #EXT-X-DISCONTINUITY-SEQUENCE:0
    #EXT-X-TARGETDURATION:6
    #EXT-X-VERSION:6
    #EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://K1",KEYFORMAT="com.apple.streamingkeydelivery"
    #EXT-X-KEY:METHOD=SAMPLE-AES,URI="data:text/plain;base64,AAAA",IV=0x1F,KEYFORMAT="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"
    #EXT-X-MAP:URI="http://origin/init.mp4"
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z
    #EXTINF:6.000,
    http://origin/seg7.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-KEY:METHOD=NONE
    #EXT-X-MAP:URI="http://ads/x/init.mp4"
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/0/0/_x_v0.ts
    #EXTINF:6.0,
    ad/1767225606000/0/1/_x_v1.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://K1",KEYFORMAT="com.apple.streamingkeydelivery"
    #EXT-X-KEY:METHOD=SAMPLE-AES,URI="data:text/plain;base64,AAAA",IV=0x1F,KEYFORMAT="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"
    #EXT-X-MAP:URI="http://origin/init.mp4"
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:18.000Z
    #EXTINF:6.000,
    http://origin/seg10.ts
    #EXT-X-KEY:METHOD=NONE
    #EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://K2",KEYFORMAT="com.apple.streamingkeydelivery"
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:24.000Z
    #EXTINF:6.000,
    http://origin/seg11.ts
    "#);
}

#[test]
fn an_initialisation_section_in_clear_before_encrypted_segments() {
    let head = "#EXT-X-VERSION:6\n#EXT-X-MAP:URI=\"init.mp4\"\n\
        #EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=0x01\n";
    let ad = spot(|_, segment| {
        let uri = Url::parse("http://ads/x/init.mp4").unwrap();
        segment.map = Some(Map { uri, byte_range: None });
    });
    insta::assert_snapshot!(stitched(&source(head, plain), &[ad]), @r#"
    #EXTM3U
    #EXT-X-MEDIA-SEQUENCE:7
    #EXT-X-DISCONTINUITY-SEQUENCE:0
    #EXT-X-TARGETDURATION:6
    #EXT-X-VERSION:6
    #EXT-X-MAP:URI="http://origin/init.mp4"
    #EXT-X-KEY:METHOD=AES-128,URI="http://origin/k",IV=0x01
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z
    #EXTINF:6.000,
    http://origin/seg7.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-KEY:METHOD=NONE
    #EXT-X-MAP:URI="http://ads/x/init.mp4"
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/0/0/_x_v0.ts
    #EXTINF:6.0,
    ad/1767225606000/0/1/_x_v1.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-MAP:URI="http://origin/init.mp4"
    #EXT-X-KEY:METHOD=AES-128,URI="http://origin/k",IV=0x01
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:18.000Z
    #EXTINF:6.000,
    http://origin/seg10.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:24.000Z
    #EXTINF:6.000,
    http://origin/seg11.ts
    "#);
}

#[test]
fn gaps_bitrates_and_the_origins_own_discontinuities() {
    let block = |n| match n {
        0 => format!("#EXT-X-BITRATE:900\n{}", plain(n)),
        3 => format!("#EXT-X-DISCONTINUITY\n#EXT-X-GAP\n{}", plain(n)),
        4 => format!("#EXT-X-DISCONTINUITY\n#EXT-X-DISCONTINUITY\n{}", plain(n)),
        _ => plain(n),
    };
    insta::assert_snapshot!(stitched(&source("", block), &[spot(|_, _| {})]), @"
    #EXTM3U
    #EXT-X-MEDIA-SEQUENCE:7
    #EXT-X-DISCONTINUITY-SEQUENCE:0
    #EXT-X-VERSION:6
    #EXT-X-TARGETDURATION:6
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z
    #EXTINF:6.000,
    http://origin/seg7.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/0/0/_x_v0.ts
    #EXTINF:6.0,
    ad/1767225606000/0/1/_x_v1.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-GAP
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:18.000Z
    #EXTINF:6.000,
    http://origin/seg10.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:24.000Z
    #EXTINF:6.000,
    http://origin/seg11.ts
    ");
}

#[test]
fn low_latency_is_stripped_whole() {
    let head = "#EXT-X-VERSION:9\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-START:TIME-OFFSET=-2.5\n\
        #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=3.0,CAN-SKIP-UNTIL=36.0,HOLD-BACK=18.5\n\
        #EXT-X-PART-INF:PART-TARGET=1.0\n";
    let block = |n| {
        let parts: String = (0..2)
            .map(|part| format!("#EXT-X-PART:DURATION=3.0,URI=\"seg%.{part}.ts\"\n"))
            .collect();
        format!("{parts}{}", plain(n))
    };
    let mut text = source(head, block).to_string();
    text.push_str("#EXT-X-PART:DURATION=1.0,URI=\"seg12.0.ts\"\n");
    text.push_str("#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"seg12.1.ts\"\n");
    text.push_str("#EXT-X-RENDITION-REPORT:URI=\"../a.m3u8\",LAST-MSN=12,LAST-PART=0\n");
    let source = MediaPlaylist::parse(text).unwrap().0;
    insta::assert_snapshot!(stitched(&source, &[spot(|_, _| {})]), @"
    #EXTM3U
    #EXT-X-MEDIA-SEQUENCE:7
    #EXT-X-DISCONTINUITY-SEQUENCE:0
    #EXT-X-TARGETDURATION:6
    #EXT-X-VERSION:9
    #EXT-X-SERVER-CONTROL:HOLD-BACK=18.5
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z
    #EXTINF:6.000,
    http://origin/seg7.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/0/0/_x_v0.ts
    #EXTINF:6.0,
    ad/1767225606000/0/1/_x_v1.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:18.000Z
    #EXTINF:6.000,
    http://origin/seg10.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:24.000Z
    #EXTINF:6.000,
    http://origin/seg11.ts
    ");
}

#[test]
fn an_event_that_ends() {
    let head =
        "#EXT-X-VERSION:6\n#EXT-X-PLAYLIST-TYPE:EVENT\n#EXT-X-START:TIME-OFFSET=12.5,PRECISE=YES\n";
    let mut text = source(head, plain).to_string();
    text.push_str("#EXT-X-ENDLIST\n");
    let source = MediaPlaylist::parse(text).unwrap().0;
    insta::assert_snapshot!(stitched(&source, &[spot(|_, _| {})]), @"
    #EXTM3U
    #EXT-X-MEDIA-SEQUENCE:7
    #EXT-X-DISCONTINUITY-SEQUENCE:0
    #EXT-X-TARGETDURATION:6
    #EXT-X-VERSION:6
    #EXT-X-PLAYLIST-TYPE:EVENT
    #EXT-X-START:TIME-OFFSET=12.5,PRECISE=YES
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z
    #EXTINF:6.000,
    http://origin/seg7.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/0/0/_x_v0.ts
    #EXTINF:6.0,
    ad/1767225606000/0/1/_x_v1.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:18.000Z
    #EXTINF:6.000,
    http://origin/seg10.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:24.000Z
    #EXTINF:6.000,
    http://origin/seg11.ts
    #EXT-X-ENDLIST
    ");
}

#[test]
fn what_players_would_refuse_is_mended() {
    let head = "#EXT-X-TARGETDURATION:6\n#EXT-X-SESSION-KEY:METHOD=NONE\n#EXT-X-SERVER-CONTROL:HOLD-BACK=9\n\
        #EXT-X-VENDOR:kept=\u{7}1\n\
        #EXT-X-DATERANGE:ID=\"i\",CLASS=\"com.apple.hls.interstitial\",\
        START-DATE=\"2026-01-01T00:01:00Z\",X-ASSET-LIST=\"list?id=1\"\n\
        #EXT-X-DATERANGE:ID=\"s\",START-DATE=\"2026-01-01T00:00:06Z\",SCTE35-CMD=0xFC002A\n";
    let block = |n| {
        let date = at(n * 6)
            .to_string()
            .replace('Z', ["", "+0000", "+00", "-0000", "Z"][usize::try_from(n).unwrap()]);
        format!("#EXT-X-PROGRAM-DATE-TIME:{date}\n#EXTINF:6\n\tseg%.ts \r\nstray.ts\n")
    };
    insta::assert_snapshot!(untouched(&source(head, block)), @r#"
    #EXTM3U
    #EXT-X-MEDIA-SEQUENCE:7
    #EXT-X-DISCONTINUITY-SEQUENCE:0
    #EXT-X-VERSION:6
    #EXT-X-TARGETDURATION:6
    #EXT-X-DATERANGE:ID="i",CLASS="com.apple.hls.interstitial",START-DATE="2026-01-01T00:01:00Z",X-ASSET-LIST="http://origin/list?id=1"
    #EXT-X-VENDOR:kept=1
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z
    #EXTINF:6,
    http://origin/seg7.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000+00:00
    #EXTINF:6,
    http://origin/seg8.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:12.000+00:00
    #EXTINF:6,
    http://origin/seg9.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:18.000-00:00
    #EXTINF:6,
    http://origin/seg10.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:24.000Z
    #EXTINF:6,
    http://origin/seg11.ts
    "#);
}

#[test]
fn variables_are_expanded_and_none_is_defined() {
    let head = "#EXT-X-VERSION:8\n#EXT-X-DEFINE:NAME=\"dir\",VALUE=\"a/b\"\n\
        #EXT-X-KEY:METHOD=AES-128,URI=\"{$dir}/k\",IV=0x01\n";
    let block = |n| plain(n).replace("seg", "{$dir}/seg");
    insta::assert_snapshot!(untouched(&source(head, block)), @r#"
    #EXTM3U
    #EXT-X-MEDIA-SEQUENCE:7
    #EXT-X-DISCONTINUITY-SEQUENCE:0
    #EXT-X-TARGETDURATION:6
    #EXT-X-VERSION:8
    #EXT-X-KEY:METHOD=AES-128,URI="http://origin/a/b/k",IV=0x01
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z
    #EXTINF:6.000,
    http://origin/a/b/seg7.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.000,
    http://origin/a/b/seg8.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:12.000Z
    #EXTINF:6.000,
    http://origin/a/b/seg9.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:18.000Z
    #EXTINF:6.000,
    http://origin/a/b/seg10.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:24.000Z
    #EXTINF:6.000,
    http://origin/a/b/seg11.ts
    "#);
}

#[test]
fn a_channel_of_sound_alone() {
    let source = source("", |n| plain(n).replace(".ts", ".aac"));
    let mut channel = Channel::new(&[RenditionKind::Audio]);
    channel.loaded(0, &source, at(30));
    let view = Arc::clone(channel.view().unwrap());
    let mut ad = ad("x", &[6, 6]);
    Arc::make_mut(&mut ad.creative).renditions.remove(0);
    ad.matched = Arc::from([0]);
    let decision = Decision::new(&view.breaks[0], vec![Span::from_start(pod(&[ad]))], None);
    let timeline = Timeline::new(at(0), at(0)).with(Arc::new(decision));
    let text = whole(&view, &timeline);
    let names: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let ads = ["ad/1767225606000/0/0/_x_a0.ts", "ad/1767225606000/0/1/_x_a1.ts"];
    let content = ["http://origin/seg7.aac", "http://origin/seg10.aac", "http://origin/seg11.aac"];
    assert_eq!(names, [&content[..1], &ads, &content[1..]].concat());
}

/// Two languages, WebVTT and IMSC beside one picture; the ad has one language and no captions.
#[test]
fn audio_and_subtitles_in_playlists_of_their_own() {
    use RenditionKind::{Audio, Subtitles, Video};
    let named = |name: &'static str| move |n| plain(n).replace("seg%.ts", name);
    let imsc = source("#EXT-X-MAP:URI=\"i.mp4\"\n", named("s%.m4s"));
    let (en, de, vtt) = (named("en%.ts"), named("de%.ts"), named("s%.vtt"));
    let sources = [source("", plain), source("", en), source("", de), source("", vtt), imsc];
    let mut channel = Channel::new(&[Video, Audio, Audio, Subtitles, Subtitles]);
    for (rendition, source) in sources.iter().enumerate() {
        channel.loaded(rendition, source, at(30));
    }
    let view = channel.view().unwrap();
    let outline = "#EXTM3U\n\
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"English\",LANGUAGE=\"en\",URI=\"en.m3u8\"\n\
        #EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"a\"\nv.m3u8\n";
    let media =
        "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n0.ts\n#EXTINF:6,\n1.ts\n#EXT-X-ENDLIST\n";
    let url = Url::parse("http://ads/x/main.m3u8").unwrap();
    let playlist = |text: &str| creative::Playlist { url: url.clone(), text: text.to_owned() };
    let outline = creative::Outline::read(url.clone(), playlist(outline)).unwrap();
    let playlists = [Ok(playlist(media)), Ok(playlist(media))];
    let creative = Creative::read(outline, &playlists).unwrap().beginning_at(126_000);
    let matched = Arc::from([1, 0, 0, 2, 3]);
    let ad = Ad { creative: Arc::new(creative), matched, info: Arc::default() };
    let decision = Decision::new(&view.breaks[0], vec![Span::from_start(pod(&[ad]))], None);
    let timeline = Timeline::new(at(0), at(0)).with(Arc::new(decision));
    let breaks = (0..sources.len()).map(|rendition| {
        let playlist = playlist_of(view, rendition, &timeline);
        let ads = playlist.split("#EXT-X-DISCONTINUITY\n").nth(1).unwrap();
        format!("{rendition}\n{ads}")
    });
    insta::assert_snapshot!(breaks.collect::<String>(), @r#"
    0
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/0/0/_x_0.ts
    #EXTINF:6.0,
    ad/1767225606000/0/1/_x_1.ts
    1
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/1/0/_x_0.ts
    #EXTINF:6.0,
    ad/1767225606000/1/1/_x_1.ts
    2
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/2/0/_x_0.ts
    #EXTINF:6.0,
    ad/1767225606000/2/1/_x_1.ts
    3
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/3/0/text_vtt,126000
    #EXTINF:6.0,
    ad/1767225606000/3/1/text_vtt,126000
    4
    #EXT-X-MAP:URI="ad/1767225606000/4/0/stpp"
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/4/0/stpp,126000,540000
    #EXTINF:6.0,
    ad/1767225606000/4/1/stpp,666000,540000
    "#);
}

fn playlist_of(view: &View, rendition: usize, timeline: &Timeline) -> String {
    let track = view.tracks[rendition].as_ref().unwrap();
    let outline = playlist(view, rendition, timeline).unwrap().outline;
    render(track, rendition, &outline, &Plain)
}

#[test]
fn segments_of_all_lengths_without_dates() {
    let block = |n| {
        let length = ["5.5", "6", "6.000000", "2.1", "6.49999"][usize::try_from(n).unwrap()];
        format!("#EXTINF:{length},\nseg%.ts\n")
    };
    insta::assert_snapshot!(stitched(&source("#EXT-X-VERSION:2\n", block), &[spot(|_, _| {})]), @"
    #EXTM3U
    #EXT-X-MEDIA-SEQUENCE:7
    #EXT-X-DISCONTINUITY-SEQUENCE:0
    #EXT-X-TARGETDURATION:6
    #EXT-X-VERSION:6
    #EXTINF:5.5,
    http://origin/seg7.ts
    #EXT-X-DISCONTINUITY
    #EXTINF:6.0,
    ad/s8/0/0/_x_v0.ts
    #EXTINF:6.0,
    ad/s8/0/1/_x_v1.ts
    #EXT-X-DISCONTINUITY
    #EXTINF:2.1,
    http://origin/seg10.ts
    #EXTINF:6.49999,
    http://origin/seg11.ts
    ");
}

/// Six hours of 6 s, a break at the end: nothing is lost at the head, and only the end is new.
#[test]
fn a_window_of_six_hours() {
    const SEGMENTS: i64 = 3_600;
    let mut rig = Rig::new(&[(SEGMENTS * 6, SEGMENTS * 6 + 30)]);
    rig.sources.truncate(1);
    rig.channel = Channel::new(&[RenditionKind::Video]);
    rig.sources[0] =
        Source { name: "v", step: 6, window: 3_600, breaks: rig.sources[0].breaks.clone() };
    rig.join(SEGMENTS * 6);
    let before = rig.shown(0);
    assert_eq!(before.split(' ').count() - 1, 3_600);
    rig.read(SEGMENTS * 6 + 6);
    rig.decide(vec![Span::from_start(pod(&[ad("x", &[6, 6])]))]);
    rig.read(SEGMENTS * 6 + 12);
    let kept = before.split(' ').skip(3).collect::<Vec<_>>().join(" ");
    assert_eq!(rig.shown(0), format!("102/0 {kept} | _x_v0 _x_v1"));
}
