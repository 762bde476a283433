//! What is no creative, and why.

use super::*;

fn refused(main: &str, texts: &[String]) -> String {
    read(main, texts).unwrap_err().to_string()
}

#[test]
fn no_address_is_read_that_is_too_long() {
    let long = "a".repeat(60_000);
    let map = fragmented(&["5.0"]).replace("init.mp4", &long);
    let segment = media(&["5.0"]).replace("0.ts", &long);
    let below = MUXED.replace("720", &format!("{long}/720"));
    let rows = [refused(&map, &[]), refused(&segment, &[]), refused(&below, &[media(&["5.0"])])];
    insta::assert_snapshot!(rows.join("\n"), @"
    one of its addresses has 60027 bytes, the limit is 4096
    one of its addresses has 60027 bytes, the limit is 4096
    one of its addresses has 60036 bytes, the limit is 4096
    ");
}

/// A few thousand lines of three bytes, below a folder with a long name.
#[test]
fn short_lines_do_not_make_much_of_a_long_folder() {
    let variant = |n| {
        let folder = "a".repeat(4_000);
        format!(
            "#EXT-X-STREAM-INF:BANDWIDTH={n},CODECS=\"avc1.64001f,mp4a.40.2\"\n{folder}/{n}.m3u8\n"
        )
    };
    let main = format!("#EXTM3U\n{}", (1..=3).map(variant).collect::<String>());
    let text = media(&vec!["2.0"; 2_000]);
    let why = refused(&main, std::slice::from_ref(&text));
    assert_eq!(why, "the addresses of its segments take more than 16777216 bytes");
    let few = MUXED.replace("720.m3u8", &format!("{}/720.m3u8", "a".repeat(1_000)));
    assert!(read(&few, &[text]).is_ok());
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
        ("no map", good.replace("1.ts", "1.m4s")),
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
    no map: segment 1 of rendition 0 has no initialisation section
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
