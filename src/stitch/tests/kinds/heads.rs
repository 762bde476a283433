//! What stands around the segments: what is stripped, mended, expanded or kept.

use super::*;

/// The playlist without the segments that a channel without anything special shows, which have to
/// be there to the letter (`transport_streams` has them in full).
fn around_plain_segments(playlist: &str) -> String {
    let channel = stitched(&source("", plain), &[spot()]);
    let segments = &channel[channel.find("#EXT-X-PROGRAM-DATE-TIME").unwrap()..];
    let (head, end) = playlist.split_once(segments).expect("the segments are those of the channel");
    format!("{head}… segments of the plain channel …\n{end}")
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
    let end = "#EXT-X-PART:DURATION=1.0,URI=\"seg12.0.ts\"\n\
        #EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"seg12.1.ts\"\n\
        #EXT-X-RENDITION-REPORT:URI=\"../a.m3u8\",LAST-MSN=12,LAST-PART=0\n";
    let source = followed_by(&source(head, block), end);
    insta::assert_snapshot!(around_plain_segments(&stitched(&source, &[spot()])), @"
    #EXTM3U
    #EXT-X-MEDIA-SEQUENCE:7
    #EXT-X-DISCONTINUITY-SEQUENCE:0
    #EXT-X-TARGETDURATION:6
    #EXT-X-VERSION:9
    #EXT-X-SERVER-CONTROL:HOLD-BACK=18.5
    … segments of the plain channel …
    ");
}

#[test]
fn an_event_that_ends() {
    let head =
        "#EXT-X-VERSION:6\n#EXT-X-PLAYLIST-TYPE:EVENT\n#EXT-X-START:TIME-OFFSET=12.5,PRECISE=YES\n";
    let source = followed_by(&source(head, plain), "#EXT-X-ENDLIST\n");
    insta::assert_snapshot!(around_plain_segments(&stitched(&source, &[spot()])), @"
    #EXTM3U
    #EXT-X-MEDIA-SEQUENCE:7
    #EXT-X-DISCONTINUITY-SEQUENCE:0
    #EXT-X-TARGETDURATION:6
    #EXT-X-VERSION:6
    #EXT-X-PLAYLIST-TYPE:EVENT
    #EXT-X-START:TIME-OFFSET=12.5,PRECISE=YES
    … segments of the plain channel …
    #EXT-X-ENDLIST
    ");
}

/// The list of a source that has ended was never ended, for a break that was announced and never came.
#[test]
fn a_source_that_ends_before_a_break_that_was_told_ahead() {
    let told = |start: i64| {
        let start = at(start);
        format!("#EXT-X-DATERANGE:ID=\"9\",START-DATE=\"{start}\",DURATION=12,SCTE35-OUT=0xFC00\n")
    };
    let ends = ["#EXT-X-CUE-OUT:12\n", &told(30), &told(33), &told(60)].map(|told| {
        let source = followed_by(&source("", plain), &format!("{told}#EXT-X-ENDLIST\n"));
        let shown = stitched(&source, &[spot()]);
        shown.lines().rev().take(2).map(str::to_owned).collect::<Vec<_>>()
    });
    assert!(
        ends.iter().all(|end| *end == ["#EXT-X-ENDLIST", "http://origin/seg11.ts"]),
        "{ends:?}"
    );
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
