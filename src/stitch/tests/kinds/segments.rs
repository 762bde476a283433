//! Segments that are missing, of uneven length, or very many.

use super::*;

#[test]
fn gaps_bitrates_and_the_origins_own_discontinuities() {
    let block = |n| match n {
        0 => format!("#EXT-X-BITRATE:900\n{}", plain(n)),
        3 => format!("#EXT-X-DISCONTINUITY\n#EXT-X-GAP\n{}", plain(n)),
        4 => format!("#EXT-X-DISCONTINUITY\n#EXT-X-DISCONTINUITY\n{}", plain(n)),
        _ => plain(n),
    };
    insta::assert_snapshot!(stitched(&source("", block), &[spot()]), @"
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
fn segments_of_all_lengths_without_dates() {
    let block = |n| {
        let length = ["5.5", "6", "6.000000", "2.1", "6.49999"][usize::try_from(n).unwrap()];
        format!("#EXTINF:{length},\nseg%.ts\n")
    };
    insta::assert_snapshot!(stitched(&source("#EXT-X-VERSION:2\n", block), &[spot()]), @"
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
