//! Whole playlists of every kind of stream, stitched with an ad or left alone.

use super::*;
use crate::creative::{ByteRange, Map, Segment};

mod apart;
mod heads;
mod keys;
mod segments;

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

/// What stands behind the last segment of `source`, too.
fn followed_by(source: &MediaPlaylist, lines: &str) -> MediaPlaylist {
    MediaPlaylist::parse(format!("{source}{lines}")).unwrap().0
}

/// An ad of two segments of 6 s.
fn spot() -> Ad {
    ad("x", &[6, 6])
}

/// The same with one initialisation section for both.
fn mp4_spot() -> Ad {
    changed_spot(|_, segment| segment.map = Some(map("init.mp4", None)))
}

/// The same, each segment changed by `change`.
fn changed_spot(change: impl Fn(usize, &mut Segment)) -> Ad {
    let mut ad = spot();
    let creative = Arc::make_mut(&mut ad.creative);
    for (n, segment) in creative.renditions[0].segments.iter_mut().enumerate() {
        change(n, segment);
    }
    ad
}

/// An initialisation section of the ad.
fn map(file: &str, byte_range: Option<ByteRange>) -> Arc<Map> {
    let uri = Url::parse(&format!("http://ads/x/{file}")).unwrap();
    Arc::new(Map { uri, byte_range })
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
    insta::assert_snapshot!(stitched(&source("", plain), &[spot()]), @"
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
    let ad = changed_spot(|n, segment| {
        let range = ByteRange { length: 700, offset: 9 };
        segment.map = Some(map(&format!("init{n}.mp4"), Some(range)));
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
    let ad = changed_spot(|n, segment| {
        segment.map = Some(map("all.mp4", None));
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
