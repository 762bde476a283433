use std::collections::HashMap;

use proptest::prelude::*;

use super::{super::*, playlist_like, read};

/// One line per segment: number, discontinuities, duration, date, and what is in force.
fn shown(text: &str) -> String {
    let (playlist, oddities) = read(text);
    let segments = playlist.segments.iter().map(|segment| shown_segment(segment));
    let oddities = oddities.iter().map(|oddity| format!("! {}: {}\n", oddity.line, oddity.kind));
    segments.chain(oddities).collect()
}

fn shown_segment(segment: &Segment) -> String {
    let Segment { msn, dsn, duration, start, dated, gap, byte_range, keys, map, .. } = segment;
    let mut shown = format!("{} d{} {} {duration}", msn.0, dsn.0, segment.uri());
    if let Some(start) = start {
        shown += &format!(" {start}{}", if *dated { "*" } else { "" });
    }
    if let Some(range) = byte_range {
        shown += &format!(" {}@{}", range.length, range.offset);
    }
    for line in keys.iter().chain(map.as_ref().map(|map| &map.line)) {
        shown += &format!(" {line}");
    }
    if *gap {
        shown += " gap";
    }
    shown + "\n"
}

const HEAD: &str = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n";

#[test]
fn a_window_is_numbered_and_dated() {
    let text = "\
#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:100
#EXT-X-DISCONTINUITY-SEQUENCE:7
#EXTINF:6.006,
a.ts
#EXT-X-DISCONTINUITY
#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:30.000Z
#EXTINF:4,a title, with commas
b.ts
#EXT-X-DISCONTINUITY
#EXTINF:5.5
c.ts
#EXT-X-CUE-OUT:30
";
    insta::assert_snapshot!(shown(text), @"
    100 d7 a.ts 6.006 2026-01-01T00:00:23.994Z
    101 d8 b.ts 4.0 2026-01-01T00:00:30.000Z*
    102 d9 c.ts 5.5 2026-01-01T00:00:34.000Z
    ");
    let (playlist, _) = read(text);
    assert_eq!(playlist.version, 6);
    assert_eq!(playlist.next_msn(), Source(MediaSequence(103)));
    assert_eq!(playlist.duration().to_string(), "15.506");
    assert_eq!(
        playlist.trailing.iter().map(ToString::to_string).collect::<String>(),
        "#EXT-X-CUE-OUT:30\n"
    );
}

#[test]
fn an_unusual_playlist_is_read_as_players_read_it() {
    let text = "\u{feff}\n#EXTM3U \r\n#EXT-X-TARGETDURATION:5.6\r\n#EXT-X-MEDIA-SEQUENCE: 7\r\n\
        ## made by hand\r\n#EXT-X-VERSION:3\n#USP-X-TIMESTAMP-MAP:MPEGTS=1,LOCAL=2\n\
        #EXT-X-DISCONTINUITY\n#EXT-X-DISCONTINUITY\n#EXTINF: 6.0 , Foo, Bar\n\n\ta.ts \nstray.ts\n\
        #EXTINF:-1,\nb.ts\n#EXTINF:4.5s\n#EXT-X-GAP\nc.ts\n#EXT-X-MEDIA-SEQUENCE:9\n\
        #EXT-X-PROGRAM-DATE-TIME:yesterday\n#EXTINF:9\nd.ts\n#EXT-X-ENDLIST";
    insta::assert_snapshot!(shown(text), @"
    7 d1 a.ts 6.0
    8 d1 b.ts 0.0
    9 d1 c.ts 4.5 gap
    10 d1 d.ts 9.0
    ! 1: starts with a byte order mark
    ! 3: has a target duration that is no whole number
    ! 9: two discontinuities have no segment between them
    ! 13: an address has no tag that announces it
    ! 14: a duration is negative or no decimal number
    ! 16: a duration is negative or no decimal number
    ! 19: a tag stands where it has no place
    ! 20: a date cannot be read
    ! 22: a segment is longer than the target duration
    ");
    let (playlist, _) = read(text);
    assert!(playlist.end_list);
    assert_eq!(
        of(&playlist.header),
        [
            "",
            "#EXTM3U ",
            "#EXT-X-TARGETDURATION:5.6",
            "#EXT-X-MEDIA-SEQUENCE: 7",
            "## made by hand",
            "#EXT-X-VERSION:3",
            "#EXT-X-MEDIA-SEQUENCE:9",
        ]
    );
    assert_eq!(
        of(&playlist.segments[0].lines),
        [
            "#USP-X-TIMESTAMP-MAP:MPEGTS=1,LOCAL=2",
            "#EXT-X-DISCONTINUITY",
            "#EXT-X-DISCONTINUITY",
            "#EXTINF: 6.0 , Foo, Bar",
            "",
            "\ta.ts ",
        ]
    );
}

#[test]
fn keys_maps_and_ranges_stay_in_force() {
    let text = format!(
        "{HEAD}#EXT-X-KEY:METHOD=AES-128,URI=\"k1\"
#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"w\",KEYFORMAT=\"urn:wv\"
#EXT-X-MAP:URI=\"i1\"
#EXTINF:6,
#EXT-X-BYTERANGE:100@50
a
#EXT-X-KEY:METHOD=AES-128,URI=\"k2\"
#EXTINF:6,
#EXT-X-BYTERANGE:10
a
#EXT-X-KEY:METHOD=NONE
#EXT-X-MAP:URI=\"i2\"
#EXTINF:6,
#EXT-X-BYTERANGE:1
b
#EXTINF:6,
b
#EXTINF:6,
#EXT-X-BYTERANGE:1@2@3
b
"
    );
    insta::assert_snapshot!(shown(&text), @r#"
    0 d0 a 6.0 100@50 #EXT-X-KEY:METHOD=AES-128,URI="k1" #EXT-X-KEY:METHOD=SAMPLE-AES,URI="w",KEYFORMAT="urn:wv" #EXT-X-MAP:URI="i1"
    1 d0 a 6.0 10@150 #EXT-X-KEY:METHOD=SAMPLE-AES,URI="w",KEYFORMAT="urn:wv" #EXT-X-KEY:METHOD=AES-128,URI="k2" #EXT-X-MAP:URI="i1"
    2 d0 b 6.0 1@0 #EXT-X-MAP:URI="i2"
    3 d0 b 6.0 #EXT-X-MAP:URI="i2"
    4 d0 b 6.0 #EXT-X-MAP:URI="i2"
    ! 17: a byte range continues none of the same resource
    ! 21: a byte range cannot be read
    "#);
}

#[test]
fn an_initialisation_section_knows_the_keys_it_was_written_under() {
    let text = format!(
        "{HEAD}#EXT-X-KEY:METHOD=AES-128,URI=\"k1\"
#EXT-X-MAP:URI=\"i\"
#EXTINF:6,
a
#EXT-X-KEY:METHOD=AES-128,URI=\"k2\"
#EXTINF:6,
b
"
    );
    let (playlist, _) = read(&text);
    let keys = playlist.segments[1].map.as_ref().map(|map| map.keys[0].as_str().to_owned());
    assert_eq!(keys.as_deref(), Some("#EXT-X-KEY:METHOD=AES-128,URI=\"k1\""));
}

#[test]
fn variables_are_replaced_and_written_back_as_they_came() {
    let text = format!(
        "{HEAD}#EXT-X-DEFINE:NAME=\"host\",VALUE=\"http://o\"
#EXT-X-DEFINE:NAME=\"path\",VALUE=\"{{$host}}/p\"
#EXT-X-DEFINE:QUERYPARAM=\"token\"
#EXT-X-KEY:METHOD=AES-128,URI=\"{{$path}}/k\"
#EXTINF:6,{{$host}}
{{$path}}/a.ts
#EXTINF:6,
b.ts?t={{$token}}
"
    );
    insta::assert_snapshot!(shown(&text), @r#"
    0 d0 http://o/p/a.ts 6.0 #EXT-X-KEY:METHOD=AES-128,URI="http://o/p/k"
    1 d0 b.ts?t={$token} 6.0 #EXT-X-KEY:METHOD=AES-128,URI="http://o/p/k"
    ! 5: a variable is defined by another playlist or by the request, which do not know it
    ! 10: a variable is not defined
    "#);
}

#[test]
fn variables_may_come_from_elsewhere() {
    let text = format!(
        "{HEAD}#EXT-X-DEFINE:IMPORT=\"cdn\"
#EXT-X-DEFINE:IMPORT=\"unknown\"
#EXT-X-DEFINE:QUERYPARAM=\"token\"
#EXT-X-DEFINE:QUERYPARAM=\"quote\"
#EXTINF:6,
{{$cdn}}/a.ts?t={{$token}}
#EXTINF:6,
{{$unknown}}{{$quote}}
"
    );
    let variables = HashMap::from([("cdn".to_owned(), "https://c".to_owned())]);
    let given = Given { variables: Some(&variables), query: "a=1&token=x%2By&quote=%22" };
    let (playlist, oddities) =
        MediaPlaylist::parse_given(text.as_str(), Limits::default(), given).unwrap();
    assert_eq!(playlist.segments[0].uri(), "https://c/a.ts?t=x+y");
    assert_eq!(playlist.segments[1].uri(), "{$unknown}{$quote}");
    let lines: Vec<_> = oddities.iter().map(|oddity| oddity.line).collect();
    assert_eq!(lines, [4, 6, 10]);
    assert_eq!(playlist.to_string(), text);
}

#[test]
fn a_delta_update_and_low_latency_tags_are_recognised() {
    let text = "\
#EXTM3U
#EXT-X-TARGETDURATION:4
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.0
#EXT-X-PART-INF:PART-TARGET=0.33334
#EXT-X-MEDIA-SEQUENCE:266
#EXT-X-SKIP:SKIPPED-SEGMENTS=3
#EXT-X-PART:DURATION=0.33334,URI=\"p.0.mp4\"
#EXTINF:4.00008,
p.mp4
#EXT-X-PART:DURATION=0.33334,URI=\"q.0.mp4\"
#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"q.1.mp4\"
#EXT-X-RENDITION-REPORT:URI=\"../1M/wait.m3u8\",LAST-MSN=273
";
    insta::assert_snapshot!(shown(text), @"
    269 d0 p.mp4 4.00008
    ! 6: is a delta update, which was not asked for
    ");
    let (playlist, _) = read(text);
    let lines = playlist.header.iter().chain(&playlist.segments[0].lines).chain(&playlist.trailing);
    let stripped = lines.filter(|line| line.tag.is_low_latency()).map(Line::value);
    assert_eq!(
        stripped.collect::<Vec<_>>(),
        [
            "PART-TARGET=0.33334",
            "SKIPPED-SEGMENTS=3",
            "DURATION=0.33334,URI=\"p.0.mp4\"",
            "DURATION=0.33334,URI=\"q.0.mp4\"",
            "TYPE=PART,URI=\"q.1.mp4\"",
            "URI=\"../1M/wait.m3u8\",LAST-MSN=273",
        ]
    );
}

#[test]
fn a_live_playlist_may_have_no_segments_yet() {
    let (playlist, oddities) = read(&format!("{HEAD}#EXT-X-MEDIA-SEQUENCE:3\n#EXT-X-CUE-OUT:30\n"));
    assert_eq!(oddities, []);
    assert_eq!(playlist.next_msn(), Source(MediaSequence(3)));
    assert_eq!(of(&playlist.trailing), ["#EXT-X-CUE-OUT:30"]);
    assert_eq!(playlist.end(), None);
}

#[test]
fn what_is_no_media_playlist_is_refused_by_name() {
    let limits = Limits { bytes: 60, line: 30, lines: 6, segments: 1, renditions: 1 };
    for (text, refusal) in [
        ("", "does not start with `#EXTM3U`"),
        ("<html>#EXTM3U", "does not start with `#EXTM3U`"),
        ("#EXTM3U8\n", "does not start with `#EXTM3U`"),
        ("#EXTM3U\n<html>\n", "has neither target duration nor segments"),
        (
            "#EXTM3U\n#EXT-X-MEDIA:A=B\n",
            "is a multivariant playlist, a media playlist was expected (line 2)",
        ),
        ("#EXTM3U\n#EXTINF:1\na\n#EXTINF:1\nb\n", "has more than 1 segments"),
        ("#EXTM3U\n#EXT-X-DEFINE:NAME=\"a\",VALUE=\"\"", "line 2 is longer than 30 bytes"),
        ("#EXTM3U\n\n\n\n\n\n\n", "has more than 6 lines"),
        (&"#EXTM3U\n".repeat(10), "has 80 bytes, the limit is 60"),
    ] {
        let refused = MediaPlaylist::parse_within(text, limits).map(|_| ());
        assert_eq!(refused.map_err(|refusal| refusal.to_string()), Err(refusal.into()), "{text}");
    }
}

#[test]
fn variables_cannot_grow_without_limit() {
    let mut text = String::from(
        "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-DEFINE:NAME=\"v0\",VALUE=\"aaaaaaaaaa\"\n",
    );
    for n in 1..40 {
        let twice = format!("{{$v{}}}{{$v{}}}", n - 1, n - 1);
        text += &format!("#EXT-X-DEFINE:NAME=\"v{n}\",VALUE=\"{twice}\"\n");
    }
    let refused = MediaPlaylist::parse(text).map(|_| ());
    assert_eq!(refused, Err(NotAPlaylist::LineTooLong { line: 16, limit: 65_536 }));
}

fn of(lines: &[Line]) -> Vec<&str> {
    lines.iter().map(|line| line.text.as_str()).collect()
}

proptest! {
    #[test]
    fn every_playlist_writes_back_as_it_came(text in playlist_like()) {
        if let Ok((playlist, _)) = MediaPlaylist::parse(text.as_str()) {
            prop_assert_eq!(playlist.to_string(), text);
        }
    }

    #[test]
    fn numbers_follow_each_other_and_discontinuities_never_decrease(text in playlist_like()) {
        if let Ok((playlist, _)) = MediaPlaylist::parse(text.as_str()) {
            for pair in playlist.segments.windows(2) {
                prop_assert_eq!(pair[1].msn.0.0, pair[0].msn.0.0.saturating_add(1));
                prop_assert!(pair[1].dsn >= pair[0].dsn);
                prop_assert!(pair[0].start.is_some() == pair[1].start.is_some());
            }
        }
    }

    #[test]
    fn an_independent_reader_sees_the_same_segments(durations in prop::collection::vec(0_u16..9_999, 0..20)) {
        let segments = durations.iter().enumerate();
        let segments = segments.map(|(at, millis)| format!("#EXTINF:{}.{:03},\n{at}.ts\n", millis / 1000, millis % 1000));
        let text = format!("{HEAD}{}", segments.collect::<String>());
        let (ours, _) = read(&text);
        let theirs = m3u8_rs::parse_media_playlist_res(text.as_bytes()).unwrap();
        let ours: Vec<_> = ours.segments.iter().map(|segment| segment.uri().to_owned()).collect();
        let theirs: Vec<_> = theirs.segments.into_iter().map(|segment| segment.uri).collect();
        prop_assert_eq!(ours, theirs);
    }
}
