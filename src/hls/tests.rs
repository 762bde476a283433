use proptest::prelude::*;

use super::*;

mod attributes;
mod media;
mod multivariant;

/// The playlist and what is odd about it, held to the law that it writes back as it came.
pub(super) fn read(text: &str) -> (MediaPlaylist, Vec<Oddity>) {
    let (playlist, oddities) = MediaPlaylist::parse(text).unwrap_or_else(|e| panic!("{e}: {text}"));
    assert_eq!(playlist.to_string(), text);
    (playlist, oddities)
}

/// Texts made of what playlists are made of, in any order.
pub(super) fn playlist_like() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(PIECES);
    let piece = prop_oneof![9 => pieces.prop_map(str::to_owned), 1 => "\\PC{0,12}"];
    let ending = prop::sample::select(&["\n", "\n", "\n", "\r\n", "", "\n\n", ","]);
    let start =
        prop::sample::select(&["#EXTM3U\n", "#EXTM3U\r\n", "\u{feff}#EXTM3U\n", "\n#EXTM3U \n"]);
    let rest = prop::collection::vec((piece, ending), 0..40);
    (start, rest).prop_map(|(start, rest)| {
        let rest = rest.iter().flat_map(|(piece, ending)| [piece.as_str(), ending]);
        [start].into_iter().chain(rest).collect()
    })
}

const PIECES: &[&str] = &[
    "#EXT-X-VERSION:7",
    "#EXT-X-TARGETDURATION:6",
    "#EXT-X-MEDIA-SEQUENCE:18446744073709551615",
    "#EXT-X-DISCONTINUITY-SEQUENCE:7",
    "#EXT-X-PLAYLIST-TYPE:VOD",
    "#EXT-X-DEFINE:NAME=\"v\",VALUE=\"{$v}a,b\"",
    "#EXT-X-DEFINE:QUERYPARAM=\"v\"",
    "#EXT-X-SKIP:SKIPPED-SEGMENTS=3",
    "#EXTINF:6.006,a title, with a comma",
    "#EXTINF:-1",
    "#EXTINF:6",
    "seg{$v}.ts",
    "a.ts",
    "a.ts?{$w}",
    "b.mp4",
    "#EXT-X-DISCONTINUITY",
    "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:30.000+0000",
    "#EXT-X-PROGRAM-DATE-TIME:9999-12-31T23:59:59Z",
    "#EXT-X-KEY:METHOD=AES-128,URI=\"k,1\",IV=0x00",
    "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k{$v}\",KEYFORMAT=\"x\"",
    "#EXT-X-KEY:METHOD=NONE",
    "#EXT-X-MAP:URI=\"init.mp4\",BYTERANGE=\"10@0\"",
    "#EXT-X-BYTERANGE:100@18446744073709551615",
    "#EXT-X-BYTERANGE:100",
    "#EXT-X-GAP",
    "#EXT-X-PART:DURATION=1,URI=\"p.ts\"",
    "#EXT-X-DATERANGE:ID=\"x\"",
    "#EXT-X-VENDOR:unknown",
    "## comment",
    "#",
    " ",
    "#EXT-X-CUE-OUT:30",
    "#EXT-X-ENDLIST",
    "#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"a\",CODECS=\"avc1,mp4a\"",
    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",URI=\"audio.m3u8\"",
    "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI=i.m3u8 ,X=1",
];
